#===- fx_regions.py - What of a graph of PyTorch works on rows ----------------===//
#
# Finds maximal runs of operations on the same rows: element-wise maths, sums over the
# last dimension, and what is spread over rows and columns. Nothing here knows a norm.
#
#===-----------------------------------------------------------------------===//
"""Row-wise regions of FX graphs."""

import operator

import torch
from torch import fx

from seednorm.torch import fx_functions, fx_ops
from seednorm.torch.layouts import SHORT_NAMES

#: What a value holds beside rows (..., D): all of it, a number of each row as (..., 1)
#: or (...), of each column as (D), or as (D, 1) for a dot product.
FULL, COLUMN, FLAT, PARAMETER, VECTOR = "full", "column", "flat", "parameter", "vector"


class Region:
    """Nodes that can become one kernel.

    Attributes:
        shape: of the rows, (..., D).
        nodes: in order.
        kinds: of the nodes and of what they read.
    """

    def __init__(self, shape, nodes, kinds):
        self.shape = shape
        self.nodes = nodes
        self.kinds = kinds

    @property
    def inputs(self):
        """What is read from outside; rows first."""
        own, found = set(self.nodes), {}
        for node in self.nodes:
            for source in node.all_input_nodes:
                if source not in own and source in self.kinds:
                    found[source] = None
        return sorted(found, key=lambda node: self.kinds[node] != FULL)

    @property
    def outputs(self):
        """What is read outside."""
        own = set(self.nodes)
        return [node for node in self.nodes if any(user not in own for user in node.users)]


def find_regions(graph):
    """The regions of a graph that hold a sum over rows; they do not overlap."""
    finder = _Finder(graph)
    regions = []
    for shape in finder.list_shapes():
        regions += finder.find(shape)
    return regions


def find_reduced(node):
    """The sizes of rows that a node reduces, or normalizes; None if it has none."""
    result = node.meta.get("example_value", node.meta.get("val"))
    if isinstance(result, (tuple, list)):
        result = result[0] if result else None
    if not isinstance(result, torch.Tensor):
        return None
    own, name = get_sizes(result), fx_ops.get_name(node)
    for source in node.all_input_nodes:
        value = get_value(source)
        rows = get_sizes(value) if value is not None else ()
        # A product with a square matrix reduces no rows.
        if len(rows) >= 2 and (own in ((*rows[:-1], 1), rows[:-1])
                               or own == rows and name not in fx_functions.DOTS):
            return rows
    return None


def split_pairs(graph):
    """Makes a variance or deviation out of what gives the mean as well, and a mean."""
    for node in list(graph.nodes):
        if fx_ops.get_name(node) not in ("var_mean", "std_mean") or not all(
                user.target is operator.getitem for user in node.users):
            continue
        kwargs = dict(node.kwargs)
        for user in list(node.users):
            function = (torch.mean if user.args[1] else
                        torch.var if fx_ops.get_name(node) == "var_mean" else torch.std)
            own = {key: kwargs[key] for key in ("dim", "keepdim") if key in kwargs}
            # By position comes `unbiased`, where it is no `correction`.
            if user.args[1] and len(node.args) > 2 or "dim" not in own and len(node.args) < 2:
                continue
            with graph.inserting_before(user):
                made = graph.call_function(
                    function, node.args[:2] if user.args[1] else node.args,
                    own if user.args[1] else kwargs)
            made.meta = dict(user.meta)
            user.replace_all_uses_with(made)
            graph.erase_node(user)
        if not node.users:
            graph.erase_node(node)


def get_value(node):
    """The tensor without memory that stands for a node, or None."""
    value = node.meta.get("example_value", node.meta.get("val"))
    return value if isinstance(value, torch.Tensor) else None


def get_number(node):
    """The number that a node stands for, or None. A float of Python that Dynamo left
    open, as an attribute of a module, is guarded to be this one."""
    value = node.meta.get("example_value", node.meta.get("val"))
    if isinstance(value, torch.SymInt):
        value = _get_size(value)
    if isinstance(value, torch.SymFloat):
        value = float(value)
    return value if isinstance(value, (int, float)) and not isinstance(
        value, bool) else None


def get_sizes(value):
    """The shape of a tensor; text where a size is symbolic, as comparing such sizes
    would add guards to the compiled code."""
    return tuple(_get_size(size) for size in value.shape)


def _get_size(size):
    if isinstance(size, int):
        return size
    expression = size.node.expr
    return int(expression) if expression.is_Integer else str(expression)


class _Finder:
    def __init__(self, graph):
        self.order = {node: number for number, node in enumerate(graph.nodes)}
        self.names = {node: fx_ops.get_name(node) for node in graph.nodes}
        self.taken = set()
        self.sections = self._number_sections(graph)

    def _number_sections(self, graph):
        """Operations that write to memory, or switch gradients or autocast on and off,
        begin a new section: nothing moves across them."""
        found, section = {}, 0
        for node in graph.nodes:
            if _has_side_effects(node):
                section += 1
            found[node] = section
        return found

    def list_shapes(self):
        """Shapes of rows that are summed."""
        found = {}
        for node, name in self.names.items():
            if name in fx_ops.SUMS and node.all_input_nodes:
                value = get_value(node.all_input_nodes[0])
                if (value is not None and value.ndim >= 2 and fx_ops.is_supported(node, name)
                        and int(value.shape[-1]) > 1):  # A guard: D is a kernel's.
                    found.setdefault(get_sizes(value))
        return list(found)

    def find(self, shape):
        """Regions of rows of this shape."""
        kinds = {}
        regions = {}
        for node in self.order:
            kind = self._classify(node, shape, kinds)
            if kind is None:
                continue
            kinds[node] = kind
            if self._is_member(node, kind, kinds):
                regions[node] = self._join(node, regions)
        unique = {id(nodes): nodes for nodes in regions.values()}
        found = []
        for nodes in unique.values():
            if any(self.names[node] in fx_ops.SUMS for node in nodes):
                self.taken.update(nodes)
                region = Region(shape, sorted(nodes, key=self.order.get), kinds)
                self._absorb_parameters(region)
                found.append(region)
        return found

    def _is_member(self, node, kind, kinds):
        """Whether a node computes rows, or numbers of them, from what a region reads."""
        if kind == PARAMETER or not self._is_supported(node):
            return False
        sources = [kinds.get(source) for source in node.all_input_nodes
                   if source in kinds or get_number(source) is None]
        if not sources or any(source is None for source in sources):
            return False
        if self.names[node] in fx_functions.DOTS:
            return sources in ([FULL, PARAMETER], [FULL, VECTOR])
        if VECTOR in sources:
            return False
        if self.names[node] in fx_ops.SUMS:
            return sources[0] == FULL
        # (...) broadcasts differently from (..., 1).
        return FLAT not in sources or set(sources) == {FLAT} or kind == COLUMN

    def _is_supported(self, node):
        name = self.names[node]
        if name is None or node in self.taken:
            return False
        if get_spread(node, name) is not None:
            return True
        if not any(isinstance(argument, fx.Node) for argument in node.args):
            return False
        return fx_ops.is_supported(node, name)

    def _classify(self, node, shape, kinds):
        """What a node holds beside rows of `shape`, or None."""
        value = get_value(node)
        if value is None or value.dtype not in SHORT_NAMES or value.dtype == torch.int64:
            return None
        if value.layout != torch.strided:
            return None
        own, rank = get_sizes(value), len(shape)
        if own == shape:
            return FULL
        if own == (*shape[:-1], 1):
            return COLUMN
        if own == shape[:-1] and self._is_flat(node, kinds):
            return FLAT
        if own and len(own) <= rank and own[-1] == shape[-1] and all(
                size == 1 for size in own[:-1]):
            return PARAMETER
        return VECTOR if own == (shape[-1], 1) else None

    def _is_flat(self, node, kinds):
        """Whether a node of shape (...) holds numbers of rows, not rows of their own."""
        name = self.names[node]
        sources = [kinds.get(source) for source in node.all_input_nodes]
        if name in fx_ops.ROW_NUMBERS:
            return sources[:1] == [FULL]
        if get_spread(node, name) == FLAT:
            return sources == [COLUMN]
        return bool(sources) and set(sources) <= {FLAT, None} and FLAT in sources

    def _join(self, node, regions):
        """The region of a node: it and all regions of its operands that may be one."""
        joined = {node}
        for source in node.all_input_nodes:
            other = regions.get(source)
            if other is None or other is joined:
                continue
            if self._may_join(joined | other):
                joined |= other
        # Those joined are this one from now on.
        for member in joined:
            regions[member] = joined
        return joined

    def _may_join(self, nodes):
        """Whether all is computed before anything outside needs any of it."""
        last = max(self.order[node] for node in nodes)
        if len({self.sections[node] for node in nodes}) > 1:
            return False
        return not any(user not in nodes and self.order[user] < last
                       for node in nodes for user in node.users)

    def _absorb_parameters(self, region):
        """Takes in maths on parameters, such as 1 + weight, that nothing else needs."""
        own = set(region.nodes)
        section = self.sections[region.nodes[0]]
        for node in sorted(region.kinds, key=self.order.get, reverse=True):
            if (region.kinds[node] == PARAMETER and node not in own
                    and self._is_supported(node) and self.sections[node] == section
                    and self.names[node] not in fx_ops.SUMS
                    and node.users and all(user in own for user in node.users)
                    and all(region.kinds.get(source) == PARAMETER
                            or source not in region.kinds and get_number(source) is not None
                            for source in node.all_input_nodes)):
                own.add(node)
        region.nodes = sorted(own, key=self.order.get)
        self.taken.update(own)


def get_spread(node, name):
    """Whether a node only adds or drops the last dimension, of size 1: COLUMN, FLAT, or
    None if it does not."""
    value = get_value(node.args[0]) if node.args and isinstance(
        node.args[0], fx.Node) else None
    if value is None or len(node.args) + len(node.kwargs) != 2:
        return None
    if name == "getitem":  # x[..., None], x[:, None]
        index = node.args[1] if isinstance(node.args[1], tuple) else (node.args[1],)
        rest = index[:-1]
        whole = rest == (Ellipsis,) or rest == (slice(None),) * value.ndim
        return COLUMN if index[-1] is None and whole else None
    dim = node.args[1] if len(node.args) == 2 else node.kwargs.get("dim")
    if name == "unsqueeze":
        return COLUMN if dim in (-1, value.ndim) else None
    if name == "squeeze":
        return FLAT if dim in (-1, value.ndim - 1) else None
    return None


def _has_side_effects(node):
    if node.op == "call_method":
        return node.target.endswith("_") and not node.target.endswith("__")
    if node.op != "call_function":
        return False
    target = node.target
    if isinstance(target, torch._ops.OpOverload):
        return target._schema.is_mutable
    name = getattr(target, "__name__", "")
    return ("out" in node.kwargs or name.endswith("_") and not name.endswith("__")
            or target in _IN_PLACE or name.startswith(("_set_grad", "_enter", "_exit"))
            or "autocast" in name or "functorch" in name)


_IN_PLACE = (operator.iadd, operator.isub, operator.imul, operator.itruediv,
             operator.ipow, operator.setitem)
