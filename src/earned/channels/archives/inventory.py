"""What an archive holds: found, left unread on purpose, unknown, missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A member that is read."""

    member: str
    rows: int
    #: First and last claimed time of its posts; None: none has a time.
    since: datetime | None = None
    until: datetime | None = None

    def __str__(self) -> str:
        if not self.since or not self.until:
            return f"{self.member}: {posts(self.rows)}."
        first, last = f"{self.since:%Y-%m-%d}", f"{self.until:%Y-%m-%d}"
        return f"{self.member}: {posts(self.rows)}, {first if first == last else f'{first} to {last}'}."


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
    #: Rows of its members that are left out on purpose, or were repaired: reason -> count.
    noted: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.found)

    def leaves(self) -> tuple[str, ...]:
        """Sentences about what is not read, grouped by reason."""
        groups: dict[str, list[str]] = {}
        for member, reason in self.left:
            groups.setdefault(reason, []).append(member)
        told = [f"{_several(members)}: {reason}." for reason, members in groups.items()]
        rows = "; ".join(f"{reason} ({count:,})" for reason, count in self.noted.items())
        unknown = [f"{_several(list(self.unknown))}: not known here."] if self.unknown else []
        return (*told, *unknown, *([f"Of the rows, left out or repaired: {rows}."] if rows else []))


def posts(many: int) -> str:
    """ "1 post", "1,204 posts"."""
    return f"{many:,} post{'' if many == 1 else 's'}"


def _several(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
