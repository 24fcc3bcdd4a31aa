"""What a conversation is like: the traits that tell how far intervals found in it can be trusted (`calibration`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.attribution.fit import Fitted
from earned.attribution.frame import Frame

#: So many people tell whether people differ.
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Traits:
    """A conversation of n posts in four numbers."""

    #: Its posts.
    size: int
    #: How sure single causes are, in (0, 1]: see `clearness`.
    clear: float
    #: How much people differ, beyond chance; nan: too few to tell. See `heterogeneity`.
    apart: float
    #: Reactions to common causes as a part of all that was brought about by others, in [0, 1].
    news: float


def traits(frame: Frame, fitted: Fitted, shown: Fitted, varied: NDArray[np.float64], *, fewest: int) -> Traits:
    """The traits of a fitted conversation.

    Args:
        frame: Its posts.
        fitted, shown: The fit, before and after hints of single causes are weighed; rates are read from the second.
        varied: (n,) variance of each post's number of followers by others.
        fewest: People with fewer posts have no rate.
    """
    several = np.diff(frame.author_start)
    row, part = np.repeat(np.arange(len(frame)), several), 1.0 / np.repeat(several, several)
    news, followers = float(fitted.sums.events.sum()), float(fitted.sums.others.sum())
    return Traits(
        size=len(frame),
        clear=clearness(fitted, varied),
        apart=heterogeneity(frame.person, shown.sums.others[row] * part, shown.seen[row] * part, fewest=fewest),
        news=news / (news + followers) if news > 0 else 0.0,
    )


def clearness(fitted: Fitted, varied: NDArray[np.float64]) -> float:
    """How sure single causes are: sum p^2 / sum p over the followers by others, in (0, 1]; 1 where nobody follows.

    Where texts, times and links tell parents from strangers it is near 1; where ten posts explain a follower alike, .1.

    Args:
        fitted: The fit.
        varied: (n,) variance of each post's number of followers by others, sum p (1 - p).
    """
    followers = float(fitted.sums.others.sum())
    return 1.0 - float(varied.sum()) / followers if followers > 0 else 1.0


def heterogeneity(
    writer: NDArray[np.integer], followers: NDArray[np.float64], seen: NDArray[np.float64], *, fewest: int
) -> float:  # fmt: skip
    """How much people differ: squared coefficient of variation of their rates, what chance alone would do taken off.

    What chance does is seen in how much the posts of one person differ: where everybody has a hit now and then, or all react
    to the same news, it explains how far people are apart. People count by how much of their followers could be seen.

    Args:
        writer: (k,) code of the person of each of k posts; a post by several authors comes once for each.
        followers, seen: (k,) followers of each post by others, and the part of them that could be seen; parts of a post that
            is shared.
        fewest: People with fewer posts are left out.

    Returns:
        1 where rates spread by as much as they are high; about 0, and below it, where chance explains all; nan with fewer than
        ten people.

    Source:
        DerSimonian and Kacker (2007), Contemporary Clinical Trials 28: 105-114: the variance of random effects by the method
        of moments, with weights that do not depend on what was found.
    """
    posts = np.bincount(writer)
    some = posts >= fewest
    if some.sum() < ENOUGH:
        return float("nan")

    def of_each(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(writer, weights=values).astype(np.float64)

    weight = np.maximum(of_each(seen), 1e-9)
    rate = of_each(followers) / weight
    chance = of_each((followers - rate[writer] * seen) ** 2) / weight**2 * posts / np.maximum(posts - 1, 1)
    weight, rate, chance = weight[some], rate[some], chance[some]
    mean = np.average(rate, weights=weight)
    apart = weight @ (rate - mean) ** 2 - (weight @ chance - weight**2 @ chance / weight.sum())
    return float(apart / (weight.sum() - weight @ weight / weight.sum()) / mean**2) if mean > 0 else 0.0
