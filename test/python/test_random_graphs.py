#===- test_random_graphs.py - Fused programs compute what was given ----------===//
#
# Random graphs of linalg ops, fused into row programs, against the loops of the
# same ops. SEEDNORM_RANDOM_GRAPHS sets how many.
#
#===-----------------------------------------------------------------------===//

import os

import numpy as np
import pytest

import cases
import linalg_graphs
import seednorm
import tolerances as tol
from spec_cases import TARGETS

NUM_GRAPHS = int(os.environ.get("SEEDNORM_RANDOM_GRAPHS", "150"))


def compare(y, expected, columns, dtype):
    """Sums of `columns` terms in another order, and what follows from them."""
    y, expected = y.astype(np.float64), expected.astype(np.float64)
    scale = max(1.0, np.abs(expected).max(initial=0.0))
    # A rounding of a narrow intermediate may go the other way: one unit of bf16,
    # the widest there is, for each number that a result follows from.
    allowed = scale * (16 * columns * tol.U + 2 * tol.UNIT_ROUNDOFF[dtype])
    return np.abs(y - expected) <= allowed


@pytest.mark.parametrize("seed", range(NUM_GRAPHS))
def test_random_graph(rng, seed):
    text = linalg_graphs.draw(seed)
    loops = seednorm.compile(
        f"module attributes {{seednorm.keep_linalg}} {{\n{text}}}", target="cpu")
    assert loops.num_kernels == 0
    arguments = []
    for spec in loops.arguments:
        shape = tuple(3 if size is None else size for size in spec.shape)
        arguments.append(rng.standard_normal(shape).astype(cases.NUMPY_TYPES[spec.dtype]))
    expected = loops(*arguments)
    for target in TARGETS:
        kernel = seednorm.compile(text, target=target)
        results = kernel(*arguments)
        if len(kernel.results) == 1:
            results, expected = (results,), (expected,) if target == TARGETS[0] else expected
        for y, exact, spec in zip(results, expected, kernel.results):
            assert y.shape == exact.shape
            fits = compare(y, exact, arguments[0].shape[-1], spec.dtype)
            assert fits.all(), (
                f"{target}, {spec.name}: {np.argwhere(~fits)[:3]}\n{text}")


# Without it, the bound above would hold for anything.
def test_wrong_values_are_caught():
    expected = np.linspace(-1, 1, 64)
    for dtype in ("f32", "bf16"):
        assert compare(expected, expected, 64, dtype).all()
        assert not compare(expected * 1.02, expected, 64, dtype).all()
        assert not compare(expected[::-1], expected, 64, dtype).all()
