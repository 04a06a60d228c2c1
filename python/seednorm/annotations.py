#===- annotations.py - Types of arguments ----------------------------------===//
#
# Names for what functions of the package take, for those who check types.
#
#===-----------------------------------------------------------------------===//
"""Types of arguments."""

from typing import Any, Optional, Protocol, Sequence, Tuple, Union

import numpy

#: A number of Python or NumPy.
Scalar = Union[float, "numpy.integer[Any]", "numpy.floating[Any]"]
#: A size; None where it is known when a kernel is called.
Shape = Sequence[Optional[int]]
#: "bf16" and the like, a type of NumPy, or one of another package, which this one
#: does not import.
DType = Any
#: -1, or the last dimensions.
Axis = Union[int, Tuple[int, ...]]


class SupportsDLPack(Protocol):
    """An array of PyTorch, JAX, CuPy or another package."""

    def __dlpack__(self, *args: Any, **kwargs: Any) -> Any:
        """A capsule with its memory."""

    def __dlpack_device__(self) -> Tuple[int, int]:
        """The kind and number of its device."""


#: What kernels take and write to.
Array = Union["numpy.ndarray[Any, Any]", SupportsDLPack]
#: What a call returns: an array of the kind of the first argument, or of several
#: results a tuple of these.
Results = Any
