"""Bytes to a feed: which of the forms they are, and what they say."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from earned.channels.feed.entities import refuse_entities
from earned.channels.feed.entries import Author, Entry, NoFeed, ParsedFeed, author_of, line, longest, named, number
from earned.channels.feed.quick import quick

_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)[\s>/]")
_ALTERNATE = re.compile(rb"<link\b[^>]*>", re.I)
_FEED_TYPES = (b"application/rss+xml", b"application/atom+xml", b"application/feed+json")


def parse(body: bytes, base: str, told: Mapping[str, str] | None = None) -> ParsedFeed:
    """Read a feed.

    Args:
        body: The file.
        base: What relative addresses in it start from: where it was found.
        told: What its server said of it (`content-type`, `content-language`), names in lower case.

    Raises:
        NoFeed: these bytes are something else, or declare entities that are not harmless.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body)
    root = root_of(body)
    if root in ("html", "!doctype"):
        raise NoFeed("a web page, not a feed")
    if not body.strip():
        raise NoFeed("empty")
    told = told or {}
    charset = _charset(body, told.get("content-type", ""))
    feed = (None if charset else quickly(body, base)) or patient(body, base, charset)
    lang = told.get("content-language", "").strip()
    return feed if feed.lang or not _LANGUAGE.fullmatch(lang) else replace(feed, lang=lang)


def _charset(body: bytes, kind: str) -> str:
    """What the server says that letters mean, before the file's own word (RFC 7303); empty: nothing that matters here."""
    found = _SAID.search(kind)
    said = found[1].lower() if found else ""
    if not said or body.isascii() or said in ("utf-8", "utf8"):
        return ""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return said
    return ""  # what is UTF-8 by chance is rarer than a server that says one thing of all its files


def quickly(body: bytes, base: str) -> ParsedFeed | None:
    """A feed without surprises, as `patient` reads it but many times as fast; None: only that one can read it."""
    return quick(body, base, _split)


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SAID = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.I)
_KINDS = {"rss": "RSS feed", "ato": "Atom feed", "cdf": "CDF feed"}


def root_of(body: bytes) -> str:
    """Name of the first element, in lower case without its prefix; empty when there is none."""
    head = body[:4096].replace(b"\0", b"")
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:14].lower() == b"<!doctype html":
        return "html"
    found = _ROOT.search(re.sub(rb"<!--.*?-->|<\?.*?\?>|<![A-Za-z][^\[>]*(\[.*?\]\s*)?>", b"", head, flags=re.S))
    return found[1].decode("ascii", "replace").lower().rpartition(":")[2] if found else ""


def alternate(body: bytes) -> str:
    """Address of the feed that a web page names; empty when it names none."""
    for tag in _ALTERNATE.findall(body[:500_000]):
        lower = tag.lower()
        if b"alternate" in lower and any(kind in lower for kind in _FEED_TYPES):
            found = re.search(rb"href\s*=\s*[\"']?([^\"'\s>]+)", tag, re.I)
            if found:
                return found[1].decode("utf-8", "replace").replace("&amp;", "&")
    return ""


def patient(body: bytes, base: str, charset: str = "") -> ParsedFeed:
    """As feedparser reads it. Markup is left as it is: it is read as plain text and never shown.

    Args:
        body: The file.
        base: Where it was found.
        charset: The encoding, when it is known better than from the file itself.

    Raises:
        NoFeed: these bytes are something else, or declare entities.
    """
    import feedparser

    refuse_entities(body)
    told = {"content-type": "application/xml" + (f"; charset={charset}" if charset else "")}  # else it is Latin-1 to it
    told |= {"content-location": base} if base else {}
    try:
        found = feedparser.parse(
            io.BytesIO(_spelled(body)), response_headers=told, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as fault:  # noqa: BLE001 - a parser of anybody's bytes, with faults of its own
        raise NoFeed(f"a feed that its reader stumbles over ({type(fault).__name__})") from None
    if not found.version and not found.entries and (root_of(body) != "channel" or not found.feed):
        raise NoFeed("neither RSS, Atom nor JSON Feed")
    publisher = found.feed.get("publisher")
    return ParsedFeed(
        kind=_KINDS.get(found.version[:3], "CDF feed" if root_of(body) == "channel" else "feed"),
        title=line(found.feed.get("title")),
        link=line(found.feed.get("link")),
        lang=line(found.feed.get("language")),
        authors=named(_authors(found.feed), publisher if isinstance(publisher, str) else ""),
        entries=tuple(_entry(entry) for entry in found.entries),
    )


#: Names of encodings that the registry of the internet has and Python has not.
_SPELLED = {b"csmacintosh": b"mac-roman", b"mac": b"mac-roman", b"ms-cyrl": b"windows-1251"}
_DECLARED = re.compile(rb"\A(\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"'])([A-Za-z0-9_-]+)", re.I)


def _spelled(body: bytes) -> bytes:
    """The same with its encoding called as Python calls it."""
    return _DECLARED.sub(lambda found: found[1] + _SPELLED.get(found[2].lower(), found[2]), body, count=1)


@lru_cache(maxsize=1_000)
def _split(told: str) -> tuple[Author, ...]:
    """Authors of one line, "ada@a.example (Ada Q.)", as feedparser takes them apart."""
    import feedparser

    item = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><item><author>{escape(told)}</author>'
    return _authors(feedparser.parse(io.BytesIO(f"{item}</item></channel></rss>".encode())).entries[0])


def _table(value: object) -> Mapping[str, Any]:
    """Elements of unknown vocabularies can put anything under any name."""
    return value if isinstance(value, Mapping) else {}


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _entry(given: Mapping[str, Any]) -> Entry:
    parts = [(part.get("value"), part.get("base")) for part in _tables(given.get("content"))]
    parts.append((given.get("summary"), _table(given.get("summary_detail")).get("base")))
    html, base, summary = longest([(text, base or "") for text, base in parts if isinstance(text, str)])
    reply, source = _table(given.get("thr_in-reply-to")), _table(given.get("source"))
    links = [(link.get("rel"), link.get("type"), link.get("href")) for link in _tables(given.get("links"))]
    answers = next((href for rel, kind, href in links if rel == "replies" and kind == "application/atom+xml"), "")
    return Entry(
        id=line(given.get("id")),
        link=line(given.get("link")),
        title=line(given.get("title")),
        html=html.replace("\0", ""),
        published=line(given.get("published")),
        updated=line(given.get("updated") if "updated" in given else ""),  # else feedparser tells the other one
        authors=named(_authors(given)),
        replies_to=tuple(filter(None, [line(reply.get("href")) or line(reply.get("ref"))])),
        via=tuple(line(href) for rel, _, href in links if rel == "via"),
        tags=tuple(line(tag.get("term")) for tag in _tables(given.get("tags")) if tag.get("term")),
        comments=number(line(given.get("slash_comments"))),
        source=(line(source.get("title")), line(source.get("link"))),
        base=line(base) if html else "",
        answers=line(given.get("wfw_commentrss")) or line(answers),
        summary=summary.replace("\0", ""),
    )


def _authors(given: Mapping[str, Any]) -> tuple[Author, ...]:
    """Whoever is told, also without a name."""
    return tuple(
        author_of(line(one.get("name")), line(one.get("email")), line(one.get("href")))
        for one in _tables(given.get("authors"))
    )


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
        title=line(found.get("title")),
        link=line(found.get("home_page_url")),
        lang=line(found.get("language")),
        authors=_json_authors(found),
        entries=tuple(_item(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else (),
    )


def _json_authors(given: Mapping[str, Any]) -> tuple[Author, ...]:
    several = given.get("authors") or [given.get("author")]
    several = several if isinstance(several, list) else []
    found = [Author(line(one.get("name")) or line(one.get("url")), line(one.get("url"))) for one in several
             if isinstance(one, dict)]  # fmt: skip
    return tuple(author for author in found if author.name)


def _item(given: Mapping[str, Any]) -> Entry:
    text = given.get("content_text")
    html = given.get("content_html") or (_escaped(text) if isinstance(text, str) else given.get("summary"))
    number = given.get("id")
    tags = given.get("tags")
    return Entry(
        id=line(number if isinstance(number, str) else str(number or "")),
        link=line(given.get("url")) or line(given.get("external_url")),
        title=line(given.get("title")),
        html=html if isinstance(html, str) else "",
        published=line(given.get("date_published")),
        updated=line(given.get("date_modified")),
        authors=_json_authors(given),
        via=tuple(filter(None, [line(given.get("external_url")) if given.get("url") else ""])),
        tags=tuple(line(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
