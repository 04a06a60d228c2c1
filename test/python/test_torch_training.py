#===- test_torch_training.py - Models of PyTorch -----------------------------===//
#
# The dispatcher's own checks, torch.compile without a graph for every batch, models
# converted and loaded, and a transformer that learns as it does in plain PyTorch.
#
#===-----------------------------------------------------------------------===//

import copy
import pathlib

import pytest

torch = pytest.importorskip("torch")

from torch import nn
from torch._dynamo.testing import CompileCounterWithBackend

import cases
import seednorm
import seednorm.torch as st
from torch_norms import PlainSeeDNorm, make_module, make_rows, randomize


#===----------------------------------------------------------------------===//
# The dispatcher and torch.compile
#===----------------------------------------------------------------------===//


def check_operator(operator, *arguments):
    torch.library.opcheck(operator, arguments)


def test_operators():
    x, r = make_rows(3, 2, 4).requires_grad_(), make_rows(3, 2, 4, seed=2).requires_grad_()
    w = make_rows(4, seed=3).requires_grad_()
    ops = torch.ops.seednorm
    check_operator(ops.seednorm.default, x, w, w, w, None, None, 1e-6, 2, "tanh", 1.0, 0.0,
                   0.0, "gemma", None)
    check_operator(ops.add_rms_norm.default, x, r, w, None, 1e-6, 0.0, 1.0, "gemma", 1, None)
    program = make_module("rms_norm llama", 4)(x).grad_fn.program
    y, dy = make_rows(3, 2, 4), make_rows(3, 2, 4, seed=5)
    check_operator(ops.call.default, [y, w, dy], program.derive((0, 1), (0,)).text)


@pytest.mark.parametrize("name", ["seednorm heads", "rms_norm"])
def test_compile_has_one_graph_for_all_batches(name):
    torch._dynamo.reset()
    module = make_module(name, 8)
    counter = CompileCounterWithBackend("aot_eager")
    compiled = torch.compile(module, fullgraph=True, dynamic=True, backend=counter)
    graphs = []
    for count in (2, 3, 7, 64):
        x = make_rows(count, 5, 8).requires_grad_()
        y, expected = compiled(x, x.detach()), module(x, x.detach())
        assert all(torch.equal(a, b) for a, b in zip(y, expected))
        found, = torch.autograd.grad(y[0].square().sum(), x)
        wanted, = torch.autograd.grad(expected[0].square().sum(), x)
        assert torch.equal(found, wanted)
        graphs.append(counter.frame_count)
    # Dynamo starts over once, within the first call, where it takes floats of modules
    # for open at first; nothing is compiled for later batches.
    assert len(set(graphs)) == 1


def test_one_kernel_for_all_batches():
    module = make_module("layer_norm", 24)
    program = module(make_rows(2, 24)).grad_fn.program
    kernels = dict(program.kernels)  # Some of other widths, by other modules.
    for shape in ((5, 24), (2, 3, 24), (24,), (0, 24)):
        module(make_rows(*shape))
    assert program.kernels == kernels


def test_export():
    module = make_module("seednorm", 8)
    dim = torch.export.Dim("n", min=2)
    exported = torch.export.export(module, (make_rows(4, 8),), dynamic_shapes=({0: dim},))
    x = make_rows(9, 8)
    assert torch.equal(exported.module()(x), module(x))


# A text that another process wrote is all there is to run.
def test_programs_are_their_text():
    from seednorm.torch import programs
    program = make_module("seednorm", 8)(make_rows(2, 8)).grad_fn.program
    text = program.derive((0, 2), (0,)).text
    known = dict(programs._PROGRAMS)
    programs._PROGRAMS.clear()
    programs.get_norm.cache_clear()
    try:
        again = programs.parse(text)
        assert again.text == text and again is not known[text]
    finally:
        programs._PROGRAMS.update(known)
    with pytest.raises(seednorm.UsageError, match="expects the text of a program"):
        torch.ops.seednorm.call([make_rows(2, 8)], "nonsense")


#===----------------------------------------------------------------------===//
# Models
#===----------------------------------------------------------------------===//


class LlamaRMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.variance_epsilon = eps

    def forward(self, h):
        dtype = h.dtype
        h = h.to(torch.float32)
        h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)
        return self.weight * h.to(dtype)


class GemmaRMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(dim))
        self.eps = eps

    def forward(self, x):
        y = x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + self.eps)
        return (y * (1.0 + self.weight.float())).type_as(x)


class Other(nn.Module):
    """Looks like RMSNorm, but its eps is outside of the root."""

    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = 1e-3

    def forward(self, x):
        return self.weight * x / (x.pow(2).mean(-1, keepdim=True).sqrt() + self.eps)


def make_model():
    model = nn.ModuleDict({
        "llama": LlamaRMSNorm(32), "gemma": GemmaRMSNorm(32), "rms": nn.RMSNorm(32),
        "layer": nn.LayerNorm(32), "other": Other(32), "hooked": nn.RMSNorm(32),
        "wide": nn.LayerNorm((2, 16)), "linear": nn.Linear(32, 32)})
    model["hooked"].register_forward_hook(lambda *_: None)
    model["again"] = model["llama"]
    model["tied"] = nn.RMSNorm(32)
    model["tied"].weight = model["rms"].weight
    return randomize(model).eval()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("to", ["same", "seednorm"])
def test_convert_model(dtype, to):
    model = make_model().to(dtype)
    model["rms"].weight.requires_grad_(False)
    plain, weights = copy.deepcopy(model), {k: v for k, v in model.named_parameters()}
    conversion = st.convert_model(model, to)
    assert {kept.name for kept in conversion.kept} == (
        {"other", "hooked", "wide"} | ({"layer"} if to == "seednorm" else set()))
    assert len(conversion.replaced) == (6 if to == "same" else 5)
    assert model["again"] is model["llama"]
    name = "gamma" if to == "seednorm" else "weight"
    assert getattr(model["tied"], name) is getattr(model["rms"], name)
    assert getattr(model["llama"], name) is weights["llama.weight"]
    assert not model["rms"].training and not getattr(model["rms"], name).requires_grad
    x = make_rows(40, 32, dtype=dtype)
    for replaced in conversion.replaced:
        y, expected = model[replaced.name](x), plain[replaced.name](x)
        assert y.dtype == expected.dtype
        torch.testing.assert_close(y, expected)
        if dtype == torch.bfloat16:
            assert (y != expected).double().mean() < 0.01
    modes = [(model[k].casting_mode, model[k].gamma_offset) for k in ("llama", "gemma")]
    assert modes == [("llama", 0.0), ("gemma", 1.0)]


def test_state_dicts():
    module = make_module("seednorm", 8)
    other = st.SeeDNorm(8, dtype=torch.float64)
    other.load_state_dict(module.state_dict())
    x = make_rows(3, 8)
    assert torch.equal(other(x), module(x))
    plain = randomize(nn.RMSNorm(8, eps=1e-6, dtype=torch.float64))
    for ours in (other, st.RMSNorm(8, dtype=torch.float64)):
        ours.load_state_dict(plain.state_dict())
        torch.testing.assert_close(ours(x), plain(x))
    with pytest.raises(RuntimeError, match="Missing key"):
        other.load_state_dict({"gamma": torch.ones(8)})


def test_from_rms_norm():
    plain = randomize(nn.RMSNorm(16))
    x = make_rows(3, 16, dtype=torch.float32)
    made = st.SeeDNorm.from_rms_norm(plain, num_heads=4)
    assert made.gamma is plain.weight and made.num_heads == 4
    same = st.RMSNorm(16, None)
    same.load_state_dict(plain.state_dict())
    assert torch.equal(made(x), same(x))
    torch.testing.assert_close(made(x), plain(x))
    with cases.fails("from_rms_norm: expects no 'eps', which follows from the module"):
        st.SeeDNorm.from_rms_norm(plain, eps=1e-3)


def test_parameter_groups():
    model = nn.Sequential(nn.Linear(8, 8), st.SeeDNorm(8), st.SeeDNorm(8), st.RMSNorm(8))
    model[2].beta = model[1].beta
    model[2].alpha.requires_grad_(False)
    decayed, others = st.parameter_groups(model, 0.1)
    assert (decayed["weight_decay"], others["weight_decay"]) == (0.1, 0.0)
    assert set(decayed["params"]) == {model[0].weight, model[1].alpha, model[1].beta}
    assert set(others["params"]) == {model[0].bias, model[1].gamma, model[2].gamma,
                                     model[3].weight}


#===----------------------------------------------------------------------===//
# Learning
#===----------------------------------------------------------------------===//


class Transformer(nn.Module):
    """A small pre-norm transformer of characters."""

    def __init__(self, norm, vocabulary, dim=32, layers=2):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dim)
        self.blocks = nn.ModuleList(nn.ModuleDict({
            "attention_norm": norm(dim), "qkv": nn.Linear(dim, 3 * dim),
            "out": nn.Linear(dim, dim), "mlp_norm": norm(dim),
            "up": nn.Linear(dim, 2 * dim), "down": nn.Linear(2 * dim, dim)})
            for _ in range(layers))
        self.norm = norm(dim)
        self.head = nn.Linear(dim, vocabulary)

    def forward(self, tokens):
        x = self.embedding(tokens)
        for block in self.blocks:
            q, k, v = block["qkv"](block["attention_norm"](x)).unflatten(
                -1, (3, 2, -1)).permute(2, 0, 3, 1, 4)
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + block["out"](y.transpose(1, 2).flatten(2))
            x = x + block["down"](torch.relu(block["up"](block["mlp_norm"](x))))
        return self.head(self.norm(x))


def train(norm, dtype, steps=200):
    """Losses on the text of docs/Spec.md."""
    text = (pathlib.Path(__file__).parents[2] / "docs" / "Spec.md").read_text()
    alphabet = {c: i for i, c in enumerate(sorted(set(text)))}
    data = torch.tensor([alphabet[c] for c in text])
    torch.manual_seed(0)
    model = Transformer(norm, len(alphabet)).to(dtype)
    optimizer = torch.optim.AdamW(st.parameter_groups(model, 0.1), lr=3e-3)
    losses = []
    for _ in range(steps):
        starts = torch.randint(len(data) - 33, (8, 1))
        batch = data[starts + torch.arange(33)]
        loss = nn.functional.cross_entropy(model(batch[:, :-1]).flatten(0, 1),
                                           batch[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.fixture
def one_thread():
    """The model is too small for several, and waiting ones cost others time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# Decay is on alpha and beta of ours only, so none of plain PyTorch's here.
def test_learns_as_plain_pytorch(monkeypatch, one_thread):
    monkeypatch.setattr(st, "parameter_groups", lambda model, decay: model.parameters())
    found = train(st.SeeDNorm, torch.float64)
    wanted = train(PlainSeeDNorm, torch.float64)
    assert max(abs(a - b) for a, b in zip(found, wanted)) < 1e-9
    assert wanted[-1] < 0.6 * wanted[0]
    narrow = train(st.SeeDNorm, torch.float32)
    assert abs(narrow[-1] - wanted[-1]) < 0.01 * wanted[-1]
