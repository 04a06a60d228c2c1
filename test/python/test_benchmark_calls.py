#===- test_benchmark_calls.py - How warm calls are timed ---------------------===//
#
# The table has every way, what the kernel takes itself is told apart, and ways that
# differ are not timed. No time is asserted.
#
#===-----------------------------------------------------------------------===//

import pathlib

import pytest

torch = pytest.importorskip("torch")

BENCHMARKS = pathlib.Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def calls(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import calls
    monkeypatch.setattr(calls.cpu, "set_threads", lambda count: None)
    return calls


def run(calls, *options):
    return calls.run(calls.parse(["--columns", "32", "--rounds", "1", *options]))


def test_table(calls, tmp_path):
    path = tmp_path / "table.md"
    assert run(calls, "--rows", "2", "--out", str(path)) == 0
    text = path.read_text()
    assert "# Warm calls of SeeDNorm, 2 x 32 f32" in text and "that has 256 more" in text
    lines = [[cell.strip() for cell in line[1:-1].split("|")]
             for line in text.splitlines() if line.startswith("| ")]
    assert lines[0] == list(calls.HEADER)
    names = [cells[0] for cells in lines[1:]]
    for name in ("the kernel's own", "kernel, NumPy, out=", "kernel, torch", "functional",
                 "module, no_grad", "module, forward and backward", "empty operator"):
        assert name in names
    for name, median, *rest in lines[2:]:
        assert float(median) > 0
        assert (rest[1] == "") == name.startswith("empty")


def test_the_kernels_own_time(calls, monkeypatch):
    import turns
    setup = calls.Setup(1, 32)
    seconds = {"many": 1e-6 + 257 * 2e-6, "few": 1e-6 + 2e-6, "way": 5e-6}
    monkeypatch.setattr(turns, "time_in_turns", lambda variants, rounds: {
        name: turns.Times(*[seconds[name]] * 3) for name in variants})
    own, times = calls.time_ways(setup, {"way": None}, 1)
    assert own == pytest.approx(2e-6) and list(times) == ["way"]
    table = calls.format_table(own, times, calls.parse([]))
    assert "| way | 5.0 | 5.0 to 5.0 | 3.0 |" in table


def test_ways_that_differ_are_not_timed(calls, monkeypatch, capsys):
    import turns
    make_ways = calls.make_ways

    def make_wrong(setup):
        ways, others = make_ways(setup)
        right = ways["functional"]
        ways["functional"] = lambda: right() * 1.0001
        return ways, others
    monkeypatch.setattr(calls, "make_ways", make_wrong)
    monkeypatch.setattr(turns, "time_in_turns", lambda *_: pytest.fail("timed"))
    assert run(calls) == 1
    assert "same bits, but 'functional' does not" in capsys.readouterr().err


def test_options(calls, capsys):
    with pytest.raises(SystemExit):
        calls.parse(["--rows", "0"])
    assert "expects at least 1, but got 0" in capsys.readouterr().err
