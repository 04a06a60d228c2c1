#===- accuracy_table.py - Largest errors of every operation ----------------===//
#
# Usage: utils/accuracy_table.py [--write]
#
# Runs what test/python/test_spec.py, test_quantize.py and test_approximate.py run,
# and prints tables: of results like the input, of f32 and in eight bits; of norms,
# and of gradients, whose tanh is approximate; and of the instructions that this
# saves, for which it needs NVIDIA's tools. All but those of eight bits and of
# instructions have,
# operation by type by target, the largest error
# in units of the output's rounding at the largest element of a row, and the
# largest part of its bound that an error used up. What the formula leaves open in
# f32, and so has no bound, is left to the tests, as are rows of one column, which
# may cancel to nothing. --write puts them into docs/Numerics.md. Needs a build, as
# the tests do.
#
#===-----------------------------------------------------------------------===//

import argparse
import pathlib
import re
import sys

import contextlib

import ml_dtypes
import numpy as np

ROOT = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "test" / "python"))

import bounds  # noqa: E402
import cases  # noqa: E402
import seednorm  # noqa: E402
import spec_cases  # noqa: E402
import test_approximate  # noqa: E402
import test_quantize  # noqa: E402
import tolerances  # noqa: E402

PAGE = ROOT / "docs" / "Numerics.md"


def measure(operation, target, dtype, columns, result=None, approximate=()):
    """The largest error, and the largest part of a bound, of all results."""
    rng = np.random.default_rng(20251022)
    rows = spec_cases.make_hard_rows(rng, columns, dtype)
    x = spec_cases.arrange(operation, rows)
    found = spec_cases.run(rng, operation, target, dtype, x, result=result,
                           approximate=approximate)
    return np.max([compare(*(values.reshape(rows.shape) for values in triple), own)
                   for *triple, own in found], axis=0)


def compare(y, expected, bound, dtype):
    # Where numbers of the type end, so do its units.
    with np.errstate(invalid="ignore"):
        measured = np.isfinite(bound) & (
            np.abs(expected) + bound < tolerances.OVERFLOW[dtype])
    error = np.abs(np.where(measured, y.astype(expected.dtype) - expected, 0))
    # Half an ulp of the largest element.
    largest = np.abs(np.where(measured, expected, 0)).max(-1, keepdims=True)
    unit = np.maximum(tolerances.UNIT_ROUNDOFF[dtype] * largest,
                      tolerances.UNDERFLOW[dtype])
    return float((error / unit).max()), float((error / bound).max())


def build_table(types, result=None):
    cells = [f"{dtype} {target}" for target, dtype in types]
    rows = [["operation", *cells], ["---"] * (len(cells) + 1)]
    for label, operation in spec_cases.OPERATIONS.items():
        rows.append([f"`{label}`"] + [
            format_worst(measure(operation, target, dtype, columns, result)
                         for columns in spec_cases.COLUMNS if columns > 1)
            for target, dtype in types])
    return format_rows(rows)


def format_worst(found):
    units, part = np.max(list(found), axis=0)
    return f"{units:.2f} ({part:.2f})"


def format_rows(rows):
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in rows)


#===----------------------------------------------------------------------===//
# Approximate functions
#===----------------------------------------------------------------------===//

#: Without and with, and the bounds that hold.
WAYS = (((), contextlib.nullcontext), ("tanh", bounds.approximate_tanh))


def start_approximate_table(first):
    cells = [f"{dtype}{' approximate' if approximate else ''}"
             for dtype in cases.NUMPY_TYPES if dtype != "f64" for approximate, _ in WAYS]
    return [[first, *cells], ["---"] * (len(cells) + 1)]


def build_approximate_table():
    rows = start_approximate_table("operation")
    for label, operation in test_approximate.OPERATIONS.items():
        row = [f"`{label}`"]
        for dtype in ("f32", "f16", "bf16"):
            for approximate, bound in WAYS:
                with bound():
                    row.append(format_worst(
                        measure(operation, "emulated", dtype, columns,
                                approximate=approximate)
                        for columns in spec_cases.COLUMNS if columns > 1))
        rows.append(row)
    return format_rows(rows)


def measure_gradients(dtype, approximate):
    """Of each gradient the largest error, and the largest part of a bound."""
    worst = {}
    for columns, heads in ((96, 4), (1024, 1), (1024, 16), (4096, 1)):
        rng = np.random.default_rng(20251022)
        found = test_approximate.run_gradients(rng, columns, heads, dtype, approximate, 50)
        for name, y, expected, bound, own in found:
            worst.setdefault(name, []).append(compare(y, expected, bound, own))
    return {name: format_worst(found) for name, found in worst.items()}


def build_approximate_gradients_table():
    columns = []
    for dtype in ("f32", "f16", "bf16"):
        for approximate, bound in WAYS:
            with bound():
                columns.append(measure_gradients(dtype, approximate))
    return format_rows(start_approximate_table("`seednorm`") + [
        [f"`{name}`", *(column[name] for column in columns)] for name in columns[0]])


def build_instructions_table():
    """Of kernels for sm_90a as the report counts them, and their predicted speeds."""
    rows = [["kernel", "accurate", "approximate", "H100", "H200"], ["---"] * 5]
    for name, columns, heads, dtype in (
            ("seednorm", 4096, 1, "bf16"), ("seednorm", 4096, 16, "bf16"),
            ("seednorm", 1024, 16, "bf16"), ("seednorm", 256, 4, "f32"),
            ("seednorm", 4096, 4096, "bf16"), ("dyt", 4096, None, "bf16")):
        graph = test_approximate.build(columns, dtype, name, heads)
        for suffix, own in (("", graph), (" backward", seednorm.grad(graph))):
            models = [seednorm.compile(own, "sm_90a", approximate=approximate)
                      .report[0]["model"] for approximate, _ in WAYS]
            counts = [model["instructions_per_element"] for model in models]
            cards = zip(*([card["copy_part"] for card in model["cards"]]
                          for model in models), strict=True)
            many = f", {heads} heads" if (heads or 1) > 1 else ""
            rows.append([f"`{name}`{suffix}, {columns} columns of {dtype}{many}",
                         *(f"{count:.2f}" for count in counts),
                         *(f"{before:.0%}, {after:.0%}" for before, after in cards)])
    return format_rows(rows)


#===----------------------------------------------------------------------===//
# Eight bits
#===----------------------------------------------------------------------===//


def measure_eight_bits(target, dtype, to, per, columns):
    """The largest error, in halves of the distance between neighbours."""
    rng = np.random.default_rng(20251022)
    rows = spec_cases.make_hard_rows(rng, columns, dtype)
    (found, _), (expected, _) = test_quantize.run(rng, target, rows, dtype, to, per)
    found, value = found.astype(np.float64), expected.value.astype(np.float64)
    half = np.full_like(found, 0.5)
    largest = 127.0
    if to != "i8":
        info = ml_dtypes.finfo(test_quantize.TYPES[to])
        largest = float(info.max)
        exponent = np.frexp(np.abs(found))[1] - 1
        exponent = np.where(found == 0, info.minexp, np.maximum(exponent, info.minexp))
        half = np.ldexp(0.5, exponent - info.nmant)
    # What is beyond the ends of the type goes there, however far it is.
    inside = np.isfinite(expected.error) & (np.abs(value) <= largest)
    error = np.where(inside, np.abs(found - value), 0)
    return float((error / half).max())


def build_eight_bits_table(types):
    cells = [f"{dtype} {target}" for target, dtype in types]
    rows = [["`quantize`", *cells], ["---"] * (len(cells) + 1)]
    for to in test_quantize.TYPES:
        for per in ("static", "row", "group"):
            worst = [max(measure_eight_bits(target, dtype, to, per, columns)
                         for columns in spec_cases.COLUMNS)
                     for target, dtype in types]
            rows.append([f"{to} per {per}", *(f"{error:.6f}" for error in worst)])
    return format_rows(rows)


def main():
    parser = argparse.ArgumentParser(description="largest errors of every operation")
    parser.add_argument("--write", action="store_true", help="write docs/Numerics.md")
    options = parser.parse_args()
    types = spec_cases.TARGETS_AND_TYPES
    text = PAGE.read_text()
    for name, table in (
            ("accuracy", build_table(types)),
            ("accuracy f32", build_table([pair for pair in types if pair[1] != "f32"],
                                         "f32")),
            ("accuracy eight bits", build_eight_bits_table(types)),
            ("accuracy approximate", build_approximate_table()),
            ("accuracy approximate gradients", build_approximate_gradients_table()),
            ("approximate instructions", build_instructions_table())):
        if not options.write:
            print(table)
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        text = place.sub(lambda found: found[1] + table + found[2], text)
    if options.write:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
