"""The pairs of posts that a comparison of all texts found, kept: after a sync only what is new is compared.

A post's most similar predecessors do not change when only later posts come. What depends on the whole conversation does:
how rare each word is, and the scale of similarity. So *which* pairs were found is kept; their cosines are worked out anew.
Measured on the benchmark's conversations with 1 % of the posts new (decisions/0016): 99.7 % of the pairs that a comparison
of everything finds, and no verdict moved. Once a tenth of the posts came later, all are compared again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.candidates import Search, similar
from earned.attribution.conversation import Placed
from earned.attribution.frame import Frame
from earned.attribution.prior_art import ALIKE, older
from earned.model import Post
from earned.text.similarity import Neighbours, Runner, Scale, loop
from earned.text.sparse import Sparse, cosines, index
from earned.text.tokens import Tokens
from earned.text.vectors import mix_for

#: All are compared again once there are so many times the posts that were, or fewer than this part stand as they were.
GROWN, STAND = 1.1, 0.5


@dataclass(frozen=True, slots=True)
class Prints:
    """What tells whether posts are what they were: numbers, from which nothing can be read."""

    #: (n,) uint64 of what the channel said: id, time, texts; (n,) of what is compared: words, language, speed.
    post: NDArray[np.uint64]
    words: NDArray[np.uint64]
    #: How posts are compared.
    setting: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Earlier posts by later post, any order within one."""

    #: (n,) earlier posts of each post, (e,) their rows.
    count: NDArray[np.int32]
    earlier: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Compared:
    """n posts compared with one another."""

    prints: Prints
    #: Posts when all were last compared with all.
    whole: int
    #: The most similar predecessors within the windows of the channels, and from before them.
    near: Pairs
    older: Pairs
    #: (n, d) float16: what the words of each post mean; no rows: nobody asked.
    meaning: NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, 1), np.float16))


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an earlier comparison still holds."""

    prints: Prints
    known: Compared | None
    #: (n,) whether the pairs of a post, as the later one, are known; its row is what it was.
    holds: NDArray[np.bool_]


@nb.njit(cache=True, nogil=True)
def _print(word, start, sign, out):  # type: ignore[no-untyped-def]
    """One number of the words of each text and its sign (FNV-1a)."""
    for i in range(start.size - 1):
        h = np.uint64(14695981039346656037) ^ sign[i]
        for p in range(start[i], start[i + 1]):
            h = (h ^ np.uint64(word[p])) * np.uint64(1099511628211)
        out[i] = h


def numbers(texts: Sequence[str]) -> NDArray[np.uint64]:
    """A number of each text, the same in every process."""
    said = b"".join(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(said, np.uint64).copy()


def _told(post: Post) -> str:
    when = post.claimed_at.timestamp() if post.claimed_at else ""
    return f"{post.id}\0{when}\0{post.time_precision}\0{post.channel}\0{post.title}\0{post.text_unquoted}\0{post.text}"


def prints_of(placed: Placed, words: Tokens, search: Search) -> Prints:
    """Prints of a conversation's posts, given the words that are compared."""
    frame, mix, out = placed.frame, mix_for(words), np.empty(len(words), np.uint64)
    _print(words.word, words.start, placed.language.astype(np.uint64) * np.uint64(8) + frame.speed, out)
    speeds = sorted(set(np.unique(frame.speed).tolist()))
    return Prints(
        numbers([_told(post) for post in placed.posts]), out, f"{search} {speeds} {mix.pairs} {mix.characters}"
    )


def standing(known: Compared | None, prints: Prints) -> Standing:
    """What is left of an earlier comparison: the posts before the first one that came, went or was changed.

    Among these a post whose *compared* words are others than they were, because a signature or a template was found out,
    is compared anew with what came before it.
    """
    n, nothing = len(prints.post), np.zeros(len(prints.post), np.bool_)
    if known is None or known.prints.setting != prints.setting or n > GROWN * known.whole:
        return Standing(prints, None, nothing)
    m = min(n, len(known.prints.post))
    other = np.flatnonzero(known.prints.post[:m] != prints.post[:m])
    m = int(other[0]) if len(other) else m
    holds = nothing.copy()
    holds[:m] = known.prints.words[:m] == prints.words[:m]
    return Standing(prints, known, holds) if holds.sum() >= STAND * n else Standing(prints, None, nothing)


def compare(
    frame: Frame, rows: Sparse, scale: Scale, search: Search, since: Standing, *, run: Runner = loop
) -> tuple[Neighbours, Neighbours | None, Compared]:
    """Similar predecessors of each post, within the windows and from before them, and what a later comparison can keep."""
    texts, asked, known = index(rows), ~since.holds, since.known
    near = similar(frame, texts, scale, search, asked=asked, run=run)
    # What is nearly the same shares its rarest words: a quarter of the work finds it.
    before = older(frame, texts, scale, asked=asked, most_work=search.most_work // 4, run=run)
    del texts  # twice as large as the vectors themselves
    n = len(frame)
    if known is not None:
        near = _with_kept(rows, known.near, since.holds, near, float(scale.knot[1]) * search.floor)
        before = before and _with_kept(rows, known.older, since.holds, before, float(scale.knot[ALIKE]))
    whole = n if known is None else known.whole
    return near, before, Compared(since.prints, whole, _pairs(n, near), _pairs(n, before))


def _pairs(n: int, found: Neighbours | None) -> Pairs:
    if found is None:
        return Pairs(np.zeros(n, np.int32), np.zeros(0, np.int32))
    return Pairs(np.bincount(found.child, minlength=n).astype(np.int32), found.earlier)


def _with_kept(rows: Sparse, kept: Pairs, holds: NDArray[np.bool_], found: Neighbours, least: float) -> Neighbours:
    """The pairs found now and those known before, these with the cosines that they have now."""
    child = np.repeat(np.arange(len(kept.count), dtype=np.int32), kept.count)
    still = np.append(holds, np.zeros(max(len(kept.count) - len(holds), 0), np.bool_))[child]
    child, earlier = child[still], kept.earlier[still]
    similarity = cosines(rows, child, earlier)
    enough = similarity >= least
    child, earlier, similarity = child[enough], earlier[enough], similarity[enough]
    child = np.append(child, found.child)
    order = np.argsort(child, kind="stable")
    return Neighbours(
        child[order], np.append(earlier, found.earlier)[order], np.append(similarity, found.similarity)[order],
        found.capped,
    )  # fmt: skip
