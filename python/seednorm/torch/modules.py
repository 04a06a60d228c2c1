#===- modules.py - Norms as modules ------------------------------------------===//
#
# Parameters with initial values around the functions of `functional`. Names of
# parameters are those of PyTorch's own modules and of the papers' code, so that
# state dicts fit.
#
#===-----------------------------------------------------------------------===//
"""RMSNorm, LayerNorm, DyT and their kin as modules.

All take rows (..., D) with D = `dim` and return the same shape; with `residual`, the pair
(y, input + residual) of one kernel. Types, errors, strides and gradients are those of
`seednorm.torch.functional`.
"""

import math

import torch
from torch import nn

from seednorm.errors import UsageError, quote
from seednorm.torch import functional
from seednorm.torch.layouts import SHORT_NAMES


def check_dim(what, name, value):
    """A size as an int, or an error; (D,) is taken for D as PyTorch does."""
    if isinstance(value, (tuple, list, torch.Size)) and len(value) == 1:
        value = value[0]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{what}: expects '{name}' to be an integer of at least 1, "
                         f"but got {quote(value)}")
    return value


def check_number(what, name, value, positive=False, optional=False):
    """A finite number, or None if it is optional; else an error."""
    if value is None and optional:
        return
    if (isinstance(value, bool) or not isinstance(value, (int, float))
            or not math.isfinite(value) or positive and value <= 0):
        rule = "positive and finite" if positive else "a finite number"
        raise UsageError(f"{what}: expects '{name}' to be {rule}, but got {quote(value)}")


def check_choice(what, name, value, choices):
    """One of several strings, or an error."""
    if value not in choices:
        raise UsageError(f"{what}: expects '{name}' to be one of {', '.join(choices)}, but "
                         f"got {quote(value)}")


#: Where x / rms(x) may be rounded; see `RMSNorm`.
CASTING_MODES = ("gemma", "llama")


class Norm(nn.Module):
    """What the modules share: parameters of one size and their initial values."""

    def __init__(self, dim, initial, device, dtype):
        super().__init__()
        self.dim = check_dim(type(self).__name__, "dim", dim)
        if dtype is not None and not getattr(dtype, "is_floating_point", False):
            raise UsageError(f"{type(self).__name__}: expects 'dtype' to be a float, "
                             f"but got {quote(dtype) if isinstance(dtype, str) else dtype}")
        self._initial = {name: value for name, (_, value) in initial.items()
                         if value is not None}
        self._names = tuple(initial)
        for name, (size, value) in initial.items():
            self.register_parameter(name, None if value is None else nn.Parameter(
                torch.empty(size, device=device, dtype=dtype)))
        self.reset_parameters()

    def get_parameters(self):
        """The parameters in their order. PyTorch's way to an attribute that is one takes
        longer than a kernel of few rows; where one is no parameter any more but an
        attribute, as parametrizations make it, this goes there too."""
        own = self._parameters
        try:
            found = []
            for name in self._names:  # A comprehension would be a call of its own.
                found.append(own[name])
            return found
        except KeyError:
            return [getattr(self, name) for name in self._names]

    def check_columns(self, x):
        """Refuses rows of another size than `dim`; what is no dense tensor is refused
        by the function."""
        if not isinstance(x, torch.Tensor) or x.is_nested:
            return
        shape = x.shape
        if not shape or shape[-1] != self.dim:
            raise UsageError(
                f"{type(self).__name__}: expects the last dimension of 'input' to be "
                f"{self.dim}, the module's 'dim', but got shape {tuple(shape)}")

    def reset_parameters(self):
        """Sets the initial values of a fresh layer."""
        for name, value in self._initial.items():
            nn.init.constant_(getattr(self, name), value)


class RMSNorm(Norm):
    """Root-mean-square normalization; takes the place of `torch.nn.RMSNorm`.

    Source: Zhang and Sennrich, arXiv 1910.07467, equation 4.

    Args:
        dim: D, or (D,).
        eps: positive; None for the distance from 1 to the next number of the type
            computed in, as in PyTorch.
        elementwise_affine: whether there is a `weight`, initially 1 - `gamma_offset`.
        bias: whether there is a `bias`, initially 0.
        gamma_offset: 1 for models that store weight - 1 (Gemma).
        casting_mode: "gemma", or "llama" for the roundings of Llama's code: x / rms(x)
            to the type of the input, and a result of the wider type of input and weight.
        device, dtype: of the parameters.
    """

    def __init__(self, dim, eps=1e-6, elementwise_affine=True, bias=False, *,
                 gamma_offset=0.0, casting_mode="gemma", device=None, dtype=None):
        if bias and not elementwise_affine:
            raise UsageError("RMSNorm: expects no bias where there is no weight")
        check_number("RMSNorm", "eps", eps, positive=True, optional=True)
        check_number("RMSNorm", "gamma_offset", gamma_offset)
        check_choice("RMSNorm", "casting_mode", casting_mode, CASTING_MODES)
        weight = 1.0 - gamma_offset if elementwise_affine else None
        super().__init__(dim, {"weight": (dim, weight),
                               "bias": (dim, 0.0 if bias else None)}, device, dtype)
        self.eps, self.gamma_offset, self.casting_mode = eps, gamma_offset, casting_mode

    def forward(self, x, residual=None):
        """The norm of `x`, or, with a residual, the pair (norm of the sum, sum)."""
        self.check_columns(x)
        weight, bias = self.get_parameters()
        eps, dtype = self.eps, None
        if eps is None:
            eps = get_default_eps(x, residual)
        if self.casting_mode == "llama" and weight is not None:
            dtype = promote(x, weight)
        return functional.call_norm(
            "rms_norm", x, residual, (weight, bias),
            (eps, self.gamma_offset, 1.0, self.casting_mode, 1), dtype)

    def extra_repr(self):
        return (f"{self.dim}, eps={self.eps}, gamma_offset={self.gamma_offset}, "
                f"casting_mode={self.casting_mode!r}")


def get_default_eps(*tensors):
    """PyTorch's for these rows."""
    # What is no tensor is refused by the function.
    wide = any(getattr(t, "dtype", None) == torch.float64 for t in tensors)
    return torch.finfo(torch.float64 if wide else torch.float32).eps


def promote(x, weight):
    """The wider type of rows and weight."""
    dtype = getattr(x, "dtype", None)
    # What is no float of ours is refused by the function.
    return torch.promote_types(dtype, weight.dtype) if dtype in SHORT_NAMES else None


class LayerNorm(Norm):
    """Normalization by mean and variance; takes the place of `torch.nn.LayerNorm`.

    Source: Ba, Kiros and Hinton, arXiv 1607.06450.

    Args:
        dim: D, or (D,).
        eps: positive, added to the variance.
        elementwise_affine: whether there is a `weight`, initially 1, and with `bias` a
            `bias`, initially 0.
        device, dtype: of the parameters.
    """

    def __init__(self, dim, eps=1e-5, elementwise_affine=True, bias=True, *,
                 device=None, dtype=None):
        check_number("LayerNorm", "eps", eps, positive=True)
        super().__init__(
            dim, {"weight": (dim, 1.0 if elementwise_affine else None),
                  "bias": (dim, 0.0 if elementwise_affine and bias else None)},
            device, dtype)
        self.eps = eps

    def forward(self, x, residual=None):
        """The norm of `x`, or, with a residual, the pair (norm of the sum, sum)."""
        self.check_columns(x)
        weight, bias = self.get_parameters()
        return functional.call_norm("layer_norm", x, residual, (weight, bias),
                                    (self.eps, 0.0, 1), None)

    def extra_repr(self):
        return f"{self.dim}, eps={self.eps}"


class DyT(Norm):
    """Dynamic tanh in place of a norm: weight * tanh(alpha * x) + bias.

    Source: Zhu et al., Transformers without Normalization, arXiv 2503.10622.

    Args:
        dim: D.
        alpha: initial slope, 0.5 in the paper.
        bias: whether there is a `bias`.
        device, dtype: of the parameters: `alpha` (1), `weight` and `bias` (D).
    """

    def __init__(self, dim, alpha=0.5, bias=True, *, device=None, dtype=None):
        check_number("DyT", "alpha", alpha)
        super().__init__(dim, {"alpha": (1, alpha), "weight": (dim, 1.0),
                               "bias": (dim, 0.0 if bias else None)}, device, dtype)

    def forward(self, x, residual=None):
        """As of `RMSNorm`."""
        self.check_columns(x)
        return functional.dyt(x, *self.get_parameters(), residual)

    def extra_repr(self):
        return f"{self.dim}"


class BHyT(Norm):
    """Bounded hyperbolic tangent: weight * tanh(slope / kappa * x / rms(x)).

    Source: Byun et al., arXiv 2601.09719.

    Args:
        dim: D.
        slope: initial value of the parameter (1) of this name.
        eps: positive. kappa: positive, which elements are rare.
        device, dtype: of the parameters.
    """

    def __init__(self, dim, slope=2.0, eps=1e-6, kappa=10.0, *, device=None, dtype=None):
        for name, value in (("eps", eps), ("kappa", kappa)):
            check_number("BHyT", name, value, positive=True)
        check_number("BHyT", "slope", slope)
        super().__init__(dim, {"slope": (1, slope), "weight": (dim, 1.0)}, device, dtype)
        self.eps, self.kappa = eps, kappa

    def forward(self, x, residual=None):
        """As of `RMSNorm`."""
        self.check_columns(x)
        return functional.bhyt(x, self.slope, self.weight, residual, eps=self.eps,
                               kappa=self.kappa)

    def extra_repr(self):
        return f"{self.dim}, eps={self.eps}, kappa={self.kappa}"


class CRMSNorm(Norm):
    """RMSNorm of rows of D + 1 elements with mean 0, stored without their last.

    Source: Jiang et al., arXiv 2305.14858. Args: as of `RMSNorm`.
    """

    def __init__(self, dim, eps=1e-6, *, device=None, dtype=None):
        check_number("CRMSNorm", "eps", eps, positive=True)
        super().__init__(dim, {"weight": (dim, 1.0)}, device, dtype)
        self.eps = eps

    def forward(self, x, residual=None):
        """As of `RMSNorm`."""
        self.check_columns(x)
        return functional.crms_norm(x, self.weight, residual, eps=self.eps)

    def extra_repr(self):
        return f"{self.dim}, eps={self.eps}"


class ScaleNorm(Norm):
    """Rows of one learned length, the parameter `scale` (1), initially sqrt(D).

    Source: Nguyen and Salazar, arXiv 1910.05895.

    Args:
        dim: D.
        eps: positive, the least length that is divided by.
        device, dtype: of the parameter.
    """

    def __init__(self, dim, eps=1e-5, *, device=None, dtype=None):
        dim = check_dim("ScaleNorm", "dim", dim)
        check_number("ScaleNorm", "eps", eps, positive=True)
        super().__init__(dim, {"scale": (1, dim**0.5)}, device, dtype)
        self.eps = eps

    def forward(self, x, residual=None):
        """As of `RMSNorm`."""
        self.check_columns(x)
        return functional.scale_norm(x, self.scale, residual, eps=self.eps)

    def extra_repr(self):
        return f"{self.dim}, eps={self.eps}"
