"""Nouns of the self-check."""

from __future__ import annotations

from dataclasses import dataclass

from earned.model.nouns import Camp, Estimate


@dataclass(frozen=True, slots=True)
class HiddenLinks:
    """A conversation's own links, hidden and predicted."""

    #: Posts whose links were asked for, and the part whose linked post came first, and among the first ten.
    asked: int
    first: float
    tenth: float
    #: The part whose linked post was simply the latest by somebody else: what guessing by time alone would find.
    latest: float
    #: Mean probability given to the first candidate: where it is above `first`, the model is too sure of itself.
    claimed: float


@dataclass(frozen=True, slots=True)
class PlantedLeader:
    """Somebody made a leader in a twin of the conversation, and what was found."""

    name: str
    posts: int
    followers: int
    found: Estimate | None
    camp: Camp


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """How far the numbers of one conversation can be trusted."""

    posts: int
    people: int
    #: None: too few links to ask.
    hidden: HiddenLinks | None
    #: Followers found, links not used; the same with everybody's times shuffled; the same without common causes; the same
    #: where followers' own habits explain what they can.
    total: float
    shuffled: float
    without_news: float
    strict: float
    planted: tuple[PlantedLeader, ...]
    #: People of the twin who were not planted and got the verdict "has it" all the same; people judged there.
    false_alarms: int
    judged: int
    #: Plain sentences, the most important first.
    says: tuple[str, ...] = ()
