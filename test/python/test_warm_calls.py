#===- test_warm_calls.py - Calls that need no further thought ----------------===//
#
# The way of a call that runs nothing of Python, against the long way, which takes
# whatever there is; and what the short one leaves to that.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import seednorm
from seednorm import kernel as kernel_module

torch = pytest.importorskip("torch")
COLUMNS = 64


def compile_norm(dtype="f32"):
    g = seednorm.Graph()
    x = g.input((None, COLUMNS), dtype, name="x")
    gamma = g.input((COLUMNS,), dtype, name="gamma")
    g.output(seednorm.rms_norm(x, gamma, eps=1e-6))
    return seednorm.compile(g)


@pytest.fixture
def kernel():
    return compile_norm()


@pytest.fixture
def given(rng):
    return (rng.standard_normal((5, COLUMNS), np.float32),
            rng.standard_normal(COLUMNS, np.float32))


@pytest.fixture
def long_ways(monkeypatch):
    """Calls that take the long way, so far."""
    taken = []
    prepare = kernel_module.Kernel._prepare

    def noted(*arguments):
        taken.append(arguments)
        return prepare(*arguments)
    monkeypatch.setattr(kernel_module.Kernel, "_prepare", noted)
    return taken


def call_the_long_way(kernel, *arguments):
    return kernel(*arguments, seed=1)


@pytest.mark.parametrize("convert", (np.asarray, torch.from_numpy), ids=("NumPy", "torch"))
def test_both_ways_agree(kernel, given, convert, long_ways):
    x, gamma = map(convert, given)
    expected = call_the_long_way(kernel, x, gamma)
    assert len(long_ways) == 1
    named = kernel(gamma=gamma, x=x)
    out = convert(np.empty((5, COLUMNS), np.float32))
    for result in (kernel(x, gamma), kernel(x, gamma=gamma), named,
                   kernel(x, gamma, out=out), kernel(x, gamma, out=(out,))[0]):
        assert type(result) is type(expected)
        np.testing.assert_array_equal(np.asarray(result), np.asarray(expected))
    assert kernel(x, gamma, out=out) is out
    assert len(long_ways) == 1


def test_kinds_may_mix(kernel, given, long_ways):
    x, gamma = given
    for first, second, kind in ((torch.from_numpy(x), gamma, torch.Tensor),
                                (x, torch.from_numpy(gamma), np.ndarray)):
        assert isinstance(kernel(first, second), kind)
    assert not long_ways


def test_strided_rows(kernel, given, long_ways):
    """The long way once for each layout, which compiles a kernel for it."""
    x, gamma = given
    wide = np.zeros((5, 3 * COLUMNS), np.float32)
    wide[:, COLUMNS:2 * COLUMNS] = x
    expected = kernel(x, gamma)
    for array in (wide, torch.from_numpy(wide)):
        for _ in range(3):
            result = kernel(array[:, COLUMNS:2 * COLUMNS], gamma)
            np.testing.assert_array_equal(np.asarray(result), expected)
    assert len(long_ways) == 1


def test_in_place(kernel, given, long_ways):
    x, gamma = given
    expected = kernel(x, gamma)
    for convert in (np.asarray, torch.from_numpy):
        for _ in range(2):
            array = convert(x.copy())
            kernel(array, gamma, out=array)
            np.testing.assert_array_equal(np.asarray(array), expected)
    assert len(long_ways) == 1


def test_parameters_of_torch(kernel, given, long_ways):
    x, gamma = (torch.from_numpy(array) for array in given)
    frozen = torch.nn.Parameter(gamma, requires_grad=False)
    assert torch.equal(kernel(x, frozen), kernel(x, gamma))
    assert not long_ways
    with pytest.raises(seednorm.UsageError, match="to need no gradient"):
        kernel(x, torch.nn.Parameter(gamma))


def test_subclasses_of_tensors_go_the_long_way(kernel, given, long_ways):
    class Own(torch.Tensor):
        pass
    x, gamma = (torch.from_numpy(array) for array in given)
    own = x.as_subclass(Own)
    np.testing.assert_array_equal(np.asarray(kernel(own, gamma)), kernel(x, gamma))
    assert len(long_ways) == 1


def test_bf16_of_numpy_is_learnt(rng, long_ways):
    """Types of `ml_dtypes`, which nobody may have loaded at first."""
    import ml_dtypes
    kernel = compile_norm("bf16")
    x, gamma = (rng.standard_normal(shape).astype(ml_dtypes.bfloat16)
                for shape in ((5, COLUMNS), COLUMNS))
    first = kernel(x, gamma)
    before = len(long_ways)
    np.testing.assert_array_equal(kernel(x, gamma), first)
    assert len(long_ways) == before <= 1


def test_no_rows(kernel, given, long_ways):
    gamma = given[1]
    assert kernel(np.empty((0, COLUMNS), np.float32), gamma).shape == (0, COLUMNS)
    assert kernel(torch.empty(0, COLUMNS), gamma).shape == (0, COLUMNS)
    assert not long_ways


@pytest.mark.parametrize("change, message", (
    (lambda x, g: (x[:, :-1], g), "shape"),
    (lambda x, g: (x.astype(np.float64), g), "f64"),
    (lambda x, g: (x[0], g), "shape"),
    (lambda x, g: (x[:, ::-1], g), "negative strides"),
    (lambda x, g: (x.T.copy().T, g), "dense"),
    (lambda x, g: (x.astype(">f4"), g), "byte order"),
    (lambda x, g: (x, None), "DLPack"),
    (lambda x, g: (x,), "missing"),
    (lambda x, g: (x, g, g), "2 arguments"),
    (lambda x, g: (torch.from_numpy(x).to_sparse(), g), "DLPack can share"),
    (lambda x, g: (torch._neg_view(torch.from_numpy(x)), g), "negated view"),
))
def test_errors_are_those_of_the_long_way(kernel, given, change, message):
    with pytest.raises(seednorm.UsageError, match=message):
        kernel(*change(*given))


def test_errors_of_out(kernel, given):
    x, gamma = given
    frozen = np.empty_like(x)
    frozen.flags.writeable = False
    for out, message in ((frozen, "read-only"), (x[:, ::2], "dense|shape"),
                         (np.empty_like(x)[:-1], "shape"), ((x, x), "2"),
                         (gamma.reshape(1, -1), "shape|overlap")):
        with pytest.raises(seednorm.UsageError, match=message):
            kernel(x, gamma, out=out)


def test_calls_do_not_grow_memory(kernel, given):
    """10000 calls of each kind hold on to nothing."""
    import resource
    tensors = [torch.from_numpy(array) for array in given]

    def call_often():
        for _ in range(10000):
            kernel(*given)
            kernel(*tensors)
    call_often()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    call_often()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 1024, f"{grown} KiB"


def get_resident_kilobytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def test_compilations_do_not_grow_memory(monkeypatch):
    """What the cache lets go, the compiler has freed."""
    monkeypatch.setattr(kernel_module.cache, "kernels", kernel_module.cache.RecentlyUsed(2))
    x = np.ones((2, 16), np.float32)

    def compile_often(first, last):
        for number in range(first, last):
            g = seednorm.Graph()
            g.output(g.input((None, 16), "f32") * float(number))
            assert (seednorm.compile(g)(x) == number).all()
    compile_often(0, 100)
    before = get_resident_kilobytes()
    compile_often(100, 300)
    grown = get_resident_kilobytes() - before
    # A context of MLIR has more than 100 KiB alone.
    assert grown < 200 * 25, f"{grown} KiB"
