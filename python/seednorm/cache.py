#===- cache.py - Kernels that were compiled before -------------------------===//
#
# The kernels of this process that were asked for last.
#
#===-----------------------------------------------------------------------===//
"""Kernels that were compiled before."""

import collections
import threading

#: Kernels that a process keeps for whoever asks for the same again.
MAX_KERNELS = 128


class RecentlyUsed:
    """The values used last, so many of them, by key. Threads may use it at once."""

    def __init__(self, size):
        self._size = size
        self._values = collections.OrderedDict()
        self._lock = threading.Lock()

    def get(self, key):
        """The value, used now; None if there is none."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def add(self, key, value):
        """Adds a value, unless somebody was faster; returns what is kept."""
        with self._lock:
            value = self._values.setdefault(key, value)
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
            return value

    def clear(self):
        """Forgets all."""
        with self._lock:
            self._values.clear()


#: By text and options.
kernels = RecentlyUsed(MAX_KERNELS)
