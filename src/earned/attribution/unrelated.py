"""Pairs of posts that hardly can be question and answer: the measure of what two posts share by chance.

Posts of one channel that stand some dozens of posts apart share its people, its hour and its matter, and yet rarely
answer each other (method 7.3: with nearer pairs as the measure, a third fewer parents are found in chat).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import Frame

#: So many posts of one channel lie between, at least and at most; so many later posts are asked.
NEAREST, FARTHEST, ASKED = 36, 100, 5_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """k pairs of posts of one channel."""

    #: (k,) int32 rows.
    later: NDArray[np.int32]
    earlier: NDArray[np.int32]
    #: (k,) whether both are by the same (first) author.
    same: NDArray[np.bool_]


def unrelated(frame: Frame, asked: NDArray[np.bool_] | None = None) -> Pairs:
    """Pairs that are NEAREST to FARTHEST posts apart on their channel.

    Args:
        frame: n posts.
        asked: (n,) later posts that may be asked; of more than ASKED every second, third ... is. None: all.
    """
    order = np.argsort(frame.channel, kind="stable")
    place = np.flatnonzero(asked[order]) if asked is not None else np.arange(len(frame))
    place = place[:: len(place) // ASKED + 1]
    later = np.repeat(place, FARTHEST - NEAREST + 1)
    earlier = later - np.tile(np.arange(NEAREST, FARTHEST + 1), len(place))
    later, earlier = order[later[earlier >= 0]], order[earlier[earlier >= 0]]
    there = frame.channel[later] == frame.channel[earlier]
    later, earlier, author = later[there], earlier[there], frame.first_author()
    return Pairs(later.astype(np.int32), earlier.astype(np.int32), author[later] == author[earlier])
