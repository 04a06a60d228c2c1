#===- tolerances.py - How far a kernel may be from the formula -------------===//
#
# The one table of numbers that decide whether a result is right. Each is
# derived from the types, from the number of terms of a sum, or from a promise in
# the documentation of a pass; none is tuned. bounds.py puts them together.
#
# Notation: u is the unit roundoff of f32, in which everything is computed. An
# operation returns the exact result times (1 + d) with |d| <= u.
#
#===-----------------------------------------------------------------------===//
"""Tolerances of the numerics tests."""

import math

import numpy as np

#: Unit roundoff: half the distance from 1 to the next number.
UNIT_ROUNDOFF = {"f64": 2.0**-53, "f32": 2.0**-24, "f16": 2.0**-11,
                 "bf16": 2.0**-8}

#: Half the distance between subnormals. A device may flush f32 subnormals, so
#: f32 is given its smallest normal number.
UNDERFLOW = {"f64": 2.0**-1074, "f32": 2.0**-126, "f16": 2.0**-25,
             "bf16": 2.0**-134 + 2.0**-126}

#: Halfway between the largest number and what would follow: from here on,
#: results become infinite.
OVERFLOW = {"f64": math.inf, "f32": 2.0**128 - 2.0**103, "f16": 65520.0,
            "bf16": 2.0**128 - 2.0**119}

U = UNIT_ROUNDOFF["f32"]

#: Rounding errors are taken for independent with mean zero; a sum of them then
#: exceeds this many standard deviations with probability 2 exp(-18) = 3e-8
#: (Higham and Mary, A New Approach to Probabilistic Rounding Error Analysis,
#: SIAM J. Sci. Comput. 41, 2019).
DEVIATIONS = 6

#: Second-order terms: products of two of the errors below, each under 1e-3.
SECOND_ORDER = 1.01


def sum_error(terms, u=U):
    """Bound on the error of the sum over the last axis of products.

    Args:
        u: unit roundoff of the type it is computed in.

    The order of a sum is not specified, so the bound holds for any. n terms
    need n - 1 additions after n products; a term passes through at most n
    roundings.

    For certain, the error is at most n u sum|p|.

    Where terms are independent with mean zero, as random data are, a partial
    sum of k of them has the variance of its terms, sum p^2. A rounding adds u
    times the partial sum, and each term is in at most n partial sums, so the
    errors have variance n u^2 sum p^2; if the terms have a mean, partial sums
    also follow the whole sum, which adds n u^2 S^2.
    """
    n = terms.shape[-1]
    certain = n * u * np.abs(terms).sum(-1)
    likely = DEVIATIONS * math.sqrt(n) * u * (
        np.sqrt((terms * terms).sum(-1)) + np.abs(terms.sum(-1)))
    return np.minimum(certain, likely)
