#===- test_num_threads.py - How many threads run a kernel ---------------------===//
#
# Who says it, whom the pool obeys, and that results do not depend on it. Programs of
# their own: what was said once holds for a process. The pool's threads are told from
# others by their name.
#
#===-----------------------------------------------------------------------===//

import functools
import os
import subprocess
import sys

import pytest

import seednorm

PACKAGE_ROOT = os.path.dirname(os.path.dirname(seednorm.__file__))
needs_torch = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode,
    reason="PyTorch is not installed")

PROGRAM = """
import os, sys, threading
import numpy as np
import seednorm

def count_workers():
    names = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/comm") as file:
            names.append(file.read().strip())
    return names.count("seednorm")

g = seednorm.Graph()
g.output(seednorm.seednorm(
    g.input((None, 64), "f32"), *(g.input((64,), "f32") for _ in range(3))))
kernel = seednorm.compile(g)
rng = np.random.default_rng(0)
arrays = [rng.standard_normal(shape, np.float32)
          for shape in ((20000, 64), (64,), (64,), (64,))]
PROCESSORS = int(os.environ.get("PROCESSORS", 0))
"""


@functools.lru_cache
def get_num_processors():
    """Those this process may use, which a quota of its container counts for."""
    found = int(run("print(seednorm.get_num_threads())", PROCESSORS="0"))
    assert 1 <= found <= len(os.sched_getaffinity(0))
    return found


def run(program, **variables):
    variables.setdefault("PROCESSORS", str(get_num_processors())
                         if "PROCESSORS" in program else "0")
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("SEEDNORM_NUM_THREADS", "OMP_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + program], capture_output=True, text=True,
        timeout=300, env={**environment, "PYTHONPATH": PACKAGE_ROOT, **variables})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("variable", ["SEEDNORM_NUM_THREADS", "OMP_NUM_THREADS"])
@pytest.mark.parametrize("count", [1, 3])
def test_variables(variable, count):
    run(f"""
kernel(*arrays)
assert seednorm.get_num_threads() == {count}
assert count_workers() == {count} - 1
assert "torch" not in sys.modules
""", **{variable: str(count)})


def test_program_decides_above_variables():
    run("""
seednorm.set_num_threads(3)
assert seednorm.get_num_threads() == 3
kernel(*arrays)
assert count_workers() == 2
""", SEEDNORM_NUM_THREADS="2")


@pytest.mark.parametrize("count", [0, -1, 4097, 1.5, "2", None])
def test_numbers_that_are_none(count):
    with pytest.raises(seednorm.UsageError,
                       match="set_num_threads: expects 'count' to be an integer from 1 to "
                             "4096, but got "):
        seednorm.set_num_threads(count)


# Sums over rows as well, whose parts follow from the sizes alone.
def test_same_bits_with_any_number():
    run("""
results = []
for rows in (7, 64, 513, 20000):
    for count in (1, 2, 3, 8):
        seednorm.set_num_threads(count)
        for _ in range(3):
            given = [arrays[0][:rows], *arrays[1:]]
            found = [kernel(*given), *kernel.backward(*given, given[0])]
            if count == 1:
                expected = found
            assert all((a == b).all() for a, b in zip(found, expected, strict=True))
assert count_workers() == 7
""")


#===----------------------------------------------------------------------===//
# PyTorch
#===----------------------------------------------------------------------===//

# With tensors alone; by an operator, whose first call takes another way.
CALLS = {
    "kernel": """
import torch
tensors = list(map(torch.from_numpy, arrays))
def call():
    kernel(*tensors)
""",
    "module": """
import torch
import seednorm.torch
module = seednorm.torch.SeeDNorm(64)
x = torch.from_numpy(arrays[0])
def call():
    module(x)
"""}


@needs_torch
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_torch_decides_for_its_tensors(call):
    run(call + """
torch.set_num_threads(1)
for _ in range(3):
    call()
assert seednorm.get_num_threads() == 1 and count_workers() == 0
torch.set_num_threads(2)
call()
assert seednorm.get_num_threads() == min(2, PROCESSORS)
assert count_workers() == min(2, PROCESSORS) - 1
torch.set_num_threads(1)
assert seednorm.get_num_threads() == 1
# It may not know what this process is allowed.
torch.set_num_threads(1000)
call()
assert seednorm.get_num_threads() == PROCESSORS
assert count_workers() == PROCESSORS - 1
""", OMP_NUM_THREADS="4")


# PyTorch's number belongs to a thread.
@needs_torch
def test_torch_decides_for_its_threads():
    run(CALLS["module"] + """
torch.set_num_threads(PROCESSORS)
def work():
    torch.set_num_threads(1)
    call()
    assert seednorm.get_num_threads() == torch.get_num_threads() == 1
    done.append(True)
done = []
thread = threading.Thread(target=work)
thread.start()
thread.join()
assert done
call()
assert seednorm.get_num_threads() == min(torch.get_num_threads(), PROCESSORS)
""")


@needs_torch
def test_user_decides_above_torch():
    run(CALLS["module"] + """
torch.set_num_threads(1)
call()
assert seednorm.get_num_threads() == 3 and count_workers() == 2
""", SEEDNORM_NUM_THREADS="3")


# As workers of a data loader do.
@needs_torch
def test_forked_child_has_a_number_of_its_own():
    run(CALLS["module"] + """
torch.set_num_threads(PROCESSORS)
call()
child = os.fork()
if child == 0:
    torch.set_num_threads(1)
    assert count_workers() == 0
    call()
    assert seednorm.get_num_threads() == 1 and count_workers() == 0
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert count_workers() == PROCESSORS - 1
""")
