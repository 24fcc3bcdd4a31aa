"""The nouns of who is whom: what speaks for two accounts being one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from earned.model.nouns import Account

#: What can speak for two accounts being one person, strongest first.
ClueKind = Literal["both ways", "checked", "domain", "mail", "id and name", "address", "one way", "name"]


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that speaks for two accounts being one person."""

    kind: ClueKind
    #: What was seen, as a sentence.
    sentence: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Two accounts whose pages call each other their author's own (rel=me), as Earned read them."""

    #: Ids of the accounts, in order.
    pair: tuple[str, str]
    #: Their pages, in the order of the pair.
    pages: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SameFirm:
    """What a person said of two names of organizations."""

    #: The names as posts and affiliations state them, in order.
    pair: tuple[str, str]
    #: One of the two, shown for both; empty: they are two organizations.
    name: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two accounts that may be one person, and why."""

    #: In order of id.
    a: Account
    b: Account
    #: How much speaks for it, in [0, 1]: the weights of `earned.people.clues`, a judgement and no measured frequency.
    confidence: float
    #: What was seen, strongest first.
    clues: tuple[Clue, ...]
