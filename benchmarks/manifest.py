#===- manifest.py - What a package of kernels holds ------------------------===//
#
# Reads and checks the manifest of a package, and evaluates the sizes of a launch
# plan. docs/Benchmarks.md has the format. Needs nothing but Python.
#
#===-----------------------------------------------------------------------===//
"""Packages of kernels."""

import hashlib
import json
import pathlib
from typing import NamedTuple

#: A reader takes manifests up to its own version.
VERSION = 2
NAME = "manifest.json"


class PackageError(Exception):
    """A package, a machine or a request that breaks a rule; says which."""


def hash_file(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(folder):
    """The manifest of a package, whose files are all there and unchanged."""
    folder = pathlib.Path(folder)
    try:
        manifest = json.loads((folder / NAME).read_text())
    except OSError as error:
        raise PackageError(f"expects a package with {NAME}, but {error.strerror}: "
                           f"{folder / NAME}") from None
    except ValueError as error:
        raise PackageError(f"expects {NAME} to be JSON, but {error}") from None
    version = manifest.get("version") if isinstance(manifest, dict) else None
    if not isinstance(version, int):
        raise PackageError(f"expects {NAME} to have a version, but it has none")
    if version > VERSION:
        raise PackageError(f"expects a manifest of version {VERSION} at most, but got "
                           f"{version}; use the runner of that package")
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            raise PackageError(f"expects the package to hold {name}, but it is missing")
        if (found := hash_file(path)) != expected:
            raise PackageError(f"expects {name} to have the SHA-256 {expected[:16]}..., "
                               f"but it has {found[:16]}...; copy the package anew")
    return manifest


def choose_chip(manifest, chip):
    """The chip of a package whose code runs on a card of `chip`, as "sm_90"."""
    chips = sorted({kernel["chip"] for kernel in manifest["kernels"]})
    for own in reversed(chips):  # "sm_90a" before "sm_90".
        if own in (chip, chip + "a"):
            return own
    raise PackageError(f"expects a card of {', '.join(chips)}, which the package holds "
                       f"code for, but this one is {chip}")


#===-----------------------------------------------------------------------===//
# Launch plans
#===-----------------------------------------------------------------------===//


def _divide_up(a, b):
    return -(-a // b) if b else 0


BINARY = {"add": lambda a, b: a + b, "mul": lambda a, b: a * b,
          "div": lambda a, b: a // b if b else 0, "ceildiv": _divide_up,
          "max": max, "min": min}


def evaluate_sizes(sizes, shapes):
    """The value of each node of a plan's sizes, for buffers of these shapes."""
    values = []
    for size in sizes:
        op = size["op"]
        if op == "constant":
            values.append(size["value"])
        elif op == "dim":
            values.append(shapes[size["buffer"]][size["dim"]])
        elif op == "stride":  # Buffers are dense.
            stride = 1
            for extent in shapes[size["buffer"]][size["dim"] + 1:]:
                stride *= extent
            values.append(stride)
        elif op in BINARY:
            values.append(BINARY[op](values[size["lhs"]], values[size["rhs"]]))
        else:
            raise PackageError(f"expects sizes of known operations, but got '{op}'")
    return values


class Launch(NamedTuple):
    """One kernel launch of a call."""

    kernel: str
    buffers: tuple  #: Arguments and results, then temporaries, then constants.
    numbers: tuple  #: Integers of 64 bits behind the buffers.
    blocks: int
    threads: int
    dynamic_shared_bytes: int
    cluster: int  #: Blocks of a cluster.
    dependent: bool  #: May start before the one before it ends.


class Call(NamedTuple):
    """What a call does for arguments of certain sizes."""

    launches: tuple
    temporaries: tuple  #: Bytes of each.
    constants: tuple  #: Contents of each.


def plan_call(kernel, rows):
    """A kernel's launches for so many rows."""
    plan = kernel["plan"]
    specs = kernel["arguments"] + kernel["results"]
    if len(specs) != plan["num_arguments"]:
        raise PackageError(f"expects {plan['num_arguments']} arguments and results of "
                           f"{kernel['name']}, but the manifest has {len(specs)}")
    shapes = [get_shape(spec, rows) for spec in specs]
    values = evaluate_sizes(plan["sizes"], shapes)
    launches = tuple(
        Launch(own["kernel"], tuple(own["buffers"]),
               tuple(values[node] for node in own["numbers"]), values[own["blocks"]],
               values[own["threads"]], own["dynamic_shared_bytes"], own["cluster"],
               own["dependent"])
        for own in plan["launches"])
    return Call(launches, tuple(values[node] for node in plan["temporaries"]),
                tuple(bytes.fromhex(text) for text in plan["constants"]))


def find_kernels(manifest, case, chip):
    """The kernels that are timed in turn for a case, by the fields that override
    those of their schedules. A manifest of version 1 has none of these."""
    keys = ("norm", "direction", "columns", "dtype")
    return {kernel.get("overrides", ""): kernel for kernel in manifest["kernels"]
            if kernel["chip"] == chip and all(kernel[key] == case[key] for key in keys)
            and kernel.get("overrides", "") in case.get("variants", [""])}


def get_shape(spec, rows):
    return tuple(rows if size is None else size for size in spec["shape"])
