#===- test_cpu_schedules.py - Ways through memory on a CPU ------------------===//
#
# Blocks of rows, rows fetched ahead and stores past the caches change no bit of
# any result, as the sums of a row have one order.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import cases
import seednorm

#: More than a step, and a rest of each width, in panels that are whole and not.
COLUMNS = (64, 100, 1000, 1024, 2051)
ROWS = (0, 1, 2, 3, 5, 64, 131)
ORDER = {"vector": 8, "accumulators": 2, "partial": 16, "grain": 4}
WAYS = {
    "plain": {"prefetch": False, "stream": 0},
    "fetched ahead": {"prefetch": True, "stream": 0},
    "past the caches": {"prefetch": False, "stream": 1},
    "both": {"prefetch": True, "stream": 1},
    "pairs": {"prefetch": False, "stream": 0, "rows": 2, "panel": 64},
    "blocks": {"prefetch": True, "stream": 0, "rows": 4, "panel": 1},
    "blocks past the caches": {"prefetch": True, "stream": 1, "rows": 3, "panel": 96},
    "whole rows": {"prefetch": True, "stream": 1, "rows": 16, "panel": 1 << 20},
    "side by side": {"prefetch": False, "stream": 0, "rows": 2, "panel": 0},
    "fours": {"prefetch": True, "stream": 1, "rows": 4, "panel": 0},
    "threes": {"prefetch": True, "stream": 0, "rows": 3, "panel": 0},
    "eights": {"prefetch": True, "stream": 1, "rows": 8, "panel": 0},
}
SOFTMAX = """
func.func @main(%x: tensor<?x{columns}x{dtype}>) -> tensor<?x{columns}x{dtype}> {{
  %y = norm.softmax %x : tensor<?x{columns}x{dtype}>
  return %y : tensor<?x{columns}x{dtype}>
}}"""


def make_graph(norm, columns, dtype):
    if norm == "softmax":
        return SOFTMAX.format(columns=columns, dtype=dtype)
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    parameters = [g.input((columns,), "f32", name=name)
                  for name in {"seednorm": ("alpha", "beta", "gamma"),
                               "rms_norm": ("gamma",),
                               "layer_norm": ("gamma", "bias")}[norm]]
    g.output(getattr(seednorm, norm)(x, *parameters))
    return g


def align(array, offset=0):
    """A copy that starts `offset` bytes behind a line of memory."""
    memory = np.empty(array.nbytes + 128, np.uint8)
    start = -memory.ctypes.data % 64 + offset
    copy = memory[start:start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def run(kernel, arguments, offset=0):
    """Results as bytes, in memory that held NaN."""
    results = [align(np.full([len(arguments[0]) if size is None else size
                              for size in spec.shape], np.nan,
                             cases.NUMPY_TYPES[spec.dtype]), offset)
               for spec in kernel.results]
    kernel(*arguments, out=results if len(results) > 1 else results[0])
    return [result.tobytes() for result in results]


def make_arguments(rng, kernel, rows):
    return [align(rng.standard_normal([rows if size is None else size
                                       for size in spec.shape])
                  .astype(cases.NUMPY_TYPES[spec.dtype])) for spec in kernel.arguments]


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
@pytest.mark.parametrize("norm", ("seednorm", "rms_norm", "layer_norm", "softmax"))
def test_ways_through_memory_change_no_bit(rng, norm, dtype, columns):
    graph = make_graph(norm, columns, dtype)
    kernels = {way: seednorm.compile(graph, schedule=ORDER | fields)
               for way, fields in WAYS.items()}
    for rows in ROWS:
        arguments = make_arguments(rng, kernels["plain"], rows)
        expected = run(kernels["plain"], arguments)
        for way, kernel in kernels.items():
            assert run(kernel, arguments) == expected, (way, rows)
            # Not on a line: stores go to the caches after all.
            assert run(kernel, arguments, offset=4) == expected, (way, rows)


@pytest.mark.parametrize("columns", (64, 1000, 1024))
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
@pytest.mark.parametrize("norm", ("seednorm", "rms_norm", "layer_norm"))
def test_gradients(rng, norm, dtype, columns):
    graph = make_graph(norm, columns, dtype)
    gradients = {way: seednorm.compile(seednorm.grad(graph),
                                       schedule=ORDER | fields)
                 for way, fields in WAYS.items()}
    for rows in (1, 7, 131):
        arguments = make_arguments(rng, gradients["plain"], rows)
        expected = run(gradients["plain"], arguments)
        for way, kernel in gradients.items():
            assert run(kernel, arguments) == expected, (way, rows)


# Each group of rows has blocks, and rows left over, of its own.
@pytest.mark.parametrize("period", (1, 3, 5, 8))
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
def test_gradients_of_groups(rng, dtype, period):
    g = seednorm.Graph()
    x = g.input((None, period, 100), dtype, name="x")
    parameters = [g.input((100,), "f32", name=name) for name in ("alpha", "beta")]
    conditions = [g.input((None, 100), "f32", name=name) for name in ("scale", "shift")]
    g.output(seednorm.ada_seednorm(x, *parameters, *conditions))
    gradients = {way: seednorm.compile(seednorm.grad(g), schedule=ORDER | fields)
                 for way, fields in WAYS.items()}
    for groups in (1, 3, 17):
        arguments = make_arguments(rng, gradients["plain"], groups)
        expected = run(gradients["plain"], arguments)
        for way, kernel in gradients.items():
            assert run(kernel, arguments) == expected, (way, groups)


# Whatever the order of columns and rows, nothing is read that was overwritten.
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("norm", ("seednorm", "layer_norm"))
def test_in_place(rng, norm, way):
    kernel = seednorm.compile(make_graph(norm, 1031, "f32"), schedule=ORDER | WAYS[way])
    for rows in (3, 4, 9, 64):
        x, *parameters = make_arguments(rng, kernel, rows)
        expected = kernel(x, *parameters)
        kernel(x, *parameters, out=x)
        assert x.tobytes() == expected.tobytes()


@pytest.mark.parametrize("over", (0, -1), ids=("x", "dy"))
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("norm", ("seednorm", "layer_norm"))
def test_gradients_in_place(rng, norm, way, over):
    kernel = seednorm.compile(seednorm.grad(make_graph(norm, 1031, "f32")),
                              schedule=ORDER | WAYS[way])
    for rows in (3, 4, 9, 64):
        arguments = make_arguments(rng, kernel, rows)
        expected = kernel(*arguments)
        results = [arguments[over], *map(np.empty_like, expected[1:])]
        kernel(*arguments, out=results)
        assert [result.tobytes() for result in results] == [
            result.tobytes() for result in expected]


@pytest.mark.parametrize("vector, accumulators", [(1, 1), (1, 4), (2, 2), (32, 2), (64, 1)])
@pytest.mark.parametrize("dtype", ("f32", "f16"))
def test_other_vectors_side_by_side(rng, dtype, vector, accumulators):
    order = {"vector": vector, "accumulators": accumulators, "stream": 1}
    graph = make_graph("seednorm", 300, dtype)
    alone = seednorm.compile(graph, schedule=order | {"rows": 1})
    kernel = seednorm.compile(graph, schedule=order | {"rows": 4, "panel": 0})
    arguments = make_arguments(rng, kernel, 13)
    assert run(kernel, arguments) == run(alone, arguments)


def test_heads_do_not_go_through_the_columns_together():
    g = seednorm.Graph()
    x = g.input((None, 512), "f32", name="x")
    parameters = [g.input((512,), "f32", name=name) for name in ("a", "b", "c")]
    g.output(seednorm.seednorm(x, *parameters, num_heads=8))
    with pytest.raises(seednorm.UsageError, match="expects 'rows = 1' in its schedule, "
                       "since some value has one number for a part of a row, but got 4"):
        seednorm.compile(g, schedule={"rows": 4, "panel": 64})


# Heads of 144 columns start in the middle of lines.
@pytest.mark.parametrize("heads, columns", [(8, 1152), (16, 576), (4, 1024)])
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
def test_heads_past_the_caches(rng, dtype, heads, columns):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    parameters = [g.input((columns,), "f32", name=name)
                  for name in ("alpha", "beta", "gamma")]
    g.output(seednorm.seednorm(x, *parameters, num_heads=heads))
    plain = seednorm.compile(g, schedule={"stream": 0})
    arguments = make_arguments(rng, plain, 7)
    expected = run(plain, arguments)
    assert run(seednorm.compile(g, schedule={"stream": 1}), arguments) == expected


def test_short_rows_do_not_go_through_the_columns_together():
    with pytest.raises(seednorm.UsageError, match="expects 'rows = 1' in its schedule, "
                       "since its rows of 31 columns are shorter than two steps of 16, but got 2"):
        seednorm.compile(make_graph("rms_norm", 31, "f32"),
                         schedule=ORDER | {"rows": 2, "panel": 64})
    seednorm.compile(make_graph("rms_norm", 32, "f32"), schedule=ORDER | {"rows": 2, "panel": 64})
