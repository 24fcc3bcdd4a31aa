"""How steadily a person posts."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from earned.attribution.attribution import Attribution
from earned.attribution.conversation import Placed
from earned.model import WeekCount
from earned.model.pages import Cadence


def cadence(attribution: Attribution, placed: Placed, person: int) -> Cadence:
    """Posts in each week of the conversation, silences, and how irregular the gaps are.

    Args:
        attribution: Of one conversation.
        placed: Its posts.
        person: Code of the person.

    Returns:
        Weeks from the first to the last of the conversation; `active` counts from the person's own first week.

    Raises:
        Nothing: without posts everything is empty.

    Source:
        Definition; coefficient of variation of the gaps (method 24, barrier 11).
    """
    rows, frame = attribution.posts_of(person), attribution.frame
    at = placed.posts[0].claimed_at if placed.posts else None
    if not len(rows) or at is None:
        return Cadence((), 0.0, 0, None)
    monday = at.date() - timedelta(days=at.weekday())
    week = ((frame.t + int(frame.weekday[0])) // 7).astype(int)
    posts = np.bincount(week[rows], minlength=int(week[-1]) + 1)
    since = posts[int(week[rows].min()) :]
    weeks = tuple(WeekCount(monday + timedelta(weeks=k), int(n), 0.0) for k, n in enumerate(posts))
    return Cadence(weeks, float((since > 0).mean()), _longest(since == 0), _irregularity(np.sort(frame.t[rows])))


def _longest(silent: np.ndarray) -> int:
    """The longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def _irregularity(t: np.ndarray) -> float | None:
    gaps = np.diff(t)
    if len(gaps) < 2 or gaps.mean() <= 0:
        return None
    return float(gaps.std() / gaps.mean())
