"""A list of who worked where: CSV with person, organization, since, until."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from earned.errors import InputError, Malformed
from earned.model import Affiliation, Rejected

_NAMES = {
    "person": ("person", "name", "author", "handle", "account", "who"),
    "organization": ("organization", "organisation", "company", "company name", "employer", "firm", "affiliation"),
    "since": ("since", "from", "start", "started on", "started", "begin"),
    "until": ("until", "to", "end", "finished on", "finished", "left"),
}
_DATE = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?(?:T.*)?")
_MOST = 20_000_000


def read_affiliations(file: str) -> Iterator[Affiliation | Rejected]:
    """The rows of the list; `person` is what the list calls them, `evidence` the line. An end counts to its last day.

    Raises:
        InputError: there is no such file.
        Malformed: it has no column for the person or for the organization.
    """
    rows = csv.DictReader(io.StringIO(_text(Path(file).expanduser(), file)), skipinitialspace=True)
    headers = {str(name).strip().casefold(): str(name) for name in rows.fieldnames or ()}
    found = {
        field: headers[name] for field, names in _NAMES.items() for name in reversed(names) if name in headers
    }  # fmt: skip
    if "person" not in found or "organization" not in found:
        reason = "needs the columns person and organization; since and until if known"
        raise Malformed("affiliations", file, reason, permanent=True)
    return (_row(row, found, f"{Path(file).name} line {rows.line_num}") for row in rows)


def _text(path: Path, file: str) -> str:
    try:
        if path.stat().st_size > _MOST:
            raise InputError(file, "more than 20 MB, too long for a list of people.")
        return path.read_bytes().decode("utf-8-sig", "replace")
    except OSError as fault:
        raise InputError(file, f"cannot be opened ({fault.strerror}).") from None


def _row(row: Mapping[str, str | None], found: Mapping[str, str], where: str) -> Affiliation | Rejected:
    cell = {field: str(row.get(header) or "").strip() for field, header in found.items()}
    if not cell["person"] or not cell["organization"]:
        return Rejected(where, "no person or no organization")
    try:
        since, until = day(cell.get("since", "")), day(cell.get("until", ""), last=True)
    except ValueError:
        return Rejected(where, "a date that is none", f"{cell.get('since', '')} {cell.get('until', '')}")
    if since and until and since >= until:
        return Rejected(where, "ends before it begins", f"{cell['since']} {cell['until']}")
    return Affiliation(cell["person"], cell["organization"], since, until, where)


def day(given: str, *, last: bool = False) -> datetime | None:
    """A year, month or day, UTC: its first moment, or with `last` the first one after it; None: open.

    Raises:
        ValueError: it is no date.
    """
    if given.casefold() in ("", "present", "now", "today"):
        return None
    found = _DATE.fullmatch(given)
    if found is None:
        raise ValueError(given)
    year, month, number = (int(one) if one else 0 for one in found.groups())
    start = datetime(year, month or 1, number or 1, tzinfo=UTC)
    if not last:
        return start
    if number:
        return start + timedelta(days=1)
    return datetime(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1, tzinfo=UTC)
