#===- test_spec.py - Kernels compute what docs/Spec.md says -----------------===//
#
# Every formula of the page, executed, against kernels on the CPU and on the
# emulator: types, widths and rows that are hard to get right.
#
#===-----------------------------------------------------------------------===//

import ml_dtypes
import numpy as np
import pytest

import cases
import reference
import seednorm
import spec_cases
import specification
from spec_cases import COLUMNS, GROUPED, OPERATIONS, TARGETS, TARGETS_AND_TYPES

#: Compared by test_quantize.py, as results in eight bits need other bounds.
ELSEWHERE = {"quantize"}


def test_every_operation_is_specified():
    names = {operation.name for operation in OPERATIONS.values()}
    assert set(specification.read_blocks()) == names | ELSEWHERE | {"Notation"}
    assert names | ELSEWHERE <= set(seednorm.__all__)
    assert names <= set(OPERATIONS)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("target, dtype", TARGETS_AND_TYPES)
@pytest.mark.parametrize("label", OPERATIONS)
def test_hard_rows(rng, target, label, dtype, columns):
    operation = OPERATIONS[label]
    rows = spec_cases.make_hard_rows(rng, columns, dtype)
    spec_cases.check(rng, operation, target, dtype, spec_cases.arrange(operation, rows))


# Leading dimensions: none, dynamic and empty, several; the defaults of options,
# no optional operand, and operands of the type of the rows.
@pytest.mark.parametrize("shape, actual, dtype", [
    ((33,), (33,), "bf16"),
    ((None, 33), (0, 33), "f32"),
    ((2, None, 3, 64), (2, 2, 3, 64), "f16"),
    ((None, 1), (3, 1), "f32"),
], ids=str)
@pytest.mark.parametrize("label", [label for label in OPERATIONS if label not in GROUPED])
@pytest.mark.parametrize("target", TARGETS)
def test_shapes(rng, target, label, shape, actual, dtype):
    x = cases.make_rows(rng, actual, dtype)
    spec_cases.check(rng, spec_cases.get_plain(label), target, dtype, x, shape, (dtype,))


# Ranks 2 to 5, one channel and one element a channel; with and without gamma and
# bias.
@pytest.mark.parametrize("shape, actual, dtype", [
    ((None, 6), (3, 6), "f32"),
    ((None, 6, 5), (0, 6, 5), "f16"),
    ((3, 6, 7), (3, 6, 7), "bf16"),
    ((None, 4, 3, 5), (2, 4, 3, 5), "f32"),
    ((None, 2, 3, 4, 5), (2, 2, 3, 4, 5), "f16"),
    ((None, 32, 8, 8), (2, 32, 8, 8), "bf16"),
], ids=str)
@pytest.mark.parametrize("label", GROUPED)
@pytest.mark.parametrize("operands", ({}, {"gamma": "C"}, {"bias": "C"},
                                      {"gamma": "C", "bias": "C"}), ids=tuple)
@pytest.mark.parametrize("target", TARGETS)
def test_shapes_of_groups(rng, target, operands, label, shape, actual, dtype):
    x = (1 + rng.standard_normal(actual)).astype(cases.NUMPY_TYPES[dtype])
    operation = spec_cases.get_plain(label)._replace(operands=operands)
    spec_cases.check(rng, operation, target, dtype, x, shape, (dtype,))


# With the channels last, all of a sample is one group, and a parameter is
# repeated along the other dimensions.
@pytest.mark.parametrize("shape, actual, dtype", [
    ((None, 6), (3, 6), "f32"),
    ((None, 5, 6), (0, 5, 6), "f16"),
    ((None, 5, 7), (3, 5, 7), "bf16"),
    ((2, 3, 5, 8), (2, 3, 5, 8), "f32"),
    ((None, 8, 8, 32), (2, 8, 8, 32), "bf16"),
    ((None, 3, 1), (2, 3, 1), "f32"),
    ((None, 2, 3, 4, 20), (2, 2, 3, 4, 20), "f16"),
], ids=str)
@pytest.mark.parametrize("operands", ({}, {"gamma": "D", "bias": "D"}), ids=tuple)
@pytest.mark.parametrize("target", TARGETS)
def test_channels_last(rng, target, operands, shape, actual, dtype):
    x = (1 + rng.standard_normal(actual)).astype(cases.NUMPY_TYPES[dtype])
    operation = spec_cases.Operation("group_norm", operands,
                                     {"num_groups": 1, "layout": "channels_last"})
    spec_cases.check(rng, operation, target, dtype, x, shape)


# A weight for each head, and slices of samples over one, two and all leading
# dimensions; S also of one row.
@pytest.mark.parametrize("shape, actual", [
    ((None, 3, 40), (2, 3, 40)),
    ((2, None, 3, 40), (2, 2, 3, 40)),
    ((None, None, 3, 40), (2, 3, 3, 40)),
    ((4, 5, 40), (4, 5, 40)),
    ((2, 40), (2, 40)),
], ids=str)
@pytest.mark.parametrize("label, kinds", [
    *((label, "HD") for label in ("seednorm", "rms_norm", "crms_norm", "layer_norm",
                                  "dyt", "bhyt", "ada_seednorm")),
    ("ada_seednorm", "S"), ("modulate", "S"), ("modulate residual", "S")])
@pytest.mark.parametrize("target", TARGETS)
def test_parameters_by_head_and_sample(rng, target, label, kinds, shape, actual):
    operation = OPERATIONS[label]
    operands = {name: "HD" if kind == "D" and kinds == "HD" else kind
                for name, kind in operation.operands.items()}
    x = cases.make_rows(rng, actual, "bf16")
    spec_cases.check(rng, operation._replace(operands=operands), target, "bf16", x, shape)


# Samples may have no rows.
@pytest.mark.parametrize("shape", [(2, 0, 40), (2, 3, 0, 40)], ids=str)
@pytest.mark.parametrize("label", ("ada_seednorm", "modulate"))
@pytest.mark.parametrize("target", TARGETS)
def test_samples_without_rows(rng, target, label, shape):
    operation = OPERATIONS[label]
    operands = {**operation.operands, "scale": "S", "shift": "S"}
    x = np.zeros(shape, np.float32)
    spec_cases.check(rng, operation._replace(operands=operands), target, "f32", x, shape)


# Far beyond any cache; the tails of vectors and of sums are at odd places. A sum
# of a million bf16 numbers that cancel rounds alike at equal ones, which the bound
# takes for independent, so the mean of LayerNorm is left to f32.
@pytest.mark.parametrize("label, dtype", [
    *((label, "f32") for label in OPERATIONS if label not in GROUPED),
    ("seednorm", "bf16"), ("rms_norm", "bf16"), ("softmax", "f16"), ("l1_norm", "f64")])
def test_long_rows(rng, label, dtype):
    operation = spec_cases.get_plain(label)
    x = cases.make_rows(rng, (2, 1_000_003), dtype)
    spec_cases.check(rng, operation, "cpu", dtype, x)


# Each operand may be of the type of the rows or of f32, whatever the others are.
@pytest.mark.parametrize("target, dtype", [
    pair for pair in TARGETS_AND_TYPES if pair[1] != "f32"])
@pytest.mark.parametrize("narrow_first", (False, True))
@pytest.mark.parametrize("label", [label for label, operation in OPERATIONS.items()
                                   if operation.operands])
def test_mixed_types(rng, target, label, narrow_first, dtype):
    operation = OPERATIONS[label]
    types = (dtype, "f32") if narrow_first else ("f32", dtype)
    x = spec_cases.arrange(operation, cases.make_rows(rng, (6, 120), dtype))
    spec_cases.check(rng, operation, target, dtype, x, types=types)


# A result of f32 is what a result of the type of the rows is before it is rounded.
@pytest.mark.parametrize("columns", (127, 1000))
@pytest.mark.parametrize("target, dtype", [
    pair for pair in TARGETS_AND_TYPES if pair[1] != "f32"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_results_of_f32(rng, target, label, dtype, columns):
    operation = OPERATIONS[label]
    rows = spec_cases.make_hard_rows(rng, columns, dtype)
    spec_cases.check(rng, operation, target, dtype, spec_cases.arrange(operation, rows),
                     result="f32")


# NaN and infinity follow from the formula and stay in their row. The last
# column is beyond what partial RMSNorm measures.
@pytest.mark.parametrize("columns", (33, 1024, 4096))
@pytest.mark.parametrize("target, dtype", TARGETS_AND_TYPES)
@pytest.mark.parametrize("label", OPERATIONS)
def test_special_values(rng, target, label, dtype, columns):
    operation = OPERATIONS[label]
    x = rng.standard_normal((6, columns)).astype(cases.NUMPY_TYPES[dtype])
    x[0, 0] = np.nan
    x[1, columns - 1] = np.nan
    x[2, 3] = np.inf
    x[3, columns - 1] = -np.inf
    x[4] = -np.inf
    spec_cases.check(rng, operation, target, dtype, spec_cases.arrange(operation, x))


# FixNorm is ScaleNorm by another name, so that both make one operation.
def test_fix_norm_is_scale_norm():
    texts = []
    for function in (seednorm.fix_norm, seednorm.scale_norm):
        g = seednorm.Graph()
        x = g.input((None, 8), "f32", name="x")
        scale = g.input((1,), "f32", name="scale")
        g.output(function(x, scale, eps=0.25, dtype="f32"))
        texts.append(seednorm.compile(g, target="cpu").asm["row"])
    assert "math.sqrt" in texts[0]
    assert texts[0] == texts[1]


# By hand: a part's largest element
# becomes the largest number of the type; a group may exceed the row; what is
# beyond a given scale goes to the ends; zeros have a scale.
def test_formula_of_quantize():
    quantize = specification.load_faulty("quantize", "", "")
    x = np.array([[1.0, -4.0, 2.0, 127.0], [0, 0, 0, 0]], np.float32)
    y, scale = quantize(x, "i8", per="row")
    np.testing.assert_array_equal(scale, [1.0, 2.0**-100 / 127])
    np.testing.assert_array_equal(y, [[1, -4, 2, 127], [0] * 4])
    y, scale = quantize(x, "f8E4M3FN", per="group", group_size=2)
    np.testing.assert_allclose(scale[0] * 448, [4, 127])
    np.testing.assert_allclose(y[0], [112, -448, 448 * 2 / 127, 448])
    y, scale = quantize(x, "f8E5M2", per="group")
    np.testing.assert_allclose(scale[:, 0] * 57344, [127, 2.0**-100])
    y = quantize(x, "f8E5M2", per="static", scale=np.float32([1e-3]))
    assert y[0, 3] == 57344.0 == float(ml_dtypes.finfo(ml_dtypes.float8_e5m2).max)
    with np.errstate(invalid="ignore"):
        y, scale = quantize(np.float32([1, np.inf]), "i8")
    np.testing.assert_array_equal(y, [0, np.nan])
    assert scale == np.inf


# The correction of the mean: without it, errors are some 1e-3 here.
@pytest.mark.parametrize("columns", (127, 1024, 8192))
@pytest.mark.parametrize("target", TARGETS)
def test_layer_norm_of_a_large_mean(rng, target, columns):
    x = (1e4 + rng.standard_normal((20, columns))).astype(np.float32)
    gamma = np.ones(columns, np.float32)
    kernel = spec_cases.build("layer_norm", target, (None, columns), "f32",
                              (("gamma", (columns,), "f32"),), ())
    expected, _ = reference.evaluate("layer_norm", x, gamma, eps=1e-5, dtype="f64")
    assert np.abs(kernel(x, gamma) - expected).max() < 5e-6


# Equal elements leave nothing but what rounding makes of them.
@pytest.mark.parametrize("value", (0.0, 0.1, -1e4, 1e15))
@pytest.mark.parametrize("target", TARGETS)
def test_layer_norm_of_equal_elements(target, value):
    x = np.full((3, 1000), value, np.float32)
    kernel = spec_cases.build("layer_norm", target, (None, 1000), "f32",
                              (("gamma", (1000,), "f32"),), ())
    y = kernel(x, np.ones(1000, np.float32))
    assert np.abs(y).max() < 1e-3


# It has neither sums nor functions of f64 that could be taken; but NormFormer's
# scale needs neither.
@pytest.mark.parametrize("label", OPERATIONS)
def test_f64_on_the_gpu(rng, label):
    operation = OPERATIONS[label]
    x = spec_cases.arrange(operation, cases.make_rows(rng, (4, 64), "f64"))
    if label == "head_scale":
        spec_cases.check(rng, operation, "emulated", "f64", x)
        return
    with pytest.raises(seednorm.SeednormError, match="f64"):
        spec_cases.run(rng, operation, "emulated", "f64", x)
