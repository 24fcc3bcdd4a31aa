"""`earned listen`: what is said is kept as it is said; stopped, killed or broken at any moment, nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from earned.errors import StudyError
from earned.listening import stay, streams
from earned.store import open_store

#: When the first message of a test was said: a first reading of a Jetstream begins an hour ago.
BEGAN = 0


@pytest.fixture(autouse=True)
def _begins_now():
    """Not when this file is read: a whole suite may lie between the two."""
    global BEGAN
    BEGAN = int(time.time()) - 3_000


#: Begins a child process: names come from the stand-in of the indexing server.
CHILD = """
import os, sys
from earned.channels.bluesky_stream import BlueskyStream
from earned.cli import main
BlueskyStream.appview = os.environ["NAMES"]
print("on", flush=True)
main(sys.argv[1:])
"""


def commit(number: int) -> dict[str, object]:
    moment = BEGAN + number
    record = {"createdAt": datetime.fromtimestamp(moment, UTC).isoformat(), "text": f"The pager rang {number} times."}
    made = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"k{number}", "record": record}
    return {"did": "did:plc:ada", "time_us": int(moment * 1e6), "kind": "commit", "commit": made}


class Names(BaseHTTPRequestHandler):
    """Tells that everybody is called Ada."""

    def do_GET(self) -> None:
        found = [{"did": one, "handle": "ada.example"} for one in parse_qs(urlsplit(self.path).query)["actors"]]
        body = json.dumps({"profiles": found}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Stream:
    """A Jetstream: `say` adds, `cut` ends all connections rudely; whoever comes is told everything after a cursor."""

    def __init__(self) -> None:
        self.said: list[dict[str, object]] = []
        self.cursors: list[int] = []
        self.pause = 0.0
        self._open: set[ServerConnection] = set()
        self._server = serve(self._tell, "127.0.0.1", 0)
        self._names = ThreadingHTTPServer(("127.0.0.1", 0), Names)
        self._names.daemon_threads = True
        for one in (self._server.serve_forever, self._names.serve_forever):
            threading.Thread(target=one, daemon=True).start()
        self.address = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/subscribe?words=pager"
        self.names = f"http://127.0.0.1:{self._names.server_port}"

    def _tell(self, plug: ServerConnection) -> None:
        self._open.add(plug)
        cursor = int(parse_qs(urlsplit(plug.request.path).query).get("cursor", ["0"])[0])
        self.cursors.append(cursor)
        at = 0
        try:
            while True:
                while at < len(self.said):
                    if self.said[at]["time_us"] > cursor:
                        plug.send(json.dumps(self.said[at]))
                        time.sleep(self.pause)
                    at += 1
                time.sleep(0.01)
                plug.ping()
        except ConnectionClosed:
            return
        finally:
            self._open.discard(plug)

    def open(self) -> int:
        """How many listen."""
        return len(self._open)

    def cut(self) -> None:
        for one in list(self._open):
            one.socket.close()
        self._open.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._names.shutdown()
        self._names.server_close()


@pytest.fixture
def stream():
    made = Stream()
    yield made
    made.cut()
    made.close()


def earned(folder: Path, stream: Stream, *words: str) -> subprocess.Popen[str]:
    told = {key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "EARNED_SETTINGS"}}
    told |= {"EARNED_WORKSPACE": str(folder), "NAMES": stream.names, "EARNED_ALLOW": "127.0.0.1"}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *words], env=told, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def done(folder: Path, stream: Stream, *words: str) -> tuple[int, str]:
    child = earned(folder, stream, *words)
    out, told = child.communicate(timeout=120)
    return child.returncode, out + told


def begun(folder: Path, stream: Stream) -> None:
    assert done(folder, stream, "new", "topic")[0] == 0
    code, told = done(folder, stream, "add", "topic", stream.address)
    assert code == 0, told


def posts(folder: Path, stream: Stream) -> int:
    told = json.loads(done(folder, stream, "status", "topic", "--json")[1].removeprefix("on\n"))
    return int(told["studies"][0]["posts"])


def line_with(child: subprocess.Popen[str], words: str) -> str:
    patience = threading.Timer(60, child.kill)
    patience.start()
    try:
        for line in child.stderr:
            if words in line:
                return line
    finally:
        patience.cancel()
    raise AssertionError(f"it ended, or a minute was over, before it said {words!r}")


@pytest.mark.slow
def test_what_is_said_is_kept_while_it_is_said_and_ctrl_c_ends_it_cleanly(tmp_path, stream):
    begun(tmp_path, stream)
    stream.said += [commit(1), commit(2)]
    child = earned(tmp_path, stream, "listen", "topic")
    first = line_with(child, "new")
    stream.said.append(commit(3))
    second = line_with(child, "new")
    asked = time.monotonic()
    child.send_signal(signal.SIGINT)
    _, rest = child.communicate(timeout=30)

    assert "Bluesky stream: 'pager': 2 new" in first
    assert "Bluesky stream: 'pager': 1 new" in second
    assert "3 more posts, 3 in topic. Next: earned leaders topic" in rest
    assert (0, True) == (child.returncode, time.monotonic() - asked < 15)
    assert "Traceback" not in rest


@pytest.mark.slow
def test_a_stream_that_breaks_is_asked_again_from_where_it_stood(tmp_path, stream):
    begun(tmp_path, stream)
    stream.said.append(commit(1))
    child = earned(tmp_path, stream, "listen", "topic", "--for", "0.5")
    line_with(child, "1 new")
    stream.cut()
    broken = line_with(child, "Asked again in 1 s")
    stream.said.append(commit(2))
    line_with(child, "1 new")
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=30)

    assert "broke" in broken
    assert commit(1)["time_us"] == stream.cursors[-1]
    assert (0, 2) == (child.returncode, posts(tmp_path, stream))


@pytest.mark.slow
def test_a_sync_meanwhile_leaves_the_stream_to_who_listens(tmp_path, stream):
    begun(tmp_path, stream)
    stream.said.append(commit(1))
    child = earned(tmp_path, stream, "listen", "topic")
    line_with(child, "1 new")
    code, told = done(tmp_path, stream, "sync", "topic")
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    after = done(tmp_path, stream, "sync", "topic")

    assert code == 3
    assert "another process is reading it now" in told
    assert (0, 0) == (child.returncode, after[0]), "its lease ended with it"


def killed_again_and_again(folder: Path, stream: Stream, kills: int) -> int:
    """How many kills met somebody who listened."""
    chance, met = random.Random(1), 0
    for _ in range(kills):
        child = earned(folder, stream, "listen", "topic")
        line_with(child, "Listening to")
        time.sleep(chance.uniform(0, 3.0))
        met += child.poll() is None
        child.kill()
        child.communicate()
    return met


def holds_everything_after_kills(folder: Path, stream: Stream, kills: int) -> int:
    begun(folder, stream)
    stream.pause = 0.005
    stream.said += [commit(number) for number in range(1_000)]
    met = killed_again_and_again(folder, stream, kills)
    stream.pause = 0.0
    assert done(folder, stream, "sync", "topic")[0] == 0
    assert 1_000 == posts(folder, stream)
    assert len({cursor for cursor in stream.cursors if cursor}) >= 2, "some went on where others were killed"
    return met


@pytest.mark.slow
def test_killed_at_forty_moments_nothing_is_lost_and_nothing_doubled(tmp_path, stream):
    assert holds_everything_after_kills(tmp_path, stream, 40) == 40


@pytest.mark.slow
def test_a_worker_stays_on_streams_goes_on_after_a_kill_and_leaves_what_is_taken_out(tmp_path, stream):
    begun(tmp_path, stream)
    stream.said.append(commit(1))
    worker = earned(tmp_path, stream, "worker")
    first = line_with(worker, "1 new")
    stream.said.append(commit(2))
    second = line_with(worker, "1 new")
    worker.kill()
    worker.communicate()
    stream.said.append(commit(3))
    worker = earned(tmp_path, stream, "worker")
    third = line_with(worker, "1 new")
    assert done(tmp_path, stream, "forget", "topic", stream.address)[0] == 0
    open_before = len(stream.cursors)
    stop = time.monotonic() + 40
    while stream.open() and time.monotonic() < stop:
        stream.said.append(commit(len(stream.said) + 1))
        time.sleep(0.5)
    worker.send_signal(signal.SIGINT)
    _, rest = worker.communicate(timeout=60)

    assert all(stream.address in line for line in (first, second, third))
    assert not stream.open(), "nobody listens to what was taken out"
    assert (0, open_before) == (worker.returncode, len(stream.cursors))
    assert "Traceback" not in rest


@pytest.mark.slow
def test_a_worker_that_is_told_so_stays_on_no_stream(tmp_path, stream):
    begun(tmp_path, stream)
    stream.said.append(commit(1))
    worker = earned(tmp_path, stream, "worker", "--no-listen")
    line_with(worker, "1 new")
    time.sleep(5)
    left = stream.open()
    worker.send_signal(signal.SIGINT)
    worker.communicate(timeout=60)

    assert (0, 1) == (left, len(stream.cursors) - 1), "one look when it was added, one reading"


@pytest.mark.django_db
def test_a_study_without_streams_says_what_can_be_listened_to():
    store = open_store()
    study = store.studies.new("topic")
    store.sources.add(study, "feed", "https://a.example/feed")

    with pytest.raises(StudyError, match=r"no source to stay on.*earned sync topic"):
        streams(store, "topic")


class Refusing:
    """A client whose streams are closed to us."""

    def get(self, url, *, headers=None, most=0):
        raise AssertionError(url)

    def messages(self, url, *, idle, most=0, beat=None, headers=None):
        from earned.errors import Forbidden

        raise Forbidden("web", url, "answered 403: it is not public", permanent=True)


@pytest.mark.django_db
def test_a_stream_that_refuses_us_is_given_up_with_a_reason():
    store, told = open_store(), []
    study = store.studies.new("topic")
    store.sources.add(study, "bluesky-stream", "wss://s.example/subscribe?words=pager", "A stream")
    (source,) = streams(store, "topic")

    assert not stay(store, source, threading.Event(), told=told.append, client=Refusing())
    assert [(True, None)] == [(one.over, one.again) for one in told]
    assert "answered 403" in told[0].problem


@pytest.mark.django_db
def test_who_stops_while_the_past_is_read_waits_for_one_page_only(monkeypatch):
    """Of a hashtag what was said before comes first, and that may be much."""
    from store.scenes import page, post

    class Past:
        name = "mastodon"

        def streams(self, address):
            return True

        def listen(self, address, cursor, *, net):
            for number in range(100):
                yield page(post(number), cursor=str(number))

        def recognise(self, given, *, net): ...

        read = listen

    monkeypatch.setattr("earned.sync.channel_for", lambda *_: Past())
    store, stop = open_store(), threading.Event()
    study = store.studies.new("topic")
    store.sources.add(study, "mastodon", "https://a.example/tags/pager", "A hashtag")
    (source,) = store.sources.of(study)

    assert stay(store, source, stop, told=lambda _: stop.set(), client=Refusing())
    assert ("0", 1) == (store.sources.cursor(source.id), store.posts.count(study))
    assert store.rounds.get(source.id).holder == "", "its lease is free again"


@pytest.mark.django_db
def test_it_is_asked_again_later_each_time():
    from earned.errors import Unreachable

    class Broken(Refusing):
        def messages(self, url, *, idle, most=0, beat=None, headers=None):
            raise Unreachable("web", url, "the stream broke", permanent=False)

    store, stop, waits = open_store(), threading.Event(), []
    study = store.studies.new("topic")
    store.sources.add(study, "bluesky-stream", "wss://s.example/subscribe?words=pager", "A stream")

    def told(heard):
        waits.append(heard.again)
        if len(waits) == 4:
            stop.set()

    assert stay(store, streams(store, "topic")[0], stop, told=told, client=Broken(), first_wait=0.01)
    assert [0.01, 0.02, 0.04, 0.08] == waits
