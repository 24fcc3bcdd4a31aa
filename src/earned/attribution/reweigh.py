"""Which of the rival causes it was, weighed anew: how much each hint counts is learned from the links that people made."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.expect import tables
from earned.attribution.fit import Fitted
from earned.attribution.frame import FAST, LINKED, SLOW, SPEEDS, TALK, Edges, Frame
from earned.attribution.hints import FACTORS, HINTS, by_others, hints
from earned.attribution.logit import Choices, choices, likeliest, likelihood

#: Linked posts needed on channels of one speed before their links are listened to, and how many are listened to at most.
FEWEST, MOST = 200, 10_000
#: Weights beside the model's own where nothing can be learned: who answers whom both ways, and whose turn it is. Chosen on
#: tweets and a mailing list, next to no effect on chat; documents have no turns (docs/validity.md).
UNLEARNED = {FAST: {"is followed often": 0.2, "turn": 1.0}, TALK: {"is followed often": 0.2, "turn": 1.0}}


@dataclass(frozen=True, slots=True)
class Answer:
    """A fit, and what is needed to weigh its causes anew."""

    frame: Frame
    edges: Edges
    fitted: Fitted
    #: (n,) length of each post, in words.
    words: NDArray[np.int64]
    #: Latest posts that were candidates whatever they say (`Search.recent`).
    recent: int
    #: Whether the course of the conversation counts; without, one exponent is learned for all factors of the model.
    course: bool

    def hints(self, asked: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(asked pairs, HINTS or FACTORS)."""
        given = tables(self.frame, self.fitted.rates, self.fitted.evidence.usual)
        level, causes = self.fitted.evidence.level, self.fitted.causes
        return hints(self.frame, self.edges, level, given, causes, self.words, asked, course=self.course)

    def unchanged(self) -> NDArray[np.float64]:
        """The weights under which the fit stays what it is."""
        return np.append(np.ones(FACTORS), np.zeros(len(HINTS) - FACTORS if self.course else 0))


def reweighed(answer: Answer) -> Fitted:
    """The fit with the probabilities of single causes as the course of the conversation and its own links show them.

    Returns:
        The same fit. Causes of posts without a link share what they had by p_ij ~ exp(hints_ij . beta), with one beta for
        the posts of each speed class. Sums and rates stay; so does the probability that a post by somebody else is the cause
        at all.

    Source:
        Conditional logit on links (method 13.2); hints in `earned.attribution.hints`.
    """
    frame, edges, fitted = answer.frame, answer.edges, answer.fitted
    beta = np.array([weights(answer, speed) for speed in range(len(SPEEDS))])
    moves = (beta != answer.unchanged()).any(axis=1)[frame.speed]
    child = edges.child()
    free = by_others(frame, edges) & (~frame.has_link & moves)[child]
    if not free.any():
        return fitted
    row, edge = child[free], fitted.causes.edge.copy()
    score = np.einsum("eh,eh->e", answer.hints(free), beta[frame.speed[row]])
    edge[free] = _shared_again(row, edge[free].astype(np.float64), score)
    return replace(fitted, causes=replace(fitted.causes, edge=edge))


def _shared_again(row: NDArray[np.int32], p: NDArray[np.float64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row's sum of `p`, shared by exp(score)."""
    start = np.flatnonzero(np.append(True, np.diff(row) > 0))
    size = np.diff(np.append(start, len(row)))
    power = np.exp(score - np.repeat(np.maximum.reduceat(score, start), size))
    return np.asarray(power * np.repeat(np.add.reduceat(p, start) / np.add.reduceat(power, start), size))


def weights(answer: Answer, speed: int) -> NDArray[np.float64]:
    """What each hint counts for posts of one speed class; (HINTS,), or (FACTORS,) without the course.

    With fewer than FEWEST linked posts the model's own factors count 1 and two hints a little (UNLEARNED). Else the weights
    under which the links are likeliest, or one exponent for all factors alone, whichever foretells the links of the other
    half of the posts better.
    """
    known = linked_choices(answer, speed)
    if known is None:
        told = UNLEARNED.get(speed, {}) if answer.course else {}
        return answer.unchanged() + [told.get(name, 0.0) for name in HINTS[: len(answer.unchanged())]]
    if not answer.course:
        return tempered(known)
    half = np.arange(len(known.start)) % 2 == 0
    kept, tried = known.only(half), known.only(~half)
    whole = likelihood(tried, likeliest(kept)) + likelihood(kept, likeliest(tried))
    exponent = likelihood(tried, tempered(kept)) + likelihood(kept, tempered(tried))
    return likeliest(known) if whole > exponent else tempered(known)


def linked_choices(answer: Answer, speed: int) -> Choices | None:
    """The linked causes of posts of one speed class, and their rivals; None if there are fewer than FEWEST such posts."""
    frame, edges = answer.frame, answer.edges
    child = edges.child()
    rival = by_others(frame, edges) & (frame.has_link & (frame.speed == speed))[child]
    # A linked post that hardly shares a word and is not among the latest is a rival only because it is linked: no choice.
    latest = (child - edges.parent <= answer.recent) & (edges.speed < SLOW)
    right = rival & (edges.trace == LINKED) & (~edges.unlike | latest)
    posts = np.unique(child[right])
    if len(posts) < FEWEST:
        return None
    some = posts[np.linspace(0, len(posts) - 1, min(len(posts), MOST)).astype(int)]
    asked = rival & np.isin(child, some)
    return choices(child[asked], answer.hints(asked), right[asked])


def tempered(given: Choices) -> NDArray[np.float64]:
    """One exponent for the model's own weight, as many columns as hints: below 1 probabilities draw together, above 1 apart."""
    whole = Choices(given.hints[:, :FACTORS].sum(axis=1, keepdims=True), given.start, given.share)
    return np.where(np.arange(given.hints.shape[1]) < FACTORS, likeliest(whole)[0], 0.0)
