"""What a conversation's own course says of a pair, beside its text, its time and its author's rate.

All of it is read off a fit that has not seen it: who answers whom, whose turn it is, who has spoken since.
"""

from __future__ import annotations

from dataclasses import replace

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.course import Course, since_first
from earned.attribution.expect import Tables, by_type, weights_of
from earned.attribution.frame import OWN, Edges, Frame
from earned.text.sparse import Sparse, cosines
from earned.text.surprise import STEPS

#: The factors of the model's own weight, as logarithms; `rest` is what remains of it: who speaks to whom, which channels.
FACTORS = ("kernel", "text", "author", "rest")
#: Hints that the course of a conversation adds.
#:
#: cosine                   how alike the two texts are, not how surprisingly alike
#: posts between            ln(1 + posts between the two)
#: spoken since             ln(1 + later candidates by the earlier post's author)
#: follows often            ln(followers of this author among all that the later author follows / expected of anybody)
#: is followed often        the same the other way round: the earlier author follows the later one; 0 in rooms, where
#:                          everybody reads everybody
#: turn                     probability that the earlier post itself follows the later author
#: followed already         ln(1 + followers the earlier post has until then)
#: begins                   probability that the earlier post follows nobody
#: length                   ln(1 + words of the earlier post)
#: surprise                 how surprisingly alike the two texts are, in nats; and squared
#: meaning                  cosine of what the words of the two mean (vectors of words), 0 where nobody can tell
#: named                    1: the later post holds a name of the earlier one's author
#: same subject             1: both messages have one subject
#: title said               how much of the earlier one's title the later one says, 0 to 1 (`text.titles`)
#: since own last           1: the earlier post was said after the later author's last one (`reading_order`)
#: near own last            how near it stands to what that one answered
#: as own last              probability that it is what that one answered
#: between in a room        posts between, where everybody reads all lines one after the other; 0 elsewhere
#: own                      1: both are by the same person (asked in rooms only)
COURSE = (
    "cosine", "posts between", "spoken since", "follows often", "is followed often", "turn", "followed already", "begins",
    "length", "surprise", "surprise squared", "meaning", "named", "same subject", "title said", "since own last", "near own last",
    "as own last", "between in a room", "own",
)  # fmt: skip
#: All hints of a pair, in the order of their columns.
HINTS = FACTORS + COURSE
#: Followers that a pair of people is given beforehand, shared as everybody's are.
_PRIOR = 2.0


def hints(
    frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables, asked: NDArray[np.bool_], course: Course | None,
) -> NDArray[np.float64]:  # fmt: skip
    """The hints of some pairs.

    Args:
        frame, edges: The conversation and its candidate causes.
        level: (e,) surprise of the texts, in levels, as if nobody had linked.
        given: The rates of the fit, laid out.
        asked: (e,) the pairs asked for, of those that hints tell apart; of a post all or none.
        course: Of the conversation; None: the factors alone.

    Returns:
        (asked pairs, HINTS or FACTORS). What a pair itself contributed to who follows whom is left out of it, and so is the
        link between the two, if there is one.
    """
    some = edges.only(asked)
    named = _factors(frame, some, level[asked], given)
    if course is not None:
        nats = level[asked] / STEPS
        room = frame.room[some.child()]
        named |= _of_course(course, some, room) | _of_words(course, some, room)
        named |= {"surprise": nats, "surprise squared": nats**2}
        named |= {"followed already": np.log1p(course.already[asked])} | _of_reading(course.order[asked])
    return np.column_stack([named[name] for name in HINTS if name in named])


def _factors(frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables) -> dict[str, NDArray[np.float64]]:
    """Logarithms of what the model multiplies, as if nobody had linked."""
    kernel = _log(given.kernel[edges.type, edges.speed, edges.lag])
    text = _log(given.ratio[edges.type, edges.speed, level])
    author = _log(by_type(frame, given)[edges.type, edges.parent])
    whole = _log(weights_of(frame, replace(edges, trace=edges.heard), level, given))
    return {"kernel": kernel, "text": text, "author": author, "rest": whole - kernel - text - author}


def _log(value: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.log(np.maximum(value.astype(np.float64), 1e-12))


def _of_course(course: Course, edges: Edges, room: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
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
        "is followed often": np.log(theirs / (course.follows[b] + _PRIOR) / course.share[a]) * ~room,
        "turn": course.post.of(parent * people + a),
        "begins": course.begins[parent],
        "length": np.log1p(course.spoken.words[parent]),
    }


def _of_words(course: Course, edges: Edges, room: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """What the two posts say beside the words that they share."""
    child, parent, spoken = edges.child(), edges.parent, course.spoken
    meaning = np.zeros(len(edges), np.float32)
    if len(spoken.meaning):
        _dots(child, parent, spoken.meaning, meaning)
    key = child.astype(np.int64) * course.people + course.author[parent]
    between, topic = np.log1p(np.maximum(child - parent - 1, 0)), spoken.subject
    same = (topic[child] == topic[parent]) & (topic[child] >= 0) if len(topic) else np.zeros(len(edges), np.bool_)
    return {
        "meaning": meaning.astype(np.float64),
        "named": np.isin(key, course.named).astype(np.float64),
        "same subject": same.astype(np.float64),
        "title said": _title_said(spoken.titles, child, parent),
        "between in a room": between * room,
        "own": (edges.type == OWN).astype(np.float64),
    }


def _title_said(titles: Sparse | None, child: NDArray[np.int32], parent: NDArray[np.int32]) -> NDArray[np.float64]:
    if titles is None:
        return np.zeros(len(child))
    return cosines(titles, child, np.asarray(parent + len(titles) // 2, np.int32)).astype(np.float64)


@nb.njit(cache=True, nogil=True)
def _dots(child, parent, rows, out):  # type: ignore[no-untyped-def]
    for e in range(child.size):
        total = np.float32(0)
        for d in range(rows.shape[1]):
            total += rows[child[e], d] * rows[parent[e], d]
        out[e] = total


def _of_reading(order: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    names = ("since own last", "near own last", "as own last")
    return {name: order[:, k].astype(np.float64) for k, name in enumerate(names)}


def _spoken_since(
    child: NDArray[np.int64], parent: NDArray[np.int32], author: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(e,) later candidates of the same child by the same author."""
    order = np.lexsort((-parent.astype(np.int64), author, child))
    return since_first(order, np.arange(len(order)), child[order], author[order])
