#===- test_tolerances.py - The bounds are tight enough to catch faults ------===//
#
# A bound that lets everything pass proves nothing. A correctly rounded result
# must pass; each fault a kernel could plausibly have must not.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import cases
import reference

COLUMNS, HEADS = 1024, 8


@pytest.fixture(params=["f32", "f16", "bf16"])
def dtype(request):
    return request.param


@pytest.fixture
def data(rng, dtype):
    x = cases.make_rows(rng, (10, COLUMNS), dtype)
    return x, cases.make_parameters(rng, COLUMNS, HEADS, "f32")


def find_mismatch(data, dtype, actual):
    """Compares with the reference for the right options."""
    x, parameters = data
    expected, bound = reference.evaluate("seednorm", x, *parameters, dtype=dtype,
                                         num_heads=HEADS)
    return reference.find_mismatch(actual, expected, bound, dtype)


def compute(data, dtype, x=None, alpha=None, beta=None, gamma=None, **options):
    """A correctly rounded result of a kernel with these faults."""
    given, parameters = data
    faulty = [own if fault is None else fault
              for own, fault in zip(parameters, (alpha, beta, gamma))]
    y, _ = reference.evaluate("seednorm", given if x is None else x, *faulty,
                              **{"num_heads": HEADS, **options})
    return y.astype(cases.NUMPY_TYPES[dtype])


def test_rounded_reference_passes(data, dtype):
    assert not find_mismatch(data, dtype, compute(data, dtype))


def test_computing_in_f32_passes(data, dtype):
    x, (alpha, beta, gamma) = data[0].astype(np.float32), data[1]
    # From the first column to the last, the worst order there is.
    ones = np.ones(COLUMNS, np.float32)
    mean = np.cumsum(x * x, -1, dtype=np.float32)[:, -1:] * np.float32(1 / COLUMNS)
    products = (x * beta).reshape(len(x), HEADS, -1)
    t = np.tanh(np.cumsum(products, -1, dtype=np.float32)[..., -1])
    t = np.repeat(t, COLUMNS // HEADS, -1)
    y = (t * alpha + gamma) * (x * (ones / np.sqrt(mean + np.float32(1e-6))))
    assert y.dtype == np.float32
    assert not find_mismatch(data, dtype, y.astype(cases.NUMPY_TYPES[dtype]))


# Not f32: sums of 1024 terms in f32 are not exact to 2 ulp.
@pytest.mark.parametrize("dtype", ["f16", "bf16"])
@pytest.mark.parametrize("row", range(5))
def test_two_ulp_fail(data, dtype, row):
    y = compute(data, dtype)
    caught = 0
    columns = range(0, COLUMNS, 64)
    for column in columns:
        changed = y.copy()
        for _ in range(2):
            changed[row, column] = np.nextafter(
                changed[row, column], changed[row, column].dtype.type(np.inf))
        caught += find_mismatch(data, dtype, changed) is not None
    # An element that was a full ulp off the other way is only one off now.
    assert caught >= 0.9 * len(columns)


@pytest.mark.parametrize("fault", [
    {"num_heads": 1},
    {"num_heads": HEADS // 2},
    {"num_heads": HEADS * 2},
    {"eps": 1.1e-6},
    {"eps": 1e-12},
    {"activation": "softsign"},
    {"activation": "hardtanh"},
    {"seed_scale": 1.05},
    {"gamma_offset": 0.05},
], ids=str)
def test_wrong_options_fail(data, dtype, fault):
    assert find_mismatch(data, dtype, compute(data, dtype, **fault))


def test_wrong_head_order_fails(data, dtype):
    beta = data[1][1].reshape(HEADS, -1)[::-1].reshape(-1)
    assert find_mismatch(data, dtype, compute(data, dtype, beta=beta))


@pytest.mark.parametrize("name, index", [("alpha", 0), ("beta", 1), ("gamma", 2)])
def test_shifted_parameter_fails(data, dtype, name, index):
    shifted = np.roll(data[1][index], 1)
    assert find_mismatch(data, dtype, compute(data, dtype, **{name: shifted}))


def test_missing_last_column_of_the_sums_fails(data, dtype):
    x = data[0].copy()
    beta = data[1][1].copy()
    x[:, -1], beta[-1] = 0, 0
    y = compute(data, dtype, x=x, beta=beta)
    y[:, -1] = compute(data, dtype)[:, -1]
    assert find_mismatch(data, dtype, y)
