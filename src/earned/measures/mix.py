"""Point of view against pitch, month by month, with the sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.model import Post
from earned.model.pages import MixMonth, Sentence
from earned.text.clean import readable
from earned.text.pov import own_names, selling, sentences

#: A post sells when more than this part of its words stands in sentences that name the own firm (method 23, gate 5).
SELLS = 0.25
#: A sentence argues from this probability on, with so many words and no question.
ARGUES, WORDS = 0.5, 5
#: Characters of a post that are read; sentences shown.
LONGEST, SHOWN = 4_000, 14

#: Sentences -> probability of each that it argues rather than sells.
Argues = Callable[[Sequence[str]], Sequence[float]]
Kind = str


@dataclass(frozen=True, slots=True)
class Mix:
    """What a person's posts do."""

    months: tuple[MixMonth, ...]
    #: Half of them the most arguing, half the most selling.
    sentences: tuple[Sentence, ...]

    @property
    def pitch(self) -> float:
        """Part of the posts that sell, in [0, 1]."""
        whole = sum(month.posts for month in self.months)
        return sum(month.pitch for month in self.months) / whole if whole else 0.0


def said(post: Post) -> str:
    """What is read of a post, as its channel gave it."""
    return (post.text if post.text_unquoted is None else post.text_unquoted)[:LONGEST]


def own_text(post: Post) -> str:
    """What the author of a post said there, for reading: quoted words of others cut."""
    return readable(said(post))


def evenly(rows: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    """At most so many rows, spread evenly, first and last included: of somebody busy the latest are all of a few weeks."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]


def mix(posts: Sequence[Post], organization: str, argues: Argues) -> Mix:
    """Sort posts into position, pitch and neither.

    Args:
        posts: Of one person, those with a time.
        organization: Whose names are the person's own firm; empty: none known, then nothing sells.
        argues: Reads sentences.

    Returns:
        Months that hold a post, oldest first, and sentences to look at.

    Raises:
        Nothing.

    Source:
        Method 23, gates 1 and 5; the reading of sentences is learned (docs/pov.md).
    """
    names = own_names(organization)
    parts = [(post, sentences(own_text(post))) for post in posts]
    told = [sentence for _, found in parts for sentence in found]
    given = iter(argues(told) if told else ())
    read = [
        (post, [Sentence(post.id, post.claimed_at, text, float(next(given))) for text in found])
        for post, found in parts
    ]
    return Mix(_months(read, names), _shown([one for _, found in read for one in found], names))


def _months(
    read: Sequence[tuple[Post, list[Sentence]]], names: re.Pattern[str] | None
) -> tuple[MixMonth, ...]:  # fmt: skip
    found: dict[tuple[int, int], Counter[Kind]] = {}
    dated = [(post.claimed_at, told) for post, told in read if post.claimed_at]
    for at, told in dated:
        found.setdefault((at.year, at.month), Counter())[_kind(told, names)] += 1
    first = {(at.year, at.month): at.date().replace(day=1) for at, _ in dated}
    return tuple(
        MixMonth(first[key], kinds.total(), kinds["position"], kinds["pitch"], kinds["neither"])
        for key, kinds in sorted(found.items())
    )


def _kind(told: Sequence[Sentence], names: re.Pattern[str] | None) -> Kind:
    sold, whole = selling(" ".join(one.text for one in told), names)
    if whole and sold / whole > SELLS:
        return "pitch"
    return "position" if any(one.argues >= ARGUES and _states(one.text) for one in told) else "neither"


def _states(text: str) -> bool:
    return len(text.split()) >= WORDS and not text.endswith("?")


def _shown(told: Sequence[Sentence], names: re.Pattern[str] | None) -> tuple[Sentence, ...]:
    whole = [one for one in told if _states(one.text)]
    order = sorted(whole, key=lambda one: -one.argues)
    selling_most = [one for one in reversed(order) if names and names.search(one.text)] or order[::-1]
    half = SHOWN // 2
    return tuple(dict.fromkeys([*order[:half], *selling_most[:half]]))
