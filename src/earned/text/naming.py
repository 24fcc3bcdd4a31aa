"""A name that people recognise: a short phrase out of an idea's own text, never a bag of words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from earned.text.ideas import stem

#: A phrase has so many words; passages beyond the first so many are not searched.
LONGEST, SEARCHED = 6, 12
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_CLAUSE = re.compile(r"[.!?;:,()\[\]{}\"“”`*<>|=/\n]+")
#: Words that neither begin nor end a name; of other languages the common words are found by counting.
_EMPTY_WORDS = (
    "the a an and or but if of to in on at by for from with without as is are was were be been being it its this "
    "that these those there here he she they we you i my our your their his her them us me not no so than then too "
    "very can could will would should may might must do does did has have had having what which who whom when where "
    "why how all any each every some more most other into over under about after before also just only even still "
    "again once one two first new many much now out up down off such let per via i'm it's don't that's we've i've "
    "get got make made use used using see say said like because while "
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


class Rarity:
    """How rare stems are among the passages of a conversation."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = Counter(s for text in texts for s in stems(text))
        self._texts = max(len(texts), 1)

    def of(self, key: str) -> float:
        """ln(passages / passages that hold the stem); 0 for what everybody says."""
        return max(0.0, math.log(self._texts / (1 + self._count[key])))

    def empty(self, word: str) -> bool:
        """Whether a word says nothing by itself: a function word, or one that a tenth of all passages hold."""
        lower = word.casefold()
        return lower in _EMPTY or len(lower) < 3 or self._count[stem(lower)] > 0.1 * self._texts


def stems(text: str) -> set[str]:
    """The stems of a text's words."""
    return {stem(word) for word in _WORD.findall(text.casefold())}


def name_of(passages: Sequence[str], people: Sequence[str], rarity: Rarity, *, titles: Sequence[str] = ()) -> str:
    """The phrase whose rare words most of the people share.

    Args:
        passages: n passages of one idea, earliest first.
        people: (n,) who said each.
        rarity: Of the conversation.
        titles: Of posts that hold nothing but the idea; a title wins a tie, being a name already.
    """
    held: dict[str, set[str]] = {}
    for text, person in zip(passages, people):
        for key in stems(text):
            held.setdefault(key, set()).add(person)
    whole = max(len(set(people)), 1)
    short = [title for title in titles if 2 <= len(title.split()) <= 9]
    options = [(_worth(title.split(), held, whole, rarity) * 1.6, title.strip(" .?!:")) for title in short]
    options += [
        (_worth(words, held, whole, rarity), " ".join(words))
        for text in passages[:SEARCHED]
        for words in _phrases(text, rarity)
    ]
    return max(options, key=lambda option: (option[0], -len(option[1]), option[1]))[1] if options else passages[0][:60]


def _phrases(text: str, rarity: Rarity) -> list[list[str]]:
    """Runs of two to six words inside a clause that neither begin nor end with an empty word."""
    found = []
    for clause in _CLAUSE.split(text):
        words = _WORD.findall(clause)
        for first in range(len(words)):
            if rarity.empty(words[first]):
                continue
            for last in range(first + 1, min(first + LONGEST, len(words))):
                if not rarity.empty(words[last]):
                    found.append(words[first : last + 1])
    return found


def _worth(words: Sequence[str], held: dict[str, set[str]], people: int, rarity: Rarity) -> float:
    """Rarity of the phrase's words, weighed by how many of the people say them, against its length."""
    keys = {stem(word.casefold().strip(".,?!:")) for word in words if not rarity.empty(word)}
    shared = [rarity.of(key) * (len(held.get(key, ())) / people) ** 1.5 for key in keys]
    return float(sum(shared) / (1 + len(words)) ** 0.6)
