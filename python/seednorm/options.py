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
import types
from typing import Any, Collection, Mapping, Optional, Union

from seednorm.errors import UsageError, check_text, quote
from seednorm.schedules import format_schedule


@dataclasses.dataclass(frozen=True)
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

    def __post_init__(self) -> None:
        check_text("compile: expects 'target'", self.target)
        if self.entry is not None:
            check_text("compile: expects 'entry'", self.entry)
        if self.expect_programs is not None:
            check_integer("expect_programs", self.expect_programs, 63)
            self._set(expect_programs=operator.index(self.expect_programs))
        self._set(overrides=format_schedule(self.schedule),
                  schedule=types.MappingProxyType(dict(self.schedule or {})),
                  approximate=_read_names(self.approximate))

    def __reduce__(self):
        # The view of the schedule is not for pickle, and the rest is made of these.
        return type(self), tuple(
            dict(self.schedule) if field.name == "schedule" else getattr(self, field.name)
            for field in dataclasses.fields(self) if field.init)

    def _set(self, **values):
        for name, value in values.items():
            object.__setattr__(self, name, value)


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
