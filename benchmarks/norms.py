#===- norms.py - The norms that are measured, and their exact results ------===//
#
# What a norm's arguments are, and what its results are in float64, with the
# largest error that a kernel may make: the formulas of docs/Spec.md and
# docs/Gradients.md, with the bounds and tolerances of the tests. Needs NumPy only:
# a package takes this file and those along.
#
#===-----------------------------------------------------------------------===//
"""Arguments and exact results of norms, forward and backward."""

import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
#: What exact results follow from: in the repository, or beside this file in a
#: package.
SOURCES = (HERE / "reference" if (HERE / "reference").exists() else HERE.parent)
#: Files that a package takes along, by their places in the repository.
REFERENCE_FILES = ("test/python/bounds.py", "test/python/tolerances.py",
                   "test/python/specification.py", "docs/Spec.md", "docs/Gradients.md")
sys.path.insert(0, str(SOURCES / "test" / "python"))

import bounds  # noqa: E402
import specification  # noqa: E402

#: Parameters of each norm, all of f32 and of a row's columns, and its options.
PARAMETERS = {"seednorm": ("alpha", "beta", "gamma"), "rms_norm": ("gamma",),
              "layer_norm": ("gamma", "beta")}
TITLES = {"seednorm": "SeeDNorm", "rms_norm": "RMSNorm", "layer_norm": "LayerNorm"}
EPS = float(np.float32(1e-6))

#: dx, dgamma, dbeta of a row's deviations; Ba et al., Layer Normalization, 2016.
LAYER_NORM_GRADIENTS = """
def layer_norm_gradients(x, gamma, beta, dy, eps):
    x, gamma, dy = (np.asarray(v, dtype=np.float64) for v in (x, gamma, dy))
    c = x - np.mean(x, axis=-1, keepdims=True)
    r = 1 / np.sqrt(np.mean(c * c, axis=-1, keepdims=True) + eps)
    h, g = c * r, dy * gamma
    dx = r * (g - np.mean(g, axis=-1, keepdims=True)
              - h * np.mean(g * h, axis=-1, keepdims=True))
    return dx, (dy * h).sum(axis=0), (dy * 1).sum(axis=0)
"""


def make_arguments(rng, norm, columns, rows, backward):
    """Arguments by name, in f32: rows, parameters, and backward the gradient of
    the result. What goes into bf16 is rounded to it by the caller."""
    scales = np.take((1.0, 1e-3, 8.0, 0.1), np.arange(rows) % 4)[:, None]
    arguments = {"x": rng.standard_normal((rows, columns), dtype=np.float32)
                 * scales.astype(np.float32)}
    for name in PARAMETERS[norm]:
        values = rng.standard_normal(columns, dtype=np.float32)
        # A dot product of a row of scale 1 with SeeDNorm's beta is about 1.5.
        mean, scale = {"alpha": (0.5, 0.5), "gamma": (1.0, 0.3),
                       "beta": (0.0, 1.5 / np.sqrt(columns))}[name]
        arguments[name] = (mean + scale * values).astype(np.float32)
    if backward:
        arguments["dy"] = rng.standard_normal((rows, columns), dtype=np.float32)
    return arguments


def round_to_bf16(values):
    """The nearest numbers of bf16, ties to even, as f32."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return bits.view(np.float32)


def get_exact(norm, backward, dtype, arguments):
    """Of each result its type, the values in float64, and the largest errors."""
    with np.errstate(all="ignore"):
        results = (_get_gradients if backward else _get_forward)(
            norm, dtype, *arguments.values())
    types = [dtype] + ["f32"] * (len(results) - 1)
    return [(own, *bounds.round_result(result, own))
            for own, result in zip(types, results)]


def _get_forward(norm, dtype, *arguments):
    return (specification.load(norm, dtype)(*arguments, eps=EPS),)


def _get_gradients(norm, dtype, *arguments):
    text = (LAYER_NORM_GRADIENTS if norm == "layer_norm"
            else specification.read_page("Gradients.md", -1))
    formula = specification.execute(
        bounds.BoundedNumPy(dtype), {norm: text})[f"{norm}_gradients"]
    options = {}
    if norm == "seednorm":
        options = {"heads": 1, "scale": 1.0, "act": np.tanh,
                   "slope": lambda s, t: 1 - t * t}
    results = formula(*arguments, eps=EPS, **options)
    # In the order of the arguments they are of.
    return results


def find_error(result, exact, bound):
    """The largest part of its bound that an element of a result uses up; infinite
    where it is no number, or has not the shape."""
    result = np.asarray(result, np.float64)
    if result.shape != exact.shape:
        return np.inf
    with np.errstate(all="ignore"):
        part = np.abs(result - exact) / bound
    return float(np.where(np.isnan(part), np.inf, part).max(initial=0))
