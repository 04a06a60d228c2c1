#===- test_maths.py - Norms that nobody named -------------------------------===//
#
# A few lines of element-wise maths and row sums are one program. The same lines
# run on NumPy's float64, which is what kernels are compared with.
#
#===-----------------------------------------------------------------------===//

import math
import operator
import pathlib
import re
import types

import numpy as np
import pytest

import seednorm
import tolerances
from cases import ARRAY_TYPES, NUMPY_TYPES, compile_function, run_function
from spec_cases import TARGETS, TARGETS_AND_TYPES

FRONTENDS = pathlib.Path(__file__).parents[2] / "docs" / "Frontends.md"

#: The functions of seednorm that a formula of one argument has, in NumPy.
FUNCTIONS = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log,
    "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x), "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "erf": np.vectorize(math.erf),
    "sin": np.sin, "cos": np.cos,
}

REDUCTIONS = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min}


def reduce_rows(reduction):
    return lambda x, axis=-1: reduction(x, axis, keepdims=True)


#: What formulas below call in place of seednorm.
NUMPY = types.SimpleNamespace(
    **FUNCTIONS, maximum=np.maximum, minimum=np.minimum, where=np.where,
    **{name: reduce_rows(function) for name, function in REDUCTIONS.items()})


#===----------------------------------------------------------------------===//
# Norms
#===----------------------------------------------------------------------===//


def variance_norm(m, x, gamma):
    c = x - m.mean(x)
    r = m.rsqrt(m.mean(c * c) + 1e-6)
    return c * r * gamma


def max_norm(m, x, gamma):
    return x / m.max(abs(x)) * (1 + gamma)


def range_norm(m, x, gamma):
    low = m.min(x)
    return gamma * (x - low) / (m.max(x) - low)


def two_level_norm(m, x, gamma):
    """LayerNorm, and what needs sums of its result."""
    y = variance_norm(m, x, gamma)
    e = m.exp(y - m.max(y))
    return e / m.sum(e)


def cubic_norm(m, x, gamma):
    return x / m.sum(abs(x) ** 3) ** (1 / 3) * gamma


def gated_norm(m, x, gamma):
    """The root mean square behind an activation by softplus."""
    y = x * m.tanh(m.log1p(m.exp(x)))
    return y * m.rsqrt(m.mean(y * y) + 1e-6) * gamma


def clipped_norm(m, x, gamma):
    """What lies far outside is cut to what its row allows."""
    limit = 1.5 * m.mean(abs(x))
    y = m.where(abs(x) > limit, limit, x)
    return y - gamma * m.minimum(m.mean(y), 0.5)


NORMS = (variance_norm, max_norm, range_norm, two_level_norm, cubic_norm, gated_norm,
         clipped_norm)


@pytest.mark.parametrize("target, dtype", TARGETS_AND_TYPES)
@pytest.mark.parametrize("norm", NORMS, ids=lambda norm: norm.__name__)
def test_norms_are_one_program(rng, norm, target, dtype):
    wide = "f64" if dtype == "f64" else "f32"
    x = (1 + rng.standard_normal((5, 96))).astype(NUMPY_TYPES[dtype])
    gamma = rng.uniform(0.5, 2, 96).astype(NUMPY_TYPES[wide])

    def function(x, gamma):
        return seednorm.cast(norm(seednorm, seednorm.cast(x, wide), gamma), dtype)

    y = run_function(function, x, gamma, target=target, programs=1)
    exact = norm(NUMPY, x.astype(np.float64), gamma.astype(np.float64))
    assert y.dtype == x.dtype and y.shape == x.shape
    # Of 96 terms, in any order, and of a dozen operations of at most 5 units each.
    u = max(tolerances.UNIT_ROUNDOFF[dtype], (96 + 60) * tolerances.UNIT_ROUNDOFF[wide])
    error = np.abs(y.astype(np.float64) - exact)
    assert (error <= 2 * u * np.abs(exact).max(-1, keepdims=True)).all()


# What the graph of any norm costs: one read and one write.
@pytest.mark.parametrize("norm", NORMS, ids=lambda norm: norm.__name__)
def test_norms_read_rows_once(norm):
    kernel = compile_function(lambda x, g: norm(seednorm, x, g), ((None, 96), "f32"),
                              ((96,), "f32"), programs=1)
    (program,) = kernel.programs
    assert program.minimum_row_bytes_per_element == 8
    assert program.fused_from > 1
    assert not kernel.outside


def test_example_of_the_documentation():
    section = FRONTENDS.read_text().split("## Norms of your own")[1]
    code, shown = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", section,
                            re.S).groups()
    printed = []
    exec(compile(code, str(FRONTENDS), "exec"),
         {"print": lambda *values: printed.append(" ".join(map(str, values)))})
    assert printed == shown.splitlines()


#===----------------------------------------------------------------------===//
# Operations
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("target, dtype", [("cpu", "f64"), ("cpu", "f32"), ("cpu", "bf16"),
                                           ("emulated", "f32"), ("emulated", "f16")])
def test_functions(rng, target, dtype):
    x = rng.uniform(0.1, 3, (5, 24)).astype(NUMPY_TYPES[dtype])
    for name, exact in FUNCTIONS.items():
        y = run_function(getattr(seednorm, name), x, target=target)
        # docs/Numerics.md: at most 5 units of f32, 10 roundoffs; then a rounding.
        u = tolerances.UNIT_ROUNDOFF[dtype]
        bound = u * (1 + 2**-5) if dtype in ("f16", "bf16") else 10 * u
        assert y.dtype == x.dtype
        np.testing.assert_allclose(y.astype(np.float64), exact(x.astype(np.float64)),
                                   rtol=bound, atol=2 * u * 2**-5, err_msg=name)


def test_sigmoid_of_large_numbers():
    x = np.array([[-1e30, -100, 0, 100, np.inf, -np.inf]], np.float32)
    y = run_function(seednorm.sigmoid, x)
    np.testing.assert_allclose(y, [[0, np.exp(-100.0), 0.5, 1, 1, 0]], rtol=1e-6, atol=2**-126)


OPERATORS = {
    "x + y": operator.add, "x - y": operator.sub, "x * y": operator.mul,
    "x + 3": lambda x, y: x + 3, "3 + x": lambda x, y: 3 + x,
    "x - 3": lambda x, y: x - 3, "3 - x": lambda x, y: 3 - x,
    "x * -3": lambda x, y: x * -3, "-3 * x": lambda x, y: -3 * x,
    "-x": lambda x, y: -x, "abs(x)": lambda x, y: abs(x),
}
OF_FLOATS = {
    "x / y": operator.truediv, "x / 3": lambda x, y: x / 3, "3 / x": lambda x, y: 3 / x,
    "x + 0.1": lambda x, y: x + 0.1, "numpy * x": lambda x, y: np.float32(0.3) * x,
}


# One rounding each, so there is one right answer.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", ("f32", "f16", "i32", "i8"))
def test_operators(rng, target, dtype):
    if dtype.startswith("i"):
        operators = OPERATORS
        x, y = rng.integers(-100, 100, (2, 5, 24)).astype(ARRAY_TYPES[dtype])
    else:
        operators = {**OPERATORS, **OF_FLOATS}
        x, y = rng.uniform(-3, 3, (2, 5, 24)).astype(ARRAY_TYPES[dtype])
    results = run_function(lambda *values: tuple(f(*values) for f in operators.values()), x, y,
                       target=target)
    for (name, function), found in zip(operators.items(), results):
        exact = function(x, y)
        assert found.dtype == x.dtype
        # NumPy's number of f32 would widen f16; here it is as weak as Python's.
        exact = (np.float16(0.3) * x if name == "numpy * x" and dtype == "f16" else exact)
        if "/" in name and target == "emulated" and dtype == "f32":
            np.testing.assert_allclose(found, exact, rtol=2**-23, err_msg=name)
        else:
            np.testing.assert_array_equal(found, exact, err_msg=name)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
def test_powers(rng, target, dtype):
    """A power of bf16 is rounded once, whatever products it becomes."""
    x = rng.uniform(-3, 3, (5, 24)).astype(NUMPY_TYPES[dtype])
    exponents = (2, 3, -1)
    results = run_function(lambda x: (*(x**n for n in exponents), abs(x) ** 0.5, 2**x), x,
                       target=target)
    x64 = x.astype(np.float64)
    exact = (*(x64**n for n in exponents), np.abs(x64) ** 0.5, 2**x64)
    u = tolerances.UNIT_ROUNDOFF[dtype]
    for y, expected in zip(results, exact):
        # docs/Numerics.md: powers are within 2 units, 4 roundoffs of f32.
        bound = u * (1 + 2**-5) if dtype == "bf16" else 8 * u
        np.testing.assert_allclose(y.astype(np.float64), expected, rtol=bound)


# LLVM makes one call of both.
@pytest.mark.parametrize("dtype", ("f64", "f32"))
def test_sine_and_cosine_of_one_number(rng, dtype):
    x = rng.uniform(-3, 3, (5, 24)).astype(NUMPY_TYPES[dtype])
    sine, cosine = run_function(lambda x: (seednorm.sin(x) * 2, seednorm.cos(x) * 3), x)
    np.testing.assert_allclose(sine, 2 * np.sin(x), rtol=1e-14 if dtype == "f64" else 1e-6)
    np.testing.assert_allclose(cosine, 3 * np.cos(x), rtol=1e-14 if dtype == "f64" else 1e-6)


@pytest.mark.parametrize("dtype", ("f64", "f32", "f16", "bf16"))
def test_powers_of_integers_that_are_no_constants(rng, dtype):
    kernel = seednorm.compile(f"""
        func.func @main(%x: tensor<?x24x{dtype}>, %n: tensor<?x24xi32>) -> tensor<?x24x{dtype}> {{
          %y = math.fpowi %x, %n : tensor<?x24x{dtype}>, tensor<?x24xi32>
          return %y : tensor<?x24x{dtype}>
        }}""")
    x = rng.uniform(0.5, 2, (5, 24)).astype(NUMPY_TYPES[dtype])
    x[0, :3] = 0, -1, -1.5
    n = rng.integers(-6, 7, x.shape, dtype=np.int32)
    n[0, :3] = 0, 3, -3
    u = tolerances.UNIT_ROUNDOFF[dtype]
    # Products one after the other, each rounded in f32 at least, and the result.
    np.testing.assert_allclose(kernel(x, n).astype(np.float64),
                               x.astype(np.float64) ** n, rtol=u + 8 * min(u, 2**-24))


COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", ("f32", "bf16", "i32"))
@pytest.mark.filterwarnings("ignore:invalid value")  # bf16 is none of NumPy's own.
def test_comparisons(target, dtype):
    x = np.array([[1, 2, 3, -1, 0, 0]]).astype(ARRAY_TYPES[dtype])
    y = np.array([[2, 2, 2, -2, -1, 0]]).astype(ARRAY_TYPES[dtype])
    if dtype != "i32":
        x[0, 4] = np.nan
    results = run_function(
        lambda x, y: tuple(pair for compare in COMPARISONS for pair in (
            seednorm.where(compare(x, y), x, 7), seednorm.where(compare(2, y), 1, y))),
        x, y, target=target)
    for compare, left, right in zip(COMPARISONS, results[::2], results[1::2]):
        np.testing.assert_array_equal(left, np.where(compare(x, y), x, 7).astype(x.dtype))
        np.testing.assert_array_equal(right, np.where(compare(2, y), 1, y).astype(x.dtype))


@pytest.mark.parametrize("target", TARGETS)
def test_maximum_keeps_nan(target):
    x = np.array([[1, 2, np.nan, -np.inf]], np.float32)
    most, least, number = run_function(
        lambda x, y: (seednorm.maximum(x, y), seednorm.minimum(x, y),
                      seednorm.maximum(1.5, x)), x, x[:, ::-1].copy(), target=target)
    np.testing.assert_array_equal(most, np.maximum(x, x[:, ::-1]))
    np.testing.assert_array_equal(least, np.minimum(x, x[:, ::-1]))
    np.testing.assert_array_equal(number, np.maximum(x, np.float32(1.5)))


#===----------------------------------------------------------------------===//
# Reductions
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(rng, target, name):
    x = rng.integers(-50, 50, (2, 3, 32)).astype(np.float32)
    function, exact = getattr(seednorm, name), REDUCTIONS[name]
    kernel = compile_function(
        lambda x: (function(x), function(x, keepdims=False), x - function(x, axis=(-2, -1)),
                   function(x, (-1, -2), False)), ((None, 3, 32), "f32"), target=target)
    kept, dropped, both, neither = kernel(x)
    np.testing.assert_allclose(kept, exact(x, -1, keepdims=True), rtol=2**-23)
    np.testing.assert_allclose(dropped, exact(x, -1), rtol=2**-23)
    np.testing.assert_allclose(both, x - exact(x, (1, 2), keepdims=True), rtol=2**-20)
    np.testing.assert_allclose(neither, exact(x, (1, 2)), rtol=2**-23)


@pytest.mark.parametrize("target", TARGETS)
def test_extremes_of_special_values(target):
    x = np.array([[1, np.nan, 2, 3], [-np.inf] * 4, [np.inf, 0, 0, 0]], np.float32)
    most, least = run_function(lambda x: (seednorm.max(x), seednorm.min(x)), x, target=target)
    np.testing.assert_array_equal(most, x.max(-1, keepdims=True))
    np.testing.assert_array_equal(least, x.min(-1, keepdims=True))


# In bf16, 1 + 256 is 256: a sum that is rounded at each step ends there.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", ("f16", "bf16"))
def test_sums_of_narrow_floats_are_rounded_once(target, dtype):
    x = np.ones((2, 3001), NUMPY_TYPES[dtype])
    x[1, 1::2] = 3
    total, mean = run_function(lambda x: (seednorm.sum(x), seednorm.mean(x)), x, target=target)
    exact = x.astype(np.float32).sum(-1, keepdims=True)
    np.testing.assert_array_equal(total, exact.astype(x.dtype))
    np.testing.assert_array_equal(mean, (exact / np.float32(3001)).astype(x.dtype))


def test_one_dimension_and_one_column(rng):
    x = rng.integers(-50, 50, 32).astype(np.float32)
    np.testing.assert_array_equal(run_function(lambda x: x - seednorm.sum(x), x), x - x.sum())
    y = run_function(lambda x: x / seednorm.max(x), np.array([[2.0], [3.0]], np.float32))
    np.testing.assert_array_equal(y, [[1], [1]])
