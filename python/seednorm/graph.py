#===- graph.py - Graphs built in plain Python ------------------------------===//
#
# A graph is built eagerly: every operation is verified when it is added, so an
# error points at the line that made it.
#
#===-----------------------------------------------------------------------===//
"""Graphs of operations."""

from __future__ import annotations

import operator
from typing import Any, Mapping, Optional, Sequence, Union

from seednorm import _seednorm, dtypes
from seednorm.annotations import DType, Shape
from seednorm.errors import UsageError, check_text, find_user_location, quote
from seednorm.values import Value, describe

#: Keywords of Kernel.__call__, which arguments could not be passed by.
RESERVED = ("out", "seed", "stream")


class Graph:
    """A function of tensors under construction.

    Build a graph in one thread; different graphs may be built at once::

        g = seednorm.Graph()
        x = g.input((None, 4096), "bf16", name="x")
        gamma = g.input((4096,), "f32", name="gamma")
        g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
    """

    def __init__(self) -> None:
        self._graph = _seednorm.Graph()
        self._inputs = {}  # From the number of a value to the argument's name.
        self._outputs = []  # Numbers of values.

    def input(self, shape: Shape, dtype: DType, name: Optional[str] = None) -> Value:
        """Adds an argument.

        Args:
            shape: a sequence of sizes; None where the size is known only when
                the kernel is called. Operations need the last one.
            dtype: "f32", "f16", "bf16", "f64", "f8E4M3FN", "f8E5M2", "i8", "i32" or
                "i64", or NumPy's or PyTorch's type.
            name: what the kernel's argument is called; "arg0" and so on if
                left out.

        Returns:
            The argument's `Value`.

        Raises:
            UsageError: a size is negative, the element type is another, or the
                name is empty, taken, or one of `out`, `seed` and `stream`.
        """
        if name is not None:
            check_text("input: expects 'name'", name)
        if name in RESERVED:
            raise UsageError("input: expects a name other than "
                             f"{', '.join(RESERVED)}, but got '{name}'")
        sizes = _parse_shape(shape)
        number = self._graph.add_input(dtypes.parse(dtype), sizes, name)
        self._inputs[number] = f"arg{len(self._inputs)}" if name is None else name
        return Value(self, number)

    def output(self, *values: Value) -> None:
        """Makes values results of the function, in this order.

        Raises:
            UsageError: something is not a value of this graph.
        """
        for value in values:
            if not isinstance(value, Value) or value._graph is not self:
                raise UsageError("output: expects values of this graph, but got "
                                 f"{describe(value)}")
        for value in values:
            self._graph.add_output(value._number)
            self._outputs.append(value._number)

    def to_mlir(self, entry: str = "main", locations: bool = False) -> str:
        """The graph as the text of an MLIR module.

        Args:
            entry: the name of its function.
            locations: whether to note the user's file and line at each
                operation.

        Raises:
            UsageError: the graph has no output.
        """
        return self._graph.to_text(entry, locations)

    def add_op(self, name: str, operands: Mapping[str, Optional[Value]],
               attributes: Mapping[str, str], dtype: DType = None) -> Any:
        """Adds an operation by its full name; functions of this package do so.

        Args:
            name: such as "norm.rms_norm".
            operands: from the operand's name to its `Value`; None for one that
                is optional and left out.
            attributes: from the attribute's name to MLIR's text for it.
            dtype: element type of the first result; that of the operands if
                left out.

        Returns:
            The result's `Value`; a tuple of several.

        Raises:
            UsageError: the operation does not exist or its verifier objects.
        """
        mnemonic = name.rpartition(".")[2]
        for operand_name, operand in operands.items():
            if operand is None:
                continue
            if not isinstance(operand, Value):
                raise UsageError(f"{mnemonic}: expects '{operand_name}' to be a "
                                 f"value of a graph, but got {describe(operand)}")
            if operand._graph is not self:
                raise UsageError(f"{mnemonic}: expects operands of one graph, "
                                 f"but '{operand_name}' belongs to another")
        file, line = find_user_location()
        numbers = [-1 if operand is None else operand._number
                   for operand in operands.values()]
        element = None if dtype is None else dtypes.parse(dtype)
        results = tuple(Value(self, number) for number in self._graph.add_op(
            name, numbers, list(attributes.items()), element, file, line))
        return results if len(results) > 1 else results[0]

    def add_element_wise(self, op: str, operands: Sequence[Union[int, str]],
                         make: type) -> Any:
        """Adds an element-wise operation; `seednorm.values.apply` does so.

        Args:
            op: such as "add".
            operands: numbers of values, and texts of numbers.
            make: the class of the result.
        """
        return make(self, self._graph.add_element_wise(
            op, operands, *find_user_location()))

    def add_cast(self, value: Value, dtype: str) -> Value:
        """Adds a cast of `value` to the short name `dtype`; `seednorm.cast` does so."""
        number = self._graph.add_cast(value._number, dtype, *find_user_location())
        return value if number == value._number else Value(self, number)

    def add_reduction(self, op: str, value: Value, num_dims: int,
                      keep_dims: bool) -> Value:
        """Adds a reduction; `seednorm.sum` and the like do so.

        Args:
            op: "sum", "mean", "max" or "min".
            value: of which rows are reduced.
            num_dims: how many of the last dimensions are a row.
            keep_dims: whether they stay, with size 1.
        """
        return Value(self, self._graph.add_reduction(
            op, value._number, num_dims, keep_dims, *find_user_location()))


def _parse_shape(shape):
    try:
        return [-1 if size is None else _parse_size(size) for size in shape]
    except TypeError:
        raise UsageError("input: expects 'shape' to be a sequence of integers "
                         f"and None, but got {quote(shape)}") from None


def _parse_size(size):
    number = operator.index(size)
    if number < 0:
        raise UsageError("input: expects sizes to be at least 0, or None where "
                         f"known at run time only, but got {number}")
    if number >= 2**63:
        raise UsageError(f"input: expects sizes below 2^63, but got {number}")
    return number
