#===- test_casting_modes.py - The rounding orders of two models' code -------===//
#
# RMSNorm as Llama and Gemma write it in PyTorch, compared bit for bit. The rows'
# squares have an exact sum in any order, and with eps their mean is an odd
# square: its root is exact, and 1/3, 1/5 and 1/7 are rounded alike by everyone, so
# that nothing but the place of the roundings can make a difference.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import seednorm

torch = pytest.importorskip("torch")

#: The mean of squares is 8; from it to 9, 25 and 49.
EPS = (1.0, 17.0, 41.0)
#: From magnitudes to how many of the 1024 columns have them: squares sum to 8192.
COUNTS = {5: 100, 4: 200, 3: 200, 2: 200, 1: 92, 0: 232}
DTYPES = {"bf16": torch.bfloat16, "f16": torch.float16, "f32": torch.float32}


class LlamaRMSNorm(torch.nn.Module):
    """As transformers' models/llama/modeling_llama.py computes."""

    def __init__(self, weight, eps):
        super().__init__()
        self.weight, self.variance_epsilon = torch.nn.Parameter(weight), eps

    def forward(self, hidden_states):
        input_dtype = hidden_states.dtype
        hidden_states = hidden_states.to(torch.float32)
        variance = hidden_states.pow(2).mean(-1, keepdim=True)
        hidden_states = hidden_states * torch.rsqrt(variance + self.variance_epsilon)
        return self.weight * hidden_states.to(input_dtype)


class GemmaRMSNorm(torch.nn.Module):
    """As transformers' models/gemma/modeling_gemma.py computes."""

    def __init__(self, weight, eps):
        super().__init__()
        self.weight, self.eps = torch.nn.Parameter(weight), eps

    def forward(self, x):
        output = x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + self.eps)
        output = output * (1.0 + self.weight.float())
        return output.type_as(x)


def make_data(rng, dtype, weight_dtype):
    magnitudes = np.repeat(list(COUNTS), list(COUNTS.values()))
    rows = [rng.permutation(magnitudes) * rng.choice((-1, 1), len(magnitudes))
            for _ in range(16)]
    weight = 1 + 0.3 * rng.standard_normal(len(magnitudes))
    return (torch.from_numpy(np.stack(rows)).to(DTYPES[dtype]),
            torch.from_numpy(weight).to(DTYPES[weight_dtype]))


def compute(target, x, weight, dtypes, **options):
    g = seednorm.Graph()
    values = [g.input((None, x.shape[-1]), dtypes[0], name="x"),
              g.input(tuple(weight.shape), dtypes[1], name="weight")]
    g.output(seednorm.rms_norm(*values, **options))
    return seednorm.compile(g, target=target)(x, weight)


def assert_same_bits(actual, expected):
    assert actual.dtype == expected.dtype
    assert torch.equal(actual, expected)


# PyTorch promotes the product with a weight of f32 to f32.
@pytest.mark.parametrize("weight_dtype", ("like input", "f32"))
@pytest.mark.parametrize("dtype", ("bf16", "f16"))
@pytest.mark.parametrize("eps", EPS)
@pytest.mark.parametrize("target", ("cpu", "emulated"))
def test_llama(rng, target, eps, dtype, weight_dtype):
    dtypes = dtype, dtype if weight_dtype == "like input" else weight_dtype
    x, weight = make_data(rng, *dtypes)
    with torch.no_grad():
        expected = LlamaRMSNorm(weight, eps)(x)
    y = compute(target, x, weight, dtypes, eps=eps, casting_mode="llama",
                dtype=dtypes[1])
    assert_same_bits(y, expected)


@pytest.mark.parametrize("weight_dtype", ("like input", "f32"))
@pytest.mark.parametrize("dtype", ("bf16", "f16"))
@pytest.mark.parametrize("eps", EPS)
@pytest.mark.parametrize("target", ("cpu", "emulated"))
def test_gemma(rng, target, eps, dtype, weight_dtype):
    dtypes = dtype, dtype if weight_dtype == "like input" else weight_dtype
    x, weight = make_data(rng, *dtypes)
    with torch.no_grad():
        expected = GemmaRMSNorm(weight, eps)(x)
    y = compute(target, x, weight, dtypes, eps=eps, gamma_offset=1.0)
    assert_same_bits(y, expected)


# Neither test above could tell the orders apart if they agreed on these rows.
@pytest.mark.parametrize("dtype", ("bf16", "f16"))
@pytest.mark.parametrize("eps", EPS)
def test_the_orders_differ(rng, eps, dtype):
    x, weight = make_data(rng, dtype, dtype)
    results = [compute("cpu", x, weight, (dtype, dtype), eps=eps, casting_mode=mode)
               for mode in ("llama", "gemma")]
    assert (results[0] != results[1]).any()
