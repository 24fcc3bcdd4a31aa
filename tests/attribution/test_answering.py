"""A subject line says that a post answers something, where people use it so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from earned.attribution.answering import seen_before, subject_of, subjects, with_signs
from earned.attribution.frame import DOCUMENT, TALK
from earned.model import Post
from earned.reading import Conversation, Wish
from earned.study import learn
from earned.worlds.simulate import simulate
from earned.worlds.world import World

T0 = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(("title", "found"), [
    ("Re: Error budgets", ("error budgets", True)), ("RE: re:  Error   budgets", ("error budgets", True)),
    ("AW: Error budgets", ("error budgets", True)), ("[sre] Re[2]: Error budgets", ("error budgets", True)),
    ("Error budgets", ("error budgets", False)), ("Reactors", ("reactors", False)), ("Re:", ("", True)), ("", ("", False)),
])  # fmt: skip
def test_a_subject_is_known_without_its_marks(title, found):
    assert subject_of(title) == found


def post(row, title, channel="list"):
    return Post(
        id=f"{channel}:{row}",
        accounts=(),
        channel=channel,
        claimed_at=T0 + timedelta(hours=row),
        time_precision="second",
        text="",
        title=title,
    )


def test_documents_have_titles_and_no_subjects():
    posts = [post(0, "Budgets"), post(1, "re: budgets"), post(2, "Budgets", "peps")]

    code, marked = subjects(posts, np.array([TALK, TALK, DOCUMENT], np.uint8))

    assert code[0] == code[1] >= 0
    assert code[2] == -1
    assert marked.tolist() == [False, True, False]


@cache
def titled_world():
    """A simulated list; a post that was brought about by another carries "Re:"."""
    world = simulate(
        World(people=40, days=150, spontaneous=600, matters=12, leaders=10, leading=(0.8, 1.4), linked=0.0), 5
    )

    def title(post):
        return f"Re: {title(world.parent[post]).removeprefix('Re: ')}" if post in world.parent else f"about {post}"

    return world, [replace(one, title=title(one.id)) for one in world.posts], set(world.parent)


def learned(world, posts):
    return learn(Conversation(list(posts), [], {a.id: a for a in world.accounts}), Wish())


@cache
def plainly():
    """The world without titles, worked out once."""
    world, _, _ = titled_world()
    return learned(world, world.posts)


def background(found):
    return {one.id: p for one, p in zip(found.placed.posts, found.attribution.fitted.causes.background)}


def test_where_people_mark_answers_a_fit_knows_which_posts_answer():
    world, titled, answered = titled_world()

    plain, marked = background(plainly()), background(learned(world, titled))

    def apart(p):
        return np.mean([p[one] for one in p if one not in answered]) - np.mean([p[one] for one in answered])

    assert apart(marked) > apart(plain) + 0.2


def test_a_mark_that_hardly_anybody_uses_says_nothing():
    frame = placed_frame()
    few = np.arange(len(frame)) < 5

    assert with_signs(frame, np.zeros(len(frame), np.int32), few) is frame


def test_a_subject_that_was_there_before_is_a_sign_too_and_a_new_one_speaks_against_it():
    frame = placed_frame()
    n = len(frame)
    subject = np.where(np.arange(n) % 4 < 2, np.arange(n) // 4, -1).astype(np.int32)  # two posts of each, then none
    subject[[1, n - 3]] = subject[0]  # the second is long after the window
    assert frame.t[n - 3] - frame.t[1] > 30
    marked = np.arange(n) % 4 == 1

    ratio = with_signs(frame, subject, marked).answering

    assert ratio[0] == pytest.approx(0.06 / 0.90)
    assert ratio[1] == pytest.approx(0.78 / 0.03)
    assert ratio[2] == ratio[3] == 1
    assert seen_before(frame, subject).tolist()[:2] == [False, True]
    assert not seen_before(frame, subject)[n - 3]


def placed_frame():
    return plainly().attribution.frame
