#===- test_setup.py - Setting up where something is missing --------------------===//
#
# The scripts of utils end with one line that says what they need.
#
#===-----------------------------------------------------------------------===//

import os
import pathlib
import shutil
import subprocess

import pytest

UTILS = pathlib.Path(__file__).parents[2] / "utils"


@pytest.fixture
def tree(tmp_path):
    """A checkout with nothing but the scripts, and a folder of programs."""
    shutil.copytree(UTILS, tmp_path / "utils", ignore=shutil.ignore_patterns("lint", "__pycache__"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def add_program(tree, name, script):
    path = tree / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def fail(tree, script, **environment):
    """The last line of a script that has to fail; nothing of what it does is real."""
    done = subprocess.run(
        ["bash", "-c", script], cwd=tree, text=True, capture_output=True, check=False,
        env={**os.environ, "PATH": f"{tree}/bin:{os.environ['PATH']}", **environment})
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Retrying" not in done.stderr
    return done.stderr.splitlines()[-1].replace(str(tree), "")


@pytest.mark.parametrize("name", ["bootstrap.sh", "build.sh", "check.sh", "demo.sh"])
def test_help(tree, name):
    done = subprocess.run([tree / "utils" / name, "--help"], text=True, capture_output=True, check=True)
    assert done.stdout.startswith(f"Usage: utils/{name}") and "#" not in done.stdout
    assert not done.stderr and not (tree / "build").exists()


@pytest.mark.parametrize("script", ["exit 0", "echo False", "exit 1"])
def test_python_that_will_not_do(tree, script):
    python = add_program(tree, "other-python", script)
    assert fail(tree, "utils/bootstrap.sh", SEEDNORM_PYTHON=str(python)) == (
        "error: SEEDNORM_PYTHON must be Python >= 3.11 with headers and venv, but "
        "'/bin/other-python' is not")


def test_no_package_index(tree):
    line = fail(tree, "utils/bootstrap.sh", SEEDNORM_SKIP_APT="1", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert line == ("error: pip install failed; it needs the network, or an index that PIP_INDEX_URL "
                    "names; all of its output is in /build/logs/bootstrap.log")
    # What is half done is done again.
    assert not (tree / ".venv/stamp").exists()


def test_no_debian_package(tree):
    add_program(tree, "dpkg-query", "")
    add_program(tree, "sudo", 'exec "$@"')
    add_program(tree, "apt-get", '[ "$1" = update ] || { echo "E: Unable to locate"; exit 100; }')
    line = fail(tree, "utils/bootstrap.sh")
    assert line.startswith("error: apt-get install failed; it needs the network, and Debian 12 with "
                           "its security updates for LLVM 22; ")


def test_no_space(tree):
    line = fail(tree, "source utils/common.sh; expect_space . 999999999 'all of it'")
    assert line.startswith("error: expects 999999999 MiB of free space in '.' for all of it, but there are ")
    done = subprocess.run(["bash", "-c", "source utils/common.sh; expect_space . 1 it"], cwd=tree,
                          check=False)
    assert done.returncode == 0
