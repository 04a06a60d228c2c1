#===- fx_ops.py - Operations of PyTorch in a graph of ours --------------------===//
#
# One entry for each function, method and operator of Python: all spellings of an
# operation have one name, and the name says what it is here. What rounds differently
# from PyTorch has no entry: it stays where it is.
#
#===-----------------------------------------------------------------------===//
"""Operations that graphs of PyTorch may spell norms with."""

import numbers

import torch

import seednorm
from seednorm import maths
from seednorm.torch.layouts import SHORT_NAMES

_WIDE = {"f16": "f32", "bf16": "f32"}


def get_name(node):
    """What a node calls, by one name for all spellings: "mul" of `*`, `torch.mul`,
    `Tensor.mul` and `aten.mul.Tensor`."""
    if node.op == "call_method":
        name = node.target
    elif node.op == "call_function":
        target = node.target
        if isinstance(target, torch._ops.OpOverload):
            if target.namespace not in ("aten", "prims"):
                return None
            name = target._schema.name.partition("::")[2]
        elif getattr(target, "__module__", None) in (
                "torch", "_operator", "torch.nn.functional", "torch._C._nn", None,
                "torch._tensor", "torch.special"):
            name = getattr(target, "__name__", None)
        else:
            return None
    else:
        return None
    return _ALIASES.get(name, name)


_ALIASES = {"truediv": "div", "multiply": "mul", "subtract": "sub", "divide": "div",
            "absolute": "abs", "negative": "neg", "__add__": "add", "convert_element_type":
            "to", "_to_copy": "to", "amax": "max", "amin": "min", "special_expit":
            "sigmoid", "__radd__": "add", "__mul__": "mul", "__rmul__": "mul"}

#: Of one operand and nothing else.
_UNARY = {
    "exp": maths.exp, "exp2": maths.exp2, "expm1": maths.expm1, "log": maths.log,
    "log2": maths.log2, "log10": maths.log10, "log1p": maths.log1p, "sqrt": maths.sqrt,
    "rsqrt": maths.rsqrt, "tanh": maths.tanh, "sigmoid": maths.sigmoid,
    "erf": maths.erf, "sin": maths.sin, "cos": maths.cos, "abs": abs,
    "neg": lambda x: -x, "reciprocal": lambda x: 1.0 / x, "square": lambda x: x * x,
    "relu": lambda x: maths.maximum(x, 0.0),
}
_BINARY = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y, "maximum": maths.maximum, "minimum": maths.minimum,
}
_CASTS = {"float": torch.float32, "double": torch.float64, "half": torch.float16,
          "bfloat16": torch.bfloat16}
REDUCTIONS = {"sum": maths.sum, "mean": maths.mean, "max": maths.max, "min": maths.min}


def get_cast(node, name):
    """The type that a node casts to, or None if it is no cast."""
    if name in _CASTS and len(node.args) == 1 and not node.kwargs:
        return _CASTS[name]
    kwargs = {key: value for key, value in node.kwargs.items() if value is not None}
    if name == "to":
        kinds = [*node.args[1:], *kwargs.values()]
        if len(kinds) == 1 and isinstance(kinds[0], torch.dtype):
            return kinds[0]
    if name == "type_as" and len(node.args) == 2 and not kwargs:
        return node.args[1].meta["example_value"].dtype
    return None


def get_reduced(node, name):
    """Of a reduction over the last dimension, whether it keeps it; else None."""
    names = {"max": ("amax",), "min": ("amin",)}.get(name)
    if name not in REDUCTIONS or names and _get_plain_name(node) not in names:
        return None
    arguments = dict(zip(("dim", "keepdim", "dtype"), node.args[1:]))
    arguments.update(node.kwargs)
    dims = arguments.get("dim", arguments.get("axis"))
    dims = [dims] if isinstance(dims, int) else list(dims or ())
    rank = node.args[0].meta["example_value"].ndim
    if arguments.get("dtype") is not None or dims not in ([-1], [rank - 1]):
        return None
    return bool(arguments.get("keepdim", False))


def _get_plain_name(node):
    if node.op == "call_method":
        return node.target
    return getattr(node.target, "__name__", "").partition(".")[0]


def is_supported(node, name):
    """Whether a node is element-wise maths, a cast or a sum over the last dimension
    that is computed here as it is there."""
    if name in _UNARY:
        return len(node.args) == 1 and not node.kwargs
    if name in _BINARY:
        # A number as an argument is one of Python, or a node that stands for one.
        return len(node.args) == 2 and not node.kwargs
    if name == "pow":
        return (len(node.args) == 2 and not node.kwargs
                and isinstance(node.args[1], numbers.Real))
    if name in _CALLS:
        return _CALLS[name](node) is not None
    if name in REDUCTIONS:
        return get_reduced(node, name) is not None
    return get_cast(node, name) is not None


def translate(node, name, get):
    """The value of a node.

    Args:
        get: from a node or number to a value or number of the graph.
    """
    if name in _UNARY:
        return _UNARY[name](get(node.args[0]))
    if name in _BINARY:
        return _apply_binary(_BINARY[name], *map(get, node.args))
    if name == "pow":
        return _apply_power(get(node.args[0]), node.args[1])
    if name in REDUCTIONS:
        return REDUCTIONS[name](get(node.args[0]))
    if name in _CALLS:
        return _CALLS[name](node)(get)
    return maths.cast(get(node.args[0]), SHORT_NAMES[get_cast(node, name)])


def _apply_binary(function, x, y):
    """PyTorch computes with numbers in the type computed in and rounds then, where our
    operators round the number first."""
    if isinstance(x, numbers.Real) or isinstance(y, numbers.Real):
        value = y if isinstance(x, numbers.Real) else x
        wide = _WIDE.get(value.dtype)
        if wide:
            x, y = (v if isinstance(v, numbers.Real) else maths.cast(v, wide)
                    for v in (x, y))
            return maths.cast(function(x, y), value.dtype)
    return function(x, y)


def _apply_power(x, exponent):
    wide = maths.cast(x, _WIDE.get(x.dtype, x.dtype))
    y = wide * wide if exponent == 2 else wide ** exponent
    return maths.cast(y, x.dtype)


#===----------------------------------------------------------------------===//
# Functions that are norms already
#===----------------------------------------------------------------------===//


def _read_norm(node, names):
    """Arguments by name, if the norm is of the last dimension only."""
    arguments = dict(zip(names, node.args))
    arguments.update(node.kwargs)
    shape = arguments.get("normalized_shape", ())
    if isinstance(shape, int):
        shape = (shape,)
    return arguments if len(shape) == 1 else None


def _call_rms_norm(node):
    given = _read_norm(node, ("input", "normalized_shape", "weight", "eps"))
    if given is None or given.get("weight") is None:
        return None
    dtype = given["input"].meta["example_value"].dtype
    wide = torch.float64 if dtype == torch.float64 else torch.float32
    eps = given.get("eps")
    eps = torch.finfo(wide).eps if eps is None else eps
    return lambda get: seednorm.rms_norm(get(given["input"]), get(given["weight"]),
                                         eps=get(eps))


def _call_layer_norm(node):
    given = _read_norm(node, ("input", "normalized_shape", "weight", "bias", "eps"))
    if given is None or given.get("weight") is None:
        return None
    bias = given.get("bias")
    return lambda get: seednorm.layer_norm(
        get(given["input"]), get(given["weight"]), None if bias is None else get(bias),
        eps=get(given.get("eps", 1e-5)))


def _call_softmax(function):
    def call(node):
        arguments = dict(zip(("input", "dim"), node.args))
        arguments.update({k: v for k, v in node.kwargs.items() if v is not None})
        arguments.pop("_stacklevel", None)
        rank = node.args[0].meta["example_value"].ndim if node.args else 0
        if set(arguments) != {"input", "dim"} or arguments["dim"] not in (-1, rank - 1):
            return None
        return lambda get: function(get(arguments["input"]))
    return call


_CALLS = {"rms_norm": _call_rms_norm, "layer_norm": _call_layer_norm,
          "softmax": _call_softmax(seednorm.softmax),
          "log_softmax": _call_softmax(seednorm.log_softmax)}

#: Names whose results need sums over a row.
SUMS = frozenset((*REDUCTIONS, *_CALLS))
