"""Intervals made as wide as a table says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earned.attribution import calibration
from earned.attribution.calibration import (
    KINDS,
    NONE,
    TABLE,
    Table,
    calibrated,
    cell,
    factors,
    high_end,
    kinds,
    low_end,
)
from earned.attribution.traits import Traits
from earned.measures.induced import induced_posts
from earned.measures.realized import internal_posts, realized_posts
from earned.model import Estimate
from world import ADA, attributed, person, small_world

SEEN = Estimate(4.0, 1.0, 9.0, 0.9, 12, "posts")


ALIKE, ALIKE_NEWS, NEWS, UNCLEAR, CLEAR, CERTAIN = range(6)


@pytest.mark.parametrize(("by", "low", "high"), [
    ((1, 1), 1.0, 9.0),
    ((1.5, 2), 0.25, 16.0),
    ((5, 1), 0.0, 9.0),  # a lower end stops at nothing
    ((0.5, 0.5), 2.0, 6.25),  # narrowed on the scale of logs
])  # fmt: skip
def test_parts_change_on_the_scale_of_roots(by, low, high):
    wide = calibrated(SEEN, np.array(by, float))

    assert (low, high) == pytest.approx((wide.low, wide.high))
    assert SEEN.value == wide.value


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_whoever_may_be_followed_by_nobody_still_may(factor):
    assert calibrated(Estimate(0.3, 0.0, 0.9, 0.9, 12, "posts"), np.array([factor, 1.0])).low == 0.0
    assert calibrated(Estimate(0.0, 0.0, 0.9, 0.9, 12, "posts"), np.array([factor, 1.0])).low == 0.0


@given(st.floats(0.001, 50), st.floats(0.0001, 0.99), st.floats(0.1, 0.999), st.floats(0.1, 5))
def test_a_larger_factor_is_a_wider_interval_and_one_changes_nothing(value, part, narrow, more):
    low, high = value * part, value / part

    assert low <= low_end(value, low, narrow) <= value <= high_end(value, high, narrow) <= high * (1 + 1e-9)
    assert low_end(value, low, 1.0) == pytest.approx(low)
    assert low_end(value, low, narrow + more) <= low_end(value, low, narrow) * (1 + 1e-9)
    assert high_end(value, high, narrow + more) >= high_end(value, high, narrow) * (1 - 1e-9)


def test_a_person_has_a_place_in_the_table():
    assert (0, ALIKE, 0, 0) == cell(Traits(2_000, 0.3, -0.4, 0.0), 8, 0.0)
    assert (0, CLEAR, 1, 1) == cell(Traits(30_000, 0.66, 1.0, 0.0), 17, 0.1)
    assert (1, NEWS, 2, 2) == cell(Traits(30_001, 0.9, 1.0, 0.6), 400, 3.0)
    assert (1, CERTAIN, 2, 2) == cell(Traits(30_001, 0.95, 1.0, 0.1), 400, 3.0)


@pytest.mark.parametrize(("apart", "news", "clear", "is_"), [
    (-0.5, 0.1, 0.99, ALIKE), (-0.5, 0.9, 0.99, ALIKE_NEWS), (0.5, 0.9, 0.99, NEWS), (0.5, 0.1, 0.5, UNCLEAR),
    (0.5, 0.1, 0.7, CLEAR), (0.5, 0.1, 0.99, CERTAIN), (float("nan"), 0.1, 0.7, CLEAR),
])  # fmt: skip
def test_whether_people_differ_is_asked_before_news_and_news_before_clearness(apart, news, clear, is_):
    parts = kinds(Traits(1_000, clear, apart, news))

    assert parts.tolist() == [float(kind == is_) for kind in range(len(KINDS))]


@given(st.floats(-1, 2), st.floats(0, 1), st.floats(0, 1))
def test_parts_of_kinds_are_one_in_all_and_none_is_less_than_nothing(apart, news, clear):
    parts = kinds(Traits(1_000, clear, apart, news))

    assert parts.sum() == pytest.approx(1.0)
    assert (parts >= 0).all()


@given(st.floats(-1, 2), st.floats(0, 1), st.floats(0, 1), st.integers(8, 200), st.floats(0.0, 4.0))
def test_who_and_what_hardly_differ_get_intervals_that_hardly_differ(apart, news, clear, posts, rate):
    one = factors(TABLE.rate, Traits(1_000, clear, apart, news), posts, rate)

    for like in (Traits(1_000, clear + 1e-6, apart, news), Traits(1_000, clear, apart + 1e-6, news + 1e-6)):
        assert factors(TABLE.rate, like, posts, rate * (1 + 1e-6)) == pytest.approx(one, abs=1e-3)


def test_at_the_knot_of_a_cell_its_own_factors_count():
    traits, (many, rates) = Traits(1_000, 0.8, 2.0, 0.0), calibration.KNOTS
    found = [[factors(TABLE.rate, traits, int(posts), rate) for rate in rates] for posts in many]

    assert np.array(found) == pytest.approx(TABLE.rate[0, CLEAR])
    assert factors(TABLE.rate, traits, 8, 0.0) == pytest.approx(TABLE.rate[0, CLEAR, 0, 0])
    assert factors(TABLE.rate, traits, 900, 5.0) == pytest.approx(TABLE.rate[0, CLEAR, 2, 2])


def test_the_shipped_table_widens_counts_and_narrows_no_lower_end_where_followers_are_invented():
    assert NONE.rate.shape == TABLE.rate.shape == TABLE.count.shape
    assert NONE.total.shape == TABLE.total.shape
    assert (TABLE.count >= 1).all()
    assert (TABLE.count > 1).any()
    assert (TABLE.total >= 1).all()
    assert (TABLE.rate >= 0.4).all()
    assert (TABLE.rate[:, [ALIKE, ALIKE_NEWS, NEWS, CERTAIN], :, :, 0] >= 1).all()
    assert (TABLE.rate[:, CERTAIN] >= 1).all()


def test_beside_news_nobody_may_have_followed_anybody_where_people_are_alike():
    total = Estimate(264.0, 240.0, 290.0, 0.9, 3_400, "posts")

    assert [calibrated(total, TABLE.total[size, ALIKE_NEWS]).low for size in (0, 1)] == [0.0, 0.0]


def test_whoever_is_found_middling_may_be_a_leader():
    assert (TABLE.rate[:, UNCLEAR:CERTAIN, :2, 1, 1] > 1.2).all()


@pytest.mark.parametrize("measure", [induced_posts, realized_posts, internal_posts])
def test_measures_read_the_table(measure, monkeypatch):
    found = attributed(*small_world(), draws=True)[1]
    narrow, wide = [], []
    for out, table in ((narrow, NONE), (wide, Table(3 * NONE.rate, 3 * NONE.count, NONE.total))):
        monkeypatch.setattr(calibration, "TABLE", table)
        out.append(measure(found, person(ADA), rng=np.random.default_rng(1)))

    assert narrow[0].value == wide[0].value
    assert wide[0].low <= narrow[0].low <= narrow[0].high <= wide[0].high
    assert measure is internal_posts or wide[0].high > narrow[0].high
