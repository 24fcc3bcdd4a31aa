"""The nouns of ideas: who voices a claim, who said it first, who carried it, who argued, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from earned.model.nouns import Estimate, Quoted, WeekCount

#: What a reply may be doing: a hint from its words that a person may correct, never an assertion.
Hint = Literal["for", "against", "asking", "unclear"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of the ideas that were found; it names posts, so that it outlives a refit."""

    kind: Literal["merge", "split", "rename"]
    #: Posts of the idea that is meant; of "split" those that are an idea of their own.
    posts: tuple[str, ...]
    #: Only "merge": posts of the other idea.
    others: tuple[str, ...] = ()
    #: Only "rename".
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A passage of an idea: who said it, where, when."""

    post: str
    #: Person id and name; empty id: nobody known.
    person: str
    quoted: Quoted


@dataclass(frozen=True, slots=True)
class FirstSaid:
    """A candidate for having said an idea first."""

    said: Said
    #: Probability that the idea came in here and not from an earlier member, normalised over the idea, in [0, 1].
    weight: float
    #: "observed": somebody else's post confirms the date; "claimed": only the post itself says when it was written.
    known: Literal["observed", "claimed"]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A person who voices an idea, with their part in it."""

    person: str
    name: str
    organization: str
    #: Posts of theirs in the idea.
    posts: int
    #: Part of the idea's posts, in [0, 1]; a post by several people counts for each in equal parts.
    share: float
    #: Posts of the idea by others, outside their organization, that they are expected to have brought about.
    followed: float
    #: Their posts that link to, quote or name an earlier voice of the idea, and those that follow one without.
    credited: int
    uncredited: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply or quotation with words of its own: debate."""

    said: Said
    #: The post of the idea that it answers.
    to: str
    #: Own words, at least fifteen.
    words: int
    hint: Hint
    #: Whether a post by whoever is answered links back to it.
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """How much of something stands in one place."""

    name: str
    posts: int
    people: int


@dataclass(frozen=True, slots=True)
class Idea:
    """A claim that several people voice."""

    #: Made from its earliest two passages: the same from one run to the next while those stay together.
    id: str
    #: A short phrase from its own text.
    name: str
    #: Every passage, earliest first.
    passages: tuple[Said, ...]
    people: int
    #: At most three, most probable first.
    first_said: tuple[FirstSaid, ...]
    #: The nearest earlier passage outside the idea; None: nothing close.
    prior_art: Said | None
    #: By posts of others that followed, then by share.
    carriers: tuple[Carrier, ...]
    #: Adoptions by people other than the one followed: expected numbers with and without a link, quotation or name.
    credited: float
    uncredited: float
    #: None: fewer than two adoptions.
    credit_rate: Estimate | None
    debate: tuple[Answer, ...]
    #: From its first week to its last, empty weeks included.
    weeks: tuple[WeekCount, ...]
    channels: tuple[Part, ...]
    organizations: tuple[Part, ...]
    #: Posts in the last quarter of the conversation against what even spread would give; above 1: rising.
    momentum: float
    #: What is not known about this idea, in sentences.
    cannot_tell: tuple[str, ...] = ()


#: Where a point of view is missing.
OpeningKind = Literal["asked, hardly answered", "uncontested", "rising, nobody leads"]


@dataclass(frozen=True, slots=True)
class Opening:
    """A place in the conversation that waits for a point of view."""

    kind: OpeningKind
    #: In words of the conversation.
    name: str
    #: Why it is one, in one sentence with its numbers.
    reason: str
    posts: tuple[Said, ...]
    #: "developers", "CIOs" ... as named in the posts; empty: nobody named.
    audience: str = ""
    #: The idea it belongs to; empty: none.
    idea: str = ""
