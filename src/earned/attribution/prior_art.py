"""Prior art: what was said long before, by whoever it was, as a rival cause without limit of the channel's window.

Somebody who says again what was said last year follows nobody of last week. Such a cause explains a post and is credited to
nobody (method 5.1, type 4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import DOCUMENT, PRIOR, Edges, Frame
from earned.attribution.kernel import OLDEST, WINDOW, lag_code
from earned.text.similarity import Neighbours, Runner, Scale, loop, neighbours
from earned.text.sparse import Index

#: Older posts kept for one post, and the place on the similarity scale from which they are kept: the 99.99 % quantile. With
#: less, what posts on one matter always share adds up: 132 posts of prior art in a world of leaders and news that has none (90 %
#: quantile), 94 (99.9 %), 2 here.
MOST, ALIKE = 5, 9


def older(
    frame: Frame, texts: Index, scale: Scale, *, asked: NDArray[np.bool_], part: float = 1.0,
    most_work: int = 1 << 60, run: Runner = loop,
) -> Neighbours | None:  # fmt: skip
    """The most similar posts from before the window of each post asked, up to five years older; None where none can be.

    Posts that link get none: who links follows whom they link to, however old that is or what they repeat (decisions/0018).

    Args:
        frame: n posts.
        texts: Their sparse vectors.
        scale: The similarity scale; nothing below the knot ALIKE is prior art.
        asked: (n,) the posts it is asked for.
        part: From this part of that knot on posts are told.
        most_work: Postings read for one post.
        run: Who runs the search.
    """
    least = float(frame.t[-1]) - float(WINDOW[frame.speed].min()) if len(frame) else 0.0
    if least <= 0 or (frame.speed == DOCUMENT).all():
        return None
    low = np.searchsorted(frame.t, frame.t - OLDEST).astype(np.int64)
    high = np.searchsorted(frame.t, frame.t_low - WINDOW[frame.speed]).astype(np.int64)
    high = np.where((frame.speed == DOCUMENT) | ~asked | frame.has_link, low, np.maximum(high, low))
    return neighbours(texts, low, high, least=part * float(scale.knot[ALIKE]), most=MOST, most_work=most_work, run=run)


def with_prior_art(frame: Frame, edges: Edges, near: Neighbours | None) -> Edges:
    """The candidate causes with what `older` found added.

    Returns:
        At most five more for each post. Documents get none: their window is thirty years.
    """
    if near is None:
        return edges
    child, parent = near.child, near.earlier
    speed = np.maximum(frame.speed[child], frame.speed[parent])
    # A pair across channels has the window of the slower one; whoever links to an old post follows it.
    behind = (frame.t[child] - frame.t[parent] > WINDOW[speed]) & ~_linked(frame, child, parent)
    child, parent, speed = child[behind], parent[behind], speed[behind]
    nothing = np.zeros(len(child), np.uint8)
    return edges.with_more(
        Edges(
            start=np.searchsorted(child, np.arange(len(frame) + 1)).astype(np.int64),
            parent=parent,
            lag=lag_code(frame.t[child] - frame.t[parent]),
            similarity=near.similarity[behind],
            unlike=np.zeros(len(child), np.bool_),
            type=np.full(len(child), PRIOR, np.uint8),
            speed=speed.astype(np.uint8),
            trace=nothing,
            heard=nothing,
        )
    )


def _linked(frame: Frame, child: NDArray[np.int32], parent: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(k,) whether the later post links to the earlier one."""
    n = len(frame)
    return np.isin(child.astype(np.int64) * n + parent, frame.link_child.astype(np.int64) * n + frame.link_parent)
