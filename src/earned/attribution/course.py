"""Who follows whom in a fit, and what posts say beside their words: summed once, asked for pair by pair."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import Causes
from earned.attribution.frame import OWN, Edges, Frame
from earned.attribution.reading_order import by_reading_order
from earned.text.sparse import Sparse


def by_others(frame: Frame, edges: Edges) -> NDArray[np.bool_]:
    """(e,) pairs of posts by different people."""
    return edges.between_people() & (edges.parent < len(frame))


def told_apart(frame: Frame, edges: Edges) -> NDArray[np.bool_]:
    """(e,) pairs that hints tell apart: by different people, and in rooms, where a thought goes on over lines, by the same."""
    own = (edges.type == OWN) & frame.room[edges.child()]
    return np.asarray(by_others(frame, edges) | own)


class Totals:
    """Sums of weights by key, looked up by key."""

    def __init__(self, key: NDArray[np.int64], weight: NDArray[np.float64]) -> None:
        self._key, place = np.unique(key, return_inverse=True)
        self._sum = np.bincount(place, weights=weight, minlength=len(self._key))

    def of(self, key: NDArray[np.int64]) -> NDArray[np.float64]:
        """The sum of each key, 0 where it was never seen."""
        if not len(self._key):
            return np.zeros(len(key))
        place = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        return np.where(self._key[place] == key, self._sum[place], 0.0)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What posts say beside the words that they share."""

    #: (n,) length of each post, in words.
    words: NDArray[np.int64]
    #: (n, d) float32 rows of length one, a post each: what its words mean; no rows: nobody can tell.
    meaning: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 1), np.float32))
    #: (k,) and (k,): posts that hold somebody's first or last name, and the person's code.
    named_in: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    named: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    #: (n,) code of each message's subject, -1: none; empty: no post has any.
    subject: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    #: Texts, then titles, 2 n rows (`text.titles`); None: no post has a title of its own.
    titles: Sparse | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Who follows whom in a fit, summed once for all pairs."""

    #: (n,) first author of each post, int64; number of people.
    author: NDArray[np.int64]
    people: int
    #: Probability that a person follows another, over all posts, by later * people + earlier; that a post follows a person.
    pair: Totals
    post: Totals
    #: (A,) how much each person follows others; (A,) each person's share of all that is followed; (n,) how much each post
    #: follows others.
    follows: NDArray[np.float64]
    share: NDArray[np.float64]
    follows_by_post: NDArray[np.float64]
    #: (e,) followers that the earlier post of each pair has before the later one; (n,) that a post follows nobody.
    already: NDArray[np.float64]
    begins: NDArray[np.float64]
    #: (e, 3) what the later author's last post says of each pair.
    order: NDArray[np.float32]
    #: What posts say beside the words that they share; names as keys post * people + person, ascending.
    spoken: Spoken
    named: NDArray[np.int64]


def course_of(frame: Frame, edges: Edges, causes: Causes, spoken: Spoken) -> Course:
    """Sum a fit up.

    Args:
        frame, edges: The conversation and its candidate causes.
        causes: The fit's probabilities.
        spoken: What posts say beside the words that they share.
    """
    free, author, people = by_others(frame, edges), frame.first_author().astype(np.int64), frame.people
    row, p = edges.child()[free].astype(np.int64), causes.edge[free].astype(np.float64)
    later, earlier = author[row], author[edges.parent[free]]
    return Course(
        author=author,
        people=people,
        pair=Totals(later * people + earlier, p),
        post=Totals(row * people + earlier, p),
        follows=np.bincount(later, weights=p, minlength=people).astype(np.float64),
        share=np.bincount(earlier, weights=p, minlength=people) / max(p.sum(), 1e-12) + 1e-9,
        follows_by_post=np.bincount(row, weights=p, minlength=len(frame)).astype(np.float64),
        already=_followed_already(edges, causes),
        begins=causes.background,
        order=by_reading_order(frame, edges, causes),
        spoken=spoken,
        named=np.unique(spoken.named_in.astype(np.int64) * people + spoken.named),
    )


def _followed_already(edges: Edges, causes: Causes) -> NDArray[np.float64]:
    """(e,) followers that the earlier post has before the later one."""
    order = np.argsort(edges.parent, kind="stable")  # children of one parent stay in their order
    p = causes.edge[order].astype(np.float64)
    return since_first(order, np.cumsum(p) - p, edges.parent[order])


def since_first(
    order: NDArray[np.int64], running: NDArray[np.float64] | NDArray[np.int64], *groups: NDArray[np.int64] | NDArray[np.int32]
) -> NDArray[np.float64]:  # fmt: skip
    """A running sum less what it was where its group began, from sorted places back to their own."""
    new = np.zeros(max(len(order) - 1, 0), np.bool_)
    for group in groups:
        new |= np.diff(group) != 0
    first = np.flatnonzero(np.append(True, new))[: len(order)]
    out = np.empty(len(order))
    out[order] = running - np.repeat(running[first], np.diff(np.append(first, len(order))))
    return out
