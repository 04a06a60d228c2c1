#===- test_call_errors.py - Bad text and bad arrays are refused -------------===//
#
# What can be wrong with a compilation, and with the arrays of a call.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import cases
import seednorm
from cases import fails

#===----------------------------------------------------------------------===//
# Compiling
#===----------------------------------------------------------------------===//

TEXT = """func.func @main(%x: tensor<?x64xf32>, %gamma: tensor<64xf32>)
    -> tensor<?x64xf32> {
  %y = norm.rms_norm %x, %gamma eps 1.0e-6 : tensor<?x64xf32>, tensor<64xf32>
  return %y : tensor<?x64xf32>
}
"""


@pytest.mark.parametrize("text, options, message", [
    (TEXT, {"entry": "nothing"},
     "expects an entry function 'nothing', but the module has 'main'"),
    (TEXT.replace("@main", "@llvm.exp.f32"), {"entry": "llvm.exp.f32"},
     "expects the name of an entry function not to start with 'llvm.', as those of "),
    (TEXT, {"target": "tpu"}, "expects a target among cpu, cpu:<processor>, emulated, "),
    (TEXT, {"target": "sm_70"}, "expects an architecture among sm_80, "),
    (TEXT, {"target": "emulated:sm_1"}, "expects an architecture among sm_80, "),
    (TEXT, {"target": 90}, "compile: expects 'target' to be a string, but got int"),
    (TEXT, {"entry": 7}, "compile: expects 'entry' to be a string, but got int"),
    (12, {}, "compile: expects a Graph, a Gradient or the text of an MLIR module, but got "
     "int"),
    ("", {}, "expects an entry function 'main', but the module has no function"),
    ("nonsense", {}, "<graph>:1:1: error: "),
    (TEXT.replace("eps 1.0e-6", "eps -1.0"), {}, "<graph>:3:8: error: "),
    (TEXT.replace("rms_norm", "rsm_norm"), {}, "<graph>:3:8: error: "),
    (TEXT.replace("?x64xf32", "?x64xi32"), {}, "<graph>:3:8: error: "),
    (b"ML\xefR\x00\x01broken", {}, ""),
], ids=lambda value: None)
def test_compile(text, options, message):
    with pytest.raises(seednorm.UsageError) as caught:
        seednorm.compile(text, **options)
    assert caught.value.message.startswith(message)
    assert not caught.value.message.endswith(".")


def test_cuda_without_a_driver():
    try:
        seednorm.compile(TEXT, target="cuda")
    except seednorm.ExecutionError as error:
        assert "libcuda" in error.message or "device" in error.message
    else:
        pytest.skip("this machine has a GPU")


def test_unknown_stage():
    kernel = seednorm.compile(TEXT)
    with fails("expects a stage among row, scf, llvm, asm, package, report, report.json, "
               "programs, programs.json, but got 'ptx'", seednorm.UnknownStageError):
        kernel.asm["ptx"]
    assert "ptx" not in kernel.asm


#===----------------------------------------------------------------------===//
# Calling
#===----------------------------------------------------------------------===//


@pytest.fixture(params=["cpu", "emulated"])
def kernel(request):
    return cases.compile_rms_norm(request.param, (None, 64), "f32", "f32")


@pytest.fixture
def x():
    return np.ones((4, 64), np.float32)


@pytest.fixture
def gamma():
    return np.ones(64, np.float32)


def test_number_of_arguments(kernel, x, gamma):
    with fails("main: expects 2 arguments (x, gamma), but 'gamma' is missing"):
        kernel(x)
    with fails("main: expects 2 arguments (x, gamma), but got 3"):
        kernel(x, gamma, gamma)
    with fails("main: expects arguments x, gamma, but got 'beta'"):
        kernel(x, beta=gamma)
    with fails("main: expects 'x' once, but got it by position and by name"):
        kernel(x, gamma, x=x)


def test_shapes(kernel, x, gamma):
    with fails("expects 'x' to have shape (?, 64), but got (4, 63)"):
        kernel(x[:, :63].copy(), gamma)
    with fails("expects 'x' to have shape (?, 64), but got (2, 2, 64)"):
        kernel(x.reshape(2, 2, 64), gamma)
    with fails("expects 'gamma' to have shape (64), but got (1, 64)"):
        kernel(x, gamma[None])


def test_types(kernel, x, gamma):
    with fails("expects 'x' to have elements of type f32, but got f64"):
        kernel(x.astype(np.float64), gamma)
    with fails("expects 'gamma' to have elements of type f32, but got i32"):
        kernel(x, gamma.astype(np.int32))
    with fails("expects 'x' in the byte order of this machine, but got >f4"):
        kernel(x.astype(">f4"), gamma)
    with fails("expects 'x' to be an array of NumPy or one with DLPack, but got "
               "list"):
        kernel([1.0], gamma)
    with fails("expects 'x' to be an array of NumPy or one with DLPack, but got "
               "NoneType"):
        kernel(None, gamma)


@pytest.mark.parametrize("make, name", [
    (lambda x: x.astype(object), "object"),
    (lambda x: x.astype(bool), "bool"),
    (lambda x: x.astype("c8"), "complex64"),
    (lambda x: x.astype("S4"), "bytes32"),
    (lambda x: np.zeros(x.shape, [("a", "f4")]), "void32"),
    (lambda x: np.zeros(x.shape, "M8[s]"), r"datetime64[s]"),
])
def test_types_that_are_none_of_ours(kernel, x, gamma, make, name):
    with fails(f"expects 'x' to have elements of type f32, but got {name}"):
        kernel(make(x), gamma)
    with fails(f"expects 'result0' to have elements of type f32, but got {name}"):
        kernel(x, gamma, out=make(x))


@pytest.mark.parametrize("given, name", [
    (1.0, "float"), (np.float32(1), "float32"), (b"abc", "bytes"), ({}, "dict"),
    ([[1.0] * 64], "list"), (memoryview(b"abc"), "memoryview"), (np, "module"),
    (np.ndarray, "type"),
])
def test_what_is_no_array(kernel, x, gamma, given, name):
    rule = "to be an array of NumPy or one with DLPack, but got"
    with fails(f"expects 'x' {rule} {name}"):
        kernel(given, gamma)
    if not isinstance(given, list):  # A list of results is one.
        with fails(f"expects 'result0' {rule} {name}"):
            kernel(x, gamma, out=given)


def test_no_dimensions(kernel, x, gamma):
    with fails("expects 'x' to have shape (?, 64), but got ()"):
        kernel(np.array(1, np.float32), gamma)
    with fails("expects 'result0' to have shape (?, 64), but got ()"):
        kernel(x, gamma, out=np.empty((), np.float32))


def test_masks(kernel, x, gamma):
    """A kernel would take the numbers below the mask."""
    masked = np.ma.masked_array(x, mask=x > 0)
    with fails("expects 'x' to have no mask, which kernels would not see, but got a masked "
               "array; pass a .filled()"):
        kernel(masked, gamma)
    assert kernel(masked.filled(2), gamma).shape == x.shape


class Exporting:
    """An array of another package, whose fault is given."""

    def __init__(self, device=(1, 0), error=None, capsule=None):
        self.device, self.error, self.capsule = device, error, capsule

    def __dlpack_device__(self):
        if isinstance(self.device, Exception):
            raise self.device
        return self.device

    def __dlpack__(self, **options):
        if self.error:
            raise self.error
        return self.capsule


@pytest.mark.parametrize("array, fact", [
    (Exporting(device=RuntimeError("lost")), "lost"),
    (Exporting(device=None), "'NoneType' object is not subscriptable"),
    (Exporting(error=ValueError("moved away")), "moved away"),
    (Exporting(error=TypeError("of its own")), "of its own"),
    (Exporting(error=NotImplementedError("later")), "later"),
    (Exporting(capsule="none"), "expects a DLPack capsule that nobody has taken yet"),
])
def test_faults_of_other_packages(kernel, gamma, array, fact):
    with fails("expects 'x' to be an array that DLPack can share, but it is not: " + fact):
        kernel(array, gamma)


def test_results_that_no_memory_has(kernel, gamma):
    """Rows that are all the same take no memory, but their results do."""
    with pytest.raises(MemoryError):
        kernel(np.broadcast_to(gamma, (2**45, 64)), gamma)


def test_repeated_rows_of_out(kernel, x, gamma):
    out = np.lib.stride_tricks.as_strided(gamma.copy(), (4, 64), (0, 4))
    with fails("expects 'result0' of 'out' to be dense and row-major, but got strides "
               "(0, 1); pass a np.ascontiguousarray()"):
        kernel(x, gamma, out=out)


def test_results_that_overlap(x, gamma):
    backward = cases.compile_rms_norm("cpu", (None, 64), "f32", "f32").backward
    dx = np.empty_like(x)
    with fails("expects results not to overlap, but 'dgamma' shares memory with 'dx'"):
        backward(x, gamma, x.copy(), out=(dx, dx[0]))


# Files of bf16 and f8E4M3FN come back from NumPy as bits or as opaque bytes.
@pytest.mark.parametrize("dtype, name", [(np.uint16, "uint16"), ("V2", "void16")])
def test_bits_of_bf16(gamma, dtype, name):
    kernel = cases.compile_rms_norm("cpu", (None, 64), "bf16", "f32")
    with fails(f"expects 'x' to have elements of type bf16, but got {name}; pass a "
               ".view(ml_dtypes.bfloat16)"):
        kernel(np.zeros((4, 64), dtype), gamma)


@pytest.mark.parametrize("dtype, name", [(np.uint8, "uint8"), ("V1", "void8")])
def test_bits_of_float8(dtype, name):
    kernel = seednorm.compile("""
func.func @main(%x: tensor<4xf8E4M3FN>) -> tensor<4xf8E4M3FN> {
  return %x : tensor<4xf8E4M3FN>
}""")
    with fails("expects 'arg0' to have elements of type f8E4M3FN, but got "
               f"{name}; pass a .view(ml_dtypes.float8_e4m3fn)"):
        kernel(np.zeros(4, dtype))


@pytest.mark.parametrize("dtype", ["f8E4M3FN", "f8E5M2", "i8"])
def test_norms_of_eight_bits_are_refused(dtype):
    graph = seednorm.Graph()
    x, gamma = graph.input((None, 64), dtype), graph.input((64,), "f32")
    with pytest.raises(seednorm.UsageError, match="rms_norm: operand #0 must be "):
        seednorm.rms_norm(x, gamma, eps=1e-6)


# Rows may have gaps between them, but not within.
def test_layout(kernel, x, gamma):
    wide = np.ones((4, 128), np.float32)
    rule = "expects the last dimension of 'x' to be dense, and no negative strides, "
    for bad, strides in ((wide[:, ::2], "(128, 2)"), (wide[::-1, :64], "(-128, 1)"),
                         (wide[:, 63::-1], "(128, -1)"),
                         (np.ones((64, 64), np.float32).T, "(1, 64)")):
        with fails(f"{rule}but got strides {strides}; pass a np.ascontiguousarray()"):
            kernel(bad, gamma)
    bytes_apart = np.ones((4, 260), np.uint8)[:, 1:257].view(np.dtype("V4"))
    with pytest.raises(seednorm.UsageError, match="to have elements of type f32"):
        kernel(bytes_apart, gamma)
    out = np.ones((4, 128), np.float32)[:, :64]
    with fails("expects 'result0' of 'out' to be dense and row-major, but got strides "
               "(128, 1); pass a np.ascontiguousarray()"):
        kernel(x, gamma, out=out)


def test_alignment(x, gamma):
    kernel = cases.compile_rms_norm("emulated", (None, 64), "f32", "f32")
    shifted = np.ones(4 * 64 + 1, np.float32)[1:].reshape(4, 64)
    assert shifted.ctypes.data % 16 != 0
    np.testing.assert_array_equal(kernel(shifted, gamma),
                                  kernel(shifted.copy(), gamma))
    out = np.ones(4 * 64 + 1, np.float32)[1:].reshape(4, 64)
    with pytest.raises(seednorm.UsageError, match="expects 'result0' to be aligned to "
                       "16 bytes, but got address 0x[0-9A-F]+$"):
        kernel(x, gamma, out=out)
    unaligned = np.ones(64 * 4 + 2, np.uint8)[2:].view(np.float32)
    with pytest.raises(seednorm.UsageError, match="expects 'gamma' to be aligned to 4 "
                       "bytes, but got address 0x[0-9a-f]+, and strides without gaps"):
        kernel(x, unaligned)


def test_overlap(kernel, x, gamma):
    both = np.ones((6, 64), np.float32)
    with fails("expects 'result0' not to overlap an argument, but it shares memory "
               "with 'x'"):
        kernel(both[:4], gamma, out=both[2:])


def test_out(kernel, x, gamma):
    with fails("main: expects 'out' to hold 1 arrays, but got 2"):
        kernel(x, gamma, out=(x, x))
    with fails("expects 'result0' to have shape (4, 64) for these arguments, but got "
               "(3, 64)"):
        kernel(x, gamma, out=np.empty((3, 64), np.float32))
    with fails("expects 'result0' to have elements of type f32, but got f16"):
        kernel(x, gamma, out=np.empty((4, 64), np.float16))
    out = np.empty((4, 64), np.float32)
    out.flags.writeable = False
    with fails("expects 'result0' of 'out' to be writable, but it is read-only"):
        kernel(x, gamma, out=out)


def test_counting_needs_the_emulator(x, gamma):
    kernel = cases.compile_rms_norm("cpu", (None, 64), "f32", "f32")
    with fails("expects a kernel compiled for target 'emulated', which counts what "
               "it does"):
        kernel.run_counted(x, gamma)


# A call on the CPU is done when it returns, on whatever stream its caller is.
@pytest.mark.parametrize("stream", [0, 7])
@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_streams_are_of_gpus(x, gamma, target, stream, tmp_path):
    kernel = cases.compile_rms_norm(target, (None, 64), "f32", "f32")
    message = f"main: expects no 'stream' for a kernel that runs on the CPU, but got {stream}"
    for _ in range(2):
        with fails(message):
            kernel(x, gamma, stream=stream)
        kernel(x, gamma)
    if target == "cpu":
        kernel.save(tmp_path / "kernel.snp")
        loaded = seednorm.load(tmp_path / "kernel.snp")
        with fails(message):
            loaded(x, gamma, stream=stream)


def test_arrays_of_another_device(kernel, gamma):
    class OnDevice:
        def __dlpack_device__(self):
            return (2, 0)

        def __dlpack__(self, **options):
            raise AssertionError("nothing of another device may be taken")

    with fails("expects 'x' in memory of the CPU, but got memory of a CUDA device"):
        kernel(OnDevice(), gamma)


def test_arrays_of_the_cpu_for_a_gpu(x, gamma):
    kernel = cases.compile_rms_norm("sm_90a", (None, 64), "f32", "f32")
    with fails("expects 'x' in memory of a CUDA device, but got an array of NumPy"):
        kernel(x, gamma)


def test_capsules_that_were_taken(x):
    from seednorm import _seednorm
    capsule = x.__dlpack__()
    _seednorm.Array.from_capsule(capsule)
    with pytest.raises(BufferError, match="nobody has taken yet"):
        _seednorm.Array.from_capsule(capsule)
    with pytest.raises(BufferError, match="nobody has taken yet"):
        _seednorm.Array.from_capsule("no capsule")


# Memory beyond the argument would be read.
@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_expanded_to_other_sizes(target):
    rows, flat = "tensor<?x?x8xf32>", "tensor<?x8xf32>"
    kernel = seednorm.compile(f"""
func.func @main(%x: {flat}, %like: {rows}, %g: tensor<8xf32>) -> {rows} {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = tensor.dim %like, %c0 : {rows}
  %s = tensor.dim %like, %c1 : {rows}
  %h = tensor.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 8] : {flat} into {rows}
  %y = norm.rms_norm %h, %g eps 1.0e-6 : {rows}, tensor<8xf32>
  return %y : {rows}
}}""", target=target)
    x, like, g = np.ones((6, 8), "f4"), np.zeros((2, 3, 8), "f4"), np.ones(8, "f4")
    np.testing.assert_allclose(kernel(x, like, g), np.ones((2, 3, 8)), rtol=1e-5)
    with pytest.raises(seednorm.UsageError, match="dimension 0 of 'arg0' to have size 6, the "
                                                  "product of those it is expanded to, but got 5"):
        kernel(x[:5], like, g)
