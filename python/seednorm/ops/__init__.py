#===- __init__.py - The operations -----------------------------------------===//
#
# One function for each operation of the norm dialect, of the same name. Rules
# about shapes and types are the dialect's; here only Python's own types are
# checked.
#
#===-----------------------------------------------------------------------===//
"""Operations on values of a graph."""

from seednorm.ops.conditioned import ada_seednorm, modulate
from seednorm.ops.distributions import log_softmax, softmax
from seednorm.ops.groups import group_norm, head_scale, instance_norm
from seednorm.ops.layer import bhyt, dyt, layer_norm
from seednorm.ops.lengths import fix_norm, l1_norm, l2_norm, scale_norm
from seednorm.ops.quantization import quantize
from seednorm.ops.root_mean_square import crms_norm, rms_norm, seednorm

__all__ = [
    "ada_seednorm",
    "bhyt",
    "crms_norm",
    "dyt",
    "fix_norm",
    "group_norm",
    "head_scale",
    "instance_norm",
    "l1_norm",
    "l2_norm",
    "layer_norm",
    "log_softmax",
    "modulate",
    "quantize",
    "rms_norm",
    "scale_norm",
    "seednorm",
    "softmax",
]
