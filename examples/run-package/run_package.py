#===- run_package.py - A compiled kernel on PyTorch's memory and stream ----===//
#
# Usage: run_package.py LIBRARY PACKAGE [--device cuda]
#
# Does what run-package.c does, by ctypes: loads a package that seednorm-compile made
# of rms-norm.mlir with libseednorm-runtime.so, runs it on tensors of PyTorch, and
# compares the result with the formula in float64. On a GPU the call is enqueued on a
# stream of PyTorch, at once and once more from a CUDA graph that has captured it. Last
# a tensor of another type is given, for the error. Needs PyTorch; no seednorm, no LLVM.
#
#===-----------------------------------------------------------------------===//
"""A package through the C API of the run-time library."""

import argparse
import ctypes
import sys

import torch

ROWS, COLUMNS, EPS = 1000, 512, 1e-6
# Numbers of seednorm-c/Types.h and Runtime.h.
ELEMENT_TYPES = {torch.float64: 0, torch.float32: 1, torch.float16: 2,
                 torch.bfloat16: 3}
DEVICES = {"cpu": 0, "cuda": 1}
#: A few roundings of numbers below 16.
MAX_ERROR = 2e-5


class Tensor(ctypes.Structure):
    """SeednormTensor."""

    _fields_ = [("data", ctypes.c_void_p), ("type", ctypes.c_int),
                ("rank", ctypes.c_int64), ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64))]


def describe(tensors):
    """An array of SeednormTensor, which points to the memory of the tensors."""
    return (Tensor * len(tensors))(*(
        Tensor(tensor.data_ptr(), ELEMENT_TYPES[tensor.dtype], tensor.dim(),
               (ctypes.c_int64 * tensor.dim())(*tensor.shape),
               (ctypes.c_int64 * tensor.dim())(*tensor.stride())) for tensor in tensors))


class RuntimeFailure(Exception):
    """What the library says of a call that failed."""


class Entry:
    """The only function of a package, on a device."""

    def __init__(self, library, package, device):
        self._library = ctypes.CDLL(library)
        self._library.seednormRuntimeGetError.restype = ctypes.c_char_p
        self._library.seednormEntryGetTarget.restype = ctypes.c_char_p
        loaded, self._entry = ctypes.c_void_p(), ctypes.c_void_p()
        self._call("seednormPackageLoadFile", package.encode(), ctypes.byref(loaded))
        try:
            self._call("seednormEntryLoad", loaded, None, DEVICES[device],
                       ctypes.byref(self._entry))
        finally:  # The entry has all it needs.
            self._library.seednormPackageDestroy(loaded)

    def _call(self, name, *arguments):
        if getattr(self._library, name)(*arguments):
            raise RuntimeFailure(self._library.seednormRuntimeGetError().decode())

    @property
    def target(self):
        return self._library.seednormEntryGetTarget(self._entry).decode()

    def run(self, arguments, results, stream=None):
        """Enqueues a call on a stream, an integer; on the CPU, runs it."""
        self._call("seednormEntryRun", self._entry, describe(arguments),
                   ctypes.c_int64(len(arguments)), describe(results),
                   ctypes.c_int64(len(results)), ctypes.c_void_p(stream))


def run_on_gpu(entry, arguments, y):
    """On a stream of its own, then from a graph, over NaN."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    entry.run(arguments, [y], stream.cuda_stream)
    stream.synchronize()
    first = y.clone()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        entry.run(arguments, [y], stream.cuda_stream)
    y.fill_(float("nan"))
    graph.replay()
    torch.cuda.synchronize()
    print(f"from a graph: {'the same' if torch.equal(first, y) else 'other'} bits")
    return torch.equal(first, y)


def run(library, package, device):
    entry = Entry(library, package, device)
    print(f"code for {entry.target}")
    torch.manual_seed(0)
    x = torch.randn(ROWS, COLUMNS, device=device)
    gamma = torch.rand(COLUMNS, device=device) + 1
    y = torch.full_like(x, float("nan"))
    is_same = True
    if device == "cuda":
        is_same = run_on_gpu(entry, [x, gamma], y)
    else:
        entry.run([x, gamma], [y])
    h = x.double()
    exact = h * torch.rsqrt(h.square().mean(-1, keepdim=True) + EPS) * gamma.double()
    error = float((y.double() - exact).abs().max())
    print(f"largest error: {error:.1e}")
    try:
        entry.run([x.half(), gamma], [y])
    except RuntimeFailure as failure:
        print(f"another type: {failure}")
    # Not of NaN, which is above all.
    return is_same and error < MAX_ERROR


def main():
    parser = argparse.ArgumentParser(description="run a package on tensors")
    parser.add_argument("library", help="libseednorm-runtime.so")
    parser.add_argument("package")
    parser.add_argument("--device", choices=DEVICES, default="cpu")
    arguments = parser.parse_args()
    try:
        right = run(arguments.library, arguments.package, arguments.device)
    except RuntimeFailure as failure:
        sys.exit(f"error: {failure}")
    sys.exit(0 if right else "error: the result is wrong")


if __name__ == "__main__":
    main()
