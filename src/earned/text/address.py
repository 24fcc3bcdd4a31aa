"""Whom a post speaks to: "Tim, ...", "ada: ...", "@ada". Somebody addressed is who is answered, most of the time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from earned.text.similarity import runs_of
from earned.text.tokens import folding, tokenize

#: A name before the first comma, colon or exclamation mark, after a greeting or none; or the first @name.
_OPENING = re.compile(r"^[\s>*]*(?:(?:hi|hello|hey|dear|hallo)\s+)?@?([^\s,:;!@]{3,30})\s{0,2}[,:;!](?!//)", re.I)
_AT = re.compile(r"(?<![\w@.])@([\w.-]{2,60})")
_NICK = re.compile(r"[\w\[\]\\`^{|}-]+")
#: Plain characters, blanks for those that stand in no name.
_APART = "".join(chr(code) if _NICK.match(chr(code)) else " " for code in range(128)).encode().ljust(256)
#: The same for compiled code; so many bits of a word's hash say whether it may be a name.
_FOLDED, _BITS = folding(b"[]\\`^{|}-"), 24
#: A name that stands in more than this part of the texts may be a word; so much of a text is read for names.
RARE, _READ = 0.005, 400
#: So much of a post is its opening.
_SHOWN = 120


def _nicks(text: str) -> list[str]:
    """What can be somebody's name, as `_NICK` finds it; plain text is cut a few times quicker without it."""
    return text.encode().translate(_APART).decode().split() if text.isascii() else _NICK.findall(text)


def spoken_to(text: str) -> str:
    """The name a post opens with or calls by @, case folded; empty: nobody's. Whether it is a name, others know."""
    found = _OPENING.match(text[:_SHOWN]) or (_AT.search(text[:2_000]) if "@" in text else None)
    return found[1].casefold().rstrip(".") if found else ""


def called(name: str, handle: str = "") -> tuple[str, ...]:
    """What people call somebody: the whole name where it is one word, the first name, the handle; case folded."""
    words = name.casefold().split()
    first = [words[0].strip(".,")] if words else []
    return tuple(dict.fromkeys(word for word in (*first, handle.casefold().lstrip("@")) if len(word) >= 3))


def _held(text: str, codes: Mapping[str, int]) -> list[int]:
    """Codes of the names that a text holds, in their order; most hold none, which is seen without a look at each word."""
    words = _nicks(text[:_READ].casefold())
    return [] if codes.keys().isdisjoint(words) else [codes[word] for word in words if word in codes]


def may_name(texts: Sequence[str], names: Sequence[tuple[str, ...]]) -> NDArray[np.bool_]:
    """(n,) False only where a text holds none of the names: most hold none, and compiled code sees it.

    What is beyond ASCII may fold to anything; texts that hold it are not judged.
    """
    parts = [max(_nicks(name), key=len, default="") for known in names for name in known if name.isascii()]
    words = tokenize(parts, _FOLDED)
    if (np.diff(words.start) != 1).any():  # a name of digits or signs alone
        return np.ones(len(texts), np.bool_)
    known, out = np.zeros(1 << _BITS, np.bool_), np.array([not text.isascii() for text in texts], np.bool_)
    known[words.word & (1 << _BITS) - 1] = True
    for a, b in runs_of(len(texts)):
        said = tokenize(texts[a:b], _FOLDED)
        until = np.concatenate([[0], np.cumsum(known[said.word & (1 << _BITS) - 1])])[said.start]
        out[a:b] |= np.diff(until) > 0
    return out


def addressees(
    texts: Sequence[str], names: Sequence[tuple[str, ...]], anywhere: Sequence[int] = (), wrote: Sequence[int] = ()
) -> tuple[list[int], list[list[int]]]:
    """Codes of names: for each text whom it addresses, -1 nobody known; for each person what it is called.

    Args:
        texts: What people wrote.
        names: What each known person is called.
        anywhere: Texts in which a name counts wherever it stands: chat, where "ask ada" speaks to Ada as well.
        wrote: Texts by each person. A name that stands in more texts than its people wrote, and in more than RARE of
            them, is a common word and counts at an opening only.
    """
    codes: dict[str, int] = {}
    people = [[codes.setdefault(name, len(codes)) for name in known] for known in names]
    spoken = [-1] * len(texts)
    if not codes:
        return spoken, people
    reach = np.full(len(texts), _SHOWN)
    reach[list(anywhere)] = _READ
    maybe = may_name([text[:far] for text, far in zip(texts, reach.tolist())], names)
    for row, text in enumerate(texts):
        if maybe[row] or "@" in text:
            spoken[row] = codes.get(spoken_to(text), -1)
    held = {row: _held(texts[row], codes) if maybe[row] else [] for row in anywhere}
    often, by = Counter(code for some in held.values() for code in set(some)), Counter[int]()
    for known, texts_by in zip(people, wrote):
        by.update(dict.fromkeys(known, texts_by))
    for row, some in held.items():
        named = (code for code in some if often[code] <= max(RARE * len(held), by[code]))
        spoken[row] = spoken[row] if spoken[row] >= 0 else next(named, -1)
    return spoken, people
