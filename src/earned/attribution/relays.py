"""Who only relays: accounts whose posts are copies of what others posted before. They are neither led nor lead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import NONE, Edges, Frame

#: Cosine from which a post is a copy, and the part of at least so many posts that makes a relay.
COPY, PART, FEWEST = 0.9, 0.8, 8


def relays(frame: Frame, edges: Edges) -> NDArray[np.bool_]:
    """People four fifths of whose posts copy an earlier post by somebody else; (A,).

    A copy that credits its source by a link is a repost, not a relay.
    """
    copying = (edges.similarity >= COPY) & (edges.trace == NONE) & edges.between_people()
    copies = np.isin(np.arange(len(frame)), edges.child()[copying])
    posts = frame.posts_of()
    part = frame.per_person(copies.astype(np.float64)) / np.maximum(posts, 1)
    return np.asarray((posts >= FEWEST) & (part >= PART))


def without_relays(frame: Frame, edges: Edges, relaying: NDArray[np.bool_]) -> Edges:
    """The candidate pairs with every pair of a relay left out: what it posts explains nothing and needs no cause."""
    by = relaying[frame.person[frame.author_start[:-1]]]
    child = edges.child()
    return edges.only(~(by[child] | by[edges.parent]))
