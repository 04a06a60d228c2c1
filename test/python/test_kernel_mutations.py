#===- test_kernel_mutations.py - Faults in kernels are found -----------------===//
#
# Each mutation of kernel_mutations.py makes a kernel wrong that is right without
# it, by the same check: the emulator reports it, or a result is off. Tests that let
# one pass would prove nothing of kernels.
#
#===-----------------------------------------------------------------------===//

import functools
import re

import numpy as np
import pytest

import emulation
from kernel_mutations import KERNELS, MUTATIONS

#: Orders of lanes. Races are reported in any; what is left depends on the order.
SEEDS = range(4)


@functools.cache
def prepare(name):
    """The kernels as text, and a call."""
    kernel = KERNELS[name]
    return (emulation.Kernels(kernel.compile()),
            *kernel.make_call(np.random.default_rng(20251022)))


def check(folder, name, llvm=None, seed=0):
    """What the emulator or the reference finds wrong, or None."""
    kernels, arguments, results = prepare(name)
    found = kernels.run(folder, arguments, results, llvm, seed)
    if isinstance(found, str):
        return found
    return KERNELS[name].find_mismatch(found, arguments)


def mutate(mutation):
    """The text of the kernel with the fault."""
    llvm = prepare(mutation.kernel)[0].llvm
    places = list(re.finditer(mutation.pattern, llvm))
    assert places, f"the kernel has no place for it: {mutation.pattern}"
    place = places[mutation.occurrence]
    text = llvm[:place.start()] + place.expand(mutation.replacement) + llvm[place.end():]
    assert text != llvm
    return text


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_are_right(tmp_path, name):
    for seed in SEEDS:
        wrong = check(tmp_path, name, seed=seed)
        assert not wrong, wrong


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.kernel}: {m.fault}")
def test_mutation_is_found(tmp_path, mutation):
    llvm = mutate(mutation)
    for seed in SEEDS:
        wrong = check(tmp_path, mutation.kernel, llvm, seed)
        if wrong:
            break
    assert wrong, "neither the emulator nor the results show the fault"
    if mutation.report is None:
        assert "error: " not in wrong, wrong
    else:
        assert re.search(mutation.report, wrong), wrong


def test_there_are_enough():
    assert len(MUTATIONS) >= 25
    assert {mutation.kernel for mutation in MUTATIONS} == set(KERNELS)
    names = [(mutation.kernel, mutation.fault) for mutation in MUTATIONS]
    assert len(set(names)) == len(names)
