"""The README's example runs and prints what the README says."""

import contextlib
import io
import pathlib
import re

README = pathlib.Path(__file__).parents[2] / "README.md"


def test_example_prints_its_output():
    text = README.read_text()
    code, shown = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", text, re.S).groups()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, str(README), "exec"), {})
    printed = [line for line in output.getvalue().splitlines() if line]
    expected = shown.splitlines()
    assert len(printed) == len(expected)
    for line, wanted in zip(printed, expected):
        # What ptxas makes of the code depends on its version.
        if re.match(r"  (registers|occupancy|instructions|model|  H\d00):", wanted):
            wanted = wanted[:22]
            line = line[:22]
        assert line == wanted


def test_at_most_150_lines():
    assert len(README.read_text().splitlines()) <= 150
