"""What a refit need not compare again, and when it must: nothing stale is ever used."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from test_refit import SMALLER, whole_world

from earned.attribution import attribute
from earned.attribution.candidates import Search
from earned.attribution.compared import Prints, numbers, standing
from earned.attribution.frame import OTHER
from earned.attribution.packing import pack, unpack
from earned.attribution.refit import start_from
from earned.reading import Conversation, Wish
from earned.study import known, learn

#: As in large conversations: not all postings are read for a post, so pairs are kept.
BOUNDED = Search(most=16, recent=8, own=1, most_work=1_200)


def without_last(given, part):
    posts = sorted(given.posts, key=lambda post: post.claimed_at)
    return replace(given, posts=posts[: round(len(posts) * (1 - part))])


@pytest.fixture(scope="module")
def bounded():
    """The world before its last posts came; with them; with them and what was known; and which posts were compared then."""
    whole, asked, effort, found = whole_world(SMALLER), [], attribute.effort_for, attribute.compare

    def noting(frame, rows, scale, search, since, **more):
        asked.append(int((~since.holds).sum()))
        return found(frame, rows, scale, search, since, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attribute, "effort_for", lambda frame: replace(effort(frame), search=BOUNDED))
        patch.setattr(attribute, "compare", noting)
        before = learn(without_last(whole, 0.02), Wish())
        fresh, again = learn(whole, Wish()), learn(whole, Wish(), before=unpack(pack(known(before))))
    return before, fresh, again, asked


def pairs(found):
    edges, n = found.attribution.edges, len(found.placed.posts)
    between = edges.type == OTHER
    return set((edges.child()[between].astype(np.int64) * n + edges.parent[between]).tolist())


def test_only_new_posts_are_compared(bounded):
    before, fresh, _, asked = bounded
    n = len(fresh.placed.posts)

    assert [len(before.placed.posts), n, n - len(before.placed.posts)] == asked


def test_the_pairs_are_those_of_a_comparison_of_everything_but_for_a_few(bounded):
    _, fresh, again, _ = bounded
    one, other = pairs(fresh), pairs(again)

    assert len(one & other) > 0.98 * len(one | other)


def test_a_cosine_is_that_of_today_whenever_its_pair_was_found(bounded):
    _, fresh, again, _ = bounded
    one, other = (
        dict(zip(zip(x.edges.child().tolist(), x.edges.parent.tolist()), x.edges.similarity.tolist()))
        for x in (fresh.attribution, again.attribution)
    )  # fmt: skip
    n = len(fresh.placed.posts)
    both = [pair for pair in one.keys() & other.keys() if pair[1] < n]

    assert max(abs(one[pair] - other[pair]) for pair in both) < 1e-5


def test_verdicts_are_those_of_a_fit_from_nothing(bounded):
    _, fresh, again, _ = bounded
    one, other = ({row.person.id: row.camp for row in found.leadership.people} for found in (fresh, again))

    assert one == other


def test_what_is_known_survives_being_packed_and_holds_no_word_or_name(bounded):
    before, *_ = bounded
    kept = known(before)
    again = unpack(pack(kept))

    assert (again.compared.near.earlier == kept.compared.near.earlier).all()
    assert (again.rates.productivity == kept.rates.productivity).all()
    assert (kept.written, kept.began, kept.compared.prints.setting) == (
        again.written,
        again.began,
        again.compared.prints.setting,
    )
    names = [one for one in fields_of(kept) if np.asarray(one).dtype.kind not in "fiu"]
    assert names == [kept.compared.prints.setting]


def fields_of(value):
    if hasattr(value, "__dataclass_fields__"):
        return [one for name in value.__dataclass_fields__ for one in fields_of(getattr(value, name))]
    return [value]


@pytest.mark.parametrize("data", [b"", b"no numbers", pack.__doc__.encode()])
def test_bytes_of_something_else_are_nothing_known(data):
    assert unpack(data) is None


def test_bytes_cut_off_are_nothing_known(bounded):
    assert unpack(pack(known(bounded[0]))[:-9]) is None


def change(posts, at, **told):
    return [replace(post, **told) if place == at else post for place, post in enumerate(posts)]


def an_edit(given):
    return replace(
        given, posts=change(given.posts, 100, text="Something else altogether was meant here, and is now said")
    )


def a_post_that_went(given):
    return replace(given, posts=[*given.posts[:100], *given.posts[101:]])


def a_post_dated_otherwise(given):
    later = given.posts[100].claimed_at + timedelta(seconds=1)
    return replace(given, posts=change(given.posts, 100, claimed_at=later))


@pytest.mark.parametrize("what", [an_edit, a_post_that_went, a_post_dated_otherwise])
def test_what_stands_ends_at_the_first_post_that_is_not_what_it_was(bounded, what):
    before, *_ = bounded
    given = what(without_last(whole_world(SMALLER), 0.02))
    start, since = begun(before, given)

    assert start is None
    assert since.known is None or not since.holds[100:].any()
    assert since.known is None or since.holds[:100].mean() > 0.9


def two_people_who_are_one(given):
    return replace(given, same=frozenset({("sim:p1", "sim:p2")}))


def an_author_who_joined_a_firm(given):
    return replace(given, posts=change(given.posts, 100, organization="Quill"))


def a_confirmed_receipt(given):
    one, other = given.posts[100], given.posts[3]
    return replace(given, links=[*given.links, replace(given.links[0], from_post=one.id, target=other.id)])


@pytest.mark.parametrize(
    ("what", "anew"), [(two_people_who_are_one, 0), (an_author_who_joined_a_firm, 0), (a_confirmed_receipt, 1)]
)
def test_who_said_it_matters_to_rates_and_not_to_pairs_and_a_first_link_to_those_of_its_post(bounded, what, anew):
    start, since = begun(bounded[0], what(without_last(whole_world(SMALLER), 0.02)))

    assert start is None
    assert (~since.holds).sum() == anew


def test_the_same_again_starts_where_the_last_fit_ended(bounded):
    start, since = begun(bounded[0], without_last(whole_world(SMALLER), 0.02))

    assert start[0].new == 0
    assert (start[1].quality == bounded[0].attribution.draws.end.quality).all()
    assert since.holds.all()


def begun(before, given: Conversation):
    """Where a fit of what is given would start, and what it would not compare again."""
    kept = known(before)
    with pytest.MonkeyPatch.context() as patch:
        effort, told = attribute.effort_for, []
        patch.setattr(attribute, "effort_for", lambda frame: replace(effort(frame), search=BOUNDED, sweeps=(0, 1)))
        patch.setattr(attribute, "start_from", lambda *words: told.append(start_from(*words)) or told[-1])
        patch.setattr(attribute, "standing", lambda *words: told.append(standing(*words)) or told[-1])
        learn(given, Wish(), before=kept)
    return told[1], told[0]


def prints(n, setting="wide", words=None):
    return Prints(np.arange(n, dtype=np.uint64), np.arange(n, dtype=np.uint64) if words is None else words, setting)


def test_another_setting_or_a_tenth_more_posts_are_compared_anew(bounded):
    kept = replace(known(bounded[0]).compared, prints=prints(100), whole=100)

    assert standing(kept, prints(110)).holds.sum() == 100
    assert standing(kept, prints(111)).known is None
    assert standing(kept, prints(105, "narrow")).known is None
    assert standing(None, prints(105)).known is None


def test_a_post_whose_signature_was_found_out_is_compared_anew_alone(bounded):
    kept = replace(known(bounded[0]).compared, prints=prints(100), whole=100)
    words = np.arange(100, dtype=np.uint64)
    words[7] = 1_000

    assert [7] == np.flatnonzero(~standing(kept, prints(100, words=words)).holds).tolist()


def test_numbers_of_texts_are_the_same_in_every_process():
    assert [0xCBF29CE484222325, 0xAF63DC4C8601EC8C] == numbers(["", "a"]).tolist()
