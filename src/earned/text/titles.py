"""Which texts say the title of another: who takes up what was written mostly calls it by its name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earned.text.sparse import Sparse, stacked
from earned.text.tokens import Tokens, bigrams, tokenize


def said_titles(words: Tokens, titles: Sequence[str]) -> Sparse:
    """Rows from which is read how much of a title each text says.

    Args:
        words: Of n texts.
        titles: n titles; empty: none, or one that is no part of what is said.

    Returns:
        2 n rows: the texts, then the titles. The dot product of row i and row n + j is

            sum of idf over the pairs of neighbouring words of title j that text i says
            / max(sum of idf over all its pairs, ln(n + 1)),   idf = ln((n + 1) / (texts that say the pair + 1))

        between 0 and 1: the whole of a title of one common pair ("standard library") says little. Titles of one word have no
        pair.
    """
    n, pairs, titled = len(words), bigrams(words), bigrams(tokenize(titles))
    key, code = np.unique(titled.word, return_inverse=True)
    known = np.isin(pairs.word, key)
    said = _distinct(_rows(pairs)[known], np.searchsorted(key, pairs.word[known]), n, len(key))
    named = _distinct(_rows(titled), code, n, len(key))
    idf = np.log((n + 1) / (np.bincount(said.column, minlength=len(key)) + 1))
    row = np.repeat(np.arange(n), np.diff(named.start))
    whole = np.bincount(row, weights=idf[named.column], minlength=n)
    share = idf[named.column] / np.maximum(whole, np.log(n + 1))[row]
    return stacked(said, Sparse(named.start, named.column, share.astype(np.float32), named.width))


def _rows(tokens: Tokens) -> NDArray[np.int64]:
    """(k,) the text of each token."""
    return np.repeat(np.arange(len(tokens)), np.diff(tokens.start))


def _distinct(row: NDArray[np.int64], column: NDArray[np.int64], n: int, width: int) -> Sparse:
    """Ones where a row has a column, each once."""
    rows, columns = np.divmod(np.unique(row * max(width, 1) + column), max(width, 1))
    start = np.searchsorted(rows, np.arange(n + 1)).astype(np.int64)
    return Sparse(start, columns.astype(np.int32), np.ones(len(columns), np.float32), max(width, 1))
