"""Induced posts: the core statistic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from earned.attribution import calibration
from earned.attribution.attribution import FEWEST, Attribution
from earned.attribution.quick import quick_draws, tails
from earned.errors import TooLittleEvidence
from earned.model import Estimate

#: A lower end below this is 0: one follower in a hundred posts cannot be told from none.
NOTHING = 0.01


def rate_draws(attribution: Attribution, person: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draws of a person's rate: how much single posts differ, and how little few posts say.

    Args:
        attribution: Of one conversation.
        person: Code of the person.
        rng: Source of randomness; the same seed gives the same draws.

    Returns:
        (1000,) posts by people of other organizations per post, ascending.

    Raises:
        Nothing: where somebody wrote nothing the whole conversation tells the rate.

    Source:
        As `induced_posts`.
    """
    rows, share, fitted = attribution.posts_of(person), attribution.share_of(person), attribution.fitted
    followers, seen = fitted.sums.others[rows] * share, fitted.seen[rows] * share
    return np.sort(quick_draws(followers, seen, attribution.typical, rng=rng))


def induced_posts(
    attribution: Attribution, person: int, *, level: float = 0.90, rng: np.random.Generator,
    draws: NDArray[np.float64] | None = None,
) -> Estimate:  # fmt: skip
    """Expected number of posts by people of other organizations that one post of this person brings about.

    Args:
        attribution: Of one conversation of n posts.
        person: Code of the person, as in `attribution.frame.person`.
        level: Coverage of the interval.
        rng: Source of randomness; the same seed gives the same interval.
        draws: What `rate_draws` gave for this person, where it was asked already; None: it is asked here.

    Returns:
        Posts per post, from 0 up; `n` is the number of the person's posts. Posts that are young count for as much of
        their followers as could be seen. A post by several authors counts for each of them in equal parts. The interval
        redraws the person's posts and, for each redrawing, the rate behind them; a lower end below 0.01 is given as 0. It
        is then made as wide as simulated worlds of known truth ask for (`attribution.calibration`).

    Raises:
        TooLittleEvidence: fewer than eight posts by this person.

    Source:
        Column sums of the branching probabilities: Zhuang, Ogata and Vere-Jones (2002), JASA 97: 369-380.

    Departs from the source:
        The person's own follow-ups and those of colleagues are left out; the source counts all offspring. The value is
        drawn to the mean of all people with the weight of one post.
    """
    rows = attribution.posts_of(person)
    if len(rows) < FEWEST:
        raise TooLittleEvidence("induced posts", FEWEST, len(rows))
    fitted, share = attribution.fitted, attribution.share_of(person)
    followers, seen = float((fitted.sums.others[rows] * share).sum()), float((fitted.seen[rows] * share).sum())
    low, high = tails(rate_draws(attribution, person, rng=rng) if draws is None else draws, level)
    value = (attribution.typical + followers) / (1.0 + seen)
    low = 0.0 if low < NOTHING else low
    fit_says = Estimate(value, float(min(low, value)), float(max(high, value)), level, len(rows), "posts per post")
    by = calibration.factors(calibration.TABLE.rate, attribution.traits, len(rows), value)
    return calibration.calibrated(fit_says, by)
