"""Bursts: many say alike at once. What is always said, and what chance alone puts together, is none."""

import numpy as np
import pytest

from earned.attribution import events
from earned.attribution.events import beside, with_others
from earned.attribution.frame import OTHER, Edges
from world import account, attributed, post

PEOPLE = [account(f"P{k} Smith") for k in range(60)]
COMMON = [f"word{k}" for k in range(400)]
STORY = "quorum lease fencing token outage region failover postmortem apology credits".split()


def talk(rng, number, days, words=COMMON):
    """Posts that have nothing to do with one another, by anybody at any time."""
    return [post(f"talk-{k}", PEOPLE[rng.integers(60)].id, rng.uniform(0, days), " ".join(rng.choice(words, 20)))
            for k in range(number)]  # fmt: skip


def reactions(rng, day, number=14, name="react"):
    """What so many people say of the same story within two days."""
    who = rng.permutation(60)[:number]
    return [post(f"{name}-{k}", PEOPLE[who[k]].id, day + rng.uniform(0, 2),
                 " ".join([*rng.permutation(STORY)[:6], *rng.choice(COMMON, 12)])) for k in range(number)]  # fmt: skip


def times_of_events(posts):
    return attributed(posts, accounts=PEOPLE)[1].frame.event_t


def test_many_who_say_alike_at_once_are_one_event_that_comes_before_them():
    rng = np.random.default_rng(1)
    posts = [*talk(rng, 600, 300), *reactions(rng, 150)]
    start, first = (min(p.claimed_at for p in some) for some in (posts, posts[600:]))
    begins = (first - start).total_seconds() / 86_400

    found = times_of_events(posts)

    assert 1 == len(found)
    assert begins - 1 < found[0] < begins + 0.5


@pytest.mark.parametrize(("others", "every", "together", "now"), [(600, 15, 5, 14), (1_500, 7.5, 1, 24)])
def test_what_is_said_all_the_time_is_no_event(others, every, together, now):
    rng = np.random.default_rng(1)
    usual = [p for k in range(int(300 / every)) for p in reactions(rng, every * k, together, f"usual-{k}")]

    assert not len(times_of_events([*talk(rng, others, 300), *usual, *reactions(rng, 150, now)]))


def test_where_much_is_said_chance_makes_no_event():
    """Sixty posts a day of few words: some are as alike as one pair in two hundred, at any time."""
    assert not len(times_of_events(talk(np.random.default_rng(2), 3_000, 50, COMMON[:150])))


def test_a_large_conversation_asks_only_posts_near_a_member_and_finds_the_same_event(monkeypatch):
    rng = np.random.default_rng(1)
    posts = [*talk(rng, 600, 300), *reactions(rng, 150)]
    every = times_of_events(posts)
    monkeypatch.setattr(events, "SMALL", 0)

    assert every.tolist() == pytest.approx(times_of_events(posts).tolist(), abs=0.5)


def test_nobody_is_near_a_burst_by_being_part_of_it():
    cosine = np.array([[1, 0.2, 0.4], [0.2, 1, 0.6], [0.4, 0.6, 1]], np.float32)

    assert [0.3, 0.4, 0.5] == pytest.approx(with_others(cosine.mean(axis=1), 3).tolist())


def pairs(*given):
    """Edges of (child, parent), by child."""
    child, parent = np.array(sorted(given)).T
    start, m = np.searchsorted(child, np.arange(11)).astype(np.int64), len(given)
    none = np.zeros(m, np.uint8)
    return Edges(start=start, parent=parent.astype(np.int32), lag=none, similarity=np.zeros(m, np.float32),
                 unlike=none > 0, type=np.full(m, OTHER, np.uint8), speed=none, trace=none, heard=none)  # fmt: skip


def test_beside_an_event_are_its_members_and_who_makes_a_pair_with_one():
    edges = pairs((3, 1), (5, 3), (6, 2), (9, 5))
    found = beside(edges, np.array([0, 0, 1]), np.array([3, 4, 6]), 2, 10)

    assert [[1, 3, 4, 5], [2, 6]] == [one.tolist() for one in found]
