#===- test_cpu_targets.py - Code for named processors -----------------------===//
#
# What of it runs here is right, what does not says why, and none of it is mistaken
# for this machine's.
#
#===-----------------------------------------------------------------------===//

import platform
import warnings

import numpy as np
import pytest

import seednorm
from seednorm import _seednorm, cache

IS_X86 = platform.machine() == "x86_64"
#: Runs on every processor of this architecture, and on none.
BASE = "cpu:x86-64" if IS_X86 else "cpu:aarch64"
OTHER = "cpu:neoverse-n1" if IS_X86 else "cpu:znver4"


def build(columns=96):
    g = seednorm.Graph()
    x, gamma = g.input((None, columns), "f32", name="x"), g.input((columns,), "f32", name="gamma")
    g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
    return g


@pytest.fixture
def arguments():
    rng = np.random.default_rng(0)
    return rng.standard_normal((7, 96), "f4"), rng.standard_normal(96, "f4")


def test_runs_where_its_features_are(arguments):
    x, gamma = arguments
    exact = x.astype("f8") / np.sqrt(np.mean(x.astype("f8")**2, -1, keepdims=True) + 1e-6) * gamma
    np.testing.assert_allclose(seednorm.compile(build(), BASE)(x, gamma), exact, rtol=1e-5)


def test_says_why_it_does_not_run(arguments):
    kernel = seednorm.compile(build(), OTHER)
    assert "main_rows0:" in kernel.asm["asm"]
    with pytest.raises(seednorm.SeednormError, match="expects a processor of .* to run code "
                       "for it, but this one is of "):
        kernel(*arguments)


def test_names_are_checked():
    with pytest.raises(seednorm.UsageError, match="but got 'znver44'; near it are znver3, "
                       "znver4|but got 'znver44'; near it is znver4"):
        seednorm.compile(build(), "cpu:znver44")


def test_packages_of_several_levels(arguments, tmp_path):
    kernels = [seednorm.compile(build(), target) for target in ("cpu", BASE, OTHER)]
    seednorm.save(tmp_path / "all.snp", *kernels)
    own = seednorm.load(tmp_path / "all.snp")(*arguments)
    assert own.tobytes() == kernels[0](*arguments).tobytes()
    seednorm.save(tmp_path / "other.snp", kernels[2])
    with pytest.raises(seednorm.ExecutionError, match="but this one has code for "):
        seednorm.load(tmp_path / "other.snp")(*arguments)


def test_fingerprints_tell_processors_apart():
    texts = {_seednorm.get_fingerprint(target) for target in ("cpu", BASE, OTHER)}
    assert len(texts) == 3
    assert _seednorm.get_fingerprint(OTHER) == _seednorm.get_fingerprint(OTHER)


def test_kernels_on_disk(arguments, tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDNORM_CACHE_DIR", str(tmp_path))
    for _ in range(2):
        cache.kernels.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Such as of a package that is not for this machine.
            kernels = [seednorm.compile(build(), target) for target in (BASE, OTHER)]
        assert len(list(tmp_path.iterdir())) == 2
        kernels[0](*arguments)
        with pytest.raises(seednorm.SeednormError, match="expects a processor of "):
            kernels[1](*arguments)
        assert "main_rows0" in kernels[1].asm["asm"]
