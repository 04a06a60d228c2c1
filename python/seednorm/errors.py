#===- errors.py - What can go wrong, and where the user was ----------------===//
#
# Messages say the rule, then the fact. An error also knows the line of the
# user's own program that led to it, which a deep traceback hides.
#
#===-----------------------------------------------------------------------===//
"""Exceptions of the package."""

import functools
import os
import sys

#: Folders and files whose code is not the user's, though it may be between them and
#: us, as that of cached properties; `seednorm.torch` adds PyTorch's.
OWN_FOLDERS = [os.path.dirname(os.path.abspath(__file__)) + os.sep, functools.__file__]


def find_user_location():
    """File and line of the innermost frame outside `OWN_FOLDERS`."""
    frame = sys._getframe(1)
    own = tuple(OWN_FOLDERS)
    while frame.f_back and frame.f_code.co_filename.startswith(own):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


class SeednormError(Exception):
    """Base of all exceptions of the package.

    Attributes:
        message: the rule and the fact.
        file, line: where the user's program was.
    """

    message: str
    file: str
    line: int

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.file, self.line = find_user_location()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class UsageError(SeednormError, ValueError):
    """What the caller asks for breaks a stated rule."""


def quote(value):
    """`repr(value)`, or the type where there is no short text for it: Python
    refuses to print large integers, and a repr may be anyone's code."""
    try:
        text = repr(value)
    except Exception:
        text = None
    if text is None or len(text) > 200:
        return f"a {type(value).__name__}"
    return text


def check_text(what, value):
    """Refuses what no C string in UTF-8 can hold. `what` begins the message."""
    if not isinstance(value, str):
        raise UsageError(f"{what} to be a string, but got "
                         f"{type(value).__name__}")
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise UsageError(f"{what} to be text without NUL and lone "
                         f"surrogates, but got {value!r}")


class CacheWarning(UserWarning):
    """Kernels on disk cannot be used or kept; they are compiled."""


class UnknownStageError(UsageError, KeyError):
    """`Kernel.asm` has no such stage."""


class ExecutionError(SeednormError, RuntimeError):
    """Something outside failed: no device, a launch, a missing tool."""


class CompilerError(SeednormError, RuntimeError):
    """A fault of the compiler; please report it."""
