#===- kernels.py - The table of kernels and the rules they keep ------------===//
#
# Usage: benchmarks/kernels.py [--write] [--only TEXT]... [--jobs N]
#                              [--sample SEED --minutes M] [--results FILE]
#
# For each norm, direction, type and row length of the matrix below, on sm_90a:
# compiles the kernels, executes them on the emulator, compares their results with
# float64, and counts what they do. Prints a table, the targets at D = 4096, and
# every cell that was refused. --write puts them into docs/Kernels.md, for the
# cells that were run, and needs all of them. --sample begins no cell after M minutes,
# and takes them from a place that SEED gives: as SEED counts up, all are run. Each cell
# has a process of its own, N of them at a time. --results writes what became of each
# cell as JSON. Exits with 1 if a cell breaks a rule. Needs a build, and no GPU.
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
#   conflicts   no access to shared memory takes more wavefronts than without two words
#               in one bank
#   compiles    no other error than that a kernel cannot be made for such rows
#
#===-----------------------------------------------------------------------===//

import argparse
import json
import multiprocessing
import multiprocessing.connection
import pathlib
import random
import re
import sys
import time
import zlib

import ml_dtypes
import numpy as np

import graphs
import kernel_page
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

#: From where one seed starts to where the next one does, in cells: about a third of
#: them, and prime to their number, so that all come first in their turn.
SAMPLE_STRIDE = 55

#: Printed where the emulator counts them.
OTHER_COUNTERS = ("cluster_barriers", "distributed_bytes_read",
                  "distributed_bytes_written")


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
    check_counts(cell, rows, reports, counters)
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


def check_conflicts(cell, reports, counters):
    for report, launch in zip(reports, counters, strict=True):
        for access in ("reads", "writes"):
            total = launch[f"shared_{access}"]
            cell.expect("conflicts", total["excess"] == 0,
                        f"{access} of {report['name']} take {total['wavefronts']} "
                        f"wavefronts, {total['excess']} of them for bank conflicts")


def check_counts(cell, rows, reports, counters):
    """The rules on what is counted, but for values."""
    norm, columns, dtype, backward = cell.key
    report = reports[0]
    found = count(cell.key, rows, report, counters[0])
    check_conflicts(cell, reports, counters)
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
# Cells to run
#===-----------------------------------------------------------------------===//


def choose_cells(arguments):
    cells = [cell for cell in CELLS
             if not arguments.only
             or any(text in graphs.name_case(*cell) for text in arguments.only)]
    if arguments.sample is not None:
        # One order, so that the next seeds go on with other cells.
        random.Random(0).shuffle(cells)
        start = arguments.sample * SAMPLE_STRIDE % len(cells)
        cells = cells[start:] + cells[:start]
    return cells


#===-----------------------------------------------------------------------===//
# Processes
#===-----------------------------------------------------------------------===//


def send_cell(key, pipe):
    pipe.send(run_cell(*key))


def start_cell(key):
    """A process that runs a cell, and the end of a pipe that gets it."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=send_cell, args=(key, sender))
    process.start()
    sender.close()
    return receiver, process, key


def finish_cell(receiver, process, key):
    """The cell that a process has run; it is broken if the process died."""
    try:
        cell = receiver.recv()
    except EOFError:
        cell = None
    process.join()
    if cell is None:
        cell = Cell(*key)
        cell.broken.append(f"compiles: the process ended with {process.exitcode}")
    verdict = ("refused: " + cell.refused if cell.refused
               else "; ".join(cell.broken) or "keeps the rules")
    print(f"{cell.name}: {verdict}", flush=True)
    return cell


def run_cells(chosen, deadline, jobs):
    """Runs cells in their order, `jobs` at a time, and begins none after the
    deadline but the first."""
    cells, waiting, running = [], list(chosen), {}
    while waiting or running:
        while (waiting and len(running) < jobs
               and (time.monotonic() < deadline or not (cells or running))):
            receiver, *rest = start_cell(waiting.pop(0))
            running[receiver] = rest
        if not running:
            break
        for receiver in multiprocessing.connection.wait(list(running)):
            cells.append(finish_cell(receiver, *running.pop(receiver)))
    return cells


#===-----------------------------------------------------------------------===//
# The command
#===-----------------------------------------------------------------------===//


def parse(options=None):
    parser = argparse.ArgumentParser(description="the table of kernels")
    parser.add_argument("--write", action="store_true", help="write docs/Kernels.md")
    parser.add_argument("--only", action="append", metavar="TEXT",
                        help="cells whose name has this, as 'SeeDNorm forward 4096'")
    parser.add_argument("--sample", type=int, metavar="SEED")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.add_argument("--results", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args(options)
    if (arguments.sample is None) != (arguments.minutes is None):
        parser.error("expects --sample and --minutes together")
    if arguments.jobs < 1:
        parser.error(f"expects --jobs to be positive, but got {arguments.jobs}")
    if arguments.write and (arguments.only or arguments.sample is not None):
        parser.error("expects --write to have all cells, so neither --only nor --sample")
    if not choose_cells(arguments):
        parser.error(f"expects --only to name cells, but none has "
                     f"{' or '.join(map(repr, arguments.only))}")
    return arguments


def report_broken(cells):
    for cell in cells:
        for fact in cell.broken:
            print(f"error: {cell.name} breaks a rule: {fact}; it runs alone with "
                  f"benchmarks/kernels.py --only '{cell.name}'")


def main():
    arguments = parse()
    if arguments.sample is not None:
        print(f"sample {arguments.sample}, for {arguments.minutes:g} minutes", flush=True)
    minutes = arguments.minutes if arguments.minutes is not None else float("inf")
    cells = run_cells(choose_cells(arguments), time.monotonic() + 60 * minutes,
                      arguments.jobs)
    ordered = sorted(cells, key=lambda cell: CELLS.index(cell.key))
    page = kernel_page.format_page(ordered, len(ordered) == len(CELLS))
    if arguments.sample is None:
        print(page)
    if arguments.write:
        PAGE.write_text(page)
    if arguments.results:
        arguments.results.write_text(json.dumps({
            "seed": arguments.sample, "of": len(CELLS),
            "cells": [{"name": cell.name, "refused": cell.refused,
                       "broken": cell.broken} for cell in ordered]}, indent=1))
    report_broken(ordered)
    broken = [cell for cell in cells if cell.broken]
    print(f"{len(cells)} of {len(CELLS)} cells: {len(broken)} break a rule, "
          f"{sum(bool(cell.refused) for cell in cells)} are refused")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
