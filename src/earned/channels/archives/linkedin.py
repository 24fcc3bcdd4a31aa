"""The LinkedIn "copy of your data": own words only; nobody else's, and no counts, are in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import unquote

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import Row, decoded, holds, table
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical, plain
from earned.channels.same_post import label, numbers
from earned.model import Account, Link, Post

_COMMENT = re.compile(r"urn:li:comment:\([^)]*\)")
#: An answer to a comment names that comment first.
_ANSWER = re.compile(r"replyUrn=(urn:li:comment:\([^)]*\))")
_TABLES = {
    "shares": ("Date", "ShareLink", "ShareCommentary"),
    "reposts": ("Date", "Link"),
    "comments": ("Date", "Link", "Message"),
    "profile": ("First Name", "Last Name", "Headline"),
    "positions": ("Company Name", "Title", "Started On", "Finished On"),
    "messages": ("Conversation ID", "Content"),
    "connections": ("First Name", "Last Name", "Connected On"),
    "reactions": ("Date", "Type", "Link"),
    "invitations": ("From", "To", "Sent At"),
    "emails": ("Email Address", "Confirmed"),
    "phones": ("Number", "Type"),
    "votes": ("Date", "OptionText"),
    "searches": ("Time", "Search Query"),
    "registration": ("Registered At", "Registration Ip"),
    "ads": ("Ad Date",),
}
#: The first kind whose columns are all there; those with more columns come first.
_ORDER = sorted(_TABLES, key=lambda kind: -len(_TABLES[kind]))
#: Each line of a text in quotes of its own, not yet in a quoted row.
_LINES = re.compile(r'"\r?\n"(?!\d{4}-\d\d-\d\d)')


class LinkedIn(ArchiveChannel):
    """The zip that LinkedIn gives to its members; Basic and Complete."""

    name = "linkedin"
    what = "LinkedIn export"
    reads = ("shares", "comments", "reposts", "articles", "profile", "positions")
    claimed_by = ("shares", "comments", "articles", "positions")
    leaves: ClassVar = {
        "messages": "messages are private, never opened",
        "connections": "third parties' data, not opened",
        "reactions": "they say what one likes, not what one says",
        "votes": "they say what one likes, not what one says",
        "invitations": "messages are private, never opened",
        "emails": "addresses and numbers are never opened",
        "phones": "addresses and numbers are never opened",
        "registration": "addresses and numbers are never opened",
        "searches": "what one searches or is shown is nobody's idea",
        "ads": "what one searches or is shown is nobody's idea",
    }
    wants: ClassVar = {
        "shares": "No Shares: ask LinkedIn for the complete export.",
        "comments": "No Comments: ask LinkedIn for the complete export.",
        "articles": "No Articles: only the complete export has them.",
        "profile": "No Profile: the posts' author has no name.",
    }
    never = (
        "What others answered, and counts: LinkedIn exports neither. Copy answers into a text file that begins with"
        ' "Answers to ADDRESS" (docs/channels.md, answers) and add it, too.',
    )

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By columns; an article by its page."""
        for kind in _ORDER:
            if holds(head, *_TABLES[kind]):
                return kind
        if head.lstrip()[:1] == b"<" and b"linkedin.com/pulse/" in head and b"<html" in head[:2000].lower():
            return "articles"
        return ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Posts, comments, reposts and articles of the owner."""
        owner = _owner(opened, kinds, notes)
        companies = _companies(opened, kinds, notes)
        makers = {"shares": _share, "comments": _comment, "reposts": _repost}
        for kind, make in makers.items():
            for member in kinds.get(kind, ()):
                rows = table(opened.whole(member), member.name, _TABLES[kind], notes, _LINES)
                for number, row in enumerate(rows, 1):
                    where = f"{member.name} row {number}"
                    if item := make(row, owner, where, notes):
                        yield member, _employed(item, companies)
        for member in kinds.get("articles", ()):
            if item := _article(decoded(opened.whole(member), notes), owner, member.name, notes):
                yield member, _employed(item, companies)


def _owner(opened: Opened, kinds: Kinds, notes: Notes) -> Account:
    for member in kinds.get("profile", ()):
        for row in table(opened.whole(member), member.name, _TABLES["profile"], notes)[:1]:
            name = " ".join(f"{row['first name']} {row['last name']}".split())
            return Account(f"linkedin:{name.casefold().replace(' ', '-')}", name)
    return Account("linkedin:owner", "owner of the LinkedIn export")


#: (first month, last month or "", company)
_Spell = tuple[str, str, str]


def _companies(opened: Opened, kinds: Kinds, notes: Notes) -> list[_Spell]:
    """Where the owner worked, from month to month."""
    found: list[_Spell] = []
    for member in kinds.get("positions", ()):
        for row in table(opened.whole(member), member.name, _TABLES["positions"], notes):
            since, until = _month(row["started on"]), _month(row["finished on"])
            if since and row["company name"].strip():
                found.append((since, until, row["company name"].strip()))
    return sorted(found, reverse=True)


def _month(given: str) -> str:
    """ "Mar 2021" as "2021-03"."""
    months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    words = given.casefold().split()
    year = words[-1] if words and words[-1].isdecimal() and len(words[-1]) == 4 else ""
    known = [at for at, name in enumerate(months, 1) if words and words[0].startswith(name)]
    return f"{year}-{known[0] if known else 1:02}" if year else ""


def _employed(item: Item, companies: list[_Spell]) -> Item:
    """The same with the organization of that month, from the owner's own positions."""
    if item.post.claimed_at is None:
        return item
    month = f"{item.post.claimed_at:%Y-%m}"
    now = [name for since, until, name in companies if since <= month and (not until or month <= until)]
    post = item.post
    with_company = Post(
        post.id, post.channel, post.accounts, post.claimed_at, post.time_precision, post.text, post.title,
        url=post.url, organization=now[0] if now else "", thread=post.thread, labels=post.labels,
    )  # fmt: skip
    return Item(with_company, item.accounts, item.links, item.snapshots)


def _unlined(text: str) -> str:
    """A text whose lines each stand in quotes of their own, without them."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and all(x.endswith('"') for x in lines[:-1]) and all(x.startswith('"') for x in lines[1:]):
        lines = [line[at > 0 : len(line) - (at < len(lines) - 1)] for at, line in enumerate(lines)]
    return "\n".join(lines).replace('""', '"').strip()


def _public(row: Row, notes: Notes) -> bool:
    visibility = row.get("visibility", "").strip().upper()
    if visibility in ("", "MEMBER_NETWORK", "PUBLIC", "ANYONE"):
        return True
    notes.ignored["not public"] += 1
    return False


def _urn(link: str) -> str:
    return next(iter(numbers(link)), "")


def _share(row: Row, owner: Account, where: str, notes: Notes) -> Item | None:
    urn = _urn(row["sharelink"])
    when = notes.time(row["date"], where) if _public(row, notes) else None
    if when is None:
        return None
    if not urn:
        notes.reject(where, "no number in its link", row["sharelink"])
        return None
    number = f"linkedin:{urn}"
    text = _unlined(row["sharecommentary"])
    shared = canonical(row.get("sharedurl", ""))
    links = links_of(number, [(shared, "shared"), *plain(_linked(text)).links])
    post = Post(
        number, "linkedin", (owner.id,), when[0], when[1], notes.text(text),
        url=row["sharelink"].strip(), labels={"share": True} if shared and not text else {},
    )  # fmt: skip
    return Item(post, (owner,), links)


def _linked(text: str) -> str:
    return " ".join(f'<a href="{one}">.</a>' for one in re.findall(r"https?://[^\s<>\"]+", text))


def _comment(row: Row, owner: Account, where: str, notes: Notes) -> Item | None:
    when = notes.time(row["date"], where)
    if when is None:
        return None
    link = unquote(unquote(row["link"]))
    named = numbers(row["link"])
    parent, answer, comment = next(iter(named), ""), _ANSWER.search(link), _COMMENT.search(link)
    own = answer[1] if answer else comment[0] if comment else ""
    text = _unlined(row["message"].replace('\\"', '"'))
    if not text:
        notes.ignored["comment without words"] += 1
        return None
    number = f"linkedin:{own}" if own else f"linkedin:comment:{parent}:{row['date'].strip()}"
    links = (Link(number, "reply", f"linkedin:{parent}", 1, "comment on"),) if parent else ()
    post = Post(
        number, "linkedin", (owner.id,), when[0], when[1], notes.text(text), url=row["link"].strip(),
        thread=f"linkedin:{parent}" if parent else "", labels=label(f"linkedin:{one}" for one in named),
    )  # fmt: skip
    return Item(post, (owner,), (*links, *links_of(number, plain(_linked(text)).links)))


def _repost(row: Row, owner: Account, where: str, notes: Notes) -> Item | None:
    when, urn = notes.time(row["date"], where), _urn(row["link"])
    if when is None or not urn:
        if when:
            notes.reject(where, "no number in its link", row["link"])
        return None
    number = f"linkedin:repost:{urn}"
    post = Post(number, "linkedin", (owner.id,), when[0], when[1], "", url=row["link"].strip(), labels={"share": True})
    return Item(post, (owner,), (Link(number, "repost", f"linkedin:{urn}"),))


_ADDRESS = re.compile(r"https?://[\w.]*linkedin\.com/pulse/[^\s\"'<>?#]+")
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>|<title>(.*?)</title>", re.S | re.I)
_PUBLISHED = re.compile(
    r"(?:Published on|Created on|published\W+)\s*(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?)", re.I
)


def _article(html: str, owner: Account, where: str, notes: Notes) -> Item | None:
    address, title, date = _ADDRESS.search(html), _TITLE.search(html), _PUBLISHED.search(html)
    when = notes.time(date[1] if date else None, where)
    if address is None or when is None:
        return None
    body = plain(html, address[0])
    number = f"linkedin:{address[0].partition('/pulse/')[2]}"
    post = Post(
        number, "linkedin", (owner.id,), when[0], when[1], notes.text(body.text),
        title=plain(title[1] or title[2] or "").text if title else "", url=canonical(address[0]), labels={"document": True},
    )  # fmt: skip
    return Item(post, (owner,), links_of(number, body.links))
