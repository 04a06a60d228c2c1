#===- specs.py - What is known of a compiled graph --------------------------===//
#
# Tuples with names, made from what the compiler says.
#
#===-----------------------------------------------------------------------===//
"""What a kernel takes, and what it became."""

import json
from typing import NamedTuple, Optional, Tuple


class TensorSpec(NamedTuple):
    """An argument or result of a kernel."""

    name: str
    dtype: str  #: As in MLIR: "f32", "bf16", "f8E4M3FN", "i64", ...
    shape: Tuple[Optional[int], ...]  #: None where known at run time only.
    alignment: int  #: Bytes that the address must be a multiple of.


class Operand(NamedTuple):
    """What a row program reads or writes."""

    value: str
    """Name of the argument or result that it is, perhaps reshaped. Else what
    computes an input ("program 0 output 1", "constant", "tensor.pad"), or
    "temporary" for an output."""
    type: str  #: As in MLIR: "tensor<?x4096xbf16>".
    access: str  #: "by row", "shared", "by group 4", "by cycle 4".


class Program(NamedTuple):
    """A row program: several operations of a graph that run as one kernel."""

    columns: int  #: Elements of a row.
    levels: int  #: Sums over the row that need each other.
    fused_from: int  #: How many programs it was, one for each operation.
    minimum_row_bytes_per_element: float
    """Bytes for each element of a row: one read of each input taken by row, and
    one write of each output."""
    unfused_row_bytes_per_element: float  #: The same before it was fused.
    inputs: Tuple[Operand, ...]
    outputs: Tuple[Operand, ...]
    locations: Tuple[str, ...]  #: "file:line:column" of the operations.


class OutsideOp(NamedTuple):
    """An operation that moves elements of tensors outside of row programs."""

    location: Optional[str]  #: "file:line:column"; None if not known.
    op: str  #: As in MLIR: "linalg.matmul".
    reason: str  #: Why it is in no program.


def make_specs(signatures):
    """The `TensorSpec`s of arguments or results."""
    return tuple(
        TensorSpec(name, dtype, tuple(None if s < 0 else s for s in shape),
                   alignment)
        for name, dtype, shape, alignment in signatures)


def read_programs(text):
    """The `Program`s of the stage "programs.json"."""
    return [
        Program(**{**program,
                   "inputs": tuple(Operand(**o) for o in program["inputs"]),
                   "outputs": tuple(Operand(**o) for o in program["outputs"]),
                   "locations": tuple(program["locations"])})
        for program in json.loads(text)["programs"]]


def read_outside(text):
    """The `OutsideOp`s of the stage "programs.json"."""
    return [OutsideOp(**op) for op in json.loads(text)["outside"]]
