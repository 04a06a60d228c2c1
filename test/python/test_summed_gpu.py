#===- test_summed_gpu.py - Sums over rows on persistent blocks --------------===//
#
# Outputs that rows have in common, such as the gradients of parameters: equal to
# NumPy in float64, the same bits whatever the order in which lanes run, and no
# difference to what a row has of its own.
#
#===-----------------------------------------------------------------------===//

import ml_dtypes
import numpy as np
import pytest

import seednorm

U = 2.0**-24
BF16 = ml_dtypes.bfloat16
DTYPES = {"f32": np.float32, "f64": np.float64, "f16": np.float16, "bf16": BF16}
ROUNDOFF = {"f32": U, "f64": 2.0**-53, "f16": 2.0**-11, "bf16": 2.0**-8}
COLUMNS = [1, 7, 64, 96, 1000, 1024, 4096, 8192]
#: Of rows: none, one, fewer and more than blocks.
ROWS = [0, 1, 3, 300]


def assert_sum(result, terms, roundings, dtype="f32", held=0, u=U):
    """`result` is the sum of `terms` over the first axis and of what was held,
    where a term has so many roundings."""
    exact = terms.sum(0) + held
    reach = np.abs(terms).sum(0) + np.abs(held)
    bound = (len(terms) + roundings) * u * reach * 1.01
    bound += ROUNDOFF[dtype] * np.abs(exact) * 1.01 + 1e-30
    assert result.shape == exact.shape
    assert result.dtype == DTYPES[dtype]
    assert (np.abs(result.astype(np.float64) - exact) <= bound).all()


def assert_same(kernel, arguments, results):
    """Other orders of lanes, and another run, give the same bits."""
    for seed in (1, 2, 2):
        others = kernel(*arguments, seed=seed)
        others = others if isinstance(others, tuple) else (others,)
        for result, other in zip(results, others, strict=True):
            assert result.tobytes() == other.tobytes()


#===-----------------------------------------------------------------------===//
# Gradients
#===-----------------------------------------------------------------------===//


def rms_backward(columns, parameters=1, dtype="bf16", gradient="f32"):
    """The gradient of RMSNorm, with so many parameters to be multiplied by."""
    row, vector, narrow = (f"tensor<?x{columns}x{dtype}>", f"vector<{columns}xf32>",
                           f"vector<{columns}x{dtype}>")
    numbers = range(parameters)
    parameter, total = f"tensor<{columns}xf32>", f"tensor<{columns}x{gradient}>"
    products = "\n".join(
        f"    %u{i} = arith.mulf %u, %g{i} : {vector}" for i in numbers)
    sums = ", ".join(f"%u{i}" for i in numbers)
    return f"""
func.func @main(%x: {row}, %dy: {row}, {', '.join(f'%p{i}: {parameter}' for i in numbers)})
    -> ({row}{f', {total}' * parameters}) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {row}
  %dx = tensor.empty(%n) : {row}
  %dp = tensor.empty() : {total}
  %r:{parameters + 1} = row.program
      ins(%x : {row} by row, %dy : {row} by row,
          {', '.join(f'%p{i} : {parameter} shared' for i in numbers)})
      outs(%dx : {row} by row{f', %dp : {total} summed' * parameters}) {{
  ^bb0(%xv: {narrow}, %dyv: {narrow}, {', '.join(f'%g{i}: {vector}' for i in numbers)}):
    %zero = arith.constant 0.0 : f32
    %inverse = arith.constant {1 / columns:.10e} : f32
    %eps = arith.constant 1.0e-5 : f32
    %x32 = arith.extf %xv : {narrow} to {vector}
    %dy32 = arith.extf %dyv : {narrow} to {vector}
    %square = arith.mulf %x32, %x32 : {vector}
    %squares = vector.multi_reduction <add>, %square, %zero [0] : {vector} to f32
    %v = arith.mulf %dy32, %x32 : {vector}
    %w = arith.mulf %v, %g0 : {vector}
    %dot = vector.multi_reduction <add>, %w, %zero [0] : {vector} to f32
    %mean = arith.mulf %squares, %inverse : f32
    %shifted = arith.addf %mean, %eps : f32
    %r = math.rsqrt %shifted : f32
    %r2 = arith.mulf %r, %r : f32
    %r3 = arith.mulf %r2, %r : f32
    %dots = arith.mulf %dot, %inverse : f32
    %factor = arith.mulf %dots, %r3 : f32
    %rs = vector.broadcast %r : f32 to {vector}
    %factors = vector.broadcast %factor : f32 to {vector}
    %u = arith.mulf %v, %rs : {vector}
{products}
    %a = arith.mulf %dy32, %g0 : {vector}
    %b = arith.mulf %a, %rs : {vector}
    %c = arith.mulf %x32, %factors : {vector}
    %d = arith.subf %b, %c : {vector}
    %d16 = arith.truncf %d : {vector} to {narrow}
    row.yield %d16, {sums} : {narrow}{f', {vector}' * parameters}
  }}
  return {', '.join(f'%r#{i}' for i in range(parameters + 1))} : {row}{f', {total}' * parameters}
}}"""


def gradients(x, dy, parameters):
    """dx, and the terms of the parameters' gradients, in float64."""
    x, dy = x.astype(np.float64), dy.astype(np.float64)
    r = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)
    u = dy * x * r
    dx = r * parameters[0] * dy - r * r * x * (u * parameters[0]).mean(-1, keepdims=True)
    return dx, [u * p for p in parameters]


def make_rows(rng, rows, columns, parameters=1):
    x, dy = (rng.standard_normal((rows, columns)).astype(BF16) for _ in range(2))
    return x, dy, *rng.standard_normal((parameters, columns)).astype(np.float32)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_rms_backward(rng, columns, rows):
    kernel = seednorm.compile(rms_backward(columns), target="emulated")
    assert kernel.num_kernels == 2
    arguments = make_rows(rng, rows, columns)
    dx, dg = kernel(*arguments)
    exact, (terms,) = gradients(*arguments[:2], arguments[2:])
    # The root comes of a sum over the columns.
    assert_sum(dg, terms, columns + 12)
    reach = np.abs(exact).max(initial=0)
    assert np.abs(dx.astype(np.float64) - exact).max(initial=0) <= 2.0**-7 * reach
    assert_same(kernel, arguments, (dx, dg))
    # A row does not see the others.
    if rows == 300:
        for some in (slice(1), slice(3), slice(7, 207)):
            part = kernel(arguments[0][some], arguments[1][some], *arguments[2:])
            assert part[0].tobytes() == dx[some].tobytes()


@pytest.mark.parametrize("columns", [96, 1024, 8192])
def test_three_parameters(rng, columns):
    kernel = seednorm.compile(rms_backward(columns, 3, gradient="bf16"),
                              target="emulated")
    arguments = make_rows(rng, 150, columns, 3)
    dx, *sums = kernel(*arguments)
    for result, terms in zip(sums, gradients(*arguments[:2], arguments[2:])[1]):
        assert_sum(result, terms, columns + 12, dtype="bf16")
    assert_same(kernel, arguments, (dx, *sums))


@pytest.mark.parametrize("columns", [64, 1024, 4096])
def test_reads_and_writes_rows_once(rng, columns):
    kernel = seednorm.compile(rms_backward(columns), target="emulated")
    rows = 300
    _, counters = kernel.run_counted(*make_rows(rng, rows, columns))
    x, dy, _, dx, dg, *_ = counters[0]["regions"]
    for region in (x, dy):
        assert region["bytes_read"] == rows * columns * 2
        assert region["bytes_written"] == 0
    assert dx["bytes_written"] == rows * columns * 2 and dx["bytes_read"] == 0
    assert dg["bytes_written"] == dg["bytes_read"] == 0
    totals = counters[1]["regions"][4]
    assert totals["bytes_written"] == columns * 4


@pytest.mark.parametrize("columns", [64, 1000, 1024, 4096])
def test_report(columns):
    """All that a thread adds up is in registers, and counted apart from rows."""
    kernel = seednorm.compile(rms_backward(columns, 3, gradient="bf16"), target="sm_90")
    rows, sums = kernel.report
    assert rows["spill_bytes"] == sums["spill_bytes"] == 0
    assert rows["row_bytes_per_element"] == rows["minimum_row_bytes_per_element"] == 6
    assert rows["parameter_bytes"] == rows["parameter_bytes_per_block"] == 3 * 4 * columns
    assert rows["partial_bytes_per_block"] == 3 * 4 * columns
    assert rows["summed_bytes"] == sums["summed_bytes"] == 3 * 2 * columns
    assert sums["adds_partials"] and not rows["adds_partials"]
    assert "of partial sums a block" in kernel.asm["report"]


#===-----------------------------------------------------------------------===//
# Shapes and types of outputs
#===-----------------------------------------------------------------------===//


def sums_of(slice_type, outputs, body="", rows="?"):
    """Sums of rows of `slice_type`: `outputs` are shape, type of the elements,
    access, value and type of its slice."""
    x = f"tensor<{rows}x{slice_type}>"
    types = ["tensor<" + "".join(f"{size}x" for size in shape) + f"{element}>"
             for shape, element, *_ in outputs]
    inits = "\n".join(f"  %o{i} = tensor.empty() : {t}" for i, t in enumerate(types))
    outs = ", ".join(f"%o{i} : {t} {access}"
                     for i, (t, (_, _, access, *_)) in enumerate(zip(types, outputs)))
    return f"""
func.func @main(%x: {x}) -> ({', '.join(types)}) {{
{inits}
  %r:{len(outputs)} = row.program ins(%x : {x} by row) outs({outs}) {{
  ^bb0(%v: vector<{slice_type}>):
{body}
    row.yield {', '.join(o[3] for o in outputs)} : {', '.join(o[4] for o in outputs)}
  }}
  return {', '.join(f'%r#{i}' for i in range(len(outputs)))} : {', '.join(types)}
}}"""


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_column_sum(rng, columns, rows):
    vector = f"vector<{columns}xf32>"
    kernel = seednorm.compile(
        sums_of(f"{columns}xf32", [((columns,), "f32", "summed", "%v", vector)]),
        target="emulated")
    x = rng.standard_normal((rows, columns)).astype(np.float32)
    result = kernel(x)
    assert_sum(result, x.astype(np.float64), 0)
    assert_same(kernel, (x,), (result,))


@pytest.mark.parametrize("heads, run", [(1, 1), (2, 7), (8, 8), (3, 32), (8, 125),
                                        (16, 64), (32, 128)])
@pytest.mark.parametrize("rows", [1, 41])
def test_shapes(rng, heads, run, rows):
    split, head = f"vector<{heads}x{run}xf32>", f"vector<{heads}xf32>"
    kernel = seednorm.compile(
        sums_of(f"{heads}x{run}xf32", [
            ((heads, run), "f32", "summed", "%v", split),
            ((run,), "f16", "summed", "%v", split),
            ((heads, 1), "bf16", "summed", "%v", split),
            ((), "f32", "summed", "%v", split),
            ((heads,), "f32", "summed", "%head", head),
            ((), "bf16", "summed", "%all", "f32"),
        ], f"""
    %zeros = arith.constant dense<0.0> : {head}
    %zero = arith.constant 0.0 : f32
    %head = vector.multi_reduction <add>, %v, %zeros [1] : {split} to {head}
    %all = vector.multi_reduction <add>, %head, %zero [0] : {head} to f32"""),
        target="emulated")
    x = rng.standard_normal((rows, heads, run)).astype(np.float32)
    results = kernel(x)
    x64 = x.astype(np.float64)
    flat = x64.reshape(-1, run)
    assert_sum(results[0], x64, 0)
    assert_sum(results[1], flat, 0, dtype="f16")
    assert_sum(results[2], x64.swapaxes(1, 2).reshape(-1, heads, 1), 0, dtype="bf16")
    assert_sum(results[3], x64.reshape(-1), 0)
    assert_sum(results[4], x64.swapaxes(1, 2).reshape(-1, heads), 0)
    assert_sum(results[5], x64.reshape(-1), 0, dtype="bf16")
    assert_same(kernel, (x,), results)


@pytest.mark.parametrize("columns", [7, 1024])
def test_double(rng, columns):
    vector = f"vector<{columns}xf64>"
    kernel = seednorm.compile(
        sums_of(f"{columns}xf64", [((columns,), "f64", "summed", "%v", vector)]),
        target="emulated")
    x = rng.standard_normal((100, columns))
    assert_sum(kernel(x), x.astype(np.longdouble), 0, dtype="f64", u=2.0**-53)


def test_double_along_a_row_is_refused():
    body = """
    %zero = arith.constant 0.0 : f64
    %all = vector.multi_reduction <add>, %v, %zero [0] : vector<8xf64> to f64"""
    with pytest.raises(seednorm.UsageError, match="f64 over rows only"):
        seednorm.compile(sums_of("8xf64", [((), "f64", "summed", "%all", "f64")], body),
                         target="emulated")


@pytest.mark.parametrize("rows", [0, 50])
@pytest.mark.parametrize("access", ["added", "added by cycle 2"])
def test_added(rng, access, rows):
    """What the output held counts, and stays as it is."""
    columns = 96
    total = f"tensor<{'2x' if 'cycle' in access else ''}{columns}xbf16>"
    kernel = seednorm.compile(f"""
func.func @main(%x: tensor<?x{columns}xf32>, %held: {total}) -> {total} {{
  %r = row.program ins(%x : tensor<?x{columns}xf32> by row) outs(%held : {total} {access}) {{
  ^bb0(%v: vector<{columns}xf32>):
    row.yield %v : vector<{columns}xf32>
  }}
  return %r : {total}
}}""", target="emulated")
    assert kernel.num_kernels == 2
    x = rng.standard_normal((rows, columns)).astype(np.float32)
    held = rng.standard_normal(kernel.results[0].shape).astype(BF16)
    before = held.copy()
    result, x64, held64 = kernel(x, held), x.astype(np.float64), held.astype(np.float64)
    assert held.tobytes() == before.tobytes()
    if held.ndim == 1:
        assert_sum(result, x64, 1, dtype="bf16", held=held64)
        return
    for number in range(2):
        assert_sum(result[number], x64[number::2], 1, dtype="bf16", held=held64[number])


#===-----------------------------------------------------------------------===//
# By group and by cycle
#===-----------------------------------------------------------------------===//


def modulation(columns, access, leading, rows="?"):
    """y = x * scale, where some rows have a scale in common: the gradients for
    dy = y of the scale, of a number of each row, and of what all rows have."""
    row, vector = f"tensor<{rows}x{columns}xf32>", f"vector<{columns}xf32>"
    scale, slices = f"tensor<{leading}x{columns}xf32>", f"tensor<{leading}xf32>"
    total = f"tensor<{columns}xf32>"
    dim = "x".join(str(leading).split("x"))
    sizes = "(%n)" if dim == "?" else ""
    return f"""
func.func @main(%x: {row}, %scale: {scale}) -> ({scale}, {slices}, {total}) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %scale, %c0 : {scale}
  %o0 = tensor.empty{sizes or "()"} : {scale}
  %o1 = tensor.empty{sizes or "()"} : {slices}
  %o2 = tensor.empty() : {total}
  %r:3 = row.program ins(%x : {row} by row, %scale : {scale} {access})
      outs(%o0 : {scale} summed {access}, %o2 : {total} summed,
           %o1 : {slices} summed {access}) {{
  ^bb0(%v: {vector}, %s: {vector}):
    %zero = arith.constant 0.0 : f32
    %y = arith.mulf %v, %s : {vector}
    %all = vector.multi_reduction <add>, %v, %zero [0] : {vector} to f32
    row.yield %v, %y, %all : {vector}, {vector}, f32
  }}
  return %r#0, %r#2, %r#1 : {scale}, {slices}, {total}
}}"""


def check_modulation(kernel, rng, shape, numbers, count):
    """`numbers` are those of the slices that rows see."""
    x = rng.standard_normal(shape).astype(np.float32)
    columns = shape[-1]
    scale = rng.standard_normal((count, columns)).astype(np.float32)
    results = kernel(x, scale)
    x64 = x.astype(np.float64).reshape(-1, columns)
    for number in range(count):
        terms = x64[numbers == number]
        assert_sum(results[0][number], terms, 0)
        # Each term of the second is the sum of a row.
        assert_sum(results[1][number], terms.reshape(-1), 0)
    assert_sum(results[2], x64 * scale.astype(np.float64)[numbers], 1)
    assert_same(kernel, (x, scale), results)


@pytest.mark.parametrize("columns", [7, 96, 1024])
@pytest.mark.parametrize("rows, size", [(1, 4), (12, 4), (13, 4), (300, 100), (203, 70)])
def test_by_group(rng, columns, rows, size):
    kernel = seednorm.compile(modulation(columns, f"by group {size}", "?"),
                              target="emulated")
    check_modulation(kernel, rng, (rows, columns), np.arange(rows) // size,
                     -(-rows // size))


@pytest.mark.parametrize("columns", [7, 1024])
@pytest.mark.parametrize("groups, size", [(2, 3), (5, 40), (1, 1), (3, 0)])
def test_by_group_of_the_call(rng, columns, groups, size):
    kernel = seednorm.compile(modulation(columns, "by group", "?", rows="?x?"),
                              target="emulated")
    check_modulation(kernel, rng, (groups, size, columns),
                     np.repeat(np.arange(groups), size), groups)


@pytest.mark.parametrize("columns", [7, 96, 1024])
@pytest.mark.parametrize("rows, period", [(2, 3), (30, 3), (200, 32)])
def test_by_cycle(rng, columns, rows, period):
    kernel = seednorm.compile(modulation(columns, f"by cycle {period}", period),
                              target="emulated")
    check_modulation(kernel, rng, (rows, columns), np.arange(rows) % period, period)


@pytest.mark.parametrize("rows, period", [(2, 3), (40, 5)])
def test_by_cycle_of_the_call(rng, rows, period):
    kernel = seednorm.compile(modulation(96, "by cycle", "?", rows="?x?"),
                              target="emulated")
    check_modulation(kernel, rng, (rows, period, 96),
                     np.tile(np.arange(period), rows), period)


def test_group_and_cycle_are_refused():
    vector = "vector<8xf32>"
    with pytest.raises(seednorm.UsageError, match="goes through rows in one way"):
        seednorm.compile(sums_of("8xf32", [
            ((2, 8), "f32", "summed by group 3", "%v", vector),
            ((3, 8), "f32", "summed by cycle 3", "%v", vector)], rows=6),
            target="emulated")
