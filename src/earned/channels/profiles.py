"""What a profile says: addresses, which later speak for two accounts being one person, and for whom somebody works."""

from __future__ import annotations

import re
from collections.abc import Iterable

from earned.channels.markup import canonical, plain

#: Addresses kept of one profile.
MOST = 20
_URL = re.compile(r"https?://[^\s<>\"']+")
#: How people write an account of the fediverse: @ada@m.example.
_FEDIVERSE = re.compile(r"(?<![\w@])@([\w.-]+)@((?:[\w-]+\.)+[a-z]{2,})", re.I)


#: Names of a profile's own field that holds an employer.
_FIELD = re.compile(r"(?:company|employer|organi[sz]ation|work(?:s|ing)?(?:place)?(?: (?:at|for))?|job)\W*", re.I)
#: "Engineer at Acme Pulse, ...": a word for what one does, then a name that begins with a capital letter or a digit.
_DOES = (
    "engineer|developer|programmer|scientist|researcher|professor|lecturer|analyst|architect|consultant|designer|writer|editor|"
    "journalist|reporter|manager|director|head|lead|vp|president|chair|partner|founder|co-founder|cofounder|ceo|cto|cio|ciso|coo|"
    "sre|devrel|advocate|evangelist|administrator|admin|specialist|works|working|employed"
)
_NAME = r"[\w&'-]*(?:\.[\w&'-]+)*"
_AT = re.compile(rf"\b(?i:{_DOES})\b(?: [\w&,/-]+){{0,4}}? (?:at|for|@) ?@?([A-Z0-9]{_NAME}(?: [A-Z0-9&]{_NAME})*)")
_PAST = re.compile(r"\b(?:ex|former|formerly|previously|past|retired|was)\b", re.I)


def employer_in(fields: Iterable[tuple[str, str]], *texts: str) -> str:
    """For whom somebody says they work, as they write it; empty: nobody is named, or several are, or it is past.

    Args:
        fields: Name and value of a profile's own fields; those that say "Employer" and the like are believed first.
        texts: What else they write about themselves.
    """
    named = [value for name, value in fields if _FIELD.fullmatch(plain(name).text.strip())]
    told = {" ".join(plain(value).text.split()).strip(" @.,;") for value in named}
    told -= {""}
    if not told:
        lines = [line for text in texts for line in re.split(r"[\n|•·;]", plain(text).text) if not _PAST.search(line)]
        told = {found.rstrip(".,'-") for line in lines for found in _AT.findall(line)} - {""}
    name = told.pop() if len(told) == 1 else ""
    return name if len(name) <= 100 and "://" not in name else ""


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
