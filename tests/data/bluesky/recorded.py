"""Fixture: a repository made by code, behind answers made from the documented fields."""

import json
from base64 import b32encode
from urllib.parse import parse_qs, urlsplit

from data.made import DID, NOW, block_of, car, car_records
from earned.channels.base import Answer
from earned.channels.bluesky import Bluesky
from earned.errors import Missing


def cid(record):
    return "b" + b32encode(block_of(record)[0]).decode().rstrip("=").lower()


class Pds:
    """Resolver, directory, server and index in one."""

    def __init__(self):
        self.records, self.handle, self.whole = car_records(), "ada.example", True
        #: What the indexing server shows: own posts, answers and quotations.
        self.views, self.replies, self.quotes = [], [], []
        #: What a feed and a list show, newest first; None: it answers something else.
        self.shown = []

    def get(self, url, *, headers=None, most=0):
        parts = urlsplit(url)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if "nowhere" in url:
            raise Missing("web", url, "answered 404", permanent=False)
        if parts.path.endswith("getRepo"):
            return Answer(200, url, {}, car(self.records))
        if parts.path.endswith("resolveHandle"):
            return self.say(url, {"did": DID})
        if parts.path.endswith("listRecords"):
            keys = sorted((path for path in self.records if path.startswith(asked["collection"] + "/")), reverse=True)
            below = [path for path in keys if "cursor" not in asked or path.rpartition("/")[2] < asked["cursor"]]
            rows = [
                {"uri": f"at://{DID}/{path}", "cid": cid(self.records[path]), "value": self.records[path]}
                for path in below[: int(asked["limit"])]
            ]
            return self.say(url, {"records": rows} if self.whole else {})
        if parts.path.endswith("getAuthorFeed"):
            return self.say(url, {"feed": [{"post": view} for view in self.views]})
        if parts.path.endswith("getPostThread"):
            return self.say(url, {"thread": {"replies": self.replies}})
        if parts.path.endswith("getQuotes"):
            return self.say(url, {"posts": self.quotes})
        if parts.path.endswith(("getFeed", "getListFeed")):
            if self.shown is None:
                return self.say(url, {"message": "no"})
            at = int(asked.get("cursor", 0))
            some = self.shown[at : at + int(asked["limit"])]
            more = {"cursor": str(at + len(some))} if at + len(some) < len(self.shown) else {}
            return self.say(url, {"feed": [{"post": view} for view in some], **more})
        if parts.path.endswith("getPosts"):
            uris = parse_qs(parts.query)["uris"]
            assert len(uris) <= 25
            return self.say(url, {"posts": [view for view in self.indexed() if view["uri"] in uris]})
        pds = {"id": "#atproto_pds", "serviceEndpoint": "https://pds.example"}
        return self.say(url, {"alsoKnownAs": [f"at://{self.handle}"], "service": [pds]})

    def indexed(self):
        """Everything the server would show if asked for it by its address."""
        found, left = [*(self.shown or []), *self.quotes], list(self.replies)
        while left:
            node = left.pop()
            found += [node["post"]] if "post" in node else []
            left += node.get("replies", [])
        return found

    def say(self, url, value):
        return Answer(200, url, {}, json.dumps(value).encode())


def open_recorded(folder):
    return Bluesky(now=lambda: NOW), "https://bsky.app/profile/ada.example", Pds()
