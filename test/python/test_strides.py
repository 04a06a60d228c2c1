#===- test_strides.py - Rows with gaps between them -------------------------===//
#
# Views, such as the queries in a tensor of queries, keys and values, give what
# their copies give: bit for bit where they are aligned like them, since then
# the schedule is the same.
#
#===-----------------------------------------------------------------------===//

import itertools

import numpy as np
import pytest

import cases
import reference
import seednorm

TARGETS = ("cpu", "emulated")


def compile_rms_norm(target, rank, columns, dtype="f32", heads=None):
    g = seednorm.Graph()
    shape = (*[None] * (rank - 1 - bool(heads)), *([heads] if heads else []), columns)
    x = g.input(shape, dtype, name="x")
    gamma = g.input((heads, columns) if heads else (columns,), "f32", name="gamma")
    g.output(seednorm.rms_norm(x, gamma))
    return seednorm.compile(g, target=target)


def make_gamma(rng, *shape):
    return (1 + 0.3 * rng.standard_normal(shape)).astype(np.float32)


def equal(a, b):
    return np.array_equal(np.ascontiguousarray(a).view(np.uint8),
                          np.ascontiguousarray(b).view(np.uint8))


# B, S, 3, H, D: rows of one head, weights by head.
@pytest.mark.parametrize("columns", (64, 128, 12, 7))
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
@pytest.mark.parametrize("target", TARGETS)
def test_queries_keys_values(rng, target, dtype, columns):
    kernel = compile_rms_norm(target, 4, columns, dtype, heads=8)
    packed = cases.make_rows(rng, (2, 5, 3, 8, columns), dtype)
    gamma = make_gamma(rng, 8, columns)
    for part in range(3):
        view = packed[:, :, part]
        assert not view.flags.c_contiguous
        assert equal(kernel(view, gamma), kernel(view.copy(), gamma))


# Any order of the leading dimensions, and steps of several rows.
@pytest.mark.parametrize("rank", (2, 3, 4, 5))
@pytest.mark.parametrize("target", TARGETS)
def test_leading_dimensions(rng, target, rank):
    kernel = compile_rms_norm(target, rank, 32)
    gamma = make_gamma(rng, 32)
    x = cases.make_rows(rng, (*range(4, 3 + rank), 32), "f32")
    for order in itertools.permutations(range(rank - 1)):
        view = x.transpose(*order, rank - 1)
        assert equal(kernel(view, gamma), kernel(view.copy(), gamma))
        view = view[tuple(slice(1, None, 2) for _ in range(rank - 1))]
        assert equal(kernel(view, gamma), kernel(view.copy(), gamma))


@pytest.mark.parametrize("target", TARGETS)
def test_repeated_and_empty_rows(rng, target):
    kernel = compile_rms_norm(target, 3, 32)
    gamma = make_gamma(rng, 32)
    x = cases.make_rows(rng, (4, 6, 64), "f32")
    for view in (np.broadcast_to(x[:1, :, :32], (5, 6, 32)),
                 np.broadcast_to(x[:1, :1, :32], (3, 2, 32)),
                 x[:0, :, :32], x[:, :0, 32:], x[2:3, :, 32:], x[:, 3:4, :32]):
        assert equal(kernel(view, gamma), kernel(view.copy(), gamma))


# Rows that start anywhere: narrower accesses on a GPU, whose misaligned ones the
# emulator refuses.
@pytest.mark.parametrize("columns", (64, 1000))
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
@pytest.mark.parametrize("target", TARGETS)
def test_alignments(rng, target, dtype, columns):
    kernel = compile_rms_norm(target, 2, columns, dtype)
    wide = cases.make_rows(rng, (5, columns + 16), dtype)
    gamma = make_gamma(rng, columns + 16)
    for first in range(9):
        x, scale = wide[:, first:first + columns], gamma[first:first + columns]
        expected, bound = reference.evaluate("rms_norm", x, scale, eps=1e-6, dtype=dtype)
        mismatch = reference.find_mismatch(kernel(x, scale), expected, bound, dtype)
        assert not mismatch, (first, mismatch)


# Scale, shift and gate as the chunks of one tensor of conditions (DiT).
@pytest.mark.parametrize("target", TARGETS)
def test_chunks_of_conditions(rng, target):
    g = seednorm.Graph()
    x = g.input((None, 7, 48), "f32", name="x")
    scale, shift = (g.input((None, 48), "f32", name=name) for name in ("scale", "shift"))
    g.output(seednorm.modulate(x, scale, shift))
    kernel = seednorm.compile(g, target=target)
    rows = cases.make_rows(rng, (3, 7, 48), "f32")
    chunks = cases.make_rows(rng, (3, 6 * 48), "f32").reshape(3, 6, 48)
    found = kernel(rows, chunks[:, 1], chunks[:, 4])
    assert equal(found, kernel(rows, chunks[:, 1].copy(), chunks[:, 4].copy()))


# The rows of a norm per head are found through a reshape of the view.
@pytest.mark.parametrize("target", TARGETS)
def test_reshaped_view(rng, target):
    kernel = seednorm.compile("""
func.func @main(%x: tensor<?x64xf32> {seednorm.dense_dims = 1 : i64}, %g: tensor<16xf32>)
    -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %s = tensor.expand_shape %x [[0], [1, 2]] output_shape [%n, 4, 16]
      : tensor<?x64xf32> into tensor<?x4x16xf32>
  %z = norm.rms_norm %s, %g eps 1.0e-6 : tensor<?x4x16xf32>, tensor<16xf32>
  %y = tensor.collapse_shape %z [[0], [1, 2]] : tensor<?x4x16xf32> into tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}""", target=target)
    assert kernel.num_kernels == 1
    x = cases.make_rows(rng, (5, 96), "f32")[:, 32:]
    gamma = make_gamma(rng, 16)
    expected, bound = reference.evaluate("rms_norm", x.reshape(5, 4, 16), gamma,
                                         eps=1e-6)
    mismatch = reference.find_mismatch(np.asarray(kernel(x, gamma)).reshape(5, 4, 16),
                                       expected, bound, "f32")
    assert not mismatch, mismatch


# A row of several dimensions is dense as a whole, or it is refused.
@pytest.mark.parametrize("target", TARGETS)
def test_rows_of_several_dimensions(rng, target):
    g = seednorm.Graph()
    x = g.input((None, 4, 3, 5), "f32", name="x")
    g.output(seednorm.group_norm(x, 2))
    kernel = seednorm.compile(g, target=target)
    wide = cases.make_rows(rng, (3, 8, 3, 5), "f32")
    assert equal(kernel(wide[:, 4:]), kernel(wide[:, 4:].copy()))
    with pytest.raises(seednorm.UsageError, match="expects 'x' to be dense for this "
                       r"kernel, but got strides \(120, 30, 5, 1\) .*; pass a "
                       r"np.ascontiguousarray\(\)$"):
        kernel(wide[:, ::2])


@pytest.mark.parametrize("attributes, message", [
    ("seednorm.dense_dims = 0 : i64", "dimensions of 'arg0' to be between 1 and 2, but got 0"),
    ("seednorm.dense_dims = 3 : i64", "dimensions of 'arg0' to be between 1 and 2, but got 3"),
    ('seednorm.dense_dims = "all"', "between 1 and 2, but got no integer"),
    ("seednorm.dense_dims = 1 : i64, seednorm.alignment = 2 : i64",
     "alignment of 'arg0' to be a power of two of at least 4 bytes, its elements', but got 2"),
    ("seednorm.dense_dims = 1 : i64, seednorm.alignment = 12 : i64", "but got 12"),
])
def test_attributes(attributes, message):
    with pytest.raises(seednorm.UsageError, match=message):
        seednorm.compile(f"""
func.func @main(%x: tensor<?x8xf32> {{{attributes}}}) -> tensor<?x8xf32> {{
  %y = norm.softmax %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}}""")


# What callers vouch for is checked.
def test_strides_that_break_the_alignment(rng):
    kernel = seednorm.compile("""
func.func @main(%x: tensor<?x8xf32>
    {seednorm.dense_dims = 1 : i64, seednorm.alignment = 16 : i64}) -> tensor<?x8xf32> {
  %y = norm.softmax %x : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}""", target="emulated")
    x = cases.make_rows(rng, (4, 12), "f32")
    assert equal(kernel(x[:, :8]), kernel(x[:, :8].copy()))
    odd = cases.make_rows(rng, (4, 9), "f32")
    assert kernel(odd[:, :8]).shape == (4, 8)  # A variant of its own.
