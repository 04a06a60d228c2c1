#===- bounds.py - Formulas that also say how far a kernel may be off -------===//
#
# A `Bounded` array holds exact values and, beside each, the largest error that a
# kernel may have made up to here. Formulas written for NumPy compute with it as
# with any array, so that a formula's bound follows from the formula: each
# operation passes on the errors of its operands and adds its own rounding, as
# tolerances.py has it.
#
#===-----------------------------------------------------------------------===//
"""Running error analysis of NumPy formulas."""

import contextlib

import numpy as np

import tolerances as tol

#: Unit roundoff of the type that kernels compute in, by the type of rows, and a
#: type that is exact beside it.
COMPUTE = {"f64": (2.0**-53, np.longdouble)}
NARROW = (tol.U, np.float64)

#: Roundings of a root: two, since with the quotient 1/sqrt may be NVIDIA's
#: rsqrt.approx, within 2^-22.9 (2.2 u).
SQRT = 2

#: expand-math promises 2 ulp for exp and log and 5 ulp for tanh; an ulp is at
#: most 2 u. PTX promises 2^-11 for tanh.approx.f32.
EXP, LOG, TANH = 4, 4, 10
TANH_APPROXIMATE = 2**-11 / tol.U


@contextlib.contextmanager
def approximate_tanh():
    """Bounds on what is compiled with approximate="tanh"."""
    global TANH
    before, TANH = TANH, TANH_APPROXIMATE
    try:
        yield
    finally:
        TANH = before


class Bounded(np.lib.mixins.NDArrayOperatorsMixin):
    """Exact values with bounds on the errors of a kernel's."""

    def __init__(self, value, error, u):
        self.value, self.error, self.u = value, error, u

    @property
    def shape(self):
        return self.value.shape

    def __getitem__(self, index):
        return Bounded(self.value[index], self.error[index], self.u)

    def reshape(self, *shape):
        return Bounded(self.value.reshape(*shape), self.error.reshape(*shape), self.u)

    def sum(self, axis):
        return _sum(self, axis, False)

    def astype(self, dtype):
        """Rounded to `dtype`. Rounding is monotonic: what a kernel rounds is
        within the error of the exact value, and so between what its ends round
        to."""
        value, low, high = (
            np.asarray(x).astype(dtype).astype(self.value.dtype)
            for x in (self.value, self.value - self.error, self.value + self.error))
        error = np.maximum(high - value, value - low)
        # Infinities of one sign differ by nothing.
        return Bounded(value, np.where((low == high) | np.isnan(value), 0, error),
                       self.u)

    def __array_ufunc__(self, ufunc, method, *operands):
        values = [o.value if isinstance(o, Bounded) else self.value.dtype.type(o)
                  for o in operands]
        errors = [o.error if isinstance(o, Bounded) else 0 for o in operands]
        result = ufunc(*values)
        own, passed = UFUNCS[ufunc](result, values, errors)
        tiny = tol.UNDERFLOW["f32" if self.u == tol.U else "f64"] if own else 0
        error = passed * tol.SECOND_ORDER + own * self.u * np.abs(result) + tiny
        # Nothing is known of 0 times an unbounded error.
        error = np.where(np.isnan(error), np.inf, error)
        return _overflow(result, error, np.abs(result), self.u)

    def __array_function__(self, function, types, arguments, options):
        return FUNCTIONS[function](*arguments, **options)


def _overflow(value, error, reach, u):
    """What is beyond the range of the type that a kernel computes in is infinite
    there, or may be, where `reach` is the largest that it passes through."""
    if u != tol.U:
        return Bounded(value, np.where(np.isinf(value), 0, error), u)
    limit = tol.OVERFLOW["f32"]
    surely = np.isinf(value) | (np.abs(value) - error >= limit)
    error = np.where(reach + error >= limit, np.inf, error)
    return Bounded(np.where(surely, np.copysign(np.inf, value), value),
                   np.where(surely, 0, error), u)


def _multiply(y, v, e):
    return 1, np.abs(v[0]) * e[1] + np.abs(v[1]) * e[0] + e[0] * e[1]


def _divide(y, v, e):
    room = np.abs(v[1]) - e[1]
    return 1, np.where(room > 0, (e[0] + np.abs(y) * e[1]) / room, np.inf)


def _maximum(y, v, e):
    sure_0, sure_1 = v[0] - e[0] > v[1] + e[1], v[1] - e[1] > v[0] + e[0]
    return 0, np.where(sure_0, e[0], np.where(sure_1, e[1], np.maximum(*e)))


def _tanh(y, v, e):
    nearest = np.maximum(np.abs(v[0]) - e[0], 0)
    return TANH, e[0] * (1 - np.tanh(nearest)**2)


#: From a function to the roundings it adds, and the error it passes on.
UFUNCS = {
    np.add: lambda y, v, e: (1, e[0] + e[1]),
    np.subtract: lambda y, v, e: (1, e[0] + e[1]),
    np.multiply: _multiply,
    np.divide: _divide,
    np.maximum: _maximum,
    np.negative: lambda y, v, e: (0, e[0]),
    np.absolute: lambda y, v, e: (0, e[0]),
    np.sqrt: lambda y, v, e: (
        SQRT, y - np.sqrt(np.maximum(v[0] - e[0], 0)) + 0 * y),
    np.exp: lambda y, v, e: (EXP, np.exp(v[0] + e[0]) - y),
    np.log: lambda y, v, e: (LOG, np.log(v[0]) - np.log(v[0] - e[0])),
    np.tanh: _tanh,
}


def _sum(x, axis=-1, keepdims=False):
    if axis == 0 and not keepdims:  # Over rows.
        x, axis = Bounded(np.moveaxis(x.value, 0, -1), np.moveaxis(x.error, 0, -1),
                          x.u), -1
    assert axis == -1
    own = tol.sum_error(x.value, x.u)
    value, error = x.value.sum(-1), x.error.sum(-1) + own
    reach = np.abs(x.value).sum(-1)
    if keepdims:
        value, error, reach = value[..., None], error[..., None], reach[..., None]
    return _overflow(value, error, reach, x.u)


def _mean(x, axis=-1, keepdims=False):
    # The product with 1/D, itself rounded: one rounding more than a quotient.
    return _sum(x, axis, keepdims) / x.shape[-1] * 1


def _max(x, axis=-1, keepdims=False):
    assert axis == -1 and keepdims
    return Bounded(x.value.max(-1, keepdims=True), x.error.max(-1, keepdims=True),
                   x.u)


def _repeat(x, count, axis):
    return Bounded(np.repeat(x.value, count, axis), np.repeat(x.error, count, axis),
                   x.u)


def _clip(x, low, high):
    return Bounded(np.clip(x.value, low, high), x.error, x.u)


def _concatenate(parts, axis):
    return Bounded(np.concatenate([x.value for x in parts], axis),
                   np.concatenate([x.error for x in parts], axis), parts[0].u)


FUNCTIONS = {np.concatenate: _concatenate, np.sum: _sum, np.mean: _mean, np.max: _max, np.repeat: _repeat,
             np.clip: _clip}


class BoundedNumPy:
    """NumPy, as a formula sees it, for rows of one type."""

    def __init__(self, dtype):
        self._u, self._exact = COMPUTE.get(dtype, NARROW)

    def __getattr__(self, name):
        return getattr(np, name)

    def asarray(self, value, dtype):
        if isinstance(value, Bounded):
            return value
        exact = np.asarray(value).astype(self._exact)
        return Bounded(exact, np.zeros_like(exact), self._u)

    def sqrt(self, x):
        if isinstance(x, Bounded):
            return np.sqrt(x)
        # Of an attribute: a constant of the kernel, rounded once.
        exact = np.sqrt(self._exact(x))
        return Bounded(exact, self._u * exact, self._u)


def round_result(y, dtype):
    """The values of a result, and its bounds with the rounding to `dtype`."""
    error = y.error * tol.SECOND_ORDER
    # The last operation has counted its rounding already.
    if tol.UNIT_ROUNDOFF[dtype] > y.u:
        error = error + tol.UNIT_ROUNDOFF[dtype] * (np.abs(y.value) + error)
    return y.value, error + tol.UNDERFLOW[dtype]
