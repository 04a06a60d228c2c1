"""Breaks compiled kernels on purpose: each break must be caught.

The LLVM IR of kernels with the schedules that are chosen for them is edited as
text and run on the emulator. A test of values or a check that none of these turn
red would prove nothing. test_kernel_mutations.py has more faults, in small kernels
of every scheme.
"""

import re

import numpy as np
import pytest
import seednorm

import emulation

ROWS, EPS = 5, 1e-6
BLOCK_BARRIER = r"  tail call void @llvm\.nvvm\.barrier\.cta\.sync\.aligned\.all\(.*\n"


def compile_kernels(columns, heads):
    g = seednorm.Graph()
    x = g.input((None, columns), "f32", name="x")
    parameters = [g.input((columns,), "f32", name=n) for n in ("alpha", "beta", "gamma")]
    g.output(seednorm.seednorm(x, *parameters, eps=EPS, num_heads=heads))
    return emulation.Kernels(seednorm.compile(g, target="emulated"))


def make_data(rng, columns):
    x = rng.standard_normal((ROWS, columns)).astype(np.float32)
    beta_scale = 1 / np.sqrt(columns)
    parameters = [
        (scale * rng.standard_normal(columns)).astype(np.float32)
        for scale in (1.0, beta_scale, 1.0)
    ]
    return [x, *parameters]


def reference(x, alpha, beta, gamma, heads):
    x = x.astype(np.float64)
    dots = (x * beta).reshape(ROWS, heads, -1).sum(-1)
    t = np.repeat(np.tanh(dots), x.shape[1] // heads, axis=1)
    return (t * alpha + gamma) * x / np.sqrt((x * x).mean(-1, keepdims=True) + EPS)


def emulate(tmp_path, kernels, llvm, data, seed=0):
    """Runs a kernel; returns its output, or the error of the emulator."""
    found = kernels.run(tmp_path, data, [(data[0].shape, np.float32)], llvm, seed)
    return found if isinstance(found, str) else found[0]


def is_right(result, exact):
    return (
        not isinstance(result, str)
        and np.abs(result - exact).max() < 1e-5 * np.abs(exact).max()
    )


# columns, heads: a block a row, and a warp a row with staged parameters; heads that
# end in lanes, and heads that meet in shared memory.
KERNELS = [(4096, 4), (2048, 32), (96, 8), (1024, 1)]


def remove(pattern, count=1):
    return lambda llvm: re.subn(pattern, "", llvm, count=count)


def skip_shuffle(offset):
    """Replaces the first shuffle over `offset` lanes by its own operand."""
    pattern = (
        r"tail call float @llvm\.nvvm\.shfl\.sync\.bfly\.f32"
        rf"\(i32 -1, float (%\d+), i32 {offset}, i32 31\)"
    )
    return lambda llvm: re.subn(pattern, r"fadd float \1, 0.0", llvm, count=1)


@pytest.fixture(params=KERNELS, ids=str)
def kernel(request, rng):
    columns, heads = request.param
    data = make_data(rng, columns)
    return compile_kernels(columns, heads), data, reference(*data, heads)


def test_unbroken_kernels_are_right(tmp_path, kernel):
    kernels, data, exact = kernel
    results = [emulate(tmp_path, kernels, None, data, seed) for seed in range(4)]
    assert is_right(results[0], exact)
    for result in results:
        np.testing.assert_array_equal(result, results[0])


def assert_caught(tmp_path, kernel, mutate):
    kernels, data, exact = kernel
    broken, count = mutate(kernels.llvm)
    assert count == 1, "the kernel has nothing of the kind to break"
    for seed in range(8):
        if not is_right(emulate(tmp_path, kernels, broken, data, seed), exact):
            return
    pytest.fail("the broken kernel gave the right result under every order")


def test_a_missing_block_barrier_is_caught(tmp_path, kernel):
    assert_caught(tmp_path, kernel, remove(BLOCK_BARRIER))


def test_a_missing_warp_barrier_is_caught(tmp_path, rng):
    data = make_data(rng, 96)
    kernel = compile_kernels(96, 8), data, reference(*data, 8)
    pattern = r"  tail call void @llvm\.nvvm\.bar\.warp\.sync\(.*\n"
    assert_caught(tmp_path, kernel, remove(pattern))


def test_a_dropped_shuffle_is_caught(tmp_path, kernel):
    assert_caught(tmp_path, kernel, skip_shuffle(1))


@pytest.mark.parametrize("columns, heads", KERNELS)
def test_a_shifted_row_is_out_of_bounds(tmp_path, rng, columns, heads):
    """One row too far: behind the last row there is no memory of the operand."""
    data = make_data(rng, columns)
    kernels = compile_kernels(columns, heads)
    shifted, count = re.subn(
        r"(%\d+ = getelementptr [^%]*), ptr %0, ",
        rf"%shifted = getelementptr i8, ptr %0, i64 {4 * columns}\n  \1, ptr %shifted, ",
        kernels.llvm,
        count=1,
    )
    assert count == 1
    error = emulate(tmp_path, kernels, shifted, data)
    assert isinstance(error, str) and "out-of-bounds read" in error, error
