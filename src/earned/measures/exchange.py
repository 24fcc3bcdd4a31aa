"""Who did what with whose posts: shared, debated, adopted. Built once, asked for each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import Attribution
from earned.attribution.conversation import Placed
from earned.attribution.frame import COLLEAGUE, EVENT, LINKED, OTHER
from earned.model import Person
from earned.text.debate import ARGUES

#: Followings less probable than this are no evidence; from this on somebody rather adopted than not.
LEAST, ADOPTED = 0.05, 0.5


@dataclass(frozen=True, slots=True)
class Acts:
    """k acts of other people on posts of authors, ordered by author: one row is one act."""

    #: (k,) code of whose post it is, row of the post that acts, code of who acts, whether both are colleagues.
    author: NDArray[np.int64]
    child: NDArray[np.int64]
    actor: NDArray[np.int64]
    colleague: NDArray[np.bool_]
    #: (k,) expected number of acts: 1 for a link, the summed probability for a following.
    weight: NDArray[np.float64]

    def of(self, person: int) -> Acts:
        """The acts on one author's posts."""
        here = slice(*np.searchsorted(self.author, [person, person + 1]))
        return Acts(self.author[here], self.child[here], self.actor[here], self.colleague[here], self.weight[here])

    def only(self, kept: NDArray[np.bool_]) -> Acts:
        """Those acts that a mask keeps."""
        return Acts(self.author[kept], self.child[kept], self.actor[kept], self.colleague[kept], self.weight[kept])


@dataclass(frozen=True)
class Exchange:
    """The acts of a conversation by kind. People only: programs, groups and anonymous accounts do not act."""

    attribution: Attribution
    placed: Placed
    people: tuple[Person, ...]

    @cached_property
    def shared(self) -> Acts:
        """Links and reposts with fewer than fifteen own words."""
        return self.linked.only(~self._argues[self.linked.child])

    @cached_property
    def debated(self) -> Acts:
        """Replies, quotations and links with at least fifteen own words."""
        return self.linked.only(self._argues[self.linked.child])

    @cached_property
    def followed(self) -> Acts:
        """Probable followings, probabilities of one post added over an author's posts."""
        edges, p = self.attribution.edges, self.attribution.fitted.causes.edge
        kept = np.flatnonzero(((edges.type == OTHER) | (edges.type == COLLEAGUE)) & (p >= LEAST))
        inside = edges.type[kept] == COLLEAGUE
        return self._acts(edges.child()[kept], edges.parent[kept], p[kept].astype(np.float64), inside)

    @cached_property
    def adopted(self) -> Acts:
        """Followings that are rather so than not."""
        return self.followed.only(self.followed.weight >= ADOPTED)

    @cached_property
    def credited(self) -> frozenset[tuple[int, int]]:
        """(author, row of a later post) where the post links to or names the author."""
        edges = self.attribution.edges
        linked = np.flatnonzero((edges.trace == LINKED) & (edges.type != EVENT))
        acts = self._acts(
            edges.child()[linked], edges.parent[linked], np.ones(len(linked)), np.zeros(len(linked), bool)
        )
        named = zip(self.attribution.named.tolist(), self.attribution.named_in.tolist())
        return frozenset(zip(acts.author.tolist(), acts.child.tolist())) | frozenset(named)

    @cached_property
    def linked(self) -> Acts:
        """Replies, quotations, reposts and links of every kind."""
        frame = self.attribution.frame
        child, parent = frame.link_child.astype(np.int64), frame.link_parent.astype(np.int64)
        firm = frame.organization
        colleague = (firm[child] == firm[parent]) & (firm[child] >= 0)
        return self._acts(child, parent, np.ones(len(child)), colleague)

    @cached_property
    def _argues(self) -> NDArray[np.bool_]:
        """(n,) whether a post that links has enough words of its own."""
        found = np.zeros(len(self.placed.posts), np.bool_)
        for row in np.unique(self.attribution.frame.link_child).tolist():
            post = self.placed.posts[row]
            own = post.text if post.text_unquoted is None else post.text_unquoted
            found[row] = len(own.split()) >= ARGUES
        return found

    @cached_property
    def _acting(self) -> NDArray[np.bool_]:
        """(A,) whether somebody counts as a person."""
        found = np.zeros(self.attribution.frame.people, np.bool_)
        found[: len(self.people)] = [one.kind == "person" for one in self.people]
        return found & ~self.attribution.relays

    def _acts(
        self, child: NDArray[np.integer], parent: NDArray[np.integer], weight: NDArray[np.float64],
        colleague: NDArray[np.bool_],
    ) -> Acts:  # fmt: skip
        """Acts of (child, parent) pairs: one for each author of the parent and child, own acts left out."""
        frame = self.attribution.frame
        several = np.diff(frame.author_start)[parent]
        pair = np.repeat(np.arange(len(child)), several)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(several) - several, several)
        author = frame.person[frame.author_start[parent[pair]] + within].astype(np.int64)
        key = author * len(frame) + child[pair]
        unique, first, back = np.unique(key, return_index=True, return_inverse=True)
        row = unique % max(len(frame), 1)
        made = Acts(
            unique // max(len(frame), 1), row, frame.person[frame.author_start[row]].astype(np.int64),
            colleague[pair[first]], np.minimum(np.bincount(back, weights=weight[pair], minlength=len(unique)), 1.0),
        )  # fmt: skip
        return made.only((made.actor != made.author) & self._acting[made.actor])


def people_of(acts: Acts, *, colleagues: bool = False) -> frozenset[int]:
    """Distinct people who act, of other organizations or colleagues."""
    return frozenset(acts.actor[acts.colleague == colleagues].tolist())


def codes(people: Sequence[Person]) -> dict[str, int]:
    """Person id -> code."""
    return {one.id: code for code, one in enumerate(people)}
