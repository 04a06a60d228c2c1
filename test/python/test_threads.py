#===- test_threads.py - Many threads at once ----------------------------------===//
#
# Graphs, compilations and calls share nothing that one thread could break for
# another. Results are compared bit by bit with those of one thread.
#
#===-----------------------------------------------------------------------===//

import concurrent.futures
import threading

import numpy as np
import pytest

import cases
import seednorm
from seednorm import cache

THREADS = 8


def run_together(job, arguments):
    """Runs `job` on each argument, all starting at the same moment."""
    barrier = threading.Barrier(THREADS)

    def wait_and_run(argument):
        barrier.wait()
        return job(argument)

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(wait_and_run, arguments))


def build_and_run(target, columns, x, parameters):
    g = seednorm.Graph()
    values = [g.input((None, columns), "f32", name="x")]
    values += [g.input((columns,), "f32") for _ in parameters]
    g.output(seednorm.seednorm(*values))
    return seednorm.compile(g, target=target)(x, *parameters)


@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_compile_and_run(rng, target):
    jobs = []
    for columns in (8, 96, 128, 1000, 1003, 1024, 2048, 4096):
        x = cases.make_rows(rng, (5, columns), "f32")
        jobs.append((target, columns, x,
                     cases.make_parameters(rng, columns, 1, "f32")))
    together = run_together(lambda job: build_and_run(*job), jobs)
    for job, result in zip(jobs, together):
        assert (build_and_run(*job) == result).all()


@pytest.mark.parametrize("target", ["cpu", "emulated"])
def test_one_kernel(rng, target):
    kernel = cases.compile_seednorm(target, (None, 1000), "f32", "f32", num_heads=8)
    parameters = cases.make_parameters(rng, 1000, 8, "f32")
    batches = [cases.make_rows(rng, (rows, 1000), "f32")
               for rows in range(1, THREADS + 1)]

    def call(x):
        return [kernel(x, *parameters) for _ in range(5)]

    for x, results in zip(batches, run_together(call, batches)):
        expected = kernel(x, *parameters)
        assert all((result == expected).all() for result in results)


# A stage is made when it is first asked for, perhaps by several at once.
def test_stages_of_one_kernel():
    kernel = cases.compile_seednorm("emulated", (None, 128), "f32", "f32")
    stages = list(kernel.asm)
    made = run_together(lambda _: [kernel.asm[stage] for stage in stages],
                        range(THREADS))
    assert all(texts == made[0] for texts in made)


# The last message belongs to the thread that made the mistake.
def test_errors_of_each_thread():
    def fail(number):
        g = seednorm.Graph()
        x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
        messages = set()
        for _ in range(50):
            try:
                seednorm.rms_norm(x, gamma, eps=-number)
            except seednorm.UsageError as error:
                messages.add(error.message)
        return messages

    for number, messages in enumerate(run_together(fail, range(1, THREADS + 1)), 1):
        assert messages == {"rms_norm: expects 'eps' to be positive and finite as "
                            f"f32, but got -{number}"}


def test_numpy_results_of_threads_do_not_share_memory(rng):
    kernel = cases.compile_rms_norm("cpu", (None, 64), "f32", "f32")
    gamma = np.ones(64, np.float32)
    batches = [np.full((4, 64), number, np.float32)
               for number in range(1, THREADS + 1)]
    results = run_together(lambda x: kernel(x, gamma), batches)
    addresses = {result.ctypes.data for result in results}
    assert len(addresses) == THREADS


# Compiled at the first call of each kind, perhaps by several at once; who was slower
# must not take away what another runs.
def test_layouts_of_one_kernel(rng):
    g = seednorm.Graph()
    x = g.input((None, 32), "f32", name="x")
    g.output(seednorm.l2_norm(x, eps=1e-6))
    wide = rng.standard_normal((500, 96), dtype=np.float32)

    def call(kernel):
        dense = wide[:, 32:64].copy()
        results = []
        for _ in range(20):
            array = dense.copy()
            results += [kernel(wide[:, 32:64]), kernel(array, out=array)]
        return results

    for number in range(4):
        kernel = seednorm.compile(g, entry=f"fresh{number}")
        expected = kernel(wide[:, 32:64].copy())
        for results in run_together(call, [kernel] * THREADS):
            assert all((result == expected).all() for result in results)


# Some find what others are compiling, and what they have is thrown out meanwhile.
def test_a_small_cache(rng, monkeypatch):
    monkeypatch.setattr(cache, "kernels", cache.RecentlyUsed(2))
    x = rng.standard_normal((64, 16), dtype=np.float32)
    graphs = []
    for number in range(4):
        g = seednorm.Graph()
        g.output(g.input((None, 16), "f32") * (number + 1.0))
        graphs.append(g.to_mlir())

    def work(start):
        right = True
        for step in range(12):
            number = (start + step) % 4
            y = seednorm.compile(graphs[number])(x)
            right &= bool((y == x * np.float32(number + 1)).all())
        return right

    assert all(run_together(work, range(THREADS)))


def test_norms_of_functions(rng):
    @seednorm.norm
    def scale(x, *, by):
        return x * by

    x = rng.standard_normal((64, 16), dtype=np.float32)

    def work(start):
        return [bool((scale(x, by=float(by)) == x * np.float32(by)).all())
                for by in (start % 3, 1, 2)]

    assert all(map(all, run_together(work, range(THREADS))))
