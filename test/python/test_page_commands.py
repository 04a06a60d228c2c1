#===- test_page_commands.py - What pages show is run somewhere ------------------===//
#
# Commands and IR of the pages that have no test of their own, and a list of all
# blocks of all pages, with the test that runs them: a new block needs a test.
#
#===-----------------------------------------------------------------------===//

import collections
import os
import re
import subprocess
import sys

import pytest

import installed
from installed import BUILD, SOURCE, run

#: What is run, by (page, language), and how many blocks there are. A block of text is
#: what the block before prints, or a picture.
BLOCKS = {
    ("CONTRIBUTING.md", "sh"): (1, "here"),
    ("README.md", "python"): (1, "test_readme.py"),
    ("README.md", "sh"): (2, "here"),
    ("docs/Benchmarks.md", "sh"): (3, "here"),
    ("docs/Embedding.md", "c"): (1, "test_embedding.py"),
    ("docs/Embedding.md", "c++"): (1, "test_embedding.py"),
    ("docs/Embedding.md", "cmake"): (2, "test_embedding.py"),
    ("docs/Embedding.md", "json"): (1, "test_embedding.py"),
    ("docs/Embedding.md", "sh"): (5, "test_embedding.py"),
    ("docs/Frontends.md", "mlir"): (1, "here"),
    ("docs/Frontends.md", "python"): (1, "test_maths.py"),
    ("docs/Frontends.md", "sh"): (1, "stablehlo-configure.test"),
    ("docs/Fusion.md", "python"): (1, "test_pages.py"),
    ("docs/GettingStarted.md", "python"): (9, "test_pages.py"),
    ("docs/GettingStarted.md", "sh"): (1, "here"),
    ("docs/Gradients.md", "python"): (2, "test_own_gradients.py"),
    ("docs/JAX.md", "python"): (3, "test_pages.py"),
    ("docs/Packages.md", "c"): (1, "test_packages.py"),
    ("docs/Packages.md", "python"): (1, "test_packages.py"),
    ("docs/Packages.md", "sh"): (3, "here"),
    ("docs/Pipelines.md", "sh"): (5, "test_embedding.py"),
    ("docs/PyTorch.md", "python"): (6, "test_torch_docs.py"),
    ("docs/Spec.md", "python"): (18, "test_spec.py"),
    ("docs/Stages.md", "json"): (1, "test_stages.py"),
    ("docs/Stages.md", "llvm"): (1, "test_stages.py"),
    ("docs/Stages.md", "mlir"): (5, "test_stages.py"),
    ("docs/Stages.md", "ptx"): (1, "test_stages.py"),
    ("docs/StaticModel.md", "sh"): (1, "here"),
}


def read_blocks(page, language):
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```", (SOURCE / page).read_text(),
                      re.M | re.S)


def test_every_block_is_run():
    found = collections.Counter()
    pages = [*SOURCE.glob("*.md"), *(SOURCE / "docs").glob("*.md")]
    for page in pages:
        for language in re.findall(r"^```(\S+)$", page.read_text(), re.M):
            found[str(page.relative_to(SOURCE)), language] += language != "text"
    assert {block: count for block, (count, _) in BLOCKS.items()} == +found


@pytest.fixture
def checkout(tmp_path):
    """A folder that commands take for a checkout with its build, and write into."""
    (tmp_path / "build").mkdir()
    for name in ("examples", "benchmarks", "utils", "CMakeLists.txt"):
        (tmp_path / name).symlink_to(SOURCE / name)
    (tmp_path / "build/bin").symlink_to(BUILD / "bin")
    return tmp_path


def test_commands_of_the_readme(checkout):
    commands = read_blocks("README.md", "sh")[1].splitlines()
    assert len(commands) == 4
    ptx, compared, rows, backward = [run("bash", "-euc", command, cwd=checkout) for command in commands]
    assert ptx == "" and (checkout / "seednorm.ptx").read_text().count(".entry") == 1
    assert "result0: max abs error" in compared
    assert rows.count("row.program") == 2 and "_backward" not in rows
    assert "func.func @seednorm_bf16_backward" in backward


@pytest.mark.parametrize("page", ["README.md", "docs/GettingStarted.md", "CONTRIBUTING.md"])
def test_scripts_of_the_pages_are_there(page):
    scripts = re.findall(r"^(?:\./)?(utils/\S+)( --\S+)?", read_blocks(page, "sh")[0], re.M)
    assert scripts
    for script, option in scripts:
        assert os.access(SOURCE / script, os.X_OK), script
        assert option.strip() in (SOURCE / script).read_text(), option


def test_package_is_compiled_and_called_from_c(checkout):
    compile_, call, compile_levels = read_blocks("docs/Packages.md", "sh")
    tools = {"PREFIX": str(installed.install()), "PATH": f"{BUILD}/bin:{os.environ['PATH']}"}
    # The second one has code for processors of both architectures; this one is among them.
    for command in (compile_, compile_levels):
        run("bash", "-euc", command, cwd=checkout, environment=tools)
        assert "largest error: " in run("bash", "-euc", call, cwd=checkout, environment=tools)


def test_loops_of_a_report(checkout):
    command, = read_blocks("docs/StaticModel.md", "sh")
    shown, = (text for text in read_blocks("docs/StaticModel.md", "text")
              if "inner loops:" in text)
    tools = {"PATH": f"{BUILD}/bin:{os.environ['PATH']}"}
    assert shown in run("bash", "-euc", command, cwd=checkout, environment=tools)


# What they time is the subject of test_benchmarks.py, test_benchmark_cpu.py and
# test_benchmark_calls.py.
def test_options_of_the_benchmarks_exist():
    commands = re.findall(r"python3? \S*?(\w+\.py)((?: [^#\n]*)?)", "".join(
        read_blocks("docs/Benchmarks.md", "sh")))
    assert [script for script, _ in commands] == [
        "cpu.py", "cpu.py", "calls.py", "package.py", "gpu.py", "gpu.py"]
    for script, arguments in commands:
        known = subprocess.run([sys.executable, SOURCE / "benchmarks" / script, "--help"], text=True,
                               capture_output=True, check=True).stdout
        for option in re.findall(r"--[\w-]+", arguments):
            assert option in known, (script, option)


def test_calls_by_name(tmp_path):
    ops, = read_blocks("docs/Frontends.md", "mlir")
    rows, weights = "tensor<?x4096xbf16>", "tensor<4096xf32>"
    names = ("alpha", "beta", "gamma", "bias")
    (tmp_path / "calls.mlir").write_text(
        f"func.func private @rms_norm({rows}, {weights}) -> {rows}\n"
        f"func.func @main(%x: {rows}, {', '.join(f'%{name}: {weights}' for name in names)})\n"
        f"    -> ({rows}, {rows}, {rows}) {{\n{ops}"
        f"  return %y, %z, %w : {rows}, {rows}, {rows}\n}}\n")
    printed = run(BUILD / "bin/seednorm-opt", tmp_path / "calls.mlir", "--convert-calls-to-norm")
    assert "norm.rms_norm" in printed and "norm.layer_norm" in printed
    assert "heads 8" in printed and "sigmoid" in printed
