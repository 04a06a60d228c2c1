#===- building.py - Parts of the operations --------------------------------===//
#
# What the functions of this package share.
#
#===-----------------------------------------------------------------------===//
"""Adding operations to graphs."""

import numbers
import operator
import struct

from seednorm.errors import UsageError, quote
from seednorm.values import Value, describe


#: Functions that bound the dynamic coefficient of SeeDNorm.
ACTIVATIONS = ("tanh", "sigmoid", "hardtanh", "softsign")


def build(mnemonic, operands, attributes, dtype=None):
    """Adds an operation of the norm dialect.

    Args:
        operands: by name; None for one that is optional and left out. The first
            is `input`.
        attributes: from the name to MLIR's text.
        dtype: element type of the first result, where it is not that of `input`.
    """
    input = operands["input"]
    if not isinstance(input, Value):
        raise UsageError(f"{mnemonic}: expects 'input' to be a value of a graph, "
                         f"but got {describe(input)}")
    return input._graph.add_op(f"norm.{mnemonic}", operands, attributes, dtype)


def format_choice(op, name, value, choices, enumeration):
    """MLIR's text for a case of an enumeration of the norm dialect."""
    if not isinstance(value, str) or value not in choices:
        raise UsageError(f"{op}: expects '{name}' to be one of "
                         f"{', '.join(choices)}, but got {quote(value)}")
    return f"#norm<{enumeration} {value}>"


def format_float(op, name, value):
    """MLIR's text for exactly this f64: its bits, which also say NaN."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise UsageError(f"{op}: expects '{name}' to be a number, but got "
                         f"{quote(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    bits, = struct.unpack("<Q", struct.pack("<d", number))
    return f"0x{bits:016X} : f64"


def format_int(op, name, value):
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or not -2**63 <= number < 2**63:
        raise UsageError(f"{op}: expects '{name}' to be an integer of 64 bits, "
                         f"but got {quote(value)}")
    return f"{number} : i64"
