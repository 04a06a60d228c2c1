#===- conftest.py - What the Python tests share -----------------------------===//
#
# Random numbers that are the same on every run.
#
#===-----------------------------------------------------------------------===//

import os

import numpy
import pytest

# Every test compiles; test_disk.py sets a folder of its own.
os.environ["SEEDNORM_CACHE_DIR"] = ""


@pytest.fixture
def rng():
    """A generator seeded alike for every test."""
    return numpy.random.default_rng(20251022)
