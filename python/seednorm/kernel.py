#===- kernel.py - Compiled graphs ------------------------------------------===//
#
# Compiling, calling and looking inside; a layout of arguments that was not seen
# before is compiled for.
#
#===-----------------------------------------------------------------------===//
"""Compiled graphs."""

from __future__ import annotations

import collections.abc
import functools
import json
import os
from typing import Any, Collection, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from seednorm import _seednorm, arrays, cache, calls, disk, dtypes, packages, specs
from seednorm.annotations import Array, Results, Scalar
from seednorm.dump import dump
from seednorm.errors import UnknownStageError, UsageError, quote
from seednorm.gradient import Gradient, Source, grad, read_graph
from seednorm.graph import Graph
from seednorm.options import Options, check_integer, find_changed


def compile(graph: Union[Graph, Gradient, str, bytes], target: str = "cpu",
            entry: Optional[str] = None, expect_programs: Optional[int] = None,
            schedule: Optional[Mapping[str, Union[int, bool, str]]] = None,
            options: Optional[Options] = None, *,
            approximate: Union[str, Collection[str]] = ()) -> Kernel:
    """Compiles a graph, unless this process has lately: then the kernel is the same.

    If any process of this user has compiled it, with the same build on the same kind
    of machine, its code is taken from disk: from the folder that the variable
    SEEDNORM_CACHE_DIR names, which may be "" for none; else from "seednorm" in the
    user's folder for caches. SEEDNORM_CACHE_SIZE is how many MiB are kept there, 256
    if it is not set. What is wrong with the folder is a `CacheWarning`. Kernels for
    "emulated" are not kept, those for a GPU once they ran.

    With the variable SEEDNORM_DUMP_DIR set to a folder, every stage of each
    compilation is written there.

    Args:
        graph: a `Graph`, a `Gradient`, or an MLIR module as text or bytecode.
        target: "cpu" for the processor of this machine; "cpu:x86-64-v3",
            "cpu:neoverse-n1" and the like, by LLVM's names, for another, whose code
            runs where a processor has what it needs; "emulated" or
            "emulated:sm_80" for the GPU code run on the CPU; "sm_90a" and the like
            for that GPU; "cuda" for the GPU of this machine.
        entry: the function of the module that is compiled, and what a graph's
            function is called; "main" if left out, and of a `Gradient` its own.
        expect_programs: how many row programs, which is kernels, the graph has
            to become. An error shows what they are if it is another number.
        schedule: a dict of names to integers, bools and strings that override what
            was chosen for every program; the report has what was, and for a GPU why.
            For a CPU:
            vector, accumulators: columns of a vector and partial sums of each sum,
                powers of two.
            grain: fewest rows that a thread takes.
            online: whether a maximum and a sum of exponentials share a sweep.
            partial: rows of a partial sum over rows.
            prefetch: whether the next row is fetched while one is applied.
            stream: bytes of a call from which on results are written past the
                caches; 0 for never.
            rows, panel: rows that go through the columns together, and the columns
                of each at a time; 0 for all rows side by side in each step.
            For a GPU:
            threads_per_row: threads that have one row: 4, 8, 16, or a multiple of
                32 for each block of a cluster.
            rows_per_block: rows of a block at once; 1 if each has more than 32
                threads.
            vector: consecutive columns of a thread, a power of two.
            parameters: when other operands than rows are loaded: "early", with
                the row; "late", when they are needed; "staged", once a block, to
                shared memory.
            keep: where a row is between its sums and what they are needed for:
                in "registers", in "shared" memory, or in "global" memory, which is
                read anew.
            cluster: blocks that have one row, a power of two up to 16.
            blocks: blocks (or clusters) that take one row after the other; 0 for
                one for every row. Sums over rows need them.
            parts: parts that rows summed by group or cycle are cut in.
            prefetch: rows loaded ahead of the one at hand, 0, 1, or with "async"
                or rows in shared memory more.
            async: whether rows are copied to shared memory on their way to
                registers.
            bulk: whether one thread of a block copies all of a row to shared memory,
                not each thread what it reads itself.
            sums: where sums over rows are that registers do not hold: in "shared"
                or "global" memory.
            dependent: whether the kernel starts before the one ahead of it in its
                stream has ended; that one must not write its parameters.
        options: an `Options` in the place of all the others.
        approximate: for a GPU, the name of a function, or several, that it computes
            by an instruction that approximates it, in the graph as in what `grad`
            makes of it. There is "tanh", with a relative error of at most 2**-11;
            docs/Numerics.md has what becomes of it in results.

    Returns:
        A `Kernel`.

    Raises:
        UsageError: the graph or an option breaks a rule, or it does not become
            `expect_programs` row programs; there are others beside `options`;
            `schedule` names no field, or breaks a limit of the program or the
            target; `approximate` names a function without
            such an instruction, or any for the CPU.
        ExecutionError: "cuda", and this machine has no GPU.
    """
    given = Options(target, entry, expect_programs, schedule, approximate)
    if options is None:
        options = given
    elif not isinstance(options, Options):
        raise UsageError(f"compile: expects 'options' to be Options, but got "
                         f"{quote(options)}")
    elif given != Options():
        raise UsageError("compile: expects 'options' in the place of all the others, "
                         f"but got it beside {', '.join(find_changed(given))}")
    source = read_graph("compile", graph, options.entry)
    key = (source, options)
    kernel = cache.kernels.get(key)
    if kernel is None:
        kernel = cache.kernels.add(key, Kernel(source, options))
    return kernel


class Kernel(calls.Callable):
    """A compiled graph; `compile` makes it. Threads may call it at once.

    Attributes:
        options: the `Options` that it was compiled with.
        target, schedule: those of the options.
        entry: its function.
        arguments, results: tuples of `TensorSpec`.
        num_kernels: kernels that a call launches; on the CPU, loops over rows,
            each with what adds its sums over rows.
        programs: a list with a `Program` for each row program, which a call runs
            in this order.
        outside: a list with an `OutsideOp` for each operation that is in none.
        asm: every stage of the compilation, by name: text, or bytes for
            "cubin" and "package". Made when first asked for.
    """

    arguments: Tuple[specs.TensorSpec, ...]
    results: Tuple[specs.TensorSpec, ...]
    asm: Mapping[str, Any]

    def __init__(self, source: Source, options: Options) -> None:
        self._source = source
        self._to_keep = []
        self.options = options
        kernel = self._make([], [], options.expect_programs)
        self._kernel = kernel
        self._variants = {}
        self._set_callable(kernel)
        self.target = options.target
        self.entry = source.entry
        self.schedule = options.schedule
        self.num_kernels = kernel.num_kernels
        self.asm = _Stages(kernel)
        self._on_gpu = options.target.startswith(("sm_", "cuda"))
        dump(self.asm, source.entry)

    def __repr__(self) -> str:
        names = ", ".join(spec.name for spec in self.arguments)
        return (f"<seednorm.Kernel {self.entry}({names}) for {self.target}, "
                f"{self.num_kernels} kernels>")

    def __reduce__(self):
        # What reads it compiles, or takes the code from disk, for its own machine.
        return functools.partial(compile, options=self.options), (self._source,)

    @property
    def report(self) -> List[Dict[str, Any]]:
        """What each kernel costs: a list of dicts."""
        return json.loads(self.asm["report.json"])

    @functools.cached_property
    def backward(self) -> Kernel:
        """The kernel of the gradients of all arguments, for the same target and
        with the same `schedule` and `approximate`.

        Its arguments are those of this kernel, then a gradient of each result;
        see `grad`, which has options.

        Raises:
            UsageError: an operation or a result has no gradient.
        """
        return compile(grad(self._source), self.target,
                       schedule=self.schedule, approximate=self.options.approximate)

    @functools.cached_property
    def programs(self) -> List[specs.Program]:
        """What became one kernel each."""
        return specs.read_programs(self.asm["programs.json"])

    @functools.cached_property
    def outside(self) -> List[specs.OutsideOp]:
        """What moves elements of tensors outside of them, and why."""
        return specs.read_outside(self.asm["programs.json"])

    def save(self, path: Union[str, os.PathLike]) -> None:
        """Writes a package with this kernel, which `load` and the run-time library
        take without compiling; `seednorm.save` has several in one.

        Args:
            path: of the file, which is replaced.

        Raises:
            ExecutionError: a tool for the code of a GPU is missing.
            OSError: the file cannot be written.
        """
        packages.save(path, self)

    def __call__(self, /, *arguments: Union[Array, Scalar],
                 out: Optional[Union[Array, Sequence[Array]]] = None, seed: int = 0,
                 stream: Optional[int] = None,
                 **named: Union[Array, Scalar]) -> Results:
        """Runs the kernel.

        Args:
            arguments, named: arrays of NumPy or with DLPack, by position or by
                name, or numbers for arguments without dimensions; on the CPU, or on a CUDA device if the target is one. Rows
                are dense, but may have gaps between them, as the queries in a
                tensor of queries, keys and values have: the kernel is compiled
                anew, once, for each such layout.
            out: arrays to write the results to, one or a tuple. One may be an
                argument itself, if the result can be computed in its place: the
                kernel is compiled anew, once. Else they must not overlap
                arguments.
            seed: orders the lanes of the emulator.
            stream: of a kernel for a GPU, a CUDA stream as an integer; by
                default PyTorch's current one if the first argument is PyTorch's,
                else CUDA's default.

        Returns:
            The result, or a tuple of several: `out`, or new arrays of the kind
            of the first argument.

        Raises:
            UsageError: an array does not fit its argument, or there is a stream
                and the kernel runs on the CPU.
            ExecutionError: the launch failed.
            CompilerError: the emulator caught the code in an error.
        """
        results = self._call(arguments, named, out, seed, stream)
        if self._to_keep:
            self._keep()
        return results

    def run_counted(self, /, *arguments: Union[Array, Scalar],
                    out: Optional[Union[Array, Sequence[Array]]] = None, seed: int = 0,
                    **named: Union[Array, Scalar]) -> Tuple[Results, List[Dict[str, Any]]]:
        """Runs the kernel on the emulator and counts what it does.

        Args:
            arguments, named, out, seed: as of a call. The target must be "emulated".

        Returns:
            What a call returns, and a list with a dict for each launch: blocks,
            barriers, shuffles, and for each of its `regions`, arguments and
            results first, bytes, requests and sectors read and written.

        Raises:
            As a call.
        """
        check_integer("seed", seed)
        call = self._prepare(arguments, named, out, None)
        counters = json.loads(
            call.kernel.run_counted(call.views, call.result_views, seed))
        return (call.results if len(call.results) != 1 else call.results[0],
                counters)

    def _keep(self):
        """Keeps on disk what ran; for all ways to launch it."""
        to_keep, self._to_keep = self._to_keep, []
        for what in to_keep:
            disk.keep(what)

    def _make(self, layouts, shared, expect_programs=None):
        """Compiles, or takes from disk what was compiled."""
        kernel, to_keep = disk.compile_kernel(
            self._source.identity, self._source.text, self._source.entry, layouts, shared,
            -1 if expect_programs is None else expect_programs, self.options)
        if to_keep:
            self._to_keep.append(to_keep)
        return kernel

    def _specialize(self, views, arrays_given, result_views):
        """The kernel for the layouts of these arguments, and for results in
        their memory."""
        layouts = []
        for number, (view, array) in enumerate(zip(views, arrays_given)):
            spec = self.arguments[number]
            if not view.shape or 0 in view.shape:
                continue
            dense, alignment = arrays.get_layout(view, spec.name, array)
            itemsize = dtypes.BYTES[spec.dtype]
            if alignment < itemsize:
                raise UsageError(f"expects '{spec.name}' to be aligned to {itemsize} "
                                 f"bytes, but got address {view.pointer:#x}, and "
                                 f"strides {view.strides or 'without gaps'}")
            if dense < len(view.shape) or alignment < spec.alignment:
                layouts.append((number, dense, min(alignment, spec.alignment)))
        shared = [(number, argument)
                  for number, result in enumerate(result_views)
                  for argument, view in enumerate(views)
                  if _is_same_memory(result, view)]
        if not layouts and not shared:
            return self._kernel
        key = (tuple(layouts), tuple(shared))
        if key not in self._variants:
            try:
                variant = self._make(layouts, shared)
            except UsageError as error:
                if not layouts:
                    raise
                number = layouts[0][0]
                raise UsageError(
                    f"expects '{self.arguments[number].name}' to be dense for this "
                    f"kernel, but got strides {views[number].strides} "
                    f"({error.message}); {arrays.hint_dense(arrays_given[number])}"
                ) from None
            # Threads may be here at once, and run the first one's already.
            self._caller.add(layouts, shared, self._variants.setdefault(key, variant))
        return self._variants[key]


class _Stages(collections.abc.Mapping):
    """The stages of a compilation by name, made when first asked for."""

    def __init__(self, kernel):
        self._kernel = kernel
        self._names = kernel.stages.split(",")
        self._made = {}

    def __getitem__(self, stage):
        if stage not in self._names:
            raise UnknownStageError("expects a stage among "
                                    f"{', '.join(self._names)}, but got {quote(stage)}")
        if stage not in self._made:
            data = self._kernel.emit(stage)
            self._made[stage] = data if stage in ("cubin", "package") else data.decode()
        return self._made[stage]

    def __contains__(self, stage):
        return stage in self._names

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)

    def __repr__(self):
        return f"<stages {', '.join(self._names)}>"


def _is_same_memory(lhs, rhs):
    return (lhs.pointer == rhs.pointer and lhs.dtype == rhs.dtype
            and lhs.shape == rhs.shape and 0 not in lhs.shape)
