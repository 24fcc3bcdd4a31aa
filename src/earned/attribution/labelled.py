"""Pairs that a reader ruled out or confirmed: a reader's word weighs more than any model's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.conversation import Placed
from earned.attribution.frame import LINKED, Edges, Frame

#: (later post's id, earlier post's id) of each.
Pairs = frozenset[tuple[str, str]]


def without_denied(placed: Placed, edges: Edges, denied: Pairs) -> Edges:
    """The candidate pairs with the denied ones left out; denials of posts that are not here are passed over.

    A link between the two posts stays counted as credit, which is a fact, and stays a link of the later post.
    """
    row = {post.id: place for place, post in enumerate(placed.posts)} if denied else {}
    pairs = [row[child] * len(row) + row[parent] for child, parent in denied if child in row and parent in row]
    return edges.only(~np.isin(edges.child().astype(np.int64) * len(row) + edges.parent, pairs)) if pairs else edges


def without_credit(placed: Placed, frame: Frame, edges: Edges) -> tuple[Frame, Edges]:
    """Take the traces of confirmed pairs back once the fit has used them: what a reader linked is no author's credit."""
    if not len(placed.confirmed_child):
        return frame, edges
    told = _keys(placed.confirmed_child, placed.confirmed_parent, len(frame))
    stays = ~np.isin(_keys(frame.link_child, frame.link_parent, len(frame)), told)
    traced = (edges.trace == LINKED) & np.isin(_keys(edges.child(), edges.parent, len(frame)), told)
    credit = replace(frame, link_child=frame.link_child[stays], link_parent=frame.link_parent[stays])
    return credit, replace(edges, trace=np.where(traced, edges.heard, edges.trace))


def _keys(child: NDArray[np.int32], parent: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    # Parents of n and more are common causes: a factor of n alone would mix them up with posts.
    return child.astype(np.int64) * (2 * n + 1) + np.minimum(parent, 2 * n)
