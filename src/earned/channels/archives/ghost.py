"""The Ghost export: one JSON document; published posts with their authors, never members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import json_whole
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import plain
from earned.errors import Malformed
from earned.model import Account, Post


class Ghost(ArchiveChannel):
    """`db[0].data` with posts, users and who wrote what."""

    name = "ghost"
    what = "Ghost export"
    reads = ("export",)
    claimed_by = ("export",)
    leaves: ClassVar = {"people": "members are third parties, their list is not opened"}
    drops = ("Members, addresses of authors, pages, drafts, posts for members only.",)
    never = ("Comments, and what others said elsewhere.",)

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By how the document begins."""
        start = b"".join(head[:4096].split())
        if start.startswith((b'{"db":[{', b'{"meta":{"exported_on"', b'{"data":{"posts":')):
            return "export"
        return ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Published posts."""
        for member in kinds.get("export", ()):
            data = _data(json_whole(opened.whole(member), member.name), member.name)
            users = {str(one.get("id")): one for one in data.get("users") or []}
            wrote: dict[str, list[str]] = {}
            for row in sorted(data.get("posts_authors") or [], key=lambda row: row.get("sort_order") or 0):
                wrote.setdefault(str(row.get("post_id")), []).append(str(row.get("author_id")))
            for row in data.get("posts") or []:
                if item := _item(row, wrote, users, member.name, notes):
                    yield member, item


def _data(given: Any, where: str) -> dict[str, Any]:
    try:
        found = given["db"][0]["data"] if "db" in given else given["data"]
        if isinstance(found, dict):
            return found
    except (KeyError, IndexError, TypeError):
        pass
    raise Malformed("archive", where, "a Ghost export without data", permanent=True)


def _item(row: dict[str, Any], wrote: dict[str, list[str]], users: dict[str, dict[str, Any]], where: str,
          notes: Notes) -> Item | None:  # fmt: skip
    own = str(row.get("uuid") or row.get("id") or "")
    if row.get("status") != "published" or row.get("visibility", "public") != "public" or not own:
        notes.ignored["not public"] += 1
        return None
    if row.get("type") == "page" or row.get("page"):
        notes.ignored["a page, not a post"] += 1
        return None
    when = notes.time(_stamp(row.get("published_at")), f"{where} post {own}")
    if when is None:
        return None
    body = plain(str(row.get("html") or row.get("plaintext") or ""))
    authors = wrote.get(str(row.get("id"))) or ([str(row["author_id"])] if row.get("author_id") else [])
    accounts = tuple(_account(users[one]) for one in authors if one in users)
    number = f"ghost:{own}"
    post = Post(
        number, "ghost", tuple(one.id for one in accounts), when[0], when[1], notes.text(body.text),
        title=str(row.get("title") or ""), text_unquoted=body.unquoted, labels={"slug": str(row.get("slug") or "")},
    )  # fmt: skip
    return Item(post, accounts, links_of(number, body.links))


def _stamp(given: object) -> object:
    text = str(given or "")
    return text.replace(" ", "T") + "Z" if len(text) == 19 else given


def _account(user: dict[str, Any]) -> Account:
    slug = str(user.get("slug") or user.get("id"))
    return Account(f"ghost:{slug}", str(user.get("name") or slug), handle=slug)
