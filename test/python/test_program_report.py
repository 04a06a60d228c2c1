"""What became row programs, what did not, and why."""

import pytest
import seednorm
from seednorm import Operand, OutsideOp

TARGETS = ["cpu", "emulated"]

# A norm and a residual sum are one program; nothing else is any.
MIXED = """
func.func @main(%x: tensor<?x64xbf16> {seednorm.name = "x"}, %g: tensor<64xf32>,
                %w: tensor<64x8xbf16>) -> (tensor<?x8xbf16>, tensor<?x66xbf16>) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : bf16
  %n = tensor.dim %x, %c0 : tensor<?x64xbf16>
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x64xbf16>, tensor<64xf32>
  %h = arith.addf %y, %x : tensor<?x64xbf16>
  %e = tensor.empty(%n) : tensor<?x8xbf16>
  %f = linalg.fill ins(%z : bf16) outs(%e : tensor<?x8xbf16>) -> tensor<?x8xbf16>
  %m = linalg.matmul ins(%h, %w : tensor<?x64xbf16>, tensor<64x8xbf16>)
      outs(%f : tensor<?x8xbf16>) -> tensor<?x8xbf16>
  %p = tensor.pad %h low[0, 1] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : bf16
  } : tensor<?x64xbf16> to tensor<?x66xbf16>
  return %m, %p : tensor<?x8xbf16>, tensor<?x66xbf16>
}"""

# The same without what no GPU code is made of.
FUSED = """
func.func @main(%x: tensor<?x64xbf16> {seednorm.name = "x"}, %g: tensor<64xf32>)
    -> tensor<?x64xbf16> {
  %y = norm.rms_norm %x, %g eps 1.0e-6 : tensor<?x64xbf16>, tensor<64xf32>
  %h = arith.addf %y, %x : tensor<?x64xbf16>
  return %h : tensor<?x64xbf16>
}"""

# Rows, then columns as rows: what is in between is in no program.
TWO = """
func.func @main(%x: tensor<6x64xf32>, %c: tensor<2x64xf32>)
    -> (tensor<6x64xf32>, tensor<64x6xf32>) {
  %e = tensor.empty() : tensor<64x6xf32>
  %s = norm.softmax %x : tensor<6x64xf32>
  %t = linalg.transpose ins(%s : tensor<6x64xf32>) outs(%e : tensor<64x6xf32>)
      permutation = [1, 0]
  %y = norm.softmax %t : tensor<64x6xf32>
  return %s, %y : tensor<6x64xf32>, tensor<64x6xf32>
}"""


@pytest.mark.parametrize("target", TARGETS)
def test_program(target):
    kernel = seednorm.compile(FUSED, target=target)
    program, = kernel.programs
    assert kernel.num_kernels == 1
    assert kernel.outside == []
    assert (program.columns, program.levels, program.fused_from) == (64, 1, 2)
    # x in, the sum out, two bytes each; before, the norm's result went out and
    # in again, and x twice.
    assert program.minimum_row_bytes_per_element == 4
    assert program.unfused_row_bytes_per_element == 10
    assert program.inputs == (Operand("x", "tensor<?x64xbf16>", "by row"),
                              Operand("arg1", "tensor<64xf32>", "shared"))
    assert program.outputs == (Operand("result0", "tensor<?x64xbf16>", "by row"),)
    assert program.locations == ("<graph>:4:8", "<graph>:5:8")


def test_outside():
    kernel = seednorm.compile(MIXED)
    assert kernel.programs[0].outputs[0].value == "temporary"
    fill, matmul, pad = kernel.outside
    assert fill[:2] == ("<graph>:10:8", "linalg.fill")
    assert "fills memory" in fill.reason
    assert matmul == OutsideOp(
        "<graph>:11:8", "linalg.matmul",
        "no operand has all dimensions of its loops, as a contraction of several columns "
        "has none")
    assert pad[:2] == ("<graph>:13:8", "tensor.pad")
    assert "norms, linalg ops and element-wise ops" in pad.reason


def test_the_reports_of_kernels_agree():
    kernel = seednorm.compile(MIXED)
    cost, = kernel.report
    program, = kernel.programs
    for field in ("columns", "levels", "fused_from", "minimum_row_bytes_per_element",
                  "unfused_row_bytes_per_element"):
        assert cost[field] == getattr(program, field)
    for op in kernel.outside:
        line = f"outside of programs: {op.location}: '{op.op}' op: {op.reason}"
        assert line in kernel.asm["report"]
        assert line in kernel.asm["programs"]


def test_values_between_programs():
    kernel = seednorm.compile(TWO)
    first, second = kernel.programs
    assert first.inputs[0].value == "arg0"
    assert first.outputs[0].value == "result0"
    assert second.inputs[0].value == "linalg.transpose"
    assert second.outputs[0].value == "result1"
    transpose, = kernel.outside
    assert "another order" in transpose.reason


def test_a_module_that_keeps_its_ops():
    text = "module attributes {seednorm.keep_linalg} {" + TWO + "}"
    transpose, = seednorm.compile(text).outside
    assert "seednorm.keep_linalg" in transpose.reason


def test_locations_of_a_graph_are_lines_of_python():
    g = seednorm.Graph()
    x, gamma = g.input((None, 64), "f32"), g.input((64,), "f32")
    g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
    program, = seednorm.compile(g).programs
    location, = program.locations
    assert __file__ in location


def test_accesses():
    g = seednorm.Graph()
    x = g.input((4, 8, 64), "f32", name="x")
    scale, shift = (g.input((4, 64), "f32", name=name) for name in ("scale", "shift"))
    g.output(seednorm.modulate(x, scale, shift, statistics="rms_norm", eps=1e-6))
    program, = seednorm.compile(g, expect_programs=1).programs
    assert {operand.value: operand.access for operand in program.inputs} == {
        "x": "by row", "scale": "by group 8", "shift": "by group 8"}


@pytest.mark.parametrize("target", TARGETS)
def test_expected_number(target):
    seednorm.compile(FUSED, target=target, expect_programs=1)
    with pytest.raises(seednorm.UsageError, match="expects 0 row programs, but 'main' has 1"):
        seednorm.compile(FUSED, target=target, expect_programs=0)
    with pytest.raises(seednorm.UsageError) as caught:
        seednorm.compile(MIXED, target=target, expect_programs=2)
    message = caught.value.message
    assert message.startswith("expects 2 row programs, but 'main' has 1")
    assert "fused from:         2 programs" in message
    assert "'tensor.pad' op" in message


@pytest.mark.parametrize("number", [-1, 1.5, "1", 2**63])
def test_no_number_of_programs(number):
    with pytest.raises(seednorm.UsageError, match="expects 'expect_programs' to be an "
                       r"integer from 0 to 2\*\*63 - 1, but got"):
        seednorm.compile(MIXED, expect_programs=number)
