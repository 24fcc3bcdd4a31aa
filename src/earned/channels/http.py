"""The polite client: public addresses only, bounded in bytes and time, slow with one host, obedient to robots files."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2
import stamina
from protego import Protego

from earned import __version__
from earned.channels.addresses import CHANNEL, Target, check, shown
from earned.channels.base import Answer
from earned.channels.unpacking import UNPACK_FAULTS, Unpacker, unpacker
from earned.errors import (
    ChannelError,
    Ended,
    Forbidden,
    Malformed,
    Missing,
    NeedsPerson,
    NotAllowed,
    RateLimited,
    TooLarge,
    Unreachable,
)

#: Redirects that are followed, each checked like a first request.
REDIRECTS = 5
#: Seconds for a whole request, however slowly its body drips.
WHOLE_REQUEST = 60.0
ROBOTS_BYTES = 512_000
#: A robots file's Crawl-delay is obeyed up to so many seconds.
CRAWL_DELAY = 60.0
_ROBOTS_KEPT = 24 * 3600.0
#: More decompressed bytes than this for each byte received is an attack.
_MOST_RATIO = 200
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
        timeout = httpx2.Timeout(20.0, connect=5.0)
        self._client = httpx2.Client(timeout=timeout, follow_redirects=False, trust_env=False, verify=True)

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    def __enter__(self) -> Polite:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, url: str, *, headers: dict[str, str] | None = None, most: int = 10_000_000) -> Answer:
        """Fetch `url`, at most `most` decompressed bytes; the answer is 2xx or 304.

        Raises:
            ChannelError: unreachable, refused, missing or too large.
        """
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
        with _speaking(url), self._sent(target, headers, json.dumps(given).encode()) as response:
            if response.has_redirect_location:
                raise Forbidden(CHANNEL, shown(url), "it redirects; a password is not sent on", permanent=True)
            _judge(url, response)
            body = _read(url, response, most, until)
        return Answer(response.status_code, url, {k.lower(): v for k, v in response.headers.items()}, body)

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
            with _speaking(url), self._sent(target, sent) as response:
                if response.has_redirect_location:
                    url = urljoin(url, response.headers.get("location", ""))
                    continue
                _judge(url, response)
                body = b"" if response.status_code == 304 else _read(url, response, most, until)
                return Answer(response.status_code, url, {k.lower(): v for k, v in response.headers.items()}, body)
        raise Malformed(CHANNEL, shown(url), f"more than {REDIRECTS} redirects", permanent=False)

    @contextmanager
    def _sent(
        self, target: Target, headers: dict[str, str], told: bytes | None = None
    ) -> Iterator[httpx2.Response]:  # fmt: skip
        """Ask the IP that was checked, under the name that was asked for."""
        parts = target.parts
        literal = f"[{target.ip}]" if ":" in target.ip else target.ip
        host = f"[{target.host}]" if ":" in target.host else target.host
        default = target.port == (443 if parts.scheme == "https" else 80)
        request = self._client.build_request(
            "GET" if told is None else "POST",
            parts._replace(netloc=f"{literal}:{target.port}", fragment="").geturl(),
            headers={
                "User-Agent": self.agent, "Accept-Encoding": "gzip, br, zstd", "Accept": "*/*", **headers,
                "Host": host if default else f"{host}:{target.port}",
            },
            content=told,
            extensions={"sni_hostname": target.host},
        )  # fmt: skip
        response = self._client.send(request, stream=True)
        try:
            yield response
        finally:
            response.close()

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


@contextmanager
def _speaking(url: str) -> Iterator[None]:
    """Say in our words what goes wrong on the wire."""
    try:
        yield
    except httpx2.TimeoutException:
        raise Unreachable(CHANNEL, shown(url), "no answer in time", permanent=False) from None
    except httpx2.ConnectError as fault:
        certificate = "certificate" in str(fault).lower()
        reason = "its certificate is not valid" if certificate else f"cannot connect ({fault})"
        kind = NotAllowed if certificate else Unreachable
        raise kind(CHANNEL, shown(url), reason, permanent=certificate) from None
    except httpx2.InvalidURL as fault:
        raise NotAllowed(CHANNEL, shown(url), f"not an address: {fault}", permanent=True) from None
    except httpx2.HTTPError as fault:
        raise Unreachable(CHANNEL, shown(url), f"the connection broke ({fault})", permanent=False) from None


def _judge(url: str, response: httpx2.Response) -> None:
    """Turn a status into the error it stands for."""
    status, where = response.status_code, shown(url)
    if status == 200 or status == 304 or 200 < status < 300:
        return
    if status == 429 or status in (408, 425) or status >= 500:
        kind = RateLimited if status == 429 else Unreachable
        raise kind(CHANNEL, where, f"answered {status}", permanent=False, retry_after=_retry_after(response))
    if status == 401:
        raise NeedsPerson(CHANNEL, where, "answered 401: it is not public, who asks must sign in", permanent=True)
    if status == 403:
        raise Forbidden(CHANNEL, where, "answered 403: it is not public", permanent=True)
    if status == 404:
        raise Missing(CHANNEL, where, "answered 404", permanent=False)
    if status in (410, 451):
        raise Ended(CHANNEL, where, f"answered {status}: gone for good", permanent=True)
    raise ChannelError(CHANNEL, where, f"answered {status}", permanent=400 <= status < 500)


def _retry_after(response: httpx2.Response) -> timedelta | None:
    """How long the server asks us to wait: seconds, an HTTP date, or when its quota begins anew (as Mastodon says it)."""
    given = response.headers.get("retry-after", "").strip()
    anew = response.headers.get("x-ratelimit-reset", "").strip()
    try:
        if not given and response.status_code == 429 and anew:
            return max(datetime.fromisoformat(anew).astimezone(UTC) - datetime.now(UTC), timedelta())
        if given.isdecimal():
            return timedelta(seconds=min(int(given), 10**9))
        return max(parsedate_to_datetime(given) - datetime.now(UTC), timedelta()) if given else None
    except (ValueError, TypeError, OverflowError):
        return None


def _read(url: str, response: httpx2.Response, most: int, until: float) -> bytes:
    """The decompressed body, never more than `most` bytes of it in memory."""
    encoding = response.headers.get("content-encoding", "identity").lower().strip()
    unpack = unpacker(encoding)
    if unpack is None:
        raise Malformed(CHANNEL, shown(url), f"sent as {encoding}, which was not asked for", permanent=False)
    parts: list[bytes] = []
    size = received = 0
    for raw in response.iter_raw():
        if time.monotonic() > until:
            raise Unreachable(CHANNEL, shown(url), "the answer did not end in time", permanent=False)
        received += len(raw)
        for part in _unpacked(url, encoding, unpack, raw, most + 1 - size):
            size += len(part)
            parts.append(part)
            if size > most or (size > 1_000_000 and size > _MOST_RATIO * received):
                raise TooLarge(CHANNEL, shown(url), f"more than {most:,} bytes", permanent=True)
    if received and not unpack.ended:
        raise Unreachable(CHANNEL, shown(url), "the answer was cut in the middle", permanent=False)
    return b"".join(parts)


def _unpacked(url: str, encoding: str, unpack: Unpacker, raw: bytes, room: int) -> Iterator[bytes]:
    try:
        yield from unpack.feed(raw, max(room, 1))
    except UNPACK_FAULTS:
        raise Malformed(CHANNEL, shown(url), f"says it is {encoding} and is not", permanent=False) from None
