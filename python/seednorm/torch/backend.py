#===- backend.py - Norms spelled out in PyTorch, compiled ---------------------===//
#
# Regions of row-wise operations become graphs of ours, and the compiler decides
# whether each is one kernel. What it objects to stays as it was, with the reason.
#
#===-----------------------------------------------------------------------===//
"""A backend of `torch.compile` that compiles norms spelled out in plain PyTorch."""

import operator
from typing import NamedTuple

import torch

import seednorm
from seednorm.errors import UsageError, quote
from seednorm.torch import fx_ops, fx_regions, layouts, norms, programs
from seednorm.torch.fx_regions import COLUMN, FLAT, FULL


class Replacement(NamedTuple):
    """A region that became a kernel."""

    ops: tuple  #: Names of its operations, in order.
    shape: tuple  #: Of its rows; symbolic sizes as text.
    program: seednorm.Program  #: What the compiler made of it.
    location: str  #: The user's line of its first operation, or "".


class Left(NamedTuple):
    """A region with a sum over rows, or one operation with one, that was left to the
    backend behind."""

    ops: tuple
    shape: tuple
    reason: str
    location: str


class Backend:
    """Replaces row-wise regions by kernels and hands the rest to another backend::

        backend = seednorm.torch.Backend()
        model = torch.compile(model, backend=backend)
        model(x)
        print(len(backend.replaced), backend.left)

    A region is a maximal run of element-wise maths, sums over the last dimension and
    what they are spread with, that holds at least one sum: a norm however it is
    spelled, with the residual sums and casts around it. It becomes one operator of
    `torch.ops.seednorm`, with its own backward kernel. Roundings are where PyTorch has
    them; orders of sums are the compiler's. One with other than one kernel stays.

    Args:
        inner: what compiles the rest: the name of a backend, or a function of a
            `GraphModule` and its inputs.

    Raises:
        UsageError: `inner` is something else.

    Attributes:
        replaced: a `Replacement` for each region, of all graphs so far.
        left: a `Left` for each region that stays.
    """

    def __init__(self, inner="inductor"):
        if not isinstance(inner, str) and not callable(inner):
            raise UsageError("Backend: expects 'inner' to be the name of a backend or a "
                             f"function, but got {quote(inner)}")
        self.inner = inner
        self.replaced = []
        self.left = []

    def __call__(self, module, inputs, **options):
        replaced, left = replace(module)
        inner = self.inner
        if isinstance(inner, str):
            inner = torch._dynamo.lookup_backend(inner)
        compiled = inner(module, inputs, **options)
        # Dynamo may start over behind the first attempt: only what runs counts.
        self.replaced += replaced
        self.left += left
        return compiled


def replace(module):
    """Replaces the regions of a `torch.fx.GraphModule` in place.

    Args:
        module: as Dynamo or `torch.export` makes it: nodes have "example_value" or
            "val".

    Returns:
        Lists of `Replacement` and of `Left`.

    Raises:
        UsageError: `module` is something else.
    """
    if not isinstance(module, torch.fx.GraphModule):
        raise UsageError("replace: expects 'module' to be a torch.fx.GraphModule, but got "
                         f"{type(module).__name__}")
    replaced, left = [], []
    fx_regions.split_pairs(module.graph)
    regions = fx_regions.find_regions(module.graph)
    left += _list_untaken(module.graph, regions)
    for region in regions:
        ops = tuple(fx_ops.get_name(node) for node in region.nodes)
        location = _get_location(region.nodes[0])
        try:
            graph = _Translation(region)
            program = graph.compile()
        except UsageError as error:
            left.append(Left(ops, region.shape, error.message, location))
            continue
        for node, result in _rewrite(module.graph, region, graph).items():
            for other in regions:  # What it reads now stands in another place.
                if node in other.kinds:
                    other.kinds[result] = other.kinds[node]
        replaced.append(Replacement(ops, region.shape, program, location))
    if replaced:
        module.graph.lint()
        module.recompile()
    return replaced, left


def _list_untaken(graph, regions):
    """Reductions of rows that are in no region."""
    taken = {node for region in regions for node in region.nodes}
    for node in graph.nodes:
        name = fx_ops.get_name(node)
        reason = None if node in taken else fx_ops.explain(node, name)
        shape = fx_regions.find_reduced(node) if reason else None
        if shape:
            yield Left((name,), shape, reason, _get_location(node))


def _get_location(node):
    for line in reversed((node.meta.get("stack_trace") or "").splitlines()):
        if line.lstrip().startswith("File "):
            name, _, rest = line.strip()[5:].partition(", line ")
            return name.strip('"') + ":" + rest.partition(",")[0]
    return ""


class _Translation:
    """A region as a graph of ours on rows (N, D)."""

    def __init__(self, region):
        self.region = region
        self.inputs = region.inputs
        self.outputs = region.outputs
        if not self.inputs or region.kinds[self.inputs[0]] != FULL:
            raise UsageError("expects a region to read rows, but it reads none")
        self.graph = seednorm.Graph()
        self.values = {}
        for node in self.inputs:
            self.values[node] = self.graph.input(
                self._get_shape(node), fx_regions.get_value(node).dtype)
        for node in region.nodes:
            self.values[node] = self._translate(node)
            self._check_type(node)
        self.graph.output(*(self.values[node] for node in self.outputs))

    def _get_shape(self, node):
        kind, columns = self.region.kinds[node], self.region.shape[-1]
        if kind in (FULL, COLUMN):
            return (None, columns if kind == FULL else 1)
        if kind == FLAT:
            return (None, 1)
        return (columns,)

    def _translate(self, node):
        name = fx_ops.get_name(node)
        if fx_regions.get_spread(node, name) is not None:
            return self.values[node.args[0]]
        return fx_ops.translate(node, name, self._get)

    def _get(self, argument):
        if not isinstance(argument, torch.fx.Node):
            return argument
        value = self.values.get(argument)
        return fx_regions.get_number(argument) if value is None else value

    def _check_type(self, node):
        """What PyTorch rounds to another type, as under autocast, is not the same."""
        found = layouts.TORCH_TYPES[self.values[node].dtype]
        expected = fx_regions.get_value(node).dtype
        if found != expected:
            raise UsageError(f"expects '{fx_ops.get_name(node)}' to give {found}, as its "
                             f"operands do, but got {expected}")

    def compile(self):
        """The one program that it is; an error if it is another number."""
        kernel = seednorm.compile(self.graph, expect_programs=1)
        if kernel.outside:
            raise UsageError("expects everything in one row program, but "
                             f"{kernel.outside[0].op} is outside: "
                             f"{kernel.outside[0].reason}")
        if any(fx_regions.get_value(node).requires_grad for node in self.inputs):
            seednorm.grad(self.graph)  # An error if there is no gradient.
        return kernel.programs[0]

    def get_text(self):
        """The program, as the operator takes it."""
        kinds = {FULL: norms.ROWS, COLUMN: norms.NUMBERS, FLAT: norms.NUMBERS}
        return programs.get_graph(
            self.graph.to_mlir(),
            [kinds.get(self.region.kinds[node], norms.COLUMNS) for node in self.inputs],
            [[self.values[node].shape, self.values[node].dtype]
             for node in self.outputs]).text


def _rewrite(graph, region, translation):
    """Puts one operator in the place of a region; returns what is read instead of
    each of its outputs."""
    columns, made = region.shape[-1], {}
    with graph.inserting_after(region.nodes[-1]):
        anchor = graph.call_function(operator.getitem, ((),  0))
    with graph.inserting_before(anchor):
        arguments = [
            graph.call_method("reshape", (node, *(
                size if size is not None else -1
                for size in translation._get_shape(node))))
            for node in translation.inputs]
        results = graph.call_function(torch.ops.seednorm.call.default,
                                      (arguments, translation.get_text()))
        sizes = [size if isinstance(size, int) else
                 graph.call_method("size", (translation.inputs[0], dim))
                 for dim, size in enumerate(region.shape[:-1])]
        last = {FULL: [columns], COLUMN: [1], FLAT: []}
        for number, node in enumerate(translation.outputs):
            result = graph.call_function(operator.getitem, (results, number))
            shaped = graph.call_method(
                "reshape", (result, *sizes, *last[region.kinds[node]]))
            shaped.meta = dict(node.meta)
            own = set(region.nodes)
            made[node] = shaped
            node.replace_all_uses_with(shaped, lambda user: user not in own)
    graph.erase_node(anchor)
    for node in reversed(region.nodes):
        graph.erase_node(node)
    return made
