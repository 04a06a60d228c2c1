#===- cache.py - Kernels that were compiled before -------------------------===//
#
# The kernels of this process that were asked for last.
#
#===-----------------------------------------------------------------------===//
"""Kernels that were compiled before."""

import collections
import os
import threading
import weakref

#: Kernels that a process keeps for whoever asks for the same again.
MAX_KERNELS = 128


_caches = weakref.WeakSet()


class RecentlyUsed:
    """The values used last, so many of them, by key. Threads may use it at once."""

    def __init__(self, size):
        self._size = size
        self._values = collections.OrderedDict()
        self._lock = threading.Lock()
        _caches.add(self)

    def renew_lock(self):
        """For a forked child: the thread that had the lock is not there to let go."""
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


def _renew_locks():
    for cache in list(_caches):
        cache.renew_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)

#: By text and options.
kernels = RecentlyUsed(MAX_KERNELS)
