#===- __init__.py - Norms for PyTorch ----------------------------------------===//
#
# What users of PyTorch see. `import seednorm` does not load it, nor PyTorch.
#
#===-----------------------------------------------------------------------===//
"""Norms for PyTorch: modules, functions, and replacing those of a model.

::

    from seednorm.torch import SeeDNorm

    norm = SeeDNorm(4096)
    y = norm(x)                     # one kernel forward, one backward
    y, x = norm(branch, x)          # the residual sum in the same kernel
"""

import os as _os

try:
    import torch as _torch
except ImportError as error:
    raise ImportError("seednorm.torch needs PyTorch, which is not installed; pip "
                      "install torch") from error

from seednorm.errors import OWN_FOLDERS as _OWN_FOLDERS
from seednorm.torch import functional
from seednorm.torch.backend import Backend, Left, Replacement, replace
from seednorm.torch.convert import (
    Conversion, Kept, Replaced, convert_model, parameter_groups)
from seednorm.torch.modules import (
    BHyT, CRMSNorm, DyT, LayerNorm, RMSNorm, ScaleNorm)
from seednorm.torch.seednorm_module import AdaSeeDNorm, SeeDNorm

# An error is reported at the line that called a module, not in PyTorch's own code.
_OWN_FOLDERS.append(_os.path.dirname(_os.path.abspath(_torch.__file__)) + _os.sep)

__all__ = [
    "AdaSeeDNorm", "BHyT", "Backend", "CRMSNorm", "Conversion", "DyT", "Kept", "LayerNorm",
    "Left", "RMSNorm", "Replaced", "Replacement", "ScaleNorm", "SeeDNorm", "convert_model", "functional",
    "parameter_groups", "replace",
]
