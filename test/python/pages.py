#===- pages.py - Snippets of documentation -------------------------------------===//
#
# A page's blocks of Python are one session. A block of text right behind one is what
# it prints.
#
#===-----------------------------------------------------------------------===//
"""Running the Python of Markdown pages."""

import contextlib
import io
import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"

_BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)


def read_snippets(text):
    """Of each block of Python its line, its code, and what it is said to print: None
    if nothing is said."""
    return [(text.count("\n", 0, match.start(1)), match[1], match[2])
            for match in _BLOCK.finditer(text)]


def run_page(path):
    """Yields what a page's snippets are said to print and what they print, with their
    lines. Errors have the lines of the page."""
    names = {"__name__": "__main__"}
    for line, code, expected in read_snippets(path.read_text()):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile("\n" * line + code, str(path), "exec"), names)
        yield line, expected, output.getvalue()
