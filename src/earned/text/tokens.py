"""Words as hashes: one compiled pass over UTF-8 bytes, no strings, no dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

#: Texts are tokenized in runs of so many, which bounds the memory of the joined bytes.
RUN = 50_000

#: FNV-1a, 64 bits: offset basis and prime.
_BASIS, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)


_LETTERS = (*b"abcdefghijklmnopqrstuvwxyz", *b"0123456789_", *range(128, 256))


def folding(more: bytes = b"") -> NDArray[np.uint8]:
    """(256,) what each byte counts as in a word: letters, small, digits, underscores, bytes beyond ASCII, `more`; 0 ends it."""
    out = np.zeros(256, np.uint8)
    some = [*_LETTERS, *more]
    out[some] = some
    out[65:91] = out[97:123]  # capitals
    return out


_FOLDED = folding()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of n texts as 32-bit hashes, one after another."""

    #: (k,) uint32 word hashes, in reading order.
    word: NDArray[np.uint32]
    #: (n + 1,) int64: text i holds word[start[i]:start[i + 1]].
    start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1


@nb.njit(cache=True, nogil=True)
def _hash_words(text, offset, folded, word, start):  # type: ignore[no-untyped-def]
    """Fill `word` and `start`; a word is two or more letters, digits, underscores or bytes beyond ASCII."""
    k = 0
    for i in range(offset.size - 1):
        p, end = offset[i], offset[i + 1]
        while p < end:
            h, first, highest = _BASIS, p, np.uint8(0)
            while p < end and folded[text[p]]:
                c = folded[text[p]]
                h = (h ^ np.uint64(c)) * _PRIME
                highest = max(highest, c)
                p += 1
            if p - first > 1 and highest > 57:  # digits and signs are below letters
                word[k] = np.uint32(h ^ (h >> np.uint64(32)))
                k += 1
            p += 1
        start[i + 1] = k
    return k


def tokenize(texts: Sequence[str], folded: NDArray[np.uint8] = _FOLDED) -> Tokens:
    """Hash the words of `texts`, case folded; numbers alone and single letters are no words.

    Args:
        texts: n cleaned texts.
        folded: What stands in a word (`folding`).

    Returns:
        Their words. Two words share a 32-bit hash with probability 2e-10.
    """
    words: list[NDArray[np.uint32]] = []
    lengths: list[NDArray[np.int64]] = []
    for begin in range(0, len(texts), RUN):
        some = texts[begin : begin + RUN]
        raw = [text.encode() if text.isascii() else text.lower().encode("utf-8", "replace") for text in some]
        offset = np.zeros(len(raw) + 1, np.int64)
        np.cumsum([len(piece) for piece in raw], out=offset[1:])
        joined = np.frombuffer(b"".join(raw), np.uint8)
        word, start = np.empty(len(joined) // 3 + len(raw) + 1, np.uint32), np.zeros(len(raw) + 1, np.int64)
        k = _hash_words(joined, offset, folded, word, start)
        words.append(word[:k].copy())
        lengths.append(np.diff(start))
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.concatenate([np.zeros(0, np.int64), *lengths]), out=offsets[1:])
    return Tokens(np.concatenate([np.zeros(0, np.uint32), *words]), offsets)


@nb.njit(cache=True, nogil=True)
def _bigrams(word, start, out, begin):  # type: ignore[no-untyped-def]
    k = 0
    for i in range(start.size - 1):
        for p in range(start[i], start[i + 1] - 1):
            mixed = (np.uint64(word[p]) * np.uint64(0x9E3779B97F4A7C15)) ^ (
                np.uint64(word[p + 1]) * np.uint64(0xC2B2AE3D27D4EB4F)
            )
            out[k] = np.uint32(mixed >> np.uint64(32))
            k += 1
        begin[i + 1] = k
    return k


def bigrams(tokens: Tokens) -> Tokens:
    """Pairs of neighbouring words, hashed to 32 bits."""
    out, begin = np.empty(len(tokens.word), np.uint32), np.zeros(len(tokens.start), np.int64)
    k = _bigrams(tokens.word, tokens.start, out, begin)
    return Tokens(out[:k], begin)


@nb.njit(cache=True, nogil=True)
def _characters(text, offset, low, high, out, start):  # type: ignore[no-untyped-def]
    k = 0
    for i in range(offset.size - 1):
        for p in range(offset[i], offset[i + 1]):
            h = _BASIS
            for q in range(p, min(p + high, offset[i + 1])):
                c = text[q]
                h = (h ^ np.uint64(c)) * _PRIME
                if q - p + 1 >= low:
                    out[k] = np.uint32(h ^ (h >> np.uint64(32)))
                    k += 1
                if c == 32 and q > p:  # n-grams end at a word's end and never run into the next word
                    break
        start[i + 1] = k
    return k


def characters(texts: Sequence[str], low: int = 3, high: int = 5) -> Tokens:
    """Byte n-grams of `low` to `high` inside words (a leading space included), hashed to 32 bits."""
    raw = [b" " + " ".join(text.lower().split()).encode("utf-8", "replace") + b" " for text in texts]
    offset = np.zeros(len(raw) + 1, np.int64)
    np.cumsum([len(piece) for piece in raw], out=offset[1:])
    joined = np.frombuffer(b"".join(raw), np.uint8)
    out, start = np.empty(len(joined) * (high - low + 1), np.uint32), np.zeros(len(raw) + 1, np.int64)
    k = _characters(joined, offset, low, high, out, start)
    return Tokens(out[:k].copy(), start)
