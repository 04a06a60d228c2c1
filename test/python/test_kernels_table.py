#===- test_kernels_table.py - The table of kernels and its rules -------------===//
#
# Cells are chosen, run and told of as they should; faults that are planted are found;
# and the static model's ratios are printed. utils/check.sh runs a sample of the cells.
#
#===-----------------------------------------------------------------------===//

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "kernels.py"


@pytest.fixture
def page(kernels):
    import kernel_page
    return kernel_page


@pytest.fixture
def kernels(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import kernels
    return kernels


def run(*options):
    return subprocess.run([sys.executable, str(SCRIPT), *options], text=True,
                          capture_output=True)


def choose(kernels, *options):
    return kernels.choose_cells(kernels.parse(options))


def test_cells_run_side_by_side(tmp_path):
    """And what becomes of them is told in three ways."""
    results = tmp_path / "results.json"
    done = run("--only", "RMSNorm forward 2048 ", "--jobs", "2", "--results", str(results))
    assert done.returncode == 0, done.stdout + done.stderr
    names = ["RMSNorm forward 2048 f32", "RMSNorm forward 2048 bf16"]
    for name in names:
        assert f"{name}: keeps the rules" in done.stdout
    assert "2 of 156 cells: 0 break a rule, 0 are refused" in done.stdout
    assert done.stdout.index("| 2048 | f32 |") < done.stdout.index("| 2048 | bf16 |")
    assert json.loads(results.read_text()) == {"seed": None, "of": 156, "cells": [
        {"name": name, "refused": None, "broken": []} for name in names]}


def test_no_cell_begins_after_the_deadline(kernels):
    chosen = [("rms_norm", columns, "f32", False) for columns in (64, 128, 512)]
    first, = kernels.run_cells(chosen, deadline=0, jobs=2)
    assert first.key == chosen[0] and not first.broken


def test_a_process_that_dies_breaks_its_cell(kernels, monkeypatch, capsys):
    run_cell = kernels.run_cell

    def die(norm, columns, *rest):
        return os._exit(3) if columns == 128 else run_cell(norm, columns, *rest)
    monkeypatch.setattr(kernels, "run_cell", die)
    chosen = [("rms_norm", columns, "f32", False) for columns in (128, 64)]
    broken, whole = sorted(kernels.run_cells(chosen, float("inf"), jobs=1),
                           key=lambda cell: not cell.broken)
    assert broken.broken == ["compiles: the process ended with 3"] and not whole.broken
    kernels.report_broken([broken, whole])
    assert capsys.readouterr().out.endswith(
        "error: RMSNorm forward 128 f32 breaks a rule: compiles: the process ended with "
        "3; it runs alone with benchmarks/kernels.py --only 'RMSNorm forward 128 f32'\n")


def test_a_sample_is_the_seed_s(kernels):
    sample = choose(kernels, "--sample", "3", "--minutes", "1")
    assert sample == choose(kernels, "--sample", "3", "--minutes", "1") != choose(kernels)
    assert sorted(sample) == sorted(choose(kernels))


def test_seeds_in_their_order_run_all_cells(kernels):
    """Three of them, if a third of the cells has time; and each begins with another."""
    samples = [choose(kernels, "--sample", str(seed), "--minutes", "1")
               for seed in range(20000, 20156)]
    assert {cell for sample in samples[:3] for cell in sample[:55]} == set(kernels.CELLS)
    assert {sample[0] for sample in samples} == set(kernels.CELLS)


def test_refusals_say_why(kernels):
    """Of rows that no scheme takes: sums along a row are f32."""
    cell = kernels.run_cell("rms_norm", 64, "f64", False)
    assert cell.refused.startswith("sums f64 columns") or "f64" in cell.refused
    assert "/" not in cell.refused and not cell.broken


def test_options_are_checked():
    assert "together" in run("--sample", "1").stderr
    assert "neither --only nor --sample" in run("--write", "--only", " 64 f32").stderr
    assert "positive, but got 0" in run("--jobs", "0").stderr
    assert "none has 'SeeDNorm sideways'" in run("--only", "SeeDNorm sideways").stderr


def test_planted_faults_are_found(kernels, monkeypatch):
    """Each rule, by a kernel that is as good as it is, and a count that is not."""
    def regions(counters):
        return counters[0]["regions"]
    check, faults = kernels.check_counts, {
        "bytes": lambda r, c: regions(c)[0].update(bytes_read=1),
        "sectors": lambda r, c: regions(c)[0].update(read_sectors=1 << 30),
        "parameters": lambda r, c: regions(c)[1].update(bytes_read=1 << 40),
        "partials": lambda r, c: regions(c)[-1].update(bytes_written=1 << 40),
        "spills": lambda r, c: r[1].update(spill_bytes=4),
        "barriers": lambda r, c: c[0].update(block_barriers=1 << 40),
        "conflicts": lambda r, c: c[1]["shared_writes"].update(excess=1)}
    for rule, plant in faults.items():
        def planted(cell, rows, reports, counters, plant=plant):
            plant(reports, counters)
            check(cell, rows, reports, counters)
        monkeypatch.setattr(kernels, "check_counts", planted)
        cell = kernels.run_cell("rms_norm", 64, "f32", True)
        assert rule in [text.split(":")[0] for text in cell.broken]


def test_a_wrong_value_is_found(kernels, monkeypatch):
    exact = kernels.norms.get_exact

    def shifted(*arguments):
        return [(dtype, value + 1e-3, bound) for dtype, value, bound in exact(*arguments)]
    monkeypatch.setattr(kernels.norms, "get_exact", shifted)
    cell = kernels.run_cell("rms_norm", 64, "f32", False)
    assert [text.split(":")[0] for text in cell.broken] == ["values"]


def test_targets(kernels, page):
    """SeeDNorm is set beside RMSNorm where both were run."""
    cells = [kernels.run_cell(norm, 4096, "bf16", False)
             for norm in ("seednorm", "rms_norm")]
    line, = page.format_targets(cells)
    own, other = (cell.found["reports"][0]["model"]["instructions_per_element"]
                  for cell in cells)
    assert f"ratio {own / other:.3f} of at most 1.65" in line
    assert page.format_targets(cells[:1]) == []
    assert line in page.format_page(cells, is_whole=False)


def test_the_check_names_broken_cells(tmp_path):
    """With the rule, and the command that runs the cell alone."""
    (tmp_path / "lit").write_text('{"tests": [{"name": "a", "code": "PASS"}]}')
    (tmp_path / "pytest").write_text("<s><testcase classname='c' name='n'/></s>")
    cells = [{"name": "RMSNorm forward 64 f32", "refused": None, "broken": []},
             {"name": "RMSNorm forward 64 bf16", "refused": "too long", "broken": []}]

    def report(*failed):
        (tmp_path / "kernels").write_text(json.dumps(
            {"seed": 7, "of": 156, "cells": cells}))
        return subprocess.run(
            [sys.executable, str(ROOT / "utils" / "report_tests.py"),
             *(str(tmp_path / suite) for suite in ("lit", "pytest", "kernels")), *failed],
            text=True, capture_output=True)
    done = report()
    assert done.returncode == 0 and done.stdout.splitlines() == [
        "kernels: 2 of 156 cells, sample 7",
        "not run: kernels: RMSNorm forward 64 bf16: refused: too long",
        "check: 1 lit tests, 1 pytest tests, 1 kernels cells, 1 not run, all passed"]
    cells[0]["broken"].append("conflicts: 3 of them")
    done = report("kernels")
    assert done.returncode == 1
    assert ("failed: kernels: RMSNorm forward 64 f32: conflicts: 3 of them; alone: "
            "benchmarks/kernels.py --only 'RMSNorm forward 64 f32'\n") in done.stdout
    assert done.stdout.endswith("check: failed: kernels, 1 kernels cells\n")
