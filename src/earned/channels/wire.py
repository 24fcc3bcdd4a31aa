"""What goes over the wire: one request to one checked address, and what its server answers, in our words."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2

from earned.channels.addresses import CHANNEL, Target, shown
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

#: Seconds for a server's next sign of life, and for a connection.
_QUIET, _CONNECT = 20.0, 5.0
#: More decompressed bytes than this for each byte received is an attack.
_MOST_RATIO = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer of a server, its body not read yet."""

    url: str
    response: httpx2.Response

    @property
    def moved_to(self) -> str | None:
        """Where it sends us on, as it says it; None: nowhere."""
        return self.response.headers.get("location", "") if self.response.has_redirect_location else None

    def read(self, most: int, until: float) -> Answer:
        """All of it; never more than `most` decompressed bytes in memory, never later than `until` (monotonic seconds).

        Raises:
            ChannelError: no 2xx or 304; too large, too slow, cut, or not packed as it says.
        """
        self._judge()
        body = b"" if self.response.status_code == 304 else self._body(most, until)
        headers = {name.lower(): value for name, value in self.response.headers.items()}
        return Answer(self.response.status_code, self.url, headers, body)

    def _judge(self) -> None:
        """Turn a status into the error it stands for."""
        status, where = self.response.status_code, shown(self.url)
        if 200 <= status < 300 or status == 304:
            return
        if status == 429 or status in (408, 425) or status >= 500:
            kind = RateLimited if status == 429 else Unreachable
            raise kind(CHANNEL, where, f"answered {status}", permanent=False, retry_after=_retry_after(self.response))
        if status == 401:
            raise NeedsPerson(CHANNEL, where, "answered 401: it is not public, who asks must sign in", permanent=True)
        if status == 403:
            raise Forbidden(CHANNEL, where, "answered 403: it is not public", permanent=True)
        if status == 404:
            raise Missing(CHANNEL, where, "answered 404", permanent=False)
        if status in (410, 451):
            raise Ended(CHANNEL, where, f"answered {status}: gone for good", permanent=True)
        raise ChannelError(CHANNEL, where, f"answered {status}", permanent=400 <= status < 500)

    def _body(self, most: int, until: float) -> bytes:
        where = shown(self.url)
        encoding = self.response.headers.get("content-encoding", "identity").lower().strip()
        unpack = unpacker(encoding)
        if unpack is None:
            raise Malformed(CHANNEL, where, f"sent as {encoding}, which was not asked for", permanent=False)
        parts: list[bytes] = []
        size = received = 0
        for raw in self.response.iter_raw():
            if time.monotonic() > until:
                raise Unreachable(CHANNEL, where, "the answer did not end in time", permanent=False)
            received += len(raw)
            for part in _unpacked(where, encoding, unpack, raw, most + 1 - size):
                size += len(part)
                parts.append(part)
                if size > most or (size > 1_000_000 and size > _MOST_RATIO * received):
                    raise TooLarge(CHANNEL, where, f"more than {most:,} bytes", permanent=True)
        if received and not unpack.ended:
            raise Unreachable(CHANNEL, where, "the answer was cut in the middle", permanent=False)
        return b"".join(parts)


class Wire:
    """One client for all requests; follows nothing, trusts no setting of the machine."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        timeout = httpx2.Timeout(_QUIET, connect=_CONNECT)
        self._client = httpx2.Client(timeout=timeout, follow_redirects=False, trust_env=False, verify=True)

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    @contextmanager
    def asked(
        self, url: str, target: Target, headers: Mapping[str, str], told: bytes | None = None
    ) -> Iterator[Heard]:  # fmt: skip
        """What the IP that was checked answers, under the name that was asked for; `told` is posted.

        Raises:
            ChannelError: no answer, or none to the end.
        """
        with _speaking(url):
            response = self._client.send(self._request(target, headers, told), stream=True)
            try:
                yield Heard(url, response)
            finally:
                response.close()

    def _request(self, target: Target, headers: Mapping[str, str], told: bytes | None) -> httpx2.Request:
        parts = target.parts
        literal = f"[{target.ip}]" if ":" in target.ip else target.ip
        host = f"[{target.host}]" if ":" in target.host else target.host
        default = target.port == (443 if parts.scheme == "https" else 80)
        return self._client.build_request(
            "GET" if told is None else "POST",
            parts._replace(netloc=f"{literal}:{target.port}", fragment="").geturl(),
            headers={
                "User-Agent": self._agent, "Accept-Encoding": "gzip, br, zstd", "Accept": "*/*", **headers,
                "Host": host if default else f"{host}:{target.port}",
            },
            content=told,
            extensions={"sni_hostname": target.host},
        )  # fmt: skip


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


def _unpacked(where: str, encoding: str, unpack: Unpacker, raw: bytes, room: int) -> Iterator[bytes]:
    try:
        yield from unpack.feed(raw, max(room, 1))
    except UNPACK_FAULTS:
        raise Malformed(CHANNEL, where, f"says it is {encoding} and is not", permanent=False) from None
