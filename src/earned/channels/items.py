"""Rows of archives and of APIs as nouns, what was not kept of them and why, and pages made of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from earned.channels.times import DayOrder, TimeRefused, read_time
from earned.model import Account, Link, MetricSnapshot, Page, Post, Precision, Rejected

#: Texts are kept up to so many characters, rejected rows up to so many, then they are counted.
LONGEST_TEXT = 1_000_000
_MOST_REJECTED = 5_000


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


def parsed(cursor: str | None) -> dict[str, Any]:
    """A cursor as it was written; empty when it is none."""
    try:
        found = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def page(items: Iterable[Item], cursor: Mapping[str, object], notes: Notes, *, done: int = 0) -> Page:
    """One page of items, oldest first, each id once."""
    unique = {item.post.id: item for item in items}
    rows = sorted(
        unique.values(), key=lambda item: item.post.claimed_at or datetime.max.replace(tzinfo=notes.now.tzinfo)
    )
    accounts: dict[str, Account] = {one.id: one for item in rows for one in item.accounts}
    ignored, rejected = dict(notes.ignored), tuple(notes.rejected)
    notes.ignored.clear()
    notes.rejected.clear()
    return Page(
        tuple(item.post for item in rows), tuple(accounts.values()), tuple(link for item in rows for link in item.links),
        json.dumps(cursor, separators=(",", ":")), notes.now, tuple(one for item in rows for one in item.snapshots),
        rejected=rejected, ignored=ignored, done=done,
    )  # fmt: skip
