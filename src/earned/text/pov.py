"""Position or pitch: which posts state what is wrong or what to do, and which words sell.

The first, simple form of the gates of method 23: English cues, no learned model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from earned.text.tokens import tokenize

#: What stands around the words of a pattern of names.
_OPEN, _CLOSE = r"\b(?:", r")\b"
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
#: Words that say what is wrong or what to do; of "need" and "needs", only before "to".
_POSITION = frozenset((
    "should", "must", "never", "always", "stop", "instead", "wrong", "myth", "mistake", "problem", "fail", "fails",
    "failed", "failure", "not", "isn't", "aren't", "don't", "doesn't", "won't", "can't", "cannot", "no", "nobody",
    "nothing", "because", "rather", "unless", "only", "worse", "better", "cost", "costs",
))  # fmt: skip
#: Plain characters in small letters, blanks for those that stand in no word.
_APART = "".join(chr(c).lower() if chr(c).isalnum() or c == 95 else " " for c in range(128)).encode().ljust(256)
_WORD, _NEED = re.compile(r"\w+(?:'\w+)?"), re.compile(r"\bneeds? to\b", re.I)


def sentences(text: str) -> list[str]:
    """Sentences of a text, ends kept."""
    return [found.strip() for found in _SENTENCE.findall(text) if len(found.strip()) > 1]


@cache
def own_names(organization: str) -> re.Pattern[str] | None:
    """Pattern of the words that name an organization; None where there is none."""
    words = [re.escape(word) for word in re.findall(r"\w{4,}", organization)]
    return re.compile(_OPEN + "|".join(words) + _CLOSE, re.I) if words else None


@cache
def _words_of(names: re.Pattern[str]) -> tuple[str, ...]:
    """The words that a pattern of `own_names` looks for, in small letters."""
    return tuple(names.pattern.removeprefix(_OPEN).removesuffix(_CLOSE).lower().split("|"))


def named(text: str, names: re.Pattern[str]) -> bool:
    """Whether a text holds one of the names; most hold none of the words, which is seen without the pattern."""
    if text.isascii():
        lower = text.lower()
        if not any(word in lower for word in _words_of(names)):
            return False
    return bool(names.search(text))


def selling(text: str, names: re.Pattern[str] | None) -> tuple[int, int]:
    """Words in sentences that name the own firm or product, and all words."""
    told = names if names and named(text, names) else None
    found = [(len(sentence.split()), bool(told and told.search(sentence))) for sentence in sentences(text)]
    return sum(n for n, sells in found if sells), sum(n for n, _ in found)


def may_be_cued(texts: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) False only where no part of a text takes a position: no word shares half a hash with a cue. Compiled.

    Texts beyond ASCII may hold anything.
    """
    words = tokenize(texts)
    until = np.concatenate([[0], np.cumsum(_cues()[words.word & 0xFFFF])])[words.start]
    return (np.diff(until) > 0) | np.array([not text.isascii() for text in texts], np.bool_)


@cache
def _cues() -> NDArray[np.bool_]:
    """(65536,) which lower halves of hashes are those of words that open a cue: "isn" of "isn't"."""
    out = np.zeros(1 << 16, np.bool_)
    out[tokenize([*_POSITION, "need", "needs"]).word & 0xFFFF] = True
    return out


def takes_position(text: str, names: re.Pattern[str] | None) -> bool:
    """Whether a sentence of five words or more that is no question and does not sell says what is wrong or to be done."""
    if not _cued(text):
        return False
    told = names if names and named(text, names) else None
    return any(
        _cued(sentence) and not (told and told.search(sentence))
        for sentence in sentences(text)
        if not sentence.endswith("?") and len(sentence.split()) >= 5
    )


def _words(text: str) -> list[str]:
    """The words of a text in small letters, as `_WORD` finds them; plain text is cut a few times quicker without it."""
    if "'" in text or not text.isascii():
        return _WORD.findall(text.lower())
    return text.encode().translate(_APART).decode().split()


def _cued(text: str) -> bool:
    words = _words(text)
    if not _POSITION.isdisjoint(words):
        return True
    if "'" in text and not _POSITION.isdisjoint(word.partition("'")[0] for word in words):
        return True  # "the problem's size"
    return ("need" in words or "needs" in words) and bool(_NEED.search(text))


def pitch_fraction(texts: Iterable[str], names: re.Pattern[str] | None) -> float:
    """Part of all words that stand in sentences naming the own firm or product, in [0, 1]."""
    given = list(texts)
    if names is None or not named("\n".join(given), names):
        return 0.0
    counts = [selling(text, names) for text in given]
    whole = sum(n for _, n in counts)
    return sum(n for n, _ in counts) / whole if whole else 0.0
