"""Declarations of XML entities: a few names for a few letters are let pass, whatever could blow a page up is refused."""

from __future__ import annotations

import re
from xml.parsers import expat

from earned.channels.feed.entries import NoFeed

_REASON = "declares XML entities, which can be used to attack its readers; not read"
#: A document in EBCDIC that begins with an XML declaration.
_EBCDIC = b"\x4c\x6f\xa7\x94"
_BEFORE_ROOT = re.compile(rb"(?:[^<]|<!--.*?-->|<\?.*?\?>|<!(?!ENTITY))*?<!ENTITY", re.S)
_NO_LETTERS = re.compile(r"[<%]|&(?!#)")
#: As long as a name of letters may be, as many as may be declared, and as much as all of them may add to a page.
_LONGEST, _MOST, _ADDED = 200, 300, 1_000_000

#: (name, whether of the declaration's own language, what it stands for, where it is when it is elsewhere)
_Declared = tuple[str, bool, str | None, str | None]


class _Root(Exception):
    """The document itself begins."""


def refuse_entities(body: bytes) -> None:
    """Let a feed pass that declares no entity, or only short ones of letters that add little to it.

    Raises:
        NoFeed: there is one that points elsewhere, holds another, or is used too often.
    """
    if b"<!ENTITY" not in _bare(body):
        return
    found: list[_Declared] = []
    begins = _root_at(body, found)
    if begins is None:
        if _BEFORE_ROOT.match(_bare(body)):
            raise NoFeed(_REASON)  # and nobody could say which
        return
    every = _bare(body[:begins]).count(b"<!ENTITY") == len(found)
    if not every or len(found) > _MOST or not all(map(_is_harmless, found)):
        raise NoFeed(_REASON)
    if sum(_bare(body).count(f"&{name};".encode()) * len(text or "") for name, _, text, _ in found) > _ADDED:
        raise NoFeed(_REASON)


def _bare(body: bytes) -> bytes:
    """Its ASCII, in whichever encoding it is."""
    return body.decode("cp037").encode() if body[:4] == _EBCDIC else body.replace(b"\0", b"")


def _root_at(body: bytes, found: list[_Declared]) -> int | None:
    """Note what is declared before the document itself begins; where that is, None when it cannot be read so far."""
    parser = expat.ParserCreate()

    def entity(name: str, own: int, text: str | None, _: str | None, place: str | None, *_more: object) -> None:
        found.append((name, bool(own), text, place))

    def root(*_: object) -> None:
        raise _Root

    parser.EntityDeclHandler, parser.StartElementHandler = entity, root
    try:
        parser.Parse(body, True)
    except _Root:
        return parser.CurrentByteIndex
    except (expat.ExpatError, ValueError, LookupError, UnicodeError):
        pass
    return None


def _is_harmless(one: _Declared) -> bool:
    _, own, text, place = one
    return not own and place is None and text is not None and len(text) <= _LONGEST and not _NO_LETTERS.search(text)
