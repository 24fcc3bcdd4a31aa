"""When an event begins: its clock, its zone, and what had to be assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from io import StringIO
from zoneinfo import ZoneInfo

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from earned.channels.calendar.content import name_of
from earned.channels.times import NO_ZONE, TimeRefused

OWN_ZONE = "time without zone, taken as the calendar's zone"
UNKNOWN_ZONE = "time zone not known, taken as UTC"
#: Zones that a file defines itself and that are used; rules and lines of one.
_MOST_ZONES, _MOST_RULES, _MOST_LINES = 8, 4, 1_000
_KEPT = frozenset(["BEGIN", "END", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "DTSTART", "RDATE", "RRULE"])


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a calendar writes it."""

    #: Date and clock where it happens, without zone.
    wall: datetime
    zone: tzinfo
    #: A whole day: the clock means nothing.
    day: bool = False
    #: What had to be assumed; empty: nothing.
    note: str = ""

    def at(self, wall: datetime) -> datetime:
        """Another time of the same clock, in UTC.

        Raises:
            TimeRefused: there is no such time.
        """
        try:
            return wall.replace(tzinfo=self.zone).astimezone(UTC)
        except (ValueError, OverflowError, TypeError):
            raise TimeRefused("not in the calendar") from None

    def inside(self, other: datetime) -> datetime:
        """A time with a zone, or without, as this clock shows it."""
        return other.astimezone(self.zone).replace(tzinfo=None) if other.tzinfo else other


class Zones:
    """The zones of one file: those that everybody knows by name, then those that the file defines."""

    def __init__(self, own: Mapping[str, Sequence[str]], floating: str) -> None:
        self._own, self._known = own, dict[str, tzinfo | None]()
        self._made = 0
        self._floating = self.named(floating) if floating else None

    def moment(self, given: object, named: str) -> Moment:
        """A date or a time of a property, and the zone that stands with it.

        Raises:
            TimeRefused: it is neither.
        """
        if isinstance(given, tuple):
            given = given[0]  # a period: its begin
        if isinstance(given, datetime):
            return self._clocked(given, named)
        if isinstance(given, date):
            return Moment(datetime(given.year, given.month, given.day), UTC, day=True)  # noqa: DTZ001
        raise TimeRefused("time not understood")

    def _clocked(self, given: datetime, named: str) -> Moment:
        if given.tzinfo is not None:
            return Moment(given.astimezone(UTC).replace(tzinfo=None), UTC)
        if zone := self.named(named) if named else None:
            return Moment(given, zone)
        if named:
            return Moment(given, UTC, note=UNKNOWN_ZONE)
        return Moment(given, self._floating or UTC, note=OWN_ZONE if self._floating else NO_ZONE)

    def named(self, name: str) -> tzinfo | None:
        """The zone of this name: the world's table (names of Windows, too), else the file's own definition."""
        if name not in self._known and len(self._known) < 1_000:
            self._known[name] = _public(name) or self._defined(name)
        return self._known.get(name)

    def _defined(self, name: str) -> tzinfo | None:
        lines = self._own.get(name)
        if not lines or self._made >= _MOST_ZONES or len(lines) > _MOST_LINES:
            return None
        self._made += 1
        kept = [_plain(line) for line in lines if name_of(line) in _KEPT]
        rules = [line for line in kept if name_of(line) == "RRULE"]
        if len(rules) > _MOST_RULES or any("FREQ=YEARLY" not in rule.upper() or len(rule) > 200 for rule in rules):
            return None
        try:
            found: tzinfo | None = tzical(StringIO("\n".join([*kept, ""]))).get()
            return found if found and found.utcoffset(datetime(2024, 1, 1)) is not None else None  # noqa: DTZ001
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
            return None


def _plain(line: str) -> str:
    """A line of a definition without parameters, which say nothing here."""
    return f"{name_of(line)}:{line.partition(':')[2].strip()}"


def _public(name: str) -> tzinfo | None:
    cleaned = name.strip().strip('"').strip("/")
    parts = cleaned.split("/") if name.startswith("/") else []  # /vendor.example/Europe/Berlin
    for one in (
        cleaned,
        WINDOWS_TO_OLSON.get(cleaned, ""),
        *("/".join(parts[k:]) for k in range(1, min(len(parts), 5))),
    ):
        try:
            if one:
                return ZoneInfo(one)
        except (KeyError, ValueError, OSError):
            continue
    return None
