#===- convert.py - Norms of a model, replaced --------------------------------===//
#
# Modules are replaced by ours that share their parameters, or stay for a reason.
#
#===-----------------------------------------------------------------------===//
"""Replacing the norms of a model, and groups of parameters for optimizers."""

from typing import List, NamedTuple, Tuple

from torch import nn

from seednorm.errors import UsageError, quote
from seednorm.torch.modules import LayerNorm, RMSNorm
from seednorm.torch.recognize import Unknown, describe, looks_like_norm
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
    if looks_like_norm(model):
        raise UsageError("convert_model: expects a model with norms in it, but got a "
                         f"norm, {type(model).__name__}")
    made, replaced, kept = {}, [], []
    for path, parent, name, child in _list_candidates(model):
        try:
            if child not in made:
                made[child] = _convert(child, to)
        except Unknown as reason:
            kept.append(Kept(path, type(child).__name__, str(reason)))
            continue
        setattr(parent, name, made[child])
        replaced.append(Replaced(path, type(child).__name__, made[child]))
    return Conversion(tuple(replaced), tuple(kept))


def _list_candidates(model):
    found = []
    for prefix, parent in model.named_modules(remove_duplicate=True):
        for name, child in parent._modules.items():
            if child is not None and looks_like_norm(child):
                found.append((f"{prefix}.{name}" if prefix else name, parent, name, child))
    return found


def _convert(module, to):
    description = describe(module)
    if to == "seednorm":
        if description.kind != "rms_norm":
            raise Unknown("a LayerNorm, which no SeeDNorm computes")
        try:
            return SeeDNorm.from_rms_norm(module)
        except UsageError as error:
            raise Unknown(error.message) from None
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
