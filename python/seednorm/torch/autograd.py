#===- autograd.py - What operators record for their gradients ----------------===//
#
# What torch.library.register_autograd would do, for a fraction of what that takes
# in a warm call: an operator's kernel under the key Autograd, which records a node
# where something needs a gradient, and runs what the dispatcher has below.
#
#===-----------------------------------------------------------------------===//
"""Kernels of operators under the dispatcher's key Autograd."""

import torch
from torch.autograd import forward_ad

from seednorm.errors import UsageError

_BELOW = torch._C._after_autograd_keyset
#: Where the kernel below is `run`, and nothing is between autograd and it.
_DIRECT = frozenset(
    (torch._C.DispatchKeySet(key) & _BELOW).raw_repr()
    for key in (torch._C.DispatchKey.CPU, torch._C.DispatchKey.CUDA))


def register(library, name, run, list_tensors, save, differentiate):
    """Gives an operator of a library its gradients.

    Args:
        library: a `torch.library.Library`.
        name: of the operator, without the library's namespace.
        run: the operator's kernel for every device.
        list_tensors: from the arguments to the tensors among them.
        save: called with the node's context, the arguments and the results. It saves
            tensors and sets attributes.
        differentiate: from the context, which of the tensors need a gradient, and
            the gradients of the results to a gradient, or None, for each tensor.

    Returns:
        The `torch.autograd.Function` of its nodes, applied to the keys of the call,
        None to run the kernel, the arguments, and the tensors among them.
    """
    operator = getattr(getattr(torch.ops, library.ns), name).default

    def run_below(keyset, arguments):
        if keyset is None:
            return run(*arguments)
        below = keyset & _BELOW
        if below.raw_repr() in _DIRECT:
            return run(*arguments)
        with torch._C._AutoDispatchBelowAutograd():
            return operator.redispatch(below, *arguments)

    def forward(ctx, keyset, arguments, *tensors):
        results = run_below(keyset, arguments)
        ctx.set_materialize_grads(False)
        save(ctx, arguments, results)
        return tuple(results) if isinstance(results, list) else results

    def backward(ctx, *gradients):
        return None, None, *differentiate(ctx, ctx.needs_input_grad[2:], gradients)

    node = type(name, (torch.autograd.Function,), {
        "forward": staticmethod(forward), "backward": staticmethod(backward)})

    def dispatch(keyset, *arguments):
        if forward_ad._current_level >= 0 or torch._C._are_functorch_transforms_active():
            _refuse_transforms(name, list_tensors(arguments))
        if torch.is_grad_enabled() and torch._C._any_requires_grad(*arguments):
            return node.apply(keyset, arguments, *list_tensors(arguments))
        return run_below(keyset, arguments)

    library.impl(name, dispatch, "Autograd", with_keyset=True)
    return node


def _refuse_transforms(name, tensors):
    """Derivatives that would be left out without a word."""
    if any(forward_ad.unpack_dual(tensor).tangent is not None for tensor in tensors
           if forward_ad._current_level >= 0):
        raise UsageError(f"{name}: expects gradients by backward, but got a tangent of "
                         "forward mode (jvp, jacfwd)")
    if torch._C._are_functorch_transforms_active() and torch.is_grad_enabled() and any(
            tensor.requires_grad for tensor in tensors):
        raise UsageError(f"{name}: expects gradients by torch.autograd, but got a "
                         "transform of torch.func (grad, vjp, jacrev)")
