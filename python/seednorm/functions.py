#===- functions.py - Norms of one's own, called with arrays ----------------===//
#
# A Python function of values becomes a function of arrays: its graph is built and
# compiled for the types and sizes of rows that it is called with, once for each.
#
#===-----------------------------------------------------------------------===//
"""`seednorm.norm`, which makes a norm of a function."""

from __future__ import annotations

import functools
import inspect
from typing import Any, Callable, Optional, Sequence, Union, overload

from seednorm import cache, dtypes
from seednorm.annotations import Array, Results
from seednorm.errors import UsageError, check_text, quote
from seednorm.graph import Graph
from seednorm.gradient import grad
from seednorm.kernel import Kernel, compile
from seednorm.values import Value, describe


@overload
def norm(function: Callable[..., Any], *, target: str = "cpu",
         schedule: Any = None, approximate: Any = ()) -> Norm: ...


@overload
def norm(function: None = None, *, target: str = "cpu",
         schedule: Any = None,
         approximate: Any = ()) -> Callable[[Callable[..., Any]], Norm]: ...


def norm(function: Any = None, *, target: str = "cpu", schedule: Any = None,
         approximate: Any = ()) -> Any:
    """Makes a norm of a function of values, to be called with arrays::

        @seednorm.norm
        def variance_norm(x, gamma, *, eps=1e-6):
            c = x - seednorm.mean(x)
            return c * seednorm.rsqrt(seednorm.mean(c * c) + eps) * gamma

        y = variance_norm(x, gamma)
        dx, dgamma = variance_norm.backward(x, gamma, dy)

    Args:
        function: takes values by position, which stand for arrays, and returns one
            or a tuple; arguments by name only are constants, such as `eps`. It runs
            once for each combination of ranks, types, row lengths and constants.
        target, schedule, approximate: as `seednorm.compile` takes them.

    Returns:
        A `Norm`; without `function` a decorator that returns one.

    Raises:
        UsageError: the function takes `*args` or `**kwargs`, or no values.
    """
    if function is None:
        return functools.partial(norm, target=target, schedule=schedule,
                                 approximate=approximate)
    if not callable(function):
        raise UsageError("norm: expects a function of values, but got "
                         f"{quote(function)}")
    return Norm(function, target, schedule, approximate)


class Norm:
    """A function of arrays; `norm` makes it. Threads may call it at once.

    Arrays of two and more dimensions are taken by row, of which there may be any
    number: only their last size is fixed in a kernel, and sizes of 1 where another
    array has more. Arrays of one dimension are what rows share.
    """

    def __init__(self, function: Callable[..., Any], target: str, schedule: Any,
                 approximate: Any) -> None:
        check_text("norm: expects 'target'", target)
        functools.update_wrapper(self, function)
        self._function = function
        self._options = {"target": target, "schedule": schedule,
                         "approximate": approximate}
        self._names, self._constants = _read_signature(function)
        # Not without bound: a constant may be another in every call.
        self._kernels = cache.RecentlyUsed(cache.MAX_KERNELS)

    def __repr__(self) -> str:
        return f"<seednorm.Norm {self.__name__}({', '.join(self._names)})>"

    def __call__(self, /, *arrays: Array,
                 out: Optional[Union[Array, Sequence[Array]]] = None,
                 **constants: Any) -> Results:
        """Runs the norm.

        Args:
            arrays: of NumPy or with DLPack.
            out: arrays to write the results to, one or a tuple.
            constants: arguments of the function by name.

        Returns:
            The result, or a tuple of several, as `Kernel`'s calls return them.

        Raises:
            UsageError: the function or an operation in it objects, or an array does
                not fit.
        """
        return self.compile(*arrays, **constants)(*arrays, out=out)

    def backward(self, /, *arrays: Array,
                 out: Optional[Union[Array, Sequence[Array]]] = None,
                 **constants: Any) -> Results:
        """The gradients of all arrays of floats.

        Args:
            arrays: those of a call, and behind them a gradient of each result, of
                its shape and type.
            out, constants: as in a call.

        Returns:
            A gradient of each array, of its shape and type, in a tuple if there are
            several; see `seednorm.grad`.

        Raises:
            As a call; and where something has no gradient.
        """
        given = arrays[:len(self._names)]
        return self.compile(*given, **constants).backward(*arrays, out=out)

    def compile(self, /, *arrays: Array, **constants: Any) -> Kernel:
        """The `Kernel` that a call with these arguments runs."""
        try:
            key = (_get_shapes(arrays), *[array.dtype for array in arrays],
                   *map(_tell_apart, constants.items()))
            kernel = self._kernels.get(key)
        except (AttributeError, TypeError, ValueError):
            key = kernel = None  # What is wrong with it, tracing says.
        if kernel is not None:
            return kernel
        graph = self.trace(*arrays, **constants)
        kernel = compile(graph, entry=self.__name__, **self._options)
        return kernel if key is None else self._kernels.add(key, kernel)

    def trace(self, /, *arrays: Array, **constants: Any) -> Graph:
        """The `Graph` for these arguments."""
        self._check(arrays, constants)
        graph = Graph()
        values = [graph.input(shape, dtypes.parse(array.dtype), name)
                  for shape, array, name in zip(_get_shapes(arrays), arrays,
                                                self._names)]
        results = self._function(*values, **constants)
        results = results if isinstance(results, tuple) else (results,)
        for result in results:
            if not isinstance(result, Value):
                raise UsageError(f"{self.__name__}: expects the function to return "
                                 f"values, but got {describe(result)}")
        graph.output(*results)
        return graph

    def _check(self, arrays, constants):
        if len(arrays) != len(self._names):
            raise UsageError(f"{self.__name__}: expects {len(self._names)} arrays "
                             f"({', '.join(self._names)}), but got {len(arrays)}")
        for name in constants:
            if name not in self._constants:
                known = ", ".join(self._constants) or "no constants"
                raise UsageError(f"{self.__name__}: expects {known} by name, but got "
                                 f"'{name}'")
        for array, name in zip(arrays, self._names):
            if not hasattr(array, "shape") or not hasattr(array, "dtype"):
                raise UsageError(f"{self.__name__}: expects '{name}' to be an array, "
                                 f"but got {quote(array)}; constants are passed by "
                                 "name")


def _read_signature(function):
    """Names of the values that a function takes, and of its constants."""
    names, constants = [], []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise UsageError("norm: expects a function whose arguments have names, "
                             f"but '{function.__name__}' takes '{parameter}'")
        is_constant = parameter.kind is parameter.KEYWORD_ONLY
        (constants if is_constant else names).append(parameter.name)
    if not names:
        raise UsageError("norm: expects a function of values, but "
                         f"'{function.__name__}' takes none")
    return names, constants


def _tell_apart(constant):
    """The name and value of a constant as a key: 1, 1.0 and True are equal, and so
    are 0.0 and -0.0, but a function may tell them apart."""
    name, value = constant
    return name, type(value), repr(value) if isinstance(value, float) else value


def _get_shapes(arrays):
    """Shapes as graphs have them: the last size, and None for others. A size of 1
    is one where another array has more in this place, to be repeated there."""
    rank = max(len(array.shape) for array in arrays)
    largest = [1] * rank
    for array in arrays:
        for place, size in enumerate(array.shape, rank - len(array.shape)):
            largest[place] = max(largest[place], size)
    return tuple(
        (*[1 if size == 1 != largest[place] else None
           for place, size in enumerate(shape[:-1], rank - len(shape))], *shape[-1:])
        for shape in (array.shape for array in arrays))
