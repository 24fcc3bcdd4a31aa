"""Laws that hold for every conversation."""

from dataclasses import replace

import numpy as np
import pytest

from earned.attribution.attribute import attribute
from earned.attribution.expect import blocks, expect, lay, tables, weights_of
from earned.attribution.fit import causes_of, one_pass
from earned.attribution.frame import COLLEAGUE, OTHER, OWN, TRACES
from earned.attribution.kernel import COMPONENTS, mixture
from earned.attribution.maximize import split_lags, split_levels
from earned.attribution.rates import CLASSES, combine, first_rates
from earned.model import Link
from earned.work import Workers
from world import ADA, BO, CAST, CY, EVE, FAY, account, attributed, person, placed, post, small_world


@pytest.fixture(scope="module")
def world():
    posts, links = small_world()
    return posts, links, *attributed(posts, links)


def test_the_causes_of_a_post_sum_to_one(world):
    *_, found = world
    causes = found.fitted.causes
    sums = np.bincount(found.edges.child(), weights=causes.edge, minlength=len(found.frame)) + causes.background

    assert np.allclose(1.0, sums, atol=1e-5)


def test_nothing_leads_anything_earlier(world):
    _, _, place, found = world
    child, parent = found.edges.child(), found.edges.parent

    assert (place.frame.t[parent] <= place.frame.t[child]).all()


def test_a_reply_dated_before_its_parent_keeps_its_edge_only_within_two_days():
    near = [post("late", BO, 0.5, "an answer"), post("first", ADA, 1.0, "a claim")]
    far = [post("late", BO, 0.5, "an answer"), post("first", ADA, 9.0, "a claim")]
    links = [Link("late", "reply", "first")]

    assert 1 == attributed(near, links)[1].edges.trace.sum()
    assert 0 == attributed(far, links)[1].edges.trace.sum()


def test_own_follow_ups_never_count(world, monkeypatch):
    posts, links, *_ = world
    own = [post(f"own-{k}", ADA, 8.0 * k + 2, p.text) for k, p in enumerate(q for q in posts if q.id.startswith("ada"))]
    shown = attributed([*posts, *own], links)[1]
    monkeypatch.setattr("earned.attribution.attribute.reweighed", lambda answer, _: answer.fitted)
    found = attributed([*posts, *own], links)[1]
    mine, p = found.edges.type == OWN, found.fitted.causes.edge.astype(float)
    others = found.edges.type == OTHER
    by_others = np.bincount(found.edges.parent[others], weights=p[others], minlength=len(found.frame))

    assert mine.any()
    assert np.allclose(by_others, found.fitted.sums.others, atol=1e-4)
    # Weighing anew moves followers among others' posts; it makes none, and takes none from one's own.
    assert shown.fitted.causes.edge[others].sum() == pytest.approx(found.fitted.sums.others.sum(), abs=1e-3)
    assert (shown.fitted.causes.edge[mine] == found.fitted.causes.edge[mine]).all()


def test_colleagues_count_apart(world):
    posts, links, *_ = world
    hired = [replace(p, organization="Tidewater") if p.accounts[0] in (ADA, BO) else p for p in posts]
    found = attributed(hired, links)[1]
    outside = found.frame.per_person(found.fitted.sums.others)[person(ADA)]
    inside = found.frame.per_person(found.fitted.sums.colleagues)[person(ADA)]

    assert (found.edges.type == COLLEAGUE).any()
    assert inside > 9
    assert outside < 13


def test_coauthors_split_and_add_up():
    posts, links = small_world()
    together = [replace(p, accounts=(ADA, FAY)) if p.id.startswith("ada") else p for p in posts]
    found = attributed(together, links)[1]
    by_person = found.frame.per_person(found.fitted.sums.others)

    assert found.fitted.sums.others.sum() == pytest.approx(by_person.sum())
    assert by_person[person(FAY)] > 5


def test_renaming_people_changes_nothing(world):
    posts, links, _, found = world
    renamed = [account(f"Other Name{k}") for k in range(len(CAST))]
    twin = {a.id: b.id for a, b in zip(CAST, renamed)}
    again = attributed([replace(p, accounts=(twin[p.accounts[0]],)) for p in posts], links, renamed)[1]

    assert np.array_equal(found.fitted.causes.edge, again.fitted.causes.edge)


def test_a_strangers_unrelated_post_changes_next_to_nothing(world):
    posts, links, _, found = world
    stranger = post("stranger", None, 50.0, "zebra violin marmalade quartz")
    again = attributed([*posts, stranger], links)[1]
    before, after = (x.frame.per_person(x.fitted.sums.others)[person(ADA)] for x in (found, again))

    assert before == pytest.approx(after, rel=0.03)


def test_workers_and_blocks_do_not_change_the_fit(world):
    _, _, place, found = world
    with Workers() as workers:
        again = attribute(
            place, tuple(a.name for a in CAST), seed=1, draws=False, run=workers.search, blocks=workers.passes
        )

    assert np.allclose(found.fitted.causes.edge, again.fitted.causes.edge, rtol=1e-9, atol=0)


def test_blocks_reduce_to_the_same_sums_as_one_block(world):
    _, _, place, found = world
    given = tables(place.frame, first_rates(place.frame), found.fitted.evidence.usual)
    laid, n = lay(place.frame, found.edges, found.fitted.evidence.level), len(place.frame)
    whole = expect(place.frame, laid, given, 0, n)[0]
    parts = [expect(place.frame, laid, given, a, b)[0] for a, b in ((0, 17), (17, 60), (60, n))]
    added = combine(combine(parts[0], parts[1]), parts[2])

    assert np.allclose(whole.others, added.others, rtol=1e-9)
    assert whole.loglik[0] == pytest.approx(added.loglik[0], rel=1e-9)
    assert [(0, n)] == blocks(found.edges.start)


def test_drawn_causes_are_whole_and_follow_the_seed(world):
    _, _, place, found = world
    given = tables(place.frame, found.fitted.rates, found.fitted.evidence.usual)
    uniform = np.random.default_rng(3).random(len(place.frame))
    laid = lay(place.frame, found.edges, found.fitted.evidence.level)
    drawn = [causes_of(one_pass(place.frame, laid, given, uniform=uniform)[1]).edge for _ in range(2)]

    assert set(np.unique(drawn[0])) <= {0.0, 1.0}
    assert np.array_equal(*drawn)


def test_the_same_seed_gives_the_same_draws():
    posts, links = small_world()
    one, two = (attributed(posts, links, draws=True, seed=5)[1] for _ in range(2))

    assert np.array_equal(one.draws.realized, two.draws.realized)


def test_text_without_links_finds_the_paraphrase(world):
    posts, links, *_ = world
    place, found = attributed(posts, links, hide_links=True)
    rows = {p.id: k for k, p in enumerate(place.posts)}
    hits = 0
    for k in range(12):
        child = rows[f"cy-{k}"]
        here = slice(found.edges.start[child], found.edges.start[child + 1])
        outside = np.where(found.edges.type[here] == OTHER, found.fitted.causes.edge[here], 0)
        parent = place.posts[found.edges.parent[here][outside.argmax()]].id
        hits += parent in {f"ada-{k}", f"bo-{k}"}

    assert hits >= 10
    assert 0 == found.edges.trace.sum()


def test_hidden_links_leave_no_trace(world):
    posts, links, *_ = world
    without = attributed(posts, [])[1]
    hidden = attributed(posts, links, hide_links=True)[1]

    assert np.array_equal(without.fitted.causes.edge, hidden.fitted.causes.edge)


def test_a_day_precise_post_leads_nothing_of_the_same_day():
    same = "quorum lease fencing token split brain"
    posts = [post("a", ADA, 0, same, time_precision="day"), post("b", CY, 0.3, same, time_precision="day")]

    assert 0 == len(attributed(posts)[1].edges)


def test_an_unknown_author_is_somebody_else_each_time():
    place = placed([post("x", None, 0, "one"), post("y", None, 1, "two")])

    assert [len(CAST), len(CAST) + 1] == place.frame.person.tolist()


def test_posts_without_a_time_stay_out_and_are_counted():
    lost = replace(post("x", EVE, 0, "text"), claimed_at=None, time_precision="unknown")
    place = placed([lost, post("y", ADA, 1, "text")])

    assert (1, 1) == (place.unplaced, len(place.posts))


def test_kernel_weights_sum_to_one_and_mind_what_could_not_be_seen():
    seen_all = mixture(np.full(COMPONENTS, 10.0), np.full(COMPONENTS, 50.0))
    cut_off = mixture(np.full(COMPONENTS, 10.0), np.array([50.0, 50, 50, 50, 5]))

    assert seen_all.sum() == pytest.approx(1.0)
    assert cut_off[-1] > seen_all[-1]


def test_a_pass_shares_every_post_among_its_causes_by_their_weights_and_adds_them_up(world):
    *_, found = world
    frame, edges, fitted = found.frame, found.edges, found.fitted
    given, child = tables(frame, fitted.rates, fitted.evidence.usual), edges.child()
    weight = weights_of(frame, edges, fitted.evidence.level, given)
    whole = np.bincount(child, weights=weight, minlength=len(frame)) + given.background
    p, between = weight / whole[child], np.isin(edges.type, (OTHER, COLLEAGUE))
    traces = np.zeros((CLASSES, TRACES))
    np.add.at(traces, (edges.speed[between], edges.trace[between]), p[between])
    crossing = np.zeros((frame.channels, frame.channels))
    np.add.at(crossing, (frame.channel[edges.parent[between]], frame.channel[child[between]]), p[between])
    sums, parts = one_pass(frame, lay(frame, edges, fitted.evidence.level), given)
    causes = causes_of(parts)

    assert p == pytest.approx(causes.edge, abs=1e-6)
    assert given.background / whole == pytest.approx(causes.background)
    for kind, mine in ((OTHER, sums.others), (COLLEAGUE, sums.colleagues)):
        of = edges.type == kind
        assert np.bincount(edges.parent[of], weights=p[of], minlength=len(frame)) == pytest.approx(mine, abs=1e-9)
    assert p[edges.type == OWN].sum() == pytest.approx(sums.own.sum())
    assert traces == pytest.approx(sums.traces)
    assert crossing == pytest.approx(sums.crossing)
    assert causes.background.sum() == pytest.approx(sums.week.sum()) == pytest.approx(sums.weekday.sum())


def test_who_credits_somebody_is_found_as_the_definition_says(world):
    *_, found = world
    frame = found.frame
    for who in range(len(CAST)):
        rows = found.posts_of(who)
        linking = frame.link_child[np.isin(frame.link_parent, rows)]
        naming = found.named_in[(found.named == who) & (found.named_in > rows.min())] if len(rows) else []

        assert {*linking.tolist(), *naming} == set(found.crediting_of(who).tolist())


def test_followers_are_shared_among_components_and_knots_and_none_is_lost(world):
    *_, found = world
    rates, evidence = found.fitted.rates, found.fitted.evidence
    laid = lay(found.frame, found.edges, evidence.level)
    sums, _ = one_pass(found.frame, laid, tables(found.frame, rates, evidence.usual))
    lags, levels = split_lags(sums, rates), split_levels(sums, rates)

    assert lags.sum(axis=2) == pytest.approx(sums.lag.sum(axis=2))
    assert levels.sum(axis=2) == pytest.approx(sums.level.sum(axis=2))
    assert sums.lag.sum() > 1
    assert min(lags.min(), levels.min()) >= 0


def test_posting_more_without_followers_never_raises_the_rate():
    from earned.measures.induced import induced_posts

    posts, links = small_world()
    more = [post(f"eve-more-{k}", EVE, 2.0 * k + 0.1, f"wobble{k} fribble{k} on a day like this") for k in range(40)]
    rates = [
        induced_posts(attributed(p, links)[1], person(EVE), rng=np.random.default_rng(1)).value
        for p in (posts, posts + more)
    ]

    assert rates[1] <= rates[0] + 0.02


def test_times_do_not_depend_on_the_zone_they_are_given_in():
    posts, links = small_world()
    shifted = [replace(p, claimed_at=p.claimed_at.astimezone(tz=None)) for p in posts]

    assert np.allclose(placed(posts, links).frame.t, placed(shifted, links).frame.t)
