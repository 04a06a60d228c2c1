#===- dtypes.py - Names of element types -----------------------------------===//
#
# Users write "bf16", numpy.float32 or torch.float16; inside there is one name
# for each type, MLIR's.
#
#===-----------------------------------------------------------------------===//
"""Names of element types."""

import sys

import numpy

from seednorm.errors import UsageError, quote

_NAMES = {
    "f64": "f64", "float64": "f64", "double": "f64",
    "f32": "f32", "float32": "f32", "float": "f32",
    "f16": "f16", "float16": "f16", "half": "f16",
    "bf16": "bf16", "bfloat16": "bf16",
    "f8E4M3FN": "f8E4M3FN", "float8_e4m3fn": "f8E4M3FN",
    "f8E5M2": "f8E5M2", "float8_e5m2": "f8E5M2",
    "i8": "i8", "int8": "i8",
    "i32": "i32", "int32": "i32",
    "i64": "i64", "int64": "i64",
}  # yapf: disable

#: The name NumPy and PyTorch use for each element type.
LONG_NAMES = {
    "f64": "float64", "f32": "float32", "f16": "float16", "bf16": "bfloat16",
    "f8E4M3FN": "float8_e4m3fn", "f8E5M2": "float8_e5m2", "i8": "int8",
    "i32": "int32", "i64": "int64"}

#: Bytes of an element.
BYTES = {"f64": 8, "f32": 4, "f16": 2, "bf16": 2, "f8E4M3FN": 1, "f8E5M2": 1, "i8": 1,
         "i32": 4, "i64": 8}

#: The unsigned integer of NumPy that holds the bits of a type of `ml_dtypes`.
BITS = {"bf16": "uint16", "f8E4M3FN": "uint8", "f8E5M2": "uint8"}


def shorten(name):
    """The short name of an element type, or `name` if it is none of ours."""
    return _NAMES.get(name, name)


def parse(dtype):
    """The short name of what a user calls an element type.

    Raises:
        UsageError: it is none of `LONG_NAMES`.
    """
    if isinstance(dtype, str):
        name = dtype
    elif isinstance(dtype, (type, numpy.dtype)):
        try:
            name = numpy.dtype(dtype).name
        except TypeError:
            name = repr(dtype)
    else:
        # torch.bfloat16 and the like, without importing their module.
        name = str(dtype).rpartition(".")[2]
    if name not in _NAMES:
        raise UsageError(f"expects an element type among {', '.join(LONG_NAMES)}, "
                         f"but got {quote(dtype)}")
    return _NAMES[name]


def to_numpy(dtype):
    """NumPy's type for a short name; those in `BITS` come from `ml_dtypes`.

    Raises:
        UsageError: it is one of these and there is no `ml_dtypes`.
    """
    if dtype not in BITS:
        return numpy.dtype(LONG_NAMES[dtype])
    try:
        import ml_dtypes
    except ImportError:
        raise UsageError(f"expects the package 'ml_dtypes' for {dtype} arrays of "
                         "NumPy, but it is not installed") from None
    return numpy.dtype(getattr(ml_dtypes, LONG_NAMES[dtype]))


def get_loaded_numpy_types():
    """NumPy's type for each short name that it has one for by now: arrays of the
    others are nobody's."""
    names = LONG_NAMES.keys() - ({} if sys.modules.get("ml_dtypes") else BITS).keys()
    return {name: to_numpy(name) for name in names}
