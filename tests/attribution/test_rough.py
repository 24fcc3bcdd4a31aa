"""Before the last refresh of a large fit fewer posts stand for the background; what is answered rests on all of them."""

from dataclasses import replace

import numpy as np
import pytest
from test_refit import SMALLER, whole_world

from earned.attribution import attribute, evidence
from earned.reading import Wish
from earned.study import learn

WHOLE, ROUGH = 300, 80


@pytest.fixture(scope="module")
def both():
    """The world fitted with a sampled background, first whole and then with a rough first look; and the sizes looked at then."""
    world, effort, usual, sizes = whole_world(SMALLER), attribute.effort_for, evidence.usual, []

    def noting(rows, against, weight, scale, **more):
        sizes.append(len(against.row))
        return usual(rows, against, weight, scale, **more)

    def fitted(patch, first):
        patch.setattr(attribute, "effort_for", lambda frame: replace(effort(frame), reference=(WHOLE, first)))
        return learn(world, Wish())

    with pytest.MonkeyPatch.context() as patch:
        whole = fitted(patch, WHOLE)
        patch.setattr(evidence, "usual", noting)
        return whole, fitted(patch, ROUGH), sizes


def test_the_last_look_is_at_all_of_the_sample_and_only_that_one(both):
    *before, last = both[2]

    assert WHOLE == last
    assert before
    assert all(ROUGH <= size < 2 * ROUGH for size in before)


def test_followers_are_those_of_a_whole_first_look(both):
    whole, rough = (np.array([row.realized.value for row in sorted(found.leadership.people, key=lambda row: row.person.id)])
                    for found in both[:2])  # fmt: skip

    assert rough.sum() == pytest.approx(whole.sum(), rel=0.02)
    assert np.abs(rough - whole).max() < 1.0
    assert not np.array_equal(rough, whole)  # or nothing was looked at roughly
