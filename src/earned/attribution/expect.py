"""MAP: from rates to the causes of one block of posts, as sums. Compiled; reads tables, computes no logarithm but one.

weight of cause j of post i    w_ij = productivity_j g(lag) phi(u) / Q(u) chi ell
probability                    p_ij = w_ij / (mu_i + sum_j w_ij),   background p_i0 = mu_i / (...)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

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
#: with its links hidden half of it costs .002 of hit@1 (decisions/0006). In rooms everybody reads everybody: there it tells
#: nothing (people's counts in chat .903 with it, .945 without).
AUTHOR_WEIGHT = np.array([1.0, 0.5, 0.5, 0.0])

#: A block closes at so many edges, or at an eighth of them all; cuts depend on the data only.
BLOCK_EDGES, BLOCKS = 524_288, 8


@dataclass(frozen=True, slots=True)
class Tables:
    """The rates, laid out so that an edge needs look-ups only."""

    #: Productivity of causes, as `Laid.cause` looks it up: others (n), colleagues (n), own by class, older by class, events (v).
    cause: NDArray[np.float32]
    #: (TYPES, CLASSES, LAGS) kernel; (TYPES, CLASSES, LEVELS + 1) density ratio of text.
    kernel: NDArray[np.float32]
    ratio: NDArray[np.float32]
    #: (CLASSES, TRACES) factor of a pair by trace.
    trace: NDArray[np.float64]
    crossing: NDArray[np.float32]
    #: (n,) background intensity at each post.
    background: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Laid:
    """Candidate causes laid out for passes: what an edge looks up, as places in flat tables; 10 bytes an edge.

    A pass is bound by look-ups. So rows, types, classes and traces are turned into four places once, and each pass reads and
    adds there without asking what kind of edge it has before it.
    """

    #: (n + 1,) edges of each post.
    start: NDArray[np.int64]
    #: (e,) int32 places of productivity and followers: others (n), colleagues (n), own by class, older by class, events (v).
    cause: NDArray[np.int32]
    #: (e,) uint16 places in (TYPES, CLASSES, LAGS) and in (TYPES, CLASSES, LEVELS + 1).
    lag: NDArray[np.uint16]
    level: NDArray[np.uint16]
    #: (e,) place in `pairs`.
    pair: NDArray[np.unsignedinteger[Any]]
    #: (q,) kinds of pair in use, in (CLASSES, TRACES, channels of the earlier post), then (CLASSES, linked or not) of those
    #: with whom nobody's channel counts.
    pairs: NDArray[np.int64]


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


def author_weight(frame: Frame) -> NDArray[np.float64]:
    """(n,) how far the author of each post counts when its followers are looked for."""
    return np.where(frame.room, 0.0, AUTHOR_WEIGHT[frame.speed])


def trusted(frame: Frame, by_person: NDArray[np.float64]) -> NDArray[np.float64]:
    """Productivity of each post's authors, drawn to everybody's as far as it does not help to find a parent; (n,)."""
    one, out = frame.of_authors(by_person), np.empty(len(frame))
    everybody = max(float(np.average(one)), 1e-9) if len(one) else 1e-9
    theta = np.append(AUTHOR_WEIGHT, 0.0)  # the last for rooms
    power = np.maximum(by_person, 1e-9) ** theta[:, None]
    kind = np.where(frame.room, np.uint8(CLASSES), frame.speed)
    _trusted(one, kind, frame.author_start, frame.person, power, theta, everybody ** (1 - theta), out)
    return out


@nb.njit(cache=True, nogil=True)
def _trusted(one, kind, start, person, power, theta, everybody, out):  # type: ignore[no-untyped-def]
    """out = one^theta everybody; powers of single authors are looked up, as there are far fewer people than posts."""
    for j in range(one.size):
        k, first = kind[j], start[j]
        alone = start[j + 1] - first == 1
        out[j] = (power[k, person[first]] if alone else max(one[j], 1e-9) ** theta[k]) * everybody[k]


def tables(frame: Frame, rates: Rates, usual: NDArray[np.float64]) -> Tables:
    """Lay the rates out for a pass; `usual` (TYPES, CLASSES, LEVELS) are the shares of the levels among unrelated pairs."""
    others, colleagues = (trusted(frame, one) * rates.quality for one in (rates.productivity, rates.internal))
    kernel = np.einsum("ykm,kml->ykl", rates.mixture, components())
    kernel[PRIOR] = older_kernel()
    return Tables(
        cause=np.concatenate(
            [others, colleagues, rates.own / frame.again, rates.older, rates.event],
            dtype=np.float32,
            casting="same_kind",
        ),
        kernel=kernel.astype(np.float32),
        ratio=(rates.likeness @ hats().T / _by_knot(usual)).astype(np.float32),
        trace=_by_trace(frame, rates),
        crossing=rates.crossing.astype(np.float32),
        background=_background(frame, rates),
    )


def by_type(frame: Frame, given: Tables) -> NDArray[np.float32]:
    """(TYPES, n + v) productivity of each post, and of each event, for each type of follower."""
    n, ends = len(frame), np.cumsum([len(frame), len(frame), CLASSES, CLASSES])
    others, colleagues, own, older, events = np.split(given.cause, ends)
    out = np.zeros((TYPES, n + len(events)), np.float32)
    out[OTHER, :n], out[COLLEAGUE, :n], out[EVENT, n:] = others, colleagues, events
    out[OWN, :n], out[PRIOR, :n] = own[frame.speed], older[frame.speed]
    return out


def _background(frame: Frame, rates: Rates) -> NDArray[np.float64]:
    """Background intensity at each post, less what its signs of answering something speak against it; (n,)."""
    out = np.empty(len(frame))
    _usual(frame.channel, frame.week, frame.weekday, rates.level, rates.weekday, frame.answering, out)
    return out


@nb.njit(cache=True, nogil=True)
def _usual(channel, week, weekday, level, factor, answering, out):  # type: ignore[no-untyped-def]
    for i in range(out.size):
        out[i] = level[channel[i], week[i]] * factor[channel[i], weekday[i]]
        if answering.size:
            out[i] /= answering[i]


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
def _lay(parent, lag, level, kind, speed, trace, channel, own_speed, channels, cause, at_lag, at_level, pair):  # type: ignore[no-untyped-def]
    n = channel.size
    for e in range(parent.size):
        y, k, j, c = np.int64(kind[e]), np.int64(speed[e]), np.int64(parent[e]), np.int64(trace[e])
        cell = y * CLASSES + k
        at_lag[e], at_level[e] = cell * LAGS + lag[e], cell * (LEVELS + 1) + level[e]
        if y in (OTHER, COLLEAGUE):
            cause[e] = j if y == OTHER else n + j
            pair[e] = (k * TRACES + c) * channels + channel[j]
            continue
        if y == EVENT:
            cause[e] = 2 * n + 2 * CLASSES + j - n
        else:
            cause[e] = 2 * n + own_speed[j] + (0 if y == OWN else CLASSES)
        pair[e] = CLASSES * TRACES * channels + 2 * k + (c == LINKED)


def lay(frame: Frame, edges: Edges, level: NDArray[np.uint16]) -> Laid:
    """Lay candidate causes out for the passes of a fit; `level` (e,) are their levels of surprise."""
    kinds, e = CLASSES * (TRACES * frame.channels + 2), len(edges)
    cause, pair = np.empty(e, np.int32), np.empty(e, np.min_scalar_type(max(kinds, 1 << 8)))
    at_lag, at_level = np.empty(e, np.uint16), np.empty(e, np.uint16)
    _lay(edges.parent, edges.lag, level, edges.type, edges.speed, edges.trace, frame.channel, frame.speed, frame.channels,
         cause, at_lag, at_level, pair)  # fmt: skip
    used = np.bincount(pair, minlength=kinds) > 0
    return Laid(
        edges.start, cause, at_lag, at_level, (np.cumsum(used) - 1).astype(pair.dtype)[pair], np.flatnonzero(used)
    )


def _pair_factors(given: Tables, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """(channels, q) what a kind of pair counts for a later post on each channel: its trace and the way between channels."""
    traced, plain = given.trace[:, :, None], np.ones((CLASSES, 2))
    plain[:, 1] = given.trace[:, LINKED]
    whole = [
        np.append((traced * to[None, None, :]).ravel(), plain)[pairs] for to in given.crossing.T.astype(np.float64)
    ]
    return np.stack(whole)


@nb.njit(cache=True, nogil=True, fastmath=True)
def _shared(weights, background):  # type: ignore[no-untyped-def]
    """Turn the weights of one post's causes into probabilities in place; return its intensity and its background's."""
    intensity = background
    for e in range(weights.size):
        intensity += weights[e]
    for e in range(weights.size):
        weights[e] /= intensity
    return intensity, background / intensity


@nb.njit(cache=True, nogil=True)
def _drawn(weights, background, uniform):  # type: ignore[no-untyped-def]
    """Choose one cause of one post with a uniform number: weights become 0 or 1."""
    intensity = background
    for e in range(weights.size):
        intensity += weights[e]
    rest = uniform * intensity - background
    open_ = rest >= 0
    nothing = 0.0 if open_ else 1.0
    for e in range(weights.size):
        rest -= weights[e]
        chosen = open_ and (rest < 0 or e == weights.size - 1)
        weights[e] = 1.0 if chosen else 0.0
        open_ = open_ and not chosen
    return intensity, nothing


@nb.njit(cache=True, nogil=True, fastmath=True)
def _pass(  # type: ignore[no-untyped-def]
    first, last, start, cause, lag, level, pair, productivity, kernel, ratio, factor, channel, background, uniform,
    followers, by_lag, by_level, by_pair, p, p0,
):  # fmt: skip
    """Weigh and share out, or draw, the causes of posts first..last-1; add them up; return the sum of log intensities."""
    total, base, most = 0.0, start[first], 0
    for i in range(first, last):
        most = max(most, start[i + 1] - start[i])
    room = np.empty(most)
    for i in range(first, last):
        begin, size = np.uint64(start[i]), np.uint64(start[i + 1] - start[i])  # unsigned: no test for negative places
        to, mine = factor[channel[i]], by_pair[channel[i]]
        q, out = room[:size], p[start[i] - base :]
        for x in range(size):
            e = begin + x
            q[x] = np.float64(productivity[np.uint32(cause[e])]) * kernel[lag[e]] * ratio[level[e]] * to[pair[e]]
        if uniform.size:
            intensity, p0[i - first] = _drawn(q, background[i], uniform[i - first])
        else:
            intensity, p0[i - first] = _shared(q, background[i])
        total += np.log(intensity)
        for x in range(size):
            e, m = begin + x, q[x]
            out[x] = m
            if m == 0.0:  # all but one, when causes are drawn
                continue
            followers[np.uint32(cause[e])] += m
            by_lag[lag[e]] += m
            by_level[level[e]] += m
            mine[pair[e]] += m
    return total


def weights_of(frame: Frame, edges: Edges, level: NDArray[np.uint16], given: Tables) -> NDArray[np.float64]:
    """Weights of all edges, unnormalised; (e,)."""
    out = np.empty(len(edges))
    _weights(0, len(frame), edges.start, edges.parent, edges.lag, level, edges.type, edges.speed, edges.trace,
             by_type(frame, given), given.kernel, given.ratio, given.trace, given.crossing, frame.channel, out)  # fmt: skip
    return out


def blocks(start: NDArray[np.int64], edges: int | None = None) -> list[tuple[int, int]]:
    """Ranges of posts with all their rival causes, `edges` (BLOCK_EDGES) of them or an eighth of all; `start` as in `Edges`.

    The same for any number of workers.
    """
    n, cuts = len(start) - 1, [0]
    most = max(edges or BLOCK_EDGES, int(start[-1]) // BLOCKS + 1)
    while cuts[-1] < n:
        first = cuts[-1]
        full = int(np.searchsorted(start, start[first] + most, side="right")) - 1
        cuts.append(min(n, max(first + 1, full)))
    return list(pairwise(cuts))


def expect(
    frame: Frame, laid: Laid, given: Tables, first: int, last: int, *, uniform: NDArray[np.float64] | None = None,
) -> tuple[Sums, NDArray[np.float32], NDArray[np.float64]]:  # fmt: skip
    """One block's sums, with the probabilities of its edges and of the background.

    Args:
        frame: The conversation.
        laid: Its candidate causes, laid out with their levels of surprise.
        given: The rates, laid out.
        first, last: Posts of the block.
        uniform: (last - first,) in [0, 1): draw one cause a post instead of sharing it (a Gibbs step).
    """
    n, v, c = len(frame), len(frame.event_t), frame.channels
    p, p0 = np.empty(laid.start[last] - laid.start[first], np.float32), np.empty(last - first)
    followers, by_lag = np.zeros(2 * n + 2 * CLASSES + v), np.zeros((TYPES, CLASSES, LAGS))
    by_level, by_pair = np.zeros((TYPES, CLASSES, LEVELS + 1)), np.zeros((c, len(laid.pairs)))
    loglik = _pass(first, last, laid.start, laid.cause, laid.lag, laid.level, laid.pair, given.cause, given.kernel.ravel(),
                   given.ratio.ravel(), _pair_factors(given, laid.pairs), frame.channel, given.background,
                   np.zeros(0) if uniform is None else uniform, followers, by_lag.ravel(), by_level.ravel(), by_pair,
                   p, p0)  # fmt: skip
    every = np.zeros((c, CLASSES * (TRACES * c + 2)))
    every[:, laid.pairs] = by_pair
    between = every[:, : CLASSES * TRACES * c].reshape(c, CLASSES, TRACES, c)  # to, class, trace, from
    here, of_kind, linking = slice(first, last), by_lag.sum(axis=2), frame.has_link[first:last]
    return Sums(
        others=followers[:n],
        colleagues=followers[n : 2 * n],
        own=of_kind[OWN],
        older=of_kind[PRIOR],
        events=followers[2 * n + 2 * CLASSES :],
        lag=by_lag,
        level=by_level,
        traces=between.sum(axis=(0, 3)),
        stray=np.bincount(frame.speed[here][linking], weights=p0[linking], minlength=CLASSES).astype(np.float64),
        crossing=between.sum(axis=(1, 2)).T.copy(),
        week=_by_channel(frame.channel[here], frame.week[here], p0, c, frame.weeks),
        weekday=_by_channel(frame.channel[here], frame.weekday[here], p0, c, 7),
        loglik=np.array([loglik]),
    ), p, p0  # fmt: skip


def _by_channel(
    channel: NDArray[np.int32], when: NDArray[Any], p0: NDArray[np.float64], channels: int, many: int
) -> NDArray[np.float64]:
    """(channels, many) background posts."""
    place = channel.astype(np.int64) * many + when
    return np.bincount(place, weights=p0, minlength=channels * many).reshape(channels, many).astype(np.float64)
