"""The main job: one SeeDNorm graph, one kernel, on the CPU and on a GPU.

Compiles SeeDNorm of 4096 x 1024 in f32 and bf16, from MLIR text and from
Python, runs it on the CPU and (the code for a GPU) on the emulator, and
compares with a float64 evaluation of the formula.
"""

import os
import pathlib
import time

import ml_dtypes
import numpy as np
import seednorm
from seednorm import cache

ROWS, COLUMNS, EPS = 4096, 1024, 1e-6
TEXT = pathlib.Path(__file__).with_name("seednorm.mlir").read_text()
OUTPUT = pathlib.Path(os.environ.get("SEEDNORM_DEMO_DIR", "build/demo"))


def build_graph(dtype: str, columns: int = COLUMNS) -> seednorm.Graph:
    """The graph of `seednorm.mlir`, in Python."""
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    alpha, beta, gamma = (
        g.input((columns,), "f32", name=name) for name in ("alpha", "beta", "gamma")
    )
    g.output(seednorm.seednorm(x, alpha, beta, gamma, eps=EPS))
    return g


def reference(x, alpha, beta, gamma):
    """Equation of the paper in float64: (tanh(x.beta) alpha + gamma) x / RMS(x)."""
    x, alpha, beta, gamma = (a.astype(np.float64) for a in (x, alpha, beta, gamma))
    r = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + EPS)
    s = np.tanh((x * beta).sum(-1, keepdims=True))
    return (s * alpha + gamma) * x * r


def largest_error(y, exact):
    """Largest error, relative to the largest magnitude of its row."""
    difference = np.abs(y.astype(np.float64) - exact).max(-1)
    return (difference / np.abs(exact).max(-1)).max()


def run(source: str, graph, entry: str, x, parameters, exact) -> None:
    for target in ("cpu", "emulated"):
        start = time.perf_counter()
        kernel = seednorm.compile(graph, target=target, entry=entry)
        compiled = (time.perf_counter() - start) * 1e3
        y = kernel(x, *parameters)
        print(
            f"  {source:6} {target:8}  compiled in {compiled:5.0f} ms,"
            f" kernels {kernel.num_kernels},"
            f" largest error {largest_error(y, exact):.1e}"
        )


def report(dtype: str) -> None:
    """Cost and code of the kernel for an H100."""
    start = time.perf_counter()
    kernel = seednorm.compile(build_graph(dtype), target="sm_90a")
    compiled = (time.perf_counter() - start) * 1e3
    (cost,) = kernel.report
    ratio = cost["row_bytes_per_element"] / cost["minimum_row_bytes_per_element"]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / f"seednorm_{dtype}.sm_90a.ptx"
    path.write_text(kernel.asm["ptx"])
    print(
        f"  sm_90a: text to PTX in {compiled:.0f} ms; row bytes over the minimum"
        f" {ratio:.2f} ({cost['row_bytes_per_element']:.2f} an element), parameters"
        f" {cost['parameter_bytes_per_block'] / cost['parameter_bytes']:.2f}x a block;"
        f" {cost['registers']} registers, {cost['spill_bytes']} bytes spilled"
    )
    print(f"  PTX: {path}")


def time_compilation() -> None:
    """Milliseconds from the text of a graph to its PTX, in this process."""
    text = build_graph("bf16", 4096).to_mlir("main")
    times = []
    for _ in range(5):
        cache.kernels.clear()  # It would give the kernel that it keeps.
        start = time.perf_counter()
        seednorm.compile(text, target="sm_90a")
        times.append((time.perf_counter() - start) * 1e3)
    print(f"4096 columns, bf16: text to PTX in {sorted(times)[2]:.0f} ms (median of 5)")


def main() -> None:
    rng = np.random.default_rng(0)
    parameters = [
        rng.standard_normal(COLUMNS, dtype=np.float32) * scale
        for scale in (0.5, 0.05, 1.0)
    ]
    for dtype, array_type in (("f32", np.float32), ("bf16", ml_dtypes.bfloat16)):
        x = rng.standard_normal((ROWS, COLUMNS), dtype=np.float32).astype(array_type)
        exact = reference(x, *parameters)
        print(f"SeeDNorm {ROWS} x {COLUMNS} {dtype}")
        run("text", TEXT, f"seednorm_{dtype}", x, parameters, exact)
        run("Python", build_graph(dtype), "main", x, parameters, exact)
        report(dtype)
    time_compilation()


if __name__ == "__main__":
    main()
