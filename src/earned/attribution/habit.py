"""The strict variant: whoever already wrote like that cannot be said to have been moved.

Friends who share an interest write alike without following one another. So a similarity counts only as far as it exceeds
what the *follower's own* earlier posts share with the earlier post (method 7.4):

    u_ij' = u_ij - max(0, ln P_habit / P_j),     P_habit = (h + 20 P_j) / (m + 20)

with P_j the share of background posts at least so similar to j, and h of the m posts that the follower wrote before j.
"""

from __future__ import annotations

from dataclasses import replace

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import ordered_by_person
from earned.attribution.expect import lay, tables
from earned.attribution.exposure import exposure
from earned.attribution.fit import Fitted, Mapper, in_turn, one_pass
from earned.attribution.frame import LINKED, Edges, Frame
from earned.attribution.maximize import maximize
from earned.text.similarity import exact_cosine
from earned.text.sparse import Sparse
from earned.text.surprise import LEVELS, PSEUDO, STEPS, Usual

#: Earlier posts of a follower that are asked at most, the latest ones; causes less probable than LEAST are left alone.
ASKED, LEAST = 200, 0.01
#: Most passes of the fit with habits; kernels and the likeness of true pairs are nearly there before.
PASSES = 15
#: Passes end when nobody's count moves by more than this part of one more than itself, as in a fit.
STILL = 1e-4


@nb.njit(cache=True, nogil=True)
def _lost(child, parent, similarity, who, posts, begins, start, column, weight, log_tail, knot, asked, pseudo, out):  # type: ignore[no-untyped-def]
    """Nats that each pair loses to the follower's habit."""
    for e in range(child.size):
        a, j, s = who[child[e]], parent[e], similarity[e]
        mine = posts[begins[a] : begins[a + 1]]
        until = np.searchsorted(mine, j)
        first, alike = max(until - asked, 0), 0
        for p in range(first, until):
            alike += exact_cosine(mine[p], j, start, column, weight) >= s
        if alike:
            k = min(np.searchsorted(knot, s, side="right") - 1, knot.size - 2)
            f = min((s - knot[k]) / (knot[k + 1] - knot[k]), 1.0)
            usual = np.exp(log_tail[j, k] * (1 - f) + log_tail[j, k + 1] * f)
            habit = (alike + pseudo * usual) / (until - first + pseudo)
            out[e] = max(0.0, np.log(habit / usual))


def lost_to_habit(
    frame: Frame, rows: Sparse, edges: Edges, tails: Usual, asked: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Nats of surprise that the follower's own earlier posts explain; (asked pairs,) 0 and more.

    Args:
        frame: n posts.
        rows: Their sparse vectors.
        edges: Candidate pairs.
        tails: What is usual for each post.
        asked: (e,) the pairs asked for, whose earlier posts are posts.
    """
    some, own = edges.only(asked), ordered_by_person(frame)
    out = np.zeros(len(some), np.float32)
    _lost(some.child(), some.parent, some.similarity, frame.first_author(), own["by_person"], own["begins"], rows.start,
          rows.column, rows.weight, tails.log_tail, tails.scale.knot, ASKED, PSEUDO, out)  # fmt: skip
    return out


def strictly(frame: Frame, rows: Sparse, edges: Edges, fitted: Fitted, *, run: Mapper = in_turn) -> NDArray[np.float64]:
    """Followers by others of each post if the followers' own habits compete: the strict alternative; (n,).

    Links stay what they are: who links has been moved. What true pairs share stays as learned, too, or the fit would call
    the lowered surprises usual.
    """
    unlinked = edges.between_people() & (edges.trace != LINKED)
    asked = unlinked & (fitted.causes.edge >= LEAST) & (fitted.evidence.level < LEVELS)
    level = fitted.evidence.level.copy()
    lost = lost_to_habit(frame, rows, edges, fitted.evidence.tails, asked)
    level[asked] = np.maximum(level[asked] - np.rint(lost * STEPS), 0).astype(np.uint16)
    fixed, rates, laid = exposure(frame), fitted.rates, lay(frame, edges, level)
    before = np.full(frame.people, np.inf)
    for _ in range(PASSES):
        sums, _ = one_pass(frame, laid, tables(frame, rates, fitted.evidence.usual), run=run)
        now = frame.per_person(sums.others)
        if (np.abs(now - before) / (1 + now)).max(initial=0) < STILL:
            break
        before = now
        rates = replace(maximize(frame, fixed, rates, sums, learn_prior=True), likeness=fitted.rates.likeness)
    return sums.others
