"""Gibbs sampling: what the fit does not know, as draws.

One sweep is the pass of the fit with causes drawn instead of shared, and a step with rates drawn instead of maximised.
Streams of random numbers are named by (seed, chain, sweep, purpose), so draws do not depend on who computes them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import lay, tables
from earned.attribution.exposure import expected_share, exposure
from earned.attribution.fit import Fitted, Mapper, in_turn, one_pass
from earned.attribution.frame import OTHER, Edges, Frame
from earned.attribution.maximize import maximize
from earned.attribution.rates import GRID, GRID_PRIOR, Rates, Sums

#: Support of the shape of post quality.
_SHAPES = np.exp(np.linspace(np.log(0.15), np.log(20), 60))
CAUSES, RATES = 1, 2
#: Causes less probable than this by the fit are never drawn: half of all pairs, which have six millionths of all followers.
NEVER = 1e-6


#: A chain that goes on where another one of nearly the same posts ended throws away this part of the sweeps.
GOING_ON = 0.2


@dataclass(frozen=True, slots=True)
class State:
    """Where a chain stands."""

    #: (A,) productivity and (n,) quality; (48,) the prior of productivity; shape of the quality of posts.
    productivity: NDArray[np.float64]
    quality: NDArray[np.float64]
    prior: NDArray[np.float64]
    shape: float


@dataclass(frozen=True, slots=True)
class Draws:
    """d draws from the posterior."""

    #: (d, A) float32 productivity; followers by others, by colleagues, of all posts of a person in this window.
    productivity: NDArray[np.float32]
    realized: NDArray[np.float32]
    internal: NDArray[np.float32]
    #: (d,) followers by others in all.
    total: NDArray[np.float64]
    #: Where the chain ended.
    end: State


def stream(*key: int) -> np.random.Generator:
    """The random stream called by these integers."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(list(key))))


def sample(
    frame: Frame, edges: Edges, fitted: Fitted, *, seed: int, burn_in: int = 150, kept: int = 300, chain: int = 0,
    begun: State | None = None, run: Mapper = in_turn,
) -> Draws:  # fmt: skip
    """Draw from the posterior, starting at a fit.

    Args:
        frame, edges: The conversation and its candidate causes.
        fitted: Where to start; its text evidence stays as it is.
        seed: Names the draws.
        burn_in, kept: Sweeps thrown away, and kept.
        chain: Another chain is another number.
        begun: Where a chain of nearly the same posts ended: this one goes on there; None: it starts at the fit.
        run: Who runs the blocks.
    """
    likely = fitted.causes.edge >= NEVER
    laid = lay(frame, edges.only(likely), fitted.evidence.level[likely])
    fixed, rates, shape = exposure(frame), fitted.rates, 1.0
    if begun is not None:
        rates = replace(rates, productivity=begun.productivity, quality=begun.quality, prior=begun.prior)
        shape, burn_in = begun.shape, round(GOING_ON * burn_in)
    draws: list[tuple[NDArray[np.float32], ...]] = []
    for sweep in range(burn_in + kept):
        uniform = stream(seed, chain, sweep, CAUSES).random(len(frame))
        given = tables(frame, rates, fitted.evidence.usual)
        sums, _ = one_pass(frame, laid, given, run=run, uniform=uniform)
        rng = stream(seed, chain, sweep, RATES)
        # Kernels, text and background are sharp beside people: they move to their conditional mean, not to a draw.
        rates = maximize(frame, fixed, rates, sums)
        seen = expected_share(frame, fixed, rates.mixture[OTHER])
        rates, shape = _drawn(frame, rates, sums, seen, shape, rng)
        if sweep >= burn_in:
            outside, inside = frame.per_person(sums.others), frame.per_person(sums.colleagues)
            draws.append(tuple(x.astype(np.float32) for x in (rates.productivity, outside, inside)))
    productivity, realized, internal = (np.stack(column) for column in zip(*draws))
    end = State(rates.productivity, rates.quality, rates.prior, shape)
    return Draws(productivity, realized, internal, realized.sum(axis=1, dtype=np.float64), end)


def _drawn(
    frame: Frame, rates: Rates, sums: Sums, seen: NDArray[np.float64], shape: float, rng: np.random.Generator
) -> tuple[Rates, float]:
    """Draw quality, its shape, productivity and the prior of productivity given the drawn causes (method 11)."""
    base = frame.of_authors(rates.productivity)
    quality = np.maximum(rng.gamma(shape + sums.others) / (shape + base * seen), 1e-6)
    exposed, count = frame.per_person(quality * seen), frame.per_person(sums.others)
    log = count[:, None] * np.log(GRID) - exposed[:, None] * GRID + np.log(rates.prior)
    point = (log + rng.gumbel(size=log.shape)).argmax(axis=1)
    cell = np.log(GRID[1] / GRID[0])
    productivity = GRID[point] * np.exp(rng.uniform(-0.5, 0.5, frame.people) * cell)
    mass = np.bincount(point[frame.posts_of() > 0], minlength=len(GRID))
    prior = np.maximum(rng.dirichlet(GRID_PRIOR + mass), 1e-12)
    drawn = replace(rates, quality=quality, productivity=productivity, prior=prior)
    return drawn, _shape(np.log(quality), quality.sum(), rng)


def _shape(log_quality: NDArray[np.float64], total: float, rng: np.random.Generator) -> float:
    """Draw the shape of post quality on a grid, prior exponential with mean 5."""
    from scipy.special import gammaln  # scipy takes half a second to load, and large conversations are not sampled

    k, n = _SHAPES, len(log_quality)
    log = n * (k * np.log(k) - gammaln(k)) + (k - 1) * log_quality.sum() - k * total - k / 5.0
    return float(k[(log + rng.gumbel(size=len(k))).argmax()])
