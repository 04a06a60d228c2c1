#===- test_spec.py - Kernels compute what docs/Spec.md says -----------------===//
#
# Every formula of the page, executed, against kernels on the CPU and on the
# emulator: types, widths and rows that are hard to get right.
#
#===-----------------------------------------------------------------------===//

import functools

import numpy as np
import pytest

import bounds
import cases
import reference
import seednorm
import specification

TARGETS = ("cpu", "emulated")
#: The GPU refuses sums of f64.
TARGETS_AND_TYPES = [(target, dtype) for target in TARGETS
                     for dtype in ("f32", "f16", "bf16", "f64")
                     if (target, dtype) != ("emulated", "f64")]
COLUMNS = (1, 7, 64, 127, 128, 1000, 4096, 8192)

#: Parameters of each operation by their shape: one number a column ("D") or one
#: in all; and options other than the defaults.
OPERATIONS = {
    "seednorm": ({"alpha": "D", "beta": "D", "gamma": "D"},
                 {"eps": 1e-5, "activation": "sigmoid", "seed_scale": 0.5}),
    "rms_norm": ({"gamma": "D", "bias": "D"}, {"eps": 1e-5, "partial": 0.3}),
    "crms_norm": ({"gamma": "D"}, {"eps": 1e-5, "gamma_offset": 1.0}),
    "layer_norm": ({"gamma": "D", "bias": "D"}, {"eps": 1e-3}),
    "dyt": ({"alpha": "1", "gamma": "D", "bias": "D"}, {}),
    "scale_norm": ({"scale": "1"}, {"eps": 0.5}),
    "l2_norm": ({}, {"eps": 0.5}),
    "l1_norm": ({}, {"eps": 0.5}),
    "softmax": ({}, {}),
    "log_softmax": ({}, {}),
}
OPTIONAL = ("bias",)
NO_BOUND = ("eps", "gamma_offset", "seed_scale")


def round_options(options, dtype):
    """Attributes as a kernel uses them."""
    if dtype == "f64":
        return options
    return {name: float(np.float32(value)) if name in NO_BOUND else value
            for name, value in options.items()}


@functools.lru_cache(maxsize=8)
def build(name, target, shape, dtype, parameter_dtype, parameters, options):
    g = seednorm.Graph()
    x = g.input(shape, dtype, name="x")
    columns = shape[-1]
    values = {key: g.input((columns if size == "D" else 1,), parameter_dtype, name=key)
              for key, size in parameters}
    g.output(getattr(seednorm, name)(x, **values, **dict(options)))
    return seednorm.compile(g, target=target)


def make_parameters(rng, parameters, columns, dtype):
    return {key: (0.7 + 0.4 * rng.standard_normal(columns if size == "D" else 1))
            .astype(cases.NUMPY_TYPES[dtype]) for key, size in parameters.items()}


def evaluate(name, dtype, x, parameters, options):
    """The exact result and its bounds."""
    with np.errstate(all="ignore"):
        result = specification.load(name, dtype)(
            x, **parameters, **round_options(options, dtype))
        return bounds.round_result(result, dtype)


def run(rng, name, target, dtype, x, parameters=None, options=None, shape=None,
        parameter_dtype=None):
    """A kernel's result, the exact one, and its bounds."""
    default_parameters, default_options = OPERATIONS[name]
    parameters = default_parameters if parameters is None else parameters
    options = default_options if options is None else options
    parameter_dtype = parameter_dtype or ("f64" if dtype == "f64" else "f32")
    shape = shape or (None, x.shape[-1])
    kernel = build(name, target, shape, dtype, parameter_dtype,
                   tuple(parameters.items()), tuple(options.items()))
    assert kernel.num_kernels == 1
    values = make_parameters(rng, parameters, x.shape[-1], parameter_dtype)
    y = kernel(x, *values.values())
    assert y.dtype == x.dtype
    return y, *evaluate(name, dtype, x, values, options)


def check(rng, name, target, dtype, x, *arguments):
    y, expected, bound = run(rng, name, target, dtype, x, *arguments)
    mismatch = reference.find_mismatch(y, expected, bound, dtype)
    assert not mismatch, mismatch


def make_hard_rows(rng, columns, dtype):
    """Zeros; one huge element; a mean far above the deviation; alternating
    signs; tiny numbers; and ordinary rows."""
    huge = {"f16": 6e4, "bf16": 1e15, "f32": 1e15, "f64": 1e100}[dtype]
    tiny = {"f16": 1e-6, "bf16": 1e-25, "f32": 1e-25, "f64": 1e-160}[dtype]
    rows = rng.standard_normal((7, columns))
    rows[0] = 0
    rows[1, columns // 2] = huge
    rows[2] += 300
    rows[3] = np.where(np.arange(columns) % 2, -1.0, 1.0)
    rows[4] *= tiny
    rows[5] *= 10
    return rows.astype(cases.NUMPY_TYPES[dtype])


def test_every_operation_is_specified():
    assert set(specification.read_blocks()) == set(OPERATIONS)
    assert set(OPERATIONS) <= set(seednorm.__all__)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("target, dtype", TARGETS_AND_TYPES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_hard_rows(rng, target, name, dtype, columns):
    check(rng, name, target, dtype, make_hard_rows(rng, columns, dtype))


# Leading dimensions: none, dynamic and empty, several; the defaults of options,
# no bias, and parameters of the type of the rows.
@pytest.mark.parametrize("shape, actual, dtype", [
    ((33,), (33,), "bf16"),
    ((None, 33), (0, 33), "f32"),
    ((2, None, 3, 64), (2, 2, 3, 64), "f16"),
    ((None, 1), (3, 1), "f32"),
], ids=str)
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("target", TARGETS)
def test_shapes(rng, target, name, shape, actual, dtype):
    parameters = {key: size for key, size in OPERATIONS[name][0].items()
                  if key not in OPTIONAL}
    check(rng, name, target, dtype, cases.make_rows(rng, actual, dtype), parameters,
          {}, shape, dtype)


# NaN and infinity follow from the formula and stay in their row. The last
# column is beyond what partial RMSNorm measures.
@pytest.mark.parametrize("columns", (33, 1024, 4096))
@pytest.mark.parametrize("target, dtype", TARGETS_AND_TYPES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_special_values(rng, target, name, dtype, columns):
    x = rng.standard_normal((6, columns)).astype(cases.NUMPY_TYPES[dtype])
    x[0, 0] = np.nan
    x[1, columns - 1] = np.nan
    x[2, 3] = np.inf
    x[3, columns - 1] = -np.inf
    x[4] = -np.inf
    check(rng, name, target, dtype, x)


# The bounds are tight enough to catch what could plausibly go wrong: a formula
# with one fault, rounded correctly, is not taken for the right one.
@pytest.mark.parametrize("name, right, wrong", [
    ("seednorm", "seed_scale *", "1.02 *"),
    ("rms_norm", "+ eps", "+ 1.1 * eps"),
    ("rms_norm", "np.ceil", "np.floor"),
    ("rms_norm", "y + np.asarray(bias, dtype=np.float64)", "y"),
    ("crms_norm", "+ last * last", ""),
    ("crms_norm", "(x.shape[-1] + 1)", "x.shape[-1]"),
    ("crms_norm", "(gamma + gamma_offset)", "gamma"),
    ("layer_norm", "x - np.mean(x, axis=-1, keepdims=True)", "x"),
    ("layer_norm", "+ eps", "+ 1.1 * eps"),
    ("layer_norm", "np.mean(centred * centred", "np.mean(x * x"),
    ("dyt", "np.tanh(alpha * x)", "np.tanh(x)"),
    ("dyt", "gamma * np.tanh(alpha * x)", "gamma * alpha * x"),
    ("scale_norm", "np.maximum(length, eps)", "(length + eps)"),
    ("l2_norm", "np.maximum(length, eps)", "(length + eps)"),
    ("l2_norm", "np.maximum(length, eps)", "length"),
    ("l1_norm", "np.abs(x)", "x"),
    ("l1_norm", "np.abs(x)", "x * x"),
    ("softmax", "np.sum(e, ", "np.max(e, "),
    ("log_softmax", "np.sum(np.exp(shifted)", "np.sum(np.exp(x)"),
])
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
def test_faults_are_caught(rng, dtype, name, right, wrong):
    text = specification.read_blocks()[name]
    assert right in text
    namespace = {"np": np}
    exec(text.replace(right, wrong), namespace)
    x = (cases.make_rows(rng, (10, 1001), "f32") + 0.01).astype(
        cases.NUMPY_TYPES[dtype])
    parameters, options = OPERATIONS[name]
    options = {**options, **({"eps": 1e-5} if options.get("eps") == 1e-3 else {})}
    values = make_parameters(rng, parameters, x.shape[-1], "f32")
    expected, bound = evaluate(name, dtype, x, values, options)
    assert not reference.find_mismatch(expected.astype(x.dtype), expected, bound, dtype)
    with np.errstate(all="ignore"):
        faulty = namespace[name](x, **values, **round_options(options, dtype))
    assert reference.find_mismatch(faulty.astype(x.dtype), expected, bound, dtype)


# The correction of the mean: without it, errors are some 1e-3 here.
@pytest.mark.parametrize("columns", (127, 1024, 8192))
@pytest.mark.parametrize("target", TARGETS)
def test_layer_norm_of_a_large_mean(rng, target, columns):
    x = (1e4 + rng.standard_normal((20, columns))).astype(np.float32)
    gamma = np.ones(columns, np.float32)
    kernel = build("layer_norm", target, (None, columns), "f32", "f32",
                   (("gamma", "D"),), ())
    expected, _ = evaluate("layer_norm", "f64", x, {"gamma": gamma}, {"eps": 1e-5})
    assert np.abs(kernel(x, gamma) - expected).max() < 5e-6


# Equal elements leave nothing but what rounding makes of them.
@pytest.mark.parametrize("value", (0.0, 0.1, -1e4, 1e15))
@pytest.mark.parametrize("target", TARGETS)
def test_layer_norm_of_equal_elements(target, value):
    x = np.full((3, 1000), value, np.float32)
    kernel = build("layer_norm", target, (None, 1000), "f32", "f32",
                   (("gamma", "D"),), ())
    y = kernel(x, np.ones(1000, np.float32))
    assert np.abs(y).max() < 1e-3


@pytest.mark.parametrize("name", OPERATIONS)
def test_f64_is_refused_by_the_gpu(name):
    parameters = {key: size for key, size in OPERATIONS[name][0].items()
                  if key not in OPTIONAL}
    with pytest.raises(seednorm.SeednormError, match="f64"):
        build(name, "emulated", (None, 64), "f64", "f64", tuple(parameters.items()), ())
