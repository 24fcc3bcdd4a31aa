"""Which of the rival causes it was, weighed anew: how much each hint counts is learned from the links that people made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.candidates import Search, looked_for
from earned.attribution.course import Course, Spoken, by_others, course_of, told_apart
from earned.attribution.evidence import as_if_unlinked
from earned.attribution.expect import Tables, blocks, tables
from earned.attribution.fit import Fitted
from earned.attribution.frame import DOCUMENT, FAST, LINKED, OWN, SLOW, SPEEDS, TALK, Edges, Frame
from earned.attribution.hints import FACTORS, HINTS, hints
from earned.attribution.logit import Choices, choices, exponent, likeliest, likelihood, shares

#: Linked posts needed on channels of one speed before their links are listened to, and how many are listened to at most.
FEWEST, MOST = 200, 10_000
#: Pairs whose hints are worked out at once: a number of eight bytes for each pair and hint.
AT_ONCE = 131_072
#: Weights where nothing can be learned. The model's own time, text and names are too sure of themselves; what people do when
#: they read and answer counts beside them. Round numbers between none and what half of the links of tweets, of a mailing list
#: and of a chat taught (decisions/0012, 0014). Essays and documents have no such course, but who takes one up mostly says its
#: title (decisions/0013).
_PEOPLE = {
    "kernel": 0.6, "text": 0.4, "rest": 0.8, "turn": 1.0, "is followed often": 0.2, "begins": 0.6, "since own last": 1.5,
    "near own last": 2.0, "as own last": -2.0, "meaning": 3.0, "named": 1.2, "same subject": 3.0, "between in a room": -0.4,
}  # fmt: skip
_TITLED = {"title said": 3.0}
UNLEARNED = {FAST: _PEOPLE, TALK: _PEOPLE, SLOW: _TITLED, DOCUMENT: _TITLED}


@dataclass(frozen=True, slots=True)
class Answer:
    """A fit, and what is needed to weigh its causes anew."""

    frame: Frame
    edges: Edges
    fitted: Fitted
    #: (e,) surprise of the texts, in levels, as if nobody had linked.
    level: NDArray[np.uint16]
    #: The rates, laid out.
    given: Tables
    #: How candidates were looked for.
    search: Search
    #: The course of the conversation; None: one exponent is learned for all factors of the model.
    course: Course | None

    def hints(self, asked: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(asked pairs, names)."""
        return hints(self.frame, self.edges, self.level, self.given, asked, self.course)

    def apart(self) -> NDArray[np.bool_]:
        """(e,) the pairs that hints tell apart."""
        return by_others(self.frame, self.edges) if self.course is None else told_apart(self.frame, self.edges)

    @property
    def names(self) -> tuple[str, ...]:
        """The hints that there are."""
        return FACTORS if self.course is None else HINTS


def answer_of(frame: Frame, edges: Edges, fitted: Fitted, search: Search, spoken: Spoken | None) -> Answer:
    """A fit made ready for weighing; without what posts say beside their words their course does not count."""
    given = tables(frame, fitted.rates, fitted.evidence.usual)
    course = None if spoken is None else course_of(frame, edges, fitted.causes, spoken)
    return Answer(frame, edges, fitted, as_if_unlinked(edges, fitted.evidence), given, search, course)


def learned(answer: Answer) -> NDArray[np.float64]:
    """What each hint counts for the posts of each speed class; (SPEEDS, names)."""
    return np.array([weights(answer, speed) for speed in range(len(SPEEDS))])


def reweighed(answer: Answer, beta: NDArray[np.float64] | None = None) -> Fitted:
    """The fit with the probabilities of single causes as the course of the conversation and its own links show them.

    Args:
        answer: The fit.
        beta: What `learned` said of it, or of nearly the same conversation; None: it is asked.

    Returns:
        The same fit. Causes of posts without a link share what they had by p_ij ~ exp(hints_ij . beta), with one beta for
        the posts of each speed class. Sums and rates stay; so does the probability that a post by somebody else is the cause
        at all, but for rooms, where own lines are rivals: there it stays over all posts together.

    Source:
        Conditional logit on links (method 13.2); hints in `earned.attribution.hints`.
    """
    frame, edges, fitted = answer.frame, answer.edges, answer.fitted
    beta = learned(answer) if beta is None else beta
    moves = (beta != _unchanged(answer.names)).any(axis=1)[frame.speed]
    child = edges.child()
    free = answer.apart() & (~frame.has_link & moves)[child]
    if not free.any():
        return fitted
    row, edge = child[free], fitted.causes.edge.copy()
    edge[free] = _shared_out(_scores(answer, free, beta), row, edge[free])
    return replace(fitted, causes=replace(fitted.causes, edge=edge))


def _scores(answer: Answer, asked: NDArray[np.bool_], beta: NDArray[np.float64]) -> NDArray[np.float64]:
    """hints . beta of some pairs, (asked pairs,), with (SPEEDS, names) weights: some posts after the others, to bound memory."""
    parts, start, child = [], answer.edges.start, answer.edges.child()
    for first, last in blocks(start, AT_ONCE):
        some = np.zeros_like(asked)
        here = slice(start[first], start[last])
        some[here] = asked[here]
        parts.append(np.einsum("eh,eh->e", answer.hints(some), beta[answer.frame.speed[child[some]]]))
    return np.concatenate(parts)


def _shared_out(score: NDArray[np.float64], child: NDArray[np.int32], p: NDArray[np.float32]) -> NDArray[np.float64]:
    """What each child's causes had together, shared out anew as exp(score); (e,)."""
    start = np.flatnonzero(np.append(True, np.diff(child) > 0))
    share, _ = shares(score, start)
    return share * np.bincount(child, weights=p)[child]


def _unchanged(names: Sequence[str]) -> NDArray[np.float64]:
    """The weights under which a fit stays what it is."""
    return np.array([1.0 if name in FACTORS else 0.0 for name in names])


def weights(answer: Answer, speed: int) -> NDArray[np.float64]:
    """What each hint counts for posts of one speed class, in the order of the answer's names.

    With fewer than FEWEST linked posts the weights UNLEARNED, or the model's own. Else those drawn to where the links are
    likeliest, or one exponent for all factors alone, or those of who has no links, whichever foretells the links of the other
    half of the posts best.
    """
    known, beforehand = linked_choices(answer, speed), unlearned(answer, speed)
    if known is None:
        return beforehand
    if answer.course is None:
        return tempered(known)
    half = np.arange(len(known.start)) % 2 == 0
    kept, tried = known.only(half), known.only(~half)

    def foretold(learn: Callable[[Choices], NDArray[np.float64]]) -> float:
        return likelihood(tried, learn(kept)) + likelihood(kept, learn(tried))

    ways: tuple[Callable[[Choices], NDArray[np.float64]], ...] = (
        lambda links: likeliest(links, beforehand), tempered, lambda _: beforehand,
    )  # fmt: skip
    return max(ways, key=foretold)(known)


def unlearned(answer: Answer, speed: int) -> NDArray[np.float64]:
    """What each hint counts where no links teach it."""
    told = {} if answer.course is None else UNLEARNED.get(speed, {})
    beta = np.array([told.get(name, 1.0 if name in FACTORS else 0.0) for name in answer.names])
    if told:
        beta[answer.names.index("own")] = _own_kept(answer, speed, beta)
    return beta


def _own_kept(answer: Answer, speed: int, beta: NDArray[np.float64]) -> float:
    """The weight of "own" under which own lines explain as much in all as the fit says; 0 where they are no rivals."""
    frame, edges, child = answer.frame, answer.edges, answer.edges.child()
    asked = answer.apart() & (~frame.has_link & (frame.speed == speed))[child]
    own, p = (edges.type == OWN)[asked], answer.fitted.causes.edge[asked]
    if not own.any():
        return 0.0
    score, low, high = _scores(answer, asked, np.tile(beta, (len(SPEEDS), 1))), -8.0, 8.0
    for _ in range(12):
        middle = (low + high) / 2
        if _shared_out(score + middle * own, child[asked], p)[own].sum() < p[own].sum():
            low = middle
        else:
            high = middle
    return (low + high) / 2


def linked_choices(answer: Answer, speed: int) -> Choices | None:
    """The linked causes of posts of one speed class, and their rivals; None if there are fewer than FEWEST such posts."""
    frame, edges = answer.frame, answer.edges
    linking = frame.has_link & looked_for(frame, answer.search) & (frame.speed == speed)
    chosen = np.zeros(len(frame), np.bool_)
    if linking.sum() < FEWEST:
        return None
    child = edges.child()
    rival = answer.apart() & linking[child]
    # A linked post that hardly shares a word and is not among the latest is a rival only because it is linked: no choice.
    latest = (child - edges.parent <= answer.search.recent) & (edges.speed < SLOW)
    right = rival & (edges.trace == LINKED) & (~edges.unlike | latest)
    posts = np.unique(child[right])
    if len(posts) < FEWEST:
        return None
    some = posts[np.linspace(0, len(posts) - 1, min(len(posts), MOST)).astype(int)]
    chosen[some] = True
    asked = rival & chosen[child]
    return choices(child[asked], answer.hints(asked), right[asked])


def tempered(given: Choices) -> NDArray[np.float64]:
    """One exponent for the model's own weight, as many columns as hints: below 1 probabilities draw together, above 1 apart."""
    own = np.arange(given.hints.shape[1]) < len(FACTORS)
    return np.where(own, exponent(given.hints[:, own].sum(axis=1), given.start, given.share), 0.0)
