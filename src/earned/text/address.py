"""Whom a post speaks to: "Tim, ...", "ada: ...", "@ada". Somebody addressed is who is answered, most of the time."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A name before the first comma, colon or exclamation mark, after a greeting or none; or the first @name.
_OPENING = re.compile(r"^[\s>*]*(?:(?:hi|hello|hey|dear|hallo)\s+)?@?([^\s,:;!@]{3,30})\s{0,2}[,:;!](?!//)", re.I)
_AT = re.compile(r"(?<![\w@.])@([\w.-]{2,60})")
#: So much of a post is its opening.
_SHOWN = 120


def spoken_to(text: str) -> str:
    """The name a post opens with or calls by @, case folded; empty: nobody's. Whether it is a name, others know."""
    found = _OPENING.match(text[:_SHOWN]) or _AT.search(text[:2_000])
    return found[1].casefold().rstrip(".") if found else ""


def called(name: str, handle: str = "") -> tuple[str, ...]:
    """What people call somebody: the whole name where it is one word, the first name, the handle; case folded."""
    words = name.casefold().split()
    first = [words[0].strip(".,")] if words else []
    return tuple(dict.fromkeys(word for word in (*first, handle.casefold().lstrip("@")) if len(word) >= 3))


def addressees(texts: Sequence[str], names: Sequence[tuple[str, ...]]) -> tuple[list[int], list[list[int]]]:
    """Codes of names: for each text whom it addresses, -1 nobody known; for each person what it is called."""
    codes: dict[str, int] = {}
    people = [[codes.setdefault(name, len(codes)) for name in known] for known in names]
    return [codes.get(spoken_to(text), -1) for text in texts], people
