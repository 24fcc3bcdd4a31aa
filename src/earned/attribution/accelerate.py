"""Squared extrapolation: two plain passes show where many would lead, and the third starts there.

log r' = log r0 - 2 a (log r1 - log r0) + a^2 (log r2 - 2 log r1 + log r0),    a = -|r1 - r0| / |r2 - 2 r1 + r0|
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.rates import Rates

#: Rates that are extrapolated, by how they are kept possible: weights that sum to one over their last axis, chances with
#: their bounds, and whatever is only positive. The quality of single posts is no part of the fit.
_WEIGHTS = ("mixture", "likeness", "traces", "crossing", "prior", "prior_internal")
_CHANCES = {"links": (0.01, 0.99)}
_POSITIVE = ("productivity", "internal", "own", "older", "event", "stray", "level", "weekday")
_MOVING = (*_WEIGHTS, *_CHANCES, *_POSITIVE)
#: A leap is taken back if the next step from there is so many times as long as the last one before it.
_WORSE = 4.0
#: A logarithm beyond this is no rate any more.
_MOST = 30.0


def logs(rates: Rates) -> NDArray[np.float64]:
    """All rates that move, as one vector of logarithms."""
    return np.concatenate([np.log(getattr(rates, name) + 1e-300).ravel() for name in _MOVING])


def rates_at(place: NDArray[np.float64], like: Rates) -> Rates:
    """Rates at a place of the space of logarithms, made possible again; shapes as in `like`."""
    out, first = {}, 0
    for name in _MOVING:
        shape = getattr(like, name).shape
        value = np.exp(np.clip(place[first : first + np.prod(shape, dtype=int)], -_MOST, _MOST)).reshape(shape)
        first += value.size
        if name in _WEIGHTS:
            value = value / value.sum(axis=-1, keepdims=True)
        out[name] = np.clip(value, *_CHANCES[name]) if name in _CHANCES else value
    return replace(like, **out)


def leap(first: Rates, second: Rates, third: Rates, longest: float) -> tuple[Rates, float]:
    """Where three rates in a row point to, and the length of the step: at least 1 (the third itself), at most `longest`."""
    a, b, c = logs(first), logs(second), logs(third)
    moved, bent = b - a, c - 2 * b + a
    length = float(np.linalg.norm(moved) / max(float(np.linalg.norm(bent)), 1e-300))
    length = min(max(length, 1.0), longest)
    return rates_at(a + 2 * length * moved + length**2 * bent, third), length


def _apart(one: Rates, other: Rates) -> float:
    return float(np.linalg.norm(logs(one) - logs(other)))


@dataclass(slots=True)
class Climb:
    """The way of a fit from pass to pass, leaping where it may.

    Source:
        Varadhan and Roland (2008), Scandinavian Journal of Statistics 35: 335-353, third step length.

    Departs from the source:
        The step is no exact maximum of the likelihood, which may fall on the way (the author counts only in part, see
        `expect.AUTHOR_WEIGHT`). So what is guarded is the length of the steps, which is nothing at the end.
    """

    #: The last three rates of plain passes.
    trail: list[Rates] = field(default_factory=list)
    #: Longest leap allowed: four times as long after one of full length, a quarter after one that was taken back.
    longest: float = 4.0
    #: Whether the pass under way starts from an extrapolation.
    leapt: bool = False

    def onward(self, at: Rates, following: Rates, *, may_leap: bool) -> Rates:
        """The rates of the next pass, after the step of a pass at `at` gave `following`."""
        if self.leapt:
            self.leapt = False
            if _apart(at, following) > _WORSE * _apart(self.trail[-2], self.trail[-1]):
                self.longest = max(1.0, self.longest / 4)
                following = self.trail[-1]
            self.trail = [following]
            return following
        self.trail = ([*self.trail, following] if self.trail else [at, following])[-3:]
        if len(self.trail) < 3 or not may_leap:
            return following
        first, second, third = self.trail
        there, length = leap(first, second, third, self.longest)
        self.longest *= 4 if length == self.longest else 1
        self.leapt = length > 1.0  # a leap of length 1 ends where the third rates are
        return there if self.leapt else following
