#===- norms.py - The norms as PyTorch calls them ---------------------------===//
#
# One table of operands and options, from which the operators of the dispatcher
# and the graphs that kernels are compiled from are made. Rules about values of
# options are the dialect's own.
#
#===-----------------------------------------------------------------------===//
"""The table of norms."""

import functools
from typing import Callable, NamedTuple, Tuple

import seednorm
from seednorm import maths
from seednorm.errors import quote

#: What an operand holds: numbers of each row and column; of each column, or each
#: head and column, (D) or (H, D); of each column of a sample, (..., D); of each
#: head of a row; of each channel; one number; a seed; in graphs, of each row.
ROWS, COLUMNS, SAMPLES, HEADS, CHANNELS, ONE, SEED, NUMBERS = (
    "rows", "columns", "samples", "heads", "channels", "one", "seed", "numbers")


class Operand(NamedTuple):
    """A tensor that a norm takes beside `input`."""

    name: str
    kind: str
    optional: bool = False


class Norm(NamedTuple):
    """A norm as an operator.

    Attributes:
        name: of the operator; that of the function in `seednorm.ops`.
        operands: beside `input`, in order.
        options: names with the types of schemas and defaults.
        build: makes a value of a graph from values by name and options.
        takes_residual: whether rows may be a sum with others.
    """

    name: str
    operands: Tuple[Operand, ...]
    options: Tuple[Tuple[str, str, object], ...]
    build: Callable
    takes_residual: bool = True


def compute_type(dtype):
    """The short name of the type that rows of `dtype` are computed in."""
    return "f64" if dtype == "f64" else "f32"


#===----------------------------------------------------------------------===//
# Formulas that no single operation of the dialect has
#===----------------------------------------------------------------------===//


def _build_seednorm(input, casting_mode, dtype=None, **given):
    if casting_mode == "gemma":
        return seednorm.seednorm(input, **given, dtype=dtype)
    if casting_mode != "llama":
        raise seednorm.UsageError("seednorm: expects 'casting_mode' to be one of gemma, "
                                  f"llama, but got {quote(casting_mode)}")
    return _build_rounded_seednorm(input, dtype=dtype, **given)


def _build_rounded_seednorm(input, alpha, beta, gamma, eps, num_heads, activation,
                            seed_scale, gamma_offset, dropout, seed=None,
                            offset=None, dtype=None):
    """SeeDNorm that rounds x * r before it is scaled, as Llama's RMSNorm does.

    Rows with heads come as (N, H, D / H).
    """
    if dropout or seed is not None or offset is not None:
        raise seednorm.UsageError(
            "seednorm: expects no dropout with casting_mode 'llama', but got "
            f"{dropout}")
    wide = compute_type(input.dtype)
    x, alpha, beta, gamma = (
        maths.cast(value, wide) for value in (input, alpha, beta, gamma))
    axes = -1 if len(input.shape) == 2 else (-2, -1)
    r = maths.rsqrt(maths.mean(x * x, axis=axes) + eps)
    rounded = maths.cast(maths.cast(x * r, input.dtype), wide)
    t = _ACTIVATIONS[activation](maths.sum(x * beta) * seed_scale)
    y = (t * alpha + (gamma + gamma_offset)) * rounded
    return maths.cast(y, dtype or input.dtype)


_ACTIVATIONS = {
    "tanh": maths.tanh,
    "sigmoid": maths.sigmoid,
    "hardtanh": lambda s: maths.minimum(maths.maximum(s, -1.0), 1.0),
    "softsign": lambda s: s / (1.0 + abs(s)),
}


def _build_rms_norm(input, gamma=None, dtype=None, **given):
    if gamma is not None:
        return seednorm.rms_norm(input, gamma, **given, dtype=dtype)
    if given["partial"] != 1 or given["depth"] != 1 or given["gamma_offset"]:
        raise seednorm.UsageError(
            "rms_norm: expects 'partial', 'depth' and 'gamma_offset' to be left "
            "out where there is no gamma")
    if given.get("bias") is not None:
        raise seednorm.UsageError("rms_norm: expects no bias where there is no gamma")
    x = maths.cast(input, compute_type(input.dtype))
    r = maths.rsqrt(maths.mean(x * x) + given["eps"])
    return maths.cast(x * r, dtype or input.dtype)


def _build_layer_norm(input, gamma=None, dtype=None, **given):
    if gamma is not None:
        return seednorm.layer_norm(input, gamma, **given, dtype=dtype)
    if given["depth"] != 1 or given["gamma_offset"] or given.get("bias") is not None:
        raise seednorm.UsageError("layer_norm: expects 'depth', 'gamma_offset' and "
                                  "'bias' to be left out where there is no gamma")
    # Of rows (N, D), one group of D channels.
    return seednorm.group_norm(input, 1, eps=given["eps"], dtype=dtype)


#===----------------------------------------------------------------------===//
# The table
#===----------------------------------------------------------------------===//

_EPS = ("eps", "float", 1e-6)
_EPS_5 = ("eps", "float", 1e-5)
_OFFSET = ("gamma_offset", "float", 0.0)
_DEPTH = ("depth", "int", 1)
_CAST = ("casting_mode", "str", "gemma")
_HEADS = ("num_heads", "int", 1)
_ACT = ("activation", "str", "tanh")
_SCALE = ("seed_scale", "float", 1.0)

_GAMMA = Operand("gamma", COLUMNS)
_BIAS = Operand("bias", COLUMNS, optional=True)
_ALPHA, _BETA = Operand("alpha", COLUMNS), Operand("beta", COLUMNS)
_OPTIONAL_GAMMA = Operand("gamma", COLUMNS, optional=True)
_CONDITION = (Operand("scale", SAMPLES), Operand("shift", SAMPLES))
_CHANNELS = (Operand("gamma", CHANNELS, True), Operand("bias", CHANNELS, True))
_LENGTH = Operand("scale", ONE)

NORMS = {norm.name: norm for norm in (
    Norm("seednorm", (_ALPHA, _BETA, _GAMMA, Operand("seed", SEED, True),
                      Operand("offset", SEED, True)),
         (_EPS, _HEADS, _ACT, _SCALE, _OFFSET, ("dropout", "float", 0.0), _CAST),
         _build_seednorm),
    Norm("rms_norm", (_OPTIONAL_GAMMA, _BIAS),
         (_EPS, _OFFSET, ("partial", "float", 1.0), _CAST, _DEPTH), _build_rms_norm),
    Norm("crms_norm", (_GAMMA,), (_EPS, _OFFSET), seednorm.crms_norm),
    Norm("layer_norm", (_OPTIONAL_GAMMA, _BIAS), (_EPS_5, _OFFSET, _DEPTH),
         _build_layer_norm),
    Norm("dyt", (Operand("alpha", ONE), _GAMMA, _BIAS), (), seednorm.dyt),
    Norm("bhyt", (Operand("slope", ONE), _GAMMA), (_EPS, ("kappa", "float", 10.0)),
         seednorm.bhyt),
    Norm("ada_seednorm", (_ALPHA, _BETA, *_CONDITION), (_EPS, _HEADS, _ACT, _SCALE),
         seednorm.ada_seednorm),
    Norm("modulate", _CONDITION, (("statistics", "str", "layer_norm"), _EPS),
         seednorm.modulate),
    Norm("scale_norm", (_LENGTH,), (_EPS_5,), seednorm.scale_norm),
    Norm("l2_norm", (), (("eps", "float", 1e-12),), seednorm.l2_norm),
    Norm("l1_norm", (), (("eps", "float", 1e-12),), seednorm.l1_norm),
    Norm("softmax", (), (), seednorm.softmax, takes_residual=False),
    Norm("log_softmax", (), (), seednorm.log_softmax, takes_residual=False),
    Norm("head_scale", (Operand("scale", HEADS),), (), seednorm.head_scale),
    Norm("group_norm", _CHANNELS, (("num_groups", "int", 1), _EPS_5),
         seednorm.group_norm, takes_residual=False),
    Norm("instance_norm", _CHANNELS, (_EPS_5,), seednorm.instance_norm,
         takes_residual=False),
)}


@functools.lru_cache(maxsize=None)
def get_kinds(name):
    """Kinds of all operands of a norm, `input` first."""
    return (ROWS, *(operand.kind for operand in NORMS[name].operands))
