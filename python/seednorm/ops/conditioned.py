#===- conditioned.py - With conditions -------------------------------------===//
#
# Norms whose scale and shift come from outside.
#
#===-----------------------------------------------------------------------===//
"""Norms with the scale and shift of a sample."""

from typing import Any, Optional

from seednorm.annotations import DType, Scalar
from seednorm.ops.building import (
    ACTIVATIONS, build, format_choice, format_float, format_int)
from seednorm.values import Value


def ada_seednorm(input: Value, alpha: Value, beta: Value, scale: Value, shift: Value,
                 eps: Scalar = 1e-6, num_heads: int = 1, activation: str = "tanh",
                 seed_scale: Scalar = 1.0, dtype: DType = None) -> Value:
    """SeeDNorm with the scale and shift of a sample.

    For each row `x` (the innermost dimension, D elements), with s as in
    `seednorm`::

        n = (act(s) * alpha + 1) * x / sqrt(mean(x * x) + eps)
        y = n * (1 + scale) + shift

    Source: SeeDNorm, arXiv 2510.22777, its form for DiT. Everything is computed
    in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        alpha: (D), weight of the dynamic part; or (H, D), where H is the size
            of the dimension before D; of the type of `input` or f32.
        beta: direction the row is projected on; like `alpha`.
        scale: (first dimensions of `input`, D), at least those not known, or (D);
            rows that agree in them share a slice; of the type of `input` or f32.
        shift: like `scale`.
        eps: a positive number, added to the mean of squares.
        num_heads: at least 1; divides D.
        activation: act, one of "tanh", "sigmoid", "hardtanh", "softsign".
        seed_scale: factor on the dot products.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    operands = {"input": input, "alpha": alpha, "beta": beta, "scale": scale,
                "shift": shift}
    return build("ada_seednorm", operands, {
        "eps": format_float("ada_seednorm", "eps", eps),
        "num_heads": format_int("ada_seednorm", "num_heads", num_heads),
        "activation": format_choice("ada_seednorm", "activation", activation,
                                    ACTIVATIONS, "activation"),
        "seed_scale": format_float("ada_seednorm", "seed_scale", seed_scale),
    }, dtype)


def modulate(input: Value, scale: Value, shift: Value,
             residual: Optional[Value] = None, gate: Optional[Value] = None,
             statistics: str = "layer_norm", eps: Scalar = 1e-6,
             dtype: DType = None) -> Any:  # A value or a pair.
    """Adaptive norm: a norm without parameters, then scale and shift.

    For each row `x` (the innermost dimension, D elements)::

        h = residual + gate * x     # x without a residual
        y = norm(h) * (1 + scale) + shift

    Source: Peebles and Xie, Scalable Diffusion Models with Transformers, arXiv
    2212.09748: `modulate` in its code, after the gated addition of the branch
    before. Everything is computed in f32 (f64 for rows of f64); h is rounded
    once, and y follows from the rounded h and is rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        scale: (first dimensions of `input`, D), at least those not known, or (D);
            rows that agree in them share a slice; of the type of `input` or f32.
        shift: like `scale`.
        residual: of the shape of `input`, and its type or f32; none if left out.
        gate: as `scale`, beside a residual; 1 if left out.
        statistics: "layer_norm" or "rms_norm".
        eps: a positive number, added to the variance or mean of squares.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`; with a residual, a pair of it and h,
        which is of the type of `residual`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    operands = {"input": input, "scale": scale, "shift": shift,
                "residual": residual, "gate": gate}
    return build("modulate", operands, {
        "statistics": format_choice("modulate", "statistics", statistics,
                                    ("layer_norm", "rms_norm"), "statistics"),
        "eps": format_float("modulate", "eps", eps),
    }, dtype)
