"""Pairs of posts that hardly can be question and answer: the measure of what two posts share by chance.

Posts of one channel that stand some dozens of posts apart share its people, its hour and its matter, and yet rarely
answer each other. With all pairs of a window as the measure, chat finds half as many parents (method 7.3: .295 against .55).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import Frame

#: The earlier one stands so many places before the later one on its channel; so many later posts are asked.
NEAREST, FARTHEST, ASKED = 36, 100, 5_000


@dataclass(frozen=True, slots=True)
class FarApart:
    """k pairs of posts of one channel."""

    #: (k,) int32 rows.
    later: NDArray[np.int32]
    earlier: NDArray[np.int32]
    #: (k,) whether both are by the same (first) author.
    same: NDArray[np.bool_]


def unrelated(frame: Frame, asked: NDArray[np.bool_] | None = None) -> FarApart:
    """Pairs that stand NEAREST to FARTHEST places apart on their channel.

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
    return FarApart(later.astype(np.int32), earlier.astype(np.int32), author[later] == author[earlier])
