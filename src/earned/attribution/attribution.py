"""The result that measures read: who can have followed whom, how probably, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earned.attribution.compared import Compared
from earned.attribution.fit import Fitted
from earned.attribution.frame import Edges, Frame
from earned.attribution.gibbs import Draws
from earned.attribution.permutation import Tested
from earned.attribution.traits import Traits

#: Fewer posts than this are evidence, not a number.
FEWEST = 8


@dataclass(frozen=True, slots=True)
class Counts:
    """Posts best explained by each of A people's, by people of other organizations and by colleagues."""

    #: (2, A) expected number, outside and inside; its variance, causes of different posts being independent.
    value: NDArray[np.float64]
    variance: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Attribution:
    """A fitted conversation.

    n posts by A people, e candidate pairs. Missing draws mean a conversation too large for sampling: counts then carry
    only what is unknown about the causes of single posts, not what is unknown about the rates.
    """

    frame: Frame
    edges: Edges
    fitted: Fitted
    draws: Draws | None
    #: (k,) rows of posts that name a person in words, and the person named.
    named_in: NDArray[np.int32]
    named: NDArray[np.int32]
    counts: Counts
    #: (n,) variance of each post's number of followers by others.
    varied: NDArray[np.float64]
    #: What exchanging labels says of people; None: not asked.
    tested: Tested | None
    #: What the conversation is like.
    traits: Traits
    #: Followers by others per post in the whole conversation.
    typical: float
    #: (n,) followers by others if no common cause competed.
    without_events: NDArray[np.float64]
    #: (n,) followers by others if the followers' own habits competed, too.
    strict: NDArray[np.float64]
    #: (A,) people who only relay what others posted.
    relays: NDArray[np.bool_]
    #: (k,) int32 posts ordered by person; (k,) the part of each that is that person's; (A + 1,) where each person's begin.
    by_person: NDArray[np.int32]
    part: NDArray[np.float64]
    begins: NDArray[np.int64]
    #: (c,) int32 posts that link to a person's posts, or name the person after their first one, ordered by that person;
    #: (A + 1,) where each person's begin.
    crediting: NDArray[np.int32]
    crediting_begins: NDArray[np.int64]
    #: What a later fit need not compare again; None: nothing.
    compared: Compared | None = None
    #: (SPEEDS, names) what each hint of single causes counts (`reweigh`).
    weights: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))

    def posts_of(self, person: int) -> NDArray[np.int32]:
        """Rows of a person's posts."""
        return self.by_person[self.begins[person] : self.begins[person + 1]]

    def crediting_of(self, person: int) -> NDArray[np.int32]:
        """Rows of posts that link to a person's posts, or name the person after their first one; some more than once."""
        return self.crediting[self.crediting_begins[person] : self.crediting_begins[person + 1]]

    def share_of(self, person: int) -> NDArray[np.float64]:
        """The part of each of a person's posts that is theirs: authors share a post equally."""
        return self.part[self.begins[person] : self.begins[person + 1]]

    def share(self, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """The part of each post that belongs to one of its authors."""
        start = self.frame.author_start
        return np.asarray(1.0 / (start[rows.astype(np.int64) + 1] - start[rows]))


def variance_of_followers(frame: Frame, edges: Edges, fitted: Fitted, kind: int) -> NDArray[np.float64]:
    """(n,) variance of the number of followers of one type of each post, causes of different posts being independent."""
    chosen = edges.type == kind
    p = fitted.causes.edge[chosen].astype(np.float64)
    return np.bincount(edges.parent[chosen], weights=p * (1 - p), minlength=len(frame)).astype(np.float64)


def counts_of(frame: Frame, fitted: Fitted, outside: NDArray[np.float64], inside: NDArray[np.float64]) -> Counts:
    """Count by person, given (n,) variances of each post's followers; authors share a post, and so its spread, equally."""
    several = np.maximum(np.diff(frame.author_start), 1)
    value = [frame.per_person(one) for one in (fitted.sums.others, fitted.sums.colleagues)]
    return Counts(np.stack(value), np.stack([frame.per_person(one / several) for one in (outside, inside)]))


def ordered_by_person(frame: Frame) -> dict[str, Any]:
    """Rows of posts by person, how much of each is that person's, and where each person's begin."""
    several = np.diff(frame.author_start)
    row = np.repeat(np.arange(len(frame), dtype=np.int32), several)[np.argsort(frame.person, kind="stable")]
    return {"by_person": row, "part": 1.0 / several[row], "begins": _begins(frame.person, frame.people)}


def ordered_by_credited(frame: Frame, named_in: NDArray[np.int32], named: NDArray[np.int32]) -> dict[str, Any]:
    """Rows of posts that credit somebody by whom they credit, and where each person's begin."""
    several = np.diff(frame.author_start)[frame.link_parent]
    place = (
        frame.author_start[frame.link_parent].repeat(several)
        + np.arange(several.sum())
        - np.repeat(np.cumsum(several) - several, several)
    )
    first = np.full(frame.people, len(frame))
    np.minimum.at(first, frame.person, np.repeat(np.arange(len(frame)), np.diff(frame.author_start)))
    after = named_in > first[named]
    whom = np.append(frame.person[place], named[after])
    row = np.append(frame.link_child.repeat(several), named_in[after]).astype(np.int32)
    return {"crediting": row[np.argsort(whom, kind="stable")], "crediting_begins": _begins(whom, frame.people)}


def _begins(person: NDArray[np.int32], people: int) -> NDArray[np.int64]:
    """(A + 1,) where each person begins in a list ordered by person."""
    return np.concatenate([[0], np.cumsum(np.bincount(person, minlength=people))])
