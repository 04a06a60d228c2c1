"""Gradients of every norm of the family, by central differences in f64 and by
formulas, with the bounds that follow from them, in narrower types."""

import functools
import re

import bounds
import cases
import gradients
import numpy as np
import pytest
import reference
import seednorm
import spec_cases
import specification

FORMULAS = specification.read_page("Gradients.md", -1)


def differentiate_numerically(graph, arguments, rng, wrt):
    """Weights of the results, and the gradient of each argument named."""
    forward = seednorm.compile(graph)
    weights = [rng.standard_normal(y.shape)
               for y in gradients.as_tuple(forward(*arguments))]
    numbers = [spec.name for spec in forward.arguments]
    return weights, [gradients.differentiate(forward, arguments, numbers.index(name),
                                             weights) for name in wrt]


def check_graph(graph, arguments, rng, wrt):
    """The backward kernel, after its results have been compared."""
    weights, expected = differentiate_numerically(graph, arguments, rng, wrt)
    backward = seednorm.compile(seednorm.grad(graph, wrt=wrt), expect_programs=1)
    found = gradients.as_tuple(backward(*arguments, *weights))
    for name, own, exact in zip(wrt, found, expected):
        error = gradients.get_error(own, exact)
        assert error < gradients.TOLERANCE, f"d{name}: {error}"
    return backward


@pytest.mark.parametrize("plain", [False, True], ids=["options", "plain"])
@pytest.mark.parametrize("label", spec_cases.OPERATIONS)
def test_family(rng, label, plain):
    operation = (spec_cases.get_plain(label) if plain
                 else spec_cases.OPERATIONS[label])
    x = spec_cases.arrange(operation, rng.standard_normal((6, 12)))
    g, operands = build_operation(operation, (None, *x.shape[1:]), "f64", "f64")
    wrt = ["x"] + [f"{name}_in" for name, _, dtype in operands if dtype == "f64"]
    arguments = [x, *spec_cases.make_operands(rng, operands, x.shape).values()]
    check_graph(g, arguments, rng, wrt)


def build_operation(operation, shape, dtype, operand_dtype):
    """A graph, and names, shapes and types of the operands beside the input."""
    g = seednorm.Graph()
    operands = tuple(spec_cases.describe_operands(operation, shape, (operand_dtype,)))
    rows = g.input(shape, dtype, name="x")
    values = {name: g.input(own, own_type, name=f"{name}_in")
              for name, own, own_type in operands}
    results = getattr(seednorm, operation.name)(rows, **values, **operation.options)
    g.output(*gradients.as_tuple(results))
    return g, operands


@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("dtype", ["f32", "bf16"])
@pytest.mark.parametrize("label", spec_cases.OPERATIONS)
def test_family_in_narrow_types(rng, label, dtype, target):
    """As in f64, which central differences hold: sums of 64 columns or rows are off
    by 64 u of the sums of absolute values at most, a few of them follow on each
    other, and what forward rounds to bf16 on its way is off by that."""
    operation = spec_cases.OPERATIONS[label]
    x = spec_cases.arrange(operation, rng.standard_normal((14, 64)))
    shape = (None, *x.shape[1:])
    g, operands = build_operation(operation, shape, dtype, "f32")
    exact_graph, _ = build_operation(operation, shape, "f64", "f64")
    wrt = ["x"] + [f"{name}_in" for name, _, own in operands if own == "f32"]
    backward = seednorm.compile(seednorm.grad(g, wrt=wrt), target)
    exact = seednorm.compile(seednorm.grad(exact_graph, wrt=wrt))
    own = cases.NUMPY_TYPES[dtype]
    arguments = [x.astype(own),
                 *spec_cases.make_operands(rng, operands, x.shape).values()]
    count = len(backward.arguments) - len(arguments)
    dys = [rng.standard_normal(x.shape).astype(cases.NUMPY_TYPES[spec.dtype])
           for spec in backward.arguments[-count:]]
    widened = [a if a.dtype == np.int64 else a.astype(np.float64)
               for a in (*arguments, *dys)]
    found = gradients.as_tuple(backward(*arguments, *dys))
    expected = gradients.as_tuple(exact(*widened))
    casts = 2.0**-8 if "llama" in label and dtype == "bf16" else 0
    for spec, mine, other in zip(backward.results, found, expected, strict=True):
        rounding = {"bf16": 2.0**-8, "f32": 2.0**-24}[spec.dtype]
        error = gradients.get_error(mine, other)
        assert error < 8 * 64 * 2.0**-24 + rounding + casts, f"{spec.name}: {error}"


@pytest.mark.parametrize("heads", [1, 4, 12])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("activation", reference.ACTIVATIONS)
def test_seednorm(rng, activation, dropout, heads):
    """With an offset of gamma, a scale of the dot product, and a residual whose
    sum with the input is a result as well."""
    g = seednorm.Graph()
    names = ("x", "residual", "alpha", "beta", "gamma")
    x, residual, *parameters = (
        g.input((None, 12) if name in names[:2] else (12,), "f64", name=name)
        for name in names)
    seeds = {name: g.input((1,), "i64", name=f"mask_{name}")
             for name in ("seed", "offset") if dropout}
    h = x + residual
    g.output(seednorm.seednorm(
        h, *parameters, num_heads=heads, activation=activation, dropout=dropout,
        seed_scale=0.5, gamma_offset=1.0, **seeds), h)
    arguments = [*rng.standard_normal((2, 5, 12)),
                 *cases.make_parameters(rng, 12, heads, "f64"),
                 *([np.array([7]), np.array([3])] if dropout else [])]
    assert check_graph(g, arguments, rng, names).programs[0].levels == 1


LEVELS = {"seednorm": 1, "rms_norm": 1, "crms_norm": 1, "dyt": 0, "scale_norm": 1,
          "l2_norm": 1, "l1_norm": 1, "ada_seednorm": 1, "layer_norm": 2,
          "softmax": 2, "log_softmax": 2, "group_norm": 2, "bhyt": 2}


@pytest.mark.parametrize("name", LEVELS)
def test_levels(name):
    """As the page has them, for widths where heads and rows fit a kernel."""
    operation = spec_cases.OPERATIONS[name]
    shape = spec_cases.arrange(operation, np.zeros((4, 256))).shape[1:]
    for heads in (1, 4, 64, 256) if name == "seednorm" else (None,):
        g = seednorm.Graph()
        x = g.input((None, *shape), "bf16", name="x")
        values = {key: g.input(own, dtype, name=f"{key}_in")
                  for key, own, dtype in spec_cases.describe_operands(
                      operation, (None, *shape), ("f32",))}
        options = {**operation.options, **({"num_heads": heads} if heads else {})}
        g.output(getattr(seednorm, name)(x, **values, **options))
        backward = seednorm.compile(seednorm.grad(g), expect_programs=1)
        assert backward.programs[0].levels == LEVELS[name]


#: act'(s) from s and act(s).
ACTIVATIONS = {
    "tanh": (np.tanh, lambda s, t: 1 - t * t),
    "sigmoid": (lambda s: 1 / (1 + np.exp(-s)), lambda s, t: t * (1 - t)),
    "softsign": (lambda s: s / (1 + np.abs(s)),
                 lambda s, t: 1 / ((1 + np.abs(s)) * (1 + np.abs(s)))),
}


@functools.lru_cache(maxsize=None)
def compile_backward(target, name, columns, dtype, parameter_dtype, **options):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    parameters = [g.input((columns,), parameter_dtype, name=key) for key in
                  {"seednorm": ("alpha", "beta", "gamma"), "rms_norm": ("gamma",),
                   "softmax": ()}[name]]
    g.output(getattr(seednorm, name)(x, *parameters, **options))
    return seednorm.compile(seednorm.grad(g), target, expect_programs=1)


def check_formula(name, found, dtypes, dtype, *arguments, **options):
    formula = specification.execute(
        bounds.BoundedNumPy(dtype), {name: FORMULAS})[f"{name}_gradients"]
    with np.errstate(all="ignore"):
        expected = formula(*arguments, **options)
    for own, exact, result in zip(gradients.as_tuple(found), expected, dtypes,
                                  strict=True):
        mismatch = reference.find_mismatch(
            own, *bounds.round_result(exact, result), result)
        assert not mismatch, mismatch


TYPES = [("f32", "f32"), ("bf16", "f32"), ("bf16", "bf16"), ("f16", "f32")]


@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("columns, heads", [(64, 1), (96, 4), (1000, 5), (1024, 1),
                                            (1024, 16), (4096, 1), (40, 40)])
@pytest.mark.parametrize("dtype, parameter_dtype", TYPES)
def test_seednorm_formula(rng, target, columns, heads, dtype, parameter_dtype):
    for activation in ACTIVATIONS if columns == 96 else ["tanh"]:
        backward = compile_backward(target, "seednorm", columns, dtype,
                                    parameter_dtype, num_heads=heads, eps=1e-5,
                                    activation=activation, seed_scale=0.5)
        x, dy = (cases.make_rows(rng, (9, columns), dtype) for _ in range(2))
        parameters = cases.make_parameters(rng, columns, heads, parameter_dtype)
        act, slope = ACTIVATIONS[activation]
        check_formula("seednorm", backward(x, *parameters, dy),
                      [dtype, *[parameter_dtype] * 3], dtype, x, *parameters, dy,
                      eps=float(np.float32(1e-5)), heads=heads, scale=0.5, act=act,
                      slope=slope)


@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("columns", [1, 7, 1024, 2048, 8192])
@pytest.mark.parametrize("dtype, parameter_dtype", TYPES)
def test_rms_norm_formula(rng, target, columns, dtype, parameter_dtype):
    backward = compile_backward(target, "rms_norm", columns, dtype, parameter_dtype,
                                eps=1e-5)
    x, dy = (cases.make_rows(rng, (7, columns), dtype) for _ in range(2))
    gamma = cases.make_parameters(rng, columns, 1, parameter_dtype)[2]
    check_formula("rms_norm", backward(x, gamma, dy), [dtype, parameter_dtype], dtype,
                  x, gamma, dy, eps=float(np.float32(1e-5)))


@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("dtype", ["f32", "bf16"])
def test_softmax_formula(rng, target, dtype):
    backward = compile_backward(target, "softmax", 512, dtype, None)
    x, dy = (rng.standard_normal((5, 512)).astype(cases.NUMPY_TYPES[dtype])
             for _ in range(2))
    check_formula("softmax", backward(x, dy), [dtype], dtype, x, dy)


def compile_with_schedule(text, schedule, target):
    """The one program of a gradient with a schedule written by hand."""
    text, count = re.subn(r"(outs\([^\n]* summed\)) \{", rf"\1 schedule({schedule}) {{",
                          text)
    assert count == 1
    kernel = seednorm.compile(text, target, entry="main_backward")
    assert kernel.report[0]["schedule"] == schedule
    return kernel


@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("columns, heads", [(512, 1), (768, 4), (4096, 1)])
def test_without_dynamics_it_is_rms_norm(rng, target, columns, heads):
    """beta = 0 and tanh: dx and the gradient of gamma are RMSNorm's, as values, where
    the sums are in the same order."""
    x, dy = (cases.make_rows(rng, (11, columns), "bf16") for _ in range(2))
    alpha, beta, gamma = cases.make_parameters(rng, columns, heads, "f32")
    dynamic = compile_backward(target, "seednorm", columns, "bf16", "f32", eps=1e-5)
    schedule = dynamic.report[0]["schedule"]
    g = seednorm.Graph()
    g.output(seednorm.rms_norm(g.input((None, columns), "bf16"),
                               g.input((columns,), "f32"), eps=1e-5))
    static = compile_with_schedule(seednorm.grad(g).to_mlir(), schedule, target)
    dx, dalpha, _, dgamma = dynamic(x, alpha, np.zeros_like(beta), gamma, dy)
    expected_dx, expected_dgamma = static(x, gamma, dy)
    np.testing.assert_array_equal(dgamma, expected_dgamma)
    np.testing.assert_array_equal(dx.astype(np.float32),
                                  expected_dx.astype(np.float32))
    np.testing.assert_array_equal(dalpha, 0)


@pytest.mark.parametrize("target", spec_cases.TARGETS)
@pytest.mark.parametrize("columns", [96, 1024, 2048])
def test_rows_do_not_depend_on_others(rng, target, columns):
    backward = compile_backward(target, "seednorm", columns, "bf16", "f32")
    x, dy = (cases.make_rows(rng, (300, columns), "bf16") for _ in range(2))
    parameters = cases.make_parameters(rng, columns, 1, "f32")
    whole = backward(x, *parameters, dy)[0]
    for first, count in ((0, 1), (5, 3), (250, 50)):
        rows = slice(first, first + count)
        part = backward(x[rows], *parameters, dy[rows])[0]
        np.testing.assert_array_equal(part.view(np.uint16), whole[rows].view(np.uint16))


@pytest.mark.parametrize("columns", [1024, 4096])
def test_rows_do_not_depend_on_the_number_of_blocks(rng, columns):
    chosen = compile_backward("emulated", "seednorm", columns, "bf16", "f32")
    schedule = chosen.report[0]["schedule"]
    x, dy = (cases.make_rows(rng, (50, columns), "bf16") for _ in range(2))
    parameters = cases.make_parameters(rng, columns, 1, "f32")
    dx, *sums = chosen(x, *parameters, dy)
    for blocks in (1, 7):
        other, count = re.subn(r"blocks = \d+", f"blocks = {blocks}", schedule)
        assert count == 1 and other != schedule
        found, *others = compile_with_schedule(chosen._source.text, other, "emulated")(
            x, *parameters, dy)
        np.testing.assert_array_equal(found.view(np.uint16), dx.view(np.uint16))
        for own, expected in zip(others, sums):
            assert gradients.get_error(own, expected) < 50 * 2.0**-23


def test_lanes_in_any_order_give_the_same_bits(rng):
    backward = compile_backward("emulated", "seednorm", 1024, "bf16", "f32")
    x, dy = (cases.make_rows(rng, (40, 1024), "bf16") for _ in range(2))
    parameters = cases.make_parameters(rng, 1024, 1, "f32")
    runs = [backward(x, *parameters, dy, seed=seed) for seed in (0, 1, 2, 0)]
    for results in zip(*runs):
        for other in results[1:]:
            np.testing.assert_array_equal(results[0].view(np.uint8),
                                          other.view(np.uint8))


@pytest.mark.parametrize("target", spec_cases.TARGETS)
def test_no_rows(target):
    backward = compile_backward(target, "seednorm", 96, "bf16", "f32")
    rows = np.zeros((0, 96), cases.NUMPY_TYPES["bf16"])
    parameters = [np.ones(96, np.float32)] * 3
    dx, *sums = backward(rows, *parameters, rows)
    assert dx.shape == (0, 96)
    for gradient in sums:
        np.testing.assert_array_equal(gradient, np.zeros(96))


@pytest.mark.parametrize("columns", [1024, 4096])
def test_memory_of_seednorm(columns):
    """Rows and their gradients are read once and dx is written once; parameters
    once a block; partial sums once a block, and read once. Nothing is spilled."""
    backward = compile_backward("emulated", "seednorm", columns, "bf16", "f32")
    rows, dtype = 300, cases.NUMPY_TYPES["bf16"]
    x, dy = np.ones((rows, columns), dtype), np.zeros((rows, columns), dtype)
    parameters = [np.ones(columns, np.float32) for _ in range(3)]
    _, (sweep, ends) = backward.run_counted(x, *parameters, dy)
    read = {r["name"]: r["bytes_read"] for r in sweep["regions"]}
    written = {r["name"]: r["bytes_written"] for r in sweep["regions"]}
    whole = 2 * rows * columns
    assert read["x"] == read["dy"] == written["dx"] == whole
    blocks = sweep["blocks"]
    assert all(read[name] == 4 * columns * blocks for name in ("alpha", "beta", "gamma"))
    partials = 3 * 4 * columns * blocks
    assert sum(written.values()) == whole + partials
    assert sum(read.values()) == 2 * whole + partials
    assert sum(r["bytes_read"] for r in ends["regions"]) == partials
    assert sum(r["bytes_written"] for r in ends["regions"]) == 3 * 4 * columns

    compiled = seednorm.compile(backward._source.text, "sm_90", entry=backward.entry)
    assert compiled.num_kernels == 2
    assert [kernel["spill_bytes"] for kernel in compiled.report] == [0, 0]
