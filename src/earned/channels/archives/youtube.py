"""YouTube Takeout: own comments; what was watched or searched is never opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import Row, holds, table
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes
from earned.model import Account, Link, Post

_COLUMNS = ("Comment ID", "Channel ID", "Comment Create Timestamp", "Video ID", "Comment Text")


class YouTube(ArchiveChannel):
    """comments.csv of a Takeout in English."""

    name = "youtube"
    what = "YouTube comments (Takeout)"
    reads = ("comments",)
    claimed_by = ("comments",)
    leaves: ClassVar = {"private": "what was watched, searched or subscribed to is never opened"}
    never = ("Videos and what others answered; headers in other languages than English are not known.",)

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  Reddit's has the same name
        """By columns."""
        if holds(head, *_COLUMNS):
            return "comments"
        history = b"watch-history" in head or b"Watched" in head[:4000] or b"search_query" in head
        return "private" if history or holds(head, "Channel Id", "Channel Url") else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Comments of the owner."""
        for member in kinds.get("comments", ()):
            for at, row in enumerate(table(opened.whole(member), member.name, _COLUMNS, notes), 1):
                if item := _item(row, f"{member.name} row {at}", notes):
                    yield member, item


def _text(given: str) -> str:
    """A text, or the runs of one in JSON."""
    if not given.lstrip().startswith(("{", "[")):
        return given.strip()
    try:
        runs = json.loads(given if given.lstrip().startswith("[") else f"[{given}]")
    except (ValueError, RecursionError):
        return given.strip()
    return "".join(str(run.get("text", "")) for run in runs if isinstance(run, dict)).strip()


def _item(row: Row, where: str, notes: Notes) -> Item | None:
    when, own, video = (
        notes.time(row["comment create timestamp"], where),
        row["comment id"].strip(),
        row["video id"].strip(),
    )
    if when is None or not own:
        return None
    owner = Account(f"youtube:{row['channel id'].strip()}", "owner of the Takeout")
    number, parent = f"youtube:{own}", row.get("parent comment id", "").strip()
    target = f"youtube:{parent}" if parent else f"https://www.youtube.com/watch?v={video}"
    post = Post(
        number, "youtube", (owner.id,), when[0], when[1], notes.text(_text(row["comment text"])),
        url=f"https://www.youtube.com/watch?v={video}&lc={own}", thread=f"youtube:video:{video}",
    )  # fmt: skip
    return Item(post, (owner,), (Link(number, "reply", target),) if parent or video else ())
