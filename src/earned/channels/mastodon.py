"""Mastodon and servers that speak its API: an account's public posts, and what others answered to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from earned.channels.base import Net, Source
from earned.channels.items import Item, Notes, links_of, page, parsed
from earned.channels.live import asked
from earned.channels.markup import canonical, plain
from earned.channels.profiles import checked_in, named_in
from earned.channels.rereading import Young, is_young, mark, order
from earned.errors import ChannelError, Malformed, Missing
from earned.model import Account, AccountKind, Gone, Link, MetricSnapshot, Page, Post

NAME = "mastodon"
_AT = re.compile(r"@?([\w.-]+)@([\w.-]+\.\w+)")
_PATH = re.compile(r"/@([\w.-]+)/?")
_TAG = re.compile(r"/tags/([^/?#\s]{1,200})/?")
#: Of recent statuses that are looked at again: conversations asked for, and lists of 40, in one reading.
_MOST_CONTEXTS, _MOST_LISTS = 40, 3
_READS = "Public and unlisted posts, boosts, and public answers to them, with counts."
_LEAVES = "Followers-only and direct posts; words of people who ask not to be indexed."
_COUNTS = (("likes", "favourites_count"), ("reposts", "reblogs_count"), ("replies", "replies_count"))


class Mastodon:
    """One account, or one hashtag as a server knows it."""

    name = NAME

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """@name@host, or the address of a profile or a hashtag on a server that answers like Mastodon."""
        if found := _AT.fullmatch(given.strip()):
            given = f"https://{found[2]}/@{found[1]}"
        path = urlsplit(given).path if "://" in given else ""
        if not (_PATH.fullmatch(path) or _TAG.fullmatch(path)):
            return None
        try:
            what = _tag(net, given) if _TAG.fullmatch(path) else _account_named(net, given)
        except ChannelError as fault:
            if fault.permanent or isinstance(fault, Malformed) or "404" in fault.reason:
                return None  # many sites have such addresses
            raise
        return Source(NAME, given, what, (_READS,), (_LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Statuses after the last one, oldest first, 40 a page, with the answers they have by then.

        Those of the last fourteen days are looked at again: edits, later answers and deletions come as a page of their
        own, with nothing on it when nothing changed.
        """
        notes, held = Notes(self._now()), parsed(cursor)
        listing, origin = _listing(net, address), f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
        reader, last = _Reader(net, origin, notes, Young(held.get("young"))), str(held.get("after") or "0")
        while True:
            rows = _asked_rows(net, f"{listing}limit=40&min_id={quote(last)}")
            if not rows or _newest(rows) == last:
                break
            last = _newest(rows)
            items = list(reader.items(rows))  # before the cursor is written
            yield page(items, reader.cursor(last), notes)
        if held.get("after"):
            items, gone = reader.again(listing, last)
            if items or gone or reader.cursor(last) != held:
                yield replace(page(items, reader.cursor(last), notes), gone=gone)


def _listing(net: Net, address: str) -> str:
    """Where statuses are asked for, up to the question's words."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    if tag := _TAG.fullmatch(parts.path):
        return f"{origin}/api/v1/timelines/tag/{quote(unquote(tag[1]), safe='')}?"
    return f"{origin}/api/v1/accounts/{quote(str(_lookup(net, address).get('id')))}/statuses?"


def _asked_rows(net: Net, url: str) -> list[dict[str, Any]]:
    found = asked(net, NAME, url)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _tag(net: Net, address: str) -> str:
    """What a hashtag's address is, in words; the server has to answer with statuses."""
    found = asked(net, NAME, f"{_listing(net, address)}limit=1")
    if not isinstance(found, list) or any(not isinstance(one, dict) or not one.get("uri") for one in found):
        raise Malformed(NAME, address, "no statuses in the answer", permanent=False)
    return f"Mastodon hashtag #{unquote(urlsplit(address).path.strip('/').partition('/')[2])[:80]}"


def _account_named(net: Net, address: str) -> str:
    account = _lookup(net, address)
    return f"Mastodon account {account.get('display_name') or account.get('acct')}"


def _lookup(net: Net, address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    found = _PATH.fullmatch(parts.path)
    name = found[1] if found else parts.path.strip("/@")
    account = asked(net, NAME, f"{parts.scheme}://{parts.netloc}/api/v1/accounts/lookup?acct={quote(name)}")
    if not isinstance(account, dict) or not account.get("id"):
        raise Malformed(NAME, address, "no account in the answer", permanent=False)
    return account


def _newest(rows: list[dict[str, Any]]) -> str:
    return max((str(row.get("id") or "") for row in rows), key=order)


class _Reader:
    """One reading: statuses with their answers, and what is remembered of recent ones."""

    def __init__(self, net: Net, origin: str, notes: Notes, young: Young) -> None:
        self._net, self._origin, self._notes, self._young = net, origin, notes, young

    def cursor(self, last: str) -> dict[str, object]:
        """Where a later reading goes on."""
        young = self._young.written()
        return {"after": last} | ({"young": young} if young else {})

    def items(self, rows: list[dict[str, Any]]) -> Iterator[Item]:
        """Statuses read for the first time, each with what is around it."""
        for row in rows:
            above, below = self._around(row) if row.get("replies_count") or row.get("in_reply_to_id") else ([], [])
            if is_young(row, self._notes.now):
                self._young.note(row, mark(row, below))
            yield from self._told(row, above, below)

    def again(self, listing: str, last: str) -> tuple[list[Item], tuple[Gone, ...]]:
        """Recent statuses once more: those that changed or whose answers did, and those that are gone."""
        rows, since = self._recent(listing, last)
        found: list[Item] = []
        asked_for = 0
        for row in rows:
            asked_for += bool(row.get("replies_count"))
            if row.get("replies_count") and asked_for > _MOST_CONTEXTS:
                continue
            above, below = self._around(row) if row.get("replies_count") else ([], [])
            if self._young.note(row, mark(row, below)):
                found += self._told(row, above, below)
        gone = tuple(self._gone([str(row.get("id")) for row in rows], since))
        self._young.keep(str(row.get("id")) for row in rows)
        return found, gone

    def _recent(self, listing: str, last: str) -> tuple[list[dict[str, Any]], str]:
        """Statuses younger than fourteen days, newest first, and the number down to which all of them are here."""
        found: list[dict[str, Any]] = []
        below = ""
        for _ in range(_MOST_LISTS):
            rows = _asked_rows(self._net, f"{listing}limit=40" + (f"&max_id={quote(below)}" if below else ""))
            found += [
                row for row in rows if is_young(row, self._notes.now) and order(str(row.get("id"))) <= order(last)
            ]
            if not rows or not any(is_young(row, self._notes.now) for row in rows):
                return found, "0"
            below = min((str(row.get("id") or "") for row in rows), key=order)
        return found, below

    def _gone(self, listed: list[str], since: str) -> Iterator[Gone]:
        """Remembered statuses that the server does not list, and of which it says that there are none."""
        for number, uri in self._young.missing(listed, since)[:_MOST_CONTEXTS]:
            if urlsplit(uri).netloc != urlsplit(self._origin).netloc:
                continue  # a server speaks for its own statuses only
            try:
                asked(self._net, NAME, f"{self._origin}/api/v1/statuses/{quote(number)}")
            except Missing:
                self._young.forget(number)
                yield Gone(f"{NAME}:{uri}", "deleted", self._notes.now)
            except ChannelError:
                continue  # it says nothing now; what is forgotten is not asked for again

    def _around(self, row: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Statuses above and below; none when it went away meanwhile."""
        try:
            context = asked(self._net, NAME, f"{self._origin}/api/v1/statuses/{quote(str(row.get('id')))}/context")
        except Missing:
            return [], []
        both = [context.get(name) if isinstance(context, dict) else None for name in ("ancestors", "descendants")]
        above, below = ([one for one in rows or () if isinstance(one, dict)] for rows in both)
        return above, below

    def _told(
        self, row: dict[str, Any], above: list[dict[str, Any]], below: list[dict[str, Any]]
    ) -> Iterator[Item]:  # fmt: skip
        known = {str(one.get("id")): str(one.get("uri")) for one in (row, *above, *below)}
        for one in (row, *below):
            if item := status_item(one, known, self._origin, self._notes):
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
