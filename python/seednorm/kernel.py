#===- kernel.py - Compiled graphs ------------------------------------------===//
#
# Compiling, calling and looking inside. Shapes, alignment and overlap are
# checked by the compiler's own call; here arrays are matched with arguments.
#
#===-----------------------------------------------------------------------===//
"""Compiled graphs."""

import collections.abc
import functools
import json
import operator
import sys
from typing import NamedTuple, Optional, Tuple

import numpy

from seednorm import _seednorm, arrays, dtypes
from seednorm.errors import (
    UnknownStageError, UsageError, check_text, quote)
from seednorm.gradient import grad, read_graph


class TensorSpec(NamedTuple):
    """An argument or result of a kernel."""

    name: str
    dtype: str  #: As in MLIR: "f32", "bf16", "f8E4M3FN", "i64", ...
    shape: Tuple[Optional[int], ...]  #: None where known at run time only.
    alignment: int  #: Bytes that the address must be a multiple of.


class Operand(NamedTuple):
    """What a row program reads or writes."""

    value: str
    """Name of the argument or result that it is, perhaps reshaped. Else what
    computes an input ("program 0 output 1", "constant", "tensor.pad"), or
    "temporary" for an output."""
    type: str  #: As in MLIR: "tensor<?x4096xbf16>".
    access: str  #: "by row", "shared", "by group 4", "by cycle 4".


class Program(NamedTuple):
    """A row program: several operations of a graph that run as one kernel."""

    columns: int  #: Elements of a row.
    levels: int  #: Sums over the row that need each other.
    fused_from: int  #: How many programs it was, one for each operation.
    minimum_row_bytes_per_element: float
    """Bytes for each element of a row: one read of each input taken by row, and
    one write of each output."""
    unfused_row_bytes_per_element: float  #: The same before it was fused.
    inputs: Tuple[Operand, ...]
    outputs: Tuple[Operand, ...]
    locations: Tuple[str, ...]  #: "file:line:column" of the operations.


class OutsideOp(NamedTuple):
    """An operation that moves elements of tensors outside of row programs."""

    location: Optional[str]  #: "file:line:column"; None if not known.
    op: str  #: As in MLIR: "linalg.matmul".
    reason: str  #: Why it is in no program.


def compile(graph, target="cpu", entry=None, expect_programs=None):
    """Compiles a graph.

    Args:
        graph: a `Graph`, a `Gradient`, or an MLIR module as text or bytecode.
        target: "cpu"; "emulated" or "emulated:sm_80" for the GPU code run on
            the CPU; "sm_90a" and the like for that GPU; "cuda" for the GPU of
            this machine.
        entry: the function of the module that is compiled, and what a graph's
            function is called; "main" if left out, and of a `Gradient` its own.
        expect_programs: how many row programs, which is kernels, the graph has
            to become. An error shows what they are if it is another number.

    Returns:
        A `Kernel`.

    Raises:
        UsageError: the graph or an option breaks a rule, or it does not become
            `expect_programs` row programs.
        ExecutionError: "cuda", and this machine has no GPU.
    """
    check_text("compile: expects 'target'", target)
    if expect_programs is not None:
        _check_integer("expect_programs", expect_programs, 63)
    text, entry = read_graph("compile", graph, entry)
    return Kernel(text, target, entry, expect_programs)


class Kernel:
    """A compiled graph; `compile` makes it. Threads may call it at once.

    Attributes:
        target, entry: what it was compiled with.
        arguments, results: tuples of `TensorSpec`.
        num_kernels: kernels that a call launches; on the CPU, loops over rows,
            each with what adds its sums over rows.
        programs: a list with a `Program` for each row program, which a call runs
            in this order.
        outside: a list with an `OutsideOp` for each operation that is in none.
        asm: every stage of the compilation, by name: text, or bytes for
            "cubin". Made when first asked for.
    """

    def __init__(self, text, target, entry, expect_programs=None):
        kernel = _seednorm.Kernel(text, target, entry, [], [],
                                  _or_any(expect_programs))
        self._kernel = kernel
        self._text = text
        self._variants = {}
        self.target = target
        self.entry = entry
        self.arguments = _make_specs(kernel.arguments)
        self.results = _make_specs(kernel.results)
        self.num_kernels = kernel.num_kernels
        self.asm = _Stages(kernel)
        self._on_gpu = target.startswith(("sm_", "cuda"))

    def __repr__(self):
        names = ", ".join(spec.name for spec in self.arguments)
        return (f"<seednorm.Kernel {self.entry}({names}) for {self.target}, "
                f"{self.num_kernels} kernels>")

    @property
    def report(self):
        """What each kernel costs: a list of dicts."""
        return json.loads(self.asm["report.json"])

    @functools.cached_property
    def backward(self):
        """The kernel of the gradients of all arguments, for the same target.

        Its arguments are those of this kernel, then a gradient of each result;
        see `grad`, which has options.

        Raises:
            UsageError: an operation or a result has no gradient.
        """
        return compile(grad(self._text, entry=self.entry), self.target)

    @functools.cached_property
    def programs(self):
        """What became one kernel each."""
        return [
            Program(**{**program,
                       "inputs": _make_operands(program["inputs"]),
                       "outputs": _make_operands(program["outputs"]),
                       "locations": tuple(program["locations"])})
            for program in json.loads(self.asm["programs.json"])["programs"]]

    @functools.cached_property
    def outside(self):
        """What moves elements of tensors outside of them, and why."""
        return [OutsideOp(**op)
                for op in json.loads(self.asm["programs.json"])["outside"]]

    def __call__(self, /, *arguments, out=None, seed=0, stream=None, **named):
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
            stream: a CUDA stream as an integer; by default PyTorch's current
                one if the first argument is PyTorch's, else CUDA's default.

        Returns:
            The result, or a tuple of several: `out`, or new arrays of the kind
            of the first argument.

        Raises:
            UsageError: an array does not fit its argument.
            ExecutionError: the launch failed.
            CompilerError: the emulator caught the code in an error.
        """
        _check_integer("seed", seed)
        if stream is not None:
            _check_integer("stream", stream)
        call = self._prepare(arguments, named, out, stream)
        call.kernel.run(call.views, call.result_views, seed, call.stream)
        return call.results if len(call.results) != 1 else call.results[0]

    def run_counted(self, /, *arguments, out=None, seed=0, **named):
        """Runs the kernel on the emulator and counts what it does.

        Args:
            As those of a call. The target must be "emulated".

        Returns:
            What a call returns, and a list with a dict for each launch: blocks,
            barriers, shuffles, and for each of its `regions`, arguments and
            results first, bytes, requests and sectors read and written.

        Raises:
            As a call.
        """
        _check_integer("seed", seed)
        call = self._prepare(arguments, named, out, None)
        counters = json.loads(
            call.kernel.run_counted(call.views, call.result_views, seed))
        return (call.results if len(call.results) != 1 else call.results[0],
                counters)

    def _prepare(self, arguments, named, out, stream):
        given = self._match(arguments, named)
        if stream is None:
            stream = _get_current_stream(given) if self._on_gpu else 0
        views = [self._view(array, spec, stream)
                 for array, spec in zip(given, self.arguments)]
        results, result_views = (), []
        if out is not None:
            results, result_views = self._view_out(out, stream)
        kernel = self._specialize(views, given, result_views)
        if out is None:
            shapes = kernel.result_shapes(views)
            like = given[0] if given else numpy.empty(0)
            allocated = [
                arrays.allocate(like, shape, spec.dtype, spec.alignment)
                for shape, spec in zip(shapes, self.results)]
            results = tuple(array for array, _ in allocated)
            result_views = [result for _, result in allocated]
        return _Call(kernel, views, results, result_views, stream)

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
                self._variants[key] = _seednorm.Kernel(
                    self._text, self.target, self.entry, layouts, shared,
                    _or_any(None))
            except UsageError as error:
                if not layouts:
                    raise
                number = layouts[0][0]
                raise UsageError(
                    f"expects '{self.arguments[number].name}' to be dense for this "
                    f"kernel, but got strides {views[number].strides} "
                    f"({error.message}); {arrays.hint_dense(arrays_given[number])}"
                ) from None
        return self._variants[key]

    def _view(self, array, spec, stream):
        if not spec.shape and not self._on_gpu:
            array = arrays.wrap_number(array, spec)
        result = arrays.view(array, spec.name, self._on_gpu, stream)
        arrays.check_dtype(result, spec, array)
        return result

    def _match(self, positional, named):
        """The arguments in order."""
        names = [spec.name for spec in self.arguments]
        if len(positional) > len(names):
            raise UsageError(f"{self.entry}: expects {len(names)} arguments "
                             f"({', '.join(names)}), but got {len(positional)}")
        given = dict(zip(names, positional))
        for name, array in named.items():
            if name not in names:
                raise UsageError(f"{self.entry}: expects arguments "
                                 f"{', '.join(names)}, but got '{name}'")
            if name in given:
                raise UsageError(f"{self.entry}: expects '{name}' once, but got "
                                 "it by position and by name")
            given[name] = array
        missing = [name for name in names if name not in given]
        if missing:
            raise UsageError(f"{self.entry}: expects {len(names)} arguments "
                             f"({', '.join(names)}), but '{missing[0]}' is "
                             "missing")
        return [given[name] for name in names]

    def _view_out(self, out, stream):
        results = tuple(out) if isinstance(out, (tuple, list)) else (out,)
        if len(results) != len(self.results):
            raise UsageError(f"{self.entry}: expects 'out' to hold "
                             f"{len(self.results)} arrays, but got {len(results)}")
        views = [self._view(array, spec, stream)
                 for array, spec in zip(results, self.results)]
        for array, result, spec in zip(results, views, self.results):
            if result.strides:
                raise UsageError(f"expects '{spec.name}' of 'out' to be dense and "
                                 f"row-major, but got strides {result.strides}; "
                                 f"{arrays.hint_dense(array)}")
            if result.read_only:
                raise UsageError(f"expects '{spec.name}' of 'out' to be "
                                 "writable, but it is read-only")
        return results, views


class _Call(NamedTuple):
    kernel: object
    views: list
    results: tuple
    result_views: list
    stream: int


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
            self._made[stage] = data if stage == "cubin" else data.decode()
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


def _check_integer(name, value, bits=64):
    """Refuses what does not fit so many bits without a sign."""
    try:
        fits = 0 <= operator.index(value) < 2**bits
    except TypeError:
        fits = False
    if not fits:
        raise UsageError(f"expects '{name}' to be an integer from 0 to "
                         f"2**{bits} - 1, but got {quote(value)}")


def _or_any(expect_programs):
    """A number of programs as the compiler takes it."""
    return -1 if expect_programs is None else operator.index(expect_programs)


def _make_operands(operands):
    return tuple(Operand(**operand) for operand in operands)


def _make_specs(signatures):
    return tuple(
        TensorSpec(name, dtype, tuple(None if s < 0 else s for s in shape),
                   alignment)
        for name, dtype, shape, alignment in signatures)


def _get_current_stream(arguments):
    """PyTorch's current stream if the first argument is PyTorch's."""
    torch = sys.modules.get("torch")
    if torch and arguments and isinstance(arguments[0], torch.Tensor):
        if arguments[0].is_cuda:
            return torch.cuda.current_stream(arguments[0].device).cuda_stream
    return 0
