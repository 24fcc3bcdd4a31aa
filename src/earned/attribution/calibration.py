"""Intervals made as wide as simulated worlds ask for: as the fit gives them they hold the truth too rarely, or too often.

    low' = (s(v) - a (s(v) - s(low)))^2,    high' = (s(v) + b (s(high) - s(v)))^2,    s = square root, v the value

The root makes widths of small and large values alike and lets a lower end reach 0. The factors a and b are read from a table
by how large the conversation is and how clear its causes are, how many posts the person has and how many followers per post
were found; benchmarks/calibration.py derives them. The upper part of rates may be narrowed, by three tenths at most; lower parts
and counts are not. A leader found small looks like a middling person: so the upper part is also asked to hold three of four of
them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from earned.attribution.fit import Fitted
from earned.model import Estimate

#: Edges between the cells of the table: posts of the conversation (larger ones are not sampled), its clearness, posts of the
#: person, followers found per post.
SIZE, CLEAR, POSTS, RATES = (30_001,), (0.60, 0.95), (17, 41), (0.10, 0.40)


@dataclass(frozen=True, slots=True)
class Table:
    """Factors of width below and above the value, of rates and of counts; each (size, clearness, posts, rate, 2)."""

    rate: NDArray[np.float64]
    count: NDArray[np.float64]


_SHAPE = (len(SIZE) + 1, len(CLEAR) + 1, len(POSTS) + 1, len(RATES) + 1, 2)
#: Intervals as the fit gives them: what the table is derived from.
NONE = Table(np.ones(_SHAPE), np.ones(_SHAPE))
#: From 8,419 people of 100 worlds (ten kinds, seeds 1,000 to 1,009) and 15,321 of 16 large ones (eight kinds, seeds 1,000 and
#: 1,001); where causes are nearly certain from 1,444 and 4,108 of 20 and 4 worlds in which nine or ten of ten link
#: (benchmarks/calibration.py). A block: few, some, many posts of a person; first of unclear, then of clear conversations.
TABLE = Table(
    rate=np.array([
        [[[[1.00, 0.90], [1.00, 1.44], [1.00, 1.11]],
          [[1.00, 0.75], [1.00, 1.77], [1.00, 1.09]],
          [[1.35, 0.70], [1.12, 1.28], [1.00, 1.52]]],
         [[[1.00, 0.76], [1.00, 1.42], [1.00, 1.10]],
          [[1.00, 0.70], [1.00, 1.54], [1.00, 1.03]],
          [[1.21, 0.70], [1.25, 0.83], [1.00, 1.35]]],
         [[[1.00, 1.00], [1.00, 1.00], [1.00, 1.00]],
          [[1.00, 1.00], [1.00, 1.00], [1.00, 1.00]],
          [[1.00, 1.35], [1.00, 1.00], [1.00, 1.00]]]],
        [[[[1.00, 1.23], [1.00, 2.01], [1.00, 1.25]],
          [[1.00, 1.15], [1.00, 1.91], [1.00, 1.67]],
          [[1.00, 1.16], [1.00, 3.18], [1.00, 2.82]]],
         [[[1.00, 1.07], [1.00, 1.54], [1.00, 1.16]],
          [[1.00, 0.85], [1.00, 1.61], [1.00, 1.45]],
          [[1.00, 0.80], [1.00, 2.86], [1.00, 2.34]]],
         [[[1.00, 1.05], [1.00, 1.48], [1.00, 1.03]],
          [[1.00, 1.02], [1.00, 1.10], [1.00, 1.22]],
          [[1.00, 1.39], [1.00, 1.51], [1.00, 2.02]]]],
    ]),
    count=np.array([
        [[[[1.00, 1.00], [2.70, 1.00], [1.00, 2.21]],
          [[1.00, 1.00], [1.39, 1.30], [1.00, 2.62]],
          [[1.85, 1.00], [1.43, 1.58], [1.00, 3.50]]],
         [[[1.00, 1.00], [4.30, 1.00], [1.00, 2.06]],
          [[1.00, 1.00], [2.48, 1.00], [1.00, 2.78]],
          [[2.78, 1.00], [2.06, 1.23], [1.00, 3.57]]],
         [[[1.00, 1.00], [5.00, 1.00], [1.00, 1.00]],
          [[1.00, 1.00], [1.20, 1.00], [1.00, 1.00]],
          [[2.70, 1.00], [3.89, 1.00], [1.00, 1.63]]]],
        [[[[1.00, 1.16], [1.03, 2.35], [1.00, 2.99]],
          [[1.00, 1.40], [1.00, 2.58], [1.00, 4.31]],
          [[1.56, 1.45], [1.00, 4.20], [1.00, 5.00]]],
         [[[1.00, 1.10], [1.00, 1.67], [1.00, 2.81]],
          [[1.00, 1.01], [1.00, 2.10], [1.00, 3.96]],
          [[1.83, 1.00], [1.00, 3.01], [1.00, 5.00]]],
         [[[1.00, 1.00], [1.00, 1.23], [1.00, 2.25]],
          [[1.00, 1.00], [1.00, 2.42], [1.00, 3.17]],
          [[1.05, 1.11], [1.00, 2.79], [1.00, 4.46]]]],
    ]),
)  # fmt: skip


def clearness(fitted: Fitted, varied: NDArray[np.float64]) -> float:
    """How sure single causes are: sum p^2 / sum p over the followers by others, in (0, 1]; 1 where nobody follows.

    Where texts, times and links tell parents from strangers it is near 1; where ten posts explain a follower alike, .1.

    Args:
        fitted: The fit.
        varied: (n,) variance of each post's number of followers by others, sum p (1 - p).
    """
    followers = float(fitted.sums.others.sum())
    return 1.0 - float(varied.sum()) / followers if followers > 0 else 1.0


def cell(size: int, clear: float, posts: int, rate: float) -> tuple[int, int, int, int]:
    """The place in the table of a person of a conversation of so many posts."""
    return bisect_right(SIZE, size), bisect_right(CLEAR, clear), bisect_right(POSTS, posts), bisect_right(RATES, rate)


def calibrated(estimate: Estimate, factors: NDArray[np.float64]) -> Estimate:
    """An interval with its lower and upper part times two factors, on the scale of square roots."""
    value, (below, above) = sqrt(estimate.value), factors
    low = max(value - float(below) * (value - sqrt(estimate.low)), 0.0) ** 2
    high = (value + float(above) * (sqrt(estimate.high) - value)) ** 2
    low, high = min(low, estimate.value), max(high, estimate.value)
    return Estimate(estimate.value, low, high, estimate.level, estimate.n, estimate.unit)
