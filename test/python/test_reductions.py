#===- test_reductions.py - Reductions of payloads, with NaN -----------------===//
#
# What a payload does to a partial result, as a row program, against the loops of
# the same op: NaN has to be kept or passed over as there.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import seednorm

TARGETS = ("cpu", "emulated")
COLUMNS = 40

#: Payloads on an element %a and the partial result %o, and what they start from.
SELECTIONS = {
    "ogt": ("%c = arith.cmpf ogt, %a, %o : f32", "%a, %o", "0xFF800000"),
    "oge": ("%c = arith.cmpf oge, %a, %o : f32", "%a, %o", "-1.0"),
    "ule": ("%c = arith.cmpf ule, %a, %o : f32", "%o, %a", "0xFF800000"),
    "olt": ("%c = arith.cmpf olt, %a, %o : f32", "%a, %o", "0x7F800000"),
    "or nan": ("""%d = arith.cmpf ogt, %a, %o : f32
    %u = arith.cmpf uno, %a, %a : f32
    %c = arith.ori %d, %u : i1""", "%a, %o", "0xFF800000"),
}
#: These depend on the order, and stay loops.
OTHERS = {
    "ugt": ("%c = arith.cmpf ugt, %a, %o : f32", "%a, %o", "0xFF800000"),
    "ole": ("%c = arith.cmpf ole, %a, %o : f32", "%o, %a", "0xFF800000"),
    "from nan": ("%c = arith.cmpf ogt, %a, %o : f32", "%a, %o", "0x7FC00000"),
    "une": ("%c = arith.cmpf une, %a, %o : f32", "%a, %o", "0.0"),
}
SUMS = {
    "subf": "%r = arith.subf %o, %a : f32",
    "fma": "%r = math.fma %a, %a, %o : f32",
    "several": """%s = arith.subf %o, %a : f32
    %t = math.fma %a, %a, %s : f32
    %r = arith.addf %a, %t : f32""",
}


def format_graph(payload, start):
    return f"""
func.func @main(%x: tensor<?x{COLUMNS}xf32>) -> tensor<?xf32> {{
  %start = arith.constant {start} : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x{COLUMNS}xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %i = linalg.fill ins(%start : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %y = linalg.generic {{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                                        affine_map<(d0, d1) -> (d0)>],
                       iterator_types = ["parallel", "reduction"]}}
      ins(%x : tensor<?x{COLUMNS}xf32>) outs(%i : tensor<?xf32>) {{
  ^bb0(%a: f32, %o: f32):
    {payload}
    linalg.yield %r : f32
  }} -> tensor<?xf32>
  return %y : tensor<?xf32>
}}"""


def format_selection(payload, operands, start):
    return format_graph(f"{payload}\n    %r = arith.select %c, {operands} : f32", start)


def run_loops(text, x):
    kernel = seednorm.compile(f"module attributes {{seednorm.keep_linalg}} {{{text}}}")
    assert kernel.num_kernels == 0
    return kernel(x)


def make_rows(rng):
    """Rows with NaN: none, some, at either end, nothing else."""
    x = rng.standard_normal((8, COLUMNS)).astype(np.float32)
    x[1, ::3] = np.nan
    x[2, 0] = np.nan
    x[3, -1] = np.nan
    x[4] = np.nan
    x[5, 7] = np.inf
    x[6, 7] = -np.inf
    return x


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SELECTIONS)
def test_selection(rng, target, name):
    text, x = format_selection(*SELECTIONS[name]), make_rows(rng)
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 1
    np.testing.assert_array_equal(kernel(x), run_loops(text, x))


@pytest.mark.parametrize("name", OTHERS)
def test_selection_that_stays(rng, name):
    text, x = format_selection(*OTHERS[name]), make_rows(rng)
    kernel = seednorm.compile(text)
    assert kernel.num_kernels == 0
    np.testing.assert_array_equal(kernel(x), run_loops(text, x))
    with pytest.raises(seednorm.UsageError, match="no part of a row program"):
        seednorm.compile(text, target="emulated")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", SUMS)
def test_sum(rng, target, name):
    text = format_graph(SUMS[name], "3.0")
    x = rng.standard_normal((5, COLUMNS)).astype(np.float32)
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 1
    np.testing.assert_allclose(kernel(x), run_loops(text, x), rtol=1e-5, atol=1e-5)


RECIPROCAL = """
func.func @main(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %positive = arith.cmpi ne, %n, %c0 : index
  cf.assert %positive, "expects rows"
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                                        affine_map<(d0, d1) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %ok = arith.cmpf une, %a, %zero : f32
    cf.assert %ok, "unimplemented: tensor with zero element"
    %r = arith.divf %one, %a : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_dropped_asserts(rng, target):
    x = rng.standard_normal((3, 8)).astype(np.float32)
    x[0, :2] = 0.0, -0.0
    text = f"module attributes {{seednorm.drop_asserts}} {{{RECIPROCAL}}}"
    kernel = seednorm.compile(text, target=target)
    assert kernel.num_kernels == 1
    np.testing.assert_array_equal(kernel(x), 1 / x)


# A loop that stops would end the process of its caller.
@pytest.mark.parametrize("target", TARGETS)
def test_kept_asserts_are_refused(target):
    with pytest.raises(seednorm.UsageError,
                       match="asserts .*, at which no kernel can stop; a module with the "
                             "attribute 'seednorm.drop_asserts' asks none to"):
        seednorm.compile(RECIPROCAL, target=target)


# The sum that can't be one is the cause; that its fill stays follows from it.
def test_the_cause_is_named():
    text = """
func.func @main(%x: tensor<?x8xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                                        affine_map<(d0, d1) -> (d0)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x8xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %half = arith.constant 0.5 : f32
    %h = arith.mulf %o, %half : f32
    %r = arith.addf %h, %a : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}"""
    with pytest.raises(seednorm.UsageError, match="<graph>:8:8: error: 'linalg.generic' op "
                                                  "is no part of a row program"):
        seednorm.compile(text, target="emulated")
