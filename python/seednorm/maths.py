#===- maths.py - Element-wise maths and row sums ---------------------------===//
#
# What norms that have no name are written in, beside the operators of values.
# Names are NumPy's; three of them are also Python's, which nothing here uses.
#
#===-----------------------------------------------------------------------===//
"""Functions of the elements of values, and reductions of rows.

A norm nobody has named takes a few lines, and becomes one kernel::

    def my_norm(x, gamma):
        c = x - seednorm.mean(x)
        r = seednorm.rsqrt(seednorm.mean(c * c) + 1e-6)
        return c * r * gamma

Shapes broadcast as in NumPy: aligned at the last dimension, where a size of 1
is repeated. A size of None matches None and any size but 1; calls check that
they are equal.

Types: the result has the widest type of the operands, which f16 and bf16
together have in f32. A Python number takes the type of what is beside it, to
which it is rounded. Floats and integers do not mix: `cast` one of them.

Rounding follows the graph: every operation rounds its result to its type, so
`x * x` of bf16 is rounded to bf16. Where that is not wanted, `cast` to "f32"
first and back at the end, as the formulas of papers do.
"""

from __future__ import annotations

import operator
from typing import Callable, Union

from seednorm import dtypes
from seednorm.annotations import Axis, DType, Scalar
from seednorm.errors import UsageError, quote
from seednorm.values import Condition, Value, apply, check_value, describe

__all__ = [
    "cast", "cos", "erf", "exp", "exp2", "expm1", "log", "log10", "log1p", "log2",
    "max", "maximum", "mean", "min", "minimum", "rsqrt", "sigmoid", "sin", "sqrt",
    "sum", "tanh", "where"]


#===----------------------------------------------------------------------===//
# Functions
#===----------------------------------------------------------------------===//


def _define(name: str, formula: str) -> Callable[[Value], Value]:
    """A function of one value."""

    def function(x: Value) -> Value:
        check_value(name, x)
        return apply(name, x)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""{formula}, element by element.

    Args:
        x: a value, f64, f32, f16 or bf16.

    Returns:
        A value of the shape and type of `x`.

    Raises:
        UsageError: `x` is none.
    """
    return function


exp = _define("exp", "e to the power of `x`")
exp2 = _define("exp2", "2 to the power of `x`")
expm1 = _define("expm1", "exp(x) - 1, accurate near 0")
log = _define("log", "The natural logarithm of `x`")
log2 = _define("log2", "The logarithm of `x` to base 2")
log10 = _define("log10", "The logarithm of `x` to base 10")
log1p = _define("log1p", "log(1 + x), accurate near 0")
sqrt = _define("sqrt", "The square root of `x`")
rsqrt = _define("rsqrt", "1 / sqrt(x)")
tanh = _define("tanh", "The hyperbolic tangent of `x`")
sigmoid = _define("sigmoid", "1 / (1 + exp(-x)), rounded once")
erf = _define("erf", "The error function of `x`")
sin = _define("sin", "The sine of `x`, in radians")
cos = _define("cos", "The cosine of `x`, in radians")


def maximum(x: Union[Value, Scalar], y: Union[Value, Scalar]) -> Value:
    """The greater of `x` and `y`, element by element; NaN if one is NaN.

    Args:
        x, y: values, or one of them a number; shapes broadcast.

    Returns:
        A value of the wider of their types.

    Raises:
        UsageError: they do not fit, or none is a value.
    """
    return apply("maximum", x, y)


def minimum(x: Union[Value, Scalar], y: Union[Value, Scalar]) -> Value:
    """The lesser of `x` and `y`, element by element; NaN if one is NaN.

    Args:
        x, y: values, or one of them a number; shapes broadcast.

    Returns:
        A value of the wider of their types.

    Raises:
        UsageError: they do not fit, or none is a value.
    """
    return apply("minimum", x, y)


def where(condition: Condition, x: Union[Value, Scalar],
          y: Union[Value, Scalar]) -> Value:
    """`x` where the condition holds and `y` elsewhere, element by element.

    Args:
        condition: a comparison such as `x > 0`; NaN fails all of them.
        x, y: values, or one of them a number; the three shapes broadcast.

    Returns:
        A value of the wider type of `x` and `y`.

    Raises:
        UsageError: `condition` is no comparison, or operands do not fit.
    """
    if not isinstance(condition, Condition):
        raise UsageError("where: expects 'condition' to be a comparison such as x > 0, "
                         f"but got {describe(condition)}")
    return apply("where", condition, x, y)


def cast(value: Value, dtype: DType) -> Value:
    """`value` in another type, rounded once, to nearest even.

    Integers take what is before the point, their nearest end for what is beyond,
    and 0 for NaN; from wider integers, the low bits. What is beyond the end of
    f8E4M3FN becomes NaN; `quantize` saturates.

    Args:
        value: a value.
        dtype: one of the types of `Graph.input`.

    Returns:
        A value of this type; `value` itself if it has it.

    Raises:
        UsageError: `value` or `dtype` is something else.
    """
    check_value("cast", value)
    return value._graph.add_cast(value, dtypes.parse(dtype))


#===----------------------------------------------------------------------===//
# Reductions
#===----------------------------------------------------------------------===//


def sum(x: Value, axis: Axis = -1, keepdims: bool = True) -> Value:
    """The sum of each row.

    Args:
        x: f64, f32, f16 or bf16; sizes of what is summed are known. The sum of
            f16 and bf16 is computed in f32 and rounded once.
        axis: -1, the last dimension; or the last ones, such as (-2, -1).
        keepdims: whether they stay, with size 1, so that the result broadcasts
            with `x`.

    Returns:
        A value of the type of `x`. The order of a sum is the compiler's.

    Raises:
        UsageError: an argument breaks one of these rules.
    """
    return _reduce("sum", x, axis, keepdims)


def mean(x: Value, axis: Axis = -1, keepdims: bool = True) -> Value:
    """The mean of each row: `sum` over its number of elements, rounded once.

    Args:
        x, axis, keepdims: as of `sum`.

    Returns:
        A value of the type of `x`.

    Raises:
        UsageError: an argument breaks one of the rules of `sum`.
    """
    return _reduce("mean", x, axis, keepdims)


def max(x: Value, axis: Axis = -1, keepdims: bool = True) -> Value:
    """The greatest element of each row; NaN if one is.

    Args:
        x, axis, keepdims: as of `sum`.

    Returns:
        A value of the type of `x`.

    Raises:
        UsageError: an argument breaks one of the rules of `sum`.
    """
    return _reduce("max", x, axis, keepdims)


def min(x: Value, axis: Axis = -1, keepdims: bool = True) -> Value:
    """The least element of each row; NaN if one is.

    Args:
        x, axis, keepdims: as of `sum`.

    Returns:
        A value of the type of `x`.

    Raises:
        UsageError: an argument breaks one of the rules of `sum`.
    """
    return _reduce("min", x, axis, keepdims)


def _reduce(op, x, axis, keepdims):
    check_value(op, x)
    return x._graph.add_reduction(op, x, _count_axes(op, axis), bool(keepdims))


def _count_axes(op, axis):
    """How many dimensions `axis` names, which have to be the last ones."""
    try:
        given = sorted(map(operator.index, axis if isinstance(axis, tuple) else (axis,)))
    except TypeError:
        given = []
    count = len(given)
    if not given or given != list(range(-count, 0)):
        raise UsageError(f"{op}: expects 'axis' to be -1, or the last dimensions such "
                         f"as (-2, -1), but got {quote(axis)}")
    return count
