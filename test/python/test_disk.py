#===- test_disk.py - Kernels that another process compiled -------------------===//
#
# What is taken from disk is what would be compiled, and nothing else is.
#
#===-----------------------------------------------------------------------===//

import os
import re

import ml_dtypes
import numpy as np
import pytest

import seednorm
from kept_kernels import (
    COLUMNS, build, compilations, compile_anew, folder, list_kernels, make_arguments)
from seednorm import _seednorm, disk


def test_the_second_is_not_compiled(folder, rng, compilations):
    given = make_arguments(rng)
    first = compile_anew(build())
    expected = first(*given)
    second = compile_anew(build())
    assert second is not first and compilations == [True, False]
    np.testing.assert_array_equal(second(*given), expected)
    assert len(list_kernels(folder)) == 1
    assert repr(second) == repr(first)
    assert second.num_kernels == first.num_kernels == 1
    assert second.arguments == first.arguments and second.results == first.results
    assert (folder.stat().st_mode & 0o777, list_kernels(folder)[0].stat().st_mode & 0o777) == (
        0o700, 0o600)


def test_what_a_package_lacks_is_compiled_once(rng, compilations):
    first, second = compile_anew(build()), compile_anew(build())
    # The lines that the reports name are those of the graph at hand.
    for stage in ("row", "scf", "llvm", "asm", "report.json"):
        assert second.asm[stage] == first.asm[stage]
    assert second.report == first.report
    assert second.programs[0].columns == COLUMNS and not second.outside
    assert list(second.asm) == list(first.asm)
    assert seednorm.load(second.asm["package"]).entry == "main"
    with pytest.raises(seednorm.UnknownStageError, match="expects a stage among row"):
        second.asm["ptx"]
    x, gamma = make_arguments(rng)
    dx, dgamma = second.backward(x, gamma, x)
    np.testing.assert_array_equal(dx, first.backward(x, gamma, x)[0])
    assert compilations == [True, False, True]


def test_saved_kernels(tmp_path, rng):
    given = make_arguments(rng)
    compile_anew(build())
    kernel = compile_anew(build())
    kernel.save(tmp_path / "kernel.snp")
    np.testing.assert_array_equal(seednorm.load(tmp_path / "kernel.snp")(*given),
                                  kernel(*given))


@pytest.mark.parametrize("change", (
    dict(graph=build(eps=1e-5)), dict(graph=build(dtype="bf16")),
    dict(graph=build(columns=65)), dict(entry="other"), dict(expect_programs=1)),
    ids=("eps", "dtype", "columns", "entry", "expect_programs"))
def test_others_are_compiled(folder, compilations, change):
    compile_anew(build())
    compile_anew(change.pop("graph", None) or build(), **change)
    assert compilations == [True, True] and len(list_kernels(folder)) == 2


def test_lines_of_the_user_do_not_matter(compilations):
    compile_anew(build())

    def build_elsewhere():
        g = seednorm.Graph()
        x = g.input((None, COLUMNS), "f32", name="x")
        gamma = g.input((COLUMNS,), "f32", name="gamma")
        g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
        return g
    here, there = build(), build_elsewhere()
    assert here.to_mlir(locations=True) != there.to_mlir(locations=True)
    kernel = compile_anew(there)
    compile_anew(seednorm.grad(here))
    compile_anew(seednorm.grad(there))
    compile_anew(here.to_mlir())
    assert compilations == [True, False, True, False, False]
    # What is asked for later names the lines of this graph.
    assert re.search(r"test_disk\.py:\d+", kernel.asm["programs.json"]).group() in (
        there.to_mlir(locations=True).replace('.py":', ".py:"))


def test_gradients_differ_in_their_options(compilations):
    graph = build()
    for options in ({}, {"wrt": "x"}, {"wrt": "gamma"}, {"save": "math.rsqrt"},
                    {"wrt": "x", "accumulate": "x"}):
        compile_anew(seednorm.grad(graph, **options))
    compile_anew(seednorm.grad(graph, save="math.rsqrt").forward)
    compile_anew(seednorm.grad(seednorm.grad(graph), wrt="x"))
    assert compilations == [True] * 7


def test_bytecode(tmp_path, rng, compilations):
    text = build().to_mlir().encode()
    for _ in range(2):
        compile_anew(text)
    assert compilations == [True, False]


def test_layouts_and_shared_memory(folder, rng, compilations):
    wide = rng.standard_normal((5, 3 * COLUMNS), np.float32)
    gamma = rng.standard_normal(COLUMNS, np.float32)
    shifted = np.empty(COLUMNS * 5 + 1, np.float32)[1:].reshape(5, COLUMNS)
    expected = None
    for _ in range(2):
        kernel = compile_anew(build())
        x = wide[:, COLUMNS:2 * COLUMNS]
        strided = kernel(x, gamma)
        own = x.copy()
        kernel(own, gamma, out=own)
        shifted[:] = x
        results = (strided, own, kernel(shifted, gamma))
        for result in results:
            np.testing.assert_array_equal(result, kernel(x.copy(), gamma))
        expected = expected or results
        for result, before in zip(results, expected):
            np.testing.assert_array_equal(result, before)
    assert compilations == [True] * 3 + [False] * 3 and len(list_kernels(folder)) == 3


@pytest.mark.parametrize("dtype", (np.float32, np.float64, ml_dtypes.bfloat16, np.float16))
def test_every_norm_comes_back(rng, dtype, compilations):
    """Code with calls of functions, constants, temporaries and several loops."""
    name = {"float32": "f32", "float64": "f64", "bfloat16": "bf16",
            "float16": "f16"}[np.dtype(dtype).name]
    g = seednorm.Graph()
    x = g.input((None, COLUMNS), name, name="x")
    p, q, r = (g.input((COLUMNS,), name, name=one) for one in "pqr")
    y = seednorm.seednorm(x, p, q, r, eps=1e-6)
    g.output(y, seednorm.layer_norm(x, p, eps=1e-5), seednorm.softmax(y))
    given = [rng.standard_normal(shape).astype(dtype) for shape in ((7, COLUMNS),) + ((COLUMNS,),) * 3]
    first, second = compile_anew(g), compile_anew(g)
    assert first.num_kernels == second.num_kernels > 0
    for one, other in zip(first(*given), second(*given)):
        np.testing.assert_array_equal(one, other)
    gradients = [compile_anew(seednorm.grad(g)) for _ in range(2)]
    dy = [rng.standard_normal((7, COLUMNS)).astype(dtype) for _ in range(3)]
    for one, other in zip(*(kernel(*given, *dy) for kernel in gradients)):
        np.testing.assert_array_equal(one, other)
    assert compilations == [True, False] * 2


def test_errors_of_calls_are_the_same(rng):
    x, gamma = make_arguments(rng)
    kernels = compile_anew(build()), compile_anew(build())
    for arguments in ((x, gamma[:-1]), (x[0], gamma), (x.astype("f8"), gamma), (x,),
                      (x.T, gamma), (x, gamma, gamma)):
        messages = []
        for kernel in kernels:
            with pytest.raises(seednorm.UsageError) as caught:
                kernel(*arguments)
            messages.append(caught.value.message)
        assert messages[0] == messages[1]
    rows = np.zeros((6, COLUMNS), np.float32)
    with pytest.raises(seednorm.UsageError, match="overlap"):
        kernels[1](rows[:5], gamma, out=rows[1:])
    with pytest.raises(seednorm.UsageError, match="emulated"):
        kernels[1].run_counted(x, gamma)


#===-----------------------------------------------------------------------===//
# Options
#===-----------------------------------------------------------------------===//

def test_no_folder(folder, monkeypatch, compilations):
    monkeypatch.setenv(disk.VARIABLE, "")
    assert disk.find_folder() is None
    for _ in range(2):
        compile_anew(build())
    assert compilations == [True, True] and not folder.exists()


def test_default_folders(tmp_path, monkeypatch):
    monkeypatch.delenv(disk.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert disk.find_folder() == tmp_path / "seednorm"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert disk.find_folder() == tmp_path / "home" / ".cache" / "seednorm"
    monkeypatch.setenv("HOME", "relative")
    assert disk.find_folder() is None


def test_size_bound(folder, monkeypatch):
    compile_anew(build(eps=1.0))
    size = list_kernels(folder)[0].stat().st_size
    count = (1 << 20) // size
    # Older ones of the same size, the first just used.
    for number in range(count + 5):
        path = folder / f"{number:064x}.snp"
        path.write_bytes(bytes(size))
        os.utime(path, (1000 + number, 1000 + number))
    os.utime(folder / f"{0:064x}.snp")
    old, young = folder / "old.tmp", folder / "young.tmp"
    for temporary in (old, young):
        temporary.write_bytes(b"")
    os.utime(old, (0, 0))
    (folder / "something else").write_bytes(bytes(1 << 21))
    monkeypatch.setenv(disk.SIZE_VARIABLE, "1")
    compile_anew(build(eps=2.0))
    kept = list_kernels(folder)
    assert sum(path.stat().st_size for path in kept) <= 1 << 20
    assert count - 2 <= len(kept) <= count
    assert folder / f"{0:064x}.snp" in kept and folder / f"{1:064x}.snp" not in kept
    assert folder / f"{count + 4:064x}.snp" in kept
    assert young.exists() and not old.exists() and (folder / "something else").exists()


def test_size_zero_keeps_the_last(folder, monkeypatch):
    monkeypatch.setenv(disk.SIZE_VARIABLE, "0")
    for eps in (1.0, 2.0):
        compile_anew(build(eps))
    assert len(list_kernels(folder)) == 1


@pytest.mark.parametrize("text", ("-1", "many", "1.5", ""))
def test_no_size(text, monkeypatch):
    monkeypatch.setenv(disk.SIZE_VARIABLE, text)
    with pytest.raises(seednorm.UsageError, match=f"SEEDNORM_CACHE_SIZE to be a number of MiB, "
                       f"but got '{re.escape(text)}'"):
        compile_anew(build())


def test_another_build_compiles(monkeypatch, compilations):
    compile_anew(build())
    monkeypatch.setattr(disk, "_get_cpu_fingerprint", lambda target: "another")
    compile_anew(build())
    monkeypatch.setattr(disk, "_get_cpu_fingerprint", lambda target: "")
    for _ in range(2):
        compile_anew(build())  # What cannot be told apart is not kept.
    assert compilations == [True] * 4


def test_fingerprint():
    cpu, gpu = map(_seednorm.get_fingerprint, ("cpu", "sm_90a"))
    for text in (cpu, gpu):
        lines = dict(line.split(": ", 1) for line in text.splitlines())
        assert lines["seednorm"].startswith(seednorm.__version__ + " ")
        ids = {lines[name].split()[-1] for name in ("seednorm", "llvm", "mlir")}
        assert len(ids) == 3 and all(re.fullmatch("[0-9a-f]{16,}", one) for one in ids)
    assert "\ngpu: sm_90a\nptxas: " in gpu and "\ncpu: " in cpu
    assert gpu != _seednorm.get_fingerprint("sm_90")
    with pytest.raises(seednorm.UsageError, match="expects a target among"):
        _seednorm.get_fingerprint("tpu")


#===-----------------------------------------------------------------------===//
# GPUs
#===-----------------------------------------------------------------------===//

def test_emulated_kernels_are_not_kept(folder):
    compile_anew(build(), "emulated")
    assert not folder.exists()


def test_kernels_of_a_gpu_are_kept_once_they_ran(folder, rng, compilations):
    first = compile_anew(build(), "sm_90a")
    assert not list_kernels(folder) and len(first._to_keep) == 1
    disk.keep(first._to_keep[0])  # As a call does that succeeds.
    second = compile_anew(build(), "sm_90a")
    assert compilations == [True, False] and not second._to_keep
    assert second.num_kernels == first.num_kernels and second.arguments == first.arguments
    assert second.asm["ptx"] == first.asm["ptx"] and second.asm["cubin"] == first.asm["cubin"]
    assert not compile_anew(build())._to_keep
    compile_anew(build(), "sm_90a", schedule={"vector": 1})
    compile_anew(build(), "sm_90a", approximate="tanh")
    compile_anew(build(), "sm_90")
    assert compilations == [True, False, True, True, True, True]


@pytest.mark.parametrize("width", (COLUMNS, 2 * COLUMNS), ids=("dense", "strided"))
def test_kernels_that_tensors_are_given_to_are_kept(monkeypatch, width):
    """As those of a GPU are: here by what stands for one that was not kept yet."""
    torch = pytest.importorskip("torch")
    from seednorm.torch import functional, launch
    kept = []
    monkeypatch.setattr(disk, "keep", kept.append)
    entries = []
    run = launch._launch

    def noted(entry, tensors, results, count):
        entry.kernel._to_keep.append("a kernel")
        entries.append(entry)
        run(entry, tensors, results, count)
    monkeypatch.setattr(launch, "_launch", noted)
    functional.rms_norm(torch.randn(5, width)[:, :COLUMNS], torch.ones(COLUMNS), eps=1.0 / width)
    assert kept.count("a kernel") == len(entries) > 0
