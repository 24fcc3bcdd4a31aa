"""Bluesky: the public repository of an account, whole the first time, then what changed; and what others answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

from earned.channels import bluesky_topics
from earned.channels.appview import answers
from earned.channels.atproto import POST, PROFILE, PROFILE_PATH, REPOST, bluesky_account, car_contents, record_item
from earned.channels.atstream import Ceased, ceased_in
from earned.channels.base import Net, Source
from earned.channels.bluesky_login import WAYS_IN, Login, forget, signed_in
from earned.channels.items import Item, Notes, page, parsed
from earned.channels.live import asked
from earned.errors import ChannelError, Forbidden, InputError, Malformed, Missing
from earned.model import Account, Gone, Left, Page

NAME = "bluesky"
#: A repository is at most so large.
_MOST = 500_000_000
_PAGE = 1_000
_DID = re.compile(r"did:(?:plc:[a-z0-9]+|web:[\w.%-]+)")
#: Newest records of each kind that are looked at again for changes and deletions.
RECENT = 300
_SAID = (POST, REPOST)
#: Last characters of a content identifier that mark a record in the cursor.
_MARK = 8
_READS = (
    "Posts, replies, quotes and reposts of the account, with links and mentions; what others answer or quote; counts."
)
_SHOWS = (
    "Public posts by anybody that it shows, the newest 2,000 of a reading, with links, mentions and counts; deletions of the "
    "newest 300."
)
_HIDES = "Posts of people who ask to be shown to members only; what it showed between two readings and shows no more."
_LEAVES = "Likes, follows, blocks, lists and messages; changes beyond the newest 300 records."


class Bluesky:
    """One account, feed, list or search."""

    name = NAME
    #: Who tells the DID of a handle, and the server of a DID.
    resolver = "https://public.api.bsky.app"
    directory = "https://plc.directory"
    #: Who indexes what others say.
    appview = "https://public.api.bsky.app"

    def __init__(self, *, login: Login | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._login, self._now = login, now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """A profile, feed, list, search or hashtag on bsky.app, or a DID.

        Raises:
            InputError: a search or hashtag, and nobody to sign in as.
        """
        if (topic := bluesky_topics.topic(given)) is not None:
            if topic.kind == "search":
                return self._search(given, topic.key)
            handle, _, _ = self._resolve(topic.owner, given, net)
            what = "feed" if topic.kind == "feed" else "list"
            return Source(NAME, given, f"Bluesky {what} of {handle}", (_SHOWS,), (_HIDES,))
        name = _name(given)
        if not name:
            return None
        handle, _, _ = self._resolve(name, given, net)
        return Source(NAME, given, f"Bluesky account {handle}", (_READS,), (_LEAVES,))

    def _search(self, given: str, words: str) -> Source:
        if self._login is None:
            raise InputError(given, f"Bluesky shows searches ({words!r}) to members only.", WAYS_IN)
        told = f"{_SHOWS} As {self._login.handle}, who signs in for it."
        return Source(NAME, given, f"Bluesky search for {words!r}", (told,), (_HIDES,))

    def _resolve(self, name: str, given: str, net: Net) -> tuple[str, str, str]:
        """(handle, DID, server); the handle only where the DID's document claims it."""
        did = name
        if not _DID.fullmatch(name):
            url = f"{self.resolver}/xrpc/com.atproto.identity.resolveHandle?handle={quote(name)}"
            did = str(asked(net, NAME, url).get("did") or "")
        if not _DID.fullmatch(did):
            raise Missing(NAME, given, "no such account", permanent=False)
        where = f"https://{did[8:]}/.well-known/did.json" if did.startswith("did:web:") else f"{self.directory}/{did}"
        document = asked(net, NAME, where)
        claimed = [str(one).removeprefix("at://") for one in document.get("alsoKnownAs") or []]
        servers = [str(one.get("serviceEndpoint")) for one in document.get("service") or []
                   if str(one.get("id")).endswith("#atproto_pds")]  # fmt: skip
        if not servers:
            raise Malformed(NAME, given, "its document names no server", permanent=False)
        handle = name if name in claimed or name == did else did
        return (claimed[0] if name == did and claimed else handle), did, servers[0].rstrip("/")

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """The repository, or what was added, changed and taken back since; then what others answered."""
        notes, before = Notes(self._now()), parsed(cursor)
        if (topic := bluesky_topics.topic(address)) is not None:
            yield from self._shown(topic, address, before, net, notes)
            return
        handle, did, server = self._owner(address, before, net)
        known = before if before.get("did") == did else {}
        own = (
            self._after(net, server, did, handle, known, notes)
            if known
            else self._whole(net, server, did, handle, notes)
        )
        end = known
        try:
            for one, told in own:
                end = told
                yield one
        except ChannelError:
            ceased = _ceased(net, server, did)
            if ceased is None:
                raise
            left = (Left(f"{NAME}:{did}", ceased.why, notes.now),)
            yield replace(page([], {"was": did}, notes), left=left)  # no place: who comes back is read as a whole
            return
        yield from self._heard(net, did, end, notes, whole=not known)

    def _owner(self, address: str, before: dict[str, Any], net: Net) -> tuple[str, str, str]:
        """Handle, DID and server; a handle that leads nowhere any more was that of whom the last reading was of."""
        try:
            return self._resolve(_name(address) or address, address, net)
        except ChannelError:
            did = before.get("did") or before.get("was")
            if not isinstance(did, str):
                raise
            return self._resolve(did, address, net)

    def _shown(
        self, topic: bluesky_topics.Topic, address: str, before: dict[str, Any], net: Net, notes: Notes
    ) -> Iterator[Page]:
        """What a topic shows; signed in anew when the server does not take the session that is held."""
        listing = self._listing(topic, address, net)
        try:
            pages = list(bluesky_topics.read(listing, before, net, self.appview, notes))  # one, or none
        except ChannelError as fault:
            if not (fault.permanent and listing.headers and self._login and forget(self._login)):
                raise
            listing = self._listing(topic, address, net)
            pages = list(bluesky_topics.read(listing, before, net, self.appview, notes))
        yield from pages

    def _listing(self, topic: bluesky_topics.Topic, address: str, net: Net) -> bluesky_topics.Listing:
        """Where a topic is shown; for a search, signed in."""
        if topic.kind != "search":
            return bluesky_topics.listing(topic, self._resolve(topic.owner, address, net)[1], self.appview)
        if self._login is None:
            raise Forbidden(NAME, address, f"it is shown to members only. {WAYS_IN}", permanent=True, way_out="")
        _, _, server = self._resolve(self._login.handle, self._login.handle, net)
        return bluesky_topics.search(topic, server, signed_in(self._login, server, net))

    def _heard(self, net: Net, did: str, end: dict[str, Any], notes: Notes, *, whole: bool) -> Iterator[Page]:
        """What others answered and quoted, and which of the RECENT answers read before are gone."""
        before = [str(uri) for uri in end.get("heard") or []]
        missing, found = (
            bluesky_topics.missing_of(net, self.appview, before),
            answers(net, self.appview, did, notes, whole=whole),
        )
        latest: dict[str, None] = {}
        while rows := list(islice(found, _PAGE)):
            yield page(rows, end, notes)
            latest |= {uri: None for row in rows if did not in (uri := row.post.id.removeprefix(f"{NAME}:"))}
        heard = list(dict.fromkeys([*(uri for uri in before if uri not in missing), *latest]))[-RECENT:]
        if heard != before:
            gone = tuple(Gone(f"{NAME}:{uri}", "deleted", notes.now) for uri in missing)
            yield replace(page([], {**end, "heard": heard}, notes), gone=gone)

    def _whole(
        self, net: Net, server: str, did: str, handle: str, notes: Notes
    ) -> Iterator[tuple[Page, dict[str, Any]]]:
        answer = net.get(f"{server}/xrpc/com.atproto.sync.getRepo?did={quote(did)}", most=_MOST)
        try:
            owner, records = car_contents(answer.body)
        except ValueError as fault:
            raise Malformed(NAME, did, f"its repository cannot be read: {fault}", permanent=False) from None
        if owner != did:
            raise Malformed(NAME, did, f"the server sent the repository of {owner}", permanent=False)
        account = bluesky_account(
            did, handle, next((record for path, _, record in records if path == PROFILE_PATH), None)
        )
        items = [item for path, _, record in records if (item := record_item(did, path, record, account, notes))]
        items.sort(key=lambda item: item.post.claimed_at or notes.now)
        now: dict[str, dict[str, str]] = {one: {} for one in _SAID}
        for path, cid, _ in records:
            now.get(path.partition("/")[0], {})[path.partition("/")[2]] = cid[-_MARK:]
        end = _end(did, now)
        for at in range(0, max(len(items), 1), _PAGE):
            done = at + _PAGE >= len(items)
            yield page(items[at : at + _PAGE], end if done else {}, notes), end

    def _after(
        self, net: Net, server: str, did: str, handle: str, before: dict[str, Any], notes: Notes
    ) -> Iterator[tuple[Page, dict[str, Any]]]:
        """What is new, what changed among the RECENT records, and which of those are gone."""
        described = _listed(net, server, did, PROFILE)
        account = bluesky_account(did, handle, described[0].get("value") if described else None)
        items: list[Item] = []
        now: dict[str, dict[str, str]] = {}
        gone: list[Gone] = []
        for collection in _SAID:
            known = dict(before.get("recent", {}).get(collection) or {})
            rows = _down_to(net, server, did, collection, min(known, default=""))
            now[collection] = {_key(row): str(row.get("cid") or "")[-_MARK:] for row in rows}
            missing = sorted(known.keys() - now[collection].keys())
            gone += [Gone(f"{NAME}:at://{did}/{collection}/{key}", "deleted", notes.now) for key in missing]
            fresh = [row for row in rows if known.get(_key(row)) != now[collection][_key(row)]]
            items += _made(did, collection, fresh, account, notes)
        if not items and not gone:
            return
        end = _end(did, now, before.get("heard"))
        for at in range(0, max(len(items), 1), _PAGE):
            done = at + _PAGE >= len(items)
            found = page(items[at : at + _PAGE], end if done else before, notes)
            yield (replace(found, gone=tuple(gone)) if done else found), end


def _ceased(net: Net, server: str, did: str) -> Ceased | None:
    """Whether the account's own server says that it is not shown any more; None: it is, or the server does not say."""
    try:
        return ceased_in(asked(net, NAME, f"{server}/xrpc/com.atproto.sync.getRepoStatus?did={quote(did)}"))
    except ChannelError:
        return None


def _end(did: str, now: dict[str, dict[str, str]], heard: object = None) -> dict[str, Any]:
    """A cursor: the newest records with marks of their contents, and the latest answers by others."""
    recent = {one: dict(sorted(marks.items())[-RECENT:]) for one, marks in now.items()}
    return {"did": did, "recent": recent} | ({"heard": heard} if heard else {})


def _down_to(net: Net, server: str, did: str, collection: str, lowest: str) -> list[dict[str, Any]]:
    """Records from the newest down to that of a key."""
    found: list[dict[str, Any]] = []
    after = ""
    while rows := _listed(net, server, did, collection, after):
        found += [row for row in rows if _key(row) >= lowest]
        after = _key(rows[-1])
        if after <= lowest:
            break
    return found


def _made(did: str, collection: str, rows: list[dict[str, Any]], account: Account, notes: Notes) -> Iterator[Item]:
    for row in rows:
        if item := record_item(did, f"{collection}/{_key(row)}", row.get("value") or {}, account, notes):
            yield item


def _key(row: dict[str, Any]) -> str:
    return str(row.get("uri") or "").rpartition("/")[2]


def _listed(net: Net, server: str, did: str, collection: str, after: str = "") -> list[dict[str, Any]]:
    """A page of records, newest first."""
    query = f"repo={quote(did)}&collection={collection}&limit=100" + (f"&cursor={quote(after)}" if after else "")
    url = f"{server}/xrpc/com.atproto.repo.listRecords?{query}"
    found = asked(net, NAME, url).get("records")
    if not isinstance(found, list):
        raise Malformed(NAME, url[:200], "no list of records in the answer", permanent=False)
    return found


def _name(given: str) -> str:
    """The handle or DID in an address; empty: it is none of ours."""
    if _DID.fullmatch(given.strip()):
        return given.strip()
    parts = urlsplit(given)
    words = parts.path.strip("/").split("/")
    if parts.hostname == "bsky.app" and words[0] == "profile" and len(words) >= 2:
        return words[1]
    return words[0] if parts.scheme == "at" else ""
