"""Random bits are those of the formula, on every target and for every chunk."""

import json
import math

import numpy as np
import philox
import pytest
import seednorm

TARGETS = ["cpu", "emulated", "emulated:sm_80"]
SEEDS = [(0, 0), (0x299F31D0A4093822, 7), (-1, -1), (2**63 - 1, 2**32 - 1)]


def dims(shape):
    return "x".join("?" if size is None else str(size) for size in shape)


def program(leading, columns, heads=1):
    """Bits for each column plus bits for each head."""
    size = columns // heads
    rows, parts = dims((*leading, columns)), dims((*leading, heads))
    head, split, flat = (
        f"vector<{t}xi32>" for t in (heads, f"{heads}x{size}", columns))
    sizes = [i for i, n in enumerate(leading) if n is None]
    names = "".join(f"""
  %c{i} = arith.constant {i} : index
  %n{i} = tensor.dim %x, %c{i} : tensor<{rows}xi32>""" for i in sizes)
    dynamic = ", ".join(f"%n{i}" for i in sizes)
    return f"""
func.func @main(%x: tensor<{rows}xi32>, %seed: tensor<i64>, %offset: tensor<1xi64>)
    -> (tensor<{rows}xi32>, tensor<{parts}xi32>) {{{names}
  %e = tensor.empty({dynamic}) : tensor<{rows}xi32>
  %f = tensor.empty({dynamic}) : tensor<{parts}xi32>
  %o = tensor.collapse_shape %offset [] : tensor<1xi64> into tensor<i64>
  %y:2 = row.program
      ins(%x : tensor<{rows}xi32> by row, %seed : tensor<i64> shared,
          %o : tensor<i64> shared)
      outs(%e : tensor<{rows}xi32> by row, %f : tensor<{parts}xi32> by row) {{
  ^bb0(%v: {flat}, %s: i64, %t: i64):
    %bits = row.philox %s, %t : {flat}
    %draws = row.philox %s, %t : {head}
    %c = vector.shape_cast %draws : {head} to vector<{heads}x1xi32>
    %b = vector.broadcast %c : vector<{heads}x1xi32> to {split}
    %w = vector.shape_cast %b : {split} to {flat}
    %0 = arith.xori %v, %bits : {flat}
    %r = arith.addi %0, %w : {flat}
    row.yield %r, %draws : {flat}, {head}
  }}
  return %y#0, %y#1 : tensor<{rows}xi32>, tensor<{parts}xi32>
}}"""


def check(kernel, shape, columns, heads, seed, offset):
    rows = math.prod(shape)
    x = np.arange(rows * columns, dtype=np.int32).reshape(*shape, columns)
    bits, draws = kernel(x, np.array(seed), np.array([offset]))
    expected_draws = philox.bits(seed, offset, range(rows), heads)
    expected = philox.bits(seed, offset, range(rows), columns)
    expected ^= x.view(np.uint32).reshape(rows, columns)
    expected += np.repeat(expected_draws, columns // heads, axis=-1)
    assert bits.dtype == draws.dtype == np.int32
    np.testing.assert_array_equal(draws.view(np.uint32).reshape(rows, -1), expected_draws)
    np.testing.assert_array_equal(bits.view(np.uint32).reshape(rows, -1), expected)


@pytest.mark.parametrize("counter, key, words", [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((2**32 - 1,) * 4, (2**32 - 1,) * 2,
     (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
     (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
])
def test_known_answers_of_the_reference(counter, key, words):
    np.testing.assert_array_equal(philox.words(np.array(counter), key), words)


# Chunks of whole blocks, of parts of them, and of single columns; heads that
# begin within blocks; rows of a warp and of a block.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("columns, heads", [
    (1, 1), (2, 1), (3, 3), (4, 1), (6, 1), (7, 1), (12, 2), (15, 5), (30, 6),
    (64, 1), (64, 4), (96, 8), (98, 7), (1000, 8), (1001, 1), (1024, 1024),
    (1030, 2), (4096, 1), (4096, 32), (8192, 1),
])  # yapf: disable
def test_columns(target, columns, heads):
    check(seednorm.compile(program((None,), columns, heads), target=target),
          (9,), columns, heads, *SEEDS[1])


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("seed, offset", SEEDS)
def test_seeds(target, seed, offset):
    check(seednorm.compile(program((None,), 24), target=target), (5,), 24, 1,
          seed, offset)


# Rows are numbered over all leading dimensions.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("leading, shape", [
    ((), ()), ((3,), (3,)), ((None, None), (3, 5)), ((2, None, 3), (2, 4, 3))])
def test_ranks(target, leading, shape):
    check(seednorm.compile(program(leading, 40), target=target), shape, 40, 1,
          *SEEDS[1])


@pytest.mark.parametrize("target", TARGETS)
def test_chunks_of_a_schedule_do_not_matter(target):
    schedules = (
        [f"#row.cpu_schedule<vector = {v}, accumulators = 2, grain = 1>"
         for v in (1, 2, 4, 32)] if target == "cpu" else
        [f"#row.gpu_schedule<threads_per_row = {t}, rows_per_block = 1, "
         f"vector = {v}, parameters = late>"
         for t, v in ((32, 1), (64, 2), (32, 4), (96, 16))])
    for schedule in schedules:
        text = program((None,), 96, 3).replace(
            "by row) {", f"by row) schedule({schedule}) {{")
        assert schedule in text
        check(seednorm.compile(text, target=target), (4,), 96, 3, *SEEDS[1])


@pytest.mark.parametrize("target", TARGETS)
def test_a_second_program_draws_the_same(target):
    """As a gradient does: whoever knows seed and offset has the bits again,
    whether the programs become one or not."""
    row, vector = "tensor<2x?x90xi32>", "vector<90xi32>"
    once = f"""
  ^bb0(%v: {vector}, %s: i64):
    %bits = row.philox %s, %s : {vector}
    %r = arith.xori %v, %bits : {vector}
    row.yield %r : {vector}
  }}"""
    kernel = seednorm.compile(f"""
func.func @main(%x: {row}, %seed: tensor<i64>) -> ({row}, {row}) {{
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : {row}
  %e = tensor.empty(%n) : {row}
  %y = row.program ins(%x : {row} by row, %seed : tensor<i64> shared)
      outs(%e : {row} by row) {{{once}
  %z = row.program ins(%y : {row} by row, %seed : tensor<i64> shared)
      outs(%e : {row} by row) {{{once}
  return %y, %z : {row}, {row}
}}""", target=target)
    x = np.arange(2 * 5 * 90, dtype=np.int32).reshape(2, 5, 90)
    y, z = kernel(x, np.array(11))
    bits = philox.bits(11, 11, range(10), 90).reshape(x.shape)
    np.testing.assert_array_equal(y.view(np.uint32), x.view(np.uint32) ^ bits)
    np.testing.assert_array_equal(z, x)


def test_four_words_serve_four_columns():
    """One draw for a chunk of four columns, one for each of single ones; and
    what draws them assembles."""
    products = []
    for columns in (4096, 4095):
        kernel = seednorm.compile(program((None,), columns), target="sm_90a")
        (report,) = json.loads(kernel.asm["report.json"])
        assert report["spill_bytes"] == 0
        products.append(kernel.asm["ptx"].count("mul.wide.u32"))
    assert 20 <= products[0] < products[1] / 2


def test_moments():
    """Mean and variance of uniform numbers within five standard errors, and
    neighbours that do not correlate."""
    kernel = seednorm.compile(program((None,), 4096, 4096), target="cpu")
    zeros = np.zeros((64, 4096), np.int32)
    _, draws = kernel(zeros, np.array(1), np.array([2]))
    unit = (draws.view(np.uint32) + 0.5) / 2.0**32 - 0.5
    count = unit.size
    assert abs(unit.mean()) < 5 * math.sqrt(1 / 12 / count)
    assert abs((unit**2).mean() - 1 / 12) < 5 * math.sqrt(1 / 180 / count)
    for axis in (0, 1):
        products = np.roll(unit, 1, axis) * unit
        assert abs(products.mean()) < 5 / 12 / math.sqrt(count)
