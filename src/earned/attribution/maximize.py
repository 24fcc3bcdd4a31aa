"""STEP: from sums to the next rates, by maximum or by a draw."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import hats
from earned.attribution.exposure import Cells, Exposure, cells
from earned.attribution.frame import COLLEAGUE, EVENT, LINKED, OTHER, OWN, Frame
from earned.attribution.kernel import MIXTURE_PRIOR, MIXTURE_WEIGHT, components, mixture, seen_share
from earned.attribution.rates import (
    CLASSES,
    GRID,
    GRID_PRIOR,
    LIKENESS_PRIOR,
    LIKENESS_WEIGHT,
    Rates,
    Sums,
    shares_of_traces,
)

#: Steps by which the prior of productivity follows the people after each pass.
PRIOR_STEPS = 20
#: Posts per person from which people tell how people differ. Below, what differs are single posts, and a prior that follows
#: them all the way makes a few strangers leaders: tweets, most by authors unknown, hit@1 .20 instead of .24. One step then.
REPEATED = 2


def posterior_mean(
    count: NDArray[np.float64], exposed: NDArray[np.float64], prior: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Productivity of people under the grid prior: (A,) means, and (A, 48) weights of the grid points.

    The mean, not exp(E log): the latter starves people with few posts (method 10).
    """
    return _mean(_likelihood(count, exposed), prior)


def _mean(
    likelihood: NDArray[np.float64], prior: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    weight = likelihood * prior
    weight /= weight.sum(axis=1, keepdims=True)
    return weight @ GRID, weight


def _likelihood(count: NDArray[np.float64], exposed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Likelihood of each grid point for each person, up to a factor of the person's own; (A, 48)."""
    log = np.multiply.outer(count, np.log(GRID))
    log -= np.multiply.outer(exposed, GRID)
    log -= log.max(axis=1, keepdims=True)
    return np.exp(log, out=log)


def learned_prior(
    likelihood: NDArray[np.float64], prior: NDArray[np.float64], steps: int = PRIOR_STEPS
) -> NDArray[np.float64]:
    """The prior that fits people best, given the likelihood of the grid points; (A, 48), (48,) -> (48,).

    One step of it a pass would be the slowest part of the whole fit (450 passes to a thousandth in a small world), and
    it costs next to nothing beside a pass: so PRIOR_STEPS are made.
    """
    for _ in range(steps):
        mass = prior * _responsible(likelihood, prior) + GRID_PRIOR
        prior = mass / mass.sum()
    return prior


@nb.njit(cache=True, nogil=True, fastmath=True)
def _responsible(likelihood, prior):  # type: ignore[no-untyped-def]
    """Sum over people of likelihood / (likelihood . prior); compiled: products with two vectors keep libraries' threads busy."""
    out = np.zeros(prior.size)
    for a in range(likelihood.shape[0]):
        whole = 1e-300
        for g in range(prior.size):
            whole += likelihood[a, g] * prior[g]
        share = 1.0 / whole
        for g in range(prior.size):
            out[g] += likelihood[a, g] * share
    return out


def split_lags(sums: Sums, rates: Rates) -> NDArray[np.float64]:
    """Followers by kernel component: (TYPES, CLASSES, COMPONENTS), each lag shared by the components' densities."""
    out = np.zeros_like(rates.mixture)
    for y, k in np.argwhere(sums.lag.any(axis=2)):
        joint = rates.mixture[y, k, :, None] * components()[k]
        whole = joint.sum(axis=0) + 1e-300
        out[y, k] = np.einsum("l,ml->m", sums.lag[y, k], joint / whole)
    return out


def split_levels(sums: Sums, rates: Rates) -> NDArray[np.float64]:
    """Followers by similarity knot: (TYPES, CLASSES, BINS), each level shared by its knots' densities."""
    out = np.zeros_like(rates.likeness)
    for y, k in np.argwhere(sums.level.any(axis=2)):
        joint = rates.likeness[y, k] * hats()
        whole = joint.sum(axis=1, keepdims=True) + 1e-300
        out[y, k] = np.einsum("l,lb->b", sums.level[y, k], joint / whole)
    return out


def _kernels(fixed: Exposure, by_author: Cells, rates: Rates, sums: Sums) -> NDArray[np.float64]:
    """Mixtures of lags, given the followers expected of each component if all were of it."""
    count, out = split_lags(sums, rates), rates.mixture.copy()
    expected = {
        OTHER: by_author.summed(rates.productivity),
        COLLEAGUE: by_author.summed(rates.internal),
        OWN: rates.own[:, None] * fixed.of_class,
        EVENT: np.zeros_like(out[EVENT]),
    }
    for y, exposed in expected.items():
        for k in range(CLASSES):
            if count[y, k].sum() > 0:
                out[y, k] = mixture(count[y, k] + MIXTURE_WEIGHT[k] * MIXTURE_PRIOR[k], exposed[k] + MIXTURE_WEIGHT[k])
    return out


def background(
    frame: Frame, fixed: Exposure, week: NDArray[np.float64], weekday: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posts per day by week, smoothed with weights exp(-|weeks apart| / 3), and weekday factors of mean 1."""
    apart = np.abs(np.subtract.outer(np.arange(frame.weeks), np.arange(frame.weeks)))
    near = np.exp(-apart / 3.0) if frame.weeks < 2_000 else np.eye(frame.weeks)
    smooth = ((week + 1.0 / frame.weeks) @ near) / (fixed.week_days @ near)
    factor = (weekday + 1.0) / fixed.weekdays
    return smooth, factor / (factor * fixed.weekdays).sum(axis=1, keepdims=True) * fixed.weekdays.sum()


def maximize(
    frame: Frame, fixed: Exposure, rates: Rates, sums: Sums, *, blind: bool = False, learn_prior: bool = False
) -> Rates:
    """One M-step.

    Args:
        frame, fixed: The conversation and its exposures.
        rates: The rates the sums were made with.
        sums: Of all blocks.
        blind: All people share one productivity: the fit that does not know authors.
        learn_prior: Let the prior of productivity follow the people.
    """
    plain = bool((rates.quality == 1).all())  # only draws of single posts' quality need the posts one by one
    by_author = fixed.by_author if plain else cells(frame, fixed.seen * rates.quality[:, None])
    mixed = _kernels(fixed, by_author, rates, sums)
    seen, inside = (by_author.expected(mixed[y], frame.people) for y in (OTHER, COLLEAGUE))
    productivity, prior = _people(frame, sums.others, seen, rates.prior, blind, learn_prior)
    internal, prior_internal = _people(frame, sums.colleagues, inside, rates.prior_internal, blind, learn_prior)
    counts = split_levels(sums, rates) + LIKENESS_WEIGHT * LIKENESS_PRIOR
    level, weekday = background(frame, fixed, sums.week, sums.weekday)
    followed = (fixed.of_class * mixed[OWN]).sum(axis=1)
    crossing = sums.crossing + 5.0 * np.eye(frame.channels) + 5.0 * fixed.volume[None, :]
    return Rates(
        productivity=productivity,
        internal=internal,
        quality=rates.quality,
        own=(sums.own + 0.5) / (followed + 1.0),
        older=(sums.older + 0.5) / (fixed.older + 1.0),
        event=(sums.events + 0.5) / (_reacted(frame, mixed) + 0.05),
        mixture=mixed,
        likeness=counts / counts.sum(axis=2, keepdims=True),
        links=np.clip((sums.traces[:, LINKED] + 3.0) / (sums.traces.sum(axis=1) + 10.0), 0.01, 0.99),
        traces=shares_of_traces(sums.traces, frame.chance),
        stray=(sums.stray + 1.0) / (sums.week.sum() + 100.0),
        crossing=crossing / crossing.sum(axis=1, keepdims=True),
        level=level,
        weekday=weekday,
        prior=prior,
        prior_internal=prior_internal,
    )


def _reacted(frame: Frame, mixed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the reactions to each common cause that could be seen; (v,)."""
    if not len(frame.event_t):
        return np.zeros(0)
    usual = np.bincount(frame.speed, minlength=CLASSES).argmax() if len(frame) else 0
    speed = np.full(len(frame.event_t), usual, np.uint8)
    return np.asarray(seen_share(frame.span - frame.event_t, speed) @ mixed[EVENT, usual])


def _people(
    frame: Frame, by_post: NDArray[np.float64], exposed: NDArray[np.float64], prior: NDArray[np.float64], blind: bool,
    learn_prior: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    count = frame.per_person(by_post)
    if blind:
        return np.full(frame.people, (count.sum() + 0.5) / (exposed.sum() + 1.0)), prior
    likelihood = _likelihood(count, exposed)
    if learn_prior:
        wrote = frame.posts_of() > 0
        steps = PRIOR_STEPS if len(frame) >= REPEATED * wrote.sum() else 1
        prior = learned_prior(likelihood if wrote.all() else likelihood[wrote], prior, steps)
    return _mean(likelihood, prior)[0], prior
