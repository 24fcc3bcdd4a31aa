"""Who is who: what was said about accounts, what their pages prove, where people worked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

#: How well it is known that two accounts are one person's. "verified": both sides say so. "declared": one side does.
Strength = Literal["verified", "declared", "likely"]


@dataclass(frozen=True, slots=True)
class Bond:
    """What a member said about two accounts. Appended and retracted, never edited."""

    #: Account ids; the person keeps the name of the first.
    one: str
    other: str
    #: True: one human being. False: two, whatever the evidence says.
    same: bool
    #: Why, in the member's words.
    evidence: str = ""
    #: Counts up in the order in which things were said.
    number: int = 0
    said_at: datetime | None = None
    #: When it was taken back; None: it stands.
    retracted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """What speaks for two accounts being one person's."""

    one: str
    other: str
    strength: Strength
    #: In (0, 1): chosen weights of the kinds of evidence, not a measured frequency.
    confidence: float
    #: A sentence for each piece of evidence.
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A person speaks for an organization from one day to another (None: open)."""

    #: Person or account id.
    person: str
    organization: str
    since: datetime | None = None
    #: First moment that is no longer part of it.
    until: datetime | None = None
    #: "LinkedIn positions", the name of a list.
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Identities:
    """All that is known about who is who."""

    #: Only those that stand.
    bonds: tuple[Bond, ...] = ()
    #: Page that was read -> addresses it calls its owner's (rel=me).
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    affiliations: tuple[Affiliation, ...] = ()
    #: Another name of an organization -> the name it goes by here.
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Removed:
    """What the removal of a person took away."""

    accounts: int
    posts: int
    #: Posts by others in which their name or words were replaced.
    quotations: int
    #: Links that end at a tombstone now.
    links: int
    #: Copies that Earned made before an upgrade and that still hold the person, by file name.
    copies: tuple[str, ...] = ()
