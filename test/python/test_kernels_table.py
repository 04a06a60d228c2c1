#===- test_kernels_table.py - The table of kernels and its rules -------------===//
#
# A sample of the matrix keeps the rules; faults that are planted are found; and the
# static model's ratios are printed.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "kernels.py"
PAGE = ROOT / "docs" / "Kernels.md"


@pytest.fixture
def kernels(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import kernels
    return kernels


def run(*options):
    return subprocess.run([sys.executable, str(SCRIPT), *options], text=True,
                          capture_output=True)


def read_broken(text):
    """Cells and the rules that they break, of a page or what is printed."""
    _, _, section = text.partition("## Broken rules\n")
    return {(name, rule) for name, rule in
            re.findall(r"^- ([^:]*): (\w+): ", section, re.M)}


def test_a_sample_keeps_the_rules():
    """But for what the page says is open."""
    done = run("--sample", "7", "--minutes", "0.5")
    broken = read_broken(done.stdout)
    assert done.returncode == bool(broken), done.stdout + done.stderr
    assert "of 156 cells: " in done.stdout
    assert broken <= read_broken(PAGE.read_text()), done.stdout


def test_a_sample_is_the_seed_s(kernels):
    def choose(*options):
        return kernels.choose_cells(kernels.parse(options))
    sample = choose("--sample", "3", "--minutes", "1")
    assert sample == choose("--sample", "3", "--minutes", "1") != choose()
    assert sorted(sample) == sorted(choose())


def test_refusals_say_why(kernels):
    """Of rows that no scheme takes: sums along a row are f32."""
    cell = kernels.run_cell("rms_norm", 64, "f64", False)
    assert cell.refused.startswith("sums f64 columns") or "f64" in cell.refused
    assert "/" not in cell.refused and not cell.broken


def test_options_are_checked():
    assert "together" in run("--sample", "1").stderr
    assert "none has 'SeeDNorm sideways'" in run("--only", "SeeDNorm sideways").stderr


def test_planted_faults_are_found(kernels, monkeypatch):
    """Each rule, by a kernel that is as good as it is, and a count that is not."""
    check, faults = kernels.check_counts, {
        "bytes": lambda r, c: c["regions"][0].update(bytes_read=1),
        "sectors": lambda r, c: c["regions"][0].update(read_sectors=1 << 30),
        "parameters": lambda r, c: c["regions"][1].update(bytes_read=1 << 40),
        "partials": lambda r, c: c["regions"][-1].update(bytes_written=1 << 40),
        "spills": lambda r, c: r[1].update(spill_bytes=4),
        "barriers": lambda r, c: c.update(block_barriers=1 << 40)}
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


def test_targets(kernels):
    """SeeDNorm is set beside RMSNorm where both were run."""
    cells = [kernels.run_cell(norm, 4096, "bf16", False)
             for norm in ("seednorm", "rms_norm")]
    line, = kernels.format_targets(cells)
    own, other = (cell.found["reports"][0]["model"]["instructions_per_element"]
                  for cell in cells)
    assert f"ratio {own / other:.3f} of at most 1.65" in line
    assert kernels.format_targets(cells[:1]) == []
    assert line in kernels.format_page(cells)
