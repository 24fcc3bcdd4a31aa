"""Feeds of the answers to an entry (`wfw:commentRss`, `rel="replies"`): which to ask for, and when again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from earned.channels.feed.entries import Entry

#: Entries of one feed whose answers are followed, the newest first; requests for them in one reading.
FOLLOWED, AT_ONCE = 20, 10
#: Hours: an answer is looked for no sooner than that again, and not at all for entries that are older.
_SOONEST, _OLDEST = 6, 90 * 24


@dataclass(frozen=True, slots=True)
class Answers:
    """What is remembered of one entry's feed of answers. Times are hours since 1970."""

    address: str
    #: Id of the post that they answer.
    post: str
    since: int
    #: When it was asked for; 0: it is due.
    asked: int
    #: How many answers the entry said it had; -1: it does not say.
    count: int
    digest: str = ""

    def is_due(self, hour: int) -> bool:
        """Often while an entry is new, rarely once it is old; at once when it says that there is more."""
        wait = max(_SOONEST, (self.asked - self.since) // 4)
        return hour - self.since <= _OLDEST and (self.asked == 0 or hour - self.asked >= wait)


def hour_of(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp()) // 3_600


def followed(
    known: Iterable[Answers], found: Iterable[tuple[Entry, str, datetime | None]], near: str, hour: int
) -> list[Answers]:
    """What to follow after a feed was read: what was followed, and what its entries (entry, post id, time) name.

    Args:
        known: What was followed before.
        found: The feed's entries.
        near: Address of the feed; only feeds of answers on its host or their entry's are followed.
        hour: Now.
    """
    kept = {one.post: one for one in known}
    for entry, post, moment in found:
        hosts = {_host(near), _host(entry.link)}
        if not entry.answers.lower().startswith(("http://", "https://")) or _host(entry.answers) not in hosts:
            continue
        count = -1 if entry.comments is None else entry.comments
        before = kept.get(post)
        if before is None:
            since = hour if moment is None else hour_of(moment)
            kept[post] = Answers(entry.answers, post, since, hour if count == 0 else 0, count)
        elif before.count != count:
            kept[post] = replace(before, address=entry.answers, asked=0, count=count)
    young = [one for one in kept.values() if hour - one.since <= _OLDEST]
    return sorted(young, key=lambda one: (one.since, one.post))[-FOLLOWED:]


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def told(rows: object) -> list[Answers]:
    """From a cursor; empty when it holds none."""
    found = []
    for row in rows if isinstance(rows, list) else []:
        match row:
            case [str(address), str(post), int(since), int(asked), int(count), str(digest)]:
                found.append(Answers(address, post, since, asked, count, digest))
    return found


def written(rows: Iterable[Answers]) -> list[list[object]]:
    """For a cursor."""
    return [[one.address, one.post, one.since, one.asked, one.count, one.digest] for one in rows]
