"""The two passages of a receipt: where two posts come closest, and the words that say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_][\w'-]+")
_SPLIT = re.compile(r"(?<=[.!?…])\s+|\n+")
#: Sentences on each side of the closest pair are added up to so many words.
PASSAGE_WORDS = 60


def words_of(text: str) -> set[str]:
    """Words of three letters and more, case folded, plural s cut, so that "alert" meets "alerts"."""
    return {_stem(word) for word in _WORD.findall(text.casefold()) if len(word) > 2}


@lru_cache(100_000)
def _stem(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def closest_passages(
    child: str, parent: str, rarity: Callable[[str], float], *, most_words: int = PASSAGE_WORDS
) -> tuple[str, str, tuple[str, ...]]:
    """The passages of two texts that share most, weighed by how rare the shared words are.

    Args:
        child, parent: Own words of the two posts.
        rarity: Weight of a word, 0 for the commonest.
        most_words: Length of a passage.

    Returns:
        Both passages and the shared words that carry the weight, heaviest first, as they stand in the child.
    """
    left, right = _pieces(child), _pieces(parent)
    if not left or not right:
        return child[:400].strip(), parent[:400].strip(), ()
    said = [words_of(piece) for piece in left]
    before = [words_of(piece) for piece in right]
    weight = {word: rarity(word) for word in set().union(*said) & set().union(*before)}
    best = max(
        ((i, j) for i in range(len(left)) for j in range(len(right))),
        key=lambda pair: (sum(weight[w] for w in said[pair[0]] & before[pair[1]]), -pair[0], -pair[1]),
    )
    passages = _around(left, best[0], most_words), _around(right, best[1], most_words)
    return *passages, _shared(passages[0], words_of(passages[0]) & words_of(passages[1]), weight)


def _pieces(text: str) -> list[str]:
    """Sentences, at most 80 of them: a receipt is read, not studied."""
    return [piece.strip() for piece in _SPLIT.split(text) if piece.strip()][:80]


def _around(pieces: list[str], place: int, most: int) -> str:
    first = last = place
    size = len(pieces[place].split())
    while last + 1 < len(pieces) and size + len(pieces[last + 1].split()) <= most:
        last += 1
        size += len(pieces[last].split())
    while first > 0 and size + len(pieces[first - 1].split()) <= most:
        first -= 1
        size += len(pieces[first].split())
    passage = " ".join(pieces[first : last + 1]).split()
    return " ".join(passage[: 2 * most]) + (" …" if len(passage) > 2 * most else "")


def _shared(child: str, stems: set[str], weight: dict[str, float]) -> tuple[str, ...]:
    """Words of the child's passage whose stems are shared and not common, heaviest first, at most eight."""
    floor = 0.35 * max((weight.get(stem, 0.0) for stem in stems), default=0.0)
    written = {_stem(word.casefold()): word for word in _WORD.findall(child)}
    kept = sorted((s for s in stems if weight.get(s, 0.0) > floor), key=lambda s: (-weight[s], s))
    return tuple(written[stem] for stem in kept[:8] if stem in written)
