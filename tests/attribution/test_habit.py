"""The strict variant: whoever already wrote like that was not moved."""

import numpy as np
import pytest

from earned.attribution.frame import OTHER
from earned.attribution.habit import lost_to_habit
from earned.text.sparse import cosines
from earned.text.surprise import PSEUDO
from earned.text.tokens import tokenize
from earned.text.vectors import comparable, mix_for, rows_of
from world import ADA, CY, MATTERS, attributed, post, small_world


def rows_of_posts(placed):
    texts = comparable(placed.posts, [False] * len(placed.posts), placed.frame.first_author().tolist())
    words = tokenize(texts)
    return rows_of(texts, words, mix_for(words))


@pytest.fixture(scope="module")
def accustomed():
    """Cy wrote about each of Ada's matters before she did."""
    posts, links = small_world()
    said = [post(f"habit-{k}", CY, 8.0 * k - 1.0 - 0.1 * n, f"{matter} {n} again and again")
            for k, matter in enumerate(MATTERS) for n in range(4) if k]  # fmt: skip
    return attributed([*posts, *said], links)


def test_what_a_habit_explains_is_what_the_formula_says(accustomed):
    placed, found = accustomed
    rows, edges, tails = rows_of_posts(placed), found.edges, found.fitted.evidence.tails
    asked = (edges.type == OTHER) & (found.fitted.causes.edge > 0.05)
    got = lost_to_habit(placed.frame, rows, edges, tails, asked)

    who, knot, wanted = placed.frame.first_author(), tails.scale.knot, []
    for i, j, s in zip(edges.child()[asked], edges.parent[asked], edges.similarity[asked]):
        mine = np.flatnonzero(who[:j] == who[i]).astype(np.int32)
        alike = int((cosines(rows, mine, np.full(len(mine), j, np.int32)) >= s).sum())
        usual = np.exp(np.interp(s, knot, tails.log_tail[j]))
        wanted.append(max(0.0, np.log((alike + PSEUDO * usual) / (len(mine) + PSEUDO) / usual)) if alike else 0.0)

    assert got.max() > 0.5
    assert wanted == pytest.approx(got.tolist(), abs=1e-3)


def test_the_strict_count_drops_for_habits_and_stays_where_there_is_none(accustomed):
    placed, found = accustomed
    ada = np.array([one.accounts == (ADA,) for one in placed.posts])
    _, free = attributed(*small_world())
    hers = np.array([one.accounts == (ADA,) for one in attributed_posts(free)])

    assert found.strict[ada].sum() < 0.9 * found.fitted.sums.others[ada].sum()
    assert free.strict[hers].sum() > 0.95 * free.fitted.sums.others[hers].sum()


def test_links_are_no_habit(accustomed):
    placed, found = accustomed
    linked = np.unique(placed.frame.link_parent)

    assert (found.strict[linked] > 0.9).all()


def attributed_posts(_):
    return attributed(*small_world())[0].posts
