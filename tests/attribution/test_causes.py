"""Common causes, exchange of labels, names spoken: the parts on their own."""

from itertools import chain, combinations, product
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earned.attribution import permutation
from earned.attribution.events import about_one_post
from earned.attribution.permutation import beyond, discoveries
from earned.text import address
from earned.text.address import addressees, called, spoken_to
from earned.text.sparse import Sparse, alike, centres, cosines, stacked


def rows(*given):
    """Dense lists as sparse rows."""
    columns = [[k for k, w in enumerate(row) if w] for row in given]
    weights = [w for row in given for w in row if w]
    start = np.cumsum([0, *map(len, columns)]).astype(np.int64)
    return Sparse(start, np.array(list(chain(*columns)), np.int32), np.array(weights, np.float32), len(given[0]))


def test_a_centre_multiplies_to_mean_cosines():
    given = rows([1, 0, 0], [0.6, 0.8, 0], [0, 0, 1])
    whole = stacked(given, centres(given, np.array([0, 0]), np.array([0, 1]), 1))

    assert [0.8, 0.8, 0.0] == pytest.approx(
        cosines(whole, np.array([0, 1, 2], np.int32), np.full(3, 3, np.int32)).tolist()
    )
    assert 0.6 == pytest.approx(alike(given, np.array([0, 1]))[0, 1])


def test_a_thread_is_about_one_post_and_news_is_not():
    news = np.full((9, 9), 0.3) + np.eye(9) * 0.7
    thread = np.full((9, 9), 0.1) + np.eye(9) * 0.9
    thread[0, 1:] = thread[1:, 0] = 0.5

    assert not about_one_post(news)
    assert about_one_post(thread)


def test_discoveries_follow_benjamini_and_hochberg():
    p = np.array([0.001, 0.012, 0.03, 0.25, 0.0001])
    tested = np.array([True, True, True, True, False])

    assert [True, True, True, False, False] == discoveries(p, tested).tolist()
    assert not discoveries(np.ones(4), np.ones(4, bool)).any()


BLOCK = st.lists(st.sampled_from([0.0, 0.1, 0.5, 2.0]), min_size=3, max_size=5)


@given(BLOCK, BLOCK, st.integers(1, 3), st.integers(1, 3), st.floats(0.0, 12.0))
def test_no_exchange_reaches_what_was_observed_more_often_than_the_bound_says(one, other, few, more, observed):
    drawn = [sum(chain(*both)) for both in product(combinations(one, few), combinations(other, more))]
    often = np.mean([total >= observed for total in drawn])
    start = np.cumsum([0, len(one), len(other)])
    bound = beyond(
        np.repeat([0, 1], [few, more]), start, np.array(one + other), np.zeros(few + more, int), np.array([observed])
    )

    assert bound[0] <= 0
    assert often == 0 or log(often) <= bound[0] + 1e-9


def exchanged(most):
    """Forty people in forty weeks; everybody's posts have .1 followers now and then, the first one's one each."""
    rng = np.random.default_rng(3)
    person, week = (one.ravel() for one in np.meshgrid(np.arange(40), np.arange(40), indexing="ij"))
    followers = np.where(person == 0, 1.0, 0.1 * (rng.random(1_600) < 0.3))
    return permutation._one_scheme(week, followers, person, 40, 8, most, 1)


def test_whoever_no_exchange_can_reach_is_not_exchanged_and_gets_the_smallest_p(monkeypatch):
    quickly, excess = exchanged(2_000)
    monkeypatch.setattr(permutation, "HARDLY", 1e-300)
    slowly, _ = exchanged(2_000)

    assert 1 / 2_001 == quickly[0] == slowly[0]
    assert excess[0] == pytest.approx(40 - 40 * (1 + 0.1 * 0.3 * 39) / 40, abs=1)
    assert (quickly[1:] > 0.05).mean() > 0.9


NAMES = st.sampled_from([("ada",), ("bo-2", "bo"), ("o'neil",), ("zoë",), ("[kim]",), ("j.doe",), ("straße",)])
SPOKEN = st.lists(st.sampled_from(
    ["ADA:", "ada", "bo-2,", "BO", "o'neil!", "Zoë,", "[kim]", "kim", "j.doe:", "STRASSE,", "@ada", "the", "day", "1999", "--"]
)).map(" ".join)  # fmt: skip


@given(st.lists(SPOKEN, max_size=6), st.lists(NAMES, max_size=4, unique=True))
def test_looking_for_names_first_overlooks_nobody(texts, names):
    told = addressees(texts, names, range(len(texts)), [9] * len(names))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(address, "may_name", lambda some, _: np.ones(len(some), bool))

        assert told == addressees(texts, names, range(len(texts)), [9] * len(names))


@pytest.mark.parametrize(("text", "name"), [
    ("ada: have you tried it?", "ada"),
    ("Tim, that is not what I meant", "tim"),
    ("Hi Noor! Thanks", "noor"),
    ("I think @bo is right", "bo"),
    ("https://example.org is down", ""),
    ("no name here at all", ""),
])  # fmt: skip
def test_a_post_says_whom_it_speaks_to(text, name):
    assert name == spoken_to(text)


def test_people_are_called_by_first_name_and_handle():
    assert ("ada", "quill7") == called("Ada Quill", "@quill7")
