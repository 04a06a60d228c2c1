"""Rows quantised to 8 bits by programs that no pass knows by name.

A scale for each row or for each group of 128 columns, from the largest
magnitude. The reference repeats every rounding, so results agree bit by bit.
"""

import ml_dtypes
import numpy as np
import pytest
import seednorm

TARGETS = ["cpu", "emulated"]
SOURCES = {"f32": np.float32, "bf16": ml_dtypes.bfloat16}
RESULTS = {
    "f8E4M3FN": (ml_dtypes.float8_e4m3fn, 448.0),
    "f8E5M2": (ml_dtypes.float8_e5m2, 57344.0),
    "i8": (np.int8, 127.0),
}
COLUMNS = [1, 7, 64, 127, 1000, 4096]
GROUP = 128


def quantize(columns, source, result, groups=1):
    """Text of a program with results for columns and for groups of them."""
    limit = RESULTS[result][1]
    vector, split = f"vector<{columns}xf32>", f"vector<{groups}x{columns // groups}xf32>"
    scale = f"vector<{groups}xf32>"
    scales = f"tensor<?x{groups}xf32>"
    x, y = (f"tensor<?x{columns}x{dtype}>" for dtype in (source, result))
    values = f"vector<{columns}x{result}>"
    widen = f"arith.extf %xv : vector<{columns}x{source}> to {vector}"
    if source == "f32":
        widen = f"arith.bitcast %xv : {vector} to {vector}"
    narrow = f"%q = arith.truncf %clean : {vector} to {values}"
    if result == "i8":
        narrow = f"""%even = math.roundeven %clean : {vector}
    %q = arith.fptosi %even : {vector} to {values}"""
    return f"""
func.func @main(%x: {x}) -> ({y}, {scales}) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {x}
  %y0 = tensor.empty(%n) : {y}
  %s0 = tensor.empty(%n) : {scales}
  %y:2 = row.program ins(%x : {x} by row) outs(%y0 : {y} by row, %s0 : {scales} by row) {{
  ^bb0(%xv: vector<{columns}x{source}>):
    %zero = arith.constant dense<0.0> : {vector}
    %none = arith.constant dense<0.0> : {scale}
    %one = arith.constant dense<1.0> : {scale}
    %limit = arith.constant dense<{limit}> : {scale}
    %most = arith.constant dense<{limit}> : {vector}
    %least = arith.constant dense<-{limit}> : {vector}
    %wide = {widen}
    %magnitude = math.absf %wide : {vector}
    %grouped = vector.shape_cast %magnitude : {vector} to {split}
    %largest = vector.multi_reduction <maxnumf>, %grouped, %none [1] : {split} to {scale}
    %any = arith.cmpf ogt, %largest, %none : {scale}
    %divisor = arith.select %any, %largest, %one : vector<{groups}xi1>, {scale}
    %inverse = arith.divf %limit, %divisor : {scale}
    %scale = arith.divf %divisor, %limit : {scale}
    %column = vector.shape_cast %inverse : {scale} to vector<{groups}x1xf32>
    %spread = vector.broadcast %column : vector<{groups}x1xf32> to {split}
    %factor = vector.shape_cast %spread : {split} to {vector}
    %scaled = arith.mulf %wide, %factor : {vector}
    %below = arith.minimumf %scaled, %most : {vector}
    %within = arith.maximumf %below, %least : {vector}
    %number = arith.cmpf ord, %within, %within : {vector}
    %clean = arith.select %number, %within, %zero : vector<{columns}xi1>, {vector}
    {narrow}
    row.yield %q, %scale : {values}, {scale}
  }}
  return %y#0, %y#1 : {y}, {scales}
}}"""


def quantize_exactly(x, result, groups=1):
    """What `quantize` means, rounding where it rounds."""
    dtype, limit = RESULTS[result]
    wide = x.astype(np.float32).reshape(len(x), groups, -1)
    largest = np.fmax.reduce(np.abs(wide), -1, keepdims=True, initial=0)
    divisor = np.where(largest > 0, largest, np.float32(1))
    scaled = np.clip(wide * (np.float32(limit) / divisor), -limit, limit)
    scaled = np.where(np.isnan(scaled), np.float32(0), scaled)
    if result == "i8":
        scaled = np.rint(scaled)
    return (scaled.astype(dtype).reshape(x.shape),
            (divisor / np.float32(limit)).reshape(len(x), groups))


def make_rows(rng, columns, dtype):
    """Of all magnitudes, of zeros, with an infinity and with NaN."""
    x = rng.standard_normal((9, columns)) * 10.0 ** np.arange(-4, 5)[:, None]
    x[3] = 0
    x[4, columns // 2] = np.inf
    x[5, ::3] = np.nan
    x[6, -1] = -np.inf
    return x.astype(dtype)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rows(rng, target, source, result, columns):
    x = make_rows(rng, columns, SOURCES[source])
    q, scale = seednorm.compile(quantize(columns, source, result), target=target)(x)
    exact, exact_scale = quantize_exactly(x, result)
    assert q.dtype == exact.dtype
    np.testing.assert_array_equal(q.view(np.int8), exact.view(np.int8))
    np.testing.assert_array_equal(scale, exact_scale)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("columns", [128, 384, 1024, 4096, 5120])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_groups(rng, target, source, result, columns):
    groups = columns // GROUP
    x = make_rows(rng, columns, SOURCES[source])
    kernel = seednorm.compile(quantize(columns, source, result, groups), target=target)
    q, scale = kernel(x)
    exact, exact_scale = quantize_exactly(x, result, groups)
    np.testing.assert_array_equal(q.view(np.int8), exact.view(np.int8))
    np.testing.assert_array_equal(scale, exact_scale)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("groups", [1, 32])
def test_rows_move_once(source, result, groups):
    """Sixteen columns are one store of 16 bytes."""
    kernel = seednorm.compile(quantize(4096, source, result, groups), target="sm_90a")
    (cost,) = kernel.report
    assert cost["row_bytes_per_element"] == cost["minimum_row_bytes_per_element"]
    assert cost["spill_bytes"] == 0
    assert "st.global.v4.b32" in kernel.asm["ptx"]
    assert "st.global.b8" not in kernel.asm["ptx"]


# Inputs of 8 bits: what was quantised comes back.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", RESULTS)
def test_dequantization(rng, target, dtype):
    widen = "sitofp" if dtype == "i8" else "extf"
    kernel = seednorm.compile(f"""
func.func @main(%q: tensor<?x96x{dtype}>, %s: tensor<?xf32>) -> tensor<?x96xf32> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %q, %c0 : tensor<?x96x{dtype}>
  %e = tensor.empty(%n) : tensor<?x96xf32>
  %y = row.program ins(%q : tensor<?x96x{dtype}> by row, %s : tensor<?xf32> by row)
      outs(%e : tensor<?x96xf32> by row) {{
  ^bb0(%qv: vector<96x{dtype}>, %sv: f32):
    %wide = arith.{widen} %qv : vector<96x{dtype}> to vector<96xf32>
    %factor = vector.broadcast %sv : f32 to vector<96xf32>
    %r = arith.mulf %wide, %factor : vector<96xf32>
    row.yield %r : vector<96xf32>
  }}
  return %y : tensor<?x96xf32>
}}""", target=target)
    q = rng.integers(0, 256, (7, 96), np.uint8).view(RESULTS[dtype][0])
    scale = rng.standard_normal(7).astype(np.float32)
    np.testing.assert_array_equal(kernel(q, scale),
                                  q.astype(np.float32) * scale[:, None])
