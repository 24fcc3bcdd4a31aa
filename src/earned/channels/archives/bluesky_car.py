"""A Bluesky repository as a CAR file: own posts, replies, quotes and reposts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.opened import Member, Opened
from earned.channels.atproto import PROFILE_PATH, bluesky_account, car_records, record_item
from earned.channels.items import Item, Notes
from earned.errors import Malformed


class BlueskyCar(ArchiveChannel):
    """What "export my data" of Bluesky gives."""

    name = "bluesky-car"
    what = "Bluesky repository (CAR)"
    reads = ("car",)
    claimed_by = ("car",)
    leaves: ClassVar = {}
    never = (
        "What others answered: add the account's address as well (earned add STUDY https://bsky.app/profile/NAME).",
    )

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By the CAR header: a length, then CBOR with roots and version."""
        return "car" if b"eroots" in head[:64] and b"gversion" in head[:128] else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Posts and reposts; likes, follows and blocks are counted and left."""
        for member in kinds.get("car", ()):
            try:
                did, records = car_records(opened.whole(member, 1_000_000_000))
            except ValueError as fault:
                where = f"{opened.path}: {member.name}"
                raise Malformed("archive", where, f"not a whole repository ({fault})", permanent=True) from None
            account = bluesky_account(did, "", dict(records).get(PROFILE_PATH))
            for path, record in records:
                if item := record_item(did, path, record, account, notes):
                    yield member, item
