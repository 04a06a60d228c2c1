#===- test_summed_cpu.py - Sums over rows on the CPU -------------------------===//
#
# Outputs that rows have in common are sums of what rows yield. They are within
# bounds that follow from the formula, the same bits for any number of threads,
# and what a row has for itself does not depend on how many rows there are.
#
#===-----------------------------------------------------------------------===//

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

import bounds
import cases
import reference
import seednorm

COLUMNS = (1, 7, 64, 96, 1000, 1024, 4096)
ROWS = (0, 1, 3, 300, 5000)


def compute_type(dtype):
    return "f64" if dtype == "f64" else "f32"


def write(arguments, ins, outs, body, schedule=""):
    """A function with one program.

    Args:
        arguments: types by name; attributes may follow the type.
        ins: name, access and slice type of each input.
        outs: type, access, value yielded, its type, and what it starts from: the
            name of an argument, or none.
    """
    first = next(iter(arguments))
    lines, inits = [], []
    for number, (type_, _, _, _, init) in enumerate(outs):
        inits.append(init or f"%i{number}")
        if not init:
            size = "%n" if "?" in type_ else ""
            lines.append(f"%i{number} = tensor.empty({size}) : {type_}")
    strip = lambda type_: type_.split(" ")[0]
    results = ", ".join(strip(out[0]) for out in outs)
    return f"""
func.func @main({", ".join(f"{n}: {t}" for n, t in arguments.items())}) -> ({results}) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim {first}, %c0 : {strip(arguments[first])}
  {chr(10).join(lines)}
  %r:{len(outs)} = row.program
      ins({", ".join(f"{n} : {strip(arguments[n])} {access}" for n, access, _ in ins)})
      outs({", ".join(f"{i} : {strip(o[0])} {o[1]}" for i, o in zip(inits, outs))})
      {schedule} {{
  ^bb0({", ".join(f"%{n[1:]}v: {slice_}" for n, _, slice_ in ins)}):
    {body}
    row.yield {", ".join(o[2] for o in outs)} : {", ".join(o[3] for o in outs)}
  }}
  return {", ".join(f"%r#{i}" for i in range(len(outs)))} : {results}
}}"""


def rms_backward(columns, dtype, parameter, access="summed", schedule=""):
    """The gradients of RMSNorm with respect to its rows and gamma."""
    compute = compute_type(dtype)
    rows, vector = f"tensor<?x{columns}x{dtype}>", f"vector<{columns}x{dtype}>"
    wide = f"vector<{columns}x{compute}>"
    if dtype == compute:
        widen = lambda name: f"%{name}w = arith.mulf %{name}v, %one : {wide}"
        narrow = f"%dxn = arith.mulf %dx, %one : {wide}"
    else:
        widen = lambda name: f"%{name}w = arith.extf %{name}v : {vector} to {wide}"
        narrow = f"%dxn = arith.truncf %dx : {wide} to {vector}"
    body = f"""
    %one = arith.constant dense<1.0> : {wide}
    %zero = arith.constant 0.0 : {compute}
    %eps = arith.constant 1.0e-6 : {compute}
    %scale = arith.constant {1 / columns!r} : {compute}
    {widen("x")}
    {widen("dy")}
    %xx = arith.mulf %xw, %xw : {wide}
    %ss = vector.multi_reduction <add>, %xx, %zero [0] : {wide} to {compute}
    %mean = arith.mulf %ss, %scale : {compute}
    %var = arith.addf %mean, %eps : {compute}
    %rs = math.rsqrt %var : {compute}
    %r = vector.broadcast %rs : {compute} to {wide}
    %xh = arith.mulf %xw, %r : {wide}
    %u = arith.mulf %dyw, %xh : {wide}
    %ug = arith.mulf %u, %gammav : {wide}
    %cs = vector.multi_reduction <add>, %ug, %zero [0] : {wide} to {compute}
    %cm = arith.mulf %cs, %scale : {compute}
    %c = vector.broadcast %cm : {compute} to {wide}
    %g = arith.mulf %dyw, %gammav : {wide}
    %xc = arith.mulf %xh, %c : {wide}
    %d = arith.subf %g, %xc : {wide}
    %dx = arith.mulf %d, %r : {wide}
    {narrow}"""
    return write(
        {"%x": rows, "%dy": rows, "%gamma": f"tensor<{columns}x{compute}>"},
        [("%x", "by row", vector), ("%dy", "by row", vector),
         ("%gamma", "shared", wide)],
        [(rows, "by row", "%dxn", vector, None),
         (f"tensor<{columns}x{parameter}>", access, "%u", wide, None)], body, schedule)


def make_rms(rng, rows, columns, dtype):
    x, dy = (cases.make_rows(rng, (rows, columns), dtype) for _ in range(2))
    gamma = (1 + 0.3 * rng.standard_normal(columns)).astype(
        cases.NUMPY_TYPES[compute_type(dtype)])
    return x, dy, gamma


def evaluate_rms(x, dy, gamma, dtype):
    """dx, and what each row adds to dgamma, with bounds."""
    formula = bounds.BoundedNumPy(dtype)
    columns = x.shape[-1]
    x, dy, gamma = (formula.asarray(value, dtype) for value in (x, dy, gamma))
    eps = 1e-6 if dtype == "f64" else float(np.float32(1e-6))
    # The product with 1/D, itself rounded.
    r = 1 / np.sqrt(np.sum(x * x, axis=-1, keepdims=True) / columns * 1 + eps)
    xh = x * r
    u = dy * xh
    c = np.sum(u * gamma, axis=-1, keepdims=True) / columns * 1
    return (dy * gamma - xh * c) * r, u


def sum_rows(values):
    """The sum over the first dimension, in any order."""
    return bounds.Bounded(np.moveaxis(values.value, 0, -1),
                          np.moveaxis(values.error, 0, -1), values.u).sum(-1)


def check(actual, expected, dtype):
    value, bound = bounds.round_result(expected, dtype)
    mismatch = reference.find_mismatch(actual, value, bound, dtype)
    assert not mismatch, mismatch


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("dtype, parameter", [
    ("f32", "f32"), ("bf16", "bf16"), ("bf16", "f32"), ("f16", "f16"), ("f64", "f64")])
def test_rms_backward(rng, dtype, parameter, columns):
    kernel = seednorm.compile(rms_backward(columns, dtype, parameter))
    assert kernel.num_kernels == 1
    for rows in ROWS:
        if rows * columns > 1_000_000:
            continue
        operands = make_rms(rng, rows, columns, dtype)
        dx, dgamma = kernel(*operands)
        expected_dx, u = evaluate_rms(*operands, dtype)
        check(dx, expected_dx, dtype)
        check(dgamma, sum_rows(u), parameter)


# What a row has for itself is the row's alone, and a call's the same every time.
@pytest.mark.parametrize("columns", COLUMNS)
def test_rows_do_not_depend_on_their_number(rng, columns):
    kernel = seednorm.compile(rms_backward(columns, "bf16", "f32"))
    x, dy, gamma = make_rms(rng, 1000, columns, "bf16")
    together, dgamma = kernel(x, dy, gamma)
    assert (kernel(x, dy, gamma)[1] == dgamma).all()
    for begin, end in ((0, 1), (500, 501), (7, 300), (999, 1000)):
        alone, _ = kernel(x[begin:end].copy(), dy[begin:end].copy(), gamma)
        assert (alone.view(np.uint16) == together[begin:end].view(np.uint16)).all()


#===-----------------------------------------------------------------------===//
# What else may be summed
#===-----------------------------------------------------------------------===//


def exact(value, dtype="f32"):
    return bounds.BoundedNumPy(dtype).asarray(value, dtype)


def make(rng, *shape, dtype="f32"):
    return cases.make_rows(rng, shape, dtype)


def identity(rows, out, access, slice_, init=None, arguments=None, schedule=""):
    """Sums rows as they are."""
    return write({"%x": rows, **(arguments or {})}, [("%x", "by row", slice_)],
                 [(out, access, "%xv", slice_, init)], "", schedule)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("parameter", ["f32", "f16", "bf16"])
def test_columns(rng, columns, parameter):
    kernel = seednorm.compile(identity(
        f"tensor<?x{columns}xf32>", f"tensor<{columns}x{parameter}>", "summed",
        f"vector<{columns}xf32>"))
    for rows in ROWS:
        if rows * columns > 1_000_000 and parameter != "f32":
            continue
        x = make(rng, rows, columns)
        check(kernel(x), sum_rows(exact(x)), parameter)


# The schedule may cut rows otherwise: into parts of one, or not at all.
@pytest.mark.parametrize("partial", (1, 2, 7, 10**6))
def test_partial_sums_of_other_sizes(rng, partial):
    schedule = ("schedule(#row.cpu_schedule<vector = 8, accumulators = 2, grain = 1, "
                f"partial = {partial}>)")
    kernel = seednorm.compile(identity("tensor<?x200xf32>", "tensor<200xf32>", "summed",
                                       "vector<200xf32>", schedule=schedule))
    for rows in (0, 1, 2, 6, 7, 8, 255, 256, 257, 1000):
        x = make(rng, rows, 200)
        check(kernel(x), sum_rows(exact(x)), "f32")


# One number for a run of columns, or for a row, counts once.
@pytest.mark.parametrize("heads, columns", [(1, 1), (1, 64), (4, 64), (3, 21), (5, 5),
                                            (16, 1024), (1, 1000)])
def test_heads(rng, heads, columns):
    size = columns // heads
    body = f"""
    %zero = arith.constant dense<0.0> : vector<{heads}xf32>
    %h = vector.shape_cast %xv : vector<{columns}xf32> to vector<{heads}x{size}xf32>
    %t = vector.multi_reduction <add>, %h, %zero [1]
        : vector<{heads}x{size}xf32> to vector<{heads}xf32>"""
    kernel = seednorm.compile(write(
        {"%x": f"tensor<?x{columns}xf32>"},
        [("%x", "by row", f"vector<{columns}xf32>")],
        [(f"tensor<{heads}xf32>", "summed", "%t", f"vector<{heads}xf32>", None),
         ("tensor<f32>", "summed", "%t", f"vector<{heads}xf32>", None),
         (f"tensor<{columns}xf32>", "summed", "%xv", f"vector<{columns}xf32>", None)],
        body))
    for rows in ROWS:
        x = make(rng, rows, columns)
        totals = exact(x).reshape(rows, heads, size).sum(-1)
        of_heads, of_all, of_columns = kernel(x)
        check(of_heads, sum_rows(totals), "f32")
        check(of_all, sum_rows(totals).sum(-1), "f32")
        check(of_columns, sum_rows(exact(x)), "f32")


# Heads of 8 and of 12 columns: segments of 4, of which the last one counts.
def test_different_heads(rng):
    heads = lambda count, size: f"""
    %zero{count} = arith.constant dense<0.0> : vector<{count}xf32>
    %h{count} = vector.shape_cast %xv : vector<24xf32> to vector<{count}x{size}xf32>
    %t{count} = vector.multi_reduction <add>, %h{count}, %zero{count} [1]
        : vector<{count}x{size}xf32> to vector<{count}xf32>"""
    kernel = seednorm.compile(write(
        {"%x": "tensor<?x24xf32>"}, [("%x", "by row", "vector<24xf32>")],
        [("tensor<2xf32>", "summed", "%t2", "vector<2xf32>", None),
         ("tensor<3xf32>", "summed", "%t3", "vector<3xf32>", None)],
        heads(2, 12) + heads(3, 8)))
    x = make(rng, 300, 24)
    for result, count in zip(kernel(x), (2, 3)):
        totals = exact(x).reshape(300, count, 24 // count).sum(-1)
        check(result, sum_rows(totals), "f32")


def test_number_of_a_row(rng):
    body = """
    %zero = arith.constant 0.0 : f32
    %t = vector.multi_reduction <add>, %xv, %zero [0] : vector<100xf32> to f32"""
    kernel = seednorm.compile(write(
        {"%x": "tensor<?x100xf32>"}, [("%x", "by row", "vector<100xf32>")],
        [("tensor<f32>", "summed", "%t", "f32", None)], body))
    for rows in ROWS:
        x = make(rng, rows, 100)
        check(kernel(x), sum_rows(exact(x).sum(-1)), "f32")


# Dimensions that the output lacks, or of which it has one element.
@pytest.mark.parametrize("dtype", ["f32", "bf16", "f64"])
@pytest.mark.parametrize("shape, out, kept", [
    ((8, 16), (16,), 1), ((8, 16), (8, 1), 0), ((8, 16), (), None),
    ((8, 16), (1, 16), 1), ((3, 5, 7), (1, 5, 1), 1), ((3, 5, 7), (7,), 2),
    ((3, 5, 7), (3, 1, 1), 0), ((1, 1), (1, 1), 0), ((32, 128), (128,), 1),
    ((128, 32), (128, 1), 0)])
def test_dimensions_of_the_slice(rng, shape, out, kept, dtype):
    compute = compute_type(dtype)
    sizes = "".join(f"{size}x" for size in shape)
    out_type = "".join(f"{size}x" for size in out) + dtype
    kernel = seednorm.compile(identity(
        f"tensor<?x{sizes}{compute}>", f"tensor<{out_type}>", "summed",
        f"vector<{sizes}{compute}>"))
    for rows in (0, 1, 300, 1000):
        x = make(rng, rows, *shape, dtype=compute)
        terms = exact(x, compute)
        if kept is None:
            terms = terms.reshape(-1)
        else:
            move = lambda a: np.moveaxis(a, kept + 1, 0).reshape(shape[kept], -1)
            terms = bounds.Bounded(move(terms.value), move(terms.error), terms.u)
        expected = terms.sum(-1).reshape(out)
        # Partial sums are rounded before they are added: one more addition each.
        expected = bounds.Bounded(expected.value, 2 * expected.error, expected.u)
        check(kernel(x), expected, dtype)


@pytest.mark.parametrize("writable", ["", " {bufferization.writable = true}"])
@pytest.mark.parametrize("dtype", ["f32", "bf16"])
@pytest.mark.parametrize("columns", (1, 7, 200, 4096))
def test_added(rng, columns, dtype, writable):
    kernel = seednorm.compile(identity(
        f"tensor<?x{columns}xf32>", f"tensor<{columns}x{dtype}>", "added",
        f"vector<{columns}xf32>", "%held",
        {"%held": f"tensor<{columns}x{dtype}>{writable}"}))
    held = make(rng, 1, columns, dtype=dtype)[0]
    for rows in (0, 1, 300):
        x = make(rng, rows, columns)
        before = held.copy()
        result = kernel(x, held)
        check(result, sum_rows(exact(x)) + exact(before), dtype)
        if rows == 0:
            assert (result == before).all()
        if not writable:
            assert (held == before).all()
        held = before


def run_here():
    """Prints a digest of results, for another process to compare."""
    rng = np.random.default_rng(3)
    digest = hashlib.sha256()
    for columns, dtype in ((1000, "bf16"), (7, "f32")):
        kernel = seednorm.compile(rms_backward(columns, dtype, "f32"))
        for rows in (1, 33, 3000):
            operands = make_rms(rng, rows, columns, dtype)
            first = [result.tobytes() for result in kernel(*operands)]
            for _ in range(10):
                assert [result.tobytes() for result in kernel(*operands)] == first
            digest.update(b"".join(first))
    print(digest.hexdigest())


def check_threads(module):
    """What `run_here` of a module prints is the same for any number of threads."""
    def run(threads):
        environment = dict(os.environ, SEEDNORM_NUM_THREADS=str(threads))
        return subprocess.run(
            [sys.executable, "-c", f"import {module}; {module}.run_here()"],
            cwd=os.path.dirname(__file__), env=environment, check=True,
            capture_output=True, text=True).stdout

    assert len({run(threads) for threads in (1, 2, 5)}) == 1


def test_number_of_threads():
    check_threads("test_summed_cpu")
