"""Point of view or pitch, learned: cues that argue or sell, hashed words, and static word vectors, in one linear model.

The model was trained on texts written for it (sample/pov); `sample/pov_model.py` builds it. It says how a text reads, never
whether it is right, and surfaces show the sentences it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.text.embed import Embedder
from earned.text.pov import sentences
from earned.text.tokens import bigrams, tokenize

#: Columns of hashed words and pairs of words.
BITS = 12
#: Longest text that is read, in characters.
LONGEST = 4_000

_SOLD = "award-winning|leading|best|perfect|beautiful|stunning|innovative|exclusive|premium|luxur\\w+|superb|excellent|unique|powerful|seamless\\w*|effortless\\w*|easy|easily|fast(?:est|er)?|ideal|quality|outstanding|unforgettable|comfortable|stylish|modern|trusted|reliable|professional|experienced|expert|experts|tailored|bespoke|certified|world-class|state-of-the-art|cutting-edge|proud|delighted|excited"  # noqa: E501
_ORDERS = "book|buy|order|call|contact|visit|try|join|sign up|register|download|discover|enjoy|explore|choose|get|start|save|upgrade|request|apply|learn more|find out|subscribe|shop|reserve|schedule"  # noqa: E501
CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I | re.M)
    for name, pattern in {
        "first person": r"\b(?:I|I'm|I've|I'd|me|my|myself)\b",
        "we": r"\b(?:we|us)\b",
        "our": r"\bour\b",
        "you": r"\b(?:you|your|yours)\b",
        "ours for sale": r"\bour (?:\w+ ){0,2}(?:customers?|clients?|products?|services?|team|range|solutions?|experts?|guests?|"
        r"platform|store|shop|staff|offers?|programmes?|programs?|courses?)\b",
        "orders": rf"(?:^|[.!?:]\s+|\band\s+)(?:{_ORDERS})\b",
        "praise": rf"\b(?:{_SOLD})\b",
        "money": r"[$€£]\s?\d|\b\d+(?:[.,]\d+)?\s?(?:%|euros?|dollars?|pounds?|usd)\b|\b(?:price[sd]?|discount|offers?|deals?|"
        r"savings?|quote|affordable|rates?|fees?|voucher)\b",
        "free": r"\bfree\b|\bcomplimentary\b|\bno (?:obligation|credit card)\b",
        "contact": r"\b(?:phone|tel|e-?mail|fax|website|online|click|reception|showroom|enquir\w+)\b|\bwww\.|https?://|<phone>|<email>",
        "urgent": r"\b(?:now|today|limited|hurry|soon|available|new|introducing|launch\w*|welcome)\b",
        "denial": r"\b(?:not|n't|never|no|nobody|nothing|neither|nor|none|hardly|cannot|isn't|doesn't|don't|won't|aren't|didn't|wasn't)\b",  # noqa: E501
        "contrast": r"\b(?:but|however|although|though|yet|instead|rather|whereas|while|despite|nevertheless|on the other hand)\b",
        "reason": r"\b(?:because|therefore|since|thus|hence|so that|which is why|why|as a result|consequently|if|then|unless|reasons?)\b",  # noqa: E501
        "hedge": r"\b(?:perhaps|maybe|seems?|appears?|probably|likely|might|could|would|suggests?|often|usually|mostly|rarely|some)\b",  # noqa: E501
        "duty": r"\b(?:should|must|ought|need to|needs to|have to|stop)\b",
        "opinion": r"\b(?:think|believe|argue[sd]?|argument|claims?|opinion|view|agree|disagree|doubt|wrong|mistake|myth|truth|true|"  # noqa: E501
        r"false|fact|evidence|problem|question|debate|critics?|fail\w*|blame|moral|right|point)\b",
        "others": r"\b(?:people|they|their|them|he|she|his|government|politic\w+|society|society's|war|law|court|state|public|nobody|everyone)\b",  # noqa: E501
        "past": r"\b(?:was|were|had|did|been)\b",
        "question": r"\?",
        "shout": r"!",
        "number": r"\b\d[\d.,]*\b",
        "bullet": r"^\s*[-*•·]\s",
        "semicolon": r"[;:—]",
    }.items()
}


@dataclass(frozen=True, slots=True)
class PitchModel:
    """Weights of one linear model."""

    #: (c,) float32 of the cues, (d,) of the static vector, (2**BITS,) of hashed words; one intercept.
    cue: NDArray[np.float32]
    dense: NDArray[np.float32]
    word: NDArray[np.float32]
    intercept: float
    #: (c,) mean and spread of the cues among the training texts.
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]

    def point_of_view(self, texts: Sequence[str], embedder: Embedder) -> NDArray[np.float64]:
        """(n,) probability that each text argues rather than sells."""
        cut = [text[:LONGEST] for text in texts]
        cues = (cue_rates(cut) - self.mean) / self.spread
        value = cues @ self.cue + embedder.embed(cut) @ self.dense + word_rates(cut) @ self.word + self.intercept
        return np.asarray(1.0 / (1.0 + np.exp(-value.astype(np.float64))))

    def by_sentence(self, text: str, embedder: Embedder) -> list[tuple[str, float]]:
        """Each sentence with the probability that it argues."""
        found = sentences(text)
        return list(zip(found, self.point_of_view(found, embedder).tolist())) if found else []


def cue_rates(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, c) square roots of how often each cue stands in a hundred words."""
    out = np.zeros((len(texts), len(CUES)), np.float32)
    for row, text in enumerate(texts):
        words = max(len(text.split()), 8)
        out[row] = [len(pattern.findall(text)) * 100 / words for pattern in CUES.values()]
    return np.sqrt(np.minimum(out, 25))


def word_rates(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, 2**BITS) hashed words and pairs of words, rows of length one."""
    out = np.zeros((len(texts), 1 << BITS), np.float32)
    words = tokenize(texts)
    for kind in (words, bigrams(words)):
        for row in range(len(texts)):
            column = kind.word[kind.start[row] : kind.start[row + 1]] >> np.uint32(32 - BITS)
            np.add.at(out[row], column, np.float32(1))
    out = np.log1p(out)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)
