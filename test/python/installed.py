#===- installed.py - What tests of the installed project share --------------===//
#
# Installs the build folder once, and configures projects outside of the source
# tree against it with the compilers that built it.
#
#===-----------------------------------------------------------------------===//

import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import seednorm

SOURCE = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(seednorm.__file__).parents[2]
# Of CMake, compilers and whatever they call nothing may lead back to us.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name not in ("PYTHONPATH", "LD_LIBRARY_PATH", "CMAKE_PREFIX_PATH")}


def read_cache(name):
    """The value of a variable of the build folder's CMake."""
    text = (BUILD / "CMakeCache.txt").read_text()
    return re.search(rf"^{name}:\w+=(.*)$", text, re.M).group(1)


def run(*command, cwd=None, fails=False, environment=None):
    """Runs a program, which fails where `fails` is true; returns its output and errors."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**ENVIRONMENT, **(environment or {})})
    # 1 is an error that was reported; more is a crash.
    assert done.returncode == (1 if fails else 0), done.stdout
    return done.stdout


@functools.cache
def _make_folder():
    folder = tempfile.TemporaryDirectory(prefix="seednorm-")
    return folder, pathlib.Path(folder.name)  # Removed when the process ends.


@functools.cache
def install():
    """The prefix of a copy that is installed, as one folder of the temporary ones."""
    prefix = _make_folder()[1] / "prefix"
    run(read_cache("CMAKE_COMMAND"), "--install", BUILD, "--prefix", prefix)
    return prefix


def configure(source, build, *arguments, fails=False):
    """Configures the project in `source`; returns what CMake printed."""
    shared = [f"-D{name}={read_cache(name)}" for name in
              ("CMAKE_C_COMPILER", "CMAKE_CXX_COMPILER", "CMAKE_EXE_LINKER_FLAGS")]
    return run(read_cache("CMAKE_COMMAND"), "-G", "Ninja", "-S", source, "-B", build,
               *shared, "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror -pedantic",
               "-DCMAKE_CXX_FLAGS=-Wall -Wno-comment", *arguments, fails=fails)


@functools.cache
def build_example(name):
    """Builds a copy of examples/`name` against what is installed; its build folder."""
    source = _make_folder()[1] / name
    shutil.copytree(SOURCE / "examples" / name, source)
    configure(source, source / "build", f"-DCMAKE_PREFIX_PATH={install()}")
    run("ninja", "-C", source / "build")
    return source / "build"
