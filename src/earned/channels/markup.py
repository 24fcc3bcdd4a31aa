"""HTML that others wrote, as plain text with its links. Nothing in it is ever run, shown or fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

_DROPPED = {"script", "style", "applet", "template", "noscript", "iframe", "object", "svg", "math", "head", "title"}
_BLOCKS = {
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table",
    "tr", "td", "th", "section", "article", "header", "footer", "figure", "hr", "dt", "dd",
}  # fmt: skip
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_BREAKS = re.compile(r"\s*\n\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Plain:
    """What a piece of HTML says and where it points."""

    text: str
    #: `text` without what stands in quotation blocks; None: there are none.
    unquoted: str | None
    #: (canonical address, words of the link)
    links: tuple[tuple[str, str], ...]
    #: Addresses that quotation blocks name as their source.
    quotes: tuple[str, ...]


def plain(html: str, base: str = "") -> Plain:
    """Read HTML, or text that holds none, as plain text."""
    reader = _Reader(base)
    reader.read(_defused(html) if "<" in html else html)
    return reader.plain()


#: So many "<" without a ">" between them are no markup; the parser would take the square of their number.
_ENDLESS = re.compile(r"(?:<[^<>]*){50,}")
#: More marked sections than any page has: each would be looked for to the end of the text.
_MANY_SECTIONS = 200
_FRAMES = re.compile(r"</?(iframe|object)\b[^<>]*>", re.I)


def _defused(html: str) -> str:
    """Without comments, and without what makes a parser slow or swallow the rest: ends that are missing."""
    if "<!--" in html:
        html = "".join(_without_comments(html))
    if html.count("<![") > _MANY_SECTIONS:
        html = html.replace("<![", " ")
    html = _ENDLESS.sub(lambda found: found[0].replace("<", " "), html)
    if found := [one[0][:2] for one in _FRAMES.finditer(html)]:
        closed = found.count("</") * 2 == len(found)
        html = html if closed else _FRAMES.sub(" ", html)
    return html


def _without_comments(html: str) -> Iterator[str]:
    """The pieces between comments; one without an end goes on to the next "--" and ">", else to the end."""
    at, whole = 0, True
    while (begins := html.find("<!--", at)) >= 0:
        yield html[at:begins]
        ends = html.find("-->", begins + 2) if whole else -1
        whole = ends >= 0
        if not whole:
            dashes = html.find("--", begins + 4)
            ends = html.find(">", dashes) - 2 if dashes >= 0 else -3
        if ends < 0:
            return
        at = ends + 3
    yield html[at:]


class Tolerant(HTMLParser):
    """The parser of the standard library, for one document of anybody's: it never raises, and its time is linear.

    An unknown declaration (`<![x[`) is passed over as browsers do. What opens and never closes is looked for once, not
    again from each opening: a comment without an end hides the rest, a bracket without an end is a bracket.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def read(self, html: str) -> None:
        """Take the whole document in."""
        left = html.rfind("-->")
        opened = html.find("<!--", left + 3 if left >= 0 else 0)
        html = html if opened < 0 else html[:opened]
        closed = html.rfind(">") + 1
        self.feed(html[:closed] + html[closed:].replace("<", "&lt;"))
        self.close()

    def parse_marked_section(self, i: int, report: Any = 1) -> int:
        """Pass over to the next bracket."""
        return self.parse_bogus_comment(i, report)


class _Reader(Tolerant):
    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self._parts: list[tuple[str, bool]] = []
        self._links: list[tuple[str, list[str]]] = []
        self._quotes: list[str] = []
        self._dropped = self._quoted = 0
        self._linking = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._dropped = 0 if tag == "body" else self._dropped + (tag in _DROPPED)  # a head needs no end
        if tag == "blockquote":
            self._quoted += 1
            self._quote(given.get("cite"))
        if tag in _BLOCKS:
            self._parts.append(("\n" if tag in ("br", "td", "th", "tr", "li") else "\n\n", False))
        if tag == "a" and (address := canonical(given.get("href") or "", self._base)):
            self._links.append((address, []))
            self._linking = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED and self._dropped:
            self._dropped -= 1
        if tag in _BLOCKS:
            self._parts.append(("\n" if tag in ("td", "th", "tr", "li") else "\n\n", False))
        if tag == "blockquote" and self._quoted:
            self._quoted -= 1
        if tag == "a":
            self._linking = False

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        self._parts.append((data, self._quoted > 0))
        if self._linking:
            self._links[-1][1].append(data)

    def _quote(self, cite: str | None) -> None:
        if address := canonical(cite or "", self._base):
            self._quotes.append(address)

    def plain(self) -> Plain:
        own = [part for part, quoted in self._parts if not quoted]
        return Plain(
            text=_tidy("".join(part for part, _ in self._parts)),
            unquoted=_tidy("".join(own)) if len(own) < len(self._parts) else None,
            links=tuple((address, " ".join("".join(words).split())) for address, words in self._links),
            quotes=tuple(self._quotes),
        )


def _tidy(text: str) -> str:
    text = _SPACES.sub(" ", text.replace("\0", ""))
    return _BREAKS.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def canonical(url: str, base: str = "") -> str:
    """The public form of an address: absolute, host in lower case, no fragment, nothing that only tracks.

    Empty when it is no web address.
    """
    if not url.strip():
        return ""
    from courlan import normalize_url  # loads an eighth of a second, and many files hold no address

    try:
        parts = urlsplit(urljoin(base, url.strip()))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}[parts.scheme] else ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        cleaned: str = normalize_url(urlunsplit((parts.scheme, host + port, parts.path or "/", parts.query, "")))
    except ValueError:
        return ""
    return cleaned.partition("#")[0]
