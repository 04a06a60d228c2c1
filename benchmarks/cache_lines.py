#===- cache_lines.py - Lines that rows must bring to a cache ----------------===//
#
# How many lines of the second-level cache a norm's rows need besides the first
# reading of each, if the first-level cache replaces as well as can be. Needs
# Python only.
#
#===-----------------------------------------------------------------------===//
"""Counts lines that a norm brings to the first-level cache, per row.

Real caches know nothing of what comes and need more. Optimal replacement:
L. A. Belady, A study of replacement algorithms for a virtual-storage computer,
IBM Systems Journal 5 (1966).
"""

import argparse
import heapq

#: Parameters that are read with the sums of a row, and with its results.
NORMS = {"RMSNorm": ((), ("gamma",)),
         "LayerNorm": ((), ("gamma", "beta")),
         "SeeDNorm": (("beta",), ("alpha", "gamma"))}
NEVER = float("inf")


def count_misses(trace, capacity):
    """How often an access of `trace` (names of lines) finds its line not among
    the `capacity` that are kept, which are those that are used next."""
    next_uses, seen = [NEVER] * len(trace), {}
    for time in reversed(range(len(trace))):
        next_uses[time] = seen.get(trace[time], NEVER)
        seen[trace[time]] = time
    kept, latest, misses = {}, [], 0
    for line, next_use in zip(trace, next_uses):
        misses += line not in kept
        kept.pop(line, None)
        if next_use == NEVER:
            continue
        kept[line] = next_use
        heapq.heappush(latest, (-next_use, line))
        while len(kept) > capacity:
            use, other = heapq.heappop(latest)
            if kept.get(other) == -use:
                del kept[other]
    return misses


def visit(names, block, rows, column):
    """Accesses of a step: to parameters once, to each row of a block."""
    return ([(name, 0, column) for name in names]
            + [("row", block * rows + row, column) for row in range(rows)])


def trace_blocks(norm, rows, blocks, lines, order):
    """Accesses of blocks of rows of so many lines, in an order of `ORDERS`."""
    with_sums, with_results = NORMS[norm]
    forth, back = range(lines), range(lines - 1, -1, -1)
    trace = []
    for block in range(blocks):
        turned = order == "in turns" and block % 2 == 1
        for column in back if turned else forth:
            if order == "overlapped" and block > 0:
                trace += visit(with_results, block - 1, rows, column)
            trace += visit(with_sums, block, rows, column)
        if order != "overlapped":
            for column in forth if order == "forth" or turned else back:
                trace += visit(with_results, block, rows, column)
    return trace


#: Sums from the first column to the last and results: likewise; from the last to
#: the first; so in every other block, and the other way round in the rest; with
#: the sums of the next block.
ORDERS = ("forth", "back", "in turns", "overlapped")


def count_lines(norm, rows, order, lines, capacity):
    """Lines a row, besides the first reading of it; far from both ends."""
    def count(blocks):
        trace = trace_blocks(norm, rows, blocks, lines, order)
        first = sum(1 for name, _, _ in set(trace) if name == "row")
        return count_misses(trace, capacity) - first

    few, many = max(3, 12 // rows), max(6, 24 // rows)
    return (count(many) - count(few)) / ((many - few) * rows)


def main():
    """Prints a table: lines a row by norm, rows of a block and order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--columns", type=int, default=4096)
    parser.add_argument("--element-bytes", type=int, default=4)
    parser.add_argument("--cache-bytes", type=int, default=48 * 1024)
    parser.add_argument("--line-bytes", type=int, default=64)
    options = parser.parse_args()
    lines = options.columns * options.element_bytes // options.line_bytes
    capacity = options.cache_bytes // options.line_bytes
    print("| norm | rows of a block |", " | ".join(ORDERS), "|")
    print("|---|---|" + "---|" * len(ORDERS))
    for norm in NORMS:
        for rows in (1, 2, 3, 4, 8, 16):
            counts = (f"{count_lines(norm, rows, order, lines, capacity):.0f}"
                      for order in ORDERS)
            print(f"| {norm} | {rows} |", " | ".join(counts), "|")


if __name__ == "__main__":
    main()
