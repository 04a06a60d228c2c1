#===- gradients.py - What gradients are compared with -----------------------===//
#
# Central differences of a kernel in f64, element by element.
#
#===-----------------------------------------------------------------------===//
"""Numerical gradients."""

import numpy as np

#: Of a gradient's largest component. Differences with a step of 1e-5 are good to
#: about 1e-10 of it.
TOLERANCE = 1e-6
STEP = 1e-5


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def differentiate(function, arguments, number, weights):
    """The gradient of the sum of all results of `function`, each times its
    weights, with respect to argument `number`."""
    def evaluate(argument):
        changed = list(arguments)
        changed[number] = argument
        return sum((weight * result).sum() for weight, result in zip(
            weights, as_tuple(function(*changed))))

    argument = arguments[number]
    gradient = np.zeros_like(argument)
    for index in np.ndindex(argument.shape):
        step = STEP * max(1.0, abs(argument[index]))
        above, below = argument.copy(), argument.copy()
        above[index] += step
        below[index] -= step
        gradient[index] = ((evaluate(above) - evaluate(below))
                           / (above[index] - below[index]))
    return gradient


def get_error(found, expected):
    """The largest difference, as a part of the largest component."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert found.shape == expected.shape
    assert np.isfinite(found).all()
    return np.abs(found - expected).max(initial=0) / max(
        np.abs(expected).max(initial=0), 1e-30)
