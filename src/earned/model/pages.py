"""What the pages of the workbench show of a person, an organization and a topic: plain data, made once for each fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from earned.model.follow import FollowUp
from earned.model.ideas import Opening
from earned.model.nouns import Estimate, Leader, Leadership, Quoted, Receipt, WeekCount

#: What may happen to a post, in the order in which it happens.
Step = Literal["read", "shared", "debated", "adopted"]


@dataclass(frozen=True, slots=True)
class Line:
    """One of the four lines; they are never added up."""

    step: Step
    #: Distinct people of other organizations; None: no channel here tells (always so for "read", which counts visits).
    people: int | None
    #: Distinct colleagues, always apart.
    colleagues: int
    #: Posts, or for "read" the largest published count of each post; None: no channel here tells.
    events: float | None
    #: Events a week, from the person's first week to the last of the conversation.
    weeks: tuple[float, ...] = ()
    #: Where it comes from, and what it misses, in one sentence.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Conversion:
    """From one line to the next, beside comparable people."""

    before: Step
    after: Step
    #: People of `after` to people of `before`; None: too few.
    own: Estimate | None
    #: Median of people with at least eight posts here; None: fewer than five of them.
    peers: float | None
    #: Whether the own part is below the peers' lower quartile with probability above .9.
    broken: bool


@dataclass(frozen=True, slots=True)
class FourLines:
    """Read, shared, debated, adopted."""

    lines: tuple[Line, ...]
    conversions: tuple[Conversion, ...]


@dataclass(frozen=True, slots=True)
class MixMonth:
    """What one month's sentences of a person do."""

    #: Its first day.
    start: date
    posts: int
    #: Posts that argue, that sell, and that do neither.
    position: int
    pitch: int
    neither: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the probability that it argues rather than sells."""

    post: str
    at: datetime | None
    text: str
    argues: float


@dataclass(frozen=True, slots=True)
class Cadence:
    """How steadily a person posts."""

    #: Posts in each week from the first to the last of the conversation.
    weeks: tuple[WeekCount, ...]
    #: Part of the weeks since the first own post that hold one, in [0, 1].
    active: float
    #: Weeks.
    longest_silence: int
    #: Coefficient of variation of the gaps between posts; None: fewer than three posts. 1: as if by chance; above: bursts.
    irregularity: float | None


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody whose posts are best explained by this person's."""

    person: str
    name: str
    organization: str
    #: Expected posts of theirs that followed.
    posts: float
    credited: int
    colleague: bool
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Carried:
    """A person's part in one idea."""

    idea: str
    name: str
    posts: int
    #: Posts of the idea by others that followed.
    followed: float
    #: Probability of having said it first, in [0, 1].
    first: float


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """One person, everything on one page."""

    leader: Leader
    #: The same rate when no event competes: what the number would be if news explained nothing; None: too few posts.
    without_news: float | None
    #: Camp -> probability, summing to 1; empty: not enough evidence.
    camps: tuple[tuple[str, float], ...]
    ideas: tuple[Carried, ...]
    lines: FourLines
    mix: tuple[MixMonth, ...]
    #: Sentences of the posts that were read, most arguing and most selling.
    sentences: tuple[Sentence, ...]
    cadence: Cadence
    #: Most followings first, colleagues last.
    followers: tuple[Follower, ...]
    #: The first broken step, in words; empty: none was found.
    barrier: str = ""
    #: One thing to try, and what to look at; empty when there is no barrier.
    experiment: str = ""
    #: Answers by others that wait for one, as of the last day of the conversation; questions first.
    waiting: tuple[FollowUp, ...] = ()
    #: The same rate when the followers' own habits explain what they can (the strict alternative); None: too few posts.
    strict: float | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """One person of an organization."""

    person: str
    name: str
    posts: int
    #: Posts by people outside that followed.
    outside: Estimate | None
    credited: int


@dataclass(frozen=True, slots=True)
class OrganizationSheet:
    """An organization, through its people only."""

    name: str
    voices: tuple[Voice, ...]
    #: Posts by people outside that followed any of its people.
    outside: Estimate
    #: Posts by colleagues that followed: echo, never added.
    echo: Estimate
    #: Part of the outside followings that the strongest voice brings, in [0, 1]; None: nothing followed.
    concentration: Estimate | None
    #: Effective number of voices, 1 / sum of squared parts; None: nothing followed.
    effective: Estimate | None
    #: Posts by accounts that are the organization's own, and the posts outside that followed those.
    company_posts: int
    company_outside: float
    weeks: tuple[WeekCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who took up another one's matter for the first time lately."""

    person: str
    name: str
    organization: str
    #: Whom they took up.
    after: str
    at: datetime | None
    probability: float


@dataclass(frozen=True, slots=True)
class Listed:
    """Of a person's page what a list needs."""

    leader: Leader


@dataclass(frozen=True, slots=True)
class IdeaLine:
    """An idea as a row of a list."""

    id: str
    name: str
    people: int
    posts: int
    first: Quoted | None
    #: Person id and name of who carried it most; empty: nobody.
    carrier: str
    carrier_name: str
    credited: float
    uncredited: float
    debated: int
    momentum: float
    weeks: tuple[WeekCount, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicSheet:
    """A topic at a glance."""

    leadership: Leadership
    weeks: tuple[WeekCount, ...]
    #: Those most taken up first.
    ideas: tuple[IdeaLine, ...]
    openings: tuple[Opening, ...]
    newcomers: tuple[Newcomer, ...]
    #: Channel -> posts, people.
    channels: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Adoption:
    """A receipt with whom and what it belongs to: a line of the ledger."""

    receipt: Receipt
    #: Person ids: whose matter, and who took it up; empty: nobody known.
    leader: str
    follower: str
    #: Id of the idea; empty: none.
    idea: str
    #: The leader's organization; empty: none known.
    organization: str
