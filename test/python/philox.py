"""Philox-4x32-10 in NumPy: what `row.philox` draws."""

import numpy as np

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def words(counter, key):
    """The four words of each counter, an array of shape (..., 4)."""
    c0, c1, c2, c3 = (np.asarray(c, np.uint64) for c in np.moveaxis(counter, -1, 0))
    k0, k1 = key
    for _ in range(10):
        first, second = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (
            (second >> _HALF) ^ c1 ^ np.uint64(k0), second & _LOW,
            (first >> _HALF) ^ c3 ^ np.uint64(k1), first & _LOW)
        k0, k1 = (k0 + _KEY_STEPS[0]) % 2**32, (k1 + _KEY_STEPS[1]) % 2**32
    return np.stack([c0, c1, c2, c3], -1).astype(np.uint32)


def bits(seed, offset, rows, columns):
    """The words of each row, an array of shape (len(rows), columns)."""
    seed, offset = seed % 2**64, offset % 2**64
    counters = np.zeros((len(rows), -(-columns // 4), 4), np.uint64)
    counters[..., 0] = np.arange(counters.shape[1])
    for index, row in enumerate(rows):
        counters[index, :, 1] = row % 2**32
        counters[index, :, 3] = (offset // 2**32 + row // 2**32) % 2**32
    counters[..., 2] = offset % 2**32
    drawn = words(counters, (seed % 2**32, seed // 2**32))
    return drawn.reshape(len(rows), -1)[:, :columns]
