"""Prior art: what was said long before explains a post, and nobody is credited for it."""

import numpy as np
import pytest

from earned.attribution.frame import DOCUMENT, OTHER, PRIOR
from earned.attribution.kernel import LAG_DAYS, OLDEST, WINDOW, older_kernel, older_share
from earned.model import Link
from earned.study import attribute
from world import ADA, EVE, FAY, attributed, person, post, small_world

SAID = "pager rotation silence budget quarrel makes every second night a lottery for whoever carries the phone"


def test_the_kernel_begins_where_the_window_ends():
    density = older_kernel()

    for speed in range(DOCUMENT):
        assert 1.0 == pytest.approx(np.trapezoid(density[speed], LAG_DAYS), rel=0.03)
        assert not density[speed][LAG_DAYS <= WINDOW[speed]].any()
    assert not density[DOCUMENT].any()


def test_what_could_be_seen_of_it_grows_from_the_window_to_five_years():
    horizon = np.array([WINDOW[1], 60.0, 400.0, OLDEST, 9_000.0])
    share = older_share(horizon, np.ones(5, np.uint8))

    assert share[0] == 0.0
    assert (np.diff(share[:4]) > 0).all()
    assert [1.0, 1.0] == pytest.approx(share[3:].tolist())
    assert [0.0] == older_share(np.array([9_000.0]), np.array([DOCUMENT], np.uint8)).tolist()


@pytest.fixture(scope="module")
def repeated():
    """Ada says it on day 1, and Eve word for word on day 90: the list's window is thirty days."""
    posts, links = small_world()
    return attributed([*posts, post("old", ADA, 1.0, SAID), post("again", EVE, 90.0, SAID)], links)


def rows(placed):
    return {one.id: row for row, one in enumerate(placed.posts)}


def test_a_repetition_after_the_window_is_prior_art_and_credited_to_nobody(repeated):
    placed, found = repeated
    row, edges, p = rows(placed), found.edges, found.fitted.causes.edge
    here = (edges.child() == row["again"]) & (edges.parent == row["old"])

    assert [PRIOR] == edges.type[here].tolist()
    assert p[here][0] > 0.5
    posts, links = small_world()
    alone = attributed([*posts, post("old", ADA, 1.0, SAID)], links)[1].fitted.sums.others
    assert found.fitted.sums.others[row["old"]] < alone[row["old"]] + 0.05
    assert found.fitted.sums.older.sum() > 0.5


def test_only_what_is_older_than_the_window_is_prior_art_five_at_most(repeated):
    placed, found = repeated
    edges = found.edges
    older = edges.type == PRIOR
    child, parent, t = edges.child()[older], edges.parent[older], placed.frame.t

    assert older.any()
    assert (t[child] - t[parent] > WINDOW[edges.speed[older]]).all()
    assert np.bincount(child).max() <= 5


def test_who_links_to_an_old_post_follows_it():
    posts, links = small_world()
    more = [post("old", ADA, 1.0, SAID), post("again", FAY, 90.0, SAID)]
    placed, found = attributed([*posts, *more], [*links, Link("again", "cite", "old")])
    row, edges = rows(placed), found.edges
    here = (edges.child() == row["again"]) & (edges.parent == row["old"])

    assert [OTHER] == edges.type[here].tolist()
    assert found.fitted.causes.edge[here][0] > 0.5


def test_a_denied_pair_is_no_prior_art():
    posts, links = small_world()
    more = [post("old", ADA, 1.0, SAID), post("again", EVE, 90.0, SAID)]
    placed, found = attributed([*posts, *more], links, denied=frozenset({("again", "old")}))
    row = rows(placed)

    assert not ((found.edges.child() == row["again"]) & (found.edges.parent == row["old"])).any()


def test_the_answer_calls_it_prior_art(tmp_path):
    lines = [
        f'{{"id": "{one.id}", "channel": "list", "time": "{one.claimed_at.isoformat()}", "author": "{one.accounts[0]}", '
        f'"text": "{one.text}"}}'
        for one in [*small_world()[0], post("old", ADA, 1.0, SAID), post("again", EVE, 90.0, SAID)]
    ]
    file = tmp_path / "list.jsonl"
    file.write_text("\n".join(lines))

    assert "prior art" in {one["kind"] for one in attribute(str(file)) if one["child"] == "again"}


def test_a_short_conversation_has_none():
    posts, links = small_world()
    _, found = attributed([one for one in posts if int(one.id.rpartition("-")[2]) < 3], links)

    assert PRIOR not in found.edges.type[found.fitted.causes.edge > 0]
    assert person(EVE) >= 0
