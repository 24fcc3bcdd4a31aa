"""The whole way from a placed conversation to its attribution: vectors, candidates, fit, draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.addressed import with_traces
from earned.attribution.answering import subjects, with_signs
from earned.attribution.attribution import (
    FEWEST,
    Attribution,
    counts_of,
    ordered_by_credited,
    ordered_by_person,
    variance_of_followers,
)
from earned.attribution.candidates import Search, find_candidates
from earned.attribution.checks import tested, without_events
from earned.attribution.compared import Compared, Standing, compare, prints_of, standing, standing_alone
from earned.attribution.conversation import Placed
from earned.attribution.course import Spoken
from earned.attribution.events import compete, find_events
from earned.attribution.evidence import REFERENCE, text_evidence
from earned.attribution.fit import Fitted, Mapper, fit, in_turn
from earned.attribution.frame import COLLEAGUE, DOCUMENT, OTHER, SLOW, Edges, Frame
from earned.attribution.gibbs import Draws, State, sample
from earned.attribution.habit import strictly
from earned.attribution.labelled import Pairs, without_credit, without_denied
from earned.attribution.prior_art import with_prior_art
from earned.attribution.refit import Known, start_from
from earned.attribution.relays import relays, without_relays
from earned.attribution.reweigh import answer_of, learned, reweighed
from earned.attribution.traits import traits
from earned.text.clean import masked
from earned.text.embed import centred
from earned.text.names import mentioned_people, named_people
from earned.text.similarity import Runner, Scale, background_scale, loop
from earned.text.sparse import Sparse, split
from earned.text.titles import said_titles
from earned.text.tokens import Tokens, tokenize
from earned.text.vectors import comparable, mix_for, rows_of

#: From texts to rows of length one that tell what their words mean.
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
#: (n,) code of the subject of each message, and whether it is marked as an answer (`answering.subjects`).
SubjectLines = tuple[NDArray[np.int32], NDArray[np.bool_]]
#: What words mean, where nobody can tell.
NOTHING = np.zeros((0, 1), np.float32)


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
    #: Whether the course of the conversation tells causes apart, beside text, time and author.
    course: bool = True
    #: Posts that stand for the background until anything is known of it.
    roughly: int = REFERENCE


def effort_for(frame: Frame) -> Effort:
    """The effort that fits the size of a conversation (method 25)."""
    n = len(frame)
    documents = n > 0 and bool((frame.speed == DOCUMENT).all())
    if n <= 5_000:
        wide = Search(most=1_000, floor=0.01) if documents else Search()
        return Effort(wide, 20_000, 2, (40, 40, 40), (150, 300))
    if n <= 30_000:
        return Effort(Search(), 20_000, 2, (40, 40, 40), (50, 100))
    if n <= 60_000:
        return Effort(Search(most=40, recent=20, most_work=1_200), 20_000, 1, (20, 12), (0, 0))
    if n <= 200_000:
        return Effort(
            Search(most=16, recent=8, own=1, most_work=1_200, linking=4_000), 6_000, 1, (20, 12), (0, 0),
            course=False, roughly=1_500,
        )  # fmt: skip
    return Effort(
        Search(most=12, recent=4, own=1, most_work=1_200, linking=4_000), 3_000, 1, (15, 10), (0, 0),
        course=False, roughly=1_000,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rivals:
    """A conversation with every cause that competes for its posts."""

    frame: Frame
    #: Vectors of the posts, then those of the events.
    rows: Sparse
    edges: Edges
    scale: Scale
    #: (A,) people who only relay.
    relays: NDArray[np.bool_]
    #: What a later fit can keep, if one will ask.
    compared: Compared | None


def rivals(
    placed: Placed, names: tuple[str, ...], rows: Sparse, told: Sparse, search: Search, rng: np.random.Generator,
    since: Standing, *, lines: SubjectLines | None = None, denied: Pairs = frozenset(), run: Runner = loop,
) -> Rivals:  # fmt: skip
    """Candidate causes: earlier posts, own and others', without relays; people spoken to by name; common causes.

    Without `names` nobody is spoken to by name, without `lines` no subject marks an answer.
    """
    frame, scale = placed.frame, background_scale(rows, rng)
    near, before, compared = compare(frame, rows, scale, search, since, run=run)
    edges = with_prior_art(frame, find_candidates(frame, rows, scale, search, near), before)
    edges = without_denied(placed, edges, denied)
    relaying = relays(frame, edges)
    if relaying.any():
        edges = without_relays(frame, edges, relaying)
    frame, edges = with_traces(placed, names, edges)
    if lines is not None:
        frame = with_signs(frame, *lines)
    events = find_events(placed, frame, rows, edges, scale, told)
    if len(events):
        frame, rows, edges = compete(frame, rows, edges, scale, events)
    return Rivals(frame, rows, edges, scale, relaying, compared)


def attribute(
    placed: Placed, names: tuple[str, ...], *, seed: int, draws: bool = True, addressing: bool = True,
    denied: Pairs = frozenset(), people: Sequence[str] | None = None, earlier: Known | None = None, embed: Embed | None = None,
    run: Runner = loop, blocks: Mapper = in_turn,
) -> Attribution:  # fmt: skip
    """Say which post brought about which.

    Args:
        placed: The conversation.
        names: Display names of its known people, for naming in words.
        seed: Names every random choice.
        draws: Whether to sample causes and to test people; without, counts carry narrower intervals and nobody is
            tested.
        addressing: Whether whom a post names and what subject it carries is evidence.
        denied: (later post's id, earlier post's id) of pairs that a person ruled out: the earlier post is no cause of
            the later one, whatever the text or a link says. Pairs that a person confirmed are given as links.
        people: Ids of its known people, by code; needed to begin with `earlier`, or to leave something to a later fit. None:
            neither.
        earlier: What was known of fewer posts of the same conversation: this fit starts there, and compares what is new.
        embed: From n texts to (n, d) rows of length one that tell what their words mean; None: nobody can tell.
        run: Who runs searches.
        blocks: Who runs the passes of the fit.

    Returns:
        Probabilities, rates and draws that belong together.
    """
    rng, writers = np.random.default_rng(seed), placed.frame.person[placed.frame.author_start[:-1]].tolist()
    texts = comparable(placed.posts, (placed.frame.speed >= SLOW).tolist(), writers)
    words, effort = tokenize(texts), effort_for(placed.frame)
    rows, told = _vectors(placed, texts, words)
    since = standing_alone(len(placed.frame))
    if people is not None:
        since = standing(earlier.compared if earlier else None, prints_of(placed, words, effort.search))
    named_in, named = named_people(words, names)
    heard_names, lines = (names, subjects(placed.posts, placed.frame.speed)) if addressing else ((), None)
    meaning = meanings(texts, since, embed) if effort.course and embed else NOTHING
    spoken = spoken_in(placed, heard_names, lines, words, meaning) if effort.course else None
    del texts, words  # a large conversation has no room for them beside what follows
    found = rivals(placed, heard_names, rows, told, effort.search, rng, since, lines=lines, denied=denied, run=run)
    del rows, told  # `found` has them, with the events
    frame, edges = found.frame, found.edges
    heard = ~found.relays[frame.person[frame.author_start[:-1]]]
    said = text_evidence(
        frame, found.rows, edges, found.scale, rng, heard=heard, most=effort.reference, roughly=effort.roughly, run=run
    )
    begun = (
        start_from(earlier, placed, frame, people, since.prints)
        if earlier and people is not None and since.prints
        else None
    )
    start, state = begun or (None, None)
    fitted = fit(frame, edges, said, refreshes=effort.refreshes, start=start, passes=effort.passes, run=blocks)
    del said
    outside, inside = (variance_of_followers(frame, edges, fitted, kind) for kind in (OTHER, COLLEAGUE))
    credit, credited = without_credit(placed, frame, edges)
    answer = answer_of(frame, edges, fitted, effort.search, spoken)
    weights = earlier.weights if earlier and start and since.known else learned(answer)
    shown = reweighed(answer, weights)
    del answer, spoken
    return Attribution(
        frame=credit,
        edges=credited,
        fitted=shown,
        draws=_draws(frame, edges, fitted, effort, seed, state, blocks) if draws else None,
        named_in=named_in,
        named=named,
        counts=counts_of(frame, shown, outside, inside),
        varied=outside,
        traits=traits(frame, fitted, shown, outside, fewest=FEWEST),
        typical=float(fitted.sums.others.sum() / max(len(frame), 1)),
        tested=tested(frame, found.rows, edges, fitted, seed=seed, run=blocks) if draws else None,
        without_events=without_events(frame, edges, fitted, run=blocks),
        strict=strictly(frame, found.rows, edges, fitted, run=blocks),
        relays=found.relays,
        compared=replace(found.compared, meaning=meaning.astype(np.float16)) if found.compared else None,
        weights=weights,
        **ordered_by_person(frame),
        **ordered_by_credited(credit, named_in, named),
    )


def meanings(texts: Sequence[str], since: Standing, embed: Embed) -> NDArray[np.float32]:
    """(n, d) rows of length one that tell what the words of each text mean; those that are known are not asked for."""
    known, holds = since.known, since.holds
    if known is None or not len(known.meaning):
        return embed(texts) if len(texts) else NOTHING
    out = np.empty((len(texts), known.meaning.shape[1]), np.float32)
    out[holds] = known.meaning[: len(texts)][holds[: len(known.meaning)]]
    if not holds.all():
        out[~holds] = embed([texts[row] for row in np.flatnonzero(~holds).tolist()])
    return out


def spoken_in(
    placed: Placed, names: tuple[str, ...], lines: SubjectLines | None, words: Tokens, meaning: NDArray[np.float32]
) -> Spoken:
    """What posts say beside the words that they share; without names or subject lines these are not heard."""
    length = np.diff(words.start)
    own = (masked(post.title) if slow else "" for post, slow in zip(placed.posts, placed.frame.speed >= SLOW))
    titles = said_titles(words, list(own)) if (placed.frame.speed >= SLOW).any() else None
    subject = lines[0] if lines is not None else np.zeros(0, np.int32)
    named_in, named = mentioned_people(words, names, placed.frame.posts_of()[: len(names)])
    return Spoken(length, centred(meaning) if len(meaning) else meaning, named_in, named, subject, titles)


def _vectors(placed: Placed, texts: list[str], words: Tokens) -> tuple[Sparse, Sparse]:
    """Vectors of the posts, and of the news that a person named, taken to be in the main language."""
    mix, news = mix_for(words), placed.news.texts
    if not news:
        rows = rows_of(texts, words, mix, placed.language)
        return rows, split(rows, len(rows))[1]
    language = np.append(placed.language, np.zeros(len(news), np.int16))
    return split(rows_of([*texts, *news], tokenize([*texts, *news]), mix, language), len(texts))


def _draws(
    frame: Frame, edges: Edges, fitted: Fitted, effort: Effort, seed: int, begun: State | None, run: Mapper
) -> Draws | None:
    burn_in, kept = effort.sweeps
    if not kept:
        return None
    return sample(frame, edges, fitted, seed=seed, burn_in=burn_in, kept=kept, begun=begun, run=run)
