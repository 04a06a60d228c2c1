#===- fx_ops.py - Operations of PyTorch in a graph of ours --------------------===//
#
# One entry for each function, method and operator of Python: all spellings of an
# operation have one name, and the name says what it is here. Functions that are
# several operations of ours are in fx_functions.py. What rounds differently from
# PyTorch has no entry: it stays where it is.
#
#===-----------------------------------------------------------------------===//
"""Operations that graphs of PyTorch may spell norms with."""

import numbers

import torch

from seednorm import maths
from seednorm.torch import fx_functions
from seednorm.torch.fx_functions import get_meta, in_wide, is_last_dim
from seednorm.torch.layouts import SHORT_NAMES


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
                "torch._tensor", "torch.special", "torch.functional", "torch._C._linalg"):
            name = getattr(target, "__name__", None)
        else:
            return None
    else:
        return None
    return _ALIASES.get(name, name)


_ALIASES = {"truediv": "div", "multiply": "mul", "subtract": "sub", "divide": "div",
            "absolute": "abs", "negative": "neg", "__add__": "add", "convert_element_type":
            "to", "_to_copy": "to", "amax": "max", "amin": "min", "special_expit":
            "sigmoid", "__radd__": "add", "__mul__": "mul", "__rmul__": "mul",
            "true_divide": "div", "__matmul__": "matmul", "type": "to", "clip": "clamp",
            "linalg_matmul": "matmul", "linalg_vecdot": "vecdot", "_softmax": "softmax",
            "_log_softmax": "log_softmax", "native_layer_norm": None}

#: Of one operand and nothing else.
_UNARY = {
    "exp": maths.exp, "exp2": maths.exp2, "expm1": maths.expm1, "log": maths.log,
    "log2": maths.log2, "log10": maths.log10, "log1p": maths.log1p, "sqrt": maths.sqrt,
    "rsqrt": maths.rsqrt, "tanh": maths.tanh, "sigmoid": maths.sigmoid,
    "erf": maths.erf, "sin": maths.sin, "cos": maths.cos, "abs": abs,
    "neg": lambda x: -x, "reciprocal": lambda x: 1.0 / x, "square": lambda x: x * x,
    # Its gradient at 0 is 0.
    "relu": lambda x: maths.where(x <= 0.0, 0.0, x),
    "contiguous": lambda x: x,
}
_BINARY = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y, "maximum": maths.maximum, "minimum": maths.minimum,
}
_CASTS = {"float": torch.float32, "double": torch.float64, "half": torch.float16,
          "bfloat16": torch.bfloat16}
REDUCTIONS = {"sum": maths.sum, "mean": maths.mean, "max": maths.max, "min": maths.min}
#: Names whose results need sums over a row.
SUMS = frozenset((*REDUCTIONS, *fx_functions.SUMS))
#: Of these, a number of each row.
ROW_NUMBERS = frozenset((*REDUCTIONS, *fx_functions.ROW_NUMBERS))


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
        return get_meta(node.args[1]).dtype
    return None


def get_reduced(node, name):
    """Of a reduction over the last dimension, whether it keeps it and the type that it
    casts to first or None; None if it is something else."""
    names = {"max": ("amax",), "min": ("amin",)}.get(name)
    if name not in REDUCTIONS or names and _get_plain_name(node) not in names:
        return None
    arguments = dict(zip(("input", "dim", "keepdim", "dtype"), node.args))
    arguments.update(node.kwargs)
    dtype = arguments.get("dtype")
    if not is_last_dim(arguments) or dtype is not None and (
            dtype not in SHORT_NAMES or not dtype.is_floating_point):
        return None
    return bool(arguments.get("keepdim", False)), dtype


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
    if name in fx_functions.FUNCTIONS:
        return fx_functions.FUNCTIONS[name](node) is not None
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
        _, dtype = get_reduced(node, name)
        x = get(node.args[0])
        return REDUCTIONS[name](x if dtype is None else maths.cast(x, SHORT_NAMES[dtype]))
    if name in fx_functions.FUNCTIONS:
        return fx_functions.FUNCTIONS[name](node)(get)
    return maths.cast(get(node.args[0]), SHORT_NAMES[get_cast(node, name)])


def _apply_binary(function, x, y):
    """PyTorch computes with numbers in the type computed in and rounds then, where our
    operators round the number first."""
    if isinstance(x, numbers.Real) or isinstance(y, numbers.Real):
        return in_wide(function, x, y)
    return function(x, y)


def _apply_power(x, exponent):
    return in_wide(lambda x: x * x if exponent == 2 else x ** exponent, x)


#===----------------------------------------------------------------------===//
# What stays
#===----------------------------------------------------------------------===//

#: Reductions of rows that row programs do not have, or that are not spelled out here.
_OTHER_SUMS = frozenset((
    "prod", "nanmean", "nansum", "logsumexp", "median", "std_mean", "var_mean", "quantile",
    "count_nonzero", "group_norm", "cumsum"))


def explain(node, name):
    """Why what may reduce rows, and is in no region, stays; None if it is no such."""
    if name in ("max", "min") and _get_plain_name(node) == name:
        return f"'{name}' gives positions as well; a{name} gives values only"
    if name in _OTHER_SUMS and name not in SUMS:
        return f"'{name}' is no operation of row programs"
    if name not in SUMS:
        return None
    if node.args and is_supported(node, name):
        return (f"expects '{name}' of rows of at least two columns, with vectors of one "
                "number a column")
    return (f"expects '{name}' over the last dimension alone, with no other options than "
            "row programs have")
