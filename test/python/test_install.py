#===- test_install.py - What is installed can be built upon ------------------===//
#
# The examples are built outside of the source tree, against a copy that is
# installed, and run on good and bad input.
#
#===-----------------------------------------------------------------------===//

import re
import subprocess

import pytest

import installed
from installed import BUILD, SOURCE, run

TOOLS = ("seednorm-compile", "seednorm-emulate", "seednorm-lsp-server", "seednorm-opt",
         "seednorm-run")

MATMUL = """
func.func @main(%a: tensor<4x4xf32>, %b: tensor<4x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %r = linalg.matmul ins(%a, %b : tensor<4x4xf32>, tensor<4x4xf32>)
      outs(%c : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %r : tensor<4x4xf32>
}
"""


# Without LD_LIBRARY_PATH: libMLIR.so is where the loader does not look.
@pytest.mark.parametrize("tool", TOOLS)
def test_installed_tools_run(tool):
    assert run(installed.install() / "bin" / tool, "--version").startswith("seednorm ")


def test_no_installed_file_names_the_source_or_the_build_folder():
    for path in (installed.install() / "lib").rglob("*"):
        if path.suffix in (".cmake", ".pc", ".py"):
            assert str(SOURCE) not in path.read_text(), path


def test_every_public_header_is_installed():
    for tree in (SOURCE / "include", BUILD / "include"):
        for path in tree.rglob("*"):
            if path.suffix in (".h", ".td", ".inc"):
                assert (installed.install() / "include" / path.relative_to(tree)).is_file()


def test_cpp_embedder_compiles_and_calls():
    build = installed.build_example("embed-cpp")
    assert run(build / "call-rms-norm").startswith("ok: ")
    ptx = (build / "rms-norm.ptx").read_text()
    assert ".target sm_90a" in ptx and ptx.count(".visible .entry") == 1
    # Who calls a compiled function needs no compiler.
    libraries = run("readelf", "-d", build / "call-rms-norm")
    assert "libstdc++" in libraries and not re.search("LLVM|MLIR", libraries)


@pytest.mark.parametrize("text, arguments, message", [
    (MATMUL, (), "remark: 'linalg.matmul' op is no row program.*"
                 "error: expects rows to normalize, but 'linalg.matmul' has none"),
    ("func.func @f(%a: tensor<4xf32>) -> tensor<4xf32> { return %a : tensor<4xf32> }", (),
     "error: expects ops on rows, but there are none"),
    ("func.func @f(", (), r"bad.mlir:1:13: error.*error: expects an MLIR module"),
    ("", ("--arch=sm_12",), "error: --arch expects an architecture among sm_80.*'sm_12'"),
    (None, ("-o", "no/such/folder/x"), "error: cannot open output file 'no/such/folder/x.ptx'"),
])
def test_cpp_embedder_refuses(tmp_path, text, arguments, message):
    build = installed.build_example("embed-cpp")
    module = tmp_path / "bad.mlir"
    module.write_text(text if text is not None
                      else (SOURCE / "examples/embed-cpp/rms-norm.mlir").read_text())
    output = run(build / "mini-compiler", module, *arguments, cwd=tmp_path, fails=True)
    assert re.search(message, output, re.S), output
    assert not list(tmp_path.glob("*.ptx"))


def test_c_embedder():
    program = installed.build_example("embed-c") / "embed-c"
    assert run(program) == f"seednorm {installed.seednorm.__version__} on cpu: ok\n"
    assert run(program, "emulated:sm_80", "4").endswith("on emulated:sm_80: ok\n")
    assert run(program, "cpu", "7", fails=True) == (
        "error: seednorm: expects 'num_heads' to divide the 256 columns of 'input', but got 7\n")
    assert run(program, "tpu", fails=True).startswith("error: expects a target among cpu, ")


def test_pkg_config(tmp_path):
    flags = run("pkg-config", "--cflags", "--libs", "seednorm-c", environment={
        "PKG_CONFIG_PATH": str(installed.install() / "lib/pkgconfig")}).split()
    library = installed.install() / "lib"
    run(installed.read_cache("CMAKE_C_COMPILER"), SOURCE / "examples/embed-c/embed-c.c", *flags,
        "-lm", f"-Wl,-rpath,{library}", "-o", tmp_path / "embed-c")
    assert run(tmp_path / "embed-c").endswith("on cpu: ok\n")


def test_build_folder_can_be_found_too(tmp_path):
    printed = installed.configure(SOURCE / "examples/embed-cpp", tmp_path,
                                  f"-DSeednorm_DIR={BUILD}/lib/cmake/seednorm")
    assert "Generating done" in printed
    assert f" -isystem {SOURCE}/include" in (tmp_path / "build.ninja").read_text()


PROJECT = """
cmake_minimum_required(VERSION 3.20)
project(embedder LANGUAGES C CXX)
find_package(Seednorm {version} REQUIRED CONFIG)
add_executable(embedder main.cpp)
target_link_libraries(embedder PRIVATE SeednormInitAll {libraries})
seednorm_check_links()
"""


@pytest.mark.parametrize("version, libraries, message", [
    ("0.1", "MLIRIR", r"'embedder' links the static library 'MLIRIR'; link 'MLIR'"),
    ("9.0", "", r'compatible with requested version "9.0"'),
])
def test_embedders_that_cannot_work_are_told_at_once(tmp_path, version, libraries, message):
    (tmp_path / "CMakeLists.txt").write_text(PROJECT.format(version=version, libraries=libraries))
    (tmp_path / "main.cpp").write_text("int main() {}\n")
    printed = installed.configure(tmp_path, tmp_path / "build",
                                  f"-DCMAKE_PREFIX_PATH={installed.install()}", fails=True)
    assert re.search(message, " ".join(printed.split())), printed


def test_c_library_exports_its_functions_and_nothing_else():
    """Symbols keep the version of the C API in which they came; see seednorm-c/Version.h."""
    listed = dict(line.split() for line in
                  (SOURCE / "test/CAPI/Inputs/symbols.txt").read_text().splitlines()
                  if not line.startswith("#"))
    library = installed.install() / "lib/libseednorm-c.so"
    lines = run("nm", "-D", "--defined-only", library).splitlines()
    exported = {line.split()[-1] for line in lines}
    assert sorted(set(listed) - exported) == [], "a function of this major version is gone"
    assert sorted(exported - set(listed)) == [], (
        "new functions: list them in test/CAPI/Inputs/symbols.txt with the next minor version, "
        "and set SEEDNORM_C_VERSION_MINOR to it")
    header = (SOURCE / "include/seednorm-c/Version.h").read_text()
    major, minor = re.findall(r"#define SEEDNORM_C_VERSION_M\w+ (\d+)", header)
    assert max(tuple(map(int, version.split("."))) for version in listed.values()) == (
        int(major), int(minor))
    assert f"libseednorm-c.so.{major}]" in run("readelf", "-d", library)


def test_headers_of_the_c_api_are_c99(tmp_path):
    for name in ("Seednorm", "Version", "Register"):
        for compiler, language, standard in (("C", "c", "c99"), ("CXX", "c++", "c++17")):
            done = subprocess.run(
                [installed.read_cache(f"CMAKE_{compiler}_COMPILER"), "-x", language,
                 f"-std={standard}", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I",
                 installed.install() / "include", "-isystem",
                 re.match("(.*)/lib/cmake", installed.read_cache("MLIR_DIR")).group(1) + "/include",
                 "-"], input=f'#include "seednorm-c/{name}.h"\n', text=True,
                capture_output=True, check=False)
            assert done.returncode == 0, done.stderr


def test_options_of_the_c_api(tmp_path):
    """Options of C are those of seednormCompile and one more; what a program forgot,
    or a later one has, is an error. So are null pointers, and packages of others."""
    library = installed.install() / "lib"
    program = tmp_path / "compile-options"
    subprocess.run(
        [installed.read_cache("CMAKE_C_COMPILER"), "-std=c99", "-Wall", "-Wextra", "-Werror",
         "-pedantic", "-I", installed.install() / "include",
         SOURCE / "test/CAPI/Inputs/compile-options.c", "-o", program,
         library / "libseednorm-c.so", f"-Wl,-rpath,{library}"], check=True)
    lines = run(program).splitlines()
    assert lines[:10] == [
        "none: ok", "the same code", "defaults: ok", "the same code", "tanh: ok",
        "other code",
        "exp: 1, expects 'approximate' to name functions among tanh, with commas between, "
        "but got 'exp'",
        "schedule: 1, " + lines[7].partition(", ")[2],
        "no size: 1, expects 'size' to be 64, that of SeednormCompileOptions in this library, "
        "but got 0",
        "a later one: 1, expects 'size' to be 64, that of SeednormCompileOptions in this "
        "library, but got 72"]
    assert "expects 'vector' to be a power of two" in lines[7]
    arrays = ("1, expects arrays of as many layouts and pairs as their numbers say, but got a "
              "null pointer or a negative number")
    assert lines[10:] == [
        f"no layouts: {arrays}", f"a negative number: {arrays}", "compile: 0, ok",
        "write: 0, ok", "restore: 0, ok", "row: 0, ok", "no text: 0, ok",
        "row: 2, expects an entry function 'main', but the module has no function",
        "no entry: 1, expects a package with entry '', but got 'main'",
        "no package: 1, expects a package, which starts with the bytes "
        "89 53 4e 50 0d 0a 1a 0a, but got something else",
        "emulated: 1, expects target 'cpu' or one of a GPU to restore a kernel, but got "
        "'emulated'",
        "another chip: 1, " + lines[21].partition(", ")[2],
        "nothing to differentiate: 1, expects an entry function '', but the module has 'main'"]
    assert "expects a package with code for sm_90a, but got code for " in lines[21]
