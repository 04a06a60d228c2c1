#===- test_torch_direct.py - Calls past PyTorch's dispatcher ------------------===//
#
# With plain tensors an operator is not dispatched, and nobody can tell by results;
# whoever looks at operators finds them, as if it always were.
#
#===-----------------------------------------------------------------------===//

import contextlib
import functools

import pytest

torch = pytest.importorskip("torch")

import seednorm
from seednorm.torch import functional, functional as F
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode


class NotDispatched(Exception):
    """What is raised in the place of the operator."""


@pytest.fixture
def no_dispatcher(monkeypatch):
    """Without the operators, direct calls work and all others do not."""
    def refuse(*arguments):
        raise NotDispatched
    for operators in (functional._FORWARD, functional._ADD):
        for name, (_, direct) in list(operators.items()):
            monkeypatch.setitem(operators, name, (refuse, direct))


def make_tensors(requires_grad=False):
    generator = torch.Generator().manual_seed(0)
    x, *parameters = (torch.randn(shape, generator=generator)
                      for shape in ((6, 64), (64,), (64,), (64,)))
    return [tensor.requires_grad_(requires_grad) for tensor in (x, *parameters)]


def dispatch(monkeypatch, function, *arguments):
    """A call that goes through the dispatcher."""
    with monkeypatch.context() as patch:
        for operators in (functional._FORWARD, functional._ADD):
            for name, (operator, _) in list(operators.items()):
                patch.setitem(operators, name, (operator, lambda _: NotImplemented))
        return function(*arguments)


#===----------------------------------------------------------------------===//
# Plain calls
#===----------------------------------------------------------------------===//

CONTEXTS = {"gradients": contextlib.nullcontext, "no_grad": torch.no_grad,
            "inference": torch.inference_mode,
            "autocast": functools.partial(torch.autocast, "cpu")}


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
@pytest.mark.parametrize("requires_grad", [False, True])
def test_plain_tensors_are_not_dispatched(no_dispatcher, context, requires_grad):
    x, *parameters = make_tensors(requires_grad)
    with context():
        y = F.seednorm(x, *parameters)
        z, total = F.rms_norm(x, parameters[2], residual=x)
    records = requires_grad and context not in (torch.no_grad, torch.inference_mode)
    for result in (y, z, total):
        assert result.requires_grad == records
        assert result.is_inference() == (context is torch.inference_mode)


def test_modules_are_not_dispatched(no_dispatcher):
    x = make_tensors()[0]
    assert seednorm.torch.SeeDNorm(64)(x).requires_grad
    assert seednorm.torch.LayerNorm(64).requires_grad_(False)(x).shape == x.shape


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_same_bits_as_dispatched(monkeypatch, dtype):
    def call():
        x, *parameters = make_tensors(requires_grad=True)
        y = F.seednorm(x.to(dtype), *parameters, num_heads=2)
        z, total = F.layer_norm(y, parameters[0], residual=x, dtype=torch.float32)
        return (y, z, total, *torch.autograd.grad(
            (z.float() * total).sum(), (x, *parameters)))

    for own, expected in zip(call(), dispatch(monkeypatch, call), strict=True):
        assert own.dtype == expected.dtype and own.equal(expected)


# More than an operator remembers, each after all the others.
def test_options_are_told_apart():
    x, _, _, gamma = make_tensors()
    many = [{"eps": eps, "casting_mode": mode} for eps in (1e-6, 0.5, 2.0, 4.0)
            for mode in ("gemma", "llama")]
    many += [{"dtype": torch.float64}, {"dtype": torch.bfloat16}, {}]
    first = [F.rms_norm(x, gamma, **options) for options in many]
    for number, eps in enumerate((1e-6, 0.5, 2.0, 4.0)):
        expected = x * (x.square().mean(-1, keepdim=True) + eps).rsqrt() * gamma
        torch.testing.assert_close(first[2 * number], expected)
    for options, result in zip(many, first, strict=True):
        again = F.rms_norm(x, gamma, **options)
        assert again.dtype == result.dtype and again.equal(result)
    # Types of rows, and which operands are there, differ too.
    for rows in (x.double(), x.bfloat16(), x):
        assert F.rms_norm(rows).dtype == F.rms_norm(rows, gamma).dtype == rows.dtype


# Equal to what was passed before, but no float.
def test_options_of_other_types():
    x, _, _, gamma = make_tensors()
    expected = F.rms_norm(x, gamma, eps=1.0)
    assert F.rms_norm(x, gamma, eps=1).equal(expected)
    F.rms_norm(x, gamma, depth=1)
    for wrong in ({"depth": 1.0}, {"eps": "1"}, {"casting_mode": 1}, {"dtype": "f32"}):
        with pytest.raises(seednorm.UsageError, match="expects"):
            F.rms_norm(x, gamma, **wrong)


# An operator remembers of operands what they were when it first saw them.
CHANGES = {"negated": lambda: torch._neg_view(torch.arange(1.0, 65)),
           "zero": lambda: torch._efficientzerotensor((64,)),
           "other memory": lambda: torch.arange(1.0, 65),
           "other type": lambda: torch.arange(1.0, 65, dtype=torch.float64),
           "other size": lambda: torch.arange(1.0, 33)}


@pytest.mark.parametrize("grad", [torch.no_grad, torch.enable_grad])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_operands_that_change(monkeypatch, change, grad):
    def call():
        try:
            return F.rms_norm(x, gamma)
        except seednorm.UsageError as error:
            return str(error)

    x, _, _, gamma = make_tensors()
    with grad():
        for _ in range(2):
            call()
        gamma.data = change()
        own, expected = call(), dispatch(monkeypatch, call)
    assert own == expected if isinstance(own, str) else own.equal(expected)


# As those of a model that comes back from another device.
def test_operands_that_become_plain(no_dispatcher):
    x, _, _, gamma = make_tensors()
    operand = torch._neg_view(gamma)
    for _ in range(2):
        with pytest.raises(NotDispatched):
            F.rms_norm(x, operand)
    operand.data = gamma
    assert F.rms_norm(x, operand).equal(F.rms_norm(x, gamma))


# More than an operator remembers, of which others soon have the places in memory.
def test_many_operands():
    x, *_ = make_tensors()
    rows = x * (x.square().mean(-1, keepdim=True) + 1e-6).rsqrt()
    for number in range(5000):
        gamma = torch.full((64,), float(number % 7))
        if number % 3 == 0:
            gamma = torch._neg_view(gamma)
        y = F.rms_norm(x, gamma)
        if number % 97 < 2:
            torch.testing.assert_close(y, rows * gamma)


#===----------------------------------------------------------------------===//
# Who looks on
#===----------------------------------------------------------------------===//


class Functions(TorchFunctionMode):
    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.seen.append(str(function))
        return function(*args, **(kwargs or {}))


class Dispatches(TorchDispatchMode):
    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.seen.append(str(function))
        return function(*args, **(kwargs or {}))


@contextlib.contextmanager
def profile(seen, kind):
    with kind() as profiler:
        yield
    seen += [event.key for event in profiler.key_averages()]


OBSERVERS = {
    "function mode": Functions, "dispatch mode": Dispatches,
    "profiler": lambda seen: profile(seen, torch.profiler.profile),
    "autograd's profiler": lambda seen: profile(seen, torch.autograd.profiler.profile)}


@pytest.mark.parametrize("observe", OBSERVERS.values(), ids=OBSERVERS)
@pytest.mark.parametrize("requires_grad", [False, True])
def test_observers_see_the_operator(observe, requires_grad):
    x, _, _, gamma = make_tensors(requires_grad)
    F.rms_norm(x, gamma)
    seen = []
    with observe(seen):
        F.rms_norm(x, gamma)
    assert any("rms_norm" in name for name in seen)
    # And are forgotten when they are gone.
    count = len(seen)
    F.rms_norm(x, gamma)
    assert len(seen) == count


def test_subclasses_see_the_operator():
    seen = []

    class Own(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            seen.append(str(function))
            return super().__torch_function__(function, types, args, kwargs or {})

    x, _, _, gamma = make_tensors()
    assert isinstance(F.rms_norm(x.as_subclass(Own), gamma), Own)
    assert any("rms_norm" in name for name in seen)
    seen.clear()
    F.rms_norm(x, gamma.as_subclass(Own))
    assert any("rms_norm" in name for name in seen)


def test_tracers_see_the_operator():
    from torch.fx.experimental.proxy_tensor import make_fx
    x, _, _, gamma = make_tensors()
    F.rms_norm(x, gamma)
    graph = make_fx(lambda x: F.rms_norm(x, gamma))(x).graph
    assert any("rms_norm" in str(node.target) for node in graph.nodes)
    traced = torch.jit.trace(lambda x: F.rms_norm(x, gamma), (x,))
    assert "seednorm::rms_norm" in str(traced.graph)


# A kernel of another library runs with autograd's keys taken out.
def test_nothing_is_recorded_below_autograd(monkeypatch):
    x, _, _, gamma = make_tensors(requires_grad=True)
    with torch._C._AutoDispatchBelowAutograd():
        assert not F.rms_norm(x, gamma).requires_grad
        assert not dispatch(monkeypatch, F.rms_norm, x, gamma).requires_grad


# Values that memory does not have as they are.
def test_views_that_are_no_memory():
    x, _, _, gamma = make_tensors()
    F.rms_norm(x, gamma)
    negated = torch.complex(x, x).conj().imag
    assert negated.is_neg() and F.rms_norm(negated, gamma).equal(F.rms_norm(-x, gamma))
    parameter = torch.nn.Parameter(torch.complex(gamma, gamma).conj().imag)
    assert parameter.is_neg() and F.rms_norm(x, parameter).equal(F.rms_norm(x, -gamma))
    zeros = torch._efficientzerotensor((6, 64))
    assert not F.rms_norm(zeros, gamma).any()


# A parameter is asked what it is like any other tensor.
def test_parameters_that_are_no_memory():
    x, _, _, gamma = make_tensors()
    F.rms_norm(x, gamma)
    zeros = torch.nn.Parameter(torch._efficientzerotensor((64,)))
    assert not F.rms_norm(x, zeros).any()
    with pytest.raises(ValueError, match="expects 'gamma' on the device of 'input', cpu, but got meta"):
        F.rms_norm(x, torch.nn.Parameter(torch.ones(64, device="meta")))
