"""Intervals made as wide as simulated worlds ask for: as the fit gives them they hold the truth too rarely, or too often.

    low' = (s(v) - a (s(v) - s(low)))^2 for a >= 1,  v (low / v)^a for a < 1;    high' = (s(v) + b (s(high) - s(v)))^2

with s the square root and v the value. The root makes widths of small and large values alike and lets a lower end reach 0;
a lower end that is 0 stays there. The factors a and b are read from a table by what the conversation is like (`traits`), how
many posts the person has and how many followers per post were found; between two cells, and between two kinds of
conversations, both count, so that who hardly differs gets intervals that hardly differ. benchmarks/calibration.py derives them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import isnan, log, sqrt

import numpy as np
from numpy.typing import NDArray

from earned.attribution.traits import Traits
from earned.model import Estimate

#: Edges between the cells of the table: posts of the conversation (larger ones are not sampled), posts of the person, followers
#: found per post; knots of the last two, one in each cell, between which its factors go over into the next one's.
SIZE, POSTS, RATES = (30_001,), (17, 41), (0.10, 0.40)
KNOTS = (12.0, 26.0, 60.0), (0.08, 0.20, 0.80)
#: What conversations are like: people much alike, without or beside news; people differ, beside news; or without, and causes
#: are unclear, clear or nearly certain.
KINDS = ("alike", "alike, news", "news", "unclear", "clear", "certain")
#: From where to where one kind goes over into the next: by `Traits.apart` (in simulated worlds with leaders it is .8 to 11, in
#: those without below .3, on a list and in a chat .05), by `Traits.news`, and twice by `Traits.clear`.
APART, NEWS, CLEAR, CERTAIN = (0.30, 0.50), (0.20, 0.40), (0.62, 0.68), (0.90, 0.94)


@dataclass(frozen=True, slots=True)
class Table:
    """Factors of width below and above the value."""

    #: Of rates and of counts, each (size, kind, posts, rate, 2).
    rate: NDArray[np.float64]
    count: NDArray[np.float64]
    #: Of followers by others in the whole conversation, (size, kind, 2).
    total: NDArray[np.float64]


_SHAPE = (len(SIZE) + 1, len(KINDS), len(POSTS) + 1, len(RATES) + 1, 2)
#: Intervals as the fit gives them: what the table is derived from.
NONE = Table(np.ones(_SHAPE), np.ones(_SHAPE), np.ones((*_SHAPE[:2], 2)))
#: From 17,331 people of 210 worlds (21 kinds, seeds 1,000 to 1,009) and 65,254 of 68 large ones (17 kinds, seeds 1,000 to
#: 1,003; benchmarks/calibration.py). A block is a kind of conversation, in the order of KINDS, with a line for few, some and
#: many posts of a person; small conversations first.
TABLE = Table(
    rate=np.array([
        [[[[1.00, 0.90], [1.00, 1.03], [1.00, 0.70]],
          [[1.00, 1.08], [1.04, 1.19], [1.00, 0.70]],
          [[1.20, 1.14], [1.16, 1.02], [1.00, 0.70]]],
         [[[1.00, 0.82], [1.00, 0.74], [1.03, 0.70]],
          [[1.00, 1.05], [1.79, 0.76], [1.00, 0.70]],
          [[3.43, 0.92], [2.76, 0.77], [1.00, 0.70]]],
         [[[1.00, 0.41], [1.00, 1.30], [1.00, 0.96]],
          [[1.00, 0.42], [1.06, 0.75], [1.00, 0.95]],
          [[1.42, 0.43], [1.28, 0.75], [1.00, 1.30]]],
         [[[0.60, 0.60], [0.60, 1.38], [0.69, 1.24]],
          [[0.60, 0.82], [1.05, 1.82], [0.66, 1.11]],
          [[1.41, 1.18], [1.29, 1.05], [0.61, 1.54]]],
         [[[0.50, 0.40], [0.50, 1.36], [0.54, 1.10]],
          [[0.50, 0.41], [0.76, 1.39], [0.66, 0.92]],
          [[0.96, 0.54], [0.77, 0.70], [0.54, 1.25]]],
         [[[1.00, 1.00], [1.00, 1.07], [1.00, 1.00]],
          [[1.00, 1.00], [1.00, 1.19], [1.07, 1.02]],
          [[1.05, 1.21], [1.07, 1.00], [1.00, 1.26]]]],
        [[[[1.00, 1.64], [1.00, 1.06], [1.00, 0.70]],
          [[1.00, 1.67], [1.01, 1.21], [1.00, 0.71]],
          [[1.09, 1.34], [1.00, 1.39], [1.00, 1.30]]],
         [[[1.00, 0.71], [1.41, 0.73], [1.00, 0.70]],
          [[1.63, 0.71], [2.05, 0.78], [1.00, 0.71]],
          [[3.91, 0.71], [2.43, 1.00], [1.00, 1.30]]],
         [[[1.00, 0.62], [1.00, 1.78], [1.00, 1.02]],
          [[1.00, 0.48], [1.01, 1.85], [1.00, 1.28]],
          [[1.41, 0.49], [1.01, 2.57], [1.00, 1.91]]],
         [[[0.60, 1.06], [0.60, 1.93], [0.60, 1.28]],
          [[0.60, 1.00], [0.70, 2.38], [0.61, 1.96]],
          [[0.87, 1.56], [0.60, 3.25], [0.60, 2.83]]],
         [[[0.50, 0.49], [0.50, 1.44], [0.51, 1.21]],
          [[0.50, 0.65], [0.50, 1.40], [0.50, 1.27]],
          [[0.51, 0.99], [0.50, 2.89], [0.50, 1.84]]],
         [[[1.00, 1.00], [1.00, 1.47], [1.00, 1.00]],
          [[1.00, 1.06], [1.00, 1.07], [1.00, 1.07]],
          [[1.00, 1.47], [1.00, 1.28], [1.00, 1.64]]]],
    ]),
    count=np.array([
        [[[[1.00, 1.00], [1.21, 2.86], [1.00, 3.86]],
          [[1.17, 1.00], [1.64, 1.00], [1.47, 1.59]],
          [[1.40, 2.18], [1.94, 1.00], [1.45, 2.12]]],
         [[[1.00, 1.00], [5.00, 1.00], [1.92, 3.16]],
          [[4.75, 1.00], [4.94, 1.00], [1.45, 1.56]],
          [[5.00, 1.00], [5.00, 1.00], [1.45, 2.12]]],
         [[[1.00, 1.00], [4.82, 1.61], [1.00, 4.08]],
          [[4.00, 1.00], [3.18, 1.06], [1.00, 3.14]],
          [[3.71, 1.00], [3.02, 1.07], [1.00, 3.19]]],
         [[[1.00, 1.00], [2.16, 1.57], [1.00, 3.03]],
          [[1.00, 1.00], [1.28, 2.36], [1.00, 2.48]],
          [[1.64, 1.66], [1.43, 2.07], [1.00, 2.94]]],
         [[[1.00, 1.00], [1.27, 2.55], [1.00, 2.53]],
          [[1.00, 1.00], [1.21, 1.90], [1.00, 2.18]],
          [[1.64, 1.00], [1.27, 1.33], [1.00, 2.88]]],
         [[[1.00, 1.00], [4.75, 1.00], [1.00, 2.98]],
          [[1.00, 1.00], [2.38, 1.10], [1.00, 1.73]],
          [[2.72, 1.00], [2.94, 1.18], [1.00, 2.89]]]],
        [[[[1.00, 1.26], [1.00, 1.74], [1.00, 2.08]],
          [[1.00, 1.36], [1.01, 1.81], [1.00, 2.43]],
          [[1.10, 2.00], [1.04, 2.53], [1.00, 3.49]]],
         [[[1.00, 1.00], [1.66, 1.06], [1.00, 2.08]],
          [[1.29, 1.00], [2.40, 1.11], [1.00, 2.43]],
          [[4.51, 1.02], [3.39, 1.63], [1.00, 3.49]]],
         [[[1.00, 1.00], [1.48, 1.82], [1.00, 2.66]],
          [[1.07, 1.19], [1.26, 2.14], [1.00, 3.33]],
          [[2.32, 1.01], [1.15, 2.79], [1.00, 5.00]]],
         [[[1.00, 1.07], [1.00, 2.22], [1.00, 3.00]],
          [[1.00, 1.25], [1.00, 2.56], [1.00, 4.37]],
          [[1.47, 1.93], [1.00, 3.79], [1.00, 5.00]]],
         [[[1.00, 1.00], [1.00, 1.52], [1.00, 2.68]],
          [[1.00, 1.00], [1.00, 1.85], [1.00, 3.71]],
          [[1.10, 1.14], [1.00, 2.58], [1.00, 5.00]]],
         [[[1.00, 1.00], [1.00, 1.05], [1.00, 1.93]],
          [[1.00, 1.00], [1.00, 1.61], [1.00, 2.83]],
          [[1.03, 1.02], [1.00, 2.60], [1.00, 4.12]]]],
    ]),
    total=np.array([
        [[5.52, 4.64], [92.11, 1.33], [7.85, 1.46], [3.09, 4.55], [3.20, 2.81], [4.53, 1.63]],
        [[12.04, 39.55], [95.35, 11.51], [11.92, 12.68], [3.52, 20.93], [2.93, 18.89], [5.95, 18.08]],
    ]),
)  # fmt: skip


def kinds(traits: Traits) -> NDArray[np.float64]:
    """(6,) how far a conversation is of each of KINDS, 1 in all; where too few people tell, they are taken to differ."""
    differ = 1.0 if isnan(traits.apart) else _part(traits.apart, APART)
    news, clear, certain = _part(traits.news, NEWS), _part(traits.clear, CLEAR), _part(traits.clear, CERTAIN)
    alone = differ * (1 - news)
    return np.array([(1 - differ) * (1 - news), (1 - differ) * news, differ * news,
                     alone * (1 - clear), alone * (clear - certain), alone * certain])  # fmt: skip


def _part(value: float, way: tuple[float, float]) -> float:
    """How far on its way from one kind to the next, in [0, 1]."""
    return min(max((value - way[0]) / (way[1] - way[0]), 0.0), 1.0)


def cell(traits: Traits, posts: int, rate: float) -> tuple[int, int, int, int]:
    """The place in the table of a person with so many posts, so often followed, in such a conversation."""
    kind = int(kinds(traits).argmax())
    return bisect_right(SIZE, traits.size), kind, bisect_right(POSTS, posts), bisect_right(RATES, rate)


def factors(table: NDArray[np.float64], traits: Traits, posts: int, rate: float) -> NDArray[np.float64]:
    """(2,) factors below and above of such a person: between two cells, and between two kinds, both count."""
    cells = blended(table, traits)
    (row, down), (column, right) = _between(posts, KNOTS[0]), _between(rate, KNOTS[1])
    upper, lower = ((1 - right) * cells[k, column] + right * cells[k, column + 1] for k in (row, row + 1))
    return np.asarray((1 - down) * upper + down * lower)


def blended(table: NDArray[np.float64], traits: Traits) -> NDArray[np.float64]:
    """The factors of such a conversation: (2,) of its total, (posts, rate, 2) of its people."""
    return np.asarray(np.tensordot(kinds(traits), table[bisect_right(SIZE, traits.size)], 1))


def _between(value: float, knots: tuple[float, ...]) -> tuple[int, float]:
    """The knot before a value, not the last one, and the part of the way to the next, on the scale of logs."""
    k = min(max(bisect_right(knots, value) - 1, 0), len(knots) - 2)
    first, second = knots[k : k + 2]
    return k, min(max(log(max(value, 1e-9) / first) / log(second / first), 0.0), 1.0)


def low_end(value: float, low: float, factor: float) -> float:
    """A lower end whose distance from the value is changed by a factor; one of 0 stays there."""
    if factor < 1.0:
        return value * (low / value) ** factor if low > 0 else 0.0
    return max(sqrt(value) - factor * (sqrt(value) - sqrt(low)), 0.0) ** 2


def high_end(value: float, high: float, factor: float) -> float:
    """An upper end whose distance from the value is changed by a factor."""
    return (sqrt(value) + factor * (sqrt(high) - sqrt(value))) ** 2


def calibrated(estimate: Estimate, by: NDArray[np.float64]) -> Estimate:
    """An interval with its lower and upper part changed by two factors."""
    value, (below, above) = estimate.value, (float(factor) for factor in by)
    low, high = low_end(value, estimate.low, below), high_end(value, estimate.high, above)
    return Estimate(value, min(low, value), max(high, value), estimate.level, estimate.n, estimate.unit)
