"""After a sync: a fit that starts where the fit of the earlier posts ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.conversation import Placed
from earned.attribution.fit import Fitted, Start
from earned.attribution.frame import Frame
from earned.attribution.rates import Rates, first_rates

#: Common causes that lie less than this many days apart are taken for the same one.
SAME_EVENT = 0.01


@dataclass(frozen=True, slots=True)
class Earlier:
    """A fit of an earlier state of the same conversation."""

    placed: Placed
    #: With its common causes.
    frame: Frame
    fitted: Fitted
    #: (k,) for each of the people known now: code in the earlier state, -1 for those who are new.
    same: NDArray[np.int64]


def start_from(earlier: Earlier, placed: Placed, frame: Frame) -> Start:
    """Rates and background probabilities to start from; what is new starts as the mean of what was known.

    Args:
        earlier: What was known.
        placed: The conversation now.
        frame: Its frame, with its common causes.
    """
    was, days = earlier.fitted.rates, _shift(earlier.placed, placed)
    person = np.full(frame.people, -1)
    person[: len(earlier.same)] = earlier.same
    channel = _places(placed.channels, earlier.placed.channels)
    row = _places([post.id for post in placed.posts], [post.id for post in earlier.placed.posts])
    event = _nearest(frame.event_t, earlier.frame.event_t + days)
    background = earlier.fitted.causes.background
    rates = replace(
        was,
        productivity=_carried(was.productivity, person),
        internal=_carried(was.internal, person),
        quality=np.ones(len(frame)),
        event=_carried(was.event, event),
        **_by_channel(was, first_rates(frame), channel, round(days / 7)),
    )
    return Start(rates, np.asarray(_carried(background, row)))


def _by_channel(was: Rates, new: Rates, channel: NDArray[np.int64], weeks: int) -> dict[str, NDArray[np.float64]]:
    """Background and crossings of the channels that were known; those of new ones as in a first fit."""
    known, level, weekday, crossing = (
        np.flatnonzero(channel >= 0),
        new.level.copy(),
        new.weekday.copy(),
        new.crossing.copy(),
    )
    week = np.clip(np.arange(level.shape[1]) - weeks, 0, was.level.shape[1] - 1)
    level[known], weekday[known] = was.level[channel[known]][:, week], was.weekday[channel[known]]
    crossing[np.ix_(known, known)] = was.crossing[np.ix_(channel[known], channel[known])]
    return {"level": level, "weekday": weekday, "crossing": crossing / crossing.sum(axis=1, keepdims=True)}


def _shift(before: Placed, now: Placed) -> float:
    """Days by which the conversation now begins earlier than it did."""
    first, second = before.posts[0].claimed_at, now.posts[0].claimed_at
    return (first - second).total_seconds() / 86_400 if first and second else 0.0


def _places(now: Sequence[str], before: Sequence[str]) -> NDArray[np.int64]:
    known = {name: place for place, name in enumerate(before)}
    return np.array([known.get(name, -1) for name in now], np.int64)


def _nearest(now: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place of each time among earlier times, -1 where none is near; both need not be sorted."""
    if not len(before):
        return np.full(len(now), -1)
    apart = np.abs(np.subtract.outer(now, before))
    best = apart.argmin(axis=1)
    return np.where(apart[np.arange(len(now)), best] < SAME_EVENT, best, -1)


def _carried(was: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.float64]:
    """Values at their new places, the mean where there is no old one."""
    if not len(was):
        return np.ones(len(place))
    return np.where(place >= 0, was[np.maximum(place, 0)], was.mean())
