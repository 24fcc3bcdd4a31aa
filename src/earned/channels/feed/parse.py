"""Bytes to a feed: which of the forms they are, and what they say."""

from __future__ import annotations

import io
import json
import re
import xml.sax
from collections.abc import Iterable, Mapping
from typing import Any

import defusedxml.sax
import feedparser
from defusedxml.common import EntitiesForbidden

from earned.channels.feed.entries import Author, Entry, NoFeed, ParsedFeed

_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)[\s>/]")
_ALTERNATE = re.compile(rb"<link\b[^>]*>", re.I)
_FEED_TYPES = (b"application/rss+xml", b"application/atom+xml", b"application/feed+json")
_MAIL = re.compile(r"\s*<?([^\s@<>(]+)@[^\s<>()]+>?\s*")


def parse(body: bytes, base: str) -> ParsedFeed:
    """Read a feed.

    Raises:
        NoFeed: these bytes are something else, or declare entities.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body)
    root = root_of(body)
    if root in ("html", "!doctype"):
        raise NoFeed("a web page, not a feed")
    if not body.strip():
        raise NoFeed("empty")
    refuse_entities(body)
    found = _parsed(body, base)
    if not found.version and not found.entries:
        raise NoFeed("neither RSS, Atom nor JSON Feed")
    return ParsedFeed(
        kind=_KINDS.get(found.version[:3], "feed"),
        title=_line(found.feed.get("title")),
        link=_line(found.feed.get("link")),
        lang=_line(found.feed.get("language")),
        authors=_authors(found.feed.get("authors"), found.feed.get("publisher")),
        entries=tuple(_entry(entry) for entry in found.entries),
    )


def _parsed(body: bytes, base: str) -> Any:
    """What feedparser makes of it; where it stumbles, it is no feed that anybody reads."""
    try:
        return feedparser.parse(io.BytesIO(body), response_headers={"content-location": base} if base else {})
    except Exception as fault:  # noqa: BLE001 - a parser of anybody's bytes, with faults of its own
        raise NoFeed(f"a feed that cannot be read ({type(fault).__name__})") from None


_KINDS = {"rss": "RSS feed", "ato": "Atom feed", "cdf": "CDF feed"}


def root_of(body: bytes) -> str:
    """Name of the first element, in lower case without its prefix; empty when there is none."""
    head = body[:4096].replace(b"\0", b"")
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:14].lower() == b"<!doctype html":
        return "html"
    found = _ROOT.search(re.sub(rb"<!--.*?-->|<\?.*?\?>|<![A-Za-z][^\[>]*(\[.*?\]\s*)?>", b"", head, flags=re.S))
    return found[1].decode("ascii", "replace").lower().rpartition(":")[2] if found else ""


def refuse_entities(body: bytes) -> None:
    """Entity declarations can blow a page up to gigabytes, and no feed needs them.

    Raises:
        NoFeed: there is one.
    """
    try:
        defusedxml.sax.parseString(body, xml.sax.ContentHandler(), forbid_external=False)
    except EntitiesForbidden:
        raise NoFeed("declares XML entities, which can be used to attack its readers; not read") from None
    except (xml.sax.SAXException, ValueError, LookupError, UnicodeError):
        return  # not well-formed: the feed parser is more patient, and expands no entities


def alternate(body: bytes) -> str:
    """Address of the feed that a web page names; empty when it names none."""
    for tag in _ALTERNATE.findall(body[:500_000]):
        lower = tag.lower()
        if b"alternate" in lower and any(kind in lower for kind in _FEED_TYPES):
            found = re.search(rb"href\s*=\s*[\"']?([^\"'\s>]+)", tag, re.I)
            if found:
                return found[1].decode("utf-8", "replace").replace("&amp;", "&")
    return ""


def _line(value: object) -> str:
    return " ".join(value.replace("\0", "").split()) if isinstance(value, str) else ""


def _entry(given: Mapping[str, Any]) -> Entry:
    content = [part.get("value", "") for part in given.get("content", [])]
    reply = given.get("thr_in-reply-to") or {}
    source = given.get("source") or {}
    comments = _line(given.get("slash_comments"))
    return Entry(
        id=_line(given.get("id")),
        link=_line(given.get("link")),
        title=_line(given.get("title")),
        html=max([*content, given.get("summary") or ""], key=len).replace("\0", ""),
        published=_line(given.get("published")),
        updated=_line(given.get("updated")),
        authors=_authors(given.get("authors"), None),
        replies_to=tuple(filter(None, [_line(reply.get("href")) or _line(reply.get("ref"))])),
        via=tuple(_line(link.get("href")) for link in given.get("links", []) if link.get("rel") == "via"),
        tags=tuple(_line(tag.get("term")) for tag in given.get("tags", []) if tag.get("term")),
        comments=int(comments) if comments.isdecimal() and len(comments) < 10 else None,
        source=(_line(source.get("title")), _line(source.get("link"))),
    )


def _authors(given: Iterable[Mapping[str, Any]] | None, otherwise: object) -> tuple[Author, ...]:
    found = [Author(_name(one), _line(one.get("href"))) for one in given or ()]
    if not found and isinstance(otherwise, str):
        found = [Author(_without_mail(otherwise))]
    return tuple(author for author in found if author.name)


def _name(given: Mapping[str, Any]) -> str:
    name, mail = _line(given.get("name")), _line(given.get("email"))
    if mail and name[:1].islower():
        name = mail + name  # the parser cuts addresses after four letters of their last part
    return _without_mail(name) or _without_mail(mail)


def _without_mail(name: str) -> str:
    """A mail address is nobody's public name: only what stands before its @ is kept."""
    return _MAIL.sub(lambda found: found[1] if found[0].strip() == name.strip() else " ", name).strip(" ()\"'")


def _json_feed(body: bytes) -> ParsedFeed:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NoFeed("broken JSON") from None
    version = found.get("version") if isinstance(found, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version" not in version:
        raise NoFeed("JSON, but not a JSON Feed")
    items = found.get("items")
    return ParsedFeed(
        kind="JSON Feed",
        title=_line(found.get("title")),
        link=_line(found.get("home_page_url")),
        lang=_line(found.get("language")),
        authors=_json_authors(found),
        entries=tuple(_item(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else (),
    )


def _json_authors(given: Mapping[str, Any]) -> tuple[Author, ...]:
    several = given.get("authors") or [given.get("author")]
    several = several if isinstance(several, list) else []
    found = [Author(_line(one.get("name")) or _line(one.get("url")), _line(one.get("url"))) for one in several
             if isinstance(one, dict)]  # fmt: skip
    return tuple(author for author in found if author.name)


def _item(given: Mapping[str, Any]) -> Entry:
    text = given.get("content_text")
    html = given.get("content_html") or (_escaped(text) if isinstance(text, str) else given.get("summary"))
    number = given.get("id")
    tags = given.get("tags")
    return Entry(
        id=_line(number if isinstance(number, str) else str(number or "")),
        link=_line(given.get("url")) or _line(given.get("external_url")),
        title=_line(given.get("title")),
        html=html if isinstance(html, str) else "",
        published=_line(given.get("date_published")),
        updated=_line(given.get("date_modified")),
        authors=_json_authors(given),
        via=tuple(filter(None, [_line(given.get("external_url")) if given.get("url") else ""])),
        tags=tuple(_line(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
