#===- test_disk_faults.py - Folders of kernels with something wrong ----------===//
#
# Damaged files, folders of others, full disks, and many threads and processes at
# once: all get their kernels, and what stays is whole.
#
#===-----------------------------------------------------------------------===//

import concurrent.futures
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

import kept_kernels
import seednorm
from kept_kernels import (
    build, compilations, compile_anew, folder, list_kernels, make_arguments)
from seednorm import cache, disk

PACKAGE_ROOT = os.path.dirname(os.path.dirname(seednorm.__file__))

DAMAGES = {
    "empty": lambda data: b"",
    "cut": lambda data: data[:-1],
    "half": lambda data: data[:len(data) // 2],
    "longer": lambda data: data + b"\0",
    "text": lambda data: b"#!/bin/sh\n",
    "a bit": lambda data: data[:-9] + bytes([data[-9] ^ 4]) + data[-8:],
    "later": lambda data: data[:8] + b"\x63" + data[9:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_replaced(folder, rng, compilations, damage):
    given = make_arguments(rng)
    expected = compile_anew(build())(*given)
    path, = list_kernels(folder)
    whole = path.read_bytes()
    path.write_bytes(DAMAGES[damage](whole))
    with pytest.warns(seednorm.CacheWarning, match="expects .* package.*the kernel is compiled anew") as caught:
        kernel = compile_anew(build())
    assert caught[0].filename == kept_kernels.__file__ and str(path) in str(caught[0].message)
    np.testing.assert_array_equal(kernel(*given), expected)
    assert path.read_bytes() == whole
    compile_anew(build())
    assert compilations == [True, True, False]


def test_the_user_is_where_backward_is_asked_for(folder):
    """Between them and us is the standard library, which keeps what is asked once."""
    compile_anew(build()).backward
    for path in list_kernels(folder):
        path.write_bytes(b"")
    with pytest.warns(seednorm.CacheWarning) as caught:
        compile_anew(build()).backward
    assert [warning.filename for warning in caught] == [kept_kernels.__file__, __file__]


def test_package_of_another_entry(folder, compilations):
    compile_anew(build(), entry="one")
    one, = list_kernels(folder)
    compile_anew(build(), entry="two")
    two, = set(list_kernels(folder)) - {one}
    two.write_bytes(one.read_bytes())
    with pytest.warns(seednorm.CacheWarning, match="entry 'two', but got 'one'"):
        assert compile_anew(build(), entry="two").entry == "two"
    assert compilations == [True, True, True]


def test_folder_in_the_place_of_a_file(folder, rng):
    compile_anew(build())
    path, = list_kernels(folder)
    path.unlink()
    path.mkdir()
    with pytest.warns(seednorm.CacheWarning) as caught:
        compile_anew(build())
    assert str(caught[0].message).startswith("expects a kernel in ")
    assert "to be a folder to keep kernels in, but got" in str(caught[1].message)
    assert not list(folder.glob("*.tmp"))


def test_pipe_in_the_place_of_a_file(folder, compilations):
    compile_anew(build())
    path, = list_kernels(folder)
    path.unlink()
    os.mkfifo(path)
    with pytest.warns(seednorm.CacheWarning, match="but got no file; it is compiled anew"):
        compile_anew(build())
    compile_anew(build())  # It was replaced.
    assert compilations == [True, True, False]


def test_a_file_is_no_folder(folder):
    folder.write_text("")
    with pytest.warns(seednorm.CacheWarning, match="set SEEDNORM_CACHE_DIR to one, or to nothing"):
        assert compile_anew(build())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_folder_of_another_user(folder, compilations):
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    with pytest.warns(seednorm.CacheWarning, match="got owner 12345 and mode"):
        compile_anew(build())
    assert not list_kernels(folder)


def test_a_folder_that_others_write_to(folder, compilations):
    compile_anew(build())
    folder.chmod(0o777)
    with pytest.warns(seednorm.CacheWarning, match="mode 0777; kernels are compiled anew"):
        compile_anew(build())
    assert compilations == [True, True]


def test_full_disk(folder, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(disk.os, "replace", fail)
    with pytest.warns(seednorm.CacheWarning, match="No space left on device"):
        assert compile_anew(build())
    assert not list(folder.iterdir())


def test_interrupted(folder, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt
    monkeypatch.setattr(disk.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        compile_anew(build())
    assert not list(folder.iterdir())


@pytest.mark.parametrize("step", ("replace", "scandir"))
def test_a_folder_that_is_deleted_meanwhile(folder, monkeypatch, rng, step):
    original = getattr(os, step)

    def delete_before(*arguments):
        monkeypatch.setattr(disk.os, step, original)  # It needs them as well.
        shutil.rmtree(folder)
        return original(*arguments)
    monkeypatch.setattr(disk.os, step, delete_before)
    assert compile_anew(build())(*make_arguments(rng)).shape == (5, kept_kernels.COLUMNS)
    assert not folder.exists()


def test_no_working_directory(tmp_path, monkeypatch, compilations):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setenv(disk.VARIABLE, "relative")
    with pytest.warns(seednorm.CacheWarning, match="an absolute path where the working directory "
                      "is gone, but got 'relative'"):
        compile_anew(build())
    assert compilations == [True]


#===-----------------------------------------------------------------------===//
# Threads and processes
#===-----------------------------------------------------------------------===//

def test_threads(rng, folder):
    """Eight at once compile, keep, find and call four kernels."""
    x, gamma = make_arguments(rng)
    expected = {eps: compile_anew(build(eps))(x, gamma) for eps in (1.0, 2.0, 3.0, 4.0)}
    for path in list_kernels(folder)[:2]:
        path.unlink()

    def work(number):
        for turn in range(8):
            eps = 1.0 + (number + turn) % 4
            if turn % 3 == 0:
                cache.kernels.clear()
            np.testing.assert_array_equal(seednorm.compile(build(eps))(x, gamma), expected[eps])
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(list_kernels(folder)) == 4 and len(list(folder.iterdir())) == 4


PROGRAM = """
import os, sys, time
import numpy as np
import seednorm
while time.time() < float(sys.argv[1]):
    pass
for eps in (1e-6, 1e-5, 1e-4):
    g = seednorm.Graph()
    x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
    g.output(seednorm.rms_norm(x, gamma, eps=eps))
    y = seednorm.compile(g)(np.full((2, 64), 2, "f4"), np.ones(64, "f4"))
    assert abs(y - 1).max() < 1e-4, y
"""


def run_program(start=0.0, **variables):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(start)],
        env={**os.environ, "PYTHONPATH": PACKAGE_ROOT, **variables},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_processes(folder):
    """At once on an empty folder, where warnings are errors; then once more."""
    start = time.time() + 3
    programs = [run_program(start) for _ in range(6)]
    for program in programs:
        output, _ = program.communicate(timeout=120)
        assert program.returncode == 0, output
    assert len(list(folder.iterdir())) == 3
    before = {path: path.stat().st_ino for path in list_kernels(folder)}
    program = run_program()
    output, _ = program.communicate(timeout=120)
    assert program.returncode == 0, output
    # Nothing was compiled, and written, again.
    assert {path: path.stat().st_ino for path in list_kernels(folder)} == before


def test_processes_at_the_size_bound(folder):
    """Each removes what the others just wrote."""
    start = time.time() + 3
    programs = [run_program(start, **{disk.SIZE_VARIABLE: "0"}) for _ in range(4)]
    for program in programs:
        output, _ = program.communicate(timeout=120)
        assert program.returncode == 0, output
    assert not list(folder.glob("*.tmp"))
