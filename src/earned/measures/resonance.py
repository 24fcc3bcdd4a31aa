"""Novelty, transience, resonance: how a post differs from what came before, and whether what came after stayed with it.

A feature of a whole corpus and a baseline; never part of a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Smallest probability of a topic.
FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class Resonance:
    """(n,) in bits; nan where a window does not fit."""

    novelty: NDArray[np.float64]
    transience: NDArray[np.float64]

    @property
    def value(self) -> NDArray[np.float64]:
        """Novelty less transience."""
        return self.novelty - self.transience


def resonance(topics: NDArray[np.float64], window: int, *, step: int = 1, first: int = 1) -> Resonance:
    """Mean divergence of each post from the posts before and after it, in linear time.

    Args:
        topics: (n, k) topic mixtures in time order; rows are made to sum to 1.
        window: Posts on each side.
        step, first: Lags used: first, first + step, ...; the default is every post of the window.

    Returns:
        KL(post || other) in bits: the entropy term less the mean log of the window, which prefix sums give for any window.

    Raises:
        ValueError: a window or step below 1.

    Source:
        Barron, Huang, Spang and DeDeo (2018), PNAS 115: 4607-4612; method 20.
    """
    if window < 1 or step < 1 or first < 1:
        raise ValueError("Windows and steps are at least 1.")
    theta = np.maximum(topics, FLOOR)
    theta = theta / theta.sum(axis=1, keepdims=True)
    log = np.log2(theta)
    own = (theta * log).sum(axis=1)
    lags = len(range(first, first + window * step, step))
    before = own - (theta * _mean(log, lags, step, first)).sum(axis=1)
    after = own - (theta * _mean(log[::-1], lags, step, first)[::-1]).sum(axis=1)
    return Resonance(before, after)


def _mean(log: NDArray[np.float64], window: int, step: int, first: int) -> NDArray[np.float64]:
    """(n, k) mean of rows i - first, i - first - step, ...; nan where one is missing. Sums run over each phase of step."""
    n = len(log)
    out = np.full_like(log, np.nan)
    for phase in range(step):
        sums = np.concatenate([np.zeros((1, log.shape[1])), np.cumsum(log[phase::step], axis=0)])
        rows = np.arange(n)[(np.arange(n) - first) % step == phase]
        last = (rows - first - phase) // step
        good = last - window + 1 >= 0
        out[rows[good]] = (sums[last[good] + 1] - sums[last[good] + 1 - window]) / window
    return out


def split_windows(topics: NDArray[np.float64], window: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Novelty from odd lags and resonance from even lags, so that they share no noise of the past; (n,) each."""
    odd, even = (resonance(topics, window, step=2, first=first) for first in (1, 2))
    return odd.novelty, even.value


def excess_slope(topics: NDArray[np.float64], window: int, *, rng: np.random.Generator, shuffles: int = 50) -> float:
    """Slope of resonance on novelty, less its mean when the order of posts is shuffled."""
    shuffled = [_slope(topics[rng.permutation(len(topics))], window) for _ in range(shuffles)]
    return _slope(topics, window) - float(np.mean(shuffled))


def _slope(topics: NDArray[np.float64], window: int) -> float:
    found = resonance(topics, window)
    good = np.isfinite(found.value)
    return float(np.polyfit(found.novelty[good], found.value[good], 1)[0])
