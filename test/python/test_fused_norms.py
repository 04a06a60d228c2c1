#===- test_fused_norms.py - Norms on the same rows are one kernel -----------===//
#
# Values and numbers of kernels of graphs whose programs fuse, or must not.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import seednorm
from spec_cases import TARGETS
from test_programs import assert_close


def rms_norm(x, g, eps):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * g


# What is returned twice, or is computed twice alike, is stored twice by one kernel.
@pytest.mark.parametrize("target", TARGETS)
def test_equal_results(rng, target):
    g = seednorm.Graph()
    x = g.input((None, 3, 32), "f32", name="x")
    gamma = g.input((32,), "f32", name="gamma")
    y = seednorm.rms_norm(x, gamma)
    g.output(y, seednorm.rms_norm(x, gamma), y)
    kernel = seednorm.compile(g, target=target)
    assert kernel.num_kernels == 1
    xs, gammas = (rng.standard_normal(shape).astype(np.float32)
                  for shape in ((4, 3, 32), (32,)))
    first, second, third = kernel(xs, gammas)
    assert_close(first, rms_norm(xs.astype(np.float64), gammas, 1e-6))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, third)


@pytest.mark.parametrize("target", TARGETS)
def test_norms_on_the_same_rows_are_one_kernel(rng, target):
    text = """
func.func @main(%x: tensor<?x96xf32>, %g: tensor<96xf32>)
    -> (tensor<?x96xf32>, tensor<?x96xf32>, tensor<?x96xf32>) {
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x96xf32>, tensor<96xf32>
  %z = norm.rms_norm %y, %g eps 1.0e-3 : tensor<?x96xf32>, tensor<96xf32>
  %s = norm.softmax %x : tensor<?x96xf32>
  return %z, %y, %s : tensor<?x96xf32>, tensor<?x96xf32>, tensor<?x96xf32>
}"""
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 1
    x = rng.standard_normal((9, 96)).astype(np.float32)
    g = rng.standard_normal(96).astype(np.float32)
    z, y, s = kernel(x, g)
    exact = rms_norm(x.astype(np.float64), g, 1e-6)
    assert_close(y, exact)
    assert_close(z, rms_norm(exact, g, 1e-3))
    e = np.exp(x.astype(np.float64))
    assert_close(s, e / e.sum(-1, keepdims=True))


@pytest.mark.parametrize("target", TARGETS)
def test_norm_of_heads_after_a_norm_of_rows(rng, target):
    """A head is part of a row, so both are one kernel."""
    text = """
func.func @main(%x: tensor<?x96xf32>, %g: tensor<96xf32>, %h: tensor<24xf32>)
    -> tensor<?x4x24xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x96xf32>
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x96xf32>, tensor<96xf32>
  %s = tensor.expand_shape %y [[0], [1, 2]] output_shape [%n, 4, 24]
      : tensor<?x96xf32> into tensor<?x4x24xf32>
  %z = norm.rms_norm %s, %h eps 1.0e-3 : tensor<?x4x24xf32>, tensor<24xf32>
  return %z : tensor<?x4x24xf32>
}"""
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 1
    x = rng.standard_normal((9, 96)).astype(np.float32)
    g = rng.standard_normal(96).astype(np.float32)
    h = rng.standard_normal(24).astype(np.float32)
    exact = rms_norm(x.astype(np.float64), g, 1e-6).reshape(9, 4, 24)
    assert_close(kernel(x, g, h), rms_norm(exact, h, 1e-3))


@pytest.mark.parametrize("target", TARGETS)
def test_chain_of_norms_uses_a_temporary(rng, target):
    """Rows that overlap are two kernels, with memory of the call between."""
    text = """
func.func @main(%x: tensor<?x2x96xf32>, %g: tensor<96xf32>, %h: tensor<64xf32>)
    -> tensor<?x3x64xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x2x96xf32>
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x2x96xf32>, tensor<96xf32>
  %r = tensor.collapse_shape %y [[0], [1, 2]] : tensor<?x2x96xf32> into tensor<?x192xf32>
  %s = tensor.expand_shape %r [[0], [1, 2]] output_shape [%n, 3, 64]
      : tensor<?x192xf32> into tensor<?x3x64xf32>
  %z = norm.rms_norm %s, %h eps 1.0e-3 : tensor<?x3x64xf32>, tensor<64xf32>
  return %z : tensor<?x3x64xf32>
}"""
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 2
    x = rng.standard_normal((9, 2, 96)).astype(np.float32)
    g = rng.standard_normal(96).astype(np.float32)
    h = rng.standard_normal(64).astype(np.float32)
    exact = rms_norm(x.astype(np.float64), g, 1e-6).reshape(9, 3, 64)
    assert_close(kernel(x, g, h), rms_norm(exact, h, 1e-3))


@pytest.mark.parametrize("target", TARGETS)
def test_norm_per_head_by_reshapes_is_one_kernel(rng, target):
    """The result is written in place, seen in the shape of the norm's rows."""
    text = """
func.func @main(%x: tensor<?x64xf32>, %g: tensor<16xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %s = tensor.expand_shape %x [[0], [1, 2]] output_shape [%n, 4, 16]
      : tensor<?x64xf32> into tensor<?x4x16xf32>
  %z = norm.rms_norm %s, %g eps 1.0e-6 : tensor<?x4x16xf32>, tensor<16xf32>
  %y = tensor.collapse_shape %z [[0], [1, 2]] : tensor<?x4x16xf32> into tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}"""
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 1
    x = rng.standard_normal((5, 64)).astype(np.float32)
    g = rng.standard_normal(16).astype(np.float32)
    x64 = x.astype(np.float64).reshape(5, 4, 16)
    exact = x64 / np.sqrt((x64**2).mean(-1, keepdims=True) + 1e-6) * g
    assert_close(kernel(x, g), exact.reshape(5, 64))


def write_generic(name, maps, operands, out, body, reduces=False):
    """A `linalg.generic` on b, s, d, with `maps` such as "b, d"."""
    affine = ", ".join(f"affine_map<(b, s, d) -> ({m})>" for m in maps)
    last = "reduction" if reduces else "parallel"
    inputs, types = zip(*operands)
    return f"""
  {name} = linalg.generic {{indexing_maps = [{affine}],
      iterator_types = ["parallel", "parallel", "{last}"]}}
      ins({", ".join(inputs)} : {", ".join(types)}) outs({out[0]} : {out[1]}) {{
  ^bb0({", ".join(f"%a{n}: f32" for n in range(len(inputs)))}, %o: f32):
    {body}
    linalg.yield %r : f32
  }} -> {out[1]}"""


def write_conditioned():
    """RMSNorm of x + positions, scaled and shifted by sample, masked by token."""
    x, b, s = "tensor<?x?x48xf32>", "tensor<?x48xf32>", "tensor<?xf32>"
    stats = "tensor<?x?xf32>"
    add = write_generic("%h", ["b, s, d", "s, d", "b, s, d"], [("%x", x), ("%p", b)],
                        ("%e", x), "%r = arith.addf %a0, %a1 : f32")
    squares = write_generic(
        "%q", ["b, s, d", "b, s"], [("%h", x)], ("%z", stats),
        "%m = arith.mulf %a0, %a0 : f32\n    %r = arith.addf %o, %m : f32", True)
    scale = write_generic(
        "%y", ["b, s, d", "b, s", "b, d", "b, d", "s", "b, s, d"],
        [("%h", x), ("%q", stats), ("%w", b), ("%v", b), ("%t", s)], ("%e", x),
        """%c = arith.constant 48.0 : f32
    %eps = arith.constant 1.0e-6 : f32
    %one = arith.constant 1.0 : f32
    %m = arith.divf %a1, %c : f32
    %me = arith.addf %m, %eps : f32
    %rr = math.rsqrt %me : f32
    %u = arith.mulf %a0, %rr : f32
    %sc = arith.addf %a2, %one : f32
    %ns = arith.mulf %u, %sc : f32
    %ss = arith.addf %ns, %a3 : f32
    %r = arith.mulf %ss, %a4 : f32""")
    return f"""
func.func @main(%x: {x}, %p: {b}, %w: {b}, %v: {b}, %t: {s}) -> {x} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %B = tensor.dim %x, %c0 : {x}
  %S = tensor.dim %x, %c1 : {x}
  %e = tensor.empty(%B, %S) : {x}
  %n = tensor.empty(%B, %S) : {stats}
  %z = linalg.fill ins(%zero : f32) outs(%n : {stats}) -> {stats}{add}{squares}{scale}
  return %y : {x}
}}"""


# How many rows share a slice is known when it runs: samples of any length.
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("samples, tokens", [(3, 5), (5, 3), (1, 7), (4, 1), (0, 3), (3, 0)])
def test_samples_of_any_length(rng, target, samples, tokens):
    kernel = seednorm.compile(write_conditioned(), target=target)
    assert kernel.num_kernels == 1
    x, p, w, v, t = (rng.standard_normal(shape).astype(np.float32) for shape in (
        (samples, tokens, 48), (tokens, 48), (samples, 48), (samples, 48), (tokens,)))
    y = kernel(x, p, w, v, t)
    assert y.shape == x.shape
    if y.size == 0:
        return
    h = x.astype(np.float64) + p
    exact = rms_norm(h, 1 + w[:, None].astype(np.float64), 1e-6) + v[:, None]
    assert_close(y, exact * t[:, None])


# What comes before and after may see all rows in one dimension.
@pytest.mark.parametrize("target", TARGETS)
def test_samples_between_flat_rows(rng, target):
    flat, rows, sample = "tensor<?x48xf32>", "tensor<?x?x48xf32>", "tensor<?x48xf32>"
    text = f"""
func.func @main(%x: {rows}, %g: tensor<48xf32>, %w: {sample}) -> {rows} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %B = tensor.dim %x, %c0 : {rows}
  %S = tensor.dim %x, %c1 : {rows}
  %f = tensor.collapse_shape %x [[0, 1], [2]] : {rows} into {flat}
  %n = norm.rms_norm %f, %g eps 1.0e-6 : {flat}, tensor<48xf32>
  %h = tensor.expand_shape %n [[0, 1], [2]] output_shape [%B, %S, 48] : {flat} into {rows}
  %e = tensor.empty(%B, %S) : {rows}{write_generic(
        "%m", ["b, s, d", "b, d", "b, s, d"], [("%h", rows), ("%w", sample)], ("%e", rows),
        "%r = arith.mulf %a0, %a1 : f32")}
  %k = tensor.collapse_shape %m [[0, 1], [2]] : {rows} into {flat}
  %p = norm.softmax %k : {flat}
  %y = tensor.expand_shape %p [[0, 1], [2]] output_shape [%B, %S, 48] : {flat} into {rows}
  return %y : {rows}
}}"""
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 1
    x, g, w = (rng.standard_normal(shape).astype(np.float32)
               for shape in ((3, 5, 48), (48,), (3, 48)))
    z = rms_norm(x.astype(np.float64), g, 1e-6) * w[:, None]
    e = np.exp(z - z.max(-1, keepdims=True))
    assert_close(kernel(x, g, w), e / e.sum(-1, keepdims=True))


def test_parameters_of_other_samples_are_refused(rng):
    kernel = seednorm.compile(write_conditioned())
    x, p, w, t = (np.zeros(shape, np.float32)
                  for shape in ((3, 5, 48), (5, 48), (3, 48), (5,)))
    with pytest.raises(seednorm.UsageError, match="dimension 0 of 'arg2' to have size 3, as it has in 'arg0'"):
        kernel(x, p, np.zeros((5, 48), np.float32), w, t)
    with pytest.raises(seednorm.UsageError,
                       match="dimension 0 of 'arg1' to have size 5, as dimension 1 of "
                             "'arg0' has"):
        kernel(x, np.zeros((3, 48), np.float32), w, w, t)
