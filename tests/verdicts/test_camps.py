"""Which posts a verdict reads: evenly over all of a person's, own words only."""

from dataclasses import replace

import pytest

from earned.reading import Conversation, Wish
from earned.study import learn
from world import CAST, DI, post, small_world


def verdict(posts, who):
    found = learn(Conversation(list(posts), [], {one.id: one for one in CAST}), Wish())
    return next(one for one in found.leadership.people if who in one.person.accounts)


def positions(days, text="Nobody should trust counter {k}: it must be read twice because it fails."):
    """A post of Di's on each day."""
    return [post(f"di-says-{k}", DI, day, text.format(k=k)) for k, day in enumerate(days)]


@pytest.fixture(scope="module")
def others():
    return [one for one in small_world()[0] if DI not in one.accounts]


def test_a_busy_person_is_read_from_first_to_last(others):
    """Seventy posts over ten weeks, then seventy in one: the latest sixty are of one week."""
    busy = positions([*range(0, 70), *(90 + k / 20 for k in range(70))])

    told = verdict([*others, *busy], DI)

    assert told.camp == "is trying"
    assert "posts take a position, in 1" in told.reason


def test_who_names_the_own_firm_all_the_time_wants_it(others):
    praise = positions(range(0, 80, 2), "Nobody should miss what Tidewater number {k} does.")
    hired = [replace(one, organization="Tidewater") for one in praise]

    assert verdict([*others, *praise], DI).camp == "is trying"
    assert "More than half of the words" in verdict([*others, *hired], DI).reason


def test_words_of_somebody_else_are_no_position(others):
    quoting = positions(range(0, 80, 2))
    mute = [
        replace(one, text_unquoted=f"Read that twice and liked number {k} a lot today.")
        for k, one in enumerate(quoting)
    ]

    assert verdict([*others, *quoting], DI).camp == "is trying"
    assert verdict([*others, *mute], DI).camp == "wants it"
