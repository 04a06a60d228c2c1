#===- accuracy_table.py - Largest errors of every operation ----------------===//
#
# Usage: utils/accuracy_table.py [--write]
#
# Runs what test/python/test_spec.py runs, and prints a table: operation by type
# by target, the largest error in units of the output's rounding at the largest
# element of a row, and the largest part of its bound that an error used up.
# Rows of one column, which may cancel to nothing, are left to the tests. --write
# puts it into docs/Numerics.md. Needs a build, as the tests do.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re
import sys

import numpy as np

ROOT = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "test" / "python"))

import test_spec  # noqa: E402
import tolerances  # noqa: E402

PAGE = ROOT / "docs" / "Numerics.md"
PLACE = re.compile(r"(<!-- accuracy -->\n).*?(<!-- end -->)", re.S)


def measure(name, target, dtype, columns):
    """The largest error, and the largest part of a bound."""
    rng = np.random.default_rng(20251022)
    x = test_spec.make_hard_rows(rng, columns, dtype)
    y, expected, bound = test_spec.run(rng, name, target, dtype, x)
    error = np.abs(y.astype(expected.dtype) - expected)
    # Half an ulp of the largest element.
    unit = tolerances.UNIT_ROUNDOFF[dtype] * np.abs(expected).max(-1, keepdims=True)
    unit = np.maximum(unit, tolerances.UNDERFLOW[dtype])
    return float((error / unit).max()), float((error / bound).max())


def build_table():
    cells = [f"{dtype} {target}" for target, dtype in test_spec.TARGETS_AND_TYPES]
    rows = [["operation", *cells], ["---"] * (len(cells) + 1)]
    for name in test_spec.OPERATIONS:
        row = [f"`{name}`"]
        for target, dtype in test_spec.TARGETS_AND_TYPES:
            found = [measure(name, target, dtype, columns)
                     for columns in test_spec.COLUMNS if columns > 1]
            units, part = (max(values) for values in zip(*found))
            row.append(f"{units:.2f} ({part:.2f})")
        rows.append(row)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main():
    table = build_table()
    if "--write" in sys.argv[1:]:
        PAGE.write_text(PLACE.sub(lambda found: found[1] + table + found[2],
                                  PAGE.read_text()))
    else:
        print(table, end="")


if __name__ == "__main__":
    main()
