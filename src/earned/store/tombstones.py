"""What removed people leave behind: keyed hashes, by which later readings leave them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from django.conf import settings

from earned.model import Link, Page
from earned.store import workspace
from earned.store.models import TombstoneRow

#: Why posts are left out of a page, in the words of `Kept.ignored`.
REASON = "post by somebody who asked to be removed"


class Tombstones:
    """All of the workspace's, read once for a page."""

    def __init__(self) -> None:
        self._key = f"tombstones {workspace.secret(settings.EARNED_WORKSPACE)}".encode()[:64]
        self._marks = frozenset(TombstoneRow.objects.values_list("hash", flat=True))

    def __bool__(self) -> bool:
        return bool(self._marks)

    def __contains__(self, name: str) -> bool:
        return self.mark(name) in self._marks

    def mark(self, name: str) -> str:
        """The keyed hash of an id or address."""
        return blake2b(name.encode(errors="backslashreplace"), key=self._key, digest_size=16).hexdigest()

    def instead(self, link: Link) -> Link:
        """The link, its target a tombstone when that is gone."""
        return replace(link, target=f"removed:{self.mark(link.target)}", evidence="") if link.target in self else link

    def add(self, names: Iterable[str], now: datetime) -> None:
        """Leave ids and addresses out from now on."""
        rows = [TombstoneRow(hash=self.mark(name), at=now) for name in names if name]
        TombstoneRow.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        self._marks |= {row.hash for row in rows}


def without_removed(page: Page) -> Page:
    """The page without removed people: their accounts, posts, links and counts; links to them end at a tombstone."""
    stones = Tombstones()
    if not stones:
        return page
    out = {post.id for post in page.posts if post.id in stones or any(one in stones for one in post.accounts)}
    count = sum(post.id in out for post in page.posts)
    return replace(
        page,
        posts=tuple(post for post in page.posts if post.id not in out),
        accounts=tuple(account for account in page.accounts if account.id not in stones),
        links=tuple(stones.instead(one) for one in page.links if one.from_post not in out and one.from_post not in stones),
        snapshots=tuple(one for one in page.snapshots if one.post not in out and one.post not in stones),
        ignored=Counter(page.ignored) + Counter({REASON: count}),
    )  # fmt: skip
