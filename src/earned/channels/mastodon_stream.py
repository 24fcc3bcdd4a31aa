"""Mastodon's stream of a hashtag (WebSocket): what is said, edited and taken back while somebody listens."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from earned.channels.base import Listener, Net
from earned.channels.items import page
from earned.channels.live import asked
from earned.channels.mastodon_login import Tokens
from earned.channels.mastodon_reader import Reader, newest
from earned.channels.mastodon_rows import NAME, table
from earned.errors import ChannelError, Forbidden
from earned.model import Page

#: Seconds without a message after which it is asked anew, and everything of the last fourteen days looked at again.
SILENT = 3_600.0
#: News are told after so long, and an empty page comes after so long: it keeps the lease.
_SOON, _BEAT = timedelta(seconds=2), timedelta(seconds=20)
#: So many statuses at once are a page.
_PAGE = 40


def opened(net: Net, tokens: Tokens, origin: str, tag: str) -> Generator[bytes | str, None, None]:
    """The messages of a hashtag's stream, the first one empty: it is open.

    Raises:
        ChannelError: as `Listener.messages`.
    """
    if not isinstance(net, Listener):
        raise Forbidden(NAME, origin, "this client does not listen to streams", permanent=True)
    url = f"{_server(net, origin)}/api/v1/streaming?stream=hashtag&tag={quote(tag, safe='')}"
    return net.messages(url, idle=SILENT, beat=_SOON.total_seconds(), headers=tokens.headers(origin))


def _server(net: Net, origin: str) -> str:
    """Where the server says that its streams are: on its own host or one below, for the token goes there."""
    parts = urlsplit(origin)
    scheme = {"https": "wss", "http": "ws"}[parts.scheme]
    try:
        told = table(table(asked(net, NAME, f"{origin}/api/v1/instance")).get("urls")).get("streaming_api")
        named = urlsplit(told if isinstance(told, str) else "")
    except (ChannelError, ValueError):
        named = urlsplit("")
    host = named.hostname or ""
    below = host.endswith(f".{parts.hostname}") and named.scheme == scheme and named.username is None
    return f"{scheme}://{named.netloc if below else parts.netloc}"


class Follower:
    """Messages as pages."""

    def __init__(self, reader: Reader, after: str, now: Callable[[], datetime]) -> None:
        self._reader, self._after, self._now = reader, after, now
        self._rows: dict[str, dict[str, Any]] = {}
        self._deleted: dict[str, None] = {}

    def pages(self, heard: Iterable[bytes | str]) -> Iterator[Page]:
        """What came, some two seconds after it came; an empty page now and then."""
        last = self._now()
        for message in heard:
            self._take(message)
            now = self._now()
            many = len(self._rows) + len(self._deleted)
            if many >= _PAGE or now - last >= (_SOON if many else _BEAT):
                yield self._page(now)
                last = now
        if self._rows or self._deleted:
            yield self._page(self._now())

    def _take(self, message: bytes | str) -> None:
        event = _read(message)
        kind, told = event.get("event"), event.get("payload")
        if kind == "delete" and isinstance(told, str | int):
            self._rows.pop(str(told), None)
            self._deleted[str(told)] = None
        elif kind in ("update", "status.update"):
            row = _read(told)
            if isinstance(row.get("id"), str) and isinstance(row.get("uri"), str):
                self._rows[row["id"]] = row

    def _page(self, now: datetime) -> Page:
        self._reader.notes.now = now
        rows = list(self._rows.values())
        items = list(self._reader.items(rows))
        gone = [uri for number in self._deleted if (uri := self._reader.takes_back(number))]
        self._after = newest([{"id": self._after}, *rows])
        self._rows, self._deleted = {}, {}
        made = page(items, self._reader.cursor(self._after), self._reader.notes)
        return replace(made, gone=self._reader.withdrawn(gone))


def _read(given: object) -> dict[str, Any]:
    try:
        return table(json.loads(given)) if isinstance(given, str | bytes) and given else {}
    except (ValueError, RecursionError):
        return {}
