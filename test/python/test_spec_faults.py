#===- test_spec_faults.py - The bounds are tight ----------------------------===//
#
# The bounds of docs/Spec.md's formulas catch what could plausibly go wrong: a
# formula with one fault, rounded correctly, is not taken for the right one.
#
#===-----------------------------------------------------------------------===//

import ml_dtypes
import numpy as np
import pytest

import bounds
import cases
import reference
import spec_cases
import specification
from spec_cases import OPERATIONS

BIAS = "    if bias is not None:\n        y = y + np.asarray(bias, dtype=np.float64)\n"
ROUNDED_SUM = ("round_to(np.asarray(residual, dtype=np.float64) + h, "
               "sum_type or residual.dtype)")


@pytest.mark.parametrize("label, right, wrong", [
    ("seednorm", "seed_scale *", "1.02 *"),
    ("seednorm dropout", "kept / (1 - dropout)", "kept"),
    ("seednorm dropout", "words >= ", "words > 2 * "),
    ("seednorm dropout", "range(10)", "range(9)"),
    ("seednorm dropout", "dynamic = t * alpha", "dynamic = t * alpha + gamma"),
    ("rms_norm", "+ eps", "+ 1.1 * eps"),
    ("rms_norm", "np.ceil", "np.floor"),
    ("rms_norm", BIAS, ""),
    ("rms_norm llama", "y / np.sqrt(depth)", "y"),
    ("rms_norm llama", "y / np.sqrt(depth)", "y / depth"),
    ("rms_norm llama", "(gamma + gamma_offset)", "(gamma[::-1] + gamma_offset)"),
    ("crms_norm", "+ last * last", ""),
    ("crms_norm", "(x.shape[-1] + 1)", "x.shape[-1]"),
    ("crms_norm", "(gamma + gamma_offset)", "gamma"),
    ("layer_norm", "x - np.mean(x, axis=-1, keepdims=True)", "x"),
    ("layer_norm", "+ eps", "+ 1.1 * eps"),
    ("layer_norm", "np.mean(centred * centred", "np.mean(x * x"),
    ("layer_norm", "y / np.sqrt(depth)", "y / np.sqrt(depth + 1)"),
    ("layer_norm", BIAS + "    return y if depth == 1 else y / np.sqrt(depth)",
     "    y = y / np.sqrt(depth)\n" + BIAS + "    return y"),
    ("dyt", "np.tanh(alpha * x)", "np.tanh(x)"),
    ("dyt", "gamma * np.tanh(alpha * x)", "gamma * alpha * x"),
    ("bhyt", "slope / kappa", "slope * kappa"),
    ("bhyt", "np.tanh((slope / kappa) * (x * r))", "(slope / kappa) * (x * r)"),
    ("bhyt", "+ eps", "+ 1.2 * eps"),
    ("bhyt", "x * x,", "(x - np.mean(x, -1, keepdims=True))**2,"),
    ("ada_seednorm", "(1 + per_sample(scale, input))", "per_sample(scale, input)"),
    ("ada_seednorm", "per_sample(scale, input)", "per_sample(scale[::-1], input)"),
    ("ada_seednorm", " + per_sample(shift, input)", ""),
    ("ada_seednorm", "beta, 1.0, eps", "beta, 0.0, eps"),
    ("modulate", "(1 + per_sample(scale, input))", "per_sample(scale, input)"),
    ("modulate", "per_sample(shift, input)", "per_sample(shift[::-1], input)"),
    ("modulate", "standardize, ", "divide_by_rms, "),
    ("modulate residual", "per_sample(gate, input) * h", "h"),
    ("modulate residual", "np.asarray(residual, dtype=np.float64) + h",
     "np.asarray(residual, dtype=np.float64)"),
    ("modulate residual", "(1 + per_sample(scale, input))", "(1 + scale[-1])"),
    ("modulate residual", "divide_by_rms}", "standardize}"),
    ("scale_norm", "np.maximum(length, eps)", "(length + eps)"),
    ("l2_norm", "np.maximum(length, eps)", "(length + eps)"),
    ("l2_norm", "np.maximum(length, eps)", "length"),
    ("l1_norm", "np.abs(x)", "x"),
    ("l1_norm", "np.abs(x)", "x * x"),
    ("softmax", "np.sum(e, ", "np.max(e, "),
    ("log_softmax", "np.sum(np.exp(shifted)", "np.sum(np.exp(x)"),
    ("group_norm", "x.shape[0], num_groups, columns", "x.shape[0], 1, -1"),
    ("group_norm", "x.shape[0], num_groups, columns", "x.shape[0], x.shape[1], -1"),
    ("group_norm", "per_channel(gamma) * y", "y"),
    ("group_norm", "y + per_channel(bias)", "y + per_channel(bias[::-1])"),
    ("instance_norm", "group_norm(input, channels,", "group_norm(input, 1,"),
    ("instance_norm", "gamma, bias, eps", "bias, gamma, eps"),
    ("head_scale", "np.repeat(scale, x.shape[-1] // scale.shape[-1], axis=-1)",
     "np.tile(scale, x.shape[-1] // scale.shape[-1])"),
])
@pytest.mark.parametrize("dtype", ("f32", "bf16"))
def test_faults_are_caught(rng, dtype, label, right, wrong):
    operation = OPERATIONS[label]
    rows = (cases.make_rows(rng, (10, 1001), "f32") + 0.01).astype(
        cases.NUMPY_TYPES[dtype])
    # A small eps, which counts beside small rows only.
    options = {name: 1e-5 if value == 1e-3 else value
               for name, value in operation.options.items()}
    check_fault(rng, operation._replace(options=options), dtype, rows, right, wrong)


# Where a formula rounds, kernels that do not are caught, and those that round at
# another place; in f32 there is nothing to round.
@pytest.mark.parametrize("label, right, wrong", [
    ("rms_norm llama", "n = round_to(n, input.dtype)", "pass"),
    ("rms_norm llama", "round_to(n, input.dtype)",
     "round_to(gamma * n, input.dtype) / gamma"),
    ("rms_norm llama", "round_to(n, input.dtype)",
     "x * round_to(r, input.dtype)"),
    ("modulate residual", ROUNDED_SUM, "np.asarray(residual, dtype=np.float64) + h"),
    ("modulate residual", "per_sample(gate, input) * h",
     "round_to(per_sample(gate, input) * h, input.dtype)"),
])
@pytest.mark.parametrize("dtype", ("f16", "bf16"))
def test_misplaced_roundings_are_caught(rng, dtype, label, right, wrong):
    rows = cases.make_rows(rng, (10, 1001), dtype)
    check_fault(rng, OPERATIONS[label], dtype, rows, right, wrong)


def check_fault(rng, operation, dtype, rows, right, wrong):
    x = spec_cases.arrange(operation, rows)
    operands = spec_cases.describe_operands(operation, x.shape, ("f32",))
    values = spec_cases.make_operands(rng, operands, x.shape)
    if "residual" in values:
        values["residual"] = values["residual"].astype(x.dtype)
    arguments = {**values, **operation.options}
    exact = reference.evaluate_all(operation.name, x, dtype=dtype, **arguments)

    def find_mismatches(results):
        return [reference.find_mismatch(y.astype(x.dtype), *pair, dtype)
                for y, pair in zip(results, exact)]

    assert not any(find_mismatches([expected for expected, _ in exact]))
    faulty = specification.load_faulty(operation.name, right, wrong)
    with np.errstate(all="ignore"):
        results = faulty(x, **values, **reference.round_options(operation.options, dtype))
    assert any(find_mismatches(results if isinstance(results, tuple) else [results]))


# What may fall on either side of a tie has both in its bound, and what may not has
# no error at all.
def test_rounding_inside_a_formula():
    exact = np.array([1 + 2.0**-8, 1 + 2.0**-8, 1.25, 3.0e38, np.inf])
    error = np.array([0, 1e-6, 1e-6, 0, 0])
    with np.errstate(invalid="ignore"):
        rounded = bounds.Bounded(exact, error, 2.0**-24).astype(ml_dtypes.bfloat16)
    np.testing.assert_array_equal(rounded.value[:3], [1, 1, 1.25])
    np.testing.assert_array_equal(rounded.error[[0, 1, 2, 4]], [0, 2.0**-7, 0, 0])


# Beyond f32's range a kernel has infinity; next to it, either.
def test_overflow_inside_a_formula():
    x = bounds.Bounded(np.array([1e20, 1e10]), np.zeros(2), 2.0**-24)
    square = x * x
    np.testing.assert_array_equal(square.value, [np.inf, 1e20])
    assert square.error[0] == 0 and 0 < square.error[1] < 1e14
    x = bounds.Bounded(np.array([[3e38, 3e38], [2e38, -2e38], [1.0, 1e38]]),
                       np.zeros((3, 2)), 2.0**-24)
    total = x.sum(axis=-1)
    np.testing.assert_array_equal(total.value, [np.inf, 0, 1e38])
    assert total.error[0] == 0 and total.error[1] == np.inf and total.error[2] < 1e32
