"""While nothing is known of the background of a large conversation few posts stand for it; what is answered rests on more."""

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
        patch.setattr(attribute, "effort_for", lambda frame: replace(effort(frame), reference=WHOLE, roughly=first))
        return learn(world, Wish())

    with pytest.MonkeyPatch.context() as patch:
        whole = fitted(patch, WHOLE)
        patch.setattr(evidence, "usual", noting)
        return whole, fitted(patch, ROUGH), sizes


def test_only_the_first_look_is_a_rough_one(both):
    first, *later = both[2]

    assert ROUGH <= first < 2 * ROUGH
    assert later
    assert {WHOLE} == set(later)


def test_followers_are_those_of_a_whole_first_look(both):
    whole, rough = (np.array([row.realized.value for row in sorted(found.leadership.people, key=lambda row: row.person.id)])
                    for found in both[:2])  # fmt: skip

    assert rough.sum() == pytest.approx(whole.sum(), rel=0.02)
    assert np.abs(rough - whole).max() < 1.0
    assert not np.array_equal(rough, whole)  # or nothing was looked at roughly
