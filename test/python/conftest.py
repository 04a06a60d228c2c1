#===- conftest.py - What the Python tests share -----------------------------===//
#
# Random numbers that are the same on every run.
#
#===-----------------------------------------------------------------------===//

import numpy
import pytest


@pytest.fixture
def rng():
    """A generator seeded alike for every test."""
    return numpy.random.default_rng(20251022)
