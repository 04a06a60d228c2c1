#===- test_torch_calls.py - Warm calls with tensors --------------------------===//
#
# A warm call is one of the extension and runs nothing of seednorm.torch.launch. What
# it takes, what it leaves, and that both ways give the same bits; and what autograd
# records, and refuses.
#
#===-----------------------------------------------------------------------===//

import pytest

torch = pytest.importorskip("torch")

from torch._subclasses.fake_tensor import FakeTensorMode
from torch.autograd import forward_ad

import seednorm
import seednorm.torch as st
from seednorm.torch import functional as F, launch
from torch_norms import make_module, make_rows

COLUMNS = 24


@pytest.fixture
def long_ways(monkeypatch):
    """Programs of calls that took the long way, so far."""
    taken = []
    run_any = launch._run_any

    def noted(program, tensors):
        taken.append(program)
        return run_any(program, tensors)
    monkeypatch.setattr(launch, "_run_any", noted)
    return taken


@pytest.fixture
def module():
    return make_module("seednorm", COLUMNS)


def check_warm(function, long_ways):
    """Its third call takes the short way, and has the bits of the first."""
    first = function()
    function()
    del long_ways[:]
    again = function()
    assert not long_ways
    torch.testing.assert_close(again, first, rtol=0, atol=0)
    return again


@pytest.mark.parametrize("shape", [(5,), (2, 3), (), (0,), (2, 0), (2, 1, 3, 1)])
def test_leading_dimensions(module, long_ways, shape):
    x = make_rows(*shape, COLUMNS)
    y = check_warm(lambda: module(x), long_ways)
    assert y.shape == x.shape and y.is_contiguous()
    with torch.no_grad():
        check_warm(lambda: module(x), long_ways)


def test_rows_with_gaps(module, long_ways):
    wide = make_rows(4, 6, 3 * COLUMNS)
    for x in (wide[..., COLUMNS:2 * COLUMNS], wide[:, ::2, :COLUMNS],
              wide[:1, :1, :COLUMNS].expand(4, 6, COLUMNS)):
        y = check_warm(lambda: module(x), long_ways)
        assert torch.equal(y, module(x.contiguous()))


# No stride goes from row to row, or elements of a row have gaps: a copy is made.
def test_what_goes_the_long_way(module, long_ways):
    wide = make_rows(4, 6, 3 * COLUMNS)
    for x in (wide.transpose(0, 1)[..., :COLUMNS], wide[..., ::3]):
        module(x)
        del long_ways[:]
        y = module(x)
        assert long_ways and torch.equal(y, module(x.clone().contiguous()))


@pytest.mark.parametrize("name", ["seednorm", "rms_norm", "layer_norm plain", "dyt"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_gradients(long_ways, name, dtype):
    wide = torch.float64 if dtype == torch.float64 else torch.float32
    module = make_module(name, COLUMNS, wide)
    x, dy = make_rows(2, 3, COLUMNS, dtype=dtype), make_rows(2, 3, COLUMNS, dtype=dtype)
    x.requires_grad_()
    check_warm(lambda: torch.autograd.grad(module(x), (x, *module.parameters()), dy),
               long_ways)
    check_warm(lambda: torch.autograd.grad(module(x, x)[1], x, dy), long_ways)


# A program has a kernel for each width; none of them pushes out the others.
def test_widths_take_turns(long_ways):
    modules = [(make_module("rms_norm", width), make_rows(3, width)) for width in (8, 16, 32)]
    check_warm(lambda: [module(x) for module, x in modules], long_ways)


def test_what_changes_between_calls(module):
    x, r = make_rows(2, 3, COLUMNS), make_rows(3, 2, COLUMNS)
    for _ in range(2):
        module(x, x)
        with pytest.raises(seednorm.UsageError, match="'residual' to have the shape of"):
            module(x, r)
        with pytest.raises(seednorm.UsageError, match="'residual' to have the shape of"):
            module(x, x.reshape(6, COLUMNS))
    narrow = make_module("seednorm", COLUMNS, torch.float32)
    y = narrow(x.float())
    assert narrow(x.bfloat16()).dtype == torch.bfloat16
    assert torch.equal(narrow(x.float()), y)


def test_results_are_tensors_like_others(module):
    x = make_rows(3, COLUMNS)
    for _ in range(2):
        with torch.no_grad():
            y = module(x)
        assert type(y) is torch.Tensor and y.is_leaf and not y.requires_grad
        y.untyped_storage().resize_(0)  # As offloading of activations does.
    y = module(x)
    assert y.grad_fn.name() == "seednormBackward" and not y.is_leaf


def test_fake_tensors(module):
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        y = module(mode.from_tensor(make_rows(3, COLUMNS)))
    assert y.shape == (3, COLUMNS) and y.dtype == torch.float64 and y.is_cpu
    assert type(y).__name__ == "FakeTensor"


def test_dispatch_modes_see_the_operator(module):
    from torch.utils._python_dispatch import TorchDispatchMode
    seen = []

    class Mode(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            seen.append(str(function))
            return function(*args, **(kwargs or {}))

    x = make_rows(3, COLUMNS)
    expected = module(x)
    with Mode():
        y = module(x)
    assert torch.equal(y, expected) and "seednorm.seednorm.default" in seen


def test_batches_of_vmap(module):
    x = make_rows(2, 3, COLUMNS)
    assert torch.equal(torch.vmap(module)(x), module(x))


def run_dual(module, x):
    with forward_ad.dual_level():
        return module(forward_ad.make_dual(x, x))


# PyTorch would take the derivative for zero, or speak of somebody's internals.
@pytest.mark.parametrize("transform, message", (
    (lambda m, x: torch.func.grad(lambda x: m(x).sum())(x), "a transform of torch.func"),
    (lambda m, x: torch.func.jacrev(m)(x), "a transform of torch.func"),
    (lambda m, x: torch.func.jvp(m, (x,), (x,)), "a tangent of forward mode"),
    (run_dual, "a tangent of forward mode")))
@pytest.mark.parametrize("needs_grad", (False, True))
def test_transforms_are_refused(module, transform, message, needs_grad):
    module.requires_grad_(needs_grad)
    with pytest.raises(seednorm.UsageError, match=f"seednorm: expects gradients .*{message}"):
        transform(module, make_rows(3, COLUMNS))
    # Inside a level, but without a tangent.
    with forward_ad.dual_level():
        assert module(make_rows(3, COLUMNS)).isfinite().all()


def test_saved_tensors_are_checked(module):
    x = make_rows(3, COLUMNS)
    y = module(x)
    x.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_calls_do_not_grow_memory(module):
    import resource
    x = make_rows(3, COLUMNS).requires_grad_()

    def call_often():
        for _ in range(3000):
            torch.autograd.grad(module(x).sum(), (x, *module.parameters()))
    call_often()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    call_often()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 1024, f"{grown} KiB"
