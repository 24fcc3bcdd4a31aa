"""Fixture, made by code from the documented fields of the search."""

import json
import re

from data.made import NOW
from earned.channels.base import Answer
from earned.channels.hackernews import HITS, HackerNews
from earned.errors import Missing


def hit(number, at, **more):
    return {"objectID": str(number), "created_at_i": 1_700_000_000 + at, "author": "ada", "story_id": 1, **more}


HITS_ = [
    hit(1, 0, title="Alerts", url="https://ada.example/a?utm_source=hn", points=5, num_comments=2),
    hit(2, 60, author="bo", parent_id=1, comment_text='<p>No.<p>See <a href="https:&#x2F;&#x2F;bo.example">x</a>'),
    hit(3, 120, parent_id=2, comment_text="Yes &amp; yes"),
]


class Replay:
    """Answers like the search: a window of time, at most `HITS` hits of `nbHits`."""

    def __init__(self, hits=HITS_):
        self.hits, self.asked = hits, []

    def get(self, url, *, headers=None, most=0):
        self.asked.append(url)
        if "nowhere" in url:
            raise Missing("web", url, "answered 404", permanent=False)
        window = re.search(r"created_at_i>=(\d+),created_at_i<(\d+)", url)
        if not window:
            return Answer(200, url, {}, b"{}")
        found = [one for one in self.hits if int(window[1]) <= one["created_at_i"] < int(window[2])]
        return Answer(200, url, {}, json.dumps({"nbHits": len(found), "hits": found[:HITS]}).encode())


def open_recorded(folder):
    return HackerNews(now=lambda: NOW), "https://news.ycombinator.com/item?id=1", Replay()
