#===- emulated.py - A package's launches on the emulator -------------------===//
#
# What launcher.py does, without a GPU: seednorm-emulate runs the LLVM IR of the
# same kernels, with grids, arguments and temporaries of the manifest.
#
#===-----------------------------------------------------------------------===//
"""Launches through seednorm-emulate."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from manifest import PackageError

#: What memory holds before anything is written.
POISON = b"\xa5"


def find_tool():
    """seednorm-emulate, of the build beside this file or in PATH, or None."""
    build = os.environ.get("SEEDNORM_BUILD_DIR") or (
        pathlib.Path(__file__).resolve().parents[1] / "build")
    own = pathlib.Path(build) / "bin" / "seednorm-emulate"
    return str(own) if own.is_file() else shutil.which("seednorm-emulate")


def run(tool, ir, call, buffers, num_written):
    """Runs a call's launches one after the other.

    Args:
        ir: the file with the kernels.
        buffers: bytes of the arguments and results.
        num_written: how many of the last of these are results.

    Returns:
        The bytes of the results.
    """
    memory = [*buffers, *(POISON * size for size in call.temporaries), *call.constants]
    last = len(buffers) + len(call.temporaries)
    written = range(len(buffers) - num_written, last)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, contents in enumerate(memory):
            paths.append(pathlib.Path(folder) / f"b{number}")
            paths[-1].write_bytes(contents)
        for launch in call.launches:
            if launch.blocks:
                _launch(tool, ir, launch, memory, paths, written)
        return [paths[number].read_bytes()
                for number in range(len(buffers) - num_written, len(buffers))]


def _launch(tool, ir, launch, memory, paths, written):
    options = []
    # A buffer that is empty takes up a byte, and one that comes twice is one.
    if len(set(launch.buffers)) != len(launch.buffers):
        raise PackageError(f"expects each buffer of {launch.kernel} once, which is all "
                           "that the emulator's tool takes")
    for number in launch.buffers:
        size, suffix = len(memory[number]), ":rw" if number in written else ""
        options.append(f"--buffer=b{number}:i8:{size}:@{paths[number]}{suffix}")
        if number in written:
            options.append(f"--save=b{number}={paths[number]}")
    options += [f"--i64={number}" for number in launch.numbers]
    done = subprocess.run(
        [tool, str(ir), f"--kernel={launch.kernel}", f"--grid={launch.blocks}",
         f"--block={launch.threads}", f"--shared={launch.dynamic_shared_bytes}",
         *options], capture_output=True, text=True)
    if done.returncode:
        raise PackageError(f"{launch.kernel} failed on the emulator: "
                           f"{done.stderr.strip()}")
