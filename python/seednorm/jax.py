#===- jax.py - Norms as functions of JAX -----------------------------------===//
#
# A kernel is called back from what JAX compiles; its shapes and types, and so its
# errors, are known while JAX traces. Importing this module imports JAX, which the
# package does nowhere else.
#
#===-----------------------------------------------------------------------===//
"""Norms as functions of JAX, on the CPU.

Each norm of the package is here under its name, and takes arrays of JAX where that
takes values; options are passed by name::

    import seednorm.jax

    y = seednorm.jax.rms_norm(x, gamma, eps=1e-6)
    loss = jax.grad(lambda x: seednorm.jax.rms_norm(x, gamma).sum())

They work under `jax.jit`, `jax.grad`, `jax.vjp` and `jax.vmap`, and under
`jax.shard_map` with `check_vma=False`, as a callback does not say which elements differ
between devices.
"""

from __future__ import annotations

import functools
import inspect
import os
from typing import Any, Callable, Dict, Tuple, Union

import jax
import numpy

from seednorm import dtypes, errors, ops
from seednorm._seednorm import Array
from seednorm.errors import UsageError, quote
from seednorm.functions import Norm, norm
from seednorm.graph import RESERVED
from seednorm.kernel import Kernel
from seednorm.options import is_cpu

__all__ = ["wrap", *ops.__all__]

# Its frames are not the user's.
errors.OWN_FOLDERS.append(os.path.dirname(os.path.abspath(jax.__file__)) + os.sep)

#: An aligned address.
_NOWHERE = 4096


def wrap(function: Union[Norm, Callable[..., Any]]) -> Callable[..., Any]:
    """Makes a function of JAX of a norm of one's own.

    Args:
        function: a `seednorm.Norm`, or what `seednorm.norm` takes: a function of
            values, whose arguments by name only are constants.

    Returns:
        A function of arrays of JAX, of the shapes and types that the norm takes, and
        of its constants by name. Its gradient is one more kernel, which is given the
        arguments and the gradient of the result; it has no second derivative. Under
        `jax.vmap` the kernel is called once for each element of the batch.

    Raises:
        UsageError: it is no function of values. Of the function returned, while JAX
            traces it: as of a call of the norm.
    """
    own = function if isinstance(function, Norm) else norm(function)
    if not is_cpu(own._options["target"]):
        raise UsageError("wrap: expects a norm for target 'cpu', but got "
                         f"{quote(own._options['target'])}")

    @functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
    def run(constants, *arrays):
        kernel = own.compile(*arrays, **dict(constants))
        return _call_back(kernel, arrays)

    def run_forward(constants, *arrays):
        return run(constants, *arrays), arrays

    def run_backward(constants, arrays, gradients):
        kernel = own.compile(*arrays, **dict(constants)).backward
        given = gradients if isinstance(gradients, (tuple, list)) else (gradients,)
        results = _call_back(kernel, (*arrays, *given))
        results = results if isinstance(results, tuple) else (results,)
        found = dict(zip((spec.name for spec in kernel.results), results))
        # None stands for no gradient, as of integers.
        return tuple(found.get(f"d{spec.name}")
                     for spec in kernel.arguments[:len(arrays)])

    run.defvjp(run_forward, run_backward)

    @functools.wraps(own)
    def call(*arrays, **constants):
        return run(tuple(sorted(constants.items())), *arrays)

    return call


def _call_back(kernel: Kernel, arrays: Tuple[Any, ...]) -> Any:
    """A call of the kernel at the time when what JAX compiles runs."""
    for array, spec in zip(arrays, kernel.arguments):
        if dtypes.parse(array.dtype) != spec.dtype:
            raise UsageError(f"expects '{spec.name}' to have elements of type "
                             f"{spec.dtype}, but got {array.dtype}")
    # Shapes of results follow from those of arguments; nothing reads the memory.
    views = [Array(_NOWHERE, spec.dtype, array.shape, True, None)
             for array, spec in zip(arrays, kernel.arguments)]
    kinds = tuple(jax.ShapeDtypeStruct(shape, dtypes.to_numpy(spec.dtype))
                  for shape, spec in zip(kernel._kernel.result_shapes(views),
                                         kernel.results))

    def call(*given):
        # Views of JAX's memory.
        return kernel(*map(numpy.asarray, given))

    return jax.pure_callback(call, kinds if len(kinds) > 1 else kinds[0], *arrays,
                             vmap_method="sequential")


#===----------------------------------------------------------------------===//
# The norms of the package
#===----------------------------------------------------------------------===//


@functools.lru_cache(maxsize=None)
def _wrap_operation(name: str, operands: Tuple[str, ...], options: Tuple[str, ...]):
    """The function of JAX for an operation, these of whose arguments are arrays."""
    operation = getattr(ops, name)

    def function(*values, **constants):
        return operation(**dict(zip(operands, values)), **constants)

    function.__name__ = function.__qualname__ = name
    kind = inspect.Parameter
    # Calls of kernels have a `seed` of their own.
    function.__signature__ = inspect.Signature(
        [kind(operand + "_" * (operand in RESERVED), kind.POSITIONAL_OR_KEYWORD)
         for operand in operands]
        + [kind(option, kind.KEYWORD_ONLY) for option in options])
    return wrap(norm(function))


def _define(name: str) -> Callable[..., Any]:
    operation = getattr(ops, name)
    signature = inspect.signature(operation)

    def function(*arguments, **named):
        try:
            given = signature.bind(*arguments, **named).arguments
        except TypeError as error:
            raise UsageError(f"{name}: expects the arguments {signature}, but "
                             f"{error}") from None
        arrays: Dict[str, Any] = {}
        constants: Dict[str, Any] = {}
        for key, value in given.items():
            is_array = (hasattr(value, "shape") and hasattr(value, "dtype")
                        and not isinstance(value, numpy.generic))
            if value is not None:
                (arrays if is_array else constants)[key] = value
        if not arrays:
            raise UsageError(f"{name}: expects 'input' to be an array, but got "
                             f"{quote(given.get('input'))}")
        run = _wrap_operation(name, tuple(arrays), tuple(constants))
        return run(*arrays.values(), **constants)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = (f"`seednorm.{name}` of arrays of JAX in the place of values, and "
                        f"with the same options.\n\n{operation.__doc__}")
    return function


def __getattr__(name: str) -> Callable[..., Any]:
    if name not in ops.__all__:
        raise AttributeError(f"module 'seednorm.jax' has no attribute '{name}'")
    function = globals()[name] = _define(name)
    return function
