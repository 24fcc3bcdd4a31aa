"""The fit asked again: without knowing the authors, and without common causes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import FEWEST
from earned.attribution.expect import author_weight
from earned.attribution.exposure import exposure
from earned.attribution.fit import Fitted, Mapper, expectation_maximization, in_turn
from earned.attribution.frame import EVENT, Edges, Frame
from earned.attribution.maximize import maximize
from earned.attribution.permutation import Tested, exchange_labels
from earned.attribution.rates import first_rates
from earned.text.sparse import Sparse

#: Passes of the fit that knows no authors, which starts near its end, and of the fit without common causes, which does not.
BLIND_PASSES, BARE_PASSES = 12, 24


def tested(frame: Frame, rows: Sparse, edges: Edges, fitted: Fitted, *, seed: int, run: Mapper) -> Tested:
    """Exchange labels on followers found without knowing the authors."""
    followers = fitted.sums.others
    if (author_weight(frame) > 0).any():
        fixed = exposure(frame)
        rates = maximize(frame, fixed, fitted.rates, fitted.sums, blind=True)
        _, sums, _, _ = expectation_maximization(
            frame, edges, fitted.evidence, rates, fixed, passes=BLIND_PASSES, blind=True, run=run
        )
        followers = sums.others
    return exchange_labels(frame, rows, followers, fewest=FEWEST, seed=seed)


def without_events(frame: Frame, edges: Edges, fitted: Fitted, *, run: Mapper = in_turn) -> NDArray[np.float64]:
    """Followers by others if common causes did not compete: the text evidence kept, the rates fitted anew."""
    if not len(frame.event_t):
        return fitted.sums.others
    kept = edges.type != EVENT
    frame, edges, level = replace(frame, event_t=np.zeros(0)), edges.only(kept), fitted.evidence.level[kept]
    start, fixed = first_rates(frame), exposure(frame)
    rates = replace(fitted.rates, productivity=start.productivity, level=start.level, event=start.event)
    evidence = replace(fitted.evidence, level=level)
    _, sums, _, _ = expectation_maximization(frame, edges, evidence, rates, fixed, passes=BARE_PASSES, run=run)
    return sums.others
