"""Realized counts: how many posts of this window are best explained by a person's posts."""

from __future__ import annotations

from functools import cache
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from earned.attribution import calibration
from earned.attribution.attribution import Attribution
from earned.model import Estimate


def realized_posts(attribution: Attribution, person: int, *, level: float = 0.90, rng: np.random.Generator) -> Estimate:
    """Posts by people of other organizations in this window that are best explained by this person's posts.

    Args:
        attribution: Of one conversation.
        person: Code of the person.
        level: Coverage of the interval.
        rng: Not used; measures of one table are called alike.

    Returns:
        A number of posts, from 0 up; `n` is the number of the person's posts. The interval holds what is unknown about
        the causes and, where the conversation was sampled, about the rates; it is then widened by what simulated worlds
        of known truth ask for (`attribution.calibration`).

    Raises:
        Nothing: a count of nothing is 0.

    Source:
        Posterior of the latent parents: Linderman and Adams (2014), ICML.

    Departs from the source:
        Rates move to their conditional mean except those of people and posts. Beyond 30,000 posts causes of different
        posts are taken as independent and the count as normal.
    """
    draws = attribution.draws
    return _count(attribution, person, None if draws is None else draws.realized, level, inside=False)


def internal_posts(attribution: Attribution, person: int, *, level: float = 0.90, rng: np.random.Generator) -> Estimate:
    """Posts by colleagues in this window that are best explained by this person's posts: always apart, never added.

    Args:
        attribution: Of one conversation.
        person: Code of the person.
        level: Coverage of the interval.
        rng: Not used; measures of one table are called alike.

    Returns:
        A number of posts, from 0 up. Two people are colleagues when both posts carry the same organization.

    Raises:
        Nothing: a count of nothing is 0.

    Source:
        As `realized_posts`.
    """
    draws = attribution.draws
    return _count(attribution, person, None if draws is None else draws.internal, level, inside=True)


def realized_in_all(attribution: Attribution, *, level: float = 0.90) -> Estimate:
    """Posts in this window that are best explained by an earlier post of somebody else, of another organization.

    Args:
        attribution: Of one conversation of n posts.
        level: Coverage of the interval.

    Returns:
        A number of posts, from 0 up; `n` is the number of posts. Hints of single causes, which draws do not know, say how
        many; draws say by what part that may be off. The interval is then made as wide as simulated worlds of known truth ask
        for (`attribution.calibration`).

    Raises:
        Nothing: a count of nothing is 0.

    Source:
        As `realized_posts`.
    """
    value, tails = float(attribution.fitted.sums.others.sum()), [(1 - level) / 2, (1 + level) / 2]
    if attribution.draws is None:
        spread = sqrt(float(attribution.varied.sum()))
        low, high = (value + _deviations(tail) * spread for tail in tails)
    else:
        total = attribution.draws.total
        low, high = value * np.quantile(total, tails) / max(float(total.mean()), 1e-9)
    low, high = max(0.0, min(float(low), value)), max(float(high), value)
    fit_says = Estimate(value, low, high, level, len(attribution.frame), "posts")
    return calibration.calibrated(fit_says, calibration.blended(calibration.TABLE.total, attribution.traits))


def _count(
    attribution: Attribution, person: int, draws: NDArray[np.float32] | None, level: float, *, inside: bool
) -> Estimate:
    counts, posts = attribution.counts, len(attribution.posts_of(person))
    value, tails = float(counts.value[int(inside), person]), [(1 - level) / 2, (1 + level) / 2]
    if draws is None:
        spread = sqrt(counts.variance[int(inside), person])
        low, high = (value + _deviations(tail) * spread for tail in tails)
    else:
        low, high = np.quantile(draws[:, person], tails)
    low, high = min(float(low), value), max(float(high), value)
    fit_says = Estimate(value, max(low, 0.0), high, level, posts, "posts")
    by = calibration.factors(calibration.TABLE.count, attribution.traits, posts, value / max(posts, 1))
    return calibration.calibrated(fit_says, by)


@cache
def _deviations(tail: float) -> float:
    """Standard deviations from the middle of a normal distribution to where `tail` of it lies below."""
    return NormalDist().inv_cdf(tail)
