"""Random numbers for compiled loops: quick, and the same on every machine.

Source: Marsaglia (2003), Journal of Statistical Software 8(14), the triple (13, 7, 17).
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def following(state):  # type: ignore[no-untyped-def]
    """The next state, a uint64 that is never 0, after one that is not."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    return state ^ (state << np.uint64(17))


@nb.njit(cache=True, nogil=True)
def below(state, bound):  # type: ignore[no-untyped-def]
    """An integer in 0 .. bound - 1 from the upper half of a state; bound below 2^32."""
    return np.int64(((state >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))
