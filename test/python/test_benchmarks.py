#===- test_benchmarks.py - Packages of kernels, and their runner without a GPU -===//
#
# A package is made, checked in a dry run on the emulator, and broken in every way
# that the reader has an error for; the launcher is given a driver that records.
#
#===-----------------------------------------------------------------------===//

import ctypes
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ["seednorm backward 400x64 bf16", "rms_norm forward 7x1024 f32",
         "layer_norm backward 3x128 f32"]
OTHER = CASES[1] + " with vector = 2, keep = shared"


def run(script, *options, **environment):
    return subprocess.run([sys.executable, str(script), *map(str, options)], text=True,
                          capture_output=True, env={**os.environ, **environment})


@pytest.fixture(autouse=True)
def modules(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmarks") / "package"
    done = run(ROOT / "benchmarks" / "package.py", folder, "--chip", "sm_90a",
               *(option for case in CASES for option in ("--case", case)))
    assert done.returncode == 0, done.stderr
    assert "3 kernels for 3 cases" in done.stdout
    return folder


@pytest.fixture
def package(packaged, tmp_path):
    """A copy that a test may break."""
    return pathlib.Path(shutil.copytree(packaged, tmp_path / "copy"))


def dry(folder, *options, **environment):
    environment.setdefault("SEEDNORM_BUILD_DIR", os.environ.get(
        "SEEDNORM_BUILD_DIR", str(ROOT / "build")))
    return run(folder / "gpu.py", "--dry", *options, **environment)


#===-----------------------------------------------------------------------===//
# Dry runs
#===-----------------------------------------------------------------------===//


def test_dry_run(package, tmp_path):
    """Every launch of the manifest, with its grid, arguments and temporaries."""
    table = tmp_path / "table.md"
    done = dry(package, "--out", table)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in table.read_text().splitlines() if "x" in line and "| " in line]
    own = [line for line in lines if "| seednorm |" in line]
    assert len(own) == 3
    assert all("right: " in line and "not measured" in line for line in own)
    assert "SeeDNorm backward 400x64 bf16" in own[0]


def test_variants(tmp_path):
    """Kernels of one case with other schedules are checked too; one that the compiler
    refuses is left out."""
    out, refused = tmp_path / "package", CASES[1] + " with vector = 3"
    done = run(ROOT / "benchmarks" / "package.py", out, "--chip", "sm_90a",
               *(option for case in (CASES[1], OTHER, refused)
                 for option in ("--case", case)))
    assert done.returncode == 0, done.stderr
    assert "2 kernels for 1 cases" in done.stdout
    assert "rms_norm 1024 f32 with vector = 3 sm_90a: left out: " in done.stdout
    done = dry(out)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("seednorm", "seednorm, vector = 2, keep = shared"):
        assert f"| RMSNorm forward 7x1024 f32 | {name} | right: " in done.stdout


def test_dry_run_needs_no_seednorm(package):
    """Where there is no emulator either, it says that nothing was checked."""
    done = dry(package, SEEDNORM_BUILD_DIR="/nonexistent", PATH="", PYTHONPATH="")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("| not checked | not measured |") >= 3


def test_dry_run_finds_wrong_kernels(package):
    """Code that multiplies by one number where it should by another."""
    path, = (package / "kernels").glob("rms_norm-*.ll")
    text = path.read_text()
    # 1/1024, as LLVM prints a float.
    assert "0x3F50000000000000" in text
    path.write_text(text.replace("0x3F50000000000000", "0x3F60000000000000"))
    rehash(package)
    done = dry(package, "--only", "RMSNorm")
    assert done.returncode == 1
    assert "| WRONG: " in done.stdout


def test_a_tar(packaged, tmp_path):
    out = tmp_path / "package.tar"
    done = run(ROOT / "benchmarks" / "package.py", out, "--chip", "sm_80", "--case",
               CASES[1], "--without-ir")
    assert done.returncode == 0, done.stderr
    with tarfile.open(out) as archive:
        archive.extractall(tmp_path, filter="data")
    done = dry(tmp_path / "package")
    assert done.returncode == 2
    assert "expects LLVM IR of rms_norm-forward-1024-f32-sm_80 for a dry run" in done.stderr


#===-----------------------------------------------------------------------===//
# Broken packages
#===-----------------------------------------------------------------------===//


def edit(package, change):
    path = package / "manifest.json"
    contents = json.loads(path.read_text())
    change(contents)
    path.write_text(json.dumps(contents))


def rehash(package):
    import manifest
    edit(package, lambda contents: contents.update(files={
        name: manifest.hash_file(package / name) for name in contents["files"]}))


def corrupt(package):
    path = next((package / "kernels").glob("*.cubin"))
    path.write_bytes(path.read_bytes()[:-1] + b"\0\1")


FAULTS = {
    "corrupted": (corrupt, "to have the SHA-256"),
    "checksum": (lambda p: edit(p, lambda c: c["files"].update({"gpu.py": "0" * 64})),
                 "expects gpu.py to have the SHA-256 0000000000000000..., but it has"),
    "new": (lambda p: edit(p, lambda c: c.update(version=99)),
            "expects a manifest of version 2 at most, but got 99"),
    "no version": (lambda p: edit(p, lambda c: c.pop("version")), "to have a version"),
    "missing": (lambda p: next((p / "kernels").glob("*.cubin")).unlink(),
                "but it is missing"),
    "no manifest": (lambda p: (p / "manifest.json").unlink(),
                    "expects a package with manifest.json"),
    "no JSON": (lambda p: (p / "manifest.json").write_text("{"), "to be JSON"),
    "size": (lambda p: edit(p, lambda c: c["kernels"][0]["plan"]["sizes"].insert(
        0, {"op": "sqrt"})), "sizes of known operations, but got 'sqrt'"),
    "arguments": (lambda p: edit(p, lambda c: c["kernels"][0]["arguments"].pop()),
                  "but the manifest has"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_broken_package(package, fault):
    plant, message = FAULTS[fault]
    plant(package)
    done = dry(package)
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stderr
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_unknown_cases(package, tmp_path):
    assert "'SeeDNorm backward 400x64 bf16'" in dry(package, "--only", "nothing").stderr
    done = run(ROOT / "benchmarks" / "package.py", tmp_path / "x", "--case", "softmax 3")
    assert "expects a case such as" in done.stderr
    done = run(ROOT / "benchmarks" / "package.py", tmp_path / "x", "--case",
               CASES[1] + " with vector")
    assert "keep = shared', of seednorm" in done.stderr
    done = run(ROOT / "benchmarks" / "package.py", package)
    assert "expects a path that is not there yet" in done.stderr


def test_cards():
    import manifest
    kernels = {"kernels": [{"chip": "sm_80"}, {"chip": "sm_90"}, {"chip": "sm_90a"}]}
    assert manifest.choose_chip(kernels, "sm_90") == "sm_90a"
    assert manifest.choose_chip(kernels, "sm_80") == "sm_80"
    with pytest.raises(manifest.PackageError, match="expects a card of sm_80, sm_90, "
                       "sm_90a, which the package holds code for, but this one is sm_89"):
        manifest.choose_chip(kernels, "sm_89")


def test_sizes():
    import manifest
    sizes = [{"op": "dim", "buffer": 0, "dim": 0}, {"op": "constant", "value": 4},
             {"op": "ceildiv", "lhs": 0, "rhs": 1}, {"op": "div", "lhs": 0, "rhs": 1},
             {"op": "mul", "lhs": 2, "rhs": 1}, {"op": "add", "lhs": 4, "rhs": 3},
             {"op": "min", "lhs": 0, "rhs": 1}, {"op": "max", "lhs": 0, "rhs": 1},
             {"op": "stride", "buffer": 0, "dim": 0}]
    assert manifest.evaluate_sizes(sizes, [(10, 7, 3)]) == [10, 4, 3, 2, 12, 14, 4, 10, 21]


#===-----------------------------------------------------------------------===//
# The launcher
#===-----------------------------------------------------------------------===//


class RecordingDriver:
    """libcuda of a card of compute capability 9.0, which notes what is launched."""

    def __init__(self, fails=None):
        self.fails, self.attributes, self.launches = fails, [], []

    def __getattr__(self, name):
        def call(*arguments):
            if name == self.fails:
                return 209
            if name == "cuDeviceGetAttribute":
                arguments[0]._obj.value = {75: 9, 76: 0}[arguments[1].value]
            if name == "cuGetErrorName":
                arguments[1]._obj.value = b"CUDA_ERROR_NO_BINARY_FOR_GPU"
            if name == "cuModuleGetFunction":
                arguments[0]._obj.value = 1
            if name == "cuFuncSetAttribute":
                self.attributes.append(tuple(a.value for a in arguments[1:]))
            if name == "cuLaunchKernelEx":
                self._note(arguments[0]._obj, arguments[2])
            return 0
        return call

    def _note(self, config, addresses):
        self.launches.append({
            "grid": list(config.grid), "block": list(config.block),
            "shared": config.shared_bytes, "stream": config.stream,
            "attributes": [(config.attributes[i].id, list(config.attributes[i].value)[:3])
                           for i in range(config.num_attributes)],
            "values": [ctypes.cast(address, ctypes.POINTER(ctypes.c_uint64))[0]
                       for address in addresses]})


def launch(library, **changes):
    import launcher
    import manifest
    module = launcher.Module(launcher.Driver(library), b"\x7fELF", "a.cubin")
    own = manifest.Launch("k", (1, 0), (5, -1), 12, 256, 0, 1, False)._replace(**changes)
    module.launch(module.prepare(manifest.Call((own,), (), ()), [0x1000, 0x2000]), 77)


def test_launch():
    """Buffers by their numbers, then numbers, all of 64 bits."""
    library = RecordingDriver()
    launch(library)
    assert library.launches == [{
        "grid": [12, 1, 1], "block": [256, 1, 1], "shared": 0, "stream": 77,
        "attributes": [], "values": [0x2000, 0x1000, 5, 2**64 - 1]}]
    assert library.attributes == []


def test_launch_of_a_cluster():
    library = RecordingDriver()
    launch(library, dynamic_shared_bytes=100_000, cluster=16, dependent=True)
    (noted,) = library.launches
    assert noted["shared"] == 100_000
    assert noted["attributes"] == [(4, [16, 1, 1]), (6, [1, 0, 0])]
    # More shared memory, and more blocks of a cluster, than by default.
    assert library.attributes == [(8, 100_000), (14, 1)]


def test_no_rows_launch_nothing():
    library = RecordingDriver()
    launch(library, blocks=0)
    assert library.launches == []


def test_layout_of_the_driver_s_structures():
    """As cuda.h has them on 64-bit machines."""
    import launcher
    assert ctypes.sizeof(launcher.LaunchAttribute) == 72
    assert launcher.LaunchAttribute.value.offset == 8
    assert ctypes.sizeof(launcher.LaunchConfig) == 56
    assert launcher.LaunchConfig.stream.offset == 32


def test_driver_errors_name_the_call():
    import launcher
    import manifest
    with pytest.raises(manifest.PackageError, match="cuModuleLoadData failed with "
                       "CUDA_ERROR_NO_BINARY_FOR_GPU: a.cubin"):
        launch(RecordingDriver(fails="cuModuleLoadData"))
    assert launcher.Driver(RecordingDriver()).get_chip() == "sm_90"


#===-----------------------------------------------------------------------===//
# Peers
#===-----------------------------------------------------------------------===//


@pytest.mark.parametrize("norm", ["seednorm", "rms_norm", "layer_norm"])
def test_peers_compute_the_same(norm, rng):
    """PyTorch's spellings, on the CPU; a faster one of another norm is no peer."""
    torch = pytest.importorskip("torch")
    import norms
    import peers
    for direction in ("forward", "backward"):
        arguments = norms.make_arguments(rng, norm, 96, 5, direction == "backward")
        exact = norms.get_exact(norm, direction == "backward", "f32", arguments)
        tensors = [torch.from_numpy(value) for value in arguments.values()]
        found = peers.find(norm, direction)
        assert "torch eager" in found and "torch.compile" in found
        for name in set(found) & {"torch eager", "aten"}:
            results = found[name](tensors)()
            results = results if isinstance(results, tuple) else (results,)
            for result, (_, value, _) in zip(results, exact, strict=True):
                # Sums of 96 columns or 5 rows, a few after each other, in f32.
                assert np.abs(result.numpy() - value).max() <= 8 * 96 * 2**-24 * np.abs(value).max()


def test_what_the_compiler_refuses_is_left_out(monkeypatch, capsys, tmp_path):
    import package as packager
    import seednorm

    def refuse(case, *rest):
        if case.columns == 100:
            raise seednorm.UsageError("graph:1:1: error: has too many columns")
        return {"name": f"{case.norm} {case.columns}"}
    monkeypatch.setattr(packager, "compile_kernel", refuse)
    cases = [packager.parse_case(f"rms_norm forward 4x{columns} f32")
             for columns in (64, 100)]
    kernels, kept = packager.compile_all(cases, ["sm_90a"], tmp_path, True)
    assert [kernel["name"] for kernel in kernels] == ["rms_norm 64"]
    assert [case["columns"] for case in kept] == [64]
    assert ("rms_norm 100 f32 sm_90a: left out: has too many columns"
            in capsys.readouterr().out)
