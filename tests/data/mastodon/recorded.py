"""Fixture, made by code from the documented fields of the API."""

import json
from urllib.parse import parse_qs, urlsplit

from data.made import NOW
from earned.channels.base import Answer
from earned.channels.mastodon import Mastodon
from earned.errors import Missing

ADA = {
    "id": "1",
    "acct": "ada",
    "display_name": "Ada Q.",
    "uri": "https://a.example/users/ada",
    "url": "https://a.example/@ada",
}
BO = {"id": "2", "acct": "bo@b.example", "display_name": "Bo", "uri": "https://b.example/users/bo", "noindex": True}


def status(number, account=ADA, **more):
    return {
        "id": str(number), "uri": f"{account['uri']}/statuses/{number}", "created_at": f"2024-03-01T10:{number:02}:00Z",
        "visibility": "public", "content": f"<p>Toot {number}</p>", "account": account, "replies_count": 0, **more,
    }  # fmt: skip


class Server:
    """Pages by min_id, newest first within a page."""

    def __init__(self):
        self.statuses = [status(1, replies_count=1), status(2, visibility="private"), status(3, in_reply_to_id="1")]
        self.replies = [status(4, BO, in_reply_to_id="1", content="<p>secret: hidden words</p>")]

    def get(self, url, *, headers=None, most=0):
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if "nowhere" in url:
            raise Missing("web", url, "answered 404", permanent=False)
        if parts.path.endswith("lookup"):
            return self.say(url, ADA)
        if parts.path.endswith("context"):
            number = parts.path.split("/")[-2]
            below = [one for one in self.replies if one["in_reply_to_id"] == number]
            return self.say(url, {"ancestors": [] if number == "1" else self.statuses[:1], "descendants": below})
        if "/statuses/" in parts.path:
            found = [one for one in self.statuses if parts.path.endswith(f"/{one['id']}")]
            if not found:
                raise Missing("web", url, "answered 404", permanent=False)
            return self.say(url, found[0])
        most = int(asked["limit"])
        if "min_id" in asked:
            later = [one for one in self.statuses if int(one["id"]) > int(asked["min_id"])]
            return self.say(url, later[:most][::-1])
        earlier = [one for one in self.statuses if int(one["id"]) < int(asked.get("max_id", 10**18))]
        return self.say(url, earlier[::-1][:most])

    def say(self, url, value):
        return Answer(200, url, {}, json.dumps(value).encode())


def open_recorded(folder):
    return Mastodon(now=lambda: NOW), "https://a.example/@ada", Server()
