"""Breaks compiled kernels on purpose: each break must be caught.

The LLVM IR of a kernel as `--emit=llvm` gives it is edited as text and run on
the emulator. A test of values or a check that none of these turn red would
prove nothing.
"""

import os
import pathlib
import re
import subprocess

import numpy as np
import pytest
import seednorm

ROWS, EPS = 5, 1e-6
BLOCK_BARRIER = r"  tail call void @llvm\.nvvm\.barrier\.cta\.sync\.aligned\.all\(.*\n"


def compile_llvm(columns, heads):
    g = seednorm.Graph()
    x = g.input((None, columns), "f32", name="x")
    parameters = [g.input((columns,), "f32", name=n) for n in ("alpha", "beta", "gamma")]
    g.output(seednorm.seednorm(x, *parameters, eps=EPS, num_heads=heads))
    return seednorm.compile(g, target="emulated").asm["llvm"]


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


def emulate(tmp_path, llvm, data, grid, block, seed=0):
    """Runs a kernel; returns its output, or the error of the emulator."""
    (tmp_path / "kernel.ll").write_text(llvm)
    columns = data[0].shape[1]
    tool = pathlib.Path(seednorm.__file__).parents[2] / "bin" / "seednorm-emulate"
    command = [os.fspath(tool), "kernel.ll", "--kernel=main_rows0"]
    command += [f"--grid={grid}", f"--block={block}", f"--seed={seed}"]
    for number, array in enumerate(data):
        array.tofile(tmp_path / f"{number}.bin")
        command.append(f"--buffer=b{number}:f32:{array.size}:@{number}.bin")
    command += [f"--buffer=y:f32:{ROWS * columns}:zero:rw", f"--i64={ROWS}"]
    command += ["--save=y=y.bin"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    if done.returncode:
        assert done.returncode == 1, done.stderr
        return done.stderr
    return np.fromfile(tmp_path / "y.bin", np.float32).reshape(ROWS, columns)


def is_right(result, exact):
    return (
        not isinstance(result, str)
        and np.abs(result - exact).max() < 1e-5 * np.abs(exact).max()
    )


# columns, heads, grid, block: a block a row, and a warp a row with staged
# parameters; heads that end in lanes, and heads that meet in shared memory.
KERNELS = [(4096, 4, ROWS, 256), (2048, 32, ROWS, 128), (96, 8, 2, 128), (1024, 1, 2, 128)]


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
    columns, heads, grid, block = request.param
    data = make_data(rng, columns)
    return compile_llvm(columns, heads), data, reference(*data, heads), grid, block


def test_unbroken_kernels_are_right(tmp_path, kernel):
    llvm, data, exact, grid, block = kernel
    results = [emulate(tmp_path, llvm, data, grid, block, seed) for seed in range(4)]
    assert is_right(results[0], exact)
    for result in results:
        np.testing.assert_array_equal(result, results[0])


def assert_caught(tmp_path, kernel, mutate):
    llvm, data, exact, grid, block = kernel
    broken, count = mutate(llvm)
    assert count == 1, "the kernel has nothing of the kind to break"
    for seed in range(8):
        if not is_right(emulate(tmp_path, broken, data, grid, block, seed), exact):
            return
    pytest.fail("the broken kernel gave the right result under every order")


def test_a_missing_block_barrier_is_caught(tmp_path, kernel):
    assert_caught(tmp_path, kernel, remove(BLOCK_BARRIER))


def test_a_missing_warp_barrier_is_caught(tmp_path, rng):
    data = make_data(rng, 96)
    kernel = compile_llvm(96, 8), data, reference(*data, 8), 2, 128
    pattern = r"  tail call void @llvm\.nvvm\.bar\.warp\.sync\(.*\n"
    assert_caught(tmp_path, kernel, remove(pattern))


def test_a_dropped_shuffle_is_caught(tmp_path, kernel):
    assert_caught(tmp_path, kernel, skip_shuffle(1))


@pytest.mark.parametrize("columns, heads, grid, block", KERNELS)
def test_a_shifted_row_is_out_of_bounds(tmp_path, rng, columns, heads, grid, block):
    """One row too far: behind the last row there is no memory of the operand."""
    data = make_data(rng, columns)
    shifted, count = re.subn(
        r"(%\d+ = getelementptr [^%]*), ptr %0, ",
        rf"%shifted = getelementptr i8, ptr %0, i64 {4 * columns}\n  \1, ptr %shifted, ",
        compile_llvm(columns, heads),
        count=1,
    )
    assert count == 1
    error = emulate(tmp_path, shifted, data, grid, block)
    assert isinstance(error, str) and "out-of-bounds read" in error, error
