#===- typing_usages.py - Calls that a type checker judges -----------------------===//
#
# test_typing.py gives this file to mypy: what is marked must be flagged, for that
# reason, and nothing else.
#
#===-----------------------------------------------------------------------===//

from typing import Any, Optional, Tuple

import numpy as np

import seednorm

g = seednorm.Graph()
x = g.input((None, 1024), "bf16", name="x")
gamma = g.input([1024], np.float32)
y: seednorm.Value = seednorm.rms_norm(x, gamma, eps=1e-6)
z = 2 * y + x / 3 - np.float32(1) * abs(x) ** 2
chosen = seednorm.where(x < 1, x, 0.0)
total = seednorm.sum(seednorm.exp(z), axis=(-2, -1), keepdims=False)
g.output(y, z, chosen, total)
shape: Tuple[Optional[int], ...] = total.shape
values, scales = seednorm.quantize(x, "f8E4M3FN")

kernel = seednorm.compile(g, target="cpu", schedule={"keep": "shared", "cluster": 2})
backward: seednorm.Kernel = kernel.backward
rows = np.ones((2, 1024), np.float32)
results = kernel(rows, gamma=rows[0], out=(rows, rows))
names = [spec.name.upper() for spec in kernel.arguments]
levels: int = kernel.programs[0].levels
gradient: seednorm.Gradient = seednorm.grad(g, wrt=[x, "gamma"], of="result0")
same = seednorm.compile(gradient, options=seednorm.Options(target="cpu"))
approximate = seednorm.compile(g, "emulated", approximate=["tanh"])


@seednorm.norm
def scale(v: seednorm.Value, *, by: float) -> seednorm.Value:
    return v * by


@seednorm.norm(target="emulated")
def half(v: seednorm.Value) -> seednorm.Value:
    return v * 0.5


norms: Tuple[seednorm.Norm, seednorm.Norm] = (scale, half)
w: Any = scale(rows, by=2.0)

seednorm.rms_norm(rows, gamma)  # flagged: arg-type
seednorm.rms_norm(x)  # flagged: call-arg
seednorm.rms_norm(x, gamma, eps="small")  # flagged: arg-type
seednorm.rms_norm(x, gamma, epsilon=1e-6)  # flagged: call-arg
seednorm.seednorm(x, gamma, gamma, gamma, num_heads=1.5)  # flagged: arg-type
seednorm.where(x, x, x)  # flagged: arg-type
seednorm.exp(1.0)  # flagged: arg-type
seednorm.sum(x, axis="last")  # flagged: arg-type
x + "one"  # flagged: operator
g.input((None, 8.5), "f32")  # flagged: arg-type
g.output(1.0)  # flagged: arg-type
seednorm.compile(kernel)  # flagged: arg-type
seednorm.compile(g, target=90)  # flagged: arg-type
kernel([1.0], rows)  # flagged: arg-type
kernel(rows, out=3)  # flagged: arg-type
kernel.arguments[0].size  # flagged: attr-defined
seednorm.grad(g, wrt=3)  # flagged: arg-type
scale("rows")  # flagged: arg-type
number: int = y.dtype  # flagged: assignment
