"""What a reader says of a receipt changes the result."""

from dataclasses import replace

import numpy as np

from earned.attribution.frame import LINKED
from earned.measures.credit import credited_in_all, credited_posts
from earned.measures.realized import realized_posts
from earned.model import CONFIRMED, Link
from earned.reading import Conversation, Wish
from earned.study import learn
from world import ADA, CAST, attributed, person, small_world


def cause(place, found, child, parent):
    """Probability that `parent` brought `child` about, None without an edge; and whether the edge is linked."""
    rows = {post.id: row for row, post in enumerate(place.posts)}
    here = range(found.edges.start[rows[child]], found.edges.start[rows[child] + 1])
    edge = next((e for e in here if found.edges.parent[e] == rows[parent]), None)
    return (None, False) if edge is None else (found.fitted.causes.edge[edge], found.edges.trace[edge] == LINKED)


def test_a_rejected_pair_has_no_edge_and_the_count_falls():
    posts, links = small_world()
    denied = frozenset((f"cy-{k}", f"ada-{k}") for k in range(12))
    place, before = attributed(posts, links)
    _, after = attributed(posts, links, denied=denied)
    counts = [realized_posts(found, person(ADA), rng=None).value for found in (before, after)]

    assert all(cause(place, before, *pair)[0] is not None for pair in denied)
    assert all(cause(place, after, *pair)[0] is None for pair in denied)
    assert len(after.edges) == len(before.edges) - 12
    assert counts[1] < counts[0] - 1.5


def test_a_rejected_pair_that_links_is_no_cause_but_stays_credit():
    posts, links = small_world()
    place, found = attributed(posts, links, denied=frozenset({("bo-3", "ada-3")}))
    rows = {post.id: row for row, post in enumerate(place.posts)}

    assert cause(place, found, "bo-3", "ada-3") == (None, False)
    assert (rows["bo-3"], rows["ada-3"]) in set(zip(found.frame.link_child.tolist(), found.frame.link_parent.tolist()))


def test_a_confirmed_pair_becomes_more_probable_and_is_no_credit():
    posts, links = small_world()
    pair, told = ("cy-5", "ada-5"), Link("cy-5", "cite", "ada-5", evidence=CONFIRMED)
    (place, before), (_, after) = attributed(posts, links), attributed(posts, [*links, told])
    credit = [(credited_posts(found, person(ADA)), credited_in_all(found)) for found in (before, after)]

    assert cause(place, after, *pair)[0] > max(cause(place, before, *pair)[0], 0.9)
    assert credit[0] == credit[1]
    assert not cause(place, after, *pair)[1]


def test_what_the_author_linked_stays_credit_when_a_reader_confirms_it():
    posts, links = small_world()
    told = Link("bo-5", "cite", "ada-5", evidence=CONFIRMED)
    before, after = attributed(posts, links)[1], attributed(posts, [*links, told])[1]

    assert np.array_equal(before.fitted.causes.edge, after.fitted.causes.edge)
    assert credited_posts(before, person(ADA)) == credited_posts(after, person(ADA))


def test_denials_of_posts_that_are_not_here_change_nothing():
    posts, links = small_world()
    before, after = (attributed(posts, links, denied=d)[1] for d in (frozenset(), frozenset({("gone", "ada-1")})))

    assert (before.fitted.causes.edge == after.fitted.causes.edge).all()


def test_conductors_hand_denials_on():
    posts, links = small_world()
    given, denied = (
        Conversation(posts, links, {a.id: a for a in CAST}),
        frozenset({("cy-0", "ada-0"), ("bo-1", "ada-1")}),
    )
    before, after = learn(given, Wish()), learn(replace(given, denied=denied), Wish())
    shown = [{(e.child, e.parent) for row in found.leadership.people for e in found.followers.receipts(person(ADA), most=99)}
             for found in (before, after)]  # fmt: skip

    assert denied & shown[0]
    assert not denied & shown[1]
