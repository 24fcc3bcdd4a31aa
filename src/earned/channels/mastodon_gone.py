"""What was read at a Mastodon server and is others': remembered, asked for again, withdrawn when its home has it no more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from urllib.parse import quote, urlsplit

from earned.channels.base import Net, Visitor
from earned.channels.live import asked
from earned.channels.mastodon_login import Signed
from earned.channels.mastodon_rows import NAME
from earned.errors import ChannelError, Missing

#: Statuses remembered, the newest; asked for again in one reading: what is listed no more first, the others in turn.
MOST, ASKED = 100, 30
_ACTIVITY = {"Accept": "application/activity+json"}


class Remembered:
    """Statuses by address, the newest last, with their number at the server that was read."""

    def __init__(self, held: object) -> None:
        self._held: dict[str, str] = {}
        for one in held if isinstance(held, list) else ():
            match one:
                case [str(uri), str(number)]:
                    self._held[uri] = number

    def __contains__(self, uri: str) -> bool:
        return uri in self._held

    def note(self, uri: str, number: str) -> None:
        """It was read."""
        if uri:
            self._held[uri] = number

    def gone(self, net: Signed, origin: str, there: Collection[str], now: datetime) -> Iterator[str]:
        """Those that their home has no more; they are forgotten.

        Args:
            net: The client.
            origin: The server that was read.
            there: Addresses that it just listed.
            now: Whose turn it is follows from the hour, so that a reading without news changes nothing.
        """
        turns = int(now.timestamp() // 3600) * ASKED
        absent = _turned([uri for uri in self._held if uri not in there], turns)
        listed = _turned([uri for uri in self._held if uri in there], turns)
        for uri in [*absent, *listed][:ASKED]:
            if is_gone(net, origin, self._held[uri], uri):
                del self._held[uri]
                yield uri

    def written(self) -> list[list[str]]:
        """As it stands in a cursor."""
        return [[uri, number] for uri, number in list(self._held.items())[-MOST:]]


def _turned(uris: list[str], turns: int) -> list[str]:
    begin = turns % max(len(uris), 1)
    return [*uris[begin:], *uris[:begin]]


def is_gone(net: Signed, origin: str, number: str, uri: str) -> bool:
    """Whether the home of a status says that there is none (404, 410); nothing else that is answered says so.

    Args:
        net: The client.
        origin: The server that was read; of its own statuses it is asked by their number.
        number: At that server.
        uri: The status's address. It may lead anywhere: others are asked as pages are visited, where robots may.
    """
    try:
        if urlsplit(uri).netloc == urlsplit(origin).netloc:
            asked(net, NAME, f"{origin}/api/v1/statuses/{quote(number)}")
        else:
            _visit(net.net, uri, origin)
    except Missing as fault:
        return "answered 404" in fault.reason or "answered 410" in fault.reason
    except (ChannelError, ValueError):
        return False
    return False


def _visit(net: Net, uri: str, origin: str) -> None:
    """Ask another server for a status as servers ask each other; without a client that visits, nothing is known."""
    if isinstance(net, Visitor) and urlsplit(uri).scheme in ("https", urlsplit(origin).scheme):
        net.visit(uri, seen_at=origin, headers=_ACTIVITY)
