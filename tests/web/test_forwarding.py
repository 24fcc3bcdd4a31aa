"""What leaves the workbench: the digest by mail through a real SMTP server, follow-ups as a calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import msgspec
import pytest
from conftest import sample_pages

from earned import edition
from earned.model import Quoted
from earned.model.follow import FollowUp
from earned.model.pages import PersonSheet
from servers import mail_server

NOOR = "noor-haddad"


@pytest.fixture
def letters(monkeypatch):
    with mail_server() as (url, kept):
        monkeypatch.setenv("EARNED_SMTP", url)
        yield kept.letters


def test_the_digest_is_sent_once_with_both_forms(client, letters):
    assert b'action="/s/sample/digest/mail/"' in client.get("/s/sample/digest/").content

    answer = client.post("/s/sample/digest/mail/", {"to": "ada@quill.example"}, follow=True)

    assert "Sent to ada@quill.example." in answer.text
    (letter,) = letters
    assert letter.rcpt_tos == ["ada@quill.example"]
    mail = message_from_bytes(letter.content, policy=policy.default)
    assert mail["Subject"] == "Digest: The sample world"
    plain, page = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
    assert "Following is not agreeing" in plain
    assert "Noor Haddad" in page


@pytest.mark.parametrize(
    "to", ["", "no address", "a@b.example, c@d.example", "nobody@quill.example", "x@y\r\nBcc: z@z"]
)
def test_what_cannot_be_sent_is_said_and_not_sent(client, letters, to):
    answer = client.post("/s/sample/digest/mail/", {"to": to})

    assert answer.status_code in (400, 502)
    assert "Traceback" not in answer.text
    assert not letters


def test_without_a_mail_server_the_page_says_how_to_name_one(client, monkeypatch):
    monkeypatch.delenv("EARNED_SMTP", raising=False)

    assert "EARNED_SMTP" in client.get("/s/sample/digest/").text
    assert "EARNED_SMTP: is not set." in client.post("/s/sample/digest/mail/", {"to": "ada@quill.example"}).text


@pytest.mark.parametrize(("role", "form"), [("owner", True), ("lead", True), ("expert", False), ("reader", False)])
def test_who_works_on_a_study_sends_its_digest(team, letters, role, form):
    browser = team(role)

    assert (b"digest/mail/" in browser.get("/s/sample/digest/").content) is form
    assert (browser.post("/s/sample/digest/mail/", {"to": "ada@quill.example"}).status_code == 302) is form
    assert len(letters) == form


def waits(opened):
    """An edition in which somebody asks noor something."""
    asked = Quoted("Bo <b>Lind</b>", "list", datetime(2025, 2, 3, tzinfo=UTC), "second", "", "Why <i>noon</i>?")
    sheets, uptake = sample_pages()
    changed = []
    for sheet in sheets:
        if (sheet.kind, sheet.key) == ("person", NOOR):
            told = msgspec.json.decode(sheet.payload, type=PersonSheet)
            told = replace(told, waiting=(FollowUp("b1", "n1", "Bo <b>Lind</b>", asked, True, date(2025, 2, 10)),))
            sheet = replace(sheet, payload=msgspec.json.encode(told).decode())
        changed.append(sheet)
    return opened.store.editions.keep(
        opened.record, changed, uptake, high_water="", version="test", seed=1, decided=0, now=datetime.now(UTC)
    )


def test_who_waits_for_an_answer_is_listed_and_goes_into_a_calendar(client, opened):
    waits(opened)
    page, calendar = client.get(f"/s/sample/own/{NOOR}/"), client.get(f"/s/sample/calendar/{NOOR}/")

    assert "1 answer of the last ninety days" in page.text
    assert "Bo &lt;b&gt;Lind&lt;/b&gt;" in page.text
    assert "<i>noon" not in page.text
    assert calendar.headers["Content-Type"] == "text/calendar"
    assert b"DTSTART;VALUE=DATE:20250210" in calendar.content


def test_the_sample_world_tells_who_waits(opened):
    """Made from the conversation itself: an answer within ninety days of its end that got none back."""
    sheets = edition.leaders(opened, edition.latest(opened), most=50)
    waiting = [edition.page(opened, edition.latest(opened), "person", one.person.id).waiting for one in sheets]

    assert any(waiting)
    assert all(one.author and one.quoted.passage for found in waiting for one in found)


def test_somebody_elses_calendar_is_closed(team, opened):
    waits(opened)

    assert team("expert").get(f"/s/sample/calendar/{NOOR}/").status_code == 200
    assert team("reader").get(f"/s/sample/calendar/{NOOR}/").status_code == 403
    assert team("stranger").get(f"/s/sample/calendar/{NOOR}/").status_code == 404
