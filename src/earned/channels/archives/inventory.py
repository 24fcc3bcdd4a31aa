"""What an archive holds: found, left unread on purpose, unknown, missing; and what its rows became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from earned.channels.times import DayOrder, TimeRefused, read_time
from earned.model import Account, Link, MetricSnapshot, Post, Precision, Rejected

#: Texts are kept up to so many characters, rejected rows up to so many, then they are counted.
LONGEST_TEXT = 1_000_000
_MOST_REJECTED = 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """A member that is read."""

    member: str
    rows: int
    #: First and last claimed time of its posts; None: none has a time.
    since: datetime | None = None
    until: datetime | None = None

    def __str__(self) -> str:
        span = f", {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}" if self.since and self.until else ""
        return f"{self.member}: {self.rows:,} posts{span}."


@dataclass(frozen=True, slots=True)
class Inventory:
    """What opening an archive showed, before anything is kept."""

    #: In words: "X archive".
    what: str
    found: tuple[Found, ...]
    #: (member, why it is not read)
    left: tuple[tuple[str, str], ...] = ()
    #: Members that nobody here knows.
    unknown: tuple[str, ...] = ()
    #: What this kind of export could have held, or can never hold, a sentence each.
    missing: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.found)

    def leaves(self) -> tuple[str, ...]:
        """Sentences about what is not read, grouped by reason."""
        groups: dict[str, list[str]] = {}
        for member, reason in self.left:
            groups.setdefault(reason, []).append(member)
        told = [f"{_several(members)}: {reason}." for reason, members in groups.items()]
        return (*told, *([f"{_several(list(self.unknown))}: not known here."] if self.unknown else []))


def _several(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


@dataclass(slots=True)
class Item:
    """One row of an archive as nouns."""

    post: Post
    accounts: tuple[Account, ...] = ()
    links: tuple[Link, ...] = ()
    snapshots: tuple[MetricSnapshot, ...] = ()


@dataclass(slots=True)
class Notes:
    """What was not kept and why; filled while an archive is read."""

    now: datetime
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, where: str, reason: str, detail: object = "") -> None:
        """Note a row that could not be kept."""
        if len(self.rejected) < _MOST_REJECTED:
            self.rejected.append(Rejected(where, reason, str(detail)[:80]))
        else:
            self.ignored[f"rejected: {reason}"] += 1

    def time(
        self, given: object, where: str, order: DayOrder | None = None
    ) -> tuple[datetime | None, Precision] | None:
        """The time of a row; (None, "unknown") when it gives none, None when the row is rejected for it."""
        if given is None or not str(given).strip():
            self.ignored["no date"] += 1
            return None, "unknown"
        try:
            found = read_time(given, now=self.now, order=order)
        except TimeRefused as fault:
            self.reject(where, f"time: {fault}", given)
            return None
        return found.time, found.precision

    def text(self, given: str) -> str:
        """The text within the cap."""
        if len(given) > LONGEST_TEXT:
            self.ignored[f"text cut at {LONGEST_TEXT:,} characters"] += 1
        return given[:LONGEST_TEXT]


def links_of(post: str, rows: Iterable[tuple[str, str]], evidence: str = "") -> tuple[Link, ...]:
    """`url` links without repeats: (address, words)."""
    found: dict[str, Link] = {}
    for address, words in rows:
        if address:
            found.setdefault(address, Link(post, "url", address, 1, (words or evidence)[:200]))
    return tuple(found.values())
