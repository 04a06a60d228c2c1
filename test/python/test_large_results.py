#===- test_large_results.py - Memory of large results -----------------------===//
#
# A large result takes memory that was kept, has huge pages where the system has them,
# and starts on a line.
#
#===-----------------------------------------------------------------------===//

import os
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest
import torch

import seednorm
import seednorm.torch

SETTING = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled")
ROWS, COLUMNS = 4096, 1024


def get_flags(address):
    """VmFlags of the mapping that holds `address`."""
    holds = False
    for line in pathlib.Path("/proc/self/smaps").read_text().splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            holds = int(found[1], 16) <= address < int(found[2], 16)
        elif holds and line.startswith("VmFlags:"):
            return line.split()[1:]
    raise AssertionError("no mapping has the address")


def compile_norm():
    g = seednorm.Graph()
    x, gamma = g.input((None, COLUMNS), "f32"), g.input((COLUMNS,), "f32")
    g.output(seednorm.rms_norm(x, gamma))
    return seednorm.compile(g)


needs_huge_pages = pytest.mark.skipif(
    not SETTING.exists(), reason="the kernel has no transparent huge pages")


@needs_huge_pages
def test_tensors():
    kernel, gamma = compile_norm(), torch.ones(COLUMNS)
    x = torch.randn(ROWS, COLUMNS)
    for _ in range(2):  # The first call takes another way.
        y = kernel(x, gamma)
    assert "hg" in get_flags(y.data_ptr() + y.nbytes // 2)
    torch.testing.assert_close(y, torch.nn.functional.rms_norm(x, (COLUMNS,), gamma, 1e-6))


# In a process of its own: NumPy advises the system on large arrays too, and memory that
# it gave back to malloc keeps the advice.
@needs_huge_pages
def test_small_results_have_no_advice():
    program = """if True:
        import torch
        import test_large_results as own
        kernel, gamma = own.compile_norm(), torch.ones(own.COLUMNS)
        for rows in (64, own.ROWS, 64):
            x = torch.randn(rows, own.COLUMNS)
            for _ in range(2):
                y = kernel(x, gamma)
            print("hg" in own.get_flags(y.data_ptr() + y.nbytes // 2))
    """
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                         cwd=pathlib.Path(__file__).parent, check=True)
    assert ran.stdout.split() == ["False", "True", "False"]


@needs_huge_pages
def test_modules():
    layer, x = seednorm.torch.RMSNorm(COLUMNS), torch.randn(ROWS, COLUMNS)
    for _ in range(2):
        y = layer(x)
    assert "hg" in get_flags(y.data_ptr() + y.nbytes // 2)
    y.sum().backward()


def test_arrays_start_on_lines(rng):
    kernel = compile_norm()
    x = rng.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    gamma = np.ones(COLUMNS, np.float32)
    expected = kernel(x[:64].copy(), gamma)
    for _ in range(2):
        y = kernel(x, gamma)
        assert y.ctypes.data % 64 == 0
        assert y.flags.writeable and y.flags.c_contiguous
        np.testing.assert_array_equal(y[:64], expected)


#===----------------------------------------------------------------------===//
# Kept memory
#===----------------------------------------------------------------------===//


@pytest.fixture
def nothing_kept():
    seednorm.drop_kept_memory()
    assert seednorm.get_kept_memory() == 0
    yield
    seednorm.set_kept_memory(256 << 20)


def make_numpy(rng):
    x = rng.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    gamma, kernel = np.ones(COLUMNS, np.float32), compile_norm()
    return lambda: kernel(x, gamma), lambda y: y.ctypes.data


def make_tensors(rng):
    x, gamma, kernel = torch.randn(ROWS, COLUMNS), torch.ones(COLUMNS), compile_norm()
    return lambda: kernel(x, gamma), lambda y: y.data_ptr()


def make_module(rng):
    layer, x = seednorm.torch.RMSNorm(COLUMNS), torch.randn(2, ROWS // 2, COLUMNS)
    return lambda: layer(x).detach(), lambda y: y.data_ptr()


# A result is nobody else's while anything holds it, a view included.
@pytest.mark.parametrize("make", [make_numpy, make_tensors, make_module])
def test_memory_is_taken_again(make, rng, nothing_kept):
    run, get_address = make(rng)
    run()  # The first call takes another way.
    seednorm.drop_kept_memory()
    first, second = run(), run()
    addresses = {get_address(first), get_address(second)}
    assert len(addresses) == 2
    kept = seednorm.get_kept_memory()
    view, expected = first[1:], np.asarray(first[1:]).copy()
    del first
    assert seednorm.get_kept_memory() == kept
    third = run()
    assert get_address(third) not in addresses
    np.testing.assert_array_equal(np.asarray(view), expected)
    del view, second
    assert seednorm.get_kept_memory() >= kept + 2 * third.nbytes
    fourth, fifth = run(), run()
    assert {get_address(fourth), get_address(fifth)} == addresses
    np.testing.assert_array_equal(np.asarray(fourth), np.asarray(third))


def test_none_is_kept(rng, nothing_kept):
    seednorm.set_kept_memory(0)
    run, _ = make_module(rng)
    for _ in range(3):
        run()
    assert seednorm.get_kept_memory() == 0


# Partial sums of gradients are not new in each call either.
def test_partial_sums_are_kept(rng, nothing_kept):
    g = seednorm.Graph()
    x, gamma = g.input((None, COLUMNS), "f32"), g.input((COLUMNS,), "f32")
    g.output(seednorm.rms_norm(x, gamma))
    kernel = seednorm.compile(seednorm.grad(g))
    arguments = [rng.standard_normal((ROWS, COLUMNS)).astype(np.float32), np.ones(
        COLUMNS, np.float32), np.ones((ROWS, COLUMNS), np.float32)]
    out = kernel(*arguments)
    kernel(*arguments, out=out)
    kept = seednorm.get_kept_memory()
    assert kept >= ROWS // 256 * COLUMNS * 4
    for _ in range(5):
        kernel(*arguments, out=out)
    assert seednorm.get_kept_memory() == kept


def test_tensors_of_kept_memory_are_tensors(rng, nothing_kept):
    run, _ = make_module(rng)
    run()
    y = run()
    assert type(y) is torch.Tensor and y.is_contiguous() and y._base is None
    assert y.shape == (2, ROWS // 2, COLUMNS)
    y.add_(1).mul_(2)
    y.resize_(3, COLUMNS)
    with pytest.raises(RuntimeError, match="resiz"):
        y.resize_(4 * ROWS, COLUMNS)


@pytest.mark.parametrize("most", [-1, 1.5, "256", None, 1 << 63])
def test_bad_sizes(most):
    with pytest.raises(seednorm.UsageError,
                       match="set_kept_memory: expects 'most' to be a number of bytes"):
        seednorm.set_kept_memory(most)


@pytest.mark.parametrize("text, most", [("3", 3 << 20), ("0", 0), ("", 256 << 20),
                                        ("many", 256 << 20), ("-1", 256 << 20)])
def test_variable(text, most):
    program = """if True:
        import numpy as np, seednorm
        g = seednorm.Graph()
        g.output(seednorm.tanh(g.input((None, 1024), "f32")))
        kernel = seednorm.compile(g)
        for rows in (300, 600, 20000, 60000):
            x = np.ones((rows, 1024), np.float32)
            for _ in range(2):
                kernel(x)
            print(seednorm.get_kept_memory())
    """
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                         env={**os.environ, "SEEDNORM_KEPT_MIB": text}, check=True)
    sizes = [rows * 4096 for rows in (300, 600, 20000, 60000)]
    for line, size in zip(ran.stdout.split(), sizes, strict=True):
        assert (size <= int(line) <= most) == (size < most)
        assert int(line) <= most
    said = "expects SEEDNORM_KEPT_MIB to be a number from 0 to" in ran.stderr
    assert said == (text in ("many", "-1"))
