"""Who wrote something alike before: exact search over time windows, and the scale on which likeness is told.

Similarity means *on the same matter*, never agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.text.sparse import Index, Postings, Sparse, compact, picked, postings

#: Runs the same function over a list of arguments: a loop, threads or a cluster.
Runner = Callable[[Callable[..., None], Sequence[tuple[int, int]]], None]

#: Background quantiles at which the similarity scale has its knots; knot 0 is "nothing in common", the last a near copy.
QUANTILES = (0.90, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
#: Similarity from which two texts count as near copies.
NEAR_COPY = 0.85
KNOTS = len(QUANTILES) + 2

#: Steps in which the scores of a post's candidates are counted, from 0 to the best.
PLACES = 256
#: Rows a run of the search handles; runs are independent of one another and of the number of workers.
RUN = 4_096


@dataclass(frozen=True, slots=True)
class Scale:
    """Similarity measured in how rare it is among unrelated posts of this conversation."""

    #: (KNOTS,) float32 ascending similarities, from 0 to a near copy.
    knot: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Earlier posts worth considering as causes of each post, by child."""

    #: (e,) int32 rows, children ascending.
    child: NDArray[np.int32]
    earlier: NDArray[np.int32]
    #: (e,) float32 cosine.
    similarity: NDArray[np.float32]
    #: Fraction of posts with more similar predecessors than were kept.
    capped: float


@nb.njit(cache=True, nogil=True)
def _first_from(row, first, last, least, near):  # type: ignore[no-untyped-def]
    """The first place from `first` on, before `last`, whose row is `least` or later; rows ascend. Looked for around `near`."""
    step = 1
    if near < last and row[near] < least:
        first = near + 1
        while first + step <= last and row[first + step - 1] < least:
            first += step
            step *= 2
        last = min(last, first + step - 1)
    else:
        last = near
        while last - step >= first and row[last - step] >= least:
            last -= step
            step *= 2
        first = max(first, last - step)
    while first < last:
        middle = (first + last) >> 1
        if row[middle] < least:
            first = middle + 1
        else:
            last = middle
    return first


@nb.njit(cache=True, nogil=True)
def _asked_for(i, start, column, row, value, near):  # type: ignore[no-untyped-def]
    """Read one posting of each term of row i: memory fetches them together, which the search asks for one after another.

    The sum says nothing; who passes it on keeps the reading from being left out.
    """
    total = np.float32(0)
    for k in range(start[i], start[i + 1]):
        t = column[k]
        first, last = min(near[t, 0], row.size - 1), max(near[t, 1] - 1, 0)
        total += np.float32(row[first] + row[last]) + value[first]
    return total


@nb.njit(cache=True, nogil=True)
def _ends_asked_for(rows, start, column, weight):  # type: ignore[no-untyped-def]
    """Read the last term of each of some rows that have terms, as `_asked_for` reads postings."""
    total = np.float32(0)
    for q in range(rows.size):
        last = start[np.uint32(rows[q]) + 1] - 1
        total += np.float32(column[last]) + weight[last]
    return total


@nb.njit(cache=True, nogil=True)
def _accumulate(i, low, high, start, column, weight, begin, row, value, most_work, near, sums, touched):  # type: ignore[no-untyped-def]
    """Dot products of row i with rows low..high-1, term after term, until `most_work` postings were read.

    `near` (terms, 2) is where each term's window began and ended last: that of the next row is hardly another.

    Returns:
        How many rows were touched, and the first place of row i that was not read.
    """
    seen, done = np.uint64(0), 0
    for k in range(start[i], start[i + 1]):
        t = np.uint32(column[k])
        left = _first_from(row, begin[t], begin[t + 1], low, near[t, 0])
        right = _first_from(row, left, begin[t + 1], high, max(left, near[t, 1]))
        near[t, 0], near[t, 1] = left, right
        if done and done + right - left > most_work:
            return np.int64(seen), k
        done += right - left
        seen = _add(weight[k], np.uint64(left), np.uint64(right), row, value, sums, touched, seen)
    return np.int64(seen), start[i + 1]


@nb.njit(cache=True, nogil=True)
def _add(w, first, last, row, value, sums, touched, seen):  # type: ignore[no-untyped-def]
    """Add w times the postings first..last-1 to the sums of their rows; rows that had none are noted. How many now have some.

    Places are unsigned: signed ones are tested for being negative, each time.
    """
    for p in range(first, last):
        j = np.uint32(row[p])
        before = sums[j]
        touched[seen] = j  # stays only where j is new: no branch, which would be guessed wrong every other time
        seen += np.uint64(before == 0)
        sums[j] = before + w * value[p]
    return seen


@nb.njit(cache=True, nogil=True)
def dot_products(i, start, column, weight, begin, row, value, sums, touched):  # type: ignore[no-untyped-def]
    """Dot products of row i with all rows of an index, and which of them are more than nothing."""
    seen = np.uint64(0)
    for k in range(start[i], start[i + 1]):
        t = np.uint32(column[k])
        seen = _add(weight[k], np.uint64(begin[t]), np.uint64(begin[t + 1]), row, value, sums, touched, seen)
    return np.int64(seen)


@nb.njit(cache=True, nogil=True)
def exact_cosine(i, j, start, column, weight):  # type: ignore[no-untyped-def]
    """Cosine of two rows; compiled, for use inside other compiled loops."""
    p, q, total = start[i], start[j], np.float32(0)
    while p < start[i + 1] and q < start[j + 1]:
        if column[p] == column[q]:
            total += weight[p] * weight[q]
            p += 1
            q += 1
        elif column[p] < column[q]:
            p += 1
        else:
            q += 1
    return total


@nb.njit(cache=True, nogil=True)
def _about_best(score, top, most, places):  # type: ignore[no-untyped-def]
    """A bar that the `most` best scores and hardly any others reach: by counting, a tenth of the cost of a selection.

    `top` is the best score.
    """
    step = np.float32(places.size - 1) / top
    places[:] = 0
    for q in range(np.uint64(score.size)):
        places[np.uint32(score[q] * step)] += 1
    k, reached = places.size - 1, places[-1]
    while reached < most:
        k -= 1
        reached += places[k]
    return np.float32(k) / step


@nb.njit(cache=True, nogil=True)
def _best(score, most):  # type: ignore[no-untyped-def]
    """The places of the `most` best scores, the best first, equal ones as they stand; few by insertion: quickest there."""
    if min(score.size, most) > 64:
        return np.argsort(-score, kind="mergesort")[:most]
    order, k = np.empty(min(score.size, most), np.int64), 0
    for q in range(score.size):
        if k == most:
            if score[order[k - 1]] >= score[q]:
                continue
            k -= 1
        p = k
        while p and score[order[p - 1]] < score[q]:
            order[p] = order[p - 1]
            p -= 1
        order[p] = q
        k += 1
    return order


@nb.njit(cache=True, nogil=True)
def _add_rest(i, first, rows, start, column, weight, dense, out):  # type: ignore[no-untyped-def]
    """Add what the terms of row i from place `first` on, its commonest, share with some rows; `dense` stays zeros."""
    for p in range(first, start[i + 1]):
        dense[column[p]] = weight[p]
    for q in range(rows.size):
        p, last, total = start[rows[q] + 1], start[rows[q] + 1], out[q]
        while p > start[rows[q]] and column[p - 1] >= column[first]:
            p -= 1
        for r in range(p, last):
            total += dense[np.uint32(column[r])] * weight[r]
        out[q] = total
    for p in range(first, start[i + 1]):
        dense[column[p]] = 0


@nb.njit(cache=True, nogil=True)
def _taken(seen, least, sums, touched, score):  # type: ignore[no-untyped-def]
    """Move the sums of touched rows to `score`, those of at least `least`, and leave zeros; how many, and the best."""
    k, top = np.uint64(0), np.float32(0)
    for q in range(np.uint64(seen)):
        j = np.uint32(touched[q])
        s, sums[j] = sums[j], 0
        touched[k], score[k] = j, s  # stays only where it is enough
        k += np.uint64(s >= least)
        top = max(top, s)
    return np.int64(k), top


@nb.njit(cache=True, nogil=True)
def _search(a, b, low, high, start, column, weight, begin, row, value, least, most, most_work, found, score, count):  # type: ignore[no-untyped-def]
    """For rows a..b-1 the `most` most similar rows of their window, similarity at least `least`; rarest terms come first."""
    n, asked = start.size - 1, np.float32(0)
    sums, touched, dense = np.zeros(n, np.float32), np.empty(n + 1, np.int32), np.zeros(begin.size - 1, np.float32)
    s, places, near = np.empty(n + 1, np.float32), np.empty(PLACES, np.int64), np.empty((begin.size - 1, 2), np.int64)
    near[:, 0], near[:, 1] = begin[:-1], begin[:-1]
    for i in range(a, b):
        if low[i] >= high[i]:
            count[i - a] = 0
            continue
        asked += _asked_for(i, start, column, row, value, near)
        seen, read = _accumulate(
            i, low[i], high[i], start, column, weight, begin, row, value, most_work, near, sums, touched
        )
        whole = read == start[i + 1]
        k, top = _taken(seen, least if whole else least / 3, sums, touched, s)
        if not whole:
            if k > 2 * most:
                bar, many, k = _about_best(s[:k], top, 2 * most, places), k, 0
                for q in range(many):
                    touched[k], s[k], above = touched[q], s[q], s[q] >= bar
                    k += above
            asked += _ends_asked_for(touched[:k], start, column, weight)
            _add_rest(i, read, touched[:k], start, column, weight, dense, s)
        base, m = (i - a) * most, 0
        for q in _best(s[:k], most + 1):
            if s[q] < least:
                break
            if m == most:
                m += 1
                break
            found[base + m], score[base + m] = touched[q], s[q]
            m += 1
        count[i - a] = m
    return asked


def loop(work: Callable[..., None], runs: Sequence[tuple[int, int]]) -> None:
    """The plainest runner: one run after another."""
    for first, last in runs:
        work(first, last)


def runs_of(n: int, size: int = RUN) -> list[tuple[int, int]]:
    """Consecutive ranges of rows; cuts depend on the data only."""
    return [(first, min(n, first + size)) for first in range(0, n, size)]


def neighbours(
    texts: Index,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    *,
    least: float,
    most: int,
    most_work: int,
    run: Runner = loop,
) -> Neighbours:
    """The most similar earlier posts of each post.

    Args:
        texts: n posts in time order.
        low, high: (n,) the window of post i is rows low[i] .. high[i] - 1.
        least: Smallest cosine worth keeping.
        most: At most so many for a post.
        most_work: Postings read for one post. Enough for all of them: the search is exact. Fewer: the rarest terms
            find the candidates, whose cosines are then exact.
        run: Who runs the map.

    Returns:
        Pairs by child, most similar first.
    """
    rows, inverse = texts.rows, texts.inverse
    parts: dict[int, tuple[NDArray[Any], ...]] = {}

    def work(a: int, b: int) -> None:
        found, score = np.empty((b - a) * most, np.int32), np.empty((b - a) * most, np.float32)
        count = np.zeros(b - a, np.int32)
        _search(a, b, low, high, rows.start, rows.column, rows.weight, inverse.start, inverse.row, inverse.weight,
                np.float32(least), most, most_work, found, score, count)  # fmt: skip
        kept = (np.arange(most)[None, :] < count[:, None]).ravel()
        child = np.repeat(np.arange(a, b, dtype=np.int32), np.minimum(count, most))
        parts[a] = child, found[kept], score[kept], np.array([(count > most).sum()], np.int32)

    run(work, [(a, b) for a, b in runs_of(len(rows)) if (low[a:b] < high[a:b]).any()])
    child, earlier, similarity, capped = (
        np.concatenate([parts[a][k] for a in sorted(parts)] or [np.zeros(0, np.int32)]) for k in range(4)
    )
    return Neighbours(child, earlier, similarity.astype(np.float32), float(capped.sum()) / max(len(rows), 1))


@dataclass(frozen=True, slots=True)
class Reference:
    """Posts that stand for the background text of a conversation, ready to be compared with."""

    row: NDArray[np.int64]
    inverse: Postings


def reference(rows: Sparse, chosen: NDArray[np.int64]) -> Reference:
    """The rows `chosen` (ascending) as a reference."""
    return Reference(chosen, postings(picked(rows, chosen)))


@nb.njit(cache=True, nogil=True)
def _sample(chosen, m, start, column, weight, begin, row, value, floor, out):  # type: ignore[no-untyped-def]
    """Similarities of the chosen rows to the reference rows (not to themselves), those above `floor`."""
    sums, touched, k = np.zeros(m, np.float32), np.empty(m + 1, np.int32), 0
    for c in range(chosen.size):
        seen = dot_products(chosen[c], start, column, weight, begin, row, value, sums, touched)
        for q in range(seen):
            s, sums[touched[q]] = sums[touched[q]], 0
            if s > floor and touched[q] != c:
                out[k] = s
                k += 1
    return k


def background_scale(rows: Sparse, rng: np.random.Generator, *, posts: int = 2_000) -> Scale:
    """Knots at the background quantiles of this conversation, from all pairs of `posts` sampled posts."""
    rows, m = compact(rows), min(posts, len(rows))
    chosen = np.sort(rng.choice(len(rows), m, replace=False)) if m else np.zeros(0, np.int64)
    against, found = reference(rows, chosen), np.empty(m * m, np.float32)
    k = _sample(chosen, m, rows.start, rows.column, rows.weight, against.inverse.start, against.inverse.row,
                against.inverse.weight, np.float32(0), found)  # fmt: skip
    # Copies are no background: a program that repeats others would stretch the scale to where nothing is told apart.
    positive = np.sort(found[:k][found[:k] < NEAR_COPY])
    k = len(positive)
    ranks = k - 1 - np.floor((1 - np.array(QUANTILES)) * max(m * (m - 1), 1)).astype(np.int64)
    inner = np.where(ranks >= 0, positive[np.clip(ranks, 0, max(k - 1, 0))] if k else 0.0, 0.0)
    knot = np.concatenate([[0.0], inner, [NEAR_COPY]])
    return Scale(_increasing(knot).astype(np.float32))


def _increasing(knot: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strictly increasing knots below a near copy, even where hardly any two posts share a word."""
    for k in range(1, len(knot)):
        knot[k] = max(knot[k], knot[k - 1] + 1e-3)
    return np.asarray(knot * min(1.0, NEAR_COPY / knot[-1]))
