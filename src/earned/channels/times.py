"""Times as people and programs write them: exact or refused, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple

from earned.model import Precision

#: Which of the first two numbers of 03/04/2024 is the day.
DayOrder = Literal["dmy", "mdy"]

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
#: Clocks differ and zones reach 14 hours: a time this far ahead of the reading is still believed.
AHEAD = timedelta(days=2)

NO_ZONE = "time without zone, taken as UTC"
MILLISECONDS = "time in milliseconds"

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(\S.*))?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[T ]+(\S.*))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?", re.I)
_NUMBER = re.compile(r"\d{9,13}(?:\.\d+)?")


class TimeRefused(ValueError):
    """A time that is not believed; the text is the reason, the same words for the same fault."""


class When(NamedTuple):
    """A believed time, how exact it is, and what had to be assumed (empty: nothing)."""

    time: datetime
    precision: Precision
    note: str = ""


def read_time(given: object, *, now: datetime, order: DayOrder | None = None) -> When:
    """Read ISO 8601, dates, epoch seconds or RFC 2822.

    Raises:
        TimeRefused: not a time, not in the calendar, before 1970 or later than `now` by more than two days.
    """
    if isinstance(given, str) and len(given) == 20 and given[10] == "T" and given[19] == "Z":
        found = When(_calendar(given), "second")
    elif isinstance(given, int | float) and not isinstance(given, bool):
        found = _epoch(float(given))
    elif isinstance(given, str):
        found = _written(given.strip(), order)
    else:
        raise TimeRefused("time not understood")
    if found.time < EARLIEST:
        raise TimeRefused("before 1970")
    if found.time > now + AHEAD:
        raise TimeRefused("in the future")
    return found


def slashed(given: str) -> tuple[int, int] | None:
    """The first two numbers of a date like 03/04/2024, None for any other form."""
    found = _SLASHED.fullmatch(given.strip())
    return (int(found[1]), int(found[2])) if found else None


def _calendar(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise TimeRefused("not in the calendar") from None


def _epoch(seconds: float) -> When:
    note = ""
    if seconds >= 1e11:  # as seconds that is past the year 5100
        seconds, note = seconds / 1000, MILLISECONDS
    try:
        return When(datetime.fromtimestamp(seconds, UTC), "second", note)
    except (ValueError, OverflowError, OSError):
        raise TimeRefused("time not understood") from None


def _written(text: str, order: DayOrder | None) -> When:
    if _NUMBER.fullmatch(text):
        return _epoch(float(text))
    if found := _YEAR_FIRST.fullmatch(text):
        return _dated(int(found[1]), int(found[2]), int(found[3]), found[4])
    if found := _SLASHED.fullmatch(text):
        return _swappable(found, order)
    return _mail(text)


def _swappable(found: re.Match[str], order: DayOrder | None) -> When:
    first, second = int(found[1]), int(found[2])
    if order is None:
        raise TimeRefused("day and month cannot be told apart")
    day, month = (first, second) if order == "dmy" else (second, first)
    if month > 12 >= day:
        raise TimeRefused("day and month contradict the other rows")
    return _dated(int(found[3]), month, day, found[4])


def _dated(year: int, month: int, day: int, clock: str | None) -> When:
    try:
        date = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        raise TimeRefused("not in the calendar") from None
    return _clocked(date, clock) if clock else When(date, "day")


def _clocked(date: datetime, clock: str) -> When:
    found = _CLOCK.fullmatch(clock)
    if not found:
        raise TimeRefused("time not understood")
    precision: Precision = "second" if found[3] else "minute"
    try:
        micro = int((found[4] or "0")[:6].ljust(6, "0"))
        moment = date.replace(hour=int(found[1]), minute=int(found[2]), second=int(found[3] or 0), microsecond=micro)
        return When(moment - _offset(found[5]), precision, "" if found[5] else NO_ZONE)
    except (ValueError, OverflowError):
        raise TimeRefused("not in the calendar") from None


def _offset(zone: str | None) -> timedelta:
    if not zone or zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size


def _mail(text: str) -> When:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise TimeRefused("time not understood") from None
    if found.tzinfo is None:
        return When(found.replace(tzinfo=UTC), "second", "" if text.endswith("-0000") else NO_ZONE)
    try:
        return When(found.astimezone(UTC), "second")
    except OverflowError:
        raise TimeRefused("not in the calendar") from None
