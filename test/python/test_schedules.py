#===- test_schedules.py - Schedules overridden from Python ------------------===//
#
# What a dict of fields does to kernels and their reports, and what is refused.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import seednorm

COLUMNS = 1024


def make_graph(columns=COLUMNS):
    g = seednorm.Graph()
    x = g.input((None, columns), "f32", name="x")
    g.output(seednorm.rms_norm(x, g.input((columns,), "f32", name="gamma")))
    return g


def compile_for(target="emulated", columns=COLUMNS, **schedule):
    return seednorm.compile(make_graph(columns), target, schedule=schedule)


def run(kernel, rng, rows=3):
    x = rng.standard_normal((rows, COLUMNS)).astype(np.float32)
    gamma = rng.standard_normal(COLUMNS).astype(np.float32)
    y = kernel(x, gamma)
    exact = x.astype(np.float64)
    exact = exact / np.sqrt((exact * exact).mean(-1, keepdims=True) + 1e-6) * gamma
    assert np.abs(y - exact).max() < 1e-5
    return y


def test_fields_replace_what_was_chosen(rng):
    kernel = compile_for(cluster=2, threads_per_row=64, rows_per_block=1, keep="shared",
                         parameters="late")
    assert kernel.schedule["cluster"] == 2
    assert "cluster_dim" in kernel.asm["nvvm"]
    run(kernel, rng)
    report, = kernel.report
    for field in ("threads_per_row = 64", "cluster = 2", "keep = shared"):
        assert field in report["schedule"]
    assert report["reason"].startswith("overridden by cluster = 2, threads_per_row = 64, ")
    assert "; before, a row of 1024 columns" in report["reason"]
    assert f"reason:             {report['reason']}" in kernel.asm["report"]


def test_a_chosen_schedule_has_its_reason():
    report, = compile_for().report
    assert "few enough for 32 lanes" in report["reason"]


def test_report_of_a_cluster():
    kernel = compile_for(cluster=4, threads_per_row=128, rows_per_block=1,
                         parameters="late", columns=2048)
    report, = kernel.report
    assert report["blocks_per_cluster"] == 4 and report["threads_per_block"] == 32
    # Blocks have started before another one writes to them; sums bring word of
    # themselves.
    assert report["cluster_barriers_per_row"] == 1
    assert report["barriers_per_row"] >= report["cluster_barriers_per_row"]
    assert "4 blocks a row" in kernel.asm["report"]
    # The bytes of a row are those of all blocks together.
    assert report["row_bytes_per_element"] == report["minimum_row_bytes_per_element"]


def test_report_of_dynamic_shared_memory():
    """A ring of rows is beyond what a block has without asking for it."""
    kernel = compile_for("sm_90a", columns=8192, blocks=8, keep="shared",
                         parameters="late", prefetch=1, threads_per_row=256)
    report, = kernel.report
    rows = 2 * 8192 * 4
    assert report["dynamic_shared_bytes"] >= rows
    assert report["shared_bytes"] >= report["dynamic_shared_bytes"]
    # Of 228 KiB, with what the system takes of each block.
    assert report["blocks_per_sm"] == 3
    assert "shared memory" in report["occupancy_limit"]
    assert f"{report['dynamic_shared_bytes']} of them dynamic" in kernel.asm["report"]
    assert (f"3 blocks a multiprocessor, limited by {report['occupancy_limit']}"
            in kernel.asm["report"])


def test_occupancy_by_threads_and_registers():
    report, = compile_for("sm_90a").report
    assert "shared memory" not in report["occupancy_limit"]
    assert set(report["occupancy_limit"].split(" and ")) <= {
        "threads", "blocks", "registers"}


#: Rows in shared memory, and not copied there ahead.
KEPT = {"keep": "shared", "prefetch": 0, "async": False}


@pytest.mark.parametrize("schedule, expected", [
    ({}, "dgamma in registers"),
    ({**KEPT, "parameters": "late"}, "dgamma in shared memory"),
    ({**KEPT, "parameters": "late", "sums": "global"}, "dgamma in global memory"),
])
def test_where_sums_over_rows_are(schedule, expected):
    kernel = seednorm.compile(seednorm.grad(make_graph(2048)), "sm_90a", schedule=schedule)
    rows, sums = kernel.report
    assert rows["sums"] == expected and sums["sums"] == ""
    assert expected in kernel.asm["report"]


def test_backward_and_strided_kernels_have_the_schedule(rng):
    kernel = compile_for(vector=2)
    assert "vector = 2" in kernel.backward.report[0]["schedule"]
    assert kernel.backward.schedule == {"vector": 2}
    x = rng.standard_normal((3, 2 * COLUMNS)).astype(np.float32)
    gamma = rng.standard_normal(COLUMNS).astype(np.float32)
    strided, dense = x[:, :COLUMNS], x[:, :COLUMNS].copy()
    np.testing.assert_array_equal(kernel(strided, gamma), kernel(dense, gamma))
    # The rows are aligned to 4 bytes only: no kernel takes two columns there.
    shifted = np.zeros(3 * 2047 + COLUMNS, np.float32)[1:]
    shifted = np.lib.stride_tricks.as_strided(shifted, (3, COLUMNS), (4 * 2047, 4))
    with pytest.raises(seednorm.UsageError, match="expects 'vector' to be at most 1"):
        kernel(shifted, gamma)


@pytest.mark.parametrize("schedule, message", [
    ({"warps": 2}, "expects one of threads_per_row, .*, dependent, but got 'warps'"),
    ({"vector": 3}, "expects 'vector' to be a power of two from 1 to 64, but got 3"),
    ({"vector": True}, "expects 'vector' to be an integer, but got 'true'"),
    ({"keep": "nowhere"}, "expects 'keep' to be one of registers, shared, global, but got "
     "'nowhere'"),
    ({"async": 1}, "expects 'async' to be true or false, but got '1'"),
    ({"cluster": 2, "threads_per_row": 32}, "a multiple of 64 from 64 to 2048, but got 32"),
    ({"vector": 2.5}, "an integer of 64 bits, a string or a bool, but got 2.5"),
    ({"vector": 2**63}, "an integer of 64 bits, a string or a bool, but got 92"),
    ({"vector": None}, "an integer of 64 bits, a string or a bool, but got None"),
    ({"keep": "shared, vector = 4"}, "expects 'keep' of 'schedule' to be one word"),
    ({2: 4}, "expects names of 'schedule' to be one word, but got 2"),
    ("vector = 4", "expects 'schedule' to be a dict"),
])
def test_what_is_no_schedule(schedule, message):
    with pytest.raises(seednorm.UsageError, match=message):
        seednorm.compile(make_graph(), "emulated", schedule=schedule)


BULK = {"threads_per_row": 64, "rows_per_block": 1, "parameters": "late", "bulk": True}


@pytest.mark.parametrize("target, schedule, message", [
    ("emulated:sm_80", {"cluster": 2, "threads_per_row": 64, "rows_per_block": 1},
     "clusters of 2 blocks, but sm_80 has none"),
    ("sm_120", {"cluster": 16, "threads_per_row": 512, "rows_per_block": 1},
     "clusters of 16 blocks, but sm_120 has at most 8"),
    ("emulated:sm_89", {"dependent": True},
     "on sm_89 no kernel starts before the one ahead of it ends"),
    ("sm_80", {**BULK, "keep": "shared"},
     "a schedule with 'bulk', but sm_80 has no bulk copies"),
    ("sm_90a", {**BULK, "keep": "shared", "vector": 2},
     "expects 'vector' to be 4 with 'bulk', for 16 bytes of 'f32', but got 2"),
    ("sm_90a", {"bulk": True}, "expects 'bulk' with 'async' or 'keep = shared'"),
    ("sm_86", {"threads_per_row": 32, "rows_per_block": 1, "parameters": "late",
               "blocks": 4, "prefetch": 31, "async": True},
     "bytes of shared memory .* but a block of sm_86 has 101376"),
    ("cpu", {"warps": 4}, "expects one of vector, accumulators, .* but got 'warps'"),
    ("cpu", {"rows": 17}, "expects 'rows' to be from 1 to 16, but got 17"),
    ("cpu", {"panel": -1}, "expects 'panel' to be at least 0, but got -1"),
    ("cpu", {"prefetch": 2}, "expects 'prefetch' to be true or false, but got '2'"),
    ("cpu", {"stream": -1}, "expects 'stream' to be at least 0, but got -1"),
])
def test_what_the_target_refuses(target, schedule, message):
    with pytest.raises(seednorm.UsageError, match=message):
        compile_for(target, **schedule)


def test_no_fields_are_no_override():
    assert seednorm.compile(make_graph(), "cpu", schedule={}).schedule == {}
