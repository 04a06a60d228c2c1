#===- arrays.py - Arrays of other packages ---------------------------------===//
#
# Arguments come in as views of somebody's memory, results are allocated the
# same kind. No other package is imported: what an array belongs to must be
# loaded already.
#
#===-----------------------------------------------------------------------===//
"""Arrays of NumPy, PyTorch and everything else with DLPack."""

import math
import sys

import numpy

from seednorm import dtypes
from seednorm._seednorm import Array
from seednorm.errors import UsageError

# Types of memory in DLPack.
_CPU, _CUDA, _CUDA_HOST, _CUDA_MANAGED = 1, 2, 3, 13
_ON_CPU = (_CPU, _CUDA_HOST, _CUDA_MANAGED)
_ON_CUDA = (_CUDA, _CUDA_MANAGED)
# What a consumer passes for the default stream of CUDA.
_LEGACY_STREAM = 1


def view(array, name, on_gpu=False, stream=0):
    """A view of the memory of `array`.

    Args:
        array: of NumPy, or with `__dlpack__` and `__dlpack_device__`.
        name: what errors call it.
        on_gpu: whether the memory must be a CUDA device's, not the CPU's.
        stream: the CUDA stream the memory is to be used on.

    Raises:
        UsageError: it is no array, on another device, or has something that a
            view would lose.
    """
    if isinstance(array, numpy.ndarray):
        if on_gpu:
            raise UsageError(f"expects '{name}' in memory of a CUDA device, but "
                             "got an array of NumPy")
        if hasattr(array, "mask"):
            raise UsageError(f"expects '{name}' to have no mask, which kernels would "
                             "not see, but got a masked array; pass a .filled()")
        return _view_numpy(array, name)
    if (not hasattr(array, "__dlpack__") or not hasattr(array, "__dlpack_device__")
            or isinstance(array, type)):
        raise UsageError(f"expects '{name}' to be an array of NumPy or one with "
                         f"DLPack, but got {type(array).__name__}")
    if getattr(array, "requires_grad", False):
        raise UsageError(f"expects '{name}' to need no gradient, as kernels "
                         "record none, but it does; pass a .detach()")
    # PyTorch exports what a view negates lazily without the sign.
    if getattr(array, "is_neg", bool)():
        raise UsageError(f"expects '{name}' to be its own memory, but it is a "
                         "negated view; pass a .resolve_neg()")
    _check_device(array, name, on_gpu)
    return _take(array, name, on_gpu, stream)


def wrap_number(value, spec):
    """An array without dimensions for a number of Python or NumPy that the type
    of `spec` has room for; anything else as it is.

    Raises:
        UsageError: it is another kind of number, or too large.
    """
    is_float = spec.dtype.startswith(("f", "bf"))
    kinds = (int, numpy.integer) + ((float, numpy.floating) if is_float else ())
    if not isinstance(value, kinds) or isinstance(value, (bool, numpy.bool)):
        if isinstance(value, (int, float, numpy.number, numpy.bool)):
            raise UsageError(f"expects '{spec.name}' to be a number of type "
                             f"{spec.dtype}, but got {type(value).__name__}")
        return value
    try:
        number = float(value) if is_float else int(value)
        with numpy.errstate(over="ignore"):
            array = numpy.array(number, dtypes.to_numpy(spec.dtype))
        if is_float and math.isfinite(number) and math.isinf(float(array)):
            raise OverflowError
        return array
    except OverflowError:
        raise UsageError(f"expects '{spec.name}' to fit {spec.dtype}, but got "
                         f"{value}") from None


def _view_numpy(array, name):
    dtype = dtypes.shorten(array.dtype.name)
    if not array.dtype.isnative:
        raise UsageError(f"expects '{name}' in the byte order of this machine, "
                         f"but got {array.dtype.str}")
    strides = ()
    if not array.flags.c_contiguous:
        strides = [stride // array.itemsize for stride in array.strides]
        if any(stride % array.itemsize for stride in array.strides):
            raise UsageError(f"expects '{name}' to have strides of whole elements, "
                             f"but got {array.strides} bytes; {hint_dense(array)}")
    pointer, read_only = array.__array_interface__["data"]
    return Array(pointer, dtype, array.shape, read_only, array, strides)


def hint_dense(array):
    """How to get a dense copy."""
    if isinstance(array, numpy.ndarray):
        return "pass a np.ascontiguousarray()"
    return "pass a .contiguous()"


def get_layout(view, name, array):
    """How the memory of a view is laid out.

    Returns:
        How many of its last dimensions lie without gaps, and the bytes that its
        address and the strides of the others are multiples of.

    Raises:
        UsageError: the elements of a row are not next to each other, or strides
            are negative.
    """
    if view.layout is None:
        raise UsageError(f"expects the last dimension of '{name}' to be dense, and "
                         f"no negative strides, but got strides {view.strides}; "
                         f"{hint_dense(array)}")
    return view.layout


def _check_device(array, name, on_gpu):
    try:
        kind = int(array.__dlpack_device__()[0])
    except Exception as error:
        raise _make_sharing_error(name, error) from error
    if kind not in (_ON_CUDA if on_gpu else _ON_CPU):
        rule = "memory of a CUDA device" if on_gpu else "memory of the CPU"
        fact = {_CPU: "memory of the CPU", _CUDA: "memory of a CUDA device"}.get(
            kind, f"DLPack device {kind}")
        raise UsageError(f"expects '{name}' in {rule}, but got {fact}")


def _take(array, name, on_gpu, stream):
    options = {"stream": stream or _LEGACY_STREAM} if on_gpu else {}
    try:
        try:
            capsule = array.__dlpack__(max_version=(1, 0), **options)
        except TypeError:  # Before DLPack 1.0.
            capsule = array.__dlpack__(**options)
        return Array.from_capsule(capsule)
    except Exception as error:  # Whatever the other package raises.
        raise _make_sharing_error(name, error) from error


def _make_sharing_error(name, error):
    return UsageError(f"expects '{name}' to be an array that DLPack can share, but it "
                      f"is not: {error}")


def check_dtype(view, spec, array):
    """Checks the element type of a view of `array`.

    Raises:
        UsageError: it is not that of `spec`.
    """
    if view.dtype == spec.dtype:
        return
    hint = ""
    bits = dtypes.BITS.get(spec.dtype)
    if bits and view.dtype in (bits, bits.replace("uint", "void")):
        package = "torch" if _get_package(array) == "torch" else "ml_dtypes"
        hint = f"; pass a .view({package}.{dtypes.LONG_NAMES[spec.dtype]})"
    raise UsageError(f"expects '{spec.name}' to have elements of type "
                     f"{spec.dtype}, but got {view.dtype}{hint}")


def allocate(like, shape, dtype, alignment):
    """A new array of the kind of `like`, and a view of it.

    Args:
        like: an array that `view` takes.
        shape: a list of sizes.
        dtype: one of `dtypes.LONG_NAMES`.
        alignment: of the memory, in bytes.

    Returns:
        The array, and its view.
    """
    if isinstance(like, numpy.ndarray):
        array = _allocate_numpy(shape, dtypes.to_numpy(dtype), alignment)
        return array, _view_numpy(array, "result")
    package = sys.modules.get(_get_package(like))
    if package is sys.modules.get("torch", False):
        array = package.empty(
            shape, dtype=getattr(package, dtypes.LONG_NAMES[dtype]),
            device=like.device)
        on_gpu = array.device.type == "cuda"
        return array, _take(array, "result", on_gpu, 0)
    memory = _allocate_bytes(shape, dtype, alignment)
    result = Array(memory.__array_interface__["data"][0], dtype, shape, False,
                   memory)
    return _convert(result, package, memory), result


def _get_package(array):
    return type(array).__module__.partition(".")[0]


def _allocate_numpy(shape, dtype, alignment):
    array = numpy.empty(shape, dtype)
    if array.__array_interface__["data"][0] % alignment == 0:
        return array
    memory = _allocate_aligned(array.nbytes, alignment)
    return memory.view(dtype).reshape(shape)


def _allocate_bytes(shape, dtype, alignment):
    size = numpy.dtype(dtypes.BITS.get(dtype, dtypes.LONG_NAMES[dtype])).itemsize
    for extent in shape:
        size *= extent
    return _allocate_aligned(size, alignment)


def _allocate_aligned(size, alignment):
    memory = numpy.empty(size + alignment, numpy.uint8)
    start = -memory.__array_interface__["data"][0] % alignment
    return memory[start:start + size]


def _convert(result, package, memory):
    """`result` as an array of `package`, or of NumPy if it has no import."""
    for module in (package, getattr(package, "dlpack", None)):
        from_dlpack = getattr(module, "from_dlpack", None)
        if from_dlpack:
            return from_dlpack(result)
    return memory.view(dtypes.to_numpy(result.dtype)).reshape(result.shape)
