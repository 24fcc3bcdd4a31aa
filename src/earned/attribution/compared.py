"""The pairs of posts that a comparison of all texts found, kept: after a sync only what is new is compared.

A post's most similar predecessors do not change when only later posts come. What depends on the whole conversation does:
how rare each word is, and the scale of similarity. So *which* pairs were found is kept; their cosines are worked out anew.
Measured on the benchmark's conversations with 1 % of the posts new (decisions/0016): 99.5 % of the pairs that a comparison
of everything finds, and no verdict moved. Once a tenth of the posts came later, all are compared again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numba as nb
import numpy as np
from numpy.typing import NDArray

from earned.attribution.candidates import EXACT, Search, looked_for, similar, stride
from earned.attribution.conversation import Placed
from earned.attribution.frame import Frame
from earned.attribution.prior_art import ALIKE, older
from earned.model import Post
from earned.text.similarity import Neighbours, Runner, Scale, loop, runs_of
from earned.text.sparse import Sparse, cosines, index
from earned.text.tokens import Tokens
from earned.text.vectors import mix_for

#: All are compared again once there are so many times the posts that were, or fewer than this part stand as they were.
GROWN, STAND = 1.1, 0.5
#: Prior art is kept from this part of its least similarity on: the scale, which says what is least, moves.
WIDER = 0.8


@dataclass(frozen=True, slots=True)
class Prints:
    """What tells whether posts are what they were: numbers, from which nothing can be read."""

    #: (n,) uint64 of what the channel said: id, time, texts; (n,) of what is compared: words, language, speed, whether it links.
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

    #: None: no later fit asks.
    prints: Prints | None
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


def numbers(texts: Sequence[str], sign: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
    """A number of each text and its sign, the same in every process."""
    out, sign = np.empty(len(texts), np.uint64), np.zeros(len(texts), np.uint64) if sign is None else sign
    for a, b in runs_of(len(texts)):
        raw = [text.encode("utf-8", "replace") for text in texts[a:b]]
        start = np.cumsum([0, *map(len, raw)])
        _print(np.frombuffer(b"".join(raw), np.uint8), start, sign[a:b], out[a:b])
    return out


def _told(post: Post) -> str:
    said = (post.id, post.time_precision, post.channel, post.title, post.text, post.text_unquoted or "")
    return "\0".join(said)


def prints_of(placed: Placed, words: Tokens, search: Search) -> Prints:
    """Prints of a conversation's posts, given the words that are compared."""
    frame, mix, out = placed.frame, mix_for(words), np.empty(len(words), np.uint64)
    kind = np.uint64(4) * frame.has_link + frame.speed
    _print(words.word, words.start, placed.language.astype(np.uint64) * np.uint64(8) + kind, out)
    moment = np.array([post.claimed_at.timestamp() if post.claimed_at else 0.0 for post in placed.posts])
    post, sign = np.empty(len(frame), np.uint64), moment.view(np.uint64)
    for a, b in runs_of(len(frame)):  # the whole conversation a second time would have no room
        post[a:b] = numbers([_told(post) for post in placed.posts[a:b]], sign[a:b])
    speeds = sorted(set(frame.speed.tolist()))
    return Prints(post, out, f"{search} {stride(frame, search)} {speeds} {mix.pairs} {mix.characters}")


def standing_alone(n: int) -> Standing:
    """Nothing is known of n posts, and nothing is kept."""
    return Standing(None, None, np.zeros(n, np.bool_))


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
) -> tuple[Neighbours, Neighbours | None, Compared | None]:
    """Similar predecessors of each post, within the windows and from before them, and what a later comparison can keep, if asked.

    Where all postings are read for a post, what is similar within the windows is not kept: that search costs less than the
    cosines of what it found.
    """
    n, known, exact = len(frame), since.known, search.most_work >= EXACT
    texts, asked = index(rows), ~since.holds
    near = similar(frame, texts, scale, search, asked=(asked | exact) & looked_for(frame, search), run=run)
    # What is nearly the same shares its rarest words: a quarter of the work finds it.
    before = older(frame, texts, scale, asked=asked, part=WIDER, most_work=search.most_work // 4, run=run)
    del texts  # twice as large as the vectors themselves
    if known and not exact:
        near = _with_kept(rows, known.near, since.holds, near, float(scale.knot[1]) * search.floor)
    if known and before:
        before = _with_kept(rows, known.older, since.holds, before, 0.0)
    enough = None if before is None else _of_least(before, float(scale.knot[ALIKE]))
    if since.prints is None:
        return near, enough, None
    whole, kept = known.whole if known else n, _pairs(n, None if exact else near)
    return near, enough, Compared(since.prints, whole, kept, _pairs(n, before))


def _of_least(found: Neighbours, least: float) -> Neighbours:
    enough = found.similarity >= least
    return replace(found, child=found.child[enough], earlier=found.earlier[enough], similarity=found.similarity[enough])


def _pairs(n: int, found: Neighbours | None) -> Pairs:
    if found is None:
        return Pairs(np.zeros(n, np.int32), np.zeros(0, np.int32))
    return Pairs(np.bincount(found.child, minlength=n).astype(np.int32), found.earlier)


def _with_kept(rows: Sparse, kept: Pairs, holds: NDArray[np.bool_], found: Neighbours, least: float) -> Neighbours:
    """The pairs found now and those known before, these with the cosines that they have now."""
    child = np.repeat(np.arange(len(kept.count), dtype=np.int32), kept.count)
    still = np.append(holds, np.zeros(max(len(kept.count) - len(holds), 0), np.bool_))[child]
    child, earlier = child[still], kept.earlier[still]
    old = _of_least(Neighbours(child, earlier, cosines(rows, child, earlier), found.capped), least)
    child, earlier, similarity = (
        np.append(getattr(old, name), getattr(found, name)) for name in ("child", "earlier", "similarity")
    )
    order = np.argsort(child, kind="stable")
    return Neighbours(child[order], earlier[order], similarity[order], found.capped)
