"""Read analytics: how often pages were shown, visited or read, as files and services count it; nothing per visitor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from earned.channels.analytics.logs import is_log, of_log
from earned.channels.analytics.services import YEAR, of_service
from earned.channels.analytics.tables import of_table
from earned.channels.analytics.workbook import is_workbook, of_workbook
from earned.channels.base import Net
from earned.errors import InputError

#: Bytes of a table that are read; a log may be longer.
_MOST = 100_000_000
_WANTED = (
    "Read are the page tables of Plausible, Umami, Google Analytics 4 and Search Console (CSV), web-server logs in the combined "
    "format (plain or gzip), LinkedIn's analytics workbook (.xlsx), and plausible:// and umami:// addresses (docs/channels.md)."
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one file or service counted."""

    #: In words: "access log", "Search Console pages".
    what: str
    #: Name of the source of these numbers, kept with each.
    via: str
    #: (address or path, name, unit) -> number. Names: views, visitors, visits, clicks, impressions, read_seconds, scroll_depth.
    rows: Mapping[tuple[str, str, str], float]
    #: Until when was counted.
    as_of: datetime
    #: What was left out on purpose: reason -> count.
    ignored: Mapping[str, int]
    #: From when on; None: the source does not say.
    since: datetime | None = None


def read_counts(given: str, *, net: Net, environment: Mapping[str, str], now: datetime) -> Counts:
    """Counts by page, from a file or a service, recognised by its header or its lines.

    Args:
        given: A path, or plausible://HOST/SITE, umami://HOST/WEBSITE.
        net: For services.
        environment: Where their tokens are (EARNED_PLAUSIBLE_TOKEN, EARNED_UMAMI_TOKEN).
        now: The moment of reading, where the source names none.

    Raises:
        InputError: no such file, or none that is known.
        ChannelError: it cannot be read.
    """
    if "://" in given:
        what, via, rows = of_service(given, net=net, environment=environment, now=now)
        return Counts(what, via, rows, now, {}, now - YEAR)
    path = Path(given).expanduser()
    try:
        with path.open("rb") as file:
            head = file.read(65_536)
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as fault:
        raise InputError(given, f"cannot be opened ({fault.strerror}).") from None
    if is_log(head):
        found, ignored, since, until = of_log(path)
        return Counts("access log", "accesslog", found, until or changed, ignored, since)
    if is_workbook(head, path):
        if book := of_workbook(path):
            return Counts(book.what, book.via, _summed(book.rows), book.until or changed, book.ignored, book.since)
        raise InputError(given, "a workbook in which no post has a count.", _WANTED)
    if path.stat().st_size > _MOST:
        raise InputError(given, "more than 100 MB, too long for a table of pages.", _WANTED)
    if table := of_table(path.read_bytes()):
        return Counts(table.what, table.via, _summed(table.rows), table.until or changed, table.ignored, table.since)
    raise InputError(given, "no table of pages and no access log.", _WANTED)


def _summed(rows: list[tuple[str, str, str, float]]) -> dict[tuple[str, str, str], float]:
    """Days added up; what is a mean of people is not, the last one stays."""
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    for address, name, unit, value in rows:
        key = (address, name, unit)
        found[key] = value if name in ("read_seconds", "scroll_depth") else found[key] + value
    return dict(found)
