#===- specification.py - docs/Spec.md as code ------------------------------===//
#
# The formulas of the specification, executed from the page itself.
#
#===-----------------------------------------------------------------------===//
"""The blocks of docs/Spec.md."""

import functools
import pathlib
import re

import bounds

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "Spec.md"
SECTION = re.compile(r"^## norm\.(\w+)\n(.*?)(?=^## |\Z)", re.M | re.S)
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


@functools.cache
def read_blocks():
    """From each operation's name to its formula's text."""
    return {name: BLOCK.search(text).group(1)
            for name, text in SECTION.findall(PAGE.read_text())}


@functools.cache
def load(name, dtype):
    """The formula of an operation on rows of `dtype`, computing with bounds."""
    namespace = {"np": bounds.BoundedNumPy(dtype)}
    exec(compile(read_blocks()[name], f"{PAGE.name}: {name}", "exec"), namespace)
    return namespace[name]
