"""Every op of a row program's closed list that takes floats has an adjoint: the
one that central differences find, or the subgradient that the pass documents."""

import gradients
import numpy as np
import pytest
import seednorm
import test_body_ops

COLUMNS = 6


def make_program(body, result="vector<6xf64>", stored="tensor<?x6xf64>"):
    """A function of rows %a and %b whose body ends with %r, a `result`."""
    rows = "tensor<?x6xf64>"
    return f"""
func.func @main(%x: {rows}, %y: {rows}) -> {stored} {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {rows}
  %init = tensor.empty(%n) : {stored}
  %z = row.program ins(%x : {rows} by row, %y : {rows} by row)
      outs(%init : {stored} by row) {{
  ^bb0(%a: vector<6xf64>, %b: vector<6xf64>):
    %zero = arith.constant 0.0 : f64
    {body}
    row.yield %r : {result}
  }}
  return %z : {stored}
}}"""


def make_rows(rng, count=4):
    """Positive, apart from each other and from kinks."""
    a = rng.permuted(np.linspace(0.3, 1.7, count * COLUMNS)).reshape(count, COLUMNS)
    b = rng.permuted(np.linspace(0.35, 1.65, count * COLUMNS)).reshape(count, COLUMNS)
    return a, b


def check(rng, text, a, b):
    forward = seednorm.compile(text)
    weights = [rng.standard_normal(np.shape(forward(a, b)))]
    found = {}
    for number, name in enumerate(["arg0", "arg1"]):
        expected = gradients.differentiate(forward, [a, b], number, weights)
        if not expected.any():
            continue
        backward = seednorm.compile(seednorm.grad(text, wrt=[name]))
        found[name] = backward(a, b, *weights)
        assert gradients.get_error(found[name], expected) < gradients.TOLERANCE
    return found


VECTOR = "vector<6xf64>"
BODIES = {
    **{op: f"%r = {op} %a, %b : {VECTOR}" for op in test_body_ops.FLOAT_OPS},
    **{op: f"%r = {op} %a : {VECTOR}" for op in test_body_ops.UNARY_OPS},
    "math.powf": f"%r = math.powf %a, %b : {VECTOR}",
    "math.fma": f"%r = math.fma %a, %b, %a : {VECTOR}",
    "square": f"%r = arith.mulf %a, %a : {VECTOR}",
    "arith.select": f"""%c = arith.cmpf olt, %a, %b : {VECTOR}
        %q = arith.mulf %a, %a : {VECTOR}
        %r = arith.select %c, %q, %b : vector<6xi1>, {VECTOR}""",
    "arith.extf, arith.truncf": f"""%t = arith.truncf %a : {VECTOR} to vector<6xf32>
        %e = arith.extf %t : vector<6xf32> to {VECTOR}
        %d = arith.subf %a, %e : {VECTOR}
        %m = arith.mulf %a, %b : {VECTOR}
        %r = arith.addf %m, %d : {VECTOR}""",
    "vector.broadcast": """%s = vector.extract %a[0] : f64 from vector<6xf64>
        %r = vector.broadcast %s : f64 to vector<6xf64>""",
}
REDUCTIONS = {
    kind: f"""%e = arith.constant {start} : f64
        %v = arith.mulf %a, %b : {VECTOR}
        %s = vector.multi_reduction <{kind}>, %v, %e [0] : {VECTOR} to f64
        %w = vector.broadcast %s : f64 to {VECTOR}
        %r = arith.mulf %w, %b : {VECTOR}"""
    for kind, start in (("add", "0.5"), ("mul", "2.0"), ("maximumf", "-1.0"),
                        ("minimumf", "99.0"), ("maxnumf", "-1.0"),
                        ("minnumf", "99.0"))
}
#: Constant wherever they have a derivative.
STEPS = {"math.ceil", "math.floor", "math.roundeven", "math.trunc"}


@pytest.mark.parametrize("op", BODIES.keys() - STEPS - {"vector.broadcast"})
def test_element_wise(rng, op):
    # Roundings to f32 would be steps of the differences.
    if "truncf" in op:
        text = make_program(BODIES[op])
        a, b = make_rows(rng)
        backward = seednorm.compile(seednorm.grad(text))
        da, db = backward(a, b, np.ones_like(a))
        np.testing.assert_allclose(da, b, rtol=1e-15)  # d(a - cast(a)) is 0.
        np.testing.assert_allclose(db, a, rtol=1e-15)
        return
    assert check(rng, make_program(BODIES[op]), *make_rows(rng))


@pytest.mark.parametrize("op", sorted(STEPS))
def test_steps(rng, op):
    body = f"%f = {op} %a : {VECTOR}\n%r = arith.addf %f, %b : {VECTOR}"
    a, b = make_rows(rng)
    assert set(check(rng, make_program(body), a + 0.01, b)) == {"arg1"}
    # Alone, its argument makes no difference: but none at any point is 0, not an
    # error.
    backward = seednorm.compile(seednorm.grad(make_program(body), wrt=["arg1"]))
    np.testing.assert_array_equal(backward(a, b, b), b)


@pytest.mark.parametrize("kind", REDUCTIONS)
def test_reductions(rng, kind):
    assert len(check(rng, make_program(REDUCTIONS[kind]), *make_rows(rng))) == 2


@pytest.mark.parametrize("kind", ["add", "mul", "maximumf"])
def test_reductions_of_runs(rng, kind):
    start = {"add": 0.0, "mul": 1.0, "maximumf": -9.0}[kind]
    body = f"""%e = arith.constant dense<{start}> : vector<2xf64>
        %v = arith.mulf %a, %b : {VECTOR}
        %h = vector.shape_cast %v : {VECTOR} to vector<2x3xf64>
        %s = vector.multi_reduction <{kind}>, %h, %e [1]
            : vector<2x3xf64> to vector<2xf64>
        %r = arith.mulf %s, %s : vector<2xf64>"""
    text = make_program(body, "vector<2xf64>", "tensor<?x2xf64>")
    assert len(check(rng, text, *make_rows(rng))) == 2


def run_backward(body, a, b, weights):
    backward = seednorm.compile(seednorm.grad(make_program(body)))
    return backward(a, b, weights)


def test_equal_operands_share():
    a = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    b = np.array([[1.0, 1.0, 4.0, 4.0, 4.0, 6.0]])
    dy = np.arange(1.0, 7.0)[None]
    da, db = run_backward(f"%r = arith.maximumf %a, %b : {VECTOR}", a, b, dy)
    np.testing.assert_array_equal(da, dy * [[0.5, 1, 0, 0.5, 1, 0.5]])
    np.testing.assert_array_equal(db, dy * [[0.5, 0, 1, 0.5, 0, 0.5]])


def test_equal_columns_share():
    a = np.array([[3.0, 1.0, 3.0, 2.0, 3.0, 0.0], [1.0, 2.0, 4.0, 3.0, 0.0, 1.0]])
    body = f"""%e = arith.constant -9.0 : f64
        %s = vector.multi_reduction <maximumf>, %a, %e [0] : {VECTOR} to f64
        %w = vector.broadcast %s : f64 to {VECTOR}
        %r = arith.mulf %w, %b : {VECTOR}"""
    da, _ = run_backward(body, a, np.ones_like(a), np.ones_like(a))
    np.testing.assert_allclose(da, [[2, 0, 2, 0, 2, 0], [0, 0, 6, 0, 0, 0]])


def test_product_with_zeros(rng):
    a, b = make_rows(rng, 1)
    a[0, 2] = 0.0
    assert "arg0" in check(rng, make_program(REDUCTIONS["mul"]), a, b)
    a[0, 4] = 0.0
    for gradient in run_backward(REDUCTIONS["mul"], a, b, np.ones_like(a)):
        np.testing.assert_array_equal(gradient, np.zeros_like(a))


@pytest.mark.parametrize("op", ["math.absf", "math.sqrt", "math.copysign"])
def test_kinks_have_zero(op):
    a = np.zeros((1, COLUMNS))
    operands = "%a, %b" if op == "math.copysign" else "%a"
    body = f"%f = {op} {operands} : {VECTOR}\n%r = arith.addf %f, %b : {VECTOR}"
    da, _ = run_backward(body, a, a + 1, a + 1)
    np.testing.assert_array_equal(da, a)


def test_power_of_zero():
    a = np.array([[0.0, 0.0, 0.0, 2.0, 2.0, 2.0]])
    b = np.array([[1.0, 2.0, 0.0, 0.0, 1.0, 3.0]])
    da, db = run_backward(f"%r = math.powf %a, %b : {VECTOR}", a, b, np.ones_like(a))
    np.testing.assert_allclose(da, [[1, 0, 0, 0, 1, 12]])
    np.testing.assert_allclose(db, np.array([[0, 0, 0, 1, 2, 8]]) * np.log(2))


def test_second_derivatives(rng):
    """Of the sum of squares' root: a gradient's gradient."""
    text = make_program(f"""%q = arith.mulf %a, %a : {VECTOR}
        %s = vector.multi_reduction <add>, %q, %zero [0] : {VECTOR} to f64
        %l = math.sqrt %s : f64
        %w = vector.broadcast %l : f64 to {VECTOR}
        %r = arith.divf %b, %w : {VECTOR}""")
    once = seednorm.grad(text, wrt=["arg0"])
    first = seednorm.compile(once)
    second = seednorm.compile(seednorm.grad(once))
    a, b = make_rows(rng)
    dy, ddx = rng.standard_normal((2, *a.shape))
    for number, found in enumerate(second(a, b, dy, ddx)):
        expected = gradients.differentiate(first, [a, b, dy], number, [ddx])
        assert gradients.get_error(found, expected) < gradients.TOLERANCE
