"""The channel: recognise a calendar, read it whole when it changed, oldest event first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from earned.channels.base import PAGE_POSTS, Net, Source
from earned.channels.calendar.content import NAME, Broken, Content, content_of, is_calendar
from earned.channels.files import whole
from earned.channels.items import Notes, parsed
from earned.errors import Malformed, Unreachable
from earned.model import Page, Post

if TYPE_CHECKING:
    from earned.channels.calendar.events import Told

#: A calendar is at most so large.
MOST = 10_000_000
#: An unchanged one is read again after so long: its rules reach further then.
AGAIN = timedelta(days=180)
_READS = (
    "Events that are public, with their begin, title, description, place and address; repeated ones day by day, up to two"
    " years ahead; those that are called off are withdrawn."
)
_LEAVES = "Who organizes, attends or is invited; private and confidential events; tasks, reminders, attachments."


class Calendar:
    """iCalendar files and addresses: what people react to."""

    name = NAME

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """A calendar, by content; webcal addresses are asked by https, then by http."""
        scheme, colon, rest = given.partition("://")
        if not colon:
            path = Path(given).expanduser()
            return self._source(whole(NAME, str(path), MOST), str(path.resolve())) if _begins(path) else None
        if scheme.lower() in ("webcal", "webcals"):
            return self._subscribed(rest, net, plain=scheme.lower() == "webcal")
        if scheme.lower() not in ("http", "https"):
            return None
        return self._source(net.get(given, most=MOST).body, given)

    def _subscribed(self, rest: str, net: Net, *, plain: bool) -> Source | None:
        try:
            return self._source(net.get(f"https://{rest}", most=MOST).body, f"https://{rest}")
        except Unreachable:
            if not plain:
                raise
        return self._source(net.get(f"http://{rest}", most=MOST).body, f"http://{rest}")

    def _source(self, body: bytes, address: str) -> Source | None:
        if not is_calendar(body):
            return None
        count = len(_content(body, address).events)
        many = "1 event" if count == 1 else f"{count:,} events"
        return Source(NAME, address, f"calendar with {many}", (_READS,), (_LEAVES,), news_only=True)

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """All events when the calendar changed since `cursor`, oldest first."""
        from earned.channels.calendar.events import told_of  # loads icalendar, which telling a calendar does without

        now, before = self._now(), parsed(cursor)
        recent = _recent(before.get("at"), now)
        told = {name: before.get(name) for name in ("etag", "modified")} if recent and before.get("end") else {}
        body, headers = self._fetch(address, told, net)
        if body is None:
            return
        same = before.get("of") == (digest := hashlib.sha256(body).hexdigest()[:16])
        if same and before.get("end") and recent:
            return
        notes = Notes(now)
        found = told_of(_content(body, address), urlsplit(address).hostname or Path(address).stem, notes)
        skip = before.get("done") if same and not before.get("end") else 0
        yield from _pages(
            found, notes, {"of": digest, "at": f"{now:%Y-%m-%d}"} | headers, skip if isinstance(skip, int) else 0
        )

    def _fetch(self, address: str, told: dict[str, object], net: Net) -> tuple[bytes | None, dict[str, object]]:
        if "://" not in address:
            return whole(NAME, address, MOST), {}
        asked = {"If-None-Match": told.get("etag"), "If-Modified-Since": told.get("modified")}
        answer = net.get(address, headers={key: str(value) for key, value in asked.items() if value}, most=MOST)
        if answer.status == 304:
            return None, {}
        etag, modified = answer.headers.get("etag", "")[:200], answer.headers.get("last-modified", "")[:60]
        return answer.body, {"etag": etag, "modified": modified}


def _pages(found: Told, notes: Notes, cursor: dict[str, object], skip: int) -> Iterator[Page]:
    """Pages of posts, oldest first; what was withdrawn and left out stands on the first."""
    posts = sorted(found.posts.values(), key=_begin)
    skip = skip if 0 <= skip < len(posts) else 0
    for at in range(skip, max(len(posts), 1), PAGE_POSTS):
        some, done = tuple(posts[at : at + PAGE_POSTS]), min(at + PAGE_POSTS, len(posts))
        mark = json.dumps(cursor | {"done": done, "end": done >= len(posts)}, separators=(",", ":"))
        gone = tuple(one for one in found.gone.values() if one.post not in found.posts) if at == skip else ()
        ignored, rejected = (dict(notes.ignored), tuple(notes.rejected)) if at == skip else ({}, ())
        yield Page(
            some, (), (), mark, notes.now, gone=gone, rejected=rejected, ignored=ignored, done=done, total=len(posts)
        )  # fmt: skip


def _begin(post: Post) -> tuple[float, str]:
    return post.claimed_at.timestamp() if post.claimed_at else 0.0, post.id


def _content(body: bytes, address: str) -> Content:
    try:
        return content_of(body)
    except Broken as fault:
        raise Malformed(NAME, address, f"not a whole calendar: {fault}", permanent="://" not in address) from None


def _recent(day: object, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(str(day)).replace(tzinfo=UTC) < AGAIN
    except ValueError:
        return False


def _begins(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_calendar(file.read(200))
    except (OSError, ValueError):
        return False
