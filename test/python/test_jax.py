#===- test_jax.py - Norms as functions of JAX ---------------------------------===//
#
# Against the package's own kernels, bit by bit, and gradients against JAX's of the
# same formula. JAX is a package of the tests only.
#
#===-----------------------------------------------------------------------===//

import os
import subprocess
import sys

import numpy as np
import pytest

import cases
import seednorm

jax = pytest.importorskip("jax")
jnp = jax.numpy

import seednorm.jax as own  # noqa: E402

COLUMNS = 64


@pytest.fixture(autouse=True)
def x64():
    """f64 is f32 otherwise."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def make(rng, dtype="f32", rows=(5,)):
    x = cases.make_rows(rng, (*rows, COLUMNS), dtype)
    parameters = cases.make_parameters(rng, COLUMNS, 4, "f64" if dtype == "f64" else "f32")
    return [jnp.asarray(array) for array in (x, *parameters)]


def write_seednorm(x, alpha, beta, gamma, eps=1e-6, heads=4):
    """As one writes it."""
    h = x.astype(gamma.dtype)
    r = jax.lax.rsqrt(jnp.mean(h * h, -1, keepdims=True) + eps)
    s = (h * beta).reshape(*h.shape[:-1], heads, -1).sum(-1)
    t = jnp.repeat(jnp.tanh(s), COLUMNS // heads, axis=-1)
    return ((t * alpha + gamma) * h * r).astype(x.dtype)


@pytest.mark.parametrize("transform", [lambda f: f, jax.jit], ids=["eager", "jit"])
@pytest.mark.parametrize("dtype", ["f64", "f32", "f16", "bf16"])
def test_forward(rng, dtype, transform):
    arrays = make(rng, dtype)
    function = transform(lambda *given: own.seednorm(*given, num_heads=4))
    y = function(*arrays)
    kernel = cases.compile_seednorm("cpu", (None, COLUMNS), dtype,
                                    "f64" if dtype == "f64" else "f32", num_heads=4)
    assert isinstance(y, jax.Array) and y.dtype == arrays[0].dtype
    np.testing.assert_array_equal(np.asarray(y), kernel(*map(np.asarray, arrays)))


@pytest.mark.parametrize("transform", [lambda f: f, jax.jit], ids=["eager", "jit"])
def test_gradients(rng, transform):
    arrays = make(rng, "f64")
    dy = jnp.asarray(rng.standard_normal(arrays[0].shape))

    def differentiate(function):
        return transform(jax.grad(lambda *given: (function(*given) * dy).sum(),
                                  argnums=(0, 1, 2, 3)))(*arrays)
    found = differentiate(lambda *given: own.seednorm(*given, num_heads=4))
    for result, expected in zip(found, differentiate(write_seednorm)):
        assert result.dtype == expected.dtype
        np.testing.assert_allclose(result, expected, rtol=1e-10, atol=1e-12)


def test_gradients_of_bf16_are_the_kernel_s(rng):
    arrays = make(rng, "bf16")
    y, pull = jax.vjp(lambda *given: own.seednorm(*given, num_heads=4), *arrays)
    kernel = cases.compile_seednorm("cpu", (None, COLUMNS), "bf16", "f32", num_heads=4)
    expected = kernel.backward(*map(np.asarray, (*arrays, y)))
    for result, own_result in zip(pull(y), expected):
        np.testing.assert_array_equal(np.asarray(result), own_result)


@pytest.mark.parametrize("axes", [(0, None), (None, 0), (0, 0), (1, None)])
def test_vmap(rng, axes):
    """Batches of rows, of parameters, and of both, forward and backward."""
    x, _, _, gamma = make(rng, "f64", rows=(3, 4))
    gammas = jnp.stack([gamma, 2 * gamma, gamma - 1, gamma + 1][:x.shape[axes[0] or 0]])
    given = (x if axes[0] is not None else x[0], gammas if axes[1] == 0 else gamma)

    def loss(x, gamma):
        return own.rms_norm(x, gamma, eps=1e-6).sum()

    def written(x, gamma):
        return (x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6) * gamma).sum()

    for transform in (lambda f: f, lambda f: jax.grad(f, (0, 1))):
        found = jax.vmap(transform(loss), axes)(*given)
        expected = jax.vmap(transform(written), axes)(*given)
        for result, wanted in zip(jax.tree.leaves(found), jax.tree.leaves(expected)):
            np.testing.assert_allclose(result, wanted, rtol=1e-10, atol=1e-12)


def test_norm_of_ones_own_with_two_results(rng):
    @own.wrap
    def add_and_scale(x, residual, *, eps=1e-6):
        h = x + residual
        return h * seednorm.rsqrt(seednorm.mean(h * h) + eps), h

    x, residual = (jnp.asarray(rng.standard_normal((3, COLUMNS))) for _ in range(2))
    y, h = jax.jit(lambda *given: add_and_scale(*given, eps=0.5))(x, residual)
    np.testing.assert_array_equal(h, x + residual)
    expected = h / np.sqrt(np.mean(np.square(h), -1, keepdims=True) + 0.5)
    np.testing.assert_allclose(y, expected, rtol=1e-12)

    def combine(function):
        return lambda *given: sum((number + 1) * (part ** 2).sum()
                                  for number, part in enumerate(function(*given)))

    def written(x, residual):
        h = x + residual
        return h * jax.lax.rsqrt(jnp.mean(h * h, -1, keepdims=True) + 1e-6), h
    found = jax.grad(combine(add_and_scale), (0, 1))(x, residual)
    for result, wanted in zip(found, jax.grad(combine(written), (0, 1))(x, residual)):
        np.testing.assert_allclose(result, wanted, rtol=1e-9)


def test_integers_have_no_gradient(rng):
    x, alpha, beta, gamma = make(rng)
    numbers = [jnp.asarray([7]), jnp.asarray([0])]

    def run(x):
        return own.seednorm(x, alpha, beta, gamma, dropout=0.5, seed=numbers[0],
                            offset=numbers[1]).sum()
    assert jax.grad(run)(x).shape == x.shape


@pytest.mark.parametrize("shape", [(0, COLUMNS), (1, COLUMNS), (2, 3, COLUMNS), (700, COLUMNS)])
def test_shapes(rng, shape):
    x, gamma = jnp.ones(shape), jnp.ones(COLUMNS)
    assert jax.jit(own.rms_norm)(x, gamma).shape == shape
    dx, dgamma = jax.grad(lambda *given: own.rms_norm(*given).sum(), (0, 1))(x, gamma)
    assert dx.shape == shape and dgamma.shape == (COLUMNS,)


def test_a_large_array_and_the_threads_of_jax(rng):
    """A callback that waits for what JAX computes meanwhile would hang."""
    x = jnp.ones((2000, 1024), jnp.float32)

    @jax.jit
    def run(x):
        for _ in range(4):
            x = own.softmax(x * 2) + x
        return x.sum()
    assert np.isfinite(run(x))
    assert np.isfinite(jax.grad(run)(x)).all()


def test_every_norm_is_there():
    for name in seednorm.ops.__all__:
        function = getattr(own, name)
        assert function.__name__ == name and "Args:" in function.__doc__
    assert not hasattr(own, "no_norm")


@pytest.mark.parametrize("call, message", [
    (lambda x, g: own.rms_norm(x), "rms_norm: expects the arguments (input"),
    (lambda x, g: own.rms_norm(x, g[:5]), "gamma"),
    (lambda x, g: own.rms_norm(x, g, eps=-1.0), "expects 'eps' to be positive"),
    (lambda x, g: own.rms_norm(x, 3.0), "expects 'gamma' to be a value of a graph"),
    (lambda x, g: own.rms_norm(None, None), "expects 'input' to be an array, but got None"),
    (lambda x, g: own.rms_norm(x.astype(int), g), "rms_norm: operand #0"),
    (lambda x, g: own.rms_norm(x.astype(complex), g), "complex128"),
    (lambda x, g: own.wrap(3), "expects a function of values, but got 3"),
    (lambda x, g: own.wrap(seednorm.norm(lambda x: x, target="emulated")),
     "expects a norm for target 'cpu', but got 'emulated'"),
])
@pytest.mark.parametrize("transform", [lambda f: f, jax.jit], ids=["eager", "jit"])
def test_errors_come_while_tracing(call, message, transform):
    x, gamma = jnp.ones((2, COLUMNS)), jnp.ones(COLUMNS)
    with pytest.raises(seednorm.UsageError) as caught:
        transform(lambda x, gamma: call(x, gamma))(x, gamma)
    assert message in caught.value.message
    assert caught.value.file == __file__  # The user's, not one of JAX.


def test_devices():
    """What differs between devices and what they share has its gradient under shard_map."""
    root = os.path.dirname(os.path.dirname(seednorm.__file__))
    program = """
import jax, numpy, seednorm.jax
from jax.sharding import PartitionSpec as P
mesh = jax.make_mesh((2,), ("rows",))
def loss(function, x, gamma):
    return (function(x, gamma) ** 3).sum()
def cut(x, gamma):
    return jax.shard_map(seednorm.jax.rms_norm, mesh=mesh, in_specs=(P("rows"), P()),
                         out_specs=P("rows"), check_vma=False)(x, gamma)
x, gamma = numpy.linspace(-1, 2, 64, dtype="f4").reshape(4, 16), numpy.linspace(1, 2, 16, dtype="f4")
given = jax.device_put(x, jax.NamedSharding(mesh, P("rows"))), jax.device_put(gamma, jax.NamedSharding(mesh, P()))
numpy.testing.assert_array_equal(cut(*given), seednorm.jax.rms_norm(x, gamma))
for one, other in zip(jax.jit(jax.grad(lambda *a: loss(cut, *a), (0, 1)))(*given),
                      jax.grad(lambda *a: loss(seednorm.jax.rms_norm, *a), (0, 1))(x, gamma)):
    numpy.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": root,
             "XLA_FLAGS": "--xla_force_host_platform_device_count=2"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("first, second", [("torch", "seednorm.jax"), ("seednorm.jax", "torch")])
def test_beside_torch(first, second):
    pytest.importorskip("torch")
    root = os.path.dirname(os.path.dirname(seednorm.__file__))
    program = f"""
import {first}, {second}
import jax, numpy, torch, seednorm.jax
y = jax.jit(seednorm.jax.l2_norm)(numpy.ones((2, 4), "f4"))
k = seednorm.norm(lambda x: x * 2.0)
assert (k(torch.ones(2, 4)) == 2).all() and abs(float(y[0, 0]) - 0.5) < 1e-6
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": root})
    assert done.returncode == 0, done.stderr
