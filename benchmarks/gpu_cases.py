#===- gpu_cases.py - Cases of a package of kernels -------------------------===//
#
# What checking, dry runs and timing share: names, arguments and lines of the table.
#
#===-----------------------------------------------------------------------===//
"""Cases of a package and lines of their table."""

from typing import NamedTuple, Optional

import numpy as np

import norms

#: Rows of a check: trips of each persistent block, and one row more. The bounds
#: are had in float64 on the CPU, so elements are limited.
CHECKED_TRIPS, CHECKED_ELEMENTS, MIN_CHECKED_ROWS = 3, 1 << 22, 3


class Row(NamedTuple):
    """A line of the table."""

    case: str
    variant: str
    check: str
    seconds: Optional[tuple] = None  #: Median, 10th and 90th percentile.
    bytes: float = 0
    copy_seconds: Optional[float] = None
    host_seconds: Optional[float] = None


def name_case(case):
    return (f"{norms.TITLES[case['norm']]} {case['direction']} "
            f"{case['rows']}x{case['columns']} {case['dtype']}")


def name_variant(overrides):
    """"seednorm" for the schedule that the compiler chooses."""
    return f"seednorm, {overrides}" if overrides else "seednorm"


def choose_rows(kernel, max_elements):
    blocks = kernel["persistent_blocks"] or 2
    rows = CHECKED_TRIPS * blocks * kernel["rows_per_block"] + 1
    return max(MIN_CHECKED_ROWS, min(rows, max_elements // kernel["columns"]))


def make_arguments(kernel, rows, seed):
    backward = kernel["direction"] == "backward"
    arguments = norms.make_arguments(np.random.default_rng(seed), kernel["norm"],
                                     kernel["columns"], rows, backward)
    for spec in kernel["arguments"]:
        if spec["dtype"] == "bf16":
            arguments[spec["name"]] = norms.round_to_bf16(arguments[spec["name"]])
    return arguments
