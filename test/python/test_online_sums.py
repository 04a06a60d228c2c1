#===- test_online_sums.py - A maximum and a sum in one sweep ----------------===//
#
# The schedule may combine both online; what is computed is that of two sweeps,
# infinities and NaN included.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import cases
import reference
import seednorm

ONLINE = "schedule(#row.cpu_schedule<vector = {}, accumulators = {}, grain = 1, online = true>)"


def build(name, columns, dtype, vector=8, accumulators=4):
    exponentials = {
        "softmax": ("%e = math.exp %d : W", "%y = arith.divf %e, %b : W"),
        "log_softmax": ("%e = math.exp %d : W", "%l = math.log %s : f32\n"
                        "    %bl = vector.broadcast %l : f32 to W\n"
                        "    %y = arith.subf %d, %bl : W"),
    }[name]
    extend, narrow = (
        ("%w = arith.extf %x : V to W", "%o = arith.truncf %y : W to V")
        if dtype != "f32" else ("%zero32 = arith.constant dense<0.0> : W\n"
                                "    %w = arith.subf %x, %zero32 : W",
                                "%o = arith.addf %y, %zero32 : W"))
    text = f"""
func.func @main(%a: tensor<?x{columns}x{dtype}>) -> tensor<?x{columns}x{dtype}> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x{columns}x{dtype}>
  %i = tensor.empty(%n) : tensor<?x{columns}x{dtype}>
  %r = row.program ins(%a : tensor<?x{columns}x{dtype}> by row)
      outs(%i : tensor<?x{columns}x{dtype}> by row)
      {ONLINE.format(vector, accumulators)} {{
  ^bb0(%x: V):
    {extend}
    %least = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0.0 : f32
    %m = vector.multi_reduction <maximumf>, %w, %least [0] : W to f32
    %bm = vector.broadcast %m : f32 to W
    %d = arith.subf %w, %bm : W
    {exponentials[0]}
    %s = vector.multi_reduction <add>, %e, %zero [0] : W to f32
    %b = vector.broadcast %s : f32 to W
    {exponentials[1]}
    {narrow}
    row.yield %o : V
  }}
  return %r : tensor<?x{columns}x{dtype}>
}}"""
    text = text.replace("V", f"vector<{columns}x{dtype}>")
    return text.replace("W", f"vector<{columns}xf32>")


def check(kernel, name, x, dtype):
    # A rescaling rounds twice and takes an exponential: as many roundings as
    # four more columns would add.
    expected, bound = reference.evaluate(name, x, dtype=dtype)
    mismatch = reference.find_mismatch(kernel(x), expected, bound, dtype)
    assert not mismatch, mismatch


@pytest.mark.parametrize("vector, accumulators", [(8, 4), (16, 1), (1, 1), (4, 16)])
@pytest.mark.parametrize("columns", (1, 7, 64, 127, 1000, 4099))
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
@pytest.mark.parametrize("name", ("softmax", "log_softmax"))
def test_rows(rng, name, dtype, columns, vector, accumulators):
    kernel = seednorm.compile(build(name, columns, dtype, vector, accumulators))
    rows = np.concatenate([
        cases.make_rows(rng, (4, columns), dtype).astype(np.float32),
        np.sort(10 * rng.standard_normal((2, columns)), -1),  # Grows at every step.
        np.zeros((1, columns)), np.full((1, columns), -1e4),
        np.linspace(0, 300, columns)[None]]).astype(cases.NUMPY_TYPES[dtype])
    check(kernel, name, rows, dtype)


@pytest.mark.parametrize("name", ("softmax", "log_softmax"))
def test_special_values(rng, name):
    kernel = seednorm.compile(build(name, 100, "f32"))
    x = rng.standard_normal((7, 100)).astype(np.float32)
    x[0, :64] = -np.inf  # Whole lanes at first, and for good.
    x[1, 8::8] = -np.inf
    x[2] = -np.inf
    x[3, 50] = np.inf
    x[4, 99] = np.nan
    x[5, 0] = -np.inf
    check(kernel, name, x, "f32")


# One sweep for both sums, and one that applies them.
def test_number_of_sweeps():
    text = build("softmax", 1000, "f32")
    online = seednorm.compile(text).asm["scf"]
    twice = seednorm.compile(text.replace(", online = true", "")).asm["scf"]
    assert twice.count("scf.for") == 3
    assert online.count("scf.for") == 2


# Other sums are left alone: of other numbers, scaled, or of heads.
@pytest.mark.parametrize("right, wrong", [
    ("arith.subf %w, %bm", "arith.addf %w, %bm"),
    ("<maximumf>, %w", "<minimumf>, %w"),
    ("math.exp %d", "math.tanh %d"),
    ("%least = arith.constant 0xFF800000", "%least = arith.constant 3.0"),
])
def test_no_match(rng, right, wrong):
    text = build("softmax", 1000, "f32")
    assert right in text
    text = text.replace(right, wrong)
    if wrong.startswith("<minimumf>"):
        text = text.replace("0xFF800000", "0x7F800000")
    kernel = seednorm.compile(text)
    assert kernel.asm["scf"].count("scf.for") == 3
    twice = seednorm.compile(text.replace(", online = true", ""))
    x = cases.make_rows(rng, (3, 1000), "f32")
    np.testing.assert_array_equal(kernel(x), twice(x))
