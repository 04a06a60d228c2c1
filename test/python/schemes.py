#===- schemes.py - Norms and schedules of the tests of schemes --------------===//
#
# Schedules as overrides of what was chosen, at widths that the emulator runs in no
# time, and norms with operands, graph and exact results.
#
#===-----------------------------------------------------------------------===//
"""What test_gpu_schemes.py and test_kernel_mutations.py run."""

import functools
import typing

import numpy as np

import bounds
import cases
import reference
import seednorm
import test_gradients

EPS = 1e-5


class Norm(typing.NamedTuple):
    """A norm as a test runs it: `parameters` are operands of all rows."""

    name: str
    parameters: tuple = ()
    options: dict = {}


def scale_by_peak(x, gamma):
    """A norm of its own: rows over their peak, then over their root mean square."""
    scaled = x / (seednorm.max(abs(x)) + 0.5)
    return scaled / seednorm.sqrt(seednorm.mean(scaled * scaled) + EPS) * gamma


def evaluate_peak(x, gamma, dtype):
    np_ = bounds.BoundedNumPy(dtype)
    x, gamma = np_.asarray(x, dtype), np_.asarray(gamma, dtype)
    scaled = x / (np.max(np.abs(x), axis=-1, keepdims=True) + 0.5)
    eps = float(np.float32(EPS))
    y = scaled / np.sqrt(np.mean(scaled * scaled, axis=-1, keepdims=True) + eps) * gamma
    return bounds.round_result(y, dtype)


SEEDNORM = ("alpha", "beta", "gamma")
NORMS = {
    "rms_norm": Norm("rms_norm", ("gamma",), {"eps": EPS}),
    "seednorm": Norm("seednorm", SEEDNORM, {"eps": EPS}),
    # 8 of 1000 columns straddle threads, 5 of 520 columns straddle blocks.
    "seednorm 8 heads": Norm("seednorm", SEEDNORM, {"eps": EPS, "num_heads": 8}),
    "seednorm 40 heads": Norm("seednorm", SEEDNORM, {"eps": EPS, "num_heads": 40}),
    "layer_norm": Norm("layer_norm", ("gamma", "bias"), {"eps": EPS}),
    "softmax": Norm("softmax"),
    "scale_by_peak": Norm("scale_by_peak", ("gamma",)),
}


def fits(norm, columns):
    """Whether the heads divide the columns."""
    return columns % NORMS[norm].options.get("num_heads", 1) == 0


@functools.lru_cache(maxsize=4)
def compile_forward(norm, columns, dtype, target="emulated", **schedule):
    return seednorm.compile(make_graph(norm, columns, dtype), target, expect_programs=1,
                            schedule=schedule)


def make_graph(norm, columns, dtype):
    own = NORMS[norm]
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    parameters = [g.input((columns,), "f32", name=name) for name in own.parameters]
    if own.name == "scale_by_peak":
        y = scale_by_peak(seednorm.cast(x, "f32"), *parameters)
        g.output(seednorm.cast(y, dtype))
    else:
        g.output(getattr(seednorm, own.name)(x, *parameters, **own.options))
    return g


def make_arguments(norm, rng, rows, columns, dtype):
    """The rows, and the parameters."""
    own = NORMS[norm]
    alpha, beta, gamma = cases.make_parameters(
        rng, columns, own.options.get("num_heads", 1), "f32")
    known = {"alpha": alpha, "beta": beta, "gamma": gamma, "bias": alpha}
    return (align(cases.make_rows(rng, (rows, columns), dtype)),
            *(align(known[name]) for name in own.parameters))


def find_mismatch(norm, result, arguments, dtype):
    """What is wrong with the rows that a kernel gave, or None."""
    own = NORMS[norm]
    if own.name == "scale_by_peak":
        exact, bound = evaluate_peak(*arguments, dtype)
    else:
        exact, bound = reference.evaluate(own.name, *arguments, dtype=dtype, **own.options)
    return reference.find_mismatch(result, exact, bound, dtype)


def align(array):
    """A copy at an address as CUDA's allocations have it, at which sectors begin."""
    memory = np.empty(array.nbytes + 256, np.uint8)
    first = -memory.ctypes.data % 256
    copy = memory[first:first + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def bits(array):
    return np.asarray(array).view(f"u{array.itemsize}")


#===-----------------------------------------------------------------------===//
# Sums over rows
#===-----------------------------------------------------------------------===//


def backward_of_seednorm(columns, heads, dtype, schedule, target="emulated"):
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    parameters = [g.input((columns,), "f32", name=name) for name in SEEDNORM]
    g.output(seednorm.seednorm(x, *parameters, eps=1e-5, num_heads=heads,
                               seed_scale=0.5))
    return seednorm.compile(seednorm.grad(g), target, expect_programs=1,
                            schedule=schedule)


def find_wrong_gradients(found, arguments, heads, dtype):
    """What is wrong with dx, dalpha, dbeta and dgamma for (x, ..., dy), or None."""
    act, slope = test_gradients.ACTIVATIONS["tanh"]
    try:
        test_gradients.check_formula(
            "seednorm", tuple(found), [dtype, *["f32"] * 3], dtype, *arguments,
            eps=float(np.float32(1e-5)), heads=heads, scale=0.5, act=act, slope=slope)
    except AssertionError as error:
        return str(error)
    return None


def modulated(columns, access, leading):
    """y = x * scale, where some rows have a scale in common: gradients for dy = y of
    the scale, and of what all rows have."""
    row, vector = f"tensor<?x{columns}xf32>", f"vector<{columns}xf32>"
    scale, total = f"tensor<{leading}x{columns}xf32>", f"tensor<{columns}xf32>"
    return f"""
func.func @main(%x: {row}, %scale: {scale}) -> ({scale}, {total}) {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %scale, %c0 : {scale}
  %o0 = tensor.empty({"%n" if leading == "?" else ""}) : {scale}
  %o1 = tensor.empty() : {total}
  %r:2 = row.program ins(%x : {row} by row, %scale : {scale} {access})
      outs(%o0 : {scale} summed {access}, %o1 : {total} summed) {{
  ^bb0(%v: {vector}, %s: {vector}):
    %zero = arith.constant 0.0 : f32
    %all = vector.multi_reduction <add>, %v, %zero [0] : {vector} to f32
    %sums = vector.broadcast %all : f32 to {vector}
    %y = arith.mulf %v, %s : {vector}
    %z = arith.addf %y, %sums : {vector}
    row.yield %z, %y : {vector}, {vector}
  }}
  return %r#0, %r#1 : {scale}, {total}
}}"""


def find_wrong_sums(found, x, scale, numbers):
    """What is wrong with the sums of `modulated`, where row n has slice
    `numbers[n]` of `scale`, or None."""
    rows, columns = x.shape
    x, scale = x.astype(np.float64), scale.astype(np.float64)
    y = x * scale[numbers]
    z = y + x.sum(-1, keepdims=True)
    reach = np.abs(y) + np.abs(x).sum(-1, keepdims=True)
    # A sum of all columns, a product and two sums, then one over rows.
    u = (columns + 4 + rows) * 2.0**-24 * 1.01
    for number in range(len(scale)):
        own = numbers == number
        if not (np.abs(found[0][number] - z[own].sum(0)) <= u * reach[own].sum(0)).all():
            return f"the sum of slice {number} is off"
    if not (np.abs(found[1] - y.sum(0)) <= u * np.abs(y).sum(0)).all():
        return "the sum of all rows is off"
    return None


#===-----------------------------------------------------------------------===//
# Schedules
#===-----------------------------------------------------------------------===//


#: Of backward functions something else is chosen, which not all schemes go with.
PLAIN = {"prefetch": 0, "async": False, "bulk": False}


def lanes(threads, **fields):
    """A few lanes a row, two warps a block."""
    return {**PLAIN, "threads_per_row": threads, "rows_per_block": 64 // threads, **fields}


def block(threads, **fields):
    """A block a row."""
    return {**PLAIN, "threads_per_row": threads, "rows_per_block": 1, **fields}


def shared(threads, **fields):
    return block(threads, keep="shared", **{"parameters": "late", **fields})


def cluster(size, **fields):
    """64 threads of each block of a cluster."""
    return block(64 * size, cluster=size, **{"parameters": "late", **fields})


LANES = [
    lanes(4, parameters="staged"),
    lanes(8, parameters="late"),
    lanes(16, parameters="early"),
    lanes(32, parameters="staged"),
    lanes(32, parameters="early", dependent=True),
    lanes(32, parameters="late", blocks=2, prefetch=1),
    lanes(32, parameters="staged", blocks=2, prefetch=2, **{"async": True}),
    lanes(32, parameters="late", keep="shared"),
]

BLOCKS = [
    block(64, parameters="early"),
    block(96, parameters="late"),
    block(128, parameters="staged"),
    block(64, parameters="early", dependent=True),
    block(128, parameters="staged", dependent=True),
    block(64, parameters="early", blocks=3),
    block(64, parameters="early", blocks=3, prefetch=1),
    block(64, parameters="staged", blocks=2, prefetch=1),
    block(64, parameters="early", blocks=2, prefetch=1, **{"async": True}),
    block(64, parameters="early", blocks=2, prefetch=2, **{"async": True}),
    block(64, parameters="late", blocks=3, prefetch=3, **{"async": True}),
    shared(64),
    shared(64, parameters="staged"),
    shared(96, blocks=2),
    shared(64, blocks=2, prefetch=1),
    shared(64, blocks=3, prefetch=2, parameters="staged"),
    shared(64, blocks=3, dependent=True),
]

CLUSTERS = [
    cluster(2),
    cluster(4, parameters="early"),
    cluster(8, parameters="staged"),
    cluster(2, keep="shared"),
    cluster(4, keep="shared", parameters="staged"),
    cluster(2, blocks=2, prefetch=1, parameters="early"),
    cluster(2, blocks=2, prefetch=2, **{"async": True}),
    cluster(2, blocks=2, prefetch=1, keep="shared"),
    cluster(2, parameters="early", dependent=True),
]

#: One thread copies the rows of its block, of a multiple of 16 bytes.
BULK = [
    shared(64, bulk=True),
    shared(96, bulk=True, parameters="staged"),
    shared(64, blocks=2, bulk=True),
    shared(64, blocks=2, prefetch=1, bulk=True),
    shared(64, blocks=3, prefetch=2, bulk=True, parameters="staged"),
    shared(64, bulk=True, dependent=True),
    block(64, parameters="early", blocks=2, prefetch=2, bulk=True, **{"async": True}),
    block(32, parameters="late", blocks=2, prefetch=1, bulk=True, **{"async": True}),
    cluster(2, keep="shared", bulk=True),
    cluster(2, blocks=2, prefetch=1, keep="shared", bulk=True),
    cluster(2, blocks=2, prefetch=2, bulk=True, **{"async": True}),
]

#: Rows are read anew for each stage.
GLOBAL = [
    block(64, keep="global", parameters="late"),
    block(64, keep="global", parameters="staged", blocks=2),
    cluster(2, keep="global"),
]


def name_schedule(schedule):
    return ", ".join(name if value is True else f"{name} {value}"
                     for name, value in schedule.items())
