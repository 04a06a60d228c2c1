#===- kept_kernels.py - What tests of kernels on disk share ------------------===//
#
# A folder for each test, and a count of what was compiled.
#
#===-----------------------------------------------------------------------===//

import warnings

import numpy as np
import pytest

import seednorm
from seednorm import _seednorm, cache, disk

COLUMNS = 64


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "kernels"
    monkeypatch.setenv(disk.VARIABLE, str(folder))
    monkeypatch.delenv(disk.SIZE_VARIABLE, raising=False)
    cache.kernels.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error", seednorm.CacheWarning)
        yield folder
    cache.kernels.clear()


@pytest.fixture
def compilations(monkeypatch):
    """For each kernel that is made, whether it was compiled."""
    made = []
    make = _seednorm.Kernel

    def noted(*arguments):
        kernel = make(*arguments)
        made.append(len(arguments) == 8)  # The ninth is a package.
        return kernel
    monkeypatch.setattr(_seednorm, "Kernel", noted)
    return made


def build(eps=1e-6, dtype="f32", columns=COLUMNS):
    g = seednorm.Graph()
    x, gamma = g.input((None, columns), dtype, name="x"), g.input((columns,), dtype, name="gamma")
    g.output(seednorm.rms_norm(x, gamma, eps=eps))
    return g


def compile_anew(*arguments, **options):
    """As a new process would."""
    cache.kernels.clear()
    return seednorm.compile(*arguments, **options)


def make_arguments(rng, dtype=np.float32, rows=5):
    return (rng.standard_normal((rows, COLUMNS)).astype(dtype),
            rng.standard_normal(COLUMNS).astype(dtype))


def list_kernels(folder):
    return sorted(folder.glob("*.snp"))
