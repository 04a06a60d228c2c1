#===- test_packages.py - Kernels that leave the compiler --------------------===//
#
# What is loaded gives the same bits, checks with the same words, and needs neither
# the compiler nor a driver; a GPU's launches are seen by a stand-in for the driver.
#
#===-----------------------------------------------------------------------===//

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

import numpy as np
import pytest
import seednorm

BUILD = pathlib.Path(seednorm.__file__).parents[2]
LIBRARY = BUILD / "lib/libseednorm-runtime.so"
FAKE_CUDA = BUILD / "test/Unit/Runtime/libSeednormFakeCuda.so"
DOCS = pathlib.Path(__file__).parents[2] / "docs/Packages.md"


def build_rms(columns=64, dtype="f32"):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    gamma = g.input((columns,), "f32", name="gamma")
    g.output(seednorm.rms_norm(x, gamma))
    return g


def build_residual(columns=96):
    """Two arguments on the same rows, and two results."""
    g = seednorm.Graph()
    x, residual = (g.input((None, columns), "f32", name=name)
                   for name in ("x", "residual"))
    gamma, beta = (g.input((columns,), "f32", name=name) for name in ("gamma", "beta"))
    h = x + residual
    g.output(seednorm.layer_norm(h, gamma, beta))
    g.output(h)
    return g


def make_arguments(kernel, rows, seed=0):
    random = np.random.default_rng(seed)
    return [random.standard_normal([rows if size is None else size for size in spec.shape])
            .astype("f4") for spec in kernel.arguments]


def reload(kernel, tmp_path):
    path = tmp_path / "kernel.snp"
    kernel.save(path)
    return seednorm.load(path)


@pytest.mark.parametrize("graph", [
    build_rms(), build_rms(4096), build_residual(),
    seednorm.grad(build_rms()), seednorm.grad(build_residual())],
    ids=["rms", "long", "residual", "rms-backward", "residual-backward"])
@pytest.mark.parametrize("rows", [0, 1, 37])
def test_the_same_bits(graph, rows, tmp_path):
    kernel = seednorm.compile(graph)
    loaded = reload(kernel, tmp_path)
    assert loaded.arguments == kernel.arguments and loaded.results == kernel.results
    arguments = make_arguments(kernel, rows)
    ours, theirs = kernel(*arguments), loaded(*arguments)
    ours, theirs = (r if isinstance(r, tuple) else (r,) for r in (ours, theirs))
    for own, other in zip(ours, theirs, strict=True):
        assert own.tobytes() == other.tobytes()


def test_is_called_by_name_and_writes_where_it_is_told(tmp_path):
    loaded = reload(seednorm.compile(build_rms()), tmp_path)
    x, gamma = make_arguments(loaded, 5)
    out = np.empty_like(x)
    assert loaded(gamma=gamma, x=x, out=out) is out
    assert out.tobytes() == loaded(x, gamma).tobytes()


def test_several_kernels_in_one_package(tmp_path):
    text = """
    func.func @{0}(%x: tensor<?x32xf32>) -> tensor<?x32xf32> {{
      %y = arith.{1} %x, %x : tensor<?x32xf32>
      return %y : tensor<?x32xf32>
    }}"""
    kernels = [seednorm.compile(text.format(entry, op), entry=entry)
               for entry, op in (("double", "addf"), ("square", "mulf"))]
    seednorm.save(tmp_path / "two.snp", *kernels)
    x = np.full((2, 32), 3, "f4")
    assert seednorm.load(tmp_path / "two.snp", "double")(x)[0, 0] == 6
    assert seednorm.load(tmp_path / "two.snp", "square")(x)[0, 0] == 9
    with pytest.raises(seednorm.UsageError, match="an entry among double, square, but got none"):
        seednorm.load(tmp_path / "two.snp")
    with pytest.raises(seednorm.UsageError, match="double, square, but got 'cube'"):
        seednorm.load(tmp_path / "two.snp", "cube")
    with pytest.raises(seednorm.ExecutionError, match="two of 'double' for"):
        seednorm.save(tmp_path / "two.snp", kernels[0], kernels[0])


WRONG_CALLS = {
    "dtype": lambda x, r, g, b: (x.astype("f8"), r, g, b),
    "columns": lambda x, r, g, b: (x[:, :-1].copy(), r, g, b),
    "rows": lambda x, r, g, b: (x, r[:-1], g, b),
    "count": lambda x, r, g, b: (x, r, g),
    "kind": lambda x, r, g, b: (x, r, g, "beta"),
}


@pytest.mark.parametrize("name", WRONG_CALLS)
def test_checks_with_the_words_of_the_compiler(name, tmp_path):
    kernel = seednorm.compile(build_residual())
    arguments = WRONG_CALLS[name](*make_arguments(kernel, 6))
    messages = []
    for own in (kernel, reload(kernel, tmp_path)):
        with pytest.raises(seednorm.UsageError) as caught:
            own(*arguments)
        messages.append(caught.value.message)
    assert messages[0] == messages[1]


def test_refuses_a_layout_it_was_not_compiled_for(tmp_path):
    loaded = reload(seednorm.compile(build_rms()), tmp_path)
    with pytest.raises(seednorm.UsageError, match="'x' to be dense and row-major, but got "
                       "strides \\(128, 1\\)"):
        loaded(np.ones((4, 128), "f4")[:, :64], np.ones(64, "f4"))


def test_damaged_packages(tmp_path):
    path = tmp_path / "kernel.snp"
    seednorm.compile(build_rms()).save(path)
    data = path.read_bytes()
    assert seednorm.load(data).entry == "main"
    for damaged, message in (
            (data[:-1], f"a package of {len(data)} bytes, as it says, but it has"),
            (data[:100] + bytes([data[100] ^ 1]) + data[101:], "they were changed"),
            (data[:8] + b"\x07" + data[9:], "version 1 to 2, but got version 7"),
            (b"nothing", "which starts with the bytes 89 53")):
        path.write_bytes(damaged)
        with pytest.raises(seednorm.UsageError, match=message) as caught:
            seednorm.load(path)
        assert caught.value.message.startswith(f"'{path}': expects ")
    with pytest.raises(FileNotFoundError):
        seednorm.load(tmp_path / "missing.snp")
    with pytest.raises(seednorm.UsageError, match="a path or bytes, but got float"):
        seednorm.load(1.5)
    with pytest.raises(seednorm.UsageError, match="'cpu' or 'cuda', but got 'sm_90'"):
        seednorm.load(data, target="sm_90")


def test_a_file_is_whole_or_not_there(tmp_path):
    kernel = seednorm.compile(build_rms())
    with pytest.raises(FileNotFoundError):
        kernel.save(tmp_path / "missing" / "kernel.snp")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        kernel.save(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(seednorm.UsageError, match="at least one kernel"):
        seednorm.save(tmp_path / "none.snp")
    with pytest.raises(seednorm.UsageError, match="expects kernels, but got str"):
        seednorm.save(tmp_path / "none.snp", "kernel")


def test_paths_of_packages(tmp_path):
    """Bytes, links, which stay, and what must not be replaced."""
    kernel = seednorm.compile(build_rms())
    kernel.save(os.fsencode(tmp_path / "bytes.snp"))
    (tmp_path / "link.snp").symlink_to(tmp_path / "target.snp")
    kernel.save(tmp_path / "link.snp")
    assert (tmp_path / "link.snp").is_symlink()
    assert (tmp_path / "target.snp").read_bytes() == (tmp_path / "bytes.snp").read_bytes()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(seednorm.UsageError, match="path of a file, but got that of something else"):
        kernel.save(tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo() and len(list(tmp_path.iterdir())) == 4


def test_threads_save_to_one_path(tmp_path, monkeypatch):
    kernel = seednorm.compile(build_rms())
    written, replace = threading.Barrier(2), os.replace

    def replace_when_both_are_written(*paths):
        written.wait(timeout=60)
        replace(*paths)
    monkeypatch.setattr(os, "replace", replace_when_both_are_written)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(kernel.save, tmp_path / "kernel.snp") for _ in range(2)]:
            done.result()
    assert [path.name for path in tmp_path.iterdir()] == ["kernel.snp"]


def test_interrupted_save(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt
    kernel = seednorm.compile(build_rms())
    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        kernel.save(tmp_path / "kernel.snp")
    assert not list(tmp_path.iterdir())


#===-----------------------------------------------------------------------===//
# GPUs
#===-----------------------------------------------------------------------===//


def test_a_gpu_package_has_the_compiler_s_plan(tmp_path):
    kernels = [seednorm.compile(seednorm.grad(build_rms(4096)), chip)
               for chip in ("sm_80", "sm_90a")]
    seednorm.save(tmp_path / "gpu.snp", seednorm.compile(seednorm.grad(build_rms(4096))), *kernels)
    manifest = seednorm.load(tmp_path / "gpu.snp").manifest
    for kernel, packaged in zip(kernels, manifest["kernels"][1:], strict=True):
        gpu, plan = packaged["gpu"], json.loads(kernel.asm["launches"])
        assert gpu["chip"] == kernel.target
        assert gpu["launches"] == plan["launches"]
        assert [t["bytes"] for t in gpu["temporaries"]] == plan["temporaries"]
        assert len(gpu["sizes"]) == len(plan["sizes"])
        assert gpu["cubin"] == len(kernel.asm["cubin"])
        assert (gpu["ptx"] == 0) == kernel.target.endswith("a")


# Through the library alone, with ctypes: the process has no compiler.
CALL = """
import ctypes, sys
library, package, device = sys.argv[1:4]
rt = ctypes.CDLL(library)
rt.seednormRuntimeGetError.restype = ctypes.c_char_p

class Tensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("type", ctypes.c_int), ("rank", ctypes.c_int64),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.c_void_p)]

def check(status):
    if status:
        sys.exit(f"{status}: {rt.seednormRuntimeGetError().decode()}")

def tensor(address, *shape):
    return Tensor(address, 1, len(shape), (ctypes.c_int64 * len(shape))(*shape), None)

handle, entry = ctypes.c_void_p(), ctypes.c_void_p()
check(rt.seednormPackageLoadFile(package.encode(), ctypes.byref(handle)))
check(rt.seednormEntryLoad(handle, None, int(device), ctypes.byref(entry)))
rt.seednormPackageDestroy(handle)
x, gamma, y = (ctypes.create_string_buffer(4 * count + 64) for count in (37 * 64, 64, 37 * 64))
address = lambda memory: -(-ctypes.addressof(memory) // 64) * 64
given = (Tensor * 2)(tensor(address(x), 37, 64), tensor(address(gamma), 64))
made = (Tensor * 1)(tensor(address(y), 37, 64))
check(rt.seednormEntryRun(entry, given, ctypes.c_int64(2), made, ctypes.c_int64(1),
                          ctypes.c_void_p(77)))
maps = open("/proc/self/maps").read()
print(hex(address(x)), [name for name in ("libLLVM", "libMLIR") if name in maps])
"""


def call_without_compiler(package, device, **environment):
    done = subprocess.run(
        [sys.executable, "-c", CALL, str(LIBRARY), str(package), str(device)],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.split(maxsplit=1) if done.returncode == 0 else done.stderr.strip()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "rms.snp"
    seednorm.save(path, *(seednorm.compile(build_rms(), target)
                          for target in ("cpu", "sm_80", "sm_90a")))
    return path


def test_the_library_stands_alone(package):
    _, loaded = call_without_compiler(package, 0)
    assert loaded.strip() == "[]"


@pytest.fixture
def driver(tmp_path):
    (tmp_path / "libcuda.so.1").symlink_to(FAKE_CUDA)
    return {"LD_LIBRARY_PATH": str(tmp_path), "FAKE_CUDA_LOG": str(tmp_path / "log")}


@pytest.mark.parametrize("chip, kind", [("90", "cubin"), ("80", "cubin"), ("89", "cubin"),
                                        ("120", "PTX")])
def test_launches_what_the_compiler_says(package, driver, chip, kind):
    address, _ = call_without_compiler(package, 1, FAKE_CUDA_CHIP=chip, **driver)
    (line,) = pathlib.Path(driver["FAKE_CUDA_LOG"]).read_text().splitlines()
    target = "sm_90a" if chip == "90" else "sm_80"
    plan = json.loads(seednorm.compile(build_rms(), target).asm["launches"])
    sizes = plan["sizes"]
    (step,) = plan["launches"]
    rows = [size["value"] for size in sizes if size["op"] == "constant"][0]
    assert line == (f"{kind} {step['kernel']} blocks {-(-37 // rows)} threads "
                    f"{sizes[step['threads']]['value']} shared "
                    f"{step['dynamic_shared_bytes']} stream 77 first {address[2:]}")


def test_a_device_without_code(package, driver):
    assert call_without_compiler(package, 1, FAKE_CUDA_CHIP="75", **driver) == (
        "2: expects a package with code for sm_75, but this one has code for "
        f"{seednorm.load(package).target}, sm_80, sm_90a")


def test_a_machine_without_a_driver(package, tmp_path):
    message = call_without_compiler(package, 1, FAKE_CUDA_EMPTY="1")
    if "cuInit" not in message:  # With a driver, it is asked for what it has not.
        assert message.startswith("2: expects an NVIDIA driver on this machine")


def test_the_page_s_example(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.S)
    names = {}
    exec(compile(code, str(DOCS), "exec"), names)
    np.testing.assert_allclose(names["y"], 1, rtol=1e-5)


def test_the_page_s_c_is_in_the_example():
    (code,) = re.findall(r"```c\n(.*?)```", DOCS.read_text(), re.S)
    example = (DOCS.parents[1] / "examples/run-package/run-package.c").read_text()
    lines = [line.strip() for line in example.splitlines()]
    first = lines.index("SeednormPackage *package;")
    count = len(code.splitlines())
    assert [line.strip() for line in code.splitlines()] == lines[first:first + count]


def test_the_example_with_tensors(tmp_path):
    """The run-time library by ctypes, on PyTorch's memory, in a process of its own."""
    pytest.importorskip("torch")
    examples = DOCS.parents[1] / "examples" / "run-package"
    package = tmp_path / "rms-norm.snp"
    subprocess.run([BUILD / "bin/seednorm-compile", examples / "rms-norm.mlir",
                    "--emit=package", "-o", package], check=True)
    command = [sys.executable, examples / "run_package.py", LIBRARY, package]
    done = subprocess.run(command, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "another type: expects 'x' to have elements of type f32, but got f16" in done.stdout
    # Gamma of ones for gamma of 1 to 2, as if the kernel had left it out.
    package.write_bytes(save_without_gamma(tmp_path))
    done = subprocess.run(command, text=True, capture_output=True)
    assert done.returncode == 1
    assert done.stderr == "error: the result is wrong\n"


def save_without_gamma(folder):
    g = seednorm.Graph()
    x, gamma = g.input((None, 512), "f32", name="x"), g.input((512,), "f32", name="gamma")
    g.output(seednorm.rms_norm(x, gamma * 0.0 + 1.0, eps=1e-6))
    seednorm.compile(g).save(folder / "other.snp")
    return (folder / "other.snp").read_bytes()
