"""Sparse vectors: hashed TF-IDF, several kinds of terms in one matrix, rows of length one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.text.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Sparse:
    """n rows in compressed form; the cosine of two rows is their dot product."""

    #: (n + 1,) int64: row i holds column[start[i]:start[i + 1]].
    start: NDArray[np.int64]
    #: (k,) int32 terms, ascending inside a row.
    column: NDArray[np.int32]
    #: (k,) float32 weights.
    weight: NDArray[np.float32]
    #: Number of columns.
    width: int

    def __len__(self) -> int:
        return len(self.start) - 1


@nb.njit(cache=True, nogil=True)
def _texts(column, width):  # type: ignore[no-untyped-def]
    """Rows of each column, (width,), without the columns in eight bytes."""
    out = np.zeros(width, np.int64)
    for p in range(column.size):
        out[np.uint32(column[p])] += 1
    return out


@nb.njit(cache=True, nogil=True)
def _looked_up(place, table, out):  # type: ignore[no-untyped-def]
    """out = table[place], without places in eight bytes; `out` may be `place` itself."""
    for p in range(place.size):
        out[p] = table[np.uint32(place[p])]


def numbered(
    column: NDArray[np.int32], width: int, *, out: NDArray[np.int32] | None = None
) -> tuple[NDArray[np.int32] | None, NDArray[np.int32], int]:
    """The columns in use, numbered anew in their order: (which they are, (k,) new numbers, how many).

    A few texts use a thousandth of the columns, and tables of all of them would cost more than the texts do. None for
    which they are: so many columns are in use that they stay as they are. With `out`, the new numbers may stand there.
    """
    if len(column) <= width // 8:
        used, place = np.unique(column, return_inverse=True)
        return used, place.astype(np.int32), len(used)
    seen = _texts(column, width) > 0
    number = np.cumsum(seen, dtype=np.int32)
    if number[-1] > width // 8:
        return None, column, width
    out = np.empty_like(column) if out is None else out
    _looked_up(column, number - 1, out)
    return np.flatnonzero(seen).astype(np.int32), out, int(number[-1])


def compact(rows: Sparse) -> Sparse:
    """The same rows on the columns in use: dot products are the same, to the last bit; what a column means is lost."""
    _, column, width = numbered(rows.column, rows.width)
    return Sparse(rows.start, column, rows.weight, width)


@nb.njit(cache=True, nogil=True)
def _count(word, start, bits, column, times, begin):  # type: ignore[no-untyped-def]
    """Distinct buckets of each text with how often they occur, ascending."""
    k = 0
    shift = np.uint32(32 - bits)
    for i in range(start.size - 1):
        row = np.sort(word[start[i] : start[i + 1]] >> shift)
        for p in range(row.size):
            if p and row[p] == row[p - 1]:
                times[k - 1] += np.float32(1)
            else:
                column[k], times[k] = np.int32(row[p]), np.float32(1)
                k += 1
        begin[i + 1] = k
    return k


@nb.njit(cache=True, nogil=True)
def _weigh(begin, column, times, idf, out_start, norm):  # type: ignore[no-untyped-def]
    """Sublinear term frequency x idf, terms with idf 0 dropped, rows scaled to length `norm`; in place, from the front."""
    k = 0
    for i in range(begin.size - 1):
        first, total = k, 0.0
        for p in range(begin[i], begin[i + 1]):
            f = idf[column[p]]
            if f > 0:
                w = (1.0 + np.log(times[p])) * f
                column[k], times[k] = column[p], w
                total += w * w
                k += 1
        if total > 0:
            scale = norm / np.sqrt(total)
            for p in range(first, k):
                times[p] *= scale
        out_start[i + 1] = k
    return k


def apart(tokens: Tokens, language: NDArray[np.int16]) -> Tokens:
    """The same words with a sign of their language: texts in two languages share none. Those of code 0 stay."""
    sign = (language.astype(np.uint32) * np.uint32(0x9E3779B1)).repeat(np.diff(tokens.start))
    return Tokens(tokens.word ^ sign, tokens.start)


def _comparable(
    column: NDArray[np.int32], begin: NDArray[np.int64], language: NDArray[np.int16], width: int
) -> NDArray[np.float64]:
    """How many texts each column can occur in: those of its language; (width,)."""
    size = np.bincount(language).astype(np.float64)
    count, of = np.full(width, size[0]), language.repeat(np.diff(begin))
    for other in range(1, len(size)):
        count[column[of == other]] = size[other]
    return count


def tfidf(
    tokens: Tokens, *, bits: int = 22, most: float = 0.2, norm: float = 1.0, language: NDArray[np.int16] | None = None
) -> Sparse:
    """TF-IDF rows over 2**bits hashed terms.

    Args:
        tokens: Words, pairs of words or character n-grams of n texts.
        bits: log2 of the number of columns; terms that share a column count as one.
        most: Terms in more than this fraction of the texts are left out, and so are terms of a single text.
        norm: Length of each row that has a term left.
        language: (n,) codes: texts in different languages share no term, and a term is as rare as it is among texts of
            its own; None: one language. Else the small words of a language that few speak pass for rare ones.

    Returns:
        n rows.

    Source:
        Sublinear tf, smoothed idf log((1 + n) / (1 + df)) + 1: Salton and Buckley (1988), as in scikit-learn.
    """
    n: NDArray[np.float64] | int = len(tokens)
    size, mixed = len(tokens.word), language is not None and bool(language.any())
    if language is not None and mixed:
        tokens = apart(tokens, language)
    column, times, begin = np.empty(size, np.int32), np.empty(size, np.float32), np.zeros(len(tokens) + 1, np.int64)
    k = _count(tokens.word, tokens.start, bits, column, times, begin)
    (used, column, width), times = numbered(column[:k], 1 << bits, out=column[:k]), times[:k]
    texts = _texts(column, width)
    if language is not None and mixed:
        n = _comparable(column, begin, language, width)
    idf = np.log((1.0 + n) / (1.0 + texts)) + 1.0
    idf[(texts < 2) | (texts > np.maximum(most * n, 3))] = 0.0
    start = np.zeros(len(tokens) + 1, np.int64)
    kept = _weigh(begin, column, times, idf, start, norm)
    if used is not None:
        _looked_up(column[:kept], used, column)
    return Sparse(start, _shortened(column, kept), _shortened(times, kept), 1 << bits)


def _shortened(values: NDArray[Any], kept: int) -> NDArray[Any]:
    """The first values; what lies behind them is given back where they are few."""
    return values[:kept].copy() if kept < 0.5 * len(values) else values[:kept]


@nb.njit(cache=True, nogil=True)
def _beside(starts, columns, weights, others, other_columns, other_weights, shift):  # type: ignore[no-untyped-def]
    n = starts.size - 1
    start = starts + others
    column, weight = np.empty(start[n], np.int32), np.empty(start[n], np.float32)
    for i in range(n):
        k = start[i]
        for p in range(starts[i], starts[i + 1]):
            column[k], weight[k] = columns[p], weights[p]
            k += 1
        for p in range(others[i], others[i + 1]):
            column[k], weight[k] = other_columns[p] + shift, other_weights[p]
            k += 1
    return start, column, weight


def beside(parts: Sequence[Sparse]) -> Sparse:
    """Several kinds of terms in one matrix: the dot product of two rows is the sum over the kinds."""
    whole = parts[0]
    for part in parts[1:]:
        start, column, weight = _beside(
            whole.start, whole.column, whole.weight, part.start, part.column, part.weight, whole.width
        )
        whole = Sparse(start, column, weight, whole.width + part.width)
    return whole


@dataclass(frozen=True, slots=True)
class Postings:
    """The transpose: for each term the rows that hold it, ascending."""

    start: NDArray[np.int64]
    row: NDArray[np.int32]
    weight: NDArray[np.float32]


@nb.njit(cache=True, nogil=True)
def _transpose(start, column, weight, width):  # type: ignore[no-untyped-def]
    begin = np.zeros(width + 1, np.int64)
    for p in range(column.size):
        begin[column[p] + 1] += 1
    for t in range(width):
        begin[t + 1] += begin[t]
    at = begin[:-1].copy()
    row, out = np.empty(column.size, np.int32), np.empty(column.size, np.float32)
    for i in range(start.size - 1):
        for p in range(start[i], start[i + 1]):
            k = at[column[p]]
            row[k], out[k] = i, weight[p]
            at[column[p]] = k + 1
    return begin, row, out


def postings(rows: Sparse) -> Postings:
    """The rows of each term, for searches that start from a text's terms."""
    return Postings(*_transpose(rows.start, rows.column, rows.weight, rows.width))


@dataclass(frozen=True, slots=True)
class Index:
    """Rows ready to be searched: columns numbered from the rarest to the commonest, and the rows of each."""

    rows: Sparse
    inverse: Postings


def index(rows: Sparse) -> Index:
    """The same rows on the columns in use, the rarest first: who reads a row from its beginning reads what tells most.

    Dot products stay; what a column means is lost.
    """
    texts = _texts(rows.column, rows.width)
    used = np.flatnonzero(texts)
    used = used[np.argsort(texts[used], kind="stable")]
    place = np.zeros(rows.width, np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    column = np.empty_like(rows.column)
    _looked_up(rows.column, place, column)
    inverse = Postings(*_transpose(rows.start, column, rows.weight, len(used)))
    start, column, weight = _transpose(
        inverse.start, inverse.row, inverse.weight, len(rows)
    )  # back: ascending inside a row
    return Index(Sparse(start, column, weight, len(used)), inverse)


@nb.njit(cache=True, nogil=True)
def _cosines(child, parent, begin, columns, weights, start, column, weight, width):  # type: ignore[no-untyped-def]
    dense, out, last = np.zeros(width, np.float32), np.empty(child.size, np.float32), -1
    for e in range(child.size):
        i = child[e]
        if i != last:
            if last >= 0:
                for p in range(begin[last], begin[last + 1]):
                    dense[columns[p]] = 0
            for p in range(begin[i], begin[i + 1]):
                dense[columns[p]] = weights[p]
            last = i
        total = np.float32(0)
        for p in range(start[parent[e]], start[parent[e] + 1]):
            total += dense[column[p]] * weight[p]
        out[e] = total
    return out


def cosines(rows: Sparse, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float32]:
    """Cosines of given pairs of rows, quickest when sorted by the left one; (e,), (e,) -> (e,) float32."""
    return cosines_between(rows, rows, left, right)


def cosines_between(
    one: Sparse, other: Sparse, left: NDArray[np.int32], right: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Cosines of given rows of one matrix with given rows of another of equal width, quickest when sorted by the left ones."""
    mine, theirs = (one.start, one.column, one.weight), (other.start, other.column, other.weight)
    return np.asarray(_cosines(left, right, *mine, *theirs, one.width))


def picked(rows: Sparse, chosen: NDArray[np.int64]) -> Sparse:
    """Some rows of a matrix in the order asked for; (m,) places."""
    lengths = rows.start[chosen + 1] - rows.start[chosen]
    start = np.concatenate([[0], np.cumsum(lengths)])
    at = np.repeat(rows.start[chosen] - start[:-1], lengths) + np.arange(start[-1])
    return Sparse(start, rows.column[at], rows.weight[at], rows.width)


def centres(rows: Sparse, group: NDArray[np.int64], member: NDArray[np.int64], groups: int) -> Sparse:
    """The mean of each group's rows; (m,) groups and (m,) rows -> `groups` rows, not longer than one.

    Their dot products are mean cosines with the members, so they stay on the scale of cosines of two posts.
    """
    share, some = 1.0 / np.bincount(group, minlength=groups)[group], picked(rows, member)
    lengths = np.diff(some.start)
    key, place = np.unique(np.repeat(group, lengths) * rows.width + some.column, return_inverse=True)
    weight = np.bincount(place, weights=some.weight * np.repeat(share, lengths), minlength=len(key))
    start = np.searchsorted(key, np.arange(groups + 1) * rows.width).astype(np.int64)
    return Sparse(start, (key % rows.width).astype(np.int32), weight.astype(np.float32), rows.width)


def stacked(above: Sparse, below: Sparse) -> Sparse:
    """The rows of two matrices of equal width, one after the other."""
    start = np.concatenate([above.start, above.start[-1] + below.start[1:]])
    return Sparse(start, np.append(above.column, below.column), np.append(above.weight, below.weight), above.width)


def split(rows: Sparse, first: int) -> tuple[Sparse, Sparse]:
    """The first rows of a matrix, and the others."""
    cut = rows.start[first]
    above = Sparse(rows.start[: first + 1], rows.column[:cut], rows.weight[:cut], rows.width)
    return above, Sparse(rows.start[first:] - cut, rows.column[cut:], rows.weight[cut:], rows.width)


@nb.njit(cache=True, nogil=True)
def _against(start, column, weight, begin, row, value, out):  # type: ignore[no-untyped-def]
    """Add to out (n, few) the dot products of n rows with the few rows of an index."""
    for i in range(start.size - 1):
        for p in range(start[i], start[i + 1]):
            for q in range(begin[column[p]], begin[column[p] + 1]):
                out[i, row[q]] += weight[p] * value[q]


def against(rows: Sparse, few: Sparse) -> NDArray[np.float32]:
    """Cosines of all rows with each of a few others; (n, few) float32."""
    whole, some = split(compact(stacked(rows, few)), len(rows))
    inverse, out = postings(some), np.zeros((len(rows), len(few)), np.float32)
    _against(whole.start, whole.column, whole.weight, inverse.start, inverse.row, inverse.weight, out)
    return out


def alike(rows: Sparse, chosen: NDArray[np.int64]) -> NDArray[np.float32]:
    """Cosines of a few rows with one another; (m,) -> (m, m) float32."""
    few = picked(rows, chosen)
    return against(few, few)
