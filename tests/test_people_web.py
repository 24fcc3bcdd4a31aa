"""The page of who is whom: what it shows, who may say what, and that a removal leaves the pages without the person."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from earned import jobs, persons
from earned.model import Account, Page, Post
from earned.store import open_store
from earned.workspace import Study

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA = Account("chirp:ada", "Ada <Quill>", url="https://ada.example")
PEN = Account("blog:quill", "A. Quill", url="https://www.ada.example/")
BO = Account("chirp:bo", "Bo", url="javascript:alert(1)")
PASSWORD = "a long password of theirs"


@pytest.fixture
def opened():
    store = open_store()
    made = Study(store, store.studies.new("pages", "Pages at night"))
    posts = [Post(f"{one.id}/1", "chirp", (one.id,), NOW, "second", f"words of {one.id}") for one in (ADA, PEN, BO)]
    store.posts.keep(
        store.sources.add(made.record, "memory", "here"), Page(tuple(posts), (ADA, PEN, BO), (), "1", NOW), now=NOW
    )
    return made


@pytest.fixture
def sign_in(opened, settings):
    """A client of a member with this role, in team mode."""
    settings.EARNED_TEAM = True

    def signed_in(role):
        opened.store.members.new(role, PASSWORD)
        opened.store.members.seat(opened.record, role, role, "bo" if role == "expert" else "")
        client = Client()
        assert client.login(username=role, password=PASSWORD)
        return client

    return signed_in


def text(answer):
    return answer.content.decode()


def test_a_suggestion_is_shown_with_its_evidence_and_nothing_of_a_profile_is_run(opened):
    shown = text(Client().get("/s/pages/accounts/"))

    assert "give the same address, ada.example" in shown
    assert "Weight 0.80" in shown
    assert "Ada &lt;Quill&gt;" in shown
    assert "<Quill>" not in shown
    assert "javascript:" not in shown


def test_one_person_two_persons_and_taking_it_back(opened, client):
    merged = client.post("/s/pages/accounts/merge/", {"a": ADA.id, "b": PEN.id}, follow=True)
    several = persons.people(opened)[0]
    decided = text(client.get("/s/pages/decisions/"))
    client.post("/s/pages/decisions/undo/", {"number": "1"})
    undone = len(persons.people(opened))
    parted = client.post("/s/pages/accounts/part/", {"a": ADA.id, "b": PEN.id}, follow=True)

    assert "blog:quill, chirp:ada" in text(merged)
    assert (PEN.id, ADA.id) == several.accounts
    assert "accounts blog:quill and chirp:ada</td><td>one person" in decided
    assert 3 == undone
    assert "Nothing is left to decide" in text(parted)
    assert "two persons" in text(client.get("/s/pages/decisions/"))


def test_an_affiliation_is_noted_and_shown_with_its_days(opened, client):
    told = {"person": "Bo", "organization": "Acme & Sons", "since": "2024-01-01", "until": ""}
    client.post("/s/pages/accounts/affiliate/", told)
    wrong = client.post("/s/pages/accounts/affiliate/", {**told, "since": "soon"})

    assert "spoke for Acme &amp; Sons from 2024-01-01" in text(client.get("/s/pages/decisions/"))
    assert {"Acme & Sons"} == {one.organization for one in opened.conversation().posts} - {""}
    assert (400, True) == (wrong.status_code, "is no date" in text(wrong))


def test_a_removed_person_is_on_no_page(opened, client):
    unsure = client.post("/s/pages/accounts/remove/", {"person": PEN.id})
    left = len(persons.people(opened))
    done = client.post("/s/pages/accounts/remove/", {"person": PEN.id, "sure": "yes"}, follow=True)

    assert (400, 3) == (unsure.status_code, left)
    assert "Removed: 1 post" in text(done)
    assert "Quill" not in text(client.get("/s/pages/accounts/")).replace("Ada &lt;Quill&gt;", "")
    assert {ADA.id, BO.id} == {id for one in persons.people(opened) for id in one.accounts}


@pytest.mark.parametrize("page", ["merge", "part", "affiliate", "prove", "remove"])
def test_what_changes_something_is_posted_with_a_token_only(opened, page):
    strict = Client(enforce_csrf_checks=True)
    told = {"a": ADA.id, "b": PEN.id, "person": ADA.id, "organization": "Acme", "sure": "yes"}

    assert 405 == strict.get(f"/s/pages/accounts/{page}/").status_code
    assert 403 == strict.post(f"/s/pages/accounts/{page}/", told).status_code
    assert 3 == len(persons.people(opened))


@pytest.mark.parametrize("told", [{}, {"a": ADA.id}, {"a": ADA.id, "b": "nobody"}, {"a": ADA.id, "b": "  "}])
def test_naming_nobody_is_an_error_in_words(opened, client, told):
    answer = client.post("/s/pages/accounts/merge/", told)

    assert 400 == answer.status_code
    assert "is empty" in text(answer) or "Nobody here" in text(answer)


@pytest.mark.parametrize(("role", "sees", "removes"), [
    ("owner", 200, 302), ("lead", 200, 403), ("expert", 403, 403), ("reader", 403, 403),
])  # fmt: skip
def test_leads_decide_and_only_owners_remove(opened, sign_in, role, sees, removes):
    member = sign_in(role)

    assert sees == member.get("/s/pages/accounts/").status_code
    assert (302 if sees == 200 else 403) == member.post(
        "/s/pages/accounts/merge/", {"a": ADA.id, "b": PEN.id}
    ).status_code
    assert removes == member.post("/s/pages/accounts/remove/", {"person": BO.id, "sure": "yes"}).status_code


@pytest.mark.parametrize(("role", "begins"), [("owner", 302), ("lead", 302), ("expert", 403), ("reader", 403)])
def test_leads_have_people_s_own_pages_read_and_see_how_far_it_is(opened, sign_in, monkeypatch, role, begins):
    started = []
    monkeypatch.setattr(
        "earned.jobs.start", lambda study, what, *, words: started.append((study.record.name, what, words))
    )
    member = sign_in(role)
    answer = member.post("/s/pages/accounts/prove/")

    assert begins == answer.status_code
    if begins == 302:
        ((name, what, words),) = started
        assert ("pages", "Reading people's own pages", ("people", "--prove", "--member")) == (name, what, words[:3])
        job = jobs.begin(opened, what)
        opened.store.jobs.beat(job, "Reading people's own pages", 3, 7, now=datetime.now(UTC))
        shown = text(member.get("/s/pages/accounts/"))
        assert 'value="3.0" max="7.0"' in shown
        assert "0 proofs hold" in shown
    else:
        assert [] == started


def test_a_second_reading_waits_for_the_first(opened, client):
    jobs.begin(opened, "Reading people's own pages")
    answer = client.post("/s/pages/accounts/prove/")

    assert (400, True) == (answer.status_code, "being worked on already" in text(answer))


def test_settings_and_people_lead_to_the_page(opened, client):
    assert "/s/pages/accounts/" in text(client.get("/s/pages/settings/"))


@pytest.mark.parametrize(("role", "status", "left"), [(None, 400, 3), ("lead", 400, 3), ("owner", 302, 2)])
def test_a_removal_needs_the_owners_seat_in_every_study_of_the_person(opened, sign_in, role, status, left):
    other = Study(opened.store, opened.store.studies.new("others", "Pages of others"))
    post = Post("chirp:bo/2", "chirp", (BO.id,), NOW, "second", "more words of Bo")
    source = opened.store.sources.add(other.record, "memory", "there")
    opened.store.posts.keep(source, Page((post,), (BO,), (), "1", NOW), now=NOW)
    member = sign_in("owner")
    if role:
        opened.store.members.seat(other.record, "owner", role)
    answer = member.post("/s/pages/accounts/remove/", {"person": BO.id, "sure": "yes"})

    assert (status, left) == (answer.status_code, len(persons.people(opened)))
    assert (1 if status == 400 else 0) == opened.store.posts.count(other.record)
    assert ("occurs in 1 that you do not own" in text(answer)) == (status == 400)
    assert "others" not in text(answer)


def test_what_a_profile_says_of_an_employer_counts_once_somebody_confirms_it(opened, client):
    cy = Account("chirp:cy", "Cy", organization="Acme & Sons", url="https://chirp.example/cy")
    bot = Account("chirp:bot", "Bot", "bot", organization="Acme & Sons")
    said = [Post(f"{one.id}/1", "chirp", (one.id,), NOW, "second", f"words of {one.id}") for one in (cy, bot)]
    source = opened.store.sources.of(opened.record)[0].id
    opened.store.posts.keep(source, Page(tuple(said), (cy, bot), (), "2", NOW), now=NOW)
    before = text(client.get("/s/pages/accounts/"))
    unsaid = {one.organization for one in opened.conversation().posts}
    day = f"{NOW:%Y-%m-%d}"
    client.post(
        "/s/pages/accounts/affiliate/", {"person": cy.id, "organization": "Acme & Sons", "since": day, "until": ""}
    )
    posts = {one.accounts[0]: one.organization for one in opened.conversation().posts}

    assert "<bdi>Cy</bdi>: Acme &amp; Sons" in before
    assert "<bdi>Bot</bdi>: Acme" not in before
    assert {""} == unsaid
    assert ("Acme & Sons", "") == (posts[cy.id], posts[bot.id])
    assert "What profiles say of employers" not in text(client.get("/s/pages/accounts/"))
