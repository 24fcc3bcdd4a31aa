"""Events to posts: when they begin, what they are called; those that are called off, or not for everybody, withdrawn."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from icalendar import Event
from icalendar.prop import vDDDLists, vDDDTypes, vRecur

from earned.channels.archives.mail import masked
from earned.channels.calendar.content import NAME, Content
from earned.channels.calendar.repeats import Calm, NotFollowed
from earned.channels.calendar.zones import Moment, Zones
from earned.channels.items import Notes
from earned.channels.markup import canonical, plain
from earned.channels.records.rows import folded
from earned.channels.times import EARLIEST, TimeRefused
from earned.model import HIDDEN, Gone, Post, Precision

#: Events are announced long before: kept from the day they are announced until so far ahead.
AHEAD = timedelta(days=731)
#: Posts of one file, and the longest text of one.
MOST_POSTS, LONGEST_TEXT = 50_000, 20_000
#: Longer than any word or address of mail: the pattern of addresses would take the square of its length.
_RUN = re.compile(r"([\w.+-]{200})[\w.+-]+")
_PLAIN_ID = re.compile(r"[\w.:/+-]{1,120}", re.ASCII)


@dataclass(slots=True)
class Told:
    """What the events of one file became."""

    posts: dict[str, Post] = field(default_factory=dict)
    gone: dict[str, Gone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Written:
    """An event and where it stands."""

    where: str
    event: Event

    def first(self, name: str) -> Any:
        """The property of this name, the first where there are several; None: there is none."""
        found = self.event.get(name)
        return found[0] if isinstance(found, list) and found else found

    def text(self, name: str) -> str:
        """The words of a property, without markup and addresses of mail."""
        given = str(self.first(name) or "")[:LONGEST_TEXT]
        return masked(_RUN.sub(r"\1", plain(given).text)).strip() if given else ""

    def number(self, name: str) -> int:
        """The number of a property; 0: none."""
        found = self.first(name)
        return int(found) if isinstance(found, int) else 0

    def dates(self, name: str) -> Iterator[tuple[object, str]]:
        """Dates of a property with the name of their zone."""
        found = self.event.get(name)
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, vDDDTypes | vDDDLists):
                zone = str(one.params.get("X-TZID", ""))
                yield from ((date.dt, zone) for date in (one.dts if isinstance(one, vDDDLists) else [one]))


@dataclass(slots=True)
class _Series:
    """Events of one UID: the event itself, and single days of it that were changed."""

    main: _Written | None = None
    changed: list[_Written] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Day:
    """One time at which something happens."""

    written: _Written
    begins: datetime
    precision: Precision


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of an event."""

    title: str
    text: str
    url: str


def _said(written: _Written) -> _Said:
    parts = [written.text("DESCRIPTION"), written.text("LOCATION")]
    text = "\n\n".join(part for part in parts if part)[:LONGEST_TEXT]
    return _Said(" ".join(written.text("SUMMARY").split()), text, canonical(str(written.first("URL") or "")[:2_000]))


def told_of(content: Content, place: str, notes: Notes) -> Told:
    """The posts of a calendar.

    Args:
        content: What its file holds.
        place: Tells ids apart that the whole world uses, such as "1".
        notes: Gets what was not kept, and why.
    """
    notes.ignored.update(content.left)
    teller = _Teller(content, place, notes)
    for uid, series in _by_uid(content.events, notes).items():
        teller.tell(uid, series)
    return teller.told


def _by_uid(events: Iterable[list[str]], notes: Notes) -> dict[str, _Series]:
    found: dict[str, _Series] = {}
    for number, lines in enumerate(events, 1):
        event = _parsed(lines)
        if event is None:
            notes.reject(f"event {number}", "event not understood", " ".join(lines))
            continue
        written = _Written(f"event {number}", event)
        series = found.setdefault(_uid(written), _Series())
        if "RECURRENCE-ID" in event:
            series.changed.append(written)
        elif series.main is None:
            series.main = written
        else:
            notes.ignored["id twice in the calendar, latest kept"] += 1
            series.main = max(series.main, written, key=_version)
    return found


def _parsed(lines: list[str]) -> Event | None:
    try:
        made = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return made if isinstance(made, Event) else None


def _uid(written: _Written) -> str:
    given = str(written.first("UID") or "").strip()
    if given:
        return given
    words = "\0".join(str(written.first(name) or "") for name in ("SUMMARY", "LOCATION"))
    start = [str(date) for date, _ in written.dates("DTSTART")]
    return hashlib.sha256(f"{words}{start}".encode("utf-8", "replace")).hexdigest()[:24]


def _version(written: _Written) -> tuple[int, str]:
    """What the latest of several has most of."""
    changed = [str(date) for name in ("LAST-MODIFIED", "DTSTAMP") for date, _ in written.dates(name)]
    return written.number("SEQUENCE"), changed[0] if changed else ""


class _Teller:
    """Makes posts of the events of one file."""

    def __init__(self, content: Content, place: str, notes: Notes) -> None:
        self.told, self._content, self._place, self._notes = Told(), content, place, notes
        self._zones, self._calm = Zones(content.zones, content.zone), Calm()
        self._horizon, self._name = (
            notes.now + AHEAD,
            masked(content.name),
        )  # a person's calendar is called by an address
        #: What the event at hand says: the same on each of its days.
        self._said: tuple[_Written, _Said] | None = None

    def tell(self, uid: str, series: _Series) -> None:
        """Add the days of one event, those that were changed as they are now."""
        number, days = self._number(uid), dict[str, _Day]()
        try:
            days = self._days(series.main, number) if series.main else {}
        except TimeRefused as fault:
            self._refuse(series.main, "DTSTART", fault)
        for written in series.changed:
            self._change(written, number, days)
        for key, day in days.items():
            self._keep(key, day)

    def _number(self, uid: str) -> str:
        """A post's id from the event's; never an address of mail, which some programs make of it."""
        plain_id = uid if _PLAIN_ID.fullmatch(uid) else hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest()[:24]
        return f"{NAME}:{plain_id}" if len(uid) >= 16 else f"{NAME}:{self._place}#{plain_id}"

    def _moment(self, written: _Written, name: str) -> Moment:
        """The time of a property.

        Raises:
            TimeRefused: it has none that can be believed.
        """
        for given, zone in written.dates(name):
            found = self._zones.moment(given, zone)
            if found.at(found.wall) < EARLIEST:
                raise TimeRefused("before 1970")
            return found
        raise TimeRefused("not in the calendar" if written.first(name) else "no date")

    def _days(self, written: _Written, number: str) -> dict[str, _Day]:
        first = self._moment(written, "DTSTART")
        if first.note:
            self._notes.ignored[first.note] += 1
        once = not {"RRULE", "RDATE", "EXDATE"} & set(written.event)
        if once:
            return {number: _day(written, first, first.wall)}
        walls = {*self._ruled(written, first), *self._dated(written, first, "RDATE")}
        found = {_of_day(number, first, wall): _day(written, first, wall) for wall in sorted(walls)}
        for wall in self._dated(written, first, "EXDATE"):
            if found.pop(key := _of_day(number, first, wall), None):
                self.told.gone[key] = Gone(key, "cancelled", self._notes.now)
        return found

    def _ruled(self, written: _Written, first: Moment) -> list[datetime]:
        rule = written.event.get("RRULE")
        if rule is None:
            return [first.wall]
        if not isinstance(rule, vRecur):
            self._notes.ignored["rule of a repeated event not understood: counted once"] += 1
            return [first.wall]
        ends = [self._zones.moment(one, "") for one in rule.get("UNTIL", [])]
        until = _until(ends[0], first) if ends else None
        try:
            return self._calm.occurrences(rule, first.wall, until, self._horizon.replace(tzinfo=None))
        except NotFollowed as fault:
            self._notes.ignored[str(fault)] += 1
            return [first.wall]

    def _dated(self, written: _Written, first: Moment, name: str) -> Iterator[datetime]:
        for given, zone in written.dates(name):
            try:
                moment = self._zones.moment(given, zone)
                yield moment.wall if moment.day or moment.note else first.inside(moment.at(moment.wall))
            except (TimeRefused, OverflowError, ValueError):
                self._notes.ignored["date of a repeated event not understood"] += 1

    def _change(self, written: _Written, number: str, days: dict[str, _Day]) -> None:
        """One day of a repeated event is another one, or called off."""
        try:
            original, now = self._moment(written, "RECURRENCE-ID"), self._moment(written, "DTSTART")
        except TimeRefused as fault:
            self._refuse(written, "DTSTART", fault)
            return
        key = _of_day(number, original, original.wall)
        days[key] = _day(written, now, now.wall)

    def _keep(self, key: str, day: _Day) -> None:
        why = self._withdrawn(day.written)
        if why:
            self._notes.ignored["cancelled" if why != HIDDEN else "not public"] += 1
            self.told.gone[key] = Gone(key, why, self._notes.now)
        elif day.begins > self._horizon:
            self._notes.ignored["begins more than two years ahead"] += 1
        elif len(self.told.posts) >= MOST_POSTS and key not in self.told.posts:
            self._notes.ignored[f"beyond {MOST_POSTS:,} events"] += 1
        else:
            self._post(key, day)

    def _withdrawn(self, written: _Written) -> str:
        if str(written.first("CLASS") or "PUBLIC").strip().upper() != "PUBLIC":
            return HIDDEN
        called_off = self._content.cancelled or str(written.first("STATUS") or "").strip().upper() == "CANCELLED"
        return "cancelled" if called_off else ""

    def _post(self, key: str, day: _Day) -> None:
        if self._said is None or self._said[0] is not day.written:
            self._said = day.written, _said(day.written)
        said = self._said[1]
        if not said.title and not said.text:
            self._notes.reject(day.written.where, "no text")
            return
        labels = {"calendar": self._name} if self._name else {}
        self.told.posts[key] = Post(
            key, folded(self._name)[:60] or NAME, (), day.begins, day.precision,
            said.text, said.title, url=said.url, labels=labels,
        )  # fmt: skip

    def _refuse(self, written: _Written | None, name: str, fault: TimeRefused) -> None:
        if written:
            self._notes.reject(written.where, f"time: {fault}", written.first(name) or "")


def _day(written: _Written, moment: Moment, wall: datetime) -> _Day:
    exact: Precision = "day" if moment.day else "second" if wall.second else "minute"
    return _Day(written, moment.at(wall), exact)


def _of_day(number: str, moment: Moment, wall: datetime) -> str:
    """The id of one day of a repeated event: where it stood by its rule, so that a moved one keeps it."""
    return f"{number}#{wall:%Y%m%d}" if moment.day else f"{number}#{moment.at(wall):%Y%m%dT%H%MZ}"


def _until(end: Moment, first: Moment) -> datetime:
    """The last day of a rule by the clock of its event; a date counts to its end."""
    if end.day:
        return end.wall if first.day else end.wall + timedelta(days=1, seconds=-1)
    return end.wall if end.note else first.inside(end.at(end.wall))
