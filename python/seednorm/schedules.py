#===- schedules.py - Overrides of schedules ---------------------------------===//
#
# A dict in, the text out that the compiler takes. It knows the fields and their
# values; here is checked what a text could not hold.
#
#===-----------------------------------------------------------------------===//
"""Overrides of schedules."""

import collections.abc
import operator
import re

from seednorm.errors import UsageError, quote


def format_schedule(schedule):
    """A dict of fields as `compile` takes it, as "name = value, name = value"."""
    if schedule is None:
        return ""
    if not isinstance(schedule, collections.abc.Mapping):
        raise UsageError("compile: expects 'schedule' to be a dict, as "
                         "{'keep': 'shared', 'cluster': 2}, but got "
                         f"{quote(schedule)}")
    return ", ".join(f"{_check_word('names', name)} = {_format_value(name, value)}"
                     for name, value in schedule.items())


def _format_value(name, value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _check_word(f"'{name}'", value)
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or not -2**63 <= number < 2**63:
        raise UsageError(f"compile: expects '{name}' of 'schedule' to be an integer "
                         f"of 64 bits, a string or a bool, but got {quote(value)}")
    return str(number)


def _check_word(what, text):
    """`text`, which is one word: anything else could stand for several fields."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_]+", text):
        raise UsageError(f"compile: expects {what} of 'schedule' to be one word, "
                         f"but got {quote(text)}")
    return text
