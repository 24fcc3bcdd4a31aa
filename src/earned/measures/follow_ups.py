"""Answers that wait for an answer."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from earned.measures.exchange import Exchange
from earned.model import Quoted
from earned.model.follow import FollowUp
from earned.text.clean import readable

#: Days within which an answer is expected (method 24), and days after which it is too late for one.
DAYS, STALE = 7, 90


def follow_ups(acts: Exchange, code: int, *, today: date) -> tuple[FollowUp, ...]:
    """Posts by others that link to a person's post and got no link back.

    Args:
        acts: Of the conversation.
        code: Of the person.
        today: The day from which to look; posts of the last ninety days before it wait.

    Returns:
        Questions first, then by day. The day to answer is a week after the post, or today where that has passed.

    Raises:
        Nothing.

    Source:
        Method 24, barrier 9.
    """
    frame, own = acts.attribution.frame, acts.attribution.posts_of(code)
    answered = set(frame.link_parent[np.isin(frame.link_child, own)].tolist())
    towards = np.isin(frame.link_parent, own)
    to = dict(zip(frame.link_child[towards].tolist(), frame.link_parent[towards].tolist()))
    rows = dict.fromkeys(acts.linked.of(code).child.tolist())
    found = [_follow_up(acts, row, to[row], today) for row in rows if row not in answered]
    return tuple(sorted((one for one in found if one), key=lambda one: (not one.asks, one.due, one.post)))


def _follow_up(acts: Exchange, row: int, to: int, today: date) -> FollowUp | None:
    post, frame = acts.placed.posts[row], acts.attribution.frame
    if post.claimed_at is None or (today - post.claimed_at.date()).days not in range(STALE + 1):
        return None
    codes = frame.person[frame.author_start[row] : frame.author_start[row + 1]].tolist()
    author = next(acts.people[p].name for p in codes if p < acts.placed.known)
    text = readable(post.text if post.text_unquoted is None else post.text_unquoted)
    quoted = Quoted(author, post.channel, post.claimed_at, post.time_precision, post.url, text[:600], post.copied)
    due = max(post.claimed_at.date() + timedelta(days=DAYS), today)
    return FollowUp(post.id, acts.placed.posts[to].id, author, quoted, "?" in text, due)
