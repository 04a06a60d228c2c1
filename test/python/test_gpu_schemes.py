#===- test_gpu_schemes.py - Every scheme computes every norm ----------------===//
#
# A table of schedules times norms, widths and types, each pair with some of the
# others: right values, each row read and written once, the same bits for any
# number of rows and any order of lanes.
#
#===-----------------------------------------------------------------------===//

import itertools

import numpy as np
import pytest

import cases
import schemes
import seednorm
from schemes import BLOCKS, BULK, CLUSTERS, GLOBAL, LANES, NORMS

ROWS = 7
SHORT = [("f32", 96), ("bf16", 40), ("f32", 67), ("bf16", 128), ("f32", 120)]
LONG = [("f32", 1000), ("bf16", 768), ("f32", 1003), ("bf16", 536), ("f32", 520),
        ("bf16", 1000)]
WHOLE = [shape for shape in LONG if shape[1] % 8 == 0]


def sample(schedules, shapes):
    """Every schedule with every norm that fits, each with another width and type."""
    chosen = []
    for (first, schedule), (second, norm) in itertools.product(
            enumerate(schedules), enumerate(NORMS)):
        turn = first + second
        dtype, columns = next(
            shape for shape in (shapes[(turn + k) % len(shapes)] for k in range(99))
            if schemes.fits(norm, shape[1]))
        chosen.append(pytest.param(
            schedule, norm, columns, dtype,
            id=f"{schemes.name_schedule(schedule)}: {norm} {columns} {dtype}"))
    return chosen


CASES = (sample(LANES, SHORT) + sample(BLOCKS, LONG) + sample(CLUSTERS, LONG)
         + sample(BULK, WHOLE) + sample(GLOBAL, LONG))


def test_table_has_every_pair():
    pairs = {(case.values[1], case.values[2], case.values[3]) for case in CASES}
    for norm, (dtype, columns) in itertools.product(NORMS, LONG):
        if schemes.fits(norm, columns):
            assert (norm, columns, dtype) in pairs


@pytest.mark.parametrize("schedule, norm, columns, dtype", CASES)
def test_forward(rng, schedule, norm, columns, dtype):
    kernel = schemes.compile_forward(norm, columns, dtype, **schedule)
    x, *parameters = schemes.make_arguments(norm, rng, ROWS, columns, dtype)
    y = schemes.align(np.zeros_like(x))
    _, (counters,) = kernel.run_counted(x, *parameters, out=y)
    mismatch = schemes.find_mismatch(norm, y, (x, *parameters), dtype)
    assert not mismatch, mismatch
    check_traffic(counters, schedule, x, len(parameters))
    for seed in (1, 2):
        others = kernel(x, *parameters, seed=seed)
        np.testing.assert_array_equal(schemes.bits(others), schemes.bits(y))
    # A row does not know how many there are, nor which of them it is.
    for first, last in ((0, 0), (3, 4), (2, 5)):
        part = kernel(x[first:last].copy(), *parameters)
        np.testing.assert_array_equal(schemes.bits(part), schemes.bits(y[first:last]))


def check_traffic(counters, schedule, x, num_parameters):
    """Rows are read and written once, in whole sectors where they begin and end with
    one, and no lane waits for a bank of shared memory."""
    read, written = counters["regions"][0], counters["regions"][1 + num_parameters]
    assert written["bytes_written"] == x.nbytes and written["bytes_read"] == 0
    if schedule.get("keep") == "global":
        assert read["bytes_read"] >= x.nbytes
    else:
        assert read["bytes_read"] == x.nbytes
    is_cluster = schedule.get("cluster", 1) > 1
    # Behind an arrival at a cluster's barrier that has no wait before the next load,
    # the emulator counts a warp's request as several.
    splits_requests = is_cluster and "blocks" not in schedule
    if x.strides[0] % 32 == 0 and not splits_requests:
        assert 32 * read["read_sectors"] == read["bytes_read"]
        assert 32 * written["write_sectors"] == written["bytes_written"]
    if is_cluster:
        assert counters["cluster_barriers"] > 0
        assert counters["distributed_bytes_written"] > 0


#===-----------------------------------------------------------------------===//
# Sums over rows
#===-----------------------------------------------------------------------===//

SUMMING = [
    schemes.lanes(32, parameters="late", blocks=3),
    schemes.lanes(32, parameters="staged", blocks=2, prefetch=1),
    schemes.block(64, parameters="early", blocks=3),
    schemes.block(64, parameters="early", blocks=2, prefetch=1),
    schemes.block(128, parameters="late", blocks=3, prefetch=2, **{"async": True}),
    schemes.shared(64, blocks=3),
    schemes.shared(64, blocks=2, prefetch=1, sums="global"),
    schemes.shared(96, blocks=2, parameters="staged", sums="shared"),
    schemes.block(32, parameters="late", blocks=2, sums="global"),
    schemes.block(32, parameters="late", blocks=2, sums="shared"),
    schemes.cluster(2, blocks=2),
    schemes.cluster(2, blocks=2, keep="shared"),
    schemes.cluster(4, blocks=2, prefetch=1, keep="shared", sums="global"),
    schemes.shared(64, blocks=2, prefetch=1, bulk=True),
    schemes.cluster(2, blocks=2, keep="shared", prefetch=2, bulk=True),
]
SUMMED = [(520, 1, "f32"), (768, 4, "bf16"), (1000, 8, "f32"), (520, 40, "bf16")]


@pytest.mark.parametrize("columns, heads, dtype", SUMMED)
@pytest.mark.parametrize("schedule", SUMMING, ids=schemes.name_schedule)
def test_backward(rng, schedule, columns, heads, dtype):
    backward = schemes.backward_of_seednorm(columns, heads, dtype, schedule)
    x, dy = (cases.make_rows(rng, (9, columns), dtype) for _ in range(2))
    parameters = cases.make_parameters(rng, columns, heads, "f32")
    for rows in (9, 1):
        own = x[:rows], *parameters, dy[:rows]
        found = backward(*own)
        mismatch = schemes.find_wrong_gradients(found, own, heads, dtype)
        assert not mismatch, mismatch
        for seed in (1, 2):
            for one, other in zip(found, backward(*own, seed=seed), strict=True):
                np.testing.assert_array_equal(schemes.bits(one), schemes.bits(other))
    dx, *sums = backward(x[:0], *parameters, dy[:0])
    assert dx.shape == (0, columns) and not any(total.any() for total in sums)


PERIODIC = [
    schemes.block(64, parameters="late", blocks=3, parts=1),
    schemes.block(64, parameters="early", blocks=2, parts=2, prefetch=1),
    schemes.block(64, parameters="late", blocks=3, parts=2, prefetch=2, **{"async": True}),
    schemes.shared(64, blocks=3, parts=2),
    schemes.shared(64, blocks=2, parts=1, sums="global", prefetch=1),
    schemes.cluster(2, blocks=2, parts=1),
    schemes.cluster(2, blocks=2, parts=2, keep="shared"),
]
PERIODIC_BULK = [
    schemes.shared(64, blocks=3, parts=2, bulk=True),
    schemes.shared(64, blocks=2, parts=2, prefetch=2, bulk=True),
    schemes.cluster(2, blocks=2, parts=1, keep="shared", prefetch=1, bulk=True),
]
PERIODIC_CASES = [*itertools.product(PERIODIC, [520, 1003]),
                  *itertools.product(PERIODIC_BULK, [520])]


@pytest.mark.parametrize("access, leading, slices", [
    ("by group 4", "?", lambda rows: np.arange(rows) // 4),
    ("by cycle 3", "3", lambda rows: np.arange(rows) % 3),
], ids=["group", "cycle"])
@pytest.mark.parametrize("schedule, columns", PERIODIC_CASES, ids=str)
def test_sums_of_some_rows(rng, schedule, access, leading, slices, columns):
    kernel = seednorm.compile(schemes.modulated(columns, access, leading), "emulated",
                              schedule=schedule)
    for rows in (12, 0):
        numbers = slices(rows)
        count = 3 if "cycle" in access else rows // 4
        x = rng.standard_normal((rows, columns)).astype(np.float32)
        scale = rng.standard_normal((count, columns)).astype(np.float32)
        found = kernel(x, scale)
        mismatch = schemes.find_wrong_sums(found, x, scale, numbers)
        assert not mismatch, mismatch
        for seed in (1, 2):
            for one, other in zip(found, kernel(x, scale, seed=seed), strict=True):
                np.testing.assert_array_equal(schemes.bits(one), schemes.bits(other))


#===-----------------------------------------------------------------------===//
# What the hardware makes of them
#===-----------------------------------------------------------------------===//


@pytest.mark.parametrize("norm, columns", [
    ("rms_norm", 768), ("seednorm", 1024), ("layer_norm", 4096), ("seednorm", 8192),
    ("seednorm", 16384), ("layer_norm", 32768), ("rms_norm", 65536), ("softmax", 131072)])
def test_chosen_schedules_do_not_spill(norm, columns):
    report, = schemes.compile_forward(norm, columns, "bf16", "sm_90a").report
    assert report["spill_bytes"] == report["stack_bytes"] == 0
    assert report["blocks_per_sm"] >= 1
    assert report["reason"]
    if "keep = global" not in report["schedule"]:
        assert report["row_bytes_per_element"] == report["minimum_row_bytes_per_element"]


@pytest.mark.parametrize("columns", [1024, 4096, 8192, 16384])
def test_chosen_backward_schedules_do_not_spill(columns):
    rows, sums = schemes.backward_of_seednorm(columns, 1, "bf16", {}, "sm_90a").report
    for report in (rows, sums):
        assert report["spill_bytes"] == report["stack_bytes"] == 0
    assert rows["row_bytes_per_element"] == rows["minimum_row_bytes_per_element"]
    assert set(rows["sums"].replace(",", "").split()) & {"dalpha", "dbeta", "dgamma"}
    assert rows["reason"] and rows["blocks_per_sm"] >= 1


@pytest.mark.parametrize("dtype", ["f32", "bf16"])
@pytest.mark.parametrize("chip, columns", [
    ("sm_80", 32768), ("sm_80", 65536), ("sm_89", 16384), ("sm_90a", 131072)])
@pytest.mark.parametrize("norm", ["seednorm", "layer_norm"])
def test_long_backward_schedules_do_not_spill(norm, columns, dtype, chip):
    """A loop over columns with 1024 threads had 64 registers, and was unrolled."""
    graph = seednorm.grad(schemes.make_graph(norm, columns, dtype))
    rows, sums = seednorm.compile(graph, chip).report
    for report in (rows, sums):
        assert report["spill_bytes"] == report["stack_bytes"] == 0


@pytest.mark.parametrize("schedule", [
    schemes.block(64, parameters="early", blocks=2, prefetch=2, **{"async": True}),
    schemes.shared(64, parameters="staged"),
    schemes.shared(64, blocks=2, prefetch=1),
    schemes.cluster(2, keep="shared"),
    schemes.shared(64, blocks=2, prefetch=1, bulk=True),
    schemes.lanes(32, parameters="staged"),
], ids=schemes.name_schedule)
@pytest.mark.parametrize("dtype", ["f32", "bf16"])
@pytest.mark.parametrize("norm", ["rms_norm", "layer_norm", "softmax"])
def test_no_bank_conflicts(rng, schedule, dtype, norm):
    """What lanes of a warp read and write of shared memory at once is in banks of
    its own, or one word for all."""
    kernel = schemes.compile_forward(norm, 1024, dtype, **schedule)
    _, (counters,) = kernel.run_counted(
        *schemes.make_arguments(norm, rng, ROWS, 1024, dtype))
    reads, writes = counters["shared_reads"], counters["shared_writes"]
    # A few lanes that have no parameters have no use of shared memory.
    assert (reads["requests"] > 0) == (norm != "softmax" or schedule["threads_per_row"] > 32)
    assert reads["excess"] == writes["excess"] == 0


@pytest.mark.parametrize("schedule", [
    {}, schemes.lanes(32, parameters="staged"),
    schemes.block(192, parameters="staged"), schemes.block(352, parameters="late"),
    schemes.block(512, parameters="early"), schemes.shared(96, parameters="staged"),
], ids=schemes.name_schedule)
@pytest.mark.parametrize("norm, columns, dtype", [
    ("layer_norm", 96, "f32"), ("seednorm", 1001, "f32"), ("rms_norm", 1536, "f32"),
    ("seednorm", 40, "bf16"), ("layer_norm", 520, "bf16"), ("seednorm", 1003, "bf16"),
    ("seednorm", 2056, "bf16"), ("rms_norm", 776, "f16")])
def test_no_bank_conflicts_at_odd_widths(rng, norm, columns, dtype, schedule):
    """Whole warps or not, a power of two of them or not, parameters in halves or not."""
    kernel = schemes.compile_forward(norm, columns, dtype, **schedule)
    _, (counters,) = kernel.run_counted(
        *schemes.make_arguments(norm, rng, 3, columns, dtype))
    assert counters["shared_reads"]["excess"] == 0
    assert counters["shared_writes"]["excess"] == 0
