"""Addresses that a profile names: what later speaks for two accounts being one person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from earned.channels.markup import canonical, plain

#: Addresses kept of one profile.
MOST = 20
_URL = re.compile(r"https?://[^\s<>\"']+")
#: How people write an account of the fediverse: @ada@m.example.
_FEDIVERSE = re.compile(r"(?<![\w@])@([\w.-]+)@((?:[\w-]+\.)+[a-z]{2,})", re.I)


def named_in(*texts: str) -> tuple[str, ...]:
    """Addresses in what somebody writes about themselves, HTML or plain: links, bare addresses, fediverse accounts."""
    found: dict[str, None] = {}
    for text in texts:
        read = plain(text)
        bare = [one.rstrip(".,;:!?)]") for one in _URL.findall(read.text)]
        accounts = [f"https://{host.lower()}/@{name}" for name, host in _FEDIVERSE.findall(read.text)]
        named = [address for address, words in read.links if not words.startswith(("#", "@"))]
        found |= dict.fromkeys(one for one in map(canonical, (*named, *bare, *accounts)) if one)
    return tuple(found)[:MOST]


def checked_in(fields: Iterable[tuple[str, object]]) -> tuple[str, ...]:
    """Of (value, when its server saw the page name the profile back) the addresses that were seen."""
    return named_in(*(value for value, seen in fields if seen))
