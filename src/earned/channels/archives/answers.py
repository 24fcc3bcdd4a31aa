"""Answers that a person copied from where Earned does not read: LinkedIn above all, whose export holds none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar, NamedTuple

from earned.channels.addresses import host_of
from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import decoded
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical, plain
from earned.channels.same_post import label, numbers
from earned.model import Account, Link, Post

#: How the file begins, and each further post that was answered.
_BEGINS = re.compile(
    r"answers to:?\s+(https?://[^\s,]+)((?:\s+also\s+https?://[^\s,]+){0,5})(?:,?\s+copied\s+(\d{4}-\d\d-\d\d))?", re.I
)
#: Who and when: "Bo R., Engineer at Acme, 2024-03-05 14:30".
_TIME = r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?|\d{1,3} ?(?:mo|yr|[smhdw])"
_HEAD = re.compile(rf"(?P<name>[^,]{{1,100}})(?:,\s*.{{1,200}}?)?,\s*(?P<time>{_TIME})(?: ago)?")
_AGO = re.compile(r"(\d{1,3}) ?(mo|yr|[smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/[^/]+/status/(\d+)")
_LINK = re.compile(r"https?://[^\s<>\"]+")


class _Answer(NamedTuple):
    where: str
    #: Address of the post that was answered.
    to: str
    #: Further addresses of the same post, as the person says.
    also: tuple[str, ...]
    #: The day it was copied; empty: not said.
    copied: str
    name: str
    time: str
    text: str


class PastedAnswers(ArchiveChannel):
    """A text file: the address of a post, then who answered when, and what."""

    name = "answers"
    what = "answers that a person copied"
    reads = ("answers",)
    claimed_by = ("answers",)
    never = ("Answers that were not copied; whoever copied them vouches for them.",)
    leaves: ClassVar = {}

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By its first line."""
        if b"\0" in head[:512] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            return ""
        return "answers" if _BEGINS.match(decoded(head[:2_000]).lstrip("\ufeff \t\r\n")) else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """An answer for each line that says who and when."""
        for member in kinds.get("answers", ()):
            for answer in _answers(decoded(opened.whole(member), notes), member.name, notes):
                if item := _item(answer, notes):
                    yield member, item


def _answers(text: str, where: str, notes: Notes) -> Iterator[_Answer]:
    to, also, copied, begun, words = "", (), "", None, list[str]()
    apart = True  # a line that says who stands after an empty one: else it could be words of the one before
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        stripped = line.strip().lstrip("\ufeff")
        told, head = _BEGINS.fullmatch(stripped), _HEAD.fullmatch(stripped.rstrip(":")) if apart else None
        apart = bool(told) or not stripped
        if not told and not head:
            words.append(line)
            continue
        yield from _finished(begun, words, notes)
        words = []
        if told:
            to, also, copied, begun = told[1], tuple(told[2].split()[1::2]), told[3] or "", None
        elif head:
            begun = _Answer(f"{where} line {number}", to, also, copied, head["name"].strip(), head["time"], "")
    yield from _finished(begun, words, notes)


def _finished(begun: _Answer | None, words: list[str], notes: Notes) -> Iterator[_Answer]:
    text = "\n".join(words).strip()
    if begun and text:
        yield begun._replace(text=text)
    elif begun:
        notes.reject(begun.where, "an answer without words", begun.name)
    elif text:
        notes.reject("before the first answer", "a text that nobody said: write NAME, DATE on the line before it", text)


def _item(answer: _Answer, notes: Notes) -> Item | None:
    given = _date(answer, notes)
    when = notes.time(given, answer.where) if given else None
    if when is None:
        return None
    place, target = _target(answer.to)
    who = " ".join(answer.name.split())
    account = Account(f"{place}:{who.casefold().replace(' ', '-')}", who)
    mark = hashlib.sha256("\0".join((target, account.id, " ".join(answer.text.split())[:200])).encode()).hexdigest()[
        :16
    ]
    number = f"answers:{mark}"
    post = Post(
        number, place, (account.id,), when[0], when[1], notes.text(answer.text), url=answer.to, thread=target,
        labels={"via": "person", **label(_names(answer))},
    )  # fmt: skip
    written = " ".join(f'<a href="{one}">.</a>' for one in _LINK.findall(answer.text))
    links = (Link(number, "reply", target, 1, "copied by a person"), *links_of(number, plain(written).links))
    return Item(post, (account,), links)


def _date(answer: _Answer, notes: Notes) -> str | None:
    """The date as it stands, or the day that "2d" was when it was copied; None when nobody could say."""
    found = _AGO.fullmatch(answer.time)
    if not found:
        return answer.time
    try:
        copied = date.fromisoformat(answer.copied)
    except ValueError:
        notes.reject(
            answer.where, 'an age, and not when it was copied: write "Answers to ADDRESS, copied 2024-03-05"', found[0]
        )
        return None
    if found[2] not in _UNITS:
        notes.reject(answer.where, "weeks and months are too vague a time: write the date", found[0])
        return None
    return f"{copied - timedelta(**{_UNITS[found[2]]: int(found[1])})}"


def _names(answer: _Answer) -> list[str]:
    """All ids by which the answered post is named."""
    named = [(_target(one)[1], numbers(one)) for one in (answer.to, *answer.also)]
    return [one for target, more in named for one in (target, *(f"linkedin:{number}" for number in more))]


def _target(address: str) -> tuple[str, str]:
    """The channel of an answered post, and its id there."""
    host = host_of(address).removeprefix("www.")
    if named := numbers(address):
        return "linkedin", f"linkedin:{named[0]}"
    if status := _STATUS.match(address):
        return "x", f"x:{status[1]}"
    return "linkedin" if host.endswith("linkedin.com") else host or "answers", canonical(address) or address
