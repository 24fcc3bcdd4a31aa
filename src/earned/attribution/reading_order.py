"""Whoever answers several posts takes them in the order in which they were said: where the last answer points says where to look.

People read what has come since they were here last, and answer as they read. So the causes of somebody's last post tell of
the next one: what it answers was mostly said after the last post, or stands near what that one answered.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import Causes
from earned.attribution.frame import EVENT, Edges, Frame

#: A last post of more days ago says nothing; posts within about so many of one another are near; causes below LEAST are left out.
SITTING, NEAR, LEAST = 2.0, 10.0, 0.01


@nb.njit(cache=True, nogil=True)
def _by_reading(start, parent, p, is_post, author, t, people, sitting, near, least, out):  # type: ignore[no-untyped-def]
    last = np.full(people, -1)
    for i in range(start.size - 1):
        mine = last[author[i]]
        last[author[i]] = i
        if mine < 0 or t[i] - t[mine] >= sitting:
            continue
        for e in range(start[i], start[i + 1]):
            if not is_post[e]:
                continue
            j = parent[e]
            out[e, 0] = j > mine
            for f in range(start[mine], start[mine + 1]):
                k = parent[f]
                if is_post[f] and p[f] > least and author[k] != author[i]:
                    out[e, 1] += p[f] * np.exp(-abs(j - k) / near)
                    out[e, 2] += p[f] * (j == k)


def by_reading_order(frame: Frame, edges: Edges, causes: Causes) -> NDArray[np.float32]:
    """What the later author's last post says of each pair.

    Args:
        frame, edges: The conversation and its candidate causes.
        causes: The fit's probabilities.

    Returns:
        (e, 3): whether the earlier post was said after the later author's last one; how near it stands to what that one
        answered, sum of p exp(-posts apart / 10); the probability that it is what that one answered. Zeros where the author
        had not written for two days.
    """
    out = np.zeros((len(edges), 3), np.float32)
    is_post = (edges.parent < len(frame)) & (edges.type != EVENT)
    _by_reading(edges.start, edges.parent, causes.edge, is_post, frame.first_author(), frame.t, frame.people, SITTING, NEAR,
                LEAST, out)  # fmt: skip
    return out
