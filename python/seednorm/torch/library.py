#===- library.py - Operators of PyTorch's dispatcher -------------------------===//
#
# `torch.ops.seednorm` has an operator for each norm, one for each norm of a sum
# with a residual, and `call`, which runs any program: gradients, gradients of
# those, and graphs. An operator's backward function is one call of `call`.
#
#===-----------------------------------------------------------------------===//
"""Operators of `torch.ops.seednorm`.

`rms_norm(input, gamma, bias, eps, ..., dtype) -> Tensor` and so on as in the table of
norms; `add_rms_norm(input, residual, ...) -> (Tensor, Tensor)`, whose second result is
`input + residual`; `call(Tensor[] arguments, str program) -> Tensor[]`.
"""

import torch

from seednorm.errors import UsageError
from seednorm.torch import autograd, direct, launch, layouts, programs
from seednorm.torch.norms import NORMS

_LIBRARY = torch.library.Library("seednorm", "DEF")


#: From the name of a norm, and whether it has a residual.
_DIRECT = {}


def get_operator(name, residual=False):
    """The operator of a norm, of its only overload, and the same as
    `direct.make_operator` makes it."""
    return (getattr(torch.ops.seednorm, _get_operator_name(name, residual)).default,
            _DIRECT[name, residual])


def _get_operator_name(name, residual):
    return f"add_{name}" if residual else name


#===----------------------------------------------------------------------===//
# From arguments to programs
#===----------------------------------------------------------------------===//


class _Signature:
    """How the arguments of an operator are laid out."""

    def __init__(self, norm, residual):
        self.norm = norm
        self.residual = residual
        self.first = 2 if residual else 1  # Where operands begin.
        self.end = self.first + len(norm.operands)  # And options.
        # Tensors that have to be there; they come first.
        self.required = self.first + sum(
            not operand.optional for operand in norm.operands)
        self.names = ["input", *(["residual"] if residual else []),
                      *(operand.name for operand in norm.operands)]

    def get_schema(self):
        operands = "".join(
            f", Tensor{'?' if operand.optional else ''} {operand.name}"
            for operand in self.norm.operands)
        options = "".join(f", {kind} {name}" for name, kind, _ in self.norm.options)
        sum_input = ", Tensor residual" if self.residual else ""
        results = "(Tensor, Tensor)" if self.residual else "Tensor"
        name = _get_operator_name(self.norm.name, self.residual)
        return (f"{name}(Tensor input{sum_input}{operands}{options}, "
                f"ScalarType? dtype) -> {results}")

    def list_tensors(self, arguments):
        """Those that are given."""
        return [argument for argument in arguments[:self.end] if argument is not None]

    def get_program(self, arguments, tensors):
        """The program of a call with these tensors among its arguments."""
        operands = arguments[self.first:self.end]
        present = tuple([operand is not None for operand in operands])
        dtype = arguments[-1]
        if dtype is None or dtype == tensors[0].dtype:
            # Of a sum with a wider residual as well: the type of `input`.
            short = None
        else:
            short = _get_short(self.norm.name, dtype)
        if self.residual and short is None:
            if tensors[1].dtype != tensors[0].dtype:
                short = _get_short(self.norm.name, tensors[0].dtype)
        return programs.get_norm(self.norm.name, arguments[self.end:-1], present,
                                 self.residual, short)

    def get_saved_program(self, arguments, result, sum_result):
        """The program whose gradients are the operator's: of a sum, the norm of it."""
        operands = arguments[self.first:self.end]
        present = tuple([operand is not None for operand in operands])
        rows = sum_result if self.residual else arguments[0]
        short = (None if result.dtype == rows.dtype
                 else _get_short(self.norm.name, result.dtype))
        return programs.get_norm(
            self.norm.name, arguments[self.end:-1], present, False, short)


def _get_short(what, dtype):
    short = layouts.SHORT_NAMES.get(dtype)
    if short is None or short == "i64":
        raise UsageError(f"{what}: expects 'dtype' to be float64, float32, float16 or "
                         f"bfloat16, but got {dtype}")
    return short


#===----------------------------------------------------------------------===//
# Norms
#===----------------------------------------------------------------------===//


def _define_norm(norm, residual):
    signature = _Signature(norm, residual)
    name = _get_operator_name(norm.name, residual)

    def run(*arguments):
        tensors = signature.list_tensors(arguments)
        results = launch.run(signature.get_program(arguments, tensors), tensors)
        return tuple(results) if residual else results[0]

    def fake(*arguments):
        tensors = signature.list_tensors(arguments)
        program = signature.get_program(arguments, tensors)
        layouts.check(program, tensors)
        results = launch.allocate(program, tensors)
        return tuple(results) if residual else results[0]

    def save(ctx, arguments, results):
        result, total = results if residual else (results, None)
        operands = arguments[signature.first:signature.end]
        ctx.program = signature.get_saved_program(arguments, result, total)
        ctx.save_for_backward(total if residual else arguments[0],
                              *(tensor for tensor in operands if tensor is not None))
        ctx.input_dtypes = [tensor.dtype for tensor in arguments[:signature.first]]

    _LIBRARY.define(signature.get_schema(), tags=(torch.Tag.pt2_compliant_tag,))
    for key in ("CPU", "CUDA"):
        _LIBRARY.impl(name, run, key)
    torch.library.register_fake(f"seednorm::{name}", fake, lib=_LIBRARY)
    _refuse_foreign(name, norm.name, lambda arguments: zip(
        signature.names, arguments[:signature.end]))
    node = autograd.register(
        _LIBRARY, name, run, signature.list_tensors, save, _differentiate)
    _DIRECT[norm.name, residual] = direct.make_operator(signature, node)


def _differentiate(ctx, needed, gradients):
    """Gradients of an operator's tensors: of its rows, all alike, then of operands."""
    first = len(ctx.input_dtypes)
    gradient = gradients[0]
    sum_gradient = gradients[1] if first == 2 else None
    needs_rows = any(needed[:first])
    if gradient is None:
        operands, computed = [None] * (len(needed) - first), sum_gradient
    else:
        computed, operands = _call_backward(
            ctx, gradient, sum_gradient if needs_rows else None, needs_rows,
            needed[first:])
    # Of a sum, both have the gradient of the sum.
    rows = [computed.to(dtype) if wanted and computed is not None else None
            for wanted, dtype in zip(needed, ctx.input_dtypes)]
    return (*rows, *operands)


def _call_backward(ctx, gradient, sum_gradient, needs_rows, needs_operands):
    """The gradient of the rows, or None, and those of the operands."""
    wanted = [number for number, needs in enumerate(needs_operands) if needs]
    operands = [None] * len(needs_operands)
    wrt = ([0] if needs_rows else []) + [1 + number for number in wanted]
    if not wrt:
        return None, operands
    program = ctx.program.derive(wrt, (0,), () if sum_gradient is None else (0,))
    arguments = [*ctx.saved_tensors, gradient]
    if sum_gradient is not None:
        arguments.append(sum_gradient)
    results = torch.ops.seednorm.call.default(arguments, program.text)
    for number, result in zip(wanted, results[1:] if needs_rows else results):
        operands[number] = result
    return results[0] if needs_rows else None, operands


#===----------------------------------------------------------------------===//
# Tensors that have no rows in memory
#===----------------------------------------------------------------------===//

_FOREIGN = ("SparseCPU", "SparseCUDA", "SparseCsrCPU", "SparseCsrCUDA", "MkldnnCPU",
            "QuantizedCPU", "QuantizedCUDA", "NestedTensorCPU", "NestedTensorCUDA")


def _refuse_foreign(operator, what, list_named):
    """Has the dispatcher refuse tensors of other layouts by their names."""
    def refuse(*arguments):
        for name, tensor in list_named(arguments):
            if tensor is not None and (tensor.is_quantized or tensor.is_nested
                                       or tensor.layout is not torch.strided):
                refuse_layout(what, name, tensor)
        raise AssertionError(f"{operator}: dispatched to no backend of its own")
    for key in _FOREIGN:
        _LIBRARY.impl(operator, refuse, key)


def refuse_layout(what, name, tensor):
    """Raises the error of a tensor that is not dense."""
    got = ("a quantized one" if tensor.is_quantized else
           "a nested one" if tensor.is_nested else tensor.layout)
    raise UsageError(f"{what}: expects '{name}' to be a dense tensor, but got {got}")


#===----------------------------------------------------------------------===//
# Programs
#===----------------------------------------------------------------------===//


def _run_program(arguments, text):
    return launch.run(programs.parse(text), arguments)


def _fake_program(arguments, text):
    program = programs.parse(text)
    layouts.check(program, arguments)
    return launch.allocate(program, arguments)


def _save_program(ctx, arguments, results):
    tensors, ctx.text = arguments
    ctx.save_for_backward(*tensors)


def _differentiate_program(ctx, needed, gradients):
    arguments = ctx.saved_tensors
    wrt = [number for number, wanted in enumerate(needed) if wanted]
    of = [number for number, gradient in enumerate(gradients) if gradient is not None]
    found = [None] * len(arguments)
    if wrt and of:
        program = programs.parse(ctx.text).derive(wrt, of)
        results = torch.ops.seednorm.call.default(
            [*arguments, *(gradients[number] for number in of)], program.text)
        for number, result in zip(wrt, results):
            found[number] = result
    return found


def _define_call():
    _LIBRARY.define("call(Tensor[] arguments, str program) -> Tensor[]",
                    tags=(torch.Tag.pt2_compliant_tag,))
    for key in ("CPU", "CUDA"):
        _LIBRARY.impl("call", _run_program, key)
    torch.library.register_fake("seednorm::call", _fake_program, lib=_LIBRARY)
    _refuse_foreign("call", "call", lambda arguments: (
        (f"argument {number}", tensor) for number, tensor in enumerate(arguments[0])))
    autograd.register(_LIBRARY, "call", _run_program, lambda arguments: arguments[0],
                      _save_program, _differentiate_program)


for _norm in NORMS.values():
    _define_norm(_norm, residual=False)
    if _norm.takes_residual:
        _define_norm(_norm, residual=True)
_define_call()
