"""Dense vectors behind a small protocol: no part of similarity (decisions/0002), a hint of single causes (0012)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns passages into vectors of length one."""

    #: Name and version, kept with findings.
    name: str

    def embed(self, passages: Sequence[str]) -> NDArray[np.float32]:
        """(n,) passages -> (n, d) rows of length one; an empty passage is a row of zeros."""
        ...


class StaticEmbedder:
    """Mean of static word-piece vectors: no network, no accelerator, 10,000 short posts a second."""

    name = "wordllama-l2-supercat-256"

    def __init__(
        self, table: NDArray[np.float16], tokenize: Callable[[Sequence[str]], list[NDArray[np.int32]]]
    ) -> None:
        self._table, self._tokenize = table, tokenize

    def embed(self, passages: Sequence[str]) -> NDArray[np.float32]:
        """Mean of the pieces' vectors, scaled to length one."""
        out = np.zeros((len(passages), self._table.shape[1]), np.float32)
        for row, pieces in enumerate(self._tokenize(passages)):
            if len(pieces):
                out[row] = self._table[pieces].astype(np.float32).mean(axis=0)
        length = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.maximum(length, 1e-9), np.float32)


def centred(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows less their mean, which all texts share and which tells none apart; of length one again. (n, d) -> (n, d)."""
    apart = rows - rows.mean(axis=0)
    return np.asarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9), np.float32)


def nearest_passage(query: NDArray[np.float32], passages: NDArray[np.float32]) -> tuple[int, float]:
    """Place and cosine of the passage most like the query; (d,), (k, d)."""
    cosines = passages @ query
    place = int(np.argmax(cosines))
    return place, float(cosines[place])
