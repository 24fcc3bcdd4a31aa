"""The polite client: public addresses only, bounded in bytes and time, slow with one host, obedient to robots files."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Generator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from protego import Protego

from earned import __version__
from earned.channels.addresses import CHANNEL, Target, check, shown
from earned.channels.base import Answer
from earned.errors import ChannelError, Forbidden, Malformed, Missing, TooLarge, Unreachable

if TYPE_CHECKING:
    from earned.channels.wire import Wire

#: Redirects that are followed, each checked like a first request.
REDIRECTS = 5
#: Seconds for a whole request, however slowly its body drips.
WHOLE_REQUEST = 60.0
ROBOTS_BYTES = 512_000
#: A robots file's Crawl-delay is obeyed up to so many seconds.
CRAWL_DELAY = 60.0
_ROBOTS_KEPT = 24 * 3600.0
#: Waits that a server asks for up to here are waited for; longer ones are the conductor's to plan.
_PATIENCE = timedelta(seconds=15)
#: Headers that prove who asks.
_PROVES = frozenset({"authorization", "x-umami-api-key"})


class Polite:
    """The HTTP client that channels get. Reads only, but for signing in; one request at a time."""

    def __init__(
        self,
        *,
        allowed: Collection[str] = (),
        attempts: int = 3,
        gap: float = 1.0,
        first_wait: float = 1.0,
        whole_request: float = WHOLE_REQUEST,
        contact: str = "",
    ) -> None:
        #: Hosts inside a network that a person allowed by name.
        self.allowed = frozenset(allowed)
        self.agent = f"earned/{__version__}" + (f" (+{contact})" if contact else "")
        self._attempts, self._gap, self._first_wait, self._whole = attempts, gap, first_wait, whole_request
        self._last: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._robots: dict[str, tuple[float, Protego | None]] = {}

    @cached_property
    def _wire(self) -> Wire:
        from earned.channels.wire import Wire  # a tenth of a second; who gives files asks nobody

        return Wire(self.agent)

    def close(self) -> None:
        """Let connections go."""
        if "_wire" in vars(self):
            self._wire.close()

    def __enter__(self) -> Polite:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, url: str, *, headers: dict[str, str] | None = None, most: int = 10_000_000) -> Answer:
        """Fetch `url`, at most `most` decompressed bytes; the answer is 2xx or 304.

        Raises:
            ChannelError: unreachable, refused, missing or too large.
        """
        import stamina  # with the first request, as the wire

        for attempt in stamina.retry_context(
            on=_worth_another, attempts=self._attempts, timeout=None, wait_initial=self._first_wait,
            wait_max=15.0, wait_exp_base=4, wait_jitter=self._first_wait,
        ):  # fmt: skip
            with attempt:
                return self._follow(url, headers or {}, most)
        raise AssertionError("stamina either returns or raises")

    def post(self, url: str, given: Mapping[str, str], *, most: int = 1_000_000) -> Answer:
        """Send `given` as JSON, to sign in: encrypted unless a person allowed the host, once, to nobody it redirects to.

        Raises:
            ChannelError: as `get`.
        """
        target = self._closed(url)
        self._wait_for(target.host)
        headers, until = {"Content-Type": "application/json"}, time.monotonic() + self._whole
        with self._wire.asked(url, target, headers, json.dumps(given).encode()) as heard:
            if heard.moved_to is not None:
                raise Forbidden(CHANNEL, shown(url), "it redirects; a password is not sent on", permanent=True)
            return heard.read(most, until)

    def messages(
        self, url: str, *, idle: float, most: int = 5_000_000, beat: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Generator[bytes | str, None, None]:  # fmt: skip
        """Messages of a stream (WebSocket), each at most `most` bytes, until none came for `idle` seconds.

        With `beat`, an empty message comes once the stream is open, and whenever none came for so many seconds.

        Raises:
            ChannelError: as `get`; `Unreachable` when the stream breaks; `Forbidden` also when `headers` that prove
                who asks would not go encrypted.
        """
        from earned.channels.sockets import messages  # few people listen to streams

        parts = urlsplit(url)
        web = parts._replace(scheme={"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)).geturl()
        target = self._closed(web) if headers else check(web, self.allowed)
        self._wait_for(target.host)
        yield from messages(target, url, agent=self.agent, idle=idle, most=most, beat=beat, headers=headers)

    def _closed(self, url: str) -> Target:
        """The checked address of a request that proves who asks: encrypted, unless a person allowed the host."""
        target = check(url, self.allowed)
        if target.parts.scheme != "https" and not {target.host, f"{target.host}:{target.port}"} & self.allowed:
            raise Forbidden(CHANNEL, shown(url), "a password or token goes by https only", permanent=True)
        return target

    def visit(
        self, url: str, *, seen_at: str, headers: dict[str, str] | None = None, most: int = 5_000_000
    ) -> Answer:  # fmt: skip
        """Fetch a page that `seen_at` links to, for reading, if the robots file of its host lets us.

        Raises:
            ChannelError: as `get`; `Forbidden` when the robots file, or the page's own header, refuses.
        """
        if urlsplit(url).hostname != urlsplit(seen_at).hostname:
            check(url)  # what a person allowed by name is not there for what others link to
        if not self._may_visit(url):
            raise Forbidden(CHANNEL, shown(url), "its robots.txt asks not to be read", permanent=True)
        answer = self.get(url, headers=headers, most=most)
        if urlsplit(answer.url).netloc != urlsplit(url).netloc and not self._may_visit(answer.url):
            raise Forbidden(CHANNEL, shown(answer.url), "its robots.txt asks not to be read", permanent=True)
        if any(word in answer.headers.get("x-robots-tag", "").lower() for word in ("noindex", "noai", "none")):
            raise Forbidden(CHANNEL, shown(url), "the page asks not to be kept (X-Robots-Tag)", permanent=True)
        return answer

    def _may_visit(self, url: str) -> bool:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        read_at, rules = self._robots.get(origin, (-_ROBOTS_KEPT, None))
        if time.monotonic() - read_at > _ROBOTS_KEPT:
            rules = self._read_robots(origin)
            self._robots[origin] = (time.monotonic(), rules)
        delay = rules.crawl_delay(self.agent) if rules else None
        if delay:
            self._delays[parts.hostname or ""] = min(float(delay), CRAWL_DELAY)
        return rules is not None and rules.can_fetch(url, self.agent)

    def _read_robots(self, origin: str) -> Protego | None:
        """The rules of a host; None while it cannot say: then nothing is read."""
        try:
            answer = self.get(f"{origin}/robots.txt", most=ROBOTS_BYTES)
        except (Missing, Forbidden, TooLarge):
            return Protego.parse("")  # a 4xx answer allows, by the standard (RFC 9309, 2.3.1.3)
        except ChannelError:
            return None
        return Protego.parse(answer.body.decode("utf-8", "replace"))

    def _follow(self, url: str, headers: dict[str, str], most: int) -> Answer:
        until = time.monotonic() + self._whole
        begun = urlsplit(url)
        first = begun.netloc
        for _ in range(REDIRECTS + 1):
            sent = _for_host(headers, url, begun)
            known = self.allowed if urlsplit(url).netloc == first else ()
            target = self._closed(url) if _PROVES & {name.lower() for name in sent} else check(url, known)
            self._wait_for(target.host)
            with self._wire.asked(url, target, sent) as heard:
                if heard.moved_to is None:
                    return heard.read(most, until)
                url = urljoin(url, heard.moved_to)
        raise Malformed(CHANNEL, shown(url), f"more than {REDIRECTS} redirects", permanent=False)

    def _wait_for(self, host: str) -> None:
        """Leave `gap` seconds, or what its robots file asks for, between two requests to one host."""
        gap = max(self._gap, self._delays.get(host, 0.0))
        wait = self._last.get(host, -gap) + gap - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._last[host] = time.monotonic()


def _for_host(headers: dict[str, str], url: str, begun: SplitResult) -> dict[str, str]:
    """What proves who asks goes to nobody but the host that was asked first, and never from https to http."""
    parts = urlsplit(url)
    if (parts.scheme, parts.netloc) == (begun.scheme, begun.netloc):
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in _PROVES}


def _worth_another(fault: Exception) -> bool | timedelta:
    """Whether to try again, and how long to wait when the server said so."""
    if not isinstance(fault, Unreachable) or fault.permanent:
        return False
    if fault.retry_after is not None:
        return fault.retry_after if fault.retry_after <= _PATIENCE else False
    return True
