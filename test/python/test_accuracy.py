#===- test_accuracy.py - As accurate as PyTorch's own norms -----------------===//
#
# Mean errors against float64 over 1000 rows in f32, beside those of PyTorch's
# functions on the CPU: reordering sums must not cost accuracy.
#
#===-----------------------------------------------------------------------===//

import numpy as np
import pytest

import seednorm
import specification

torch = pytest.importorskip("torch")
functional = torch.nn.functional

#: How PyTorch and we spell one operation.
OPERATIONS = {
    "layer_norm": (
        lambda x, gamma: functional.layer_norm(x, gamma.shape, gamma, eps=1e-5),
        lambda x, gamma: seednorm.layer_norm(x, gamma, eps=1e-5)),
    "rms_norm": (
        lambda x, gamma: functional.rms_norm(x, gamma.shape, gamma, eps=1e-6),
        lambda x, gamma: seednorm.rms_norm(x, gamma, eps=1e-6)),
    "softmax": (
        lambda x, gamma: functional.softmax(x, -1),
        lambda x, gamma: seednorm.softmax(x)),
}


@pytest.mark.parametrize("columns", (127, 1024, 4096))
@pytest.mark.parametrize("name", OPERATIONS)
def test_mean_error(rng, name, columns):
    theirs, ours = OPERATIONS[name]
    x = (rng.standard_normal((1000, columns)) + 0.5).astype(np.float32)
    gamma = (1 + 0.3 * rng.standard_normal(columns)).astype(np.float32)
    g = seednorm.Graph()
    arguments = [g.input((None, columns), "f32", name="x"),
                 g.input((columns,), "f32", name="gamma")]
    g.output(ours(*arguments))
    y = seednorm.compile(g, target="cpu")(x, gamma)
    parameters = () if name == "softmax" else (gamma,)
    exact = specification.load(name, "f64")(x, *parameters).value

    def mean_error(result):
        return float(np.abs(result - exact).mean())

    their_y = theirs(torch.from_numpy(x), torch.from_numpy(gamma)).numpy()
    assert mean_error(y) <= 1.05 * mean_error(their_y)
