"""Arguments and results of i8, i32 and i64 at every door."""

import numpy as np
import pytest
import seednorm

DTYPES = {"i8": np.int8, "i32": np.int32, "i64": np.int64}


def program(dtype):
    """x + a number that all rows share."""
    row, vector = f"tensor<?x24x{dtype}>", f"vector<24x{dtype}>"
    return f"""
func.func @main(%x: {row}, %s: tensor<{dtype}>) -> {row} {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {row}
  %e = tensor.empty(%n) : {row}
  %y = row.program ins(%x : {row} by row, %s : tensor<{dtype}> shared)
      outs(%e : {row} by row) {{
  ^bb0(%v: {vector}, %a: {dtype}):
    %b = vector.broadcast %a : {dtype} to {vector}
    %r = arith.addi %v, %b : {vector}
    row.yield %r : {vector}
  }}
  return %y : {row}
}}"""


def operands(rng, dtype):
    info = np.iinfo(DTYPES[dtype])
    x = rng.integers(info.min, info.max, (5, 24), DTYPES[dtype])
    return x, np.array(info.max // 3, DTYPES[dtype])


@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy(rng, target, dtype):
    kernel = seednorm.compile(program(dtype), target=target)
    assert [spec.dtype for spec in kernel.arguments + kernel.results] == [dtype] * 3
    x, shift = operands(rng, dtype)
    y = kernel(x, shift)
    assert y.dtype == DTYPES[dtype]
    np.testing.assert_array_equal(y, x + shift)
    out = np.empty_like(x)
    assert kernel(x, shift, out=out) is out
    np.testing.assert_array_equal(out, y)


@pytest.mark.parametrize("dtype", DTYPES)
def test_torch(rng, dtype):
    torch = pytest.importorskip("torch")
    x, shift = map(torch.from_numpy, operands(rng, dtype))
    y = seednorm.compile(program(dtype))(x, shift)
    assert y.dtype == x.dtype
    assert torch.equal(y, x + shift)


@pytest.mark.parametrize("dtype", DTYPES)
def test_export(rng, dtype):
    """What has no allocator of its own takes results from a capsule."""
    from seednorm import arrays
    x, _ = operands(rng, dtype)
    np.testing.assert_array_equal(np.from_dlpack(arrays.view(x, "x")), x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_graph_inputs(dtype):
    for name in (dtype, DTYPES[dtype], np.dtype(DTYPES[dtype]).name):
        assert seednorm.Graph().input((4,), name).dtype == dtype


@pytest.mark.parametrize("given, name", [
    (np.int32, "i32"), (np.uint64, "uint64"), (np.float64, "f64")])
def test_other_types_are_refused(rng, given, name):
    x, shift = operands(rng, "i64")
    with pytest.raises(seednorm.UsageError,
                       match=f"'arg1' to have elements of type i64, but got {name}$"):
        seednorm.compile(program("i64"))(x, shift.astype(given))


@pytest.mark.parametrize("dtype", DTYPES)
def test_norms_are_refused(dtype):
    graph = seednorm.Graph()
    x, gamma = graph.input((None, 64), dtype), graph.input((64,), "f32")
    with pytest.raises(seednorm.UsageError, match="rms_norm: operand #0 must be "):
        seednorm.rms_norm(x, gamma, eps=1e-6)
