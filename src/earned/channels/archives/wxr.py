"""The WordPress export file (WXR): published posts and approved comments, never an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, ClassVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import folded
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical, plain
from earned.errors import Malformed
from earned.model import Account, Link, Post


class Wxr(ArchiveChannel):
    """RSS with the export's own namespace."""

    name = "wxr"
    what = "WordPress export file"
    reads = ("export",)
    claimed_by = ("export",)
    leaves: ClassVar = {}
    drops = ("Drafts, private posts, pending comments, pingbacks, addresses of people.",)
    never = ("Counts, and what others said elsewhere.",)

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By the namespace."""
        begins = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<"  # else it is a text about such files
        return "export" if begins and b"wordpress.org/export/" in head and b"<rss" in head else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Posts and their comments, streamed."""
        for member in kinds.get("export", ()):
            with opened.stream(member) as stream:
                try:
                    yield from ((member, item) for item in _entries(stream, member.name, notes))
                except (
                    ParseError,
                    DefusedXmlException,
                    LookupError,
                    ValueError,
                ) as fault:  # the last two: its encoding
                    raise Malformed(
                        "archive", f"{opened.path}: {member.name}", f"not well-formed: {fault}", permanent=True
                    ) from None


def _entries(stream: BinaryIO, where: str, notes: Notes) -> Iterator[Item]:
    authors: dict[str, str] = {}
    site = ""
    for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
        tag = _local(element.tag)
        if tag == "base_blog_url":
            site = canonical(element.text or "").rstrip("/")
        elif tag == "author":
            authors[_text(element, "author_login")] = _text(element, "author_display_name")
        elif tag == "item":
            yield from _item(element, authors, site, where, notes)
            element.clear()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(element: Element, name: str, space: str = "") -> str:
    return next((c.text or "" for c in element if _local(c.tag) == name and space in c.tag), "").strip()


def _item(element: Element, authors: dict[str, str], site: str, where: str, notes: Notes) -> Iterator[Item]:
    if _text(element, "post_type") not in ("post", "page"):
        return
    if _text(element, "status") != "publish" or _text(element, "post_password"):
        notes.ignored["not public"] += 1
        return
    own, login = _text(element, "post_id"), _text(element, "creator")
    when = notes.time(_stamp(_text(element, "post_date_gmt")) or _text(element, "pubDate"), f"{where} post {own}")
    if when is None:
        return
    url = canonical(_text(element, "link"))
    body = plain(_text(element, "encoded", "content"), url)
    account = Account(f"wordpress:{site}:{login}", authors.get(login) or login)
    number = f"wordpress:{site}#post-{own}"
    post = Post(
        number, "wordpress", (account.id,), when[0], when[1], notes.text(body.text), title=_text(element, "title"),
        text_unquoted=body.unquoted, url=url, thread=number,
    )  # fmt: skip
    yield Item(post, (account,), links_of(number, body.links))
    for comment in element:
        if _local(comment.tag) == "comment":
            yield from _comment(comment, number, site, where, notes)


def _stamp(given: str) -> str:
    return "" if not given or given.startswith("0000") else given.replace(" ", "T") + "Z"


def _comment(element: Element, parent: str, site: str, where: str, notes: Notes) -> Iterator[Item]:
    if _text(element, "comment_approved") != "1" or _text(element, "comment_type") not in ("", "comment"):
        notes.ignored["comment not approved, or a pingback"] += 1
        return
    own, name = _text(element, "comment_id"), _text(element, "comment_author") or "nobody named"
    when = notes.time(_stamp(_text(element, "comment_date_gmt")), f"{where} comment {own}")
    if when is None:
        return
    link = canonical(_text(element, "comment_author_url"))
    account = Account(f"wordpress:{site}:commenter:{folded(name)}", name, url=link)
    number, up = f"wordpress:{site}#comment-{own}", _text(element, "comment_parent")
    target = f"wordpress:{site}#comment-{up}" if up not in ("", "0") else parent
    body = plain(_text(element, "comment_content"))
    post = Post(number, "wordpress", (account.id,), when[0], when[1], notes.text(body.text), thread=parent)
    yield Item(post, (account,), (Link(number, "reply", target), *links_of(number, body.links)))
