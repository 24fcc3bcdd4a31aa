"""Probabilities of single causes are as sure as links show them to be."""

from dataclasses import replace

import numpy as np
import pytest

from earned.attribution import temper
from earned.attribution.frame import COLLEAGUE, OTHER
from earned.study import Conversation, Wish, learn
from earned.worlds.simulate import simulate
from earned.worlds.world import World

SMALL = World(people=40, days=150, spontaneous=600, matters=12, leaders=10, leading=(0.8, 1.4), linked=0.5)


@pytest.mark.parametrize("sharp", [0.7, 1.0, 1.4])
def test_the_exponent_of_weights_that_are_too_sharp_is_found(sharp):
    """Links drawn from a softmax whose logarithms were then multiplied."""
    rng = np.random.default_rng(5)
    log = rng.normal(0, 2, (4_000, 12))
    drawn = (log + rng.gumbel(size=log.shape)).argmax(axis=1)
    right = np.zeros(log.shape, bool)
    right[np.arange(len(log)), drawn] = True

    found = temper._likeliest(np.repeat(np.arange(4_000, dtype=np.int32), 12), log.ravel() * sharp, right.ravel())

    assert found == pytest.approx(1 / sharp, abs=0.05)


@pytest.fixture(scope="module")
def found():
    world = simulate(SMALL, 5)
    return learn(Conversation(list(world.posts), list(world.links), {a.id: a for a in world.accounts}), Wish())


def masses(frame, edges, fitted):
    child, among = edges.child(), np.isin(edges.type, (OTHER, COLLEAGUE))
    return np.bincount(child[among], weights=fitted.causes.edge[among], minlength=len(frame))


def test_only_the_share_among_candidates_moves_and_links_stay(found, monkeypatch):
    a = found.attribution
    monkeypatch.setattr(temper, "learned", lambda *_: np.full(4, 0.5))
    cooler = temper.tempered(a.frame, a.edges, a.fitted)
    child, p, q = a.edges.child(), a.fitted.causes.edge, cooler.causes.edge
    linked = a.frame.has_link[child]

    assert masses(a.frame, a.edges, cooler) == pytest.approx(masses(a.frame, a.edges, a.fitted), abs=1e-4)
    assert (q[linked] == p[linked]).all()
    assert (q[a.edges.type > OTHER][~linked[a.edges.type > OTHER]] <= 1).all()
    assert q[~linked].max() < p[~linked].max()
    assert cooler.sums is a.fitted.sums
    before, after = (np.sort(np.where(linked, 0, x))[::-1] for x in (p, q))
    assert after[:50].sum() < before[:50].sum()


def test_few_links_say_nothing(found):
    a = found.attribution
    few = replace(a.frame, has_link=np.zeros(len(a.frame), bool))

    assert temper.tempered(few, a.edges, a.fitted) is a.fitted


def test_a_world_that_is_as_the_model_thinks_needs_little_tempering(found, monkeypatch):
    monkeypatch.setattr(temper, "FEWEST", 50)
    a = found.attribution
    theta = temper.learned(a.frame, a.edges, a.fitted)

    assert (theta != 1.0).any()
    assert theta.min() > 0.6
