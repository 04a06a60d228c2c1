#===- test_typing.py - Annotations, as mypy sees them ---------------------------===//
#
# A file of usages: what is right passes, and what is marked is flagged.
#
#===-----------------------------------------------------------------------===//

import os
import pathlib
import re
import subprocess
import sys

import pytest

import seednorm

api = pytest.importorskip("mypy.api")

USAGES = pathlib.Path(__file__).with_name("typing_usages.py")
PACKAGE_ROOT = pathlib.Path(seednorm.__file__).parents[1]


def check(path, tmp_path, monkeypatch):
    """From lines of a file to what is wrong there."""
    monkeypatch.setenv("MYPYPATH", str(PACKAGE_ROOT))
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "mypy.ini"
    # Of the package only what it says is looked at, as of one that is installed.
    config.write_text("[mypy]\nfollow_imports = silent\nignore_missing_imports = True\n")
    output, errors, _ = api.run([str(path), "--config-file", str(config), "--no-error-summary",
                                 "--cache-dir", os.fspath(tmp_path / "cache")])
    assert not errors
    found = {}
    for line, code in re.findall(r"^\S+?:(\d+): error: .*\[([\w-]+)\]$", output, re.M):
        found[int(line)] = code
    return found, output


def test_usages(tmp_path, monkeypatch):
    marked = {number: match[1] for number, line in enumerate(USAGES.read_text().splitlines(), 1)
              if (match := re.search(r"# flagged: ([\w-]+)$", line))}
    found, output = check(USAGES, tmp_path, monkeypatch)
    assert found == marked, output
    assert len(marked) > 15


def test_the_package_is_typed():
    assert (pathlib.Path(seednorm.__file__).parent / "py.typed").exists()


def test_the_extension_has_what_its_stubs_say(tmp_path):
    """And the stubs all that the extension has."""
    allowed = tmp_path / "allowed"
    # Of classes themselves that they are pybind11's; and what that adds to them.
    allowed.write_text("seednorm._seednorm.[A-Z][A-Za-z]+\n"
                       "seednorm._seednorm.[A-Z][A-Za-z]+.__pybind11_module_local_.*\n")
    run = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "seednorm._seednorm", "--allowlist",
         str(allowed)], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE_ROOT), "MYPYPATH": str(PACKAGE_ROOT)},
        capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_package_calls_the_extension_as_its_stubs_say(tmp_path, monkeypatch):
    """Within the package, whose own types are its docstrings', what it passes on."""
    monkeypatch.setenv("MYPYPATH", str(PACKAGE_ROOT))
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "mypy.ini"
    # Of what is large nothing is needed here.
    config.write_text("[mypy]\nignore_missing_imports = True\ncheck_untyped_defs = True\n"
                      "[mypy-torch.*,jax.*,numpy.*]\nfollow_imports = skip\n")
    output, errors, _ = api.run([
        "-p", "seednorm", "--config-file", str(config), "--no-error-summary",
        "--cache-dir", os.fspath(tmp_path / "cache")])
    assert not errors
    for path, number in re.findall(r"^(\S+?):(\d+): error: ", output, re.M):
        line = (tmp_path / path).read_text().splitlines()[int(number) - 1]
        assert "_seednorm." not in line, output
    # Of the package's own there are some, so that mypy did look.
    assert "[var-annotated]" in output
