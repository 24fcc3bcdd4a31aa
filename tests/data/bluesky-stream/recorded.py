"""Fixture: messages of a Jetstream made from the documented fields, and the profiles of who speaks."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from data.made import NOW
from earned.channels.base import Answer
from earned.channels.bluesky_stream import BlueskyStream
from earned.errors import Missing

ADDRESS = "wss://stream.example/subscribe?words=pager&words=%23oncall&wantedDids=did:plc:own&maxMessageSizeBytes=0"
BEGIN = int(NOW.timestamp() * 1e6) - 3_000_000_000


def commit(second, who="ada", key=None, action="create", collection="app.bsky.feed.post", **record):
    """A message, so many seconds after the beginning."""
    at = BEGIN + second * 1_000_000
    made = {"operation": action, "collection": collection, "rkey": key or f"k{second}", "rev": "r", "cid": "bafy"}
    if action != "delete":
        made["record"] = {
            "$type": collection,
            "createdAt": datetime.fromtimestamp(at / 1e6, UTC).isoformat(),
            **record,
        }
    return {"did": f"did:plc:{who}", "time_us": at, "kind": "commit", "commit": made}


def account(second, who, status, active=False):
    """Somebody's account ends, pauses or comes back."""
    at = BEGIN + second * 1_000_000
    told = {"active": active, "did": f"did:plc:{who}", "seq": second, "time": "2026-11-01T10:00:00Z"}
    return {
        "did": f"did:plc:{who}",
        "time_us": at,
        "kind": "account",
        "account": told | ({"status": status} if status else {}),
    }


def profile(name, **more):
    return {"did": f"did:plc:{name}", "handle": f"{name}.example", "displayName": name.title(), "labels": [], **more}


class Stream:
    """A stream and the server that tells names."""

    def __init__(self, told):
        self.told, self.profiles, self.urls = told, {}, []
        for name in ("ada", "bo", "cy", "own"):
            self.profiles[f"did:plc:{name}"] = profile(name)

    def messages(self, url, *, idle, most=0, beat=None, headers=None):
        self.urls.append(url)
        if "nowhere" in url:
            raise Missing("web", url, "answered 404", permanent=False)
        begin = int(parse_qs(urlsplit(url).query).get("cursor", ["0"])[0])
        if beat is not None:
            yield ""
        yield from (json.dumps(one) for one in self.told if one["time_us"] > begin)

    def get(self, url, *, headers=None, most=0):
        asked = parse_qs(urlsplit(url).query)["actors"]
        assert len(asked) <= 25
        found = [self.profiles[one] for one in asked if one in self.profiles]
        return Answer(200, url, {}, json.dumps({"profiles": found}).encode())


def open_recorded(folder):
    told = [
        commit(1, "ada", text="The pager woke me twice."),
        commit(2, "bo", text="Nothing of it."),
        commit(3, "own", text="I am followed."),
        commit(4, "bo", text="Same.", reply={"parent": {"uri": "at://did:plc:ada/app.bsky.feed.post/k1"}}),
        commit(5, "cy", text="Week one", facets=[{"features": [{"tag": "OnCall"}]}]),
    ]
    return BlueskyStream(now=lambda: NOW), ADDRESS, Stream(told)
