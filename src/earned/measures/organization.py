"""Organizations through their people: outside adoption, echo, how much hangs on one voice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import Attribution
from earned.model import Estimate

#: Draws made where the conversation was too large for sampling.
MADE = 300


def drawn_counts(attribution: Attribution, people: Sequence[int], *, inside: bool = False) -> NDArray[np.float64]:
    """(d, k) draws of the number of followings of k people, by others or by colleagues.

    Args:
        attribution: Of one conversation.
        people: Codes of k people.
        inside: Followings by colleagues instead of people outside.

    Returns:
        Posterior draws; for a conversation too large for sampling normal ones with the variance of the causes.

    Raises:
        Nothing.

    Source:
        As `realized_posts`.
    """
    draws = attribution.draws
    if draws is not None:
        return np.asarray((draws.internal if inside else draws.realized)[:, list(people)], np.float64)
    kind, counts = int(inside), attribution.counts
    rng = np.random.default_rng([len(people), *people[:8]])
    columns = []
    for person in people:
        mean, spread = counts.value[kind, person], np.sqrt(counts.variance[kind, person])
        columns.append(np.maximum(rng.normal(mean, spread, MADE), 0.0))
    return np.stack(columns, axis=1) if columns else np.zeros((MADE, 0))


def concentration(counts: NDArray[np.float64], *, level: float = 0.90) -> tuple[Estimate, Estimate] | None:
    """How much of an organization's adoption hangs on one voice.

    Args:
        counts: (d, k) draws of the followings of k people.
        level: Coverage of the intervals.

    Returns:
        The strongest voice's part, in [0, 1], and the effective number of voices 1 / sum f^2; None: nothing followed.

    Raises:
        Nothing.

    Source:
        Method 17; inverse Simpson index: Hill (1973), Ecology 54: 427-432.
    """
    whole = counts.sum(axis=1)
    if not counts.shape[1] or float(np.median(whole)) <= 0.5:
        return None
    parts = counts[whole > 0] / whole[whole > 0, None]
    largest, effective = parts.max(axis=1), 1.0 / (parts**2).sum(axis=1)
    return _of(largest, level, "of followings"), _of(effective, level, "people")


def total(counts: NDArray[np.float64], value: float, *, level: float = 0.90) -> Estimate:
    """The sum of followings over people, with its interval from draws."""
    low, high = np.quantile(counts.sum(axis=1), [(1 - level) / 2, (1 + level) / 2]) if counts.size else (value, value)
    return Estimate(value, max(0.0, min(float(low), value)), max(float(high), value), level, counts.shape[1], "posts")


def _of(draws: NDArray[np.float64], level: float, unit: str) -> Estimate:
    low, middle, high = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Estimate(float(middle), float(low), float(high), level, len(draws), unit)
