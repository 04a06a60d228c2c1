#===- sources.py - What the house lints share -----------------------------===//
#
# Which files are ours, and how a lint reports.
#
#===-----------------------------------------------------------------------===//

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("benchmarks cmake docs examples include lib python test tools utils .ci").split()
CODE = (".h", ".cpp", ".c", ".td", ".py", ".sh", ".mlir", ".ll", ".cmake", ".txt")


def find(*suffixes, under=FOLDERS, root=None):
    """Yields (path relative to the repository, text) of our files."""
    root = root or ROOT
    tops = [path for path in root.glob("*") if path.is_file()]
    inner = [path for folder in under for path in (root / folder).rglob("*")]
    for path in sorted(inner + (tops if under is FOLDERS else [])):
        if path.is_file() and path.name.endswith(suffixes or CODE):
            if "__pycache__" not in path.parts:
                yield path.relative_to(root), path.read_text(errors="replace")


def line_of(text, offset):
    """The line number, from 1, of an offset into a text."""
    return text.count("\n", 0, offset) + 1


def report(problems, warnings=()):
    """Prints findings as compilers do and ends the lint."""
    for place, message in warnings:
        print(f"{place}: warning: {message}")
    for place, message in problems:
        print(f"{place}: error: {message}")
    sys.exit(bool(problems))
