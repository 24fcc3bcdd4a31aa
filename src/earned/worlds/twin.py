"""Twins of a real conversation: its times shuffled, so that nobody can follow anybody; and leaders planted in that."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from earned.model import Post

#: A person's posts are moved by at least so many days, or a quarter of the span where that is shorter.
APART = 30.0
#: Spread (sigma of the log) of planted lags; most words of a parent that a follower takes up.
LAG_SPREAD, TAKEN = 1.0, 60
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Twin:
    """A conversation in which only planted people are followed."""

    posts: tuple[Post, ...]
    #: Account id -> posts by others that follow it; every planted account is here, others have none.
    followers: Counter[str]


def shifted(posts: Sequence[Post], rng: np.random.Generator) -> tuple[Post, ...]:
    """Each person's posts moved together around the window, by an offset of their own; posts without time left out.

    What a person writes and how often stays; when it is written beside others does not. Posts by nobody known move alone.
    """
    dated = [post for post in posts if post.claimed_at is not None]
    if not dated:
        return ()
    stamps = np.array([post.claimed_at.timestamp() for post in dated if post.claimed_at])
    first, span = stamps.min(), max(stamps.max() - stamps.min(), 1.0) / 86_400
    least = min(APART, span / 4)
    offset: dict[str, float] = defaultdict(lambda: float(rng.uniform(least, span - least)))
    days = [
        (s - first) / 86_400 + offset[post.accounts[0] if post.accounts else post.id] for s, post in zip(stamps, dated)
    ]
    return tuple(_at(post, (day % span) - (s - first) / 86_400) for post, day, s in zip(dated, days, stamps))


def backwards(posts: Sequence[Post]) -> tuple[Post, ...]:
    """The same posts with time running backwards between the first and the last, posts without time left out."""
    dated = [post for post in posts if post.claimed_at is not None]
    stamps = [post.claimed_at for post in dated if post.claimed_at]
    ends = min(stamps, default=None), max(stamps, default=None)
    return tuple(
        replace(post, claimed_at=ends[0] + (ends[1] - at)) for post, at in zip(dated, stamps) if ends[0] and ends[1]
    )


def weeks_again(
    posts: Sequence[Post], rng: np.random.Generator, *, weeks: int = 4
) -> tuple[tuple[Post, ...], dict[str, str]]:
    """A block bootstrap: runs of `weeks` weeks drawn with replacement and laid one after the other.

    Runs, not single weeks, because followers come days after what they follow; pairs across a cut are lost.

    Returns:
        Posts under new ids, and new id -> old id.
    """
    dated = [post for post in posts if post.claimed_at is not None]
    days = np.array([post.claimed_at.timestamp() / 86_400 for post in dated if post.claimed_at])
    run = ((days - days.min()) // (7 * weeks)).astype(int) if len(days) else np.zeros(0, int)
    drawn = rng.integers(0, run.max() + 1, run.max() + 1) if len(run) else np.zeros(0, int)
    out, old = [], {}
    for place, source in enumerate(drawn.tolist()):
        for row in np.flatnonzero(run == source):
            post = replace(_at(dated[row], float((place - source) * 7 * weeks)), id=f"{dated[row].id}~{place}", url="")
            out.append(post)
            old[post.id] = dated[row].id
    return tuple(out), old


def _at(post: Post, days: float) -> Post:
    assert post.claimed_at is not None
    return replace(post, claimed_at=post.claimed_at + timedelta(days=days))


def planted(
    posts: Sequence[Post], rng: np.random.Generator, *, leaders: int = 3, rate: float = 0.8, lag: float = 0.8,
    fewest: int = 12,
) -> Twin:  # fmt: skip
    """Plant leaders in a conversation whose times were shuffled.

    Args:
        posts: With times; `shifted` makes them.
        leaders: People made leaders: the most typical ones with at least `fewest` posts.
        rate: Posts by others that each of their posts brings about.
        lag: Median days until a follower answers.

    Returns:
        The posts; those that follow keep their author and take half their words from the post they follow.
    """
    rows = sorted(posts, key=lambda post: (post.claimed_at.timestamp() if post.claimed_at else 0.0, post.id))
    who = [post.accounts[0] if post.accounts else "" for post in rows]
    chosen = _typical(Counter(filter(None, who)), leaders, fewest)
    t = np.array([post.claimed_at.timestamp() / 86_400 for post in rows if post.claimed_at])
    taken, followers, text = np.isin(who, chosen), Counter(dict.fromkeys(chosen, 0)), [post.text for post in rows]
    for row in np.flatnonzero(taken):
        for days in lag * np.exp(LAG_SPREAD * rng.normal(size=rng.poisson(rate))):
            child = _free(t, taken, t[row] + days)
            if child is not None:
                taken[child] = True
                followers[who[row]] += 1
                text[child] = _mixed(text[row], text[child], rng)
    return Twin(tuple(_said(post, words) for post, words in zip(rows, text)), followers)


def _typical(posts: Counter[str], leaders: int, fewest: int) -> list[str]:
    """People who write neither hardly nor most: the middle of those with enough posts."""
    enough = sorted((n, who) for who, n in posts.items() if n >= fewest)
    first = max(len(enough) // 2 - leaders // 2, 0)
    return [who for _, who in enough[first : first + leaders]]


def _free(t: NDArray[np.float64], taken: NDArray[np.bool_], moment: float) -> int | None:
    """The first post after a moment that neither leads nor follows yet; None: there is none within a week."""
    row = int(np.searchsorted(t, moment))
    while row < len(t) and t[row] < moment + 7.0:
        if not taken[row]:
            return row
        row += 1
    return None


def _mixed(source: str, own: str, rng: np.random.Generator) -> str:
    """Half of the words of `source`, at most TAKEN, before the second half of `own`."""
    given, mine = _WORD.findall(source), _WORD.findall(own)
    share = rng.permutation(len(given))[: min(len(given) // 2, TAKEN)]
    return " ".join([given[k] for k in np.sort(share)] + mine[len(mine) // 2 :])


def _said(post: Post, text: str) -> Post:
    return post if text == post.text else replace(post, text=text, text_unquoted=None)
