"""Topics on Bluesky: feeds and lists, as the public indexing server shows them to everybody; searches, shown to members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from earned.channels.appview import members_only, viewed
from earned.channels.base import Net
from earned.channels.items import Item, Notes, page
from earned.channels.live import asked
from earned.errors import Malformed
from earned.model import Gone, Page

NAME = "bluesky"
#: Posts a page of the server holds, pages read at most in one reading, and posts remembered for the next one.
_PAGE, _PAGES, RECENT = 100, 20, 300
#: Posts asked for at once whether they are still there.
_ASKED = 25
_KINDS = {
    "feed": ("app.bsky.feed.generator", "getFeed?feed"),
    "lists": ("app.bsky.graph.list", "getListFeed?list"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A feed or list: whose it is (handle or DID), "feed" or "lists", and its key; or "search" and its words, of nobody."""

    owner: str
    kind: str
    key: str


def topic(given: str) -> Topic | None:
    """The feed, list, search or hashtag behind an address; None: it is none."""
    parts = urlsplit(given)
    words = parts.path.strip("/").split("/")
    if parts.hostname == "bsky.app" and words[0] in ("search", "hashtag"):
        said = parse_qs(parts.query).get("q", [""])[0] if words[0] == "search" else f"#{unquote(words[-1])}"
        return Topic("", "search", said) if said.strip("# ") and len(words) <= 2 else None
    if parts.hostname == "bsky.app" and len(words) == 4 and words[0] == "profile" and words[2] in _KINDS:
        return Topic(words[1], words[2], words[3])
    for kind, (collection, _) in _KINDS.items():
        if parts.scheme == "at" and words[0] == collection and len(words) == 2:
            return Topic(parts.netloc, kind, words[1])
    return None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a server shows of a topic: its name in the cursor, where to ask, where posts lie in the answer, who asks."""

    uri: str
    url: str
    key: str = "feed"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def listing(one: Topic, did: str, appview: str) -> Listing:
    """Of a feed or list, whose owner has this DID."""
    collection, method = _KINDS[one.kind]
    uri = f"at://{did}/{collection}/{one.key}"
    return Listing(uri, f"{appview}/xrpc/app.bsky.feed.{method}={quote(uri)}")


def search(one: Topic, server: str, headers: Mapping[str, str]) -> Listing:
    """Of a search: the account server of a member passes the question on."""
    asks = f"{server}/xrpc/app.bsky.feed.searchPosts?sort=latest&q={quote(one.key)}"
    return Listing(f"search:{one.key}", asks, "posts", headers)


def read(shows: Listing, before: dict[str, Any], net: Net, appview: str, notes: Notes) -> Iterator[Page]:
    """What a topic shows that was not there at the last reading, and what of the last 300 is gone.

    Args:
        shows: Where to ask.
        before: The cursor; what belongs to another topic counts as nothing.
        net: The client.
        appview: Server that indexes the network.
        notes: What is left out is counted here.

    Raises:
        ChannelError: as `Net.get`; `Malformed` when the server answers something else.
    """
    known = (
        list(before["recent"]) if before.get("topic") == shows.uri and isinstance(before.get("recent"), list) else []
    )
    missing = missing_of(net, appview, known)
    fresh = _fresh(net, shows, frozenset(known), notes)
    items = [item for view in fresh if (item := _kept(view, notes))]
    stays = [x for x in known if x not in missing]
    recent = [str(view["uri"]) for view in fresh][:RECENT]
    end = {"topic": shows.uri, "recent": [*recent, *stays][:RECENT]}
    gone = tuple(Gone(f"{NAME}:{x}", "deleted", notes.now) for x in missing)
    if items or gone or not known:
        yield replace(page(items, end, notes), gone=gone)


def _fresh(net: Net, shows: Listing, known: frozenset[str], notes: Notes) -> list[dict[str, Any]]:
    """Posts that the topic shows and that are not known, newest first, each once."""
    found: dict[str, dict[str, Any]] = {}
    after = ""
    for _ in range(_PAGES):
        answer = asked(net, NAME, f"{shows.url}&limit={_PAGE}{after}", headers=shows.headers)
        rows = answer.get(shows.key) if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise Malformed(NAME, shows.uri, "no list of posts in the answer", permanent=False)
        rows = [row.get("post") if shows.key == "feed" else row for row in rows if isinstance(row, dict)]
        views = [row for row in rows if isinstance(row, dict)]
        new = {str(view.get("uri")): view for view in views if str(view.get("uri")) not in known}
        found |= new
        if not answer.get("cursor") or (known and views and not new):
            return list(found.values())
        after = f"&cursor={quote(str(answer['cursor']))}"
    if known and not known & found.keys():
        notes.ignored["older posts of the feed: more than 2,000 are new since the last reading"] += 1
    return list(found.values())


def _kept(view: dict[str, Any], notes: Notes) -> Item | None:
    """The post, unless its author asks to be shown to members only: nobody is collected by topic against their wish."""
    if members_only(view):
        notes.ignored["post of somebody who asks to be shown to members only"] += 1
        return None
    return viewed(view, notes)


def missing_of(net: Net, appview: str, known: list[str]) -> list[str]:
    """Those of the known posts that the server, asked for them, does not have any more."""
    missing: list[str] = []
    for at in range(0, len(known), _ASKED):
        some = known[at : at + _ASKED]
        query = "&".join(f"uris={quote(uri)}" for uri in some)
        answer = asked(net, NAME, f"{appview}/xrpc/app.bsky.feed.getPosts?{query}")
        rows = answer.get("posts") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise Malformed(NAME, "getPosts", "no list of posts in the answer", permanent=False)
        there = {str(row.get("uri")) for row in rows if isinstance(row, dict)}
        missing += [uri for uri in some if uri not in there]
    return missing
