"""How much each hint counts is learned from links; causes of posts without a link are shared accordingly."""

from dataclasses import replace

import numpy as np
import pytest

from earned.attribution import expect, reweigh
from earned.attribution.candidates import Search
from earned.attribution.course import Spoken, by_others
from earned.attribution.evidence import as_if_unlinked
from earned.attribution.frame import COLLEAGUE, LINKED, OTHER, OWN
from earned.attribution.hints import FACTORS, HINTS
from earned.attribution.logit import choices, exponent, likeliest, likelihood
from earned.reading import Conversation, Wish
from earned.study import learn
from earned.worlds.simulate import simulate
from earned.worlds.world import World

SMALL = World(people=40, days=150, spontaneous=600, matters=12, leaders=10, leading=(0.8, 1.4), linked=0.5)


def drawn(rng, beta, children=4_000, rivals=12):
    """Rivals with random hints, one of each child's drawn by exp(hints . beta)."""
    x = rng.normal(0, [1, 2, 5], (children, rivals, 3))
    found = (x @ beta + rng.gumbel(size=(children, rivals))).argmax(axis=1)
    right = np.zeros((children, rivals), bool)
    right[np.arange(children), found] = True
    return choices(np.repeat(np.arange(children, dtype=np.int32), rivals), x.reshape(-1, 3), right.ravel())


def test_weights_that_drew_the_causes_are_found():
    beta = np.array([1.0, -0.4, 0.0])

    found = likeliest(drawn(np.random.default_rng(5), beta), np.array([3.0, 3.0, 3.0]))

    assert found == pytest.approx(beta, abs=0.05)


def test_a_few_links_move_weights_a_little_way_from_what_was_expected():
    beta, expected = np.array([1.0, -0.4, 0.0]), np.array([1.0, 0.4, 0.0])

    few, many = (likeliest(drawn(np.random.default_rng(7), beta, n), expected)[1] for n in (4, 4_000))

    assert -0.4 < many + 0.05 < few < 0.4


@pytest.mark.parametrize("children", [6, 400])
def test_one_exponent_is_the_weight_of_one_hint(children):
    given = drawn(np.random.default_rng(8), np.array([0.6, 0.0, 0.0]), children)
    one = replace(given, hints=given.hints[:, :1])

    found = exponent(one.hints[:, 0], one.start, one.share)

    assert found == pytest.approx(likeliest(one, np.ones(1))[0], abs=1e-4)
    assert exponent(np.zeros(len(one.share)), one.start, one.share) == 1


def test_a_hint_that_is_the_same_everywhere_counts_nothing_and_harms_nothing():
    given = drawn(np.random.default_rng(6), np.array([1.0, -0.4, 0.0]))
    same = replace(given, hints=np.column_stack([given.hints, np.full(len(given.share), 3.0)]))

    found = likeliest(same, np.zeros(4))

    assert found[3] == pytest.approx(0.0, abs=1e-6)
    assert likelihood(same, found) == pytest.approx(likelihood(given, likeliest(given, np.zeros(3))), abs=1e-3)


def test_children_without_a_known_cause_teach_nothing_and_several_causes_share():
    child, x = np.array([0, 0, 1, 1, 1, 2], np.int32), np.zeros((6, 1))

    given = choices(child, x, np.array([False, False, True, False, True, True]))

    assert given.share.tolist() == [0.5, 0.0, 0.5, 1.0]
    assert given.start.tolist() == [0, 3]
    assert given.only(np.array([False, True])).share.tolist() == [1.0]


@pytest.fixture(scope="module")
def found():
    world = simulate(SMALL, 5)
    return learn(Conversation(list(world.posts), list(world.links), {a.id: a for a in world.accounts}), Wish())


@pytest.fixture(scope="module")
def words(found):
    return np.arange(len(found.attribution.frame)) % 7 + 3


def column(a, words, name, asked):
    return answer(a, words).hints(asked)[:, HINTS.index(name)]


def test_hints_are_those_of_their_definitions_counted_by_hand(found, words):
    a = found.attribution
    child, parent, author = a.edges.child(), a.edges.parent, a.frame.first_author()
    among, p = by_others(a.frame, a.edges), a.fitted.causes.edge.astype(float)
    asked = np.zeros(len(a.edges), bool)
    asked[np.flatnonzero(among)[::197]] = True

    already = [p[(parent == j) & (child < i)].sum() for i, j in zip(child[asked], parent[asked])]
    turn = [p[among & (child == j) & np.isin(parent, np.flatnonzero(author == author[i]))].sum()
            for i, j in zip(child[asked], parent[asked])]  # fmt: skip

    assert np.expm1(column(a, words, "followed already", asked)) == pytest.approx(already, abs=1e-5)
    assert column(a, words, "turn", asked) == pytest.approx(turn, abs=1e-6)
    assert max(turn) > 0.1
    whole = among & np.isin(child, child[asked])
    since = [((child == i) & (author[parent] == author[j]) & (parent > j) & whole).sum()
             for i, j in zip(child[whole], parent[whole])]  # fmt: skip
    assert np.expm1(column(a, words, "spoken since", whole)) == pytest.approx(since, abs=1e-6)


def test_what_a_pair_contributed_to_who_follows_whom_is_left_out_of_it(found, words):
    """A pair of people who met once must not vouch for itself: its hint is the same however likely the pair is."""
    a = found.attribution
    author, among = a.frame.first_author().astype(np.int64), by_others(a.frame, a.edges)
    met = author[a.edges.child()] * a.frame.people + author[a.edges.parent]
    pair, times = np.unique(met[among], return_counts=True)
    lone = among & np.isin(met, pair[times == 1])
    assert lone.any()

    assert (column(a, words, "follows often", lone) <= 1e-6).all()


def answer(a, words, **more):
    return reweigh.answer_of(a.frame, a.edges, a.fitted, Search(), Spoken(words, **more))


def test_what_links_teach_is_read_as_if_nobody_had_linked(found):
    """Linked pairs that hardly share a word lie outside the scale of surprise: there a link could be told by its place."""
    a = found.attribution
    unlike = a.edges.unlike
    assert unlike.any()

    plain = as_if_unlinked(a.edges, a.fitted.evidence)

    unlinked = (a.edges.trace != LINKED) & np.isin(a.edges.type, (OTHER, COLLEAGUE))
    assert (plain[~unlike] == a.fitted.evidence.level[~unlike]).all()
    assert plain[unlike].max() <= np.quantile(a.fitted.evidence.level[unlinked], 0.9)


def test_the_last_post_of_a_person_says_where_the_next_one_looks(found, words):
    a = found.attribution
    child, parent, author, p = (
        a.edges.child(),
        a.edges.parent,
        a.frame.first_author(),
        a.fitted.causes.edge.astype(float),
    )
    among = by_others(a.frame, a.edges)
    asked = np.zeros(len(a.edges), bool)
    asked[np.flatnonzero(among)[::61]] = True

    def by_hand(i, j):
        mine = [m for m in range(i) if author[m] == author[i]]
        if not mine or a.frame.t[i] - a.frame.t[mine[-1]] >= 2.0:
            return 0, 0, 0
        last = (child == mine[-1]) & (p > 0.01) & np.isin(a.edges.type, (OTHER, COLLEAGUE))
        near = (p[last] * np.exp(-np.abs(parent[last] - j) / 10)).sum()
        return j > mine[-1], near, p[last & (parent == j)].sum()

    expected = np.array([by_hand(i, j) for i, j in zip(child[asked], parent[asked])], float)
    names = ("since own last", "near own last", "as own last")
    got = np.column_stack([column(a, words, name, asked) for name in names])
    assert got == pytest.approx(expected, abs=1e-4)
    assert (expected > 0.2).any(axis=0).all()


def test_names_subjects_and_meaning_are_hints_where_there_are_any(found, words):
    a = found.attribution
    n, author = len(a.frame), a.frame.first_author()
    asked = by_others(a.frame, a.edges)
    child, parent = a.edges.child()[asked], a.edges.parent[asked]
    meaning = np.eye(5, dtype=np.float32)[np.arange(n) % 5]
    held = Spoken(words, meaning, np.array([child[0]], np.int32), np.array([author[parent[0]]], np.int32),
                  (np.arange(n) % 3 - 1).astype(np.int32))  # fmt: skip
    hints = reweigh.answer_of(replace(a.frame, room=np.arange(n) % 2 == 0), a.edges, a.fitted, Search(), held).hints(
        asked
    )

    def one(name):
        return hints[:, HINTS.index(name)]

    assert (one("meaning") == (child % 5 == parent % 5)).all()
    assert (one("named") == ((child == child[0]) & (author[parent] == author[parent[0]]))).all()
    followed = column(a, words, "is followed often", asked)
    assert followed.any()
    assert one("is followed often") == pytest.approx(np.where(child % 2 == 0, 0, followed))
    assert (one("same subject") == ((child % 3 == parent % 3) & (child % 3 > 0))).all()
    assert one("between in a room") == pytest.approx(np.where(child % 2 == 0, one("posts between"), 0))
    assert not column(a, words, "meaning", asked).any()
    assert not column(a, words, "same subject", asked).any()


def test_in_rooms_own_lines_are_rivals_and_explain_as_much_in_all_as_before(found, words):
    a = found.attribution
    everywhere = replace(
        answer(a, words),
        frame=replace(a.frame, has_link=np.zeros(len(a.frame), bool), room=np.ones(len(a.frame), bool)),
    )
    own = a.edges.type == OWN
    speed = int(np.bincount(a.frame.speed).argmax())
    assert speed in reweigh.UNLEARNED

    again = reweigh.reweighed(everywhere).causes.edge
    apart = reweigh.reweighed(replace(everywhere, frame=replace(everywhere.frame, room=a.frame.room))).causes.edge

    assert own.sum() > 50
    assert again[own].sum() == pytest.approx(a.fitted.causes.edge[own].sum(), rel=0.01)
    assert np.abs(again[own] - a.fitted.causes.edge[own]).max() > 0.001
    assert (apart[own] == a.fitted.causes.edge[own]).all()


def masses(frame, edges, fitted):
    child, among = edges.child(), np.isin(edges.type, (OTHER, COLLEAGUE))
    return np.bincount(child[among], weights=fitted.causes.edge[among], minlength=len(frame))


def test_only_the_share_among_candidates_moves_and_links_stay(found, words, monkeypatch):
    a = found.attribution
    flat = np.array([0.5 if name in FACTORS else 0.0 for name in HINTS])
    monkeypatch.setattr(reweigh, "weights", lambda *_: flat)
    again = reweigh.reweighed(answer(a, words))
    p, q = a.fitted.causes.edge, again.causes.edge
    linked = a.frame.has_link[a.edges.child()]

    assert masses(a.frame, a.edges, again) == pytest.approx(masses(a.frame, a.edges, a.fitted), abs=1e-4)
    assert (q[linked] == p[linked]).all()
    assert (q[~np.isin(a.edges.type, (OTHER, COLLEAGUE))] == p[~np.isin(a.edges.type, (OTHER, COLLEAGUE))]).all()
    assert np.abs(q - p).max() > 0.01
    assert again.sums is a.fitted.sums


def test_with_few_links_hints_count_a_little_and_only_in_quick_conversation(found, words):
    a = found.attribution
    blind = replace(answer(a, words), frame=replace(a.frame, has_link=np.zeros(len(a.frame), bool)))

    by_speed = [dict(zip(HINTS, reweigh.weights(blind, s))) for s in range(4)]

    assert reweigh.reweighed(replace(blind, course=None)) is a.fitted
    assert [one["turn"] for one in by_speed] == [1, 1, 0, 0]
    assert [one["kernel"] for one in by_speed] == [0.6, 0.6, 1, 1]
    assert [one["rest"] for one in by_speed] == [0.8, 0.8, 1, 1]
    assert all(one["author"] == 1 for one in by_speed)


@pytest.mark.parametrize(("turn", "chosen"), [(1.5, "the hints"), (0.0, "one exponent")])
def test_hints_are_taken_only_where_they_foretell_the_links_of_other_posts(found, words, monkeypatch, turn, chosen):
    """400 linked posts: enough to see a hint that counts, too few not to be fooled by twenty that do not."""
    rng = np.random.default_rng(3)
    x = rng.normal(0, 1, (400, 30, len(HINTS)))
    beta = 0.8 * np.array([name in FACTORS for name in HINTS]) + turn * np.array([name == "turn" for name in HINTS])
    drew = (x @ beta + rng.gumbel(size=(400, 30))).argmax(axis=1)
    right = np.arange(30) == drew[:, None]
    known = choices(np.repeat(np.arange(400, dtype=np.int32), 30), x.reshape(-1, len(HINTS)), right.ravel())
    monkeypatch.setattr(reweigh, "linked_choices", lambda *_: known)

    got = reweigh.weights(answer(found.attribution, words), 0)

    assert ("the hints" if got[len(FACTORS) :].any() else "one exponent") == chosen
    assert got[0] == pytest.approx(0.8, abs=0.25)


def test_in_a_world_that_is_as_the_model_thinks_learning_does_no_harm(found, words, monkeypatch):
    """What half of the linked posts teach must foretell the other half's parents as well as the model itself does."""
    monkeypatch.setattr(reweigh, "FEWEST", 50)
    a = found.attribution
    speed = int(np.bincount(a.frame.speed).argmax())
    known = reweigh.linked_choices(answer(a, words), speed)
    half = np.arange(len(known.start)) % 2 == 0
    own = np.array([float(name in FACTORS) for name in HINTS])

    learned = likelihood(known.only(~half), reweigh.tempered(known.only(half)))

    assert len(known.start) > 100
    assert known.share.sum() == pytest.approx(len(known.start))
    assert learned > likelihood(known.only(~half), own) - 1.0


def test_hints_asked_for_in_parts_weigh_the_same(found, words, monkeypatch):
    a = found.attribution
    whole = reweigh.reweighed(answer(a, words)).causes.edge

    monkeypatch.setattr(reweigh, "AT_ONCE", 300)

    assert len(expect.blocks(a.edges.start, 300)) > 5
    assert (reweigh.reweighed(answer(a, words)).causes.edge == whole).all()
