#===- direct.py - Calls past the dispatcher -----------------------------------===//
#
# What the extension has to know of PyTorch to call our operators without its
# dispatcher, where that would add nothing: bindings/Operator.h has the rules.
#
#===-----------------------------------------------------------------------===//
"""Operators called without the dispatcher, where it would add nothing."""

import torch
from torch.autograd import forward_ad

from seednorm import _seednorm
from seednorm.torch import launch

_C = torch._C
#: Of the options in a schema.
_OPTION_TYPES = {"float": float, "int": int, "str": str}


def _get_number(*names):
    """What the dispatcher goes by where tensors of the CPU have these keys as well."""
    keys = _C.DispatchKeySet(_C.DispatchKey.CPU)
    for name in names:
        keys = keys.add(getattr(_C.DispatchKey, name))
    return keys.raw_repr()


_DISPATCHER = _seednorm.Dispatcher({
    "tensor_type": torch.Tensor,
    "parameter_type": torch.nn.Parameter,
    "get_keys": _C._dispatch_keys,
    "get_included": _C._dispatch_tls_local_include_set,
    "get_excluded": _C._dispatch_tls_local_exclude_set,
    "has_function_mode": _C._is_torch_function_mode_enabled,
    "is_profiled": torch.autograd._profiler_enabled,
    "forward_mode": forward_ad,
    "is_grad_enabled": torch.is_grad_enabled,
    "needs_gradient": _C._any_requires_grad,
    "every": _C.DispatchKeySet.from_raw_repr(2**64 - 1),
    # Our operators have no kernels for these.
    "passed": _get_number("BackendSelect", "ADInplaceOrView", "AutocastCPU")
    & ~_get_number(),
    "kernel": _get_number(),
    "record": _get_number("AutogradCPU"),
})


def make_operator(signature, node):
    """A function from all arguments of an operator, in a tuple, to its result, or to
    several in a tuple; or NotImplemented, if they are for the dispatcher.

    Args:
        signature: how the arguments are laid out.
        node: the `torch.autograd.Function` that records the operator.
    """
    return _seednorm.Operator(
        _DISPATCHER, num_rows=signature.first, required=signature.required,
        num_tensors=signature.end,
        option_types=tuple(_OPTION_TYPES[kind]
                           for _, kind, _ in signature.norm.options),
        type_type=torch.dtype, get_program=signature.get_program, record=node.apply,
        run_program=launch.run)
