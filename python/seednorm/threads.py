#===- threads.py - How many threads run a kernel on the CPU ------------------===//
#
# The pool is the run-time library's; here is what a program says to it.
#
#===-----------------------------------------------------------------------===//
"""The number of threads that share a kernel on the CPU."""

import operator

from seednorm import _seednorm
from seednorm.errors import UsageError, quote

#: Of the run-time library.
_MOST = 4096


def get_num_threads() -> int:
    """How many threads share a kernel that this thread calls, itself included.

    Results have the same bits for any number.

    Returns:
        The first of these that there is: what `set_num_threads` was given; the variable
        SEEDNORM_NUM_THREADS; once a kernel was given PyTorch's tensors, or
        `seednorm.torch` is imported, what `torch.get_num_threads()` says now, but at most
        the processors that the process may use; the variable OMP_NUM_THREADS; those
        processors, by affinity mask and container quota.

    Raises:
        Nothing: a variable that holds no number from 1 to 4096 is ignored, with a line
        on stderr.
    """
    return _seednorm.get_num_threads()


def set_num_threads(count: int) -> None:
    """Sets how many threads share a kernel, in all calls of this process from now on.

    Args:
        count: from 1 to 4096.

    Returns:
        Nothing.

    Raises:
        UsageError: it is something else.
    """
    try:
        number = operator.index(count)
    except TypeError:
        number = 0
    if not 1 <= number <= _MOST:
        raise UsageError("set_num_threads: expects 'count' to be an integer from 1 to "
                         f"{_MOST}, but got {quote(count)}")
    _seednorm.set_num_threads(number)
