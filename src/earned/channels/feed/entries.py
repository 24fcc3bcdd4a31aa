"""What a feed says, in one form for RSS, Atom and JSON Feed."""

from __future__ import annotations

from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    kind: str
    title: str
    link: str
    lang: str
    authors: tuple[Author, ...] = ()
    entries: tuple[Entry, ...] = field(default=())
