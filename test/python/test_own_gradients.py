"""Norms that nobody named, written in five lines, forward and backward; and what
callers of gradients ask for: places, sums, choices, and errors they can act on."""

import functools

import cases
import gradients
import numpy as np
import pytest
import seednorm
import spec_cases
import specification


def scale_by_variance(x, gamma, bias):
    c = x - seednorm.mean(x)
    r = seednorm.rsqrt(seednorm.mean(c * c) + 1e-3)
    return c * r * gamma + bias


def scale_by_largest(x, gamma, bias):
    return x / seednorm.max(abs(x)) * gamma + bias


def scale_by_mean_deviation(x, gamma, bias):
    c = x - seednorm.mean(x)
    return c / (seednorm.mean(abs(c)) + 1e-3) * gamma + bias


def scale_by_cubes(x, gamma, bias):
    r = (seednorm.mean(abs(x) ** 3) + 1e-3) ** (-1 / 3)
    return x * r * gamma + bias


def gate_by_projection(x, gamma, bias):
    gate = seednorm.sigmoid(seednorm.sum(x * bias))
    r = seednorm.rsqrt(seednorm.mean(x * x) + 1e-3)
    return x * r * gate * gamma


def attend_to_itself(x, gamma, bias):
    e = seednorm.exp(x - seednorm.max(x))
    p = e / seednorm.sum(e)
    return (x - seednorm.sum(p * x)) * gamma + bias


#: With the levels of forward and backward.
NORMS = {
    scale_by_variance: (2, 2), scale_by_largest: (1, 2),
    scale_by_mean_deviation: (2, 2), scale_by_cubes: (1, 1),
    gate_by_projection: (1, 1), attend_to_itself: (2, 2),
}
NAMES = ("x", "gamma", "bias")


@functools.lru_cache(maxsize=None)
def build(norm, dtype, columns):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    gamma, bias = (g.input((columns,), "f64" if dtype == "f64" else "f32", name=name)
                   for name in NAMES[1:])
    wide = x if dtype in ("f64", "f32") else seednorm.cast(x, "f32")
    g.output(seednorm.cast(norm(wide, gamma, bias), dtype))
    return g


@pytest.mark.parametrize("norm", NORMS)
def test_differences(rng, norm):
    g = build(norm, "f64", 12)
    arguments = [rng.standard_normal((4, 12)), 1 + 0.3 * rng.standard_normal(12),
                 0.5 * rng.standard_normal(12)]
    forward = seednorm.compile(g, expect_programs=1)
    backward = seednorm.compile(seednorm.grad(g), expect_programs=1)
    assert (forward.programs[0].levels, backward.programs[0].levels) == NORMS[norm]
    weights = [rng.standard_normal((4, 12))]
    for number, found in enumerate(backward(*arguments, *weights)):
        expected = gradients.differentiate(forward, arguments, number, weights)
        assert gradients.get_error(found, expected) < gradients.TOLERANCE


@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("dtype", ["f32", "bf16"])
@pytest.mark.parametrize("norm", NORMS)
def test_narrow(rng, norm, dtype, target):
    """As in f64: a row's sums of 256 columns are off by 256 u of the sums of their
    absolute values at most, and three of them follow on each other."""
    g = build(norm, dtype, 256)
    backward = seednorm.compile(seednorm.grad(g), target, expect_programs=1)
    exact = seednorm.compile(seednorm.grad(build(norm, "f64", 256)))
    x, dy = (rng.standard_normal((6, 256)).astype(cases.NUMPY_TYPES[dtype])
             for _ in range(2))
    parameters = [(1 + 0.3 * rng.standard_normal(256)).astype(np.float32),
                  (0.1 * rng.standard_normal(256)).astype(np.float32)]
    if norm is scale_by_largest:
        x[:, 0] = 4.0  # Columns that are equal in bf16 share the gradient.
    found = backward(x, *parameters, dy)
    expected = exact(*(v.astype(np.float64) for v in (x, *parameters, dy)))
    rounding = {"f32": 2.0**-24, "bf16": 2.0**-8}[dtype]
    for own, other, u in zip(found, expected, (rounding, 2.0**-24, 2.0**-24)):
        assert gradients.get_error(own, other) < 3 * 256 * 2.0**-24 + u


@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_means_stay_with_their_rows(rng, target):
    """The gradient of what scales centered rows is sum(dy * (x - mean)). As
    sum(dy * x) - mean * sum(dy) it would need one sum less before it, and lose what
    rows far from 0 have in common."""
    def build(dtype):
        g = seednorm.Graph()
        x = g.input((None, 256), dtype, name="x")
        s = g.input((None, 1), dtype, name="s")
        g.output((x - seednorm.mean(x)) * s)
        return seednorm.grad(g, wrt=["s"])
    x = (3e5 + rng.standard_normal((6, 256))).astype(np.float32)
    half = rng.integers(-8, 9, (6, 128)).astype(np.float32)
    dy = np.concatenate([half, -half], 1)  # What the mean is off by cancels.
    found = seednorm.compile(build("f32"), target)(x, x[:, :1], dy)
    exact = seednorm.compile(build("f64"))(
        *(v.astype(np.float64) for v in (x, x[:, :1], dy)))
    # The sum of 256 columns, each the difference from a mean that is itself a sum.
    u = 2.0**-24
    centered = np.abs(x - x.mean(-1, keepdims=True, dtype=np.float64)) + 256 * u * 3e5
    bound = 2 * 256 * u * (np.abs(dy) * centered).sum(-1, keepdims=True)
    assert (np.abs(found - exact) <= bound).all()


def make_rms(dtype="f32", columns=64):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    gamma = g.input((columns,), dtype, name="gamma")
    g.output(seednorm.rms_norm(x, gamma))
    return g, x, gamma


@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_places(rng, target):
    """dx over dy or x, and sums in the buffers they are added to."""
    g, x, gamma = make_rms("bf16")
    dtype = cases.NUMPY_TYPES["bf16"]
    rows, dy = (rng.standard_normal((5, 64)).astype(dtype) for _ in range(2))
    scale = np.ones(64, dtype)
    backward = seednorm.compile(seednorm.grad(g), target)
    dx, dgamma = backward(rows, scale, dy)
    for place in (0, 2):
        arguments = [rows.copy(), scale, dy.copy()]
        found = backward(*arguments, out=(arguments[place], dgamma.copy()))
        np.testing.assert_array_equal(found[0], dx)
        assert found[0] is arguments[place]

    both = dy.copy()  # As two arguments: rows read it twice before they write.
    expected = backward(dy, scale, dy)[0]
    found = backward(both, scale, both, out=(both, dgamma.copy()))[0]
    np.testing.assert_array_equal(found, expected)

    added = seednorm.compile(seednorm.grad(g, accumulate=[gamma]), target)
    assert [spec.name for spec in added.arguments] == ["x", "gamma", "dy", "dgamma0"]
    before = rng.standard_normal(64).astype(np.float32)
    buffer = before.copy()
    found = added(rows, scale, dy, buffer, out=(dx.copy(), buffer))
    assert found[1] is buffer and buffer.dtype == np.float32
    full = seednorm.compile(seednorm.grad(g, wrt=[gamma], accumulate=[gamma]), target)
    zeros = np.zeros(64, np.float32)
    exact = full(rows, scale, dy, zeros, out=zeros)
    np.testing.assert_allclose(buffer - before, exact, atol=4e-7 * 64)
    np.testing.assert_array_equal(exact.astype(dtype), dgamma)


@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_forward_in_place(rng, target):
    kernel = seednorm.compile(make_rms()[0], target)
    rows = rng.standard_normal((5, 64)).astype(np.float32)
    expected, scale = kernel(rows, np.ones(64, np.float32)), np.ones(64, np.float32)
    assert kernel(rows, scale, out=rows) is rows
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_gradients_of_a_residual_stream(rng, target):
    """dx + dres is added before it is rounded, in the same kernel."""
    g, x, gamma = make_rms("bf16")
    plain = seednorm.compile(seednorm.grad(make_rms("f32")[0], wrt=["x"]))
    added = seednorm.compile(
        seednorm.grad(g, wrt=[x], accumulate=[x]), target, expect_programs=1)
    dtype = cases.NUMPY_TYPES["bf16"]
    rows, dy, before = (rng.standard_normal((5, 64)).astype(dtype) for _ in range(3))
    scale = np.ones(64, dtype)
    found = added(rows, scale, dy, before)
    exact = plain(*(v.astype(np.float32) for v in (rows, scale, dy))) + before.astype(
        np.float32)
    np.testing.assert_allclose(found.astype(np.float32), exact, rtol=2.0**-8 * 1.01,
                               atol=1e-6)
    np.testing.assert_array_equal(added(rows, scale, dy, before, out=before), found)


@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_largest_of_sums(rng, target):
    """A sum over numbers of heads inside another: each is had once, outside."""
    g = seednorm.Graph()
    x = g.input((None, 3, 16), "f32", name="x")
    s = seednorm.sum(x)
    g.output(x * 0.5 + seednorm.max(s, axis=(-2, -1)) * s)
    backward = seednorm.compile(seednorm.grad(g), target)
    rows, dy = rng.standard_normal((2, 4, 3, 16)).astype(np.float32)
    forward = lambda v: v * 0.5 + v.sum(-1, keepdims=True) * v.sum(
        -1, keepdims=True).max(-2, keepdims=True)
    expected = gradients.differentiate(forward, [rows.astype(np.float64)], 0, [dy])
    assert gradients.get_error(backward(rows, dy), expected) < 1e-5


@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_parameters_of_heads_and_of_samples(rng, target):
    """Gradients that rows go through in two ways are two programs."""
    g = seednorm.Graph()
    x = g.input((None, 3, 8), "f32", name="x")
    head, sample = g.input((3, 1), "f32", name="h"), g.input((None, 1, 8), "f32", name="s")
    g.output(x * head * sample)
    arrays = [rng.standard_normal(shape).astype(np.float32)
              for shape in ((4, 3, 8), (3, 1), (4, 1, 8), (4, 3, 8))]
    found = seednorm.compile(seednorm.grad(g), target, expect_programs=2)(*arrays)
    rows, h, s, dy = arrays
    for own, exact in zip(found, (dy * h * s, (dy * rows * s).sum((0, 2))[:, None],
                                  (dy * rows * h).sum(1, keepdims=True))):
        assert gradients.get_error(own, exact) < 1e-5


def test_second_derivatives_of_numbers_of_heads(rng):
    g = seednorm.Graph()
    x = g.input((None, 3, 4), "f64", name="x")
    g.output(x * x * seednorm.exp(g.input((3, 1), "f64", name="h")))
    once = seednorm.grad(g)
    first, second = seednorm.compile(once), seednorm.compile(seednorm.grad(once))
    arguments = [rng.standard_normal(shape) for shape in ((2, 3, 4), (3, 1), (2, 3, 4))]
    weights = [rng.standard_normal(y.shape) for y in first(*arguments)]
    for number, found in enumerate(second(*arguments, *weights)):
        expected = gradients.differentiate(first, arguments, number, weights)
        assert gradients.get_error(found, expected) < gradients.TOLERANCE


def test_chain_is_one_kernel(rng):
    """What one norm gives another: the first is computed again in the place of its
    gradient."""
    g = seednorm.Graph()
    x = g.input((None, 12), "f64", name="x")
    gamma = g.input((12,), "f64", name="gamma")
    g.output(seednorm.rms_norm(seednorm.layer_norm(x, gamma), gamma))
    forward = seednorm.compile(g)
    backward = forward.backward
    assert backward.num_kernels == 1
    arguments = [rng.standard_normal((3, 12)), 1 + 0.3 * rng.standard_normal(12)]
    weights = [rng.standard_normal((3, 12))]
    for number, found in enumerate(backward(*arguments, *weights)):
        expected = gradients.differentiate(forward, arguments, number, weights)
        assert gradients.get_error(found, expected) < gradients.TOLERANCE


def test_second_derivatives(rng):
    """Of a parameter as well: the gradient of a sum over rows is what rows share."""
    g = seednorm.Graph()
    x = g.input((None, 8), "f64", name="x")
    parameters = [g.input((8,), "f64", name=name)
                  for name in ("alpha", "beta", "gamma")]
    g.output(seednorm.seednorm(x, *parameters, num_heads=2))
    once = seednorm.grad(g)
    first, second = seednorm.compile(once), seednorm.compile(seednorm.grad(once))
    arguments = [rng.standard_normal((3, 8)), *cases.make_parameters(rng, 8, 2, "f64"),
                 rng.standard_normal((3, 8))]
    weights = [rng.standard_normal(y.shape) for y in first(*arguments)]
    names = [spec.name for spec in first.arguments]
    for spec, found in zip(second.results, second(*arguments, *weights)):
        number = names.index(spec.name[1:])
        expected = gradients.differentiate(first, arguments, number, weights)
        assert gradients.get_error(found, expected) < gradients.TOLERANCE, spec.name


def test_choices():
    g, x, gamma = make_rms()
    g.output(seednorm.softmax(x))
    names = lambda specs: [spec.name for spec in specs]
    every = seednorm.compile(seednorm.grad(g))
    assert names(every.arguments) == ["x", "gamma", "dy0", "dy1"]
    assert names(every.results) == ["dx", "dgamma"]
    one = seednorm.compile(seednorm.grad(g, of=["result1"]))
    assert names(one.arguments) == ["x", "gamma", "dy1"]
    assert names(one.results) == ["dx"]
    assert names(seednorm.compile(seednorm.grad(g, wrt=gamma)).results) == ["dgamma"]


@pytest.mark.parametrize("options, message", [
    ({"wrt": ["y"]}, "expects 'wrt' to name some of x, gamma, but got 'y'"),
    ({"of": ["y"]}, "expects 'of' to name some of result0, but got 'y'"),
    ({"wrt": []}, "expects 'wrt' to hold at least one name"),
    ({"wrt": [1]}, "expects 'wrt' to hold names or values; one"),
    ({"wrt": 1}, "expects 'wrt' to be names or values, but got int"),
    ({"wrt": ["x", "x"]}, "expects 'wrt' to name each argument once"),
    ({"wrt": ["x"], "accumulate": ["gamma"]},
     "expects 'accumulate' to name arguments of 'wrt', but got 'gamma'"),
    ({"entry": "f", "wrt": ["z"]}, "expects 'wrt' to name some of x, gamma"),
])
def test_wrong_requests(options, message):
    with pytest.raises(seednorm.UsageError, match=message):
        seednorm.grad(make_rms()[0], **options)


def test_wrong_graphs():
    g = seednorm.Graph()
    x = g.input((None, 64), "f32", name="x")
    g.output(*seednorm.quantize(x, "i8"))
    with pytest.raises(seednorm.UsageError, match="result 0 is 'tensor<\\?x64xi8>'"):
        seednorm.grad(g)
    with pytest.raises(seednorm.UsageError, match="expects a Graph, a Gradient or"):
        seednorm.grad(3)
    with pytest.raises(seednorm.UsageError, match="'entry' to be 'main_backward'"):
        seednorm.grad(seednorm.grad(make_rms()[0]), entry="main")
    with pytest.raises(seednorm.UsageError, match="has no function 'f'|'f'"):
        seednorm.grad(make_rms()[0].to_mlir(), entry="f")


def test_memory_that_cannot_be_shared(rng):
    """A sum over rows in the place of what all rows read."""
    g = seednorm.Graph()
    x = g.input((None, 64), "f32", name="x")
    parameters = [g.input((64,), "f32", name=name)
                  for name in ("alpha", "beta", "gamma")]
    g.output(seednorm.seednorm(x, *parameters))
    backward = seednorm.compile(seednorm.grad(g, wrt=["beta"]))
    rows, ones = np.ones((3, 64), np.float32), np.ones(64, np.float32)
    beta = ones.copy()
    with pytest.raises(seednorm.UsageError,
                       match="'dbeta' not to share memory with 'beta': rows read "
                             "other elements of it than they write"):
        backward(rows, ones, beta, ones, rows, out=beta)
    np.testing.assert_array_equal(beta, 1)


def test_saved_numbers(rng):
    """A forward function that keeps the reciprocal of each row's length and the
    coefficient of each head spares backward their sums, and that over heads."""
    g = seednorm.Graph()
    x = g.input((None, 96), "bf16", name="x")
    parameters = [g.input((96,), "f32", name=name)
                  for name in ("alpha", "beta", "gamma")]
    g.output(seednorm.seednorm(x, *parameters, num_heads=4))
    saving = seednorm.grad(g, save=["math.rsqrt", "math.tanh"])
    forward, backward = (seednorm.compile(graph, expect_programs=1)
                         for graph in (saving.forward, saving))
    assert [spec.name for spec in forward.results] == ["result0", "saved0", "saved1"]
    assert [spec.name for spec in backward.arguments] == [
        "x", "alpha", "beta", "gamma", "dy", "saved0", "saved1"]
    rows, dy = (cases.make_rows(rng, (7, 96), "bf16") for _ in range(2))
    values = cases.make_parameters(rng, 96, 4, "f32")
    y, *saved = forward(rows, *values)
    assert [number.shape for number in saved] == [(7,), (7, 4)]
    np.testing.assert_array_equal(y, seednorm.compile(g)(rows, *values))
    count = lambda kernel: kernel.asm["row"].count("multi_reduction")
    full = seednorm.compile(seednorm.grad(g))
    assert (count(full), count(backward)) == (5, 2)
    for found, expected, u in zip(backward(rows, *values, dy, *saved),
                                  full(rows, *values, dy), (2.0**-8, 0, 0, 0)):
        assert gradients.get_error(found, expected) < 2 * u + 3 * 96 * 2.0**-24


def test_page_prints_what_it_says(capsys):
    code = specification.read_page("Gradients.md", 0)
    exec(compile(code, "Gradients.md", "exec"), {})
    wanted = [line.split("# ")[1] for line in code.splitlines() if "print" in line]
    printed = capsys.readouterr().out.translate(str.maketrans("", "", "[]'"))
    assert printed.splitlines() == wanted


def test_nothing_to_save():
    with pytest.raises(seednorm.UsageError,
                       match="has no number of a row, or of a head, that 'math.tanh' "
                             "computes; expects 'save' to name some of .*math.rsqrt"):
        seednorm.grad(make_rms()[0], save=["math.rsqrt", "math.tanh"])
