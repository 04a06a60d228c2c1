#===- test_api.py - Graphs, kernels and what can be asked of them -----------===//
#
# The Python API as a user meets it.
#
#===-----------------------------------------------------------------------===//

import ml_dtypes
import numpy as np
import pytest

import cases
import reference
import seednorm


def build(columns=128, dtype="f32"):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    gamma = g.input((columns,), "f32", name="gamma")
    g.output(seednorm.rms_norm(x, gamma, eps=1e-5))
    return g


@pytest.fixture
def data(rng):
    return (rng.standard_normal((4, 128), dtype=np.float32),
            rng.standard_normal(128, dtype=np.float32))


#===----------------------------------------------------------------------===//
# Graphs
#===----------------------------------------------------------------------===//


def test_values_know_shape_and_type():
    g = seednorm.Graph()
    x = g.input((None, 3, 64), "bf16", name="x")
    assert (x.shape, x.dtype) == ((None, 3, 64), "bf16")
    y = seednorm.rms_norm(x, g.input([64], "f32"))
    assert (y.shape, y.dtype) == ((None, 3, 64), "bf16")
    assert repr(y) == "<seednorm.Value of shape (None, 3, 64) and type bf16>"


@pytest.mark.parametrize("spelling", [
    "bf16", "bfloat16", ml_dtypes.bfloat16, np.dtype(ml_dtypes.bfloat16)], ids=str)
def test_spellings_of_bf16(spelling):
    assert seednorm.Graph().input((1,), spelling).dtype == "bf16"


@pytest.mark.parametrize("spelling, dtype", [
    ("float32", "f32"), (np.float32, "f32"), ("half", "f16"),
    (np.dtype("float16"), "f16"), (np.float64, "f64"), (float, "f64")], ids=str)
def test_spellings_of_types(spelling, dtype):
    assert seednorm.Graph().input((1,), spelling).dtype == dtype


def test_graph_as_text():
    text = build().to_mlir(entry="norm")
    assert 'func.func @norm(%arg0: tensor<?x128xf32> {seednorm.name = "x"}' in text
    assert "norm.rms_norm" in text
    assert "test_api.py" not in text
    assert "test_api.py" in build().to_mlir(locations=True)


def test_graph_can_grow_after_compiling(data):
    g = seednorm.Graph()
    x, gamma = g.input((None, 128), "f32"), g.input((128,), "f32")
    y = seednorm.rms_norm(x, gamma)
    g.output(y)
    first = seednorm.compile(g)(*data)
    g.output(seednorm.rms_norm(y, gamma))
    again, second = seednorm.compile(g)(*data)
    assert (first == again).all()
    assert second.shape == first.shape


# An integer of NumPy is as good as Python's.
def test_options_of_numpy():
    g = seednorm.Graph()
    x, p = g.input((None, 64), "f32"), g.input((np.int64(64),), "f32")
    g.output(seednorm.seednorm(x, p, p, p, eps=np.float32(0.5),
                               num_heads=np.int32(4)))
    assert "eps 5.000000e-01 heads 4" in g.to_mlir()


#===----------------------------------------------------------------------===//
# Compiling
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("make", [lambda g: g, lambda g: g.to_mlir(),
                                  lambda g: g.to_mlir().encode()],
                         ids=["graph", "text", "bytes"])
def test_sources(data, make):
    kernel = seednorm.compile(make(build()))
    assert kernel(*data).shape == (4, 128)


def test_entry_chooses_the_function(data):
    text = build().to_mlir("first") + build().to_mlir("second")
    module = text.replace("module {\n", "").replace("\n}\n", "")
    kernel = seednorm.compile(f"module {{ {module} }}", entry="second")
    assert kernel.entry == "second"
    assert kernel(*data).shape == (4, 128)


def test_signature():
    kernel = seednorm.compile(build(dtype="bf16"))
    assert [spec.name for spec in kernel.arguments] == ["x", "gamma"]
    assert kernel.arguments[0].shape == (None, 128)
    assert kernel.arguments[0].dtype == "bf16"
    assert [spec.shape for spec in kernel.results] == [(None, 128)]
    assert "main(x, gamma) for cpu" in repr(kernel)


# Arguments of a text without names are called by number.
def test_default_names(data):
    text = build().to_mlir().replace('{seednorm.name = "x"}', "")
    kernel = seednorm.compile(text)
    assert [spec.name for spec in kernel.arguments] == ["arg0", "gamma"]
    assert kernel(arg0=data[0], gamma=data[1]).shape == (4, 128)


@pytest.mark.parametrize("target, stages", [
    ("cpu", ["row", "scf", "llvm", "asm", "package", "report", "report.json", "programs",
             "programs.json"]),
    ("emulated", ["row", "gpu", "nvvm", "llvm", "ptx", "cubin", "sass", "launches", "package", "report",
                  "report.json", "programs", "programs.json"]),
])
def test_stages(target, stages):
    kernel = seednorm.compile(build(), target=target)
    assert list(kernel.asm) == stages
    assert len(kernel.asm) == len(stages)
    for stage in stages:
        assert stage in kernel.asm
        kind = bytes if stage in ("cubin", "package") else str
        assert isinstance(kernel.asm[stage], kind) and kernel.asm[stage]
        assert kernel.asm[stage] is kernel.asm[stage]
    assert "row.program" in kernel.asm["row"]
    assert "ptx" not in seednorm.compile(build()).asm
    assert kernel.asm.get("nonsense") is None


def test_ptx_is_for_the_architecture():
    kernel = seednorm.compile(build(), target="sm_80")
    assert ".target sm_80" in kernel.asm["ptx"]
    assert kernel.asm["cubin"].startswith(b"\x7fELF")


def test_report():
    kernel = seednorm.compile(build(), target="sm_90a")
    report, = kernel.report
    assert kernel.num_kernels == 1
    assert report["columns"] == 128
    assert report["spill_bytes"] == 0
    assert report["row_bytes_per_element"] == report["minimum_row_bytes_per_element"]


#===----------------------------------------------------------------------===//
# Calling
#===----------------------------------------------------------------------===//


def test_arguments_by_name_and_position(data):
    kernel = seednorm.compile(build())
    expected = kernel(*data)
    assert (kernel(data[0], gamma=data[1]) == expected).all()
    assert (kernel(gamma=data[1], x=data[0]) == expected).all()


@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_out(data, target):
    kernel = seednorm.compile(build(), target=target)
    out = np.full((4, 128), np.nan, np.float32)
    assert kernel(*data, out=out) is out
    assert (out == kernel(*data)).all()


def test_several_results(data):
    g = seednorm.Graph()
    x, gamma = g.input((None, 128), "f32"), g.input((128,), "f32")
    g.output(seednorm.rms_norm(x, gamma), seednorm.rms_norm(x, gamma, gamma_offset=1))
    kernel = seednorm.compile(g)
    results = kernel(*data)
    assert isinstance(results, tuple) and len(results) == 2
    out = tuple(np.empty_like(r) for r in results)
    written = kernel(*data, out=out)
    assert written[0] is out[0] and written[1] is out[1]
    assert (out[0] == results[0]).all() and (out[1] == results[1]).all()


# A residual is added by another loop, which must not use the memory of x.
def test_element_wise_operation_leaves_arguments_alone(data):
    g = seednorm.Graph()
    x, gamma = g.input((None, 128), "f32"), g.input((128,), "f32")
    h = g.add_op("arith.addf", {"lhs": x, "rhs": x}, {})
    g.output(seednorm.rms_norm(h, gamma), h)
    rows = data[0].copy()
    y, h = seednorm.compile(g)(rows, data[1])
    assert (rows == data[0]).all()
    assert (h == 2 * rows).all()
    expected, bound = reference.evaluate("rms_norm", 2 * rows, data[1])
    assert not reference.find_mismatch(y, expected, bound, "f32")


def test_bf16_of_numpy(rng):
    x = cases.make_rows(rng, (4, 128), "bf16")
    gamma = np.ones(128, np.float32)
    y = seednorm.compile(build(dtype="bf16"))(x, gamma)
    assert y.dtype == ml_dtypes.bfloat16
    expected, bound = reference.evaluate("rms_norm", x, gamma, eps=1e-5, dtype="bf16")
    assert not reference.find_mismatch(y, expected, bound, "bf16")


# Only inputs: nothing writes them.
def test_read_only_arguments(data):
    for array in data:
        array.flags.writeable = False
    assert seednorm.compile(build())(*data).flags.writeable


class Foreign:
    """An array of a package that has DLPack and nothing else."""

    def __init__(self, array, versioned):
        self.array = array
        self.versioned = versioned

    def __dlpack_device__(self):
        return (1, 0)

    def __dlpack__(self, *, stream=None, **options):
        if self.versioned:
            return self.array.__dlpack__(stream=stream, **options)
        if options:
            raise TypeError("unexpected keyword argument 'max_version'")
        return self.array.__dlpack__()


@pytest.mark.parametrize("versioned", [True, False])
def test_dlpack(data, versioned):
    kernel = seednorm.compile(build())
    foreign = [Foreign(array, versioned) for array in data]
    # The package has no from_dlpack, so the result is NumPy's.
    assert (np.asarray(kernel(*foreign)) == kernel(*data)).all()


def test_dlpack_of_a_read_only_array(data):
    data[0].flags.writeable = False
    kernel = seednorm.compile(build())
    y = kernel(Foreign(data[0], True), data[1])
    assert (np.asarray(y) == kernel(*data)).all()


# What a kernel returns for another package can be taken by any consumer.
def test_array_exports_dlpack(data):
    from seednorm import arrays
    view = arrays.view(Foreign(data[0], True), "x")
    assert view.__dlpack_device__() == (1, 0)
    assert (np.from_dlpack(view) == data[0]).all()
    del view
    taken = np.from_dlpack(arrays.view(data[0], "x"))
    assert (taken == data[0]).all()


def test_memory_is_kept_and_released(data):
    import gc
    import weakref
    from seednorm import arrays

    class Array(np.ndarray):
        """Can be referred to weakly."""

    array = data[0].copy().view(Array)
    alive = weakref.ref(array)
    view = arrays.view(array, "x")
    taken = np.from_dlpack(view)
    del array, view
    gc.collect()
    assert alive() is not None
    assert (taken == data[0]).all()
    del taken
    gc.collect()
    assert alive() is None


#===----------------------------------------------------------------------===//
# Counting
#===----------------------------------------------------------------------===//


def test_run_counted(data):
    kernel = seednorm.compile(build(), target="emulated")
    y, (launch,) = kernel.run_counted(*data)
    assert (y == kernel(*data)).all()
    regions = {region["name"]: region for region in launch["regions"]}
    assert list(regions) == ["x", "gamma", "result0"]
    # Each row is read once and written once.
    assert regions["x"]["bytes_read"] == data[0].nbytes
    assert regions["result0"]["bytes_written"] == data[0].nbytes
    assert regions["x"]["bytes_written"] == regions["gamma"]["bytes_written"] == 0
    # Parameters at most once a block.
    assert regions["gamma"]["bytes_read"] <= launch["blocks"] * data[1].nbytes * 4
