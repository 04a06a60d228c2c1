"""Norms that a framework calls by name compute what the same norms do."""

import re

import numpy as np
import pytest
import seednorm
from spec_cases import TARGETS

ROW = "tensor<?x64xf32>"
PARAMETER = "tensor<64xf32>"


def compile_call(call, target, operands):
    arguments = ", ".join(f"%a{i}: {type}" for i, type in enumerate(operands))
    names = ", ".join(f"%a{i}" for i in range(len(operands)))
    return seednorm.compile(f"""
func.func @main({arguments}) -> {ROW} {{
  %y = {call.format(names)} : ({", ".join(operands)}) -> {ROW}
  return %y : {ROW}
}}
func.func private @impl({", ".join(operands)}) -> {ROW}
""", target=target, expect_programs=1)


CALLS = {
    "composite": '"stablehlo.composite"({{}}) {{{{name = "seednorm.{0}", '
                 "composite_attributes = {{{{{1}}}}}, decomposition = @impl}}}}",
    "custom_call": '"stablehlo.custom_call"({{}}) {{{{call_target_name = "seednorm.{0}", '
                   "api_version = 4 : i32, "
                   "backend_config = {{{{{1}}}}}}}}}",
    "operator": '"torch.operator"({{}}) <{{{{name = "torch.seednorm.{0}"}}}}> {{{{{1}}}}}',
}


def build(function, num_parameters, **attributes):
    g = seednorm.Graph()
    x = g.input((None, 64), "f32")
    parameters = [g.input((64,), "f32") for _ in range(num_parameters)]
    g.output(function(x, *parameters, **attributes))
    return g


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("mnemonic, attributes, graph", [
    ("rms_norm", "eps = 1.0e-5 : f64, depth = 4 : i32",
     build(seednorm.rms_norm, 1, eps=1e-5, depth=4)),
    ("seednorm", 'eps = 1.0e-5 : f64, num_heads = 4 : i64, activation = "softsign"',
     build(seednorm.seednorm, 3, eps=1e-5, num_heads=4, activation="softsign")),
    ("layer_norm", "eps = 1.0e-5 : f64", build(seednorm.layer_norm, 2, eps=1e-5)),
    ("softmax", "", build(seednorm.softmax, 0)),
])
def test_same_as_the_norm(rng, target, kind, mnemonic, attributes, graph):
    expected = seednorm.compile(graph, target=target)
    operands = [ROW] + [PARAMETER] * (len(expected.arguments) - 1)
    kernel = compile_call(CALLS[kind].format(mnemonic, attributes), target, operands)
    data = [rng.standard_normal((5, 64)).astype(np.float32)]
    data += [rng.standard_normal(64).astype(np.float32) for _ in operands[1:]]
    np.testing.assert_array_equal(kernel(*data), expected(*data))


def test_errors_name_the_call_and_the_line():
    call = CALLS["composite"].format("rms_norm", "eps = -1.0")
    with pytest.raises(seednorm.UsageError, match=re.escape(
            "<graph>:3:8: error: 'stablehlo.composite' op calls 'seednorm.rms_norm', which "
            "expects 'eps' to be positive")):
        compile_call(call, "cpu", [ROW, PARAMETER])


# fix_norm is another name of scale_norm.
@pytest.mark.parametrize("name", sorted(set(seednorm.ops.__all__) - {"fix_norm"}))
def test_every_norm_has_a_name(name):
    """One without operands is missing some, not unknown."""
    with pytest.raises(seednorm.UsageError) as caught:
        compile_call(CALLS["operator"].format(name, ""), "cpu", [])
    assert "is no norm" not in caught.value.message
    assert "operands, but got 0" in caught.value.message
