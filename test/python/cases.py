#===- cases.py - Graphs and data that several tests use --------------------===//
#
# Data are random but alike in every run. Rows differ in scale, so that eps, the
# slope of the activation and its saturation all matter in some row.
#
#===-----------------------------------------------------------------------===//
"""Graphs and data of the tests."""

import functools
import re

import ml_dtypes
import numpy as np
import pytest

import reference
import seednorm

NUMPY_TYPES = {"f64": np.float64, "f32": np.float32, "f16": np.float16,
               "bf16": ml_dtypes.bfloat16}

#: All types of arrays.
ARRAY_TYPES = {**NUMPY_TYPES, "f8E4M3FN": ml_dtypes.float8_e4m3fn,
               "f8E5M2": ml_dtypes.float8_e5m2, "i8": np.int8, "i32": np.int32,
               "i64": np.int64}

#: With 1, eps is lost beside the mean of squares; with 1e-3, it is half of it.
ROW_SCALES = (1.0, 1e-3, 8.0, 0.1, 3e-3)


def make_rows(rng, shape, dtype):
    """Rows of the scales above, in turn."""
    rows = rng.standard_normal((*shape[:-1], shape[-1]))
    numbers = np.arange(np.prod(shape[:-1], dtype=int)).reshape(shape[:-1])
    scales = np.take(ROW_SCALES, numbers % len(ROW_SCALES))
    return (rows * scales[..., None]).astype(NUMPY_TYPES[dtype])


def make_parameters(rng, columns, heads, dtype):
    """alpha, beta and gamma; a dot product of a row of scale 1 is about 1.5."""
    beta_scale = 1.5 / np.sqrt(columns / heads)
    return [(mean + scale * rng.standard_normal(columns)).astype(NUMPY_TYPES[dtype])
            for mean, scale in ((0.5, 0.5), (0.0, beta_scale), (1.0, 0.3))]


@functools.lru_cache(maxsize=8)
def compile_seednorm(target, shape, dtype, parameter_dtype, **options):
    """A kernel for SeeDNorm on rows of `shape`, None where dynamic."""
    g = seednorm.Graph()
    x = g.input(shape, dtype, name="x")
    parameters = [g.input(shape[-1:], parameter_dtype, name=name)
                  for name in ("alpha", "beta", "gamma")]
    g.output(seednorm.seednorm(x, *parameters, **options))
    return seednorm.compile(g, target=target)


@functools.lru_cache(maxsize=8)
def compile_rms_norm(target, shape, dtype, parameter_dtype, **options):
    """A kernel for RMSNorm on rows of `shape`, None where dynamic."""
    g = seednorm.Graph()
    x = g.input(shape, dtype, name="x")
    gamma = g.input(shape[-1:], parameter_dtype, name="gamma")
    g.output(seednorm.rms_norm(x, gamma, **options))
    return seednorm.compile(g, target=target)


def compile_function(function, *inputs, target="cpu", programs=None):
    """A kernel for what `function` makes of inputs, each a shape and a type."""
    g = seednorm.Graph()
    results = function(*(g.input(shape, dtype) for shape, dtype in inputs))
    g.output(*(results if isinstance(results, tuple) else (results,)))
    return seednorm.compile(g, target=target, expect_programs=programs)


def run_function(function, *arrays, target="cpu", programs=None):
    """What `function` gives for arrays, of which only the last size is static."""
    names = {np.dtype(kind): name for name, kind in ARRAY_TYPES.items()}
    inputs = [((*(None,) * (array.ndim - 1), *array.shape[-1:]), names[array.dtype])
              for array in arrays]
    return compile_function(function, *inputs, target=target,
                            programs=programs)(*arrays)


def check_seednorm(target, x, parameters, shape, dtype, parameter_dtype,
                   **options):
    """Runs SeeDNorm and compares it with the reference."""
    kernel = compile_seednorm(target, shape, dtype, parameter_dtype, **options)
    assert kernel.num_kernels == 1
    y = kernel(x, *parameters)
    assert y.dtype == x.dtype
    expected, bound = reference.evaluate("seednorm", x, *parameters, dtype=dtype,
                                         **options)
    mismatch = reference.find_mismatch(y, expected, bound, dtype)
    assert not mismatch, f"{shape} {dtype} {parameter_dtype} {options}: {mismatch}"


def fails(message, error=seednorm.UsageError):
    """The context of an error that ends with exactly this message."""
    return pytest.raises(error, match=re.escape(message) + "$")
