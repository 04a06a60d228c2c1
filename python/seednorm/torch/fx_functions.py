#===- fx_functions.py - Functions of PyTorch that are several operations -------===//
#
# What a norm's code calls instead of spelling it out: variances, lengths, dot
# products, norms, activations. An entry reads a node, and gives a function that makes
# its value, or None if the node is something else: another dimension, another option.
#
#===-----------------------------------------------------------------------===//
"""Functions that graphs of PyTorch may spell norms with."""

import math
import numbers

import torch

import seednorm
from seednorm import maths
from seednorm.torch.layouts import SHORT_NAMES

_WIDE = {"f16": "f32", "bf16": "f32"}


def get_meta(node):
    """The tensor without memory that stands for a node, or what else does, or None."""
    return node.meta.get("example_value", node.meta.get("val"))


def is_last_dim(arguments):
    """Whether the argument `dim` is the last dimension of the tensor `input`."""
    dims = arguments.get("dim", arguments.get("axis"))
    dims = [dims] if isinstance(dims, int) else list(dims or ())
    return is_tensor(arguments.get("input")) and dims in (
        [-1], [get_meta(arguments["input"]).ndim - 1])


def in_wide(function, *values):
    """PyTorch's functions compute in f32 and round to f16 and bf16 once."""
    found = [v for v in values if not isinstance(v, numbers.Real)]
    narrow = found[0].dtype
    wide = _WIDE.get(narrow)
    if wide is None:
        return function(*values)
    return maths.cast(function(*(
        v if isinstance(v, numbers.Real) else maths.cast(v, wide) for v in values)), narrow)


def _read(node, names, defaults=()):
    """Arguments by name without None, over defaults; None if there are others."""
    arguments = dict(defaults)
    if len(node.args) > len(names):
        return None
    for name, value in (*zip(names, node.args), *node.kwargs.items()):
        if name not in names:
            return None
        if value is not None:
            arguments[name] = value
    return arguments


def is_tensor(argument):
    """Whether an argument is a node that gives a tensor."""
    return isinstance(argument, torch.fx.Node) and isinstance(
        get_meta(argument), torch.Tensor)


#===----------------------------------------------------------------------===//
# Numbers of each row
#===----------------------------------------------------------------------===//


def _read_var(node):
    """The operand and the divisor of a variance, or None."""
    given = _read(node, ("input", "dim", "unbiased", "keepdim", "correction"))
    # The third argument by position is one of two, by its overload.
    if given is None or not is_last_dim(given):
        return None
    correction = given.get("correction", 1.0 if given.get("unbiased", True) else 0.0)
    columns = get_meta(given["input"]).shape[-1]
    if not isinstance(correction, numbers.Real) or not columns > correction:
        return None
    return given["input"], float(columns) - correction


def _compute_var(x, divisor):
    c = x - maths.mean(x)
    return maths.sum(c * c) / divisor


def _call_var(finish):
    def call(node):
        found = _read_var(node)
        if found is None:
            return None
        return lambda get: in_wide(lambda x: finish(_compute_var(x, found[1])),
                                   get(found[0]))
    return call


def _root(square):
    """Its gradient is 0, as PyTorch's of lengths, where it is 0."""
    is_zero = square <= 0.0
    return maths.where(is_zero, 0.0, maths.sqrt(maths.where(is_zero, 1.0, square)))


_LENGTHS = {1: lambda x: maths.sum(abs(x)), 2: lambda x: _root(maths.sum(x * x)),
            math.inf: lambda x: maths.max(abs(x))}


def _call_length(names):
    def call(node):
        given = _read(node, names, {names[1]: 2})
        if given is None or not is_last_dim(given):
            return None
        order = 2 if given[names[1]] == "fro" else given[names[1]]
        if not isinstance(order, numbers.Real) or order not in _LENGTHS:
            return None
        return lambda get: in_wide(_LENGTHS[order], get(given["input"]))
    return call


def _call_normalize(node):
    given = _read(node, ("input", "p", "dim", "eps"), {"p": 2.0, "dim": 1, "eps": 1e-12})
    if given is None or not is_last_dim(given) or given["p"] not in _LENGTHS:
        return None

    def make(get):
        x = get(given["input"])
        length = in_wide(_LENGTHS[given["p"]], x)
        return x / in_wide(_clamp_min, length, get(given["eps"]))
    return make


#===----------------------------------------------------------------------===//
# Dot products with a vector
#===----------------------------------------------------------------------===//


def _call_dot(shapes):
    """Of rows (..., D) with a vector of one of these shapes, given D."""
    def call(node):
        if len(node.args) != 2 or node.kwargs or not all(map(is_tensor, node.args)):
            return None
        x, vector = map(get_meta, node.args)
        if x.ndim < 2 or x.dtype != vector.dtype or tuple(vector.shape) not in shapes(
                int(x.shape[-1])):
            return None
        return lambda get: _dot(*map(get, node.args))
    return call


def _call_einsum(node):
    """A dot product in letters: "bsd,d->bs" or "...d,d->..."."""
    if (len(node.args) != 3 or node.kwargs or not isinstance(node.args[0], str)
            or not all(map(is_tensor, node.args[1:]))):
        return None
    inputs, arrow, result = node.args[0].replace(" ", "").partition("->")
    first, _, second = inputs.partition(",")
    letters = first.replace("...", "")
    x, vector = map(get_meta, node.args[1:])
    if (not arrow or len(second) != 1 or first != result + second
            or len(set(letters)) < len(letters) or x.ndim < 2 or vector.ndim != 1
            or x.dtype != vector.dtype or int(x.shape[-1]) != int(vector.shape[0])):
        return None
    return lambda get: _dot(*map(get, node.args[1:]))


def _dot(x, vector):
    return in_wide(lambda x, vector: maths.sum(x * vector), x, vector)


_DOTS = {
    "matmul": _call_dot(lambda d: ((d,), (d, 1))),
    "mv": _call_dot(lambda d: ((d,),)), "mm": _call_dot(lambda d: ((d, 1),)),
    "inner": _call_dot(lambda d: ((d,),)), "vecdot": _call_dot(lambda d: ((d,),)),
    "linear": _call_dot(lambda d: ((d,), (1, d))), "einsum": _call_einsum,
}


#===----------------------------------------------------------------------===//
# Norms
#===----------------------------------------------------------------------===//


def _read_norm(node, names, defaults=()):
    """Arguments by name, if the norm is of the last dimension only."""
    given = _read(node, names, defaults)
    if given is None or not is_tensor(given.get("input")):
        return None
    shape = given.get("normalized_shape", ())
    if isinstance(shape, int):
        shape = (shape,)
    return given if len(shape) == 1 else None


def _call_rms_norm(node):
    given = _read_norm(node, ("input", "normalized_shape", "weight", "eps"))
    if given is None:
        return None
    dtype = get_meta(given["input"]).dtype
    wide = torch.float64 if dtype == torch.float64 else torch.float32
    eps = given.get("eps", torch.finfo(wide).eps)
    weight = given.get("weight")
    if weight is None:
        return lambda get: in_wide(
            lambda x: x * maths.rsqrt(maths.mean(x * x) + get(eps)), get(given["input"]))
    return lambda get: seednorm.rms_norm(get(given["input"]), get(weight), eps=get(eps))


def _normalize_centred(x, eps):
    c = x - maths.mean(x)
    return c * maths.rsqrt(maths.mean(c * c) + eps)


def _call_layer_norm(node):
    given = _read_norm(node, ("input", "normalized_shape", "weight", "bias", "eps"),
                       {"eps": 1e-5})
    if given is None:
        return None
    x, weight, bias, eps = map(given.get, ("input", "weight", "bias", "eps"))
    if weight is None:
        return None if bias is not None else lambda get: in_wide(
            lambda x: _normalize_centred(x, get(eps)), get(x))
    return lambda get: seednorm.layer_norm(
        get(x), get(weight), None if bias is None else get(bias), eps=get(eps))


def _call_softmax(function):
    def call(node):
        given = _read(node, ("input", "dim", "_stacklevel", "dtype", "half_to_float"))
        if given is None or given.get("half_to_float") or not is_last_dim(given):
            return None
        # `torch.softmax` has its type third, which no number is.
        dtype = given.get("dtype", given.get("_stacklevel"))
        dtype = dtype if isinstance(dtype, torch.dtype) else get_meta(given["input"]).dtype
        if dtype not in SHORT_NAMES:
            return None
        return lambda get: function(maths.cast(get(given["input"]), SHORT_NAMES[dtype]))
    return call


#===----------------------------------------------------------------------===//
# Element by element
#===----------------------------------------------------------------------===//


def _clamp_min(x, least):
    return maths.where(x < least, least, x)


def _clamp_max(x, most):
    return maths.where(x > most, most, x)


def _call_clamp(names):
    def call(node):
        given = _read(node, ("input", *names))
        if given is None or not is_tensor(given.get("input")) or not all(
                isinstance(given.get(name, 0), numbers.Real) for name in names):
            return None

        def compute(x):
            x = _clamp_min(x, given["min"]) if "min" in given else x
            return _clamp_max(x, given["max"]) if "max" in given else x
        return lambda get: in_wide(compute, get(given["input"]))
    return call


def _hardtanh(x):
    """Its gradient at -1 and 1 is 0."""
    return maths.where(x <= -1.0, -1.0, maths.where(x >= 1.0, 1.0, x))


def _gelu(x):
    return 0.5 * x * (1.0 + maths.erf(x * 0.5**0.5))


def _call_unary(function):
    """Of one operand; other arguments make it something else."""
    def call(node):
        given = _read(node, ("input", "inplace"), {"inplace": False})
        if given is None or not is_tensor(given.get("input")) or given["inplace"]:
            return None
        return lambda get: in_wide(function, get(given["input"]))
    return call


def _call_hardtanh(node):
    given = _read(node, ("input", "min_val", "max_val", "inplace"),
                  {"min_val": -1.0, "max_val": 1.0, "inplace": False})
    if (given is None or given["inplace"] or not is_tensor(given.get("input"))
            or (given["min_val"], given["max_val"]) != (-1.0, 1.0)):
        return None
    return lambda get: in_wide(_hardtanh, get(given["input"]))


def _call_softsign(node):
    """PyTorch's is a sum and a quotient, which round."""
    if len(node.args) != 1 or node.kwargs or not is_tensor(node.args[0]):
        return None

    def make(get):
        x = get(node.args[0])
        return x / in_wide(lambda x: x + 1.0, abs(x))
    return make


_DIM_KEEPDIM = ("dim", "keepdim", "dtype")
#: By names of `fx_ops.get_name`.
FUNCTIONS = {
    "var": _call_var(lambda v: v), "std": _call_var(_root),
    "norm": _call_length(("input", "p", *_DIM_KEEPDIM[:2])),
    "linalg_vector_norm": _call_length(("input", "ord", *_DIM_KEEPDIM[:2])),
    "linalg_norm": _call_length(("input", "ord", *_DIM_KEEPDIM[:2])),
    "normalize": _call_normalize, **_DOTS,
    "rms_norm": _call_rms_norm, "layer_norm": _call_layer_norm,
    "softmax": _call_softmax(seednorm.softmax),
    "log_softmax": _call_softmax(seednorm.log_softmax),
    "clamp": _call_clamp(("min", "max")), "clamp_min": _call_clamp(("min",)),
    "clamp_max": _call_clamp(("max",)), "hardtanh": _call_hardtanh,
    "silu": _call_unary(lambda x: x * maths.sigmoid(x)), "gelu": _call_unary(_gelu),
    "softsign": _call_softsign,
}
DOTS = frozenset(_DOTS)
_LENGTH_NAMES = ("var", "std", "norm", "linalg_vector_norm", "linalg_norm")
#: Those that give a number of each row.
ROW_NUMBERS = frozenset((*_LENGTH_NAMES, *_DOTS))
#: Those that need sums over a row.
SUMS = frozenset((*ROW_NUMBERS, "normalize", "rms_norm", "layer_norm", "softmax",
                  "log_softmax"))
