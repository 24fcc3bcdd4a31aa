"""Hacker News through its public search: a thread, what one account says, or stories and comments on words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from earned.channels.base import Net, Source
from earned.channels.items import Item, Notes, links_of, page, parsed
from earned.channels.live import asked
from earned.channels.markup import canonical, plain
from earned.model import Account, Link, MetricSnapshot, Page, Post

NAME = "hackernews"
#: The service shows at most so many hits of one question.
HITS = 1_000
#: Hits can appear late: so many seconds are asked for again.
_OVERLAP = 600
_BEGAN = 1_160_000_000
_READS = "Stories and comments with who answers whom, links and points."
_LEAVES = "Votes of single people; the submitter of a link is never its author."


class HackerNews:
    """Stories and comments."""

    name = NAME
    base = "https://hn.algolia.com/api/v1"

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:  # noqa: ARG002  the address says it all
        """An address on Hacker News: an item, a user, a site, or a search."""
        try:
            what = _asks(given)
        except ValueError:
            return None
        return Source(NAME, given, f"Hacker News: {what[1]}", (_READS,), (_LEAVES,)) if what else None

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Hits in slices of time, oldest first, each slice a page."""
        notes, before = Notes(self._now()), parsed(cursor)
        kind, value = _asks(address) or ("query", address)
        since = int(before.get("since") or _BEGAN)
        seen = {str(one) for one in before.get("seen") or ()}
        until = int(notes.now.timestamp())
        filters = {"story": f"tags=story_{value}", "author": f"tags=(story,comment),author_{value}",
                   "site": f"tags=story&restrictSearchableAttributes=url&query={quote_plus(value)}",
                   "query": f"tags=(story,comment)&query={quote_plus(value)}"}[kind]  # fmt: skip
        if kind == "story" and not before:
            asked(net, NAME, f"{self.base}/items/{quote_plus(value)}")  # is it there at all?
        for hits, end in self._slices(net, filters, max(since - _OVERLAP, 0), until):
            fresh = [hit for hit in hits if str(hit.get("objectID")) not in seen]
            recent = [str(hit.get("objectID")) for hit in hits if int(hit.get("created_at_i") or 0) > end - _OVERLAP]
            items = [item for hit in fresh if (item := _item(hit, notes))]
            yield page(items, {"since": end, "seen": recent[-250:]}, notes)

    def _slices(self, net: Net, filters: str, since: int, until: int) -> Iterator[tuple[list[dict[str, Any]], int]]:
        """Hits of [since, until), halved until the service shows all."""
        url = (
            f"{self.base}/search_by_date?{filters}&hitsPerPage={HITS}"
            f"&numericFilters=created_at_i>={since},created_at_i<{until}"
        )
        found = asked(net, NAME, url)
        if int(found.get("nbHits") or 0) > HITS and until - since > 1:
            half = (since + until) // 2
            yield from self._slices(net, filters, since, half)
            yield from self._slices(net, filters, half, until)
        else:
            yield [hit for hit in found.get("hits") or [] if isinstance(hit, dict)], until


def _asks(given: str) -> tuple[str, str] | None:
    """What an address asks for: (kind, value)."""
    parts = urlsplit(given)
    query = parse_qs(parts.query)
    first = {name: values[0] for name, values in query.items()}
    if parts.hostname == "news.ycombinator.com":
        kinds = {
            "/item": ("story", "id"),
            "/user": ("author", "id"),
            "/threads": ("author", "id"),
            "/from": ("site", "site"),
        }
        kind, key = kinds.get(parts.path, ("", ""))
        return (kind, first[key]) if first.get(key) else None
    if parts.hostname == "hn.algolia.com" and (first.get("q") or first.get("query")):
        return "query", first.get("q") or first["query"]
    return None


def _item(hit: dict[str, Any], notes: Notes) -> Item | None:
    own = str(hit.get("objectID") or "")
    when = notes.time(int(hit.get("created_at_i") or 0) or None, f"item {own}")
    if when is None or not own:
        return None
    name, number = str(hit.get("author") or ""), f"{NAME}:{own}"
    account = Account(f"{NAME}:{name}", name, handle=name, url=f"https://news.ycombinator.com/user?id={name}")
    body = plain(str(hit.get("comment_text") or hit.get("story_text") or ""))
    shared = canonical(str(hit.get("url") or ""))
    parent = hit.get("parent_id")
    links = [Link(number, "reply", f"{NAME}:{parent}")] if parent else []
    post = Post(
        number, NAME, (account.id,) if name else (), when[0], when[1], notes.text(body.text),
        title=str(hit.get("title") or ""), url=f"https://news.ycombinator.com/item?id={own}",
        thread=f"{NAME}:{hit.get('story_id') or own}", labels={"share": True} if shared else {},
    )  # fmt: skip
    counts = [(word, hit.get(key)) for word, key in (("points", "points"), ("replies", "num_comments"))]
    snapshots = tuple(
        MetricSnapshot(number, word, float(n), notes.now, via=NAME) for word, n in counts if n is not None
    )
    return Item(
        post, (account,) if name else (), (*links, *links_of(number, [(shared, "story"), *body.links])), snapshots
    )
