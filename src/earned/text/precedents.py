"""What was said before a draft: by others, against it, and by its own author (gates 2, 7 and 8 of method 23)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earned.model import Said
from earned.text.debate import hint
from earned.text.ideas import JOIN, Piece, passages, vectors
from earned.text.sparse import Sparse, cosines

#: So many words in a row are the same words.
SHINGLE = 8
#: Passages of others that a scale of similarity needs; pairs it is read from; the place on it that is close.
FEWEST, PAIRS, CLOSE = 60, 20_000, 0.999
#: The author's last posts that are looked at, those needed for their own scale, and the place on it that repeats.
LAST, OWN, REPEATS = 20, 5, 0.95
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Precedents:
    """What was found; None: it could not be looked for."""

    #: The nearest earlier passage by somebody else that says it, with who and when; empty: nothing close.
    earlier: str | None
    #: A passage by somebody named on the same matter that objects; empty: none.
    objection: str | None
    #: Whether one of the author's last posts makes the same argument.
    repeated: bool | None


def precedents(text: str, said: Sequence[Said], author: str = "") -> Precedents:
    """Look a draft up in earlier passages.

    Args:
        text: The draft.
        said: Passages of the conversation.
        author: Person id of the draft's author; empty: not known, so nothing counts as their own.
    """
    parts = passages(text) or [" ".join(text.split())]
    own = sorted((one for one in said if author and one.person == author), key=_when)[-LAST:]
    others = [one for one in said if not author or one.person != author]
    if not others and not own:
        return Precedents(None, None, None)
    rows = vectors([Piece(k, part) for k, part in enumerate([*parts, *(s.quoted.passage for s in (*others, *own))])])
    n, m = len(parts), len(others)
    outside, bar = _nearest(rows, n, np.arange(n, n + m)), _bar(rows, others, n)
    close = [others[k] for k in np.argsort(-outside, kind="stable") if outside[k] >= bar]
    copied = [one for one in others if _shares_words(text, one.quoted.passage)]
    return Precedents(
        earlier=_earlier([*copied, *close], known=m >= FEWEST),
        objection=_objection(close) if m >= FEWEST else None,
        repeated=_repeated(text, own, rows, n, np.arange(n + m, n + m + len(own))) if author else None,
    )


def _when(one: Said) -> float:
    return one.quoted.at.timestamp() if one.quoted.at else 0.0


def _nearest(rows: Sparse, parts: int, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Similarity of each place to the part of the draft it resembles most."""
    found = [
        cosines(rows, np.full(len(places), k, np.int32), places.astype(np.int32)).astype(np.float64)
        for k in range(parts)
    ]
    return np.max(found, axis=0) if len(places) else np.zeros(0)


def _bar(rows: Sparse, others: Sequence[Said], first: int) -> float:
    """What only one in a thousand pairs of passages by different people reach; never below what makes an idea."""
    rng, n = np.random.default_rng(0), len(others)
    if n < FEWEST:
        return 1.0
    pairs = rng.integers(0, n, (2, PAIRS))
    codes: dict[str, int] = {}
    who = np.array([codes.setdefault(one.person or one.post, len(codes)) for one in others])
    pairs = pairs[:, who[pairs[0]] != who[pairs[1]]]
    found = cosines(rows, *(first + side.astype(np.int32) for side in pairs))
    return max(float(np.quantile(found, CLOSE)), JOIN) if len(found) else 1.0


def _earlier(found: Sequence[Said], *, known: bool) -> str | None:
    if found:
        return _quoted(found[0])
    return "" if known else None


def _quoted(one: Said) -> str:
    when = f", {one.quoted.at:%Y-%m-%d}" if one.quoted.at else ""
    return f"{one.quoted.author}{when}: {one.quoted.passage}"


def _objection(close: Sequence[Said]) -> str:
    return next((_quoted(one) for one in close if one.person and hint(one.quoted.passage) == "against"), "")


def _repeated(text: str, own: Sequence[Said], rows: Sparse, parts: int, places: NDArray[np.int64]) -> bool | None:
    if any(_shares_words(text, one.quoted.passage) for one in own):
        return True
    if len(own) < OWN:
        return None
    one, other = np.triu_indices(len(own), 1)
    usual = cosines(rows, places[one].astype(np.int32), places[other].astype(np.int32))
    bar = max(float(np.quantile(usual, REPEATS)), JOIN)
    return bool(_nearest(rows, parts, places).max() >= bar)


def _shares_words(one: str, other: str) -> bool:
    return bool(_shingles(one) & _shingles(other))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[k : k + SHINGLE]) for k in range(len(words) - SHINGLE + 1)}
