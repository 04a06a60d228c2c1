#===- test_wheel.py - The wheel works where nothing else of us is -------------===//
#
# pip builds the wheel of what the build folder has, and installs it into a new
# virtual environment that sees neither the sources nor the build folder.
#
#===-----------------------------------------------------------------------===//

import pathlib
import shutil
import subprocess
import sys
import zipfile

import numpy
import pytest

from installed import BUILD, SOURCE, read_cache, run

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")

PROGRAM = """
import numpy, seednorm
g = seednorm.Graph()
x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
rows = numpy.random.default_rng(0).standard_normal((3, 64), dtype="f4")
y = seednorm.compile(g)(rows, numpy.ones(64, "f4"))
assert abs(y - rows / numpy.sqrt((rows**2).mean(1, keepdims=True) + 1e-6)).max() < 1e-5
print(seednorm.__version__, seednorm.__file__)
"""


def build_wheel(folder, prebuilt, fails=False):
    return run(*PIP, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder,
               SOURCE, "-C", f"cmake.define.SEEDNORM_PREBUILT_DIR={prebuilt}",
               "-C", f"build-dir={folder}/build", fails=fails)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build_wheel(folder, BUILD)
    found, = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A virtual environment with the wheel and its one dependency; its Python."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site, = folder.glob("lib/python*/site-packages")
    # Taken from here, so that no network is needed.
    numpys = pathlib.Path(numpy.__file__).parents[1]
    for found in numpys.glob("numpy*"):
        (site / found.name).symlink_to(found)
    python = folder / "bin" / "python"
    run(*PIP, "--python", python, "install", "--no-index", wheel)
    return python


def test_wheel_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    sources = {f"seednorm/{path.relative_to(BUILD / 'python/seednorm')}"
               for path in (BUILD / "python/seednorm").rglob("*")
               if path.suffix in (".py", ".pyi", ".so", ".typed")}
    # Folders of the package are links in the build folder.
    package = SOURCE / "python/seednorm"
    sources |= {f"seednorm/{path.relative_to(package)}" for path in package.glob("*/*.py")}
    assert {name for name in names if ".dist-info/" not in name} == sources
    assert wheel.name.split("-")[1] in (SOURCE / "CMakeLists.txt").read_text()


def test_compiles_and_runs_in_a_clean_environment(environment, tmp_path):
    version, place = run(environment, "-c", PROGRAM, cwd=tmp_path).split()
    assert place.startswith(str(environment.parents[1]))
    assert version in (SOURCE / "CMakeLists.txt").read_text()


def test_without_mlir_the_import_says_what_to_install(environment, tmp_path):
    site, = environment.parents[1].glob("lib/python*/site-packages")
    shutil.copytree(site / "seednorm", tmp_path / "seednorm")
    module, = (tmp_path / "seednorm").glob("_seednorm.*.so")
    # The loader looks for libMLIR.so in the folder that the module names.
    where = f"{read_cache('LLVM_DIR').split('/lib/cmake')[0]}/lib".encode()
    code = module.read_bytes()
    assert where in code
    module.write_bytes(code.replace(where, where[:-3] + b"nil"))
    output = run(environment, "-c", "import seednorm", cwd=tmp_path, fails=True)
    assert ("ImportError: seednorm expects the shared libraries of LLVM and MLIR that it was built "
            "with, but libMLIR.so.22.1: cannot open shared object file") in output
    assert "apt-get install libmlir-22" in output and "LD_LIBRARY_PATH" in output


def test_other_import_errors_are_left_alone(environment, tmp_path):
    site, = environment.parents[1].glob("lib/python*/site-packages")
    shutil.copytree(site / "seednorm", tmp_path / "seednorm",
                    ignore=shutil.ignore_patterns("_seednorm*"))
    output = run(environment, "-c", "import seednorm", cwd=tmp_path, fails=True)
    assert "No module named 'seednorm._seednorm'" in output and "libmlir" not in output


def test_a_folder_that_was_not_built_is_an_error(tmp_path):
    output = build_wheel(tmp_path, tmp_path / "nothing", fails=True)
    assert f"must name a build folder, but '{tmp_path}/nothing' is none" in " ".join(output.split())
    assert not list(tmp_path.glob("*.whl"))
