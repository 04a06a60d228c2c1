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
    (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
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


def rms_norm(input, gamma, eps=1e-6, gamma_offset=0.0, bias=None, partial=1.0):
    """Root-mean-square normalization.

    For each row `x` (the innermost dimension, D elements)::

        r = 1 / sqrt(mean(x * x) + eps)
        y = (gamma + gamma_offset) * x * r + bias

    With `partial` below 1 the mean covers the first ceil(partial * D) columns.

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, arXiv
    1910.07467, equations 4 and 6. Everything is computed in f32 (f64 for rows of
    f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        gamma: (D), scale; of the type of `input` or f32.
        eps: a positive number, added to the mean of squares.
        gamma_offset: 1 for models that store gamma - 1.
        bias: (D), shift; of the type of `input` or f32; none if left out.
        partial: greater than 0, at most 1: the part of a row that is measured.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("rms_norm", {"input": input, "gamma": gamma, "bias": bias}, {
        "eps": _format_float("rms_norm", "eps", eps),
        "gamma_offset": _format_float("rms_norm", "gamma_offset", gamma_offset),
        "partial": _format_float("rms_norm", "partial", partial),
    })


def crms_norm(input, gamma, eps=1e-6, gamma_offset=0.0):
    """Root-mean-square normalization of compressed rows of mean 0.

    Rows of D + 1 elements are stored without their last one, which is minus the
    sum of the others. For each row `x` (the innermost dimension, D elements)::

        r = 1 / sqrt((sum(x * x) + sum(x)**2) / (D + 1) + eps)
        y = (gamma + gamma_offset) * x * r

    Source: Jiang et al., Pre-RMSNorm and Pre-CRMSNorm Transformers, arXiv
    2305.14858. Everything is computed in f32 (f64 for rows of f64) and rounded
    once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        gamma: (D), scale; of the type of `input` or f32.
        eps: a positive number, added to the mean of squares.
        gamma_offset: 1 for models that store gamma - 1.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("crms_norm", {"input": input, "gamma": gamma}, {
        "eps": _format_float("crms_norm", "eps", eps),
        "gamma_offset": _format_float("crms_norm", "gamma_offset", gamma_offset),
    })


def layer_norm(input, gamma, bias=None, eps=1e-5, gamma_offset=0.0):
    """Normalization by mean and variance.

    For each row `x` (the innermost dimension, D elements)::

        m = mean(x)
        v = mean((x - m) * (x - m))
        y = (gamma + gamma_offset) * (x - m) / sqrt(v + eps) + bias

    The rounding of m is corrected, so that a mean far above the deviation costs
    no accuracy.

    Source: Ba, Kiros and Hinton, Layer Normalization, arXiv 1607.06450.
    Everything is computed in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        gamma: (D), scale; of the type of `input` or f32.
        bias: (D), shift; of the type of `input` or f32; none if left out.
        eps: a positive number, added to the variance.
        gamma_offset: 1 for models that store gamma - 1.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("layer_norm", {"input": input, "gamma": gamma, "bias": bias}, {
        "eps": _format_float("layer_norm", "eps", eps),
        "gamma_offset": _format_float("layer_norm", "gamma_offset", gamma_offset),
    })


def dyt(input, alpha, gamma, bias=None):
    """Dynamic tanh: bounded scaling in place of a normalization.

    For each row `x` (the innermost dimension, D elements)::

        y = gamma * tanh(alpha * x) + bias

    Source: Zhu et al., Transformers without Normalization, arXiv 2503.10622.
    Everything is computed in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        alpha: (1), slope; of the type of `input` or f32.
        gamma: (D), scale; of the type of `input` or f32.
        bias: (D), shift; of the type of `input` or f32; none if left out.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("dyt", {"input": input, "alpha": alpha, "gamma": gamma,
                          "bias": bias}, {})


def scale_norm(input, scale, eps=1e-5):
    """Rows of one learned length.

    For each row `x` (the innermost dimension, D elements)::

        y = scale * (x / max(sqrt(sum(x * x)), eps))

    Source: Nguyen and Salazar, Transformers without Tears, arXiv 1910.05895.
    Everything is computed in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        scale: (1), the length; of the type of `input` or f32.
        eps: a positive number, the least length that is divided by.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("scale_norm", {"input": input, "scale": scale}, {
        "eps": _format_float("scale_norm", "eps", eps),
    })


def l2_norm(input, eps=1e-12):
    """Rows of length 1.

    For each row `x` (the innermost dimension, D elements)::

        y = x / max(sqrt(sum(x * x)), eps)

    Source: Loshchilov et al., nGPT, arXiv 2410.01131; eps as in PyTorch's
    `normalize`. Everything is computed in f32 (f64 for rows of f64)
    and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        eps: a positive number, the least length that is divided by.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("l2_norm", {"input": input}, {
        "eps": _format_float("l2_norm", "eps", eps),
    })


def l1_norm(input, eps=1e-12):
    """Rows whose magnitudes sum to 1.

    For each row `x` (the innermost dimension, D elements)::

        y = x / max(sum(abs(x)), eps)

    Source: PyTorch's `normalize` with p = 1. Everything is computed in f32
    (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        eps: a positive number, the least sum that is divided by.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("l1_norm", {"input": input}, {
        "eps": _format_float("l1_norm", "eps", eps),
    })


def softmax(input):
    """Positive rows that sum to 1.

    For each row `x` (the innermost dimension, D elements)::

        e = exp(x - max(x))
        y = e / sum(e)

    Source: Bridle, Probabilistic Interpretation of Feedforward Classification
    Network Outputs, 1990. Everything is computed in f32 (f64 for rows of
    f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("softmax", {"input": input}, {})


def log_softmax(input):
    """The logarithm of softmax, without the loss of small values.

    For each row `x` (the innermost dimension, D elements)::

        y = (x - max(x)) - log(sum(exp(x - max(x))))

    Source: Bridle, Probabilistic Interpretation of Feedforward Classification
    Network Outputs, 1990. Everything is computed in f32 (f64 for rows of
    f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.

    Returns:
        A value of the shape and type of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return _build("log_softmax", {"input": input}, {})


def _build(mnemonic, operands, attributes):
    """Adds an operation; its last operand may be None where it is optional."""
    if "bias" in operands and operands["bias"] is None:
        del operands["bias"]
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
