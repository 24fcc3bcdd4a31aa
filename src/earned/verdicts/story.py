"""What a report shows, made from what was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from earned.attribution.frame import COLLEAGUE, OTHER, OWN, PRIOR
from earned.model import Evidence, Planted, Post, Quoted, Receipt, Story, WeekCount
from earned.verdicts.leadership import Found, strongest

#: Rivals less probable are not told, nor more than so many.
LEAST_RIVAL, MOST_RIVALS = 0.03, 2


def tell(found: Found, *, title: str, topic: str, planted: Mapping[str, float] | None = None, most: int = 10) -> Story:
    """The story of a conversation.

    Args:
        found: Who leads it.
        title, topic: Of the page.
        planted: For a made-up world: person id -> posts by others per post, as planted.
        most: Receipts shown.
    """
    receipts = Receipts(found)
    return Story(
        title=title,
        topic=topic,
        leadership=found.leadership,
        weeks=weeks_of(found),
        receipts=tuple(receipts.of(one) for one in strongest(found, most)),
        found_and_planted=None if planted is None else _beside(found, planted),
    )


class Receipts:
    """Makes receipts of evidence: both sides, and the best other explanations. Look-ups are built once."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._row = {post.id: row for row, post in enumerate(found.placed.posts)}
        self._names = {account: person.name for person in found.people for account in person.accounts}

    def of(self, evidence: Evidence) -> Receipt:
        """One receipt; its passages are those of the evidence."""
        child, parent = (self._found.placed.posts[self._row[key]] for key in (evidence.child, evidence.parent))
        return Receipt(
            child=self._quoted(child, evidence.child_passage),
            parent=self._quoted(parent, evidence.parent_passage),
            evidence=evidence,
            counters=self._counters(evidence),
        )

    def _quoted(self, post: Post, passage: str) -> Quoted:
        return Quoted(
            self._author(post), post.channel, post.claimed_at, post.time_precision, post.url, passage, post.copied
        )

    def _author(self, post: Post) -> str:
        return ", ".join(self._names[account] for account in post.accounts if account in self._names) or "unknown"

    def _counters(self, evidence: Evidence) -> tuple[str, ...]:
        """The two most probable rivals of at least .03: other posts, news, or nothing at hand."""
        child, edges, causes = (
            self._row[evidence.child],
            self._found.attribution.edges,
            self._found.attribution.fitted.causes,
        )
        here = range(int(edges.start[child]), int(edges.start[child + 1]))
        rivals = [(float(causes.edge[e]), e) for e in here if edges.parent[e] != self._row[evidence.parent]]
        told = [(p, self._rival(p, e)) for p, e in sorted(rivals, reverse=True)[:MOST_RIVALS] if p > LEAST_RIVAL]
        alone = float(causes.background[child])
        told += (
            [(alone, f"With probability {alone:.2f} nothing at hand brought it about.")] if alone > LEAST_RIVAL else []
        )
        return tuple(sentence for _, sentence in sorted(told, reverse=True)[:MOST_RIVALS])

    def _rival(self, p: float, edge: int) -> str:
        edges, posts = self._found.attribution.edges, self._found.placed.posts
        parent = int(edges.parent[edge])
        if parent >= len(posts):
            return f"News that several reacted to at once explains it with probability {p:.2f}."
        kind = {
            OWN: "An earlier post of their own",
            COLLEAGUE: f"A post by the colleague {self._author(posts[parent])}",
            PRIOR: f"A much older post by {self._author(posts[parent])}",
        }
        what = kind.get(int(edges.type[edge]), f"A post by {self._author(posts[parent])}")
        return f"{what} of {_day(posts[parent])} explains it with probability {p:.2f}."


def _day(post: Post) -> str:
    return f"{post.claimed_at:%d %b %Y}".lstrip("0") if post.claimed_at else "unknown date"


def weeks_of(found: Found) -> tuple[WeekCount, ...]:
    """Posts of each week, and how many of them are best explained by an earlier post of somebody else."""
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
