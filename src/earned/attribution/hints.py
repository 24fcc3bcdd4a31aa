"""What a conversation's own course says of a pair, beside its text, its time and its author's rate.

All of it is read off a fit that has not seen it: who answers whom, whose turn it is, who has spoken since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import Causes, Tables, weights_of
from earned.attribution.frame import COLLEAGUE, OTHER, Edges, Frame

#: The factors of the model's own weight, as logarithms; `rest` is what remains of it: who speaks to whom, which channels.
FACTORS = ("kernel", "text", "author", "rest")
#: Hints that the course of a conversation adds.
#:
#: cosine                   how alike the two texts are, not how surprisingly alike
#: posts between            ln(1 + posts between the two)
#: spoken since             ln(1 + later candidates by the earlier post's author)
#: follows often            ln(followers of this author among all that the later author follows / expected of anybody)
#: is followed often        the same the other way round: the earlier author follows the later one
#: turn                     probability that the earlier post itself follows the later author
#: followed already         ln(1 + followers the earlier post has until then)
#: begins                   probability that the earlier post follows nobody
#: length                   ln(1 + words of the earlier post)
COURSE = (
    "cosine", "posts between", "spoken since", "follows often", "is followed often", "turn", "followed already", "begins",
    "length",
)  # fmt: skip
#: All hints of a pair, in the order of their columns.
HINTS = FACTORS + COURSE
#: Followers that a pair of people is given beforehand, shared as everybody's are.
_PRIOR = 2.0


def by_others(frame: Frame, edges: Edges) -> NDArray[np.bool_]:
    """(e,) pairs of posts by different people: those that hints can tell apart."""
    return np.isin(edges.type, (OTHER, COLLEAGUE)) & (edges.parent < len(frame))


class _Sums:
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
class Course:
    """Who follows whom in a fit, summed once for all pairs."""

    #: (n,) first author of each post, int64; number of people.
    author: NDArray[np.int64]
    people: int
    #: Probability that a person follows another, over all posts, by later * people + earlier; that a post follows a person.
    pair: _Sums
    post: _Sums
    #: (A,) how much each person follows others; (A,) each person's share of all that is followed; (n,) how much each post
    #: follows others.
    follows: NDArray[np.float64]
    share: NDArray[np.float64]
    follows_by_post: NDArray[np.float64]
    #: (e,) followers that the earlier post of each pair has before the later one; (n,) that a post follows nobody.
    already: NDArray[np.float64]
    begins: NDArray[np.float64]
    #: (n,) length of each post, in words.
    words: NDArray[np.int64]


def course_of(frame: Frame, edges: Edges, causes: Causes, words: NDArray[np.int64]) -> Course:
    """Sum a fit up for hints.

    Args:
        frame, edges: The conversation and its candidate causes.
        causes: The fit's probabilities.
        words: (n,) length of each post, in words.
    """
    free, author, people = by_others(frame, edges), frame.first_author().astype(np.int64), frame.people
    row, p = edges.child()[free].astype(np.int64), causes.edge[free].astype(np.float64)
    later, earlier = author[row], author[edges.parent[free]]
    return Course(
        author=author,
        people=people,
        pair=_Sums(later * people + earlier, p),
        post=_Sums(row * people + earlier, p),
        follows=np.bincount(later, weights=p, minlength=people).astype(np.float64),
        share=np.bincount(earlier, weights=p, minlength=people) / max(p.sum(), 1e-12) + 1e-9,
        follows_by_post=np.bincount(row, weights=p, minlength=len(frame)).astype(np.float64),
        already=_already(edges, causes),
        begins=causes.background,
        words=words,
    )


def hints(
    frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables, asked: NDArray[np.bool_], course: Course | None,
) -> NDArray[np.float64]:  # fmt: skip
    """The hints of some pairs.

    Args:
        frame, edges: The conversation and its candidate causes.
        level: (e,) surprise of the texts, in levels.
        given: The rates of the fit, laid out.
        asked: (e,) the pairs asked for, by different people; of a post all or none.
        course: Of the conversation; None: the factors alone.

    Returns:
        (asked pairs, HINTS or FACTORS). What a pair itself contributed to who follows whom is left out of it, and so is the
        link between the two, if there is one.
    """
    some = edges.only(asked)
    named = _factors(frame, some, level[asked], given)
    if course is not None:
        named |= _of_course(course, some) | {"followed already": np.log1p(course.already[asked])}
    return np.column_stack([named[name] for name in HINTS if name in named])


def _factors(frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables) -> dict[str, NDArray[np.float64]]:
    """Logarithms of what the model multiplies, as if nobody had linked."""
    kernel = _log(given.kernel[edges.type, edges.speed, edges.lag])
    text = _log(given.ratio[edges.type, edges.speed, level])
    author = _log(given.productivity[edges.type, edges.parent])
    whole = _log(weights_of(frame, replace(edges, trace=edges.heard), level, given))
    return {"kernel": kernel, "text": text, "author": author, "rest": whole - kernel - text - author}


def _log(value: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.log(np.maximum(value.astype(np.float64), 1e-12))


def _of_course(course: Course, edges: Edges) -> dict[str, NDArray[np.float64]]:
    child, parent, people = edges.child().astype(np.int64), edges.parent, course.people
    a, b = course.author[child], course.author[parent]
    here = course.post.of(child * people + b)
    mine = np.maximum(course.pair.of(a * people + b) - here, 0) + _PRIOR * course.share[b]
    theirs = course.pair.of(b * people + a) + _PRIOR * course.share[a]
    elsewhere = np.maximum(course.follows[a] - course.follows_by_post[child], 0)
    return {
        "cosine": edges.similarity.astype(np.float64),
        "posts between": np.log1p(np.maximum(child - parent - 1, 0)),
        "spoken since": np.log1p(_spoken_since(child, parent, b)),
        "follows often": np.log(mine / (elsewhere + _PRIOR) / course.share[b]),
        "is followed often": np.log(theirs / (course.follows[b] + _PRIOR) / course.share[a]),
        "turn": course.post.of(parent * people + a),
        "begins": course.begins[parent],
        "length": np.log1p(course.words[parent]),
    }


def _spoken_since(
    child: NDArray[np.int64], parent: NDArray[np.int32], author: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(e,) later candidates of the same child by the same author."""
    order = np.lexsort((-parent.astype(np.int64), author, child))
    return _since_first(order, np.arange(len(order)), child[order], author[order])


def _already(edges: Edges, causes: Causes) -> NDArray[np.float64]:
    """(e,) followers that the earlier post has before the later one."""
    order = np.argsort(edges.parent, kind="stable")  # children of one parent stay in their order
    p = causes.edge[order].astype(np.float64)
    return _since_first(order, np.cumsum(p) - p, edges.parent[order])


def _since_first(
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
