"""Titles said by other texts."""

from __future__ import annotations

import numpy as np
import pytest

from earned.text.sparse import cosines
from earned.text.titles import said_titles
from earned.text.tokens import tokenize

TITLES = ["Structured Pattern Matching", "Standard Library", "Walrus", "", "Quiet Exits"]
TEXTS = [
    "structured pattern matching for the standard library",
    "the standard library is large",
    "walrus operators, as structured pattern matching showed; the standard library stays",
    "pattern matching of some kind",
    "a standard library",
]


def part(text: int, title: int) -> float:
    rows = said_titles(tokenize(TEXTS), TITLES)
    return float(cosines(rows, np.array([text], np.int32), np.array([len(TEXTS) + title], np.int32))[0])


def test_a_title_counts_as_far_as_its_pairs_of_words_are_said_and_rare():
    first, second = np.log(6 / 3), np.log(6 / 4)  # said by two texts of five; by three

    assert part(2, 0) == pytest.approx((first + second) / np.log(6))
    assert part(3, 0) == pytest.approx(second / np.log(6))
    assert part(1, 0) == 0
    assert part(3, 1) == 0


def test_a_common_pair_of_words_says_little_and_no_pair_nothing():
    assert 0 < part(1, 1) == pytest.approx(np.log(6 / 5) / np.log(6))
    assert part(2, 2) == part(2, 3) == part(0, 4) == 0


def test_without_titles_nothing_is_said():
    rows = said_titles(tokenize(TEXTS), [""] * 5)

    assert len(rows) == 10
    assert not cosines(rows, np.arange(5, dtype=np.int32), np.arange(5, 10, dtype=np.int32)).any()
