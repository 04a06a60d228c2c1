#===- graphs.py - The graphs of the norms that are measured ----------------===//
#
# What is compiled; needs seednorm.
#
#===-----------------------------------------------------------------------===//
"""Graphs of norms, forward and backward."""

import norms
import seednorm


def build(norm, columns, dtype, backward):
    """The graph of a norm over rows of so many columns of `dtype`, with
    parameters in f32, or its backward function."""
    g = seednorm.Graph()
    x = g.input((None, columns), dtype, name="x")
    parameters = [g.input((columns,), "f32", name=name)
                  for name in norms.PARAMETERS[norm]]
    g.output(getattr(seednorm, norm)(x, *parameters, eps=1e-6))
    return seednorm.grad(g) if backward else g


def name_case(norm, columns, dtype, backward):
    """"SeeDNorm backward 4096 bf16"."""
    direction = "backward" if backward else "forward"
    return f"{norms.TITLES[norm]} {direction} {columns} {dtype}"
