#===- disk.py - Kernels that another process compiled -----------------------===//
#
# Packages in a folder, by a hash of all that code depends on. Whatever is wrong with
# the folder or a file of it is a warning, and the kernel is compiled.
#
#===-----------------------------------------------------------------------===//
"""Compiled kernels on disk."""

import contextlib
import functools
import hashlib
import os
import pathlib
import stat
import tempfile
import time
import warnings

from seednorm import _seednorm
from seednorm.errors import (
    CacheWarning, ExecutionError, UsageError, find_user_location, quote)
from seednorm.options import is_cpu

#: The folder; with nothing in it nothing is read or kept.
VARIABLE = "SEEDNORM_CACHE_DIR"
#: How many MiB of packages are kept.
SIZE_VARIABLE = "SEEDNORM_CACHE_SIZE"
DEFAULT_MIB = 256

_SUFFIX = ".snp"
_TEMPORARY = ".tmp"
#: Of a file that a process did not live to rename, in seconds.
_TEMPORARY_LIFE = 3600
#: To be changed with what a key is made of.
_FORMAT = b"seednorm cache 1"


def compile_kernel(identity, text, entry, layouts, shared, expect_programs, options):
    """Compiles a kernel, or takes its code from disk.

    Args:
        identity: bytes by which graphs are told apart: the text, but for what code
            does not depend on, such as lines of the user's files.
        text, entry, layouts, shared, expect_programs: as `_seednorm.Kernel` takes
            them.
        options: the rest, as `Options`.

    Returns:
        An `_seednorm.Kernel`, and what `keep` needs to keep it once it ran, or None.
    """
    given = (text, options.target, entry, layouts, shared, expect_programs,
             options.overrides, ",".join(options.approximate))
    path = _find(identity, given)
    if path is None:
        return _seednorm.Kernel(*given), None
    kernel = _restore(path, given)
    if kernel is not None:
        return kernel, None
    kernel = _seednorm.Kernel(*given)
    if not is_cpu(options.target):
        # Until it runs, machine code of a GPU may never be asked for.
        return kernel, (path, kernel)
    keep((path, kernel))
    return kernel, None


def keep(what):
    """Writes a kernel's package, for `compile_kernel` of any process to find."""
    path, kernel = what
    try:
        data = _seednorm.write_package([kernel])
    except ExecutionError:
        return  # No assembler: the driver, which has its own cache, compiled PTX.
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _write(path, data)
            _prune(path.parent, _read_size_limit(), path)
        except FileNotFoundError:
            pass  # Somebody deletes the folder, as anybody may at any time.
    except OSError as error:
        _warn(f"expects {path.parent} to be a folder to keep kernels in, but got "
              f"{error}; set {VARIABLE} to one, or to nothing for none")


def find_folder():
    """Where kernels are kept, whether there or not yet; None if nowhere. An `OSError`
    if the variable's folder is in a working directory that is not there any more."""
    folder = os.environ.get(VARIABLE)
    if folder is not None:
        return pathlib.Path(folder).absolute() if folder else None
    base = os.environ.get("XDG_CACHE_HOME")
    if base and os.path.isabs(base):
        return pathlib.Path(base) / "seednorm"
    try:
        home = pathlib.Path.home()
    except RuntimeError:
        return None  # Who has no home has no files in it.
    return home / ".cache" / "seednorm" if home.is_absolute() else None


def _find(identity, given):
    """The path of a kernel; None if it is not to be kept."""
    _, target, *options = given
    if target.startswith("emulated"):
        return None  # Not code of a package.
    try:
        folder = find_folder()
    except OSError as error:
        _warn(f"expects {VARIABLE} to be an absolute path where the working directory "
              f"is gone, but got {quote(os.environ[VARIABLE])} ({error}); kernels are "
              "compiled anew")
        return None
    if folder is None or not _is_private(folder):
        return None
    fingerprint = _get_fingerprint(target)
    if not fingerprint:
        return None
    key = hashlib.sha256()
    for part in (_FORMAT, fingerprint.encode(), identity, repr(options).encode()):
        key.update(len(part).to_bytes(8, "little"))
        key.update(part)
    return folder / (key.hexdigest() + _SUFFIX)


@functools.lru_cache(maxsize=16)
def _get_cpu_fingerprint(target):
    return _seednorm.get_fingerprint(target)


def _get_fingerprint(target):
    # That of a GPU has the assembler's file, which may change.
    if is_cpu(target):
        return _get_cpu_fingerprint(target)
    return _seednorm.get_fingerprint(target)


def _is_private(folder):
    """Whether nobody else can put code there, which we would run."""
    try:
        status = folder.stat()
    except OSError:
        return True  # Not there; what else it is, reading or writing will say.
    if not hasattr(os, "geteuid"):
        return True
    if (status.st_uid in (os.geteuid(), 0)
            and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        return True
    _warn(f"expects {folder} to be a folder of this user that nobody else writes "
          f"to, as code in it is run, but got owner {status.st_uid} and mode "
          f"{stat.S_IMODE(status.st_mode):04o}; kernels are compiled anew")
    return False


def _restore(path, given):
    try:
        package = _read(path)
    except (FileNotFoundError, NotADirectoryError):
        return None  # What is wrong with the folder, writing will say.
    except OSError as error:
        _warn(f"expects a kernel in {path}, but got {error}; it is compiled anew")
        return None
    try:
        kernel = _seednorm.Kernel(*(*given, package))
    except UsageError as error:
        _warn(f"{path}: {error.message}; the kernel is compiled anew")
        return None
    try:
        os.utime(path)  # Used now; the longest unused go first.
    except OSError:
        pass  # Of another user, or gone already: it was read.
    return kernel


def _read(path):
    # Opening a pipe would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("no file")
        return file.read()


def _write(path, data):
    """Nobody reads a half of it, even if this process ends here."""
    descriptor, temporary = tempfile.mkstemp(suffix=_TEMPORARY, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:  # Also where the user interrupts.
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _read_size_limit():
    text = os.environ.get(SIZE_VARIABLE)
    if text is None:
        return DEFAULT_MIB << 20
    try:
        mib = int(text)
    except ValueError:
        mib = -1
    if mib < 0:
        raise UsageError(f"expects {SIZE_VARIABLE} to be a number of MiB, but got "
                         f"{quote(text)}")
    return mib << 20


def _prune(folder, limit, newest):
    """Removes what was not used for longest, if it is too much in all."""
    files, now = [], time.time()
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # Another process prunes as well.
            if entry.name.endswith(_SUFFIX):
                files.append((status.st_mtime_ns, status.st_size, entry.path))
            elif (entry.name.endswith(_TEMPORARY)
                  and now - status.st_mtime > _TEMPORARY_LIFE):
                pathlib.Path(entry.path).unlink(missing_ok=True)
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= limit:
            return
        if path != str(newest):
            pathlib.Path(path).unlink(missing_ok=True)
            total -= size


def _warn(message):
    warnings.warn_explicit(message, CacheWarning, *find_user_location())
