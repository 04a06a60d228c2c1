#===- kernels.py - The table of kernels and the rules they keep ------------===//
#
# Usage: benchmarks/kernels.py [--write] [--only TEXT]... [--sample SEED --minutes M]
#
# For each norm, direction, type and row length of the matrix below, on sm_90a:
# compiles the kernels, executes them on the emulator, compares their results with
# float64, and counts what they do. Prints a table, the targets at D = 4096, and
# every cell that was refused. --write puts them into docs/Kernels.md, for the
# cells that were run. --sample runs cells in an order that SEED gives until M minutes
# have passed. Exits with 1 if a cell breaks a rule. Needs a build, and no GPU.
#
# The rules, of every cell that is not refused:
#   values      results are within the bounds of the tests, of float64
#   bytes       each operand taken by row is read once and written once; where the
#               schedule keeps rows in global memory, read once a stage
#   sectors     a request for rows touches no more sectors of 32 bytes than its
#               bytes need
#   parameters  a block reads each parameter once
#   partials    a block writes each of its sums over rows once, in f32; where the
#               schedule keeps them in global memory, once a trip
#   spills      no register is spilled, and a thread has no stack
#   barriers    of a block: one a level of sums for each trip over rows, and once one
#               for what it copies and one for each of its rows whose sums it joins
#   compiles    no other error than that a kernel cannot be made for such rows
#
#===-----------------------------------------------------------------------===//

import argparse
import datetime
import pathlib
import random
import re
import sys
import time
import zlib

import ml_dtypes
import numpy as np

import graphs
import norms
import seednorm

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs" / "Kernels.md"
COLUMNS = (64, 128, 512, 1024, 2048, 4096, 5120, 8192, 16384, 32768, 65536, 131072,
           262144)
DTYPES = ("f32", "bf16")
ITEMSIZE = {"f32": 4, "bf16": 2}
TARGET = "emulated:sm_90a"
CELLS = [(norm, columns, dtype, backward) for norm in norms.TITLES
         for backward in (False, True) for dtype in DTYPES for columns in COLUMNS]

#: Trips of a persistent block over rows, where rows are not too many: the first
#: and the last one may be special, those between are alike.
TRIPS = 3
#: Elements of the rows at most, or a cell takes minutes; never less than MIN_ROWS.
MAX_ELEMENTS, MIN_ROWS = 1 << 22, 5
#: What loads and stores of the GPU are aligned to at best: a line of the cache.
ALIGNMENT = 128

#: Printed where the emulator counts them.
OTHER_COUNTERS = ("cluster_barriers", "distributed_bytes_read",
                  "distributed_bytes_written")

#: At D = 4096 in bf16: SeeDNorm's instructions an element over RMSNorm's, at most;
#: and the part of a copy's issue slots on the H100 model.
TARGET_RATIOS = {False: 1.65, True: 1.8}
TARGET_ISSUE_PART = 0.6


class Cell:
    """A cell of the matrix: what was found, and which rules it breaks."""

    def __init__(self, norm, columns, dtype, backward):
        self.key = (norm, columns, dtype, backward)
        self.name = graphs.name_case(*self.key)
        self.refused = None
        self.broken = []
        self.found = {}

    def expect(self, rule, holds, fact):
        if not holds:
            self.broken.append(f"{rule}: {fact}")


#===-----------------------------------------------------------------------===//
# Running a cell
#===-----------------------------------------------------------------------===//


def allocate(shape, dtype):
    """An array that starts at a line of the cache, full of NaN."""
    count = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.empty(count + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    array = memory[start:start + count].view(dtype).reshape(shape)
    array[...] = np.nan
    return array


def run_cell(norm, columns, dtype, backward):
    """Compiles, executes and checks a cell."""
    cell = Cell(norm, columns, dtype, backward)
    try:
        kernel = seednorm.compile(graphs.build(norm, columns, dtype, backward),
                                  target=TARGET)
        reports = kernel.report
    except seednorm.UsageError as error:
        # Without the place in this script.
        cell.refused = re.sub(r"^.*?error: ('row.program' op )?", "",
                              str(error).splitlines()[0])
        return cell
    except seednorm.SeednormError as error:
        cell.broken.append(f"compiles: {error}")
        return cell
    execute_cell(cell, kernel, reports)
    return cell


def execute_cell(cell, kernel, reports):
    norm, columns, dtype, backward = cell.key
    rows = choose_rows(reports[0], columns)
    rng = np.random.default_rng(zlib.crc32(cell.name.encode()))
    exact_arguments = norms.make_arguments(rng, norm, columns, rows, backward)
    arguments = []
    for name, values in exact_arguments.items():
        is_narrow = dtype == "bf16" and name in ("x", "dy")
        if is_narrow:
            exact_arguments[name] = norms.round_to_bf16(values)
        array = allocate(values.shape, ml_dtypes.bfloat16 if is_narrow else np.float32)
        array[...] = exact_arguments[name]
        arguments.append(array)
    results = [allocate([rows if size is None else size for size in spec.shape],
                        ml_dtypes.bfloat16 if spec.dtype == "bf16" else np.float32)
               for spec in kernel.results]
    try:
        _, counters = kernel.run_counted(*arguments, out=tuple(results), seed=1)
    except seednorm.SeednormError as error:
        cell.broken.append(f"values: {error}")
        return
    check_values(cell, results, norms.get_exact(norm, backward, dtype, exact_arguments))
    check_counts(cell, rows, reports, counters[0])
    cell.found["reports"] = reports


def choose_rows(report, columns):
    """Blocks that persist take several trips and the last one is not full."""
    blocks = report["persistent_blocks"] or 2
    rows = TRIPS * blocks * report["rows_per_block"] + 1
    return max(MIN_ROWS, min(rows, MAX_ELEMENTS // columns))


def check_values(cell, results, exact):
    parts = [norms.find_error(result, value, bound)
             for result, (_, value, bound) in zip(results, exact, strict=True)]
    cell.found["error"] = max(parts)
    cell.expect("values", max(parts) <= 1,
                f"an error is {max(parts):.3g} times its bound")


def count(key, rows, report, counters):
    """What a launch did, in the units of the table."""
    norm, columns, _, backward = key
    regions = {region["name"]: region for region in counters["regions"]}
    by_row = [regions[name] for name in
              (("x", "dy", "dx") if backward else ("x", "result0"))]
    moved = sum(r["bytes_read"] + r["bytes_written"] for r in by_row)
    sectors = sum(r["read_sectors"] + r["write_sectors"] for r in by_row)
    requests = sum(r["read_requests"] + r["write_requests"] for r in by_row)
    minimum = report["minimum_row_bytes_per_element"] * rows * columns
    blocks = counters["blocks"]
    # Blocks of a cluster have a row together, and take trips together.
    cluster = round(report["rows_per_block"] * columns
                    / (report["elements_per_thread"] * report["threads_per_block"]))
    trips = -(-rows // report["rows_per_block"]) * cluster
    return {
        "rows": rows, "blocks": blocks, "all_trips": trips, "trips": trips / blocks,
        "moved": moved, "minimum": minimum, "row_bytes": moved / minimum,
        "inputs": len(by_row) - 1, "all_sectors": sectors,
        "sectors": sectors / requests, "minimum_sectors": moved / 32 / requests,
        "parameters": sum(regions[name]["bytes_read"]
                          for name in norms.PARAMETERS[norm]) / blocks,
        "partials": sum(region["bytes_written"] for name, region in regions.items()
                        if name.startswith("temporary")) / blocks,
        "all_barriers": counters["block_barriers"],
        "barriers": counters["block_barriers"] / trips,
        "others": {name: counters[name] for name in OTHER_COUNTERS if name in counters}}


def check_counts(cell, rows, reports, counters):
    """The rules on what is counted, but for values."""
    norm, columns, dtype, backward = cell.key
    report = reports[0]
    found = count(cell.key, rows, report, counters)
    cell.found.update(found)
    most = found["minimum"]
    if "keep = global" in report["schedule"]:
        most += (report["levels"] * found["inputs"] * ITEMSIZE[dtype] * rows * columns)
    cell.expect("bytes", found["minimum"] <= found["moved"] <= most,
                f"moves {found['moved']} of {most:.0f} bytes")
    cell.expect("sectors", found["all_sectors"] * 32 == found["moved"],
                f"{found['all_sectors']} sectors for {found['moved']} bytes")
    parameter_bytes = 4 * columns * len(norms.PARAMETERS[norm])
    cell.expect("parameters", found["parameters"] <= parameter_bytes,
                f"a block reads {found['parameters']:.0f} of {parameter_bytes} bytes")
    partial_bytes = parameter_bytes if backward else 0
    if "sums = global" in report["schedule"]:
        partial_bytes *= found["trips"]
    cell.expect("partials", found["partials"] <= partial_bytes,
                f"a block writes {found['partials']:.0f} of {partial_bytes:.0f} bytes")
    for own in reports:
        cell.expect("spills", own["spill_bytes"] == own["stack_bytes"] == 0,
                    f"{own['name']} spills {own['spill_bytes']} bytes and has "
                    f"{own['stack_bytes']} of stack")
    allowed = (report["levels"] * found["all_trips"]
               + (1 + report["rows_per_block"]) * found["blocks"])
    cell.expect("barriers", found["all_barriers"] <= allowed,
                f"{found['all_barriers']} of {allowed}")


#===-----------------------------------------------------------------------===//
# The page
#===-----------------------------------------------------------------------===//

HEADER = ("D", "type", "kernel", "rows run", "error / bound", "row bytes / minimum",
          "parameter bytes a block", "partial bytes a block", "registers",
          "spilled, stack", "sectors a request (minimum)", "barriers a trip and block, levels",
          "instructions an element", "H100 slots", "H100, H200 part of a copy")


def describe_schedule(schedule):
    """The choices of a schedule, shortened."""
    text = schedule[schedule.index("<") + 1:-1]
    for name, short in (("threads_per_row", "threads"), ("rows_per_block", "rows"),
                        (" = ", " ")):
        text = text.replace(name, short)
    return text


def format_row(cell):
    _, columns, dtype, _ = cell.key
    found, report = cell.found, cell.found["reports"][0]
    model = report["model"]
    cards = {card["card"]: card for card in model["cards"]}
    return (str(columns), dtype, describe_schedule(report["schedule"]),
            f"{found['rows']} ({found['trips']:.1f} trips)", f"{found['error']:.3f}",
            f"{found['row_bytes']:.2f}", f"{found['parameters']:.0f}",
            f"{found['partials']:.0f}",
            " + ".join(str(own["registers"]) for own in found["reports"]),
            f"{report['spill_bytes']}, {report['stack_bytes']}",
            f"{found['sectors']:.1f} ({found['minimum_sectors']:.1f})",
            "; ".join([f"{found['barriers']:.2f}, {report['levels']}",
                       *(f"{count} {name.replace('_', ' ')}"
                         for name, count in found["others"].items() if count)]),
            f"{model['instructions_per_element']:.2f}",
            f"{cards['H100']['issue_part']:.0%}",
            ", ".join(f"{cards[name]['copy_part']:.0%} ({cards[name]['limit']})"
                      for name in ("H100", "H200")))


def format_table(cells):
    lines = ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    lines += ["| " + " | ".join(format_row(cell)) + " |" for cell in cells]
    return lines


def format_targets(cells):
    """SeeDNorm beside RMSNorm, where both were run."""
    found = {cell.key: cell.found["reports"][0]["model"] for cell in cells
             if cell.found}
    lines = []
    for backward, limit in TARGET_RATIOS.items():
        pair = [found.get((norm, 4096, "bf16", backward))
                for norm in ("seednorm", "rms_norm")]
        if None in pair:
            continue
        own, other = (model["instructions_per_element"] for model in pair)
        h100, = (c for c in pair[0]["cards"] if c["card"] == "H100")
        verdict = {True: "met", False: "missed"}
        lines.append(
            f"- {'backward' if backward else 'forward'}, D = 4096, bf16: SeeDNorm "
            f"{own:.2f} instructions an element, RMSNorm {other:.2f}: ratio "
            f"{own / other:.3f} of at most {limit} ({verdict[own <= limit * other]}); "
            f"{h100['issue_part']:.1%} of the issue slots of a copy on the H100 model, "
            f"of at most {TARGET_ISSUE_PART:.0%} "
            f"({verdict[h100['issue_part'] <= TARGET_ISSUE_PART]})")
    return lines


def format_page(cells):
    lines = [
        "# Kernels", "",
        f"Compiled for sm_90a and run on the emulator on {datetime.date.today()} by "
        "`benchmarks/kernels.py --write`, which has the rules that every cell keeps. "
        "Bytes, sectors and barriers are counted by the emulator, registers by ptxas. "
        "Instructions and parts of a copy are predictions of the "
        "[static model](StaticModel.md): no GPU was timed.", ""]
    targets = format_targets(cells)
    if targets:
        lines += ["Targets:", "", *targets, ""]
    for backward in (False, True):
        for norm, title in norms.TITLES.items():
            own = [cell for cell in cells if cell.key[0] == norm
                   and cell.key[3] == backward]
            run = [cell for cell in own if cell.found]
            if own:
                lines += [f"## {title}, {'backward' if backward else 'forward'}", ""]
            if run:
                lines += [*format_table(run), ""]
            refused = [cell for cell in own if cell.refused]
            lines += [f"- {cell.key[1]} {cell.key[2]}: refused: {cell.refused}"
                      for cell in refused] + ([""] if refused else [])
    broken = [f"- {cell.name}: {fact}" for cell in cells for fact in cell.broken]
    if broken:
        lines += ["## Broken rules", "", *broken, ""]
    elif len(cells) == len(CELLS):
        lines += ["No cell breaks a rule.", ""]
    return "\n".join(lines)


def choose_cells(arguments):
    cells = [cell for cell in CELLS
             if not arguments.only
             or any(text in graphs.name_case(*cell) for text in arguments.only)]
    if arguments.sample is not None:
        random.Random(arguments.sample).shuffle(cells)
    return cells


def run_cells(chosen, deadline):
    cells = []
    for key in chosen:
        if cells and time.monotonic() >= deadline:
            break
        cell = run_cell(*key)
        cells.append(cell)
        verdict = ("refused: " + cell.refused if cell.refused
                   else "; ".join(cell.broken) or "keeps the rules")
        print(f"{cell.name}: {verdict}", flush=True)
    return cells


def parse(options=None):
    parser = argparse.ArgumentParser(description="the table of kernels")
    parser.add_argument("--write", action="store_true", help="write docs/Kernels.md")
    parser.add_argument("--only", action="append", metavar="TEXT",
                        help="cells whose name has this, as 'SeeDNorm forward 4096'")
    parser.add_argument("--sample", type=int, metavar="SEED")
    parser.add_argument("--minutes", type=float)
    arguments = parser.parse_args(options)
    if (arguments.sample is None) != (arguments.minutes is None):
        parser.error("expects --sample and --minutes together")
    if not choose_cells(arguments):
        parser.error(f"expects --only to name cells, but none has "
                     f"{' or '.join(map(repr, arguments.only))}")
    return arguments


def main():
    arguments = parse()
    chosen = choose_cells(arguments)
    minutes = arguments.minutes if arguments.minutes is not None else float("inf")
    cells = run_cells(chosen, time.monotonic() + 60 * minutes)
    ordered = sorted(cells, key=lambda cell: CELLS.index(cell.key))
    page = format_page(ordered)
    print(page)
    if arguments.write:
        PAGE.write_text(page)
    broken = [cell for cell in cells if cell.broken]
    print(f"{len(cells)} of {len(CELLS)} cells: {len(broken)} break a rule, "
          f"{sum(bool(cell.refused) for cell in cells)} are refused")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
