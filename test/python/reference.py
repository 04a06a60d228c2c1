#===- reference.py - The specification's results, with error bounds --------===//
#
# Beside each exact result of a formula of docs/Spec.md stands the largest error
# that a kernel, summing in any order, may make; bounds.py says how it follows
# from the formula.
#
#===-----------------------------------------------------------------------===//
"""Reference results of the norms."""

import numpy as np

import bounds
import specification
import tolerances as tol

ACTIVATIONS = ("tanh", "sigmoid", "hardtanh", "softsign")

#: Attributes that are rounded to the type computed in where they are used.
ROUNDED = ("eps", "gamma_offset", "kappa", "seed_scale")


def round_options(options, dtype):
    """Attributes as a kernel on rows of `dtype` uses them."""
    if dtype == "f64":
        return options
    return {name: float(np.float32(value)) if name in ROUNDED else value
            for name, value in options.items()}


def evaluate_all(name, input, *parameters, dtype="f32", results=None, **options):
    """Of each result the exact values, and the bounds on a kernel's errors.

    Args:
        name: of the operation.
        parameters: after `input`, in the order of the formula; those in `options`
            by name.
        dtype: of the rows.
        results: types of the results; `dtype` for each if left out.
    """
    with np.errstate(all="ignore"):
        found = specification.load(name, dtype)(
            input, *parameters, **round_options(options, dtype))
        found = found if isinstance(found, tuple) else (found,)
        return [bounds.round_result(y, result)
                for y, result in zip(found, results or [dtype] * len(found))]


def evaluate(name, input, *parameters, dtype="f32", **options):
    """As `evaluate_all`, of an operation with one result like its input."""
    result, = evaluate_all(name, input, *parameters, dtype=dtype, **options)
    return result


def find_mismatch(actual, expected, bound, dtype):
    """What is wrong with a result, or None.

    Where the exact result is beyond the range of `dtype`, it is infinite.
    """
    actual = np.asarray(actual).astype(expected.dtype)
    if actual.shape != expected.shape:
        return f"shape {actual.shape} instead of {expected.shape}"
    magnitude = np.abs(expected)
    with np.errstate(invalid="ignore"):
        close = np.abs(actual - expected) <= bound
        may_overflow = magnitude + bound >= tol.OVERFLOW[dtype]
        must_overflow = magnitude - bound >= tol.OVERFLOW[dtype]
    infinite = actual == np.copysign(np.inf, expected)
    fits = np.where(np.isnan(expected), np.isnan(actual),
                    (infinite & may_overflow) | (close & ~must_overflow))
    if fits.all():
        return None
    place = tuple(int(i) for i in np.argwhere(~fits)[0])
    return (f"{(~fits).sum()} of {fits.size} elements are off; at {place} expected "
            f"{expected[place]!r} within {bound[place]:.3g}, but got "
            f"{actual[place]!r}")
