"""Fixture, made by code in the form that a real WordPress 6.1 answers in (tests/channels/test_servers.py drives that one)."""

import json
from urllib.parse import parse_qs, urlsplit

from data.made import NOW
from earned.channels.base import Answer
from earned.channels.wordpress import WordPress
from earned.errors import Forbidden, Missing

SITE = "https://blog.example"


def post(number, stamp=None, **more):
    stamp = stamp or f"2024-03-01T10:{number:02}:00"
    return {
        "id": number, "date_gmt": stamp, "modified_gmt": stamp, "link": f"{SITE}/?p={number}", "author": 1,
        "title": {"rendered": f"Title &amp; {number}"}, "content": {"rendered": f"<p>Words {number}</p>", "protected": False},
        "_embedded": {"author": [{"id": 1, "name": "Ada Q.", "slug": "ada", "link": f"{SITE}/?author=1"}]}, **more,
    }  # fmt: skip


def comment(number, above, stamp, parent=0, **more):
    return {
        "id": number, "post": above, "parent": parent, "author": 0, "author_name": "Bo", "author_url": "https://bo.example",
        "date_gmt": stamp, "link": f"{SITE}/?p={above}#comment-{number}", "type": "comment",
        "content": {"rendered": f'<p>Comment {number} <a href="https://c.example/x">see</a></p>'}, **more,
    }  # fmt: skip


class Site:
    """Posts by change, comments by time, a page at a time; counts what it was asked."""

    def __init__(self):
        self.posts = [post(n) for n in range(1, 8)] + [post(8, content={"rendered": "", "protected": True})]
        self.comments = [
            comment(1, 1, "2024-03-02T10:00:00"), comment(2, 1, "2024-03-02T11:00:00", parent=1),
            comment(3, 2, "2024-03-02T12:00:00", type="pingback"),
        ]  # fmt: skip
        self.asked = []
        #: Numbers of what is there and not public.
        self.private = set()

    def get(self, url, *, headers=None, most=0):
        parts = urlsplit(url)
        words = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(words)
        if parts.hostname != "blog.example" or parts.path != "/":
            raise Missing("web", url, "answered 404", permanent=False)
        if words["rest_route"] == "/":
            return self.say(url, {"name": "Blog", "home": SITE, "namespaces": ["oembed/1.0", "wp/v2"]})
        kind, stamp, since = ("posts", "modified_gmt", "modified_after") if "posts" in words["rest_route"] else (
            "comments", "date_gmt", "after")  # fmt: skip
        shown = {row["id"]: row for row in getattr(self, kind)}
        if (number := words["rest_route"].rpartition("/")[2]).isdecimal():
            if int(number) not in shown:
                known = int(number) in self.private
                raise (Forbidden if known else Missing)("web", url, f"answered {401 if known else 404}", permanent=True)
            return self.say(url, shown[int(number)])
        if "include" in words:
            return self.say(url, [shown[one] for one in map(int, words["include"].split(",")) if one in shown])
        rows = sorted(getattr(self, kind), key=lambda row: (row[stamp], row["id"]))
        later = [row for row in rows if row[stamp] > words.get(since, "").rstrip("Z")]
        at, size = int(words["page"]) - 1, int(words["per_page"])
        return self.say(url, later[at * size : (at + 1) * size])

    def say(self, url, value):
        return Answer(200, url, {}, json.dumps(value).encode())


def open_recorded(folder):
    return WordPress(now=lambda: NOW), SITE, Site()
