"""After a sync: a fit that starts where the fit of the earlier posts ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from earned.attribution.attribution import Attribution
from earned.attribution.compared import Compared, Prints, numbers
from earned.attribution.conversation import Placed
from earned.attribution.fit import Start
from earned.attribution.frame import Frame
from earned.attribution.gibbs import State
from earned.attribution.rates import Rates, first_rates

#: Common causes that lie less than this many days apart are taken for the same one.
SAME_EVENT = 0.01


@dataclass(frozen=True, slots=True)
class Known:
    """What a later fit of the same conversation can begin with: numbers alone, no words, ids or names."""

    compared: Compared
    #: Numbers of the people and of the channels, by code; of who wrote which post for which organization, with how many links.
    people: NDArray[np.uint64]
    channels: NDArray[np.uint64]
    written: int
    #: When the conversation begins, in seconds; (v,) its common causes, in days.
    began: float
    event_t: NDArray[np.float64]
    #: Where the fit ended; quality of posts left out. (n,) probability that each post is background.
    rates: Rates
    background: NDArray[np.float32]
    #: (SPEEDS, names) what each hint of single causes counted.
    weights: NDArray[np.float64]
    #: Where sampling ended; of no people: nothing was sampled.
    sampled: State


def known_of(found: Attribution, placed: Placed, people: Sequence[str]) -> Known | None:
    """What to keep of a fit for the next one; `people` are the ids of the conversation's people, by code."""
    if found.compared is None or not len(found.frame):
        return None
    numbered, post = numbers(people), found.compared.prints.post
    return Known(
        compared=found.compared,
        people=numbered,
        channels=numbers(placed.channels),
        written=_written(placed, numbered, post, np.ones(len(post), np.bool_)),
        began=_began(placed),
        event_t=found.frame.event_t,
        rates=replace(found.fitted.rates, quality=np.zeros(0)),
        background=found.fitted.causes.background.astype(np.float32),
        weights=found.weights,
        sampled=found.draws.end if found.draws else State(np.zeros(0), np.zeros(0), np.zeros(0), 1.0),
    )


def start_from(
    known: Known, placed: Placed, frame: Frame, people: Sequence[str], prints: Prints
) -> tuple[Start, State | None] | None:
    """Where the fit starts, and where its sampling goes on; what is new starts as the mean of what was known.

    Args:
        known: What was known.
        placed: The conversation now.
        frame: Its frame, with its common causes.
        people: Ids of its people, by code.
        prints: Of its posts.

    Returns:
        None where an earlier post was changed or has gone, is by somebody else now, or links otherwise: then nothing is known.
    """
    was, days, numbered = known.rates, (known.began - _began(placed)) / 86_400, numbers(people)
    before = known.compared.prints.post
    row = _places(prints.post, before)
    if (row >= 0).sum() < len(before) or _written(placed, numbered, prints.post, row >= 0) != known.written:
        return None
    person = np.full(frame.people, -1)
    person[: len(numbered)] = _places(numbered, known.people)
    rates = replace(
        was,
        productivity=_carried(was.productivity, person),
        internal=_carried(was.internal, person),
        quality=np.ones(len(frame)),
        event=_carried(was.event, _nearest(frame.event_t, known.event_t + days)),
        **_by_channel(was, first_rates(frame), _places(numbers(placed.channels), known.channels), round(days / 7)),
    )
    start = Start(rates, _carried(known.background.astype(np.float64), row), float((row < 0).mean()))
    return start, _going_on(known.sampled, person, row) if len(known.sampled.quality) else None


def _going_on(was: State, person: NDArray[np.int64], row: NDArray[np.int64]) -> State:
    return replace(was, productivity=_carried(was.productivity, person), quality=_carried(was.quality, row))


def _written(placed: Placed, people: NDArray[np.uint64], post: NDArray[np.uint64], asked: NDArray[np.bool_]) -> int:
    """One number of who wrote each of the posts asked for, for whom, with how many links among them, in any order."""
    frame, organization = placed.frame, np.append(numbers(placed.organizations), np.uint64(0))
    by = organization[frame.organization]  # -1, none known, is the last
    someone = np.append(people, np.zeros(frame.people - len(people), np.uint64))[frame.person]
    np.add.at(by, np.repeat(np.arange(len(frame)), np.diff(frame.author_start)), someone)
    among = asked[frame.link_child] & asked[frame.link_parent]  # what came later may have been linked before it came
    by += np.bincount(frame.link_child[among], minlength=len(frame)).astype(np.uint64)
    return int(((post ^ (by * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xC2B2AE3D27D4EB4F))[asked].sum())


def _began(placed: Placed) -> float:
    first = placed.posts[0].claimed_at
    return first.timestamp() if first else 0.0


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


def _places(now: NDArray[np.uint64], before: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Place of each number among those known before, -1 where it is new."""
    if not len(before):
        return np.full(len(now), -1)
    order = np.argsort(before, kind="stable")
    place = order[np.minimum(np.searchsorted(before[order], now), len(before) - 1)]
    return np.where(before[place] == now, place, -1)


def _nearest(now: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place of each time among earlier times, -1 where none is near; both need not be sorted."""
    if not len(before):
        return np.full(len(now), -1)
    order = np.argsort(before, kind="stable")
    after = np.minimum(np.searchsorted(before[order], now), len(before) - 1)
    one, other = order[np.maximum(after - 1, 0)], order[after]  # the last one before it, the first one after it
    best = np.where(np.abs(now - before[one]) < np.abs(now - before[other]), one, other)
    return np.where(np.abs(now - before[best]) < SAME_EVENT, best, -1)


def _carried(was: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.float64]:
    """Values at their new places, the mean where there is no old one."""
    if not len(was):
        return np.ones(len(place))
    return np.asarray(np.where(place >= 0, was[np.maximum(place, 0)], was.mean()))
