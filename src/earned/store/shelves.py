"""What the shelves hand out: plain frozen records, never rows. No Django here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

#: Between an expert and a communications lead, from open to closed.
PRIVACY = ("all see all", "aggregate only", "own only")
#: Who may do what, from most to least.
ROLES = ("owner", "lead", "expert", "reader")
#: What can be decided: about a receipt, an idea, what a reply does, who is whom.
DecisionKind = Literal["receipt", "idea", "hint", "people", "affiliation", "proof", "organization"]
#: No decision, and kept beside them: when people's own pages are read again.
LOOKS = "looks"


@dataclass(frozen=True, slots=True)
class Study:
    """A topic followed over time inside a workspace."""

    id: int
    #: Lower-case word or words joined by hyphens, unique in the workspace.
    name: str
    #: What it is about, in the person's own words.
    topic: str
    created_at: datetime
    #: What a communications lead sees of an expert's own page: one of PRIVACY.
    privacy: str = "all see all"


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
    #: What people react to, no part of the conversation (asked of a study).
    news: bool = False
    #: Field -> header, as a person named the columns of a file.
    columns: Mapping[str, str] = field(default_factory=dict)


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
    #: Posts that were here and that their channel says are no longer public.
    gone: int = 0
    #: Left out on purpose by the channel: reason -> count.
    ignored: Mapping[str, int] = field(default_factory=dict, compare=False)

    def line(self) -> str:
        """In words, as every surface says it."""
        withdrawn = f", {self.gone} withdrawn at the source" if self.gone else ""
        return f"{self.new} new, {self.changed} changed, {self.same} known, {self.rejected} rejected{withdrawn}"

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.new + other.new,
            self.changed + other.changed,
            self.same + other.same,
            self.links + other.links,
            self.rejected + other.rejected,
            self.gone + other.gone,
            Counter(self.ignored) + Counter(other.ignored),
        )


@dataclass(frozen=True, slots=True)
class Rejections:
    """How many rows of one source were rejected for one reason."""

    source: int
    address: str
    reason: str
    count: int
    #: Where the first of them stands, with the value that offends.
    first: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Where counts of posts come from, and which days they cover."""

    #: As in `MetricSnapshot`.
    via: str
    posts: int
    #: None: for some of them nobody says when counting began.
    since: datetime | None
    until: datetime


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
class Edition:
    """What one fit found, written down page by page."""

    id: int
    made_at: datetime
    high_water: str
    version: str
    seed: int
    #: The last change of decisions that was taken into account.
    decided: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of an edition."""

    #: "topic", "person", "organization", "idea".
    kind: str
    key: str
    title: str
    #: JSON.
    payload: str


@dataclass(frozen=True, slots=True)
class Uptake:
    """One adoption, as the ledger finds it."""

    child: str
    parent: str
    #: Person ids.
    follower: str
    leader: str
    #: Id of the idea both belong to; empty: none.
    idea: str
    #: The leader's organization; empty: none known.
    organization: str
    at: datetime | None
    probability: float
    credited: bool
    colleague: bool
    #: The receipt as JSON.
    payload: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the ledger; what is empty lets everything pass."""

    leader: str = ""
    follower: str = ""
    idea: str = ""
    organization: str = ""
    since: datetime | None = None
    until: datetime | None = None
    credited: bool | None = None
    colleague: bool | None = None
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Removed:
    """What the removal of a person took away."""

    accounts: int
    posts: int
    #: Lines of others' posts that repeated a line of theirs or named them, now "[removed]".
    quoted: int
    #: Addresses of sources that held nobody else's posts and are gone, too.
    sources: tuple[str, ...]
    #: Studies that have to be worked out again.
    studies: tuple[str, ...]
    #: Whether the file was written anew, so that no free page holds what was deleted.
    wiped: bool = False
    #: Addresses of sources that held others' posts as well, and stay.
    shared: tuple[str, ...] = ()
    #: Dropped files of these that were deleted: what is kept of them stays, they are read no more.
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a finding; the latest one of a subject holds."""

    #: Grows with time, across all kinds.
    id: int
    kind: DecisionKind
    #: Plain JSON values: what it is about, and what was decided.
    subject: Any
    verdict: Any
    #: Name of the member; empty: the one person of a workspace without sign-in.
    member: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """A long piece of work on a study, and how far it has come."""

    id: int
    study: str
    what: str
    stage: str
    #: When the present stage began; None: none did.
    stage_at: datetime | None
    done: float
    #: None: not known.
    total: float | None
    notes: str
    error: str
    begun_at: datetime
    beat_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seat:
    """What a member may do in a study."""

    study: str
    member: str
    #: One of ROLES.
    role: str
    #: The person that an expert is; empty: nobody.
    person: str


def subject_key(subject: Any) -> str:
    """How a decision's subject is written down: the same value gives the same text."""
    return json.dumps(subject, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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
