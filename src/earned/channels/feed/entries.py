"""What a feed says, in one form for RSS, Atom and JSON Feed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_MAIL = re.compile(r"\s*<?([^\s@<>(]+)@[^\s<>()]+>?\s*")


class NoFeed(ValueError):
    """These bytes are no feed; the text says what they are instead."""


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item; `html` as the feed has it, times as written."""

    id: str
    link: str = ""
    title: str = ""
    html: str = ""
    published: str = ""
    updated: str = ""
    authors: tuple[Author, ...] = ()
    replies_to: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comments: int | None = None
    #: Title and address of the site the entry was first in, when the feed collects from several.
    source: tuple[str, str] = ("", "")
    #: What relative addresses in `html` start from; empty: the entry's own address.
    base: str = ""
    #: Address of a feed of the answers to it; empty: none.
    answers: str = ""
    #: The other text where the feed gives two, a content and a summary: `html` is the longer one.
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    kind: str
    title: str
    link: str
    lang: str
    authors: tuple[Author, ...] = ()
    entries: tuple[Entry, ...] = field(default=())


def line(value: object) -> str:
    """A text on one line; empty when it is none."""
    return " ".join(value.replace("\0", "").split()) if isinstance(value, str) else ""


def author_of(name: str, mail: str, url: str) -> Author:
    """Somebody under a public name; without any when there is none."""
    name, mail = line(name), line(mail)
    if mail and name[:1].islower():
        name = mail + name  # the parser cuts addresses after four letters of their last part
    return Author(without_mail(name) or without_mail(mail), line(url))


def without_mail(name: str) -> str:
    """A mail address is nobody's public name: only what stands before its @ is kept."""
    return _MAIL.sub(lambda found: found[1] if found[0].strip() == name.strip() else " ", name).strip(" ()\"'")


def named(authors: Iterable[Author], otherwise: str = "") -> tuple[Author, ...]:
    """Those with a name; when nobody was told, whoever publishes it."""
    told = list(authors) or [Author(without_mail(otherwise))]
    return tuple(author for author in told if author.name)


def longest(texts: list[tuple[str, str]]) -> tuple[str, str, str]:
    """Of texts with their bases: the longest, its base, and the longest of those that say something else."""
    html, base = texts[0] if len(texts) == 1 else max(texts, key=_length, default=("", ""))
    others = [one for one in texts if one[0] != html] if len(texts) > 1 else []
    return html, base, max(others, key=_length)[0] if others else ""


def _length(one: tuple[str, str]) -> int:
    return len(one[0])


def number(told: str) -> int | None:
    """A count, when it is one."""
    return int(told) if told.isdecimal() and len(told) < 10 else None
