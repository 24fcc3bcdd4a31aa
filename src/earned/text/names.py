"""Where posts name people in words: "as Ada Quill put it"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earned.text.tokens import Tokens, bigrams, tokenize


def named_people(words: Tokens, names: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows of texts that hold somebody's full name, and the place of that name.

    Args:
        words: Of n texts.
        names: Display names; those of fewer than two words name nobody, and of two equal names neither does.

    Returns:
        (k,) rows and (k,) places in `names`, each pair once. A name of more than two words is found by its first two.
    """
    spoken = tokenize(names)
    pairs = bigrams(spoken)
    first = pairs.start[:-1]
    place = np.flatnonzero(np.diff(pairs.start) > 0)
    key = pairs.word[first[place]] if len(place) else np.zeros(0, np.uint32)
    unique, where, count = np.unique(key, return_index=True, return_counts=True)
    unique, place = unique[count == 1], place[where[count == 1]]
    text = bigrams(words)
    found = np.flatnonzero(np.isin(text.word, unique))
    row = np.searchsorted(text.start, found, side="right") - 1
    who = place[np.searchsorted(unique, text.word[found])] if len(unique) else np.zeros(0, np.int64)
    both = np.unique(np.stack([row, who], axis=1), axis=0) if len(found) else np.zeros((0, 2), np.int64)
    return both[:, 0].astype(np.int32), both[:, 1].astype(np.int32)
