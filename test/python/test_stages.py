#===- test_stages.py - One norm through every stage ----------------------------===//
#
# docs/Stages.md is what the compiler makes, and its check notices what is not.
#
#===-----------------------------------------------------------------------===//

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "utils"))

import stages_page  # noqa: E402


def test_the_page_is_what_the_stages_are():
    run = subprocess.run([sys.executable, ROOT / "utils" / "stages_page.py", "--check"],
                         capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_another_page_is_noticed(tmp_path, monkeypatch, capsys):
    page = tmp_path / "Stages.md"
    monkeypatch.setattr(stages_page, "PAGE", page)
    monkeypatch.setattr(sys, "argv", ["stages_page.py", "--write"])
    stages_page.main()
    monkeypatch.setattr(sys, "argv", ["stages_page.py"])
    stages_page.main()
    page.write_text(page.read_text().replace("math.rsqrt", "math.sqrt"))
    with pytest.raises(SystemExit, match="expects docs/Stages.md to be what the stages are"):
        stages_page.main()


def test_parts_are_cut():
    text = "a\n  b start\n    " + "c" * 200 + "\n  d\n"
    lines = stages_page.cut(text, "start", 2).splitlines()
    assert lines[0] == lines[-1] == "..." and lines[1] == "b start"
    assert lines[2].endswith("c ...") and len(lines[2]) <= stages_page.WIDTH
