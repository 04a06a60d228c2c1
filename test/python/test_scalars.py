#===- test_scalars.py - Scalars as arguments ---------------------------------===//
#
# A number that a call knows: an operand in memory, of any type, used as it is,
# cast outside of payloads, or what a tensor is filled with.
#
#===-----------------------------------------------------------------------===//

import ml_dtypes
import numpy as np
import pytest

import seednorm

TARGETS = ("cpu", "emulated")
TYPES = {"f64": np.float64, "f32": np.float32, "f16": np.float16,
         "bf16": ml_dtypes.bfloat16, "i32": np.int32, "i64": np.int64, "i8": np.int8}


def to_f32(dtype):
    """What computes %eps from %given."""
    if dtype == "f32":
        return "%zero = arith.constant 0.0 : f32\n  %eps = arith.addf %given, %zero : f32"
    op = "sitofp" if dtype[0] == "i" else "truncf" if dtype == "f64" else "extf"
    return f"%eps = arith.{op} %given : {dtype} to f32"


def format_graph(dtype):
    return f"""
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @main(%x: tensor<?x64xf32>, %given: {dtype} {{seednorm.name = "eps"}},
                %start: f32) -> tensor<?x64xf32> {{
  {to_f32(dtype)}
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %r = tensor.empty(%n) : tensor<?xf32>
  %i = linalg.fill ins(%start : f32) outs(%r : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {{indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}}
      ins(%x : tensor<?x64xf32>) outs(%i : tensor<?xf32>) {{
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %a : f32
    %t = arith.addf %m, %o : f32
    linalg.yield %t : f32
  }} -> tensor<?xf32>
  %y = linalg.generic {{indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}}
      ins(%x, %s : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %k = arith.constant 64.0 : f32
    %m = arith.divf %b, %k : f32
    %w = arith.addf %m, %eps : f32
    %q = math.rsqrt %w : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  }} -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}}"""


def compute(x, eps, start):
    squares = (x.astype(np.float64) ** 2).sum(-1, keepdims=True) + start
    return x / np.sqrt(squares / 64 + eps)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", TYPES)
def test_types(rng, target, dtype):
    kernel = seednorm.compile(format_graph(dtype), target=target)
    assert [(a.name, a.dtype, a.shape) for a in kernel.arguments] == [
        ("arg0", "f32", (None, 64)), ("eps", dtype, ()), ("arg2", "f32", ())]
    assert kernel.num_kernels == 1
    x = rng.standard_normal((3, 64)).astype(np.float32)
    for eps, start in ((2, 0.5), (5, 3.0)):
        y = kernel(x, np.array(eps, TYPES[dtype]), np.float32(start))
        np.testing.assert_allclose(y, compute(x, eps, start), rtol=1e-5)
        np.testing.assert_array_equal(kernel(x, eps, start), y)


@pytest.mark.parametrize("target", TARGETS)
def test_numbers_of_python(rng, target):
    kernel = seednorm.compile(format_graph("f64"), target=target)
    x = rng.standard_normal((3, 64)).astype(np.float32)
    np.testing.assert_allclose(kernel(x, eps=1e-2, arg2=0), compute(x, 1e-2, 0),
                               rtol=1e-5)


@pytest.mark.parametrize("value, message", [
    (0.5, "expects 'eps' to be a number of type i32, but got float"),
    (True, "expects 'eps' to be a number of type i32, but got bool"),
    (2**40, "expects 'eps' to fit i32, but got 1099511627776"),
    ("1", "expects 'eps' to be an array"),
    (np.float64(1), "to be a number of type i32, but got float64"), (np.zeros(1, np.int32), "to have shape"),
])
def test_numbers_that_do_not_fit(rng, value, message):
    kernel = seednorm.compile(format_graph("i32"))
    with pytest.raises(seednorm.UsageError, match=message):
        kernel(np.ones((1, 64), np.float32), value, 1.0)


@pytest.mark.parametrize("dtype, value", [("f16", 70000), ("f16", -1e6), ("bf16", 10**400)])
@pytest.mark.filterwarnings("error")
def test_floats_that_do_not_fit(dtype, value):
    kernel = seednorm.compile(format_graph(dtype))
    with pytest.raises(seednorm.UsageError, match=f"expects 'eps' to fit {dtype}, but got "):
        kernel(np.ones((1, 64), np.float32), value, 1.0)


@pytest.mark.parametrize("dtype", ["bf16", "f32", "f64"])
def test_large_integers_are_numbers(dtype):
    kernel = seednorm.compile(format_graph(dtype))
    y = kernel(np.ones((1, 64), np.float32), 2**64, 1.0)
    np.testing.assert_allclose(y, 2.0**-32, rtol=1e-5)
