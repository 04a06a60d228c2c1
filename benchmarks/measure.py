#===- measure.py - Kernels on a GPU, checked and timed ---------------------===//
#
# Memory, streams, graphs and events are PyTorch's. Every variant of a case works on
# the same input sets, so many that none is in the L2 cache when it comes again, and
# is captured in a graph that goes through them once. Graphs are replayed in turn.
#
#===-----------------------------------------------------------------------===//
"""Timing on a device."""

import time

import numpy as np
import torch

import launcher
import manifest
import norms
import peers
from gpu_cases import CHECKED_ELEMENTS, Row, make_arguments, name_case

#: Input sets hold together at least this many times the L2 cache.
L2_MULTIPLE = 3
#: Part of the free memory that input sets may take.
MEMORY_PART = 0.6
WARM_UP, HOST_CALLS = 5, 300
#: Where tensors are.
DEVICE = "cuda"
DTYPES = {"bf16": torch.bfloat16, "f32": torch.float32}


class DeviceRunner:
    """Runs the kernels of a package on device 0."""

    max_elements = CHECKED_ELEMENTS

    def __init__(self, folder, driver, chip):
        self._folder, self._driver, self.chip = folder, driver, chip
        self._modules = {}
        self._properties = torch.cuda.get_device_properties(0)
        self.card = (f"{self._properties.name}, {self._properties.multi_processor_count}"
                     f" multiprocessors, {self._properties.L2_cache_size >> 20} MiB of "
                     f"L2, code for {chip}")
        self.driver = f"CUDA {driver.get_version()}, PyTorch {torch.__version__}"

    def _get_module(self, kernel):
        path = kernel["cubin"]
        if path not in self._modules:
            self._modules[path] = launcher.Module(
                self._driver, (self._folder / path).read_bytes(), path)
        return self._modules[path]

    def _prepare(self, kernel, arguments, results, rows):
        """A function that enqueues a call on the current stream. Temporaries are
        the caller's for as long as that function is."""
        call = manifest.plan_call(kernel, rows)
        temporaries = [torch.full((max(size, 1),), 0xA5, dtype=torch.uint8,
                                  device=DEVICE) for size in call.temporaries]
        constants = [torch.tensor(list(contents), dtype=torch.uint8, device=DEVICE)
                     for contents in call.constants]
        tensors = [*arguments, *results, *temporaries, *constants]
        module = self._get_module(kernel)
        launches = module.prepare(call, [tensor.data_ptr() for tensor in tensors])

        def run(alive=tensors):
            module.launch(launches, torch.cuda.current_stream().cuda_stream)
        return run

    def execute(self, kernel, arguments, rows):
        """Results in f32 or f64 of one call, whose memory was NaN before."""
        given = [torch.from_numpy(np.ascontiguousarray(arguments[spec["name"]])).to(
            DEVICE, DTYPES[spec["dtype"]]) for spec in kernel["arguments"]]
        results = self._make_results(kernel, rows)
        self._prepare(kernel, given, results, rows)()
        torch.cuda.synchronize()
        return [result.double().cpu().numpy() for result in results]

    @staticmethod
    def _make_results(kernel, rows):
        return [torch.full(manifest.get_shape(spec, rows), float("nan"), device=DEVICE,
                           dtype=DTYPES[spec["dtype"]]) for spec in kernel["results"]]

    def measure(self, case, kernels, options):
        """Lines for kernels, by their names, a copy of as many bytes, and peers."""
        rows = case["rows"]
        # Those of a case have arguments and results alike.
        kernel = next(iter(kernels.values()))
        moved = count_bytes(kernel, rows)
        sets = [self._make_set(kernel, rows, number)
                for number in range(self._count_sets(moved))]
        variants = {name: self._prepare_sets(case, own, sets)
                    for name, own in kernels.items()}
        variants["copy"] = [make_copy(int(moved)) for _ in sets]
        problems = {}
        # Autograd runs the backward of an operation on the stream of its forward,
        # which must be the one that is captured.
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        if not options.without_peers:
            with torch.cuda.stream(stream):
                found, problems = prepare_peers(kernel, sets)
            variants |= found
        seconds, failed = time_variants(variants, len(sets), options.repeats,
                                        [*kernels, "copy"], stream)
        problems |= failed
        expect_finite(case, sets)
        copy = seconds["copy"][0]
        lines = [Row(name_case(case), name, "", own, moved, copy,
                     time_host(variants[name][0]) if name != "copy" else None)
                 for name, own in seconds.items()]
        return lines + [Row(name_case(case), name, f"left out: {problem}")
                        for name, problem in problems.items()]

    def _prepare_sets(self, case, kernel, sets):
        """Calls of a kernel, one for each set, which write all of its results."""
        calls = [self._prepare(kernel, given, results, case["rows"])
                 for given, results in sets]
        for call, (_, results) in zip(calls, sets):
            for result in results:
                result.fill_(float("nan"))
            call()
        expect_finite(case, sets)
        return calls

    def run_once(self, case, kernel):
        """One call with arguments of the case's size, for a profiler to look at."""
        given, results = self._make_set(kernel, case["rows"], 0)
        self._prepare(kernel, given, results, case["rows"])()
        torch.cuda.synchronize()
        expect_finite(case, [(given, results)])

    def _count_sets(self, moved):
        """Enough that no call finds its inputs in L2, and two where they fit: a graph
        with one call has the start of the graph in its time."""
        torch.cuda.empty_cache()
        large = L2_MULTIPLE * self._properties.L2_cache_size
        wanted = int(-(-large // moved)) + 1
        free, _ = torch.cuda.mem_get_info()
        # The copy has sets of its own.
        fit = int(MEMORY_PART * free // (2 * moved))
        if fit < (1 if moved >= large else 2):
            raise manifest.PackageError(
                f"expects memory for {wanted} input sets of {moved / 1e9:.1f} GB, but "
                f"{free / 1e9:.1f} GB are free")
        return min(wanted, fit)

    def _make_set(self, kernel, rows, number):
        """Random arguments, drawn on the device, and results."""
        small = make_arguments(kernel, 1, number)
        generator = torch.Generator(DEVICE).manual_seed(number)
        given = []
        for spec in kernel["arguments"]:
            shape = manifest.get_shape(spec, rows)
            if len(shape) > 1:
                values = torch.randn(shape, generator=generator, device=DEVICE)
            else:
                values = torch.from_numpy(small[spec["name"]]).to(DEVICE)
            given.append(values.to(DTYPES[spec["dtype"]]))
        return given, self._make_results(kernel, rows)


def expect_finite(case, sets):
    for _, results in sets:
        if not all(bool(torch.isfinite(result).all()) for result in results):
            raise manifest.PackageError(f"expects finite results of {name_case(case)}, "
                                        "but some are not")


def count_bytes(kernel, rows):
    """Bytes that a call has to move: rows once, parameters and gradients once."""
    parameters = 4 * kernel["columns"] * len(norms.PARAMETERS[kernel["norm"]])
    if kernel["direction"] == "backward":
        parameters *= 2
    return kernel["row_bytes_per_element"] * kernel["columns"] * rows + parameters


def make_copy(moved):
    """A copy that reads and writes so many bytes together."""
    # A generator of its own: where capturing a peer failed, PyTorch's stays unusable.
    generator = torch.Generator(DEVICE).manual_seed(0)
    source = torch.randint(0, 255, (moved // 2,), dtype=torch.uint8, device=DEVICE,
                           generator=generator)
    target = torch.empty_like(source)
    return lambda: target.copy_(source)


def prepare_peers(kernel, sets):
    """Functions of peers for each set, and why others have none."""
    found, problems = {}, {}
    for name, make in peers.find(kernel["norm"], kernel["direction"]).items():
        try:
            functions = [make(given) for given, _ in sets]
            functions[0]()
            torch.cuda.synchronize()
            found[name] = functions
        except Exception as error:  # Whatever another library raises.
            problems[name] = f"{type(error).__name__}: {error}".splitlines()[0]
    return found, problems


def capture(functions, stream):
    """A graph that runs the functions one after the other."""
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for function in functions:
            function()
    torch.cuda.current_stream().wait_stream(stream)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        # Until all are captured, or a call would get memory that the one before has
        # written, and find it in the cache.
        results = [function() for function in functions]
    del results
    return graph


def time_variants(variants, calls, repeats, required, stream):
    """Seconds of a call of each variant, as median and percentiles, and what could
    not be captured, which none of `required` may be. Replays of the variants
    alternate."""
    graphs, failed = {}, {}
    for name, functions in variants.items():
        try:
            graphs[name] = capture(functions, stream)
        except Exception as error:
            if name in required:
                raise
            failed[name] = f"{type(error).__name__}: {error}".splitlines()[0]
    samples = {name: [] for name in graphs}
    for repeat in range(WARM_UP + repeats):
        for name, graph in graphs.items():
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            graph.replay()
            end.record()
            end.synchronize()
            if repeat >= WARM_UP:
                samples[name].append(start.elapsed_time(end) / 1e3 / calls)
    return {name: tuple(np.percentile(own, (50, 10, 90)))
            for name, own in samples.items()}, failed


def time_host(function):
    """Seconds that the host takes to enqueue a call, the median of many."""
    times = []
    for _ in range(HOST_CALLS):
        # An empty queue, so that no call waits for room in it.
        torch.cuda.synchronize()
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    torch.cuda.synchronize()
    return float(np.median(times))
