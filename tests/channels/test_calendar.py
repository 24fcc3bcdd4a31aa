"""Calendars: what people react to, at the time at which it begins, without anybody who attends."""

import base64
import json
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

import servers
from data.calendar.recorded import CALENDAR, ZONE, open_recorded
from data.made import NOW
from earned.channels import recognise
from earned.channels.calendar import Calendar
from earned.channels.calendar.content import LONGEST_LINE, MOST_EVENTS
from earned.channels.calendar.events import MOST_POSTS
from earned.channels.calendar.repeats import Calm, NotFollowed
from earned.channels.http import Polite
from earned.errors import InputError, Malformed, TooLarge, Unreachable
from earned.reading import read_files
from earned.store import open_store
from earned.sync import read_on
from earned.workspace import begin


def calendar(*events, head=""):
    """A calendar of events, each given by its lines."""
    told = "\n".join(f"BEGIN:VEVENT\nSUMMARY:Event\n{one}\nEND:VEVENT" for one in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}\n{told}\nEND:VCALENDAR\n".encode()


@pytest.fixture
def read(tmp_path):
    """What a reading of these bytes gives: posts by the end of their id, and the pages."""

    def reading(body, cursor=None, now=NOW):
        path = tmp_path / "given.ics"
        path.write_bytes(body)
        pages = list(Calendar(now=lambda: now).read(str(path), cursor, net=None))
        return {one.id.partition(":")[2]: one for page in pages for one in page.posts}, pages

    return reading


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def begin_of(read, line, head=""):
    """When the only event begins, how exactly, and what was counted."""
    posts, pages = read(calendar(f"UID:an-event-that-happens\n{line}", head=head))
    one = posts["an-event-that-happens"]
    return one.claimed_at, one.time_precision, list(pages[0].ignored)


@pytest.mark.parametrize(("line", "head", "expected"), [
    ("DTSTART:20240305T170000Z", "", (at(2024, 3, 5, 17), "minute", [])),
    ("DTSTART:20240305T170030Z", "", (at(2024, 3, 5, 17, 0, 30), "second", [])),
    ("DTSTART;VALUE=DATE:20240305", "", (at(2024, 3, 5), "day", [])),
    ("DTSTART;TZID=Europe/Berlin:20240105T170000", "", (at(2024, 1, 5, 16), "minute", [])),
    ("DTSTART;TZID=Europe/Berlin:20240705T170000", "", (at(2024, 7, 5, 15), "minute", [])),
    ("DTSTART;TZID=W. Europe Standard Time:20240705T170000", "", (at(2024, 7, 5, 15), "minute", [])),
    ("DTSTART;TZID=/mozilla.example/20071231_1/Europe/Berlin:20240705T170000", "", (at(2024, 7, 5, 15), "minute", [])),
    ("DTSTART;TZID=Acme Hall Time:20240105T170000", ZONE, (at(2024, 1, 5, 13, 30), "minute", [])),
    ("DTSTART;TZID=Acme Hall Time:20240705T170000", ZONE, (at(2024, 7, 5, 12, 30), "minute", [])),
    ("DTSTART:20240305T170000", "", (at(2024, 3, 5, 17), "minute", ["time without zone, taken as UTC"])),
    ("DTSTART:20240305T170000", "X-WR-TIMEZONE:Asia/Tokyo",
     (at(2024, 3, 5, 8), "minute", ["time without zone, taken as the calendar's zone"])),
    ("DTSTART;TZID=Nowhere/At_All:20240305T170000", "", (at(2024, 3, 5, 17), "minute", ["time zone not known, taken as UTC"])),
    ("DTSTART;TZID=../../etc/passwd:20240305T170000", "", (at(2024, 3, 5, 17), "minute", ["time zone not known, taken as UTC"])),
    ("DTSTART;TZID=Europe:20240305T170000", "", (at(2024, 3, 5, 17), "minute", ["time zone not known, taken as UTC"])),
])  # fmt: skip
def test_an_event_is_claimed_for_its_begin_in_its_own_zone(read, line, head, expected):
    assert expected == begin_of(read, line, head)


def test_two_files_that_define_one_name_differently_do_not_share_it(read):
    other = ZONE.replace("+0330", "-0800").replace("+0430", "-0700")
    first, again = (begin_of(read, "DTSTART;TZID=Acme Hall Time:20240105T170000", head)[0] for head in (ZONE, other))

    assert (at(2024, 1, 5, 13, 30), at(2024, 1, 6, 1)) == (first, again)


@pytest.mark.parametrize(("line", "reason"), [
    ("DTSTART:20241305T100000Z", "time: not in the calendar"), ("DTSTART;VALUE=DATE:20240230", "time: not in the calendar"),
    ("DTSTART:yesterday", "time: not in the calendar"), ("DTSTART:19690101T000000Z", "time: before 1970"),
    ("DTSTART:00010101T000000Z", "time: before 1970"), ("DTSTART:PT1H", "time: time not understood"), ("URL:x", "time: no date"),
])  # fmt: skip
def test_a_time_that_is_none_is_refused_with_its_event_and_the_others_are_read(read, line, reason):
    posts, pages = read(
        calendar("UID:sound-event-of-them\nDTSTART:20240101T000000Z", f"UID:another-event-of-them\n{line}")
    )

    assert ["sound-event-of-them"] == list(posts)
    assert [("event 2", reason)] == [(one.where, one.reason) for one in pages[0].rejected]


def test_nobody_who_organizes_or_attends_is_kept_and_no_address(tmp_path):
    known, address, _ = open_recorded(tmp_path)
    (page,) = known.read(address, None, net=None)
    one = next(post for post in page.posts if post.title == "Release 7 of Acme Pulse")

    assert "What changed, and why it matters. Ask [address] or Bo.\n\nHall 2; north" == one.text
    assert "https://acme.example/releases/7" == one.url
    assert () == page.accounts == one.accounts
    assert not any(word in repr(page) for word in ("ada@", "cy@", "mailto", "Ada Q.", "forget", "parliament"))


def test_a_calendar_that_is_called_by_somebodys_address_does_not_show_it(read):
    posts, _ = read(calendar("UID:ada@mail.example\nDTSTART:20240101T000000Z", head="X-WR-CALNAME:ada@mail.example"))

    assert ["[address]"] == [one.labels["calendar"] for one in posts.values()]
    assert "mail" not in repr(posts)


def test_private_events_and_those_that_are_called_off_are_withdrawn_and_counted(tmp_path):
    known, address, _ = open_recorded(tmp_path)
    (page,) = known.read(address, None, net=None)

    assert not {"Dinner", "Webinar"} & {post.title for post in page.posts}
    assert {"task": 1, "not public": 1, "cancelled": 1} == page.ignored
    assert [
        ("calendar:monthly-meeting-of-operators#20240411T2200Z", "cancelled"),
        ("calendar:dinner-of-two-friends", "made private"), ("calendar:webinar-that-never-was", "cancelled"),
    ] == [(one.post, one.why) for one in page.gone]  # fmt: skip
    body = calendar("UID:an-event-that-happens\nDTSTART:20240101T000000Z", head="METHOD:CANCEL")
    (tmp_path / "off.ics").write_bytes(body)
    (page,) = known.read(str(tmp_path / "off.ics"), None, net=None)
    assert ((), 1) == (page.posts, len(page.gone))


def days(posts):
    return [f"{one.claimed_at:%m-%d %H:%M}" for one in posts.values()]


@pytest.mark.parametrize(("lines", "expected"), [
    ("DTSTART;TZID=Europe/Berlin:20240328T100000\nRRULE:FREQ=WEEKLY;COUNT=3",
     ["03-28 09:00", "04-04 08:00", "04-11 08:00"]),  # ten o'clock in Berlin, before and after the clocks change
    ("DTSTART;TZID=Europe/Berlin:20240328T100000\nRRULE:FREQ=WEEKLY;UNTIL=20240404T080000Z", ["03-28 09:00", "04-04 08:00"]),
    ("DTSTART:20240328T100000Z\nRRULE:FREQ=DAILY;UNTIL=20240329", ["03-28 10:00", "03-29 10:00"]),
    ("DTSTART;VALUE=DATE:20240129\nRRULE:FREQ=MONTHLY;UNTIL=20240401", ["01-29 00:00", "02-29 00:00", "03-29 00:00"]),
    ("DTSTART;VALUE=DATE:20240115\nRDATE;VALUE=DATE:20240117,20240119\nEXDATE;VALUE=DATE:20240117", ["01-15 00:00", "01-19 00:00"]),
    ("DTSTART:20240101T000000Z\nRDATE;VALUE=PERIOD:20240103T100000Z/PT1H", ["01-01 00:00", "01-03 10:00"]),
    ("DTSTART:20240101T000000Z\nRRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1;COUNT=2", ["01-01 00:00", "01-29 00:00", "02-26 00:00"]),
])  # fmt: skip
def test_a_repeated_event_is_there_on_each_of_its_days_by_its_own_clock(read, lines, expected):
    posts, _ = read(calendar(f"UID:an-event-again-and-again\n{lines}"))

    assert expected == days(posts)


def test_a_day_that_was_moved_keeps_its_id(tmp_path):
    known, address, _ = open_recorded(tmp_path)
    (page,) = known.read(address, None, net=None)
    moved = {post.id: post for post in page.posts}["calendar:monthly-meeting-of-operators#20240314T2200Z"]

    assert (at(2024, 3, 15, 23), "Meeting of operators, moved") == (moved.claimed_at, moved.title)
    assert 3 == sum(post.id.startswith("calendar:monthly") for post in page.posts)


def test_a_rule_without_end_reaches_two_years_ahead_and_no_further(read):
    posts, pages = read(calendar(
        "UID:an-event-again-and-again\nDTSTART:20250101T120000Z\nRRULE:FREQ=DAILY",
        "UID:an-event-far-in-the-future\nDTSTART:29990101T120000Z",
    ))  # fmt: skip
    last = max(one.claimed_at for one in posts.values())

    assert 365 + 731 == len(posts)
    assert NOW + timedelta(days=730) < last <= NOW + timedelta(days=731)
    assert {"begins more than two years ahead": 1} == pages[0].ignored


@pytest.mark.parametrize("rule", [
    "FREQ=SECONDLY", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
    "FREQ=YEARLY;INTERVAL=99999999999", "FREQ=NEVER", "FREQ=DAILY;BYHOUR=1,2,3,4;BYSECOND=1,2,3", "nonsense", "FREQ=DAILY;COUNT=x",
    "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 5_000), "FREQ=YEARLY;BYEASTER=0",
])  # fmt: skip
def test_a_rule_that_cannot_be_followed_counts_once_and_is_told(read, rule):
    posts, pages = read(calendar(f"UID:an-event-again-and-again\nDTSTART:20240101T120000Z\nRRULE:{rule}"))

    assert ["01-01 12:00"] == days(posts)
    assert {"rule of a repeated event not understood: counted once": 1} == pages[0].ignored


def test_a_rule_that_never_falls_on_any_day_takes_its_part_of_what_may_be_looked_for():
    calm, never = Calm(3_000_000), {"FREQ": ["MONTHLY"], "INTERVAL": [12], "BYMONTHDAY": [31]}
    first, horizon = datetime(2024, 2, 1, 12), datetime(2028, 1, 1)  # noqa: DTZ001

    assert [first] == calm.occurrences(never, first, None, horizon)
    assert 0 < calm.days < 100_000
    assert 4 == len(calm.occurrences({"FREQ": ["YEARLY"]}, first, None, horizon))
    calm.occurrences(never, first, None, horizon)
    with pytest.raises(NotFollowed, match="too many repeated events"):
        calm.occurrences({"FREQ": ["YEARLY"]}, first, None, horizon)


@pytest.mark.slow
def test_rules_that_never_fall_on_any_day_end(read):
    never = "DTSTART:20240101T120000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    began = time.process_time()
    posts, pages = read(calendar(*(f"UID:an-event-that-never-is-{k}\n{never}" for k in range(40))))

    assert 40 == len(posts)
    assert 33 == pages[0].ignored["too many repeated events: later ones counted once"]
    assert time.process_time() - began < 60


@pytest.mark.slow
def test_a_calendar_as_large_as_may_be_is_read_in_bounded_time_and_what_is_beyond_is_counted(read):
    event = "UID:an-event-of-so-many-{}\nDTSTART:20240101T120000Z\nDESCRIPTION:" + "word " * 40
    body = calendar(*(event.format(k) for k in range(MOST_EVENTS + 5)))
    posts, pages = read(body)
    daily = calendar(
        *(f"UID:an-event-again-{k}-{k}\nDTSTART:20060101T{k:02}0000Z\nRRULE:FREQ=DAILY" for k in range(12))
    )
    again, told = read(daily)

    assert (MOST_EVENTS, 5) == (len(posts), pages[0].ignored[f"event beyond the first {MOST_EVENTS:,}"])
    assert MOST_POSTS == len(again)
    assert told[0].ignored[f"beyond {MOST_POSTS:,} events"] > 0
    assert all(len(page.posts) <= 5_000 for page in told)


def test_hostile_folding_and_endless_lines_are_read(read):
    line = "DESCRIPTION:" + "".join(f"{k}\n " for k in range(100_000))
    posts, _ = read(calendar(f"UID:an-event-that-happens\nDTSTART:20240101T000000Z\n{line}"))

    assert "012345" == posts["an-event-that-happens"].text[:6]
    assert len(posts["an-event-that-happens"].text) <= LONGEST_LINE
    split = b"\r\n ".join(bytes([one]) for one in "Straße".encode())
    posts, _ = read(calendar("UID:an-event-that-happens\nDTSTART:20240101T000000Z\nLOCATION:@").replace(b"@", split))
    assert "Straße" == posts["an-event-that-happens"].text


@pytest.mark.parametrize(("body", "words"), [
    (CALENDAR.encode()[:900], "the file is cut off"), (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "had not begun"),
    (b"BEGIN:VCALENDAR\n" * 50_000, "the file is cut off"),
])  # fmt: skip
def test_a_broken_file_is_an_error_that_says_where(tmp_path, body, words):
    path = tmp_path / "broken.ics"
    path.write_bytes(body)
    with pytest.raises(Malformed, match=words) as caught:
        recognise(str(path), net=None)

    assert str(path) in str(caught.value)
    assert caught.value.permanent


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "large.ics"
    path.write_bytes(b"BEGIN:VCALENDAR\n" + b" " * 10_000_000)
    with pytest.raises(TooLarge):
        recognise(str(path), net=None)


def test_an_unchanged_calendar_is_read_again_after_half_a_year(read):
    body = calendar("UID:an-event-again-and-again\nDTSTART:20250101T120000Z\nRRULE:FREQ=MONTHLY")
    first, pages = read(body)
    soon, _ = read(body, pages[-1].cursor, NOW + timedelta(days=30))
    later, _ = read(body, pages[-1].cursor, NOW + timedelta(days=200))

    assert {} == soon
    assert 6 == len(later.keys() - first.keys())


def test_a_reading_that_was_interrupted_goes_on(read):
    body = calendar(*(f"UID:an-event-again-{k}-{k}\nDTSTART:20200101T{k:02}0000Z\nRRULE:FREQ=DAILY" for k in range(3)))
    whole, pages = read(body)
    rest, _ = read(body, pages[0].cursor)

    assert len(pages) == 2
    assert whole.keys() == {one.id.partition(":")[2] for one in pages[0].posts} | rest.keys()
    assert not {one.id.partition(":")[2] for one in pages[0].posts} & rest.keys()


def test_the_latest_of_two_with_one_id_counts_and_short_ids_are_told_apart(read, tmp_path):
    posts, pages = read(calendar(
        "UID:1\nDTSTART:20240101T000000Z\nSEQUENCE:2", "UID:1\nDTSTART:20240201T000000Z\nSEQUENCE:1",
    ))  # fmt: skip

    assert {"given#1": at(2024, 1, 1)} == {key: one.claimed_at for key, one in posts.items()}
    assert {"id twice in the calendar, latest kept": 1} == pages[0].ignored


def test_an_address_is_asked_only_for_what_changed(server, net):
    server.pages["/c"] = (calendar("UID:an-event-that-happens\nDTSTART:20240101T000000Z"), {"ETag": '"1"'})
    address = f"{server.address}/c"
    source = recognise(address, net=net)
    known = Calendar(now=lambda: NOW)
    (page,) = known.read(address, None, net=net)
    before = len(server.asked)

    assert ("calendar", "calendar with 1 event") == (source.channel, source.what)
    assert [] == list(known.read(address, page.cursor, net=net))
    assert '"1"' == server.asked[before][1]["if-none-match"]
    server.pages["/c"] = b"<html>log in</html>"
    with pytest.raises(Malformed, match="does not begin with BEGIN:VCALENDAR") as caught:
        list(known.read(address, page.cursor, net=net))
    assert not caught.value.permanent


def test_a_webcal_address_is_asked_by_https_then_by_http(server, net):
    server.pages["/c.ics"] = calendar("UID:an-event-that-happens\nDTSTART:20240101T000000Z")
    source = recognise(f"webcal://{server.address.partition('//')[2]}/c.ics", net=net)

    assert ("calendar", f"{server.address}/c.ics") == (source.channel, source.address)
    with pytest.raises(Unreachable):
        recognise(f"webcals://{server.address.partition('//')[2]}/c.ics", net=net)


@pytest.mark.django_db
def test_a_calendar_is_no_conversation_and_the_refusal_says_how_to_do_it(tmp_path):
    _, address, _ = open_recorded(tmp_path)
    study = begin("ops")

    with pytest.raises(InputError, match=rf"earned add ops {address} --news"):
        study.add(address)
    with pytest.raises(InputError, match=rf"earned leaders CONVERSATION --news {address}"):
        read_files([address])
    assert [] == list(study.store.sources.of(study.record))
    study.add(address, news=True)
    assert [""] == [trouble for _, _, trouble in study.sync()]
    assert (0, 7) == (len(study.conversation().posts), len(study.conversation().news))
    assert 7 == len(read_files([], news=[address]).news)


def put(address, body=None, method="PUT"):
    """One request to the server, as its owner."""
    login = base64.b64encode(b"ada:ada").decode()
    asked = urllib.request.Request(address, data=body, method=method, headers={
        "Authorization": f"Basic {login}", "Content-Type": "text/calendar; charset=utf-8"})  # fmt: skip
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return answer.status


@pytest.mark.slow
@pytest.mark.django_db
def test_a_real_calendar_server_is_read_changes_and_cancellations_too(tmp_path):
    port, config = servers.free_port(), tmp_path / "config"
    config.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = owner_write\n"
        f"[storage]\nfilesystem_folder = {tmp_path / 'collections'}\n[web]\ntype = none\n"
    )
    collection = f"http://127.0.0.1:{port}/ada/talks/"

    def ready():
        try:
            return put(collection, CALENDAR.replace("\n", "\r\n").encode()) == 201
        except OSError as fault:
            return getattr(fault, "code", 0) == 409

    words = [sys.executable, "-m", "radicale", "--config", str(config)]
    with servers.running(words, tmp_path / "log", ready), Polite(allowed=["127.0.0.1"], gap=0) as net:
        store = open_store()
        study = store.studies.new("ops")
        source = recognise(f"{collection}", net=net)
        number = store.sources.add(study, source.channel, source.address, source.what, news=True)
        first = read_on(store, store.sources.get(number), client=net)
        again = read_on(store, store.sources.get(number), client=net)
        before = {one.title: one.claimed_at for one in store.posts.news(study)}
        event = "BEGIN:VEVENT\nUID:{}\nDTSTAMP:20240101T000000Z\n{}\nEND:VEVENT"
        moved = event.format("release-seven-of-acme", "DTSTART:20240306T170000Z\nSUMMARY:Release 7 of Acme Pulse")
        off = event.format(
            "conference-of-the-year", "DTSTART;VALUE=DATE:20240910\nSUMMARY:Conference\nSTATUS:CANCELLED"
        )
        for name, one in (("release-seven-of-acme", moved), ("conference-of-the-year", off)):
            body = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{one}\nEND:VCALENDAR\n".replace("\n", "\r\n").encode()
            put(f"{collection}{name}.ics", body)
        later = read_on(store, store.sources.get(number), client=net)
        after = {one.title: one.claimed_at for one in store.posts.news(study)}

    assert ("", "", "") == (first.error, again.error, later.error)
    assert (7, 0) == (first.kept.new, again.kept.new)
    assert (at(2024, 3, 5, 17), at(2024, 3, 6, 17)) == (
        before["Release 7 of Acme Pulse"],
        after["Release 7 of Acme Pulse"],
    )
    assert at(2024, 1, 10, 6, 0, 30) == before["Opening of the hall"]
    assert "Conference on running software" in before
    assert {"Conference on running software"} == before.keys() - after.keys()
    assert "ada" not in json.dumps(list(before)).lower()
