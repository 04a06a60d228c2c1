#===- test_numerics.py - Kernels compute the formulas -----------------------===//
#
# Every width, type, number of heads and activation, on the CPU and on the
# emulator, against the float64 reference and its derived bounds.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import cases
import reference

TARGETS = ("cpu", "emulated")

# One head and several: powers of two, heads of one column (3, 8, 128), odd
# ones (125, 501 and 59 columns), and ones narrower than a vector (16 columns).
HEADS = {1: (1,), 3: (1, 3), 8: (1, 8), 64: (1, 4), 96: (1, 6), 128: (1, 128),
         768: (1, 12), 1000: (1, 8), 1002: (1, 2), 1003: (1, 17),
         1024: (1, 16), 4096: (1, 32), 5120: (1, 40), 8192: (1, 64)}

# Types of rows and of parameters.
TYPES = (("f32", "f32"), ("f16", "f16"), ("f16", "f32"), ("bf16", "bf16"),
         ("bf16", "f32"))


@pytest.mark.parametrize("columns", HEADS)
@pytest.mark.parametrize("dtype, parameter_dtype", TYPES)
@pytest.mark.parametrize("target", TARGETS)
def test_seednorm(rng, target, dtype, parameter_dtype, columns):
    leading, shape = ((5,), (None, columns))
    if columns in (3, 1000, 4096):
        leading, shape = ((2, 3), (None, 3, columns))
    x = cases.make_rows(rng, (*leading, columns), dtype)
    for heads in HEADS[columns]:
        parameters = cases.make_parameters(rng, columns, heads, parameter_dtype)
        for activation in reference.ACTIVATIONS:
            cases.check_seednorm(target, x, parameters, shape, dtype,
                                 parameter_dtype, num_heads=heads,
                                 activation=activation)


@pytest.mark.parametrize("columns", HEADS)
@pytest.mark.parametrize("dtype, parameter_dtype", TYPES)
@pytest.mark.parametrize("target", TARGETS)
def test_rms_norm(rng, target, dtype, parameter_dtype, columns):
    x = cases.make_rows(rng, (5, columns), dtype)
    gamma = cases.make_parameters(rng, columns, 1, parameter_dtype)[2]
    for offset in (0.0, 1.0):
        kernel = cases.compile_rms_norm(target, (None, columns), dtype,
                                        parameter_dtype, gamma_offset=offset)
        expected, bound = reference.evaluate("rms_norm", x, gamma, dtype=dtype,
                                             gamma_offset=offset)
        mismatch = reference.find_mismatch(kernel(x, gamma), expected, bound,
                                           dtype)
        assert not mismatch, f"gamma_offset {offset}: {mismatch}"


# The options that the tests above leave at their defaults.
@pytest.mark.parametrize("options", [
    {"eps": 1e-2},
    {"eps": 1e-12},
    {"seed_scale": 1 / 1024},
    {"seed_scale": -3.0, "activation": "sigmoid"},
    {"gamma_offset": 1.0},
    {"gamma_offset": -1.0, "seed_scale": 0.0, "num_heads": 4},
], ids=str)
@pytest.mark.parametrize("target", TARGETS)
def test_seednorm_options(rng, target, options):
    x = cases.make_rows(rng, (5, 1024), "bf16")
    parameters = cases.make_parameters(rng, 1024, 1, "f32")
    cases.check_seednorm(target, x, parameters, (None, 1024), "bf16", "f32",
                         **options)


# Leading dimensions: none, static, dynamic, several, empty.
@pytest.mark.parametrize("shape, actual", [
    ((96,), (96,)),
    ((5, 96), (5, 96)),
    ((0, 96), (0, 96)),
    ((None, 96), (0, 96)),
    ((None, 96), (1, 96)),
    ((2, None, 96), (2, 3, 96)),
    ((None, 3, None, 96), (2, 3, 2, 96)),
    ((None, 3, None, 96), (2, 3, 0, 96)),
    ((2, 2, 2, 96), (2, 2, 2, 96)),
], ids=str)
@pytest.mark.parametrize("heads", (1, 6))
@pytest.mark.parametrize("target", TARGETS)
def test_shapes(rng, target, heads, shape, actual):
    x = cases.make_rows(rng, actual, "bf16")
    parameters = cases.make_parameters(rng, 96, heads, "f32")
    cases.check_seednorm(target, x, parameters, shape, "bf16", "f32",
                         num_heads=heads)


# A kernel that fuses two norms of one row, or splits them, computes both.
@pytest.mark.parametrize("target", TARGETS)
def test_two_results(rng, target):
    import seednorm
    g = seednorm.Graph()
    x = g.input((None, 128), "f32", name="x")
    gamma = g.input((128,), "f32", name="gamma")
    first = seednorm.rms_norm(x, gamma)
    g.output(seednorm.rms_norm(first, gamma, gamma_offset=1.0), first)
    rows = cases.make_rows(rng, (5, 128), "f32")
    weights = cases.make_parameters(rng, 128, 1, "f32")[2]
    second, first = seednorm.compile(g, target=target)(rows, weights)
    expected, bound = reference.evaluate("rms_norm", rows, weights)
    assert not reference.find_mismatch(first, expected, bound, "f32")
    expected, bound = reference.evaluate("rms_norm", first, weights,
                                         gamma_offset=1.0)
    assert not reference.find_mismatch(second, expected, bound, "f32")
