"""What channels that ask an API have in common: JSON or an error in words, items to pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from earned.channels.archives.inventory import Item, Notes
from earned.channels.base import Net
from earned.errors import ChannelError, Malformed
from earned.model import Account, Page


def asked(net: Net, channel: str, url: str, *, most: int = 20_000_000) -> Any:
    """What an API says at `url`.

    Raises:
        ChannelError: as `Net.get`; `Malformed` when it is no JSON, such as a page to log in.
    """
    try:
        answer = net.get(url, headers={"Accept": "application/json"}, most=most)
        return json.loads(answer.body)
    except ChannelError as fault:
        raise type(fault)(
            channel, url[:200], fault.reason, permanent=fault.permanent, retry_after=fault.retry_after
        ) from None
    except (ValueError, RecursionError):
        raise Malformed(channel, url[:200], "answered something that is not JSON", permanent=False) from None


def parsed(cursor: str | None) -> dict[str, Any]:
    """A cursor as it was written; empty when it is none."""
    try:
        found = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def page(items: Iterable[Item], cursor: Mapping[str, object], notes: Notes) -> Page:
    """One page of items, oldest first, each id once."""
    unique = {item.post.id: item for item in items}
    rows = sorted(
        unique.values(), key=lambda item: item.post.claimed_at or datetime.max.replace(tzinfo=notes.now.tzinfo)
    )
    accounts: dict[str, Account] = {one.id: one for item in rows for one in item.accounts}
    ignored, rejected = dict(notes.ignored), tuple(notes.rejected)
    notes.ignored.clear()
    notes.rejected.clear()
    return Page(
        tuple(item.post for item in rows), tuple(accounts.values()), tuple(link for item in rows for link in item.links),
        json.dumps(cursor, separators=(",", ":")), notes.now, tuple(one for item in rows for one in item.snapshots),
        rejected=rejected, ignored=ignored,
    )  # fmt: skip
