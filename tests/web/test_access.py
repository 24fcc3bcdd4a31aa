"""Who may open what: every address, every role, three privacy modes."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from earned import edition
from earned.edition import Wanted
from earned.web import urls
from earned.web.visit import OPEN, RIGHTS, SIGNED_IN

#: Values for the words of an address.
PERSON, FIRM = "noor-haddad", "Kestrel Cloud"
POSTS = {"rename-idea", "merge-ideas", "split-idea", "hint", "decide", "undo", "refresh", "add", "seat", "privacy",
         "merge-accounts", "part-accounts", "prove-accounts", "affiliate", "remove-person", "digest-mail"}  # fmt: skip
#: What a role that has the right still may not do.
NOT_AN_EXPERT = {"rename-idea", "merge-ideas", "split-idea"}
ALL = {pattern.name: pattern.callback for pattern in urls.study}


def address(opened, name):
    found = edition.latest(opened)
    idea = opened.store.editions.titles(found, "idea", most=1)[0][0]
    key = {"organization": FIRM, "person": PERSON, "own": PERSON, "record": PERSON, "calendar": PERSON}.get(name, idea)
    try:
        there = reverse(name, args=["sample", key])
    except NoReverseMatch:
        there = reverse(name, args=["sample"])
    if name == "receipt":
        one = opened.store.editions.uptake(found, Wanted(), most=1)[0]
        there += f"?child={quote(one.child)}&parent={quote(one.parent)}"
    return there


def asked(browser, opened, name, **data):
    there = address(opened, name)
    return browser.post(there, data) if name in POSTS else browser.get(there)


def test_every_address_says_which_right_it_asks_for():
    rights = {word for words in RIGHTS.values() for word in words}

    assert {name for name, view in ALL.items() if getattr(view, "right", None) not in rights} == set()
    outside = [p for p in urls.urlpatterns if getattr(p, "callback", None)]
    asks = {
        p.name: getattr(p.callback, "right", getattr(getattr(p.callback, "view_class", None), "right", None))
        for p in outside
    }
    assert {name for name, right in asks.items() if right not in (OPEN, SIGNED_IN)} == set()


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("role", ["owner", "lead", "expert", "reader", "stranger"])
def test_a_role_opens_what_it_has_the_right_to(team, opened, monkeypatch, role, name):
    monkeypatch.setattr("earned.jobs.start", lambda *_, **__: None)
    answer = asked(team(role), opened, name)

    if role == "stranger":
        assert answer.status_code == 404
        return
    allowed = ALL[name].right in RIGHTS[role]
    if role == "reader" and name in ("own", "record", "calendar"):
        allowed = False
    if role == "expert" and name in NOT_AN_EXPERT:
        # an expert's form may also be refused for what it lacks, never accepted
        assert answer.status_code in (400, 403)
        return
    assert (answer.status_code != 403) == allowed
    assert answer.status_code < 500


@pytest.mark.parametrize("name", sorted(ALL))
def test_nobody_gets_in_without_signing_in(team, opened, name):
    answer = asked(Client(), opened, name)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("sign-in") or "/sign-in/" in answer.headers["Location"]


def test_an_expert_does_not_see_another_ones_own_page(team):
    browser = team("expert")

    assert browser.get("/s/sample/own/noor-haddad/").status_code == 200
    assert browser.get("/s/sample/own/ada-quill/").status_code == 403
    assert browser.get("/s/sample/record/ada-quill/").status_code == 403
    assert browser.get("/s/sample/person/ada-quill/").status_code == 200


@pytest.mark.parametrize(
    ("privacy", "own", "person"), [("all see all", 200, 200), ("aggregate only", 403, 200), ("own only", 403, 403)]
)
@pytest.mark.parametrize("role", ["lead", "owner"])
def test_privacy_between_an_expert_and_the_lead(team, opened, role, privacy, own, person):
    opened.store.studies.open_to("sample", privacy)
    browser = team(role)

    assert browser.get("/s/sample/own/noor-haddad/").status_code == own
    assert browser.get("/s/sample/person/noor-haddad/").status_code == person
    assert browser.get("/s/sample/own/ada-quill/").status_code == 200, "nobody's seat: nothing to keep apart"
    listed = browser.get("/s/sample/people/").content.decode()
    assert ("Noor Haddad" in listed) == (person == 200)


def test_a_closed_expert_still_sees_their_own_pages(team, opened):
    opened.store.studies.open_to("sample", "own only")
    browser = team("expert")

    assert browser.get("/s/sample/own/noor-haddad/").status_code == 200
    assert browser.get("/s/sample/person/noor-haddad/").status_code == 200


def test_an_expert_decides_only_about_receipts_they_take_part_in(team, opened):
    found = edition.latest(opened)
    entries = opened.store.editions.uptake(found, Wanted(), most=200)
    own = next(one for one in entries if one.leader == "noor-haddad")
    other = next(one for one in entries if "noor-haddad" not in (one.leader, one.follower))
    browser = team("expert")

    for one, status in ((own, 302), (other, 403)):
        given = {"child": one.child, "parent": one.parent, "verdict": "rejected"}
        assert browser.post("/s/sample/ledger/decide/", given).status_code == status
    held = opened.store.decisions.holding(opened.record, "receipt")
    assert [(one.subject, one.member) for one in held] == [([own.child, own.parent], "expert")]


def test_guessing_passwords_closes_the_door(team):
    cache.clear()
    browser = Client(REMOTE_ADDR="192.0.2.7")
    wrong = {"username": "owner", "password": "no"}
    tries = [browser.post("/sign-in/", wrong).status_code for _ in range(6)]

    assert tries == [200] * 5 + [429]
    right = {"username": "owner", "password": "correct horse battery"}
    assert browser.post("/sign-in/", right).status_code == 429
    cache.clear()
    assert browser.post("/sign-in/", right).status_code == 302


def test_signing_in_leads_nowhere_else(team):
    cache.clear()
    given = {"username": "owner", "password": "correct horse battery", "next": "https://elsewhere.example/"}

    assert Client().post("/sign-in/", given).headers["Location"] == "/"


def test_in_team_mode_a_page_reads_no_files_of_the_server(team):
    given = {"topic": "Mine", "addresses": "/etc/passwd"}
    answer = team("owner").post("/new/", given)

    assert answer.status_code == 400
    assert "is no web address" in answer.content.decode()


def test_a_form_without_its_token_is_refused(opened):
    browser = Client(enforce_csrf_checks=True)

    assert browser.post("/s/sample/refresh/").status_code == 403
    assert browser.post("/sample/").status_code == 403


def test_another_sites_name_leads_nowhere(client, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

    assert client.get("/", HTTP_HOST="rebound.example").status_code == 400


def test_an_easy_password_is_refused_with_the_reason(opened):
    from earned.errors import StudyError

    with pytest.raises(StudyError, match="too short"):
        opened.store.members.new("bo", "short")


@pytest.mark.parametrize("role", ["reader", "expert", "stranger"])
def test_opening_the_sample_world_gives_nobody_more_than_they_have(team, opened, monkeypatch, role):
    monkeypatch.setattr("earned.jobs.start", lambda *_, **__: None)
    before = opened.store.members.of(opened.record)
    answer = team(role).post("/sample/")

    assert opened.store.members.of(opened.record) == before
    assert answer.status_code == (400 if role == "stranger" else 302)
    if role == "stranger":
        assert "Ask its owner for a seat" in answer.content.decode()


def test_who_makes_the_sample_world_owns_it(team, opened, monkeypatch):
    monkeypatch.setattr("earned.jobs.start", lambda *_, **__: None)
    opened.store.studies.remove("sample")
    browser = team("stranger")
    browser.post("/sample/")

    made = opened.store.studies.get("sample")
    assert [(seat.member, seat.role) for seat in opened.store.members.of(made)] == [("stranger", "owner")]


def test_a_failed_beginning_lists_no_study_out_of_reach_and_leaves_nothing_behind(team, opened, workspace):
    before = opened.store.studies.all()
    file = SimpleUploadedFile("a.bin", bytes([0, 1, 2]) * 50)
    answer = team("stranger").post("/new/", {"topic": "Mine", "files": file})

    assert answer.status_code == 400
    assert "The sample world</strong>" not in answer.content.decode()
    assert "The sample world</strong>" in team("reader").post("/new/", {"topic": "Mine"}).content.decode()
    assert opened.store.studies.all() == before
    assert not (workspace / "uploads" / "mine").exists()


@pytest.mark.parametrize("role", ["", "lead", "reader"])
def test_the_last_owner_neither_leaves_nor_steps_down(team, opened, role):
    browser = team("owner")
    alone = browser.post("/s/sample/settings/seat/", {"member": "owner", "role": role})
    opened.store.members.seat(opened.record, "lead", "owner")
    followed = browser.post("/s/sample/settings/seat/", {"member": "owner", "role": role})

    assert alone.status_code == 400
    assert "owner is the only owner of sample" in alone.content.decode()
    assert followed.status_code == 302
    assert [one.member for one in opened.store.members.of(opened.record) if one.role == "owner"] == ["lead"]


@pytest.mark.parametrize("privacy", ["all see all", "own only"])
def test_a_list_that_hides_people_still_leads_to_everybody_else(team, opened, monkeypatch, privacy):
    monkeypatch.setattr("earned.web.pages.person.MANY", 2)
    everybody = opened.store.editions.titles(edition.latest(opened), "person", most=999)
    for k, (person, _) in enumerate(everybody[:3]):
        opened.store.members.new(f"expert-{k}", "correct horse battery")
        opened.store.members.seat(opened.record, f"expert-{k}", "expert", person)
    opened.store.studies.open_to("sample", privacy)
    browser, there, seen = team("lead"), "/s/sample/people/", []
    while there:
        html = browser.get(there).content.decode()
        seen += re.findall(r"/s/sample/person/([^/\"]+)/", html)
        more = re.search(r'href="([^"]+)">More', html)
        there = f"/s/sample/people/{more[1]}" if more else ""

    hidden = edition.experts(opened) if privacy == "own only" else set()
    assert seen == [quote(person) for person, _ in everybody if person not in hidden]
