"""Follow-ups as a calendar (RFC 5545): one whole-day event for each answer that waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from textwrap import shorten

from earned.model.follow import FollowUp
from earned.report.words import plain, web_address

#: Octets of a line, without its end.
WIDTH = 75


def render_ics(follow_ups: Iterable[FollowUp], *, name: str, stamp: datetime) -> bytes:
    """A calendar file.

    Args:
        follow_ups: What waits.
        name: Of the calendar.
        stamp: When it was made, timezone-aware.
    """
    made = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Earned//follow-ups//EN", f"X-WR-CALNAME:{escaped(name)}"]
    for one in follow_ups:
        lines += _event(one, made)
    return b"".join(folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(one: FollowUp, made: str) -> list[str]:
    kind = "Answer the question by" if one.asks else "Answer"
    address = web_address(one.quoted.url)
    told = [shorten(plain(one.quoted.passage), 500, placeholder=" …"), f"On {one.quoted.channel}.", address or ""]
    return [
        "BEGIN:VEVENT",
        f"UID:{sha256(f'{one.post} {one.to}'.encode()).hexdigest()[:32]}@earned.invalid",
        f"DTSTAMP:{made}",
        f"DTSTART;VALUE=DATE:{one.due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(f'{kind} {one.author}')}",
        "DESCRIPTION:" + escaped("\n".join(part for part in told if part)),
        *([f"URL:{address}"] if address and address.isascii() and address.isprintable() else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """Text as a property's value: no control characters, marks of the format escaped."""
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\t", " ") if c == "\n" or c.isprintable())
    for mark, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        kept = kept.replace(mark, instead)
    return kept


def folded(line: str) -> bytes:
    """A line cut to 75 octets, never inside a character; the rest goes on after a space."""
    return b"\r\n ".join(part.encode() for part in _parts(line)) + b"\r\n"


def _parts(line: str) -> Iterator[str]:
    room, here, size = WIDTH, "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > room:
            yield here
            room, here, size = WIDTH - 1, "", 0
        here, size = here + character, size + octets
    yield here
