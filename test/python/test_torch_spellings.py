#===- test_torch_spellings.py - How graphs of PyTorch spell norms -------------===//
#
# A table of spellings that become one kernel, with values and gradients of PyTorch,
# and of those that stay, with the reason; and the whole way through Inductor.
#
#===-----------------------------------------------------------------------===//

import shutil

import pytest

torch = pytest.importorskip("torch")

import torch.nn.functional as TF

import seednorm.torch as st
from torch_norms import make_rows

D = 16
EPS = 1e-6


def rms(x):
    return torch.rsqrt((x * x).mean(-1, keepdim=True) + EPS)


def unpack(pair, x, w):
    spread, mean = pair
    return (x - mean) * torch.rsqrt(spread + EPS) * w


#: Functions of x (4, 3, D) and w (D).
TAKEN = {
    # A dot product with a vector.
    "x @ w": lambda x, w: x * torch.tanh(x @ w).unsqueeze(-1),
    "x @ w[:, None]": lambda x, w: x * torch.tanh(x @ w[:, None]) * rms(x),
    "matmul": lambda x, w: x * torch.tanh(torch.matmul(x, w))[..., None],
    "Tensor.matmul": lambda x, w: x * x.matmul(w).unsqueeze(2),
    "mv": lambda x, w: x[0] * torch.mv(x[0], w)[:, None],
    "mm": lambda x, w: x[0] * torch.mm(x[0], w.unsqueeze(-1)),
    "inner": lambda x, w: x * torch.inner(x, w).unsqueeze(-1),
    "vecdot": lambda x, w: x * torch.linalg.vecdot(x, w).unsqueeze(-1),
    "linear (1, D)": lambda x, w: x * TF.linear(x, w[None]),
    "linear (D)": lambda x, w: x * TF.linear(x, w).unsqueeze(-1),
    "einsum": lambda x, w: x * torch.einsum("bsd,d->bs", x, w).unsqueeze(-1),
    "einsum, ellipsis": lambda x, w: x * torch.einsum("...d, d -> ...", x, w)[..., None],
    # Variances.
    "var, unbiased": lambda x, w: unpack((x.var(-1, keepdim=True), x.mean(-1, True)), x, w),
    "var(-1, False)": lambda x, w: unpack((x.var(-1, False, keepdim=True),
                                           x.mean(-1, True)), x, w),
    "var, correction=0": lambda x, w: unpack((torch.var(x, -1, correction=0, keepdim=True),
                                              x.mean(-1, True)), x, w),
    "var, correction=3": lambda x, w: w / torch.var(x, dim=(-1,), correction=3, keepdim=True),
    "std": lambda x, w: (x - x.mean(-1, True)) / (x.std(-1, keepdim=True) + EPS) * w,
    "var_mean": lambda x, w: unpack(torch.var_mean(x, -1, keepdim=True), x, w),
    "var_mean, correction=0": lambda x, w: unpack(
        torch.var_mean(x, dim=-1, correction=0, keepdim=True), x, w),
    "std_mean": lambda x, w: unpack(torch.std_mean(x, -1, keepdim=True), x, w),
    # Means and powers.
    "sum / size": lambda x, w: x * torch.rsqrt((x * x).sum(-1, True) / x.size(-1) + EPS) * w,
    "sum * (1 / D)": lambda x, w: x * torch.rsqrt((x * x).sum(-1, True) * (1 / D) + EPS) * w,
    "mean((-1,))": lambda x, w: x * torch.rsqrt(x.pow(2).mean((-1,), True) + EPS) * w,
    "mean(2)": lambda x, w: x * torch.rsqrt(x.square().mean(2, True) + EPS) * w,
    "mean, dtype": lambda x, w: x * torch.rsqrt(
        (x ** 2).mean(-1, True, dtype=torch.float64) + EPS) * w,
    "** -0.5": lambda x, w: x * ((x ** 2).mean(-1, keepdim=True) + EPS) ** -0.5 * w,
    "reciprocal of ** 0.5": lambda x, w: x * torch.reciprocal(
        (x.pow(2.0).mean(-1, keepdim=True) + EPS).pow(0.5)) * w,
    "true_divide": lambda x, w: torch.true_divide(
        x, torch.sqrt((x * x).mean(-1, keepdim=True) + EPS)) * w,
    "eps outside of the root": lambda x, w: x / ((x * x).mean(-1, True).sqrt() + EPS) * w,
    "type": lambda x, w: x.type(torch.float64) * rms(x.type(torch.float64)) * w,
    # Lengths.
    "norm": lambda x, w: x / (x.norm(dim=-1, keepdim=True) + EPS) * w,
    "norm(p=2)": lambda x, w: x / (torch.norm(x, 2, -1, keepdim=True) * D**-0.5 + EPS) * w,
    "vector_norm": lambda x, w: x / torch.linalg.vector_norm(
        x, dim=-1, keepdim=True).clamp_min(EPS) * w,
    "linalg.norm": lambda x, w: x / torch.linalg.norm(x, dim=-1, keepdim=True).clamp(EPS) * w,
    "norm(p=1)": lambda x, w: x / x.norm(p=1, dim=-1, keepdim=True) * w,
    "largest magnitude": lambda x, w: w * x / torch.linalg.vector_norm(
        x, float("inf"), dim=-1, keepdim=True),
    "normalize": lambda x, w: TF.normalize(x, dim=-1) * w,
    "normalize(p=1)": lambda x, w: TF.normalize(x, p=1.0, dim=-1) * w,
    # Functions that are norms, with and without weights.
    "rms_norm": lambda x, w: TF.rms_norm(x, (D,), w, EPS),
    "rms_norm without weight": lambda x, w: TF.rms_norm(x, (D,)) * w,
    "layer_norm": lambda x, w: TF.layer_norm(x, (D,), w, w),
    "layer_norm without weight": lambda x, w: TF.layer_norm(x, (D,)) * w,
    "softmax": lambda x, w: torch.softmax(x, -1) * w,
    "softmax, dtype": lambda x, w: TF.softmax(x, dim=-1, dtype=torch.float64) * w,
    "log_softmax": lambda x, w: x.log_softmax(-1) * w,
    "softmax by amax": lambda x, w: torch.exp(x - x.amax(-1, True)) * w / torch.exp(
        x - x.amax(-1, True)).sum(-1, True),
    # Around them.
    "[..., None]": lambda x, w: x * torch.rsqrt((x * x).mean(-1) + EPS)[..., None] * w,
    "[:, :, None]": lambda x, w: x * (x * w).sum(-1)[:, :, None],
    "contiguous": lambda x, w: (x * rms(x)).contiguous() * w,
    "silu": lambda x, w: TF.silu(x * rms(x) * w),
    "gelu": lambda x, w: TF.gelu(x * rms(x) * w),
    "relu": lambda x, w: torch.relu(x * rms(x) * w),
    "clamp": lambda x, w: (x * rms(x) * w).clamp(-1, 1),
    "clamp of the mean": lambda x, w: x * (x * x).mean(-1, True).clamp(min=1.0).rsqrt() * w,
    "hardtanh": lambda x, w: x * TF.hardtanh((x * w).sum(-1, True)),
    "softsign": lambda x, w: x * TF.softsign((x * w).sum(-1, True)),
}

#: What stays, and why.
LEFT = {
    "einsum of rows with rows": (
        lambda x, w: x * torch.einsum("abd,abd->ab", x, x).unsqueeze(-1),
        "expects 'einsum' over the last dimension alone"),
    "prod": (lambda x, w: x * x.prod(-1, keepdim=True), "'prod' is no operation"),
    "nanmean": (lambda x, w: x * x.nanmean(-1, keepdim=True), "'nanmean' is no operation"),
    "logsumexp": (lambda x, w: x - x.logsumexp(-1, keepdim=True), "'logsumexp' is no"),
    "group_norm": (lambda x, w: TF.group_norm(x.reshape(12, D), 1), "'group_norm' is no"),
    "max with positions": (lambda x, w: x - x.max(-1, keepdim=True)[0],
                           "'max' gives positions as well; amax gives values only"),
    "layer_norm of two": (lambda x, w: TF.layer_norm(x, (3, D)),
                          "expects 'layer_norm' over the last dimension alone"),
    "softmax of another": (lambda x, w: x.softmax(0), "'softmax' over the last dimension"),
    "norm(p=3)": (lambda x, w: x / x.norm(p=3, dim=-1, keepdim=True), "with no other options"),
    "var, correction=D": (lambda x, w: x * x.var(-1, correction=D - 0.0, keepdim=True),
                          "with no other options"),
    "linear with a bias": (lambda x, w: x * TF.linear(x, w[None], w[:1]),
                           "expects 'linear' over the last dimension alone"),
    "one column": (lambda x, w: x[..., :1] * x[..., :1].sum(-1, keepdim=True),
                   "rows of at least two columns"),
}


def compile(function, **options):
    torch._dynamo.reset()
    backend = st.Backend(inner="aot_eager")
    return torch.compile(function, backend=backend, fullgraph=True, **options), backend


def check(compiled, function, x, w, **tolerance):
    y, expected = compiled(x, w), function(x, w)
    torch.testing.assert_close(y, expected, **tolerance, equal_nan=True)
    weight = make_rows(*y.shape, seed=3, dtype=y.dtype)
    found = torch.autograd.grad((y * weight).sum(), (x, w), allow_unused=True)
    wanted = torch.autograd.grad((expected * weight).sum(), (x, w), allow_unused=True)
    torch.testing.assert_close(found, wanted, **tolerance, equal_nan=True)


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name):
    compiled, backend = compile(TAKEN[name], dynamic=name in ("x @ w", "var_mean", "norm"))
    x, w = make_rows(4, 3, D).requires_grad_(), make_rows(D, seed=2).requires_grad_()
    check(compiled, TAKEN[name], x, w, rtol=1e-10, atol=1e-11)
    assert len(backend.replaced) == 1 and not backend.left, backend.left


@pytest.mark.parametrize("name", LEFT)
def test_left(name):
    function, reason = LEFT[name]
    compiled, backend = compile(function)
    x, w = make_rows(4, 3, D), make_rows(D, seed=2)
    torch.testing.assert_close(compiled(x, w), function(x, w), equal_nan=True)
    assert not backend.replaced
    found, = backend.left
    assert reason in found.reason, found.reason
    assert len(found.ops) == 1 and found.location.startswith(__file__)


# Where a length is 0 or a bound is met, PyTorch chooses a gradient.
@pytest.mark.parametrize("name", [
    "norm", "vector_norm", "normalize", "normalize(p=1)", "std", "clamp", "relu",
    "hardtanh", "clamp of the mean"])
def test_gradients_at_corners(name):
    x = torch.zeros(4, 3, D, dtype=torch.float64)
    x[1] = make_rows(3, D)
    x[2], x[3, :, 0] = 1.0, 1.0
    w = torch.ones(D, dtype=torch.float64)
    compiled, backend = compile(TAKEN[name])
    check(compiled, TAKEN[name], x.requires_grad_(), w.requires_grad_())
    assert len(backend.replaced) == 1


@pytest.mark.parametrize("name", ["clamp", "relu", "silu", "hardtanh", "normalize", "norm"])
def test_infinities_and_nan(name):
    x = make_rows(4, 3, D)
    x[0, 0, 0], x[1, 0, 0], x[2, 0, 0] = float("inf"), float("-inf"), float("nan")
    compiled, backend = compile(TAKEN[name])
    w = make_rows(D, seed=2)
    torch.testing.assert_close(compiled(x, w), TAKEN[name](x, w), equal_nan=True)
    assert len(backend.replaced) == 1


ROUNDED = ("x @ w", "linear (1, D)", "std", "norm", "normalize", "rms_norm without weight",
           "layer_norm without weight", "softsign", "hardtanh", "softmax")


# PyTorch's roots of f16 round twice.
@pytest.mark.parametrize("name, dtype", [
    *((name, torch.float16) for name in ROUNDED),
    *((name, torch.bfloat16) for name in (*ROUNDED, "silu", "gelu", "var_mean", "clamp"))])
def test_roundings(name, dtype):
    # PyTorch rounds a root twice in what no vector of its loops has.
    x, w = make_rows(64, 3, D, dtype=dtype), make_rows(D, dtype=dtype, seed=2)
    compiled, backend = compile(TAKEN[name])
    y, expected = compiled(x, w), TAKEN[name](x, w)
    assert len(backend.replaced) == 1
    # A few ties fall to the other side, as sums are in another order.
    assert y.dtype == dtype and (y != expected).double().mean() < 0.03
    torch.testing.assert_close(y, expected)


# As many rows as columns: a vector (D, 1) looks like a number of each row.
def test_as_many_rows_as_columns():
    x, w = make_rows(D, D).requires_grad_(), make_rows(D, 1, seed=2).requires_grad_()

    def function(x, w):
        return x * (x @ w)
    compiled, backend = compile(function, dynamic=False)
    check(compiled, function, x, w)
    assert not backend.replaced
    assert "vectors of one number a column" in backend.left[0].reason


def test_exported_graphs():
    class Norm(torch.nn.Module):
        def forward(self, x, w):
            return TAKEN["x @ w"](x, w) * rms(x)
    x, w = make_rows(4, D), make_rows(D, seed=2)
    module = torch.export.export(Norm(), (x, w)).module()
    expected = module(x, w)
    replaced, left = st.replace(module)
    assert len(replaced) == 1 and not left
    torch.testing.assert_close(module(x, w), expected)


#===----------------------------------------------------------------------===//
# With Inductor
#===----------------------------------------------------------------------===//


class Block(torch.nn.Module):
    """A norm that is spelled out between matrices and a residual sum."""

    def __init__(self):
        super().__init__()
        self.up, self.down = torch.nn.Linear(D, 2 * D), torch.nn.Linear(2 * D, D)
        self.alpha, self.gamma = (torch.nn.Parameter(make_rows(D, seed=i).float())
                                  for i in (3, 4))
        self.beta = torch.nn.Parameter(make_rows(D, 1, seed=5).float())

    def forward(self, x):
        y = (torch.tanh(x @ self.beta) * self.alpha + self.gamma) * (x * rms(x))
        h = x + self.down(TF.gelu(self.up(y)))
        return TF.layer_norm(h, (D,)), h.argmax(-1)


@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")),
                    reason="Inductor needs a C++ compiler")
def test_inductor_compiles_the_rest():
    torch._dynamo.reset()
    block = Block()
    backend = st.Backend()
    compiled = torch.compile(block, backend=backend, dynamic=True)
    for count in (5, 9):
        x = make_rows(count, 3, D, dtype=torch.float32).requires_grad_()
        results = []
        for function in (compiled, block):
            y, best = function(x)
            grads = torch.autograd.grad(y.square().sum() + (y * y[:1].detach()).sum(),
                                        (x, *block.parameters()))
            results.append((y, best, *grads))
        torch.testing.assert_close(*results, rtol=2e-4, atol=2e-5)
    assert len(backend.replaced) == 2 and not backend.left, backend.left
    assert "matmul" in backend.replaced[0].ops and "layer_norm" in backend.replaced[1].ops
