"""Which ids a file has had so far: 16 bytes each, looked up a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class Seen:
    """Sorted runs of (hash of id, row number), merged so that few runs remain."""

    def __init__(self) -> None:
        self._runs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def add(self, ids: Sequence[str], numbers: Sequence[int]) -> list[int]:
        """Remember these ids; for each of them the number of the row that had it before, 0 for a new one.

        Two different ids share a 64-bit hash once in ten million files of a million rows.
        """
        if not ids:
            return []
        hashes = np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids))
        rows = np.asarray(numbers, dtype=np.int64)
        order = np.argsort(hashes, kind="stable")
        hashes, rows = hashes[order], rows[order]
        before = np.zeros(len(ids), dtype=np.int64)
        for known, known_rows in self._runs:
            at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
            before = np.where(known[at] == hashes, known_rows[at], before)
        first = np.searchsorted(hashes, hashes)  # where the same hash first stands in this page
        repeated = (first != np.arange(len(ids))) & (before == 0)
        before[repeated] = rows[first[repeated]]
        self._keep(hashes[before == 0], rows[before == 0])
        found = np.empty(len(ids), dtype=np.int64)
        found[order] = before
        return [int(number) for number in found]

    def _keep(self, hashes: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        if not len(hashes):
            return
        self._runs.append((hashes, rows))
        while len(self._runs) > 1 and len(self._runs[-1][0]) * 2 > len(self._runs[-2][0]):
            right, left = self._runs.pop(), self._runs.pop()
            merged = np.concatenate([left[0], right[0]])
            order = np.argsort(merged, kind="stable")
            self._runs.append((merged[order], np.concatenate([left[1], right[1]])[order]))
