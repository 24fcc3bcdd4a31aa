"""The shape of a cascade: does an idea travel on, or speak to one audience?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Shape:
    """One tree of followings."""

    size: int
    #: Longest way from the first post, in steps; most posts on one step.
    depth: int
    breadth: int
    #: Mean distance between two posts; nan for a single post.
    virality: float


def shape(parent: NDArray[np.int64]) -> Shape:
    """Size, depth, breadth and structural virality of a tree, in linear time.

    Args:
        parent: (n,) place of the post each post followed, before it; -1 for the first.

    Returns:
        Structural virality is 2 for a large star and (n + 1) / 3 for a chain of n posts.

    Raises:
        ValueError: not one tree in time order.

    Source:
        Goel, Anderson, Hofman and Watts (2016), Management Science 62: 180-196; method 17.
    """
    n = len(parent)
    if not n or parent[0] != -1 or (parent[1:] >= np.arange(1, n)).any() or (parent[1:] < 0).any():
        raise ValueError("A cascade is one tree, each post after the one it follows.")
    below, step = np.ones(n, np.int64), np.zeros(n, np.int64)
    for k in range(1, n):
        step[k] = step[parent[k]] + 1
    for k in range(n - 1, 0, -1):
        below[parent[k]] += below[k]
    paths = float((below[1:] * (n - below[1:])).sum())
    return Shape(n, int(step.max()), int(np.bincount(step).max()), 2 * paths / (n * (n - 1)) if n > 1 else float("nan"))
