#===- programs.py - What an operator computes, and its kernels --------------===//
#
# A program is a norm with its options, or a graph, and how often and by what it
# was differentiated. Its text says all of that, so that a traced, exported or
# cached graph of PyTorch can be run by another process. Kernels are compiled
# when first needed and found by types and sizes that a row has; the number of
# rows is none of them.
#
#===-----------------------------------------------------------------------===//
"""Programs and the table of their kernels."""

import functools
import json
import re
import sys
import threading
from typing import NamedTuple, Optional, Tuple

import seednorm
from seednorm.torch import norms
from seednorm.torch.norms import NORMS, NUMBERS, ROWS


class Step(NamedTuple):
    """One differentiation.

    Attributes:
        wrt: numbers of the arguments whose gradients are wanted.
        of: numbers of the results whose gradients are given, as arguments behind
            those of the program.
        accumulate: numbers of the arguments to whose gradients further arguments
            are added, the last ones.
    """

    wrt: Tuple[int, ...]
    of: Tuple[int, ...]
    accumulate: Tuple[int, ...] = ()


class Result(NamedTuple):
    """A result of a program: of the shape of argument number `like`, and of its
    type where `dtype`, a short name, is None."""

    like: int
    dtype: Optional[str] = None


class Program:
    """A function of tensors; make one by `get_norm`, `get_graph` or `parse`.

    Attributes:
        text: what `parse` reads.
        kinds: of the arguments, such as `norms.ROWS`; the first is rows.
        names: of the arguments, for errors.
        results: tuple of `Result`, or, of a graph, of shapes with None for the
            number of rows, and types.
        kernels: from keys (see `launch`) to what was compiled.
        callers: of these what the next calls may well need, the last one first.
    """

    def __init__(self, text, kinds, names, results, parent=None, step=None):
        self.text = text
        self.kinds = kinds
        self.names = names
        self.results = results
        self.parent = parent
        self.step = step
        self.kernels = {}
        self.callers = ()
        self.lock = threading.RLock()
        self.depth = 0 if parent is None else parent.depth + 1
        self._derived = {}

    def __repr__(self):
        return f"<seednorm.torch program {self.text}>"

    @property
    def root(self):
        """What was differentiated to begin with."""
        return self if self.parent is None else self.parent.root

    def derive(self, wrt, of, accumulate=()):
        """The program of gradients."""
        step = Step(tuple(wrt), tuple(of), tuple(accumulate))
        found = self._derived.get(step)
        if found is None:
            found = self._derived.setdefault(step, _derive(self, step))
        return found

    def compile(self, target, shapes, dtypes):
        """The kernel for arguments of these shapes, None for the number of rows,
        and short names of types. A `seednorm.Kernel`."""
        return seednorm.compile(self.build(shapes, dtypes), target)

    def build(self, shapes, dtypes):
        """What is compiled: a `Graph`, a `Gradient` or text."""
        if self.parent is None:
            return self._build_root(shapes, dtypes)
        count = len(self.parent.kinds)
        graph = self.parent.build(shapes[:count], dtypes[:count])
        arguments, results = self.parent.get_names(graph)
        return seednorm.grad(
            graph, wrt=[arguments[i] for i in self.step.wrt],
            of=[results[i] for i in self.step.of],
            accumulate=[arguments[i] for i in self.step.accumulate] or None)

    def get_names(self, graph):
        """Names of arguments and results of what `build` made, a `Gradient`."""
        # Text is a module with row programs, whose function says its names.
        signature = re.search(rf"func @{graph.entry}\(.*", graph.to_mlir()).group()
        arguments, _, results = signature.partition(") -> ")
        names = r'seednorm\.name = "([^"]*)"'
        return re.findall(names, arguments), re.findall(names, results)

    def find_dependences(self, shapes, dtypes):
        """Numbers of the arguments that the results chosen by the last step
        depend on. Those of a norm all do; of a gradient, some."""
        count = len(self.parent.kinds)
        graph = self.parent.build(shapes[:count], dtypes[:count])
        arguments, results = self.parent.get_names(graph)
        try:
            every = seednorm.grad(graph, of=[results[i] for i in self.step.of])
        except seednorm.UsageError as error:
            if "no gradient" not in error.message:
                raise
            return frozenset()
        found = self.get_names(every)[1]
        return frozenset(i for i, name in enumerate(arguments) if f"d{name}" in found)


class NormProgram(Program):
    """A norm, perhaps of a sum with a residual, and its options."""

    def __init__(self, text, name, options, present, residual, dtype):
        self.norm = NORMS[name]
        self.options = options
        self.dtype = dtype
        operands = [operand for operand, given in zip(self.norm.operands, present)
                    if given]
        names = ["input", *(["residual"] if residual else []),
                 *(operand.name for operand in operands)]
        kinds = [ROWS, *([ROWS] if residual else []),
                 *(operand.kind for operand in operands)]
        results = (Result(0, dtype),) + ((Result(0, "sum"),) if residual else ())
        super().__init__(text, tuple(kinds), tuple(names), results)
        self.residual = residual

    def get_names(self, graph):
        return ([f"{name}_in" for name in self.names],
                [f"result{i}" for i in range(len(self.results))])

    def _build_root(self, shapes, dtypes):
        graph = seednorm.Graph()
        values = {
            # `seed` is also a keyword of kernels.
            name: graph.input(shape, dtype, name=f"{name}_in")
            for name, shape, dtype in zip(self.names, shapes, dtypes)}
        rows = values.pop("input")
        dtype = self.dtype or rows.dtype
        if self.residual:
            rows = rows + values.pop("residual")
        options = dict(zip((option[0] for option in self.norm.options), self.options))
        # Norms give the type of their rows or f32; what is neither is rounded from
        # the type computed in.
        direct = dtype in (rows.dtype, "f32")
        own = dtype if direct else norms.compute_type(rows.dtype)
        result = self.norm.build(rows, **values, **options, dtype=own)
        graph.output(result if direct else seednorm.cast(result, dtype))
        if self.residual:
            graph.output(rows)
        return graph


class GraphProgram(Program):
    """The text of an MLIR module whose function `main` takes rows (N, D)."""

    def __init__(self, text, module, kinds, results):
        super().__init__(text, kinds, tuple(f"argument {i}" for i in range(len(kinds))),
                         results)
        self.module = module

    def _build_root(self, shapes, dtypes):
        return self.module

    def get_names(self, graph):
        return ([f"arg{i}" for i in range(len(self.kinds))],
                [f"result{i}" for i in range(len(self.results))])


#===----------------------------------------------------------------------===//
# Finding programs
#===----------------------------------------------------------------------===//


@functools.lru_cache(maxsize=None)
def get_norm(name, options, present, residual=False, dtype=None):
    """The program of a norm.

    Args:
        name: in `NORMS`.
        options: values, in the order of the table.
        present: for each operand of the table whether it is given.
        residual: whether the second argument is added to the rows, and the sum is
            the second result.
        dtype: short name of the type of the result; None for that of `input`.
    """
    text = json.dumps({"norm": name, "options": options, "present": present,
                       "residual": residual, "dtype": dtype})
    return _register(text, lambda: NormProgram(
        text, name, options, present, residual, dtype))


def get_graph(module, kinds, results):
    """The program of a graph.

    Args:
        module: the text of an MLIR module, whose function is `main`.
        kinds: of its arguments.
        results: for each result its shape, None for the number of rows, and the
            short name of its type.
    """
    text = json.dumps({"graph": module, "kinds": kinds, "results": results})
    return _register(text, lambda: GraphProgram(
        # Kinds are compared by identity in calls.
        text, module, tuple(map(sys.intern, kinds)),
        tuple((tuple(shape), dtype) for shape, dtype in results)))


_PROGRAMS = {}


def parse(text):
    """The program that has this text."""
    program = _PROGRAMS.get(text)
    if program is None:
        program = _register(text, lambda: _read(text))
    return program


def _register(text, make):
    program = _PROGRAMS.get(text)
    return program if program is not None else _PROGRAMS.setdefault(text, make())


def _read(text):
    try:
        fields = json.loads(text)
        steps = fields.pop("steps", [])
        if "graph" in fields:
            program = get_graph(fields["graph"], fields["kinds"], fields["results"])
        else:
            program = get_norm(
                fields["norm"], tuple(fields["options"]), tuple(fields["present"]),
                fields["residual"], fields["dtype"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise seednorm.UsageError("expects the text of a program as seednorm.torch "
                                  f"writes it, but got {text[:80]!r}") from error
    for step in steps:
        program = program.derive(*step)
    return program


def _derive(parent, step):
    fields = json.loads(parent.text)
    fields["steps"] = [*fields.get("steps", []), step]
    text = json.dumps(fields)
    kinds = list(parent.kinds)
    names = list(parent.names)
    for number in step.of:
        kinds.append(_get_kind(parent, number))
        names.append(f"gradient of result {number}")
    for number in step.accumulate:
        kinds.append(parent.kinds[number])
        names.append(f"gradient of {parent.names[number]}")
    results = tuple(Result(number) for number in step.wrt)
    return _register(text, lambda: Program(
        text, tuple(kinds), tuple(names), results, parent, step))


def _get_kind(program, number):
    """The kind of a result."""
    result = program.results[number]
    if isinstance(result, Result):
        return program.kinds[result.like]
    return NUMBERS if result[0][-1] == 1 else ROWS
