#===- test_fork.py - Forked processes go on -----------------------------------===//
#
# A child has none of its parent's threads, whatever these were at: it calls kernels
# that are there and compiles others. Programs of their own, so that a child that
# hangs is an error here and not the end of the tests.
#
#===-----------------------------------------------------------------------===//

import os
import subprocess
import sys

import pytest

import seednorm

PACKAGE_ROOT = os.path.dirname(os.path.dirname(seednorm.__file__))
# Kernels of a thousand rows are shared out to several threads.
PROGRAM = """
import multiprocessing, os, signal, sys, threading, time
import numpy as np
import seednorm
from seednorm import cache

def build(eps):
    g = seednorm.Graph()
    x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
    g.output(seednorm.rms_norm(x, gamma, eps=eps))
    return g

x = np.random.default_rng(0).standard_normal((1000, 64), dtype=np.float32)
gamma = np.ones(64, np.float32)
kernel = seednorm.compile(build(1e-6))
expected = kernel(x, gamma)

def work(number=0):
    assert (kernel(x, gamma) == expected).all()
    dx, dgamma = kernel.backward(x, gamma, x)
    assert np.isfinite(dx).all() and dgamma.shape == (64,)
    assert seednorm.compile(build(1e-6)) is kernel
    other = seednorm.compile(build(1e-3 * (1 + number)))
    y = other(x, gamma)
    assert (abs(y) < abs(expected) + 1e-30).all()
    return float(y.sum())

def fork():
    child = os.fork()
    if child == 0:
        signal.alarm(100)  # A hang must not outlive the test.
        try:
            work()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child

def join(child):
    assert os.waitpid(child, 0)[1] == 0
"""

FORK = """
join(fork())
work()
"""

# Children of children, and several at once.
FORKS = """
children = [fork() for _ in range(3)]
work()
for child in children:
    join(child)
child = os.fork()
if child == 0:
    join(fork())
    os._exit(0)
join(child)
"""

POOL = """
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(work, range(4)) == [work(number) for number in range(4)]
"""

# Another thread calls and compiles while the process forks.
WHILE_BUSY = """
stop = threading.Event()
def be_busy():
    number = 0
    while not stop.is_set():
        kernel(x, gamma)
        seednorm.compile(build(1 + number % 5))
        number += 1
threads = [threading.Thread(target=be_busy) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(5):
    join(fork())
stop.set()
for thread in threads:
    thread.join()
"""

# The one moment of that which is hard to hit.
WITH_A_LOCKED_CACHE = """
entered, leave = threading.Event(), threading.Event()
class Slow(str):
    def __hash__(self):
        entered.set()
        leave.wait()
        return 0
thread = threading.Thread(target=cache.kernels.get, args=(Slow(),))
thread.start()
entered.wait()
child = fork()
leave.set()
thread.join()
join(child)
"""


@pytest.mark.parametrize("program", [FORK, FORKS, POOL, WHILE_BUSY, WITH_A_LOCKED_CACHE],
                         ids=["once", "often", "pool", "while busy", "locked cache"])
def test_fork_after_use(program):
    environment = {**os.environ, "PYTHONPATH": PACKAGE_ROOT, "SEEDNORM_NUM_THREADS": "4"}
    done = subprocess.run([sys.executable, "-c", PROGRAM + program], env=environment,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
