"""The Medium export: published stories as pages; drafts stay out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import decoded, folded
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical, plain
from earned.model import Account, Post, Precision

_SECTION = re.compile(r'<section[^>]*data-field="body"[^>]*>(.*)</section>\s*<footer', re.S)
_TITLE = re.compile(r'<(h1|title)[^>]*(?:class="p-name")?[^>]*>(.*?)</\1>', re.S)
_SUBTITLE = re.compile(r'<section[^>]*class="p-summary"[^>]*>(.*?)</section>', re.S)
_TIME = re.compile(r'<time[^>]*class="dt-published"[^>]*datetime="([^"]+)"')
_AUTHOR = re.compile(r'<a[^>]*href="([^"]+)"[^>]*class="p-author[^"]*"[^>]*>(.*?)</a>', re.S)
_CANONICAL = re.compile(r'<a[^>]*href="([^"]+)"[^>]*class="p-canonical"')


class Medium(ArchiveChannel):
    """posts/*.html with h-entry classes."""

    name = "medium"
    what = "Medium export"
    reads = ("story", "draft")
    claimed_by = ("story",)
    leaves: ClassVar = {"other": "lists of people, claps, bookmarks, sessions and addresses are not opened"}
    never = ("What others answered, and counts: Medium does not export them.",)

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By the classes of its markup."""
        if b"<html" not in head[:2000].lower():
            return ""
        if b"h-entry" in head and (b"p-name" in head or b"e-content" in head):
            return "story"
        return "other" if b"h-card" in head or b"medium.com" in head else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Published stories; short ones without subtitle answer somebody who is not named."""
        for member in kinds.get("story", ()):
            html = decoded(opened.whole(member, 20_000_000), notes)
            published, address = _TIME.search(html), _CANONICAL.search(html)
            if not published or not address:
                notes.ignored["draft"] += 1
                continue
            when = notes.time(published[1], member.name)
            if when is not None:
                yield member, _item(html, canonical(address[1]), when)


def _item(html: str, url: str, when: tuple[datetime | None, Precision]) -> Item:
    time, precision = when
    section, title, subtitle, author = (one.search(html) for one in (_SECTION, _TITLE, _SUBTITLE, _AUTHOR))
    body = plain(section[1] if section else html, url)
    name = plain(author[2]).text if author else "author of the Medium export"
    account = Account(f"medium:{folded(name)}", name, url=canonical(author[1]) if author else "")
    number = f"medium:{url.rpartition('-')[2] if '-' in url else url}"
    answer = not subtitle and len(body.text) < 1_000
    post = Post(
        number, "medium", (account.id,), time, precision, body.text[:1_000_000],
        title=plain(title[2]).text if title and not answer else "", text_unquoted=body.unquoted, url=url,
        labels={"answer": True} if answer else {},
    )  # fmt: skip
    return Item(post, (account,), links_of(number, body.links))
