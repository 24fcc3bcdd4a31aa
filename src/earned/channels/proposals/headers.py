"""The head of a proposal in the ways collections write it: who, when, and what it builds on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from earned.channels.records.rows import folded
from earned.model import AccountKind

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9 _/().-]{0,40}?)\s*:(?:\s+(.*)|$)")
_BULLET = re.compile(
    r"^\s*[-*+]\s+(?:\*\*|__)?([A-Za-z][A-Za-z0-9 _/()-]{0,40}?)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(.*)$"
)
_CELLS = re.compile(r"^\|\s*(?:\*\*)?([A-Za-z][A-Za-z0-9 _/-]{0,40}?)(?:\*\*)?\s*\|\s*(.*?)\s*\|\s*$")
_FIRST = re.compile(r"^\s*(PEP|EIP|ERC|BIP|RFC|Title)\s*:", re.I)
#: At least one of these makes a block of fields a header.
KNOWN = {
    "pep", "eip", "erc", "bip", "number", "title", "author", "authors", "status", "state", "type", "created", "date",
    "start date", "creation date", "start-date", "rfc pr", "feature name",
}  # fmt: skip
_AUTHORS = ("author", "authors", "author(s)", "owner", "owners", "proposer", "champion")
_DATES = ("created", "start date", "start-date", "creation date", "creation-date", "date")
_HEAD = 60
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE_FORMS = (
    (re.compile(r"(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)"), (0, 1, 2)),
    (re.compile(r"(?<!\d)(\d{1,2})[-\s/]+([A-Za-z]{3})[a-z]*\.?[-\s,/]+(\d{4})(?!\d)"), (2, 1, 0)),
    (re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)"), (2, 0, 1)),
)
_GROUP = re.compile(
    r"\b(team|working group|group|committee|council|core developers|sig|contributors|community)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody in a byline; the handle is stable, the name may not be."""

    name: str
    handle: str = ""
    kind: AccountKind = "unknown"

    @property
    def key(self) -> str:
        return f"@{self.handle.lower()}" if self.handle else folded(self.name)


@dataclass(frozen=True, slots=True)
class Header:
    """Fields by lower-case name, and the text below them."""

    fields: Mapping[str, str]
    body: str

    def first(self, *names: str) -> str:
        return next((self.fields[name] for name in names if self.fields.get(name)), "")

    @property
    def title(self) -> str:
        heading = re.search(r"^#\s+(.+)$", self.body, re.M)
        return self.first("title") or (heading[1].strip() if heading else "")

    def authors(self) -> tuple[Named, ...]:
        return people(self.first(*_AUTHORS))

    def day(self, now: datetime) -> tuple[datetime | None, str]:
        """The day it says it was made, and the value when that is no day."""
        given = self.first(*_DATES)
        return read_day(given, now), given

    def numbers(self, *names: str) -> tuple[int, ...]:
        words = " ".join(self.fields.get(name, "") for name in names)
        return tuple(dict.fromkeys(int(number) for number in re.findall(r"\d{1,6}", words)))


def read_header(text: str) -> Header:
    """Front matter, mail-like lines, an indented preamble, bullets or a table; without any, no fields."""
    text = text.lstrip("\ufeff\n ") if text[:1] in "\ufeff\n" else text
    lines = text.split("\n")
    for form in (_front_matter, _mail_like, _bullets):
        found = form(lines)
        if found and KNOWN & found[0].keys():
            return Header(found[0], "\n".join(lines[found[1] :]).strip())
    return Header({}, text.strip())


def _front_matter(lines: list[str]) -> tuple[dict[str, str], int] | None:
    if lines[0].strip() != "---":
        return None
    end = next((at for at, line in enumerate(lines[1:200], 1) if line.strip() in ("---", "...")), 0)
    return (_fields(lines[1:end]), end + 1) if end else None


def _mail_like(lines: list[str]) -> tuple[dict[str, str], int] | None:
    start = next((at for at, line in enumerate(lines[:15]) if _FIRST.match(line)), None)
    if start is None:
        return None
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = next((at for at, line in enumerate(lines[start:], start) if not line.strip(" `")), len(lines))
    return _fields([line[indent:] if not line[:indent].strip() else line for line in lines[start:end]]), end


def _fields(lines: list[str]) -> dict[str, str]:
    """`name: value` lines; indented lines and list items go on with the value before."""
    found: dict[str, str] = {}
    name = ""
    for line in lines:
        field = _FIELD.match(line)
        if field:
            name = field[1].strip().lower()
            value = (field[2] or "").strip()
            found[name] = f"{found[name]}, {value}" if found.get(name) else value
        elif name and line.strip():
            item = re.match(r"\s*-\s+(.*)", line)
            joint = ", " if item and found[name] else " "
            found[name] = (found[name] + joint + (item[1] if item else line.strip())).strip()
    return {name: value.strip().strip("[]").strip("\"'") for name, value in found.items()}


def _bullets(lines: list[str]) -> tuple[dict[str, str], int] | None:
    found: dict[str, str] = {}
    last = 0
    for at, line in enumerate(lines[:_HEAD]):
        if match := _BULLET.match(line) or _CELLS.match(line):
            found.setdefault(match[1].strip().lower(), match[2].strip())
            last = at
        elif found and line.startswith("#"):
            break
    return (found, last + 1) if found else None


def people(given: str) -> tuple[Named, ...]:
    """The people of a byline, in order: "Name (@handle)", "Name <mail>", "mail (Name)", "@handle", "for the X team"."""
    without_mail = re.sub(r"[\w.+-]+@[\w.-]+\.\w+\s*\(([^()@]+)\)", r"\1", given)
    without_mail = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", without_mail)
    without_mail = re.sub(r"<[^>]*>?", " ", without_mail)
    parts = re.split(r"[,;](?![^()]*\))|\s+and\s+|\s+&\s+|\s+(?=for the\s)", without_mail)
    found = [one for part in parts if (one := _named(part))]
    return tuple({one.key: one for one in reversed(found)}[key] for key in dict.fromkeys(one.key for one in found))


def _named(part: str) -> Named | None:
    handle = re.search(r"(?:^|[\s(])@([A-Za-z0-9][\w-]*)", part)
    name = re.sub(r"\(.*?\)|@[\w-]+|\bet al\.?", " ", part)
    name = re.sub(r"[\w.+-]+@[\w.-]+", lambda mail: mail[0].partition("@")[0], name)
    team = re.match(r"\s*(?:and\s+)?for the\s+", name)
    name = " ".join(name[team.end() if team else 0 :].split()).strip(" *\"'()`,") or (handle[1] if handle else "")
    if not re.search(r"\w", name) or name.lower() in ("tbd", "todo", "n/a", "none", "unknown", "and", "author"):
        return None
    return Named(name[:100], handle[1] if handle else "", "group" if team or _GROUP.search(name) else "unknown")


def read_day(given: str, now: datetime) -> datetime | None:
    """The first day named in these words; None when there is none that the calendar and common sense know."""
    for form, places in _DATE_FORMS:
        if found := form.search(given):
            year, month, day = (found[place + 1] for place in places)
            return _day(int(year), month, int(day), now)
    return None


def _day(year: int, month: str, day: int, now: datetime) -> datetime | None:
    try:
        number = int(month) if month.isdecimal() else _MONTHS.index(month.lower()) + 1
        found = datetime(year, number, day, tzinfo=UTC)
    except ValueError:
        return None
    return found if year >= 1990 and found <= now else None
