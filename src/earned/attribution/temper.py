"""How sure the likeliest cause is, learned from the links that people made: a model of independent hints is too sure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import tables, weights_of
from earned.attribution.fit import Fitted
from earned.attribution.frame import COLLEAGUE, LINKED, NONE, OTHER, Edges, Frame

#: Exponents tried: below 1 probabilities draw together, above 1 apart.
EXPONENTS = np.linspace(0.3, 1.5, 61)
#: Linked posts needed on channels of one speed before their links are listened to.
FEWEST = 200


def tempered(frame: Frame, edges: Edges, fitted: Fitted) -> Fitted:
    """The fit with probabilities of single causes as sure as they proved to be where people linked.

    Args:
        frame, edges: The conversation and its candidate causes.
        fitted: Whose sums and rates stay; so does the probability that a post by somebody else is the cause at all.

    Returns:
        The same fit; causes of posts without a link, on channels of a speed with FEWEST linked posts, are drawn together
        by p_ij ~ w_ij ^ theta.

    Source:
        Temperature of a conditional logit on links (method 13.2), one exponent for all hints together.
    """
    theta = learned(frame, edges, fitted)
    if (theta == 1.0).all():
        return fitted
    child, p = edges.child(), fitted.causes.edge.astype(np.float64)
    free = np.isin(edges.type, (OTHER, COLLEAGUE)) & ~frame.has_link[child]
    power = np.where(free, p, 0.0) ** theta[frame.speed[child]] * free
    before, after = (
        np.bincount(child, weights=np.where(free, value, 0.0), minlength=len(frame)) for value in (p, power)
    )
    share = before / np.maximum(after, 1e-300)
    edge = np.where(free, power * share[child], p).astype(np.float32)
    return replace(fitted, causes=replace(fitted.causes, edge=edge))


def learned(frame: Frame, edges: Edges, fitted: Fitted) -> NDArray[np.float64]:
    """The exponent of each speed class under which the linked causes are likeliest; 1 where too few posts link; (4,)."""
    child = edges.child()
    rival = np.isin(edges.type, (OTHER, COLLEAGUE)) & frame.has_link[child]
    found = rival & (edges.trace == LINKED) & ~edges.unlike  # the others are rivals only because they are linked
    several = np.bincount(child[found], minlength=len(frame))
    asked = rival & (several == 1)[child]
    some, right = edges.only(asked), found[asked]
    unsaid = replace(some, trace=np.where(some.trace == LINKED, np.uint8(NONE), some.trace))
    weight = weights_of(frame, unsaid, fitted.evidence.level[asked], tables(frame, fitted.rates, fitted.evidence.usual))
    log = np.log(np.maximum(weight, 1e-300))
    out = np.ones(len(fitted.rates.links))
    for speed in range(len(out)):
        rows = frame.speed[some.child()] == speed
        if right[rows].sum() >= FEWEST:
            out[speed] = _likeliest(some.child()[rows], log[rows], right[rows])
    return out


def _likeliest(child: NDArray[np.int32], log: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    start = np.flatnonzero(np.append(True, np.diff(child) > 0))
    top = np.repeat(np.maximum.reduceat(log, start), np.diff(np.append(start, len(log))))

    def likelihood(theta: float) -> float:
        whole = np.log(np.add.reduceat(np.exp(theta * (log - top)), start))
        return float((theta * (log - top))[right].sum() - whole.sum())

    return float(max(EXPONENTS, key=likelihood))
