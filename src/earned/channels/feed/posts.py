"""Entries to posts, accounts and links."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from urllib.parse import urlsplit

from earned.channels.base import Net
from earned.channels.feed.entries import Author, Entry, ParsedFeed
from earned.channels.feed.fulltext import full_text, is_cut
from earned.channels.markup import Plain, canonical, plain
from earned.channels.records.rows import folded
from earned.channels.times import TimeRefused, When, read_time
from earned.model import Account, Link, LinkKind, MetricSnapshot, Post

NAME = "feed"
#: The answer that an answer begins by naming, as WordPress writes it in any language.
_COMMENT = re.compile(r"""<a href=["']([^"'<>]*)#comment-(\d+)["'][^<>]*>""")
#: The same where it was escaped twice.
_ESCAPED = re.compile(r"\A[^<>]{0,80}&lt;a href=&quot;[^<>]{0,400}?#comment-\d+&quot;&gt;[^<>]{0,200}?&lt;/a&gt;")
#: Texts are kept up to so many characters.
LONGEST_TEXT = 1_000_000
_LONGEST_SUMMARY = 2_000


@dataclass(slots=True)
class Told:
    """What the entries of one feed became."""

    posts: list[Post] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    snapshots: list[MetricSnapshot] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


def post_id(entry: Entry, place: str) -> str:
    """The entry's own id, the same after a move to https; ids that are no address are told apart by the place."""
    own = (
        entry.id
        or canonical(entry.link)
        or hashlib.sha256(f"{entry.title} {entry.published}".encode()).hexdigest()[:16]
    )
    scheme, colon, rest = own.partition("://")
    if colon and scheme.lower() in ("http", "https"):
        return f"{NAME}:{rest}"
    return f"{NAME}:{own}" if ":" in own else f"{NAME}:{place}#{own}"


def fingerprint(entry: Entry) -> str:
    """Eight letters that change when the entry's words do."""
    words = "\0".join((entry.id, entry.link, entry.title, entry.html))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:8]


def when_of(entry: Entry, now: datetime) -> datetime | None:
    """When it was published or changed, if that can be believed."""
    for given in (entry.published, entry.updated):
        try:
            return read_time(given, now=now).time
        except TimeRefused:
            continue
    return None


def _summary(entry: Entry, text: str) -> dict[str, object]:
    """What the author says it is about, where that is more than the text's beginning."""
    words = " ".join(plain(entry.summary).text.split()) if entry.summary else ""
    beginning = words.rstrip(" .\u2026[]")[:200]
    return {"summary": words[:_LONGEST_SUMMARY]} if words and beginning not in " ".join(text[:5_000].split()) else {}


class Teller:
    """Makes posts of the entries of one feed."""

    def __init__(self, feed: ParsedFeed, address: str, net: Net, now: datetime) -> None:
        self.feed, self.address, self.net, self.now = feed, address, net, now
        self.place = urlsplit(canonical(feed.link, address) or canonical(address)).hostname or NAME
        self.told = Told()

    def tell(self, entry: Entry) -> None:
        """Add one entry to what is told."""
        url = canonical(entry.link, self.address)
        body = plain(entry.html, (canonical(entry.base) and entry.base) or url or self.address)
        text, origin = self._text(body, url)
        number = post_id(entry, self.place)
        when, labels = self._when(entry)
        labels |= {"text_from": origin} | ({"tags": list(entry.tags)} if entry.tags else {}) | _summary(entry, text)
        place, accounts = self._accounts(entry)
        if place != self.place:
            labels["via"] = self.address
        self.told.posts.append(
            Post(
                id=number,
                channel=place,
                accounts=accounts,
                claimed_at=when.time if when else None,
                time_precision=when.precision if when else "unknown",
                text=text[:LONGEST_TEXT],
                title=" ".join(plain(entry.title).text.split()),
                text_unquoted=body.unquoted if origin == "feed" else None,
                url=url,
                lang=self.feed.lang.partition("-")[0].lower(),
                labels=labels,
            )
        )
        self._links(number, entry, body)
        if entry.comments is not None:
            self.told.snapshots.append(MetricSnapshot(number, "replies", entry.comments, self.now, via=NAME))

    def answer(self, entry: Entry, above: str) -> None:
        """Add an answer to the post `above`, or to another answer that it names first."""
        url, number = canonical(entry.link, self.address), post_id(entry, self.place)
        html = _ESCAPED.sub(lambda found: unescape(found[0]), entry.html, count=1)
        body = plain(html, url or self.address)
        when, labels = self._when(entry)
        named = _COMMENT.search(html[:400])
        if named and urlsplit(canonical(named[1], self.address)).hostname != self.place:
            named = None
        own_words = (body.unquoted or body.text).partition("\n\n")[2] if named else body.unquoted
        accounts = tuple(dict.fromkeys(self._commenter(author) for author in entry.authors))
        self.told.posts.append(
            Post(
                id=number,
                channel=self.place,
                accounts=accounts,
                claimed_at=when.time if when else None,
                time_precision=when.precision if when else "unknown",
                text=body.text[:LONGEST_TEXT],
                text_unquoted=own_words,
                url=url,
                thread=above,
                lang=self.feed.lang.partition("-")[0].lower(),
                labels=labels | {"text_from": "feed"},
            )
        )
        if not entry.replies_to:
            own, mark, _ = number.rpartition("#comment-")
            self.told.links.append(Link(number, "reply", f"{own}{mark}{named[2]}" if named and mark else above))
        self._links(number, entry, body)

    def _commenter(self, author: Author) -> str:
        """Anybody can give a name in a comment: it is not the account of an author of that name."""
        name = " ".join(plain(author.name).text.split()) or author.name
        account = Account(f"{NAME}:{self.place}:commenter:{folded(name)}", name, url=canonical(author.url))
        self.told.accounts.setdefault(account.id, account)
        return account.id

    def _text(self, body: Plain, url: str) -> tuple[str, str]:
        """The words, and whether they are the feed's or the page's."""
        if url and is_cut(body.text):
            whole, why_not = full_text(url, self.net, seen_at=self.address)
            if len(whole) > len(body.text):
                return whole, "page"
            if why_not:
                self.told.notes[why_not] += 1
        return body.text, "feed"

    def _when(self, entry: Entry) -> tuple[When | None, dict[str, object]]:
        """When it was published; else when it was changed, which is said; else unknown: never the time of reading."""
        for word, given in (("published", entry.published), ("updated", entry.updated)):
            if not given:
                continue
            try:
                found = read_time(given, now=self.now)
            except TimeRefused as fault:
                self.told.notes[f"{word}: {fault}"] += 1
                continue
            if found.note:
                self.told.notes[found.note] += 1
            return found, {"time_from": "updated"} if word == "updated" else {}
        self.told.notes["no time"] += 1
        return None, {}

    def _accounts(self, entry: Entry) -> tuple[str, tuple[str, ...]]:
        """The place an entry belongs to and who wrote it."""
        title, link = entry.source
        place = urlsplit(canonical(link)).hostname or self.place
        foreign = place != self.place
        authors = entry.authors or (() if foreign else self.feed.authors)
        if authors:
            return place, tuple(dict.fromkeys(self._account(author, place) for author in authors))
        name = plain(title if foreign else self.feed.title).text or place
        site = link if foreign else self.feed.link
        account = Account(f"{NAME}:{place}", " ".join(name.split()), "group", url=canonical(site, self.address))
        self.told.accounts[account.id] = account
        return place, (account.id,)

    def _account(self, author: Author, place: str) -> str:
        name = " ".join(plain(author.name).text.split()) or author.name
        owned = self.feed.link if place == self.place and self._is_alone(author) else ""
        account = Account(f"{NAME}:{place}:{folded(name)}", name, url=canonical(author.url or owned, self.address))
        self.told.accounts.setdefault(account.id, account)
        return account.id

    def _is_alone(self, author: Author) -> bool:
        """Whether the feed itself names this one author: then its site is theirs."""
        return [folded(one.name) for one in self.feed.authors] == [folded(author.name)]

    def _links(self, number: str, entry: Entry, body: Plain) -> None:
        found: dict[tuple[LinkKind, str], tuple[int, str]] = {}
        replies = [self._reply(ref) for ref in entry.replies_to]
        kinds: list[tuple[LinkKind, list[tuple[str, str]]]] = [
            ("reply", [(target, "in-reply-to") for target in replies]),
            ("quote", [(target, "blockquote") for target in body.quotes]),
            ("cite", [(target, "via") for one in entry.via if (target := canonical(one, self.address))]),
            ("url", list(body.links)),
        ]
        for kind, targets in kinds:
            for target, words in targets:
                count, first = found.get((kind, target), (0, words))
                found[kind, target] = (count + 1, first)
        self.told.links += [Link(number, kind, to, count, words[:200]) for (kind, to), (count, words) in found.items()]

    def _reply(self, reference: str) -> str:
        return canonical(reference, self.address) or post_id(Entry(id=reference), self.place)
