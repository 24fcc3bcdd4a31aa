"""Receipts: the posts by others that are best explained by a person's posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import Attribution
from earned.attribution.frame import COLLEAGUE, LINKED, OTHER
from earned.attribution.kernel import LAG_DAYS
from earned.model import Evidence, Post

#: A post is rather explained by somebody than not from this probability on.
EXPLAINED = 0.5


class Followers:
    """All pairs of different people, by parent, most probable first: built once, asked for each person."""

    def __init__(self, attribution: Attribution, posts: Sequence[Post], *, least: float = 0.05) -> None:
        edges, p = attribution.edges, attribution.fitted.causes.edge
        kept = np.flatnonzero(((edges.type == OTHER) | (edges.type == COLLEAGUE)) & (p >= least))
        order = kept[np.lexsort((-p[kept], edges.parent[kept]))]
        self._edge, self._child, self._posts = order, edges.child()[order], posts
        self._begin = np.searchsorted(edges.parent[order], np.arange(len(posts) + 1))
        self._attribution = attribution
        self._named = set(zip(attribution.named_in.tolist(), attribution.named.tolist()))
        self._latest = -1, np.zeros(0, np.int64)

    def of(self, person: int) -> NDArray[np.int64]:
        """Edges to followers of a person, in `attribution.edges`, with the place of each in this list."""
        if self._latest[0] == person:  # asked for several times in a row
            return self._latest[1]
        self._latest = person, self._places(self._attribution.posts_of(person))[0]
        return self._latest[1]

    def _places(self, rows: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of the followers of k posts in this list, one post after another, and how many each has: (k,)."""
        first, many = self._begin[rows], self._begin[rows.astype(np.int64) + 1] - self._begin[rows]
        return np.repeat(first - (np.cumsum(many) - many), many) + np.arange(many.sum()), many

    @cached_property
    def adopters(self) -> NDArray[np.int64]:
        """(A,) distinct other people, colleagues left out, with a post that is rather explained by each person than not.

        Probabilities of one child are added over the person's posts.
        """
        a, n, people = self._attribution, len(self._posts), self._attribution.frame.people
        places, leader = self._of_everybody()
        other = a.edges.type[self._edge[places]] == OTHER
        places, leader = places[other], leader[other]
        pair, back = np.unique(leader * n + self._child[places], return_inverse=True)
        p = np.bincount(back, weights=a.fitted.causes.edge[self._edge[places]], minlength=len(pair))
        leader, child = np.divmod(pair[p >= EXPLAINED], max(n, 1))
        once = np.unique(leader * people + a.frame.first_author()[child])
        return np.bincount(once // max(people, 1), minlength=people)

    def receipts(self, person: int, *, most: int = 5) -> tuple[Evidence, ...]:
        """The most probable followers, colleagues last, one receipt for a child."""
        ranked, begins = self._ranked
        found: dict[int, Evidence] = {}
        for place in ranked[begins[person] : begins[person + 1]].tolist():
            if len(found) == most:
                break
            child = int(self._child[place])
            if child not in found:
                found[child] = self._evidence(place, person)
        return tuple(found.values())

    @cached_property
    def _ranked(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of everybody's followers by person, colleagues last, the most probable first; where each person's begin."""
        a, (places, leader) = self._attribution, self._of_everybody()
        edge = self._edge[places]
        order = np.lexsort((-a.fitted.causes.edge[edge], a.edges.type[edge] == COLLEAGUE, leader))
        return places[order], np.searchsorted(leader, np.arange(a.frame.people + 1))

    def _of_everybody(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of everybody's followers, by person, and the person each follows."""
        a = self._attribution
        places, many = self._places(a.by_person)
        return places, np.repeat(np.repeat(np.arange(a.frame.people), np.diff(a.begins)), many)

    def surest(self, *, least: float = 0.1, most: int = 20_000) -> Iterator[tuple[int, int, Evidence]]:
        """The most probable pairs of all people: code of the leader (first author), code of the follower, receipt."""
        p = self._attribution.fitted.causes.edge[self._edge]
        chosen = np.flatnonzero(p >= least)
        frame = self._attribution.frame
        for place in chosen[np.argsort(-p[chosen], kind="stable")[:most]].tolist():
            parent, child = int(self._attribution.edges.parent[self._edge[place]]), int(self._child[place])
            leader, follower = (int(frame.person[frame.author_start[row]]) for row in (parent, child))
            yield leader, follower, self._evidence(place, leader)

    def _evidence(self, place: int, person: int) -> Evidence:
        edges, e = self._attribution.edges, int(self._edge[place])
        child, parent = int(self._child[place]), int(edges.parent[e])
        credited = bool(edges.trace[e] == LINKED) or (child, person) in self._named
        return Evidence(
            child=self._posts[child].id,
            parent=self._posts[parent].id,
            probability=float(self._attribution.fitted.causes.edge[e]),
            kind="link" if credited else "text",
            lag_days=float(LAG_DAYS[edges.lag[e]]),
            colleague=bool(edges.type[e] == COLLEAGUE),
        )
