"""What is usual for each text: how alike it is to all that are likely background, as a histogram over the knots of the scale."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.text.similarity import KNOTS, Reference, Runner, Scale, dot_products, loop, runs_of
from earned.text.sparse import Sparse


@nb.njit(cache=True, nogil=True, fastmath=True)
def _from_knot(score, weight, knot):  # type: ignore[no-untyped-def]
    """Sums of w and of w s over the scores of at least `knot`; in double precision: small differences of them count."""
    whole, moment = 0.0, 0.0
    for q in range(score.size):
        w = np.float64(weight[q]) if score[q] >= knot else 0.0
        whole += w
        moment += w * score[q]
    return whole, moment


@nb.njit(cache=True, nogil=True)
def _usual(a, b, reference, weight_of, start, column, weight, begin, row, value, knot, out):  # type: ignore[no-untyped-def]
    """Weighted histogram, over the knots, of the similarity of rows a..b-1 to the reference rows.

    A similarity s between knots k and k + 1 gives the part f = (s - k) / (k + 1 - k) of its weight to the upper one: so the
    sums of w and of w s from each knot on are enough.
    """
    m, last = reference.size, knot.size - 1
    sums, touched = np.zeros(m, np.float32), np.empty(m + 1, np.int32)
    score, heavy, total, mine = (
        np.empty(m + 1, np.float32),
        np.empty(m + 1, np.float32),
        weight_of.astype(np.float64).sum(),
        0,
    )
    for j in range(a, b):
        seen = dot_products(j, start, column, weight, begin, row, value, sums, touched)
        whole, moment, k = total, 0.0, 0
        while mine < m and reference[mine] < j:
            mine += 1
        if mine < m and reference[mine] == j and sums[mine] > 0:  # nobody is compared with oneself
            whole -= weight_of[mine]
            sums[mine] = 0
        for q in range(seen):
            r = np.uint32(touched[q])
            s, w, sums[r] = sums[r], weight_of[r], 0
            moment += np.float64(w) * s
            score[k], heavy[k] = s, w  # stay only from the first inner knot on
            k += s >= knot[1]
        for q in range(last):
            above, beyond = _from_knot(score[:k], heavy[:k], knot[q + 1])
            upper = (moment - beyond - knot[q] * (whole - above)) / (knot[q + 1] - knot[q])
            out[j - a, q] += whole - above - upper
            out[j - a, q + 1] += upper
            whole, moment = above, beyond
        out[j - a, last] += whole


def usual(
    rows: Sparse, against: Reference, weight: NDArray[np.float64], scale: Scale, *, run: Runner = loop
) -> NDArray[np.float32]:
    """How similar background posts are to each post: the raw counts h_j(b) of method 7.2.

    Args:
        rows: n posts.
        against: m reference posts.
        weight: (m,) probability that each is background.
        scale: The knots.

    Returns:
        (n, KNOTS) float32 weighted counts; a similarity between two knots is shared between them.
    """
    out = np.zeros((len(rows), KNOTS), np.float32)
    w = weight.astype(np.float32)

    def work(a: int, b: int) -> None:
        _usual(a, b, against.row, w, rows.start, rows.column, rows.weight, against.inverse.start, against.inverse.row,
               against.inverse.weight, scale.knot, out[a:b])  # fmt: skip

    run(work, runs_of(len(rows), 1_024))
    return out
