"""Pages as a visitor meets them: all links lead somewhere, nothing costs more queries when there is more."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urlsplit

import pytest
from conftest import keep_sample, sample_found
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from data import made
from data.calendar.recorded import CALENDAR
from earned import edition
from earned.errors import StudyError
from earned.report.words import count, rate
from earned.web import kept
from earned.web.safety import POLICY
from earned.workspace import Study

PAGES = ["", "ideas/", "ledger/", "people/", "organizations/", "openings/", "digest/", "decisions/", "settings/",
         "search/?q=a", "person/noor-haddad/", "own/noor-haddad/", "organization/Kestrel%20Cloud/"]  # fmt: skip


def test_every_link_of_the_workbench_leads_to_a_page(client):
    seen, waiting, broken = {"/"}, deque(["/"]), []
    while waiting and len(seen) < 400:
        here = waiting.popleft()
        answer = client.get(here)
        if answer.status_code != 200:
            broken.append((here, answer.status_code))
            continue
        if not answer.headers["Content-Type"].startswith("text/html") or "digest/file" in here:
            continue
        for link in re.findall(r'href="([^"#]*)"', answer.content.decode()):
            there = unescape(link) if not link.startswith("?") else urlsplit(here).path + unescape(link)
            if there.startswith("/") and not there.startswith("/static/") and there not in seen:
                seen.add(there)
                waiting.append(there)

    assert broken == []
    assert len(seen) > 200


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is_and_allows_nothing_foreign(client, page):
    answer = client.get(f"/s/sample/{page}")
    html = answer.content.decode()

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "<h1>" in html
    assert "<title>" in html
    assert not re.search(r"<script(?![^>]*src=)", html)
    assert not re.search(r"\son\w+=|\sstyle=", html)


def test_the_leader_is_found_from_the_first_page(client):
    html = client.get("/s/sample/").content.decode()

    assert "Noor Haddad" in html
    assert html.index("Noor Haddad") < html.index("Jun Park")
    assert "What the data cannot tell" in html


def test_a_person_shows_three_numbers_and_their_receipts(client):
    html = client.get("/s/sample/person/noor-haddad/").content.decode()

    leader = next(one for one in sample_found()[0].leadership.people if one.person.id == "noor-haddad")
    assert f"<b>{leader.credited}</b>" in html
    assert html.count("data-receipt") == 5


@pytest.mark.parametrize("page", PAGES)
def test_more_data_costs_no_more_queries(client, opened, page):
    with CaptureQueriesContext(connection) as few:
        client.get(f"/s/sample/{page}")
    big = opened.store.studies.new("big")
    found = edition.latest(opened)
    again = Study(opened.store, big)
    sheets = [opened.store.editions.sheet(found, "topic")]
    assert sheets[0]
    keep_sample(again)
    for k in range(300):
        edition.decide(again, f"child-{k}", f"parent-{k}", "accepted")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/s/big/{page}")

    assert len(many) == len(few) <= 14
    full = [q["sql"] for q in many if q["sql"].startswith("SELECT") and _scans(q["sql"])]
    assert full == []


def _scans(sql):
    """Whether SQLite would read a whole table of posts, sheets or uptake for this."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}" if "%s" in sql else f"EXPLAIN QUERY PLAN {sql}")
        plan = [row[3] for row in cursor.fetchall()]
    return any(re.match(r"SCAN earned_(post|sheet|uptake|link|authorship)\b(?!.*USING)", step) for step in plan)


def test_what_is_not_there_is_said_so(client):
    for there in ("/s/nothing/", "/s/sample/person/nobody/", "/s/sample/idea/zzz/", "/nowhere/"):
        answer = client.get(there)
        assert answer.status_code == 404, there
        assert "That did not work" in answer.content.decode()


def test_a_study_without_an_edition_shows_how_to_begin(client, opened):
    opened.store.studies.new("empty", "Nothing yet")

    html = client.get("/s/empty/").content.decode()
    assert "Nothing was worked out yet" in html
    assert client.get("/s/empty/ledger/").status_code == 200


def test_search_finds_people_ideas_and_organizations(client):
    html = client.get("/s/sample/search/?q=kestrel").content.decode()
    assert "organization" in html
    assert "Kestrel Cloud" in html
    assert "Noor Haddad" in client.get("/s/sample/search/?q=NOOR").content.decode()
    assert "Nothing." in client.get("/s/sample/search/?q=%25").content.decode()


def test_the_digest_answers_nine_questions_and_can_be_taken_along(client):
    html = client.get("/s/sample/digest/").content.decode()
    assert html.count("<h2") == 9
    assert "What can we not tell?" in html
    kinds = {"html": b"<!DOCTYPE html>", "md": b"# ", "xml": b"<?xml", "pptx": b"PK"}
    for kind, begins in kinds.items():
        answer = client.get(f"/s/sample/digest/file/?as={kind}")
        assert answer.content.startswith(begins)
        assert f'filename="sample.{kind}"' in answer.headers["Content-Disposition"]


def test_a_draft_is_read_sentence_by_sentence(client):
    text = "Alert fatigue is not a staffing problem. Teams should delete every alert that nobody acted on for 30 days."
    html = client.post("/draft/", {"text": text}).content.decode()

    assert html.count('class="gate ') == 10
    assert "Alert fatigue is not a staffing problem." in html


def test_a_draft_that_was_said_before_is_told_who_said_it(client, opened):
    idea = edition.ideas(opened, edition.latest(opened))[0]
    text = idea.first_said[0].said.quoted.passage
    html = client.post("/draft/", {"text": text, "study": "sample"}).content.decode()
    alone = client.post("/draft/", {"text": text}).content.decode()

    assert "This was said before." in html
    assert idea.first_said[0].said.quoted.author in html
    assert "Earlier posts were not searched." in alone


def test_a_draft_looks_up_nothing_in_a_study_of_others(team):
    answer = team("stranger").post("/draft/", {"text": "Backups nobody restored are wishes.", "study": "sample"})

    assert "Earlier posts were not searched." in answer.content.decode()
    assert "The sample world" not in answer.content.decode()


def test_dropped_files_become_a_study(client, monkeypatch, workspace):
    from django.core.files.uploadedfile import SimpleUploadedFile

    started = []
    monkeypatch.setattr("earned.jobs.start", lambda opened, *_: started.append(opened.record.name))
    rows = b'{"id":"1","author":"ada","time":"2024-01-01T00:00:00Z","text":"Hello there"}\n'
    file = SimpleUploadedFile("../../evil name.jsonl", rows)
    answer = client.post("/new/", {"topic": "Zero trust", "files": file})

    assert answer.headers["Location"] == "/s/zero-trust/"
    assert started == ["zero-trust"]
    (kept,) = (workspace / "uploads" / "zero-trust").iterdir()
    assert kept.read_bytes() == rows
    assert re.fullmatch(r"[0-9a-f]{12}-[\w.-]+\.jsonl", kept.name)


def test_an_export_and_answers_copied_from_its_site_are_sources_and_say_what_is_missing(client, monkeypatch, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    started = []
    monkeypatch.setattr("earned.jobs.start", lambda opened, *_: started.append(opened))
    export = made.zipped(tmp_path, "l.zip", made.linkedin_members()).read_bytes()
    given = {"files": SimpleUploadedFile("Basic_LinkedIn.zip", export), "answers": made.answers_text()}
    html = client.post("/s/sample/settings/add/", given, follow=True).content.decode()
    list(started[0].sync())

    assert ["answers", "linkedin"] == sorted(one.channel for one in started[0].store.sources.of(started[0].record))
    assert "LinkedIn exports neither" in html
    assert 7 == started[0].store.posts.count(started[0].record)


def test_a_calendar_is_taken_as_news_and_as_a_conversation_refused_with_what_to_tick(client, opened, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    monkeypatch.setattr("earned.jobs.start", lambda *_: None)

    def added(**more):
        given = {"files": SimpleUploadedFile("talks.ics", CALENDAR.encode())} | more
        return client.post("/s/sample/settings/add/", given, follow=True).content.decode()

    refused, kept = added(), list(opened.store.sources.of(opened.record))
    taken = added(news="yes")

    assert "what people react to, no part of the conversation" in refused
    assert "--news (in the browser: on the page of sources, with the box for news ticked)" in refused
    assert [] == kept
    assert "calendar with 8 events" in taken
    assert [("calendar", True)] == [(one.channel, one.news) for one in opened.store.sources.of(opened.record)]


def test_what_nobody_reads_is_refused_with_the_way_out(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post("/new/", {"topic": "x", "files": SimpleUploadedFile("a.bin", b"\x00\x01\x02" * 50)})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_a_page_of_another_edition_is_a_clear_error(opened):
    found = edition.latest(opened)

    with pytest.raises(StudyError, match='no person "nobody"'):
        edition.page(opened, found, "person", "nobody")


def test_only_the_last_two_editions_are_kept(opened):
    for _ in range(3):
        keep_sample(opened)
    from earned.store.models import EditionRow, SheetRow

    assert EditionRow.objects.count() == 2
    assert SheetRow.objects.values("edition").distinct().count() == 2


def test_a_kept_page_carries_each_visitors_own_token(opened):
    tokens = []
    for _ in range(2):
        browser = Client(enforce_csrf_checks=True)
        html = browser.get("/s/sample/ledger/").content.decode()
        (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', html))
        child, parent = (re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("child", "parent"))
        given = {"child": child, "parent": parent, "verdict": "accepted"}
        assert browser.post("/s/sample/ledger/decide/", given).status_code == 403
        assert browser.post("/s/sample/ledger/decide/", given | {"csrfmiddlewaretoken": token}).status_code == 302
        tokens.append(token)

    assert tokens[0] != tokens[1]
    assert kept.stand_in("token") not in tokens


def test_a_kept_page_gives_way_to_a_decision_and_to_an_edition(client, opened):
    assert ">rejected</strong>" not in client.get("/s/sample/ledger/").content.decode()
    one = opened.store.editions.uptake(edition.latest(opened), edition.Wanted(), most=1)[0]
    edition.decide(opened, one.child, one.parent, "rejected")
    assert ">rejected</strong>" in client.get("/s/sample/ledger/").content.decode()
    keep_sample(opened)
    made = edition.latest(opened).made_at
    assert f"{made:%H:%M}" in client.get("/s/sample/ledger/").content.decode()


def test_a_page_that_is_kept_asks_for_hardly_anything(client):
    client.get("/s/sample/person/noor-haddad/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/s/sample/person/noor-haddad/")

    assert len(asked) <= 4


def test_what_one_role_sees_is_not_shown_to_another(team):
    assert "Accept</button>" in team("owner").get("/s/sample/ledger/").content.decode()
    assert "Accept</button>" not in team("reader").get("/s/sample/ledger/").content.decode()
    assert "What holds back" in team("owner").get("/s/sample/person/ada-quill/").content.decode()
    assert "What holds back" not in team("expert").get("/s/sample/person/ada-quill/").content.decode()


@pytest.mark.parametrize("page", PAGES[:7])
def test_a_page_is_rendered_once_for_all_members_of_a_role(team, opened, page):
    members, pages = opened.store.members, caches["pages"]
    for name in ("bo <b>", "cy"):
        members.new(name, "correct horse battery")
        members.seat(opened.record, name, "reader")
    told = {}
    for name in ("reader", "bo <b>", "cy"):
        told[name] = team_client(name).get(f"/s/sample/{page}").content.decode()

    assert len(pages._cache) == 1
    assert "Sign out bo &lt;b&gt;</button>" in told["bo <b>"]
    assert "Sign out cy</button>" in told["cy"]
    assert "Sign out reader</button>" in told["reader"]
    assert kept.stand_in("name") not in "".join(told.values())


def team_client(name):
    browser = Client()
    assert browser.login(username=name, password="correct horse battery")
    return browser


@pytest.mark.parametrize("page", ["person", "own", "record"])
def test_kept_pages_of_one_expert_are_not_shown_to_another(team, opened, page):
    opened.store.members.seat(opened.record, "reader", "expert", "ada-quill")
    opened.store.studies.open_to("sample", "own only")
    own = {"expert": "noor-haddad", "reader": "ada-quill"}
    browsers = {name: team_client(name) for name in (*own, "lead")}
    for _ in range(2):  # the second time from what is kept
        for name, browser in browsers.items():
            for person in own.values():
                status = browser.get(f"/s/sample/{page}/{person}/").status_code
                assert (status == 200) == (own.get(name) == person), (name, person)


@pytest.mark.parametrize("kind", ["person", "idea"])
def test_the_ledger_keeps_what_is_asked_for_beyond_its_first_options(client, opened, monkeypatch, kind):
    monkeypatch.setattr("earned.web.pages.ledger.OPTIONS", 2)
    key, title = opened.store.editions.titles(edition.latest(opened), kind, most=5)[4]
    html = unescape(client.get("/s/sample/ledger/", {kind: key}).content.decode())

    assert re.search(rf'<option value="{re.escape(key)}" selected>{re.escape(title)}</option>', html)
    assert (
        '<option value="nobody-here" selected>' in client.get(f"/s/sample/ledger/?{kind}=nobody-here").content.decode()
    )


def _repeating(opened):
    """A passage of somebody with several, and who that is."""
    said = edition.passages(opened)
    count = Counter(one.person for one in said if one.person)
    person = next(one.person for one in said if count[one.person] >= 6)
    return next(one for one in said if one.person == person and len(one.quoted.passage.split()) > 12)


def _gate(client, name, **given):
    html = client.post("/draft/", {"study": "sample", **given}).content.decode()
    return re.search(rf'<span class="gate [^"]*">([^<]+)</span> <strong>{name}</strong>', html)[1]


def test_a_draft_that_repeats_its_authors_own_post_is_told_so_and_is_new_to_others(client, opened):
    said = _repeating(opened)
    text = said.quoted.passage

    assert _gate(client, "self-repeat", text=text) == "cannot tell"
    assert _gate(client, "novelty", text=text) == "fail"
    for author in (said.person, said.quoted.author.upper()):
        assert _gate(client, "self-repeat", text=text, author=author) == "fail"
        assert _gate(client, "novelty", text=text, author=author) != "fail"
    unknown = client.post("/draft/", {"study": "sample", "text": text, "author": "Nobody <b>"}).content.decode()
    assert "No passage in this study is by Nobody &lt;b&gt;" in unknown


def test_an_expert_writes_as_the_person_they_are(team):
    html = team("expert").get("/draft/").content.decode()

    assert re.search('name="author" value="noor-haddad"', html)
    assert re.search('name="author" value=""', team("lead").get("/draft/").content.decode())


def test_the_list_of_people_says_what_is_known_of_each(client, opened):
    page = client.get("/s/sample/people/").content.decode()
    leaders = edition.leaders(opened, edition.latest(opened))

    assert page.count('<span class="camp ') == len(leaders) > 30
    for one in leaders:
        assert f"/person/{one.person.id}/" in page
        assert one.induced is None or rate(one.induced) in page
    first = page.index(leaders[0].person.name)
    assert "has it" in page[first : first + 200]


def test_organizations_are_shown_with_their_intervals_most_followed_first(client, opened):
    page = client.get("/s/sample/organizations/").content.decode()
    rows = edition.organizations(opened, edition.latest(opened))

    assert len(rows) == 6
    assert [one.outside.value for one in rows] == sorted((one.outside.value for one in rows), reverse=True)
    for one in rows:
        assert count(one.outside) in page


@pytest.mark.parametrize("text", ["²", "-1", "1e3", "", "9" * 5_000, "x"])
def test_what_is_no_number_is_no_fault(client, text):
    assert client.get("/s/sample/people/", {"from": text}).status_code == 200
    assert client.get("/s/sample/ledger/", {"from": text}).status_code == 200
    assert client.post("/s/sample/decisions/undo/", {"number": text}).status_code == 400
