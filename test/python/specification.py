#===- specification.py - docs/Spec.md as code ------------------------------===//
#
# The formulas of the specification, executed from the page itself: its blocks
# are one program.
#
#===-----------------------------------------------------------------------===//
"""The blocks of docs/Spec.md."""

import functools
import pathlib
import re

import numpy

import bounds

DOCS = pathlib.Path(__file__).parents[2] / "docs"
PAGE = DOCS / "Spec.md"
SECTION = re.compile(r"^## (?:norm\.)?(\w+)\n(.*?)(?=^## |\Z)", re.M | re.S)
BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


@functools.cache
def read_blocks():
    """From each operation's name, and "Notation", to its formula's text."""
    return {name: BLOCK.search(text).group(1)
            for name, text in SECTION.findall(PAGE.read_text())}


def read_page(name, number):
    """The text of one block of another page."""
    return BLOCK.findall((DOCS / name).read_text())[number]


def execute(np, blocks):
    """The functions of the page, computing with `np`."""
    namespace = {"np": np}
    for name, text in blocks.items():
        exec(compile(text, f"{PAGE.name}: {name}", "exec"), namespace)
    return namespace


@functools.cache
def load(name, dtype):
    """The formula of an operation on rows of `dtype`, computing with bounds."""
    return execute(bounds.BoundedNumPy(dtype), read_blocks())[name]


def load_faulty(name, right, wrong):
    """The formula of an operation in plain NumPy, with a fault in its block."""
    blocks = read_blocks()
    assert right in blocks[name], f"the block of {name} has no {right!r}"
    return execute(numpy, {**blocks, name: blocks[name].replace(right, wrong)})[name]
