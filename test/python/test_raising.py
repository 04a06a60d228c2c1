#===- test_raising.py - Programs that are named compute the same -------------===//
#
# Norms are written as row programs, an op or two of each are changed at random,
# and what convert-row-to-norm still names is compared with what it was. A
# program that is named for another norm, or with other operands or attributes,
# would differ. SEEDNORM_RAISED_PROGRAMS sets how many.
#
#===-----------------------------------------------------------------------===//

import os
import pathlib
import random
import re
import subprocess

import numpy as np

import seednorm

NUM_PROGRAMS = int(os.environ.get("SEEDNORM_RAISED_PROGRAMS", "100"))
D = 24

#: Norms of %x with parameters %a, %b, %c of D columns and a scalar %k. Results
#: depend on an eps that is so large.
NORMS = [
    "norm.rms_norm %x, %a eps 0.5 gamma_offset 1.0 : {x}, {p}",
    "norm.rms_norm %x, %a bias %b eps 0.5 depth 3 : {x}, {p}, {p}",
    "norm.rms_norm %x, %a eps 0.5 partial 0.5 : {x}, {p}",
    "norm.crms_norm %x, %a eps 0.5 : {x}, {p}",
    "norm.layer_norm %x, %a bias %b eps 0.5 : {x}, {p}, {p}",
    "norm.seednorm %x, %a, %b, %c eps 0.5 heads 3 seed_scale 0.5 : {x}, {p}",
    "norm.seednorm %x, %a, %b, %c eps 0.5 activation sigmoid gamma_offset 1.0 : {x}, {p}",
    "norm.seednorm %x, %a, %b, %c eps 0.5 activation hardtanh : {x}, {p}",
    "norm.seednorm %x, %a, %b, %c eps 0.5 heads 2 activation softsign : {x}, {p}",
    "norm.modulate %x, %a, %b statistics layer_norm eps 0.5 : {x}, {p}",
    "norm.softmax %x : {x}",
    "norm.log_softmax %x : {x}",
    "norm.l2_norm %x eps 0.5 : {x}",
    "norm.scale_norm %x, %k eps 0.5 : {x}, tensor<1xf32>",
    "norm.dyt %x, %k, %a bias %b : {x}, tensor<1xf32>, {p}, {p}",
]
FUNCTIONS = ["math.tanh", "math.exp", "math.absf", "arith.negf", "math.sqrt", "math.rsqrt"]
OPERATIONS = ["arith.addf", "arith.subf", "arith.mulf", "arith.divf", "arith.maximumf",
              "arith.minimumf"]
#: The last is no change that f32 sees.
CHANGES = [lambda v: 1.001 * v, lambda v: 2 * v, lambda v: -v, lambda v: v + 0.5,
           lambda v: v * (1 + 3e-8)]


def run_opt(text, *passes):
    tool = pathlib.Path(seednorm.__file__).parents[2] / "bin" / "seednorm-opt"
    done = subprocess.run([os.fspath(tool), "-", *passes], input=text, text=True,
                          capture_output=True)
    assert done.returncode == 0, f"{done.stderr}\n{text}"
    return done.stdout


def write_program(norm):
    x, p = f"tensor<?x{D}xf32>", f"tensor<{D}xf32>"
    text = (f"func.func @main(%x: {x}, %a: {p}, %b: {p}, %c: {p}, %k: tensor<1xf32>) -> {x} {{\n"
            f"  %y = {norm.format(x=x, p=p)}\n  return %y : {x}\n}}")
    return run_opt(text, "--convert-norm-to-row", "--canonicalize", "--cse")


def change_operand(draw, lines, index, start):
    """Another value of the same type, from before."""
    head, rest = re.match(r"(\s+%\w+ = \S+ )(.*)", lines[index]).groups()
    kind = rest.rsplit(" : ", 1)[1].strip()
    known = [name for name, type in re.findall(r"(%\w+): (\S+?)(?=[,)])", lines[start + 1])
             if type == kind]
    for line in lines[start + 2:index]:
        found = re.match(r"\s+(%\w+) = (?:arith|math)\.\S+ .* : (\S+)$", line)
        if found and found.group(2) == kind:
            known.append(found.group(1))
    if known:
        old = draw.choice(re.findall(r"%\w+", rest))
        rest = re.sub(old + r"\b", draw.choice(known), rest, count=1)
    lines[index] = head + rest


def change(draw, text):
    """`text` with another op, operand or number."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if "row.program" in line)
    places = [i for i, line in enumerate(lines)
              if i > start and re.match(r"\s+%\w+ = (arith|math)\.", line)]
    index = draw.choice(places)
    op = re.match(r"\s+%\w+ = (\S+)", lines[index]).group(1)
    alike = next((ops for ops in (FUNCTIONS, OPERATIONS) if op in ops), None)
    if op == "arith.constant":
        number = re.search(r"-?\d+\.\d+([eE][-+]?\d+)?", lines[index])
        if number:
            new = draw.choice(CHANGES)(float(number.group()))
            lines[index] = lines[index].replace(number.group(), f"{new:.9e}")
    elif alike and draw.random() < 0.5:
        lines[index] = lines[index].replace(op, draw.choice(alike))
    elif op in OPERATIONS:
        change_operand(draw, lines, index, start)
    return "\n".join(lines)


def run(text, arguments):
    return seednorm.compile(text, target="cpu")(*arguments).astype(np.float64)


def test_named_programs_compute_the_same(rng):
    draw = random.Random(5)
    arguments = [rng.standard_normal(shape).astype(np.float32)
                 for shape in ((4, D), (D,), (D,), (D,), (1,))]
    programs = [write_program(norm) for norm in NORMS]
    unchanged = [run(program, arguments) for program in programs]
    num_named = num_changed = 0
    for _ in range(NUM_PROGRAMS):
        text = draw.choice(programs)
        for _ in range(draw.choice((1, 1, 2))):
            text = change(draw, text)
        named = run_opt(text, "--canonicalize", "--cse", "--convert-row-to-norm")
        if "row.program" in named:
            continue
        num_named += 1
        with np.errstate(all="ignore"):
            before, after = run(text, arguments), run(named, arguments)
            num_changed += not any(np.allclose(before, y, rtol=1e-5, equal_nan=True)
                                   for y in unchanged)
        assert np.array_equal(np.isnan(before), np.isnan(after)), f"{text}\n{named}"
        # Sums in another order, and constants that are equal but for roundings; a
        # changed program may amplify what the rounding of a mean leaves.
        allowed = 1e-4 * np.nanmax(np.abs(before), initial=1.0)
        assert np.nanmax(np.abs(before - after), initial=0.0) <= allowed, f"{text}\n{named}"
    # Some were named, and not all of those compute what a norm of the list does.
    assert 0 < num_changed < num_named < NUM_PROGRAMS
