"""Claims that several people voice: passages of one matter, gathered in time order.

A passage joins the group whose nearest members it resembles most, or begins one: leader clustering, in a time that grows
with the number of near pairs. What resembles is shared words (stems, pairs of words, never the names of firms), raised
where an attribution says that one post followed the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.text.clean import masked
from earned.text.similarity import Neighbours, Runner, loop, neighbours
from earned.text.sparse import Sparse, beside, index, tfidf
from earned.text.tokens import bigrams, tokenize

#: A passage has about so many words: shorter paragraphs are joined, longer ones cut at a sentence's end.
FEWEST_WORDS, MOST_WORDS = 30, 110
#: At most so many passages of one post are looked at, and so many neighbours of a passage.
MOST_PASSAGES, MOST_NEIGHBOURS = 60, 16
#: A passage joins a group from this mean affinity to its three nearest members on.
JOIN = 0.22
#: What a certain following adds to the cosine.
FOLLOWS = 0.3
#: A passage is a row of titles when more than this part of its words has a capital (German prose: two fifths).
TITLED = 0.6
#: Smallest cosine looked at.
LEAST = 0.05

_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*#•]|\d+[.)])\s)")
_END = re.compile(r"(?<=[.!?…。!?])\s+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ENDINGS = ("ingly", "ings", "ing", "edly", "ies", "ied", "es", "ed", "ly", "s", "e")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage: the row of its post, and its words."""

    row: int
    text: str


def pieces(texts: Sequence[str]) -> list[Piece]:
    """The passages of n texts, in their order; lists, tables and code are left out."""
    return [Piece(row, part) for row, text in enumerate(texts) for part in passages(text)[:MOST_PASSAGES]]


def passages(text: str) -> list[str]:
    """Paragraphs of a text, joined and cut to a passage's length."""
    if len(text.split()) <= MOST_WORDS:
        return [" ".join(text.split())] if prose(text) else []
    found: list[str] = []
    for part in (piece for paragraph in _BREAK.split(text) for piece in _cut(paragraph)):
        if found and len(found[-1].split()) < FEWEST_WORDS:
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return [part for part in found if prose(part) and len(part.split()) >= FEWEST_WORDS // 2]


def _cut(paragraph: str) -> list[str]:
    words = paragraph.split()
    if len(words) <= MOST_WORDS:
        return [" ".join(words)] if words else []
    found, here = [], ""
    for sentence in _END.split(" ".join(words)):
        if here and len(here.split()) + len(sentence.split()) > MOST_WORDS:
            found.append(here)
            here = ""
        here = f"{here} {sentence}".strip()
    return [*found, here]


def prose(text: str) -> bool:
    """Whether a passage reads like sentences: mostly letters and spaces, a few words, not a table, code or headings."""
    letters, words = sum(c.isalpha() or c.isspace() for c in text), text.split()
    capitals = sum(word[0].isupper() for word in words)
    return len(words) >= 6 and letters >= 0.85 * len(text) and capitals <= TITLED * len(words)


def stemmed(text: str, but: frozenset[str] = frozenset()) -> str:
    """Words without common English endings, those in `but` left out; other scripts and languages stay as they are."""
    return " ".join(stem(word) for word in _WORD.findall(text.casefold()) if word not in but)


def stem(word: str) -> str:
    """A word without its ending: a rule of thumb, made to let "runbooks" meet "runbook"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "iy" else word


def vectors(
    given: Sequence[Piece], but: frozenset[str] = frozenset(), language: NDArray[np.int16] | None = None
) -> Sparse:
    """Rows of length one for passages; `but` names firms and products, `language` (n,) is the code of each one's."""
    words = tokenize([stemmed(masked(piece.text), but) for piece in given])
    one = tfidf(words, norm=0.85**0.5, most=0.15, language=language)
    return beside([one, tfidf(bigrams(words), norm=0.15**0.5, most=0.05, language=language)])


def near(rows: Sparse, *, run: Runner = loop) -> Neighbours:
    """Earlier passages close to each passage."""
    place = np.arange(len(rows), dtype=np.int64)
    work = 1 << 60 if len(rows) < 20_000 else 20_000
    return neighbours(
        index(rows), np.zeros_like(place), place, least=LEAST, most=MOST_NEIGHBOURS, most_work=work, run=run
    )  # fmt: skip


def gather(
    post: NDArray[np.int64], close: Neighbours, follows: Mapping[tuple[int, int], float], *, join: float = JOIN
) -> list[list[int]]:
    """Groups of passages.

    Args:
        post: (n,) row of each passage's post, ascending.
        close: Earlier passages close to each passage.
        follows: (later post, earlier post) -> probability that the one followed the other.
        join: Least mean affinity to the three nearest members.

    Returns:
        Places of passages, group by group in order of their first member; every passage stands in one group.
    """
    affinity = _affinities(post, close, follows)
    group: list[int] = []
    members: list[list[int]] = []
    for place in range(len(post)):
        best, value = _best(affinity[place], group, members)
        if best < 0 or value < join:
            best = len(members)
            members.append([])
        group.append(best)
        members[best].append(place)
    return members


def _affinities(
    post: NDArray[np.int64], close: Neighbours, follows: Mapping[tuple[int, int], float]
) -> list[list[tuple[int, float]]]:
    found: list[list[tuple[int, float]]] = [[] for _ in range(len(post))]
    seen: set[tuple[int, int]] = set()
    for child, earlier, s in zip(close.child.tolist(), close.earlier.tolist(), close.similarity.tolist()):
        pair = int(post[child]), int(post[earlier])
        if pair[0] != pair[1]:
            found[child].append((earlier, s + FOLLOWS * follows.get(pair, 0.0)))
            seen.add(pair)
    first = np.searchsorted(post, post)
    alone = np.flatnonzero(np.bincount(post, minlength=1) == 1) if len(post) else post
    single = set(alone.tolist())
    where = {int(p): int(k) for p, k in zip(post, first)}
    for (later, before), p in follows.items():
        if (later, before) not in seen and later in single and before in single:
            found[where[later]].append((where[before], FOLLOWS * p))
    return found


def _best(close: list[tuple[int, float]], group: list[int], members: list[list[int]]) -> tuple[int, float]:
    """The group with the highest mean affinity of its three nearest members; members that are not near count as 0.04."""
    scores: dict[int, list[float]] = defaultdict(list)
    for earlier, value in close:
        scores[group[earlier]].append(value)
    best, highest = -1, 0.0
    for key, values in scores.items():
        top = sorted(values, reverse=True)[:3]
        size = min(3, len(members[key]))
        mean = (sum(top) + 0.04 * (size - len(top))) / size
        mean = max(mean, 0.55 * top[0])  # one very close member is enough
        if mean > highest:
            best, highest = key, mean
    return best, highest
