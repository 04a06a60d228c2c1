"""Shared operands that lack leading dimensions of their slice."""

import json

import numpy as np
import pytest
import seednorm


def program(shape, lengths, heads=1):
    """y = x * a * b * sums of each head, where a and b end like a row."""
    rows = "x".join(map(str, ("?", *shape)))
    slice = "x".join(map(str, shape))
    columns = int(np.prod(shape))
    split = f"{heads}x{columns // heads}"
    operands = ["x".join((*map(str, length), "f32")) for length in lengths]
    arguments = ", ".join(f"%g{i}: tensor<{t}>" for i, t in enumerate(operands))
    inputs = ", ".join(
        f"%g{i} : tensor<{t}> shared" for i, t in enumerate(operands))
    block = ", ".join(f"%v{i}: vector<{slice}xf32>" for i in range(len(operands)))
    products = "\n".join(
        f"    %p{i + 1} = arith.mulf %p{i}, %v{i} : vector<{slice}xf32>"
        for i in range(len(operands)))
    last = f"%p{len(operands)}"
    return f"""
func.func @main(%x: tensor<{rows}xf32>, {arguments}) -> tensor<{rows}xf32> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<{rows}xf32>
  %e = tensor.empty(%n) : tensor<{rows}xf32>
  %y = row.program ins(%x : tensor<{rows}xf32> by row, {inputs})
      outs(%e : tensor<{rows}xf32> by row) {{
  ^bb0(%p0: vector<{slice}xf32>, {block}):
{products}
    %zero = arith.constant dense<0.0> : vector<{heads}xf32>
    %h = vector.shape_cast {last} : vector<{slice}xf32> to vector<{split}xf32>
    %s = vector.multi_reduction <add>, %h, %zero [1]
        : vector<{split}xf32> to vector<{heads}xf32>
    %c = vector.shape_cast %s : vector<{heads}xf32> to vector<{heads}x1xf32>
    %b = vector.broadcast %c : vector<{heads}x1xf32> to vector<{split}xf32>
    %m = arith.mulf %h, %b : vector<{split}xf32>
    %r = vector.shape_cast %m : vector<{split}xf32> to vector<{slice}xf32>
    row.yield %r : vector<{slice}xf32>
  }}
  return %y : tensor<{rows}xf32>
}}"""


# Repetitions of a whole number of vectors, shorter and longer than one, odd
# ones, single elements, and heads that repetitions straddle; rows of a warp
# and of a block.
CASES = [
    ((8, 16), [(16,)], 1),
    ((8, 16), [(16,), (8, 16), ()], 4),
    ((4, 40), [(40,)], 1),
    ((4, 40), [(40,)], 5),
    ((12, 7), [(7,)], 1),
    ((12, 7), [(7,)], 6),
    ((5, 3), [(3,), ()], 5),
    ((64, 1), [(1,)], 1),
    ((64, 1), [(1,)], 8),
    ((3, 4, 6), [(6,), (4, 6)], 1),
    ((3, 4, 6), [(6,), (4, 6)], 9),
    ((4, 1000), [(1000,)], 1),
    ((6, 350), [(350,), ()], 3),
    ((4096, 2), [(2,)], 1),
    ((1, 96), [(96,)], 1),
    ((1,), [()], 1),
]


def check(rng, text, target, shape, lengths, heads):
    x = rng.standard_normal((5, *shape)).astype(np.float32)
    operands = [rng.standard_normal(length).astype(np.float32) for length in lengths]
    y = seednorm.compile(text, target=target)(x, *operands)
    exact = x.astype(np.float64)
    for operand in operands:
        exact *= operand
    parts = exact.reshape(5, heads, -1)
    exact = (parts * parts.sum(-1, keepdims=True)).reshape(x.shape)
    assert np.abs(y - exact).max() <= 5e-6 * np.abs(exact).max()


@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("shape, lengths, heads", CASES)
def test_values(rng, target, shape, lengths, heads):
    check(rng, program(shape, lengths, heads), target, shape, lengths, heads)


# Chunks longer than a repetition, and shorter than the chosen ones.
@pytest.mark.parametrize("target, schedule", [
    ("cpu", "cpu_schedule<vector = 32, accumulators = 2, grain = 1>"),
    ("cpu", "cpu_schedule<vector = 4, accumulators = 1, grain = 1>"),
    ("emulated", "gpu_schedule<threads_per_row = 32, rows_per_block = 2, "
                 "vector = 32, parameters = staged>"),
    ("emulated", "gpu_schedule<threads_per_row = 64, rows_per_block = 1, "
                 "vector = 1, parameters = late>"),
])
@pytest.mark.parametrize("shape, lengths", [((8, 16), [(16,)]), ((16, 6), [(6,)])])
def test_schedules(rng, target, schedule, shape, lengths):
    text = program(shape, lengths).replace(
        "by row) {", f"by row) schedule(#row.{schedule}) {{")
    assert schedule in text
    check(rng, text, target, shape, lengths, 1)


def test_report_counts_the_operand_alone():
    """A block reads 16 numbers of gamma, however often they are used."""
    kernel = seednorm.compile(program((8, 16), [(16,)]), target="emulated")
    (report,) = json.loads(kernel.asm["report.json"])
    assert report["parameter_bytes"] == 64
    assert report["parameter_bytes_per_block"] == 64
