"""Bluesky: the public repository of an account, whole the first time, then record by record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from earned.channels.atproto import POST, PROFILE, PROFILE_PATH, REPOST, bluesky_account, car_records, record_item
from earned.channels.base import Net, Source
from earned.channels.items import Item, Notes, page, parsed
from earned.channels.live import asked
from earned.errors import Malformed, Missing
from earned.model import Account, Page

NAME = "bluesky"
#: A repository is at most so large.
_MOST = 500_000_000
_PAGE = 1_000
_DID = re.compile(r"did:(?:plc:[a-z0-9]+|web:[\w.%-]+)")
_READS = "Posts, replies, quotes and reposts of the account, with links and mentions."
_LEAVES = "Likes, follows, blocks, lists and messages; what others answer is not read yet."


class Bluesky:
    """One account."""

    name = NAME
    #: Who tells the DID of a handle, and the server of a DID.
    resolver = "https://public.api.bsky.app"
    directory = "https://plc.directory"

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """A profile on bsky.app or a DID."""
        name = _name(given)
        if not name:
            return None
        handle, _, _ = self._resolve(name, given, net)
        return Source(NAME, given, f"Bluesky account {handle}", (_READS,), (_LEAVES,))

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
        """The repository, then what came after its last records."""
        notes, before = Notes(self._now()), parsed(cursor)
        handle, did, server = self._resolve(_name(address) or address, address, net)
        last = {one: str(before[one]) for one in (POST, REPOST) if before.get(one)}
        if before.get("did") == did:
            yield from self._after(net, server, did, handle, last, notes)
        else:
            yield from self._whole(net, server, did, handle, notes)

    def _whole(self, net: Net, server: str, did: str, handle: str, notes: Notes) -> Iterator[Page]:
        answer = net.get(f"{server}/xrpc/com.atproto.sync.getRepo?did={quote(did)}", most=_MOST)
        try:
            owner, records = car_records(answer.body)
        except ValueError as fault:
            raise Malformed(NAME, did, f"its repository cannot be read: {fault}", permanent=False) from None
        if owner != did:
            raise Malformed(NAME, did, f"the server sent the repository of {owner}", permanent=False)
        last = {path.partition("/")[0]: path.partition("/")[2] for path, _ in records}
        account = bluesky_account(did, handle, dict(records).get(PROFILE_PATH))
        items = [item for path, record in records if (item := record_item(did, path, record, account, notes))]
        items.sort(key=lambda item: item.post.claimed_at or notes.now)
        end = {"did": did, POST: last.get(POST, "2"), REPOST: last.get(REPOST, "2")}
        for at in range(0, max(len(items), 1), _PAGE):
            done = at + _PAGE >= len(items)
            yield page(items[at : at + _PAGE], end if done else {}, notes)

    def _after(
        self, net: Net, server: str, did: str, handle: str, last: dict[str, str], notes: Notes
    ) -> Iterator[Page]:
        described = _listed(net, server, did, PROFILE, "2")
        account = bluesky_account(did, handle, described[0].get("value") if described else None)
        for collection in (POST, REPOST):
            while True:
                rows = _listed(net, server, did, collection, last.get(collection, "2"))
                fresh = [row for row in rows if _key(row) > last.get(collection, "2")]
                if not fresh:
                    break
                last[collection] = max(map(_key, fresh))
                yield page(_made(did, collection, fresh, account, notes), {"did": did, **last}, notes)


def _made(did: str, collection: str, rows: list[dict[str, Any]], account: Account, notes: Notes) -> Iterator[Item]:
    for row in rows:
        if item := record_item(did, f"{collection}/{_key(row)}", row.get("value") or {}, account, notes):
            yield item


def _key(row: dict[str, Any]) -> str:
    return str(row.get("uri") or "").rpartition("/")[2]


def _listed(net: Net, server: str, did: str, collection: str, after: str) -> list[dict[str, Any]]:
    query = f"repo={quote(did)}&collection={collection}&limit=100&reverse=true&cursor={quote(after)}"
    found: list[dict[str, Any]] = asked(net, NAME, f"{server}/xrpc/com.atproto.repo.listRecords?{query}").get("records")
    return found or []


def _name(given: str) -> str:
    """The handle or DID in an address; empty: it is none of ours."""
    if _DID.fullmatch(given.strip()):
        return given.strip()
    parts = urlsplit(given)
    words = parts.path.strip("/").split("/")
    if parts.hostname == "bsky.app" and words[0] == "profile" and len(words) >= 2:
        return words[1]
    return words[0] if parts.scheme == "at" else ""
