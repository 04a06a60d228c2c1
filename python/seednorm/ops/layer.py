#===- layer.py - In the place of LayerNorm ---------------------------------===//
#
# LayerNorm, and what replaces it.
#
#===-----------------------------------------------------------------------===//
"""LayerNorm, and what replaces it."""

from typing import Optional

from seednorm.annotations import DType, Scalar
from seednorm.ops.building import build, format_float, format_int
from seednorm.values import Value


def layer_norm(input: Value, gamma: Value, bias: Optional[Value] = None,
               eps: Scalar = 1e-5, gamma_offset: Scalar = 0.0, depth: int = 1,
               dtype: DType = None) -> Value:
    """Normalization by mean and variance.

    For each row `x` (the innermost dimension, D elements)::

        m = mean(x)
        v = mean((x - m) * (x - m))
        n = (gamma + gamma_offset) * (x - m) / sqrt(v + eps)
        y = (n + bias) / sqrt(depth)

    The rounding of m is corrected, so that a mean far above the deviation costs
    no accuracy.

    Source: Ba, Kiros and Hinton, Layer Normalization, arXiv 1607.06450;
    depth: Sun et al., The Curse of Depth in Large Language Models, arXiv
    2502.05795.
    Everything is computed in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        gamma: (D), scale; or (H, D), where H is the size of the dimension
            before D; of the type of `input` or f32.
        bias: like `gamma`, shift; none if left out.
        eps: a positive number, added to the variance.
        gamma_offset: 1 for models that store gamma - 1.
        depth: number of the layer, from 1, for LayerNorm Scaling.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("layer_norm", {"input": input, "gamma": gamma, "bias": bias}, {
        "eps": format_float("layer_norm", "eps", eps),
        "gamma_offset": format_float("layer_norm", "gamma_offset", gamma_offset),
        "depth": format_int("layer_norm", "depth", depth),
    }, dtype)


def dyt(input: Value, alpha: Value, gamma: Value, bias: Optional[Value] = None,
        dtype: DType = None) -> Value:
    """Dynamic tanh: bounded scaling in place of a normalization.

    For each row `x` (the innermost dimension, D elements)::

        y = gamma * tanh(alpha * x) + bias

    Source: Zhu et al., Transformers without Normalization, arXiv 2503.10622.
    Everything is computed in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        alpha: (1), slope; of the type of `input` or f32.
        gamma: (D), scale; or (H, D), where H is the size of the dimension
            before D; of the type of `input` or f32.
        bias: like `gamma`, shift; none if left out.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("dyt", {"input": input, "alpha": alpha, "gamma": gamma,
                          "bias": bias}, {}, dtype)


def bhyt(input: Value, slope: Value, gamma: Value, eps: Scalar = 1e-6,
         kappa: Scalar = 10.0, dtype: DType = None) -> Value:
    """Bounded hyperbolic tangent, whose bound follows from the row.

    For each row `x` (the innermost dimension, D elements)::

        r = 1 / sqrt(mean(x * x) + eps)
        y = gamma * tanh(slope / kappa * (x * r))

    Source: Byun et al., Bounded Hyperbolic Tangent, arXiv 2601.09719, with the
    exact statistic of the row; `slope` is lambda there. Everything is computed
    in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        slope: (1), of the type of `input` or f32; initially 2.
        gamma: (D), scale; or (H, D), where H is the size of the dimension
            before D; of the type of `input` or f32.
        eps: a positive number, added to the mean of squares.
        kappa: a positive number: elements beyond kappa / r are rarer than
            1 / kappa**2.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("bhyt", {"input": input, "slope": slope, "gamma": gamma}, {
        "eps": format_float("bhyt", "eps", eps),
        "kappa": format_float("bhyt", "kappa", kappa),
    }, dtype)
