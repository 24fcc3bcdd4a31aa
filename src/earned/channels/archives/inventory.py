"""What an archive holds: found, left unread on purpose, unknown, missing."""

from __future__ import annotations

from dataclasses import dataclass
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
        span = f", {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}" if self.since and self.until else ""
        return f"{self.member}: {posts(self.rows)}{span}."


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


def posts(many: int) -> str:
    """ "1 post", "1,204 posts"."""
    return f"{many:,} post{'' if many == 1 else 's'}"


def _several(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
