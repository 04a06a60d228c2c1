#===- recognize.py - What a module computes ----------------------------------===//
#
# Found out by running a copy of it on numbers, not from the name of its class: there
# are dozens of RMSNorms by other names, and some add 1 to their weight and some do
# not.
#
#===-----------------------------------------------------------------------===//
"""Recognizing norms among modules of PyTorch."""

import copy
from typing import NamedTuple, Optional

import torch
from torch import nn

from seednorm.torch.modules import Norm, RMSNorm


class Description(NamedTuple):
    """What a module computes."""

    kind: str  # "rms_norm" or "layer_norm".
    dim: int
    eps: Optional[float]
    gamma_offset: float = 0.0
    casting_mode: str = "gemma"


class Unknown(Exception):
    """Why a module is not one of ours."""


def looks_like_norm(module):
    if isinstance(module, Norm):
        return False
    if isinstance(module, (nn.RMSNorm, nn.LayerNorm)):
        return True
    parameters = dict(module.named_parameters(recurse=False))
    # Parametrizations hide the weight in a child.
    weight = parameters.get("weight")
    return (_get_eps_name(module) is not None and not list(module.children())
            and list(parameters) == ["weight"] and weight.ndim == 1
            and weight.is_floating_point())


def _get_eps_name(module):
    for name in ("variance_epsilon", "eps", "epsilon"):
        if isinstance(getattr(module, name, None), float):
            return name
    return None


def describe(module):
    """The `Description` of a module; raises `Unknown` with the reason if there is
    none."""
    if not isinstance(module, nn.Module):
        raise Unknown("it is no module")
    if any(getattr(module, name, None) for name in (
            "_forward_hooks", "_forward_pre_hooks", "_backward_hooks",
            "_backward_pre_hooks")):
        raise Unknown("has hooks, which would be lost")
    if type(module) in (nn.RMSNorm, nn.LayerNorm):
        if len(module.normalized_shape) != 1:
            raise Unknown(f"normalizes {len(module.normalized_shape)} dimensions, not "
                           "one")
        kind = "rms_norm" if isinstance(module, nn.RMSNorm) else "layer_norm"
        return Description(kind, module.normalized_shape[0], module.eps)
    if isinstance(module, RMSNorm) and module.bias is None:
        return Description("rms_norm", module.dim, module.eps, module.gamma_offset,
                            module.casting_mode)
    if not looks_like_norm(module) or not hasattr(module, "weight"):
        raise Unknown("has other parameters than a weight (D), or no epsilon")
    if module.weight.device.type == "meta":
        raise Unknown("is on the meta device, where nothing can be computed")
    eps = getattr(module, _get_eps_name(module))
    return _probe(module, module.weight.shape[0], eps)


def _probe(module, dim, eps):
    """What a class of its own computes, from what it makes of numbers."""
    copied = copy.deepcopy(module).eval()
    weight = copied.weight.detach()
    generator = torch.Generator().manual_seed(0)
    # Rows of several scales: in the smallest, eps decides.
    scales = torch.tensor([1.0, 30.0, 0.5, eps**0.5])[:, None]
    rows = (torch.randn(4, dim, generator=generator) * scales).to(weight.device)
    weight.copy_(torch.rand(dim, generator=generator) + 0.25)
    for offset in (0.0, 1.0):
        expected = _compute(rows.double(), weight.double(), eps, offset)
        found = _run(copied, rows)
        if found.shape == rows.shape and torch.allclose(
                found.double(), expected, rtol=2e-2 if weight.itemsize < 4 else 1e-5,
                atol=0):
            return Description("rms_norm", dim, eps, offset,
                                _find_casting_mode(copied, rows, weight, eps, offset))
    raise Unknown("computes neither w nor (1 + w) times x / sqrt(mean(x * x) + eps)")


def _compute(x, weight, eps, offset, rounded=None):
    n = x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps)
    if rounded is not None:
        n = n.to(rounded).to(x.dtype)
    return n * (weight + offset)


def _run(module, rows):
    try:
        with torch.no_grad():
            found = module(rows)
    except Exception as error:
        raise Unknown(f"fails on rows of {rows.dtype}: {error}") from None
    if not isinstance(found, torch.Tensor):
        raise Unknown(f"returns a {type(found).__name__}, not a tensor")
    return found


def _find_casting_mode(module, rows, weight, eps, offset):
    """The mode of which rows in bfloat16 are nearer to what the module gives."""
    x = rows.bfloat16()
    found = _run(module, x)
    errors = {}
    for mode, rounded in (("gemma", None), ("llama", torch.bfloat16)):
        y = _compute(x.float(), weight.float(), eps, offset, rounded)
        # Llama's code multiplies in the wider type of both.
        own = torch.promote_types(x.dtype, weight.dtype) if rounded else x.dtype
        errors[mode] = ((y.to(own).float() - found.float()).abs().sum().item()
                        if own == found.dtype else float("inf"))
    best = min(errors, key=errors.get)
    if errors[best] > 2**-8 * found.float().abs().sum().item() / 8:
        raise Unknown("rounds rows of bfloat16 neither as Llama nor as Gemma does")
    return best
