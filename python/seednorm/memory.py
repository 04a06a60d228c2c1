#===- memory.py - Memory kept from call to call ------------------------------===//
#
# The store is the run-time library's; here is what a program says to it.
#
#===-----------------------------------------------------------------------===//
"""Memory that kernels on the CPU are done with, and that the next call takes."""

import operator

from seednorm import _seednorm
from seednorm.errors import UsageError, quote


def get_kept_memory() -> int:
    """Memory that is kept for later calls and not in use.

    Large results, of 128 KiB and more, and partial sums of gradients take memory that
    was kept: new memory would take the system as long as the kernel. Memory of a result
    is kept once nothing holds it any more.

    Returns:
        Its size in bytes.

    Raises:
        Nothing.
    """
    return _seednorm.get_kept_memory()


def set_kept_memory(most: int) -> None:
    """Sets how much memory is kept at most; 256 MiB, or SEEDNORM_KEPT_MIB in MiB, if it
    is not called.

    Args:
        most: in bytes; 0 to keep none.

    Returns:
        Nothing. What is kept beyond that goes to the system.

    Raises:
        UsageError: it is something else.
    """
    try:
        number = operator.index(most)
    except TypeError:
        number = -1
    if not 0 <= number < 1 << 63:
        raise UsageError("set_kept_memory: expects 'most' to be a number of bytes, but got "
                         f"{quote(most)}")
    _seednorm.set_kept_memory(number)


def drop_kept_memory() -> None:
    """Gives the system all memory that is kept and not in use.

    Returns:
        Nothing.

    Raises:
        Nothing.
    """
    _seednorm.drop_kept_memory()
