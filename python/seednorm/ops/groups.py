#===- groups.py - Of groups and heads --------------------------------------===//
#
# Norms of groups of channels, and scales of heads.
#
#===-----------------------------------------------------------------------===//
"""Norms of groups of channels, and scales of heads."""

from typing import Optional

from seednorm.annotations import DType, Scalar
from seednorm.ops.building import (
    build, format_choice, format_float, format_int)
from seednorm.values import Value


def group_norm(input: Value, num_groups: int, gamma: Optional[Value] = None,
               bias: Optional[Value] = None, eps: Scalar = 1e-5,
               layout: str = "channels_first", dtype: DType = None) -> Value:
    """Normalization of groups of channels.

    With `x` all elements of a sample in one of `num_groups` equal runs of its C
    channels::

        y = gamma * (x - mean(x)) / sqrt(var(x) + eps) + bias

    Source: Wu and He, Group Normalization, arXiv 1803.08494. Computed as
    `layer_norm` is.

    Args:
        input: (N, C, ...), f64, f32, f16 or bf16; all sizes but N are known.
        num_groups: at least 1; divides C.
        gamma: (C), scale; of the type of `input` or f32; none if left out.
        bias: (C), shift; of the type of `input` or f32; none if left out.
        eps: a positive number, added to the variance.
        layout: "channels_first"; or "channels_last", (N, ..., C), where all of a
            sample is one group.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("group_norm", {"input": input, "gamma": gamma, "bias": bias}, {
        "num_groups": format_int("group_norm", "num_groups", num_groups),
        "eps": format_float("group_norm", "eps", eps),
        "layout": format_choice("group_norm", "layout", layout,
                                ("channels_first", "channels_last"), "layout"),
    }, dtype)


def instance_norm(input: Value, gamma: Optional[Value] = None,
                  bias: Optional[Value] = None, eps: Scalar = 1e-5,
                  layout: str = "channels_first", dtype: DType = None) -> Value:
    """Normalization of each channel of a sample.

    With `x` all elements of a sample in one of its C channels::

        y = gamma * (x - mean(x)) / sqrt(var(x) + eps) + bias

    Source: Ulyanov, Vedaldi and Lempitsky, Instance Normalization, arXiv
    1607.08022. Computed as `layer_norm` is.

    Args:
        input: (N, C, ...), f64, f32, f16 or bf16; all sizes but N are known.
        gamma: (C), scale; of the type of `input` or f32; none if left out.
        bias: (C), shift; of the type of `input` or f32; none if left out.
        eps: a positive number, added to the variance.
        layout: "channels_first"; or "channels_last", (N, ..., C), where C is 1.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("instance_norm", {"input": input, "gamma": gamma, "bias": bias}, {
        "eps": format_float("instance_norm", "eps", eps),
        "layout": format_choice("instance_norm", "layout", layout,
                                ("channels_first", "channels_last"), "layout"),
    }, dtype)


def head_scale(input: Value, scale: Value, dtype: DType = None) -> Value:
    """A scale for each head.

    For each row `x` (the innermost dimension, D elements) of H heads, which own
    D / H contiguous columns::

        y = scale[head] * x

    Source: Shleifer, Weston and Ott, NormFormer, arXiv 2110.09456. Everything
    is computed in f32 (f64 for rows of f64) and rounded once.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        scale: (H), where H divides D; of the type of `input` or f32.
        dtype: element type of the result, that of `input` or f32; that of
            `input` if left out.

    Returns:
        A value of the shape of `input`.

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("head_scale", {"input": input, "scale": scale}, {}, dtype)
