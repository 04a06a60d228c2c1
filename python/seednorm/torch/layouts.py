#===- layouts.py - Tensors as the rows of a kernel ---------------------------===//
#
# Leading dimensions become one number of rows, so that a kernel serves any of
# them. What else decides about a kernel is its key: sizes and types of a row and
# of what stands beside it.
#
#===-----------------------------------------------------------------------===//
"""Shapes of tensors in kernels, and checks of arguments."""

import math

import torch

from seednorm import dtypes
from seednorm.errors import UsageError
from seednorm.torch.norms import (
    CHANNELS, COLUMNS, HEADS, NUMBERS, ONE, ROWS, SAMPLES, SEED)

#: Types of rows, and of what stands beside them.
SHORT_NAMES = {torch.float64: "f64", torch.float32: "f32", torch.float16: "f16",
               torch.bfloat16: "bf16", torch.int64: "i64"}
TORCH_TYPES = {short: getattr(torch, long) for short, long in dtypes.LONG_NAMES.items()}


def get_row(program, tensors):
    """The sizes behind the number of rows in the kernel: (D), (H, D), ..."""
    shape = tensors[0].shape
    root = program.root
    if not hasattr(root, "norm"):
        return tuple(shape[1:])
    if root.norm.name in ("group_norm", "instance_norm"):
        return (shape[1], math.prod(shape[2:]))
    heads = _get_rounded_heads(root)
    if heads > 1:
        return (heads, shape[-1] // heads)
    row = (shape[-1],)
    between = ()
    for tensor, kind in zip(tensors, root.kinds):
        if kind == COLUMNS and tensor.ndim == 2:
            row = (tensor.shape[0], shape[-1])
        if kind == SAMPLES and tensor.ndim > 1:
            between = shape[tensor.ndim - 1:-1]
    if between:
        count = math.prod(between)
        row = (count, *row) if len(row) == 1 else (count // row[0], *row)
    return row


def is_flat(program):
    """Whether a row is the last dimension, whatever the sizes are, unless a
    parameter has two dimensions."""
    root = program.root
    return (hasattr(root, "norm") and _get_rounded_heads(root) == 1
            and SAMPLES not in root.kinds and CHANNELS not in root.kinds
            and root.norm.name not in ("group_norm", "instance_norm"))


def _get_rounded_heads(root):
    """Heads, where the norm is built from rows (N, H, D / H); else 1."""
    if root.norm.name != "seednorm":
        return 1
    options = dict(zip((name for name, *_ in root.norm.options), root.options))
    return options["num_heads"] if options["casting_mode"] == "llama" else 1


def get_kernel_shape(program, kind, tensor, row):
    """The shape of an argument in a kernel, with None for the number of rows."""
    if kind == ROWS:
        if hasattr(program.root, "norm"):
            return (None, *row)
        return (None, *tensor.shape[1:])
    if kind == NUMBERS or kind == SAMPLES and tensor.ndim > 1:
        return (None, tensor.shape[-1])
    if (kind == COLUMNS and hasattr(program.root, "norm")
            and _get_rounded_heads(program.root) > 1):
        return row
    return tuple(tensor.shape)


#===----------------------------------------------------------------------===//
# Checks
#===----------------------------------------------------------------------===//


def check(program, tensors):
    """Refuses arguments that no kernel takes.

    Raises:
        UsageError: the first rule that one breaks.
    """
    root = program.root
    what = root.norm.name if hasattr(root, "norm") else "graph"
    rows = tensors[0]
    if len(tensors) != len(program.kinds):
        raise UsageError(f"{what}: expects {len(program.kinds)} tensors "
                         f"({', '.join(program.names)}), but got {len(tensors)}")
    for name, kind, tensor in zip(program.names, program.kinds, tensors):
        _check_type(what, name, kind, tensor)
        if tensor.device != rows.device:
            raise UsageError(f"{what}: expects '{name}' on the device of "
                             f"'{program.names[0]}', {rows.device}, but got "
                             f"{tensor.device}")
    if hasattr(root, "norm"):
        _check_shapes(what, program, tensors)
        _check_one_type(what, program, tensors)


def _check_one_type(what, program, tensors):
    """Parameters of one kind have one type where all of them have to be there."""
    required = {operand.name for operand in program.root.norm.operands
                if not operand.optional}
    first = {}
    for name, kind, tensor in zip(program.names, program.kinds, tensors):
        if name not in required:
            continue
        other, dtype = first.setdefault(kind, (name, tensor.dtype))
        if tensor.dtype != dtype:
            raise UsageError(f"{what}: expects '{name}' to have the type of '{other}', "
                             f"{_name_type(dtype)}, but got {_name_type(tensor.dtype)}")


def _name_type(dtype):
    return str(dtype).removeprefix("torch.")


def _check_type(what, name, kind, tensor):
    expected = "int64" if kind == SEED else "float64, float32, float16 or bfloat16"
    known = SHORT_NAMES.get(tensor.dtype, "")
    if (known == "i64") != (kind == SEED) or not known:
        raise UsageError(f"{what}: expects '{name}' to be {expected}, but got "
                         f"{_name_type(tensor.dtype)}")


def _check_shapes(what, program, tensors):
    shape = tensors[0].shape
    least = 2 if program.root.norm.name in ("group_norm", "instance_norm") else 1
    if len(shape) < least or shape[-1] == 0:
        raise UsageError(f"{what}: expects 'input' to have at least {least} "
                         "dimensions and a last one that is not 0, but got shape "
                         f"{tuple(shape)}")
    for name, kind, tensor in zip(program.names, program.kinds, tensors):
        own = tensor.shape
        rule = _find_broken_rule(kind, own, shape)
        if rule:
            _check_columns(what, program, tensors)
            raise UsageError(f"{what}: expects '{name}' to have {rule}, as 'input' "
                             f"has shape {tuple(shape)}, but got shape {tuple(own)}")
    heads = _get_rounded_heads(program.root)
    if heads > 1 and (shape[-1] % heads or any(
            t.ndim != 1 for t, k in zip(tensors, program.kinds) if k == COLUMNS)):
        raise UsageError(f"{what}: expects 'num_heads' to divide the last dimension "
                         "and parameters of one dimension with casting_mode 'llama', "
                         f"but got {heads} heads for shape {tuple(shape)}")


def _check_columns(what, program, tensors):
    """Where all parameters agree on a size, it is the input's that is wrong."""
    found = {name: tensor.shape for name, kind, tensor in
             zip(program.names, program.kinds, tensors) if kind == COLUMNS}
    first, *others = found.values() or [()]
    columns = tensors[0].shape[-1]
    if others and len(first) == 1 and first[0] != columns and all(
            tuple(other) == tuple(first) for other in others):
        names = [f"'{name}'" for name in found]
        raise UsageError(
            f"{what}: expects the last dimension of 'input' to be {first[0]}, the size of "
            f"{', '.join(names[:-1])} and {names[-1]}, but got shape "
            f"{tuple(tensors[0].shape)}")


def _find_broken_rule(kind, own, shape):
    """What is expected of an argument of shape `own` beside rows, or None."""
    columns = shape[-1]
    if kind == ROWS and tuple(own) != tuple(shape):
        return "the shape of 'input'"
    if kind == COLUMNS and not (
            len(own) == 1 and own[0] == columns or
            len(own) == 2 and len(shape) >= 2 and tuple(own) == tuple(shape[-2:])):
        return f"one number a column, shape ({columns},), or those of heads"
    if kind == SAMPLES and not (
            len(own) >= 1 and own[-1] == columns and
            len(own) <= len(shape) and tuple(own[:-1]) == tuple(shape[:len(own) - 1])):
        return f"the first dimensions of 'input' and {columns} columns"
    if kind in (ONE, SEED) and tuple(own) != (1,):
        return "one element, shape (1,)"
    if kind == HEADS and not (len(own) == 1 and own[0] and columns % own[0] == 0):
        return "one number a head, of a number of heads that divides the columns"
    if kind == CHANNELS and not (len(own) == 1 and own[0] == shape[1]):
        return "one number a channel"
    return None
