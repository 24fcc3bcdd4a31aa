"""Candidate causes: for each post the earlier posts that can have brought it about."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import COLLEAGUE, OTHER, OWN, SLOW, Edges, Frame
from earned.attribution.kernel import WINDOW, lag_code
from earned.text.similarity import Neighbours, Runner, Scale, loop, neighbours
from earned.text.sparse import Index, Sparse, cosines

#: A reply dated before its target by less than this is a clock error (method 3.2), in days.
CLOCK_ERROR = 2.0


#: More postings than any post has.
EXACT = 1 << 60


@dataclass(frozen=True, slots=True)
class Search:
    """How widely to look."""

    #: Most similar predecessors kept for one post.
    most: int = 80
    #: Latest predecessors by others kept whatever they say, on fast and talk channels: short answers share few words.
    recent: int = 40
    #: Latest own predecessors kept there: a thought goes on over several posts.
    own: int = 3
    #: Postings read for one post; the default reads all of them.
    most_work: int = EXACT
    #: Smallest similarity kept, as a fraction of the first inner knot of the scale.
    floor: float = 1.0
    #: Of more posts that link than twice so many, about so many have rivals beside what they link to: enough to learn from. The
    #: others have their links, which explain nearly all of such posts anyway (.997 and more; decisions/0018).
    linking: int = EXACT


def stride(frame: Frame, search: Search) -> int:
    """Of the posts that link, in time order, each so-and-so-many-th has rivals."""
    many = int(frame.has_link.sum())
    return 1 << (many // search.linking).bit_length() - 1 if many >= 2 * search.linking else 1


def looked_for(frame: Frame, search: Search) -> NDArray[np.bool_]:
    """(n,) posts whose similar and latest predecessors are candidates: all that do not link, and some that do."""
    out = ~frame.has_link
    out[np.flatnonzero(frame.has_link)[:: stride(frame, search)]] = True
    return out


@nb.njit(cache=True, nogil=True)
def _share_author(i, j, start, person):  # type: ignore[no-untyped-def]
    for p in range(start[i], start[i + 1]):
        for q in range(start[j], start[j + 1]):
            if person[p] == person[q]:
                return True
    return False


@nb.njit(cache=True, nogil=True)
def _types(child, parent, start, person, organization):  # type: ignore[no-untyped-def]
    out = np.empty(child.size, np.uint8)
    for e in range(child.size):
        i, j = child[e], parent[e]
        if _share_author(i, j, start, person):
            out[e] = OWN
        elif organization[i] >= 0 and organization[i] == organization[j]:
            out[e] = COLLEAGUE
        else:
            out[e] = OTHER
    return out


@nb.njit(cache=True, nogil=True)
def _recent(low, high, most, own, speed, slow, start, person):  # type: ignore[no-untyped-def]
    """The latest `most` predecessors by others, and `own` by the same person, of each post on a fast or talk channel."""
    n = low.size
    child, parent, k = np.empty(n * (most + own), np.int32), np.empty(n * (most + own), np.int32), 0
    for i in range(n):
        if speed[i] >= slow:
            continue
        j, kept, mine = high[i] - 1, 0, 0
        while j >= low[i] and kept < most and high[i] - j <= 5 * most:
            same = _share_author(i, j, start, person)
            if speed[j] < slow and (not same or mine < own):
                child[k], parent[k] = i, j
                k += 1
                kept += not same
                mine += same
            j -= 1
    return child[:k], parent[:k]


def windows(frame: Frame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows low[i] .. high[i] - 1 that can have come before post i within the longest window of its channels."""
    longest = WINDOW[int(frame.speed.max())] if len(frame) else 0.0
    low = np.searchsorted(frame.t, frame.t - longest)
    high = np.minimum(np.searchsorted(frame.t, frame.t_low, side="right"), np.arange(len(frame)))
    return low.astype(np.int64), np.maximum(high, low).astype(np.int64)


def similar(
    frame: Frame, texts: Index, scale: Scale, search: Search, *, asked: NDArray[np.bool_], run: Runner = loop
) -> Neighbours:
    """The most similar predecessors, of each post `asked`, within the windows of its channels; `texts` are all n vectors."""
    low, high = windows(frame)
    high = np.where(asked, high, low)
    least = float(scale.knot[1]) * search.floor
    return neighbours(texts, low, high, least=least, most=search.most, most_work=search.most_work, run=run)


def find_candidates(frame: Frame, rows: Sparse, scale: Scale, search: Search, near: Neighbours) -> Edges:
    """Pair each post with its possible causes: what it links to and, where it is `looked_for`, similar and recent predecessors.

    Args:
        frame: n posts.
        rows: Their n sparse vectors.
        scale: The similarity scale; unlinked pairs below its first inner knot are considered only where recent.
        search: How widely to look.
        near: What `similar` found.

    Returns:
        Edges by child. Nothing later leads anything earlier: an unlinked parent certainly came first, a linked one
        may be dated up to two days late (clock errors) and then counts as having come just before.
    """
    low, high = windows(frame)
    high = np.where(looked_for(frame, search), high, low)
    late_child, late_parent = _recent(
        low, high, search.recent, search.own, frame.speed, np.uint8(SLOW), frame.author_start, frame.person
    )
    on_time = frame.t[frame.link_parent] - frame.t[frame.link_child] <= CLOCK_ERROR
    linked = frame.link_child[on_time], frame.link_parent[on_time]
    child, parent, similarity, is_link = _distinct(len(frame), near, (late_child, late_parent), linked)
    return _edges(frame, rows, scale, child, parent, similarity, is_link, near.capped)


@nb.njit(cache=True, nogil=True)
def _insert(parent, similarity, linked, first, k):  # type: ignore[no-untyped-def]
    """Move the last of the pairs first..k of one child to its place by parent; whether it is another one than before."""
    j, s, link, q = parent[k], similarity[k], linked[k], k
    while q > first and parent[q - 1] > j:
        q -= 1
    if q > first and parent[q - 1] == j:
        similarity[q - 1] = max(similarity[q - 1], s)
        linked[q - 1] |= link
        return False
    for r in range(k, q, -1):
        parent[r], similarity[r], linked[r] = parent[r - 1], similarity[r - 1], linked[r - 1]
    parent[q], similarity[q], linked[q] = j, s, link
    return True


@nb.njit(cache=True, nogil=True)
def _merge(n, near, earlier, cosine, late, latest, link_child, link_parent, start, parent, similarity, linked):  # type: ignore[no-untyped-def]
    """Three lists by child as one, parents ascending, each pair once; similarity -2 where nobody has worked it out."""
    a, b, c, k = 0, 0, 0, 0
    for i in range(n):
        start[i] = first = k
        while a < near.size and near[a] == i:
            parent[k], similarity[k], linked[k] = earlier[a], cosine[a], False
            k += _insert(parent, similarity, linked, first, k)
            a += 1
        while b < late.size and late[b] == i:
            parent[k], similarity[k], linked[k] = latest[b], -2, False
            k += _insert(parent, similarity, linked, first, k)
            b += 1
        while c < link_child.size and link_child[c] == i:
            parent[k], similarity[k], linked[k] = link_parent[c], -2, True
            k += _insert(parent, similarity, linked, first, k)
            c += 1
    start[n] = k
    return k


def _distinct(
    n: int, near: Neighbours, late: tuple[NDArray[np.int32], ...], linked: tuple[NDArray[np.int32], ...]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], NDArray[np.bool_]]:
    """Each pair once, by child then parent, its cosine (-2: not known yet), and whether it is linked."""
    size = len(near.child) + len(late[0]) + len(linked[0])
    start, parent = np.empty(n + 1, np.int64), np.empty(size, np.int32)
    similarity, is_link = np.empty(size, np.float32), np.empty(size, np.bool_)
    k = _merge(n, near.child, near.earlier, near.similarity, late[0], late[1], linked[0], linked[1],
               start, parent, similarity, is_link)  # fmt: skip
    child = np.repeat(np.arange(n, dtype=np.int32), np.diff(start))
    return child, parent[:k], similarity[:k], is_link[:k]


def _edges(
    frame: Frame, rows: Sparse, scale: Scale, child: NDArray[np.int32], parent: NDArray[np.int32],
    similarity: NDArray[np.float32], is_link: NDArray[np.bool_], capped: float,
) -> Edges:  # fmt: skip
    speed = np.maximum(frame.speed[child], frame.speed[parent])
    days = frame.t[child] - frame.t[parent]
    certain = (frame.t_high[parent] <= frame.t_low[child]) & (child > parent) & (days <= WINDOW[speed])
    keep = (certain | is_link) & (child != parent)
    child, parent, is_link, speed, days = child[keep], parent[keep], is_link[keep], speed[keep], days[keep]
    similarity, unknown = similarity[keep], np.flatnonzero(similarity[keep] < -1)
    similarity[unknown] = cosines(rows, child[unknown], parent[unknown])
    days = np.where((days <= 0) & is_link, 0.01, days)
    start = np.searchsorted(child, np.arange(len(frame) + 1)).astype(np.int64)
    return Edges(
        start=start,
        parent=parent,
        lag=lag_code(np.minimum(days, WINDOW[speed])),
        similarity=similarity,
        unlike=is_link & (similarity < scale.knot[1]),
        type=_types(child, parent, frame.author_start, frame.person, frame.organization),
        speed=speed.astype(np.uint8),
        trace=is_link.astype(np.uint8),
        heard=np.zeros(len(child), np.uint8),
        capped=capped,
    )
