"""What a report shows, made from what was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from earned.attribution.frame import COLLEAGUE, OTHER
from earned.model import Evidence, Planted, Post, Quoted, Receipt, Story, WeekCount
from earned.verdicts.leadership import Found, strongest


def tell(found: Found, *, title: str, topic: str, planted: Mapping[str, float] | None = None, most: int = 10) -> Story:
    """The story of a conversation.

    Args:
        found: Who leads it.
        title, topic: Of the page.
        planted: For a made-up world: person id -> posts by others per post, as planted.
        most: Receipts shown.
    """
    return Story(
        title=title,
        topic=topic,
        leadership=found.leadership,
        weeks=_weeks(found),
        receipts=tuple(receipt(found, one) for one in strongest(found, most)),
        found_and_planted=None if planted is None else _beside(found, planted),
    )


def receipt(found: Found, evidence: Evidence) -> Receipt:
    """One receipt with both sides and the best other explanation."""
    child, parent = found.passages.post(evidence.child), found.passages.post(evidence.parent)
    return Receipt(
        child=_quoted(found, child, evidence.child_passage),
        parent=_quoted(found, parent, evidence.parent_passage),
        evidence=evidence,
        counter=_counter(found, evidence),
    )


def _quoted(found: Found, post: Post, passage: str) -> Quoted:
    names = {account: person.name for person in found.people for account in person.accounts}
    author = ", ".join(names[account] for account in post.accounts if account in names) or "unknown"
    return Quoted(author, post.channel, post.claimed_at, post.time_precision, post.url, passage)


def _counter(found: Found, evidence: Evidence) -> str:
    """The best rival: another post, or nothing at all."""
    rows = {post.id: row for row, post in enumerate(found.placed.posts)}
    child, edges, causes = rows[evidence.child], found.attribution.edges, found.attribution.fitted.causes
    here = slice(int(edges.start[child]), int(edges.start[child + 1]))
    p = np.where(edges.parent[here] == rows[evidence.parent], 0.0, causes.edge[here])
    alone = float(causes.background[child])
    if len(p) and p.max() > max(alone, 0.03):
        parent = int(edges.parent[here][int(p.argmax())])
        if parent >= len(found.placed.posts):
            return f"News that several reacted to at once explains it with probability {p.max():.2f}."
        rival = found.placed.posts[parent]
        who = _quoted(found, rival, "").author
        return f"A post by {who} of {_day(rival)} explains it with probability {p.max():.2f}."
    return f"With probability {alone:.2f} nothing at hand brought it about." if alone > 0.03 else ""


def _day(post: Post) -> str:
    return f"{post.claimed_at:%d %b %Y}".lstrip("0") if post.claimed_at else "unknown date"


def _weeks(found: Found) -> tuple[WeekCount, ...]:
    frame, edges = found.attribution.frame, found.attribution.edges
    if not len(frame) or found.placed.posts[0].claimed_at is None:
        return ()
    first: date = found.placed.posts[0].claimed_at.date()
    monday = first - timedelta(days=first.weekday())
    week = ((frame.t + int(frame.weekday[0])) // 7).astype(int)
    outside = (edges.type == OTHER) | (edges.type == COLLEAGUE)
    p = np.bincount(edges.child()[outside], weights=found.attribution.fitted.causes.edge[outside], minlength=len(frame))
    posts, induced = np.bincount(week), np.bincount(week, weights=p)
    return tuple(WeekCount(monday + timedelta(weeks=k), int(posts[k]), float(induced[k])) for k in range(len(posts)))


def _beside(found: Found, planted: Mapping[str, float]) -> tuple[Planted, ...]:
    rows = {row.person.id: row for row in found.leadership.people}
    order = sorted((key for key in planted if key in rows and rows[key].induced), key=lambda key: -planted[key])
    return tuple(Planted(rows[key].person.name, planted[key], rows[key].induced) for key in order)
