"""Mail against a real SMTP server, webhooks against a real HTTP server, calendars by the letter of RFC 5545."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner

from earned import desk, sample
from earned.cli import main
from earned.errors import ChannelError, Forbidden, InputError, Unreachable
from earned.measures.exchange import Exchange
from earned.measures.follow_ups import follow_ups
from earned.model import Link, Quoted
from earned.model.follow import FollowUp
from earned.outbox.mail import Letter, message, server_of
from earned.outbox.webhook import post_json
from earned.people import persons
from earned.report.ics import escaped, render_ics
from servers import mail_server
from world import ADA, BO, CAST, CY, DI, EVE, START, attributed, post

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    """The beginning of the sample world: enough for nine answers."""
    with open(sample.posts_path(), encoding="utf-8") as whole:
        rows = [line for line, _ in zip(whole, range(160))]
    path = tmp_path_factory.mktemp("sample") / "posts.jsonl"
    path.write_text("".join(rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def post_office(monkeypatch):
    with mail_server() as (url, kept):
        monkeypatch.setenv("EARNED_SMTP", url)
        yield kept


@pytest.fixture
def listener():
    """A server that keeps what is posted; /away redirects, /no refuses."""
    taken = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.path, self.headers["Content-Type"], self.headers["Host"], body))
            self.send_response({"/away": 302, "/no": 500}.get(self.path, 204))
            if self.path == "/away":
                self.send_header("Location", "/inside")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    server.server_close()


def test_the_digest_arrives_as_text_and_html(post_office, posts):
    done = CliRunner().invoke(main, ["digest", posts, "--mail-to", "lead@bank.example"])
    assert 0 == done.exit_code, done.output
    (envelope,) = post_office.letters
    mail = message_from_bytes(envelope.content, policy=policy.default)

    assert ["lead@bank.example"] == envelope.rcpt_tos
    assert ("desk@earned.example", "Digest: posts") == (envelope.mail_from, mail["Subject"])
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in mail.iter_parts()]
    assert all("What can we not tell?" in part.get_content() for part in mail.iter_parts())
    assert max(len(line) for line in envelope.content.splitlines()) <= 998


def test_a_server_that_refuses_the_address_is_named(post_office):
    with pytest.raises(ChannelError, match="did not take the letter") as refused:
        desk.mail_page("nobody@bank.example", "x", "text", "<p>text</p>")

    assert refused.value.permanent
    assert [] == post_office.letters


def test_a_password_never_goes_in_the_clear(post_office, monkeypatch):
    url = server_of(desk.os.environ["EARNED_SMTP"])
    monkeypatch.setenv("EARNED_SMTP", f"smtp://ada:secret@127.0.0.1:{url.port}?from=a@b.example")

    with pytest.raises(ChannelError, match="no encryption") as refused:
        desk.mail_page("lead@bank.example", "x", "text", "<p>text</p>")
    assert "secret" not in str(refused.value)
    assert [] == post_office.letters


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@", "a@b.example\r\nBcc: eve@c.example", "a@b.example, c@d.example"]
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address):
    with pytest.raises(InputError, match="no mail address"):
        message(Letter(address, "x", "t", "<p>t</p>", NOW), "desk@earned.example")


def test_a_subject_cannot_add_headers():
    mail = message(Letter("a@b.example", "x\r\nBcc: eve@c.example", "t", "<p>t</p>", NOW), "d@e.example")

    assert mail["Bcc"] is None
    assert "x Bcc: eve@c.example" == mail["Subject"]


@pytest.mark.parametrize("url", ["", "http://host", "smtp://", "smtp://host:port"])
def test_without_a_server_the_way_out_is_said(url):
    with pytest.raises(InputError, match="EARNED_SMTP=smtp://"):
        server_of(url)


def test_the_url_of_a_server_is_read():
    found = server_of("smtps://ada%40x.example:p%3Aw@mail.x.example")

    assert ("mail.x.example", 465, True) == (found.host, found.port, found.tls)
    assert ("ada@x.example", "p:w", "ada@x.example") == (found.user, found.password, found.sender)


def test_the_webhook_gets_the_nine_questions(listener, monkeypatch, posts):
    url, taken = listener
    monkeypatch.setenv("EARNED_ALLOW", url.removeprefix("http://"))
    done = CliRunner().invoke(main, ["digest", posts, "--webhook", f"{url}/hook?key=1", "-q"])
    assert 0 == done.exit_code, done.output
    ((path, kind, host, body),) = taken
    told = json.loads(body)

    assert ("/hook?key=1", "application/json; charset=utf-8", url.removeprefix("http://")) == (path, kind, host)
    assert ("earned.digest", 1, 9) == (told["kind"], told["form"], len(told["questions"]))
    assert "" == done.stdout


def test_an_address_inside_the_network_is_refused_unless_allowed(listener, monkeypatch):
    url, taken = listener
    monkeypatch.delenv("EARNED_ALLOW", raising=False)

    with pytest.raises(Forbidden) as refused:
        desk.hand_to_webhook(f"{url}/hook", {})
    assert "EARNED_ALLOW=127.0.0.1:" in refused.value.told
    assert [] == taken


def test_redirects_are_not_followed_and_refusals_are_said(listener):
    url, taken = listener
    allowed = [url.removeprefix("http://")]

    for path, permanent in (("/away", True), ("/no", False)):
        with pytest.raises(ChannelError, match="answered") as refused:
            post_json(url + path, {}, allowed=allowed)
        assert permanent == refused.value.permanent
    assert ["/away", "/no"] == [path for path, *_ in taken]


def test_nobody_there_is_unreachable():
    with pytest.raises(Unreachable):
        post_json("http://127.0.0.1:9/hook", {}, allowed=["127.0.0.1:9"])


def waiting(today=date(2024, 1, 20)):
    posts = [
        post("ada-0", ADA, 0, "ledger replay tombstone"), post("bo-0", BO, 1, "how many teams did you ask?"),
        post("cy-0", CY, 2, "it held for us"), post("di-0", DI, 3, "and at night?"), post("ada-1", ADA, 4, "two, Di"),
        post("eve-0", EVE, 5, "nobody asked me"),
    ]  # fmt: skip
    links = [Link(k, "reply", "ada-0") for k in ("bo-0", "cy-0", "di-0")] + [Link("ada-1", "reply", "di-0")]
    found, attribution = attributed(posts, links)
    return follow_ups(Exchange(attribution, found, persons(CAST)), 0, today=today)


def test_what_is_answered_does_not_wait_and_questions_come_first():
    assert [("bo-0", True), ("cy-0", False)] == [(one.post, one.asks) for one in waiting()]
    assert {"ada-0"} == {one.to for one in waiting()}


def test_the_day_to_answer_is_a_week_later_or_today():
    early, late = waiting(START.date() + timedelta(days=3)), waiting()

    assert [START.date() + timedelta(days=8), START.date() + timedelta(days=9)] == [one.due for one in early]
    assert {date(2024, 1, 20)} == {one.due for one in late}
    assert () == waiting(date(2025, 1, 1))


ATTACK = "é" * 120 + "\nEND:VEVENT\r\n\x07, ok"
SAID = Quoted("Zoë", "list", NOW, "second", "https://x.example/a,b;c", ATTACK)
HOSTILE = FollowUp("p;1", "q", 'Zoë, "Z"; \\ X', SAID, asks=True, due=date(2025, 3, 8))


def read_calendar(raw):
    """RFC 5545, strictly: CRLF, 75 octets, folding, balanced components, names and values."""
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\r" not in line and b"\n" not in line for line in lines)
    [line.decode("utf-8") for line in lines]  # no character is cut
    whole = raw.decode().replace("\r\n ", "").split("\r\n")[:-1]
    stack, events = [], []
    for line in whole:
        name, _, value = line.partition(":")
        assert name.partition(";")[0].replace("-", "").isalnum()
        if name == "BEGIN":
            stack.append(value)
            events += [{}] if value == "VEVENT" else []
        elif name == "END":
            assert stack.pop() == value
        elif stack[-1] == "VEVENT":
            assert name not in events[-1]
            events[-1][name] = value
    assert [] == stack
    assert ["BEGIN:VCALENDAR", "VERSION:2.0"] == whole[:2]
    return events


def test_a_calendar_is_valid_whatever_people_write():
    (event,) = read_calendar(render_ics([HOSTILE], name="Ada, follow-ups", stamp=NOW))

    assert {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"} <= set(event)
    assert ("20250308", "20250309") == (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"])
    assert "20250301T120000Z" == event["DTSTAMP"]
    assert 'Answer the question by Zoë\\, "Z"\\; \\\\ X' == event["SUMMARY"]
    assert "é" * 120 in event["DESCRIPTION"]
    assert "https://x.example/a,b;c" == event["URL"]


def test_marks_of_the_format_are_escaped_and_control_characters_gone():
    assert "a\\\\b\\;c\\,d\\ne" == escaped("a\\b;c,d\r\ne\x07")


def test_the_same_follow_up_keeps_its_uid():
    first, again = (read_calendar(render_ics([HOSTILE], name=n, stamp=NOW))[0]["UID"] for n in ("a", "b"))

    assert first == again


def test_the_command_writes_a_calendar_for_one_person(tmp_path, posts):
    place = tmp_path / "ada.ics"
    run = CliRunner().invoke(main, ["digest", posts, "--out", str(place), "--person", "Ada Quill"])
    alone = CliRunner().invoke(main, ["digest", posts, "--out", str(place)])

    assert 0 == run.exit_code, run.output
    assert [] == read_calendar(place.read_bytes())  # the sample world is long past: nothing waits
    assert "--person" in alone.output
    assert 0 != alone.exit_code


def test_someone_waits_for_ada_in_the_sample_world(posts):
    from earned import reading, study

    found = study.learn(reading.read_files([posts]), reading.Wish(seed=1))
    waits = desk.waiting_for(found, "ada quill")

    assert waits
    assert len(waits) == len(read_calendar(render_ics(waits, name="Ada", stamp=NOW)))
