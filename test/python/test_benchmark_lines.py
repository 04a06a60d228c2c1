#===- test_benchmark_lines.py - Counts of cache lines -----------------------===//
#
# Needs no kernel: the optimal replacement of benchmarks/cache_lines.py, on what is
# known of it.
#
#===-----------------------------------------------------------------------===//

import itertools
import pathlib
import subprocess
import sys

import pytest

BENCHMARKS = pathlib.Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def try_all(trace, capacity, kept=frozenset()):
    """The fewest misses, of all lines that can be kept each time."""
    if not trace:
        return 0
    candidates = kept | {trace[0]}
    size = min(capacity, len(candidates))
    return (trace[0] not in kept) + min(
        try_all(trace[1:], capacity, frozenset(choice))
        for choice in itertools.combinations(sorted(candidates), size))


@pytest.mark.parametrize("trace", ("123412512345", "aabbcabc", "abcabcabcabc", "abcdcbaabcd"))
@pytest.mark.parametrize("capacity", (1, 2, 3))
def test_fewest_misses(trace, capacity):
    import cache_lines
    assert cache_lines.count_misses(trace, capacity) == try_all(trace, capacity)


# What does not fit of parameters and a block is brought again, whatever the order.
@pytest.mark.parametrize("norm, parameters", [("RMSNorm", 1), ("LayerNorm", 2), ("SeeDNorm", 3)])
@pytest.mark.parametrize("rows", (1, 2, 4))
def test_lines_of_norms(norm, parameters, rows):
    import cache_lines
    lines, capacity = 16, 48
    missing = max(parameters * lines + rows * lines - capacity, 0)
    for order in cache_lines.ORDERS:
        counted = cache_lines.count_lines(norm, rows, order, lines, capacity)
        assert counted == pytest.approx(missing / rows, abs=0.1 * lines / rows)


# Counts are the same in any order, so what an order is has a test of its own: two
# blocks of one row of two lines, sums with b, results with a; r and s are rows.
@pytest.mark.parametrize("order, expected", [
    ("forth", "b0r0 b1r1 a0r0 a1r1 b0s0 b1s1 a0s0 a1s1"),
    ("back", "b0r0 b1r1 a1r1 a0r0 b0s0 b1s1 a1s1 a0s0"),
    ("in turns", "b0r0 b1r1 a1r1 a0r0 b1s1 b0s0 a0s0 a1s1"),
    ("overlapped", "b0r0 b1r1 a0r0 b0s0 a1r1 b1s1"),
])
def test_orders(monkeypatch, order, expected):
    import cache_lines
    monkeypatch.setitem(cache_lines.NORMS, "norm", (("b",), ("a",)))
    trace = cache_lines.trace_blocks("norm", rows=1, blocks=2, lines=2, order=order)
    names = ("rs"[row] if name == "row" else name for name, row, _ in trace)
    written = "".join(f"{name}{column}" for name, (_, _, column) in zip(names, trace))
    assert written == expected.replace(" ", "")


def test_table():
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "cache_lines.py", "--columns=256", "--cache-bytes=3072"],
        capture_output=True, text=True, check=True)
    assert "| SeeDNorm | 4 | 16 | 16 | 16 | 16 |" in done.stdout
    assert "| RMSNorm | 1 | 0 | 0 | 0 | 0 |" in done.stdout
