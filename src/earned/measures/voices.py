"""The members of an idea as rows: who wrote them, what followed what inside, with or without credit, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import Attribution
from earned.attribution.conversation import Placed
from earned.attribution.frame import LINKED, OTHER
from earned.model import Estimate, WeekCount


@dataclass(frozen=True, slots=True)
class Flow:
    """Followings inside an idea, by people of other organizations."""

    #: (m,) expected part of each member post that followed another member.
    followed: NDArray[np.float64]
    #: The same as two expected numbers: with a link, quotation or name, and without.
    credited: float
    uncredited: float
    #: Member post -> expected posts of the idea that followed it.
    by_parent: Mapping[int, float]


class Members:
    """Looks rows up in an attribution."""

    def __init__(self, attribution: Attribution) -> None:
        self._a = attribution
        self._named = set(zip(attribution.named_in.tolist(), attribution.named.tolist()))
        self._links: dict[int, list[int]] = defaultdict(list)
        for child, parent in zip(attribution.frame.link_child.tolist(), attribution.frame.link_parent.tolist()):
            if not set(self.authors(child)) & set(self.authors(parent)):
                self._links[parent].append(child)

    def authors(self, row: int) -> list[int]:
        """Codes of the people who wrote a post."""
        frame = self._a.frame
        return [int(code) for code in frame.person[frame.author_start[row] : frame.author_start[row + 1]]]

    def first_author(self, row: int) -> int:
        """The author who stands first."""
        return int(self._a.frame.person[self._a.frame.author_start[row]])

    def linked_by(self, row: int) -> list[int]:
        """Posts by others that link to this one."""
        return self._links.get(row, [])

    def followings(self, least: float, among: Collection[int] = ()) -> Mapping[tuple[int, int], float]:
        """(later, earlier) -> probability, of those at least so probable; `among`: types of causes, none: all."""
        edges, p = self._a.edges, self._a.fitted.causes.edge
        kept = np.flatnonzero((p >= least) & (np.isin(edges.type, list(among)) if among else True))
        child, parent = edges.child()[kept], edges.parent[kept]
        ahead = parent < child
        return dict(zip(zip(child[ahead].tolist(), parent[ahead].tolist()), p[kept][ahead].tolist()))

    def by_person(self, rows: Sequence[int]) -> dict[int, list[int]]:
        """Rows of each author."""
        found: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            for code in self.authors(row):
                found[code].append(row)
        return dict(found)

    def flow(self, rows: Sequence[int]) -> Flow:
        """What of an idea followed inside it."""
        inside, causes = set(rows), self._a.fitted.causes.edge
        followed, credited, by_parent = np.zeros(len(rows)), 0.0, dict[int, float]()
        for k, row in enumerate(rows):
            for e in self._edges(row):
                parent, p = int(self._a.edges.parent[e]), float(causes[e])
                if parent in inside:
                    followed[k] += p
                    credited += p * self._credits(row, e)
                    by_parent[parent] = by_parent.get(parent, 0.0) + p
        return Flow(followed, credited, max(float(followed.sum()) - credited, 0.0), by_parent)

    def _edges(self, row: int) -> list[int]:
        edges = self._a.edges
        here = range(int(edges.start[row]), int(edges.start[row + 1]))
        p = self._a.fitted.causes.edge
        return [e for e in here if edges.type[e] == OTHER and (p[e] > 1e-3 or edges.trace[e] == LINKED)]

    def _credits(self, row: int, edge: int) -> bool:
        parent = int(self._a.edges.parent[edge])
        return bool(self._a.edges.trace[edge] == LINKED) or any(
            (row, code) in self._named for code in self.authors(parent)
        )

    def took_up(self, row: int, inside: set[int]) -> Literal["credited", "uncredited", "own"]:
        """Whether a member post follows another one with credit, without, or neither."""
        followed = [e for e in self._edges(row) if int(self._a.edges.parent[e]) in inside]
        if any(self._credits(row, e) for e in followed):
            return "credited"
        return "uncredited" if sum(float(self._a.fitted.causes.edge[e]) for e in followed) >= 0.5 else "own"

    def first(self, rows: Sequence[int]) -> NDArray[np.float64]:
        """(m,) probability that each member is the first that no other post brought about; sums to 1.

        Members whose dates cannot be told apart share their turn.
        """
        frame, alone = self._a.frame, self._a.fitted.causes.background[list(rows)].astype(np.float64)
        weight, left, k = np.zeros(len(rows)), 1.0, 0
        while k < len(rows):
            last = k + 1
            while last < len(rows) and frame.t_low[rows[last]] < frame.t_high[rows[k]]:
                last += 1
            none = float(np.prod(1 - alone[k:last]))
            weight[k:last] = left * (1 - none) * alone[k:last] / max(float(alone[k:last].sum()), 1e-12)
            left, k = left * none, last
        return np.asarray(weight / max(float(weight.sum()), 1e-12))

    def momentum(self, rows: Sequence[int]) -> float:
        """Posts in the last quarter of the conversation over what an even spread would give."""
        t = self._a.frame.t
        late = float(t[0] + 0.75 * (t[-1] - t[0])) if len(t) else 0.0
        whole = max(float((t >= late).mean()), 1e-9)
        return float((t[list(rows)] >= late).mean()) / whole


def credit_rate(credited: float, uncredited: float, level: float) -> Estimate | None:
    """Part of adoptions that name or link to whom they follow, with a Beta(.5, .5) interval; None for fewer than two."""
    from scipy.special import betaincinv  # takes half a second to load

    whole = credited + uncredited
    if whole < 2:
        return None
    low, high = (
        float(betaincinv(credited + 0.5, uncredited + 0.5, tail)) for tail in ((1 - level) / 2, (1 + level) / 2)
    )
    value = credited / whole
    return Estimate(value, min(low, value), max(high, value), level, round(whole), "of adoptions")


def lifeline(
    attribution: Attribution, placed: Placed, rows: Sequence[int], followed: NDArray[np.float64]
) -> tuple[WeekCount, ...]:
    """The weeks from an idea's first post to its last."""
    first = placed.posts[rows[0]].claimed_at
    if first is None:
        return ()
    monday = first.date() - timedelta(days=first.weekday())
    weekday = int(attribution.frame.weekday[0])
    week = ((attribution.frame.t[list(rows)] + weekday) // 7).astype(int)
    week -= week[0]
    posts, induced = np.bincount(week), np.bincount(week, weights=followed)
    return tuple(WeekCount(monday + timedelta(weeks=k), int(posts[k]), float(induced[k])) for k in range(len(posts)))
