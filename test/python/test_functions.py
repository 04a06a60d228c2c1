#===- test_functions.py - Elementary functions keep their bounds -------------===//
#
# The functions of expand-math on both targets, against float64: on random bits,
# where they bend, and, for powers, on every pair of special values. Bounds are
# those of the pass's description; of convert-functions-to-nvvm's on a GPU.
#
#===-----------------------------------------------------------------------===//

import math

import ml_dtypes
import numpy as np
import pytest

import seednorm

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

TARGETS = ("cpu", "emulated")
COLUMNS = 256


def erf(x):
    return np.vectorize(math.erf)(x)


#: The function in float64, and how many ulp of f32 it may be off.
FUNCTIONS = {
    "exp": (np.exp, 2), "exp2": (np.exp2, 2), "expm1": (np.expm1, 2),
    "log": (np.log, 2), "log2": (np.log2, 2), "log10": (np.log10, 2),
    "log1p": (np.log1p, 3), "tanh": (np.tanh, 5), "erf": (erf, 3),
    "sin": (np.sin, 3), "cos": (np.cos, 3),
}
#: Where GPUs have instructions that are more precise than expand-math.
ULPS_ON_GPU = {"tanh": 4}
SPECIAL = np.array(
    [0, 1, 2, 3, 0.5, 1.5, 2.5, 1e-45, 2.0**-126, 2.0**24 + 2, 3e38, np.inf, 0.75,
     np.nextafter(np.float32(1), np.float32(2)), 1e-8, 88.7, 104], np.float32)
SPECIAL = np.concatenate([SPECIAL, -SPECIAL, [np.float32(np.nan)]])
TYPES = {"f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16}


def compile_function(name, target, operands=1, dtype="f32", approximate=()):
    rows, row = f"tensor<?x{COLUMNS}x{dtype}>", f"vector<{COLUMNS}x{dtype}>"
    arguments = [f"x{i}" for i in range(operands)]
    return seednorm.compile(f"""
func.func @main({", ".join(f"%{a}: {rows}" for a in arguments)}) -> {rows} {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x0, %c0 : {rows}
  %e = tensor.empty(%n) : {rows}
  %y = row.program ins({", ".join(f"%{a} : {rows} by row" for a in arguments)})
      outs(%e : {rows} by row) {{
  ^bb0({", ".join(f"%v{a}: {row}" for a in arguments)}):
    %r = math.{name} {", ".join(f"%v{a}" for a in arguments)} : {row}
    row.yield %r : {row}
  }}
  return %y : {rows}
}}""", target=target, approximate=approximate)


def run(kernel, *operands):
    """On rows of operands of any length."""
    rows = -(-operands[0].size // COLUMNS)
    padded = [np.resize(x, (rows, COLUMNS)) for x in operands]
    return kernel(*padded).reshape(-1)[:operands[0].size]


def measure(actual, exact):
    """Distances in units of the last place of f32."""
    rounded = exact.astype(np.float32)
    special = np.isnan(exact) | np.isinf(rounded) | (rounded == 0)
    same = (np.isnan(exact) & np.isnan(actual)) | (
        (actual == rounded) & (np.signbit(actual) == np.signbit(rounded)))
    magnitude = np.abs(rounded)
    ulp = np.nextafter(magnitude, np.float32(np.inf)).astype(np.float64) - magnitude
    # The last rounding before infinity, and before 0, may go either way.
    ulp = np.where(np.isinf(rounded), 2.0**104, np.maximum(ulp, 2.0**-149))
    off = np.abs(actual.astype(np.float64) - exact) / ulp
    off = np.where(np.isnan(off) | (special & ~np.isfinite(actual)), np.inf, off)
    # Nor is a zero one of the other sign.
    off = np.where((exact == 0) & (actual == 0) & ~same, np.inf, off)
    return np.where(special & same, 0, off)


def draw_bits(rng, count):
    return rng.integers(0, 2**32, count, dtype=np.uint32).view(np.float32)


def check(actual, exact, ulps, *operands):
    off = measure(actual, exact)
    worst = int(np.argmax(off))
    assert off[worst] <= ulps, (
        f"{off[worst]} ulp at {[float(x[worst]).hex() for x in operands]}: "
        f"{actual[worst]}, not {exact[worst]}")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(rng, target, name):
    function, ulps = FUNCTIONS[name]
    if target == "emulated":
        ulps = ULPS_ON_GPU.get(name, ulps)
    x = np.concatenate([
        SPECIAL, draw_bits(rng, 40_000),
        rng.uniform(-20, 20, 20_000).astype(np.float32),
        (1 + rng.uniform(-0.1, 0.1, 10_000)).astype(np.float32)])
    check(run(compile_function(name, target), x), function(x.astype(np.float64)),
          ulps, x)


# Where the logarithm of the base has to be more precise than f32: large powers of
# numbers near 1; every pair of special values; negative bases.
@pytest.mark.parametrize("target", TARGETS)
def test_powers(rng, target):
    pairs = np.array(np.meshgrid(SPECIAL, SPECIAL)).reshape(2, -1)
    near_one = np.exp2(rng.uniform(-0.2, 0.2, 20_000))
    x = np.concatenate([pairs[0], draw_bits(rng, 20_000), near_one,
                        rng.uniform(-30, 30, 20_000)]).astype(np.float32)
    y = np.concatenate([pairs[1], draw_bits(rng, 20_000),
                        rng.uniform(-120, 120, 20_000) / np.log2(near_one),
                        rng.integers(-20, 20, 20_000)]).astype(np.float32)
    exact = np.power(x.astype(np.float64), y.astype(np.float64))
    check(run(compile_function("powf", target, operands=2), x, y), exact, 2, x, y)


@pytest.mark.parametrize("dtype", ("f16", "bf16"))
@pytest.mark.parametrize("target", TARGETS)
def test_narrow_floats(rng, target, dtype):
    x = rng.uniform(0.1, 9, (2, COLUMNS)).astype(TYPES[dtype])
    y = rng.uniform(-2, 2, (2, COLUMNS)).astype(TYPES[dtype])
    unit = float(ml_dtypes.finfo(TYPES[dtype]).eps)
    for name in (*FUNCTIONS, "powf"):
        operands = (x, y) if name == "powf" else (x,)
        function = FUNCTIONS.get(name, (np.power,))[0]
        exact = function(*(a.astype(np.float64) for a in operands))
        actual = compile_function(name, target, len(operands), dtype)(*operands)
        off = np.abs(actual.astype(np.float64) - exact)
        # A rounding, with a small part of one from before.
        assert (off <= 0.51 * unit * np.abs(exact) + 1e-7).all(), name


# Without it, `measure` could let anything pass.
def test_errors_are_measured():
    x = np.array([1, 2, 1e-45, 0, -0.0, np.inf, np.nan, 3e38], np.float32)
    exact = x.astype(np.float64)
    assert (measure(x, exact) == 0).all()
    assert measure(np.nextafter(x[:2], np.float32(9)), exact[:2]).tolist() == [1, 1]
    wrong = np.array([np.nan, np.inf, np.nan, np.nan, np.nan, np.nan, 0, np.nan],
                     np.float32)
    assert (measure(wrong, exact) > 100).all()
    assert (measure(-x[3:5], exact[3:5]) == np.inf).all()
