"""The channel: recognise feeds and lists of feeds, read what is new, one failing feed never stopping the others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from earned.channels.base import PAGE_POSTS, Answer, Net, Source, Visitor
from earned.channels.feed import answers
from earned.channels.feed.answers import Answers
from earned.channels.feed.entries import NoFeed, ParsedFeed
from earned.channels.feed.opml import feeds_in
from earned.channels.feed.parse import alternate, parse, root_of
from earned.channels.feed.posts import NAME, Teller, fingerprint, post_id, when_of
from earned.channels.files import whole
from earned.channels.markup import canonical
from earned.errors import ChannelError, Malformed
from earned.model import Page, Rejected

#: A feed is at most so large.
MOST = 10_000_000
#: Fingerprints of entries kept for each feed, newest first.
_KEPT = 400

_READS = (
    "Entries with authors, times and links; when the feed only begins a text, its page, where its robots.txt lets us."
)
_LEAVES = "Pictures, sounds and scripts; what the feed has dropped from its window."


@dataclass(slots=True)
class State:
    """What is remembered of one feed."""

    etag: str = ""
    modified: str = ""
    body: str = ""
    seen: str = ""
    #: Feeds of answers to its entries.
    answers: list[Answers] = field(default_factory=list)

    def known(self) -> set[str]:
        return {self.seen[at : at + 8] for at in range(0, len(self.seen), 8)}


class Feed:
    """RSS, Atom and JSON Feed, and OPML lists of them."""

    name = NAME

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """A feed or a list of feeds, by content; a web page that names its feed counts as that feed."""
        if not _is_url(given):
            path = Path(given).expanduser()
            return self._source(path.read_bytes(), str(path.resolve())) if _readable(path) else None
        answer = net.get(given, most=MOST)
        if source := self._source(answer.body, given):
            return source
        named = canonical(alternate(answer.body), answer.url) if root_of(answer.body) == "html" else ""
        return self._source(net.get(named, most=MOST).body, named) if named else None

    def _source(self, body: bytes, address: str) -> Source | None:
        if root_of(body) == "opml":
            try:
                found, _ = feeds_in(body)
            except NoFeed as fault:
                raise Malformed(NAME, address, str(fault), permanent=True) from None
            return Source(NAME, address, f"OPML list of {len(found)} feeds", (_READS,), (_LEAVES,))
        if root_of(body) not in ("rss", "feed", "rdf", "channel") and b"jsonfeed.org/version" not in body[:2000]:
            return None
        try:
            feed = parse(body, address)
        except NoFeed as fault:
            raise Malformed(NAME, address, str(fault), permanent=True) from None
        many = "1 entry" if len(feed.entries) == 1 else f"{len(feed.entries)} entries"
        return Source(NAME, address, f"{feed.kind} with {many}", (_READS,), (_LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Entries that are new or changed since `cursor`, oldest first; of an OPML list, a page for each feed."""
        reading = _Reading(net, self._now(), _states(cursor))
        body = reading.fetch(address)
        if body is not None and root_of(body) == "opml":
            yield from reading.several(address, body)
            return
        if body is not None:
            yield from reading.one(address, body)
        yield from reading.answered(address)


def _is_url(given: str) -> bool:
    return given.lower().startswith(("http://", "https://"))


def _readable(path: Path) -> bool:
    """A file that could hold a feed, seen from its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(2000).lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    except (OSError, ValueError):
        return False
    return head.startswith(b"<") or b"jsonfeed.org/version" in head


def _key(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:10]


def _states(cursor: str | None) -> dict[str, State]:
    try:
        return {key: _state(values) for key, values in json.loads(cursor or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _state(values: list[object]) -> State:
    etag, modified, body, seen = map(str, values[:4])
    return State(etag, modified, body, seen, answers.told(values[4:]))


class _Reading:
    """One reading of an address: what is fetched, what was known, what becomes of it."""

    def __init__(self, net: Net, now: datetime, states: dict[str, State]) -> None:
        self.net, self.now, self.states = net, now, states
        #: ETag and Last-Modified of this reading; remembered once the feed is understood.
        self.told: dict[str, tuple[str, str]] = {}
        #: What the servers said of what was fetched.
        self.headers: dict[str, dict[str, str]] = {}

    def cursor(self) -> str:
        rows = {
            key: [one.etag, one.modified, one.body, one.seen, *answers.written(one.answers)]
            for key, one in self.states.items()
        }
        return json.dumps(rows, separators=(",", ":"))

    def fetch(self, address: str) -> bytes | None:
        """The bytes at an address or in a file; None when they are those of the last reading."""
        state = self.states.setdefault(_key(address), State())
        if _is_url(address):
            asked = {"If-None-Match": state.etag, "If-Modified-Since": state.modified}
            answer = self.net.get(address, headers={k: v for k, v in asked.items() if v}, most=MOST)
            if answer.status == 304:
                return None
            self.told[address] = answer.headers.get("etag", "")[:200], answer.headers.get("last-modified", "")[:60]
            self.headers[address] = answer.headers
            body = answer.body
        else:
            body = whole(NAME, address, MOST)
        if _digest(body) == state.body:
            return None
        return body

    def one(self, address: str, body: bytes, done: int = 1, total: int = 1) -> Iterator[Page]:
        """The new entries of one feed."""
        try:
            feed = parse(body, address, self.headers.get(address))
        except NoFeed as fault:
            raise Malformed(NAME, address, str(fault), permanent=False) from None
        state = self.states[_key(address)]
        known = list(state.known())
        marks = [fingerprint(entry) for entry in feed.entries]
        fresh = {mark: entry for mark, entry in zip(marks, feed.entries) if mark not in known}
        self._follow(state, feed, address)
        gap = bool(known) and len(fresh) == len(set(marks)) > 0
        while True:
            several = list(fresh)[:PAGE_POSTS]
            teller = Teller(feed, address, self.net, self.now)
            for mark in several:
                teller.tell(fresh.pop(mark))
            if gap:
                teller.told.notes["possible gap: every entry is new since the last reading"] += 1
            known = several + known
            state.seen = "".join(dict.fromkeys([mark for mark in marks if mark not in fresh] + known[:_KEPT]))
            if not fresh:
                state.body, (state.etag, state.modified) = _digest(body), self.told.get(address, ("", ""))
            yield self._page(teller, done, total)
            if not fresh:
                return

    def _follow(self, state: State, feed: ParsedFeed, address: str) -> None:
        """Note which entries have feeds of answers."""
        place = Teller(feed, address, self.net, self.now).place
        rows = [(entry, post_id(entry, place), when_of(entry, self.now)) for entry in feed.entries if entry.answers]
        if rows:
            state.answers = answers.followed(state.answers, rows, address, answers.hour_of(self.now))

    def answered(self, address: str, done: int = 1, total: int = 1) -> Iterator[Page]:
        """Answers to the feed's entries that are due, a page for each entry that has new ones; none stops the others."""
        state, hour = self.states[_key(address)], answers.hour_of(self.now)
        if not isinstance(self.net, Visitor):
            return
        due = [one for one in reversed(state.answers) if one.is_due(hour)][: answers.AT_ONCE]
        for one in due:
            at, notes = state.answers.index(one), {}
            state.answers[at] = asked = replace(one, asked=hour)
            try:
                answer = self.net.visit(one.address, seen_at=address)
                state.answers[at] = replace(asked, digest=_digest(answer.body)[:8])
                if state.answers[at].digest != one.digest:
                    yield self._answers(one, answer, done, total)
                    continue
            except (ChannelError, NoFeed) as fault:
                notes = {f"answers to an entry not read: {type(fault).__name__.lower()}": 1}
            if notes or one is due[-1]:  # else the next page keeps when it was asked for
                yield Page((), (), (), self.cursor(), self.now, ignored=notes, done=done, total=total)

    def _answers(self, one: Answers, answer: Answer, done: int, total: int) -> Page:
        feed = parse(answer.body, one.address, answer.headers)
        teller = Teller(feed, one.address, self.net, self.now)
        for entry in feed.entries:
            teller.answer(entry, one.post)
        return self._page(teller, done, total)

    def _page(self, teller: Teller, done: int, total: int) -> Page:
        told = teller.told
        unique = {post.id: post for post in told.posts}
        repeated = len(told.posts) - len(unique)
        posts = sorted(unique.values(), key=lambda post: post.claimed_at or datetime.max.replace(tzinfo=UTC))
        return Page(
            posts=tuple(posts),
            accounts=tuple(told.accounts.values()),
            links=tuple(dict.fromkeys(told.links)),
            cursor=self.cursor(),
            read_at=self.now,
            snapshots=tuple(told.snapshots),
            ignored=dict(told.notes) | ({"id twice in the feed, last kept": repeated} if repeated else {}),
            done=done,
            total=total,
        )

    def several(self, address: str, body: bytes) -> Iterator[Page]:
        """All feeds of a list; one that cannot be read is reported and the others go on."""
        try:
            found, bad = feeds_in(body)
        except NoFeed as fault:
            raise Malformed(NAME, address, str(fault), permanent=True) from None
        for done, feed in enumerate(found, 1):
            try:
                body_of_feed = self.fetch(feed)
                if body_of_feed is not None and root_of(body_of_feed) == "opml":
                    raise Malformed(NAME, feed, "a list inside a list", permanent=True)
                yield from self.one(feed, body_of_feed, done, len(found)) if body_of_feed is not None else ()
                yield from self.answered(feed, done, len(found))
            except ChannelError as fault:
                yield self._failed(feed, fault, done, len(found))
        if bad:
            note = {"outline without a web address": bad}
            yield Page((), (), (), self.cursor(), self.now, ignored=note, done=len(found), total=len(found))

    def _failed(self, feed: str, fault: ChannelError, done: int, total: int) -> Page:
        reason = Rejected(f"feed {feed}", f"feed not read: {type(fault).__name__}", fault.reason[:80])
        return Page((), (), (), self.cursor(), self.now, rejected=(reason,), done=done, total=total)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
