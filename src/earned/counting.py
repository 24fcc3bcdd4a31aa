"""The conductor of counts: what analytics say of the study's own pages, beside the measure and never inside it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from earned.channels.addresses import host_of as host_of
from earned.channels.analytics import read_counts
from earned.channels.analytics.beacon import MOST as MOST
from earned.channels.analytics.beacon import heard
from earned.channels.base import Net
from earned.channels.same_post import known_as, numbers
from earned.model import MetricSnapshot
from earned.store.shelves import Counted as Counted
from earned.work import net
from earned.workspace import Study


@dataclass(frozen=True, slots=True)
class Counting:
    """What an import of counts came to."""

    what: str
    #: Counts kept, and posts they are of.
    kept: int
    posts: int
    #: Pages that are no post of the study.
    elsewhere: int
    ignored: Mapping[str, int]


def add_counts(study: Study, given: str, *, site: str = "", client: Net | None = None) -> Counting:
    """Keep what a file or a service counted of the study's posts; reading it again adds nothing.

    Args:
        study: Whose posts.
        given: A file, or plausible:// or umami:// (docs/channels.md).
        site: Address of the site, for counts that name paths only; else a path counts where one post alone has it.
        client: For services.

    Raises:
        InputError: nobody reads it.
        ChannelError: it cannot be read.
    """
    found = read_counts(given, net=client or net(), environment=os.environ, now=datetime.now(UTC))
    places, numbered = _places(study, site), _numbered(study)
    snapshots, elsewhere = list[MetricSnapshot](), set[str]()
    for (address, name, unit), value in found.rows.items():
        by_number = (numbered[one] for one in numbers(address) if one in numbered)
        if post := places.get(_place(address)) or next(by_number, ""):
            snapshots.append(MetricSnapshot(post, name, value, found.as_of, unit, found.via, found.since))
        else:
            elsewhere.add(address)
    study.store.posts.keep_counts(snapshots)
    unmet = sum(bool(numbers(one)) for one in elsewhere)
    left = {**found.ignored, **({UNMET: unmet} if unmet else {})}
    return Counting(found.what, len(snapshots), len({one.post for one in snapshots}), len(elsewhere), left)


#: Why a row about a post of LinkedIn may not be met although the post is there.
UNMET = (
    "post of LinkedIn under a number by which no post of the study is known: LinkedIn gives one post up to three, and nothing here "
    "names two of these together"
)


def _numbered(study: Study) -> dict[str, str]:
    """Number of a post on LinkedIn (urn:li:...), also one by which something else names it, -> post id."""
    ids = study.store.posts.ids(study.record)
    names = {one: one for one in ids if one.startswith("linkedin:urn:")} | known_as(
        study.store.posts.same(study.record), ids
    )
    return {one.removeprefix("linkedin:"): post for one, post in names.items()}


def count_visit(study: Study, body: bytes, *, origin: str, agent: str, now: datetime) -> bool:
    """Add one visit to the counts of its day, when the page is a post of the study; nothing else of it is kept.

    Args:
        study: Whose posts.
        body: What the page said (`analytics.beacon`).
        origin: The site that the browser says the page is on.
        agent: Its User-Agent; robots are not counted.
        now: The moment.
    """
    visit = heard(body, origin, agent)
    if visit is None:
        return False
    places, hosts = _known(study, int(now.timestamp() // _AGAIN))
    post = places.get(_place(visit.address))
    if post is None:
        return False
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = visit.counts(hosts)
    study.store.posts.add_counts(
        [MetricSnapshot(post, name, value, day, unit, COUNTER, day) for name, (value, unit) in counts.items()]
    )
    return True


def _known(study: Study, when: int) -> tuple[dict[str, str], frozenset[str]]:
    """Pages of the study and their hosts, looked up again every five minutes."""
    key = (str(study.store.folder), study.record.id)
    if key not in _LOOKED_UP or _LOOKED_UP[key][0] != when:
        places = {place: post for place, post in _places(study, "").items() if not place.startswith("/")}
        hosts = frozenset(place.partition("/")[0] for place in places)
        _LOOKED_UP[key] = (when, places, hosts)
    return _LOOKED_UP[key][1:]


#: (workspace, study) -> (when it was looked up, pages, hosts)
_LOOKED_UP: dict[tuple[str, int], tuple[int, dict[str, str], frozenset[str]]] = {}
_AGAIN = 300
#: Name of the source of what the workbench itself counts, and of all that are analytics; channels' own counts are none.
COUNTER = "counter"
SOURCES = ("accesslog", COUNTER, "ga4", "linkedin", "plausible", "searchconsole", "umami")


#: Beginnings of ids of posts that stand at the address of what they answer or share: its counts are not theirs.
_ELSEWHERE = ("answers:", "linkedin:comment:", "linkedin:urn:li:comment:", "linkedin:repost:")


def _places(study: Study, site: str) -> dict[str, str]:
    """host/path, and /path where it is one post's alone or on the site, -> post id."""
    by_place: dict[str, str] = {}
    by_path: dict[str, set[str]] = defaultdict(set)
    for post, url in study.store.posts.addresses(study.record).items():
        if post.startswith(_ELSEWHERE):
            continue
        place = _place(url)
        by_place.setdefault(place, post)
        if not site or place.startswith(_place(site).rstrip("/")):
            by_path[place[place.find("/") :] if "/" in place else "/"].add(post)
    return by_place | {path: next(iter(posts)) for path, posts in by_path.items() if len(posts) == 1}


def _place(address: str) -> str:
    """An address as pages are compared: host without www, path without the last slash; a path begins with a slash."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    host = (parts.hostname or "").removeprefix("www.")
    entry = next((f"?{one}" for one in parts.query.split("&") if one.startswith("p=")), "")
    return (host + unquote(parts.path).rstrip("/") or "/") + entry


def counts_of(study: Study, since: datetime | None = None, until: datetime | None = None) -> tuple[MetricSnapshot, ...]:
    """What was counted of the study's posts, latest first; names are never added up across sources.

    Args:
        study: Whose posts.
        since: Only counts that begin on this day or later; those whose source does not say when it began are left out.
        until: Only counts that end before this day.
    """
    return tuple(
        one
        for one in study.store.posts.counts(study.record)
        if (since is None or (one.since is not None and one.since >= since)) and (until is None or one.as_of < until)
    )


def sources_of(study: Study) -> tuple[Counted, ...]:
    """Where counts of the study's posts come from, and which days each covers."""
    return study.store.posts.counted(study.record, SOURCES)
