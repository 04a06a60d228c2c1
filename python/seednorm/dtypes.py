#===- dtypes.py - Names of element types -----------------------------------===//
#
# Users write "bf16", numpy.float32 or torch.float16; inside there are four
# names.
#
#===-----------------------------------------------------------------------===//
"""Names of element types."""

import numpy

from seednorm.errors import UsageError

_NAMES = {
    "f64": "f64", "float64": "f64", "double": "f64",
    "f32": "f32", "float32": "f32", "float": "f32",
    "f16": "f16", "float16": "f16", "half": "f16",
    "bf16": "bf16", "bfloat16": "bf16",
}  # yapf: disable

#: The name NumPy and PyTorch use for each element type.
LONG_NAMES = {
    "f64": "float64", "f32": "float32", "f16": "float16", "bf16": "bfloat16"}


def shorten(name):
    """The short name of an element type, or `name` if it is none of ours."""
    return _NAMES.get(name, name)


def parse(dtype):
    """The short name of what a user calls an element type.

    Raises:
        UsageError: it is not f64, f32, f16 or bf16.
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
        raise UsageError("expects an element type among f64, f32, f16, bf16, "
                         f"but got {dtype!r}")
    return _NAMES[name]


def to_numpy(dtype):
    """NumPy's type for a short name; bf16 comes from `ml_dtypes`.

    Raises:
        UsageError: it is bf16 and there is no `ml_dtypes`.
    """
    if dtype != "bf16":
        return numpy.dtype(LONG_NAMES[dtype])
    try:
        import ml_dtypes
    except ImportError:
        raise UsageError("expects the package 'ml_dtypes' for bf16 arrays of "
                         "NumPy, but it is not installed") from None
    return numpy.dtype(ml_dtypes.bfloat16)
