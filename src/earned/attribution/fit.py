"""The fit: expectation-maximization over blocks, and the density ratio brought up to date with it.

A pass is a map (`expect`) over blocks, a reduce (`combine`), and a step (`maximize`): Veen and Schoenberg (2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.attribution.accelerate import Climb
from earned.attribution.expect import Causes, Laid, Tables, blocks, expect, lay, tables
from earned.attribution.exposure import Exposure, expected_share, exposure
from earned.attribution.frame import Edges, Frame
from earned.attribution.maximize import maximize
from earned.attribution.rates import Rates, Sums, combine, first_rates
from earned.text.surprise import Usual

#: A fit stands still when no count moves by more than this part of one more than itself; passes before the first leap.
STILL, PLAIN = 1e-4, 6
#: With so small a part of the posts new a refit needs no refresh: the background of nearly all posts is where a fit ends.
FEW = 0.02


@dataclass(frozen=True, slots=True)
class Evidenced:
    """What the text says of each edge."""

    #: (e,) uint16 levels of surprise; LEVELS is "linked, unlike".
    level: NDArray[np.uint16]
    #: (TYPES, CLASSES, LEVELS) shares of the levels among unrelated pairs.
    usual: NDArray[np.float64]
    #: What is usual for each post.
    tails: Usual


@dataclass(frozen=True, slots=True)
class Start:
    """Where a refit begins: rates, (n,) the probability that each post is background, and the part of the posts that is new."""

    rates: Rates
    background: NDArray[np.float64]
    new: float = 0.0


#: What a block gives back: its sums, the probabilities of its edges and of its background.
Part = tuple[Sums, NDArray[np.float32], NDArray[np.float64]]
Shares = tuple[NDArray[np.float32], NDArray[np.float64]]
#: Maps a function over blocks, results in block order: a loop, threads or a cluster.
Mapper = Callable[[Callable[[int, int], Part], Sequence[tuple[int, int]]], list[Part]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fit: rates, the sums they rest on, and the probability of every cause."""

    rates: Rates
    sums: Sums
    causes: Causes
    #: The text evidence it ended with.
    evidence: Evidenced
    #: (n,) share of each post's followers that could be seen.
    seen: NDArray[np.float64]
    #: Passes until nothing moved, and sum of log intensities.
    passes: int
    loglik: float


def in_turn(work: Callable[[int, int], Part], cuts: Sequence[tuple[int, int]]) -> list[Part]:
    """The plainest mapper: one block after another."""
    return [work(first, last) for first, last in cuts]


def one_pass(
    frame: Frame, laid: Laid, given: Tables, *, run: Mapper = in_turn, uniform: NDArray[np.float64] | None = None
) -> tuple[Sums, list[Shares]]:
    """MAP over all blocks and REDUCE in block order: the same for any number of workers. `causes_of` puts shares together."""

    def work(first: int, last: int) -> Part:
        drawn = None if uniform is None else uniform[first:last]
        return expect(frame, laid, given, first, last, uniform=drawn)

    parts = run(work, blocks(laid.start))
    return combine(*(sums for sums, _, _ in parts)), [(edge, background) for _, edge, background in parts]


def causes_of(shares: Sequence[Shares]) -> Causes:
    """The probabilities that the blocks of a pass gave: asked for once a fit, not once a pass."""
    edge, background = (np.concatenate([one[k] for one in shares]) for k in (0, 1))
    return Causes(edge, background)


def expectation_maximization(
    frame: Frame, edges: Edges, evidence: Evidenced, rates: Rates, fixed: Exposure, *, passes: int,
    blind: bool = False, plain: int = 0, run: Mapper = in_turn,
) -> tuple[Rates, Sums, Causes, int]:  # fmt: skip
    """Passes, every third from an extrapolation, until a plain one moves nobody's count by one part in ten thousand.

    The first `plain` passes make no leap and leave the prior of productivity alone: a start that knows nothing points
    nowhere. The last pass never is a leap.
    """
    climb, before, laid = Climb(), np.full(frame.people, np.inf), lay(frame, edges, evidence.level)
    for number in range(1, passes + 1):
        sums, shares = one_pass(frame, laid, tables(frame, rates, evidence.usual), run=run)
        now, leapt = frame.per_person(sums.others), climb.leapt
        still = not leapt and bool((np.abs(now - before) / (1 + now)).max(initial=0) < STILL)
        before = now
        if still or number == passes:
            break
        following = maximize(frame, fixed, rates, sums, blind=blind, learn_prior=number > plain)
        may_leap = plain < number < passes - 1
        rates = climb.onward(rates, following, may_leap=may_leap)
    return rates, sums, causes_of(shares), number


def fit(
    frame: Frame,
    edges: Edges,
    evidence: Callable[[NDArray[np.float64]], Evidenced],
    *,
    blind: bool = False,
    refreshes: int = 2,
    start: Start | None = None,
    run: Mapper = in_turn,
    passes: Sequence[int] = (40, 40, 40),
) -> Fitted:
    """Fit the branching model to a conversation.

    Args:
        frame: n posts by A people.
        edges: Their candidate causes.
        evidence: From (n,) background probabilities to what the text says of each edge.
        blind: All people share one productivity.
        refreshes: How often the evidence is brought up to date.
        start: Where an earlier fit ended: it saves passes and one refresh, with few posts new all of them.
        run: Who runs the blocks.
        passes: Most passes before the first refresh and after each.

    Returns:
        Rates, sums and probabilities that belong together.

    Source:
        Branching EM: Veen and Schoenberg (2008), JASA 103: 614-624. Text as density ratio: method 7. Extrapolation:
        `accelerate`.
    """
    fixed, spent = exposure(frame), 0
    known = start or Start(first_rates(frame), np.ones(len(frame)))
    rates, weight = known.rates, known.background
    for turn in range(refreshes + 1 if start is None else max(1, refreshes) if start.new > FEW else 1):
        said = evidence(weight)
        rates, sums, causes, number = expectation_maximization(
            frame, edges, said, rates, fixed, passes=passes[min(turn, len(passes) - 1)], blind=blind,
            plain=0 if turn or start else PLAIN, run=run,
        )  # fmt: skip
        weight, spent = causes.background, spent + number
    seen = expected_share(frame, fixed, rates.mixture[0])
    return Fitted(rates, sums, causes, said, seen, spent, float(sums.loglik[0]))
