#===- seednorm_module.py - SeeDNorm as modules -------------------------------===//
#
# The layer of the paper, its form for DiT, and the way there from a model that has
# been trained with RMSNorm.
#
#===-----------------------------------------------------------------------===//
"""SeeDNorm and AdaSeeDNorm as modules."""

import torch

from seednorm.errors import UsageError
from seednorm.ops.building import ACTIVATIONS
from seednorm.torch import functional
from seednorm.torch.modules import (
    CASTING_MODES, Norm, check_choice, check_dim, check_number, get_default_eps, promote)
from seednorm.torch.recognize import Unknown, describe


def _check_options(what, dim, eps, num_heads, activation, seed_scale):
    dim = check_dim(what, "dim", dim)
    check_number(what, "eps", eps, positive=True, optional=True)
    if dim % check_dim(what, "num_heads", num_heads):
        raise UsageError(f"{what}: expects 'num_heads' to divide 'dim', {dim}, but got "
                         f"{num_heads}")
    check_choice(what, "activation", activation, ACTIVATIONS)
    check_number(what, "seed_scale", seed_scale)
    return dim


class SeeDNorm(Norm):
    """Root-mean-square normalization whose scale depends on the row.

    For each row x: y = (act(s) * alpha + gamma) * x / sqrt(mean(x * x) + eps), where
    s = seed_scale * sum(x * beta), for each of `num_heads` runs of columns.

    Source: SeeDNorm: Self-Rescaled Dynamic Normalization, arXiv 2510.22777. Initially
    alpha is 1, beta 0 and gamma 1 - `gamma_offset`, so that with act(0) = 0 a fresh
    layer is RMSNorm. For weight decay of alpha and beta see `parameter_groups`.

    Args:
        dim: D.
        eps: positive; None for PyTorch's default of RMSNorm.
        num_heads: dot products of a row; divides D.
        activation: act: "tanh", "sigmoid", "hardtanh" or "softsign".
        seed_scale: factor on the dot products: 1 in language models, 1/D in vision.
        dropout: in training, the probability that alpha's part of a row and column is
            dropped. Draws one number from PyTorch's generator for each call.
        gamma_offset: 1 for models that store gamma - 1.
        casting_mode: "gemma", or "llama": x / rms(x) is rounded to the type of the
            input, and the result has the wider type of input and gamma.
        device, dtype: of the parameters `alpha`, `beta` and `gamma`, (D) each.

    Raises:
        UsageError: an option breaks one of these rules.
    """

    def __init__(self, dim, eps=1e-6, num_heads=1, activation="tanh", seed_scale=1.0,
                 dropout=0.0, gamma_offset=0.0, casting_mode="gemma", device=None,
                 dtype=None):
        dim = _check_options("SeeDNorm", dim, eps, num_heads, activation, seed_scale)
        check_number("SeeDNorm", "gamma_offset", gamma_offset)
        check_number("SeeDNorm", "dropout", dropout)
        if not 0 <= dropout < 1:
            raise UsageError("SeeDNorm: expects 'dropout' to be at least 0 and less "
                             f"than 1, but got {dropout}")
        check_choice("SeeDNorm", "casting_mode", casting_mode, CASTING_MODES)
        if casting_mode == "llama" and dropout:
            raise UsageError("SeeDNorm: expects no 'dropout' with casting_mode llama, but "
                             f"got {dropout}")
        super().__init__(dim, {"alpha": (dim, 1.0), "beta": (dim, 0.0),
                               "gamma": (dim, 1.0 - gamma_offset)}, device, dtype)
        self.eps, self.num_heads, self.activation = eps, num_heads, activation
        self.seed_scale, self.dropout = seed_scale, dropout
        self.gamma_offset, self.casting_mode = gamma_offset, casting_mode

    @classmethod
    def from_rms_norm(cls, module, **options):
        """A layer that computes what a module of RMSNorm does, to go on training.

        Args:
            module: as `convert_model` finds them: `torch.nn.RMSNorm` and classes such
                as LlamaRMSNorm and GemmaRMSNorm. Its weight becomes `gamma`, the same
                parameter and not a copy.
            options: of `SeeDNorm`, but for what follows from the module.

        Raises:
            UsageError: it is something else, has a bias or no weight, or
                `activation` is "sigmoid", which is not 0 at 0.
        """
        try:
            description = describe(module)
        except Unknown as reason:
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

    def forward(self, x, residual=None):
        """The norm of `x`, (..., D), or, with a residual of its shape, the pair
        (norm of the sum, sum)."""
        self.check_columns(x)
        alpha, beta, gamma = self.get_parameters()
        eps, dtype = self.eps, None
        if eps is None:
            eps = get_default_eps(x, residual)
        if self.casting_mode == "llama":
            dtype = promote(x, gamma)
        dropout, seed, offset = self.dropout if self.training else 0.0, None, None
        if dropout:
            seed = torch.randint(2**63 - 1, (1,), device=gamma.device)
            offset = torch.zeros_like(seed)
        return functional.call_norm(
            "seednorm", x, residual, (alpha, beta, gamma, seed, offset),
            (eps, self.num_heads, self.activation, self.seed_scale, self.gamma_offset,
             dropout, self.casting_mode), dtype)

    def extra_repr(self):
        options = [f"{self.dim}, eps={self.eps}"]
        for name, default in (
                ("num_heads", 1), ("activation", "tanh"), ("seed_scale", 1.0),
                ("dropout", 0.0), ("gamma_offset", 0.0), ("casting_mode", "gemma")):
            if getattr(self, name) != default:
                options.append(f"{name}={getattr(self, name)!r}")
        return ", ".join(options)

    def _load_from_state_dict(self, state_dict, prefix, *arguments):
        """Takes the state of an RMSNorm, whose `weight` is gamma, as well: alpha and
        beta are then those of a fresh layer."""
        weight = state_dict.get(prefix + "weight")
        if weight is not None and prefix + "gamma" not in state_dict:
            del state_dict[prefix + "weight"]
            state_dict[prefix + "gamma"] = weight
            for name, value in (("alpha", 1.0), ("beta", 0.0)):
                state_dict.setdefault(prefix + name, torch.full_like(weight, value))
        super()._load_from_state_dict(state_dict, prefix, *arguments)


class AdaSeeDNorm(Norm):
    """SeeDNorm with the scale and shift of a sample, for DiT.

    y = (act(s) * alpha + 1) * x / rms(x) * (1 + scale) + shift, with s as in `SeeDNorm`.

    Source: arXiv 2510.22777, its form for DiT.

    Args:
        dim, eps, num_heads, activation, seed_scale, device, dtype: as of `SeeDNorm`;
            the parameters are `alpha` and `beta`.
    """

    def __init__(self, dim, eps=1e-6, num_heads=1, activation="tanh", seed_scale=1.0,
                 device=None, dtype=None):
        dim = _check_options("AdaSeeDNorm", dim, eps, num_heads, activation, seed_scale)
        super().__init__(dim, {"alpha": (dim, 1.0), "beta": (dim, 0.0)}, device, dtype)
        self.eps, self.num_heads, self.activation = eps, num_heads, activation
        self.seed_scale = seed_scale

    def forward(self, x, scale, shift, residual=None):
        """The norm of `x` (B, ..., D) with `scale` and `shift` (B, D)."""
        self.check_columns(x)
        return functional.ada_seednorm(
            x, self.alpha, self.beta, scale, shift, residual, eps=self.eps,
            num_heads=self.num_heads, activation=self.activation,
            seed_scale=self.seed_scale)

    def extra_repr(self):
        return f"{self.dim}, eps={self.eps}, num_heads={self.num_heads}"
