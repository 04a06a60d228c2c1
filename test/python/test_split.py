#===- test_split.py - Rows in shards, added up --------------------------------===//
#
# `row-split` on norms and on programs without a name: each shard computes its
# parts of the sums, the parts are combined here as an all-reduce does, and each
# shard applies them. The columns of all shards are those of the whole row.
#
#===-----------------------------------------------------------------------===//

import pathlib
import re
import subprocess

import numpy as np
import pytest

import seednorm

D = 96
TOOL = pathlib.Path(seednorm.__file__).parents[2] / "bin" / "seednorm-opt"
COMBINE = {"add": np.sum, "maximumf": np.max}

ROWS, VECTOR = f"tensor<?x{D}xf32>", f"tensor<{D}xf32>"


def write_norm(op, arguments):
    names = ", ".join(f"%a{n}: {t}" for n, t in enumerate(arguments))
    return f"""
func.func @main({names}) -> {ROWS} {{
  %y = {op}
  return %y : {ROWS}
}}"""


# The length of each head of 32, divided by that of the row: a sum that a shard
# has whole, or in part, and one that it never has whole.
LENGTHS = f"""
func.func @main(%x: {ROWS}, %s: tensor<?xf32>) -> (tensor<?x3xf32>, {ROWS}) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {ROWS}
  %e = tensor.empty(%n) : tensor<?x3xf32>
  %f = tensor.empty(%n) : {ROWS}
  %y:2 = row.program ins(%x : {ROWS} by row, %s : tensor<?xf32> by row)
      outs(%e : tensor<?x3xf32> by row, %f : {ROWS} by row) {{
  ^bb0(%v: vector<{D}xf32>, %start: f32):
    %zeros = arith.constant dense<1.0> : vector<3xf32>
    %q = arith.mulf %v, %v : vector<{D}xf32>
    %qh = vector.shape_cast %q : vector<{D}xf32> to vector<3x32xf32>
    %h = vector.multi_reduction <add>, %qh, %zeros [1]
        : vector<3x32xf32> to vector<3xf32>
    %l = vector.multi_reduction <add>, %q, %start [0] : vector<{D}xf32> to f32
    %lh = vector.broadcast %l : f32 to vector<3xf32>
    %r = arith.divf %h, %lh : vector<3xf32>
    %m = vector.broadcast %l : f32 to vector<{D}xf32>
    %w = arith.divf %v, %m : vector<{D}xf32>
    row.yield %r, %w : vector<3xf32>, vector<{D}xf32>
  }}
  return %y#0, %y#1 : tensor<?x3xf32>, {ROWS}
}}"""

GRAPHS = {
    "rms_norm": write_norm(
        f"norm.rms_norm %a0, %a1 eps 1.0e-6 : {ROWS}, {VECTOR}", [ROWS, VECTOR]),
    "seednorm": write_norm(
        f"norm.seednorm %a0, %a1, %a2, %a3 eps 1.0e-6 : {ROWS}, {VECTOR}",
        [ROWS, VECTOR, VECTOR, VECTOR]),
    "seednorm-2-heads": write_norm(
        f"norm.seednorm %a0, %a1, %a2, %a3 eps 1.0e-6 heads 2 : {ROWS}, {VECTOR}",
        [ROWS, VECTOR, VECTOR, VECTOR]),
    "seednorm-8-heads": write_norm(
        f"norm.seednorm %a0, %a1, %a2, %a3 eps 1.0e-6 heads 8 : {ROWS}, {VECTOR}",
        [ROWS, VECTOR, VECTOR, VECTOR]),
    "layer_norm": write_norm(
        f"norm.layer_norm %a0, %a1 bias %a2 eps 1.0e-5 : {ROWS}, {VECTOR}, {VECTOR}",
        [ROWS, VECTOR, VECTOR]),
    "softmax": write_norm(f"norm.softmax %a0 : {ROWS}", [ROWS]),
    "dyt": write_norm(
        f"norm.dyt %a0, %a1, %a2 : {ROWS}, tensor<1xf32>, {VECTOR}",
        [ROWS, "tensor<1xf32>", VECTOR]),
    "lengths": LENGTHS,
}
# Heads that are no parts of shards, nor shards of heads.
UNEVEN = {"seednorm-8-heads": (6,), "lengths": (2, 4)}
# Exchanges between shards.
LEVELS = {"layer_norm": 2, "softmax": 2, "dyt": 0}


def run_pass(text, shards, *more):
    return subprocess.run(
        [TOOL, "-", "--seednorm-to-rows", f"--row-split=shards={shards}", *more],
        input=text, capture_output=True, text=True)


def take_shard(array, spec, shard, shards):
    """What a shard has of an argument: elements that belong to its columns."""
    columns = [size for size in spec.shape if size is not None]
    count = int(np.prod(columns))
    flat = array.reshape(array.shape[0], -1) if None in spec.shape else array.ravel()
    if flat.shape[-1] == count:
        return array
    # Where shards have an element in common, each is given it.
    first = shard * flat.shape[-1] // shards
    part = flat[..., first:first + count]
    return np.ascontiguousarray(part.reshape(*flat.shape[:-1], *columns))


def combine(parts, kind, together):
    """All-reduces over each `together` consecutive shards."""
    totals = []
    for shard in range(len(parts)):
        first = shard // together * together
        totals.append(COMBINE[kind](parts[first:first + together], axis=0))
    return [total.astype(np.float32) for total in totals]


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def run_shards(text, arguments, shards, levels, target):
    totals = [[] for _ in range(shards)]
    for level in range(1, levels + 1):
        name = f"main_sums{level}"
        signature = re.search(rf"func.func @{name}\(.*", text).group()
        kinds = re.findall(r'row.combine = "(\w+)", row.shards = (\d+)', signature)
        kernel = seednorm.compile(text, target=target, entry=name)
        parts = [as_tuple(kernel(*[take_shard(a, s, shard, shards) for a, s in
                                   zip(arguments, kernel.arguments)], *totals[shard]))
                 for shard in range(shards)]
        assert len(kinds) == len(parts[0])
        for index, (kind, together) in enumerate(kinds):
            combined = combine([p[index] for p in parts], kind, int(together))
            for shard in range(shards):
                totals[shard].append(combined[shard])
    kernel = seednorm.compile(text, target=target, entry="main_apply")
    return [as_tuple(kernel(*[take_shard(a, s, shard, shards) for a, s in
                              zip(arguments, kernel.arguments)], *totals[shard]))
            for shard in range(shards)]


def draw(rng, spec):
    shape = tuple(5 if size is None else size for size in spec.shape)
    return rng.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("shards", [2, 4, 6, D])
@pytest.mark.parametrize("name", GRAPHS)
def test_shards_are_the_whole(rng, name, shards, target):
    done = run_pass(GRAPHS[name], shards)
    if shards in UNEVEN.get(name, ()):
        assert f"to have equal parts for {shards} shards" in done.stderr
        return
    assert done.returncode == 0, done.stderr
    levels = len(re.findall(r"@main_sums", done.stdout))
    assert levels == LEVELS.get(name, 1)
    whole = seednorm.compile(GRAPHS[name], target=target)
    arguments = [draw(rng, spec) for spec in whole.arguments]
    expected = as_tuple(whole(*arguments))
    parts = run_shards(done.stdout, arguments, shards, levels, target)
    for index, y in enumerate(expected):
        got = [part[index] for part in parts]
        # Of what several shards have in common each has a copy.
        copies = max(1, shards * got[0].shape[-1] // y.shape[-1])
        joined = np.concatenate(got[::copies], axis=-1)
        assert joined.shape == y.shape
        assert np.abs(joined - y).max() <= 2e-6 * max(1, np.abs(y).max())


def test_a_missing_part_is_seen(rng):
    """The comparison above would notice a shard that does not add its part."""
    text = run_pass(GRAPHS["rms_norm"], 2).stdout
    x, g = rng.standard_normal((5, D)).astype("f4"), np.ones(D, "f4")
    sums = seednorm.compile(text, entry="main_sums1")
    apply = seednorm.compile(text, entry="main_apply")
    half = np.ascontiguousarray(x[:, :D // 2])
    y = apply(half, g[:D // 2], sums(half, g[:D // 2]))
    whole = seednorm.compile(GRAPHS["rms_norm"])(x, g)
    assert np.abs(y - whole[:, :D // 2]).max() > 1e-2


@pytest.mark.parametrize("name, shards, message", [
    ("rms_norm", 1, "expects at least 2 shards, but got 1"),
    ("rms_norm", 5, "to have equal parts for 5 shards, but takes 'vector<96xf32>'"),
    ("seednorm-8-heads", 3, "expects to have equal parts for 3 shards, but "
                            "computes 'vector<8xf32>'"),
])
def test_what_has_no_parts_is_refused(name, shards, message):
    done = run_pass(GRAPHS[name], shards)
    assert done.returncode == 1
    assert message in done.stderr


# Two shards have each number in common: both would add it.
def test_numbers_in_common_are_refused():
    heads = LENGTHS.replace(
        "%r = arith.divf %h, %lh : vector<3xf32>",
        """%all = vector.multi_reduction <add>, %h, %start [0] : vector<3xf32> to f32
    %w3 = vector.broadcast %all : f32 to vector<3xf32>
    %r = arith.divf %h, %w3 : vector<3xf32>""")
    assert run_pass(heads, 3).returncode == 0
    done = run_pass(heads, 6)
    assert done.returncode == 1
    assert "adds numbers that 2 of 6 shards have in common" in done.stderr


# Fusion meets beta before alpha; the functions say whose parts they take.
def test_arguments_are_named():
    text = f"""
func.func @main(%x: {ROWS}, %a: {VECTOR}, %r: {ROWS}) -> ({ROWS}, {ROWS}) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {ROWS}
  %e = tensor.empty(%n) : {ROWS}
  %h = linalg.add ins(%r, %x : {ROWS}, {ROWS}) outs(%e : {ROWS}) -> {ROWS}
  %y = norm.rms_norm %h, %a eps 1.0e-6 : {ROWS}, {VECTOR}
  return %y, %h : {ROWS}, {ROWS}
}}"""
    done = run_pass(text, 2)
    assert done.returncode == 0, done.stderr
    apply = re.search(r"func.func @main_apply\((.*)\) -> \((.*)\) {", done.stdout)
    arguments, results = (re.findall(r"row.part_of = (\d+)", part) for part in apply.groups())
    assert arguments == ["2", "0", "1"]
    assert results == ["1", "0"]


def test_column_numbers_are_refused():
    partial = write_norm(
        f"norm.rms_norm %a0, %a1 eps 1.0e-6 partial 0.5 : {ROWS}, {VECTOR}",
        [ROWS, VECTOR])
    done = run_pass(partial, 2)
    assert done.returncode == 1
    assert "depends on the number of the column" in done.stderr


def test_names_that_exist_are_kept():
    other = "func.func private @main_apply()"
    done = run_pass(GRAPHS["rms_norm"] + other, 2)
    assert done.returncode == 1
    assert "cannot be split into '@main_apply': there is one already" in done.stderr
