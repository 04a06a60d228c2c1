#===- launch.py - From tensors to a kernel and back --------------------------===//
#
# What a warm call costs is decided here. With tensors in the CPU's memory it is one
# call of the extension, which tries the program's last kernels. The rest takes one
# look-up by a tuple, and a view of each tensor's memory made from its address.
#
#===-----------------------------------------------------------------------===//
"""Running programs on tensors."""

import functools
import math
from typing import NamedTuple

import torch

from seednorm._seednorm import Array, RowCaller, set_thread_source
from seednorm.errors import UsageError
from seednorm.torch import layouts
from seednorm.torch.layouts import SHORT_NAMES, TORCH_TYPES
from seednorm.torch.norms import NUMBERS, ROWS, SAMPLES


# From the first call on, and of the thread that calls.
set_thread_source(torch.get_num_threads)

_COUNTED = (NUMBERS, SAMPLES)
_EMPTY_LIKE = functools.partial(
    torch.empty_like, memory_format=torch.contiguous_format)
#: Kernels that a call tries before it looks for its own.
_MOST_CALLERS = 4


class _Entry(NamedTuple):
    """A kernel and how tensors are handed to it."""

    kernel: object  # A `seednorm.Kernel`; None where gradients are all zero.
    shapes: tuple  # Of the arguments; None for the number of rows.
    dtypes: tuple  # Short names of their types.
    result_shapes: tuple
    row_size: int
    alignment: int  # Bytes that addresses have to be multiples of.
    zeros: tuple  # Numbers of results that no kernel computes: zeros.
    caller: object  # A `RowCaller`; None where calls need more.


def run(program, tensors):
    """The results of a program, as new dense tensors.

    Args:
        program: a `Program`.
        tensors: its arguments, which need no gradients.

    Raises:
        UsageError: an argument breaks a rule.
    """
    for call in program.callers:
        results = call(tensors)
        if results is not NotImplemented:
            return results
    return _run_any(program, tensors)


def _run_any(program, tensors):
    """As `run`, with tensors of any layout and device."""
    rows = tensors[0]
    shape = rows.shape
    for tensor, kind in zip(tensors, program.kinds):
        if kind is ROWS and tensor.shape != shape:
            layouts.check(program, tensors)
    entry = _find(program, tensors)
    if entry.caller is not None:
        _move_to_front(program, entry.caller)
    count = rows.numel() // entry.row_size
    results = allocate(program, tensors)
    written = [result for number, result in enumerate(results)
               if number not in entry.zeros]
    for number in entry.zeros:
        results[number].zero_()
    if entry.kernel is not None and written:
        _launch(entry, tensors, written, count)
    return results


def allocate(program, tensors):
    """New tensors for the results."""
    return [tensors[0].new_empty(shape, dtype=dtype)
            for shape, dtype in describe_results(program, tensors)]


def describe_results(program, tensors):
    """Shape and type of each result; sizes may be symbolic."""
    found = []
    for like, dtype in program.results:
        if isinstance(like, tuple):  # Of a graph: a shape.
            shape = [tensors[0].shape[0] if size is None else size for size in like]
            found.append((shape, TORCH_TYPES[dtype]))
            continue
        tensor = tensors[like]
        if dtype is None:
            own = tensor.dtype
        elif dtype == "sum":
            own = torch.promote_types(tensors[0].dtype, tensors[1].dtype)
        else:
            own = TORCH_TYPES[dtype]
        found.append((tensor.shape, own))
    return found


#===----------------------------------------------------------------------===//
# Kernels
#===----------------------------------------------------------------------===//


def _find(program, tensors):
    """The entry for these tensors; compiles it if there is none."""
    rows = tensors[0]
    key = [rows.is_cuda]
    flat = program.flat if hasattr(program, "flat") else _set_flat(program)
    for tensor, kind in zip(tensors, program.kinds):
        key.append(tensor.dtype)
        if kind in _COUNTED:  # All but the number of rows.
            key.append((tensor.ndim, tensor.shape[-1:]))
            flat = flat and tensor.ndim == 1
        elif kind is not ROWS:
            key.append(tensor.shape)
            flat = flat and tensor.ndim == 1
    key.append(rows.shape[-1] if flat and rows.ndim else rows.shape[1:])
    key = tuple(key)
    entry = program.kernels.get(key)
    if entry is None:
        layouts.check(program, tensors)
        row = layouts.get_row(program, tensors)
        with program.lock:
            entry = program.kernels.get(key) or program.kernels.setdefault(
                key, _compile(program, tensors, row))
    return entry


def _set_flat(program):
    program.flat = layouts.is_flat(program)
    return program.flat


def _get_target(program, tensor):
    kind = tensor.device.type
    if kind not in ("cpu", "cuda"):
        raise UsageError("expects tensors on the CPU or a CUDA device, but "
                         f"'{program.names[0]}' is on {tensor.device}")
    return kind


def _compile(program, tensors, row):
    shapes = tuple(layouts.get_kernel_shape(program, kind, tensor, row)
                   for kind, tensor in zip(program.kinds, tensors))
    dtypes = tuple(SHORT_NAMES[tensor.dtype] for tensor in tensors)
    target = _get_target(program, tensors[0])
    zeros = ()
    if program.depth > 1:
        wanted = program.step.wrt
        found = program.find_dependences(shapes, dtypes)
        zeros = tuple(i for i, number in enumerate(wanted) if number not in found)
        kept = [number for number in wanted if number in found]
        inner = program.parent.derive(kept, program.step.of, program.step.accumulate)
        kernel = inner.compile(target, shapes, dtypes) if kept else None
    else:
        kernel = program.compile(target, shapes, dtypes)
    result_shapes = tuple(
        shapes[result[0]] if isinstance(result[0], int) else result[0]
        for number, result in enumerate(program.results) if number not in zeros)
    return _Entry(kernel, shapes, dtypes, result_shapes, math.prod(shapes[0][1:]),
                  max((spec.alignment for spec in kernel.arguments), default=1)
                  if kernel else 1, zeros,
                  _make_caller(program, tensors, kernel, shapes)
                  if kernel and not zeros and target == "cpu" else None)


def _make_caller(program, tensors, kernel, shapes):
    """What calls a kernel of rows (N, D) without a look at the tensors here."""
    is_norm = hasattr(program.root, "norm")
    is_rows = [is_norm and kind is ROWS for kind in program.kinds]
    if any(own and len(shape) != 2 for own, shape in zip(is_rows, shapes)):
        return None
    like = [result[0] if isinstance(result[0], int) else -1
            for result in program.results]
    types = tuple(dtype for _, dtype in describe_results(program, tensors))
    return RowCaller(kernel._caller, is_rows, like, types, _EMPTY_LIKE)


def _move_to_front(program, caller):
    """A program mostly has one kernel, or few that take turns."""
    others = [other for other in program.callers if other is not caller]
    program.callers = (caller, *others[:_MOST_CALLERS - 1])


#===----------------------------------------------------------------------===//
# Calls
#===----------------------------------------------------------------------===//


def _launch(entry, tensors, results, count):
    kernel = entry.kernel
    views, alignment = [], entry.alignment
    for tensor, shape, dtype in zip(tensors, entry.shapes, entry.dtypes):
        pointer = tensor.data_ptr()
        if pointer % alignment or not tensor.is_contiguous() or tensor.is_neg():
            _launch_strided(entry, tensors, results, count)
            return
        views.append(Array(pointer, dtype, _fill(shape, tensor, count), False, None))
    kernel._kernel.run(views, _view_results(entry, results, count), 0,
                       _get_stream(tensors[0]))
    if kernel._to_keep:
        kernel._keep()


def _fill(shape, tensor, count):
    """A shape of a kernel's argument with the number of its rows."""
    if shape and shape[0] is None:
        size = math.prod(shape[1:])
        return [tensor.numel() // size if size else count, *shape[1:]]
    return shape


def _view_results(entry, results, count):
    return [Array(result.data_ptr(), SHORT_NAMES[result.dtype],
                  _fill(shape, result, count), False, None)
            for result, shape in zip(results, entry.result_shapes)]


def _launch_strided(entry, tensors, results, count):
    """With gaps between rows, or where memory is aligned to less.

    What no kernel reads in place is made contiguous: rows whose elements are not
    next to each other, and leading dimensions that no single stride steps through.
    """
    kept, views = [], []
    for tensor, shape, dtype in zip(tensors, entry.shapes, entry.dtypes):
        filled = _fill(shape, tensor, count)
        view = _view_in_place(tensor.resolve_neg(), filled)
        kept.append(view)
        strides = () if view.is_contiguous() else view.stride()
        views.append(Array(view.data_ptr(), dtype, filled, False, None, strides))
    result_views = _view_results(entry, results, count)
    special = entry.kernel._specialize(views, kept, [])
    special.run(views, result_views, 0, _get_stream(tensors[0]))
    if entry.kernel._to_keep:
        entry.kernel._keep()


def _view_in_place(tensor, shape):
    try:
        view = tensor.view(shape)
    except RuntimeError:
        return tensor.reshape(shape).contiguous()
    if any(stride < 0 for stride in view.stride()) or (
            view.ndim and view.shape[-1] != 1 and view.stride(-1) != 1):
        return view.contiguous()
    return view


def _get_stream(tensor):
    if not tensor.is_cuda:
        return 0
    return torch.cuda.current_stream(tensor.device).cuda_stream
