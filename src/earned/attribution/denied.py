"""Pairs that a person ruled out: a reader's no weighs more than any model's yes."""

from __future__ import annotations

import numpy as np

from earned.attribution.conversation import Placed
from earned.attribution.frame import Edges

#: (later post's id, earlier post's id) of each.
Pairs = frozenset[tuple[str, str]]


def without_denied(placed: Placed, edges: Edges, denied: Pairs) -> Edges:
    """The candidate pairs with the denied ones left out; denials of posts that are not here are passed over.

    A link between the two posts stays counted as credit, which is a fact, and stays a link of the later post.
    """
    row = {post.id: place for place, post in enumerate(placed.posts)} if denied else {}
    pairs = [row[child] * len(row) + row[parent] for child, parent in denied if child in row and parent in row]
    return edges.only(~np.isin(edges.child().astype(np.int64) * len(row) + edges.parent, pairs)) if pairs else edges
