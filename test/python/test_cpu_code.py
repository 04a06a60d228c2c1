#===- test_cpu_code.py - What the machine code of norms executes ------------===//
#
# Counts of instructions, on processors that this machine need not be: unlike times
# they are the same every time, and a loss shows in the commit that has it.
#
#===-----------------------------------------------------------------------===//

import json
import platform

import numpy as np
import pytest

import seednorm
from cases import NUMPY_TYPES

COLUMNS = 4096
#: SSE4, AVX2, AVX-512 without and with bf16, NEON without and with bf16.
TARGETS = ("x86-64-v2", "x86-64-v3", "skylake-avx512", "sapphirerapids", "znver4",
           "neoverse-n1", "neoverse-v2")
#: Vector instructions for each element of a row, in all loops of a row together, in the
#: order of `TARGETS`. A target, not only a limit: what gets better is lowered here.
BUDGETS = {
    ("rms_norm", "f32", "forward"): (2.00, 0.62, 0.31, 0.31, 0.31, 1.62, 1.62),
    ("rms_norm", "f32", "backward"): (5.50, 1.62, 0.81, 0.81, 0.81, 4.06, 4.00),
    ("rms_norm", "bf16", "forward"): (5.00, 2.00, 1.06, 0.56, 0.56, 3.38, 2.38),
    ("rms_norm", "bf16", "backward"): (9.31, 3.25, 1.69, 1.19, 1.19, 5.75, 5.12),
    ("seednorm", "f32", "forward"): (3.50, 1.00, 0.50, 0.50, 0.50, 2.44, 2.38),
    ("seednorm", "f32", "backward"): (10.75, 2.88, 1.44, 1.44, 1.44, 7.38, 7.38),
    ("seednorm", "bf16", "forward"): (6.50, 2.38, 1.25, 0.75, 0.75, 4.25, 3.25),
    ("seednorm", "bf16", "backward"): (14.62, 4.56, 2.31, 1.81, 1.81, 8.25, 8.38),
}
#: Of rounding to a budget's two digits, and of a register move more or less.
SLACK = 0.03


def build(operation, dtype):
    g = seednorm.Graph()
    x = g.input((None, COLUMNS), dtype, name="x")
    names = ("alpha", "beta", "gamma") if operation == "seednorm" else ("gamma",)
    parameters = [g.input((COLUMNS,), "f32", name=name) for name in names]
    g.output(getattr(seednorm, operation)(x, *parameters, eps=1e-6))
    return g


def count(target, operation, dtype, direction):
    """The only kernel's report."""
    graph = build(operation, dtype)
    graph = seednorm.grad(graph) if direction == "backward" else graph
    kernel, = json.loads(seednorm.compile(graph, f"cpu:{target}").asm["report.json"])
    return kernel


@pytest.mark.parametrize("key", BUDGETS, ids=[*map("-".join, BUDGETS)])
@pytest.mark.parametrize("target", TARGETS)
def test_loops(target, key):
    kernel = count(target, *key)
    loops = kernel["loops"]
    assert {"sums", "outputs"} <= {part for loop in loops for part in loop["work"].split(" and ")}
    assert not any(loop["calls"] for loop in loops)
    # Chunks of columns fill a row: nothing is left for a loop of single elements.
    assert all(loop["elements"] * loop["trips"] == COLUMNS for loop in loops
               if loop["trips"] and loop["work"] not in ("zeros", "totals"))
    assert not any(loop["spill_loads"] + loop["spill_stores"] for loop in loops)
    budget = BUDGETS[key][TARGETS.index(target)]
    assert kernel["loop_vector_instructions_per_element"] <= budget + SLACK


#: How far results may be from others of another order of sums: some roundings of the
#: type, of the largest element.
TOLERANCES = {"f32": 2**-18, "f16": 2**-9, "bf16": 2**-6}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="runs the oldest x86's code")
@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("operation", ["rms_norm", "seednorm"])
def test_code_without_fma_and_f16_is_right(operation, dtype):
    rng = np.random.default_rng(0)
    for graph in (build(operation, dtype), seednorm.grad(build(operation, dtype))):
        old, new = (seednorm.compile(graph, target) for target in ("cpu:x86-64", "cpu"))
        arguments = [
            (rng.standard_normal([9 if size is None else size for size in spec.shape])
             * (0.02 if spec.name == "beta" else 1)).astype(NUMPY_TYPES[spec.dtype])
            for spec in old.arguments]
        results = [kernel(*arguments) for kernel in (old, new)]
        for own, other in zip(*(r if isinstance(r, tuple) else (r,) for r in results)):
            own, other = own.astype("f8"), other.astype("f8")
            assert np.abs(own - other).max() <= TOLERANCES[dtype] * np.abs(other).max()


# Rows that go through the columns together cost no more instructions than one by one.
# Where eleven operands have addresses in x86's 16 general registers, whether outputs are
# written past the caches is asked in memory, once for 64 columns.
@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("target", [target for target in TARGETS if target not in (
    "x86-64-v2", "x86-64-v3")])
def test_blocks(target, direction):
    kernel, loops = compile_blocks(target, direction, {"rows": 8, "panel": 512})
    assert all(loop["elements"] * loop["trips"] == COLUMNS for loop in loops)
    assert not any(loop["calls"] + loop["spill_stores"] for loop in loops)
    assert all(loop["spill_loads"] <= 1 for loop in loops)
    budget = BUDGETS["seednorm", "bf16", direction][TARGETS.index(target)]
    assert kernel["loop_vector_instructions_per_element"] <= budget + SLACK


# Side by side, rows load and widen what they have in common once for all of them.
@pytest.mark.parametrize("target", ["skylake-avx512", "sapphirerapids", "znver4"])
def test_side_by_side(target):
    kernel, loops = compile_blocks(target, "forward",
                                   {"rows": 4, "panel": 0, "accumulators": 2})
    # Two sweeps, and those of rows that are left over.
    assert [loop["trips"] > 0 for loop in loops].count(True) == 2
    assert all(loop["elements"] * loop["trips"] == 4 * COLUMNS for loop in loops
               if loop["trips"] > 0)
    assert not any(loop["calls"] + loop["spill_stores"] + loop["spill_loads"]
                   for loop in loops)
    alone, _ = compile_blocks(target, "forward", {"rows": 1, "accumulators": 2})
    assert (kernel["loop_instructions_per_element"]
            <= alone["loop_instructions_per_element"] - 0.1)
    assert kernel["loop_row_bytes_per_element"] == alone["loop_row_bytes_per_element"]


def compile_blocks(target, direction, schedule):
    """The report of SeeDNorm in bf16, and its loops over columns of rows."""
    graph = build("seednorm", "bf16")
    graph = seednorm.grad(graph) if direction == "backward" else graph
    kernel, = json.loads(seednorm.compile(graph, f"cpu:{target}",
                                          schedule=schedule).asm["report.json"])
    return kernel, [loop for loop in kernel["loops"] if (loop["elements"] or 0) > 8
                    and loop["work"] not in ("zeros", "totals")]
