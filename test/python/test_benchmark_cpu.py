#===- test_benchmark_cpu.py - How norms are timed on the CPU -----------------===//
#
# What is checked, in which order variants run, and what the table makes of their
# times. Sizes are tiny and clocks known: no time is asserted.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re

import numpy as np
import pytest

torch = pytest.importorskip("torch")

BENCHMARKS = pathlib.Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def cpu(monkeypatch):
    """The benchmark with tiny cases, in the threads that the tests have."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import cpu
    monkeypatch.setattr(cpu, "SHAPES", ((9, 64),))
    monkeypatch.setattr(cpu, "IN_CACHE", (2, 32))
    monkeypatch.setattr(cpu, "set_threads", lambda count: None)
    monkeypatch.setattr(cpu, "get_cache_bytes", lambda: 1 << 10)
    return cpu


@pytest.fixture
def without_compiler(monkeypatch, cpu):
    import variants

    def fail(case):
        raise RuntimeError("no C++ compiler\nand more")
    monkeypatch.setattr(variants, "make_compiled", fail)
    monkeypatch.setattr(variants, "make_compiled_out", fail)
    return variants


def run(cpu, *options):
    return cpu.run(cpu.parse(["--rounds", "1", *options]))


def read_table(text):
    """Cells of each line of the table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def test_table(cpu, without_compiler, tmp_path):
    path = tmp_path / "table.md"
    assert run(cpu, "--out", str(path)) == 0
    text = path.read_text()
    lines = read_table(text)
    cases = [f"{norm} {direction} 9x64 {dtype}" for norm in ("SeeDNorm", "RMSNorm")
             for dtype in ("f32", "bf16") for direction in ("forward", "forward+backward")]
    cases += [f"{norm} forward 2x32 {dtype} in cache" for norm in ("SeeDNorm", "RMSNorm")
              for dtype in ("f32", "bf16")]
    assert {cells[0] for cells in lines} == set(cases)
    number = r"\d+\.\d+"
    for case, variant, check, *rest in lines:
        if variant.startswith("torch.compile"):
            assert check == "left out: RuntimeError: no C++ compiler"
            assert rest == ["not measured"] + [""] * 5
            continue
        if variant in ("copy", "seednorm, in cache", "RMSNorm of seednorm, out="):
            assert not check
        else:
            assert re.fullmatch(rf"right: {number} of the bound, \d rows", check)
        median, spread, rate, part, eager, compiled = rest
        assert float(median) > 0 and float(rate) >= 0
        assert re.fullmatch(rf"{number} to {number}", spread)
        assert re.fullmatch(r"\d+%", part) and (part == "100%" or variant != "copy")
        assert re.fullmatch(rf"{number}x", eager)
        assert not compiled
    assert "- processor: " in text and "largest cache" in text
    assert "- threads: " in text
    pairs = re.findall(r"- (.*), out=: \d+\.\d\d of the time of RMSNorm", text)
    assert pairs == [case for case in cases if case.startswith("SeeDNorm forward ")]


def change_results(variants, monkeypatch, change):
    """Our kernels' results, changed by a function."""
    make_maker = variants.make_seednorm_out

    def make_wrong(case):
        make = make_maker(case)
        return lambda tensors: lambda: change(make(tensors)())
    monkeypatch.setattr(variants, "make_seednorm_out", make_wrong)


def add_to(number, amount):
    def change(results):
        results = [result.clone() for result in results]
        results[number].view(-1)[-1] += amount
        return results
    return change


@pytest.mark.parametrize("number", range(5), ids=("y", "dx", "dalpha", "dbeta", "dgamma"))
def test_a_wrong_kernel_is_not_timed(cpu, monkeypatch, capsys, number):
    import turns
    import variants
    change_results(variants, monkeypatch, add_to(number, 0.1))
    monkeypatch.setattr(turns, "time_in_turns", lambda *_: pytest.fail("timed"))
    only = "SeeDNorm forward+backward 9x64 f32"
    assert run(cpu, "--without-peers", "--only", only) == 1
    ours = [cells for cells in read_table(capsys.readouterr().out)
            if cells[1] == "seednorm, out="]
    assert [cells[2][:7] for cells in ours] == ["WRONG: "]
    assert ours[0][3] == "not measured"


def test_a_wrong_peer_is_left_out(cpu, without_compiler, monkeypatch, capsys):
    import peers
    monkeypatch.setattr(peers, "seednorm", lambda x, alpha, beta, gamma: x * 1.001)
    assert run(cpu, "--only", "SeeDNorm forward 9x64 f32") == 0
    checks = {cells[1]: (cells[2][:5], cells[3] == "not measured")
              for cells in read_table(capsys.readouterr().out)}
    assert checks["eager"] == ("WRONG", True)
    assert checks["seednorm"] == ("right", False)


def test_faults_of_ours_are_not_left_out(cpu, monkeypatch):
    import variants
    monkeypatch.setattr(variants, "make_seednorm", lambda case: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(cpu, "--without-peers", "--only", "SeeDNorm forward 9x64 f32")


def test_input_sets_are_larger_than_the_cache(cpu):
    import variants
    case = variants.Case("seednorm", 9, 64, "f32", backward=False)
    assert case.moved == 2 * 9 * 64 * 4
    assert cpu.count_sets(case) * case.moved >= 3 << 10
    assert case._replace(backward=True, dtype="bf16").moved == 5 * 9 * 64 * 2
    assert cpu.count_sets(case._replace(in_cache=True)) == 1


def test_turns(cpu):
    import turns
    now, order = [0.0], []

    def make(name, seconds):
        def call():
            order.append(name)
            now[0] += seconds
        return call
    times = turns.time_in_turns(
        {"a": [make("a0", 2.0), make("a1", 4.0)], "b": [make("b", 3.0)]}, 3,
        clock=lambda: now[0], sleep=lambda seconds: order.append("sleep"))
    # Two calls of each tell how many a sample has, and one is not timed.
    assert order[:4] == ["a0", "a1", "b", "b"]
    rounds = [order[start:start + 6] for start in (4, 10, 16)]
    a, b = ["sleep", "a0", "a1"], ["sleep", "b", "b"]
    assert all(turn in (a + b, b + a) for turn in rounds) and len(order) == 22
    assert times["a"] == (4.0, 4.0, 4.0) and times["b"].median == 3.0


def test_every_variant_comes_behind_every_other(cpu):
    import turns
    order = []

    def find_order():
        order.clear()
        turns.time_in_turns({name: [lambda name=name: order.append(name)]
                             for name in "abcd"}, 13, untimed=0,
                            clock=lambda: 1e-3 * len(order), sleep=lambda seconds: None)
        return order[8:]
    first = find_order()
    assert all(sorted(first[start:start + 4]) == [*"abcd"]
               for start in range(0, len(first), 4)) and len(first) == 4 * 13
    assert {*zip(first, first[1:])} >= {(one, other) for one in "abcd" for other in "abcd"
                                        if one != other}
    assert find_order() == first


# Behind a copy of 2 KiB, where the largest cache has 1: 6 KiB have to move, by calls of
# 2 x 9 x 64 elements; what stays in a cache needs one call.
def test_untimed_calls_empty_the_caches(cpu):
    import turns
    from variants import Case
    case = Case("seednorm", 9, 64, "bf16", False)
    assert case.moved == 2304 and cpu.count_untimed(case) == 3
    assert cpu.count_untimed(case._replace(backward=True)) == 2
    assert cpu.count_untimed(case._replace(in_cache=True)) == 1
    now, order = [0.0], []

    def call():
        order.append(now[0])
        now[0] += 2.0
    turns.time_in_turns({"a": [call]}, 1, untimed=3, clock=lambda: now[0],
                        sleep=lambda seconds: order.append("sleep"))
    assert order[2:] == ["sleep", 4.0, 6.0, 8.0, 10.0]


def test_short_calls_are_timed_together(cpu):
    import turns
    now, calls = [0.0], [0]

    def call():
        calls[0] += 1
        now[0] += 1e-4
    times = turns.time_in_turns({"short": [call]}, 2, clock=lambda: now[0],
                                sleep=lambda seconds: None)
    assert calls[0] == 2 + 2 * (1 + 10)
    assert times["short"].median == pytest.approx(1e-4)


def test_processor(cpu):
    text = "processor : 0\nmodel name\t: Some CPU\nflags\t\t: fpu avx2 fma avx512f_x amx_bf16\n"
    assert cpu.read_cpu(text) == ("Some CPU", ["avx2", "fma", "amx_bf16"])


@pytest.mark.parametrize("load, is_busy", [(0.0, False), (1e6, True)])
def test_a_busy_machine(cpu, monkeypatch, load, is_busy):
    monkeypatch.setattr(cpu.os, "getloadavg", lambda: (load, 0.0, 0.0))
    text = "\n".join(cpu.describe_machine(cpu.parse([])))
    assert f"load of the machine before: {load:.1f}" in text
    assert ("OTHERS USE THIS MACHINE" in text) == is_busy


def test_options(cpu, capsys):
    assert run(cpu, "--only", "nothing") == 2
    assert "expects --only to name cases, such as 'SeeDNorm forward 9x64 f32'" in (
        capsys.readouterr().err)
    with pytest.raises(SystemExit):
        cpu.parse(["--threads", "0"])
    assert cpu.parse(["--quick"]).rounds == cpu.QUICK_ROUNDS
    quick = cpu.parse(["--quick", "--rows", "5"])
    assert {case.rows for case in cpu.make_cases(quick) if not case.in_cache} == {5}


def test_bounds_are_of_the_rows(cpu):
    """Rows of a sample are compared with the same rows."""
    import variants
    case = variants.Case("rms_norm", 9, 64, "f32", backward=False)
    arrays, tensors = variants.make_set(case, 0)
    y, = variants.make_seednorm(case)(tensors)()
    assert cpu.find_error(case, arrays, (y,), [0, 8]) <= 1
    assert cpu.find_error(case, arrays, (y.roll(1, 0),), [0, 8]) > 1
    assert np.isinf(cpu.find_error(case, arrays, (y[:-1],)))


def test_who_writes_nothing_is_wrong(cpu, monkeypatch, capsys):
    """Variants share memory for results, which an earlier one has filled."""
    import variants
    make_plain = variants.make_seednorm_out

    def make_lazy(case):
        make = make_plain(case)

        def make_nothing(tensors):
            make(tensors)()
            return lambda: (variants.get_out(tensors),)
        return make_nothing

    monkeypatch.setattr(variants, "make_seednorm_out", make_lazy)
    assert run(cpu, "--only", "RMSNorm forward 9x64 f32", "--without-peers") == 1
    assert "seednorm, out=: WRONG" in capsys.readouterr().out
