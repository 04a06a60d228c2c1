#===- packages.py - Kernels without a compiler -----------------------------===//
#
# Compiled kernels as files, through the run-time library that programs in C use.
#
#===-----------------------------------------------------------------------===//
"""Packages of compiled kernels."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import threading
from typing import Any, Dict, Optional, Sequence, Union

from seednorm import _seednorm, calls
from seednorm.annotations import Array, Results, Scalar
from seednorm.errors import SeednormError, UsageError, check_text, quote


def save(path: Union[str, os.PathLike], *kernels: Any) -> None:
    """Writes a package with kernels, each for its own target: one function for the
    CPU and for several GPUs, or several functions.

    Args:
        path: of the file, which is replaced; of a link, what it points to.
        kernels: a `Kernel` each; no two of the same entry and target.

    Returns:
        Nothing; the file is whole, or as it was.

    Raises:
        UsageError: there is no kernel, or something else; or the path is that of
            a device or a pipe.
        ExecutionError: two are of the same entry and target, or a tool for the code
            of a GPU is missing.
        OSError: the file cannot be written.
    """
    if not kernels:
        raise UsageError("save: expects at least one kernel, but got none")
    for kernel in kernels:
        if not hasattr(kernel, "_kernel"):
            raise UsageError("save: expects kernels, but got "
                             f"{type(kernel).__name__}")
    path = os.path.realpath(os.fsdecode(path))
    if os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        raise UsageError("save: expects the path of a file, but got that of something "
                         f"else, {quote(path)}")
    data = _seednorm.write_package([kernel._kernel for kernel in kernels])
    # Nobody reads a half of it, even if this process ends here, and no other thread
    # writes to the same.
    temporary = f"{path}.{os.getpid()}.{threading.get_ident()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:  # Also where the user interrupts.
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def load(source: Union[str, os.PathLike, bytes], entry: Optional[str] = None,
         target: str = "cpu") -> LoadedKernel:
    """Loads a kernel from a package; nothing is compiled.

    Args:
        source: path of a file, or bytes.
        entry: the function; the only one if left out.
        target: "cpu" or "cuda", the GPU of this machine.

    Returns:
        A `LoadedKernel`.

    Raises:
        UsageError: it is no package, is damaged, or of a later version; or it has
            no such function.
        ExecutionError: there is no such device, or no code that runs on it.
        OSError: the file cannot be read.
    """
    if target not in ("cpu", "cuda"):
        raise UsageError("load: expects 'target' to be 'cpu' or 'cuda', but got "
                         f"{quote(target)}")
    if entry is not None:
        check_text("load: expects 'entry'", entry)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return LoadedKernel(_seednorm.Package(bytes(source)), entry, target)
    try:
        path = os.fspath(source)
    except TypeError:
        raise UsageError("load: expects a path or bytes, but got "
                         f"{type(source).__name__}") from None
    with open(path, "rb") as file:
        data = file.read()
    try:
        package = _seednorm.Package(data)
    except SeednormError as error:
        raise type(error)(f"{quote(path)}: {error.message}") from None
    return LoadedKernel(package, entry, target)


class LoadedKernel(calls.Callable):
    """A kernel of a package; `load` makes it. It is called as a `Kernel` is, but for
    arrays of other layouts than it was compiled for. Threads may call it at once.

    Attributes:
        entry: the function.
        target: what its code is for: "x86_64", "sm_90a".
        arguments, results: tuples of `TensorSpec`.
        manifest: all that its package says but its code.
    """

    def __init__(self, package: Any, entry: Optional[str], target: str) -> None:
        self._package = package
        self._entry = _seednorm.Entry(package, entry, target == "cuda")
        self._on_gpu = target == "cuda"
        self.entry = package.entries[0] if entry is None else entry
        self.target = self._entry.target
        self._set_callable(self._entry)

    def __repr__(self) -> str:
        names = ", ".join(spec.name for spec in self.arguments)
        return f"<seednorm.LoadedKernel {self.entry}({names}) for {self.target}>"

    @functools.cached_property
    def manifest(self) -> Dict[str, Any]:
        """All that the package says but its code."""
        return json.loads(self._package.manifest)

    def __call__(self, /, *arguments: Union[Array, Scalar],
                 out: Optional[Union[Array, Sequence[Array]]] = None,
                 stream: Optional[int] = None,
                 **named: Union[Array, Scalar]) -> Results:
        """Runs the kernel.

        Args:
            arguments, named, out, stream: as those of `Kernel.__call__`, but dense.

        Returns:
            The result, or a tuple of several: `out`, or new arrays of the kind of the
            first argument.

        Raises:
            UsageError: an array does not fit its argument.
            ExecutionError: the launch failed.
        """
        return self._call(arguments, named, out, 0, stream)

    def _specialize(self, views, arrays_given, result_views):
        return self._entry
