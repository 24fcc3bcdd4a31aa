"""Languages: as the words say, else as claimed: programs claim what their menus speak. The identifier is handed in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

#: A language counts as one of the conversation's when so much of the posts looked at are in it.
LEAST_SHARE = 0.03
#: Shorter texts say too little to an identifier, in characters: names and jargon pass for Breton or Danish there.
LEAST_LENGTH = 80
#: Two languages share at most so much of their so many commonest words; made-up words, and dialects, share more.
SHARED, COMMONEST = 0.25, 10
#: What an identifier calls texts without words: no language.
WORDLESS = "zxx"
_UNKNOWN = "?"
_LOOKED = 400


def one_language(_: str) -> str:
    """An identifier that knows no language: claims alone count."""
    return ""


def main_languages(
    texts: Sequence[str], claimed: Sequence[str], identify: Callable[[str], str], *, most: int = _LOOKED
) -> Counter[str]:
    """How many posts are in which language, from at most `most` evenly spaced posts.

    Args:
        texts: n texts.
        claimed: (n,) primary tags as the channels claim them; empty: not claimed.
        identify: From a text to its primary tag; empty: cannot tell.
        most: Posts looked at.
    """
    return Counter(_tag(texts[i], claimed[i], identify) for i in _looked(texts, most))


def _looked(texts: Sequence[str], most: int) -> range:
    return range(0, len(texts), max(1, len(texts) // most))


def _tag(text: str, claimed: str, identify: Callable[[str], str]) -> str:
    told = identify(text[:500]) if len(text) >= LEAST_LENGTH else ""
    return told or claimed.partition("-")[0].lower() or _UNKNOWN


def _spoken(texts: Sequence[str], claimed: Sequence[str], identify: Callable[[str], str]) -> list[str]:
    """Tags of the languages that a conversation is held in, the main one first."""
    posts: dict[str, list[set[str]]] = defaultdict(list)
    looked = _looked(texts, _LOOKED)
    for i in looked:
        posts[_tag(texts[i], claimed[i], identify)].append(set(texts[i].casefold().split()))
    part = {tag: {word: count / len(members) for word, count in Counter(chain.from_iterable(members)).items()}
            for tag, members in posts.items()}  # fmt: skip
    known = [tag for tag in sorted(posts, key=lambda tag: -len(posts[tag])) if tag not in (_UNKNOWN, WORDLESS)
             and len(posts[tag]) >= max(2, LEAST_SHARE * len(looked))]  # fmt: skip
    return [tag for tag in known if tag == known[0] or _differ(part[known[0]], part[tag])]


def _differ(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Whether the commonest words of either are rare in the other; from word to the part of the posts that hold it."""
    for mine, theirs in ((one, other), (other, one)):
        common = sorted(mine, key=lambda word: -mine[word])[:COMMONEST]
        if sum(min(mine[word], theirs.get(word, 0.0)) for word in common) > SHARED * sum(mine[word] for word in common):
            return False
    return True


def languages(
    texts: Sequence[str], claimed: Sequence[str], writers: Sequence[Hashable], identify: Callable[[str], str]
) -> NDArray[np.int16]:
    """Which posts can be compared by their words.

    Args:
        texts: n texts.
        claimed: (n,) tags as the channels claim them; empty: not claimed.
        writers: (n,) who wrote each: short texts are in the language that person writes most.
        identify: From a text to its primary tag; empty: cannot tell.

    Returns:
        (n,) codes, 0 for the main language. Languages that hardly occur are not told from it.
    """
    code = {tag: k for k, tag in enumerate(_spoken(texts, claimed, identify))}
    if len(code) < 2:
        return np.zeros(len(texts), np.int16)
    own = [code.get(_tag(text, claim, identify), -1) for text, claim in zip(texts, claimed)]
    habit: dict[Hashable, Counter[int]] = defaultdict(Counter)
    for writer, which in zip(writers, own):
        if which >= 0:
            habit[writer][which] += 1
    usual = {writer: counts.most_common(1)[0][0] for writer, counts in habit.items()}
    return np.array([which if which >= 0 else usual.get(writer, 0) for writer, which in zip(writers, own)], np.int16)
