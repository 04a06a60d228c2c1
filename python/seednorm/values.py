#===- values.py - Tensors of graphs and their operators --------------------===//
#
# What stands for a tensor while a graph is built. Operators add operations to
# its graph, at the user's line.
#
#===-----------------------------------------------------------------------===//
"""Values of graphs."""

from __future__ import annotations

import math
import numbers
from typing import Any, NoReturn, Optional, Tuple, Union

from seednorm.annotations import Scalar
from seednorm.errors import UsageError, quote


class Value:
    """A tensor of a graph: an input or the result of an operation.

    Operators compute element by element, broadcast as NumPy does, and give the
    wider type of their operands (see `seednorm.maths`): `x + y`, `x - y`,
    `x * y`, `x / y`, `-x`, `x ** 3`, `abs(x)`, with values or Python's numbers;
    `x < y`, `<=`, `>` and `>=` give a `Condition`. `x == y` and `hash(x)` are
    about the object, not about its elements.

    Attributes:
        shape: sizes; None where the size is known at run time only.
        dtype: "f64", "f32", "f16", "bf16", "f8E4M3FN", "f8E5M2", "i8", "i32" or
            "i64".
    """

    shape: Tuple[Optional[int], ...]
    dtype: str
    #: NumPy's numbers and arrays leave operators to this class.
    __array_ufunc__ = None

    def __init__(self, graph: Any, number: int) -> None:
        self._graph = graph
        self._number = number
        self.dtype, self.shape = _get_type(graph, number)

    def __repr__(self) -> str:
        return f"<seednorm.Value of shape {self.shape} and type {self.dtype}>"

    def __bool__(self) -> NoReturn:
        raise _make_truth_error(self)

    def __add__(self, other: Union[Value, Scalar]) -> Value:
        return apply("add", self, other)

    def __radd__(self, other: Union[Value, Scalar]) -> Value:
        return apply("add", other, self)

    def __sub__(self, other: Union[Value, Scalar]) -> Value:
        return apply("subtract", self, other)

    def __rsub__(self, other: Union[Value, Scalar]) -> Value:
        return apply("subtract", other, self)

    def __mul__(self, other: Union[Value, Scalar]) -> Value:
        return apply("multiply", self, other)

    def __rmul__(self, other: Union[Value, Scalar]) -> Value:
        return apply("multiply", other, self)

    def __truediv__(self, other: Union[Value, Scalar]) -> Value:
        return apply("divide", self, other)

    def __rtruediv__(self, other: Union[Value, Scalar]) -> Value:
        return apply("divide", other, self)

    def __pow__(self, other: Union[Value, Scalar]) -> Value:
        return apply("power", self, other)

    def __rpow__(self, other: Union[Value, Scalar]) -> Value:
        return apply("power", other, self)

    def __neg__(self) -> Value:
        return apply("negate", self)

    def __pos__(self) -> Value:
        return self

    def __abs__(self) -> Value:
        return apply("abs", self)

    def __lt__(self, other: Union[Value, Scalar]) -> Condition:
        return apply("less", self, other)

    def __le__(self, other: Union[Value, Scalar]) -> Condition:
        return apply("less_equal", self, other)

    def __gt__(self, other: Union[Value, Scalar]) -> Condition:
        return apply("greater", self, other)

    def __ge__(self, other: Union[Value, Scalar]) -> Condition:
        return apply("greater_equal", self, other)


class Condition:
    """What a comparison of values gives, for `seednorm.where`.

    Attributes:
        shape: sizes; None where the size is known at run time only.
    """

    shape: Tuple[Optional[int], ...]

    def __init__(self, graph: Any, number: int) -> None:
        self._graph = graph
        self._number = number
        _, self.shape = _get_type(graph, number)

    def __repr__(self) -> str:
        return f"<seednorm.Condition of shape {self.shape}>"

    def __bool__(self) -> NoReturn:
        raise _make_truth_error(self)


_COMPARISONS = ("less", "less_equal", "greater", "greater_equal")


def apply(op, *operands):
    """Adds an element-wise operation of the C API to the graph of its operands.

    Args:
        op: "add" and so on; begins the message of an error.
        operands: values of one graph, at least one; numbers; for "where", first
            a `Condition`.

    Returns:
        A `Value`; of a comparison, a `Condition`.

    Raises:
        UsageError: an operand is something else, or they do not fit.
    """
    values = [operand for operand in operands
              if isinstance(operand, (Value, Condition))]
    if not values:
        raise UsageError(f"{op}: expects a value of a graph, but got "
                         f"{' and '.join(map(describe, operands))}")
    graph = values[0]._graph
    given = [_encode(op, operand, graph, isinstance(operand, Condition)
                     and op == "where" and position == 0)
             for position, operand in enumerate(operands)]
    return graph.add_element_wise(op, given, Condition if op in _COMPARISONS else Value)


def check_value(op, value):
    """Refuses what is no value of a graph."""
    if not isinstance(value, Value):
        raise UsageError(f"{op}: expects a value of a graph, but got "
                         f"{describe(value)}")


def describe(value):
    """What an object is, for an error."""
    return (repr(value) if isinstance(value, (Value, Condition))
            else type(value).__name__)


def _encode(op, operand, graph, takes_condition):
    """An operand as the binding takes it."""
    if isinstance(operand, Value) or takes_condition:
        if operand._graph is not graph:
            raise UsageError(f"{op}: expects operands of one graph, but got values "
                             "of two")
        return operand._number
    if isinstance(operand, numbers.Real) and not isinstance(operand, bool):
        return _format_number(operand)
    hint = "; use it in seednorm.where" if isinstance(operand, Condition) else ""
    raise UsageError(f"{op}: expects a value of a graph or a number, but got "
                     f"{describe(operand)}{hint}")


def _format_number(number):
    """The text of exactly this number, as the C API reads it."""
    if isinstance(number, numbers.Integral):
        number = int(number)
        # Python limits the digits of decimals only.
        return str(number) if -2**63 <= number < 2**63 else f"{number:#x}p0"
    try:
        number = float(number)
    except OverflowError:  # Of a fraction.
        number = math.inf if number > 0 else -math.inf
    if math.isnan(number):
        return "-nan" if math.copysign(1, number) < 0 else "nan"
    return number.hex()


def _get_type(graph, number):
    dtype, sizes = graph._graph.get_type(number)
    return dtype, tuple(None if size < 0 else size for size in sizes)


def _make_truth_error(value):
    return UsageError(
        f"expects no truth value of {quote(value)}, whose elements are known when "
        "the kernel is called; choose between values with seednorm.where (and mind "
        "that 'a < b < c', 'and', 'or', and Python's own min and max ask for one)")
