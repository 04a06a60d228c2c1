#===- accuracy_table.py - Largest errors of every operation ----------------===//
#
# Usage: utils/accuracy_table.py [--write]
#
# Runs what test/python/test_spec.py and test_quantize.py run, and prints three
# tables, of results like the input, of f32 and in eight bits. The first two have,
# operation by type by target, the largest error
# in units of the output's rounding at the largest element of a row, and the
# largest part of its bound that an error used up. What the formula leaves open in
# f32, and so has no bound, is left to the tests, as are rows of one column, which
# may cancel to nothing. --write puts them into docs/Numerics.md. Needs a build, as
# the tests do.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re
import sys

import ml_dtypes
import numpy as np

ROOT = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "test" / "python"))

import spec_cases  # noqa: E402
import test_quantize  # noqa: E402
import tolerances  # noqa: E402

PAGE = ROOT / "docs" / "Numerics.md"


def measure(label, target, dtype, columns, result):
    """The largest error, and the largest part of a bound, of all results."""
    rng = np.random.default_rng(20251022)
    operation = spec_cases.OPERATIONS[label]
    rows = spec_cases.make_hard_rows(rng, columns, dtype)
    x = spec_cases.arrange(operation, rows)
    found = spec_cases.run(rng, operation, target, dtype, x, result=result)
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
    for label in spec_cases.OPERATIONS:
        row = [f"`{label}`"]
        for target, dtype in types:
            found = [measure(label, target, dtype, columns, result)
                     for columns in spec_cases.COLUMNS if columns > 1]
            units, part = np.max(found, axis=0)
            row.append(f"{units:.2f} ({part:.2f})")
        rows.append(row)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


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
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main():
    types = spec_cases.TARGETS_AND_TYPES
    text = PAGE.read_text()
    for name, table in (
            ("accuracy", build_table(types)),
            ("accuracy f32", build_table([pair for pair in types if pair[1] != "f32"],
                                         "f32")),
            ("accuracy eight bits", build_eight_bits_table(types))):
        if "--write" not in sys.argv[1:]:
            print(table)
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        text = place.sub(lambda found: found[1] + table + found[2], text)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
