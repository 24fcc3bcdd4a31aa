"""Pairs whose later post speaks to the earlier one's author by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from earned.attribution.conversation import Placed
from earned.attribution.frame import ADDRESSED, COLLEAGUE, NONE, OTHER, Edges, Frame
from earned.text.address import addressees, called
from earned.text.clean import without_quotation

#: Names one person is known by.
_NAMES = 3


def with_addressees(placed: Placed, names: Sequence[str], edges: Edges) -> tuple[Frame, Edges]:
    """Mark the pairs in which somebody is addressed, and the posts that address anybody who can be meant.

    Args:
        placed: n posts.
        names: Display names of its known people.
        edges: Candidate pairs; those linked stay linked.
    """
    frame = placed.frame
    texts = [without_quotation(post.text[:2_000] if post.text_unquoted is None else post.text_unquoted[:2_000])
             for post in placed.posts]  # fmt: skip
    spoken, known = addressees(texts, [called(name) for name in names])
    if max(spoken, default=-1) < 0:
        return frame, edges
    name_of = np.full((frame.people, _NAMES), -2, np.int32)
    for person, codes in enumerate(known):
        name_of[person, : len(codes[:_NAMES])] = codes[:_NAMES]
    child, to = edges.child(), np.array(spoken, np.int32)
    author = frame.person[frame.author_start[:-1]][edges.parent]
    meant = (name_of[author] == to[child][:, None]).any(axis=1) & np.isin(edges.type, (OTHER, COLLEAGUE))
    trace = np.where(meant & (edges.linked == NONE), np.uint8(ADDRESSED), edges.linked)
    addresses = np.isin(np.arange(len(frame)), child[meant])
    return replace(frame, addresses=addresses), replace(edges, linked=trace)
