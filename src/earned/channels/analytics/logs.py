"""Web-server logs in the combined format: views and daily visitors of pages; no address is kept, hashed or not."""

from __future__ import annotations

import gzip
import re
import secrets
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

from earned.errors import Malformed, TooLarge

_LINE = re.compile(
    rb'(\S+) \S+ \S+ \[(\d\d/\w{3}/\d{4}):[^\]]*\] "([A-Z]+) (\S+)[^"]*" (\d{3}) \S+ "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"'
)
_ROBOT = re.compile(
    rb"bot\b|bot[/_-]|crawl|spider|slurp|preview|monitor|headless|lighthouse|curl|wget|python|java/|go-http|libwww|scrapy|"
    rb"feed|rss|reader|fetch|scan|facebookexternalhit|^-?$",
    re.I,
)
_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|xml|json|txt|mp[34]|zip|gz|pdf|php)$", re.I
)
#: One line may be so long, all lines together so much.
_LONGEST, _MOST = 65_536, 20_000_000_000


def is_robot(agent: str) -> bool:
    """Whether a program says of itself that it is no reader's browser."""
    return bool(_ROBOT.search(agent.encode("utf-8", "replace")))


def is_log(head: bytes) -> bool:
    """Whether one of the first lines is one of a combined log, plain or gzip."""
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(head, 65_536)
        except zlib.error:
            return False
    return any(_LINE.match(line) for line in head.splitlines()[:20])


def of_log(
    path: Path,
) -> tuple[Mapping[tuple[str, str, str], float], Mapping[str, int], datetime | None, datetime | None]:
    """(path, name, unit) -> number; what was left out; the first and the last day.

    A view is a GET that was answered by 200 or 304, of a page, by nobody known as a robot. A visitor is an address with its
    program on one day: the key of the hash is made for this reading and forgotten with it.
    """
    views, visitors, ignored = Counter[str](), Counter[str](), Counter[str]()
    key, seen, days = secrets.token_bytes(32), set[bytes](), set[bytes]()
    for line in _lines(path):
        found = _LINE.match(line)
        if found is None:
            ignored["line that is none of a combined log"] += 1
            continue
        address, day, method, target, status, agent = found.groups()
        page = _page(target)
        if reason := _left_out(method, status, agent, page):
            ignored[reason] += 1
            continue
        views[page] += 1
        days.add(day)
        who = blake2b(b"\0".join((day, address, agent, page.encode())), key=key, digest_size=12).digest()
        if who not in seen:
            seen.add(who)
            visitors[page] += 1
    rows = {(page, "views", "events"): float(n) for page, n in views.items()}
    rows |= {(page, "visitors", "visits"): float(n) for page, n in visitors.items()}
    known = sorted(filter(None, map(_day, days)))
    return rows, ignored, known[0] if known else None, known[-1] if known else None


def _left_out(method: bytes, status: bytes, agent: bytes, page: str) -> str:
    """Why a line is no view; empty: it is one."""
    if method != b"GET" or status not in (b"200", b"304"):
        return "no page was given"
    if _ASSET.search(page):
        return "picture, script or feed"
    return "robot or program" if _ROBOT.search(agent) else ""


def _page(target: bytes) -> str:
    """The path, without what stands behind the question mark but the number of an entry."""
    try:
        parts = urlsplit(target.decode("utf-8", "replace"))
    except ValueError:
        return "/"
    entry = next((one for one in parts.query.split("&") if re.fullmatch(r"p=\d+", one)), "")
    return f"{parts.path}?{entry}" if entry else parts.path


def _day(given: bytes) -> datetime | None:
    try:
        return datetime.strptime(given.decode(), "%d/%b/%Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _lines(path: Path) -> Iterator[bytes]:
    total = 0
    with path.open("rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        while True:
            try:
                line = file.readline(_LONGEST)
            except (OSError, EOFError, zlib.error) as fault:
                raise Malformed("accesslog", str(path), f"a damaged gzip file ({fault})", permanent=True) from None
            if not line:
                return
            total += len(line)
            if total > _MOST:
                raise TooLarge("accesslog", str(path), "more than 20 GB of lines", permanent=True)
            yield line
