"""Extrapolation: where it lands, and that the fit ends where plain passes end."""

from dataclasses import replace

import numpy as np
import pytest

from earned.attribution.accelerate import Climb, leap, logs, rates_at
from earned.attribution.expect import lay, tables
from earned.attribution.exposure import exposure
from earned.attribution.fit import PLAIN, expectation_maximization, one_pass
from earned.attribution.maximize import learned_prior, maximize
from earned.attribution.rates import GRID, GRID_PRIOR, first_rates
from world import attributed, small_world


@pytest.fixture(scope="module")
def found():
    return attributed(*small_world())[1]


def nearing(rates, left):
    """Rates on a straight way to `rates`, with this part of it left."""
    return replace(rates, productivity=rates.productivity * np.exp(left))


def test_logarithms_and_back(found):
    rates = found.fitted.rates
    again = rates_at(logs(rates), rates)

    assert np.allclose(rates.productivity, again.productivity)
    assert np.allclose(rates.likeness, again.likeness)
    assert again.quality is rates.quality


def test_a_leap_of_steady_steps_lands_at_their_end(found):
    end = found.fitted.rates
    there, length = leap(nearing(end, 1.0), nearing(end, 0.9), nearing(end, 0.81), longest=99.0)

    assert 10.0 == pytest.approx(length)
    assert np.allclose(end.productivity, there.productivity)


def test_a_leap_that_lengthens_the_steps_is_taken_back(found):
    end, climb = found.fitted.rates, Climb()
    climb.onward(nearing(end, 1.0), nearing(end, 0.9), may_leap=False)
    there = climb.onward(nearing(end, 0.9), nearing(end, 0.81), may_leap=True)

    assert climb.leapt
    assert climb.onward(there, nearing(end, 7.0), may_leap=True).productivity[0] == pytest.approx(
        nearing(end, 0.81).productivity[0]
    )


def test_the_fit_ends_where_many_plain_passes_end_in_fewer(found):
    frame, edges, said = found.frame, found.edges, found.fitted.evidence
    fixed, rates, laid = exposure(frame), first_rates(frame), lay(frame, edges, said.level)
    for number in range(1, 400):
        sums, _ = one_pass(frame, laid, tables(frame, rates, said.usual))
        rates = maximize(frame, fixed, rates, sums, learn_prior=number > PLAIN)
    *_, mine, _, passes = expectation_maximization(
        frame, edges, said, first_rates(frame), fixed, passes=200, plain=PLAIN
    )

    assert passes <= 40
    assert np.abs(frame.per_person(mine.others) - frame.per_person(sums.others)).max() < 0.02


def test_the_prior_follows_the_people_to_where_it_stands_still():
    count, seen = np.array([0.0, 0, 0, 0, 12]), np.full(5, 12.0)
    likelihood = np.exp(count[:, None] * np.log(GRID) - seen[:, None] * GRID)
    near = learned_prior(likelihood, GRID_PRIOR / GRID_PRIOR.sum())
    for _ in range(60):
        near = learned_prior(likelihood, near)

    assert 1.0 == pytest.approx(near.sum())
    assert np.allclose(near, learned_prior(likelihood, near), atol=1e-5)
    assert near[np.abs(GRID - 1).argmin()] > 5 * near[np.abs(GRID - 0.35).argmin()]


def test_a_step_says_the_same_of_posts_added_up_and_of_posts_one_by_one(found):
    frame, fixed, rates = found.frame, exposure(found.frame), found.fitted.rates
    one_by_one = replace(rates, quality=np.full(len(frame), 1.0 + 1e-15))
    plain, slow = (maximize(frame, fixed, given, found.fitted.sums, learn_prior=True) for given in (rates, one_by_one))

    assert (rates.quality == 1).all()
    assert plain.productivity == pytest.approx(slow.productivity, rel=1e-9)
    assert plain.mixture == pytest.approx(slow.mixture, rel=1e-9)
