"""Mastodon and servers that speak its API: an account, a hashtag or a search, and what others answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from earned.channels.base import Net, Source
from earned.channels.items import Notes, page, parsed
from earned.channels.live import asked
from earned.channels.mastodon_gone import Remembered
from earned.channels.mastodon_login import WAYS_IN, Signed, Tokens
from earned.channels.mastodon_reader import Reader, newest
from earned.channels.mastodon_rows import NAME
from earned.channels.mastodon_stream import Follower, opened
from earned.channels.rereading import Young
from earned.errors import ChannelError, Forbidden, InputError, Malformed
from earned.model import Page

_AT = re.compile(r"@?([\w.-]+)@([\w.-]+\.\w+)")
_PATH = re.compile(r"/@([\w.-]+)/?")
_TAG = re.compile(r"/tags/([^/?#\s]{1,200})/?")
#: Statuses a page of a search holds, and pages of it in one reading.
_PAGE, _PAGES = 40, 5
_READS = "Public and unlisted posts, boosts, and public answers to them, with counts; edits and deletions."
_FINDS = "Public posts by anybody that it shows, with public answers to them and counts; deletions."
_LEAVES = "Followers-only and direct posts; words of people who ask not to be indexed."
_HIDES = "Followers-only and direct posts; people who ask not to be found by topic (noindex, indexable, #nobot)."


class Mastodon:
    """One account; or one hashtag or search as a server knows it."""

    name = NAME

    def __init__(
        self, *, tokens: Tokens | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._tokens, self._now = tokens or Tokens(), now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """@name@host, or the address of a profile, hashtag or search on a server that answers like Mastodon.

        Raises:
            InputError: a search, and no token for its host.
        """
        if found := _AT.fullmatch(given.strip()):
            given = f"https://{found[2]}/@{found[1]}"
        path = urlsplit(given).path if "://" in given else ""
        if words := _searched(given):
            return self._search(given, words, net)
        if not (_PATH.fullmatch(path) or _TAG.fullmatch(path)):
            return None
        signed = Signed(net, self._tokens)
        try:
            what = _tag(signed, given) if _TAG.fullmatch(path) else _account_named(signed, given)
        except ChannelError as fault:
            if fault.permanent or isinstance(fault, Malformed) or "404" in fault.reason:
                return None  # many sites have such addresses
            raise
        topic = _TAG.fullmatch(path)
        return Source(NAME, given, what, (_FINDS if topic else _READS,), (_HIDES if topic else _LEAVES,))

    def _search(self, given: str, words: str, net: Net) -> Source | None:
        if given in self._tokens:
            return Source(NAME, given, f"Mastodon search for {words!r}", (_FINDS,), (_HIDES,))
        try:
            told = asked(net, NAME, f"{_origin(given)}/api/v1/instance")
        except ChannelError:
            return None  # many sites have such addresses
        if not isinstance(told, dict) or not told.get("version"):
            return None
        host = urlsplit(given).netloc
        raise InputError(given, f"{host} shows searches ({words!r}) to members only.", f"{WAYS_IN}.")

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Statuses after the last one, oldest first, 40 a page, with the answers they have by then.

        Those of the last fourteen days are looked at again: edits, later answers and deletions come as a page of their
        own, with nothing on it when nothing changed.
        """
        if words := _searched(address):
            yield from self._found(address, words, parsed(cursor), net)
            return
        held, signed = parsed(cursor), Signed(net, self._tokens)
        listing, named = _listing(signed, address)
        reader, last = self._reader(address, held, signed, named), str(held.get("after") or "0")
        while rows := reader.asked(f"{listing}limit=40&min_id={quote(last)}"):
            if newest(rows) == last:
                break
            last = newest(rows)
            items = list(reader.items(rows))  # before the cursor is written
            yield page(items, reader.cursor(last), reader.notes)
        if held.get("after"):
            items, gone = reader.again(listing, last)
            if items or gone or reader.cursor(last) != held:
                yield replace(page(items, reader.cursor(last), reader.notes), gone=gone)

    def streams(self, address: str) -> bool:
        """Hashtags, where there is a token: streams are open to members."""
        return bool(_TAG.fullmatch(urlsplit(address).path)) and address in self._tokens

    def listen(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """As `read`; then what is said under the hashtag from now on, with nothing between the two."""
        if not self.streams(address):
            raise Forbidden(
                NAME, address, f"only hashtags have streams, and with a token. {WAYS_IN}", permanent=True, way_out=""
            )
        tag = unquote(urlsplit(address).path.strip("/").partition("/")[2])
        with closing(opened(net, self._tokens, _origin(address), tag)) as heard:
            first = next(heard, None)
            for one in self.read(address, cursor, net=net):
                cursor = one.cursor
                yield one
            held = parsed(cursor)
            reader = self._reader(address, held, Signed(net, self._tokens), "")
            follower = Follower(reader, str(held.get("after") or "0"), self._now)
            yield from follower.pages(chain([first] if first else [], heard))

    def _reader(self, address: str, held: dict[str, Any], signed: Signed, named: str) -> Reader:
        topic = not _PATH.fullmatch(urlsplit(address).path)
        young, heard = Young(held.get("young")), Remembered(held.get("heard"))
        return Reader(signed, _origin(address), Notes(self._now()), young, heard, topic=topic, named=named)

    def _found(self, address: str, words: str, held: dict[str, Any], net: Net) -> Iterator[Page]:
        """What a search shows that was not there at the last reading, and what of that is gone."""
        if address not in self._tokens:
            raise Forbidden(NAME, address, f"searches are shown to members only. {WAYS_IN}", permanent=True, way_out="")
        signed = Signed(net, self._tokens)
        before = held if held.get("search") == words else {}
        reader, known = self._reader(address, before, signed, ""), Remembered(before.get("known"))
        fresh, shown = _searched_for(signed, _origin(address), words, known)
        items = list(reader.items(fresh))
        gone = [*known.gone(signed, reader.origin, shown, reader.notes.now), *reader.answers_gone()]
        for row in reversed(fresh):
            known.note(str(row.get("uri")), str(row.get("id")))
        end = {"search": words, "known": known.written(), "heard": reader.heard.written()}
        if items or gone or end != before:
            yield replace(page(items, end, reader.notes), gone=reader.withdrawn(gone))


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _searched(address: str) -> str:
    """The words of a search's address; empty: it is none of ours."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    ours = parts.scheme in ("http", "https") and parts.path.rstrip("/") == "/search" and parts.hostname != "bsky.app"
    return parse_qs(parts.query).get("q", [""])[0].strip()[:200] if ours else ""


def _searched_for(
    net: Signed, origin: str, words: str, known: Remembered
) -> tuple[list[dict[str, Any]], set[str]]:  # fmt: skip
    """Statuses that a search shows and that are not known, newest first, each once; and the addresses of all it showed."""
    fresh: dict[str, dict[str, Any]] = {}
    shown: set[str] = set()
    for turn in range(_PAGES):
        asks = f"type=statuses&q={quote(words)}&limit={_PAGE}&offset={turn * _PAGE}"
        answer = asked(net, NAME, f"{origin}/api/v2/search?{asks}")
        rows = answer.get("statuses") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise Malformed(NAME, f"{origin}/search", "no list of statuses in the answer", permanent=False)
        views = {str(row["uri"]): row for row in rows if isinstance(row, dict) and row.get("uri")}
        new = {uri: row for uri, row in views.items() if uri not in known and uri not in fresh}
        shown |= views.keys()
        fresh |= new
        if not new:
            break
    return list(fresh.values()), shown


def _listing(net: Net, address: str) -> tuple[str, str]:
    """Where statuses are asked for, up to the question's words; and the address of the account whose they are."""
    if tag := _TAG.fullmatch(urlsplit(address).path):
        return f"{_origin(address)}/api/v1/timelines/tag/{quote(unquote(tag[1]), safe='')}?", ""
    account = _lookup(net, address)
    where = f"{_origin(address)}/api/v1/accounts/{quote(str(account.get('id')))}/statuses?"
    return where, str(account.get("uri") or "")


def _tag(net: Net, address: str) -> str:
    """What a hashtag's address is, in words; the server has to answer with statuses."""
    found = asked(net, NAME, f"{_listing(net, address)[0]}limit=1")
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
