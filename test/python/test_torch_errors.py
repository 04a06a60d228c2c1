#===- test_torch_errors.py - What seednorm.torch refuses ---------------------===//
#
# Every module and function with every kind of bad input ends in one UsageError, which
# names the argument, the rule and the fact, at the line of the call.
#
#===-----------------------------------------------------------------------===//

import re
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn

import seednorm
import seednorm.torch as st
import torch_norms
from seednorm.torch import functional as F

D = 8
W, ONE, SAMPLE, CHANNELS = torch.ones(D), torch.ones(1), torch.ones(3, D), torch.ones(D)


def expect_error(call, message):
    with pytest.raises(seednorm.UsageError) as caught:
        call()
    assert re.search(message, caught.value.message), caught.value.message
    assert caught.value.message.count("expects") == 1
    assert caught.value.file == __file__
    return caught.value.message


def make_foreign():
    """Tensors and others that have no rows of floats in memory, and what is said."""
    rows = torch.ones(3, D)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Prototypes of PyTorch.
        nested = torch.nested.nested_tensor([torch.ones(2, D), torch.ones(3, D)])
        jagged = torch.nested.nested_tensor([torch.ones(2, D), torch.ones(3, D)],
                                            layout=torch.jagged)
        return {
            "int64": (rows.long(), "float64, float32, float16 or bfloat16, but got int64"),
            "bool": (rows.bool(), "bfloat16, but got bool"),
            "complex": (rows.cfloat(), "bfloat16, but got complex64"),
            "float8": (rows.to(torch.float8_e4m3fn), "bfloat16, but got float8_e4m3fn"),
            "coo": (rows.to_sparse(), "a dense tensor, but got torch.sparse_coo"),
            "csr": (rows.to_sparse_csr(), "a dense tensor, but got torch.sparse_csr"),
            "mkldnn": (rows.to_mkldnn(), "a dense tensor, but got torch._mkldnn"),
            "quantized": (torch.quantize_per_tensor(rows, 0.1, 0, torch.quint8),
                          "a dense tensor, but got a quantized one"),
            "nested": (nested, "a dense tensor, but got a nested one"),
            "jagged": (jagged, "a dense tensor, but got a nested one"),
            "list": ([1.0], "a tensor, but got list"),
            "NumPy": (np.ones((3, D), np.float32), "a tensor, but got ndarray"),
            "float": (1.0, "a tensor, but got float")}


FOREIGN = make_foreign()

#: Functions of rows and their first operand, by name, and that operand.
FUNCTIONS = {
    "seednorm": (lambda x, w=W, **o: F.seednorm(x, w, W, W, **o), "alpha"),
    "rms_norm": (lambda x, w=W, **o: F.rms_norm(x, w, **o), "gamma"),
    "crms_norm": (lambda x, w=W, **o: F.crms_norm(x, w, **o), "gamma"),
    "layer_norm": (lambda x, w=W, **o: F.layer_norm(x, w, W, **o), "gamma"),
    "dyt": (lambda x, w=ONE, **o: F.dyt(x, w, W, **o), "alpha"),
    "bhyt": (lambda x, w=ONE, **o: F.bhyt(x, w, W, **o), "slope"),
    "ada_seednorm": (lambda x, w=W, **o: F.ada_seednorm(x, w, W, SAMPLE, SAMPLE, **o),
                     "alpha"),
    "modulate": (lambda x, w=SAMPLE, **o: F.modulate(x, w, SAMPLE, **o), "scale"),
    "scale_norm": (lambda x, w=ONE, **o: F.scale_norm(x, w, **o), "scale"),
    "head_scale": (lambda x, w=ONE, **o: F.head_scale(x, w, **o), "scale"),
    "group_norm": (lambda x, w=CHANNELS, **o: F.group_norm(x, 2, w, **o), "gamma"),
    "instance_norm": (lambda x, w=CHANNELS, **o: F.instance_norm(x, w, **o), "gamma"),
    "l2_norm": (F.l2_norm, None), "l1_norm": (F.l1_norm, None),
    "softmax": (F.softmax, None), "log_softmax": (F.log_softmax, None)}


#===----------------------------------------------------------------------===//
# Tensors
#===----------------------------------------------------------------------===//


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_refuse(name, foreign):
    function, operand = FUNCTIONS[name]
    value, message = FOREIGN[foreign]
    expect_error(lambda: function(value), f"^{name}: expects 'input' to be .*{message}$")
    if operand:
        expect_error(lambda: function(torch.ones(3, D), value),
                     f"^{name}: expects '{operand}' to be .*{message}$")
    if seednorm.torch.norms.NORMS[name].takes_residual:
        expect_error(lambda: function(torch.ones(3, D), residual=value),
                     f"^{name}: expects 'residual' to be .*{message}$")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_refuse_shapes_and_places(name):
    function, operand = FUNCTIONS[name]
    rows = torch.ones(3, D)
    for shape in ((), (3, 0)):
        expect_error(lambda: function(torch.ones(shape)), "expects 'input' to have at least "
                     rf"[12] dimension.*, but got shape {re.escape(str(shape))}$")
    if operand:
        expect_error(lambda: function(rows.to("meta")), "on the device of 'input', meta, but")
        expect_error(lambda: function(rows, torch.tensor(1.0)),
                     rf"expects '{operand}' to have .*, but got shape \(\)$")
        expect_error(lambda: function(rows, torch.ones(5)),
                     rf"expects '{operand}' to have .*, but got shape \(5,\)$")
    if operand not in (None, "gamma"):
        expect_error(lambda: function(rows, None), f"'{operand}' to be a tensor, but got None")


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("name", torch_norms.MODULES)
def test_modules_refuse(name, foreign):
    module = torch_norms.make_module(name, D, torch.float32)
    value, message = FOREIGN[foreign]
    expect_error(lambda: module(value), f": expects 'input' to be .*{message}$")
    expect_error(lambda: module(torch.ones(3, D), value),
                 f": expects 'residual' to be .*{message}$")


# It is the input that is named, and not the first of the parameters.
@pytest.mark.parametrize("shape", [(3, 7), (7,), (), (D, 3), (3, 0), (0, 7)])
@pytest.mark.parametrize("name", torch_norms.MODULES)
def test_modules_name_the_input(name, shape):
    module = torch_norms.make_module(name, D)
    for compiled in (False, True):
        call = torch.compile(module, backend="eager") if compiled else module
        with pytest.raises(seednorm.UsageError) as caught:
            call(torch.ones(shape, dtype=torch.float64))
        assert caught.value.message == (
            f"{type(module).__name__}: expects the last dimension of 'input' to be 8, the "
            f"module's 'dim', but got shape {shape}")
        if name != "seednorm":
            break


def test_the_input_is_named_where_parameters_agree():
    x, w = torch.ones(3, 7), torch.ones(7)
    expect_error(lambda: F.seednorm(x, W, W, W), "^seednorm: expects the last dimension of "
                 r"'input' to be 8, the size of 'alpha', 'beta' and 'gamma', but got .*3, 7")
    expect_error(lambda: F.layer_norm(x, W, W), "to be 8, the size of 'gamma' and 'bias'")
    expect_error(lambda: F.layer_norm(x, w, W), r"^layer_norm: expects 'bias' to have one")
    expect_error(lambda: F.rms_norm(x, W), r"expects 'gamma' to have one number a column")
    expect_error(lambda: st.AdaSeeDNorm(D)(x, SAMPLE, SAMPLE), "^AdaSeeDNorm: expects the last")


def test_types_that_do_not_go_together():
    x, half, wide = torch.ones(3, D), W.half(), W.double()
    for call, message in (
            (lambda: F.seednorm(x, W, half, W), "'beta' to have the type of 'alpha', float32, "
             "but got float16$"),
            (lambda: F.seednorm(x.half(), half, half, W), "'gamma' to have the type of 'alpha'"),
            (lambda: F.modulate(x, SAMPLE, SAMPLE.half()), "'shift' to have the type of 'scale'"),
            (lambda: F.rms_norm(x, wide), "'gamma' to have elements of type 'f32'"),
            (lambda: F.rms_norm(x.half(), W.bfloat16()), "'gamma' to have elements of type"),
            (lambda: st.SeeDNorm(D).double()(x), "'alpha' to have elements of type 'f32'"),
            (lambda: F.rms_norm(x, W, residual=x.reshape(D, 3)), "the shape of 'input'"),
            (lambda: F.rms_norm(x, W, residual=x[0]), r"the shape of 'input'.*got shape \(8,\)"),
            (lambda: st.AdaSeeDNorm(D)(x, torch.ones(2, D), SAMPLE), "first dimensions of"),
            (lambda: F.seednorm(x, W, W, W, seed=torch.ones(1)), "'seed' to be int64, but")):
        expect_error(call, message)


# Overlapping rows may be read as they are.
def test_what_is_no_error():
    rows = torch.arange(20.0).as_strided((4, D), (2, 1))
    wide = torch.ones(2 * D)
    for x, w in ((rows, W), (rows[:1].expand(4, D), W), (rows, ONE.expand(D)),
                 (rows, wide[::2]), (torch.ones(3 * D + 1)[1:].view(3, D), W)):
        assert torch.equal(F.rms_norm(x, w), F.rms_norm(x.clone(), w.clone()))


def test_operators_refuse_too():
    x = torch.ones(3, D)
    rest = (W, None, 1e-6, 0.0, 1.0, "gamma", 1, None)
    program = F.rms_norm(x.requires_grad_(), W).grad_fn.program.text
    for call, message in (
            (lambda: torch.ops.seednorm.rms_norm(x.long(), *rest), "but got int64"),
            (lambda: torch.ops.seednorm.rms_norm(x.detach().to_sparse(), *rest), "sparse_coo"),
            (lambda: torch.ops.seednorm.call([x], program), r"expects 2 tensors .*, but got 1"),
            (lambda: torch.ops.seednorm.call([x.detach().to_sparse(), W], program),
             "call: expects 'argument 0' to be a dense"),
            (lambda: torch.ops.seednorm.call([x], "nonsense"), "expects the text of a program")):
        expect_error(call, message)


#===----------------------------------------------------------------------===//
# Options
#===----------------------------------------------------------------------===//


def test_options_of_functions():
    x = torch.ones(3, D)
    for options, message in (
            ({"eps": "a"}, "'eps' to be a number, but got 'a'"), ({"eps": None}, "got None"),
            ({"eps": -1.0}, "'eps' to be positive"), ({"eps": float("nan")}, "got nan"),
            ({"num_heads": 2.0}, "'num_heads' to be an integer, but got 2.0"),
            ({"num_heads": 3}, "but got 3"), ({"activation": 3}, "to be a string, but got 3"),
            ({"activation": "relu"}, "but got 'relu'"), ({"seed_scale": float("inf")}, "inf"),
            ({"casting_mode": "t5"}, "'casting_mode' to be one of gemma, llama, but got 't5'"),
            ({"casting_mode": None}, "'casting_mode' to be a string, but got None"),
            ({"dropout": 0.5}, "'seed' and 'offset'"), ({"dropout": 1.0}, "but got 1"),
            ({"dtype": "f32"}, "'dtype' to be a torch.dtype, but got 'f32'"),
            ({"dtype": torch.int8}, "but got torch.int8")):
        expect_error(lambda: F.seednorm(x, W, W, W, **options), "^seednorm: expects .*" + message)
    for call, message in (
            (lambda: F.rms_norm(x, depth=2), "where there is no gamma"),
            (lambda: F.rms_norm(x, W, casting_mode="t5"), "t5"),
            (lambda: F.modulate(x, SAMPLE, SAMPLE, statistics="x"), "but got 'x'"),
            (lambda: F.head_scale(x, torch.ones(3)), "divides the columns"),
            (lambda: F.group_norm(x, "a"), "'num_groups' to be an integer, but got 'a'"),
            (lambda: F.group_norm(x, 3), "but got 3")):
        expect_error(call, message)


@pytest.mark.parametrize("make, message", (
    (lambda: st.SeeDNorm(0), "SeeDNorm: expects 'dim' to be an integer .*, but got 0"),
    (lambda: st.SeeDNorm(D, num_heads=3), "but got 3"),
    (lambda: st.SeeDNorm(D, activation="relu"), "but got 'relu'"),
    (lambda: st.SeeDNorm(D, dropout=1.0), "but got 1.0"),
    (lambda: st.SeeDNorm(D, dropout="a"), "'dropout' to be a finite number, but got 'a'"),
    (lambda: st.SeeDNorm(D, dropout=0.5, casting_mode="llama"), "no 'dropout' with"),
    (lambda: st.SeeDNorm(D, eps=float("nan")), "'eps' to be positive and finite, but got nan"),
    (lambda: st.SeeDNorm(D, seed_scale="a"), "'seed_scale' to be a finite number"),
    (lambda: st.SeeDNorm(D, gamma_offset=None), "'gamma_offset' to be a finite number"),
    (lambda: st.AdaSeeDNorm(D, eps="a"), "AdaSeeDNorm: expects 'eps'"),
    (lambda: st.RMSNorm(D, eps=0), "'eps' to be positive and finite, but got 0"),
    (lambda: st.RMSNorm(D, casting_mode="t5"), "one of gemma, llama, but got 't5'"),
    (lambda: st.RMSNorm(D, dtype=torch.int32), "but got torch.int32"),
    (lambda: st.RMSNorm(D, dtype="f32"), "'dtype' to be a float, but got 'f32'"),
    (lambda: st.LayerNorm(D, eps=None), "LayerNorm: expects 'eps' to be positive"),
    (lambda: st.DyT(D, alpha="a"), "DyT: expects 'alpha' to be a finite number"),
    (lambda: st.BHyT(D, kappa=-1), "BHyT: expects 'kappa' to be positive"),
    (lambda: st.CRMSNorm(D, eps=-1.0), "CRMSNorm: expects 'eps'"),
    (lambda: st.ScaleNorm("a"), "ScaleNorm: expects 'dim'"),
    (lambda: st.SeeDNorm.from_rms_norm(nn.Linear(D, D)), "but got Linear"),
    (lambda: st.convert_model(nn.LayerNorm(D)), "LayerNorm"),
    (lambda: st.convert_model(nn.Linear(D, D), to="gone"), "but got 'gone'"),
    (lambda: st.parameter_groups(nn.Linear(D, D), -1), "but got -1"),
    (lambda: st.Backend(inner=3), "Backend: expects 'inner' to be the name .*, but got 3"),
    (lambda: st.replace(3), "replace: expects 'module' to be a torch.fx.GraphModule")))
def test_options_of_modules(make, message):
    expect_error(make, message)
