#===- lit.cfg.py - How lit runs the tests of this folder ------------------===//
#
# Substitutions: %python, %cmake, %seednorm_src, %seednorm_obj, %ptxas, %nvdisasm,
# %plugin (SeednormPlugin.so) and %load (the options to load it), and
# the libraries of mlir-runner as %mlir_runner_utils and %mlir_c_runner_utils.
# %tsan_cxx is a C++ compiler with ThreadSanitizer.
# Features: ptxas (always), stablehlo (if the build reads it), torch, cuda-device, tsan.
#
#===-----------------------------------------------------------------------===//

import ctypes
import os
import subprocess
import tempfile

import lit.formats
import lit.util

from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "seednorm"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".ll", ".test"]
# Unit has a configuration of its own; python belongs to pytest. Inputs are
# files that tests read.
config.excludes = ["Inputs", "Unit", "python", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.seednorm_obj_root, "test")

config.substitutions += [
    ("%python", f'"{config.python_executable}"'),
    ("%seednorm_src", config.seednorm_src_root),
    ("%seednorm_obj", config.seednorm_obj_root),
    ("%cmake", config.cmake),
    ("%ptxas", config.ptxas),
    ("%nvdisasm", config.nvdisasm),
]
# Our plugin for tools of MLIR, and the options that load all of it.
plugin = os.path.join(config.seednorm_obj_root, "lib", "SeednormPlugin.so")
config.substitutions += [
    ("%plugin", plugin),
    ("%load", f"--load-dialect-plugin={plugin} --load-pass-plugin={plugin}"),
]
# The longer name first: lit replaces in this order.
for library in ("mlir_c_runner_utils", "mlir_runner_utils"):
    path = os.path.join(config.llvm_lib_dir, f"lib{library}.so")
    config.substitutions.append((f"%{library}", path))

llvm_config.use_default_substitutions()
build_tools = os.path.join(config.seednorm_obj_root, "bin")
llvm_config.add_tool_substitutions(
    [ToolSubst(name, unresolved="fatal") for name in config.seednorm_tools],
    [build_tools])
llvm_config.add_tool_substitutions(
    [ToolSubst(name, unresolved="fatal")
     for name in ("mlir-opt", "mlir-runner", "mlir-translate")],
    [config.llvm_tools_dir])

llvm_config.with_environment("PATH", [build_tools, config.llvm_tools_dir],
                             append_path=True)
llvm_config.with_environment(
    "PYTHONPATH", os.path.join(config.seednorm_obj_root, "python"),
    append_path=True)


def has_python_module(name):
    probe = f"import importlib.util as u; exit(u.find_spec('{name}') is None)"
    return subprocess.call([config.python_executable, "-c", probe]) == 0


def find_tsan_compiler():
    """A compiler whose programs run under ThreadSanitizer: not every one comes with
    the library, and not every machine has memory laid out as that wants it."""
    program = "#include <thread>\nint main() { std::thread([] {}).join(); }"
    for compiler in ("clang++", "g++"):
        found = lit.util.which(compiler, config.environment["PATH"])
        if not found:
            continue
        command = [found, "-fsanitize=thread"]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.out")
            made = subprocess.run([*command, "-xc++", "-", "-o", path], input=program,
                                  text=True, capture_output=True)
            if made.returncode == 0 and subprocess.run(
                    [path], capture_output=True).returncode == 0:
                return " ".join(command)
    return None


def has_cuda_device():
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return (driver.cuInit(0) == 0 and
            driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and
            count.value > 0)


# Configuration fails without it, so that no test of PTX is ever skipped.
config.available_features.add("ptxas")
if config.has_stablehlo:
    config.available_features.add("stablehlo")
if has_python_module("torch"):
    config.available_features.add("torch")
if has_cuda_device():
    config.available_features.add("cuda-device")
tsan_compiler = find_tsan_compiler()
if tsan_compiler:
    config.available_features.add("tsan")
    config.substitutions.append(("%tsan_cxx", tsan_compiler))
