"""News that a person named as such: press and release feeds, calendars. Common causes with a time and a text of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.model import Link, Post
from earned.text.clean import masked, own_words

#: Days after which nobody reacts to a piece of news any more.
REACTING = 21.0
#: Longest text of a piece of news that is compared, in characters: title and summary are what people react to.
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class News:
    """g pieces of news that people can have reacted to."""

    #: (g,) days since the study's first post, ascending; a piece can lie before it.
    t: NDArray[np.float64]
    #: (g,) title and text.
    texts: tuple[str, ...]
    #: (m,) and (m,): piece and row of each post that cites one.
    piece: NDArray[np.int64]
    citing: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.t)


def no_news() -> News:
    """Nothing was named."""
    return News(np.zeros(0), (), np.zeros(0, np.int64), np.zeros(0, np.int64))


def addresses(given: Iterable[Post]) -> frozenset[str]:
    """Everything by which posts can cite these pieces."""
    return frozenset(name for one in given for name in (one.id, one.url) if name)


def news_of(given: Iterable[Post], rows: Sequence[Post], links: Iterable[Link]) -> News:
    """The pieces that fall into a conversation's time, or at most three weeks before it.

    Args:
        given: Pieces of news as their channel gave them; those without a time cannot compete.
        rows: The n posts of the conversation, in time order.
        links: Of these posts.
    """
    given = list(given)
    first, last = (rows[k].claimed_at for k in (0, -1)) if rows else (None, None)
    if not given or first is None or last is None:
        return no_news()
    here = {row.id for row in rows}
    dated = [(one.claimed_at, one) for one in given if one.claimed_at and one.id not in here]
    day = sorted(
        (((at - first).total_seconds() / 86_400, one) for at, one in dated), key=lambda pair: (pair[0], pair[1].id)
    )
    kept = [(t, one) for t, one in day if -REACTING < t <= (last - first).total_seconds() / 86_400]
    place = {name: k for k, (_, one) in enumerate(kept) for name in addresses([one])}
    row = {post.id: k for k, post in enumerate(rows)}
    pairs = sorted({(place[x.target], row[x.from_post]) for x in links if x.target in place and x.from_post in row})
    cited = np.array(pairs, np.int64).reshape(-1, 2)
    texts = tuple(f"{masked(one.title)} {own_words(one.text, one.text_unquoted)}"[:LONGEST] for _, one in kept)
    return News(np.array([t for t, _ in kept]), texts, cited[:, 0].copy(), cited[:, 1].copy())
