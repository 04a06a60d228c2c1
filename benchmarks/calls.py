#===- calls.py - What a warm call from Python costs ------------------------===//
#
# Usage: calls.py [--rows N] [--columns N] [--rounds N] [--out FILE]
#
# Times SeeDNorm on few rows, where the call decides and not the kernel: by every way
# that users have, beside what a row takes in a call of many rows and an operator of
# PyTorch that does nothing. All run in this process, with one thread, in turns. Prints
# a Markdown table. Exits with 1 if ways differ in a bit. docs/Benchmarks.md has the
# method.
#
#===-----------------------------------------------------------------------===//

import argparse
import datetime
import pathlib
import sys

import cpu

#: Rows of the call that tells what one of them takes.
MANY = 256


class Setup:
    """A kernel and a module of the same parameters, and their arguments."""

    def __init__(self, rows, columns):
        import numpy as np
        import torch

        import graphs
        import norms
        import peers
        import seednorm
        import seednorm.torch
        arrays = norms.make_arguments(np.random.default_rng(0), "seednorm", columns,
                                      max(rows, MANY) + rows, False)
        self.every = [arrays[name] for name in ("x", *norms.PARAMETERS["seednorm"])]
        self.arrays = [self.every[0][:rows], *self.every[1:]]
        self.tensors = list(map(torch.from_numpy, self.arrays))
        self.kernel = seednorm.compile(graphs.build("seednorm", columns, "f32", False))
        self.function = seednorm.torch.functional.seednorm
        self.eps = peers.EPS
        self.module = seednorm.torch.SeeDNorm(columns, eps=peers.EPS)
        with torch.no_grad():
            for name, tensor in zip(norms.PARAMETERS["seednorm"], self.tensors[1:]):
                getattr(self.module, name).copy_(tensor)


#===----------------------------------------------------------------------===//
# Ways
#===----------------------------------------------------------------------===//


def make_empty_operator():
    """An operator of `torch.library` with as many tensors that computes nothing."""
    import torch
    library = torch.library.Library("seednorm_benchmark", "FRAGMENT")
    if not hasattr(torch.ops.seednorm_benchmark, "empty"):
        library.define("empty(Tensor x, Tensor a, Tensor b, Tensor c) -> Tensor")
        library.impl("empty", lambda x, *_: torch.empty_like(x), "CPU")
        torch.library.register_autograd(
            "seednorm_benchmark::empty", lambda ctx, dy: (dy, None, None, None),
            setup_context=lambda ctx, inputs, output: ctx.save_for_backward(*inputs),
            lib=library)
    # Its kernels live as long as the library.
    return library, torch.ops.seednorm_benchmark.empty.default


def make_ways(setup):
    """By name, functions that give y, or y first, and those that compute nothing."""
    import numpy as np
    import torch
    kernel, module, function = setup.kernel, setup.module, setup.function
    x, *parameters = setup.tensors
    leaf = x.clone().requires_grad_()
    wrt = (leaf, *module.parameters())
    array, y, dy = np.empty_like(setup.arrays[0]), torch.empty_like(x), torch.ones_like(x)
    library, empty = make_empty_operator()

    def without_gradients():
        with torch.no_grad():
            return module(x)

    def backward():
        result = module(leaf)
        torch.autograd.grad(result, wrt, dy)
        return result
    ways = {
        "kernel, NumPy, out=": lambda: kernel(*setup.arrays, out=array),
        "kernel, NumPy": lambda: kernel(*setup.arrays),
        "kernel, torch, out=": lambda: kernel(*setup.tensors, out=y),
        "kernel, torch": lambda: kernel(*setup.tensors),
        "functional": lambda: function(x, *parameters, eps=setup.eps),
        "functional, recording": lambda: function(leaf, *parameters, eps=setup.eps),
        "module, no_grad": without_gradients,
        "module, recording": lambda: module(leaf),
        "module, forward and backward": backward}
    others = {
        "empty operator": lambda: library and empty(*setup.tensors),
        "empty operator, recording": lambda: empty(leaf, *parameters),
        "empty operator, forward and backward":
            lambda: torch.autograd.grad(empty(leaf, *parameters), leaf, dy)}
    return ways, others


def find_difference(setup, ways):
    """The name of a way whose result is not the first one's to the bit, or None."""
    import numpy as np
    expected = None
    for name, way in ways.items():
        result = way()
        found = result.copy() if isinstance(result, np.ndarray) else (
            result.detach().clone().numpy())
        if expected is None:
            expected = found
        if not np.array_equal(found, expected):
            return name
    return None


def time_ways(setup, ways, rounds):
    """`Times` by name; of a row alone, and of all ways."""
    import turns
    rows = len(setup.arrays[0])
    more = len(setup.every[0])

    def call_with_many():
        return setup.kernel(*setup.every)

    def call_with_few():
        return setup.kernel(*setup.arrays)
    times = turns.time_in_turns(
        {name: [way] for name, way in
         {"many": call_with_many, "few": call_with_few, **ways}.items()}, rounds)
    many, few = times.pop("many"), times.pop("few")
    own = max(0.0, (many.median - few.median) / (more - rows) * rows)
    return own, times


#===----------------------------------------------------------------------===//
# The table
#===----------------------------------------------------------------------===//

HEADER = ("call", "us, median", "10th to 90th percentile", "beyond the kernel, us")


def format_table(own, times, options):
    import seednorm
    import torch
    model, isa = cpu.read_cpu(pathlib.Path("/proc/cpuinfo").read_text())
    shape = f"{options.rows} x {options.columns}"
    lines = [f"| the kernel's own | {own * 1e6:.1f} | | |"]
    for name, (median, low, high) in times.items():
        beyond = "" if name.startswith("empty") else f"{(median - own) * 1e6:.1f}"
        lines.append(f"| {name} | {median * 1e6:.1f} | {low * 1e6:.1f} to {high * 1e6:.1f} "
                     f"| {beyond} |")
    return "\n".join([
        f"# Warm calls of SeeDNorm, {shape} f32, {datetime.date.today()}", "",
        f"- processor: {model}, {', '.join(isa)}; one thread; load of the machine before: "
        f"{options.load:.1f}",
        f"- seednorm {seednorm.__version__}, PyTorch {torch.__version__}, Python "
        f"{sys.version.split()[0]}",
        f"- method: {options.rounds} rounds of all calls in turn, medians; the kernel's own "
        f"time is that of as many rows in a call that has {MANY} more", "",
        "| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER), *lines, ""])


def parse(arguments=None):
    parser = argparse.ArgumentParser(description="time warm calls from Python")
    parser.add_argument("--rows", type=cpu.parse_count, default=1)
    parser.add_argument("--columns", type=cpu.parse_count, default=1024)
    parser.add_argument("--rounds", type=cpu.parse_count, default=50)
    parser.add_argument("--out", type=pathlib.Path, help="file for the table")
    options = parser.parse_args(arguments)
    options.load = cpu.os.getloadavg()[0]
    return options


def run(options):
    cpu.set_threads(1)
    setup = Setup(options.rows, options.columns)
    ways, others = make_ways(setup)
    wrong = find_difference(setup, ways)
    if wrong:
        print(f"error: expects every way to give the same bits, but '{wrong}' does not",
              file=sys.stderr)
        return 1
    own, times = time_ways(setup, {**ways, **others}, options.rounds)
    table = format_table(own, times, options)
    print(table)
    if options.out:
        options.out.write_text(table)
    return 0


if __name__ == "__main__":
    sys.exit(run(parse()))
