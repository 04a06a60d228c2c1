"""The examples of docs/PyTorch.md run, in order, and print what the page says."""

import contextlib
import io
import pathlib
import re

import pytest

pytest.importorskip("torch")

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "PyTorch.md"


def test_examples_print_their_output():
    blocks = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?",
                        PAGE.read_text(), re.S)
    assert len(blocks) == 6
    names = {}
    for code, shown in blocks:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(code, str(PAGE), "exec"), names)
        assert output.getvalue() == shown, code
