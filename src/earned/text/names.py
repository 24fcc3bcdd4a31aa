"""Where posts name people in words: "as Ada Quill put it"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earned.text.address import RARE
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


def mentioned_people(
    words: Tokens, names: Sequence[str], wrote: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows of texts that hold somebody's first or last name, and the places of everybody of that name.

    Args:
        words: Of n texts.
        names: Display names of a people.
        wrote: (a,) posts by each. A name that stands in more texts than its people wrote, and in more than RARE of all, is
            a common word.

    Returns:
        (k,) rows and (k,) places in `names`.
    """
    parts = [
        dict.fromkeys(word for word in (*name.split()[:1], *name.split()[-1:]) if len(word) >= 3) for name in names
    ]
    spoken = tokenize([word for some in parts for word in some])
    place = np.repeat(np.repeat(np.arange(len(names)), [len(some) for some in parts]), np.diff(spoken.start))
    name, code = np.unique(spoken.word, return_inverse=True)
    row = np.repeat(np.arange(len(words)), np.diff(words.start))
    here = np.isin(words.word, name)
    held = np.unique(row[here] * max(len(name), 1) + np.searchsorted(name, words.word[here]))
    text, of = np.divmod(held, max(len(name), 1))
    by = np.bincount(code, weights=wrote[place], minlength=len(name))
    rare = np.bincount(of, minlength=len(name)) <= np.maximum(RARE * len(words), by)
    text, of = text[rare[of]], of[rare[of]]
    order = np.argsort(code, kind="stable")  # people by name
    first, many = np.searchsorted(code[order], of), np.bincount(code, minlength=len(name))[of]
    at = np.repeat(first - np.cumsum(many) + many, many) + np.arange(many.sum())
    return np.repeat(text, many).astype(np.int32), place[order][at].astype(np.int32)
