"""Large conversations: of the posts that link only some have rivals, and that changes no answer."""

from dataclasses import replace

import numpy as np
import pytest
from test_refit import SMALLER, whole_world

from earned.attribution import attribute
from earned.attribution.candidates import Search, looked_for, stride
from earned.attribution.frame import LINKED, OTHER
from earned.reading import Wish
from earned.study import learn

FEW = Search(linking=10)
#: Who follows says so, mostly.
LINKING = replace(SMALLER, linked=0.9)


@pytest.fixture(scope="module")
def both():
    """The world with rivals for every post, and with few for those that link."""
    world, effort = whole_world(LINKING), attribute.effort_for
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attribute, "effort_for", lambda frame: replace(effort(frame), search=FEW))
        few = learn(world, Wish())
    return learn(world, Wish()), few


def test_posts_that_link_and_are_not_learned_from_have_their_links_alone(both):
    frame, edges = both[1].attribution.frame, both[1].attribution.edges
    alone = ~looked_for(frame, FEW)
    kept = alone[edges.child()] & (edges.type == OTHER)

    assert alone.sum() > 60
    assert frame.has_link[alone].all()
    assert (edges.trace[kept] == LINKED).all()
    assert len(edges) < 0.8 * len(both[0].attribution.edges)


def test_nobody_is_followed_more_or_less_for_it(both):
    whole, few = (np.array([row.realized.value for row in sorted(found.leadership.people, key=lambda row: row.person.id)])
                  for found in both)  # fmt: skip

    assert few.sum() == pytest.approx(whole.sum(), rel=0.02)
    assert np.abs(few - whole).max() < 1.0


def test_who_has_it_stays_the_same(both):
    camps = [{row.person.id: row.camp == "has it" for row in found.leadership.people} for found in both]

    assert camps[0] == camps[1]


@pytest.mark.parametrize(("linking", "step"), [(19, 1), (20, 2), (39, 2), (40, 4), (1_000, 64)])
def test_how_many_are_looked_at_changes_by_doubling_only(both, linking, step):
    """So that after most syncs the same posts are looked at as before, and what was compared stands."""
    frame = replace(both[0].attribution.frame, has_link=np.ones(linking, bool))

    assert step == stride(frame, FEW)
    assert looked_for(frame, FEW).sum() == -(-linking // step)
