"""What a frame fixes once for all steps of a fit: how long followers of each post could be seen, days of each kind."""

from __future__ import annotations

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import Frame
from earned.attribution.kernel import COMPONENTS, WINDOW, older_share, seen_share
from earned.attribution.rates import CLASSES


@dataclass(frozen=True, slots=True)
class Cells:
    """Posts added up by author and speed class: all that a step reads of them while every post has quality 1."""

    #: (c,) author and speed class; (c, COMPONENTS) share of each component that could be seen, summed over their posts.
    person: NDArray[np.int64]
    speed: NDArray[np.int64]
    seen: NDArray[np.float64]

    def summed(self, by_person: NDArray[np.float64]) -> NDArray[np.float64]:
        """Followers expected of each component if all were of it; (A,) productivity -> (CLASSES, COMPONENTS)."""
        out = np.zeros((CLASSES, COMPONENTS))
        np.add.at(out, self.speed, self.seen * by_person[self.person, None])
        return out

    def expected(self, weights: NDArray[np.float64], people: int) -> NDArray[np.float64]:
        """Followers each person could be seen to have if productivity were 1; (CLASSES, COMPONENTS) weights -> (people,)."""
        share = (self.seen * weights[self.speed]).sum(axis=1)
        return np.bincount(self.person, weights=share, minlength=people).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Exposure:
    """How long followers of each post could be seen, days of each kind."""

    #: (n, COMPONENTS) share of the followers of each component that fall inside the window.
    seen: NDArray[np.float64]
    #: The same by author and speed class, authors sharing equally; (CLASSES, COMPONENTS) the same by speed class.
    by_author: Cells
    of_class: NDArray[np.float64]
    #: (channels,) part of the posts.
    volume: NDArray[np.float64]
    #: (channels, weeks) days of each week inside the span; (7,) number of each weekday inside the span.
    week_days: NDArray[np.float64]
    weekdays: NDArray[np.float64]
    #: (CLASSES,) posts whose taking up after the window could be seen, summed shares.
    older: NDArray[np.float64]


def exposure(frame: Frame) -> Exposure:
    """Exposures of a frame; followers are looked for until the last post."""
    seen = seen_share(np.minimum(frame.span - frame.t, WINDOW[frame.speed]), frame.speed)
    lengths = np.clip(frame.span - 7.0 * np.arange(frame.weeks), 1e-3, 7.0)
    days = np.arange(max(int(frame.span) + 1, 1))
    shift = int(frame.weekday[0]) if len(frame) else 0
    return Exposure(
        seen=seen,
        by_author=cells(frame, seen),
        of_class=np.stack([np.bincount(frame.speed, weights=one, minlength=CLASSES) for one in seen.T], axis=1),
        volume=np.bincount(frame.channel, minlength=frame.channels) / max(len(frame), 1),
        week_days=np.tile(lengths, (frame.channels, 1)),
        weekdays=np.maximum(
            np.bincount((days + shift) % 7, minlength=7), 0.5
        ),  # less than a week: no day is impossible
        older=np.bincount(
            frame.speed, weights=older_share(frame.span - frame.t, frame.speed), minlength=CLASSES
        ).astype(np.float64),
    )


def cells(frame: Frame, seen: NDArray[np.float64]) -> Cells:
    """A quantity of posts, (n, COMPONENTS), added up by author and speed class; authors of a post share it equally."""
    several = np.diff(frame.author_start)
    row = np.repeat(np.arange(len(frame)), several)
    key = frame.person.astype(np.int64) * CLASSES + frame.speed[row]
    used = np.bincount(key, minlength=frame.people * CLASSES) > 0
    place = (np.cumsum(used) - 1)[key]
    out = np.zeros((int(used.sum()), seen.shape[1]))
    _add_up(place, row, several, seen, out)
    return Cells(*np.divmod(np.flatnonzero(used), CLASSES), out)


@nb.njit(cache=True, nogil=True)
def _add_up(place, row, several, seen, out):  # type: ignore[no-untyped-def]
    for p in range(place.size):
        for m in range(seen.shape[1]):
            out[place[p], m] += seen[row[p], m] / several[row[p]]


@nb.njit(cache=True, nogil=True)
def _expected(seen, speed, weights, out):  # type: ignore[no-untyped-def]
    for j in range(speed.size):
        for m in range(seen.shape[1]):
            out[j] += seen[j, m] * weights[speed[j], m]


def expected_share(frame: Frame, fixed: Exposure, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """G(H_j): share of each post's followers that could be seen, under mixture `weights` (CLASSES, COMPONENTS); (n,)."""
    out = np.zeros(len(frame))
    _expected(fixed.seen, frame.speed, weights, out)
    return out
