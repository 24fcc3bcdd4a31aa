"""Who speaks to whom by name: traces of pairs beside their text and time.

Somebody addressed is who is answered, and who answers. How much each trace says is learned: its share among followers,
against its share among posts of one channel that stand too far apart to be question and answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.conversation import Placed
from earned.attribution.frame import (
    ADDRESSED,
    ANSWERED,
    ASIDE,
    ELSEWHERE,
    FAST,
    LINKED,
    NONE,
    TRACES,
    Edges,
    Frame,
)
from earned.attribution.rates import CLASSES
from earned.attribution.unrelated import unrelated
from earned.text.address import addressees, called
from earned.text.clean import without_quotation

#: Names one person is known by.
_NAMES = 3


@nb.njit(cache=True, nogil=True)
def _known_as(person, name, name_of):  # type: ignore[no-untyped-def]
    return (name_of[person] == name).any()


@nb.njit(cache=True, nogil=True)
def _trace(i, j, author, spoken, name_of):  # type: ignore[no-untyped-def]
    """The trace between a later post i and an earlier post j by different people, who speak to `spoken` (-1: nobody)."""
    if spoken[i] >= 0 and _known_as(author[j], spoken[i], name_of):
        return ADDRESSED
    if spoken[j] >= 0 and _known_as(author[i], spoken[j], name_of):
        return ANSWERED
    if spoken[i] >= 0:
        return ELSEWHERE
    return ASIDE if spoken[j] >= 0 else NONE


@nb.njit(cache=True, nogil=True)
def _traces(child, parent, author, spoken, name_of):  # type: ignore[no-untyped-def]
    out = np.empty(child.size, np.uint8)
    for e in range(child.size):
        out[e] = _trace(child[e], parent[e], author, spoken, name_of)
    return out


def with_traces(placed: Placed, names: Sequence[str], edges: Edges) -> tuple[Frame, Edges]:
    """Say of each pair who speaks to whom, and how often that is so between unrelated posts.

    Args:
        placed: n posts.
        names: Display names of its known people; none: whom posts speak to is not heard.
        edges: Candidate pairs; those linked stay linked.
    """
    spoken, name_of = _addressed(placed, names)
    frame = _with_chances(placed.frame, spoken, name_of)
    if not (spoken >= 0).any():
        return frame, edges
    trace = _traces(edges.child(), edges.parent, frame.first_author(), spoken, name_of)
    between = edges.between_people()
    heard = np.where(between, trace, np.uint8(NONE))
    return frame, replace(edges, trace=np.where(edges.trace == LINKED, edges.trace, heard), heard=heard)


def _addressed(placed: Placed, names: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(n,) code of the name that each post speaks to, -1 nobody's; (A, _NAMES) codes of the names of each person."""
    frame, posts = placed.frame, placed.posts if names else ()
    texts = [without_quotation(post.text[:2_000] if post.text_unquoted is None else post.text_unquoted[:2_000])
             for post in posts]  # fmt: skip
    chat = np.flatnonzero(frame.speed == FAST).tolist() if names else []
    told, known = addressees(texts, [called(name) for name in names], chat, frame.posts_of().tolist())
    name_of = np.full((frame.people, _NAMES), -2, np.int32)
    for person, codes in enumerate(known):
        name_of[person, : len(codes[:_NAMES])] = codes[:_NAMES]
    return np.array(told or [-1] * len(frame), np.int32), name_of


def _with_chances(frame: Frame, spoken: NDArray[np.int32], name_of: NDArray[np.int32]) -> Frame:
    """The frame with what stands between unrelated posts; what was hardly seen counts as seen half a time."""
    far, shape = unrelated(frame), (CLASSES, TRACES)
    trace = _traces(far.later, far.earlier, frame.first_author(), spoken, name_of)
    speed = frame.speed[far.later].astype(np.int64)
    seen = (
        np.bincount((speed * TRACES + trace)[~far.same], minlength=CLASSES * TRACES).reshape(shape).astype(np.float64)
    )
    same = np.bincount(speed[far.same], minlength=CLASSES)
    if (spoken >= 0).any():
        seen[:, [ADDRESSED, ANSWERED, ELSEWHERE, ASIDE]] += 0.5
    seen[:, NONE] += 1.0
    again = np.where(np.arange(CLASSES) == FAST, (same + 1.0) / (same + seen.sum(axis=1)), 1.0)
    return replace(frame, chance=seen / seen.sum(axis=1, keepdims=True), again=again)
