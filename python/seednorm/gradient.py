#===- gradient.py - Backward functions of graphs ---------------------------===//
#
# A backward function is a graph like any other: what compiles, runs and
# differentiates those takes it as well.
#
#===-----------------------------------------------------------------------===//
"""Gradients of graphs."""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence, Union

from seednorm import _seednorm
from seednorm.errors import UsageError, check_text
from seednorm.graph import Graph
from seednorm.values import Value, describe

#: Arguments or results, by name or as values.
Chosen = Union[str, Value, Sequence[Union[str, Value]]]


class Gradient:
    """The backward function of a graph; `grad` makes it.

    Its arguments are those of the graph, in their order, and then a gradient of
    each result: "dy", or "dy0" and so on of several. Its results are the
    gradients of arguments: "dx" of "x".

    Attributes:
        entry: what the function is called: that of the graph and "_backward".
        forward: with `save` the graph that also returns what is saved, to be
            compiled as this is; else None.
    """

    def __init__(self, text: str, entry: str, identity: bytes,
                 forward: Optional[Gradient] = None) -> None:
        self._text = text
        self._identity = identity
        self.entry = entry
        self.forward = forward

    def __repr__(self) -> str:
        return f"<seednorm.Gradient {self.entry}>"

    def to_mlir(self) -> str:
        """The function as the text of an MLIR module of row programs."""
        return self._text


class Source(NamedTuple):
    """A function to compile or to differentiate."""

    text: Union[str, bytes]
    entry: str
    #: The same as another's only if the functions are the same but for the lines
    #: of the user's files that `text` names.
    identity: bytes


def read_graph(what, graph, entry):
    """The `Source` of a graph; `entry` is that of a `Graph` or of text, "main" if
    None."""
    if isinstance(graph, Source):
        return graph
    if isinstance(graph, Gradient):
        if entry not in (None, graph.entry):
            raise UsageError(f"{what}: expects 'entry' to be {graph.entry!r} for "
                             f"this gradient, but got {entry!r}")
        return Source(graph.to_mlir(), graph.entry, graph._identity)
    entry = "main" if entry is None else entry
    check_text(f"{what}: expects 'entry'", entry)
    if isinstance(graph, Graph):
        return Source(graph.to_mlir(entry, locations=True), entry,
                      graph.to_mlir(entry).encode())
    if not isinstance(graph, (str, bytes)):
        raise UsageError(f"{what}: expects a Graph, a Gradient or the text of an "
                         f"MLIR module, but got {describe(graph)}")
    if isinstance(graph, bytes):
        return Source(graph, entry, graph)
    check_text(f"{what}: expects the graph", graph)
    return Source(graph, entry, graph.encode())


def grad(graph: Union[Graph, Gradient, str, bytes], wrt: Optional[Chosen] = None,
         of: Optional[Chosen] = None, accumulate: Optional[Chosen] = None,
         save: Optional[Union[str, Sequence[str]]] = None,
         entry: Optional[str] = None) -> Gradient:
    """Differentiates a graph, by reverse mode.

    For results y_1, ... of the graph and gradients dy_1, ... of these results'
    shapes, the gradient of an argument is that of sum(dy_1 * y_1) + ... with
    respect to it. What the graph computes on the way is computed again: the
    backward function needs its arguments and nothing else, and a norm's is one
    kernel with a small second one that ends the sums over rows.

    Where there is no derivative, abs, sqrt and copysign have 0 at 0; of equal
    operands of a maximum or minimum each has half of the gradient, and equal
    elements of a row's maximum share it. Casts between floats have derivative 1,
    comparisons 0; integers and random numbers are constants.

    Source: Griewank and Walther, Evaluating Derivatives, 2008, chapter 3.

    Args:
        graph: a `Graph`, the `Gradient` of one (for second derivatives), or an
            MLIR module as text or bytecode.
        wrt: the arguments whose gradients are wanted, as names or as `Value`s of
            the graph; all of f16, bf16, f32 and f64 that results depend on if
            left out. Gradients have the types and shapes of their arguments:
            those of what rows share are summed over rows in f32 (f64 for f64)
            and rounded once.
        of: the results that are differentiated, as names ("result0") or as
            `Value`s; all if left out. They are f16, bf16, f32 or f64.
        accumulate: those of the arguments of `wrt` whose gradients are added to
            what further arguments hold, the last ones: "dx0" of "x". Those of
            what rows share are f32 (f64 for f64), and so are the results then.
            `out` may name the same array for both.
        save: names of operations as MLIR has them, such as "math.rsqrt": the
            numbers of each row or head that these compute are further results
            ("saved0") of the gradient's `forward`, and arguments behind the
            gradients of results; what only they need is not computed again.
            Derivatives of such a gradient take them for constants.
        entry: the function, "main" if left out.

    Returns:
        A `Gradient`, which `compile` takes.

    Raises:
        UsageError: a name is unknown, an argument or result has no gradient, or
            an operation has no adjoint.
    """
    source = read_graph("grad", graph, entry)
    outputs = graph._outputs if isinstance(graph, Graph) else ()
    inputs = graph._inputs if isinstance(graph, Graph) else {}
    chosen = (_get_names("wrt", wrt, inputs),
              _get_names("of", of, {number: f"result{position}"
                                    for position, number in enumerate(outputs)}),
              _get_names("accumulate", accumulate, inputs),
              _get_names("save", save, {}))
    backward = _seednorm.differentiate(source.text, source.entry, *chosen)
    # No module starts like this. The text has the lines of the user's file.
    identity = f"gradient {source.entry!r} {chosen!r} of ".encode() + source.identity
    forward = None
    if save is not None:
        forward = Gradient(backward, f"{source.entry}_forward", identity)
    return Gradient(backward, f"{source.entry}_backward", identity, forward)


def _get_names(option, chosen, known):
    """Names of what is chosen, by name or as values of the graph."""
    if chosen is None:
        return []
    if isinstance(chosen, (str, Value)):
        chosen = [chosen]
    try:
        chosen = list(chosen)
    except TypeError:
        raise UsageError(f"grad: expects '{option}' to be names or values, but "
                         f"got {describe(chosen)}") from None
    names = []
    for item in chosen:
        if isinstance(item, Value):
            if item._number not in known:
                kind = "outputs" if option == "of" else "inputs"
                raise UsageError(f"grad: expects '{option}' to hold {kind} of the "
                                 f"graph, but got {describe(item)}")
            item = known[item._number]
        check_text(f"grad: expects '{option}' to hold names or values; one", item)
        names.append(item)
    if not names:
        raise UsageError(f"grad: expects '{option}' to hold at least one name, "
                         "or to be left out")
    return names
