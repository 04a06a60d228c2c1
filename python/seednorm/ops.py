#===- ops.py - The operations -----------------------------------------------===//
#
# One function for each operation of the norm dialect, of the same name. Rules
# about shapes and types are the dialect's; here only Python's own types are
# checked.
#
#===-----------------------------------------------------------------------===//
"""Operations on values of a graph."""

import numbers
import operator
import struct

from seednorm.errors import UsageError
from seednorm.graph import Value, describe

_ACTIVATIONS = ("tanh", "sigmoid", "hardtanh", "softsign")


def seednorm(input, alpha, beta, gamma, eps=1e-6, num_heads=1,
             activation="tanh", seed_scale=1.0, gamma_offset=0.0):
    """Root-mean-square normalization whose scale depends on the row.

    For each row `x` (the innermost dimension, D elements) and each of H =
    `num_heads` heads, which own D / H contiguous columns::

        s = seed_scale * sum(x_i * beta_i for i in head)
        y = (act(s) * alpha + gamma + gamma_offset) * x / sqrt(mean(x * x) + eps)

    Source: SeeDNorm: Self-Rescaled Dynamic Normalization, arXiv 2510.22777,
    with the multi-head form of its dot product. Everything is computed in f32
    and rounded once.

    Args:
        input: (..., D), f32, f16 or bf16; D is known, rank at least 1.
        alpha: (D), weight of the dynamic part; of the type of `input` or f32.
        beta: (D), direction the row is projected on; like `alpha`.
        gamma: (D), static scale; like `alpha`.
        eps: a positive number, added to the mean of squares.
        num_heads: H, at least 1; divides D.
        activation: act, one of "tanh", "sigmoid", "hardtanh", "softsign".
        seed_scale: factor on the dot products: 1 in language models, 1/D in
            vision.
        gamma_offset: 1 for models that store gamma - 1.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    if activation not in _ACTIVATIONS:
        raise UsageError("seednorm: expects 'activation' to be one of "
                         f"{', '.join(_ACTIVATIONS)}, but got {activation!r}")
    operands = {"input": input, "alpha": alpha, "beta": beta, "gamma": gamma}
    return _build("seednorm", operands, {
        "eps": _format_float("seednorm", "eps", eps),
        "num_heads": _format_int("seednorm", "num_heads", num_heads),
        "activation": f"#norm<activation {activation}>",
        "seed_scale": _format_float("seednorm", "seed_scale", seed_scale),
        "gamma_offset": _format_float("seednorm", "gamma_offset", gamma_offset),
    })


def rms_norm(input, gamma, eps=1e-6, gamma_offset=0.0):
    """Root-mean-square normalization.

    For each row `x` (the innermost dimension, D elements)::

        y = (gamma + gamma_offset) * x / sqrt(mean(x * x) + eps)

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, arXiv
    1910.07467, equation 4. Everything is computed in f32 and rounded once.

    Args:
        input: (..., D), f32, f16 or bf16; D is known, rank at least 1.
        gamma: (D), scale; of the type of `input` or f32.
        eps: a positive number, added to the mean of squares.
        gamma_offset: 1 for models that store gamma - 1.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("rms_norm", {"input": input, "gamma": gamma}, {
        "eps": _format_float("rms_norm", "eps", eps),
        "gamma_offset": _format_float("rms_norm", "gamma_offset", gamma_offset),
    })


def _build(mnemonic, operands, attributes):
    input = operands["input"]
    if not isinstance(input, Value):
        raise UsageError(f"{mnemonic}: expects 'input' to be a value of a graph, "
                         f"but got {describe(input)}")
    return input._graph.add_op(f"norm.{mnemonic}", operands, attributes)


def _format_float(op, name, value):
    """MLIR's text for exactly this f64: its bits, which also say NaN."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise UsageError(f"{op}: expects '{name}' to be a number, but got "
                         f"{value!r}")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    bits, = struct.unpack("<Q", struct.pack("<d", number))
    return f"0x{bits:016X} : f64"


def _format_int(op, name, value):
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or not -2**63 <= number < 2**63:
        raise UsageError(f"{op}: expects '{name}' to be an integer of 64 bits, "
                         f"but got {value!r}")
    return f"{number} : i64"
