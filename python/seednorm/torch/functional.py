#===- functional.py - Norms as functions of tensors --------------------------===//
#
# Names and arguments are those of `seednorm.ops`, whose docstrings have the
# formulas in full; what is PyTorch's stands here once for all.
#
#===-----------------------------------------------------------------------===//
"""Norms as functions of tensors.

Of all functions:

- `input` is (..., D) with any number of leading dimensions, also of size 0; float64,
  float32, float16 or bfloat16, on the CPU or a CUDA device. Operands have its type or
  float32, and its device. (D) may be (H, D) where H is the size of the dimension before
  D, such as the heads of queries and keys.
- The result is a new dense tensor of the shape of `input` and of its type, or of `dtype`.
  Everything is computed in float32 (float64 for float64) and rounded once.
- With `residual`, of the shape of `input`, the norm is that of the sum, and the result
  a pair: the norm, of the type of `input`, and the sum, of the wider type of both and
  rounded to it before it is normalized. It is one kernel, which reads both once.
- Rows may have gaps between them; tensors whose rows are no equally spaced runs of
  memory, such as a transposed one, are made contiguous first.
- Gradients are those of one backward kernel, computed for what needs one. It reads the
  rows and the operands again; nothing else is saved. Gradients of gradients, any times,
  come from kernels made likewise. All are deterministic: a call repeated has the same
  bits, and a row has the same ones in any batch.
- Under autocast types stay as they are: rows of bfloat16 beside parameters of float32
  need no cast.
- What breaks a rule raises `seednorm.UsageError`, a `ValueError`, and says which rule;
  without a GPU build or a GPU, CUDA tensors raise `seednorm.ExecutionError`.
"""

import torch

from seednorm.errors import UsageError, quote
from seednorm.torch import library, norms

_FORWARD = {name: library.get_operator(name) for name in norms.NORMS}
_ADD = {name: library.get_operator(name, True) for name, norm in norms.NORMS.items()
        if norm.takes_residual}
#: Operands that have to be there; they come first.
_REQUIRED = {name: sum(not operand.optional for operand in norm.operands)
             for name, norm in norms.NORMS.items()}
_STRIDED = torch.strided
_is_compiling = torch.compiler.is_compiling


def call_norm(name, input, residual, operands, options, dtype):
    """A norm, by all that its operator takes: operands and options in the order of the
    table of norms, a residual or None."""
    if residual is None:
        operator, direct = _FORWARD[name]
        arguments = (input, *operands, *options, dtype)
    else:
        operator, direct = _ADD[name]
        arguments = (input, residual, *operands, *options, dtype)
    # Compilers trace the operator.
    if not _is_compiling():
        results = direct(arguments)
        if results is not NotImplemented:
            return results
    if not _are_dense(operands if residual is None else (residual, *operands),
                      input, _REQUIRED[name] + (residual is not None)):
        _check_tensors(name, input, residual, operands)
    try:
        return operator(*arguments)
    except RuntimeError:  # The dispatcher's own of an option of another type.
        _check_options(name, options, dtype)
        raise


def _are_dense(values, input, required):
    """Whether these are tensors as they should be; the last ones may be None."""
    if not isinstance(input, torch.Tensor) or input.layout is not _STRIDED:
        return False
    for number, value in enumerate(values):
        if value is None:
            if number < required:
                return False
        elif not isinstance(value, torch.Tensor) or value.layout is not _STRIDED:
            return False
    return True


def _check_tensors(name, input, residual, operands):
    """Refuses what is no dense tensor; optional operands may be None."""
    _check_tensor(name, "input", input)
    if residual is not None:
        _check_tensor(name, "residual", residual)
    for operand, value in zip(norms.NORMS[name].operands, operands):
        if value is not None or not operand.optional:
            _check_tensor(name, operand.name, value)


def _check_options(name, options, dtype):
    """Refuses an option of another type than the table says."""
    for (option, kind, _), value in zip(norms.NORMS[name].options, options):
        if not isinstance(value, _TYPES[kind]):
            raise UsageError(f"{name}: expects '{option}' to be {_TITLES[kind]}, but got "
                             f"{quote(value)}")
    if dtype is not None and not isinstance(dtype, torch.dtype):
        raise UsageError(f"{name}: expects 'dtype' to be a torch.dtype, but got "
                         f"{quote(dtype)}")


_TYPES = {"float": (int, float, torch.SymInt, torch.SymFloat),
          "int": (int, torch.SymInt), "str": str}
_TITLES = {"float": "a number", "int": "an integer", "str": "a string"}


def _check_tensor(what, name, value):
    if not isinstance(value, torch.Tensor):
        raise UsageError(f"{what}: expects '{name}' to be a tensor, but got "
                         f"{type(value).__name__}")
    if value.layout is not torch.strided:
        library.refuse_layout(what, name, value)


def seednorm(input, alpha, beta, gamma, residual=None, *, eps=1e-6, num_heads=1,
             activation="tanh", seed_scale=1.0, gamma_offset=0.0, dropout=0.0,
             seed=None, offset=None, casting_mode="gemma", dtype=None):
    """Root-mean-square normalization whose scale depends on the row.

    y = (act(s) * alpha * mask + gamma + gamma_offset) * x / sqrt(mean(x * x) + eps), where
    s = seed_scale * sum(x * beta) over each of `num_heads` runs of columns.

    Source: SeeDNorm: Self-Rescaled Dynamic Normalization, arXiv 2510.22777.

    Args:
        input: (..., D).
        alpha, beta, gamma: (D), all of one type.
        residual: (..., D), added first; see the module.
        eps: positive. num_heads: divides D.
        activation: act: "tanh", "sigmoid", "hardtanh" or "softsign".
        dropout: the probability that alpha's part of a row and column is dropped.
        seed, offset: (1), int64, with dropout: what random numbers follow from.
        casting_mode: "gemma" rounds the result only; "llama" also x / rms(x) to the
            type of `input` before it is scaled, and takes no dropout.
    """
    return call_norm("seednorm", input, residual, (alpha, beta, gamma, seed, offset),
                 (eps, num_heads, activation, seed_scale, gamma_offset, dropout,
                  casting_mode), dtype)


def rms_norm(input, gamma=None, bias=None, residual=None, *, eps=1e-6,
             gamma_offset=0.0, partial=1.0, casting_mode="gemma", depth=1, dtype=None):
    """Root-mean-square normalization.

    y = ((gamma + gamma_offset) * x / sqrt(mean(x * x) + eps) + bias) / sqrt(depth); the
    mean covers the first ceil(partial * D) columns.

    Source: Zhang and Sennrich, arXiv 1910.07467, equations 4 and 6; depth: Sun et al.,
    arXiv 2502.05795.

    Args:
        input: (..., D).
        gamma, bias: (D); without gamma, `eps` is the only option.
        residual: (..., D), added first; see the module.
        casting_mode: "gemma" rounds the result only; "llama" also x / rms(x) to the
            type of `input` before it is scaled.
    """
    return call_norm("rms_norm", input, residual, (gamma, bias),
                 (eps, gamma_offset, partial, casting_mode, depth), dtype)


def crms_norm(input, gamma, residual=None, *, eps=1e-6, gamma_offset=0.0, dtype=None):
    """RMSNorm of rows of D + 1 elements with mean 0, stored without their last.

    y = (gamma + gamma_offset) * x / sqrt((sum(x * x) + sum(x)**2) / (D + 1) + eps).

    Source: Jiang et al., arXiv 2305.14858. Args: as of `rms_norm`.
    """
    return call_norm("crms_norm", input, residual, (gamma,), (eps, gamma_offset), dtype)


def layer_norm(input, gamma=None, bias=None, residual=None, *, eps=1e-5,
               gamma_offset=0.0, depth=1, dtype=None):
    """Normalization by mean and variance.

    y = ((gamma + gamma_offset) * (x - mean(x)) / sqrt(var(x) + eps) + bias) / sqrt(depth).

    Source: Ba, Kiros and Hinton, arXiv 1607.06450; depth: Sun et al., arXiv 2502.05795.

    Args:
        input: (..., D).
        gamma, bias: (D); without gamma, `eps` is the only option.
        residual: (..., D), added first; see the module.
    """
    return call_norm("layer_norm", input, residual, (gamma, bias),
                 (eps, gamma_offset, depth), dtype)


def dyt(input, alpha, gamma, bias=None, residual=None, *, dtype=None):
    """Dynamic tanh: y = gamma * tanh(alpha * x) + bias.

    Source: Zhu et al., Transformers without Normalization, arXiv 2503.10622.

    Args:
        input: (..., D).
        alpha: (1).
        gamma, bias: (D).
        residual: (..., D), added first; see the module.
    """
    return call_norm("dyt", input, residual, (alpha, gamma, bias), (), dtype)


def bhyt(input, slope, gamma, residual=None, *, eps=1e-6, kappa=10.0, dtype=None):
    """Bounded hyperbolic tangent: y = gamma * tanh(slope / kappa * x / rms(x)), where
    rms(x) = sqrt(mean(x * x) + eps).

    Source: Byun et al., arXiv 2601.09719. Args: slope: (1); gamma: (D).
    """
    return call_norm("bhyt", input, residual, (slope, gamma), (eps, kappa), dtype)


def ada_seednorm(input, alpha, beta, scale, shift, residual=None, *, eps=1e-6,
                 num_heads=1, activation="tanh", seed_scale=1.0, dtype=None):
    """SeeDNorm with the scale and shift of a sample.

    y = (act(s) * alpha + 1) * x / rms(x) * (1 + scale) + shift, with s as in `seednorm`.

    Source: SeeDNorm, arXiv 2510.22777, its form for DiT.

    Args:
        input: (..., D).
        alpha, beta: (D).
        scale, shift: (first dimensions of `input`, D), such as (B, D) beside (B, S, D);
            a kernel serves any B and one S.
        residual: (..., D), added first; see the module.
    """
    return call_norm("ada_seednorm", input, residual, (alpha, beta, scale, shift),
                 (eps, num_heads, activation, seed_scale), dtype)


def modulate(input, scale, shift, residual=None, *, statistics="layer_norm", eps=1e-6,
             dtype=None):
    """Adaptive norm: y = norm(x) * (1 + scale) + shift, of `statistics` "layer_norm" or
    "rms_norm".

    Source: Peebles and Xie, Scalable Diffusion Models with Transformers, arXiv
    2212.09748. Args: as of `ada_seednorm`.
    """
    return call_norm("modulate", input, residual, (scale, shift), (statistics, eps), dtype)


def scale_norm(input, scale, residual=None, *, eps=1e-5, dtype=None):
    """Rows of one learned length: y = scale * x / max(sqrt(sum(x * x)), eps).

    Source: Nguyen and Salazar, arXiv 1910.05895. Args: scale: (1).
    """
    return call_norm("scale_norm", input, residual, (scale,), (eps,), dtype)


def l2_norm(input, residual=None, *, eps=1e-12, dtype=None):
    """Rows of length 1: y = x / max(sqrt(sum(x * x)), eps).

    Source: Loshchilov et al., nGPT, arXiv 2410.01131.
    """
    return call_norm("l2_norm", input, residual, (), (eps,), dtype)


def l1_norm(input, residual=None, *, eps=1e-12, dtype=None):
    """Rows whose magnitudes sum to 1: y = x / max(sum(abs(x)), eps), PyTorch's
    `normalize` with p = 1."""
    return call_norm("l1_norm", input, residual, (), (eps,), dtype)


def softmax(input, *, dtype=None):
    """Positive rows that sum to 1: y = exp(x - max(x)) / sum(exp(x - max(x))).

    Source: Bridle, 1990.
    """
    return call_norm("softmax", input, None, (), (), dtype)


def log_softmax(input, *, dtype=None):
    """The logarithm of `softmax`, without the loss of small values."""
    return call_norm("log_softmax", input, None, (), (), dtype)


def head_scale(input, scale, residual=None, *, dtype=None):
    """A scale for each of H runs of columns: y = scale[head] * x.

    Source: Shleifer, Weston and Ott, NormFormer, arXiv 2110.09456. Args: scale: (H).
    """
    return call_norm("head_scale", input, residual, (scale,), (), dtype)


def group_norm(input, num_groups, gamma=None, bias=None, *, eps=1e-5, dtype=None):
    """Normalization of groups of channels.

    Source: Wu and He, arXiv 1803.08494.

    Args:
        input: (N, C, ...); a kernel serves any N.
        num_groups: divides C.
        gamma, bias: (C).
    """
    return call_norm("group_norm", input, None, (gamma, bias), (num_groups, eps), dtype)


def instance_norm(input, gamma=None, bias=None, *, eps=1e-5, dtype=None):
    """Normalization of each channel of a sample.

    Source: Ulyanov, Vedaldi and Lempitsky, arXiv 1607.08022. Args: as of `group_norm`.
    """
    return call_norm("instance_norm", input, None, (gamma, bias), (eps,), dtype)
