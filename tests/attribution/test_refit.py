"""A refit after a sync comes to what many refreshes of a first fit come to, in fewer passes."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from earned.attribution import attribute
from earned.attribution.refit import start_from
from earned.reading import Conversation, Wish
from earned.study import known, learn
from earned.worlds.simulate import simulate
from earned.worlds.world import World
from world import CAST, small_world

SMALL = World(
    people=40, days=150, spontaneous=600, matters=12, leaders=10, leading=(0.8, 1.4), middling=6, linked=0.5, news=4
)
#: Enough for what does not ask where fits end.
SMALLER = replace(SMALL, people=24, days=120, spontaneous=260, matters=8, leaders=6, middling=4, news=3)


def whole_world(size=SMALL):
    world = simulate(size, 5)
    return Conversation(list(world.posts), list(world.links), {a.id: a for a in world.accounts})


@pytest.fixture(scope="module")
def synced():
    return found_thrice(SMALL)


@pytest.fixture(scope="module")
def synced_small():
    return found_thrice(SMALLER)


def found_thrice(size):
    """Found before the last tenth of the posts came, with them, and with them from where the first ended."""
    whole = whole_world(size)
    first = replace(whole, posts=whole.posts[: len(whole.posts) * 9 // 10])
    before = learn(first, Wish())
    return before, learn(whole, Wish()), learn(whole, Wish(), before=before)


def followers(found):
    return found.attribution.frame.per_person(found.attribution.fitted.sums.others)


@pytest.mark.slow
def test_a_refit_ends_where_many_refreshes_end(synced, monkeypatch):
    *_, again = synced
    once = attribute.effort_for
    monkeypatch.setattr(attribute, "effort_for", lambda frame: replace(once(frame), refreshes=6, sweeps=(0, 1)))
    end = followers(learn(whole_world(), Wish()))

    assert (np.abs(followers(again) - end) < 1 + 0.03 * end).all()
    assert followers(again).sum() == pytest.approx(end.sum(), rel=0.01)


def test_a_refit_takes_fewer_passes(synced_small):
    _, fresh, again = synced_small

    assert again.attribution.fitted.passes < 0.75 * fresh.attribution.fitted.passes


def test_what_was_known_keeps_its_rates_whatever_comes_before_it(synced_small):
    before, *_ = synced_small
    first = before.placed.posts[0]
    older = replace(first, id="older", accounts=("sim:p39",), claimed_at=first.claimed_at - timedelta(days=21))
    world = [older, *before.placed.posts]
    people = {a: p for p in before.people for a in p.accounts}
    known_accounts = {k: _account(k) for k in sorted(people, reverse=True)}
    now = learn(Conversation(world, whole_world(SMALLER).links, known_accounts), Wish())
    start = begun_from(before, now)
    mine, was = ({p.id: rate for p, rate in zip(given.people, rates)} for given, rates in (
        (now, start.rates.productivity), (before, before.attribution.fitted.rates.productivity)))  # fmt: skip

    assert mine == was
    assert np.allclose(start.background[1:], before.attribution.fitted.causes.background)
    assert np.allclose(
        start.rates.level[0, 3:-1], before.attribution.fitted.rates.level[0, : start.rates.level.shape[1] - 4]
    )


def begun_from(before, now):
    people, prints = [person.id for person in now.people], now.attribution.compared.prints
    return start_from(known(before), now.placed, now.attribution.frame, people, prints)[0]


def _account(key):
    from earned.model import Account

    return Account(key, f"Person {key.removeprefix('sim:p')}", "person")


def test_a_fit_that_nobody_goes_on_from_keeps_nothing_for_it():
    posts, links = small_world()
    given = Conversation(posts, links, {one.id: one for one in CAST})

    assert known(learn(given, Wish())) is not None
    assert known(learn(given, Wish(), lasting=False)) is None
