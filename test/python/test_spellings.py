#===- test_spellings.py - Every spelling in every type ------------------------===//
#
# The modules of test/Integration that spell a norm in f32, each called with rows
# of a number that is known or not, in f32, in bf16, and in bf16 with parameters
# of f32. All are one program, and compute what their ops compute one by one.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re

import numpy as np
import pytest

import cases
import seednorm
import tolerances as tol
from spec_cases import TARGETS

FOLDER = pathlib.Path(__file__).parents[1] / "Integration"
SIGNATURE = re.compile(r"func\.func @main\((.*)\) -> \(?([^){]*)\)? {$", re.M)
# A scale's spelling, a mean's, ...: one each of what authors vary.
KINDS = ("mean", "rms-1", "rms-p", "rms-r", "rms-s", "eps", "square", "scale", "dot",
         "gplus", "multi", "residual", "frozen", "nested", "layer-norm-kept-f32",
         "layer-norm-dropped-f32", "sums-", "softmax-generic-f32", "dyt-f32")
ROWS = 5
# The cast of a parameter that all heads have in common is computed once, before.
PROGRAMS = {("nested-norms", "bf16"): 2}


def read_modules():
    for path in sorted(FOLDER.glob("*.mlir")):
        text = path.read_text()
        match = SIGNATURE.search(text)
        types = re.findall(r"tensor<[^>]*>", match.group(0)) if match else []
        if (path.name.startswith(KINDS) and types and
                all(t.endswith("f32>") for t in types) and "func.func" not in
                text.replace("func.func @main", "", 1)):
            yield pytest.param(path.stem, text, id=path.stem)


def change(tensor, element, static):
    tensor = tensor.replace("f32>", f"{element}>")
    return tensor.replace("?", str(ROWS)) if static else tensor


def cast(name, value, old, new):
    """`value` of type `old` as `new`: its elements, then its shape."""
    element = change(old, new[:-1].split("x")[-1], False)
    lines = []
    if element != old:
        lines.append(f"%{name}e = arith.truncf %{value} : {old} to {element}")
    last = f"{name}e" if lines else value
    if element != new:
        lines.append(f"%{name} = tensor.cast %{last} : {element} to {new}")
        last = name
    return lines, last


def write_main(text, types, static):
    """The module as a function of its own, and one of other types around it."""
    match = SIGNATURE.search(text)
    arguments = re.findall(r"%(\w+): (tensor<[^>]*>)", match.group(1))
    results = re.findall(r"tensor<[^>]*>", match.group(2))
    lines, passed, outer = [], [], []
    for number, (name, inner) in enumerate(arguments):
        element = "f32" if types == "f32" or (types == "mixed" and number > 0) else "bf16"
        given = change(inner, element, static)
        outer.append(f"%{name}: {given}")
        # Its shape first, then its elements.
        shape = change(inner, element, False)
        if given != shape:
            lines.append(f"%{name}_s = tensor.cast %{name} : {given} to {shape}")
            name = f"{name}_s"
        if element != "f32":
            lines.append(f"%{name}_e = arith.extf %{name} : {shape} to {inner}")
            name = f"{name}_e"
        passed.append(name)
    names = ", ".join(f"%r{n}" for n in range(len(results)))
    lines.append(f"{names} = call @body({', '.join('%' + p for p in passed)}) : "
                 f"({', '.join(t for _, t in arguments)}) -> ({', '.join(results)})")
    element = "f32" if types == "f32" else "bf16"
    returned, last = [], []
    for number, inner in enumerate(results):
        more, name = cast(f"y{number}", f"r{number}", inner, change(inner, element, static))
        lines += more
        last.append(f"%{name}")
        returned.append(change(inner, element, static))
    body = text.replace("func.func @main", "func.func private @body", 1)
    inside = "\n  ".join(lines)
    return (f"func.func @main({', '.join(outer)}) -> ({', '.join(returned)}) {{\n  {inside}\n"
            f"  return {', '.join(last)} : {', '.join(returned)}\n}}\n{body}")


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


@pytest.mark.parametrize("static", [False, True], ids=["dynamic", "static"])
@pytest.mark.parametrize("types", ["f32", "bf16", "mixed"])
@pytest.mark.parametrize("name, text", list(read_modules()))
def test_spelling(rng, name, text, types, static):
    programs = PROGRAMS.get((name, types), 1)
    text = write_main(text, types, static)
    loops = seednorm.compile(f"module attributes {{seednorm.keep_linalg}} {{{text}}}")
    assert loops.num_kernels == 0
    arguments = [rng.standard_normal([ROWS if size is None else size for size in spec.shape])
                 .astype(cases.NUMPY_TYPES[spec.dtype]) for spec in loops.arguments]
    expected = as_tuple(loops(*arguments))
    for target in TARGETS:
        kernel = seednorm.compile(text, target=target, expect_programs=programs)
        assert not kernel.outside
        assert kernel.num_kernels == programs
        for y, exact, spec in zip(as_tuple(kernel(*arguments)), expected, kernel.results):
            y, exact = y.astype(np.float64), exact.astype(np.float64)
            # Sums of a row in another order; a last rounding may go the other way.
            allowed = 64 * 96 * tol.U + 2 * tol.UNIT_ROUNDOFF[spec.dtype]
            assert (np.abs(y - exact) <= allowed * np.maximum(1, np.abs(exact))).all()


def test_there_are_spellings():
    assert len(list(read_modules())) >= 30
