"""What a conversation's own course says of a pair, beside its text, its time and its author's rate.

All of it is read off a fit that has not seen it: who answers whom, whose turn it is, who has spoken since.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import Causes, Tables, weights_of
from earned.attribution.frame import COLLEAGUE, OTHER, Edges, Frame

#: The hints of a pair, in the order of their columns; all are differences that a logit can weigh.
#:
#: kernel, text, author     logarithms of the factors of the model's weight, and `rest`, of what remains of it
#: cosine                   how alike the two texts are, not how surprisingly alike
#: posts between            ln(1 + posts between the two)
#: spoken since             ln(1 + later candidates by the earlier post's author)
#: follows often            ln(followers of this author among all that the later author follows / expected of anybody)
#: is followed often        the same the other way round: the earlier author follows the later one
#: turn                     probability that the earlier post itself follows the later author
#: followed already         ln(1 + followers the earlier post has until then)
#: begins                   probability that the earlier post follows nobody
#: length                   ln(1 + words of the earlier post)
HINTS = (
    "kernel", "text", "author", "rest", "cosine", "posts between", "spoken since", "follows often", "is followed often",
    "turn", "followed already", "begins", "length",
)  # fmt: skip
#: So many of them are factors of the model's own weight.
FACTORS = 4
#: Followers that a pair of people is given beforehand, shared as everybody's are.
_PRIOR = 2.0


def by_others(frame: Frame, edges: Edges) -> NDArray[np.bool_]:
    """(e,) pairs of posts by different people: those that hints can tell apart."""
    return np.isin(edges.type, (OTHER, COLLEAGUE)) & (edges.parent < len(frame))


def hints(
    frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables, causes: Causes, words: NDArray[np.int64],
    asked: NDArray[np.bool_], *, course: bool = True,
) -> NDArray[np.float64]:  # fmt: skip
    """The hints of some pairs.

    Args:
        frame, edges: The conversation and its candidate causes.
        level: (e,) surprise of the texts, in levels.
        given: The rates of the fit, laid out.
        causes: The fit's probabilities.
        words: (n,) length of each post, in words.
        asked: (e,) the pairs asked for, by different people.
        course: Whether the course of the conversation counts; else the factors alone.

    Returns:
        (asked pairs, len(HINTS)), or the FACTORS first columns of it. What a pair itself contributed to who follows whom is
        left out of it, and so is the link between the two, if there is one.
    """
    some = edges.only(asked)
    child, parent = some.child(), some.parent
    factors = _factors(frame, some, level[asked], given)
    if not course:
        return np.column_stack(factors)
    mine, theirs = _exchange(frame, edges, causes, child, parent)
    columns = (
        *factors,
        some.similarity,
        np.log1p(np.maximum(child - parent - 1, 0)),
        np.log1p(_spoken_since(frame, child, parent)),
        mine,
        theirs,
        _turn(frame, edges, causes, child, parent),
        np.log1p(_already(edges, causes)[asked]),
        causes.background[parent],
        np.log1p(words[parent]),
    )
    return np.column_stack(columns).astype(np.float64)


def _factors(frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables) -> tuple[NDArray[np.float64], ...]:
    """Logarithms of what the model multiplies, as if nobody had linked; four of (e,)."""
    unsaid = replace(edges, trace=edges.spoken)
    kernel = _log(given.kernel[edges.type, edges.speed, edges.lag])
    text = _log(given.ratio[edges.type, edges.speed, level])
    author = _log(given.productivity[edges.type, edges.parent])
    return kernel, text, author, _log(weights_of(frame, unsaid, level, given)) - kernel - text - author


def _log(value: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.log(np.maximum(value.astype(np.float64), 1e-12))


def _spoken_since(frame: Frame, child: NDArray[np.int32], parent: NDArray[np.int32]) -> NDArray[np.float64]:
    """(e,) later candidates of the same child by the same author."""
    author = frame.first_author()[parent]
    order = np.lexsort((-parent.astype(np.int64), author, child))
    first = np.flatnonzero(np.append(True, (np.diff(child[order]) != 0) | (np.diff(author[order]) != 0)))[: len(order)]
    out = np.empty(len(child))
    out[order] = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return out


def _exchange(
    frame: Frame, edges: Edges, causes: Causes, child: NDArray[np.int32], parent: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much more than anybody the later author follows the earlier one, and the other way round; (e,) each."""
    free, author, people = by_others(frame, edges), frame.first_author().astype(np.int64), frame.people
    p, later, row = causes.edge[free].astype(np.float64), author[edges.child()[free]], edges.child()[free]
    earlier = author[edges.parent[free]]
    follows = np.bincount(later, weights=p, minlength=people)
    followed = np.bincount(earlier, weights=p, minlength=people)
    share = followed / max(p.sum(), 1e-12) + 1e-9
    pair, post = _Sums(later * people + earlier, p), _Sums(row.astype(np.int64) * people + earlier, p)
    a, b = author[child], author[parent]
    here, all_here = (
        post.of(child.astype(np.int64) * people + b),
        np.bincount(row, weights=p, minlength=len(frame))[child],
    )
    mine = np.maximum(pair.of(a * people + b) - here, 0) + _PRIOR * share[b]
    theirs = pair.of(b * people + a) + _PRIOR * share[a]
    return (
        np.log(mine / (np.maximum(follows[a] - all_here, 0) + _PRIOR) / share[b]),
        np.log(theirs / (follows[b] + _PRIOR) / share[a]),
    )


def _turn(
    frame: Frame, edges: Edges, causes: Causes, child: NDArray[np.int32], parent: NDArray[np.int32]
) -> NDArray[np.float64]:
    """(e,) probability that the earlier post follows a post of the later author."""
    free, author, people = by_others(frame, edges), frame.first_author().astype(np.int64), frame.people
    post = _Sums(
        edges.child()[free].astype(np.int64) * people + author[edges.parent[free]],
        causes.edge[free].astype(np.float64),
    )
    return post.of(parent.astype(np.int64) * people + author[child])


def _already(edges: Edges, causes: Causes) -> NDArray[np.float64]:
    """(e,) followers that the earlier post has before the later one."""
    parent = edges.parent
    order = np.argsort(parent, kind="stable")  # children of one parent stay in their order
    p = causes.edge[order].astype(np.float64)
    before = np.cumsum(p) - p
    first = np.flatnonzero(np.append(True, np.diff(parent[order]) != 0))[: len(order)]
    out = np.empty(len(order))
    out[order] = before - np.repeat(before[first], np.diff(np.append(first, len(order))))
    return out


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
