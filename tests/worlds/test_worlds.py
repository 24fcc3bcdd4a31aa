"""Simulated worlds and what measures make of them: few seeds, wide bounds. The figures are in docs/validity.md."""

import numpy as np
import pytest

from earned.check import self_check
from earned.reading import Conversation, Wish
from earned.study import learn
from earned.verdicts.selfcheck import latest_by_another
from earned.worlds.simulate import simulate
from earned.worlds.twin import backwards, planted, shifted, weeks_again
from earned.worlds.world import NULL, WORLDS, World
from world import ADA, BO, placed, post

SMALL = World(people=40, days=150, spontaneous=600, matters=12, leaders=10, leading=(0.8, 1.4), middling=6, linked=0.5)


def conversation(world):
    return Conversation(list(world.posts), list(world.links), {one.id: one for one in world.accounts})


def test_the_same_seed_gives_the_same_world_and_another_another():
    assert simulate(SMALL, 1) == simulate(SMALL, 1)
    assert simulate(SMALL, 1).posts != simulate(SMALL, 2).posts


def test_truth_agrees_with_itself():
    world = simulate(SMALL, 3)
    who, at = ({post.id: value for post, value in zip(world.posts, values)} for values in (
        [post.accounts[0] for post in world.posts], [post.claimed_at for post in world.posts]))  # fmt: skip

    assert sum(world.realized.values()) == len(world.parent)
    assert all(at[parent] <= at[child] and who[parent] != who[child] for child, parent in world.parent.items())
    assert [p.claimed_at for p in world.posts] == sorted(p.claimed_at for p in world.posts)


@pytest.mark.parametrize("name", NULL[:3])
def test_null_worlds_hold_no_follower(name):
    assert 0 == len(simulate(WORLDS[name], 0).parent)


def test_texts_of_real_posts_can_be_mixed():
    texts = [f"{a} {b} about the {c} of things" for a in "north south east west".split()
             for b in "river hill lake wood".split() for c in "colour weight sound".split()]  # fmt: skip
    world = simulate(SMALL, 1, texts)
    known = {word for text in texts for word in text.split()}

    assert {word.strip(".").lower() for post in world.posts for word in post.text.split()} <= known


def test_shifting_keeps_posts_and_people_but_not_the_neighbours():
    posts = simulate(SMALL, 1).posts
    moved = shifted(posts, np.random.default_rng(1))
    before, after = ({p.id: p.claimed_at for p in given} for given in (posts, moved))

    assert before.keys() == after.keys()
    assert np.mean([abs((after[k] - before[k]).days) >= 29 for k in before]) > 0.95


def test_backwards_turns_the_order_around_and_twice_is_as_before():
    posts = simulate(SMALL, 1).posts
    once = backwards(posts)

    assert [p.id for p in posts][::-1] == [p.id for p in sorted(once, key=lambda p: p.claimed_at)]
    assert [p.claimed_at for p in posts] == [p.claimed_at for p in backwards(once)]
    assert () == backwards(())


def test_weeks_drawn_again_keep_what_lies_within_a_run():
    posts = simulate(SMALL, 1).posts
    again, old = weeks_again(posts, np.random.default_rng(3))
    at = {p.id: p.claimed_at for p in posts}
    moved = {(p.claimed_at - at[old[p.id]], p.id.partition("~")[2]) for p in again}

    assert len(again) == len({p.id for p in again}) == len(old)
    assert len(moved) == len({place for _, place in moved})  # one move for each run
    assert all(move.days % 28 == 0 for move, _ in moved)


def test_planting_counts_what_it_plants():
    posts = shifted(simulate(SMALL, 1).posts, np.random.default_rng(1))
    twin = planted(posts, np.random.default_rng(2))
    changed = {p.id: p for p in posts}

    assert 3 == len(twin.followers)  # of all who have twelve posts
    assert sum(twin.followers.values()) == sum(p.text != changed[p.id].text for p in twin.posts) > 5
    assert not {p.accounts[0] for p in twin.posts if p.text != changed[p.id].text} & twin.followers.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", NULL)
def test_nobody_has_it_where_nobody_leads(name):
    found = learn(conversation(simulate(WORLDS[name], 11)), Wish())

    assert [] == [row.person.id for row in found.leadership.people if row.camp == "has it"]


@pytest.mark.slow
def test_news_takes_most_of_what_it_caused():
    found = learn(conversation(simulate(WORLDS["news only"], 11)), Wish())
    counted, naive = found.leadership.totals.realized.value, found.attribution.without_events.sum()

    assert counted < 0.35 * naive


@pytest.mark.slow
def test_leaders_of_three_years_are_found_and_their_total_is_about_right():
    world = simulate(WORLDS["three years"], 11)
    found = learn(conversation(world), Wish())
    has = {row.person.accounts[0] for row in found.leadership.people if row.camp == "has it"}
    lead = {row.person.accounts[0] for row in found.leadership.people
            if row.posts >= 8 and world.rate[row.person.accounts[0]] >= 0.5}  # fmt: skip

    assert len(has & lead) >= 0.6 * len(lead)
    assert 0.8 < found.leadership.totals.realized.value / sum(world.realized.values()) < 1.25


def test_a_program_that_copies_is_a_relay():
    found = learn(conversation(simulate(World(people=40, days=150, spontaneous=500, matters=8, bots=1), 1)), Wish())
    relays = [found.people[code].accounts[0] for code in np.flatnonzero(found.attribution.relays)]

    assert ["sim:p40"] == relays
    assert ["not enough evidence"] == [r.camp for r in found.leadership.people if r.person.accounts[0] == "sim:p40"]


def test_the_latest_post_by_another_need_not_be_a_candidate():
    posts = [post("a", ADA, 0, "one"), post("b", BO, 1, "two", time_precision="day"), post("c", BO, 1.1, "three")]
    frame = placed(posts).frame

    assert [-1, 0, 0] == [latest_by_another(frame, row) for row in range(3)]


def test_the_self_check_finds_time_and_plants_and_says_so():
    check = self_check(conversation(simulate(SMALL, 1)), Wish())

    assert check.shuffled < 0.35 * check.total
    assert 3 == len(check.planted)
    assert check.hidden is not None
    assert check.hidden.first > check.hidden.latest
    assert any("made leaders" in sentence for sentence in check.says)
