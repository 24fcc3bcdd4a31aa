"""The Substack export: published posts open to everyone; subscribers are never opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from typing import ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import Row, decoded, folded, holds, table
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import plain
from earned.model import Account, MetricSnapshot, Post

_POSTS = ("post_id", "post_date", "is_published", "audience", "title")


class Substack(ArchiveChannel):
    """posts.csv, a page for each post, and counts of opens and deliveries."""

    name = "substack"
    what = "Substack export"
    reads = ("posts", "opens", "delivers", "page")
    claimed_by = ("posts",)
    leaves: ClassVar = {"people": "subscribers are third parties, their list is not opened"}
    never = ("Comments and restacks: Substack does not export them. The author's name: the export has none.",)

    def kind_of(self, head: bytes, member: Member) -> str:
        """By columns; pages by their markup (which post one is, its name must say)."""
        if holds(head, *_POSTS):
            return "posts"
        if holds(head, "post_id", "email", "timestamp") or holds(head, "post_id", "email"):
            return "opens" if holds(head, "open_time") or holds(head, "device_type") else "delivers"
        if holds(head, "email", "active_subscription") or holds(head, "email", "created_at"):
            return "people"
        start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:200]
        number = member.name.rpartition("/")[2].partition(".")[0]
        return "page" if number.isdecimal() and (start[:1] == b"<" or not start) else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Published posts with their text and counts."""
        pages = {_number(member.name): member for member in kinds.get("page", ())}
        counts = {kind: _distinct(opened, kinds, kind, notes) for kind in ("opens", "delivers")}
        name = opened.path.name.partition(".")[0]
        owner = Account(f"substack:{folded(name)}", name)
        for member in kinds.get("posts", ()):
            rows = table(opened.whole(member), member.name, _POSTS, notes)
            for at, row in enumerate(rows, 1):
                if not _told(row, notes):
                    continue
                page = pages.get(_number(row["post_id"]))
                html = decoded(opened.whole(page), notes) if page else ""
                if item := _item(row, html, owner, f"{member.name} row {at}", notes):
                    item.snapshots = tuple(_counts(item.post.id, row["post_id"], counts, notes))
                    yield member, item


def _number(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]


def _distinct(opened: Opened, kinds: Kinds, kind: str, notes: Notes) -> dict[str, int]:
    """Distinct readers of each post; who they are is forgotten here."""
    people: dict[str, set[int]] = defaultdict(set)
    for member in kinds.get(kind, ()):
        for row in table(opened.whole(member), member.name, ("post_id", "email"), notes):
            people[_number(row["post_id"])].add(hash(row["email"]))
    return {post: len(found) for post, found in people.items()}


def _told(row: Row, notes: Notes) -> bool:
    if row["is_published"].strip().casefold() != "true":
        notes.ignored["draft"] += 1
    elif row["audience"].strip().casefold() != "everyone":
        notes.ignored["not public"] += 1
    elif row.get("type", "").strip().casefold() == "page":
        notes.ignored["a page, not a post"] += 1
    else:
        return True
    return False


def _item(row: Row, html: str, owner: Account, where: str, notes: Notes) -> Item | None:
    when = notes.time(row["post_date"], where)
    if when is None or not row["post_id"].strip():
        return None
    number = f"substack:{row['post_id'].strip()}"
    body = plain(html)
    if not html:
        notes.ignored["no page with its text"] += 1
    title = unescape(unescape(row["title"])).strip()
    subtitle = unescape(unescape(row.get("subtitle", ""))).strip()
    post = Post(
        number, "substack", (owner.id,), when[0], when[1], notes.text(body.text or subtitle), title=title,
        text_unquoted=body.unquoted, labels={"subtitle": subtitle, "type": row.get("type", "")},
    )  # fmt: skip
    return Item(post, (owner,), links_of(number, body.links))


def _counts(post: str, number: str, counts: dict[str, dict[str, int]], notes: Notes) -> Iterator[MetricSnapshot]:
    for kind, name in (("opens", "opens"), ("delivers", "delivered")):
        if count := counts[kind].get(_number(number)):
            yield MetricSnapshot(post, name, count, notes.now, "people", "substack export")
