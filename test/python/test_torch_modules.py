#===- test_torch_modules.py - Modules and functions of seednorm.torch --------===//
#
# Values against the specification and PyTorch's own functions, gradients against
# differences, and tensors of every kind that models have.
#
#===-----------------------------------------------------------------------===//

import pytest

import reference

torch = pytest.importorskip("torch")

import seednorm
import seednorm.torch as st
import torch_norms
from seednorm.torch import functional as F
from torch_norms import make_module, make_rows

MODULES = list(torch_norms.MODULES)


#===----------------------------------------------------------------------===//
# Values
#===----------------------------------------------------------------------===//


def check_values(y, name, x, *parameters, dtype="f32", **options):
    expected, bound = reference.evaluate(
        name, x.double().numpy(), *(p.detach().double().numpy() for p in parameters),
        dtype=dtype, **options)
    mismatch = reference.find_mismatch(y.detach().double().numpy(), expected, bound, dtype)
    assert not mismatch, mismatch


@pytest.mark.parametrize("dtype", ["f64", "f32", "bf16", "f16"])
def test_seednorm_follows_the_specification(dtype):
    own = seednorm.torch.layouts.TORCH_TYPES[dtype]
    parameter_type = torch.float64 if dtype == "f64" else torch.float32
    module = torch_norms.randomize(st.SeeDNorm(
        96, num_heads=6, activation="hardtanh", seed_scale=0.3, eps=1e-5,
        dtype=parameter_type))
    x = make_rows(2, 3, 96, dtype=own)
    y = module(x)
    assert y.dtype == own and y.shape == x.shape
    check_values(y, "seednorm", x, module.alpha, module.beta, module.gamma, dtype=dtype,
                 num_heads=6, activation="hardtanh", seed_scale=0.3, eps=1e-5)


@pytest.mark.parametrize("name", MODULES)
def test_fresh_modules(name):
    module = torch_norms.MODULES[name](8)
    assert module(make_rows(3, 8, dtype=torch.float32)).isfinite().all()


def test_fresh_seednorm_is_rms_norm_to_the_bit():
    x = make_rows(5, 64, dtype=torch.bfloat16)
    for mode in ("gemma", "llama"):
        dynamic = st.SeeDNorm(64, casting_mode=mode, dtype=torch.bfloat16)
        static = st.RMSNorm(64, casting_mode=mode, dtype=torch.bfloat16)
        assert torch.equal(dynamic(x), static(x))


def test_functions_of_torch():
    x, w, b = make_rows(2, 5, 12), make_rows(12, seed=2), make_rows(12, seed=3)
    pairs = [
        (F.layer_norm(x, w, b), torch.nn.functional.layer_norm(x, (12,), w, b)),
        (F.layer_norm(x), torch.nn.functional.layer_norm(x, (12,))),
        (F.rms_norm(x, w), torch.nn.functional.rms_norm(x, (12,), w, 1e-6)),
        (F.rms_norm(x), torch.nn.functional.rms_norm(x, (12,), None, 1e-6)),
        (F.softmax(x), x.softmax(-1)),
        (F.log_softmax(x), x.log_softmax(-1)),
        (F.l2_norm(x), torch.nn.functional.normalize(x, dim=-1)),
        (F.l1_norm(x), torch.nn.functional.normalize(x, p=1, dim=-1)),
        (F.head_scale(x, w[:4]), x * w[:4].repeat_interleave(3)),
        (F.dyt(x, w[:1], w, b), torch.tanh(w[0] * x) * w + b),
        (F.modulate(x, w.expand(2, 12), b.expand(2, 12), eps=1e-5),
         torch.nn.functional.layer_norm(x, (12,)) * (1 + w) + b)]
    for ours, theirs in pairs:
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-13)


def test_norms_of_channels():
    x, w, b = make_rows(3, 6, 5, 2), make_rows(6, seed=2), make_rows(6, seed=3)
    torch.testing.assert_close(F.group_norm(x, 2, w, b),
                               torch.nn.functional.group_norm(x, 2, w, b))
    torch.testing.assert_close(F.instance_norm(x), torch.nn.functional.instance_norm(x))


def test_condition_of_a_sample():
    x = make_rows(2, 3, 4, 8)
    alpha, beta = make_rows(8, seed=2), make_rows(8, seed=3)
    scale, shift = make_rows(2, 8, seed=4), make_rows(2, 8, seed=5)
    n = torch.tanh((x * beta).sum(-1, keepdim=True)) * alpha + 1
    n = n * torch.nn.functional.rms_norm(x, (8,), eps=1e-6)
    expected = n * (1 + scale[:, None, None]) + shift[:, None, None]
    torch.testing.assert_close(F.ada_seednorm(x, alpha, beta, scale, shift), expected)


def test_weights_of_heads():
    x, w = make_rows(2, 5, 3, 8), make_rows(3, 8, seed=2)
    torch.testing.assert_close(F.rms_norm(x, w),
                               torch.nn.functional.rms_norm(x, (8,), eps=1e-6) * w)


#===----------------------------------------------------------------------===//
# Gradients
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("name", MODULES)
def test_gradients(name):
    module = make_module(name, 6)
    x = make_rows(2, 3, 6).requires_grad_()
    names = [n for n, _ in module.named_parameters()]

    def run(x, *parameters):
        return torch.func.functional_call(module, dict(zip(names, parameters)), (x,))

    parameters = [p.detach().requires_grad_() for p in module.parameters()]
    assert torch.autograd.gradcheck(run, (x, *parameters))


@pytest.mark.parametrize("name", ["seednorm", "layer_norm", "dyt", "rms_norm plain"])
def test_gradients_of_gradients(name):
    module = make_module(name, 4)
    x = make_rows(3, 4).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda x, *_: module(x),
                                        (x, *module.parameters()))


@pytest.mark.parametrize("name", ["seednorm heads", "rms_norm", "layer_norm", "dyt"])
def test_gradients_with_a_residual(name):
    module = make_module(name, 6)
    x, r = make_rows(4, 6).requires_grad_(), make_rows(4, 6, seed=2).requires_grad_()
    assert torch.autograd.gradcheck(lambda x, r, *_: module(x, r),
                                    (x, r, *module.parameters()))
    # One result alone, either of them.
    for number in (0, 1):
        assert torch.autograd.gradcheck(lambda x, r: module(x, r)[number], (x, r))
    assert torch.autograd.gradgradcheck(lambda x, r: module(x, r), (x, r))


def test_other_functions_have_gradients():
    x = make_rows(2, 3, 6).requires_grad_()
    w = make_rows(2, 6, seed=2).requires_grad_()
    c = make_rows(6, seed=3).requires_grad_()
    check = torch.autograd.gradcheck
    assert check(lambda x, c, w: F.ada_seednorm(x, c, c, w, w), (x, c, w))
    assert check(lambda x, w: F.modulate(x, w, w, statistics="rms_norm"), (x, w))
    assert check(lambda x, c: F.group_norm(x, 1, c[:3], c[:3]), (x, c))
    for function in (F.softmax, F.log_softmax, F.l1_norm, F.l2_norm, F.instance_norm):
        assert check(function, (x,))


# What nobody needs is not computed: its kernel has no such result.
def test_frozen_parameters():
    module = make_module("seednorm", 10)
    module.beta.requires_grad_(False)
    module.gamma.requires_grad_(False)
    x = make_rows(4, 10)
    module(x).sum().backward()
    assert module.beta.grad is None and module.gamma.grad is None
    program = module(x).grad_fn.program
    steps = [step for step, derived in program._derived.items() if derived.kernels]
    assert ((1,), (0,), ()) in [tuple(step) for step in steps]
    assert module.alpha.grad.shape == (10,)


def test_deterministic():
    module = make_module("seednorm", 64, torch.float32)
    found = []
    for _ in range(2):
        x = make_rows(300, 64, dtype=torch.float32).requires_grad_()
        module.zero_grad()
        module(x).square().sum().backward()
        found.append([x.grad, *(p.grad.clone() for p in module.parameters())])
    assert all(torch.equal(a, b) for a, b in zip(*found))
    x = make_rows(300, 64, dtype=torch.float32)
    assert torch.equal(module(x)[7:9], module(x[7:9]))


#===----------------------------------------------------------------------===//
# Tensors of every kind
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("shape", [(0, 8), (3, 0, 8), (8,), (2, 3, 1, 2, 8)])
def test_leading_dimensions(shape):
    module = make_module("seednorm", 8)
    x = make_rows(*shape).requires_grad_()
    y = module(x)
    assert y.shape == shape
    y.sum().backward()
    assert x.grad.shape == shape
    if x.numel() == 0:
        assert all(torch.equal(p.grad, torch.zeros(8).double())
                   for p in module.parameters())
    else:
        rows = module(x.reshape(-1, 8)).reshape(shape)
        assert torch.equal(y, rows)


def test_strided_rows():
    module = make_module("seednorm", 8)
    wide = make_rows(4, 6, 24)
    for x in (wide[..., 8:16], wide[1::2, :, :8], wide[..., ::3], wide[:, :, 1:9],
              wide.transpose(0, 1)[..., :8], wide[:1, :1, :8].expand(4, 6, 8)):
        dense = x.contiguous()
        assert torch.equal(module(x), module(dense))
        assert module(x).is_contiguous()
        pairs = []
        for rows in (x, dense):
            rows = rows.detach().requires_grad_()
            pairs.append(torch.autograd.grad(module(rows).square().sum(), rows)[0])
        assert torch.equal(*pairs)


def test_rows_with_gaps_are_not_copied(monkeypatch):
    module = make_module("rms_norm", 8, torch.float32)
    x = make_rows(4, 6, 24, dtype=torch.float32)[..., 8:16]
    monkeypatch.setattr(torch.Tensor, "contiguous", None)
    with torch.no_grad():
        module(x)


def test_negated_view():
    x = make_rows(4, 8, dtype=torch.cfloat).conj().imag
    module = make_module("rms_norm", 8, torch.float32)
    assert x.is_neg() and torch.equal(module(x), module(x.clone()))


def test_residual_of_another_type():
    module = make_module("seednorm", 16, torch.float32)
    x = make_rows(5, 16, dtype=torch.bfloat16).requires_grad_()
    r = make_rows(5, 16, dtype=torch.float32, seed=2).requires_grad_()
    y, h = module(x, r)
    assert y.dtype == torch.bfloat16 and h.dtype == torch.float32
    assert torch.equal(h, x + r) and torch.equal(y, module(h.detach()).bfloat16())
    (y.float().sum() + h.sum()).backward()
    assert x.grad.dtype == torch.bfloat16
    assert torch.equal(x.grad, r.grad.bfloat16())


def test_result_type():
    x = make_rows(5, 16, dtype=torch.float16)
    w = make_rows(16, dtype=torch.float16)
    assert F.rms_norm(x, w, dtype=torch.float32).dtype == torch.float32
    assert F.rms_norm(x, w, dtype=torch.bfloat16).dtype == torch.bfloat16


def test_modes():
    module = make_module("seednorm", 8)
    x = make_rows(3, 8)
    with torch.no_grad():
        assert not module(x).requires_grad
    with torch.inference_mode():
        y = module(x)
        assert y.is_inference() and torch.equal(y, module(x.clone()))


def test_autocast_leaves_types_alone():
    linear = torch.nn.Linear(16, 16)
    module = make_module("seednorm", 16, torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        h = linear(make_rows(4, 16, dtype=torch.float32))
        y = module(h)
        assert h.dtype == y.dtype == torch.bfloat16
    assert torch.equal(y, module(h))
    y.sum().backward()
    assert module.beta.grad.dtype == torch.float32
    assert linear.weight.grad.dtype == torch.float32


#===----------------------------------------------------------------------===//
# Dropout
#===----------------------------------------------------------------------===//


def test_dropout():
    module = torch_norms.randomize(st.SeeDNorm(64, dropout=0.25, dtype=torch.float64))
    x = make_rows(50, 64)
    torch.manual_seed(3)
    y = module(x)
    torch.manual_seed(3)
    assert torch.equal(y, module(x)) and not torch.equal(y, module(x))
    kept = module.eval()(x)
    static = F.rms_norm(x, module.gamma)
    share = (y - static).abs() < 1e-12
    assert 0.2 < share.double().mean() < 0.3
    torch.testing.assert_close((y - static)[~share], (kept - static)[~share] / 0.75)


# Backward draws the mask of forward again.
def test_dropout_has_gradients():
    x = make_rows(3, 8).requires_grad_()
    p = [make_rows(8, seed=i).requires_grad_() for i in (2, 3, 4)]
    seed, offset = torch.tensor([5]), torch.tensor([6])
    assert torch.autograd.gradcheck(
        lambda x, *p: F.seednorm(x, *p, dropout=0.5, seed=seed, offset=offset), (x, *p))
