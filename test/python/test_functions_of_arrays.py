#===- test_functions_of_arrays.py - seednorm.norm ----------------------------===//
#
# Norms of one's own, as functions of arrays: against NumPy in float64, forward and
# by differences backward; what is compiled anew, and what is not; errors.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import gradients
import seednorm
from seednorm import functions

COLUMNS = 48


@seednorm.norm
def variance_norm(x, gamma, *, eps=1e-3):
    c = x - seednorm.mean(x)
    return c * seednorm.rsqrt(seednorm.mean(c * c) + eps) * gamma


@seednorm.norm(target="emulated")
def add_and_scale(x, residual, gain):
    h = x + residual
    return h * seednorm.rsqrt(seednorm.mean(h * h)) * gain, h


def exact_variance_norm(x, gamma, eps=1e-3):
    c = x - x.mean(-1, keepdims=True)
    return c / np.sqrt((c * c).mean(-1, keepdims=True) + eps) * gamma


@pytest.fixture(autouse=True)
def forget():
    variance_norm._kernels.clear()


@pytest.mark.parametrize("shape", [(1, COLUMNS), (7, COLUMNS), (2, 3, COLUMNS), (0, COLUMNS)])
def test_forward(rng, shape):
    x, gamma = rng.standard_normal(shape), rng.standard_normal(shape[-1])
    for eps in (1e-3, 0.5):
        np.testing.assert_allclose(variance_norm(x, gamma, eps=eps),
                                   exact_variance_norm(x, gamma, eps), rtol=1e-12)


def test_backward(rng):
    x, gamma, dy = (rng.standard_normal(shape)
                    for shape in ((4, COLUMNS), COLUMNS, (4, COLUMNS)))
    found = variance_norm.backward(x, gamma, dy)
    for number, gradient in enumerate(found):
        expected = gradients.differentiate(variance_norm.compile(x, gamma), [x, gamma],
                                           number, [dy])
        assert gradients.get_error(gradient, expected) < gradients.TOLERANCE


def test_one_kernel_for_any_number_of_rows(rng):
    gamma = rng.standard_normal(COLUMNS)
    kernels = {variance_norm.compile(rng.standard_normal((rows, COLUMNS)), gamma)
               for rows in (1, 2, 5)}
    assert len(kernels) == 1
    assert kernels.pop().arguments[0].shape == (None, COLUMNS)


@pytest.mark.parametrize("change", [
    lambda x, g: ((x[:, :8], g[:8]), {}), lambda x, g: ((x.astype("f4"), g), {}),
    lambda x, g: ((x[None], g), {}), lambda x, g: ((x, g), {"eps": 0.25})])
def test_others_have_their_own(rng, change):
    x, gamma = rng.standard_normal((3, COLUMNS)), rng.standard_normal(COLUMNS)
    arrays, constants = change(x, gamma)
    first, second = variance_norm.compile(x, gamma), variance_norm.compile(*arrays, **constants)
    assert first is not second
    assert second is variance_norm.compile(*arrays, **constants)


def test_sizes_of_one_are_repeated(rng):
    """Where another array has more, and only there."""
    x, gain = rng.standard_normal((3, COLUMNS)), rng.standard_normal(COLUMNS)
    one = rng.standard_normal((1, COLUMNS))
    for residual in (one, x):
        y, h = add_and_scale(x.astype("f4"), residual.astype("f4"), gain.astype("f4"))
        np.testing.assert_allclose(h, (x + residual).astype("f4"), rtol=1e-5, atol=1e-6)
        assert y.shape == (3, COLUMNS)


def test_constants_that_are_equal_and_not_the_same():
    @seednorm.norm
    def add(x, *, constant):
        return x * 0.0 + (2.0 if constant is True else constant)

    x = np.zeros((1, 4), np.float32)
    for constant, expected in ((1, 1.0), (True, 2.0), (1.0, 1.0)):
        assert (add(x, constant=constant) == expected).all()

    @seednorm.norm
    def scale(x, *, by):
        return x * by

    ones = np.ones((1, 4), np.float32)
    assert not np.signbit(scale(ones, by=0.0)).any()
    assert np.signbit(scale(ones, by=-0.0)).all()


def test_only_so_many_kernels_are_kept(monkeypatch):
    monkeypatch.setattr(functions.cache, "MAX_KERNELS", 2)

    @seednorm.norm
    def scale(x, *, by):
        return x * by

    x = np.ones((1, 4), np.float32)
    for by in (2.0, 3.0, 4.0, 2.0):
        assert (scale(x, by=by) == by).all()
    assert len(scale._kernels._values) == 2


def test_torch(rng):
    torch = pytest.importorskip("torch")
    x, gamma = rng.standard_normal((3, COLUMNS)), rng.standard_normal(COLUMNS)
    y = variance_norm(torch.from_numpy(x), torch.from_numpy(gamma))
    assert isinstance(y, torch.Tensor)
    np.testing.assert_array_equal(y.numpy(), variance_norm(x, gamma))


def test_it_is_the_function_s(rng):
    assert variance_norm.__name__ == "variance_norm"
    assert repr(variance_norm) == "<seednorm.Norm variance_norm(x, gamma)>"
    kernel = variance_norm.compile(np.ones((1, 8)), np.ones(8))
    assert kernel.entry == "variance_norm" and len(kernel.programs) == 1


@pytest.mark.parametrize("call, message", [
    (lambda x, g: variance_norm(x), "expects 2 arrays (x, gamma), but got 1"),
    (lambda x, g: variance_norm(x, g, g), "expects 2 arrays (x, gamma), but got 3"),
    (lambda x, g: variance_norm(x, g, epsilon=1), "expects eps by name, but got 'epsilon'"),
    (lambda x, g: variance_norm(x, 3.0), "expects 'gamma' to be an array, but got 3.0"),
    (lambda x, g: variance_norm(x, g[:5]), "but got"),
    (lambda x, g: variance_norm(x.astype(complex), g), "complex128"),
    (lambda x, g: variance_norm(x, g, eps="a"), "a"),
    (lambda x, g: variance_norm(x, g, eps=[1]), "but got list"),
    (lambda x, g: variance_norm.backward(x, g), "'dy' is missing"),
    (lambda x, g: seednorm.norm(3), "expects a function of values, but got 3"),
    (lambda x, g: seednorm.norm(lambda *x: x), "takes '*x'"),
    (lambda x, g: seednorm.norm(lambda: 1), "takes none"),
    (lambda x, g: seednorm.norm(lambda x: 1)(x), "to return values, but got int"),
    (lambda x, g: seednorm.norm(lambda x: x, target="gpu")(x), "gpu"),
])
def test_errors(rng, call, message):
    x, gamma = rng.standard_normal((3, COLUMNS)), rng.standard_normal(COLUMNS)
    with pytest.raises(seednorm.UsageError) as error:
        call(x, gamma)
    assert message in str(error.value)


def test_the_example_of_the_docstring(rng):
    """It runs as it is written."""
    text = functions.norm.__doc__
    example = text[text.index("        @seednorm.norm"):text.index("    Args:")]
    x, dy = rng.standard_normal((2, 3, COLUMNS))
    names = {"seednorm": seednorm, "x": x, "dy": dy, "gamma": rng.standard_normal(COLUMNS)}
    exec("\n".join(line[8:] for line in example.splitlines()), names)
    np.testing.assert_allclose(names["y"], exact_variance_norm(x, names["gamma"], 1e-6),
                               rtol=1e-12)
    assert names["dx"].shape == x.shape and names["dgamma"].shape == (COLUMNS,)
