"""News that a person named: a common cause with a time and a text of its own."""

from datetime import timedelta

import numpy as np
import pytest

from earned.attribution.attribute import attribute
from earned.attribution.conversation import place
from earned.attribution.frame import EVENT
from earned.attribution.news import news_of
from earned.channels.calendar import Calendar
from earned.model import Link, Post
from earned.people import of_account, persons
from world import CAST, START, account, post, small_world

STORY = "harbour authority fines carrier over drowned containers after midnight crane failure at northern terminal"


def piece(key, day, text=STORY, url=""):
    return Post(key, "press", (), START + timedelta(days=day), "second", text, url=url)


def test_pieces_outside_the_conversations_time_do_not_compete():
    posts, _ = small_world()
    rows = sorted(posts, key=lambda one: one.claimed_at)
    found = news_of([piece("old", -40), piece("just before", -3), piece("in it", 20), piece("after", 500)], rows, [])

    assert 2 == len(found)
    assert (np.diff(found.t) > 0).all()
    assert found.t[0] < 0
    assert 0 == len(news_of([], rows, []))
    assert 0 == len(news_of([piece("any", 1)], [], []))


def test_who_cites_a_piece_by_address_or_id_is_known_to_react_to_it():
    posts, _ = small_world()
    rows = sorted(posts, key=lambda one: one.claimed_at)
    links = [Link(rows[5].id, "url", "https://press.example/1"), Link(rows[7].id, "cite", "in it"),
             Link(rows[8].id, "url", "https://elsewhere.example/")]  # fmt: skip
    found = news_of([piece("in it", 0.5, url="https://press.example/1")], rows, links)

    assert [5, 7] == found.citing.tolist()
    assert [0, 0] == found.piece.tolist()


def reactions():
    """Twelve people say nearly the same within a day of the story, nobody links; too few at a time to be seen as a burst."""
    people = [account(f"R{k} Smith") for k in range(5)]
    rng = np.random.default_rng(3)
    words = STORY.split()
    said = [post(f"react-{k}", people[k].id, 40 + 0.1 * k, " ".join(rng.permutation(words)[:9]) + f" says {k}")
            for k in range(5)]  # fmt: skip
    return people, said


def attributed_with(news):
    people, said = reactions()
    posts, links = small_world()
    known = persons([*CAST, *people])
    placed = place([*posts, *said], links, of_account(known), len(known), news=news)
    found = attribute(placed, tuple(one.name for one in known), seed=1, draws=False)
    rows = [row for row, one in enumerate(placed.posts) if one.id.startswith("react")]
    return placed, found, rows


def test_named_news_explains_what_would_look_like_following():
    _, without, rows = attributed_with([])
    _, found, again = attributed_with([piece("story", 39.9)])
    event = found.edges.type == EVENT
    mass = np.bincount(found.edges.child()[event], weights=found.fitted.causes.edge[event], minlength=len(found.frame))

    assert without.fitted.sums.others[rows].sum() > 1.0
    assert found.fitted.sums.others[again].sum() < 0.5 * without.fitted.sums.others[rows].sum()
    assert mass[again].mean() > 0.5


def test_named_news_is_no_part_of_the_conversation():
    placed, found, _ = attributed_with([piece("story", 39.9)])

    assert "story" not in {one.id for one in placed.posts}
    assert len(placed.posts) == len(found.frame) == len(found.fitted.sums.others)
    assert (found.named_in < len(found.frame)).all()


def test_a_story_named_as_news_is_not_a_second_time_seen_as_cited():
    people, said = reactions()
    posts, links = small_world()
    known, url = persons([*CAST, *people]), "https://press.example/1"
    links = [*links, *(Link(one.id, "url", url) for one in said)]
    alone = place([*posts, *said], links, of_account(known), len(known))
    named = place([*posts, *said], links, of_account(known), len(known), news=[piece("story", 39.9, url=url)])

    assert 5 == len(alone.outside)
    assert 0 == len(named.outside)
    assert 5 == len(named.news.citing)


@pytest.mark.parametrize(
    "begin", ["DTSTART:20240210T063000Z", "DTSTART;TZID=America/Chicago:20240210T003000", "DTSTART;VALUE=DATE:20240210"]
)
def test_an_event_of_a_calendar_explains_the_burst_that_follows_it(tmp_path, begin):
    title, rest = STORY[:48], STORY[48:]
    path = tmp_path / "hearings.ics"
    path.write_text(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:hearing-at-the-harbour\n{begin}\nSUMMARY:{title}\nDESCRIPTION:{rest}\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:picnic-of-the-club\nDTSTART;VALUE=DATE:20240208\nSUMMARY:Picnic of the club\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    events = [one for page in Calendar().read(str(path), None, net=None) for one in page.posts]
    _, without, rows = attributed_with([])
    placed, found, again = attributed_with(events)
    event = found.edges.type == EVENT
    mass = np.bincount(found.edges.child()[event], weights=found.fitted.causes.edge[event], minlength=len(found.frame))

    assert 2 == len(events) == len(placed.news)
    assert found.fitted.sums.others[again].sum() < 0.5 * without.fitted.sums.others[rows].sum()
    assert mass[again].mean() > 0.5
    assert (np.delete(mass, again) < 0.3).all()  # nobody else reacted to it, nor to the picnic
