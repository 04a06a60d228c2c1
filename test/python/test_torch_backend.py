#===- test_torch_backend.py - Norms spelled out, compiled --------------------===//
#
# Every spelling becomes one operator, and computes what PyTorch does, forward and
# backward; what is no norm, or would not be the same, stays.
#
#===-----------------------------------------------------------------------===//

import pytest

torch = pytest.importorskip("torch")

import seednorm.torch as st
from torch_norms import PlainSeeDNorm, make_rows, randomize

D = 16
EPS = 1e-6


def one_over_sqrt(x, w):
    return x * (1 / torch.sqrt((x * x).mean(-1, keepdim=True) + EPS)) * w


def divided_by_sqrt(x, w):
    return w * (x / (x.pow(2).sum(dim=-1, keepdim=True) / D + EPS).sqrt())


def power(x, w):
    return x * torch.pow(torch.square(x).mean(dim=-1).unsqueeze(-1) + EPS, -0.5) * (1 + w)


def scaled_sum(x, w):
    return D**0.5 * torch.rsqrt(x.square().sum(-1, True) + D * EPS) * (w * x)


def reciprocal(x, w):
    return x.mul(torch.mean(x ** 2, -1, keepdim=True).add(EPS).sqrt().reciprocal()) * w


def llama(x, w):
    h = x.to(torch.float32)
    h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + EPS)
    return w.to(x.dtype) * h.to(x.dtype)


def gemma(x, w):
    y = x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + EPS)
    return (y * (1.0 + w.float())).type_as(x)


def layer_norm(x, w):
    c = x - x.mean(-1, keepdim=True)
    return c / torch.sqrt((c * c).mean(-1, keepdim=True) + EPS) * w


def functional(x, w):
    return torch.nn.functional.rms_norm(x, (D,), w, EPS)


def distributed(x, w):
    r = torch.rsqrt((x * x).mean(-1, keepdim=True) + EPS)
    t = torch.tanh(torch.sum(x * w, -1, keepdim=True))
    return x * r * w + x * r * (t * (w * 0.5))


def with_neighbours(x, w):
    h = x + torch.tanh(x)
    return torch.sigmoid(one_over_sqrt(h, w)) * h


SPELLINGS = (one_over_sqrt, divided_by_sqrt, power, scaled_sum, reciprocal, llama, gemma,
             layer_norm, functional, distributed, with_neighbours)


def compile(function, **options):
    torch._dynamo.reset()
    backend = st.Backend(inner="aot_eager")
    return torch.compile(function, backend=backend, fullgraph=True, **options), backend


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings(spelling):
    compiled, backend = compile(spelling, dynamic=True)
    w = make_rows(D, seed=2).requires_grad_()
    for count in (3, 5):
        x = make_rows(count, 2, D).requires_grad_()
        wide = spelling in (llama, gemma)  # They compute in f32.
        y, expected = compiled(x, w), spelling(x, w)
        tolerance = {"rtol": 1e-5, "atol": 1e-5} if wide else {"rtol": 1e-11, "atol": 1e-12}
        torch.testing.assert_close(y, expected, **tolerance)
        found = torch.autograd.grad(y.square().sum(), (x, w))
        wanted = torch.autograd.grad(expected.square().sum(), (x, w))
        torch.testing.assert_close(found, wanted, **tolerance)
    assert len(backend.replaced) == 1 and not backend.left, backend.left
    region, = backend.replaced
    assert region.program.columns == D and region.location


# What is stored of a sum of several uses is stored once, by the same kernel.
def test_residual_and_several_norms():
    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = randomize(PlainSeeDNorm(D, dtype=torch.float64))
            self.linear = torch.nn.Linear(D, D, dtype=torch.float64)
            self.second = torch.nn.LayerNorm(D, dtype=torch.float64)

        def forward(self, x, residual):
            h = x + residual
            y = self.linear(self.first(h))
            return self.second(y + h), h

    block = Block()
    compiled, backend = compile(block)
    x = make_rows(3, D).requires_grad_()
    found, wanted = compiled(x, x.detach() * 2), block(x, x.detach() * 2)
    torch.testing.assert_close(found, wanted)
    grads = [torch.autograd.grad(y.square().sum() + h.sum(), (x, *block.parameters()))
             for y, h in (found, wanted)]
    torch.testing.assert_close(*grads)
    assert len(backend.replaced) == 2 and not backend.left
    assert backend.replaced[0].ops[0] == "add" and len(backend.replaced[0].program.outputs) == 2


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_roundings_are_those_of_the_graph(dtype):
    x, w = make_rows(40, D, dtype=dtype), make_rows(D, dtype=dtype, seed=2)
    for spelling in (llama, gemma):
        compiled, backend = compile(spelling)
        y, expected = compiled(x, w), spelling(x, w)
        assert y.dtype == dtype and len(backend.replaced) == 1
        # A few ties may fall to the other side, as sums are in another order.
        assert (y != expected).double().mean() < 0.02
        torch.testing.assert_close(y, expected)


def expect_left_alone(function, *inputs):
    compiled, backend = compile(function)
    torch.testing.assert_close(compiled(*inputs), function(*inputs))
    assert not backend.replaced
    return backend


def test_what_is_no_norm_stays():
    x, w = make_rows(4, D), make_rows(D, seed=2)
    expect_left_alone(lambda x, w: torch.tanh(x) * w, x, w)
    expect_left_alone(lambda x: x / (x * x).sum(0, keepdim=True), x)
    assert not expect_left_alone(lambda x: x.sum(), x).left
    assert not expect_left_alone(lambda x, w: x @ torch.outer(w, w), x, w).left
    expect_left_alone(lambda x: x.argmax(-1), x)
    expect_left_alone(lambda x: x.max(-1)[0], x)


# A number of each row beside rows of as many columns as there are rows.
def test_numbers_that_broadcast_along_columns_stay_apart():
    x = make_rows(D, D)
    compiled, backend = compile(lambda x: x * x.mean(-1))
    torch.testing.assert_close(compiled(x), x * x.mean(-1))


def test_writes_are_not_crossed():
    def function(x, w):
        h = x * 2
        r = torch.rsqrt((h * h).mean(-1, keepdim=True) + EPS)
        h.add_(1)
        return h * r * w

    x, w = make_rows(3, D), make_rows(D, seed=2)
    compiled, _ = compile(function)
    torch.testing.assert_close(compiled(x, w), function(x, w))


def test_gradients_switched_off_inside():
    def function(x, w):
        with torch.no_grad():
            r = torch.rsqrt((x * x).mean(-1, keepdim=True) + EPS)
        return x * r * w

    x, w = make_rows(3, D).requires_grad_(), make_rows(D, seed=2)
    compiled, _ = compile(function)
    found, = torch.autograd.grad(compiled(x, w).square().sum(), x)
    wanted, = torch.autograd.grad(function(x, w).square().sum(), x)
    torch.testing.assert_close(found, wanted)


# The region is whole but for the cast to integers, which are none of its values.
def test_mixed_types_are_one_region():
    x, w = make_rows(3, D, dtype=torch.float32), make_rows(D, dtype=torch.float64)
    compiled, backend = compile(lambda x, w: one_over_sqrt(x, w).long())
    assert torch.equal(compiled(x, w), one_over_sqrt(x, w).long())
    assert [region.ops for region in backend.replaced] == [
        ("mul", "mean", "add", "sqrt", "div", "mul", "mul")]
    assert backend.left == []


def test_reports_what_stays_and_why():
    def function(x, w):
        h = x + 1
        return h * torch.tanh(h @ w)[:, None]

    x, w = make_rows(3, D, dtype=torch.float32), make_rows(D, dtype=torch.float32, seed=2)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        compiled, backend = compile(function)
        torch.testing.assert_close(compiled(x, w), function(x, w))
    region, = backend.left
    assert not backend.replaced
    assert region.ops == ("add", "matmul", "tanh", "getitem", "mul")
    assert region.shape == (3, D) and region.location.startswith(__file__)
    assert region.reason == ("expects 'matmul' to give torch.float32, as its operands do, "
                             "but got torch.bfloat16")
