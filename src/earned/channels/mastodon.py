"""Mastodon and servers that speak its API: an account's public posts, and what others answered to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from earned.channels.base import Net, Source
from earned.channels.items import Item, Notes, links_of, page, parsed
from earned.channels.live import asked
from earned.channels.markup import canonical, plain
from earned.channels.profiles import checked_in, named_in
from earned.errors import ChannelError, Malformed
from earned.model import Account, AccountKind, Link, MetricSnapshot, Page, Post

NAME = "mastodon"
_AT = re.compile(r"@?([\w.-]+)@([\w.-]+\.\w+)")
_PATH = re.compile(r"/@([\w.-]+)/?")
_READS = "Public and unlisted posts, boosts, and public answers to them, with counts."
_LEAVES = "Followers-only and direct posts; words of people who ask not to be indexed."
_COUNTS = (("likes", "favourites_count"), ("reposts", "reblogs_count"), ("replies", "replies_count"))


class Mastodon:
    """One account."""

    name = NAME

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """@name@host, or a profile's address on a server that answers like Mastodon."""
        if found := _AT.fullmatch(given.strip()):
            given = f"https://{found[2]}/@{found[1]}"
        if "://" not in given or not _PATH.fullmatch(urlsplit(given).path):
            return None
        try:
            account = _lookup(net, given)
        except ChannelError as fault:
            if fault.permanent or isinstance(fault, Malformed) or "404" in fault.reason:
                return None  # many sites have such addresses
            raise
        what = f"Mastodon account {account.get('display_name') or account.get('acct')}"
        return Source(NAME, given, what, (_READS,), (_LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Statuses after the last one, oldest first, 40 a page, with the answers they have by then."""
        notes = Notes(self._now())
        origin = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
        number = str(_lookup(net, address).get("id"))
        last = str(parsed(cursor).get("after") or "0")
        while True:
            query = f"limit=40&min_id={last}"
            found = asked(net, NAME, f"{origin}/api/v1/accounts/{quote(number)}/statuses?{query}")
            rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
            if not rows or _newest(rows) == last:
                return
            last = _newest(rows)
            yield page(_items(net, origin, rows, notes), {"after": last}, notes)


def _lookup(net: Net, address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    found = _PATH.fullmatch(parts.path)
    name = found[1] if found else parts.path.strip("/@")
    account = asked(net, NAME, f"{parts.scheme}://{parts.netloc}/api/v1/accounts/lookup?acct={quote(name)}")
    if not isinstance(account, dict) or not account.get("id"):
        raise Malformed(NAME, address, "no account in the answer", permanent=False)
    return account


def _newest(rows: list[dict[str, Any]]) -> str:
    """Local numbers grow; as words they are compared by length first."""
    return max((str(row.get("id") or "") for row in rows), key=lambda one: (len(one), one))


def _items(net: Net, origin: str, rows: list[dict[str, Any]], notes: Notes) -> Iterator[Item]:
    for row in rows:
        known = {str(row.get("id")): str(row.get("uri"))}
        around: list[dict[str, Any]] = []
        if row.get("replies_count") or row.get("in_reply_to_id"):
            context = asked(net, NAME, f"{origin}/api/v1/statuses/{quote(str(row['id']))}/context")
            others = [*context.get("ancestors", []), *context.get("descendants", [])]
            known |= {str(one.get("id")): str(one.get("uri")) for one in others}
            around = context.get("descendants", [])
        for one in (row, *around):
            if item := status_item(one, known, origin, notes):
                yield item


def status_item(row: dict[str, Any], known: dict[str, str], origin: str, notes: Notes) -> Item | None:
    """A status as a post; None when it is not public (counted) or its time is not believed."""
    if row.get("visibility") not in ("public", "unlisted"):
        notes.ignored["not public"] += 1
        return None
    number = f"mastodon:{row.get('uri')}"
    when = notes.time(row.get("created_at"), number)
    if when is None:
        return None
    given = row.get("account") or {}
    account = _account(given, origin)
    if row.get("reblog"):
        post = Post(number, NAME, (account.id,), when[0], when[1], "", labels={"share": True})
        return Item(post, (account,), (Link(number, "repost", f"mastodon:{row['reblog'].get('uri')}"),))
    body = plain(str(row.get("content") or ""), str(row.get("url") or origin))
    hidden = _hidden(given)
    if hidden:
        notes.ignored["text of somebody who asks not to be indexed"] += 1
    post = Post(
        number, NAME, (account.id,), when[0], when[1], "" if hidden else notes.text(body.text),
        title="" if hidden else str(row.get("spoiler_text") or ""), url=canonical(str(row.get("url") or "")),
        text_unquoted=None if hidden else body.unquoted, lang=str(row.get("language") or "").partition("-")[0],
    )  # fmt: skip
    counts = [(word, row.get(key)) for word, key in _COUNTS]
    snapshots = tuple(
        MetricSnapshot(number, word, float(n), notes.now, via=NAME) for word, n in counts if n is not None
    )
    return Item(post, (account,), _links(number, row, known, body.links), snapshots)


def _links(
    number: str, row: dict[str, Any], known: dict[str, str], links: tuple[tuple[str, str], ...]
) -> tuple[Link, ...]:
    found = []
    if parent := row.get("in_reply_to_id"):
        found.append(Link(number, "reply", f"mastodon:{known.get(str(parent), parent)}"))
    quoted = row.get("quote") or {}
    if quoted := (quoted.get("quoted_status") or quoted).get("uri"):
        found.append(Link(number, "quote", f"mastodon:{quoted}"))
    people = {canonical(str(one.get("url") or "")): one for one in row.get("mentions") or []}
    found += [Link(number, "mention", f"mastodon:{one.get('url')}") for one in people.values()]
    card = (row.get("card") or {}).get("url")
    web = [one for one in links if one[0] not in people and not one[1].startswith(("#", "@"))]
    return (*found, *links_of(number, [*web, *([(canonical(str(card)), "card")] if card else [])]))


def _account(given: dict[str, Any], origin: str) -> Account:
    uri = str(given.get("uri") or given.get("url") or given.get("acct"))
    acct = str(given.get("acct") or "")
    handle = acct if "@" in acct else f"{acct}@{urlsplit(origin).hostname}"
    kind: AccountKind = "bot" if given.get("bot") else "group" if given.get("group") else "unknown"
    links, checked = _profile(given)
    return Account(
        f"mastodon:{uri}", str(given.get("display_name") or acct), kind, handle, str(given.get("url") or ""),
        links=links, checked=checked,
    )  # fmt: skip


def _profile(given: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Addresses the profile names, and those whose pages name it back; nothing of who asks not to be indexed."""
    if _hidden(given):
        return (), ()
    fields = [(str(one.get("value") or ""), one.get("verified_at")) for one in given.get("fields") or []]
    return named_in(*(value for value, _ in fields), str(given.get("note") or "")), checked_in(fields)


def _hidden(given: dict[str, Any]) -> bool:
    return bool(given.get("noindex")) or given.get("indexable") is False or "#nobot" in str(given.get("note")).lower()
