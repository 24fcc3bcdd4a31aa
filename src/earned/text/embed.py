"""Dense vectors behind a small protocol: no part of similarity (decisions/0002), a hint of single causes (0012)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Protocol

import numba as nb
import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns passages into vectors of length one."""

    #: Name and version, kept with findings.
    name: str

    def embed(self, passages: Sequence[str]) -> NDArray[np.float32]:
        """(n,) passages -> (n, d) rows of length one; an empty passage is a row of zeros."""
        ...


#: No token of the vocabulary goes on behind a blank or over the end of a line, so a text is the words between them.
_BLANK = "\u2581"
_WORDS = re.compile(f"{_BLANK}*[^{_BLANK}\n]+|{_BLANK}+|\n+")


def words_of(text: str) -> list[str]:
    """What can become tokens by itself: words with the blanks before them, written as the vocabulary writes them."""
    return _WORDS.findall(_BLANK + text.replace(" ", _BLANK)) if text else []


@nb.njit(cache=True, nogil=True)
def _add(start, word, begin, piece, table, out):  # type: ignore[no-untyped-def]
    """Add to each text's row (n, d) the vectors of the pieces of its words."""
    for i in range(start.size - 1):
        for p in range(start[i], start[i + 1]):
            for q in range(begin[word[p]], begin[word[p] + 1]):
                for d in range(table.shape[1]):
                    out[i, d] += table[piece[q], d]


class StaticEmbedder:
    """Mean of static word-piece vectors: no network, no accelerator, 10,000 short posts a second.

    Each word is taken apart once, however often it is said.
    """

    name = "wordllama-l2-supercat-256"

    def __init__(self, table: NDArray[np.float16], tokenize: Callable[[Sequence[str]], list[list[int]]]) -> None:
        self._table, self._tokenize = table, tokenize

    def embed(self, passages: Sequence[str]) -> NDArray[np.float32]:
        """Mean of the pieces' vectors, scaled to length one."""
        place: dict[str, int] = {}
        word, start = array("i"), np.zeros(len(passages) + 1, np.int64)
        for row, text in enumerate(passages):
            word.extend([place.setdefault(one, len(place)) for one in words_of(text)])
            start[row + 1] = len(word)
        pieces = self._tokenize(list(place))
        begin = np.cumsum([0, *map(len, pieces)])
        used, piece = np.unique(np.array(list(chain(*pieces)), np.int32), return_inverse=True)
        out = np.zeros((len(passages), self._table.shape[1]), np.float32)
        _add(start, np.array(word, np.int32), begin, piece, self._table[used].astype(np.float32), out)
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
