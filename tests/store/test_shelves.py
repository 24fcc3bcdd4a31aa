"""Studies, sources, findings, and the tables themselves."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from scenes import LATER, NOW, page, post

from earned.errors import StudyError
from earned.store import open_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return open_store()


def test_makemigrations_finds_nothing_to_do():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_study_is_found_by_name_and_listed(store):
    zero = store.studies.new("zero-trust", "Zero trust in small firms", now=NOW)

    assert zero == store.studies.get("zero-trust")
    assert (zero,) == store.studies.all()


def test_a_missing_study_is_an_error_that_names_those_there_are(store):
    with pytest.raises(StudyError, match="earned new nothing"):
        store.studies.get("nothing")

    store.studies.new("here")
    with pytest.raises(StudyError, match="There are: here"):
        store.studies.get("nothing")


@pytest.mark.parametrize("name", ["", "Two Words", "../up", "-", "a" * 101, "ünder"])
def test_a_name_that_is_no_small_word_is_refused(store, name):
    with pytest.raises(StudyError, match="small letters"):
        store.studies.new(name)


def test_a_name_is_taken_once(store):
    store.studies.new("a")
    store.studies.new("b")

    for act in (lambda: store.studies.new("a"), lambda: store.studies.rename("b", "a")):
        with pytest.raises(StudyError, match="already"):
            act()


def test_renaming_keeps_everything_in_the_study(store):
    study = store.studies.new("a")
    source = store.sources.add(study, "memory", "here")

    renamed = store.studies.rename("a", "b")

    assert ("b", study.id) == (renamed.name, renamed.id)
    assert [source] == [one.id for one in store.sources.of(store.studies.get("b"))]


def test_adding_a_source_again_changes_nothing(store):
    study = store.studies.new("a")
    first = store.sources.add(study, "memory", "here", "a feed", now=NOW)

    assert first == store.sources.add(study, "memory", "here", "something else", now=LATER)
    (found,) = store.sources.of(study)
    assert ("a feed", NOW, None) == (found.what, found.added_at, found.cursor)


def test_a_failure_keeps_the_cursor_and_the_next_page_forgets_the_failure(store):
    study = store.studies.new("a")
    source = store.sources.add(study, "memory", "here")
    store.posts.keep(source, page(post(1), cursor="c1"), now=NOW)

    store.sources.failed(source, "memory here: moved")
    failed = store.sources.get(source)
    store.sources.read(source, LATER)
    read = store.sources.get(source)

    assert ("c1", "memory here: moved", NOW) == (failed.cursor, failed.last_error, failed.last_read_at)
    assert ("c1", "", LATER) == (read.cursor, read.last_error, read.last_read_at)


def test_removing_a_study_erases_what_no_other_study_has(store):
    one, two = store.studies.new("one"), store.studies.new("two")
    shared, own = store.sources.add(one, "memory", "shared"), store.sources.add(one, "memory", "own")
    store.sources.add(two, "memory", "shared")
    store.posts.keep(shared, page(post(1), post(2)), now=NOW)
    store.posts.keep(own, page(post(2), post(3)), now=NOW)
    store.findings.keep(one, "leadership", {}, high_water="", version="1", seed=1, now=NOW)

    store.studies.remove("one")

    from earned.store.models import PostRow, SourceRow

    assert ["memory:1", "memory:2"] == [found.id for found in store.posts.of(two)]
    assert [("memory:1",), ("memory:2",)] == [*PostRow.objects.order_by("id").values_list("id")]
    assert [shared] == [*SourceRow.objects.values_list("pk", flat=True)]


def test_the_latest_finding_of_a_kind_comes_back_equal(store):
    study = store.studies.new("a")
    assert None is store.findings.latest(study, "leadership")

    more = {"high_water": "3-abc", "version": "0.1.0", "seed": 7}
    store.findings.keep(study, "leadership", {"old": 1}, now=NOW, **more)
    kept = store.findings.keep(study, "leadership", {"people": [{"n": None, "x": 0.1}]}, now=LATER, **more)
    store.findings.keep(study, "other", {}, now=LATER, **more)

    assert kept == store.findings.latest(study, "leadership")
    assert {"people": [{"n": None, "x": 0.1}]} == kept.payload


def test_news_is_kept_apart_from_the_conversation(store):
    study = store.studies.new("a")
    talk = store.sources.add(study, "memory", "talk")
    press = store.sources.add(study, "memory", "press", news=True)
    store.posts.keep(talk, page(post(1)), now=NOW)
    before = store.posts.high_water(study)
    store.posts.keep(press, page(post(2)), now=NOW)

    assert [post(1).id] == [one.id for one in store.posts.of(study)]
    assert [post(2).id] == [one.id for one in store.posts.news(study)]
    assert 1 == store.posts.count(study)
    assert before != store.posts.high_water(study)
    assert [False, True] == [one.news for one in store.sources.of(study)]

    store.sources.add(study, "memory", "press")
    assert {post(1).id, post(2).id} == {one.id for one in store.posts.of(study)}
    assert [] == list(store.posts.news(study))
