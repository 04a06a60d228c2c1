"""Every op of a row program's closed list runs on every target.

The list is a promise that both back ends keep; one that is admitted by the
verifier and fails in a back end would be a trap.
"""

import math

import ml_dtypes
import numpy as np
import pytest
import seednorm

COLUMNS = 24  # Three chunks of bf16: some lanes of the warp have no columns.
DTYPES = {
    "f32": np.float32,
    "f16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "f64": np.float64,
}


def erf(x):
    return np.vectorize(math.erf)(x)


# name: (body from %a and %b to %r, reference in float64). The values of %a and
# %b are moderate and positive where the function needs it.
FLOAT_OPS = {
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.mulf": lambda a, b: a * b,
    "arith.divf": lambda a, b: a / b,
    "arith.maximumf": np.maximum,
    "arith.minimumf": np.minimum,
    "arith.maxnumf": np.fmax,
    "arith.minnumf": np.fmin,
    "math.copysign": np.copysign,
}
UNARY_OPS = {
    "arith.negf": lambda a: -a,
    "math.absf": np.abs,
    "math.ceil": np.ceil,
    "math.cos": np.cos,
    "math.erf": erf,
    "math.exp": np.exp,
    "math.exp2": np.exp2,
    "math.expm1": np.expm1,
    "math.floor": np.floor,
    "math.log": np.log,
    "math.log10": np.log10,
    "math.log1p": np.log1p,
    "math.log2": np.log2,
    "math.roundeven": np.rint,
    "math.rsqrt": lambda a: 1 / np.sqrt(a),
    "math.sin": np.sin,
    "math.sqrt": np.sqrt,
    "math.tanh": np.tanh,
    "math.trunc": np.trunc,
}
NEEDS_POSITIVE = {"math.log", "math.log10", "math.log1p", "math.log2", "math.rsqrt",
                  "math.sqrt"}
# Computed on GPUs by approximations that exist in f32 only.
NO_F64 = {"math.cos", "math.erf", "math.exp", "math.exp2", "math.expm1", "math.log",
          "math.log10", "math.log1p", "math.log2", "math.sin", "math.tanh"}


def program(dtype: str, body: str, columns: int = COLUMNS) -> str:
    tensor, vector = f"tensor<?x{columns}x{dtype}>", f"vector<{columns}x{dtype}>"
    return f"""
func.func @main(%x: {tensor}, %y: {tensor}) -> {tensor} {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : {tensor}
  %init = tensor.empty(%n) : {tensor}
  %z = row.program ins(%x : {tensor} by row, %y : {tensor} by row)
      outs(%init : {tensor} by row) {{
  ^bb0(%a: {vector}, %b: {vector}):
    {body}
    row.yield %r : {vector}
  }}
  return %z : {tensor}
}}"""


def operands(rng, dtype, positive=False):
    a, b = (rng.uniform(0.25, 3.0, (5, COLUMNS)) for _ in range(2))
    if not positive:
        a *= rng.choice([-1, 1], a.shape)
        b *= rng.choice([-1, 1], b.shape)
    return a.astype(DTYPES[dtype]), b.astype(DTYPES[dtype])


def run(target, dtype, body, a, b):
    return seednorm.compile(program(dtype, body), target=target)(a, b)


def check(result, exact, dtype):
    # 8 ulp of the element type cover our approximations (at most 5) and rsqrt.
    ulp = {"f64": 2.0**-52, "f32": 2.0**-23, "f16": 2.0**-10, "bf16": 2.0**-7}[dtype]
    bound = 8 * ulp if dtype in ("f32", "f64") else ulp
    np.testing.assert_allclose(result.astype(np.float64), exact, rtol=bound, atol=1e-7)


@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_float_ops(rng, target, dtype):
    for name, exact in FLOAT_OPS.items():
        a, b = operands(rng, dtype)
        body = f"%r = {name} %a, %b : vector<{COLUMNS}x{dtype}>"
        check(run(target, dtype, body, a, b), exact(*map(np.float64, (a, b))), dtype)


@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_unary_ops(rng, target, dtype):
    for name, exact in UNARY_OPS.items():
        if dtype == "f64" and name in NO_F64 and target != "cpu":
            continue
        a, b = operands(rng, dtype, positive=name in NEEDS_POSITIVE)
        body = f"%r = {name} %a : vector<{COLUMNS}x{dtype}>"
        check(run(target, dtype, body, a, b), exact(a.astype(np.float64)), dtype)


@pytest.mark.parametrize("name", sorted(NO_F64))
def test_f64_functions_are_refused_on_gpus(name):
    body = f"%r = {name} %a : vector<{COLUMNS}xf64>"
    with pytest.raises(seednorm.UsageError, match="has no lowering for GPUs"):
        seednorm.compile(program("f64", body), target="emulated")


V = f"vector<{COLUMNS}x{{}}>".format
OTHER_OPS = {
    "fma": (f"%r = math.fma %a, %b, %a : {V('f32')}", lambda a, b: a * b + a),
    "select": (
        f"""%c = arith.cmpf olt, %a, %b : {V('f32')}
        %r = arith.select %c, %a, %b : {V('i1')}, {V('f32')}""",
        np.minimum,
    ),
    "casts": (
        f"""%h = arith.truncf %a : {V('f32')} to {V('bf16')}
        %e = arith.extf %h : {V('bf16')} to {V('f32')}
        %r = arith.subf %a, %e : {V('f32')}""",
        lambda a, b: a - a.astype(ml_dtypes.bfloat16).astype(np.float32),
    ),
    "signed": (
        f"""%i = arith.fptosi %a : {V('f32')} to {V('i32')}
        %j = arith.fptosi %b : {V('f32')} to {V('i32')}
        %three = arith.constant dense<3> : {V('i32')}
        %s = arith.subi %i, %j : {V('i32')}
        %m = arith.muli %s, %three : {V('i32')}
        %h = arith.shrsi %m, %three : {V('i32')}
        %t = arith.addi %h, %m : {V('i32')}
        %r = arith.sitofp %t : {V('i32')} to {V('f32')}""",
        lambda a, b: (lambda m: (m >> 3) + m)((np.trunc(a) - np.trunc(b)).astype(int) * 3),
    ),
    "power": (
        f"""%p = math.absf %a : {V('f32')}
        %r = math.powf %p, %b : {V('f32')}""",
        lambda a, b: np.power(np.abs(a).astype(np.float64), b.astype(np.float64)),
    ),
    "magnitude": (
        f"""%i = arith.fptosi %a : {V('f32')} to {V('i32')}
        %m = math.absi %i : {V('i32')}
        %r = arith.sitofp %m : {V('i32')} to {V('f32')}""",
        lambda a, b: np.abs(np.trunc(a)),
    ),
    "clamped": (
        f"""%i = arith.fptosi %a : {V('f32')} to {V('i32')}
        %low = arith.constant dense<-1> : {V('i32')}
        %high = arith.constant dense<1> : {V('i32')}
        %three = arith.constant dense<3> : {V('i32')}
        %m = arith.maxsi %i, %low : {V('i32')}
        %k = arith.minsi %m, %high : {V('i32')}
        %p = arith.maxui %k, %three : {V('i32')}
        %q = arith.minui %i, %three : {V('i32')}
        %s = arith.shrui %p, %three : {V('i32')}
        %t = arith.addi %s, %q : {V('i32')}
        %u = arith.addi %t, %k : {V('i32')}
        %r = arith.sitofp %u : {V('i32')} to {V('f32')}""",
        lambda a, b: (lambda i: np.clip(i, -1, 1)
                      + (np.maximum(np.clip(i, -1, 1).astype(np.uint32), 3) >> 3)
                      .astype(np.int64)
                      + np.minimum(i.astype(np.uint32), 3).astype(np.int64)
                      )(np.trunc(a).astype(np.int32)),
    ),
    "bits": (
        f"""%i = arith.bitcast %a : {V('f32')} to {V('i32')}
        %mask = arith.constant dense<0xFF0000> : {V('i32')}
        %sixteen = arith.constant dense<16> : {V('i32')}
        %k = arith.andi %i, %mask : {V('i32')}
        %l = arith.shrui %k, %sixteen : {V('i32')}
        %o = arith.ori %l, %sixteen : {V('i32')}
        %q = arith.xori %o, %sixteen : {V('i32')}
        %p = arith.shli %q, %sixteen : {V('i32')}
        %r = arith.uitofp %p : {V('i32')} to {V('f32')}""",
        lambda a, b: (
            ((((a.view(np.uint32) & 0xFF0000) >> 16) | 16) ^ 16).astype(np.uint64) << 16
        ),
    ),
    "widths": (
        f"""%i = arith.fptoui %c : {V('f32')} to {V('i8')}
        %u = arith.extui %i : {V('i8')} to {V('i32')}
        %v = arith.extsi %i : {V('i8')} to {V('i32')}
        %d = arith.cmpi ult, %u, %v : {V('i32')}
        %w = arith.select %d, %u, %v : {V('i1')}, {V('i32')}
        %n8 = arith.trunci %w : {V("i32")} to {V("i8")}
        %r = arith.uitofp %n8 : {V('i8')} to {V('f32')}""",
        lambda a, b: np.trunc(np.abs(a)),
    ),
    "step": (
        f"""%s = vector.step : {V('index')}
        %i = arith.index_cast %s : {V('index')} to {V('i32')}
        %k = arith.index_castui %i : {V('i32')} to {V('index')}
        %l = arith.index_cast %k : {V('index')} to {V('i64')}
        %f = arith.sitofp %l : {V('i64')} to {V('f32')}
        %r = arith.addf %a, %f : {V('f32')}""",
        lambda a, b: a + np.arange(COLUMNS),
    ),
}


@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("name", OTHER_OPS)
def test_other_ops(rng, target, name):
    body, exact = OTHER_OPS[name]
    a, b = operands(rng, "f32")
    if name == "widths":
        body = f"%c = math.absf %a : {V('f32')}\n" + body
    check(run(target, "f32", body, a, b), exact(a, b).astype(np.float64), "f32")


KINDS = {
    "add": np.sum,
    "mul": np.prod,
    "maximumf": np.max,
    "minimumf": np.min,
    "maxnumf": np.max,
    "minnumf": np.min,
}


@pytest.mark.parametrize("target", ["cpu", "emulated"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("heads", [1, 3, 4, 24])
def test_reductions(rng, target, kind, heads):
    """Columns beyond the row hold the identity; `acc` joins once."""
    run_of = COLUMNS // heads
    split, head = f"vector<{heads}x{run_of}xf32>", f"vector<{heads}xf32>"
    body = f"""
    %acc = arith.constant dense<0.5> : {head}
    %h = vector.shape_cast %a : {V('f32')} to {split}
    %s = vector.multi_reduction <{kind}>, %h, %acc [1] : {split} to {head}
    %c = vector.shape_cast %s : {head} to vector<{heads}x1xf32>
    %d = vector.broadcast %c : vector<{heads}x1xf32> to {split}
    %r = vector.shape_cast %d : {split} to {V('f32')}"""
    a, b = operands(rng, "f32")
    parts = a.astype(np.float64).reshape(5, heads, run_of)
    parts = np.concatenate([parts, np.full((5, heads, 1), 0.5)], axis=-1)
    exact = np.repeat(KINDS[kind](parts, axis=-1), run_of, axis=-1)
    result = run(target, "f32", body, a, b).astype(np.float64)
    np.testing.assert_allclose(result, exact, rtol=1e-5, atol=1e-5)
