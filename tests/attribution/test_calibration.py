"""Intervals made as wide as a table says."""

import numpy as np
import pytest

from earned.attribution import calibration
from earned.attribution.calibration import NONE, TABLE, Table, calibrated, cell
from earned.measures.induced import induced_posts
from earned.measures.realized import internal_posts, realized_posts
from earned.model import Estimate
from world import ADA, attributed, person, small_world

SEEN = Estimate(4.0, 1.0, 9.0, 0.9, 12, "posts")


@pytest.mark.parametrize(("factors", "low", "high"), [
    ((1, 1), 1.0, 9.0),
    ((1.5, 2), 0.25, 16.0),
    ((5, 1), 0.0, 9.0),  # a lower end stops at nothing
    ((0.5, 0.5), 2.25, 6.25),
])  # fmt: skip
def test_parts_change_on_the_scale_of_roots(factors, low, high):
    wide = calibrated(SEEN, np.array(factors, float))

    assert (low, high) == pytest.approx((wide.low, wide.high))
    assert SEEN.value == wide.value


def test_a_person_has_a_place_in_the_table():
    assert (0, 0, 0, 0) == cell(2_000, 0.3, 8, 0.0)
    assert (0, 1, 1, 1) == cell(30_000, 0.60, 17, 0.1)
    assert (1, 1, 2, 2) == cell(30_001, 0.9, 400, 3.0)
    assert (1, 2, 2, 2) == cell(30_001, 0.95, 400, 3.0)


def test_the_shipped_table_narrows_upper_parts_of_rates_by_three_tenths_at_most_and_nothing_else():
    assert NONE.rate.shape == TABLE.rate.shape == TABLE.count.shape
    assert (TABLE.rate[..., 0] >= 1).all()
    assert (TABLE.rate[..., 1] >= 0.7).all()
    assert (TABLE.count >= 1).all()
    assert (TABLE.count > 1).any()


def test_whoever_is_found_middling_may_be_a_leader():
    assert (TABLE.rate[:, :2, :2, 1, 1] > 1.2).all()


@pytest.mark.parametrize("measure", [induced_posts, realized_posts, internal_posts])
def test_measures_read_the_table(measure, monkeypatch):
    found = attributed(*small_world(), draws=True)[1]
    narrow, wide = [], []
    for out, table in ((narrow, NONE), (wide, Table(3 * NONE.rate, 3 * NONE.count))):
        monkeypatch.setattr(calibration, "TABLE", table)
        out.append(measure(found, person(ADA), rng=np.random.default_rng(1)))

    assert narrow[0].value == wide[0].value
    assert wide[0].low <= narrow[0].low <= narrow[0].high <= wide[0].high
    assert measure is internal_posts or wide[0].high > narrow[0].high


def test_clearness_is_a_part():
    found = attributed(*small_world())[1]

    assert 0.5 < found.clear <= 1.0
