"""Bytes of a calendar to its events, each by itself: one that is broken stops no other, and what is not kept is never parsed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

NAME = "calendar"
#: Events of one file.
MOST_EVENTS = 20_000
#: Longest line after unfolding, in characters; the rest of it is cut.
LONGEST_LINE = 50_000
#: What is read of an event: nobody who attends, organizes or is reminded, nothing attached.
KEPT = frozenset(
    ("UID", "RECURRENCE-ID", "DTSTART", "RRULE", "RDATE", "EXDATE", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "CLASS",
     "STATUS", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED")
)  # fmt: skip
_DATES = frozenset(("DTSTART", "RECURRENCE-ID", "RDATE", "EXDATE"))
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ZONE = re.compile(r";\s*TZID\s*=", re.I)
_BEGIN = b"BEGIN:VCALENDAR"


class Broken(ValueError):
    """Not a calendar, or only a part of one; the text says what is wrong."""


@dataclass(slots=True)
class Content:
    """What a file holds, in lines."""

    #: The calendar's own name, and the zone of its times without one; empty: not said.
    name: str = ""
    zone: str = ""
    #: Everything in it is called off.
    cancelled: bool = False
    events: list[list[str]] = field(default_factory=list)
    #: Name of a zone -> lines of its definition.
    zones: dict[str, list[str]] = field(default_factory=dict)
    #: Left out on purpose: reason -> count.
    left: Counter[str] = field(default_factory=Counter)


def is_calendar(body: bytes) -> bool:
    """Whether the bytes begin as a calendar does."""
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[: len(_BEGIN)].upper() == _BEGIN


def content_of(body: bytes) -> Content:
    """The events and zones of a file, unfolded, each in the lines that are kept.

    Raises:
        Broken: it does not begin as a calendar, a part of it ends where another one should, or it is cut off.
    """
    if not is_calendar(body):
        raise Broken("it does not begin with BEGIN:VCALENDAR")
    found, stack, zone = Content(), list[str](), list[str]()
    for number, line in enumerate(_lines(body), 1):
        name, value = name_of(line), line.partition(":")[2].strip()
        if name == "BEGIN":
            stack.append(value.upper())
            _begun(found, stack, zone)
        elif name == "END":
            if not stack or stack.pop() != value.upper():
                raise Broken(f"line {number} (unfolded) ends {value[:40]!r}, which had not begun")
            if value.upper() == "VTIMEZONE":
                _zoned(found, [*zone, line])
        elif stack == ["VCALENDAR"]:
            _about(found, name, value)
        elif stack[1:] == ["VEVENT"] and name in KEPT and len(found.events) <= MOST_EVENTS:
            found.events[-1].append(_ZONE.sub(";X-TZID=", line, count=1) if name in _DATES else line)
        if stack[1:2] == ["VTIMEZONE"]:
            zone.append(line)
    if stack:
        raise Broken(f"it ends inside {stack[-1][:40]}: the file is cut off")
    if len(found.events) > MOST_EVENTS:
        found.events.pop()
    return found


def name_of(line: str) -> str:
    """The name of a line's property."""
    return re.split("[:;]", line, maxsplit=1)[0].strip().upper()


def _lines(body: bytes) -> Iterator[str]:
    text = _CONTROLS.sub("", _FOLD.sub(b"", body).decode("utf-8-sig", "replace"))
    return (line[:LONGEST_LINE] for line in re.split("\r\n|\n|\r", text) if line.strip())


def _begun(found: Content, stack: list[str], zone: list[str]) -> None:
    """A part of the calendar begins; the lines of an event are gathered while it is the innermost."""
    if len(stack) != 2:
        return
    if stack[1] == "VTIMEZONE":
        zone.clear()
    elif stack[1] != "VEVENT":
        found.left[_OTHERS.get(stack[1], "other part of a calendar")] += 1
    elif len(found.events) <= MOST_EVENTS:
        found.events.append([])  # one more than may be: its lines are dropped at the end
    if stack[1] == "VEVENT" and len(found.events) > MOST_EVENTS:
        found.left[f"event beyond the first {MOST_EVENTS:,}"] += 1


_OTHERS = {"VTODO": "task", "VJOURNAL": "journal", "VFREEBUSY": "free and busy times"}


def _about(found: Content, name: str, value: str) -> None:
    if name == "X-WR-CALNAME":
        found.name = value[:200]
    elif name == "X-WR-TIMEZONE":
        found.zone = value[:100]
    elif name == "METHOD":
        found.cancelled = value.upper() == "CANCEL"


def _zoned(found: Content, zone: list[str]) -> None:
    names = [line.partition(":")[2].strip() for line in zone if name_of(line) == "TZID"]
    if names:
        found.zones.setdefault(names[0], zone)
