"""MAP: from rates to the causes of one block of posts, as sums. Compiled; reads tables, computes no logarithm but one.

weight of cause j of post i    w_ij = productivity_j g(lag) phi(u) / Q(u) chi ell
probability                    p_ij = w_ij / (mu_i + sum_j w_ij),   background p_i0 = mu_i / (...)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import COLLEAGUE, EVENT, LINKED, OTHER, OWN, PRIOR, TRACES, TYPES, Edges, Frame
from earned.attribution.kernel import LAGS, components, older_kernel
from earned.attribution.rates import BINS, CLASSES, Rates, Sums
from earned.text.surprise import LEVELS, STEPS, SURPRISES

#: How far the author's productivity counts when the parent of one post is looked for, by speed class: nearly all on
#: microblogs (hidden links, hit@1 .16 without, .24 with), not between documents, where it makes the rich richer. Without
#: it leaders of simulated lists and forums came out at .69 of their rates and their counts' intervals held the truth in
#: .22; with half of it .83 and .81; with all of it rates came out a fifth too high where nobody links. On a mailing list
#: with its links hidden half of it costs .002 of hit@1 (decisions/0006).
AUTHOR_WEIGHT = np.array([1.0, 0.5, 0.5, 0.0])

#: A block closes at so many edges, or at a sixteenth of them all; cuts depend on the data only.
BLOCK_EDGES, BLOCKS = 131_072, 16


@dataclass(frozen=True, slots=True)
class Tables:
    """The rates, laid out so that an edge needs look-ups only."""

    #: (TYPES, n + v) productivity of each post, and of each event, for each type of follower.
    productivity: NDArray[np.float32]
    #: (TYPES, CLASSES, LAGS) kernel; (TYPES, CLASSES, LEVELS + 1) density ratio of text.
    kernel: NDArray[np.float32]
    ratio: NDArray[np.float32]
    #: (CLASSES, TRACES) factor of a pair by trace.
    trace: NDArray[np.float64]
    crossing: NDArray[np.float32]
    #: (n,) background intensity at each post.
    background: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Causes:
    """Probabilities of all candidate causes: the result of a fit, edge by edge."""

    #: (e,) float32 probability of each edge; (n,) of the background.
    edge: NDArray[np.float32]
    background: NDArray[np.float64]


@cache
def hats() -> NDArray[np.float64]:
    """(LEVELS + 1, BINS): how a level of similarity is shared between its two knots. Made once, read-only."""
    place = np.arange(LEVELS) / STEPS
    out = np.zeros((LEVELS + 1, BINS))
    left = np.minimum(place.astype(int), SURPRISES - 2)
    out[np.arange(LEVELS), left] = 1 - (place - left)
    out[np.arange(LEVELS), left + 1] = place - left
    out[LEVELS, BINS - 1] = 1.0
    out.flags.writeable = False
    return out


def _by_knot(usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., LEVELS + 1): background density at each level, interpolated between the masses of the knots."""
    shape = hats()[:LEVELS, :SURPRISES]
    mass = usual @ shape
    return np.concatenate([mass @ shape.T, mass[..., :1]], axis=-1)


def trusted(frame: Frame, by_person: NDArray[np.float64]) -> NDArray[np.float64]:
    """Productivity of each post's authors, drawn to everybody's as far as it does not help to find a parent; (n,)."""
    one = frame.of_authors(by_person)
    everybody = np.average(one) if len(one) else 0.0
    theta = AUTHOR_WEIGHT[frame.speed]
    return np.asarray(np.maximum(one, 1e-9) ** theta * max(everybody, 1e-9) ** (1 - theta))


def tables(frame: Frame, rates: Rates, usual: NDArray[np.float64]) -> Tables:
    """Lay the rates out for a pass; `usual` (TYPES, CLASSES, LEVELS) are the shares of the levels among unrelated pairs."""
    n = len(frame)
    productivity = np.zeros((TYPES, n + len(frame.event_t)), np.float32)
    productivity[EVENT, n:] = rates.event
    productivity[OTHER, :n] = trusted(frame, rates.productivity) * rates.quality
    productivity[COLLEAGUE, :n] = trusted(frame, rates.internal) * rates.quality
    productivity[OWN, :n] = (rates.own / frame.again)[frame.speed]
    productivity[PRIOR, :n] = rates.older[frame.speed]
    kernel = np.einsum("ykm,kml->ykl", rates.mixture, components())
    kernel[PRIOR] = older_kernel()
    return Tables(
        productivity=productivity,
        kernel=kernel.astype(np.float32),
        ratio=(rates.likeness @ hats().T / _by_knot(usual)).astype(np.float32),
        trace=_by_trace(frame, rates),
        crossing=rates.crossing.astype(np.float32),
        background=_background(frame, rates),
    )


def _background(frame: Frame, rates: Rates) -> NDArray[np.float64]:
    """Background intensity at each post, less what its signs of answering something speak against it; (n,)."""
    usual = rates.level[frame.channel, frame.week] * rates.weekday[frame.channel, frame.weekday]
    return np.asarray(usual / frame.answering if len(frame.answering) else usual)


def _by_trace(frame: Frame, rates: Rates) -> NDArray[np.float64]:
    """How much more common each trace is among true pairs than among unrelated posts; (CLASSES, TRACES).

    Where nobody links, or nobody addresses anybody, that nothing is there says nothing.
    """
    unlinked = 1 - rates.links if len(frame.link_child) else np.ones(CLASSES)
    factor = unlinked[:, None] * rates.traces / np.maximum(frame.chance, 1e-12)
    factor[:, LINKED] = rates.links * len(frame) / rates.stray
    return np.asarray(factor)


@nb.njit(cache=True, nogil=True, fastmath=True)
def _weights(  # type: ignore[no-untyped-def]
    first, last, start, parent, lag, level, kind, speed, trace, productivity, kernel, ratio, by_trace, crossing, channel,
    out,
):  # fmt: skip
    """Weights of the edges of posts first..last-1, unnormalised."""
    for i in range(first, last):
        for e in range(start[i], start[i + 1]):
            y, k, j = kind[e], speed[e], parent[e]
            w = np.float64(productivity[y, j]) * kernel[y, k, lag[e]] * ratio[y, k, level[e]]
            if y in (OTHER, COLLEAGUE):
                w *= by_trace[k, trace[e]] * crossing[channel[j], channel[i]]
            elif trace[e] == LINKED:
                w *= by_trace[k, LINKED]
            out[e - start[first]] = w


@nb.njit(cache=True, nogil=True)
def _soft(first, last, start, weights, background, p0):  # type: ignore[no-untyped-def]
    """Turn weights into probabilities in place; return the sum of log intensities."""
    total, base = 0.0, start[first]
    for i in range(first, last):
        intensity = background[i]
        for e in range(start[i] - base, start[i + 1] - base):
            intensity += weights[e]
        for e in range(start[i] - base, start[i + 1] - base):
            weights[e] /= intensity
        p0[i - first] = background[i] / intensity
        total += np.log(intensity)
    return total


@nb.njit(cache=True, nogil=True)
def _drawn(first, last, start, weights, background, p0, uniform):  # type: ignore[no-untyped-def]
    """Choose one cause for each post with the given uniforms: weights become 0 or 1."""
    total, base = 0.0, start[first]
    for i in range(first, last):
        intensity = background[i]
        for e in range(start[i] - base, start[i + 1] - base):
            intensity += weights[e]
        rest = uniform[i - first] * intensity - background[i]
        p0[i - first] = 1.0 if rest < 0 else 0.0
        open_ = rest >= 0
        for e in range(start[i] - base, start[i + 1] - base):
            rest -= weights[e]
            chosen = open_ and (rest < 0 or e == start[i + 1] - base - 1)
            weights[e] = 1.0 if chosen else 0.0
            open_ = open_ and not chosen
        total += np.log(intensity)
    return total


@nb.njit(cache=True, nogil=True)
def _sum(  # type: ignore[no-untyped-def]
    first, last, start, parent, lag, level, kind, speed, trace, p, p0, channel, own_speed, week, day, has_link,
    others, colleagues, own, older, events, by_lag, by_level, traces, stray, crossing, by_week, by_day,
):  # fmt: skip
    """Add a block's probabilities to the sums, in place; posts first..last-1 with their edges `p` and background `p0`."""
    base = start[first]
    for i in range(first, last):
        q = p0[i - first]
        by_week[channel[i], week[i]] += q
        by_day[channel[i], day[i]] += q
        if has_link[i]:
            stray[own_speed[i]] += q
        for e in range(start[i], start[i + 1]):
            m, y, k, j = p[e - base], kind[e], speed[e], parent[e]
            by_lag[y, k, lag[e]] += m
            by_level[y, k, level[e]] += m
            if y == OWN:
                own[k] += m
                continue
            if y == PRIOR:
                older[k] += m
                continue
            if y == EVENT:
                events[j - channel.size] += m
                continue
            if y == OTHER:
                others[j] += m
            else:
                colleagues[j] += m
            crossing[channel[j], channel[i]] += m
            traces[k, trace[e]] += m


def weights_of(frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables) -> NDArray[np.float64]:
    """Weights of all edges, unnormalised; (e,)."""
    out = np.empty(len(edges))
    _weights(0, len(frame), edges.start, edges.parent, edges.lag, level, edges.type, edges.speed, edges.trace,
             given.productivity, given.kernel, given.ratio, given.trace, given.crossing, frame.channel, out)  # fmt: skip
    return out


def no_sums(frame: Frame) -> Sums:
    """Zeros of the right shapes."""
    n, c = len(frame), frame.channels
    return Sums(
        np.zeros(n), np.zeros(n), np.zeros(CLASSES), np.zeros(CLASSES), np.zeros(len(frame.event_t)),
        np.zeros((TYPES, CLASSES, LAGS)), np.zeros((TYPES, CLASSES, LEVELS + 1)), np.zeros((CLASSES, TRACES)), np.zeros(CLASSES),
        np.zeros((c, c)), np.zeros((c, frame.weeks)), np.zeros((c, 7)), np.zeros(1),
    )  # fmt: skip


def blocks(edges: Edges) -> list[tuple[int, int]]:
    """Ranges of posts with all their rival causes; the same for any number of workers."""
    n, cuts = len(edges.start) - 1, [0]
    most = max(BLOCK_EDGES, len(edges) // BLOCKS + 1)
    while cuts[-1] < n:
        first = cuts[-1]
        full = int(np.searchsorted(edges.start, edges.start[first] + most, side="right")) - 1
        cuts.append(min(n, max(first + 1, full)))
    return list(pairwise(cuts))


def expect(
    frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables, first: int, last: int,
    *, uniform: NDArray[np.float64] | None = None,
) -> tuple[Sums, NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """One block's sums, with the probabilities of its edges and of the background.

    Args:
        frame, edges: The conversation and its candidate causes.
        level: (e,) surprise of each edge, in levels; LEVELS is "linked, unlike".
        given: The rates, laid out.
        first, last: Posts of the block.
        uniform: (last - first,) in [0, 1): draw one cause a post instead of sharing it (a Gibbs step).
    """
    size = edges.start[last] - edges.start[first]
    p, p0 = np.empty(size), np.empty(last - first)
    _weights(first, last, edges.start, edges.parent, edges.lag, level, edges.type, edges.speed, edges.trace,
             given.productivity, given.kernel, given.ratio, given.trace, given.crossing, frame.channel, p)  # fmt: skip
    if uniform is None:
        loglik = _soft(first, last, edges.start, p, given.background, p0)
    else:
        loglik = _drawn(first, last, edges.start, p, given.background, p0, uniform)
    sums = no_sums(frame)
    _sum(first, last, edges.start, edges.parent, edges.lag, level, edges.type, edges.speed, edges.trace, p, p0,
         frame.channel, frame.speed, frame.week, frame.weekday, frame.has_link, sums.others, sums.colleagues,
         sums.own, sums.older, sums.events, sums.lag, sums.level, sums.traces, sums.stray, sums.crossing, sums.week,
         sums.weekday)  # fmt: skip
    sums.loglik[0] = loglik
    return sums, p, p0
