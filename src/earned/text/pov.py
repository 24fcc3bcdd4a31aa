"""Position or pitch: which posts state what is wrong or what to do, and which words sell.

The first, simple form of the gates of method 23: English cues, no learned model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_POSITION = re.compile(
    r"\b(?:should|must|need(?:s)? to|never|always|stop|instead|wrong|myth|mistake|problem|fail(?:s|ed|ure)?|not|isn't|"
    r"aren't|don't|doesn't|won't|can't|cannot|no|nobody|nothing|because|rather|unless|only|worse|better|cost(?:s)?)\b",
    re.I,
)


def sentences(text: str) -> list[str]:
    """Sentences of a text, ends kept."""
    return [found.strip() for found in _SENTENCE.findall(text) if len(found.strip()) > 1]


def own_names(organization: str) -> re.Pattern[str] | None:
    """Pattern of the words that name an organization; None where there is none."""
    words = [re.escape(word) for word in re.findall(r"\w{4,}", organization)]
    return re.compile(r"\b(?:" + "|".join(words) + r")\b", re.I) if words else None


def selling(text: str, names: re.Pattern[str] | None) -> tuple[int, int]:
    """Words in sentences that name the own firm or product, and all words."""
    found = [(len(sentence.split()), bool(names and names.search(sentence))) for sentence in sentences(text)]
    return sum(n for n, sells in found if sells), sum(n for n, _ in found)


def takes_position(text: str, names: re.Pattern[str] | None) -> bool:
    """Whether a sentence of five words or more that is no question and does not sell says what is wrong or to be done."""
    return any(
        _POSITION.search(sentence) and not (names and names.search(sentence))
        for sentence in sentences(text)
        if not sentence.endswith("?") and len(sentence.split()) >= 5
    )


def pitch_fraction(texts: Iterable[str], names: re.Pattern[str] | None) -> float:
    """Part of all words that stand in sentences naming the own firm or product, in [0, 1]."""
    counts = [selling(text, names) for text in texts]
    whole = sum(n for _, n in counts)
    return sum(n for n, _ in counts) / whole if whole else 0.0
