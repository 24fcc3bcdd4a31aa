"""The whole way from a placed conversation to its attribution: vectors, candidates, fit, draws."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import FEWEST, Attribution, ordered_by_person, variance_of_followers
from earned.attribution.candidates import Search, find_candidates
from earned.attribution.conversation import Placed
from earned.attribution.events import compete, find_events
from earned.attribution.evidence import text_evidence
from earned.attribution.expect import AUTHOR_WEIGHT, tables
from earned.attribution.fit import Fitted, Mapper, expectation_maximization, fit, in_turn, one_pass
from earned.attribution.frame import COLLEAGUE, DOCUMENT, OTHER, SLOW, Edges, Frame
from earned.attribution.gibbs import Draws, sample
from earned.attribution.maximize import exposure, maximize
from earned.attribution.permutation import Tested, exchange_labels
from earned.attribution.rates import first_rates
from earned.text.names import named_people
from earned.text.similarity import Runner, background_scale, loop
from earned.text.sparse import Sparse
from earned.text.tokens import tokenize
from earned.text.vectors import comparable, mix_for, rows_of

#: Passes of the fits behind the tests, which start near their end.
BLIND_PASSES = 8


@dataclass(frozen=True, slots=True)
class Effort:
    """What a conversation of n posts is worth: small ones exactly, large ones within a minute or two."""

    search: Search
    #: Posts that stand for the background, refreshes of it, passes of the fit.
    reference: int
    refreshes: int
    passes: tuple[int, ...]
    #: Gibbs sweeps thrown away and kept; (0, 0): intervals of counts without draws.
    sweeps: tuple[int, int]


def effort_for(frame: Frame) -> Effort:
    """The effort that fits the size of a conversation (method 25)."""
    n = len(frame)
    documents = n > 0 and bool((frame.speed == DOCUMENT).all())
    if n <= 5_000:
        wide = Search(most=1_000, floor=0.01) if documents else Search()
        return Effort(wide, 20_000, 2, (30, 15, 15), (150, 300))
    if n <= 30_000:
        return Effort(Search(), 20_000, 2, (30, 15, 15), (50, 100))
    if n <= 200_000:
        return Effort(Search(most=16, recent=8, most_work=1_200), 3_000, 1, (20, 12), (0, 0))
    return Effort(Search(most=12, recent=4, most_work=1_200), 3_000, 1, (15, 10), (0, 0))


def attribute(
    placed: Placed, names: tuple[str, ...], *, seed: int, draws: bool = True, bursts: bool = True, run: Runner = loop,
    blocks: Mapper = in_turn,
) -> Attribution:  # fmt: skip
    """Say which post brought about which.

    Args:
        placed: The conversation.
        names: Display names of its known people, for naming in words.
        seed: Names every random choice.
        bursts: Whether bursts compete as common causes; what many cite always does.
        draws: Whether to sample causes; without, counts carry narrower intervals.
        run: Who runs searches.
        blocks: Who runs the passes of the fit.

    Returns:
        Probabilities, rates and draws that belong together.
    """
    frame, rng = placed.frame, np.random.default_rng(seed)
    writers = frame.person[frame.author_start[:-1]].tolist()
    texts = comparable(placed.posts, (frame.speed >= SLOW).tolist(), writers)
    words = tokenize(texts)
    effort, rows = effort_for(frame), rows_of(texts, words, mix_for(words))
    scale = background_scale(rows, rng)
    edges = find_candidates(frame, rows, scale, effort.search, run=run)
    events = find_events(placed, frame, rows, edges, scale, bursts=bursts)
    if len(events):
        frame, rows, edges = compete(frame, rows, edges, scale, events)
    said = text_evidence(frame, rows, edges, scale, rng, most=effort.reference, run=run)
    fitted = fit(frame, edges, said, refreshes=effort.refreshes, passes=effort.passes, run=blocks)
    drawn = _draws(frame, edges, fitted, effort, seed, blocks) if draws else None
    tested = _tested(frame, rows, edges, fitted, seed, blocks) if draws else None
    without = _without_events(frame, edges, fitted, blocks) if draws else fitted.sums.others
    named_in, named = named_people(words, names)
    outside, inside = (variance_of_followers(frame, edges, fitted, kind) for kind in (OTHER, COLLEAGUE))
    return Attribution(
        frame, edges, fitted, drawn, named_in, named, outside, inside, tested, without, *ordered_by_person(frame)
    )


def _draws(frame: Frame, edges: Edges, fitted: Fitted, effort: Effort, seed: int, run: Mapper) -> Draws | None:
    burn_in, kept = effort.sweeps
    return sample(frame, edges, fitted, seed=seed, burn_in=burn_in, kept=kept, run=run) if kept else None


def _tested(frame: Frame, rows: Sparse, edges: Edges, fitted: Fitted, seed: int, run: Mapper) -> Tested:
    """Exchange labels on followers found without knowing the authors."""
    followers = fitted.sums.others
    if (AUTHOR_WEIGHT[frame.speed] > 0).any():
        fixed = exposure(frame)
        rates = maximize(frame, fixed, fitted.rates, fitted.sums, blind=True)
        _, sums, _, _ = expectation_maximization(
            frame, edges, fitted.evidence, rates, fixed, passes=BLIND_PASSES, blind=True, run=run
        )
        followers = sums.others
    return exchange_labels(frame, rows, followers, fewest=FEWEST, seed=seed)


def _without_events(frame: Frame, edges: Edges, fitted: Fitted, run: Mapper) -> NDArray[np.float64]:
    """Followers by others if common causes did not compete: the text evidence kept, the rates fitted anew."""
    if not len(frame.event_t):
        return fitted.sums.others
    start = first_rates(frame)
    rates = replace(
        fitted.rates, productivity=start.productivity, level=start.level, event=np.zeros(len(frame.event_t))
    )
    fixed = exposure(frame)
    for _ in range(BLIND_PASSES):
        sums, _ = one_pass(frame, edges, fitted.evidence.level, tables(frame, rates, fitted.evidence.usual), run=run)
        rates = replace(maximize(frame, fixed, rates, sums), event=np.zeros(len(frame.event_t)))
    return sums.others
