#===- convert.py - Norms of a model, replaced --------------------------------===//
#
# What a module computes is found out by running a copy of it on numbers, not from
# the name of its class: there are dozens of RMSNorms by other names, and some add 1
# to their weight and some do not.
#
#===-----------------------------------------------------------------------===//
"""Replacing the norms of a model, and groups of parameters for optimizers."""

import copy
from typing import List, NamedTuple, Optional, Tuple

import torch
from torch import nn

from seednorm.errors import UsageError, quote
from seednorm.torch.modules import LayerNorm, Norm, RMSNorm
from seednorm.torch.seednorm_module import AdaSeeDNorm, SeeDNorm


class Replaced(NamedTuple):
    """A module that was replaced."""

    name: str
    before: str  #: The name of its class.
    after: nn.Module


class Kept(NamedTuple):
    """A module that looks like a norm and was not replaced."""

    name: str
    before: str
    reason: str


class Conversion(NamedTuple):
    """What `convert_model` did."""

    replaced: Tuple[Replaced, ...]
    kept: Tuple[Kept, ...]


class _Description(NamedTuple):
    """What a module computes."""

    kind: str  # "rms_norm" or "layer_norm".
    dim: int
    eps: Optional[float]
    gamma_offset: float = 0.0
    casting_mode: str = "gemma"


class _Unknown(Exception):
    """Why a module is not one of ours."""


#===----------------------------------------------------------------------===//
# Models
#===----------------------------------------------------------------------===//


def convert_model(model, to="same"):
    """Replaces the norms among the submodules of a model, in place.

    Found are `torch.nn.RMSNorm` and `torch.nn.LayerNorm`, and by structure modules
    without children whose only parameter is a `weight` (D) beside an attribute
    `variance_epsilon`, `eps` or `epsilon`: a copy is run on a few numbers, and what it
    gives decides whether it is an RMSNorm, whether the weight is w or 1 + w, and where
    it rounds (Llama, Gemma).

    Parameters are taken over, the same objects under the same names (with "seednorm" a
    weight is called gamma), so that optimizers, tied parameters and frozen ones stay as
    they are; device, type and `training` too. Of a module that is in the model twice,
    so is what replaces it.

    Args:
        model: its submodules; it cannot be replaced itself.
        to: "same", each by the module of the same name; or "seednorm", every RMSNorm by
            a `SeeDNorm` that initially computes the same.

    Returns:
        A `Conversion`: what was replaced, and what looks like a norm and was not, with
        the reason: hooks, parametrizations, several last dimensions, another formula,
        on the meta device.

    Raises:
        UsageError: `model` is no module, or itself a norm, or `to` is something else.
    """
    if not isinstance(model, nn.Module):
        raise UsageError("convert_model: expects 'model' to be a torch.nn.Module, but "
                         f"got {type(model).__name__}")
    if to not in ("same", "seednorm"):
        raise UsageError("convert_model: expects 'to' to be same or seednorm, but got "
                         f"{quote(to)}")
    if _looks_like_norm(model):
        raise UsageError("convert_model: expects a model with norms in it, but got a "
                         f"norm, {type(model).__name__}")
    made, replaced, kept = {}, [], []
    for path, parent, name, child in _list_candidates(model):
        try:
            if child not in made:
                made[child] = _convert(child, to)
        except _Unknown as reason:
            kept.append(Kept(path, type(child).__name__, str(reason)))
            continue
        setattr(parent, name, made[child])
        replaced.append(Replaced(path, type(child).__name__, made[child]))
    return Conversion(tuple(replaced), tuple(kept))


def _list_candidates(model):
    found = []
    for prefix, parent in model.named_modules(remove_duplicate=True):
        for name, child in parent._modules.items():
            if child is not None and _looks_like_norm(child):
                found.append((f"{prefix}.{name}" if prefix else name, parent, name, child))
    return found


def _looks_like_norm(module):
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


def _convert(module, to):
    description = _describe(module)
    if to == "seednorm":
        if description.kind != "rms_norm":
            raise _Unknown("a LayerNorm, which no SeeDNorm computes")
        try:
            return make_seednorm(SeeDNorm, module, {}, description)
        except UsageError as error:
            raise _Unknown(error.message) from None
    if description.kind == "layer_norm":
        made = LayerNorm(description.dim, description.eps, module.weight is not None,
                         module.bias is not None, device="meta")
    else:
        made = RMSNorm(description.dim, description.eps, module.weight is not None,
                       gamma_offset=description.gamma_offset,
                       casting_mode=description.casting_mode, device="meta")
    for name, parameter in module.named_parameters(recurse=False):
        setattr(made, name, parameter)
    return made.train(module.training)


def make_seednorm(cls, module, options, description=None):
    """See `SeeDNorm.from_rms_norm`."""
    try:
        description = description or _describe(module)
    except _Unknown as reason:
        raise UsageError("from_rms_norm: expects an RMSNorm, but got "
                         f"{type(module).__name__}: {reason}") from None
    if description.kind != "rms_norm" or module.weight is None:
        raise UsageError("from_rms_norm: expects an RMSNorm with a weight, but got "
                         f"{type(module).__name__}")
    own = {"eps": description.eps, "gamma_offset": description.gamma_offset,
           "casting_mode": description.casting_mode}
    for name in (*own, "dim", "device", "dtype"):
        if name in options:
            raise UsageError(f"from_rms_norm: expects no '{name}', which follows from "
                             "the module")
    if options.get("activation") == "sigmoid":
        raise UsageError("from_rms_norm: expects an activation that is 0 at 0, but got "
                         "sigmoid")
    weight = module.weight
    made = cls(description.dim, **own, **options, device=weight.device,
               dtype=weight.dtype)
    made.gamma = weight
    return made.train(module.training)


#===----------------------------------------------------------------------===//
# Finding out what a module computes
#===----------------------------------------------------------------------===//


def _describe(module):
    """Raises `_Unknown` with the reason."""
    if not isinstance(module, nn.Module):
        raise _Unknown("it is no module")
    if any(getattr(module, name, None) for name in (
            "_forward_hooks", "_forward_pre_hooks", "_backward_hooks",
            "_backward_pre_hooks")):
        raise _Unknown("has hooks, which would be lost")
    if type(module) in (nn.RMSNorm, nn.LayerNorm):
        if len(module.normalized_shape) != 1:
            raise _Unknown(f"normalizes {len(module.normalized_shape)} dimensions, not "
                           "one")
        kind = "rms_norm" if isinstance(module, nn.RMSNorm) else "layer_norm"
        return _Description(kind, module.normalized_shape[0], module.eps)
    if isinstance(module, RMSNorm) and module.bias is None:
        return _Description("rms_norm", module.dim, module.eps, module.gamma_offset,
                            module.casting_mode)
    if not _looks_like_norm(module) or not hasattr(module, "weight"):
        raise _Unknown("has other parameters than a weight (D), or no epsilon")
    if module.weight.device.type == "meta":
        raise _Unknown("is on the meta device, where nothing can be computed")
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
            return _Description("rms_norm", dim, eps, offset,
                                _find_casting_mode(copied, rows, weight, eps, offset))
    raise _Unknown("computes neither w nor (1 + w) times x / sqrt(mean(x * x) + eps)")


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
        raise _Unknown(f"fails on rows of {rows.dtype}: {error}") from None
    if not isinstance(found, torch.Tensor):
        raise _Unknown(f"returns a {type(found).__name__}, not a tensor")
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
        raise _Unknown("rounds rows of bfloat16 neither as Llama nor as Gemma does")
    return best


#===----------------------------------------------------------------------===//
# Optimizers
#===----------------------------------------------------------------------===//


def parameter_groups(model, weight_decay) -> List[dict]:
    """Groups of parameters for an optimizer of PyTorch.

    Decay goes to all parameters of two dimensions or more, and to alpha and beta of
    SeeDNorm; not to other parameters of one dimension or none: gamma, biases, weights of
    other norms. That alpha and beta are decayed is our choice and no recipe taken from
    the paper (arXiv 2510.22777): where one of them is 0 the layer is RMSNorm, so decay
    draws it there, as it draws matrices to 0, and leaves gamma alone.

    Args:
        model: a module; frozen parameters are left out, tied ones are there once.
        weight_decay: at least 0.

    Returns:
        Two groups, with decay and without, for `torch.optim.AdamW(groups, lr=...)`.

    Raises:
        UsageError: an argument is something else.
    """
    if not isinstance(model, nn.Module):
        raise UsageError("parameter_groups: expects 'model' to be a torch.nn.Module, but "
                         f"got {type(model).__name__}")
    if not isinstance(weight_decay, (int, float)) or not weight_decay >= 0:
        raise UsageError("parameter_groups: expects 'weight_decay' to be a number of at "
                         f"least 0, but got {quote(weight_decay)}")
    dynamic = {parameter for module in model.modules()
               if isinstance(module, (SeeDNorm, AdaSeeDNorm))
               for parameter in (module.alpha, module.beta)}
    decayed, others = [], []
    for parameter in model.parameters():
        if parameter.requires_grad:
            group = decayed if parameter.ndim >= 2 or parameter in dynamic else others
            group.append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay},
            {"params": others, "weight_decay": 0.0}]
