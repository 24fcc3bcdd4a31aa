"""Who was removed on request, as keyed hashes: what their channel brings again is left out. Knows no Django."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from earned.model import Link, Page, Post

#: What stands in a text where somebody was named or quoted.
REMOVED = "[removed]"
LEFT_OUT = "of somebody who asked to be removed"
_WORD = re.compile(r"[\w@]+(?:[.'-][\w@]+)*")
T = TypeVar("T")


def mark(key: str, kind: str, text: str) -> str:
    """The keyed hash of an id, an address or words."""
    return blake2b(f"{kind}\x1f{text}".encode(errors="replace"), key=_key(key), digest_size=16).hexdigest()


def _key(key: str) -> bytes:
    return blake2b(f"tombstones {key}".encode(), digest_size=32).digest()


def said(text: str, size: int) -> str:
    """Words as they are compared: several without regard to capitals, one as it is written (Rose is no rose)."""
    return text if size == 1 else text.casefold()


def words(text: str) -> list[str]:
    """The words of a name, as they stand in a text."""
    return _WORD.findall(text)


def under(address: str) -> Iterator[str]:
    """The place an address stands for, and those above it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    if not parts.hostname:
        return
    steps = [step for step in unquote(parts.path).split("/") if step][:8]
    for end in range(len(steps), -1, -1):
        yield "/".join([parts.hostname.removeprefix("www."), *steps[:end]])


@dataclass(frozen=True, slots=True)
class Tombstones:
    """All marks of a workspace."""

    key: str
    ids: frozenset[str]
    places: frozenset[str]
    names: frozenset[str]
    #: How many words the names have.
    sizes: tuple[int, ...]

    def is_removed(self, id: str) -> bool:
        """Whether this account, post or address is removed."""
        return mark(self.key, "id", id) in self.ids

    def target(self, address: str) -> str:
        """Where a link leads: a tombstone when its target is removed."""
        if self.is_removed(address):
            return f"removed:{mark(self.key, 'id', address)[:16]}"
        if self.places and "://" in address:
            for place in under(address):
                if (found := mark(self.key, "place", place)) in self.places:
                    return f"removed:{found[:16]}"
        return address

    def text(self, text: str) -> str:
        """The text without the names."""
        if not self.sizes or not text:
            return text
        found = list(_WORD.finditer(text))
        spans = []
        for size in self.sizes:
            for at in range(len(found) - size + 1):
                given = " ".join(one[0] for one in found[at : at + size])
                if mark(self.key, "words", said(given, size)) in self.names:
                    spans.append((found[at].start(), found[at + size - 1].end()))
        return cut(text, spans)

    def post(self, post: Post) -> Post | None:
        """The post without who is removed; None when nothing of it stays."""
        accounts = tuple(account for account in post.accounts if not self.is_removed(account))
        if (post.accounts and not accounts) or self.is_removed(post.id):
            return None
        now = replace(
            post, accounts=accounts, title=self.text(post.title), text=self.text(post.text),
            text_unquoted=None if post.text_unquoted is None else self.text(post.text_unquoted),
            thread=self.target(post.thread), url="" if self.target(post.url) != post.url else post.url,
        )  # fmt: skip
        return post if now == post else now

    def link(self, link: Link) -> Link | None:
        """The link, its end a tombstone where that is removed."""
        if self.is_removed(link.from_post):
            return None
        target, evidence = self.target(link.target), self.text(link.evidence)
        same = (target, evidence) == (link.target, link.evidence)
        return link if same else replace(link, target=target, evidence=evidence)

    def page(self, page: Page) -> Page:
        """The page without everybody who is removed."""
        posts, links = _left(map(self.post, page.posts)), _left(map(self.link, page.links))
        missing = len(page.posts) - len(posts)
        return replace(
            page, posts=posts, links=links,
            accounts=tuple(one for one in page.accounts if not self.is_removed(one.id)),
            snapshots=tuple(one for one in page.snapshots if not self.is_removed(one.post)),
            gone=tuple(one for one in page.gone if not self.is_removed(one.post)),
            affiliations=tuple(one for one in page.affiliations if not self.is_removed(one.person)),
            rejected=tuple(
                replace(one, where=self.text(one.where), detail=self.text(one.detail)) for one in page.rejected
            ),
            ignored=Counter(page.ignored) + Counter({LEFT_OUT: missing}),
        )  # fmt: skip


def _left(items: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(one for one in items if one is not None)


def cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with each span replaced; spans that touch become one."""
    parts, end = list[str](), 0
    for start, stop in sorted(spans):
        if start >= end or not parts:
            parts += [text[end:start], REMOVED]
        end = max(end, stop)
    return "".join([*parts, text[end:]]) if parts else text


#: Words in a row that are somebody's, and how many make a quotation whoever else uses them.
GRAM, QUOTATION = 5, 8


class Quotations:
    """The words of removed posts, found again in those of others."""

    def __init__(self) -> None:
        self._grams: dict[int, int] = {}

    def learn(self, text: str) -> None:
        """Words of the person."""
        self._grams.update(dict.fromkeys(_grams(_plain(text)), 0))

    def __bool__(self) -> bool:
        return bool(self._grams)

    def count(self, text: str) -> bool:
        """Whether a text of somebody else shares five words in a row; counted, because phrases are everybody's."""
        shared = {gram for gram in _grams(_plain(text)) if gram in self._grams}
        for gram in shared:
            self._grams[gram] += 1
        return bool(shared)

    def cut(self, text: str) -> str:
        """The text without quotations: eight words in a row, or five that at most two others use."""
        found = list(_WORD.finditer(text))
        grams = _grams([one[0].casefold() for one in found])
        spans, at = [], 0
        while at < len(grams):
            end, rare = at, False
            while end < len(grams) and grams[end] in self._grams:
                rare = rare or self._grams[grams[end]] <= 2
                end += 1
            if end > at and (rare or end - at + GRAM - 1 >= QUOTATION):
                spans.append((found[at].start(), found[end + GRAM - 2].end()))
            at = max(end, at + 1)
        return cut(text, spans)


def _plain(text: str) -> list[str]:
    return [one.casefold() for one in _WORD.findall(text)]


def _grams(given: list[str]) -> list[int]:
    return [hash(tuple(given[at : at + GRAM])) for at in range(len(given) - GRAM + 1)]
