#===- peers.py - What else computes the norms ------------------------------===//
#
# PyTorch as one writes a norm, through torch.compile, and by its own functions;
# Liger and QuACK where they are installed. Each gives, for the arguments of a call, a
# function that enqueues it.
#
#===-----------------------------------------------------------------------===//
"""Other implementations."""

import importlib

import torch
import torch._functorch.config
import torch.nn.functional as functional

EPS = 1e-6


def seednorm(x, alpha, beta, gamma):
    """As one writes it, computing in f32."""
    h = x.float()
    r = torch.rsqrt(h.square().mean(-1, keepdim=True) + EPS)
    s = torch.tanh((h * beta).sum(-1, keepdim=True))
    return ((s * alpha + gamma) * h * r).to(x.dtype)


def rms_norm(x, gamma):
    h = x.float()
    return (h * torch.rsqrt(h.square().mean(-1, keepdim=True) + EPS) * gamma).to(x.dtype)


def layer_norm(x, gamma, beta):
    h = x.float()
    c = h - h.mean(-1, keepdim=True)
    r = torch.rsqrt(c.square().mean(-1, keepdim=True) + EPS)
    return (c * r * gamma + beta).to(x.dtype)


def aten_rms_norm(x, gamma):
    return functional.rms_norm(x, gamma.shape, gamma.to(x.dtype), EPS)


def aten_layer_norm(x, gamma, beta):
    return functional.layer_norm(x, gamma.shape, gamma.to(x.dtype), beta.to(x.dtype), EPS)


def _find_liger(norm):
    if norm == "rms_norm":
        rms = importlib.import_module("liger_kernel.ops.rms_norm").LigerRMSNormFunction
        return lambda x, gamma: rms.apply(x, gamma, EPS, 0.0, "llama", False)
    if norm == "layer_norm":
        layer = importlib.import_module(
            "liger_kernel.ops.layer_norm").LigerLayerNormFunction
        return lambda x, gamma, beta: layer.apply(x, gamma, beta, EPS)
    return None


def _find_quack(norm):
    if norm == "rms_norm":
        rms = importlib.import_module("quack").rmsnorm
        return lambda x, gamma: rms(x, gamma, eps=EPS)
    return None


def find(norm, direction):
    """From names to what makes a function of the arguments of a call."""
    # Or a function compiled for many shapes is silently run as it stands.
    torch.compiler.reset()
    # A backward that runs again must find what its forward has saved.
    torch._functorch.config.donated_buffer = False
    eager = {"seednorm": seednorm, "rms_norm": rms_norm, "layer_norm": layer_norm}[norm]
    functions = {"torch eager": eager,
                 "torch.compile": torch.compile(eager, dynamic=False)}
    aten = {"rms_norm": aten_rms_norm, "layer_norm": aten_layer_norm}.get(norm)
    if aten:
        functions["aten"] = aten
    for name, look in (("Liger", _find_liger), ("QuACK", _find_quack)):
        try:
            if found := look(norm):
                functions[name] = found
        except ImportError:
            pass  # Not installed.
    make = _make_backward if direction == "backward" else _make_forward
    return {name: make(function) for name, function in functions.items()}


def _make_forward(function):
    def make(arguments):
        def run():
            with torch.no_grad():
                return function(*arguments)
        return run
    return make


def _make_backward(function):
    """The backward of a forward that was run before; its graph is kept."""
    def make(arguments):
        *inputs, dy = arguments
        leaves = [value.detach().clone().requires_grad_() for value in inputs]
        y = function(*leaves)
        return lambda: torch.autograd.grad(y, leaves, dy, retain_graph=True)
    return make
