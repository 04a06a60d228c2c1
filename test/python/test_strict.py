#===- test_strict.py - Graphs that are rounded as they stand ------------------===//
#
# `seednorm.strict`: no product is rounded together with a sum, and no factor
# leaves its sum.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import seednorm

ROWS = "tensor<?x64xf32>"
MULTIPLY_ADD = f"""
func.func @main(%x: {ROWS}, %y: {ROWS}, %z: {ROWS}) -> {ROWS} {{
  %p = arith.mulf %x, %y : {ROWS}
  %s = arith.addf %p, %z : {ROWS}
  return %s : {ROWS}
}}"""

# The sum of a row divided by its length: 1 but for roundings.
PARTS = f"""
func.func @main(%x: {ROWS}) -> tensor<?xf32> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {ROWS}
  %e = tensor.empty(%n) : tensor<?xf32>
  %y = row.program ins(%x : {ROWS} by row) outs(%e : tensor<?xf32> by row) {{
  ^bb0(%v: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %s = vector.multi_reduction <add>, %v, %zero [0] : vector<64xf32> to f32
    %w = vector.broadcast %s : f32 to vector<64xf32>
    %q = arith.divf %v, %w : vector<64xf32>
    %t = vector.multi_reduction <add>, %q, %zero [0] : vector<64xf32> to f32
    row.yield %t : f32
  }}
  return %y : tensor<?xf32>
}}"""


def compile_graph(text, strict, target="cpu"):
    attribute = " attributes {seednorm.strict}" if strict else ""
    return seednorm.compile(f"module{attribute} {{{text}}}", target=target)


@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_products_are_rounded_before_they_are_added(rng, target):
    x, y, z = rng.standard_normal((3, 5, 64)).astype(np.float32)
    z = (-x * y * (1 + 1e-6 * z)).astype(np.float32)  # What is left is rounding.
    strict = compile_graph(MULTIPLY_ADD, True, target)
    np.testing.assert_array_equal(strict(x, y, z), x * y + z)


def test_multiply_add_is_one_instruction_unless_strict():
    def count(strict):
        return compile_graph(MULTIPLY_ADD, strict, "emulated").asm["ptx"].count("fma.rn")
    assert count(False) > 0
    assert count(True) == 0


@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_factors_stay_in_sums(rng, target):
    x = rng.random((40, 64), np.float32) + 0.1
    moved = compile_graph(PARTS, False, target)
    assert moved.report[0]["levels"] == 1
    # One sum divided by itself.
    np.testing.assert_array_equal(moved(x), np.ones(40, np.float32))
    strict = compile_graph(PARTS, True, target)
    assert strict.report[0]["levels"] == 2
    assert (strict(x) != 1).any()
    assert np.abs(strict(x) - 1).max() < 1e-6


# A flag is there or not; a misspelled one would be ignored.
@pytest.mark.parametrize("attribute, message", [
    ("seednorm.strict = false", "expects attribute 'seednorm.strict' to have no value"),
    ("seednorm.stric", "has attribute 'seednorm.stric', but expects one among "
                       "seednorm.keep_linalg, seednorm.strict, seednorm.drop_asserts"),
])
def test_flags(attribute, message):
    with pytest.raises(seednorm.UsageError, match=message):
        seednorm.compile(f"module attributes {{{attribute}}} {{{MULTIPLY_ADD}}}")


# Signs that only the run knows: a projection that is taken away, and a norm of
# what was nearly cancelled.
@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("spelling", [
    "%t = arith.divf %minus, %uu : f32", "%t = arith.divf %dot, %minus_uu : f32"])
def test_differences_in_disguise(rng, target, spelling):
    text = f"""
func.func @main(%x: {ROWS}, %u: tensor<64xf32>) -> tensor<?xf32> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {ROWS}
  %e = tensor.empty(%n) : tensor<?xf32>
  %y = row.program ins(%x : {ROWS} by row, %u : tensor<64xf32> shared)
      outs(%e : tensor<?xf32> by row) {{
  ^bb0(%v: vector<64xf32>, %a: vector<64xf32>):
    %zero = arith.constant 0.0 : f32
    %xa = arith.mulf %v, %a : vector<64xf32>
    %dot = vector.multi_reduction <add>, %xa, %zero [0] : vector<64xf32> to f32
    %aa = arith.mulf %a, %a : vector<64xf32>
    %uu = vector.multi_reduction <add>, %aa, %zero [0] : vector<64xf32> to f32
    %minus = arith.negf %dot : f32
    %minus_uu = arith.negf %uu : f32
    {spelling}
    %w = vector.broadcast %t : f32 to vector<64xf32>
    %ta = arith.mulf %w, %a : vector<64xf32>
    %c = arith.addf %v, %ta : vector<64xf32>
    %cc = arith.mulf %c, %c : vector<64xf32>
    %s = vector.multi_reduction <add>, %cc, %zero [0] : vector<64xf32> to f32
    row.yield %s : f32
  }}
  return %y : tensor<?xf32>
}}"""
    x = (1e3 + rng.standard_normal((20, 64))).astype(np.float32)
    u = np.ones(64, np.float32)
    centred = x.astype(np.float64) - x.astype(np.float64).mean(-1, keepdims=True)
    exact = (centred**2).sum(-1)
    y = seednorm.compile(text, target=target)(x, u)
    assert (np.abs(y - exact) <= 1e-3 * exact).all()


# A row whose squares leave the range of f32 is 0, however often it is normalized.
@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_norm_of_a_norm_of_large_rows(rng, target):
    text = f"""
func.func @main(%x: {ROWS}, %g: tensor<64xf32>) -> {ROWS} {{
  %a = norm.rms_norm %x, %g eps 1.0e-6 : {ROWS}, tensor<64xf32>
  %y = norm.rms_norm %a, %g eps 1.0e-6 : {ROWS}, tensor<64xf32>
  return %y : {ROWS}
}}"""
    x = (1e20 * rng.standard_normal((3, 64))).astype(np.float32)
    y = seednorm.compile(text, target=target)(x, np.ones(64, np.float32))
    assert (y == 0).all()
