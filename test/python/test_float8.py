"""Casts to and from 8-bit floats, against a list of all their values.

LLVM has no such types, so every bit of a cast is arithmetic of ours.
"""

import ml_dtypes
import numpy as np
import pytest
import seednorm

TARGETS = ["cpu", "emulated"]
FLOAT8 = {"f8E4M3FN": ml_dtypes.float8_e4m3fn, "f8E5M2": ml_dtypes.float8_e5m2}
WIDE = {"f64": np.float64, "f32": np.float32, "f16": np.float16,
        "bf16": ml_dtypes.bfloat16}
COLUMNS = 96


def cast(target, operation, source, result, columns=COLUMNS):
    """A kernel that casts rows."""
    rows = {name: f"tensor<?x{columns}x{name}>" for name in (source, result)}
    types = {name: f"vector<{columns}x{name}>" for name in (source, result)}
    return seednorm.compile(f"""
func.func @main(%x: {rows[source]}) -> {rows[result]} {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {rows[source]}
  %e = tensor.empty(%n) : {rows[result]}
  %y = row.program ins(%x : {rows[source]} by row) outs(%e : {rows[result]} by row) {{
  ^bb0(%v: {types[source]}):
    %r = {operation} %v : {types[source]} to {types[result]}
    row.yield %r : {types[result]}
  }}
  return %y : {rows[result]}
}}""", target=target)


def run(kernel, values, columns=COLUMNS):
    """All `values` through `kernel`, which takes rows."""
    padded = np.resize(values, (-(-len(values) // columns), columns))
    return kernel(padded).reshape(-1)[: len(values)]


def get_values(dtype):
    """All values from 0 upwards, and where the next one would be."""
    values = np.arange(128, dtype=np.uint8).view(dtype).astype(np.float64)
    values = values[np.isfinite(values)]
    return np.append(values, 2 * values[-1] - values[-2])


def round_exactly(numbers, dtype):
    """The nearest value of `dtype`, of two the one with an even code."""
    values = get_values(dtype)
    magnitude = np.abs(numbers.astype(np.float64))
    ties = (values[:-1] + values[1:]) / 2
    codes = np.searchsorted(ties, magnitude)
    at_tie = ties[np.minimum(codes, len(ties) - 1)] == magnitude
    codes += at_tie & (codes % 2 == 1)
    nan = np.array(np.nan, dtype).view(np.uint8) & 0x7F
    codes = np.where(np.isnan(magnitude), nan, codes).astype(np.uint8)
    return (codes | np.signbit(numbers).astype(np.uint8) << 7).view(dtype)


def get_numbers(rng, wide, dtype):
    """The numbers that tell a right cast from a wrong one, of type `wide`."""
    values = get_values(dtype)
    edges = np.concatenate([values, (values[:-1] + values[1:]) / 2]).astype(wide)
    numbers = [edges]
    for away in (0, np.inf):
        for _ in range(2):
            numbers.append(np.nextafter(numbers[-1], wide(away)))
        numbers.append(edges)
    largest = ml_dtypes.finfo(wide).max
    numbers.append(np.array([largest, np.inf, ml_dtypes.finfo(wide).tiny,
                             ml_dtypes.finfo(wide).smallest_subnormal], wide))
    bits = np.arange(1 << 16, dtype=np.uint16)
    width = np.dtype(wide).itemsize
    if width > 2:
        # All signs, exponents and first bits, and payloads of NaN.
        high = bits.astype(f"u{width}") << (8 * width - 16)
        numbers += [part.view(wide) for part in (high, high | high.dtype.type(1))]
        numbers.append(rng.integers(0, 1 << 8 * width, 10**6, f"u{width}").view(wide))
        numbers.append((rng.standard_normal(10**5) * values[-2] / 2).astype(wide))
    else:
        numbers.append(bits.view(wide))
    numbers = np.concatenate(numbers)
    return np.concatenate([numbers, -numbers])


def assert_same(result, exact):
    """Equal codes; NaN of any payload and sign."""
    assert result.dtype == exact.dtype
    both_nan = np.isnan(result.astype(np.float32)) & np.isnan(exact.astype(np.float32))
    unsigned = f"u{exact.itemsize}"
    wrong = (result.view(unsigned) != exact.view(unsigned)) & ~both_nan
    assert not wrong.any(), (np.flatnonzero(wrong)[:5], result[wrong], exact[wrong])


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", WIDE)
@pytest.mark.parametrize("result", FLOAT8)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_truncation(rng, target, source, result):
    numbers = get_numbers(rng, WIDE[source], FLOAT8[result])
    exact = round_exactly(numbers, FLOAT8[result])
    if source == "f32":
        # A second opinion on the reference itself.
        assert_same(exact, numbers.astype(FLOAT8[result]))
    assert_same(run(cast(target, "arith.truncf", source, result), numbers), exact)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", FLOAT8)
@pytest.mark.parametrize("result", WIDE)
def test_extension(target, source, result):
    numbers = np.arange(256, dtype=np.uint8).view(FLOAT8[source])
    assert_same(run(cast(target, "arith.extf", source, result), numbers),
                numbers.astype(np.float64).astype(WIDE[result]))


# Rows of one column are scalars: no vector is left.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", FLOAT8)
def test_scalars(target, dtype):
    numbers = np.arange(256, dtype=np.uint8).view(FLOAT8[dtype])
    wide = run(cast(target, "arith.extf", dtype, "f32", 1), numbers, 1)
    assert_same(wide, numbers.astype(np.float32))
    assert_same(run(cast(target, "arith.truncf", "f32", dtype, 1), wide, 1), numbers)


# Rounded to f32 first, this would be a tie, and go to 1.0.
@pytest.mark.parametrize("target", TARGETS)
def test_f64_rounds_once(target):
    number = np.full(COLUMNS, 1.0625 + 2.0**-40)
    result = run(cast(target, "arith.truncf", "f64", "f8E4M3FN"), number)
    assert (result.astype(np.float64) == 1.125).all()
