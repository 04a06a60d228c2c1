#===- spec_cases.py - What the tests of docs/Spec.md run --------------------===//
#
# Every operation with operands of every kind and options other than the
# defaults, rows that are hard to get right, and a kernel's results beside those
# of the formula.
#
#===-----------------------------------------------------------------------===//
"""Operations, data and runs of test_spec.py."""

import functools
import itertools
import math
import typing

import numpy as np

import cases
import reference
import seednorm
import tolerances

TARGETS = ("cpu", "emulated")
#: The GPU refuses sums of f64.
TARGETS_AND_TYPES = [(target, dtype) for target in TARGETS
                     for dtype in ("f32", "f16", "bf16", "f64")
                     if (target, dtype) != ("emulated", "f64")]
COLUMNS = (1, 7, 64, 127, 128, 1000, 4096, 8192)


class Operation(typing.NamedTuple):
    """An operation as a test runs it.

    Attributes:
        operands: beside the rows, by kind: one number a column ("D"), a column of
            each head of the input ("HD"), a column of each sample ("S"), a head
            of a row ("heads"), a channel ("C"), in all ("1"); "rows"; or what
            random numbers follow from ("seed").
        options: in part other than the defaults.
        tied: groups of operands that have one type.
    """

    name: str
    operands: dict = {}
    options: dict = {}
    tied: tuple = ()


SEEDNORM = {"alpha": "D", "beta": "D", "gamma": "D"}
SAMPLE = {"scale": "S", "shift": "S"}
CHANNELS = {"gamma": "C", "bias": "C"}

#: Each operation at least once, under its name.
OPERATIONS = {
    "seednorm": Operation(
        "seednorm", SEEDNORM,
        {"eps": 1e-5, "activation": "sigmoid", "seed_scale": 0.5}, (tuple(SEEDNORM),)),
    "seednorm dropout": Operation(
        "seednorm", {**SEEDNORM, "seed": "seed", "offset": "seed"}, {"dropout": 0.3},
        (tuple(SEEDNORM),)),
    "rms_norm": Operation(
        "rms_norm", {"gamma": "D", "bias": "D"}, {"eps": 1e-5, "partial": 0.3}),
    "rms_norm llama": Operation(
        "rms_norm", {"gamma": "HD"}, {"casting_mode": "llama", "depth": 3}),
    "crms_norm": Operation("crms_norm", {"gamma": "D"}, {"eps": 1e-5, "gamma_offset": 1.0}),
    "layer_norm": Operation(
        "layer_norm", {"gamma": "D", "bias": "D"}, {"eps": 1e-3, "depth": 7}),
    "dyt": Operation("dyt", {"alpha": "1", "gamma": "D", "bias": "D"}),
    "bhyt": Operation("bhyt", {"slope": "1", "gamma": "D"}, {"eps": 1e-5, "kappa": 3.3}),
    "ada_seednorm": Operation(
        "ada_seednorm", {"alpha": "D", "beta": "D", **SAMPLE}, {"seed_scale": 0.5},
        (("alpha", "beta"), tuple(SAMPLE))),
    "modulate": Operation(
        "modulate", SAMPLE, {"statistics": "layer_norm", "eps": 1e-5},
        (tuple(SAMPLE),)),
    "modulate residual": Operation(
        "modulate", {**SAMPLE, "residual": "rows", "gate": "S"},
        {"statistics": "rms_norm"}, (tuple(SAMPLE),)),
    "scale_norm": Operation("scale_norm", {"scale": "1"}, {"eps": 0.5}),
    "l2_norm": Operation("l2_norm", {}, {"eps": 0.5}),
    "l1_norm": Operation("l1_norm", {}, {"eps": 0.5}),
    "softmax": Operation("softmax"),
    "log_softmax": Operation("log_softmax"),
    "group_norm": Operation("group_norm", CHANNELS, {"num_groups": 2, "eps": 1e-3}),
    "instance_norm": Operation("instance_norm", CHANNELS, {"eps": 1e-3}),
    "head_scale": Operation("head_scale", {"scale": "heads"}),
}
#: Whose rows are not the innermost dimension.
GROUPED = ("group_norm", "instance_norm")
OPTIONAL = ("bias", "residual", "gate")


def get_plain(label):
    """An operation with what it needs and no more."""
    operation = OPERATIONS[label]
    required = {name: kind for name, kind in operation.operands.items()
                if name not in OPTIONAL and kind != "C"}
    options = {name: value for name, value in operation.options.items()
               if name in ("num_groups", "dropout")}
    return operation._replace(operands=required, options=options)


def _split(columns):
    """The largest number of equal parts, up to 8."""
    return max(parts for parts in range(1, 9) if columns % parts == 0)


def arrange(operation, rows):
    """Rows (2 N, D) as N samples of 2 rows each."""
    count, columns = rows.shape
    parts = _split(columns)
    inner = {"group_norm": (2 * parts, columns // parts),
             "instance_norm": (2, parts, columns // parts)}
    return rows.reshape(count // 2, *inner.get(operation.name, (2, columns)))


def _get_shape(kind, shape):
    """The shape of an operand beside an input."""
    if kind == "rows":
        return shape
    if kind == "S" and len(shape) > 1:
        dynamic = [i + 1 for i, size in enumerate(shape) if size is None]
        return (*shape[:max([1, *dynamic])], shape[-1])
    if kind == "HD" and len(shape) > 1 and shape[-2] is not None:
        return shape[-2:]
    return {"1": (1,), "seed": (1,), "heads": (_split(shape[-1]),),
            "C": (shape[1] if len(shape) > 1 else 1,)}.get(kind, shape[-1:])


@functools.lru_cache(maxsize=8)
def build(name, target, shape, dtype, operands, options, approximate=()):
    """A kernel; `operands` are names with shapes and types."""
    g = seednorm.Graph()
    x = g.input(shape, dtype, name="x")
    values = {key: g.input(own, own_type, name=f"{key}_in")
              for key, own, own_type in operands}
    results = getattr(seednorm, name)(x, **values, **dict(options))
    g.output(*(results if isinstance(results, tuple) else (results,)))
    return seednorm.compile(g, target=target, approximate=approximate)


def make_operands(rng, operands, sizes):
    """Values of operands whose dynamic dimensions are those of the input."""
    values = {}
    for name, shape, dtype in operands:
        shape = tuple(sizes[i] if size is None else size
                      for i, size in enumerate(shape))
        values[name] = (
            rng.integers(-2**63, 2**63, shape) if dtype == "i64" else
            (0.7 + 0.4 * rng.standard_normal(shape)).astype(cases.NUMPY_TYPES[dtype]))
    return values


def describe_operands(operation, shape, types):
    """Names, shapes and types beside an input of `shape`: `types` in turn, tied
    ones alike."""
    turns, chosen = itertools.cycle(types), {}
    for name, kind in operation.operands.items():
        if kind == "seed":
            yield name, (1,), "i64"
            continue
        group = next((group for group in operation.tied if name in group), (name,))
        if group not in chosen:
            chosen[group] = next(turns)
        yield name, _get_shape(operation.operands[name], shape), chosen[group]


def run(rng, operation, target, dtype, x, shape=None, types=None, result=None,
        approximate=()):
    """Of each result what a kernel gives, what is exact, and the bounds.

    Args:
        x: the input, of type `dtype`.
        shape: of the input in the graph; the first dimension is dynamic if left
            out.
        types: of the operands, in turn; the widest if left out.
        result: type of the first result; `dtype` if left out.
        approximate: functions, as `compile` takes them; the bounds are the caller's.
    """
    shape = shape or (None, *x.shape[1:])
    types = types or ("f64" if dtype == "f64" else "f32",)
    operands = tuple(describe_operands(operation, shape, types))
    options = {**operation.options, **({"dtype": result} if result else {})}
    kernel = build(operation.name, target, shape, dtype, operands,
                   tuple(options.items()), approximate)
    assert kernel.num_kernels == 1
    values = make_operands(rng, operands, x.shape)
    found = kernel(x, *values.values())
    found = found if isinstance(found, tuple) else (found,)
    # A sum is of the type of what is added to.
    residual = [own for name, _, own in operands if name == "residual"]
    results = [result or dtype, *residual]
    assert [y.dtype for y in found] == [cases.NUMPY_TYPES[own] for own in results]
    exact = reference.evaluate_all(operation.name, x, dtype=dtype, results=results,
                                   **values, **operation.options)
    return [(y, *pair, own) for y, pair, own in zip(found, exact, results)]


def check(*arguments, **options):
    """Runs an operation and compares every result."""
    for number, (y, expected, bound, dtype) in enumerate(run(*arguments, **options)):
        mismatch = reference.find_mismatch(y, expected, bound, dtype)
        assert not mismatch, f"result {number}: {mismatch}"


def _get_largest(columns, dtype):
    """The largest number of which a row of squares has a sum within f32."""
    if dtype in ("f16", "f64"):
        return {"f16": 65504.0, "f64": 1e150}[dtype]
    # A sum in any order, of squares that are rounded.
    limit = tolerances.OVERFLOW["f32"] / columns / (1 + 2 * columns * tolerances.U)
    number = cases.NUMPY_TYPES[dtype](math.sqrt(limit))
    if float(number)**2 > limit:
        number = np.nextafter(number, number.dtype.type(0))
    return float(number)


def make_hard_rows(rng, columns, dtype):
    """Zeros; one huge element; a mean far above the deviation; alternating
    signs; tiny numbers; denormals; the largest numbers whose squares have a sum,
    alike and with alternating signs; and ordinary rows."""
    huge = {"f16": 6e4, "bf16": 1e15, "f32": 1e15, "f64": 1e100}[dtype]
    tiny = {"f16": 1e-6, "bf16": 1e-25, "f32": 1e-25, "f64": 1e-160}[dtype]
    denormal = {"f16": 1e-6, "bf16": 1e-39, "f32": 1e-40, "f64": 1e-310}[dtype]
    signs = np.where(np.arange(columns) % 2, -1.0, 1.0)
    rows = rng.standard_normal((10, columns))
    rows[0] = 0
    rows[1, columns // 2] = huge
    rows[2] += 300
    rows[3] = signs
    rows[4] *= tiny
    rows[5] *= 10
    rows[7] *= denormal
    rows[8] = _get_largest(columns, dtype)
    rows[9] = rows[8] * signs
    return rows.astype(cases.NUMPY_TYPES[dtype])
