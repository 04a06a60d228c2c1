#===- turns.py - Functions timed in turns on a CPU -------------------------===//
#
# What is compared is timed in one process, one after the other, round by round:
# what else the machine does hits all alike. Needs Python and NumPy only.
#
#===-----------------------------------------------------------------------===//
"""Timing on a CPU."""

import gc
import itertools
import time
from typing import NamedTuple

import numpy as np

#: A sample is as many calls as take this long together, within limits.
SAMPLE_SECONDS, MAX_CALLS = 1e-3, 1000
#: Idle threads of a pool spin for about a millisecond before they sleep, on the
#: processors that the next variant wants.
SETTLE_SECONDS = 5e-3


class Times(NamedTuple):
    """Seconds of a call."""

    median: float
    low: float  #: The 10th percentile.
    high: float  #: The 90th.


def time_in_turns(variants, rounds, untimed=1, clock=time.perf_counter,
                  sleep=time.sleep):
    """Times variants in turns, in another order each round: what one leaves behind
    in caches is then nobody's in particular. Orders are the same every time.

    Args:
        variants: lists of functions by name; a list's functions do the same with
            different memory, and take turns too.
        rounds: how many samples are taken of each.
        untimed: calls at the start of a sample that are not timed: threads may be
            asleep, and caches hold what others left and have to write back.

    Returns:
        `Times` by name.
    """
    endless = {name: itertools.cycle(functions) for name, functions in variants.items()}
    calls = {name: _count_calls(functions, clock) for name, functions in variants.items()}
    samples = {name: [] for name in variants}
    names, order = list(variants), np.random.default_rng(0)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            for name in map(names.__getitem__, order.permutation(len(names))):
                sleep(SETTLE_SECONDS)
                samples[name].append(_sample(endless[name], calls[name], untimed, clock))
    finally:
        if was_enabled:
            gc.enable()
    return {name: Times(*np.percentile(own, (50, 10, 90)))
            for name, own in samples.items()}


def _count_calls(functions, clock):
    """Calls in a sample, from the second call."""
    functions[0]()
    start = clock()
    functions[-1]()
    seconds = max(clock() - start, 1e-9)
    return int(min(max(1, np.ceil(SAMPLE_SECONDS / seconds)), MAX_CALLS))


def _sample(functions, calls, untimed, clock):
    for function in itertools.islice(functions, untimed):
        function()
    chosen = list(itertools.islice(functions, calls))
    start = clock()
    for function in chosen:
        function()
    return (clock() - start) / calls
