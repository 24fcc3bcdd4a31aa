"""Lists of who spoke for whom, when: the export of LinkedIn's positions, and a table that anybody can write."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime

from earned.errors import InputError

#: Columns of the two forms, as their first line has them; order does not matter, further columns are left alone.
OWN = ("person", "organization", "since", "until")
LINKEDIN = ("Company Name", "Started On", "Finished On")
_LIST = "The list of positions"
_FORMS = "%Y-%m-%d", "%Y-%m", "%b %Y", "%B %Y", "%Y"


@dataclass(frozen=True, slots=True)
class Position:
    """One row: whom somebody spoke for from a day on (included) to another (left out); None: open."""

    line: int
    person: str
    organization: str
    since: datetime | None
    until: datetime | None


def positions(text: str, person: str = "") -> tuple[list[Position], list[str]]:
    """The rows of a list, and why others are none.

    Args:
        text: CSV whose first line names the columns: those of OWN, or those of LinkedIn's Positions.csv.
        person: Whose positions they are, where the list does not say.

    Returns:
        Rows in order, and one sentence for each row refused. A month or year that ends a position is part of it.

    Raises:
        InputError: it is no CSV, the first line names neither columns, or nobody is said to be the person.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True)
    try:
        named, rows = (
            {(name or "").strip() for name in reader.fieldnames or ()},
            [(reader.line_num, row) for row in reader],
        )
    except csv.Error as broken:
        raise InputError(
            _LIST, f"line {reader.reader.line_num} is no CSV ({broken}).", "Save it anew as CSV UTF-8."
        ) from None
    linkedin = set(LINKEDIN) <= named
    if not linkedin and "organization" not in named:
        raise InputError(_LIST, f"its first line must name {', '.join(OWN)}.", "LinkedIn's is Positions.csv.")
    if not person and (linkedin or "person" not in named):
        raise InputError(_LIST, "it does not say whose they are.", "Say it: --of PERSON")
    found, refused = [], []
    for line, row in rows:
        who, organization, since, until = (
            (row.get(key) or "").strip() for key in (("", *LINKEDIN) if linkedin else OWN)
        )
        try:
            found.append(Position(line, person or _needed(who, "person"), _needed(organization, "organization"),
                                  _moment(since), _moment(until, end=True)))  # fmt: skip
        except ValueError as problem:
            refused.append(f"Line {line}: {problem}.")
    return found, refused


def _needed(value: str, name: str) -> str:
    if not value:
        raise ValueError(f"no {name} is named")
    return value


def _moment(text: str, *, end: bool = False) -> datetime | None:
    """The first moment of a day, month or year, or with `end` the first one after a month or year."""
    for form in _FORMS if text else ():
        try:
            at = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if end and form == "%Y":
            return at.replace(year=at.year + 1)
        if end and form != "%Y-%m-%d":
            return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
        return at
    if text:
        raise ValueError(f'"{text[:40]}" is no date; like this: 2024-05-31, 2024-05 or May 2024')
    return None
