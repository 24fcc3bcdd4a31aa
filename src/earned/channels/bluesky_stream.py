"""The AT network's streams: what anybody says with a person's words in it, from now on, and what is taken back."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from earned.channels.appview import members_only
from earned.channels.atproto import POST, REPOST, bluesky_account, record_item, said, tables
from earned.channels.atstream import GAP, Ceased, Change, Decode, Event, jetstream, repositories
from earned.channels.base import Listener, Net, Source
from earned.channels.items import Item, Notes, page, parsed
from earned.channels.live import asked
from earned.errors import Forbidden, InputError, Malformed
from earned.model import Account, Gone, Left, Page

NAME = "bluesky-stream"
#: Seconds without a message after which a reading has caught up with the present; after which whoever listens asks anew.
IDLE, SILENT = 3.0, 300.0
#: A page holds so many posts or deletions, or what was found among so many messages.
_PAGE, _GONE, _EVENTS = 500, 5_000, 20_000
#: Whoever listens gets news after so long, and a page, an empty one at the worst, after so long: it also keeps the lease.
_SOON, _BEAT = timedelta(seconds=2), timedelta(seconds=20)
#: Newest posts of which answers, quotations and reposts are kept, too, whatever words they use.
KEPT = 300
#: A first reading of a Jetstream begins so long ago; a later one that finds a longer hole says so.
_FIRST, _HOLE = timedelta(hours=1), timedelta(minutes=1)
#: Profiles asked for at once; kept for so long, and so many.
_ASKED, _PROFILE_KEPT, _MOST_PROFILES = 25, timedelta(hours=1), 10_000
_REPOS = "/xrpc/com.atproto.sync.subscribeRepos"
_READS = (
    "Public posts by anybody that hold one of the words, from now on; answers, quotations and reposts of the newest 300 of them; "
    "edits, deletions, accounts that end."
)
_LEAVES = (
    "What was said before; posts of people who ask to be shown to members only; likes, follows, blocks, lists; counts."
)


@dataclass(frozen=True, slots=True)
class Followed:
    """What of a stream a person asked for."""

    address: str
    #: Stream of repositories, else Jetstream.
    raw: bool
    words: tuple[str, ...]
    #: Accounts of whom everything is read.
    dids: frozenset[str]
    #: Place at which a first reading begins; None: where the server begins.
    begin: int | None = None
    _pattern: re.Pattern[str] = field(default=re.compile(""), repr=False)

    def wants(self, change: Change, kept: dict[str, None]) -> bool:
        """Whether a record was asked for, or is about one that is kept."""
        record, collection = change.record or {}, change.path.partition("/")[0]
        if mark(change.uri) in kept:
            return True
        if any(mark(uri) in kept for path in _ABOUT if (uri := said(record, *path, "uri"))):
            return True
        if collection == REPOST:
            return False
        return change.did in self.dids or bool(self.words and self._pattern.search(_said(record)))

    def url(self, at: int | None, now: datetime) -> str:
        """Where to listen from a place on."""
        parts = urlsplit(self.address)
        # what strangers say with one of the words comes only when the server is not asked for accounts
        drops = {"words", "cursor", "compress"} | ({"wantedDids"} if self.words else set())
        own = [(key, value) for key, value in parse_qsl(parts.query) if key not in drops]
        if not self.raw:
            own = [one for one in own if one[0] != "wantedCollections"]
            own += [("wantedCollections", one) for one in (POST, REPOST)]
            at = at or self.begin or int((now - _FIRST).timestamp() * 1e6)
        elif at is None:
            at = self.begin
        return parts._replace(query=urlencode(own + ([("cursor", str(at))] if at is not None else []))).geturl()


_ABOUT = (("reply", "parent"), ("reply", "root"), ("subject",), ("embed", "record"), ("embed", "record", "record"))


def followed(given: str) -> Followed | None:
    """What is asked for by an address: wss://SERVER/subscribe?words=... or .../com.atproto.sync.subscribeRepos?words=...

    Raises:
        InputError: neither words nor accounts: nobody reads the whole network.
    """
    try:
        parts = urlsplit(given)
    except ValueError:
        return None
    raw = parts.path == _REPOS
    if parts.scheme not in ("wss", "ws") or not (raw or parts.path == "/subscribe"):
        return None
    asks = parse_qsl(parts.query)
    words = tuple(
        dict.fromkeys(value.strip().casefold() for key, value in asks if key == "words" and value.strip("# "))
    )
    dids = frozenset(value for key, value in asks if key == "wantedDids" and value)
    if not words and not dids:
        raise InputError(
            given, "the stream of the whole network; say what you want of it.",
            "Add words or accounts: ?words=zero+trust&words=%23passkeys or ?wantedDids=did:plc:...",
        )  # fmt: skip
    begin = next((int(value) for key, value in asks if key == "cursor" and value.isdecimal()), None)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
    return Followed(given, raw, words, dids, begin, pattern)


def mark(uri: str) -> str:
    """Seven characters that stand for a post in the cursor."""
    return urlsafe_b64encode(blake2b(uri.encode("utf-8", "replace"), digest_size=5).digest()).decode().rstrip("=")


def _said(record: dict[str, Any]) -> str:
    """The text of a post and its tags, in lower case."""
    features = [one for facet in tables(record.get("facets")) for one in tables(facet.get("features"))]
    own = record.get("tags")
    tags = [said(one, "tag") for one in features] + [
        one for one in (own if isinstance(own, list) else []) if isinstance(one, str)
    ]
    return " ".join([said(record, "text"), *(f"#{tag}" for tag in tags if tag)]).casefold()


class BlueskyStream:
    """What is said about something anywhere on the AT network, as it is said."""

    name = NAME
    #: Who tells names and wishes of accounts.
    appview = "https://public.api.bsky.app"

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """A stream's address with words or accounts, if it answers.

        Raises:
            InputError: neither words nor accounts.
            ChannelError: it does not answer.
        """
        asked_for = followed(given)
        if asked_for is None:
            return None
        next(_listener(net, given).messages(asked_for.url(None, self._now()), idle=IDLE), None)
        what = " or ".join([*map(repr, asked_for.words), *([f"{len(asked_for.dids)} accounts"] * bool(asked_for.dids))])
        return Source(NAME, given, f"Bluesky stream: {what}", (_READS,), (_LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """What was said since the last reading, up to now."""
        yield from self._follow(address, cursor, net, until=self._now())

    def streams(self, address: str) -> bool:
        """Always: it is nothing else."""
        return followed(address) is not None

    def listen(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """The same, and then what is said while somebody listens; ends when the stream does."""
        yield from self._follow(address, cursor, net, until=None)

    def _follow(self, address: str, cursor: str | None, net: Net, until: datetime | None) -> Iterator[Page]:
        asked_for = followed(address)
        if asked_for is None:
            raise Malformed(NAME, address, "not the address of a stream", permanent=True)
        found = _Found(asked_for, parsed(cursor), Notes(self._now()), Profiles(net, self.appview))
        decode: Decode = repositories if asked_for.raw else jetstream
        url, live = asked_for.url(found.at, self._now()), until is None
        idle, beat = (SILENT, _SOON.total_seconds()) if live else (IDLE, None)
        with closing(_listener(net, address).messages(url, idle=idle, beat=beat)) as heard:
            for message in heard:
                event = found.take(decode(message) if message else None)
                if found.is_due(now := self._now(), live=live):
                    yield found.page(now)
                if until is not None and event and event.seen is not None and event.seen >= until:
                    break
        if found.is_further():
            yield found.page(self._now())


class _Found:
    """What was found since the last page, and where the stream stands."""

    def __init__(self, asked_for: Followed, before: dict[str, Any], notes: Notes, profiles: Profiles) -> None:
        self._asked_for, self._notes, self._profiles = asked_for, notes, profiles
        self.at: int | None = before["at"] if isinstance(before.get("at"), int) else None
        self._paged, self._first, self._last = self.at, True, notes.now
        self._kept = {str(one): None for one in before.get("kept") or []}
        self._changes: dict[str, Change] = {}
        self._gone: dict[str, Gone] = {}
        self._left: dict[str, Left] = {}
        self._events = 0

    def take(self, event: Event | None) -> Event | None:
        """One message: records asked for, and those taken back; None: it said nothing, and counts all the same."""
        self._events += 1
        if event is None:
            return None
        if event.notice or (self._first and self._is_hole(event)):
            self._notes.ignored[event.notice or GAP] += 1
        if event.lost:
            self._notes.ignored["post or repost that the stream does not carry"] += event.lost
        self._first, self.at = False, None if event.anew else self.at if event.at is None else event.at
        for change in event.changes:
            self._change(change)
        if event.ceased:
            self._cease(event.ceased)
        return event

    def _cease(self, one: Ceased) -> None:
        """All that an account said until now goes; the store knows what it holds of it."""
        self._changes = {uri: change for uri, change in self._changes.items() if change.did != one.did}
        self._left[one.did] = Left(f"bluesky:{one.did}", one.why, self._notes.now)

    def _change(self, change: Change) -> None:
        if change.record is None:
            self._changes.pop(change.uri, None)
            self._gone[change.uri] = Gone(f"bluesky:{change.uri}", "deleted", self._notes.now)
        elif self._asked_for.wants(change, self._kept):
            self._gone.pop(change.uri, None)
            self._changes[change.uri] = change
            self._kept.pop(mark(change.uri), None)
            self._kept[mark(change.uri)] = None

    def _is_hole(self, event: Event) -> bool:
        whole = not self._asked_for.raw and bool(self._asked_for.words)
        return (
            whole and self.at is not None and event.at is not None and event.at - self.at > _HOLE.total_seconds() * 1e6
        )

    def is_due(self, now: datetime, *, live: bool) -> bool:
        """Whether a page is to be made: it is full, or somebody waits for it, or long ago was the last."""
        full = len(self._changes) >= _PAGE or len(self._gone) + len(self._left) >= _GONE or self._events >= _EVENTS
        since = now - self._last
        return full or since >= _BEAT or (live and bool(self._changes) and since >= _SOON)

    def is_further(self) -> bool:
        return self.at != self._paged or bool(self._notes.ignored or self._changes or self._gone or self._left)

    def page(self, now: datetime) -> Page:
        """Everything found, with the place up to which it is complete."""
        people = self._profiles.of({change.did for change in self._changes.values()}, now)
        items = [item for one in self._changes.values() if (item := self._item(one, people.get(one.did)))]
        self._kept = dict(list(self._kept.items())[-KEPT:])
        made = page(items, {"at": self.at, "kept": list(self._kept)}, self._notes, done=self._events)
        made = replace(made, gone=tuple(self._gone.values()), left=tuple(self._left.values()))
        self._changes, self._gone, self._left, self._events, self._paged = {}, {}, {}, 0, self.at
        self._notes.now = self._last = now
        return made

    def _item(self, change: Change, profile: dict[str, Any] | None) -> Item | None:
        if profile is None:
            self._notes.ignored["post of an account that the network does not show"] += 1
            return None
        if members_only({"author": profile}):
            self._notes.ignored["post of somebody who asks to be shown to members only"] += 1
            return None
        account: Account = bluesky_account(change.did, said(profile, "handle"), profile)
        return record_item(change.did, change.path, change.record or {}, account, self._notes)


class Profiles:
    """Profiles as the indexing server shows them to everybody, each asked for once an hour: wishes change."""

    def __init__(self, net: Net, appview: str) -> None:
        self._net, self._appview = net, appview
        #: DID -> profile and when it was asked for; an empty one: it is not shown.
        self._known: dict[str, tuple[dict[str, Any], datetime]] = {}

    def of(self, dids: set[str], now: datetime) -> dict[str, dict[str, Any]]:
        """DID -> profile; those that are not shown are missing.

        Raises:
            ChannelError: as `Net.get`; `Malformed` when the server answers something else.
        """
        if len(self._known) > _MOST_PROFILES:
            self._known.clear()
        new = sorted(did for did in dids if did not in self._known or now - self._known[did][1] > _PROFILE_KEPT)
        for at in range(0, len(new), _ASKED):
            some = new[at : at + _ASKED]
            query = "&".join(f"actors={quote(did)}" for did in some)
            answer = asked(self._net, NAME, f"{self._appview}/xrpc/app.bsky.actor.getProfiles?{query}")
            rows = answer.get("profiles") if isinstance(answer, dict) else None
            if not isinstance(rows, list):
                raise Malformed(NAME, "getProfiles", "no list of profiles in the answer", permanent=False)
            shown = {said(row, "did"): row for row in tables(rows)}
            self._known |= {did: (shown.get(did, {}), now) for did in some}
        return {did: self._known[did][0] for did in dids if self._known[did][0]}


def _listener(net: Net, address: str) -> Listener:
    if not isinstance(net, Listener):
        raise Forbidden(NAME, address, "this client does not listen to streams", permanent=True)
    return net
