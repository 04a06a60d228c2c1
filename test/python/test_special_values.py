#===- test_special_values.py - NaN, infinity, zero, huge, tiny --------------===//
#
# Special values follow from the formula in f32, and stay in their row.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import cases
import reference

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

# A warp per row with whole vectors and with a remainder; a block per row.
COLUMNS = (96, 1003, 4096)
TYPES = ("f32", "f16", "bf16")


@pytest.fixture(params=("cpu", "emulated"))
def target(request):
    return request.param


def run(rng, target, x, dtype, **options):
    """Runs SeeDNorm on `x`; returns the result and the parameters."""
    columns = x.shape[-1]
    kernel = cases.compile_seednorm(target, (None, columns), dtype, dtype,
                                    **options)
    parameters = cases.make_parameters(rng, columns, 1, dtype)
    return kernel(x, *parameters), parameters


def check(y, x, parameters, dtype, rows=slice(None), **options):
    expected, bound = reference.evaluate("seednorm", x, *parameters, dtype=dtype,
                                         **options)
    mismatch = reference.find_mismatch(y[rows], expected[rows], bound[rows], dtype)
    assert not mismatch, mismatch


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("activation", reference.ACTIVATIONS)
def test_nan_stays_in_its_row(rng, target, columns, dtype, activation):
    x = cases.make_rows(rng, (5, columns), dtype)
    x[2, columns - 1] = np.nan
    y, parameters = run(rng, target, x, dtype, activation=activation)
    assert np.isnan(y[2].astype(np.float32)).all()
    rest = [0, 1, 3, 4]
    check(y, x, parameters, dtype, rest, activation=activation)


# With infinity in a row r is 0, and infinity times 0 is NaN; the dot product is
# infinite, so that tanh is 1.
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("dtype", TYPES)
def test_infinity_stays_in_its_row(rng, target, columns, dtype):
    x = cases.make_rows(rng, (5, columns), dtype)
    x[1, 0] = -np.inf
    y, parameters = run(rng, target, x, dtype)
    assert np.isnan(float(y[1, 0]))
    assert (y[1, 1:] == 0).all()
    check(y, x, parameters, dtype, [0, 2, 3, 4])


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("dtype", TYPES)
def test_zeros(rng, target, columns, dtype):
    x = np.zeros((5, columns), cases.NUMPY_TYPES[dtype])
    x[3] = cases.make_rows(rng, (1, columns), dtype)[0]
    y, parameters = run(rng, target, x, dtype)
    assert (y[[0, 1, 2, 4]] == 0).all()
    check(y, x, parameters, dtype)


# The sum of squares of f16's largest numbers is far from f32's limit.
@pytest.mark.parametrize("columns", COLUMNS)
def test_largest_f16(rng, target, columns):
    x = np.full((5, columns), 65504, np.float16)
    x[:, ::2] *= -1
    y, parameters = run(rng, target, x, "f16")
    check(y, x, parameters, "f16")


# Above the square root of f32's limit it overflows, and r is 0.
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
def test_squares_that_overflow(rng, target, columns, dtype):
    x = np.full((3, columns), 1e30, cases.NUMPY_TYPES[dtype])
    y, _ = run(rng, target, x, dtype)
    assert (y == 0).all()


# eps decides where squares vanish.
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("dtype", TYPES)
def test_tiny_rows(rng, target, columns, dtype):
    tiny = {"f32": 1e-25, "bf16": 1e-25, "f16": 6e-8}[dtype]
    x = (rng.standard_normal((5, columns)) * tiny).astype(cases.NUMPY_TYPES[dtype])
    y, parameters = run(rng, target, x, dtype)
    check(y, x, parameters, dtype)


# A result beyond f16's range is infinite, not saturated.
@pytest.mark.parametrize("columns", COLUMNS)
def test_result_overflows_to_infinity(rng, target, columns):
    x = cases.make_rows(rng, (5, columns), "f16")
    kernel = cases.compile_rms_norm(target, (None, columns), "f16", "f32")
    gamma = np.full(columns, 5e4, np.float32)
    y = kernel(x, gamma)
    expected, bound = reference.evaluate("rms_norm", x, gamma, dtype="f16")
    assert not reference.find_mismatch(y, expected, bound, "f16")
    assert np.isinf(y).any() and np.isfinite(y).any()


# The slope of each activation is largest, or ends, at these.
@pytest.mark.parametrize("activation", reference.ACTIVATIONS)
def test_activation_over_its_range(rng, target, activation):
    s = np.concatenate([np.linspace(-20, 20, 801), [0.0, -1, 1, 1e-6, 88, -88,
                                                    1e4, -1e4, 1e30, -1e30]])
    # One column, so that s is what beta and x say: x = 1, s = seed_scale * beta.
    x = np.zeros((len(s), 8), np.float32)
    x[:, 0] = s
    x[:, 1] = 1
    alpha, beta, gamma = np.ones(8), np.eye(8)[0], np.zeros(8)
    parameters = [p.astype(np.float32) for p in (alpha, beta, gamma)]
    kernel = cases.compile_seednorm(target, (None, 8), "f32", "f32",
                                    activation=activation, seed_scale=0.75)
    y = kernel(x, *parameters)
    # Beyond 1e19 the squares overflow; see test_squares_that_overflow.
    rows = np.abs(s) < 1e18
    check(y, x, parameters, "f32", rows, activation=activation, seed_scale=0.75)
