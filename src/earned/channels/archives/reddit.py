"""The Reddit data request: own posts and comments; the address column is dropped unread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import Row, holds, table
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical
from earned.model import Account, Link, Post

_POSTS = ("id", "permalink", "date", "subreddit", "title", "url", "body")
_COMMENTS = ("id", "permalink", "date", "subreddit", "link", "body")
_NUMBER = re.compile(r"/comments/([a-z0-9]+)")
_WEB = re.compile(r"https?://[^\s)\]<>\"]+")


class Reddit(ArchiveChannel):
    """posts.csv and comments.csv of a data request."""

    name = "reddit"
    what = "Reddit data request"
    reads = ("posts", "comments", "owner")
    claimed_by = ("posts", "comments")
    leaves: ClassVar = {"private": "messages, votes, saved posts and addresses are not opened"}
    wants: ClassVar = {"posts": "No posts.csv.", "comments": "No comments.csv."}
    never = (
        "What others answered. Which communities are private is not said in it: look at the posts before others do.",
    )

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By columns."""
        if holds(head, *_COMMENTS, "parent"):
            return "comments"
        if holds(head, *_POSTS):
            return "posts"
        if holds(head, "statistic", "value"):
            return "owner"
        known = (("id", "permalink", "direction"), ("date", "ip"), ("id", "permalink"), ("from", "to", "body"))
        return "private" if any(holds(head, *columns) for columns in known) else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Posts and comments of the owner."""
        owner = _owner(opened, kinds, notes)
        for kind, wanted in (("posts", _POSTS), ("comments", _COMMENTS)):
            for member in kinds.get(kind, ()):
                for at, row in enumerate(table(opened.whole(member), member.name, wanted, notes), 1):
                    if item := _item(row, kind, owner, f"{member.name} row {at}", notes):
                        yield member, item


def _owner(opened: Opened, kinds: Kinds, notes: Notes) -> Account:
    for member in kinds.get("owner", ()):
        for row in table(opened.whole(member), member.name, ("statistic", "value"), notes):
            if row["statistic"].strip().casefold() == "account name":
                name = row["value"].strip()
                return Account(f"reddit:{name}", name, handle=name, url=f"https://www.reddit.com/user/{name}")
    return Account("reddit:owner", "owner of the Reddit data")


def _item(row: Row, kind: str, owner: Account, where: str, notes: Notes) -> Item | None:
    own = row["id"].strip()
    when = notes.time(row["date"], where)
    if when is None or not own:
        return None
    body = row["body"].strip()
    if kind == "comments" and body in ("", "[deleted]", "[removed]"):
        notes.ignored["deleted"] += 1
        return None
    number, links = f"reddit:{'t1' if kind == 'comments' else 't3'}_{own}", []
    thread = _NUMBER.search(row.get("link") or row["permalink"])
    if kind == "comments":
        parent = f"t1_{row['parent'].strip()}" if row.get("parent", "").strip() else f"t3_{thread[1]}" if thread else ""
        links = [Link(number, "reply", f"reddit:{parent}")] if parent else []
    web = [(canonical(one), "") for one in (*([row["url"]] if row.get("url") else []), *_WEB.findall(body))]
    post = Post(
        number, "reddit", (owner.id,), when[0], when[1], notes.text(body), title=row.get("title", "").strip(),
        url=canonical(row["permalink"]), thread=f"reddit:t3_{thread[1]}" if thread else "",
        labels={"subreddit": row["subreddit"].strip()},
    )  # fmt: skip
    return Item(post, (owner,), (*links, *links_of(number, [one for one in web if one[0] != post.url])))
