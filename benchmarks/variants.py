#===- variants.py - What benchmarks/cpu.py compares ------------------------===//
#
# For a case and its input sets, functions that compute the norm: by seednorm, as
# one writes it in PyTorch, the same through torch.compile; and a copy. Gradients are
# those of all arguments, taken behind a forward that is part of the call.
#
#===-----------------------------------------------------------------------===//
"""Implementations of a norm on a CPU, as functions without arguments."""

import importlib
from typing import NamedTuple

import numpy as np
import torch

import graphs
import norms
import peers
import seednorm

DTYPES = {"bf16": torch.bfloat16, "f32": torch.float32}
BYTES = {"bf16": 2, "f32": 4}
#: Of rows of x and y that stay in second-level caches.
IN_CACHE_BYTES = 1 << 19


class Case(NamedTuple):
    """A norm and its size."""

    norm: str
    rows: int
    columns: int
    dtype: str
    backward: bool
    in_cache: bool = False

    @property
    def name(self):
        """"SeeDNorm forward+backward 4096x1024 bf16"."""
        direction = "forward+backward" if self.backward else "forward"
        place = " in cache" if self.in_cache else ""
        return (f"{norms.TITLES[self.norm]} {direction} {self.rows}x{self.columns} "
                f"{self.dtype}{place}")

    @property
    def moved(self):
        """Bytes that a call has to move: x and y, and x, dy and dx."""
        return (5 if self.backward else 2) * self.rows * self.columns * BYTES[self.dtype]


def make_set(case, seed):
    """Arguments by name, as NumPy's f32 and as tensors."""
    arrays = norms.make_arguments(np.random.default_rng(seed), case.norm, case.columns,
                                  case.rows, case.backward)
    if case.dtype == "bf16":
        for name in ("x", "dy"):
            if name in arrays:
                arrays[name] = norms.round_to_bf16(arrays[name])
    # In memory of PyTorch's own, which starts on a line; NumPy's does not.
    tensors = {name: torch.from_numpy(array).clone() for name, array in arrays.items()}
    for name in ("x", "dy"):
        if name in tensors:
            tensors[name] = tensors[name].to(DTYPES[case.dtype])
    return arrays, tensors


def get_out(tensors):
    """Memory for y, the same for all variants that take some: pages that lie well or
    badly in the caches are then no variant's own."""
    return tensors.setdefault("out", torch.empty_like(tensors["x"]))


def split(case, tensors):
    """x and parameters in order, and dy or None."""
    return ([tensors[name] for name in ("x", *norms.PARAMETERS[case.norm])],
            tensors.get("dy"))


#===----------------------------------------------------------------------===//
# seednorm
#===----------------------------------------------------------------------===//


def make_kernels(case):
    """The kernel of a case, and of its backward function or None."""
    forward = seednorm.compile(graphs.build(case.norm, case.columns, case.dtype, False))
    return forward, forward.backward if case.backward else None


def make_seednorm_out(case):
    """By `seednorm.compile`, into arrays that are there."""
    forward, backward = make_kernels(case)

    def make(tensors):
        arguments, dy = split(case, tensors)
        y = get_out(tensors)
        if dy is None:
            return lambda: (forward(*arguments, out=y),)
        gradients = tuple(map(torch.empty_like, arguments))
        return lambda: (forward(*arguments, out=y),
                        *backward(*arguments, dy, out=gradients))
    return make


def make_plain_out(case):
    """RMSNorm of the same rows, by our kernel: what SeeDNorm's further sum costs is
    seen only beside it, in the same turns."""
    plain = case._replace(norm="rms_norm")
    kernel, _ = make_kernels(plain)

    def make(tensors):
        arguments, _ = split(plain, tensors)
        y = get_out(tensors)
        return lambda: (kernel(*arguments, out=y),)
    return make


def make_seednorm_in_cache(case):
    """The kernel again and again on few rows, until it had as many as the case has:
    what it takes where memory does not hold it up."""
    forward, _ = make_kernels(case)
    row_bytes = 2 * case.columns * BYTES[case.dtype]
    rows = min(case.rows, max(1, IN_CACHE_BYTES // row_bytes))

    def make(tensors):
        (x, *parameters), _ = split(case, tensors)
        few = x[:rows].clone()
        y = torch.empty_like(few)

        def run():
            for _ in range(case.rows // rows):
                forward(few, *parameters, out=y)
            return (y,)
        return run
    return make


def make_seednorm(case):
    """As a user of PyTorch has it: the module where `seednorm.torch` is there, else
    kernels; results are new tensors."""
    try:
        module = importlib.import_module("seednorm.torch")
    except ModuleNotFoundError as error:
        if error.name != "seednorm.torch":
            raise
        forward, backward = make_kernels(case)
        return lambda tensors: _call_kernels(forward, backward, *split(case, tensors))
    kind = getattr(module, norms.TITLES[case.norm])
    return lambda tensors: _call_module(
        kind(case.columns, eps=peers.EPS, dtype=torch.float32), case, tensors)


def _call_kernels(forward, backward, arguments, dy):
    if dy is None:
        return lambda: (forward(*arguments),)
    return lambda: (forward(*arguments), *backward(*arguments, dy))


def _call_module(layer, case, tensors):
    (x, *parameters), dy = split(case, tensors)
    own = dict(layer.named_parameters())
    # PyTorch's own name for the only one.
    if len(own) == len(parameters) == 1:
        own = {norms.PARAMETERS[case.norm][0]: next(iter(own.values()))}
    leaves = [own[name] for name in norms.PARAMETERS[case.norm]]
    with torch.no_grad():
        for leaf, value in zip(leaves, parameters):
            leaf.copy_(value)
    return _differentiate(lambda rows, *_: layer(rows), [x, *leaves], dy)


#===----------------------------------------------------------------------===//
# PyTorch
#===----------------------------------------------------------------------===//


def _differentiate(function, leaves, dy):
    """A call of `function`, with gradients of the leaves if there is a `dy`."""
    if dy is None:
        def run_forward():
            with torch.no_grad():
                return (function(*leaves),)
        return run_forward
    leaves = [leaf.detach().requires_grad_() if leaf.is_leaf and not leaf.requires_grad
              else leaf for leaf in leaves]

    def run_both():
        y = function(*leaves)
        return (y, *torch.autograd.grad(y, leaves, dy))
    return run_both


def make_eager(case):
    """PyTorch as one writes the norm, in f32."""
    function = getattr(peers, case.norm)
    return lambda tensors: _differentiate(function, *split(case, tensors))


def make_compiled(case):
    """The same through torch.compile, for this very shape."""
    # Or a function compiled for many shapes is silently run as it stands.
    torch.compiler.reset()
    function = torch.compile(getattr(peers, case.norm), dynamic=False)
    return lambda tensors: _differentiate(function, *split(case, tensors))


def make_compiled_out(case):
    """torch.compile into a tensor that is there, which it has for forward only."""
    function = getattr(peers, case.norm)
    compiled = torch.compile(lambda y, *arguments: y.copy_(function(*arguments)),
                             dynamic=False)

    def make(tensors):
        arguments, _ = split(case, tensors)
        y = get_out(tensors)

        def run():
            with torch.no_grad():
                return (compiled(y, *arguments),)
        return run
    return make


def make_aten(case):
    """PyTorch's own function."""
    function = getattr(peers, f"aten_{case.norm}")
    return lambda tensors: _differentiate(function, *split(case, tensors))


def make_copy(case):
    """`Tensor.copy_` that reads and writes as many bytes together."""
    def make(tensors):
        source = torch.ones(case.moved // 2 // BYTES[case.dtype],
                            dtype=DTYPES[case.dtype])
        target = torch.empty_like(source)
        return lambda: (target.copy_(source),)
    return make


#===----------------------------------------------------------------------===//
# All of them
#===----------------------------------------------------------------------===//


def find_makers(case, with_peers=True):
    """From a variant's name to what makes its functions; ours and the copy first."""
    makers = {"copy": make_copy, "seednorm, out=": make_seednorm_out,
              "seednorm": make_seednorm}
    if not case.backward and case.norm == "seednorm":
        makers[PLAIN] = make_plain_out
    if not case.backward and not case.in_cache:
        makers["seednorm, in cache"] = make_seednorm_in_cache
    if with_peers:
        makers |= {"eager": make_eager, "torch.compile": make_compiled}
        if not case.backward:
            makers["torch.compile, out="] = make_compiled_out
        # In bf16 it takes gamma rounded to that, which is another norm.
        if case.dtype == "f32" and hasattr(peers, f"aten_{case.norm}"):
            makers["aten"] = make_aten
    return makers


#: Beside SeeDNorm.
PLAIN = "RMSNorm of seednorm, out="
#: Whose errors are ours and end the benchmark.
OWN = ("copy", "seednorm, out=", "seednorm", "seednorm, in cache", PLAIN)
#: Which are there for their times, and have no results of the case.
UNCHECKED = ("copy", "seednorm, in cache", PLAIN)
