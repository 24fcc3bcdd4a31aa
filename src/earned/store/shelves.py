"""What the shelves hand out: plain frozen records, never rows. No Django here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Study:
    """A topic followed over time inside a workspace."""

    id: int
    #: Lower-case word or words joined by hyphens, unique in the workspace.
    name: str
    #: What it is about, in the person's own words.
    topic: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A source of one or more studies, with how far it has been read."""

    id: int
    channel: str
    address: str
    #: What it was recognised as, in words.
    what: str
    #: Where the last kept page ended; None: never read.
    cursor: str | None
    added_at: datetime
    last_read_at: datetime | None
    #: Why the last reading failed; empty: it did not.
    last_error: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping one page did. Adds up over pages with `+`."""

    new: int = 0
    #: Seen before, and something about it is different now.
    changed: int = 0
    same: int = 0
    #: Links that are new or different.
    links: int = 0
    #: Rows of the page that could not be kept, whether or not they were met before.
    rejected: int = 0
    #: Left out on purpose by the channel: reason -> count.
    ignored: Mapping[str, int] = field(default_factory=dict, compare=False)

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.new + other.new,
            self.changed + other.changed,
            self.same + other.same,
            self.links + other.links,
            self.rejected + other.rejected,
            Counter(self.ignored) + Counter(other.ignored),
        )


@dataclass(frozen=True, slots=True)
class Rejections:
    """How many rows of one source were rejected for one reason."""

    source: int
    address: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Version:
    """An older text of a post that its channel has changed since."""

    post: str
    title: str
    text: str
    text_unquoted: str | None
    #: When Earned first saw this text.
    first_observed_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """A result, with what is needed to say whether it is still the result."""

    study: str
    #: "leadership" and whatever else a conductor keeps.
    kind: str
    payload: Mapping[str, object]
    #: `posts.high_water` of the study when it was made.
    high_water: str
    #: Version of Earned that made it.
    version: str
    seed: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """When a source is read next, and how it has been going."""

    source: int
    due_at: datetime
    #: Seconds between two readings.
    interval: float
    #: In a row.
    failures: int = 0
    failing_since: datetime | None = None
    #: Not tried again by itself.
    paused: bool = False
    #: Class of the last failure, and what a person can do about it; empty: the last reading went well.
    kind: str = ""
    advice: str = ""
    #: Size and time of a file as last read to its end.
    state: str = ""
    #: Who is reading it; empty: nobody.
    holder: str = ""
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of a source."""

    source: int
    at: datetime
    seconds: float
    new: int = 0
    changed: int = 0
    #: Why it failed; empty: it did not.
    error: str = ""
