"""Common causes, exchange of labels, names spoken: the parts on their own."""

from itertools import chain

import numpy as np
import pytest

from earned.attribution.events import about_one_post
from earned.attribution.permutation import discoveries
from earned.text.address import called, spoken_to
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
