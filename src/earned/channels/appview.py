"""What others say to an account's posts on Bluesky: threads and quotations, which the account's own repository lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from earned.channels.atproto import bluesky_account, inside, record_item, tables
from earned.channels.base import Net
from earned.channels.items import Item, Notes
from earned.channels.live import asked
from earned.model import MetricSnapshot, Post

NAME = "bluesky"
#: Posts a page of the account's feed holds, and pages looked at: all there may be at first, then those of so many days,
#: for somebody may answer late.
_PAGE, _PAGES, LATE = 100, 20, timedelta(days=14)
#: Replies below replies, and pages of quotations of one post.
_DEPTH, _QUOTES = 10, 10
_COUNTS = (("likes", "likeCount"), ("reposts", "repostCount"), ("replies", "replyCount"), ("quotes", "quoteCount"))
#: Mark of people who ask not to be shown to whoever is not signed in.
_HIDDEN = "!no-unauthenticated"


def answers(net: Net, appview: str, did: str, notes: Notes, *, whole: bool) -> Iterator[Item]:
    """An account's posts with how often they were liked, shared, answered and quoted, and the answers and quotations.

    Args:
        net: The client.
        appview: Server that indexes the network.
        did: The account.
        notes: What is left out is counted here.
        whole: From the beginning, else posts of the last LATE only.

    Raises:
        ChannelError: as `Net.get`; `Malformed` when the server answers something else.
    """
    seen: set[str] = set()
    for view in _own(net, appview, did, notes, whole):
        found = [view]
        if view.get("replyCount"):
            found += _thread(net, appview, str(view["uri"]))
        if view.get("quoteCount"):
            found += _quotes(net, appview, str(view["uri"]))
        for one in found:
            if one.get("uri") not in seen and (item := viewed(one, notes)):
                seen.add(str(one["uri"]))
                yield item


def _own(net: Net, appview: str, did: str, notes: Notes, whole: bool) -> Iterator[dict[str, Any]]:
    after = ""
    for _ in range(_PAGES):
        query = f"actor={quote(did)}&limit={_PAGE}&filter=posts_with_replies{after}"
        answer = asked(net, NAME, f"{appview}/xrpc/app.bsky.feed.getAuthorFeed?{query}")
        rows = [row["post"] for row in answer.get("feed") or [] if "reason" not in row]  # a reason: somebody shared it
        yield from (row for row in rows if inside(row, "author", "did") == did)
        oldest = min((str(row.get("indexedAt") or "") for row in rows), default="")
        if not answer.get("cursor") or not (whole or oldest > (notes.now - LATE).isoformat()):
            return
        after = f"&cursor={quote(str(answer['cursor']))}"


def _thread(net: Net, appview: str, uri: str) -> list[dict[str, Any]]:
    query = f"uri={quote(uri)}&depth={_DEPTH}&parentHeight=0"
    answer = asked(net, NAME, f"{appview}/xrpc/app.bsky.feed.getPostThread?{query}")
    found, left = [], list(inside(answer, "thread", "replies") or [])
    while left:
        node = left.pop()
        if isinstance(node.get("post"), dict):  # else it is blocked or not found
            found.append(node["post"])
            left += node.get("replies") or []
    return found


def _quotes(net: Net, appview: str, uri: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    for _ in range(_QUOTES):
        answer = asked(net, NAME, f"{appview}/xrpc/app.bsky.feed.getQuotes?uri={quote(uri)}&limit=100{after}")
        found += answer.get("posts") or []
        if not answer.get("cursor"):
            break
        after = f"&cursor={quote(str(answer['cursor']))}"
    return found


def members_only(view: dict[str, Any]) -> bool:
    """Whether the author of a post asks not to be shown to whoever is not signed in."""
    return any(label.get("val") == _HIDDEN for label in tables(inside(view, "author", "labels")))


def viewed(view: dict[str, Any], notes: Notes) -> Item | None:
    """A post as the server shows it, with its counts; None: it is none, or not its author's."""
    did, path = str(inside(view, "author", "did") or ""), str(view.get("uri") or "").removeprefix("at://")
    if not did or path.partition("/")[0] != did:
        return None
    handle = str(inside(view, "author", "handle") or "").removesuffix("handle.invalid")
    account = bluesky_account(did, handle, view.get("author"))
    item = record_item(did, path.partition("/")[2], view.get("record") or {}, account, notes)
    if item is None:
        return None
    if members_only(view):
        notes.ignored["text of somebody who asks to be shown to members only"] += 1
        item.post = _wordless(item.post)
    counts = [(word, view.get(key)) for word, key in _COUNTS]
    item.snapshots = tuple(
        MetricSnapshot(item.post.id, word, float(n), notes.now, via=NAME) for word, n in counts if n is not None
    )
    return item


def _wordless(post: Post) -> Post:
    return Post(
        post.id, post.channel, post.accounts, post.claimed_at, post.time_precision, "", url=post.url, thread=post.thread
    )
