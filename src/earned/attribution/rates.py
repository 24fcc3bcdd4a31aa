"""What a pass of the fit is told, and what it gives back: rates out, sums in, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import LINKED, TYPES, Frame
from earned.attribution.kernel import MIXTURE_PRIOR
from earned.text.surprise import SURPRISES

#: Knots of surprise, and one more for linked pairs that share hardly a word.
BINS = SURPRISES + 1
CLASSES = 4

#: Support of the prior of productivity: 48 points, log-spaced (method 12).
GRID = np.exp(np.linspace(np.log(0.003), np.log(8.0), 48))
_FALLING = np.exp(-np.linspace(0, 2, 48))
#: Prior mass of the grid points, 4 in all, falling: few leaders.
GRID_PRIOR = 4 * _FALLING / _FALLING.sum()


#: ln of how much more common a surprise of u nats is among true pairs than among unrelated posts, at the knots, before
#: the conversation has spoken: linked pairs of four very different corpora lie near u (decisions/0003).
LIKENESS_PRIOR = np.append(np.full(SURPRISES, 1.0), 0.2) / (SURPRISES + 0.2)
LIKENESS_WEIGHT = 200.0


@dataclass(frozen=True, slots=True)
class Rates:
    """The parameters: what every block needs to know of all others."""

    #: (A,) posts by others (colleagues) that one post of a person brings about.
    productivity: NDArray[np.float64]
    internal: NDArray[np.float64]
    #: (n,) quality of single posts, mean 1.
    quality: NDArray[np.float64]
    #: (CLASSES,) own follow-ups per post.
    own: NDArray[np.float64]
    #: (CLASSES,) posts that take up an old post again, per post.
    older: NDArray[np.float64]
    #: (v,) reactions to each common cause.
    event: NDArray[np.float64]
    #: (TYPES, CLASSES, COMPONENTS) mixture weights of the kernels.
    mixture: NDArray[np.float64]
    #: (TYPES, CLASSES, BINS) similarity among true pairs.
    likeness: NDArray[np.float64]
    #: (CLASSES,) probability that a true follower links; that an unrelated post carries a stray link.
    links: NDArray[np.float64]
    stray: NDArray[np.float64]
    #: (CLASSES, TRACES) share of each trace among true followers that do not link; LINKED is 0.
    traces: NDArray[np.float64]
    #: (channels, channels) probability that a post on one channel is answered on another.
    crossing: NDArray[np.float64]
    #: (channels, weeks) and (channels, 7): background posts per day, and weekday factors of mean 1.
    level: NDArray[np.float64]
    weekday: NDArray[np.float64]
    #: (48,) and (48,) prior weights of the productivity grid, for outside and inside followers.
    prior: NDArray[np.float64]
    prior_internal: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sufficient statistics of a block, or of all: added element by element."""

    #: (n,) expected followers of each post: by others, by colleagues.
    others: NDArray[np.float64]
    colleagues: NDArray[np.float64]
    #: (CLASSES,) own follow-ups; posts that take up prior art.
    own: NDArray[np.float64]
    older: NDArray[np.float64]
    #: (v,) reactions to each common cause.
    events: NDArray[np.float64]
    #: (TYPES, CLASSES, LAGS) and (TYPES, CLASSES, LEVELS + 1): followers by lag and by similarity.
    lag: NDArray[np.float64]
    level: NDArray[np.float64]
    #: (CLASSES, TRACES) followers by trace; (CLASSES,) background posts that link nevertheless.
    traces: NDArray[np.float64]
    stray: NDArray[np.float64]
    #: (channels, channels) followers by channel of parent and child.
    crossing: NDArray[np.float64]
    #: (channels, weeks) and (channels, 7): background posts.
    week: NDArray[np.float64]
    weekday: NDArray[np.float64]
    #: (1,) sum of log intensities.
    loglik: NDArray[np.float64]


def combine(first: Sums, *others: Sums) -> Sums:
    """REDUCE: the sums of several sets of blocks together, added in their order."""
    out = {f.name: getattr(first, f.name).copy() for f in fields(Sums)}
    for one in others:
        for name, whole in out.items():
            whole += getattr(one, name)
    return Sums(**out)


#: How much more common each trace is among true pairs than among unrelated posts, before the conversation has spoken; so
#: many followers its shares are worth.
FIRST_TRACES = np.array([1.0, 0.0, 8.0, 8.0, 0.3, 0.7])
TRACES_WEIGHT = 20.0


def shares_of_traces(counts: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of the traces among followers that do not link, drawn to those of unrelated posts; (CLASSES, TRACES)."""
    drawn = np.where(np.arange(counts.shape[1]) == LINKED, 0.0, counts + TRACES_WEIGHT * chance)
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def first_rates(frame: Frame) -> Rates:
    """Where a fit starts: everybody alike, two thirds of the posts background (method 10)."""
    n, c, weeks = len(frame), frame.channels, frame.weeks
    seen = np.bincount(frame.channel, minlength=c)
    volume = (seen + 1.0) / (seen + 1.0).sum()
    return Rates(
        productivity=np.full(frame.people, 0.2),
        internal=np.full(frame.people, 0.2),
        quality=np.ones(n),
        own=np.full(CLASSES, 0.1),
        older=np.full(CLASSES, 0.1),
        event=np.full(len(frame.event_t), 5.0),
        mixture=np.tile(MIXTURE_PRIOR, (TYPES, 1, 1)),
        likeness=np.tile(LIKENESS_PRIOR, (TYPES, CLASSES, 1)),
        links=np.full(CLASSES, 0.3),
        stray=np.full(CLASSES, 0.01),
        traces=shares_of_traces(frame.chance * FIRST_TRACES, frame.chance),
        crossing=0.5 * np.eye(c) + 0.5 * volume[None, :],
        level=np.repeat(0.7 * seen[:, None] / max(frame.span, 1.0), weeks, axis=1),
        weekday=np.ones((c, 7)),
        prior=GRID_PRIOR / GRID_PRIOR.sum(),
        prior_internal=GRID_PRIOR / GRID_PRIOR.sum(),
    )
