"""A small internet on loopback: feeds on hosts of their own and an API read in pages; processes that sync it."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FEEDS, ENTRIES, STATUSES = 6, 25, 240


def feed(number: int) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>f{number}-{n}</guid><title>Entry {n}</title>"
        f"<author>a@x.example (Author {number})</author>"
        f"<description>{'zero trust and inventories, once more. ' * 15} {number} {n}</description>"
        f"<pubDate>Fri, {n % 28 + 1:02} Mar 2024 09:{n:02}:00 +0000</pubDate></item>"
        for n in range(ENTRIES)
    )  # fmt: skip
    return f"<rss version='2.0'><channel><title>Feed {number}</title><link>https://f{number}.example/</link>{items}</channel></rss>".encode()


def status(number: int, origin: str) -> dict[str, object]:
    account = {"id": "1", "acct": "ada", "uri": f"{origin}/users/ada", "display_name": "Ada", "url": f"{origin}/@ada"}
    moment = f"2024-0{1 + number // 100}-{1 + number % 28:02}T10:{number % 60:02}:00Z"
    return {
        "id": str(number), "uri": f"{origin}/users/ada/statuses/{number}", "url": f"{origin}/@ada/{number}",
        "visibility": "public", "created_at": moment, "content": f"<p>Status {number} on inventories</p>", "account": account,
    }  # fmt: skip


class Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(0.01)
        parts, server = urlsplit(self.path), self.server
        if parts.path in server.broken:
            return self.say(server.broken[parts.path], b"", {"Retry-After": "3600"})
        if parts.path.startswith("/feed"):
            return self.say(200, feed(int(parts.path[5:])))
        origin = f"http://{self.headers['Host']}"
        if parts.path.endswith("/lookup"):
            return self.say(200, json.dumps(status(1, origin)["account"]).encode())
        if parts.path.endswith("/statuses"):
            last = int(parse_qs(parts.query).get("min_id", ["0"])[0])
            rows = [status(n, origin) for n in range(last + 1, min(last + 41, STATUSES + 1))]
            return self.say(200, json.dumps(rows[::-1]).encode())
        return self.say(404, b"")

    def say(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def serve() -> ThreadingHTTPServer:
    """A server on every loopback address."""
    made = ThreadingHTTPServer(("0.0.0.0", 0), Talk)
    made.daemon_threads, made.broken = True, {}
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return made


def addresses(port: int) -> list[tuple[str, str]]:
    """(channel, address) of everything that can be read there."""
    feeds = [("feed", f"http://127.0.0.{n + 2}:{port}/feed{n}") for n in range(FEEDS)]
    return [*feeds, ("mastodon", f"http://127.0.0.1:{port}/@ada")]


def archive(folder: Path) -> Path:
    """A file of records, long enough to be met while it is read."""
    path = folder / "talk.jsonl"
    rows = ({"id": f"r{n}", "text": f"record {n} on inventories", "time": "2024-01-01T10:00:00Z", "author": {"id": f"a{n % 7}"}}
            for n in range(12_000))  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


#: What every child process begins with: a workspace, a study, and clients that do not wait between requests.
PREAMBLE = """
import os, sys, threading, time
from pathlib import Path
sys.path.insert(0, os.environ["SCENES"])
from talk import *
from earned.channels.http import Polite
from earned.workspace import Study, begin, open_study
from earned.sync import read_on
from earned.worker import *
store = open_store(Path(os.environ["FOLDER"]))
port = int(os.environ["PORT"])
def client():
    return Polite(allowed=[f"127.0.0.{n}" for n in range(1, 9)], gap=0, attempts=1)
def study():
    try:
        return store.studies.get("topic")
    except Exception:
        made = store.studies.new("topic")
        for channel, address in addresses(port):
            store.sources.add(made, channel, address, channel)
        if os.environ.get("ARCHIVE"):
            store.sources.add(made, "records", os.environ["ARCHIVE"], "records")
        return made
"""

#: Read everything that is due.
SYNC = """
mine = study()
print("on", flush=True)
one_round(store, client=client, told=lambda one: print(one.source.address, one.error, file=sys.stderr) if one.error else None)
"""

#: Everything kept, without the moments of reading.
SHOW = """
mine = study()
from dataclasses import replace
for post in store.posts.of(mine):
    print(replace(post, first_observed_at=None))
print(*sorted(map(repr, store.posts.links(mine))), sep="\\n")
print(*store.posts.accounts(mine), sep="\\n")
print(store.posts.rejected(mine), store.posts.high_water(mine))
print(*[(source.channel, source.address, source.last_error, store.posts.versions) and
        (source.channel, source.address, source.last_error) for source in store.sources.of(mine)], sep="\\n")
print(sorted((one.source, one.failures, one.holder) for one in store.rounds.all().values()))
"""

#: Everything is due again: what was read to its end is read once more.
AGAIN = """
from earned.store.keeping import run
run("UPDATE earned_round SET due_at = '2000-01-01'")
"""
