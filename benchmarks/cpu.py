#===- cpu.py - Norms on the CPU beside PyTorch's, checked and timed --------===//
#
# Usage: cpu.py [--quick] [--only TEXT]... [--threads N] [--rows N] [--rounds N]
#               [--without-peers] [--out FILE]
#
# Compares every variant of a case with float64 and then times those that are right,
# in turns and in this process, beside Tensor.copy_ of the same bytes. Prints a
# Markdown table. Exits with 1 if a kernel is wrong. docs/Benchmarks.md has the
# method.
#
#===-----------------------------------------------------------------------===//

import argparse
import datetime
import os
import pathlib
import sys
from typing import NamedTuple, Optional

import numpy as np

# variants.py loads PyTorch and the kernels' threads, which read their number when
# they are first used: main imports it when the options are known.

#: Rows and columns of the cases; the last ones stay in a cache.
SHAPES = ((4096, 1024), (4096, 4096), (512, 16384))
IN_CACHE = (64, 1024)
NORMS, DTYPES = ("seednorm", "rms_norm"), ("f32", "bf16")
#: Input sets of a case that is not in cache hold together this many times the
#: largest cache.
CACHE_MULTIPLE = 3
#: Elements whose exact results are had, all of them and then a sample of rows.
CHECKED_ELEMENTS, SAMPLED_ROWS = 1 << 20, 5
#: --quick: rows are so many times fewer, and rounds this many.
QUICK_DIVISOR, QUICK_ROUNDS = 16, 3
ISA = ("avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512_bf16", "amx_bf16", "asimd",
       "sve", "bf16")


class Line(NamedTuple):
    """A line of the table."""

    case: str
    variant: str
    check: str
    times: Optional[tuple] = None
    bytes: int = 0


def make_cases(options):
    """The cases that the options choose, in the table's order."""
    from variants import Case
    cases = []
    for norm in NORMS:
        for rows, columns in SHAPES:
            rows = options.rows or (max(1, rows // QUICK_DIVISOR) if options.quick else rows)
            cases += [Case(norm, rows, columns, dtype, backward)
                      for dtype in DTYPES for backward in (False, True)]
        cases += [Case(norm, *IN_CACHE, dtype, False, in_cache=True) for dtype in DTYPES]
    return [case for case in cases
            if not options.only or any(text in case.name for text in options.only)]


#===----------------------------------------------------------------------===//
# Checking
#===----------------------------------------------------------------------===//


def find_error(case, arrays, results, rows=slice(None)):
    """The largest part of its bound that an element of these rows of the results uses
    up. Sums over rows count where all rows are given."""
    import norms
    parameters = norms.PARAMETERS[case.norm]
    chosen = {name: array if name in parameters else array[rows]
              for name, array in arrays.items()}
    forward = {name: array for name, array in chosen.items() if name != "dy"}
    exact = norms.get_exact(case.norm, False, case.dtype, forward)
    if case.backward:
        exact += norms.get_exact(case.norm, True, case.dtype, chosen)
    worst = 0.0
    for number, (result, (_, value, bound)) in enumerate(zip(results, exact, strict=True)):
        # y and dx have rows, what follows is summed over them.
        if number > 1 and rows != slice(None):
            continue
        part = result.detach()[rows] if number <= 1 else result.detach()
        worst = max(worst, norms.find_error(part.double().numpy(), value, bound))
    return worst


def check(case, make, arrays, results, all_rows):
    """A verdict on a variant, and whether it is right.

    Args:
        make: makes its function of tensors.
        arrays, results: arguments and results of a call that will be timed, of which
            a sample of rows is compared.
        all_rows: whether every result is compared too, with fewer rows.
    """
    from variants import make_set
    sample = sorted(set(np.linspace(0, case.rows - 1, SAMPLED_ROWS).astype(int)))
    worst, compared = find_error(case, arrays, results, sample), len(sample)
    if not all(bool(result.isfinite().all()) for result in results):
        worst = np.inf
    if all_rows:
        compared = min(case.rows, max(3, CHECKED_ELEMENTS // case.columns))
        few = case._replace(rows=compared)
        arrays, tensors = make_set(few, seed=1)
        worst = max(worst, find_error(few, arrays, make(tensors)()))
    verdict = "right" if worst <= 1 else "WRONG"
    return f"{verdict}: {worst:.3f} of the bound, {compared} rows", worst <= 1


#===----------------------------------------------------------------------===//
# Timing
#===----------------------------------------------------------------------===//


def count_sets(case):
    if case.in_cache:
        return 1
    return 1 + -(-CACHE_MULTIPLE * get_cache_bytes() // case.moved)


def count_untimed(case):
    """Calls that put out of the caches what another variant wrote there: who comes
    behind a copy would write its lines back. At least a third of what a call moves is
    read; what it writes may go past the caches."""
    return 1 if case.in_cache else -(-6 * get_cache_bytes() // case.moved)


def run_case(case, options):
    """Lines of the table, and whether our kernels are right."""
    import turns
    import variants
    sets = [variants.make_set(case, seed) for seed in range(count_sets(case))]
    lines, timed = [], {}
    for name, make_maker in variants.find_makers(case, not options.without_peers).items():
        try:
            make = make_maker(case)
            functions = [make(tensors) for _, tensors in sets]
            for _, tensors in sets:  # What another variant wrote there proves nothing.
                variants.get_out(tensors).fill_(float("nan"))
            # The system gives memory of results when it is first written.
            results = [function() for function in functions][0]
        except Exception as error:  # Whatever PyTorch's compiler raises.
            if name in variants.OWN:
                raise
            reason = (str(error).splitlines() or [""])[0][:100]
            lines.append(Line(case.name, name, f"left out: {type(error).__name__}: {reason}"))
            continue
        verdict, right = "", True
        if name not in variants.UNCHECKED:
            verdict, right = check(case, make, sets[0][0], results,
                                   all_rows=name in variants.OWN)
        lines.append(Line(case.name, name, verdict, bytes=case.moved))
        if right:
            timed[name] = functions
    wrong = [line for line in lines if line.variant in variants.OWN
             and line.check.startswith("WRONG")]
    if wrong:
        return lines, False
    times = turns.time_in_turns(timed, options.rounds, count_untimed(case))
    return [line._replace(times=times.get(line.variant)) for line in lines], True


#===----------------------------------------------------------------------===//
# The machine
#===----------------------------------------------------------------------===//


def read_cpu(text):
    """Model and the parts of `ISA` that /proc/cpuinfo names."""
    fields = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    flags = fields.get("flags", fields.get("Features", "")).split()
    model = fields.get("model name", fields.get("CPU part", "unknown"))
    return model, [name for name in ISA if name in flags]


def get_cache_bytes():
    """Of the largest cache; 32 MiB where the system does not say."""
    sizes = [32 << 20]
    for path in pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size"):
        text = path.read_text().strip()
        if text[-1:] == "K":
            sizes.append(int(text[:-1]) << 10)
    return sizes[-1] if len(sizes) == 1 else max(sizes[1:])


def describe_machine(options):
    import seednorm
    import torch
    model, isa = read_cpu(pathlib.Path("/proc/cpuinfo").read_text())
    load = options.load
    # Threads that wait for one another suffer most where others want processors too.
    busy = " (OTHERS USE THIS MACHINE: times say little)" if load > os.cpu_count() / 2 else ""
    return [f"- processor: {model}, {os.cpu_count()} processors, {', '.join(isa)}; "
            f"largest cache {get_cache_bytes() >> 20} MiB",
            f"- threads: {options.threads} of seednorm, {torch.get_num_threads()} of "
            f"PyTorch; load of the machine before: {load:.1f}{busy}",
            f"- seednorm {seednorm.__version__}, PyTorch {torch.__version__}",
            f"- method: {options.rounds} rounds of all variants in turn, medians; GB/s of "
            "x and y, backward also of x, dy and dx; a copy is Tensor.copy_ of as many "
            f"bytes; input sets rotate through {CACHE_MULTIPLE} times the largest cache"]


#===----------------------------------------------------------------------===//
# The table
#===----------------------------------------------------------------------===//

HEADER = ("case, rows x D", "variant", "check against float64", "ms, median",
          "10th to 90th percentile", "GB/s", "of a copy", "eager takes", "torch.compile takes")


def format_line(line, medians):
    """`medians`: of all lines, by case and variant."""
    if line.times is None:
        return "| " + " | ".join([line.case, line.variant, line.check, "not measured",
                                  *[""] * 5]) + " |"
    median, low, high = line.times

    def compare(name, form):
        other = medians.get((line.case, name))
        return "" if other is None else form.format(other / median)
    return "| " + " | ".join([
        line.case, line.variant, line.check, f"{median * 1e3:.3f}",
        f"{low * 1e3:.3f} to {high * 1e3:.3f}", f"{line.bytes / median / 1e9:.1f}",
        compare("copy", "{:.0%}"), compare("eager", "{:.2f}x"),
        compare("torch.compile", "{:.2f}x")]) + " |"


def format_table(lines, options):
    medians = {(line.case, line.variant): line.times[0] for line in lines if line.times}
    from variants import PLAIN
    pairs = [f"- {case}, out=: {medians[case, 'seednorm, out='] / seconds:.2f} of the time "
             "of RMSNorm" for (case, variant), seconds in medians.items() if variant == PLAIN]
    return "\n".join([
        f"# Timings on the CPU, {datetime.date.today()}", "", *describe_machine(options), "",
        "| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER),
        *(format_line(line, medians) for line in lines), "", *pairs, ""])


#===----------------------------------------------------------------------===//
# Options
#===----------------------------------------------------------------------===//


def parse_count(text):
    """A number of at least 1 on the command line."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expects at least 1, but got {number}")
    return number


def parse(arguments=None):
    parser = argparse.ArgumentParser(description="check and time norms on the CPU")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds")
    parser.add_argument("--only", action="append", metavar="TEXT",
                        help="cases whose name has this")
    parser.add_argument("--threads", type=parse_count, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rows", type=parse_count, help="of all cases but those in cache")
    parser.add_argument("--rounds", type=parse_count)
    parser.add_argument("--without-peers", action="store_true", help="no PyTorch but copies")
    parser.add_argument("--out", type=pathlib.Path, help="file for the table")
    options = parser.parse_args(arguments)
    options.load = os.getloadavg()[0]
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else 15)
    return options


def set_threads(count):
    """For PyTorch and the kernels; before the first of these runs."""
    for variable in ("SEEDNORM_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[variable] = str(count)
    import torch
    torch.set_num_threads(count)


def run(options):
    set_threads(options.threads)
    cases = make_cases(options)
    if not cases:
        every = make_cases(argparse.Namespace(**{**vars(options), "only": None}))
        print(f"error: expects --only to name cases, such as '{every[0].name}'",
              file=sys.stderr)
        return 2
    lines, all_right = [], True
    for case in cases:
        own, right = run_case(case, options)
        lines += own
        all_right &= right
        for line in own:
            print(f"{line.case}, {line.variant}: {line.check or 'not checked'}; "
                  + (f"{line.times[0] * 1e3:.3f} ms" if line.times else "not measured"),
                  flush=True)
    table = format_table(lines, options)
    print(table)
    if options.out:
        options.out.write_text(table)
    return 0 if all_right else 1


if __name__ == "__main__":
    sys.exit(run(parse()))
