"""A strict double of Mastodon servers: what is not public is not shown, counts run ahead of conversations (lag), conversations are
cut short, keys that should make writing safe are ignored, homes of statuses answer 200, 404, 410, or what a fault says.

Each `Home` is a server of its own on loopback; statuses of one are known to another once it is told of them (`knows`).
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

BEGIN = datetime(2026, 11, 1, 10, tzinfo=UTC)


class Home:
    """A server with accounts and statuses."""

    def __init__(self, *, context: int = 60, lag: int = 0, token: str = "") -> None:
        self.context, self.lag, self.token = context, lag, token
        self.statuses: dict[str, dict] = {}
        #: Paths that answer with a status instead; address -> status of statuses that are gone.
        self.faults: dict[str, int] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._count = 0
        self._looks: dict[str, int] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def account(self, name: str, **more: object) -> dict:
        told = {"id": name, "acct": name, "uri": f"{self.origin}/users/{name}", "url": f"{self.origin}/@{name}",
                "display_name": name.title(), "indexable": True, "note": "", "fields": []}  # fmt: skip
        return told | more

    def say(self, name: str, text: str, *, key: str = "", to: dict | None = None, **more: object) -> dict:
        """A status; saying it again with the same key makes another one."""
        self._count += 1
        account = more.pop("account", None) or self.account(name)
        made = {
            "id": str(self._count), "uri": f"{account['uri']}/statuses/{self._count}", "url": "", "visibility": "public",
            "created_at": (BEGIN + timedelta(minutes=self._count)).isoformat(), "content": f"<p>{text}</p>",
            "account": account, "in_reply_to_id": to and self.number(to), "replies_count": 0, "mentions": [], **more,
        }  # fmt: skip
        self.statuses[made["id"]] = made
        if to:
            self.statuses[made["in_reply_to_id"]]["replies_count"] += 1
        return made

    def number(self, status: dict) -> str:
        return next(one["id"] for one in self.statuses.values() if one["uri"] == status["uri"])

    def knows(self, status: dict, to: dict | None = None) -> dict:
        """Another server's status arrives, as an answer to one that is here."""
        return self.say("", "", to=to, account=status["account"], uri=status["uri"], content=status["content"])

    def drop(self, status: dict) -> None:
        del self.statuses[self.number(status)]

    def answer(self, path: str, asked: dict[str, str], headers: dict[str, str]) -> object:
        """What an address answers: a status as a number, or JSON."""
        if path in self.faults:
            return self.faults[path]
        if self.token and path == "/api/v2/search" and headers.get("authorization") != f"Bearer {self.token}":
            return 401
        words = path.strip("/").split("/")
        match words:
            case ["robots.txt"]:
                return 404
            case ["api", "v1", "instance"]:
                return {"version": "4.5.0", "urls": {}}
            case ["api", "v1", "accounts", "lookup"]:
                return self.account(asked["acct"])
            case ["api", "v1", "accounts", name, "statuses"]:
                return self._list(
                    [one for one in self.statuses.values() if one["account"]["uri"].endswith(f"/{name}")], asked
                )
            case ["api", "v1", "timelines", "tag", tag]:
                return self._list(
                    [one for one in self.statuses.values() if f"#{unquote(tag)}" in one["content"]], asked
                )
            case ["api", "v2", "search"]:
                found = [one for one in self.statuses.values() if asked["q"].lower() in one["content"].lower()]
                offset, most = int(asked.get("offset", 0)), min(int(asked.get("limit", 20)), 40)
                return {"statuses": found[::-1][offset : offset + most], "accounts": [], "hashtags": []}
            case ["api", "v1", "statuses", number, "context"]:
                return self._context(number) if number in self.statuses else 404
            case ["api", "v1", "statuses", number]:
                return self.statuses.get(number, 404)
            case ["users", _, "statuses", number]:
                if "activity+json" not in headers.get("accept", ""):
                    return 406
                return {"type": "Note"} if number in self.statuses else 404
        return 404

    def _list(self, rows: list[dict], asked: dict[str, str]) -> list[dict]:
        most = int(asked["limit"])
        if "min_id" in asked:
            return [one for one in rows if int(one["id"]) > int(asked["min_id"])][:most][::-1]
        return [one for one in rows if int(one["id"]) < int(asked.get("max_id", 10**18))][::-1][:most]

    def _context(self, number: str) -> dict:
        """The first look at a conversation may come before its answers are there; it is cut after so many."""
        self._looks[number] = self._looks.get(number, 0) + 1
        below: list[dict] = []
        for one in self.statuses.values():
            if one["in_reply_to_id"] in {number, *(row["id"] for row in below)}:
                below.append(one)
        return {"ancestors": [], "descendants": [] if self._looks[number] <= self.lag else below[: self.context]}


def _handler(home: Home) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts, headers = urlsplit(self.path), {name.lower(): value for name, value in self.headers.items()}
            home.asked.append((parts.path, headers))
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            told = home.answer(parts.path, asked, headers)
            body = b"" if isinstance(told, int) else json.dumps(told).encode()
            self.send_response(told if isinstance(told, int) else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
