#===- test_report.py - What a report says of kernels ------------------------===//
#
# Kernels run on rows that no vector access fits, and say why; what is predicted of
# them; and how they are launched.
#
#===-----------------------------------------------------------------------===//

import json

import pytest

import seednorm


def get_report(target, columns, dtype, heads=1, attributes=""):
    kernel = seednorm.compile(f"""
func.func @main(%x: tensor<?x{columns}x{dtype}> {{{attributes}}},
                %p: tensor<{columns}xf32>) -> tensor<?x{columns}x{dtype}> {{
  %y = norm.seednorm %x, %p, %p, %p eps 1.0e-6 heads {heads}
      : tensor<?x{columns}x{dtype}>, tensor<{columns}xf32>
  return %y : tensor<?x{columns}x{dtype}>
}}""", target=target)
    report, = kernel.report
    assert report["accesses"] in kernel.asm["report"]
    return report["accesses"]


@pytest.mark.parametrize("columns, dtype, attributes, expected", [
    (1024, "bf16", "", "8 columns, 16 bytes of the narrowest operand"),
    (1024, "f32", "", "4 columns, 16 bytes of the narrowest operand"),
    (1003, "f32", "", "1 columns, 4 bytes of the narrowest operand; no more divide the "
     "1003 columns of a row"),
    (1002, "bf16", "", "2 columns, 4 bytes of the narrowest operand; no more divide the "
     "1002 columns of a row"),
    (1024, "bf16", "seednorm.dense_dims = 1 : i64", "1 columns, 2 bytes of the narrowest "
     "operand; some slices are not aligned to more"),
    (1024, "bf16", "seednorm.dense_dims = 1 : i64, seednorm.alignment = 8 : i64",
     "4 columns, 8 bytes of the narrowest operand; some slices are not aligned to more"),
])
def test_gpu(columns, dtype, attributes, expected):
    assert get_report("sm_90a", columns, dtype, attributes=attributes) == expected


def test_cpu():
    assert get_report("cpu", 1024, "f32").endswith(" columns")
    assert get_report("cpu", 1022, "f32", heads=511) == (
        "2 columns; runs of 2 columns hold no more")


def report_rms_norm(target, columns, backward=False):
    g = seednorm.Graph()
    x = g.input((None, columns), "bf16", name="x")
    g.output(seednorm.rms_norm(x, g.input((columns,), "f32", name="gamma")))
    kernel = seednorm.compile(seednorm.grad(g) if backward else g, target=target)
    return kernel, kernel.report


@pytest.mark.parametrize("target, cards", [
    ("sm_80", ["A100"]), ("sm_90", ["H100", "H200"]), ("sm_90a", ["H100", "H200"]),
    ("sm_100a", ["B200"]), ("sm_86", [])])
def test_cards_of_the_model(target, cards):
    kernel, (report,) = report_rms_norm(target, 1024)
    model = report["model"]
    assert [card["card"] for card in model["cards"]] == cards
    # All that a thread executes is one trip, and nothing of it is rare.
    assert not model["persistent"] and model["other_instructions"] == 0
    assert model["row_instructions"] == sum(report["instructions"].values()) > 0
    assert model["rare_instructions"] == 0
    for card in model["cards"]:
        assert 0 < card["copy_part"] <= 1
        assert card["copy_part"] <= 1 / max(1, card["unit_part"]) + 1e-9
        assert card["limit"] in ("bandwidth", "latency", card["unit"])
        assert f"{card['card']}:" in kernel.asm["report"]


@pytest.mark.parametrize("target", ["sm_80", "sm_90a", "sm_100a"])
def test_model_of_a_persistent_kernel(target):
    """The loop over rows, apart from what a block does once."""
    _, (rows, sums) = report_rms_norm(target, 4096, backward=True)
    model = rows["model"]
    assert sums["model"] is None
    assert model["persistent"] and model["rows_per_trip"] == rows["rows_per_block"] == 1
    assert rows["instructions"]["STG"] > 0
    executed = model["row_instructions"] + model["other_instructions"]
    assert executed + model["rare_instructions"] == sum(rows["instructions"].values())
    # What a block writes once, its partial sums, is outside of the loop.
    assert 0 < model["other_instructions"] < model["row_instructions"]
    assert model["trips_per_block"] == pytest.approx(4096 / rows["persistent_blocks"])
    assert model["instructions_per_element"] == pytest.approx(
        (model["row_instructions"] + model["other_instructions"] / model["trips_per_block"])
        / rows["elements_per_thread"])


@pytest.mark.parametrize("dtype, columns", [("bf16", 5120), ("f32", 33)])
def test_model_has_one_row_a_trip(dtype, columns):
    """Also where a trip stores sums in another block, or a thread has code for
    twice the columns that most have."""
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    gamma, beta = (g.input((columns,), "f32", name=name) for name in ("gamma", "beta"))
    g.output(seednorm.layer_norm(x, gamma, beta, eps=1e-6))
    rows, _ = seednorm.compile(seednorm.grad(g), target="sm_90a").report
    assert rows["blocks_per_cluster"] == (2 if columns == 5120 else 1)
    assert rows["model"]["rows_per_trip"] == rows["rows_per_block"]


@pytest.mark.parametrize("target", ["sm_80", "sm_90a"])
def test_launches(target):
    """How a launcher without a compiler finds grids and arguments."""
    kernel, (rows, sums) = report_rms_norm(target, 1024, backward=True)
    plan = json.loads(kernel.asm["launches"])
    first, second = plan["launches"]
    assert (first["kernel"], second["kernel"]) == (rows["name"], sums["name"])
    assert plan["num_arguments"] == 5  # x, gamma, dy, dx, dgamma
    # The partial sums are the one temporary, which both kernels take.
    assert len(plan["temporaries"]) == 1
    assert 5 in first["buffers"] and 5 in second["buffers"]
    assert plan["sizes"][first["threads"]] == {
        "op": "constant", "value": rows["threads_per_block"]}
    # For rows that are copied ahead.
    assert first["cluster"] == 1
    assert 0 < first["dynamic_shared_bytes"] <= rows["shared_bytes"]
    assert plan["sizes"][first["numbers"][-1]] == {"op": "dim", "buffer": 0, "dim": 0}
