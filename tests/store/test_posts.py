"""What is kept comes back equal, whatever happens to it on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scenes import ADA, BO, LATER, NOW, page, pages, post

from earned.errors import SourceTaken, StudyError
from earned.model import HIDDEN, Gone, Left, Link, MetricSnapshot, Post, Rejected
from earned.store import open_store
from earned.store.models import PostRow
from earned.store.shelves import Kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return open_store()


@pytest.fixture
def study(store):
    return store.studies.new("topic")


@pytest.fixture
def source(store, study):
    return store.sources.add(study, "memory", "here")


def state(store, study):
    """Everything that reading gives."""
    shelf = store.posts
    links = sorted(shelf.links(study), key=repr)
    return [*shelf.of(study)], links, [*shelf.accounts(study)], shelf.rejected(study), shelf.high_water(study)


words = st.text(max_size=30)
moments = st.datetimes(timezones=st.just(UTC)) | st.none()
posts = st.builds(
    Post,
    id=st.from_regex(r"memory:[\w\W]{1,8}", fullmatch=True),
    channel=words,
    accounts=st.lists(words, max_size=3).map(tuple),
    claimed_at=moments,
    time_precision=st.sampled_from(["second", "minute", "day", "unknown"]),
    text=words,
    title=words,
    text_unquoted=words | st.none(),
    url=words,
    organization=words,
    thread=words,
    lang=words,
    version=words,
    labels=st.dictionaries(
        words, words | st.integers(-(2**50), 2**50) | st.lists(st.booleans() | st.none()), max_size=3
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(posts, unique_by=lambda post: post.id, max_size=6), st.integers(0, 10**9))
@example([replace(post(1), id="memory:\0a"), replace(post(2), id="memory:\0b", accounts=("\0x", '"', "'"))], 1)
def test_what_is_kept_comes_back_equal_and_in_order(store, given_posts, number):
    study = store.studies.new(f"round-{datetime.now(UTC).timestamp():.6f}-{number}".replace(".", "-"))
    source = store.sources.add(study, "memory", study.name)
    mine = [replace(one, id=f"{study.name}{one.id}") for one in given_posts]

    store.posts.keep(source, page(*mine, accounts=()), now=NOW)
    again = store.posts.keep(source, page(*mine, accounts=(), read_at=LATER), now=LATER)

    assert Kept(same=len(mine)) == again
    in_order = sorted(mine, key=lambda one: (one.claimed_at is None, one.claimed_at or NOW, one.id.encode()))
    assert [replace(one, first_observed_at=NOW) for one in in_order] == [*store.posts.of(study)]


def test_links_and_accounts_come_back_equal(store, study, source):
    links = (Link("memory:1", "mention", "memory:bo", 2, "@bo"), Link("memory:1", "url", "https://x.example/'\""))

    kept = store.posts.keep(source, page(post(1, accounts=(ADA.id, BO.id)), links=links), now=NOW)

    assert Kept(new=1, links=2) == kept
    assert [*links] == [*store.posts.links(study)]
    assert [ADA, BO] == [*store.posts.accounts(study)]


def test_importing_twice_changes_nothing(store, study, source):
    first = [store.posts.keep(source, one, now=NOW) for one in pages(3)]
    before = state(store, study)

    again = [store.posts.keep(source, replace(one, read_at=LATER), now=LATER) for one in pages(3)]

    assert before == state(store, study)
    assert [50] * 3 == [kept.new for kept in first]
    assert [Kept(same=50, rejected=1)] * 3 == again


def test_a_changed_text_keeps_the_day_it_was_first_observed_and_makes_a_version(store, study, source):
    store.posts.keep(source, page(post(1, "first words", title="T")), now=NOW)
    mark = store.posts.high_water(study)

    kept = store.posts.keep(source, page(post(1, "second words"), read_at=LATER), now=LATER)

    (found,) = store.posts.of(study)
    (version,) = store.posts.versions("memory:1")
    assert Kept(changed=1) == kept
    assert ("second words", NOW) == (found.text, found.first_observed_at)
    assert ("first words", "T", NOW) == (version.text, version.title, version.first_observed_at)
    assert mark != store.posts.high_water(study)


def test_a_text_that_comes_back_is_no_new_version(store, study, source):
    for text, when in (("a", NOW), ("b", LATER), ("a", LATER + timedelta(days=1))):
        store.posts.keep(source, page(post(1, text), read_at=when), now=when)

    assert [("b", LATER)] == [(old.text, old.first_observed_at) for old in store.posts.versions("memory:1")]


def test_a_changed_time_or_author_moves_the_post_without_a_version(store, study, source):
    store.posts.keep(source, page(post(1), post(2)), now=NOW)

    store.posts.keep(
        source, page(replace(post(1), claimed_at=None, time_precision="unknown", accounts=(BO.id,))), now=NOW
    )

    assert [("memory:2", (ADA.id,)), ("memory:1", (BO.id,))] == [
        (one.id, one.accounts) for one in store.posts.of(study)
    ]
    assert () == store.posts.versions("memory:1")


def test_one_id_twice_on_a_page_is_kept_in_turn(store, study, source):
    kept = store.posts.keep(source, page(post(1, "a"), post(2), post(1, "b")), now=NOW)

    assert Kept(new=2, changed=1) == kept
    assert ["b", "text 2"] == [one.text for one in store.posts.of(study)]
    assert ["a"] == [old.text for old in store.posts.versions("memory:1")]


def test_what_is_gone_loses_its_text_is_read_no_more_and_stays_gone(store, study, source):
    links = (Link("memory:1", "reply", "memory:0"),)
    store.posts.keep(source, page(post(1, "old"), links=links), now=NOW)
    store.posts.keep(source, page(post(1, "words", title="t", text_unquoted="words", labels={"a": 1})), now=NOW)
    mark = store.posts.high_water(study)

    said = (Gone("memory:1", "deleted", NOW), Gone("memory:never", "deleted", NOW))
    kept = store.posts.keep(source, page(gone=said, cursor="2"), now=NOW)
    again = store.posts.keep(source, page(post(1, "old"), gone=said[:1]), now=NOW)

    row = PostRow.objects.get(id="memory:1")
    assert ("", "", None, "{}") == (row.text, row.title, row.text_unquoted, row.labels)
    assert ([], [], ()) == ([*store.posts.of(study)], [*store.posts.links(study)], store.posts.versions("memory:1"))
    assert {"memory:1": "deleted"} == store.posts.gone(study)
    assert 0 == store.posts.count(study)
    assert (Kept(gone=1), Kept(same=1)) == (kept, again)
    assert "0 new, 0 changed, 0 known, 0 rejected, 1 withdrawn at the source" == kept.line()
    assert mark != store.posts.high_water(study)


def test_what_was_hidden_comes_back_only_where_it_was_said(store, study, source):
    archive = store.sources.add(study, "wxr", "export.xml")
    links = (Link("memory:1", "reply", "memory:0"),)
    store.posts.keep(source, page(post(1, "words"), post(2, "others"), links=links), now=NOW)
    gone = tuple(Gone(f"memory:{number}", HIDDEN, NOW) for number in (1, 2))
    store.posts.keep(source, page(gone=gone), now=NOW)
    before = store.posts.high_water(study)
    store.posts.keep(archive, page(post(1, "words")), now=NOW)

    assert [] == [*store.posts.of(study)]
    assert before == store.posts.high_water(study)

    back = store.posts.keep(source, page(post(1, "words"), post(2, "changed"), read_at=LATER), now=LATER)

    assert Kept(changed=2) == back
    assert ["words", "changed"] == [one.text for one in store.posts.of(study)]
    assert [*links] == [*store.posts.links(study)]
    assert ((), ()) == (store.posts.versions("memory:1"), store.posts.versions("memory:2"))
    assert {} == store.posts.gone(study)


def test_what_an_account_said_goes_with_it_before_the_page_s_own_posts(store, study, source):
    both = post(3, "by both", (ADA.id, BO.id))
    store.posts.keep(source, page(post(1, "Ada's"), post(2, "Bo's", (BO.id,)), both), now=NOW)
    left = Left(ADA.id, HIDDEN, NOW)
    kept = store.posts.keep(
        source, page(post(4, "Ada is back"), left=(left, Left("memory:eve", "deleted", NOW))), now=NOW
    )
    again = store.posts.keep(source, page(left=(left,)), now=NOW)

    assert (Kept(new=1, gone=2), Kept(gone=1)) == (kept, again)
    assert ["Bo's"] == [one.text for one in store.posts.of(study)]
    assert {"memory:1": HIDDEN, "memory:3": HIDDEN, "memory:4": HIDDEN} == store.posts.gone(study)


def test_a_cursor_and_what_is_gone_are_kept_together_or_not_at_all(store, study, source):
    store.posts.keep(source, page(post(1)), now=NOW)
    gone = page(gone=(Gone("memory:1", "deleted", NOW),), cursor="after")
    with pytest.raises(StudyError, match="no source number"):
        store.posts.keep(source + 99, gone, now=NOW)

    assert ["memory:1"] == [one.id for one in store.posts.of(study)]
    with pytest.raises(SourceTaken):
        store.posts.keep(source, gone, now=NOW, holder="somebody else")

    assert ["memory:1"] == [one.id for one in store.posts.of(study)]
    assert "after" != store.sources.cursor(source)


def test_rejected_rows_are_counted_once_by_source_and_reason(store, study, source):
    rejected = (Rejected("line 1", "no time", "x"), Rejected("line 2", "no time"), Rejected("line 3", "no id"))
    for _ in range(2):
        store.posts.keep(source, page(rejected=rejected), now=NOW)

    found = [(one.address, one.reason, one.count) for one in store.posts.rejected(study)]
    assert [("here", "no time", 2), ("here", "no id", 1)] == found
    assert [*rejected] == [*store.posts.rejections(source)]


def test_half_a_character_is_rejected_and_the_rest_of_the_page_is_kept(store, study, source):
    kept = store.posts.keep(source, page(post(1, "half \ud800"), post(2)), now=NOW)

    assert (1, 1) == (kept.new, kept.rejected)
    assert ["post 'memory:1'"] == [one.where for one in store.posts.rejections(source)]


def test_counts_by_others_are_appended_once(store, study, source):
    count = MetricSnapshot("memory:1", "views", 12, NOW, "people", "csv")
    for _ in range(2):
        store.posts.keep(source, page(post(1), snapshots=(count,)), now=NOW)

    from earned.store.models import SnapshotRow

    assert [12.0] == [*SnapshotRow.objects.values_list("value", flat=True)]


def test_a_page_that_fails_leaves_nothing_and_the_old_cursor(store, study, source, monkeypatch):
    store.posts.keep(source, page(post(1), cursor="one"), now=NOW)
    before = state(store, study)

    def fail(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("earned.store.keeping._keep_rejected", fail)
    with pytest.raises(RuntimeError):
        store.posts.keep(source, page(post(2), cursor="two"), now=NOW)

    assert (before, "one") == (state(store, study), store.sources.cursor(source))


def test_since_and_until_cut_a_half_open_window(store, study, source):
    first, middle, last, nobody_knows = (
        post(1),
        post(2),
        post(3),
        replace(post(4), claimed_at=None, time_precision="unknown"),
    )
    store.posts.keep(source, page(last, nobody_knows, first, middle), now=NOW)

    def ids(since=None, until=None):
        return [int(one.id.partition(":")[2]) for one in store.posts.of(study, since, until)]

    assert [1, 2, 3, 4] == ids()
    assert [2] == ids(middle.claimed_at, last.claimed_at)
    assert [2, 3] == ids(since=middle.claimed_at)
    assert [1] == ids(until=middle.claimed_at)


def test_a_post_of_two_sources_is_one_post_in_one_order(store, study, source):
    other = store.sources.add(study, "memory", "there")
    store.posts.keep(source, page(post(3), post(1), post(2)), now=NOW)
    kept = store.posts.keep(other, page(post(2), post(4), post(0)), now=NOW)

    assert (2, 1) == (kept.new, kept.same)
    assert [f"memory:{i}" for i in range(5)] == [one.id for one in store.posts.of(study)]
    assert 5 == store.posts.count(study)


def test_studies_see_only_their_own_sources(store, study, source):
    other = store.studies.new("other")
    store.posts.keep(source, page(post(1)), now=NOW)

    assert ([], 0) == ([*store.posts.of(other)], store.posts.count(other))
    assert store.posts.high_water(other) != store.posts.high_water(study)


def test_keeping_for_a_source_that_was_removed_is_an_error(store):
    with pytest.raises(StudyError, match="no source number 99"):
        store.posts.keep(99, page(post(1)), now=NOW)
