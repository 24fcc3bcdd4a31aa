"""Chat: who speaks to whom by name, and what stands between lines too far apart to answer each other."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from earned.attribution.conversation import place
from earned.attribution.frame import ANSWERED, FAST, NONE
from earned.attribution.unrelated import FARTHEST, NEAREST, unrelated
from earned.model import Account, Post
from earned.people import of_account
from earned.reading import Conversation
from earned.study import attributed
from earned.text.address import addressees
from earned.work import silent

WORDS = [
    f"{a}{b}{c}" for a in ("ka", "mo", "ri", "tu") for b in ("len", "sop", "vin", "dar") for c in ("a", "o", "us", "et")
]
START = datetime(2024, 5, 6, tzinfo=UTC)


def line(number, who, text, *, seconds):
    return Post(f"chat:{number}", "chat", (who,), START + timedelta(seconds=seconds), "second", text)


def chat(rounds=600):
    """Two conversations at a time: two ask somebody by name, then those two answer in turn, naming nobody."""
    posts, truth, rng = [], {}, np.random.default_rng(0)

    def words():
        return " ".join(rng.choice(WORDS, 5))

    for k in range(rounds):
        a, b, c, d = (f"nick{(k + shift) % 8}" for shift in (0, 3, 5, 6))
        said = [(a, f"{b}: {words()}"), (c, f"{d}: {words()}"), (b, words()), (d, words())]
        first = len(posts)
        posts += [line(first + n, who, text, seconds=600 * k + 10 * n) for n, (who, text) in enumerate(said)]
        truth |= {first + 2: first, first + 3: first + 1}
    return posts, truth


def fitted(posts, *, addressing):
    accounts = {name: Account(name, name) for post in posts for name in post.accounts}
    people = Conversation(posts, [], accounts).people()
    placed = place(posts, [], of_account(people), len(people))
    return attributed(placed, people, 1, silent, draws=False, addressing=addressing)


def right(found, truth):
    """Part of the answers whose likeliest cause is the question."""
    hits = []
    for child, parent in truth.items():
        mine = slice(*found.edges.start[child : child + 2])
        hits.append(found.edges.parent[mine][found.fitted.causes.edge[mine].argmax()] == parent)
    return np.mean(hits)


@pytest.fixture(scope="module")
def heard():
    return fitted(chat()[0], addressing=True)


def test_somebody_asked_by_name_answers_whoever_asked(heard):
    posts, truth = chat()
    deaf = fitted(posts, addressing=False)
    learned = heard.fitted.rates.traces[FAST] / np.maximum(heard.frame.chance[FAST], 1e-9)

    assert right(heard, truth) > 0.9
    assert right(deaf, truth) < 0.6
    assert learned[ANSWERED] > 3 * learned[NONE]


def test_how_often_people_speak_again_is_told_on_fast_channels(heard):
    assert heard.frame.again[FAST] == pytest.approx(1 / 8, abs=0.08)


def test_unrelated_pairs_are_far_apart_on_one_channel():
    posts, _ = chat()
    elsewhere = [Post(f"b:{k}", "other", ("nick0",), START + timedelta(hours=k), "second", "a word") for k in range(50)]
    both = fitted(posts + elsewhere, addressing=True).frame
    pairs, place_on_channel = unrelated(both), np.empty(len(both), int)
    for channel in (0, 1):
        here = np.flatnonzero(both.channel == channel)
        place_on_channel[here] = np.arange(len(here))
    apart = place_on_channel[pairs.later] - place_on_channel[pairs.earlier]

    assert len(pairs.later)
    assert (both.channel[pairs.later] == both.channel[pairs.earlier]).all()
    assert apart.min() == NEAREST
    assert apart.max() == FARTHEST
    assert pairs.same.tolist() == (both.first_author()[pairs.later] == both.first_author()[pairs.earlier]).tolist()


def test_in_chat_a_name_counts_where_it_stands_unless_it_is_a_word():
    texts, names = ["thanks ada", "the day is long", *["it may rain"] * 300], [("ada",), ("may",)]

    assert addressees(texts, names)[0][:3] == [-1, -1, -1]
    assert addressees(texts, names, range(len(texts)), (5, 5))[0][:3] == [0, -1, -1]


def test_in_a_small_team_everybody_is_named_often():
    texts, names = ["thanks ada", "ask boris", "so it goes"] * 20, [("ada",), ("boris",)]

    assert addressees(texts, names, range(len(texts)), (30, 30))[0][:3] == [0, 1, -1]
    assert addressees(texts, names, range(len(texts)), (2, 30))[0][:3] == [-1, 1, -1]
