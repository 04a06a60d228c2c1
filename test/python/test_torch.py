#===- test_torch.py - Tensors of PyTorch -------------------------------------===//
#
# Tensors go in and come out, bf16 included, without a copy.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import cases
import reference
import seednorm

torch = pytest.importorskip("torch")

DTYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}


@pytest.fixture(params=["cpu", "emulated"])
def target(request):
    return request.param


def to_tensor(array, dtype):
    return torch.from_numpy(array.astype(np.float32)).to(DTYPES[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
def test_seednorm(rng, target, dtype):
    x = cases.make_rows(rng, (5, 96), dtype)
    parameters = cases.make_parameters(rng, 96, 6, dtype)
    kernel = cases.compile_seednorm(target, (None, 96), dtype, dtype, num_heads=6)
    y = kernel(to_tensor(x, dtype), *(to_tensor(p, dtype) for p in parameters))
    assert isinstance(y, torch.Tensor)
    assert y.dtype == DTYPES[dtype] and y.shape == (5, 96)
    expected, bound = reference.evaluate("seednorm", x, *parameters, dtype=dtype,
                                         num_heads=6)
    assert not reference.find_mismatch(y.double().numpy(), expected, bound, dtype)


@pytest.fixture
def kernel():
    return cases.compile_rms_norm("cpu", (None, 64), "bf16", "f32")


@pytest.fixture
def x():
    return torch.randn(4, 64, generator=torch.Generator().manual_seed(0)).bfloat16()


@pytest.fixture
def gamma():
    return torch.ones(64)


def test_element_types_of_torch():
    graph = seednorm.Graph()
    for name, dtype in DTYPES.items():
        assert graph.input((1,), dtype).dtype == name
    with pytest.raises(seednorm.UsageError, match="torch.int16"):
        graph.input((1,), torch.int16)


# PyTorch shares 8-bit floats by DLPack only: it has no NumPy type for them.
EIGHT_BITS = {"f8E4M3FN": torch.float8_e4m3fn, "f8E5M2": torch.float8_e5m2,
              "i8": torch.int8}


def compile_copy(target, dtype):
    return seednorm.compile(f"""
func.func @main(%x: tensor<?x96x{dtype}>) -> tensor<?x96x{dtype}> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x96x{dtype}>
  %e = tensor.empty(%n) : tensor<?x96x{dtype}>
  %y = row.program ins(%x : tensor<?x96x{dtype}> by row)
      outs(%e : tensor<?x96x{dtype}> by row) {{
  ^bb0(%v: vector<96x{dtype}>):
    row.yield %v : vector<96x{dtype}>
  }}
  return %y : tensor<?x96x{dtype}>
}}""", target=target)


@pytest.mark.parametrize("dtype", EIGHT_BITS)
def test_eight_bits(target, dtype):
    assert seednorm.Graph().input((1,), EIGHT_BITS[dtype]).dtype == dtype
    kernel = compile_copy(target, dtype)
    bits = torch.arange(5 * 96).reshape(5, 96).to(torch.uint8)
    x = bits.view(EIGHT_BITS[dtype])
    y = kernel(x)
    assert y.dtype == EIGHT_BITS[dtype]
    assert torch.equal(y.view(torch.uint8), bits)
    out = torch.empty_like(x)
    assert kernel(x, out=out) is out
    assert torch.equal(out.view(torch.uint8), bits)
    with pytest.raises(seednorm.UsageError, match=f"type {dtype}, but got f32$"):
        kernel(x.float())


# NumPy's arrays reach PyTorch through the capsule that kernels export.
@pytest.mark.parametrize("dtype", EIGHT_BITS)
def test_export_of_eight_bits(dtype):
    from seednorm import arrays, dtypes
    array = np.arange(96, dtype=np.uint8).view(dtypes.to_numpy(dtype))
    tensor = torch.from_dlpack(arrays.view(array, "x"))
    assert tensor.dtype == EIGHT_BITS[dtype]
    np.testing.assert_array_equal(tensor.float().numpy(), array.astype(np.float32))


def test_bits_of_float8_are_not_taken_for_it():
    kernel = compile_copy("cpu", "f8E5M2")
    with pytest.raises(seednorm.UsageError, match="type f8E5M2, but got uint8; "
                       r"pass a \.view\(torch\.float8_e5m2\)$"):
        kernel(torch.zeros(5, 96, dtype=torch.uint8))


def test_out(kernel, x, gamma):
    out = torch.empty_like(x)
    assert kernel(x, gamma, out=out) is out
    assert torch.equal(out, kernel(x, gamma))


# The result is of the kind of the first argument, whatever the others are.
def test_kinds_may_mix(kernel, x, gamma):
    y = kernel(x, gamma.numpy())
    assert isinstance(y, torch.Tensor)
    assert torch.equal(y, kernel(x, gamma))


def test_no_rows(kernel, gamma):
    assert kernel(torch.empty(0, 64, dtype=torch.bfloat16), gamma).shape == (0, 64)


# Strides of dimensions of one element mean nothing.
def test_dense_with_odd_strides(kernel, x, gamma):
    row = x.t().contiguous().t()[:, :64][:1].contiguous().as_strided((1, 64), (7, 1))
    assert torch.equal(kernel(row, gamma), kernel(x[:1], gamma))


def test_result_of_a_slice_of_rows(kernel, x, gamma):
    assert torch.equal(kernel(x[1:3], gamma), kernel(x, gamma)[1:3])


def test_gradients_are_refused(kernel, x, gamma):
    with pytest.raises(seednorm.UsageError, match="expects 'gamma' to need no gradient"
                       r".*; pass a \.detach\(\)$"):
        kernel(x, torch.nn.Parameter(gamma))
    assert kernel(x, torch.nn.Parameter(gamma).detach()).shape == (4, 64)


def test_rows_with_gaps(kernel, x, gamma):
    wide = torch.cat([x, x], dim=1)
    assert torch.equal(kernel(wide[:, :64], gamma), kernel(x, gamma))
    assert torch.equal(kernel(wide[::2, 64:], gamma), kernel(x[::2], gamma))


def test_gaps_in_rows_are_refused(kernel, x, gamma):
    wide = torch.cat([x, x], dim=1)
    for strided in (wide[:, ::2], torch.ones(64, 64).bfloat16().t()):
        with pytest.raises(seednorm.UsageError, match="expects the last dimension of "
                           r"'x' to be dense, .*; pass a \.contiguous\(\)$"):
            kernel(strided, gamma)
    assert kernel(wide[:, ::2].contiguous(), gamma).shape == (4, 64)


def test_wrong_type_is_refused(kernel, x, gamma):
    with pytest.raises(seednorm.UsageError, match="expects 'x' to have elements of "
                       "type bf16, but got f32$"):
        kernel(x.float(), gamma)
    with pytest.raises(seednorm.UsageError, match="but got i64$"):
        kernel(x.long(), gamma)


def test_sparse_is_refused(kernel, x, gamma):
    with pytest.raises(seednorm.UsageError, match="expects 'x' "):
        kernel(x.to_sparse(), gamma)


# PyTorch exports the memory of such a view, which holds the opposite.
def test_negated_view_is_refused(gamma):
    kernel = cases.compile_rms_norm("cpu", (None, 64), "f32", "f32")
    negated = torch.ones(4, 64, dtype=torch.cfloat).conj().imag
    assert negated.is_neg()
    with pytest.raises(seednorm.UsageError, match=r"; pass a \.resolve_neg\(\)$"):
        kernel(negated, gamma)


# The memory belongs to PyTorch, so a tensor outlives the kernel.
def test_result_outlives_everything(x, gamma):
    kernel = cases.compile_rms_norm("cpu", (None, 64), "bf16", "f32")
    expected = kernel(x, gamma).clone()
    y = kernel(x, gamma)
    del kernel
    cases.compile_rms_norm.cache_clear()
    assert torch.equal(y, expected)
