#===- lengths.py - By the length of a row ----------------------------------===//
#
# Rows divided by a norm in the sense of vector spaces.
#
#===-----------------------------------------------------------------------===//
"""Rows divided by their length."""

from seednorm.annotations import DType, Scalar
from seednorm.ops.building import build, format_float
from seednorm.values import Value


def scale_norm(input: Value, scale: Value, eps: Scalar = 1e-5,
               dtype: DType = None) -> Value:
    """Rows of one learned length.

    For each row `x` (the innermost dimension, D elements)::

        y = scale * (x / max(sqrt(sum(x * x)), eps))

    Source: Nguyen and Salazar, Transformers without Tears, arXiv 1910.05895.
    Everything is computed in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        scale: (1), the length; of the type of `input` or f32.
        eps: a positive number, the least length that is divided by.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("scale_norm", {"input": input, "scale": scale}, {
        "eps": format_float("scale_norm", "eps", eps),
    }, dtype)


def fix_norm(input: Value, scale: Value, eps: Scalar = 1e-5,
             dtype: DType = None) -> Value:
    """Word embeddings of one learned length: another name of `scale_norm`.

    Source: Nguyen and Salazar, Transformers without Tears, arXiv 1910.05895,
    who apply it to the rows of the embedding table.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        scale: (1), the length; of the type of `input` or f32.
        eps: a positive number, the least length that is divided by.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return scale_norm(input, scale, eps, dtype)


def l2_norm(input: Value, eps: Scalar = 1e-12, dtype: DType = None) -> Value:
    """Rows of length 1.

    For each row `x` (the innermost dimension, D elements)::

        y = x / max(sqrt(sum(x * x)), eps)

    Source: Loshchilov et al., nGPT, arXiv 2410.01131; eps as in PyTorch's
    `normalize`. Everything is computed in f32 (f64 for rows of f64)
    and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        eps: a positive number, the least length that is divided by.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("l2_norm", {"input": input}, {
        "eps": format_float("l2_norm", "eps", eps),
    }, dtype)


def l1_norm(input: Value, eps: Scalar = 1e-12, dtype: DType = None) -> Value:
    """Rows whose magnitudes sum to 1.

    For each row `x` (the innermost dimension, D elements)::

        y = x / max(sum(abs(x)), eps)

    Source: PyTorch's `normalize` with p = 1. Everything is computed in f32
    (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        eps: a positive number, the least sum that is divided by.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("l1_norm", {"input": input}, {
        "eps": format_float("l1_norm", "eps", eps),
    }, dtype)
