#===- test_summed_classes_cpu.py - Sums over groups and cycles on the CPU ----===//
#
# Outputs that the rows of a group have in common, or those with the same place
# in a cycle: sums with a total for each, in parts or whole, beside sums over all
# rows.
#
#===-----------------------------------------------------------------------===//

import hashlib

import numpy as np
import pytest

import bounds
import cases
import seednorm
from test_summed_cpu import (check, check_threads, exact, identity, make, sum_rows,
                             write)


def sum_classes(x, period, by):
    """Sums of the rows of each group, or of each place in a cycle."""
    padded = np.zeros((-(-len(x) // period) * period, *x.shape[1:]), x.dtype)
    padded[:len(x)] = x
    padded = padded.reshape(-1, period, *x.shape[1:])
    return sum_rows(exact(np.moveaxis(padded, 1 if by == "group" else 0, 0)))


def periodic(by, columns, whole, period=None, dtype="f32"):
    """Rows summed by classes and, if `whole`, also all of them."""
    rows = f"tensor<{'?' if period else '?x?'}x{columns}xf32>"
    vector = f"vector<{columns}xf32>"
    classes = f"tensor<?x{columns}x{dtype}>"
    outs = [(classes, f"summed by {by} {period or ''}", "%xv", vector, "%g")]
    if whole:
        outs.append((f"tensor<{columns}xf32>", "summed", "%xv", vector, None))
    return write({"%x": rows, "%g": classes}, [("%x", "by row", vector)], outs, "")


CLASSES = [(1, 1), (1, 1000), (3, 1000), (16, 1000), (16, 1003), (300, 100), (300, 1000),
           (1000, 5000), (4096, 5000), (5000, 5001), (7, 0), (5, 5), (64, 20000)]


@pytest.mark.parametrize("whole", (False, True))
@pytest.mark.parametrize("columns", (1, 7, 64, 1000))
@pytest.mark.parametrize("period, rows", CLASSES)
@pytest.mark.parametrize("by", ("group", "cycle"))
def test_classes(rng, by, period, rows, columns, whole):
    if rows * columns > 2_000_000:
        return
    kernel = seednorm.compile(periodic(by, columns, whole, period))
    assert kernel.num_kernels == 1
    x = make(rng, rows, columns)
    groups = -(-rows // period)
    # Where there are no rows, or a cycle has more slices than rows: zero.
    slices = {"group": groups or 3, "cycle": period + (rows % 2)}[by]
    result = kernel(x, np.ones((slices, columns), np.float32))
    if whole:
        result, total = result
        check(total, sum_rows(exact(x)), "f32")
    expected = sum_classes(x, period, by)
    count = len(expected.value) if rows else 0
    check(result[:count], expected[:count], "f32")
    assert (result[count:] == 0).all()


@pytest.mark.parametrize("columns", (7, 1000))
@pytest.mark.parametrize("shape", [(1, 1), (2, 300), (300, 2), (5, 0), (0, 5), (40, 40),
                                   (3, 3000)])
@pytest.mark.parametrize("by", ("group", "cycle"))
def test_classes_of_the_call(rng, by, shape, columns):
    kernel = seednorm.compile(periodic(by, columns, True, dtype="bf16"))
    x = make(rng, *shape, columns)
    count = shape[by == "cycle"]
    held = np.ones((count, columns), cases.NUMPY_TYPES["bf16"])
    result, total = kernel(x, held)
    flat = x.reshape(-1, columns)
    check(total, sum_rows(exact(flat)), "f32")
    if flat.size:
        check(result, sum_classes(flat, shape[1], by), "bf16")
    else:
        assert (result == 0).all()


# A weight for each head of a token, of which each has one element for 4 columns:
# the dimensions of a slice are summed in each class.
@pytest.mark.parametrize("added", (False, True))
@pytest.mark.parametrize("by", ("group", "cycle"))
def test_dimensions_of_slices_of_classes(rng, by, added):
    access = f"{'added' if added else 'summed'} by {by} 6"
    kernel = seednorm.compile(identity(
        "tensor<?x5x4xf32>", "tensor<?x5x1xf32>", access, "vector<5x4xf32>", "%g",
        {"%g": "tensor<?x5x1xf32>"}))
    for rows in (0, 1, 6, 100, 5000):
        x = make(rng, rows, 5, 4)
        classes = {"group": -(-rows // 6) or 2, "cycle": 6}[by]
        held = make(rng, classes, 5, 1)
        result = kernel(x, held)
        if rows == 0:
            assert (result == (held if added else 0)).all()
            continue
        expected = sum_classes(x, 6, by).sum(-1).reshape(-1, 5, 1)
        expected = bounds.Bounded(expected.value, 2 * expected.error, expected.u)
        if added:
            expected = expected + exact(held[:len(expected.value)])
        check(result[:len(expected.value)], expected, "f32")


def run_here():
    """Prints a digest of results, for another process to compare."""
    rng = np.random.default_rng(3)
    digest = hashlib.sha256()
    for by in ("group", "cycle"):
        for period in (3, 400, 3000):
            kernel = seednorm.compile(periodic(by, 200, True, period))
            x = make(rng, 4000, 200)
            slices = -(-4000 // period) if by == "group" else period
            for result in kernel(x, np.ones((slices, 200), np.float32)):
                digest.update(result.tobytes())
    print(digest.hexdigest())


def test_number_of_threads():
    check_threads("test_summed_classes_cpu")
