#===- test_approximate.py - Functions that kernels approximate ---------------===//
#
# What `approximate` changes: the instruction, the results and their bounds, the
# report; and what it leaves alone. The emulator's tanh.approx.f32 is at the ends of
# what PTX allows, so results show whether something relies on more.
#
#===-----------------------------------------------------------------------===//

import contextlib
import dataclasses

import numpy as np
import pytest

import bounds
import cases
import reference
import seednorm
import spec_cases
import specification
import test_functions
import test_gradients
from cases import fails
from seednorm.errors import quote

LIMIT = 2.0**-11


PARAMETERS = {"seednorm": ("alpha", "beta", "gamma"), "rms_norm": ("gamma",),
              "dyt": ("alpha", "gamma")}


def build(columns=256, dtype="f32", name="seednorm", heads=None, seed_scale=1.0):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    parameters = [g.input((1,) if (name, key) == ("dyt", "alpha") else (columns,), "f32",
                          name=key) for key in PARAMETERS[name]]
    options = {"num_heads": heads, "seed_scale": seed_scale} if heads else {}
    g.output(getattr(seednorm, name)(x, *parameters, **options))
    return g


def compile_pair(graph, target="emulated"):
    return (seednorm.compile(graph, target),
            seednorm.compile(graph, target, approximate="tanh"))


def make_arguments(rng, columns=256, dtype="f32", rows=10):
    return [cases.make_rows(rng, (rows, columns), dtype),
            *cases.make_parameters(rng, columns, 1, "f32")]


#===----------------------------------------------------------------------===//
# The function
#===----------------------------------------------------------------------===//


def test_emulated_tanh_is_at_the_ends_of_its_bound(rng):
    """Of every exponent and both signs."""
    exponents = np.repeat(np.arange(-126, 128), 40)
    x = np.ldexp(rng.uniform(1, 2, exponents.size), exponents)
    x = (x * rng.choice([-1, 1], x.size)).astype(np.float32)
    kernel = test_functions.compile_function("tanh", "emulated", approximate="tanh")
    exact = np.tanh(x.astype(np.float64))
    off = test_functions.run(kernel, x).astype(np.float64) / exact - 1
    assert np.abs(off).max() <= LIMIT
    # Normal results have 2^-23 of room to round to.
    at_end = np.abs(off) >= LIMIT * (1 - 2.0**-11)
    assert at_end[np.abs(exact) > 2.0**-125].all()
    for part in (exponents < -20, exponents > 5, x > 0, x < 0):
        assert (off[part] > 0).mean() == pytest.approx(0.5, abs=0.05)


def test_special_values_of_emulated_tanh():
    x = np.array([0, -0.0, 1e-45, -1e-40, 2.0**-127, np.inf, -np.inf, np.nan], np.float32)
    kernel = test_functions.compile_function("tanh", "emulated", approximate="tanh")
    y = test_functions.run(kernel, x)
    expected = np.where(np.isinf(x), np.copysign(1, x), x).astype(np.float32)
    np.testing.assert_array_equal(y[:-1].view(np.uint32), expected[:-1].view(np.uint32))
    assert np.isnan(y[-1])


@pytest.mark.parametrize("dtype", ["f16", "bf16"])
def test_narrow_floats_are_rounded_once(rng, dtype):
    x = rng.uniform(-6, 6, (40, test_functions.COLUMNS)).astype(cases.NUMPY_TYPES[dtype])
    kernel, wide = (test_functions.compile_function("tanh", "emulated", dtype=own,
                                                    approximate="tanh")
                    for own in (dtype, "f32"))
    np.testing.assert_array_equal(kernel(x), wide(x.astype(np.float32)).astype(x.dtype))


#===----------------------------------------------------------------------===//
# Norms
#===----------------------------------------------------------------------===//

#: With tanh in their formulas: SeeDNorm has it by default, and another activation in
#: the other tests.
OPERATIONS = {"seednorm": spec_cases.OPERATIONS["seednorm"]._replace(options={"eps": 1e-5}),
              **{label: spec_cases.OPERATIONS[label] for label in
                 ("seednorm dropout", "ada_seednorm", "dyt", "bhyt")}}


@pytest.mark.parametrize("columns", [7, 128, 1000, 8192])
@pytest.mark.parametrize("dtype", ["f32", "f16", "bf16"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_norms_keep_the_bound_that_follows(rng, label, dtype, columns):
    operation = OPERATIONS[label]
    x = spec_cases.arrange(operation, spec_cases.make_hard_rows(rng, columns, dtype))
    with bounds.approximate_tanh():
        spec_cases.check(rng, operation, "emulated", dtype, x, approximate="tanh")


# Half of the bound, and all the more the default's, is not enough.
@pytest.mark.parametrize("limit", [bounds.TANH, bounds.TANH_APPROXIMATE / 2])
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_less_is_enough(rng, monkeypatch, label, limit):
    operation = OPERATIONS[label]
    x = spec_cases.arrange(operation, spec_cases.make_hard_rows(rng, 128, "f32"))
    monkeypatch.setattr(bounds, "TANH", limit)
    with pytest.raises(AssertionError, match="elements are off"):
        spec_cases.check(rng, operation, "emulated", "f32", x, approximate="tanh")


def run_gradients(rng, columns, heads, dtype, approximate, rows):
    """Of each gradient its name, what a kernel gives, what is exact, the bounds and
    the type."""
    graph = seednorm.grad(build(columns, dtype, heads=heads, seed_scale=0.5))
    kernel = seednorm.compile(graph, "emulated", approximate=approximate)
    x, dy = (cases.make_rows(rng, (rows, columns), dtype) for _ in range(2))
    arguments = [x, *cases.make_parameters(rng, columns, heads, "f32"), dy]
    act, slope = test_gradients.ACTIVATIONS["tanh"]
    formula = specification.execute(bounds.BoundedNumPy(dtype), {
        "seednorm": test_gradients.FORMULAS})["seednorm_gradients"]
    exact = formula(*arguments, eps=float(np.float32(1e-6)), heads=heads, scale=0.5,
                    act=act, slope=slope)
    return [(spec.name, y, *bounds.round_result(own, spec.dtype), spec.dtype)
            for spec, y, own in zip(kernel.results, kernel(*arguments), exact, strict=True)]


@pytest.mark.parametrize("columns, heads", [(96, 4), (1024, 1), (4096, 1)])
@pytest.mark.parametrize("dtype", ["f32", "bf16"])
def test_gradients_keep_the_bound_that_follows(columns, heads, dtype):
    """The slope is 1 - t^2 of the approximate t; that of gamma has neither."""
    def find_mismatches(context):
        with context:
            found = run_gradients(np.random.default_rng(20251022), columns, heads, dtype,
                                  "tanh", 9)
        return [name for name, *triple, own in found
                if reference.find_mismatch(*triple, own)]

    assert find_mismatches(bounds.approximate_tanh()) == []
    too_tight = find_mismatches(contextlib.nullcontext())
    assert {"dalpha", "dbeta"} <= set(too_tight) and "dgamma" not in too_tight


def test_layers_start_as_without_it(rng):
    """With beta = 0 the dynamic term is 0, whatever tanh is elsewhere."""
    accurate, kernel = compile_pair(build(dtype="bf16"))
    x, alpha, _, gamma = make_arguments(rng, dtype="bf16")
    beta = np.zeros_like(alpha)
    np.testing.assert_array_equal(kernel(x, alpha, beta, gamma).view(np.uint16),
                                  accurate(x, alpha, beta, gamma).view(np.uint16))


def test_all_kernels_of_a_graph_have_it(rng):
    """The one for gaps between rows, the one in place and the backward one as well."""
    accurate, kernel = compile_pair(build())
    x, *parameters = make_arguments(rng)
    y = kernel(x, *parameters)
    assert (y != accurate(x, *parameters)).any()
    wide = np.zeros((10, 300), np.float32)
    wide[:, :256] = x
    np.testing.assert_array_equal(kernel(wide[:, :256], *parameters), y)
    same = x.copy()
    np.testing.assert_array_equal(kernel(same, *parameters, out=same), y)
    assert kernel.backward.options.approximate == ("tanh",)
    pair = [own(x, *parameters, y) for own in (accurate.backward, kernel.backward)]
    assert all((a != b).any() for a, b in zip(*pair) if a is not pair[0][3])
    np.testing.assert_array_equal(kernel(x, *parameters, seed=3), y)


def test_functions_of_arrays_take_it(rng):
    def squash(x):
        return seednorm.tanh(x)
    x = rng.standard_normal((3, 64)).astype(np.float32)
    y = seednorm.norm(squash, target="emulated", approximate="tanh")(x)
    assert np.abs(y / np.tanh(x) - 1).max() > LIMIT / 2
    decorated = seednorm.norm(target="emulated", approximate=["tanh"])(squash)
    np.testing.assert_array_equal(decorated(x), y)


#===----------------------------------------------------------------------===//
# Code and reports
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("target", ["sm_80", "sm_90a", "sm_100a", "emulated"])
def test_code(target):
    accurate, kernel = compile_pair(build(), target)
    assert "tanh" not in accurate.asm["ptx"] and "ex2.approx" in accurate.asm["ptx"]
    assert "tanh.approx.f32" in kernel.asm["ptx"]
    assert "ex2" not in kernel.asm["ptx"] and "rcp" not in kernel.asm["ptx"]
    assert "llvm.tanh" not in accurate.asm["llvm"] and "llvm.tanh" in kernel.asm["llvm"]
    assert "MUFU.TANH" in kernel.asm["sass"]


def test_other_code_stays_as_it_is():
    accurate, kernel = compile_pair(build(name="rms_norm"), "sm_90a")
    assert kernel is not accurate
    assert kernel.asm["ptx"] == accurate.asm["ptx"]
    assert kernel.report == accurate.report


def test_report():
    accurate, kernel = compile_pair(build(), "sm_90a")
    assert [report["approximate"] for report in accurate.report] == [[]]
    assert "approximate" not in accurate.asm["report"]
    assert [report["approximate"] for report in kernel.report] == [["tanh"]]
    assert "\n  approximate:        tanh\n" in kernel.asm["report"]
    # The kernel that adds up partial sums has none.
    assert [report["approximate"] for report in kernel.backward.report] == [["tanh"], []]


def test_packages_have_it(tmp_path):
    accurate, kernel = compile_pair(build(), "sm_90a")
    kernel.save(tmp_path / "package")
    package = (tmp_path / "package").read_bytes()
    assert kernel.asm["cubin"] in package and accurate.asm["cubin"] not in package


#===----------------------------------------------------------------------===//
# Options
#===----------------------------------------------------------------------===//


def test_options_tell_kernels_apart():
    same = [seednorm.Options("emulated", approximate=names) for names in
            ("tanh", ("tanh",), ["tanh", "tanh"], {"tanh"})]
    assert dataclasses.replace(same[0], target="sm_80").approximate == ("tanh",)
    assert len({*same, seednorm.Options("emulated")}) == 2
    assert same[0].approximate == ("tanh",)
    accurate, kernel = compile_pair(build())
    assert kernel is not accurate
    assert seednorm.compile(build(), options=same[2]) is kernel
    assert seednorm.compile(build(), "emulated", approximate=[]) is accurate


@pytest.mark.parametrize("given", [3, None, "", "tanh,tanh", b"tanh", ["tanh", 3], [""],
                                   iter(["tanh"])])
def test_what_is_no_name(given):
    with fails("compile: expects 'approximate' to be the name of a function or several, as "
               f"'tanh' or ('tanh',), but got {quote(given)}"):
        seednorm.Options(approximate=given)


@pytest.mark.parametrize("target, names, message", [
    ("emulated", "exp", "expects 'approximate' to name functions among tanh, with commas "
     "between, but got 'exp'"),
    ("sm_90a", ["tanh", "sin"], "but got 'sin'"),
    ("cpu", "tanh", "expects no approximate functions for target 'cpu', as these are "
     "instructions of a GPU, but got 'tanh'")])
def test_what_there_is_not(target, names, message):
    with fails(message):
        seednorm.compile(build(), target, approximate=names)
