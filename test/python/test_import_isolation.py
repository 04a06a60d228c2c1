#===- test_import_isolation.py - Importing loads nothing heavy ---------------===//
#
# A package that pulls in PyTorch or a driver when imported cannot be a
# dependency of one that has neither.
#
#===-----------------------------------------------------------------------===//

import importlib.util
import os
import subprocess
import sys

import pytest

import seednorm

PACKAGE_ROOT = os.path.dirname(os.path.dirname(seednorm.__file__))

COMPILE = """
g = seednorm.Graph()
x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
g.output(seednorm.rms_norm(x, gamma))
seednorm.compile(g)(numpy.ones((2, 64), "f4"), numpy.ones(64, "f4"))
"""

LOADED = """
maps = open("/proc/self/maps").read()
print([name for name in ("torch", "ml_dtypes", "jax", "cupy")
       if name in sys.modules] +
      [name for name in ("libcuda", "libtorch", "libcudart") if name in maps])
"""


def run(program):
    environment = {**os.environ, "PYTHONPATH": PACKAGE_ROOT}
    done = subprocess.run(
        [sys.executable, "-c", "import sys, numpy, seednorm\n" + program],
        env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_loads_no_framework_and_no_driver():
    assert run(LOADED) == "[]"


def test_compiling_and_running_on_the_cpu_loads_neither():
    assert run(COMPILE + LOADED) == "[]"


USES = {
    "torch": "print(torch.nn.functional.rms_norm(torch.ones(2, 4), (4,)).sum())",
    "jax": "print(jax.jit(lambda x: x.sum())(numpy.ones((2, 4))))",
    "triton": "print(triton.cdiv(7, 2))",
}


# These bring an LLVM of their own or much else of C++; each may be first or last.
@pytest.mark.parametrize("packages", [("torch",), ("jax",), ("triton",), ("torch", "jax")],
                         ids=" ".join)
def test_before_and_after(packages):
    for package in packages:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    names = (*packages, "seednorm")
    for first in range(len(names)):
        order = names[first:] + names[:first]
        uses = "\n".join(USES[package] for package in packages)
        program = f"import numpy, {', '.join(order)}\n{COMPILE}{uses}\n{COMPILE}"
        environment = {**os.environ, "PYTHONPATH": PACKAGE_ROOT}
        done = subprocess.run([sys.executable, "-c", program], env=environment,
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{order}: {done.stderr}"


# bf16 of NumPy needs ml_dtypes, but only once it is used.
def test_bf16_without_ml_dtypes():
    hidden = "sys.modules['ml_dtypes'] = None\n"
    assert "expects the package 'ml_dtypes'" in run(hidden + """
from seednorm import dtypes
try:
    dtypes.to_numpy("bf16")
except seednorm.UsageError as error:
    print(error.message)
""")
    run(hidden + COMPILE)
