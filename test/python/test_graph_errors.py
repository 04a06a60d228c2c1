#===- test_graph_errors.py - Bad graphs are refused in words ----------------===//
#
# Every message says the rule and the fact and names the argument, and every
# error knows the user's own line. Nothing aborts.
#
#===-----------------------------------------------------------------------===//

import sys

import numpy as np
import pytest

import cases
import seednorm
from cases import fails


@pytest.fixture
def g():
    return seednorm.Graph()


#===----------------------------------------------------------------------===//
# Where it was
#===----------------------------------------------------------------------===//


def test_error_has_the_line_of_the_user(g):
    x = g.input((None, 64), "f32")
    line = sys._getframe().f_lineno + 2
    with pytest.raises(seednorm.UsageError) as caught:
        seednorm.rms_norm(x, x)
    assert (caught.value.file, caught.value.line) == (__file__, line)
    assert str(caught.value).startswith(f"{__file__}:{line}: rms_norm: expects ")
    assert caught.value.message.startswith("rms_norm: expects 'gamma' to ")


def test_error_of_a_call_has_the_line_of_the_user():
    kernel = cases.compile_rms_norm("cpu", (None, 64), "f32", "f32")
    line = sys._getframe().f_lineno + 2
    with pytest.raises(seednorm.UsageError) as caught:
        kernel(np.zeros((4, 63), np.float32), np.zeros(64, np.float32))
    assert (caught.value.file, caught.value.line) == (__file__, line)


# What an operation cannot know when it is built is found by the compiler, which
# names the line of the operation.
def test_compiler_names_the_line_of_the_operation(g):
    x, gamma = g.input((None, 96), "f64"), g.input((96,), "f64")
    line = sys._getframe().f_lineno + 1
    g.output(seednorm.rms_norm(x, gamma))
    with pytest.raises(seednorm.UsageError) as caught:
        seednorm.compile(g, target="emulated")
    assert f"{__file__}:{line}:" in caught.value.message
    assert "GPU schedules sum f32 along a row" in caught.value.message
    assert seednorm.compile(g, target="cpu").num_kernels == 1


def test_errors_are_pythons_own_too():
    assert issubclass(seednorm.UsageError, ValueError)
    assert issubclass(seednorm.CompilerError, RuntimeError)
    assert issubclass(seednorm.UnknownStageError, KeyError)


#===----------------------------------------------------------------------===//
# Inputs and outputs of graphs
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("arguments, message", [
    (((None, 64), "int16"),
     "expects an element type among f64, f32, f16, bf16, f8E4M3FN, f8E5M2, i8, "
     "i32, i64, but got 'int16'"),
    (((None, 64), np.int16),
     "expects an element type among f64, f32, f16, bf16, f8E4M3FN, f8E5M2, i8, "
     "i32, i64, but got <class 'numpy.int16'>"),
    (((-1, 64), "f32"),
     "input: expects sizes to be at least 0, or None where known at run time "
     "only, but got -1"),
    ((64, "f32"),
     "input: expects 'shape' to be a sequence of integers and None, but got 64"),
    ((("64",), "f32"),
     "input: expects 'shape' to be a sequence of integers and None, but got "
     "('64',)"),
    (((2**63,), "f32"),
     "input: expects sizes below 2^63, but got 9223372036854775808"),
    (((2**40, 2**40), "f32"), "expects a tensor of less than 2^60 elements"),
    (((1,) * 33, "f32"), "expects a rank between 0 and 32, but got 33"),
    (((1,), "f32", ""), "expects the name of an input not to be empty"),
    (((1,), "f32", 3), "input: expects 'name' to be a string, but got int"),
    (((1,), "f32", "out"),
     "input: expects a name other than out, seed, stream, but got 'out'"),
], ids=lambda value: None)
def test_inputs(g, arguments, message):
    with fails(message):
        g.input(*arguments)


def test_input_of_the_same_name(g):
    g.input((1,), "f32", name="x")
    with fails("expects inputs of different names, but got 'x' twice"):
        g.input((1,), "f32", name="x")


def test_outputs(g):
    with fails("output: expects values of this graph, but got ndarray"):
        g.output(np.zeros(3))
    with fails("output: expects values of this graph, but got <seednorm.Value of "
               "shape (1,) and type f32>"):
        g.output(seednorm.Graph().input((1,), "f32"))
    with fails("expects a graph to have at least one output"):
        seednorm.compile(g)


#===----------------------------------------------------------------------===//
# Operations
#===----------------------------------------------------------------------===//


def rms_norm(g, shape=(None, 64), dtype="f32", gamma_shape=(64,),
             gamma_dtype="f32", **options):
    return seednorm.rms_norm(g.input(shape, dtype), g.input(gamma_shape, gamma_dtype),
                             **options)


@pytest.mark.parametrize("arguments, message", [
    ({"shape": ()},
     "expects 'input' to have at least one dimension, but got 'tensor<f32>'"),
    ({"shape": (None, None)},
     "expects the last dimension of 'input' to be static, but got "
     "'tensor<?x?xf32>'"),
    ({"shape": (None, 0), "gamma_shape": (0,)},
     "expects the last dimension of 'input' to hold at least one element, but got "
     "'tensor<?x0xf32>'"),
    ({"gamma_shape": (63,)},
     "expects 'gamma' to have 64 elements, one per column of 'input', but got 63"),
    ({"gamma_shape": (None,)},
     "expects 'gamma' to have 64 elements, one per column of 'input', but got "
     "'tensor<?xf32>'"),
    ({"gamma_shape": (1, 64)},
     "expects 'gamma' to have the last size of 'input', or its last two, both "
         "static, but got 'tensor<1x64xf32>' for 'tensor<?x64xf32>'"),
    ({"gamma_dtype": "bf16"},
     "expects 'gamma' to have elements of type 'f32', but got 'bf16'"),
    ({"dtype": "bf16", "gamma_dtype": "f16"},
     "expects 'gamma' to have elements of type 'bf16' or 'f32', but got 'f16'"),
    ({"eps": 0}, "expects 'eps' to be positive and finite as f32, but got 0"),
    ({"eps": -1e-6},
     "expects 'eps' to be positive and finite as f32, but got -1e-06"),
    ({"eps": float("nan")},
     "expects 'eps' to be positive and finite as f32, but got nan"),
    ({"eps": 10**400},
     "expects 'eps' to be positive and finite as f32, but got inf"),
    ({"eps": 1e-60},
     "expects 'eps' to be positive and finite as f32, but got 1e-60"),
    ({"eps": "1e-6"}, "expects 'eps' to be a number, but got '1e-6'"),
    ({"eps": None}, "expects 'eps' to be a number, but got None"),
    ({"gamma_offset": float("inf")},
     "expects 'gamma_offset' to be finite as f32, but got inf"),
], ids=lambda value: None)
def test_rms_norm(g, arguments, message):
    with fails(f"rms_norm: {message}"):
        rms_norm(g, **arguments)


# Rows of f64 take parameters of f64 or f32, others none of f64.
def test_f64(g):
    assert rms_norm(g, dtype="f64", gamma_dtype="f64").dtype == "f64"
    assert rms_norm(g, dtype="f64").dtype == "f64"
    with fails("rms_norm: expects 'gamma' to have elements of type 'f32', but got "
               "'f64'"):
        rms_norm(g, gamma_dtype="f64")


# The last operand of some may be left out.
def test_bias(g):
    x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
    assert seednorm.layer_norm(x, gamma).shape == (None, 64)
    assert seednorm.layer_norm(x, gamma, bias=gamma).shape == (None, 64)
    with fails("layer_norm: expects 'bias' to be a value of a graph, but got int"):
        seednorm.layer_norm(x, gamma, bias=0)
    with fails("layer_norm: expects 'bias' to have the last size of 'input', or its "
               "last two, both static, but got 'tensor<?x64xf32>' for "
               "'tensor<?x64xf32>'"):
        seednorm.layer_norm(x, gamma, bias=x)
    with fails("scale_norm: expects 'scale' to have 1 element, but got 64"):
        seednorm.scale_norm(x, gamma)


def make_seednorm(g, **options):
    x = g.input((None, 64), "f32")
    parameters = [g.input((64,), "f32") for _ in range(3)]
    return seednorm.seednorm(x, *parameters, **options)


@pytest.mark.parametrize("options, message", [
    ({"num_heads": 0}, "expects 'num_heads' to be at least 1, but got 0"),
    ({"num_heads": -2}, "expects 'num_heads' to be at least 1, but got -2"),
    ({"num_heads": 7},
     "expects 'num_heads' to divide the 64 columns of 'input', but got 7"),
    ({"num_heads": 2.0},
     "expects 'num_heads' to be an integer of 64 bits, but got 2.0"),
    ({"num_heads": 2**63},
     "expects 'num_heads' to be an integer of 64 bits, but got "
     "9223372036854775808"),
    ({"activation": "relu"},
     "expects 'activation' to be one of tanh, sigmoid, hardtanh, softsign, but "
     "got 'relu'"),
    ({"activation": None},
     "expects 'activation' to be one of tanh, sigmoid, hardtanh, softsign, but "
     "got None"),
    ({"seed_scale": float("nan")},
     "expects 'seed_scale' to be finite as f32, but got nan"),
    ({"eps": 0.0}, "expects 'eps' to be positive and finite as f32, but got 0"),
], ids=lambda value: None)
def test_seednorm(g, options, message):
    with fails(f"seednorm: {message}"):
        make_seednorm(g, **options)


def test_parameters_of_different_types(g):
    x, p, q = g.input((None, 64), "bf16"), g.input((64,), "f32"), g.input((64,), "bf16")
    with pytest.raises(seednorm.UsageError, match="seednorm: .*alpha.*beta.*gamma"):
        seednorm.seednorm(x, p, p, q)


def test_operands_that_are_no_values(g):
    x = g.input((None, 64), "f32")
    with fails("rms_norm: expects 'gamma' to be a value of a graph, but got "
               "ndarray"):
        seednorm.rms_norm(x, np.ones(64))
    with fails("rms_norm: expects 'input' to be a value of a graph, but got list"):
        seednorm.rms_norm([1.0], x)
    with fails("rms_norm: expects operands of one graph, but 'gamma' belongs to "
               "another"):
        seednorm.rms_norm(x, seednorm.Graph().input((64,), "f32"))


# The C API takes any operation; what cannot be built is refused, not tried.
@pytest.mark.parametrize("op, attributes, message", [
    ("norm.unheard_of", {},
     "expects an operation of the norm dialect or an element-wise one of arith or "
     "math, but got 'norm.unheard_of'"),
    ("func.return", {},
     "expects an operation of the norm dialect or an element-wise one of arith or "
     "math, but got 'func.return'"),
    ("norm.rms_norm", {"eps": "1.0 : f64"},
     "rms_norm: expects 2 or 3 operands, but got 1"),
    ("math.tanh", {"fastmath": "#arith.fastmath<"},
     "tanh: expects 'fastmath' to be an attribute of MLIR, but got "
     "'#arith.fastmath<'"),
    ("math.tanh", {"eps": "1.0 : f64"},
     "tanh: expects an attribute to be one of fastmath, but got 'eps'"),
], ids=lambda value: None)
def test_add_op(g, op, attributes, message):
    with fails(message):
        g.add_op(op, {"input": g.input((None, 64), "f32")}, attributes)


def test_add_op_with_a_missing_or_mistyped_attribute(g):
    x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
    for attributes in ({}, {"eps": "1 : i64"}):
        with pytest.raises(seednorm.UsageError, match="rms_norm: .*'eps'"):
            g.add_op("norm.rms_norm", {"input": x, "gamma": gamma}, attributes)


def test_add_op_element_wise(g):
    x = g.input((None, 64), "f32")
    assert g.add_op("arith.addf", {"lhs": x, "rhs": x}, {}).shape == (None, 64)
    with pytest.raises(seednorm.UsageError, match="addf: .*same type"):
        g.add_op("arith.addf", {"lhs": x, "rhs": g.input((None, 64), "f16")}, {})


# A graph survives an operation that was refused.
def test_graph_after_an_error(g, rng):
    x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
    with pytest.raises(seednorm.UsageError):
        seednorm.rms_norm(x, gamma, eps=-1)
    g.output(seednorm.rms_norm(x, gamma))
    y = seednorm.compile(g)(np.ones((2, 64), np.float32), np.ones(64, np.float32))
    assert np.allclose(y, 1)


# Options and operands that only some operations have.
@pytest.mark.parametrize("call, message", [
    (lambda x, s: seednorm.modulate(x, s, s, gate=s),
     "modulate: expects 'gate' only beside 'residual', to whose addition it belongs"),
    (lambda x, s: seednorm.modulate(x, s, s, statistics="rms"),
     "modulate: expects 'statistics' to be one of layer_norm, rms_norm, but got 'rms'"),
    (lambda x, s: seednorm.rms_norm(x, s, casting_mode="qwen"),
     "rms_norm: expects 'casting_mode' to be one of gemma, llama, but got 'qwen'"),
    (lambda x, s: seednorm.l2_norm(x, dtype="bf16"),
     "l2_norm: expects 'result' to have elements of type 'f16' or 'f32', but got 'bf16'"),
    (lambda x, s: seednorm.instance_norm(x, layout="channels_last"),
     "instance_norm: expects the channels first, since the elements of a channel are "
     "not next to each other otherwise"),
    (lambda x, s: seednorm.group_norm(x, 2),
     "group_norm: expects 'num_groups' to be at least 1 and to divide the 3 channels of "
     "'input', but got 2"),
    (lambda x, s: seednorm.head_scale(x, s),
     "head_scale: expects 'scale' to have one element per head, whose number divides "
     "the 8 columns of 'input', but got 'tensor<?x8xf16>'"),
])
def test_family(g, call, message):
    x, s = g.input((None, 3, 8), "f16"), g.input((None, 8), "f16")
    with fails(message):
        call(x, s)


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no text")


# Whatever is given, the answer is a sentence.
@pytest.mark.parametrize("value", (["tanh"], np.array(["tanh"]), {"tanh"}, None, 1,
                                   Unprintable()), ids=type)
def test_choices_are_strings(g, value):
    x, p = g.input((None, 8), "f32"), g.input((8,), "f32")
    with pytest.raises(seednorm.UsageError, match="seednorm: expects 'activation' to be "
                       "one of tanh, sigmoid, hardtanh, softsign, but got .+"):
        seednorm.seednorm(x, p, p, p, activation=value)


def test_numbers_too_long_to_print(g):
    x, p = g.input((None, 8), "f32"), g.input((8,), "f32")
    with fails("seednorm: expects 'num_heads' to be an integer of 64 bits, but got a int"):
        seednorm.seednorm(x, p, p, p, num_heads=10**5000)
    with fails("rms_norm: expects 'eps' to be a number, but got a Unprintable"):
        seednorm.rms_norm(x, p, eps=Unprintable())
