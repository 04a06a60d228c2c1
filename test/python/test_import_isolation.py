#===- test_import_isolation.py - Importing loads nothing heavy ---------------===//
#
# A package that pulls in PyTorch or a driver when imported cannot be a
# dependency of one that has neither.
#
#===-----------------------------------------------------------------------===//

import os
import subprocess
import sys

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


# Both bring an LLVM or much else of C++; either order must work.
def test_torch_before_and_after():
    run("import torch\n" + COMPILE)
    environment = {**os.environ, "PYTHONPATH": PACKAGE_ROOT}
    subprocess.run(
        [sys.executable, "-c", "import torch, numpy, seednorm\n" + COMPILE],
        env=environment, check=True)


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
