"""How surprising a similarity is, for both texts: the evidence of text, on a scale that means the same everywhere.

A cosine of .3 is nothing between two long documents and a lot between two short messages; a text that resembles
everything resembles this one, too. So a cosine is read in the tail of what is usual for *each* of the two posts,

    u_ij = -w ln P_i(S >= s_ij) - (1 - w) ln P_j(S >= s_ij)      in nats,    i the later post,

P_i(S >= s) being the share of background posts at least so similar to post i. Measured with hidden links on four
corpora, u alone ranks true parents as well as eleven free parameters of the cosine do (decisions/0003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.text.similarity import Scale, dot_products, reference, runs_of
from earned.text.sparse import Sparse

#: The scale of surprise: knots one nat apart from 0 to 10, STEPS levels between two knots.
SURPRISES, STEPS = 11, 96
LEVELS = STEPS * (SURPRISES - 1) + 1
#: Pseudo-posts by which a post's own histogram is drawn to the pooled one (method 7.2).
PSEUDO = 20.0


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for each of n posts, given how likely each post is background."""

    #: (n, KNOTS) float32 ln P(S >= knot).
    log_tail: NDArray[np.float32]
    scale: Scale


def usual_tails(histogram: NDArray[np.float32], total: float, scale: Scale) -> Usual:
    """Tails of similarity from weighted counts.

    Args:
        histogram: (n, KNOTS) weighted counts of background posts, from `similarity.usual`.
        total: The weight behind each row.
        scale: The knots of the counts.
    """
    pooled = histogram.sum(axis=0, dtype=np.float64) + 0.5
    pooled[-1] = min(pooled[-1], pooled[-2])  # copies of whole posts say nothing of what others share
    out = np.empty_like(histogram)
    for a, b in runs_of(len(histogram)):
        share = (np.maximum(histogram[a:b], 0.0) + PSEUDO * pooled / pooled.sum()) / (total + PSEUDO)
        tail = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
        out[a:b] = np.log(tail / tail[:, :1])
    return Usual(out, scale)


@nb.njit(cache=True, nogil=True)
def _surprise(child, parent, similarity, log_tail, knot, own, out):  # type: ignore[no-untyped-def]
    for e in range(child.size):
        s = similarity[e]
        k = min(np.searchsorted(knot, s, side="right") - 1, knot.size - 2)
        f = min((s - knot[k]) / (knot[k + 1] - knot[k]), 1.0)
        i, j = child[e], parent[e]
        w = own[e]
        out[e] = -w * (log_tail[i, k] * (1 - f) + log_tail[i, k + 1] * f) - (1 - w) * (
            log_tail[j, k] * (1 - f) + log_tail[j, k + 1] * f
        )


def surprise(
    usual: Usual, child: NDArray[np.int32], parent: NDArray[np.int32], similarity: NDArray[np.float32],
    own: NDArray[np.float32],
) -> NDArray[np.float32]:  # fmt: skip
    """u of pairs in nats, 0 for nothing in common.

    Args:
        usual: What is usual for each post.
        child, parent: (e,) rows of the later and the earlier post.
        similarity: (e,) their cosines.
        own: (e,) w, the weight of the later post's tail.
    """
    out = np.empty(len(child), np.float32)
    _surprise(child, parent, similarity, usual.log_tail, usual.scale.knot, own, out)
    return out


def level(nats: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Place on the scale; (e,) nats -> (e,) in 0 .. LEVELS - 1."""
    return np.minimum(np.rint(nats * STEPS), LEVELS - 1).astype(np.uint16)


@nb.njit(cache=True, nogil=True)
def _pairs(chosen, start, column, weight, begin, row, value, log_tail, knot, own, probability, steps, levels, out):  # type: ignore[no-untyped-def]
    """Weighted counts of the levels of all pairs of the chosen rows; pairs that share nothing are of level 0."""
    sums, touched, before = np.zeros(chosen.size, np.float32), np.empty(chosen.size + 1, np.int32), 0.0
    for a in range(chosen.size):
        i, left = chosen[a], before
        seen = dot_products(i, start, column, weight, begin, row, value, sums, touched)
        for q in range(seen):
            b = touched[q]
            j, s, sums[b] = chosen[b], sums[b], 0
            if b >= a:
                continue
            k = min(np.searchsorted(knot, s, side="right") - 1, knot.size - 2)
            f = min((s - knot[k]) / (knot[k + 1] - knot[k]), 1.0)
            w = max(own[i], own[j])
            u = -w * (log_tail[i, k] * (1 - f) + log_tail[i, k + 1] * f) - (1 - w) * (
                log_tail[j, k] * (1 - f) + log_tail[j, k + 1] * f
            )
            out[min(int(u * steps + 0.5), levels - 1)] += probability[i] * probability[j]
            left -= probability[j]
        out[0] += probability[i] * left
        before += probability[i]


def background_levels(
    rows: Sparse, usual: Usual, own: NDArray[np.float32], probability: NDArray[np.float64], rng: np.random.Generator,
    *, posts: int = 2_000,
) -> NDArray[np.float64]:  # fmt: skip
    """Shares of the levels among pairs of background posts, smoothed; (LEVELS,), sums to 1.

    Args:
        rows: n posts; further rows are texts of events and not compared.
        usual: Their tails.
        own: (n,) w of each post; of a pair the larger counts.
        probability: (n,) that each is background.
        rng: Chooses the sample.
        posts: All pairs of so many posts are compared.
    """
    chosen = np.sort(rng.choice(len(probability), min(posts, len(probability)), replace=False))
    out, inverse = np.zeros(LEVELS), reference(rows, chosen).inverse
    _pairs(chosen, rows.start, rows.column, rows.weight, inverse.start, inverse.row, inverse.weight, usual.log_tail,
           usual.scale.knot, own, probability, STEPS, LEVELS, out)  # fmt: skip
    return shares(out)


def shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts of levels as shares; (LEVELS,) -> (LEVELS,). By construction they fall about as exp(-u): that is the prior."""
    prior = np.exp(-np.arange(LEVELS) / STEPS)
    return np.asarray((counts + 50 * prior / prior.sum()) / (counts.sum() + 50))
