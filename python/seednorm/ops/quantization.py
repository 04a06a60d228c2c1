#===- quantization.py - Rows in eight bits ---------------------------------===//
#
# Rows of eight-bit numbers and their scales.
#
#===-----------------------------------------------------------------------===//
"""Rows in eight bits."""

from typing import Any, Optional

from seednorm.annotations import DType
from seednorm import dtypes
from seednorm.ops.building import (
    build, format_choice, format_int)
from seednorm.values import Value


def quantize(input: Value, to: DType, per: str = "row", scale: Optional[Value] = None,
             group_size: int = 128) -> Any:  # A value or a pair.
    """Rows in eight bits.

    For each part of a row that shares a scale::

        scale = max(max(abs(x)), 2**-100) / max_value
        y = round(x / scale)    # saturating; to the nearest, ties to even

    where max_value is 448 for f8E4M3FN, 57344 for f8E5M2 and 127 for i8. NaN
    stays NaN, or becomes 0 in i8. For a norm whose result is rounded once, to
    eight bits, ask the norm for f32 (`dtype="f32"`).

    Source: Micikevicius et al., FP8 Formats for Deep Learning, arXiv 2209.05433;
    groups of 128 as in DeepSeek-V3, arXiv 2412.19437.

    Args:
        input: (..., D), f64, f32, f16 or bf16; D is known, rank at least 1.
        to: element type of the result: "f8E4M3FN", "f8E5M2" or "i8".
        per: what shares a scale: "row"; "group", `group_size` columns, of which
            the last group may have fewer; "static", everything.
        scale: (1), the scale with "static"; of the type of `input` or f32.
        group_size: columns of a group, at least 1.

    Returns:
        With "static" a value of the shape of `input` and type `to`; else a pair
        of it and the scales, f32 (f64 for rows of f64), one for each row (...)
        or group (..., ceil(D / group_size)).

    Raises:
        UsageError: an operand or an option breaks one of these rules.
    """
    return build("quantize", {"input": input, "scale": scale}, {
        "to": dtypes.parse(to),
        "per": format_choice("quantize", "per", per, ("static", "row", "group"),
                             "scaling"),
        "group_size": format_int("quantize", "group_size", group_size),
    })
