"""The counter of reading: off by default, sums only, and silent about whoever asks not to be tracked."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from earned import counting
from earned.counting import counts_of
from earned.model import Account, Page, Post
from earned.store import open_store
from earned.workspace import Study

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
VISIT = {"p": "/a", "r": "www.linkedin.com", "s": 42, "d": 2}


@pytest.fixture
def study(db, workspace, settings, monkeypatch):
    """Two posts of a site that may tell what is read, and one of somebody else."""
    settings.EARNED_COUNTER = "ada.example=topic"
    monkeypatch.setattr(counting, "_LOOKED_UP", {})
    store = open_store()
    made = Study(store, store.studies.new("topic"))
    source = store.sources.add(made.record, "memory", "here")
    urls = ("https://www.ada.example/a/", "https://ada.example/?p=7", "https://bo.example/a")
    posts = tuple(Post(f"memory:{n}", "memory", ("memory:ada",), NOW, "second", "words", url=url)
                  for n, url in enumerate(urls))  # fmt: skip
    store.posts.keep(source, Page(posts, (Account("memory:ada", "Ada"),), (), "1", NOW), now=NOW)
    return made


def tell(told, *, origin="https://ada.example", agent=BROWSER, **headers):
    body = told if isinstance(told, bytes | str) else json.dumps(told)
    given = {"Origin": origin, "User-Agent": agent} | headers
    return Client(enforce_csrf_checks=True).post("/counter", body, content_type="text/plain", headers=given)


def counted(study):
    return {(one.post, one.name): one.value for one in counts_of(study)}


def test_visits_of_a_day_are_added_up_and_nothing_else_is_kept(study):
    first, second = tell(VISIT), tell(VISIT | {"s": 5, "d": 4, "r": "ada.example"})
    tell({"p": "/?p=7", "r": "bo.example", "s": 1, "d": 0})

    assert [204, 204] == [first.status_code, second.status_code]
    assert not first.cookies
    assert {
        ("memory:0", "views"): 2, ("memory:0", "seconds"): 47, ("memory:0", "reads"): 2, ("memory:0", "scrolled_25"): 2,
        ("memory:0", "scrolled_50"): 2, ("memory:0", "scrolled_75"): 1, ("memory:0", "scrolled_100"): 1,
        ("memory:0", "views from linkedin.com"): 1, ("memory:1", "views"): 1, ("memory:1", "seconds"): 1,
        ("memory:1", "views from bo.example"): 1,
    } == counted(study)  # fmt: skip
    assert {"counter"} == {one.via for one in counts_of(study)}
    assert {(0, 0)} == {(one.as_of.hour, one.as_of.minute) for one in counts_of(study)}


@pytest.mark.parametrize(("told", "more"), [
    (VISIT, {"DNT": "1"}), (VISIT, {"Sec-GPC": "1"}), (VISIT, {"origin": "https://bo.example"}), (VISIT, {"origin": ""}),
    (VISIT, {"origin": "http://["}),
    (VISIT, {"agent": "Googlebot/2.1"}), (VISIT, {"agent": ""}), (VISIT | {"p": "/nowhere"}, {}), (VISIT | {"p": "//x"}, {}),
    (VISIT | {"d": 5}, {}), (VISIT | {"s": -1}, {}), (VISIT | {"s": 1e400}, {}), (VISIT | {"s": None}, {}),
    (VISIT | {"p": "/a?x=1"}, {}), ("[]", {}), ("{", {}), (b"\xff", {}), ("[" * 900, {}), (" " * 2_000, {}),
])  # fmt: skip
def test_what_is_not_counted_is_answered_like_everything(study, told, more):
    assert 204 == tell(told, **more).status_code
    assert {} == counted(study)


def test_a_stranger_cannot_fill_the_table_with_names_of_hosts_or_hours(study):
    for number in range(9):
        tell(VISIT | {"r": f"host{number}.example", "s": 10**9})

    assert 9 == counted(study)["memory:0", "views from elsewhere"]
    assert 9 * 3_600 == counted(study)["memory:0", "seconds"]


def test_more_visits_than_people_make_are_not_counted(study, monkeypatch):
    monkeypatch.setattr("earned.web.pages.counter._A_MINUTE", 3)
    monkeypatch.setattr("earned.web.pages.counter.caches", {"pages": Minute()})
    for _ in range(9):
        tell(VISIT)

    assert 3 == counted(study)["memory:0", "views"]


class Minute:
    """The cache, in a minute that does not end."""

    def __init__(self):
        self.many = 0

    def add(self, *_):
        pass

    def incr(self, _):
        self.many += 1
        return self.many


def test_counts_never_enter_the_measure(study):
    before = study.conversation()
    tell(VISIT)
    after = study.conversation()

    assert (before.posts, before.links) == (after.posts, after.links)
    assert study.store.posts.high_water(study.record)


def test_it_is_off_unless_somebody_asked_for_it(study, settings):
    on = Client().get("/counter.js")
    settings.EARNED_COUNTER = ""

    assert (200, "text/javascript; charset=utf-8") == (on.status_code, on.headers["Content-Type"])
    assert "cross-origin" == on.headers["Cross-Origin-Resource-Policy"]
    assert 404 == Client().get("/counter.js").status_code == tell(VISIT).status_code
    assert {} == counted(study)


def test_a_study_that_is_not_there_says_nothing(study, settings):
    settings.EARNED_COUNTER = "ada.example=nowhere"

    assert 204 == tell(VISIT).status_code


def test_the_page_of_sources_shows_the_line_for_the_sites_that_are_counted(client, settings):
    off = client.get("/s/sample/settings/").content.decode()
    settings.EARNED_COUNTER = "www.ada.example=sample,bo.example=other"
    on = client.get("/s/sample/settings/").content.decode()

    assert "The own counter of visits is off" in off
    assert "visits of ada.example, where" in on
    assert "&lt;script src=&quot;http://testserver/counter.js&quot; defer&gt;" in on.replace('"', "&quot;")
    assert "bo.example" not in on
