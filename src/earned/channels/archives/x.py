"""The X (Twitter) archive: `data/*.js`, own public posts only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import json_list
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical
from earned.model import Account, Link, MetricSnapshot, Post

_MONTHS = {
    name: at
    for at, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[^/]+/status/(\d+)")
_BEGIN = re.compile(rb"\s*(?:\xef\xbb\xbf)?window\.YTD\.(\w+?)\.part\d+\s*=")
_PRIVATE = "private by nature or about others, never opened"


class X(ArchiveChannel):
    """The archive that X gives to its members."""

    name = "x"
    what = "X archive"
    reads = ("tweets", "notes", "account")
    claimed_by = ("tweets",)
    leaves: ClassVar = {"private": _PRIVATE}
    wants: ClassVar = {"account": "No account file: the posts' author has no name."}
    never = ("What others answered: X does not export it.",)

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By the name of the list and by what its first row holds."""
        begin = _BEGIN.match(head)
        if not begin:
            return ""
        part = begin[1].decode("ascii", "replace")
        if part in ("tweets", "tweet", "tweets_old") or (
            b'"full_text"' in head and b'"id_str"' in head and "delet" not in part
        ):
            return "tweets" if "circle" not in part and "community" not in part else "private"
        return {"note_tweet": "notes", "account": "account"}.get(part, "private")

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Posts, reposts and counts."""
        owner = _owner(opened, kinds)
        long = _long_texts(opened, kinds)
        for member in kinds.get("tweets", ()):
            with opened.stream(member) as stream:
                for row, entry in enumerate(json_list(stream, member.name, b"="), 1):
                    tweet = entry.get("tweet", entry) if isinstance(entry, dict) else None
                    where = f"{member.name} entry {row}"
                    if not isinstance(tweet, dict) or not tweet.get("id_str"):
                        notes.reject(where, "no id")
                    elif item := _item(tweet, owner, long, where, notes):
                        yield member, item


def _owner(opened: Opened, kinds: Kinds) -> Account:
    for member in kinds.get("account", ()):
        with opened.stream(member) as stream:
            for entry in json_list(stream, member.name, b"="):
                one = _object(entry, "account")  # the e-mail address and telephone beside these are not looked at
                handle = str(one.get("username", ""))
                name = str(one.get("accountDisplayName") or handle or "owner of the archive")
                number = str(one.get("accountId") or handle)
                return Account(f"x:{number}", name, handle=handle, url=f"https://x.com/{handle}" if handle else "")
    return Account("x:owner", "owner of the X archive")


def _object(given: object, name: str) -> dict[str, Any]:
    """The object of this name in another one; empty where there is none."""
    found = given.get(name) if isinstance(given, dict) else None
    return found if isinstance(found, dict) else {}


def _long_texts(opened: Opened, kinds: Kinds) -> dict[str, list[tuple[datetime, str]]]:
    """Full texts of long posts by their first 200 characters."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for member in kinds.get("notes", ()):
        with opened.stream(member) as stream:
            for entry in json_list(stream, member.name, b"="):
                note = _object(entry, "noteTweet")
                text = str(_object(note, "core").get("text", ""))
                try:
                    made = datetime.fromisoformat(str(note.get("createdAt", "")))
                except ValueError:
                    continue
                found.setdefault(text[:200], []).append((made, text))
    return found


def _item(tweet: Mapping[str, Any], owner: Account, long: dict[str, list[tuple[datetime, str]]], where: str,
          notes: Notes) -> Item | None:  # fmt: skip
    if tweet.get("visibility") not in (None, "public") or tweet.get("protected"):
        notes.ignored["not public"] += 1
        return None
    when = notes.time(_time(tweet.get("created_at")), where)
    if when is None:
        return None
    number, text = f"x:{tweet['id_str']}", unescape(str(tweet.get("full_text") or tweet.get("text") or ""))
    links, repost = _links(number, tweet, text)
    text = _expanded(_whole(text, when[0], long), tweet)
    post = Post(
        number, "x", (owner.id,), when[0], when[1], "" if repost else notes.text(text),
        url=f"https://x.com/{owner.handle or 'i'}/status/{tweet['id_str']}",
        lang="" if tweet.get("lang") in (None, "und", "zxx", "qme", "qst") else str(tweet["lang"]).partition("-")[0],
        labels={"share": True} if repost else {},
    )  # fmt: skip
    return Item(post, (owner,), links, tuple(_counts(number, tweet, notes.now)))


def _time(given: object) -> object:
    """ "Wed Nov 20 10:00:00 +0000 2024" as ISO 8601; anything else as it came."""
    words = str(given or "").split()
    if len(words) == 6 and words[1] in _MONTHS:
        return f"{words[5]}-{_MONTHS[words[1]]:02}-{words[2]:0>2}T{words[3]}{words[4]}"
    return given


def _whole(text: str, time: datetime | None, long: dict[str, list[tuple[datetime, str]]]) -> str:
    for made, whole in long.get(text[:200], ()) if time else ():
        made = made if made.tzinfo else made.replace(tzinfo=UTC)
        if time and abs(made - time) <= timedelta(seconds=1):
            return whole
    return text


def _expanded(text: str, tweet: Mapping[str, Any]) -> str:
    for url in _entities(tweet, "urls"):
        if url.get("url") and url.get("expanded_url"):
            text = text.replace(str(url["url"]), str(url["expanded_url"]))
    return text


def _entities(tweet: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    found = tweet.get("entities")
    rows = found.get(kind) if isinstance(found, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _links(number: str, tweet: Mapping[str, Any], text: str) -> tuple[tuple[Link, ...], bool]:
    """Its links, and whether it only repeats somebody."""
    found: list[Link] = []
    parent = tweet.get("in_reply_to_status_id_str")
    if parent:
        found.append(Link(number, "reply", f"x:{parent}"))
    repost = text.startswith("RT @")
    if repost:
        named = text[4:].partition(":")[0].split()
        found.append(Link(number, "repost", f"x:@{named[0]}" if named else "x:", 1, "RT"))
    plain: list[tuple[str, str]] = []
    for url in _entities(tweet, "urls"):
        address = str(url.get("expanded_url") or "")
        if status := _STATUS.match(address):
            found.append(Link(number, "quote", f"x:{status[1]}", 1, address[:200]))
        else:
            plain.append((canonical(address), str(url.get("display_url") or "")))
    for one in _entities(tweet, "user_mentions"):
        if one.get("id_str"):
            found.append(Link(number, "mention", f"x:{one['id_str']}"))
    return tuple(dict.fromkeys([*found, *links_of(number, plain)])), repost


def _counts(number: str, tweet: Mapping[str, Any], now: datetime) -> Iterator[MetricSnapshot]:
    for name, key in (("likes", "favorite_count"), ("reposts", "retweet_count")):
        given = str(tweet.get(key, ""))
        if given.isdecimal() and len(given) < 12:
            yield MetricSnapshot(number, name, float(given), now, via="x archive")
