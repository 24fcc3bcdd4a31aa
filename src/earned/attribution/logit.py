"""Conditional logit: which of a post's rival causes it was, p_ij ~ exp(x_ij . beta) (McFadden 1974)."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

#: What the weights that are expected beforehand are worth, whatever the number of choices: a normal prior of variance
#: 1 / (2 PULL) in the standard deviations of the hints. It foretells hidden links better than none where 310 posts link (-2.224
#: nats a post instead of -2.274), and says nothing any more where 2,000 do.
PULL = 3.0
#: Most of Newton's steps, and the gain in nats, over all posts, for which no further one is made. Rivals less probable than
#: LEAST bend nothing.
STEPS, ENOUGH, LEAST = 50, 1e-7, 1e-12


@dataclass(frozen=True, slots=True)
class Choices:
    """Rivals of c children, children together, and how much of each child's cause every rival is."""

    #: (e, h) hints; (c,) first row of each child; (e,) shares of 1 a child.
    hints: NDArray[np.float64]
    start: NDArray[np.int64]
    share: NDArray[np.float64]

    def only(self, chosen: NDArray[np.bool_]) -> Choices:
        """The rivals of some children; `chosen` (c,)."""
        size = np.diff(np.append(self.start, len(self.share)))
        rows, size = np.repeat(chosen, size), size[chosen]
        return Choices(self.hints[rows], np.cumsum(size) - size, self.share[rows])


def choices(child: NDArray[np.int32], hints: NDArray[np.float64], right: NDArray[np.bool_]) -> Choices:
    """The rivals of all children that have a known cause among them; several share their child equally."""
    start = np.flatnonzero(np.append(True, np.diff(child) > 0))
    size = np.diff(np.append(start, len(child)))
    known = np.add.reduceat(right.astype(np.float64), start)
    rows, size = np.repeat(known > 0, size), size[known > 0]
    share = right[rows] / np.repeat(known[known > 0], size)
    return Choices(hints[rows], np.cumsum(size) - size, share)


@nb.njit(cache=True, nogil=True)
def _curve(x, start, share, beta):  # type: ignore[no-untyped-def]
    """Log-likelihood, its slope (h,), and the variances of the hints summed over children (h, h), their lower triangle."""
    wide, value = x.shape[1], 0.0
    slope, bend, mean = np.zeros(wide), np.zeros((wide, wide)), np.empty(wide)
    p = np.empty(x.shape[0])
    for c in range(start.size):
        first, end = start[c], start[c + 1] if c + 1 < start.size else x.shape[0]
        best, whole = -np.inf, 0.0
        for e in range(first, end):
            p[e] = 0.0
            for k in range(wide):
                p[e] += x[e, k] * beta[k]
            best = max(best, p[e])
        for e in range(first, end):
            whole += np.exp(p[e] - best)
        mean[:] = 0.0
        for e in range(first, end):
            score = p[e] - best
            value += share[e] * (score - np.log(whole))
            p[e] = np.exp(score) / whole
            for k in range(wide):
                slope[k] += (share[e] - p[e]) * x[e, k]
                mean[k] += p[e] * x[e, k]
            if p[e] > LEAST:
                for k in range(wide):
                    weight = p[e] * x[e, k]
                    for other in range(k + 1):
                        bend[k, other] += weight * x[e, other]
        for k in range(wide):
            for other in range(k + 1):
                bend[k, other] -= mean[k] * mean[other]
    return value, slope, bend


def likeliest(given: Choices, beforehand: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights under which the known causes are likeliest, drawn to those expected beforehand; (h,) -> (h,).

    The likelihood is concave: Newton's steps, halved while they lead down, find its one summit.
    """
    spread = given.hints.std(axis=0)
    spread = np.where(spread > 1e-6, spread, 1.0)  # a hint that is the same everywhere says nothing
    x = (given.hints - given.hints.mean(axis=0)) / spread
    expected = beforehand * spread

    def curve(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
        value, slope, bend = _curve(x, given.start, given.share, beta)
        away = beta - expected
        return value - PULL * float(away @ away), slope - 2 * PULL * away, bend + np.tril(bend, -1).T

    beta = expected
    value, slope, bend = curve(beta)
    for _ in range(STEPS):
        step = np.linalg.solve(bend + 2 * PULL * np.eye(len(beta)), slope)
        gain = float(slope @ step) / 2  # what the step promises
        if gain < ENOUGH:
            break
        while True:
            there = curve(beta + step)
            if there[0] > value + gain / 10 or gain < ENOUGH:
                break
            step, gain = step / 2, gain / 2
        beta, (value, slope, bend) = beta + step, there
    return np.asarray(beta / spread)


@nb.njit(cache=True, nogil=True)
def _slope(x, start, share, beta):  # type: ignore[no-untyped-def]
    """First and second derivative of the log-likelihood of one weight: sum (share - p) x, and - sum of the variances of x."""
    first, second = 0.0, 0.0
    for c in range(start.size):
        end = start[c + 1] if c + 1 < start.size else x.size
        best = x[start[c] : end].max() if beta > 0 else x[start[c] : end].min()
        whole, mean, square = 0.0, 0.0, 0.0
        for e in range(start[c], end):
            w, d = np.exp(beta * (x[e] - best)), x[e] - best
            whole += w
            mean += w * d
            square += w * d * d
            first += share[e] * d
        mean /= whole
        first -= mean
        second -= square / whole - mean * mean
    return first, second


def exponent(x: NDArray[np.float64], start: NDArray[np.int64], share: NDArray[np.float64]) -> float:
    """The one weight of one hint under which the known causes are likeliest, drawn to 1; arguments as in `Choices`, x (e,).

    The same as `likeliest` of one column, by Newton's steps, at most one standard deviation of the hint each.
    """
    spread = beta = float(x.std())
    if spread <= 1e-6:
        return 1.0
    scaled = (x - x.mean()) / spread
    for _ in range(100):
        first, second = _slope(scaled, start, share, beta)
        step = (first - 2 * PULL * (beta - spread)) / (2 * PULL - second)
        beta += min(max(step, -1.0), 1.0)
        if abs(step) < 1e-9:
            break
    return beta / spread


def likelihood(given: Choices, beta: NDArray[np.float64]) -> float:
    """Sum over children of the log-probability of their known causes."""
    return _likelihood(given, beta)[0]


def shares(score: NDArray[np.float64], start: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """exp(score) as shares of the sum over each child's rivals, and the logarithms of the shares; (e,) and (e,)."""
    size = np.diff(np.append(start, len(score)))
    score = score - np.repeat(np.maximum.reduceat(score, start), size)
    log = score - np.repeat(np.log(np.add.reduceat(np.exp(score), start)), size)
    return np.exp(log), log


def _likelihood(given: Choices, beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    p, log = shares(given.hints @ beta, given.start)
    return float(given.share @ log), p
