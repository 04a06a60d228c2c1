#===- test_maths_types.py - Shapes, types and numbers of maths --------------===//
#
# What an operation makes of operands that differ: how shapes broadcast, which
# type wins, what a number becomes, and where a result is rounded.
#
#===-----------------------------------------------------------------------===//

import fractions
import math

import ml_dtypes
import numpy as np
import pytest

import seednorm
from cases import ARRAY_TYPES, NUMPY_TYPES, compile_function, fails, run_function
from spec_cases import TARGETS

#===----------------------------------------------------------------------===//
# Shapes
#===----------------------------------------------------------------------===//

#: Shapes in the graph, and the sizes of the call.
SHAPES = {
    "parameter": ([(None, 24), (24,)], [(5, 24), (24,)], (None, 24)),
    "row": ([(None, 24), (None, 1)], [(5, 24), (5, 1)], (None, 24)),
    "outer": ([(24,), (None, 1)], [(24,), (5, 1)], (None, 24)),
    "sample": ([(None, None, 24), (None, 1, 24)], [(2, 3, 24), (2, 1, 24)],
               (None, None, 24)),
    "token": ([(None, None, 24), (None, 24)], [(2, 3, 24), (3, 24)], (None, None, 24)),
    "one row": ([(1, 24), (None, 24)], [(1, 24), (5, 24)], (None, 24)),
    "known": ([(None, 24), (5, 24)], [(5, 24), (5, 24)], (5, 24)),
    "number": ([(None, 24), ()], [(5, 24), ()], (None, 24)),
    "one": ([(None, 24), (1,)], [(5, 24), (1,)], (None, 24)),
    "higher": ([(24,), (1, None, 24)], [(24,), (1, 3, 24)], (1, None, 24)),
    "static": ([(2, 3, 24), (2, 1, 1)], [(2, 3, 24), (2, 1, 1)], (2, 3, 24)),
    "no rows": ([(None, 24), (24,)], [(0, 24), (24,)], (None, 24)),
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SHAPES)
def test_broadcasting(rng, target, name):
    shapes, sizes, result = SHAPES[name]
    kernel = compile_function(lambda x, y: x - y, *((shape, "f32") for shape in shapes),
                              target=target, programs=1)
    x, y = (rng.standard_normal(size).astype(np.float32) for size in sizes)
    assert kernel.results[0].shape == result
    np.testing.assert_array_equal(kernel(x, y), x - y)


# Sizes that a graph does not know are compared when it is called.
@pytest.mark.parametrize("shapes, sizes", [
    (((None, 24), (None, 24)), ((5, 24), (4, 24))),
    (((None, 24), (None, 24)), ((5, 24), (1, 24))),
    (((None, 24), (5, 24)), ((4, 24), (5, 24))),
    (((None, None, 24), (None, 24)), ((2, 3, 24), (2, 24))),
])
def test_unknown_sizes_have_to_be_equal(shapes, sizes):
    kernel = compile_function(lambda x, y: x + y, *((shape, "f32") for shape in shapes))
    with pytest.raises(seednorm.UsageError, match="to have size"):
        kernel(*(np.zeros(size, np.float32) for size in sizes))


#===----------------------------------------------------------------------===//
# Types
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("types, expected", [
    (("f32", "f32"), "f32"), (("bf16", "bf16"), "bf16"), (("f16", "f16"), "f16"),
    (("bf16", "f32"), "f32"), (("f16", "f32"), "f32"), (("f16", "bf16"), "f32"),
    (("f64", "bf16"), "f64"), (("f32", "f64"), "f64"), (("i8", "i32"), "i32"),
    (("i64", "i8"), "i64"), (("i32", "i32"), "i32"),
])
def test_promotion(types, expected):
    x, y = (np.array([[1, 2, 3]]).astype(ARRAY_TYPES[dtype]) / (1 if dtype[0] == "i" else 8)
            for dtype in types)
    x, y = (a.astype(ARRAY_TYPES[dtype]) for a, dtype in zip((x, y), types))
    sums = run_function(lambda x, y: (x + y, y + x, seednorm.where(x < y, x, y)), x, y)
    for result in sums:
        assert result.dtype == ARRAY_TYPES[expected]
    np.testing.assert_array_equal(sums[0], x.astype(sums[0].dtype) + y.astype(sums[0].dtype))
    np.testing.assert_array_equal(sums[1], sums[0])


# In one operation, too: the order of operands does not matter.
def test_promotion_of_three():
    g = seednorm.Graph()
    h, b = g.input((4,), "f16"), g.input((4,), "bf16")
    assert seednorm.where(h > b, h, b).dtype == "f32"
    assert seednorm.where(h > b, h, h).dtype == "f16"


@pytest.mark.parametrize("number, dtype, expected", [
    (0.1, "f32", np.float32(0.1)),
    (0.1, "f16", np.float16(0.1)),
    (0.1, "f64", 0.1),
    (1 + 2.0**-24, "f32", 1.0),  # A tie, whose shortest decimal lies above it.
    (1 + 2.0**-24 + 2.0**-50, "f32", 1 + 2.0**-23),
    (2**24 + 1, "f32", 2.0**24),
    (2**60 + 2**36 + 1, "f32", 2.0**60 + 2.0**37),  # As f64 it would be a tie.
    (2**70 + 2**46 + 1, "f32", 2.0**70 + 2.0**47),
    (-(2**70) - 2**46 - 1, "f32", -(2.0**70) - 2.0**47),
    (65519, "f16", 65504), (65520, "f16", math.inf), (-65520.0, "f16", -math.inf),
    (2.0**128 - 2.0**103, "f32", math.inf),
    (2.0**128 - 2.0**103 - 2.0**75, "f32", 2.0**128 - 2.0**104),
    (3.4e38, "bf16", float(ml_dtypes.bfloat16(3.4e38))),
    (10**400, "f64", math.inf), (-(10**4000), "f32", -math.inf),
    (5e-324, "f64", 5e-324), (1e-46, "f32", 0), (2.0**-149, "f32", 2.0**-149),
    (math.inf, "bf16", math.inf), (-math.inf, "f32", -math.inf),
    (math.nan, "f16", math.nan), (-0.0, "f32", -0.0),
    (fractions.Fraction(1, 3), "f64", 1 / 3),
    (fractions.Fraction(-(10**400)), "f32", -math.inf),
    (np.float64(0.1), "f32", np.float32(0.1)), (np.int64(2**24 + 1), "f32", 2.0**24),
    (2**31 - 1, "i32", 2**31 - 1), (-(2**63), "i64", -(2**63)), (-128, "i8", -128),
], ids=lambda value: repr(value)[:20])
def test_numbers(number, dtype, expected):
    x = np.array([[1, 0]]).astype(ARRAY_TYPES[dtype])
    y = run_function(lambda x: seednorm.where(x > 0, number, x), x)
    assert y.dtype == x.dtype
    wanted = np.array(expected).astype(x.dtype)
    np.testing.assert_array_equal(y, [[wanted, x[0, 1]]])
    if dtype[0] != "i":
        assert np.signbit(y[0, 0]) == np.signbit(wanted)


# Python refuses to print such a number in decimal.
def test_number_of_many_digits():
    assert run_function(lambda x: x - 10**5000, np.zeros((1, 1), np.float32)) == -math.inf


# Nothing is computed wider than it is written.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", ("f16", "bf16"))
def test_rounding_follows_the_graph(rng, target, dtype):
    x = rng.standard_normal((5, 24)).astype(NUMPY_TYPES[dtype])
    narrow, wide = run_function(
        lambda x: (x * x + x, seednorm.cast(seednorm.cast(x, "f32") * x + x, dtype)), x,
        target=target)
    x32 = x.astype(np.float32)
    np.testing.assert_array_equal(narrow, (x32 * x32).astype(x.dtype) + x)
    np.testing.assert_array_equal(wide, (x32.astype(np.float64) ** 2 + x32).astype(np.float32)
                                  .astype(x.dtype))
    assert (narrow != wide).any()


#===----------------------------------------------------------------------===//
# Casts
#===----------------------------------------------------------------------===//

FLOATS = [0, -0.0, 1, -1, 0.5, 1.5, -2.5, 127.4, 128, -128.9, -129, 448, 464, 57344, 65504,
          65520, 2.0**31 - 1, 2.0**31, -(2.0**31), -(2.0**31) - 600, 2.0**63, -(2.0**63), 1e30,
          -1e30, 1 + 2.0**-11 + 2.0**-40, np.inf, -np.inf, np.nan]
INTEGERS = [0, 1, -1, 127, -128, 128, -129, 255, 449, 465, 65519, 2**24 + 1, 2**31 - 1, -(2**31),
            2**31, 2**40 + 2**32 + 2**31, 2**53 + 1, 2**63 - 1, -(2**63)]


def truncate(x, dtype):
    """The integer before the point, within the ends of the type; 0 for NaN."""
    ends = np.iinfo(ARRAY_TYPES[dtype])
    whole = [0 if np.isnan(number) else min(max(number, -(2.0**70)), 2.0**70)
             for number in x.astype(np.float64).reshape(-1)]
    clamped = [min(max(int(number), ends.min), ends.max) for number in whole]
    return np.array(clamped, ARRAY_TYPES[dtype]).reshape(x.shape)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", ARRAY_TYPES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_casts(target, source):
    of_floats = source[0] != "i"
    if of_floats:
        x = np.array([FLOATS]).astype(ARRAY_TYPES[source])
    else:
        x = np.array([INTEGERS]).astype(ARRAY_TYPES[source])
    others = [dtype for dtype in ARRAY_TYPES if dtype != source]
    results = run_function(lambda x: tuple(seednorm.cast(x, dtype) for dtype in others), x,
                           target=target)
    for dtype, y in zip(others, results):
        if of_floats and dtype[0] == "i":
            exact = truncate(x, dtype)
        elif dtype in ("bf16", "f8E4M3FN", "f8E5M2") and not of_floats:
            exact = x.astype(np.float64).astype(ARRAY_TYPES[dtype])
        else:
            exact = x.astype(ARRAY_TYPES[dtype])
        assert y.dtype == ARRAY_TYPES[dtype]
        np.testing.assert_array_equal(y.astype(np.float64), exact.astype(np.float64),
                                      err_msg=dtype)


def test_cast_to_the_same_type_is_none():
    x = seednorm.Graph().input((4,), "bf16")
    assert seednorm.cast(x, "bf16") is x
    assert seednorm.cast(x, np.float32).dtype == "f32"


#===----------------------------------------------------------------------===//
# What the C API is given
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("call, message", [
    (("add_element_wise", "ad", [0, 0]), "expects an element-wise operation among add, "
     "subtract, multiply, divide, power, maximum, minimum, negate, abs, exp, exp2, expm1, log, "
     "log2, log10, log1p, sqrt, rsqrt, tanh, sigmoid, erf, sin, cos, less, less_equal, greater, "
     "greater_equal, where, but got 'ad'"),
    (("add_element_wise", "add", [0]), "add: expects 2 operands, but got 1"),
    (("add_element_wise", "add", [0, 7]), "add: expects operands to be values of this graph or "
     "numbers, but got number 7 of its values"),
    (("add_element_wise", "add", [0, ""]), "add: expects a number, but got ''"),
    (("add_element_wise", "add", [0, "0x"]), "add: expects a number, but got '0x'"),
    (("add_element_wise", "add", [1, "0x1p0"]), "add: expects a number beside elements of 'i8' to "
     "be an integer of that type, but got 1.0; cast them to floats for any other"),
    (("add_element_wise", "where", ["1", 0, 0]),
     "where: expects a condition to be what a comparison gives, i8, but got 1"),
    (("add_element_wise", "where", [0, 0, 0]),
     "where: expects a condition to be what a comparison gives, i8, but got 'tensor<?x8xf32>'"),
    (("add_cast", 7, "f32"), "cast: expects a value of this graph, but got number 7"),
    (("add_reduction", "prod", 0, 1, True),
     "expects a reduction among sum, mean, max and min, but got 'prod'"),
    (("add_reduction", "sum", 7, 1, True),
     "sum: expects a value of this graph, but got number 7"),
    (("add_reduction", "sum", 0, 0, True),
     "sum: expects to reduce at least one dimension, but got 0"),
    (("add_reduction", "sum", 0, -1, True),
     "sum: expects to reduce at least one dimension, but got -1"),
], ids=lambda value: None)
def test_binding(call, message):
    g = seednorm.Graph()
    g.output(g.input((None, 8), "f32"), g.input((None, 8), "i8"))
    method, *arguments = call
    with fails(message):
        getattr(g._graph, method)(*arguments, "file", 1)
