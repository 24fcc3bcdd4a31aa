"""The nouns of a conversation and of the answer to who leads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

#: How exactly a time is known. "day": the clock part means nothing. "unknown": there is no time.
Precision = Literal["second", "minute", "day", "unknown"]

#: What an explicit link says. `target` of the first seven is a post id or URL, of "mention" an account id.
LinkKind = Literal["reply", "quote", "repost", "cite", "requires", "supersedes", "url", "mention"]

#: `evidence` of a link that a reader of a receipt made, not its author: a known cause, but no credit.
CONFIRMED = "confirmed by a reader"

#: Who stands behind an account. Only "person" and "unknown" can become a Person with a verdict.
AccountKind = Literal["person", "organization", "group", "bot", "anonymous", "unknown"]

#: The four camps of a verdict, in the order in which they are tried.
Camp = Literal["not enough evidence", "has it", "is trying", "wants it"]


@dataclass(frozen=True, slots=True)
class Link:
    """An explicit trace from one post to another, to a URL or to an account."""

    #: Id of the post that holds the link.
    from_post: str
    kind: LinkKind
    #: A post id, else a canonical URL, else an account id (kind "mention").
    target: str
    #: How often the post names the target.
    count: int = 1
    #: The words or the field the link was read from.
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A name under which posts appear on one channel."""

    #: Channel name, colon, the channel's own stable id.
    id: str
    #: As displayed now.
    name: str
    kind: AccountKind = "unknown"
    #: What people type to address it, without "@"; may change.
    handle: str = ""
    url: str = ""
    #: The organization it speaks for or belongs to, as the channel states it; empty when not stated.
    organization: str = ""
    #: Addresses that its profile names.
    links: tuple[str, ...] = ()
    #: Those of them whose pages name the profile in return, as the channel's own server checked (rel=me).
    checked: tuple[str, ...] = ()
    #: Keyed hash of the e-mail address behind it, never the address; empty: not known.
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One public utterance, as its channel gave it."""

    #: Stable from one reading to the next: the channel's name, colon, the channel's own id.
    id: str
    #: Where it was said: the name people know the place by ("python-peps", "cypherpunks").
    channel: str
    #: Ids of the accounts that posted it, order kept; empty: nobody is known.
    accounts: tuple[str, ...]
    #: When the author says it became public, timezone-aware UTC; None: not known.
    claimed_at: datetime | None
    time_precision: Precision
    #: Plain text as written.
    text: str
    title: str = ""
    #: `text` without quoted lines and the lines that attribute them; None: the channel does not say.
    text_unquoted: str | None = None
    #: Canonical public address; empty: none.
    url: str = ""
    #: The organization this post speaks for; empty: none stated.
    organization: str = ""
    #: Issue, log or reply tree it stands in; empty: none stated.
    thread: str = ""
    #: BCP 47 primary tag as the channel claims it; empty: not claimed.
    lang: str = ""
    #: The version the text belongs to: "first", "current" or a number; empty: the channel has no versions.
    version: str = ""
    #: Whatever else the channel knows. Never an input of attribution.
    labels: Mapping[str, object] = field(default_factory=dict)

    @property
    def copied(self) -> bool:
        """Whether a person copied it from where Earned does not read: they vouch for it, no service does."""
        return self.labels.get("via") == "person"

    #: When Earned first saw it; the store fills this in, no channel does.
    first_observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MetricSnapshot:
    """A count that somebody else published about a post. Append-only; never added up across channels."""

    post: str
    #: views, visitors, read_seconds, likes, reposts, replies, quotes, points, impressions, opens ...
    name: str
    value: float
    as_of: datetime
    #: people, visits or events.
    unit: str = "events"
    #: Channel or import it came from.
    via: str = ""
    #: First day that was counted, where the source says it; `as_of` is the last.
    since: datetime | None = None


#: Why a post is gone that may become public again.
HIDDEN = "made private"


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that its channel says is no longer public: the text is dropped, the conversation does not hold it any more."""

    post: str
    #: deleted, taken down, made private, moved. Only what is "made private" can come back, and only where it was said.
    why: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """An account that its channel says is no longer shown: whatever it said until then is gone."""

    account: str
    #: As in `Gone`.
    why: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be kept, and why. Nothing is dropped in silence."""

    #: Where it stands: "line 17", "row 4", "entry 'tag:…'".
    where: str
    #: Short reason, the same words for the same fault, so that reasons can be counted.
    reason: str
    #: The offending value, cut to 80 characters.
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What one reading of a channel gave, complete up to `cursor`."""

    posts: tuple[Post, ...]
    accounts: tuple[Account, ...]
    links: tuple[Link, ...]
    #: Opaque, printable, some kB; hand it back to go on after this page.
    cursor: str
    read_at: datetime
    snapshots: tuple[MetricSnapshot, ...] = ()
    gone: tuple[Gone, ...] = ()
    #: Accounts that were no longer shown before the posts of this page were said.
    left: tuple[Left, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    #: Left out on purpose: reason -> count ("join line": 40).
    ignored: Mapping[str, int] = field(default_factory=dict)
    #: Bytes or items read so far, and in all where known: what a progress bar needs.
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is studied: one human being behind one or more accounts."""

    id: str
    #: The present name, the only one ever shown.
    name: str
    accounts: tuple[str, ...]
    #: "person" can be judged; every other kind never gets a verdict.
    kind: AccountKind = "person"


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A person speaks for an organization from one day to another (None: open)."""

    person: str
    organization: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that says how sure it is. Surfaces print nothing less."""

    value: float
    low: float
    high: float
    #: Intended coverage of [low, high], e.g. 0.90.
    level: float
    #: How many observations it rests on.
    n: int
    #: "posts per post", "posts".
    unit: str

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}) {self.unit}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A receipt: one post by somebody else that is best explained by one post of the person."""

    #: Post ids: who followed, and what was followed.
    child: str
    parent: str
    #: Probability that the parent brought the child about, in [0, 1].
    probability: float
    #: "link" when the child links to or names the parent, else "text".
    kind: Literal["link", "text"]
    lag_days: float
    #: Both authors belong to one organization.
    colleague: bool = False
    #: The two passages that are most alike, for reading side by side; filled in where a receipt is shown.
    child_passage: str = ""
    parent_passage: str = ""
    #: Words that stand in both passages and in few other posts.
    shared_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leader:
    """One person of a topic, with everything a table row shows."""

    person: Person
    #: The organization of their latest post; empty: none known.
    organization: str
    posts: int
    #: Posts by people outside the person's organization, per post of the person.
    induced: Estimate | None
    #: The same as a count in this window.
    realized: Estimate | None
    #: The same by colleagues, always apart.
    internal: Estimate | None
    #: Posts by others that link to or name a post of theirs: counting, no model.
    credited: int
    camp: Camp
    #: Why this camp, in one sentence.
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """The conversation as a whole."""

    posts: int
    people: int
    channels: int
    #: First and last claimed time; None when no post has a time.
    since: datetime | None
    until: datetime | None
    #: Posts by others that are best explained by an earlier post, summed over people.
    realized: Estimate | None
    #: The credited floor, summed over people.
    credited: int
    #: Posts that could not take part: no time, no author.
    unplaced: int = 0


@dataclass(frozen=True, slots=True)
class Leadership:
    """Who leads a topic: the answer to the one question, as data."""

    people: tuple[Leader, ...]
    totals: Totals
    #: What the data cannot tell, in sentences.
    cannot_tell: tuple[str, ...]
    #: Seed, code version and high-water mark: what is needed to run it again.
    provenance: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WeekCount:
    """One week of the conversation."""

    #: Its Monday.
    start: date
    posts: int
    #: How many of them are best explained by an earlier post of somebody else: a sum of probabilities.
    induced_posts: float


@dataclass(frozen=True, slots=True)
class Quoted:
    """One side of a receipt, ready to be read."""

    author: str
    channel: str
    #: As claimed; None: not known.
    at: datetime | None
    precision: Precision
    #: Public address; empty: none.
    url: str
    passage: str
    #: A person copied it; no service vouches for it.
    copied: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Two passages side by side: what was said, who took up the same matter, and what else could explain it."""

    child: Quoted
    parent: Quoted
    evidence: Evidence
    #: The two best other explanations, a sentence each; empty: none was found.
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """What a made-up world holds for one person, beside what was found there."""

    person: str
    #: Posts by others per post, as planted.
    planted: float
    found: Estimate | None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything a report shows; made by a conductor, turned into a page or a file by `report`."""

    title: str
    topic: str
    leadership: Leadership
    weeks: tuple[WeekCount, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    #: Only for a made-up world whose truth is known.
    found_and_planted: tuple[Planted, ...] | None = None
