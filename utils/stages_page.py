#===- stages_page.py - docs/Stages.md from a compilation ---------------------===//
#
# Usage: utils/stages_page.py [--write | --check]
#
# Compiles SeeDNorm and puts what each stage makes of it into docs/Stages.md: of long
# ones the part that says most, of long lines their start. --check, the default, fails
# if the page there differs. Needs a build. Machine code, which another assembler makes
# otherwise, is not on the page.
#
#===-----------------------------------------------------------------------===//

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("SEEDNORM_BUILD_DIR") or ROOT / "build")
sys.path.insert(0, str(BUILD / "python"))

import seednorm  # noqa: E402

PAGE = ROOT / "docs" / "Stages.md"
COLUMNS, TARGET = 64, "sm_90a"
WIDTH = 108

INTRODUCTION = f"""\
<!-- Written by utils/stages_page.py --write; edit that. A test compares it. -->

# One norm through every stage

SeeDNorm on rows of {COLUMNS} columns of bf16 with parameters in f32, for {TARGET}: short rows, so that one fits a page. What is
left out is marked `...`. `kernel.asm["row"]` and so on in Python, and `seednorm-compile --emit=row`, print all of each;
[Architecture.md](Architecture.md) says what the stages are for.
"""

#: Title, what there is to see, stage, where the part starts, and how many lines.
STAGES = (
    ("The graph", "What a user builds, or a front end hands over: one op that is a norm.",
     "norm", r"^module", 12),
    ("The row program", """\
Dialects of norms end here. A row is a vector of 64 elements: a dot product and a sum of squares, both of level 1, so
that one sweep computes them, then the element-wise maths that needs them. `reassoc` says that the order of a sum is the
schedule's.""", "row", r"row\.program", 26),
    ("The kernel", """\
Scheduled: 8 lanes have a row, each 8 consecutive columns of it (16 bytes of bf16). What the program did to 64 columns
is done to 8, and totals go around the lanes by shuffles; parameters wait in shared memory (`%arg6` to `%arg8`), once for
all rows of a block. The row was loaded before, as `%9`.""", "gpu", r"arith\.extf", 46),
    ("NVVM", "Types are LLVM's, accesses are vectors, shuffles are instructions of the GPU.",
     "nvvm", r"nvvm\.shfl", 14),
    ("LLVM IR", """\
What the emulator runs lane by lane, and what becomes PTX. Loads of rows are not kept in L1, which nobody reads again.""",
     "llvm", r"shfl\.sync", 14),
    ("PTX", "The part with tanh: two instructions of the special function unit and arithmetic, no call.",
     "ptx", r"abs\.f32", 22),
    ("The launch", """\
Grid and temporaries as numbers of a call's sizes: data, not code, which a package holds too. Node 0 is the number of
rows.""", "launches", r"^\{", 24),
    ("For the CPU", """\
The same row program for vectors of 64 bytes, in LLVM's dialect, inside a loop over rows that threads share: both sums
begin, with bf16 unpacked by a shift and accumulators that do not wait for each other.""",
     "cpu", r"llvm\.load .* vector<16xbf16>", 21),
)


def build_graph():
    graph = seednorm.Graph()
    x = graph.input((None, COLUMNS), "bf16", name="x")
    alpha, beta, gamma = (graph.input((COLUMNS,), "f32", name=name)
                          for name in ("alpha", "beta", "gamma"))
    graph.output(seednorm.seednorm(x, alpha, beta, gamma, eps=1e-6))
    return graph


def lower_for_cpu(text):
    """For one width of vectors, whatever this machine has."""
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as file:
        file.write(text)
        file.flush()
        return subprocess.run(
            [BUILD / "bin" / "seednorm-opt", file.name, "--seednorm-to-cpu=vector-bytes=64"],
            capture_output=True, text=True, check=True).stdout


def cut(text, start, count):
    """`count` lines from the first that matches `start`, each without its end if long,
    and without indentation that all have."""
    lines = text.splitlines()
    first = next(index for index, line in enumerate(lines) if re.search(start, line))
    part = [line.expandtabs(4) for line in lines[first:first + count]]
    indent = min(len(line) - len(line.lstrip()) for line in part if line.strip())
    part = [line[indent:].rstrip() for line in part]
    part = [line if len(line) <= WIDTH else line[:WIDTH - 4].rstrip() + " ..." for line in part]
    return "\n".join(["..."] * (first > 0) + part + ["..."] * (first + count < len(lines)))


def build_page():
    graph = build_graph()
    kernel = seednorm.compile(graph, TARGET)
    text = {"norm": graph.to_mlir(), "cpu": lower_for_cpu(graph.to_mlir())}
    parts = [INTRODUCTION]
    for title, words, stage, start, count in STAGES:
        shown = cut(text.get(stage) or kernel.asm[stage], start, count)
        language = {"launches": "json", "llvm": "llvm", "ptx": "ptx"}.get(stage, "mlir")
        parts.append(f"## {title}\n\n{words}\n\n```{language}\n{shown}\n```\n")
    return "\n".join(parts)


def main():
    mode = sys.argv[1:] or ["--check"]
    if mode not in (["--write"], ["--check"]):
        sys.exit("usage: utils/stages_page.py [--write | --check]")
    page = build_page()
    if mode == ["--write"]:
        PAGE.write_text(page)
    elif not PAGE.exists() or PAGE.read_text() != page:
        sys.exit("error: expects docs/Stages.md to be what the stages are, but it differs; "
                 "run .venv/bin/python utils/stages_page.py --write")


if __name__ == "__main__":
    main()
