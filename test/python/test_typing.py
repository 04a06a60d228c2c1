#===- test_typing.py - Annotations, as mypy sees them ---------------------------===//
#
# A file of usages: what is right passes, and what is marked is flagged.
#
#===-----------------------------------------------------------------------===//

import os
import pathlib
import re

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
