#===- gpu.py - Checks and times the kernels of a package -------------------===//
#
# Usage: gpu.py [--dry] [--only TEXT]... [--folder DIR] [--out FILE] [--repeats N]
#               [--without-peers | --once]
#
# Loads the cubins of the package it lies in, compares every kernel with float64 and
# then times it beside a device copy of the same bytes and what else computes the
# same. Writes a Markdown table. Needs Python, NumPy and PyTorch; no LLVM and no
# seednorm. --dry does all but the timing where there is no GPU: seednorm-emulate runs
# the launches if it is found. --once only calls each kernel, on rows of its case's size,
# for a profiler or a sanitizer to look at. Exits with 1 if a kernel is wrong, with 2 if the
# package or the machine breaks a rule. docs/Benchmarks.md has the method.
#
#===-----------------------------------------------------------------------===//

import argparse
import datetime
import pathlib
import sys
import zlib

import numpy as np

import emulated
import launcher
import manifest
import norms
from gpu_cases import Row, choose_rows, make_arguments, name_case, name_variant

#: In a dry run a block takes a lane after the other.
DRY_ELEMENTS = 1 << 18


def to_bytes(values, dtype):
    """Elements as they are in memory; those of bf16 are given as rounded f32."""
    values = np.ascontiguousarray(values, np.float32)
    if dtype == "bf16":
        return (values.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    return values.tobytes()


def from_bytes(contents, dtype, shape):
    if dtype == "bf16":
        bits = np.frombuffer(contents, np.uint16).astype(np.uint32) << 16
        return bits.view(np.float32).reshape(shape)
    return np.frombuffer(contents, np.float32).reshape(shape)


class EmulatedRunner:
    """Runs launches on the emulator and times nothing."""

    max_elements = DRY_ELEMENTS

    def __init__(self, folder, loaded):
        self._folder, self._tool = folder, emulated.find_tool()
        self.chip = sorted({kernel["chip"] for kernel in loaded["kernels"]})[-1]
        self.card = f"none: a dry run of the code for {self.chip}"
        self.driver = "none" if self._tool else "none, and no seednorm-emulate either"

    def execute(self, kernel, arguments, rows):
        if not self._tool:
            return None
        if not kernel["ir"]:
            raise manifest.PackageError(f"expects LLVM IR of {kernel['name']} for a dry "
                                        "run; package it without --without-ir")
        buffers = [to_bytes(arguments[spec["name"]], spec["dtype"])
                   for spec in kernel["arguments"]]
        sizes = [(spec, manifest.get_shape(spec, rows)) for spec in kernel["results"]]
        width = {"bf16": 2, "f32": 4}
        buffers += [b"\xff" * (int(np.prod(shape)) * width[spec["dtype"]])
                    for spec, shape in sizes]
        results = emulated.run(self._tool, self._folder / kernel["ir"],
                               manifest.plan_call(kernel, rows), buffers, len(sizes))
        return [from_bytes(contents, spec["dtype"], shape)
                for contents, (spec, shape) in zip(results, sizes)]

    def measure(self, case, kernels, options):
        return [Row(name_case(case), name, "") for name in kernels]

    def run_once(self, case, kernel):
        self.execute(kernel, make_arguments(kernel, case["rows"], 0), case["rows"])


def check(runner, kernel):
    """A verdict, and whether the kernel is not wrong."""
    rows = choose_rows(kernel, runner.max_elements)
    arguments = make_arguments(kernel, rows, zlib.crc32(kernel["name"].encode()))
    results = runner.execute(kernel, arguments, rows)
    if results is None:
        return "not checked", True
    exact = norms.get_exact(kernel["norm"], kernel["direction"] == "backward",
                            kernel["dtype"], arguments)
    parts = [norms.find_error(result, value, bound)
             for result, (_, value, bound) in zip(results, exact, strict=True)]
    verdict = "right" if max(parts) <= 1 else "WRONG"
    return (f"{verdict}: {max(parts):.3f} of the bound, {rows} rows",
            verdict == "right")


def run_case(runner, loaded, case, options):
    """Lines of the table, and whether all is right."""
    kernels = {name_variant(overrides): kernel for overrides, kernel
               in manifest.find_kernels(loaded, case, runner.chip).items()}
    if not kernels:
        return [Row(name_case(case), "seednorm", f"no kernel for {runner.chip}")], True
    if options.once:
        for kernel in kernels.values():
            runner.run_once(case, kernel)
        return [Row(name_case(case), name, "called once") for name in kernels], True
    checks = {name: check(runner, kernel) for name, kernel in kernels.items()}
    wrong = [Row(name_case(case), name, verdict)
             for name, (verdict, right) in checks.items() if not right]
    right = {name: kernel for name, kernel in kernels.items() if checks[name][1]}
    rows = runner.measure(case, right, options) if right else []
    return wrong + [row._replace(check=checks[row.variant][0])
                    if row.variant in checks else row for row in rows], not wrong


def format_row(row):
    if row.seconds is None:
        cells = ["not measured"] + [""] * 4
    else:
        median, low, high = row.seconds
        cells = [f"{median * 1e6:.2f}", f"{low * 1e6:.2f} to {high * 1e6:.2f}",
                 f"{row.bytes / median / 1e9:.0f}",
                 f"{row.copy_seconds / median:.0%}",
                 f"{row.host_seconds * 1e6:.1f}" if row.host_seconds else ""]
    return "| " + " | ".join([row.case, row.variant, row.check, *cells]) + " |"


def format_table(runner, loaded, rows):
    header = ("case, rows x D", "variant", "check against float64", "us, median",
              "10th to 90th percentile", "GB/s", "of a copy", "host us a call")
    return "\n".join([
        f"# Timings, {datetime.date.today()}", "",
        f"- card: {runner.card}", f"- driver: {runner.driver}",
        f"- kernels: {loaded['made_by']}, {loaded['date']}",
        "- method: replays of CUDA graphs between events, inputs rotating through three "
        "times the L2 cache, variants in turn; GB/s of each row read once and written "
        "once, parameters and their gradients once; a copy is a device copy of as many "
        "bytes in the same run", "",
        "| " + " | ".join(header) + " |", "|" + "---|" * len(header),
        *map(format_row, rows), ""])


def make_runner(arguments, loaded):
    if arguments.dry:
        return EmulatedRunner(arguments.folder, loaded)
    import measure  # With PyTorch, which a dry run does without.
    driver = launcher.Driver()
    return measure.DeviceRunner(arguments.folder, driver,
                                manifest.choose_chip(loaded, driver.get_chip()))


def parse(options=None):
    parser = argparse.ArgumentParser(description="check and time packaged kernels")
    parser.add_argument("--dry", action="store_true", help="without a GPU")
    parser.add_argument("--only", action="append", metavar="TEXT",
                        help="cases whose name has this")
    parser.add_argument("--folder", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent)
    parser.add_argument("--out", type=pathlib.Path, help="file for the table")
    parser.add_argument("--repeats", type=int, default=60)
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--once", action="store_true",
                        help="call each kernel once, and nothing else")
    return parser.parse_args(options)


def run(arguments):
    loaded = manifest.load(arguments.folder)
    cases = [case for case in loaded["cases"] if not arguments.only
             or any(text in name_case(case) for text in arguments.only)]
    if not cases:
        raise manifest.PackageError("expects --only to name cases of the package, such "
                                    f"as '{name_case(loaded['cases'][0])}'")
    runner = make_runner(arguments, loaded)
    rows, all_right = [], True
    for case in cases:
        own, right = run_case(runner, loaded, case, arguments)
        rows += own
        all_right &= right
        for row in own:
            print(format_row(row), flush=True)
    table = format_table(runner, loaded, rows)
    print(table)
    if arguments.out:
        arguments.out.write_text(table)
    return 0 if all_right else 1


def main():
    try:
        sys.exit(run(parse()))
    except manifest.PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
