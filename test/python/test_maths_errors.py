#===- test_maths_errors.py - Maths that is refused in words -----------------===//
#
# Every message says the rule and the fact, at the user's own line; and a value
# never passes for what Python would take it for.
#
#===-----------------------------------------------------------------------===//

import re
import sys
import types

import numpy as np
import pytest

import seednorm
from cases import fails

TRUTH = ("expects no truth value of {}, whose elements are known when the kernel is called; "
         "choose between values with seednorm.where (and mind that 'a < b < c', 'and', 'or', and "
         "Python's own min and max ask for one)")
VALUE = TRUTH.format("<seednorm.Value of shape (None, 64) and type f32>")
CONDITION = TRUTH.format("<seednorm.Condition of shape (None, 64)>")
NUMBER = "expects a value of a graph or a number, but got "
INTEGER = ("expects a number beside elements of '{}' to be an integer of that type, but got {}; "
           "cast them to floats for any other")


@pytest.fixture
def v():
    """Values of one graph by the names of their types, and others."""
    g = seednorm.Graph()
    rows = {dtype: g.input((None, 64), dtype)
            for dtype in ("f32", "f16", "i32", "i8", "f8E5M2")}
    return types.SimpleNamespace(
        x=rows["f32"], half=rows["f16"], int=rows["i32"], byte=rows["i8"],
        float8=rows["f8E5M2"], narrow=g.input((None, 32), "f32"),
        unknown=g.input((None, None), "f32"), empty=g.input((3, 0), "f32"),
        number=g.input((), "f32"), tall=g.input((2**40, 1), "f32"),
        wide=g.input((1, 2**40), "f32"),
        other=seednorm.Graph().input((64,), "f32"), graph=g)


@pytest.mark.parametrize("call, message", [
    (lambda v: v.x + "1", f"add: {NUMBER}str"),
    (lambda v: None - v.x, f"subtract: {NUMBER}NoneType"),
    (lambda v: v.x * np.ones(64), f"multiply: {NUMBER}ndarray"),
    (lambda v: np.ones(64) * v.x, f"multiply: {NUMBER}ndarray"),
    (lambda v: v.x / True, f"divide: {NUMBER}bool"),
    (lambda v: v.x ** 1j, f"power: {NUMBER}complex"),
    (lambda v: v.x < [1], f"less: {NUMBER}list"),
    (lambda v: v.x + (v.x > 0), f"add: {NUMBER}<seednorm.Condition of shape (None, 64)>; use it "
     "in seednorm.where"),
    (lambda v: v.x * v.other, "multiply: expects operands of one graph, but got values of two"),
    (lambda v: v.x + v.int, "add: expects operands to be all floats or all integers, but got "
     "'f32' and 'i32'; cast one to the type of the other"),
    (lambda v: v.x + v.float8, "add: expects floats of 8 bits to be cast before they are computed "
     "with, but got 'tensor<?x64xf8E5M2>'"),
    (lambda v: v.x + v.narrow, "add: expects sizes to be equal, or 1, from the last dimension on, "
     "but got 'tensor<?x64xf32>' and 'tensor<?x32xf32>'"),
    (lambda v: v.tall * v.wide, "multiply: expects a result of less than 2^60 elements"),
    (lambda v: v.int / 2, "divide: expects floats, but got elements of 'i32'; cast them"),
    (lambda v: v.int + 0.5, "add: " + INTEGER.format("i32", "0.5")),
    (lambda v: v.int * 2.0, "multiply: " + INTEGER.format("i32", "2.0")),
    (lambda v: v.byte + 128, "add: " + INTEGER.format("i8", "128")),
    (lambda v: v.int - 2**31, "subtract: " + INTEGER.format("i32", "2147483648")),
    (lambda v: v.int + 10**400, "add: " + INTEGER.format("i32", f"'{hex(10**400)[:40]}'")),
    (lambda v: seednorm.exp(v.int), "exp: expects floats, but got elements of 'i32'; cast them"),
    (lambda v: seednorm.exp(2.0), "exp: expects a value of a graph, but got float"),
    (lambda v: seednorm.maximum(1, 2), "maximum: expects a value of a graph, but got int and int"),
    (lambda v: seednorm.cast(2.0, "f32"), "cast: expects a value of a graph, but got float"),
    (lambda v: seednorm.cast(v.x, "u8"), "expects an element type among f64, f32, f16, bf16, "
     "f8E4M3FN, f8E5M2, i8, i32, i64, but got 'u8'"),
    (lambda v: seednorm.where(v.x, v.x, 0), "where: expects 'condition' to be a comparison such "
     "as x > 0, but got <seednorm.Value of shape (None, 64) and type f32>"),
    (lambda v: seednorm.where(True, v.x, 0),
     "where: expects 'condition' to be a comparison such as x > 0, but got bool"),
    (lambda v: seednorm.where(v.x > 0, 1.0, 2.0),
     "where: expects at least one value of a graph beside numbers"),
    (lambda v: seednorm.where(v.x > 0, v.x > 0, v.x), f"where: {NUMBER}<seednorm.Condition of "
     "shape (None, 64)>; use it in seednorm.where"),
    (lambda v: seednorm.where(v.x > 0, v.int, v.half), "where: expects operands to be all floats "
     "or all integers, but got 'i32' and 'f16'; cast one to the type of the other"),
    (lambda v: v.graph.output(v.x > 0), "output: expects values of this graph, but got "
     "<seednorm.Condition of shape (None, 64)>"),
    (lambda v: seednorm.rms_norm(v.x, v.x > 0), "rms_norm: expects 'gamma' to be a value of a "
     "graph, but got <seednorm.Condition of shape (None, 64)>"),
], ids=lambda value: None)
def test_operands(v, call, message):
    with fails(message):
        call(v)


AXIS = "expects 'axis' to be -1, or the last dimensions such as (-2, -1), but got "


@pytest.mark.parametrize("call, message", [
    (lambda v: seednorm.sum(v.x, axis=0), f"sum: {AXIS}0"),
    (lambda v: seednorm.mean(v.x, axis=1), f"mean: {AXIS}1"),
    (lambda v: seednorm.max(v.x, axis=-2), f"max: {AXIS}-2"),
    (lambda v: seednorm.min(v.x, axis=()), f"min: {AXIS}()"),
    (lambda v: seednorm.sum(v.x, axis=None), f"sum: {AXIS}None"),
    (lambda v: seednorm.sum(v.x, axis=(-1, -1)), f"sum: {AXIS}(-1, -1)"),
    (lambda v: seednorm.sum(v.x, axis=(-2, -1)), "sum: expects the sizes of what is reduced to be "
     "known, but got 'tensor<?x64xf32>'"),
    (lambda v: seednorm.mean(v.unknown), "mean: expects the sizes of what is reduced to be known, "
     "but got 'tensor<?x?xf32>'"),
    (lambda v: seednorm.sum(v.x, axis=(-3, -2, -1)),
     "sum: expects at least 3 dimensions, but got 'tensor<?x64xf32>'"),
    (lambda v: seednorm.sum(v.number), "sum: expects at least 1 dimensions, but got 'tensor<f32>'"),
    (lambda v: seednorm.max(v.empty),
     "max: expects to reduce at least one element, but got 'tensor<3x0xf32>'"),
    (lambda v: seednorm.sum(v.int), "sum: expects floats of at least 16 bits, or a cast to them, "
     "but got 'tensor<?x64xi32>'"),
    (lambda v: seednorm.max(v.float8), "max: expects floats of at least 16 bits, or a cast to "
     "them, but got 'tensor<?x64xf8E5M2>'"),
    (lambda v: seednorm.sum(v.x > 0), "sum: expects a value of a graph, but got "
     "<seednorm.Condition of shape (None, 64)>"),
], ids=lambda value: None)
def test_reductions(v, call, message):
    with fails(message):
        call(v)


@pytest.mark.parametrize("call, message", [
    (lambda v: bool(v.x), VALUE),
    (lambda v: v.x or 1, VALUE),
    (lambda v: bool(v.x > 0), CONDITION),
    (lambda v: 0 < v.x < 1, CONDITION),
    (lambda v: max(v.x, 0), CONDITION),
    (lambda v: 1 if v.x >= 0 else 2, CONDITION),
])
def test_values_are_neither_true_nor_false(v, call, message):
    with fails(message):
        call(v)


# Comparing objects is how lists and dictionaries find them.
def test_identity(v):
    assert v.x == v.x and not v.x != v.x
    assert v.x != v.half and v.x != 1
    assert v.half in [v.x, v.half] and v.int not in (v.x, v.half)
    assert {v.x: 1, v.half: 2}[v.half] == 2
    assert +v.x is v.x


def test_everything_imported_leaves_python_its_own_names():
    imported = {}
    exec("from seednorm import *", imported)
    assert imported["where"] is seednorm.where
    assert not {"abs", "max", "min", "pow", "sum"} & set(imported)


def test_error_has_the_line_of_the_user(v):
    line = sys._getframe().f_lineno + 2
    with pytest.raises(seednorm.UsageError) as caught:
        seednorm.rsqrt(seednorm.mean(v.x * v.x)) * v.narrow + v.int
    assert (caught.value.file, caught.value.line) == (__file__, line)


def test_operations_have_the_line_of_the_user(v):
    line = sys._getframe().f_lineno + 1
    y = seednorm.cast(seednorm.sum(v.x) * 2, "f16")
    v.graph.output(y)
    text = v.graph.to_mlir(locations=True)
    assert text.count("linalg.generic") == 3
    assert set(re.findall(r'"([^"]*)":(\d+):', text)) == {(__file__, str(line))}


# A graph survives an operation that was refused, and holds nothing of it.
def test_graph_after_an_error(v):
    before = v.graph._graph.add_element_wise("negate", [v.x._number], "file", 1)
    for call in (lambda: v.x + v.narrow, lambda: v.x + v.int, lambda: seednorm.sum(v.empty)):
        with pytest.raises(seednorm.UsageError):
            call()
    assert (v.x + 1)._number == before + 1
