"""Which profiles a page calls its author's own: links marked `rel="me"`, read politely and believed as little as possible.

They stand in its HTML, or in the `Link` headers that its server sends with it (RFC 8288).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from earned.channels.base import Visitor
from earned.channels.markup import Tolerant, canonical
from earned.errors import ChannelError

#: Bytes of a page that are read: profiles are small.
MOST_BYTES = 1_000_000
#: A page that calls more profiles its own is a list of people, and says nothing.
MOST_PROFILES = 20
#: Characters of `Link` headers that are read.
_MOST_HEADER = 20_000
_TARGET = re.compile(r"[\s,]*<([^<>\s]*)>\s*")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9!#$&+.^_`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,<>]*)))?\s*')
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: A page with more elements open at once says nothing; those that often stay open do not count.
_DEEPEST = 200
_OFTEN_OPEN = {"p", "li", "dt", "dd", "tr", "td", "th", "option"}
#: What stands in these is not the page's own word: others' words, or nothing that anybody sees.
_OTHERS = {"blockquote", "template", "noscript", "iframe", "object", "textarea", "svg", "math", "select", "q"}
#: Words in an element's id, class or role that mark what visitors wrote.
_VISITORS = ("comment", "reply", "replies", "guestbook", "h-cite", "webmention", "disqus", "reaction", "respond")


@dataclass(frozen=True, slots=True)
class Named:
    """What one page says of its author."""

    #: Canonical addresses of the profiles it calls its own.
    profiles: frozenset[str] = frozenset()
    #: Why it says nothing; empty: it was read.
    why_not: str = ""


def same_place(url: str) -> str:
    """An address as both sides of a proof are compared: canonical, host exact, without its last slash."""
    return canonical(url).rstrip("/")


def own_profiles(net: Visitor, url: str, *, seen_at: str = "") -> Named:
    """The profiles that the page at `url` calls its author's own.

    Args:
        net: The client; it asks the robots file, and reaches public addresses only.
        url: The page's address. An answer from any other address says nothing about this one.
        seen_at: An address that a person gave and that stands on the same host, if there is one.
    """
    try:
        answer = net.visit(url, seen_at=seen_at, most=MOST_BYTES)
    except ChannelError as fault:
        return Named(why_not=fault.reason)
    if same_place(answer.url) != same_place(url):
        return Named(why_not=f"it leads on to {answer.url[:200]}")
    sent = linked(answer.headers.get("link", ""))
    if "html" in answer.headers.get("content-type", "").lower():
        said = marked(answer.body.decode("utf-8", "replace"))
        return said if said.why_not else _of(said.profiles | sent)
    return _of(sent) if sent else Named(why_not="it is no HTML page")


def _of(profiles: frozenset[str]) -> Named:
    if len(profiles) > MOST_PROFILES:
        return Named(why_not=f"it calls {len(profiles)} profiles its own: it is a list")
    return Named(profiles)


def linked(header: str) -> frozenset[str]:
    """The profiles that `Link` headers call the page's own; what comes after a place that is not well-formed is not read."""
    found, place = set(), 0
    while target := _TARGET.match(header, place, _MOST_HEADER):
        place, given = target.end(), dict[str, str]()
        while one := _PARAMETER.match(header, place, _MOST_HEADER):
            given.setdefault(
                one[1].lower(), one[2] if one[2] is not None else one[3] or ""
            )  # the first of a name holds
            place = one.end()
        if header[place : place + 1] not in ("", ","):
            break
        if "anchor" not in given and _is_own(given.get("rel", ""), target[1]):
            found.add(same_place(target[1]))
    return frozenset(found - {""})


def _is_own(rel: str, address: str) -> bool:
    words = rel.lower().split()
    return "me" in words and "ugc" not in words and "://" in address


def marked(html: str) -> Named:
    """The profiles that HTML calls its author's own; nothing that others wrote into it counts.

    Only absolute addresses count. A link that is also marked `ugc`, or that stands in a quotation or among comments,
    is somebody else's word.
    """
    reader = _Reader()
    reader.read(html)
    if reader.hidden:
        return Named(why_not="the page asks not to be indexed")
    if reader.deepest > _DEEPEST:
        return Named(why_not=f"more than {_DEEPEST} of its elements are open at once")
    return _of(frozenset(reader.found))


class _Reader(Tolerant):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self.hidden = False
        self.deepest = 0
        #: Open elements, and whether each is others' word.
        self._open: list[tuple[str, bool]] = []
        self._others = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}  # of two of a name the first one holds
        if tag == "meta" and given.get("name", "").lower() in ("robots", "earned"):
            self.hidden |= any(word in given.get("content", "").lower() for word in ("noindex", "none"))
        others = tag in _OTHERS or (tag not in ("html", "body") and _visitors(given))
        if tag in ("a", "link") and not others and not self._others:
            self._take(given)
        if others or (tag not in _VOID and tag not in _OFTEN_OPEN):
            self._open.append((tag, others))
            self._others += others
            self.deepest = max(self.deepest, len(self._open))

    def handle_endtag(self, tag: str) -> None:
        """Close up to the last open element of that name, but never out of others' words by a name inside them."""
        if self.deepest > _DEEPEST:
            return
        for place in range(len(self._open) - 1, -1, -1):
            name, others = self._open[place]
            if name == tag:
                self._others -= sum(one for _, one in self._open[place:])
                del self._open[place:]
                return
            if others and name != "p":
                return

    def _take(self, given: Mapping[str, str]) -> None:
        if _is_own(given.get("rel", ""), given.get("href", "")) and (address := same_place(given["href"])):
            self.found[address] = None


def _visitors(given: Mapping[str, str]) -> bool:
    said = f"{given.get('id', '')} {given.get('class', '')} {given.get('role', '')} {given.get('itemprop', '')}".lower()
    return any(word in said for word in _VISITORS)


def host(url: str) -> str:
    """The host of an address, as it is compared; empty: none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
