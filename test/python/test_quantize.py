#===- test_quantize.py - Rows in eight bits, as docs/Spec.md has them -------===//
#
# Values of norm.quantize, alone and fused with the norm before it, against the
# specification. What a kernel rounds is within a bound of the exact number, so
# its result lies between what the ends of that interval round to.
#
#===-----------------------------------------------------------------------===//

import ml_dtypes
import numpy as np
import pytest

import cases
import reference
import seednorm
import spec_cases
import specification
import tolerances as tol

TYPES = {"f8E4M3FN": ml_dtypes.float8_e4m3fn, "f8E5M2": ml_dtypes.float8_e5m2,
         "i8": np.int8}
STATIC = np.array([0.013], np.float32)


def round_exactly(y, to):
    """To the nearest number of a type, as the kernel's last step."""
    if to == "i8":
        return np.where(np.isnan(y), 0, np.rint(y))
    # ml_dtypes rounds f64 once.
    return y.astype(TYPES[to]).astype(np.float64)


def find_mismatch(actual, y, to):
    """As reference.find_mismatch, of a result in eight bits."""
    actual = actual.astype(np.float64)
    error = np.where(np.isnan(y.error), np.inf, y.error) * tol.SECOND_ORDER
    ends = {"i8": (-128, 127)}.get(to) or [
        float(limit) for limit in (ml_dtypes.finfo(TYPES[to]).min,
                                   ml_dtypes.finfo(TYPES[to]).max)]
    value = y.value.astype(np.float64)
    with np.errstate(invalid="ignore"):
        low = round_exactly(np.clip(value - error, *ends), to)
        high = round_exactly(np.clip(value + error, *ends), to)
        fits = (low <= actual) & (actual <= high)
    nothing = 0 if to == "i8" else np.nan
    fits = np.where(np.isnan(value), np.isin(actual, nothing) | np.isnan(actual) &
                    np.isnan(nothing), fits)
    if fits.all():
        return None
    place = tuple(int(i) for i in np.argwhere(~fits)[0])
    return f"{(~fits).sum()} are off; at {place} {value[place]} became {actual[place]}"


def build(target, shape, dtype, to, per, group_size, with_norm):
    g = seednorm.Graph()
    x = g.input(shape, dtype, name="x")
    y, arguments = x, []
    if with_norm:
        gamma = g.input(shape[-1:], "f32", name="gamma")
        y = seednorm.rms_norm(x, gamma, eps=1e-5,
                              dtype="f64" if dtype == "f64" else "f32")
    scale = g.input((1,), "f32", name="scale") if per == "static" else None
    results = seednorm.quantize(y, to, per, scale, group_size)
    g.output(*(results if per != "static" else (results,)))
    kernel = seednorm.compile(g, target=target)
    # A norm's rows have no columns beyond them that a short group could have.
    short = per == "group" and group_size < shape[-1] and shape[-1] % group_size != 0
    assert kernel.num_kernels == (2 if with_norm and short else 1)
    return kernel


def run(rng, target, x, dtype, to, per, group_size=128, with_norm=False):
    """What a kernel and the specification make of rows: each the rows in eight bits,
    and the scales, None if `per` is static."""
    kernel = build(target, (None, *x.shape[1:]), dtype, to, per, group_size, with_norm)
    gamma = (0.7 + 0.4 * rng.standard_normal(x.shape[-1])).astype(np.float32)
    arguments = [gamma] * with_norm + [STATIC] * (per == "static")
    found = kernel(x, *arguments)
    y = x
    with np.errstate(all="ignore"):
        if with_norm:
            y = specification.load("rms_norm", dtype)(x, gamma, float(np.float32(1e-5))
                                                      if dtype != "f64" else 1e-5)
        expected = specification.load("quantize", dtype)(
            y, to, per, STATIC if per == "static" else None, group_size)
    return ((found, None), (expected, None)) if per == "static" else (found, expected)


def check(rng, target, x, dtype, to, per, group_size=128, with_norm=False):
    (found, scales), (expected, expected_scales) = run(
        rng, target, x, dtype, to, per, group_size, with_norm)
    if scales is not None:
        wide = "f64" if dtype == "f64" else "f32"
        assert scales.dtype == cases.NUMPY_TYPES[wide]
        with np.errstate(all="ignore"):
            mismatch = reference.find_mismatch(
                scales, *reference.bounds.round_result(expected_scales, wide), wide)
        assert not mismatch, f"scale: {mismatch}"
    assert found.dtype == TYPES[to] and found.shape == x.shape
    mismatch = find_mismatch(found, expected, to)
    assert not mismatch, mismatch


@pytest.mark.parametrize("columns", spec_cases.COLUMNS)
@pytest.mark.parametrize("per", ("static", "row", "group"))
@pytest.mark.parametrize("to", TYPES)
@pytest.mark.parametrize("target, dtype", spec_cases.TARGETS_AND_TYPES)
def test_hard_rows(rng, target, dtype, to, per, columns):
    rows = spec_cases.make_hard_rows(rng, columns, dtype)
    check(rng, target, rows, dtype, to, per)


# Groups of any size; the last one may be a single column.
@pytest.mark.parametrize("columns, size", [
    (7, 3), (64, 48), (127, 7), (129, 128), (130, 128), (1000, 333), (1000, 250),
    (4095, 512), (5, 1), (96, 64), (8191, 128)])
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_group_sizes(rng, target, dtype, columns, size):
    rows = spec_cases.make_hard_rows(rng, columns, dtype)
    for to in TYPES:
        check(rng, target, rows, dtype, to, "group", size)


# One rounding, of the norm's result in f32; in one kernel if groups are equal.
@pytest.mark.parametrize("columns", (7, 128, 1000, 4096))
@pytest.mark.parametrize("per", ("static", "row", "group"))
@pytest.mark.parametrize("to", TYPES)
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_after_a_norm(rng, target, dtype, to, per, columns):
    x = cases.make_rows(rng, (2, 3, columns), dtype)
    check(rng, target, x, dtype, to, per, with_norm=True)


@pytest.mark.parametrize("per", ("static", "row", "group"))
@pytest.mark.parametrize("to", TYPES)
@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_special_values(rng, target, to, per):
    x = rng.standard_normal((5, 256)).astype(np.float32)
    x[0, 0] = np.nan
    x[1, 255] = np.inf
    x[2, 3] = -np.inf
    x[3] = -np.inf
    check(rng, target, x, "f32", to, per)


@pytest.mark.parametrize("per", ("row", "group"))
@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("shape", [(96,), (0, 96), (2, 0, 96), (2, 2, 3, 96)], ids=str)
def test_shapes(rng, target, shape, per):
    x = rng.standard_normal(shape).astype(np.float32)
    kernel = build(target, shape, "f32", "i8", per, 32, False)
    y, scales = kernel(x)
    assert y.shape == shape
    assert scales.shape == (shape[:-1] if per == "row" else (*shape[:-1], 3))
    parts = np.repeat(scales, 32, -1) if per == "group" else scales[..., None]
    assert (np.abs(y * parts - x) <= 0.51 * parts).all()


# The interval is narrow: a scale that is off by 2 % is seen.
@pytest.mark.parametrize("to", TYPES)
def test_wrong_scale_is_caught(rng, to):
    x = rng.standard_normal((20, 256)).astype(np.float32)
    y, _ = specification.load("quantize", "f32")(x, to)
    right = round_exactly(y.value, to)
    assert not find_mismatch(right, y, to)
    assert find_mismatch(round_exactly(y.value * 0.98, to), y, to)
    assert find_mismatch(np.trunc(y.value), y, to)
