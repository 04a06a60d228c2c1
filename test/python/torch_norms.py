#===- torch_norms.py - What the tests of seednorm.torch share ----------------===//
#
# Modules with parameters that matter, and the same norms spelled out in PyTorch.
#
#===-----------------------------------------------------------------------===//
"""Modules of the tests, and plain PyTorch beside them."""

import torch

import seednorm.torch as st


def randomize(module, seed=0):
    """Gives every parameter other values than the initial ones."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            noise = torch.randn(parameter.shape, generator=generator,
                                dtype=torch.float64)
            parameter.copy_(0.6 + 0.3 * noise)
    return module


def make_rows(*shape, dtype=torch.float64, seed=1):
    """Random rows."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


#: Every module that takes rows alone, by a name for the test.
MODULES = {
    "seednorm": lambda d, **o: st.SeeDNorm(d, **o),
    "seednorm heads": lambda d, **o: st.SeeDNorm(
        d, eps=1e-5, num_heads=2, activation="softsign", seed_scale=0.5,
        gamma_offset=1.0, **o),
    "seednorm llama": lambda d, **o: st.SeeDNorm(
        d, num_heads=2, activation="sigmoid", casting_mode="llama", **o),
    "rms_norm": lambda d, **o: st.RMSNorm(d, bias=True, gamma_offset=1.0, **o),
    "rms_norm llama": lambda d, **o: st.RMSNorm(d, casting_mode="llama", **o),
    "rms_norm plain": lambda d, **o: st.RMSNorm(d, elementwise_affine=False, **o),
    "layer_norm": lambda d, **o: st.LayerNorm(d, **o),
    "layer_norm plain": lambda d, **o: st.LayerNorm(d, elementwise_affine=False, **o),
    "dyt": lambda d, **o: st.DyT(d, **o),
    "bhyt": lambda d, **o: st.BHyT(d, **o),
    "crms_norm": lambda d, **o: st.CRMSNorm(d, **o),
    "scale_norm": lambda d, **o: st.ScaleNorm(d, **o),
}


def make_module(name, dim, dtype=torch.float64):
    """A module of `MODULES` with parameters that matter."""
    return randomize(MODULES[name](dim, dtype=dtype))


class PlainSeeDNorm(torch.nn.Module):
    """SeeDNorm (arXiv 2510.22777) in plain PyTorch, with one head."""

    def __init__(self, dim, eps=1e-6, dtype=None):
        super().__init__()
        self.eps = eps
        self.alpha = torch.nn.Parameter(torch.ones(dim, dtype=dtype))
        self.beta = torch.nn.Parameter(torch.zeros(dim, dtype=dtype))
        self.gamma = torch.nn.Parameter(torch.ones(dim, dtype=dtype))

    def forward(self, x):
        s = torch.tanh((x * self.beta).sum(-1, keepdim=True))
        r = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
        return (s * self.alpha + self.gamma) * (x * r)
