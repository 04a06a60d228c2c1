#===- root_mean_square.py - By the root mean square ------------------------===//
#
# Norms by the root mean square of a row.
#
#===-----------------------------------------------------------------------===//
"""Norms by the root mean square of a row."""

from typing import Optional

from seednorm.annotations import DType, Scalar
from seednorm.ops.building import (
    ACTIVATIONS, build, format_choice, format_float, format_int)
from seednorm.values import Value


def seednorm(input: Value, alpha: Value, beta: Value, gamma: Value, eps: Scalar = 1e-6,
             num_heads: int = 1, activation: str = "tanh", seed_scale: Scalar = 1.0,
             gamma_offset: Scalar = 0.0, dropout: Scalar = 0.0,
             seed: Optional[Value] = None, offset: Optional[Value] = None,
             dtype: DType = None) -> Value:
    """Root-mean-square normalization whose scale depends on the row.

    For each row `x` (the innermost dimension, D elements) and each of H =
    `num_heads` heads, which own D / H contiguous columns::

        s = seed_scale * sum(x_i * beta_i for i in head)
        g = act(s) * alpha * mask + gamma + gamma_offset
        y = g * x / sqrt(mean(x * x) + eps)

    where `mask` is 1, or with `dropout` p for each row and column 0 with
    probability p and else 1 / (1 - p), drawn by Philox-4x32-10 from the seed,
    the offset, the row and the column: the same on every target.

    Source: SeeDNorm: Self-Rescaled Dynamic Normalization, arXiv 2510.22777,
    with the multi-head form of its dot product. Everything is computed in f32
    (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        alpha: (D), weight of the dynamic part; or (H, D), where H is the size
            of the dimension before D; of the type of `input` or f32.
        beta: direction the row is projected on; like `alpha`.
        gamma: static scale; like `alpha`.
        eps: a positive number, added to the mean of squares.
        num_heads: H, at least 1; divides D.
        activation: act, one of "tanh", "sigmoid", "hardtanh", "softsign".
        seed_scale: factor on the dot products: 1 in language models, 1/D in
            vision.
        gamma_offset: 1 for models that store gamma - 1.
        dropout: p, at least 0 and less than 1.
        seed: (1), i64, with dropout only: the key of the random numbers.
        offset: (1), i64, with dropout only: tells draws under one seed apart.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    operands = {"input": input, "alpha": alpha, "beta": beta, "gamma": gamma,
                "seed": seed, "offset": offset}
    return build("seednorm", operands, {
        "eps": format_float("seednorm", "eps", eps),
        "num_heads": format_int("seednorm", "num_heads", num_heads),
        "activation": format_choice(
            "seednorm", "activation", activation, ACTIVATIONS, "activation"),
        "seed_scale": format_float("seednorm", "seed_scale", seed_scale),
        "gamma_offset": format_float("seednorm", "gamma_offset", gamma_offset),
        "dropout": format_float("seednorm", "dropout", dropout),
    }, dtype)


def rms_norm(input: Value, gamma: Value, eps: Scalar = 1e-6,
             gamma_offset: Scalar = 0.0, bias: Optional[Value] = None,
             partial: Scalar = 1.0, casting_mode: str = "gemma", depth: int = 1,
             dtype: DType = None) -> Value:
    """Root-mean-square normalization.

    For each row `x` (the innermost dimension, D elements)::

        r = 1 / sqrt(mean(x * x) + eps)
        y = ((gamma + gamma_offset) * x * r + bias) / sqrt(depth)

    With `partial` below 1 the mean covers the first ceil(partial * D) columns.

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, arXiv
    1910.07467, equations 4 and 6; depth: Sun et al., The Curse of Depth in Large
    Language Models, arXiv 2502.05795. Everything is computed in f32 (f64 for rows
    of f64) and rounded once but for what `casting_mode` says.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        gamma: (D), scale; or (H, D), where H is the size of the dimension
            before D; of the type of `input` or f32.
        eps: a positive number, added to the mean of squares.
        gamma_offset: 1 for models that store gamma - 1.
        bias: like `gamma`, shift; none if left out.
        partial: greater than 0, at most 1: the part of a row that is measured.
        casting_mode: where it rounds: "gemma", the result only; "llama", also x *
            r to the type of `input` before it is scaled.
        depth: number of the layer, from 1, for LayerNorm Scaling.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("rms_norm", {"input": input, "gamma": gamma, "bias": bias}, {
        "eps": format_float("rms_norm", "eps", eps),
        "gamma_offset": format_float("rms_norm", "gamma_offset", gamma_offset),
        "partial": format_float("rms_norm", "partial", partial),
        "casting_mode": format_choice("rms_norm", "casting_mode", casting_mode,
                                      ("gemma", "llama"), "casting_mode"),
        "depth": format_int("rms_norm", "depth", depth),
    }, dtype)


def crms_norm(input: Value, gamma: Value, eps: Scalar = 1e-6,
              gamma_offset: Scalar = 0.0, dtype: DType = None) -> Value:
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
        gamma: (D), scale; or (H, D), where H is the size of the dimension
            before D; of the type of `input` or f32.
        eps: a positive number, added to the mean of squares.
        gamma_offset: 1 for models that store gamma - 1.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("crms_norm", {"input": input, "gamma": gamma}, {
        "eps": format_float("crms_norm", "eps", eps),
        "gamma_offset": format_float("crms_norm", "gamma_offset", gamma_offset),
    }, dtype)
