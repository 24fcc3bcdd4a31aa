"""Four numbers that tell what a conversation is like."""

import numpy as np
import pytest

from earned.attribution.traits import heterogeneity
from earned.reading import Conversation, Wish
from earned.study import learn
from earned.worlds.simulate import simulate
from earned.worlds.world import WORLDS
from world import ADA, BO, attributed, post, small_world

PEOPLE, POSTS = 400, 60


def apart(rates, quality, seed=0, posts=POSTS):
    """Heterogeneity of people with these rates whose posts vary by a gamma of this shape."""
    rng, people = np.random.default_rng(seed), len(rates)
    writer = np.repeat(np.arange(people), posts)
    followers = rng.poisson(np.repeat(rates, posts) * rng.gamma(quality, 1 / quality, people * posts)).astype(float)
    return heterogeneity(writer, followers, np.ones(people * posts), fewest=8)


@pytest.mark.parametrize("quality", [0.2, 1.0, 20.0])
def test_people_alike_are_not_apart_however_much_their_posts_differ(quality):
    found = [apart(np.full(PEOPLE, 0.3), quality, seed) for seed in range(5)]

    assert max(found) < 0.1


def test_planted_differences_are_found_again():
    rates = np.random.default_rng(1).gamma(1.0, 0.5, PEOPLE)  # of coefficient of variation 1
    found = [apart(rates, 1.0, seed, posts=400) for seed in range(5)]

    assert np.mean(found) == pytest.approx(rates.var() / rates.mean() ** 2, rel=0.1)


def test_few_people_and_people_with_few_posts_tell_nothing():
    nine, few = np.repeat(np.arange(9), 20), np.repeat(np.arange(30), 5)

    assert np.isnan(heterogeneity(nine, np.arange(180.0), np.ones(180), fewest=8))
    assert np.isnan(heterogeneity(few, np.arange(150.0), np.ones(150), fewest=8))


def test_where_nobody_follows_people_are_alike():
    assert heterogeneity(np.repeat(np.arange(12), 9), np.zeros(108), np.ones(108), fewest=8) == 0.0


def test_parts_are_parts():
    found = attributed(*small_world())[1].traits

    assert 0.5 < found.clear <= 1.0
    assert 0.0 <= found.news <= 1.0
    assert found.size == len(small_world()[0])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "people", "news"), [
    ("leaders", "differ", "hardly"), ("leaders and news", "differ", "much"), ("one-hit wonders", "alike", "hardly"),
    ("news only", "alike", "much"),
])  # fmt: skip
def test_worlds_with_and_without_leaders_and_news_are_told_apart(name, people, news):
    world = simulate(WORLDS[name], 7)
    talk = Conversation(list(world.posts), list(world.links), {one.id: one for one in world.accounts})
    found = learn(talk, Wish()).attribution.traits

    assert (found.apart > 0.8) if people == "differ" else (found.apart < 0.3)
    assert (found.news > 0.5) if news == "much" else (found.news < 0.15)


def test_two_posts_that_nobody_follows_have_traits():
    posts = [post("a", ADA, 0, "pager rotation budget"), post("b", BO, 40, "ledger replay cursor")]
    found = attributed(posts, [])[1].traits

    assert (found.size, found.news) == (2, 0.0)
    assert np.isnan(found.apart)
    assert 0 < found.clear <= 1
