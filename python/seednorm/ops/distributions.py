#===- distributions.py - Rows as distributions -----------------------------===//
#
# Softmax and its logarithm.
#
#===-----------------------------------------------------------------------===//
"""Softmax and its logarithm."""

from seednorm.annotations import DType
from seednorm.ops.building import build
from seednorm.values import Value


def softmax(input: Value, dtype: DType = None) -> Value:
    """Positive rows that sum to 1.

    For each row `x` (the innermost dimension, D elements)::

        e = exp(x - max(x))
        y = e / sum(e)

    Source: Bridle, Probabilistic Interpretation of Feedforward Classification
    Network Outputs, 1990. Everything is computed in f32 (f64 for rows of
    f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("softmax", {"input": input}, {}, dtype)


def log_softmax(input: Value, dtype: DType = None) -> Value:
    """The logarithm of softmax, without the loss of small values.

    For each row `x` (the innermost dimension, D elements)::

        y = (x - max(x)) - log(sum(exp(x - max(x))))

    Source: Bridle, Probabilistic Interpretation of Feedforward Classification
    Network Outputs, 1990. Everything is computed in f32 (f64 for rows of
    f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("log_softmax", {"input": input}, {}, dtype)
