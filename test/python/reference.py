#===- reference.py - The formulas in float64, with error bounds ------------===//
#
# Written from docs/Spec.md, not from the compiler. Beside each result stands the
# largest error that a kernel computing in f32, in any order, may make;
# tolerances.py says where the numbers come from.
#
#===-----------------------------------------------------------------------===//
"""Reference results of the norms."""

import numpy as np

import tolerances as tol

ACTIVATIONS = {
    "tanh": np.tanh,
    "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
    "hardtanh": lambda s: np.clip(s, -1, 1),
    "softsign": lambda s: s / (1 + np.abs(s)),
}


def _to_f64(*arrays):
    return [np.asarray(array).astype(np.float64) for array in arrays]


def _to_f32(number):
    """An attribute as a kernel uses it."""
    return float(np.float32(number))


def _round_error(y, error, dtype):
    """Adds the rounding to the type of the result."""
    if dtype == "f32":
        return error * tol.SECOND_ORDER + tol.UNDERFLOW[dtype]
    error = error * tol.SECOND_ORDER
    return (error + tol.UNIT_ROUNDOFF[dtype] * (np.abs(y) + error) +
            tol.UNDERFLOW[dtype])


def _reciprocal_rms(x, eps):
    """r, and its relative error."""
    mean = np.mean(x * x, axis=-1, keepdims=True)
    sum_error = tol.sum_error(x * x)[..., None] / x.shape[-1]
    # The constant 1/D, the product with it, and the sum with eps: 3 u.
    error = sum_error / (mean + eps) + 3 * tol.U
    # The root halves a relative error.
    return 1 / np.sqrt(mean + eps), error / 2 + tol.RSQRT


def _scale(gamma, gamma_offset):
    """gamma + gamma_offset, and its error."""
    scale = gamma + _to_f32(gamma_offset)
    return scale, tol.U * np.abs(scale) * (gamma_offset != 0)


def rms_norm(input, gamma, eps=1e-6, gamma_offset=0.0, dtype="f32"):
    """The exact result, and the bound on a kernel's error, element by element.

    Args:
        dtype: of the result, "f32", "f16" or "bf16".
    """
    x, gamma = _to_f64(input, gamma)
    r, r_error = _reciprocal_rms(x, _to_f32(eps))
    scale, scale_error = _scale(gamma, gamma_offset)
    y = scale * x * r
    # x * r and the product with the scale: 2 u.
    error = np.abs(y) * (r_error + 2 * tol.U) + scale_error * np.abs(x * r)
    return y, _round_error(y, error, dtype)


def seednorm(input, alpha, beta, gamma, eps=1e-6, num_heads=1,
             activation="tanh", seed_scale=1.0, gamma_offset=0.0, dtype="f32"):
    """As rms_norm, for SeeDNorm."""
    x, alpha, beta, gamma = _to_f64(input, alpha, beta, gamma)
    r, r_error = _reciprocal_rms(x, _to_f32(eps))

    columns = x.shape[-1] // num_heads
    products = (x * beta).reshape(*x.shape[:-1], num_heads, columns)
    factor = _to_f32(seed_scale)
    s = factor * products.sum(-1)
    s_error = abs(factor) * tol.sum_error(products) + tol.U * np.abs(s)
    t = ACTIVATIONS[activation](s)
    t_error = (tol.SLOPE[activation] * s_error +
               tol.ACTIVATION[activation] * np.abs(t) + tol.UNDERFLOW["f32"])
    t, t_error = (np.repeat(value, columns, axis=-1) for value in (t, t_error))

    scale, scale_error = _scale(gamma, gamma_offset)
    g = t * alpha + scale
    # The product with alpha, and the sum.
    g_error = (t_error * np.abs(alpha) + tol.U * np.abs(t * alpha) +
               scale_error + tol.U * np.abs(g))
    y = g * x * r
    error = np.abs(y) * (r_error + 2 * tol.U) + g_error * np.abs(x * r)
    return y, _round_error(y, error, dtype)


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
