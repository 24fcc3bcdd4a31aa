"""Words and names taken out of others' texts."""

import pytest

from earned.store.quotes import Quotes

HERS = "one two three four five six seven eight nine ten"
EARLY, SAID, LATE = "2024-01-01", "2024-01-02", "2024-01-03"


@pytest.fixture
def quotes():
    return Quotes([(SAID, HERS)], ["Ada Quill", "Ada", "@adaq", "https://ada.example/", "a.b"])


@pytest.mark.parametrize(("text", "expected"), [
    (HERS, "[removed]"),
    (f"He: {HERS}!", "He: [removed]!"),
    ("> One, two\n> three-four (five) six SEVEN\n> eight\nand mine", "> [removed]\nand mine"),
    ("one two three four five six seven", "one two three four five six seven"),
    (f"{HERS} and mine, then {HERS}", "[removed] and mine, then [removed]"),
    ("two three four five six seven eight nine other", "[removed] other"),
    ("", ""),
])  # fmt: skip
def test_runs_of_eight_words_go_whatever_stands_between_them(quotes, text, expected):
    assert expected == quotes.out_of(text, LATE)


@pytest.mark.parametrize(("text", "expected"), [
    ("ADA QUILL said, @adaq wrote: https://ada.example/.", "[removed] said, [removed] wrote: [removed]."),
    ("Ada is a word and a language; Adaquill, @adaqx", "Ada is a word and a language; Adaquill, @adaqx"),
    ("a.b is three letters", "a.b is three letters"),
])  # fmt: skip
def test_only_names_that_mean_nobody_else_go(quotes, text, expected):
    assert expected == quotes.out_of(text, LATE)


def test_words_said_before_by_somebody_else_stay_theirs_for_good(quotes):
    assert HERS == quotes.out_of(HERS, EARLY)
    assert HERS == quotes.out_of(HERS, LATE)


def test_nobody_without_words_or_names_changes_anything():
    assert HERS == Quotes([], []).out_of(HERS, LATE)
