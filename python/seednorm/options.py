#===- options.py - What a graph is compiled with ---------------------------===//
#
# One frozen object, which is checked when it is made, and tells kernels apart.
#
#===-----------------------------------------------------------------------===//
"""Options of a compilation."""

import collections.abc
import dataclasses
import operator
import re
from typing import Any, Collection, Mapping, Optional, Union

from seednorm.errors import UsageError, check_text, quote
from seednorm.schedules import format_schedule


class _Fixed(collections.abc.Mapping):
    """A dict that stays as it is. `types.MappingProxyType` cannot be copied or pickled."""

    def __init__(self, items):
        self._items = dict(items)

    def __getitem__(self, key):
        return self._items[key]

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return repr(self._items)


# Errors are of the line that calls `__init__`, which is in a file called "<string>"
# if it is made by dataclasses.
@dataclasses.dataclass(frozen=True, init=False)
class Options:
    """What `seednorm.compile` makes of a graph; its keywords, which say what each
    of these is. Hashable: the same graph and equal options are the same kernel.

    Raises:
        UsageError: a value breaks a rule that no graph is needed for.
    """

    target: str = "cpu"
    entry: Optional[str] = None
    expect_programs: Optional[int] = None
    schedule: Optional[Mapping[str, Any]] = dataclasses.field(default=None, compare=False)
    #: The schedule as the compiler takes it.
    overrides: str = dataclasses.field(init=False, repr=False)
    #: As a tuple without repetitions, in the order of the alphabet.
    approximate: Union[str, Collection[str]] = ()

    def __init__(self, target: str = "cpu", entry: Optional[str] = None,
                 expect_programs: Optional[int] = None,
                 schedule: Optional[Mapping[str, Any]] = None,
                 approximate: Union[str, Collection[str]] = ()) -> None:
        check_text("compile: expects 'target'", target)
        if entry is not None:
            check_text("compile: expects 'entry'", entry)
        if expect_programs is not None:
            check_integer("expect_programs", expect_programs, 63)
            expect_programs = operator.index(expect_programs)
        overrides = format_schedule(schedule)
        values = {"target": target, "entry": entry, "expect_programs": expect_programs,
                  "schedule": _Fixed(schedule or {}), "overrides": overrides,
                  "approximate": _read_names(approximate)}
        for name, value in values.items():
            object.__setattr__(self, name, value)


def is_cpu(target):
    """Whether a target is a CPU, of this machine or another."""
    return target == "cpu" or target.startswith("cpu:")


def find_changed(options):
    """The names, quoted, of what is not as by default."""
    default = Options()
    return [quote(field.name) for field in dataclasses.fields(options) if field.init
            and getattr(options, field.name) != getattr(default, field.name)]


def _read_names(approximate):
    """One name, or any number of them, as a tuple; the compiler knows which there
    are."""
    names = (approximate,) if isinstance(approximate, str) else approximate
    if not isinstance(names, collections.abc.Collection) or not all(
            isinstance(name, str) and re.fullmatch(r"\w+", name) for name in names):
        raise UsageError("compile: expects 'approximate' to be the name of a function "
                         "or several, as 'tanh' or ('tanh',), but got "
                         f"{quote(approximate)}")
    return tuple(sorted(set(names)))


def check_integer(name, value, bits=64):
    """Refuses what does not fit so many bits without a sign."""
    try:
        fits = 0 <= operator.index(value) < 2**bits
    except TypeError:
        fits = False
    if not fits:
        raise UsageError(f"expects '{name}' to be an integer from 0 to "
                         f"2**{bits} - 1, but got {quote(value)}")
