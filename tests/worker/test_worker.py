"""Schedule, leases, failures that say what to do, and processes killed at any moment of a sync."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from earned.errors import ChannelError, Forbidden, Malformed, Missing, SourceTaken, Unreachable
from earned.store import open_store
from earned.store.shelves import Kept, Round
from earned.sync import LONGEST, SHORTEST, is_dead, went_well, went_wrong
from worker import talk

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE = Round(1, NOW, 3600.0)


@pytest.fixture(scope="module")
def server():
    made = talk.serve()
    yield made
    made.shutdown()
    made.server_close()


def start(folder: Path, port: int, code: str, **more: str) -> subprocess.Popen[str]:
    told = {key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "EARNED_SETTINGS"}}
    told |= {"FOLDER": str(folder), "PORT": str(port), "SCENES": str(Path(__file__).parent), **more}
    return subprocess.Popen(
        [sys.executable, "-c", talk.PREAMBLE + code],
        env=told,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(folder: Path, port: int, code: str, **more: str) -> str:
    child = start(folder, port, code, **more)
    out, problem = child.communicate(timeout=180)
    assert child.returncode == 0, problem
    return out


def test_news_brings_the_next_reading_nearer_and_quiet_puts_it_off():
    near = went_well(BEFORE, Kept(new=1), NOW)
    far = went_well(BEFORE, Kept(same=9), NOW)

    assert (NOW + timedelta(minutes=30), NOW + timedelta(minutes=90)) == (near.due_at, far.due_at)
    for _ in range(20):
        near, far = went_well(near, Kept(changed=1), NOW), went_well(far, Kept(), NOW)
    assert (SHORTEST, LONGEST) == (near.interval, far.interval)


def fail(kind, permanent, **more):
    return kind("feed", "https://a.example/feed", "said no", permanent=permanent, **more)


@pytest.mark.parametrize(("fault", "paused", "words"), [
    (fail(Unreachable, False), False, "does not answer"), (fail(Forbidden, True), True, "docs/channels.md"),
    (fail(Missing, True), True, "add the new one"), (fail(Missing, False), False, "Nothing is there"),
    (fail(Malformed, False), False, "browser"), (fail(ChannelError, True), True, "refused"),
    (ValueError("x"), False, "report it"),
])  # fmt: skip
def test_a_failure_says_what_to_do_and_whether_it_is_tried_again(fault, paused, words):
    after = went_wrong(BEFORE, fault, NOW)

    assert (paused, 1, NOW) == (after.paused, after.failures, after.failing_since)
    assert words in after.advice
    assert ("earned sync" in after.advice) == paused


def test_waits_double_up_to_a_day_and_a_service_that_names_a_time_is_obeyed():
    after, waits = BEFORE, []
    for _ in range(7):
        after = went_wrong(after, fail(Unreachable, False), NOW)
        waits.append((after.due_at - NOW).total_seconds())
    asked = went_wrong(BEFORE, fail(Unreachable, False, retry_after=timedelta(hours=7)), NOW)

    assert [7200, 14400, 28800, 57600, LONGEST, LONGEST, LONGEST] == waits
    assert NOW + timedelta(hours=7) == asked.due_at
    assert 0 == went_well(after, Kept(), NOW).failures


def test_missing_is_given_up_on_the_third_day_and_malformed_the_third_time():
    days = [NOW + timedelta(days=n) for n in range(3)]
    missing = malformed = BEFORE
    for number, day in enumerate(days, 1):
        missing = went_wrong(missing, fail(Missing, False), day)
        malformed = went_wrong(malformed, fail(Malformed, False), NOW)
        assert (number == 3) == missing.paused == malformed.paused
    many = BEFORE
    for _ in range(5):
        many = went_wrong(many, fail(Missing, False), NOW)
    assert not many.paused, "five times in one hour is one day"


@pytest.mark.django_db
def test_one_of_two_readers_gets_a_source_and_one_that_lost_it_keeps_nothing():
    from store.scenes import page, post

    store = open_store()
    study = store.studies.new("topic")
    source = store.sources.add(study, "memory", "here")
    store.rounds.plan(NOW)
    until = NOW + timedelta(minutes=5)

    assert store.rounds.claim(source, "one", now=NOW, until=until)
    assert not store.rounds.claim(source, "two", now=NOW, until=until)
    assert () == store.rounds.due(NOW)
    store.posts.keep(source, page(post(1)), now=NOW, holder="one")
    assert store.rounds.claim(source, "two", now=until + timedelta(seconds=1), until=until + timedelta(minutes=9))
    with pytest.raises(SourceTaken):
        store.posts.keep(source, page(post(2), cursor="9"), now=NOW, holder="one")
    assert not store.rounds.renew(source, "one", until=until)
    assert ["memory:1"] == [one.id for one in store.posts.of(study)]
    assert "1" == store.sources.cursor(source)


def test_the_lease_of_a_process_that_ended_is_free_at_once():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    here = os.uname().nodename

    assert is_dead(f"{here}:{child.pid}:abc")
    assert not is_dead(f"{here}:{os.getpid()}:abc")
    assert not is_dead(f"elsewhere:{child.pid}:abc")
    assert not is_dead("")


def test_a_worker_reads_what_is_due_and_health_tells_what_fails(tmp_path, server):
    server.broken |= {"/feed0": 503, "/feed1": 403}
    try:
        told = run(tmp_path, server.server_port, SYNC_AND_HEALTH)
    finally:
        server.broken.clear()
    first, again, *lines = told.splitlines()

    assert ("7", "0") == (first, again)
    assert "feed: 2 of 6 fail" in told
    assert "mastodon: 1 read, none fails." in lines
    assert any("/feed0" in line and "answered 503" in line and "None" not in line for line in lines)
    assert any("/feed1" in line and "docs/channels.md" in line and "None" in line for line in lines)
    assert f"{(talk.FEEDS - 2) * talk.ENTRIES + talk.STATUSES} posts" in lines


OF_A_LIST = """
names = [f"http://127.0.0.1:{os.environ['PORT']}/feed{n}" for n in (0, 1, 2)]
place = Path(os.environ["FOLDER"]) / "list.opml"
outlines = "".join(f'<outline xmlUrl="{name}"/>' for name in names)
place.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
mine = store.studies.new("lists")
source = store.sources.add(mine, "feed", str(place), "OPML list of 3 feeds")
read_on(store, store.sources.get(source), client=client())
for one in health(store, study="lists"):
    print(one.says)
    for bad in one.failing:
        print(bad.address, bad.reason, bad.advice)
"""


def test_health_tells_which_feeds_of_a_list_fail(tmp_path, server):
    server.broken |= {"/feed0": 404}
    try:
        told = run(tmp_path, server.server_port, OF_A_LIST)
    finally:
        server.broken.clear()

    assert "feed: 1 of 3 fail: answered 404 (1)." in told
    assert f":{server.server_port}/feed0 answered 404 The other feeds of its list are read." in told


SYNC_AND_HEALTH = """
mine = study()
print(one_round(store, client=client))
print(one_round(store, client=client))
for one in health(store):
    print(one.says)
    for bad in one.failing:
        print(bad.address, bad.reason, bad.advice, bad.next_try)
print(store.posts.count(mine), "posts")
"""


@pytest.mark.slow
def test_a_thread_of_another_program_reads_and_stops_when_asked(tmp_path, server):
    code = """
import earned.work
mine = study()
running = start(Path(os.environ["FOLDER"]))
stop = time.monotonic() + 60
while store.posts.count(mine) < 6 * ENTRIES + STATUSES and time.monotonic() < stop:
    time.sleep(0.1)
print(store.posts.count(mine), is_alive(store), running.stop(30), running.thread.is_alive())
"""
    allowed = ",".join(f"127.0.0.{n}" for n in range(1, 9))

    assert f"{talk.FEEDS * talk.ENTRIES + talk.STATUSES} True True False\n" == run(
        tmp_path, server.server_port, code, EARNED_ALLOW=allowed
    )


@pytest.mark.slow
def test_two_workers_share_the_sources_and_keep_every_post_once(tmp_path, server):
    run(tmp_path, server.server_port, "study()")
    workers = [start(tmp_path, server.server_port, talk.SYNC) for _ in range(2)]

    assert [("on\n", "")] * 2 == [one.communicate(timeout=120) for one in workers]
    assert f"{talk.FEEDS * talk.ENTRIES + talk.STATUSES}" in run(
        tmp_path, server.server_port, "print(store.posts.count(study()))"
    )


class Endless:
    """A channel whose service has a further page, always."""

    name = "feed"

    def __init__(self, fresh):
        self.fresh, self.given = fresh, 0

    def read(self, address, cursor, *, net):
        from store.scenes import page, post

        while True:
            self.given += 1
            yield page(post(self.given if self.fresh else 1), cursor=str(self.given))


@pytest.mark.django_db
@pytest.mark.parametrize(("fresh", "most_seconds", "said"), [(False, 3600.0, "nothing new"), (True, 0.5, "")])
def test_pages_without_end_end(monkeypatch, fresh, most_seconds, said):
    from earned import sync

    channel = Endless(fresh)
    monkeypatch.setattr(sync, "channel_for", lambda *_: channel)
    monkeypatch.setattr(sync, "LONGEST_READING", most_seconds)
    store = open_store()
    study = store.studies.new("topic")
    source = store.sources.get(store.sources.add(study, "feed", "https://a.example/feed"))
    done = sync.read_on(store, source, client=object())

    assert said in done.error
    assert bool(said) == bool(done.error)
    assert store.posts.count(study) == (channel.given if fresh else 1)
    assert str(channel.given) == store.sources.cursor(source.id), "the next reading goes on from there"


def killed(folder: Path, server, kills: int, seed: int, source: Path) -> tuple[int, int]:
    """Begin a sync again and again, each killed at a random moment; how many kills met it at work, and were made."""
    chance, met, made = random.Random(seed), 0, 0
    for _ in range(kills):
        child = start(folder, server.server_port, talk.SYNC, ARCHIVE=str(source))
        assert child.stdout.readline() == "on\n", child.stderr.read()
        time.sleep(chance.uniform(0, 0.7))
        met += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.communicate()
        made += 1
        if chance.random() < 0.5:  # due again: what was read to its end is read once more
            run(folder, server.server_port, talk.AGAIN, ARCHIVE=str(source))
    return met, made


def same_after_kills(tmp_path: Path, server, rounds: int, kills: int) -> int:
    source, port = talk.archive(tmp_path), server.server_port
    finish = talk.SYNC + talk.SHOW
    calm = run(tmp_path / "calm", port, finish, ARCHIVE=str(source))
    met = 0
    for number in range(rounds):
        folder = tmp_path / f"killed-{number}"
        met += killed(folder, server, kills, number, source)[0]
        assert calm == run(folder, port, finish, ARCHIVE=str(source)), f"round {number}"
        shutil.rmtree(folder)
    return met


@pytest.mark.slow
def test_killed_at_two_hundred_random_moments_the_store_equals_an_undisturbed_one(tmp_path, server):
    assert same_after_kills(tmp_path, server, 25, 8) >= 100, "the kills must have met a running sync"
