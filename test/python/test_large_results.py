#===- test_large_results.py - Fresh memory of large results -----------------===//
#
# A large result has huge pages, where the system has them, and starts on a line.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re

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
    for rows, has_advice in ((ROWS, True), (64, False)):
        x = torch.randn(rows, COLUMNS)
        for _ in range(2):  # The first call takes another way.
            y = kernel(x, gamma)
        middle = y.data_ptr() + y.nbytes // 2
        assert ("hg" in get_flags(middle)) == has_advice, rows
        torch.testing.assert_close(y, torch.nn.functional.rms_norm(
            x, (COLUMNS,), gamma, 1e-6))


@needs_huge_pages
def test_modules():
    layer, x = seednorm.torch.RMSNorm(COLUMNS), torch.randn(ROWS, COLUMNS)
    for _ in range(2):
        y = layer(x)
    assert "hg" in get_flags(y.data_ptr() + y.nbytes // 2)
    y.sum().backward()


# The memory belongs to the array, and goes with it.
def test_arrays_start_on_lines(rng):
    kernel = compile_norm()
    x = rng.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    gamma = np.ones(COLUMNS, np.float32)
    expected = kernel(x[:64].copy(), gamma)
    for _ in range(2):
        y = kernel(x, gamma)
        assert y.ctypes.data % 64 == 0
        assert y.flags.writeable and y.flags.c_contiguous
        assert y.base.nbytes < y.nbytes + 128
        np.testing.assert_array_equal(y[:64], expected)
