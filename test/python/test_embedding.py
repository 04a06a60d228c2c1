#===- test_embedding.py - What the pages for embedders show, works ----------===//
#
# Every block of docs/Embedding.md is built or run outside of the source tree,
# against a copy that is installed; every example of docs/Pipelines.md is run,
# and its tables are held to what seednorm-opt and the headers have.
#
#===-----------------------------------------------------------------------===//

import json
import os
import re
import shutil
import sys

import pytest

import installed
from installed import BUILD, SOURCE, run

EMBEDDING = (SOURCE / "docs/Embedding.md").read_text()
PIPELINES = (SOURCE / "docs/Pipelines.md").read_text()
RMS_NORM = SOURCE / "examples/embed-cpp/rms-norm.mlir"


def section(text, title):
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.M | re.S).group(1)


def block(title, language):
    """The one block of a language in a section of docs/Embedding.md."""
    found, = re.findall(rf"^```{re.escape(language)}\n(.*?)^```", section(EMBEDDING, title),
                        re.M | re.S)
    return found


def shell(script, folder, fails=False):
    """Runs a block of shell as a reader would, with what is installed at hand."""
    prefix = installed.install()
    tools = os.path.dirname(installed.read_cache("CMAKE_CXX_COMPILER"))
    path = f"{prefix}/bin:{tools}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    return run("bash", "-euc", script, cwd=folder, fails=fails, environment={
        "PREFIX": str(prefix), "PATH": path, "CC": installed.read_cache("CMAKE_C_COMPILER"),
        "CXX": installed.read_cache("CMAKE_CXX_COMPILER"), "CXXFLAGS": "-Wall -Wextra -pedantic",
        "LDFLAGS": installed.read_cache("CMAKE_EXE_LINKER_FLAGS")})


def build_project(folder, title, source):
    (folder / "CMakeLists.txt").write_text(block(title, "cmake"))
    (folder / source).write_text(block(title, "c"))
    installed.configure(folder, folder / "build", f"-DCMAKE_PREFIX_PATH={installed.install()}")
    run("ninja", "-C", folder / "build")
    return folder / "build"


def test_every_block_is_tested():
    fences = re.findall(r"^```(\S+)$", EMBEDDING, re.M)
    assert fences == ["sh", "cmake", "c++", "sh", "cmake", "c", "sh", "sh", "sh", "json"]


def test_installing(tmp_path):
    script = block("Installing", "sh").replace("--install build", f"--install '{BUILD}'")
    script = f"PREFIX='{tmp_path}/moved'\n{script}"
    assert f"\nseednorm {installed.seednorm.__version__}\n" in shell(script, tmp_path)
    components = re.search(r"picks one of (.*?)\. The prefix", section(EMBEDDING, "Installing"),
                           re.S).group(1)
    used = re.findall(r"COMPONENT (\w+)", "".join(
        path.read_text() for folder in ("cmake", "lib", "python")
        for path in (SOURCE / folder).rglob("*") if path.suffix in (".cmake", ".txt")))
    assert set(re.findall(r"`(\w+)`", components)) == set(used)


def test_cpp(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(block("C++", "cmake"))
    (tmp_path / "main.cpp").write_text(block("C++", "c++"))
    shutil.copy(RMS_NORM, tmp_path)
    printed = shell(block("C++", "sh"), tmp_path)
    assert "gpu.module @kernels" in printed and "nvvm.kernel" in printed
    assert "warning" not in printed
    build = tmp_path / "build"
    bad = tmp_path / "bad.mlir"
    bad.write_text("norm.no_such_op\n")
    assert "error: " in run(build / "embedder", bad, fails=True)


def test_mlir_c_api(tmp_path):
    build = build_project(tmp_path, "MLIR's C API", "main.c")
    assert "nvvm.kernel" in run(build / "c-embedder")
    source = (tmp_path / "main.c").read_text()
    for old, new, message in (
            ("arch=sm_90a", "arch=sm_12", "seednorm-to-gpu expects an architecture among sm_80"),
            ("tensor<64xf32>)\"", "tensor<32xf32>)\"", "error: ")):
        assert old in source
        (tmp_path / "main.c").write_text(source.replace(old, new))
        run("ninja", "-C", build)
        assert message in run(build / "c-embedder", fails=True)


def test_c(tmp_path):
    shutil.copy(SOURCE / "examples/embed-c/embed-c.c", tmp_path)
    assert shell(block("C", "sh"), tmp_path).endswith("on emulated: ok\n")


def test_plugin(tmp_path):
    shutil.copy(RMS_NORM, tmp_path)
    printed = shell(block("Plugin", "sh"), tmp_path)
    assert "gpu.binary @kernels" in printed and ".entry add_rms_norm_rows0" in printed
    # The page says why it works: one libMLIR.so for the host and the plugin.
    host = os.path.realpath(shutil.which("mlir-opt-22"))
    for binary in (host, installed.install() / "lib/SeednormPlugin.so"):
        assert "[libMLIR.so.22.1]" in run("readelf", "-d", binary)


# What the command builds is the subject of test_wheel.py; here, that it would.
def test_wheel_command_and_option_exist():
    words = block("Wheel", "sh").split()
    assert words[:4] == ["python3", "-m", "pip", "wheel"] and words[-1] == "."
    known = run(sys.executable, "-m", "pip", "wheel", "--help")
    assert all(word in known for word in words if word.startswith("--"))
    option = re.search(r"cmake\.define\.(\w+)", section(EMBEDDING, "Wheel")).group(1)
    assert f"set({option} " in (SOURCE / "CMakeLists.txt").read_text()


def test_editor_setting_names_a_tool():
    path = json.loads(block("Editors", "json"))["mlir.server_path"]
    assert (installed.install() / path.removeprefix("<prefix>/")).is_file()


def test_headers_and_functions_of_the_page_exist():
    headers = SOURCE / "include/seednorm"
    rows = re.findall(r"^\| (`\w+(?:/\S+)?\.h`.*?) \| (.*) \|$", section(EMBEDDING, "C++"), re.M)
    assert len(rows) >= 7
    for names, functions in rows:
        files = [file for name in re.findall(r"`(\S+\.h)`", names) for file in headers.glob(name)]
        assert files
        text = "".join(file.read_text() for file in files)
        for function in re.findall(r"`([a-z]+[A-Z]\w+)`", functions):
            assert function in text, (names, function)


def test_populate_functions_are_all_named():
    declared = {name for path in (SOURCE / "include").rglob("*.h")
                for name in re.findall(r"void (populate\w+Patterns)\(", path.read_text())}
    assert set(re.findall(r"`(populate\w+Patterns)`", EMBEDDING)) == declared


FLAGS = re.findall(r"^## ((?:seednorm|norm)-\S+)$", PIPELINES, re.M)


@pytest.mark.parametrize("flag", FLAGS)
def test_pipeline(flag):
    text = section(PIPELINES, flag)
    command, = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    shown, = re.findall(r"^```text\n(.*?)^```", text, re.M | re.S)
    assert command.startswith("seednorm-opt ") and f"--{flag}" in command
    printed, at = shell(command, SOURCE), 0
    for line in shown.splitlines():
        assert line in printed[at:], f"expects '{line}' behind what comes before"
        at = printed.index(line, at) + len(line)


@pytest.mark.parametrize("flag", FLAGS)
def test_options_are_those_of_the_tool(flag):
    listed = re.findall(r"^\| `(\S+)` \|", section(PIPELINES, flag), re.M)
    known = run(installed.install() / "bin/seednorm-opt", "--help")
    options = re.search(rf"^ +--{flag} .*\n((?: {{8,}}--.*\n)*)", known, re.M).group(1)
    assert sorted(listed) == sorted(re.findall(r"^ +--([\w-]+)", options, re.M))


def test_pipelines_are_all_there():
    registration = (SOURCE / "lib/Pipelines/Registration.cpp").read_text()
    assert sorted(FLAGS) == sorted(set(re.findall(r'^ +"((?:seednorm|norm)-[\w-]+)",',
                                                  registration, re.M)))
    declared = {name for path in (SOURCE / "include/seednorm/Pipelines").glob("*.h")
                for name in re.findall(r"void (build\w+Pipeline)\(", path.read_text())}
    assert set(re.findall(r"`(build\w+Pipeline)`", PIPELINES)) == declared - {
        "buildStablehloToLinalgPipeline"}
