"""The conversation as arrays: one row per post, in time order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

#: Speed classes of channels; the class of a pair of posts is the slower of the two.
FAST, TALK, SLOW, DOCUMENT = range(4)
SPEEDS = ("fast", "talk", "slow", "document")

#: Traces of a pair beside its text and time: nothing; the later post links to the earlier one; it speaks to the earlier
#: one's author by name; the earlier one spoke to the later one's author; the later speaks to somebody else; the earlier did.
NONE, LINKED, ADDRESSED, ANSWERED, ELSEWHERE, ASIDE = range(6)
TRACES = 6

#: Types of causes. PRIOR: prior art, older than the window, by anybody. Parents of type EVENT are n, n + 1, ...: no posts.
OTHER, OWN, EVENT, COLLEAGUE, PRIOR = range(5)
TYPES = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """n posts by A people, rows ascending by (time, id)."""

    #: (n,) float64 days since the study's first post; the earliest and latest moment it can have been.
    t: NDArray[np.float64]
    t_low: NDArray[np.float64]
    t_high: NDArray[np.float64]
    #: (n + 1,) and (k,): the authors of post i are person[author_start[i]:author_start[i + 1]], codes 0 .. A - 1.
    author_start: NDArray[np.int64]
    person: NDArray[np.int32]
    people: int
    #: (n,) the authors' organization that day, -1: none known.
    organization: NDArray[np.int32]
    #: (n,) code of the channel; number of channels; (n,) speed class.
    channel: NDArray[np.int32]
    channels: int
    speed: NDArray[np.uint8]
    #: (l,) rows of posts that hold an explicit link, and of the posts they link to; never to a later row's future.
    link_child: NDArray[np.int32]
    link_parent: NDArray[np.int32]
    #: (n,) week since the first post, weekday (Monday = 0), and whether the post links to any post at hand.
    week: NDArray[np.int32]
    weekday: NDArray[np.int8]
    has_link: NDArray[np.bool_]
    #: (4, TRACES) how often each trace stands between unrelated posts by different people, by speed class; (4,) how often
    #: two posts that far apart are by the same person.
    chance: NDArray[np.float64]
    again: NDArray[np.float64]
    #: (n,) whether it was said in a room, where everybody reads all lines one after the other.
    room: NDArray[np.bool_]
    #: (n,) how much more likely the post's outer signs are for an answer than for a beginning (`answering`); empty: no signs.
    answering: NDArray[np.float64] = field(default_factory=lambda: np.ones(0))
    #: (v,) times of the common causes that compete, in days.
    event_t: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.t)

    @property
    def span(self) -> float:
        """Days from the first post to just after the last."""
        return float(self.t[-1]) + 1e-6 if len(self.t) else 0.0

    @property
    def weeks(self) -> int:
        """Number of weeks the conversation touches."""
        return int(self.week[-1]) + 1 if len(self.week) else 1

    def per_person(self, by_post: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum a quantity of posts over people; the authors of a post share it equally. (n,) -> (A,)."""
        several = np.diff(self.author_start)
        alone = len(self.person) == len(self.t) and bool((several == 1).all())
        share = by_post if alone else np.repeat(by_post / np.maximum(several, 1), several)
        return np.bincount(self.person, weights=share, minlength=self.people).astype(np.float64)

    def first_author(self) -> NDArray[np.int32]:
        """(n,) code of the first author of each post."""
        return self.person[self.author_start[:-1]]

    def posts_of(self) -> NDArray[np.int64]:
        """Posts each person wrote, alone or with others; (A,)."""
        return np.bincount(self.person, minlength=self.people)

    def of_authors(self, by_person: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean of a quantity of people over the authors of each post; (A,) -> (n,). Posts by nobody known get 0."""
        several = np.diff(self.author_start)
        if len(self.person) == len(self.t) and (several == 1).all():
            return by_person[self.person]
        row = np.repeat(np.arange(len(self.t)), several)
        sums = np.bincount(row, weights=by_person[self.person], minlength=len(self.t))
        return np.asarray(sums / np.maximum(several, 1))


@dataclass(frozen=True, slots=True)
class Edges:
    """e candidate pairs, sorted by child: all rival causes of a post stand together."""

    #: (n + 1,) int64: the causes of post i are edges start[i]:start[i + 1].
    start: NDArray[np.int64]
    #: (e,) int32 row of the earlier post.
    parent: NDArray[np.int32]
    #: (e,) uint16 place on the lag scale (kernel.LAGS steps).
    lag: NDArray[np.uint16]
    #: (e,) float32 cosine of the two posts; bool: linked although they share hardly a word.
    similarity: NDArray[np.float32]
    unlike: NDArray[np.bool_]
    #: (e,) uint8: type of cause, speed class of the pair, trace (NONE .. ASIDE; of own posts NONE or LINKED).
    type: NDArray[np.uint8]
    speed: NDArray[np.uint8]
    trace: NDArray[np.uint8]
    #: (e,) uint8: the trace that the pair would have if nobody had linked: who speaks to whom by name.
    heard: NDArray[np.uint8]
    #: Fraction of posts that had more similar predecessors than were kept.
    capped: float = 0.0

    def __len__(self) -> int:
        return len(self.parent)

    def child(self) -> NDArray[np.int32]:
        """(e,) int32 row of the later post."""
        return np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), np.diff(self.start))

    def between_people(self) -> NDArray[np.bool_]:
        """(e,) pairs of posts by different people, colleagues or not."""
        return np.asarray((self.type == OTHER) | (self.type == COLLEAGUE))

    def only(self, kept: NDArray[np.bool_]) -> Edges:
        """The pairs where `kept` (e,) holds, in the same order."""
        start = np.zeros_like(self.start)
        _starts(self.start, kept, start)
        some: dict[str, Any] = {name: getattr(self, name)[kept] for name in _BY_EDGE}
        return replace(self, start=start, **some)

    def with_more(self, added: Edges) -> Edges:
        """Both lists over the same posts, all causes of a post together, added ones last."""
        order = np.argsort(np.concatenate([self.child(), added.child()]), kind="stable")
        whole: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(added, name)])[order] for name in _BY_EDGE
        }
        return replace(self, start=self.start + added.start, **whole)


@nb.njit(cache=True, nogil=True)
def _starts(start, kept, out):  # type: ignore[no-untyped-def]
    """Where the causes of each post begin once only some are kept."""
    for i in range(start.size - 1):
        out[i + 1] = out[i]
        for e in range(start[i], start[i + 1]):
            out[i + 1] += kept[e]


#: The columns of `Edges` that hold one value a pair.
_BY_EDGE = ("parent", "lag", "similarity", "unlike", "type", "speed", "trace", "heard")
