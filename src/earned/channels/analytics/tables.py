"""Tables of pages by the headers of the services that write them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from earned.channels.archives.content import decoded, folded

#: (what, via, the column with the page, another one with the host, columns -> (name, unit)).
_Form = tuple[str, str, str, str, dict[str, tuple[str, str]]]
_FORMS: tuple[_Form, ...] = (
    ("Plausible pages by day", "plausible", "page", "hostname", {
        "pageviews": ("views", "events"), "visits": ("visits", "visits"), "date": ("", "")}),
    ("Plausible top pages", "plausible", "name", "", {
        "pageviews": ("views", "events"), "visitors": ("visitors", "people"), "bounce_rate": ("", "")}),
    ("Search Console pages", "searchconsole", "top pages", "", {
        "clicks": ("clicks", "events"), "impressions": ("impressions", "events")}),
    ("Google Analytics pages", "ga4", "page path and screen class", "", {"views": ("views", "events")}),
    ("Google Analytics pages", "ga4", "page path", "hostname", {"views": ("views", "events")}),
    ("Google Analytics pages", "ga4", "page location", "", {"views": ("views", "events")}),
    ("Umami paths", "umami", "x", "", {"y": ("visits", "visits")}),
)  # fmt: skip
#: Columns that are read where they are there.
_FURTHER = {
    "active users": ("visitors", "people"), "total users": ("visitors", "people"),
    "average engagement time per active user": ("read_seconds", "seconds"), "time_on_page": ("read_seconds", "seconds"),
    "scroll_depth": ("scroll_depth", "percent"),
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DAY = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)")


@dataclass(slots=True)
class Table:
    """The rows of one table: address or path, name, unit, value."""

    what: str
    via: str
    rows: list[tuple[str, str, str, float]] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None
    ignored: Counter[str] = field(default_factory=Counter)


def of_table(body: bytes) -> Table | None:
    """The table, when a line among the first is the header of one of the known forms."""
    lines = decoded(body).splitlines()
    for at, line in enumerate(lines[:20]):
        cells = [folded(cell) for cell in next(csv.reader([line]), [])]
        for form in _FORMS:
            host = {form[3]} - {"", "hostname"} if form[2] == "page path" else {form[3]} - {""}
            if {form[2], *form[4], *host} <= set(cells):
                return _read(form, cells, lines[at + 1 :], lines[:at])
    return None


def _read(form: _Form, cells: list[str], lines: list[str], before: list[str]) -> Table:
    what, via, page, host, wanted = form
    told = _days(" ".join(before))
    made = Table(what, via, since=min(told) if len(told) > 1 else None, until=max(told, default=None))
    columns = {name: told for name, told in ({**_FURTHER, **wanted}).items() if name in cells and told[0]}
    for values in csv.reader(io.StringIO("\n".join(lines))):
        if not values or values[0].startswith("#"):
            continue
        if len(values) != len(cells):
            made.ignored["row of another width"] += 1
            continue
        row = dict(zip(cells, values, strict=True))
        address = row[page].strip()
        if not address.startswith(("/", "http://", "https://")):
            made.ignored["row without a page"] += 1
            continue
        named = row.get(host, "").strip() if host else ""
        address = f"https://{named}{address}" if named and address.startswith("/") else address
        told = _days(row.get("date", ""))
        made.since = min(filter(None, (made.since, *told)), default=None)
        made.until = max(filter(None, (made.until, *told)), default=None)
        for column, (name, unit) in columns.items():
            if found := _NUMBER.fullmatch(row[column].replace(",", "").strip().rstrip("%s")):
                made.rows.append((address, name, unit, float(found[0])))
    return made


def _days(text: str) -> list[datetime]:
    """The days named in a text."""
    days = []
    for year, month, day in _DAY.findall(text):
        try:
            days.append(datetime(int(year), int(month), int(day), tzinfo=UTC))
        except ValueError:
            continue
    return days
