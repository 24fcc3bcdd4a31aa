"""The result that measures read: who can have followed whom, how probably, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earned.attribution.fit import Fitted
from earned.attribution.frame import Edges, Frame
from earned.attribution.gibbs import Draws
from earned.attribution.permutation import Tested

#: Fewer posts than this are evidence, not a number.
FEWEST = 8


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
    #: (n,) variance of each post's number of followers, by others and by colleagues.
    varied: NDArray[np.float64]
    varied_inside: NDArray[np.float64]
    #: What exchanging labels says of people; None: not asked.
    tested: Tested | None
    #: How sure single causes are, in (0, 1]: see `calibration.clearness`.
    clear: float
    #: (n,) followers by others if no common cause competed.
    without_events: NDArray[np.float64]
    #: (n,) followers by others if the followers' own habits competed, too.
    strict: NDArray[np.float64]
    #: (A,) people who only relay what others posted.
    relays: NDArray[np.bool_]
    #: (n,) int32 posts ordered by person, and (A + 1,) where each person's posts begin.
    by_person: NDArray[np.int32]
    begins: NDArray[np.int64]

    def posts_of(self, person: int) -> NDArray[np.int32]:
        """Rows of a person's posts."""
        return self.by_person[self.begins[person] : self.begins[person + 1]]

    def share(self, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """The part of each post that belongs to one of its authors."""
        return 1.0 / np.diff(self.frame.author_start)[rows]


def variance_of_followers(frame: Frame, edges: Edges, fitted: Fitted, kind: int) -> NDArray[np.float64]:
    """(n,) variance of the number of followers of one type of each post, causes of different posts being independent."""
    chosen = edges.type == kind
    p = fitted.causes.edge[chosen].astype(np.float64)
    return np.bincount(edges.parent[chosen], weights=p * (1 - p), minlength=len(frame)).astype(np.float64)


def ordered_by_person(frame: Frame) -> dict[str, Any]:
    """Rows of posts by person, and where each person's begin."""
    row = np.repeat(np.arange(len(frame), dtype=np.int32), np.diff(frame.author_start))
    order = np.argsort(frame.person, kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(frame.person, minlength=frame.people))])
    return {"by_person": row[order], "begins": begins}
