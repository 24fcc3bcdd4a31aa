"""Statuses of Mastodon's API as posts, with what their authors ask for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical, plain
from earned.channels.profiles import checked_in, employer_in, named_in
from earned.model import Account, AccountKind, Link, MetricSnapshot, Post

NAME = "mastodon"
_COUNTS = (("likes", "favourites_count"), ("reposts", "reblogs_count"), ("replies", "replies_count"))


def status_item(
    row: dict[str, Any], known: dict[str, str], origin: str, notes: Notes, *, named: str = ""
) -> Item | None:  # fmt: skip
    """A status as a post; None when it is not public (counted) or its time is not believed.

    Args:
        row: The status.
        known: Local number -> address, of statuses around it.
        origin: The server.
        notes: What is left out is counted here.
        named: Address of the account that a person named, of which `indexable` (a wish about searches) says nothing.
    """
    if row.get("visibility") not in ("public", "unlisted"):
        notes.ignored["not public"] += 1
        return None
    number = f"mastodon:{row.get('uri')}"
    when = notes.time(row.get("created_at"), number)
    if when is None:
        return None
    given = table(row.get("account"))
    account = _account(given, origin)
    if row.get("reblog"):
        post = Post(number, NAME, (account.id,), when[0], when[1], "", labels={"share": True})
        return Item(post, (account,), (Link(number, "repost", f"mastodon:{row['reblog'].get('uri')}"),))
    body = plain(str(row.get("content") or ""), str(row.get("url") or origin))
    hidden = asks_to_be_left(given) if named and given.get("uri") == named else is_hidden(given)
    if hidden:
        notes.ignored["text of somebody who asks not to be indexed"] += 1
    post = Post(
        number, NAME, (account.id,), when[0], when[1], "" if hidden else notes.text(body.text),
        title="" if hidden else str(row.get("spoiler_text") or ""), url=canonical(str(row.get("url") or "")),
        text_unquoted=None if hidden else body.unquoted, lang=str(row.get("language") or "").partition("-")[0],
    )  # fmt: skip
    counts = [(word, row.get(key)) for word, key in _COUNTS]
    snapshots = tuple(
        MetricSnapshot(number, word, float(n), notes.now, via=NAME) for word, n in counts if n is not None
    )
    return Item(post, (account,), _links(number, row, known, body.links), snapshots)


def _links(
    number: str, row: dict[str, Any], known: dict[str, str], links: tuple[tuple[str, str], ...]
) -> tuple[Link, ...]:
    found = []
    if parent := row.get("in_reply_to_id"):
        found.append(Link(number, "reply", f"mastodon:{known.get(str(parent), parent)}"))
    quoted = row.get("quote") or {}
    if quoted := (quoted.get("quoted_status") or quoted).get("uri"):
        found.append(Link(number, "quote", f"mastodon:{quoted}"))
    people = {canonical(str(one.get("url") or "")): one for one in row.get("mentions") or []}
    found += [Link(number, "mention", f"mastodon:{one.get('url')}") for one in people.values()]
    card = (row.get("card") or {}).get("url")
    web = [one for one in links if one[0] not in people and not one[1].startswith(("#", "@"))]
    return (*found, *links_of(number, [*web, *([(canonical(str(card)), "card")] if card else [])]))


def _account(given: dict[str, Any], origin: str) -> Account:
    uri = str(given.get("uri") or given.get("url") or given.get("acct"))
    acct = str(given.get("acct") or "")
    handle = acct if "@" in acct else f"{acct}@{urlsplit(origin).hostname}"
    kind: AccountKind = "bot" if given.get("bot") else "group" if given.get("group") else "unknown"
    links, checked = _profile(given)
    return Account(
        f"mastodon:{uri}", str(given.get("display_name") or acct), kind, handle, str(given.get("url") or ""),
        organization=_employer(given), links=links, checked=checked,
    )  # fmt: skip


def _profile(given: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Addresses the profile names, and those whose pages name it back; nothing of who asks not to be indexed."""
    if is_hidden(given):
        return (), ()
    fields = [(str(one.get("value") or ""), one.get("verified_at")) for one in given.get("fields") or []]
    return named_in(*(value for value, _ in fields), str(given.get("note") or "")), checked_in(fields)


def _employer(given: dict[str, Any]) -> str:
    """For whom the profile says that its owner works; nothing of who asks not to be indexed."""
    if is_hidden(given):
        return ""
    fields = [
        (str(table(one).get("name") or ""), str(table(one).get("value") or "")) for one in given.get("fields") or []
    ]
    return employer_in(fields, str(given.get("note") or ""))


def is_hidden(given: dict[str, Any]) -> bool:
    """Whether an account asks not to be found by topic: collected by nobody's search, hashtag or stream."""
    return given.get("indexable") is False or asks_to_be_left(given)


def asks_to_be_left(given: dict[str, Any]) -> bool:
    """Whether an account asks search engines or robots to leave its words: #nobot may stand in the note or a field."""
    if given.get("noindex"):
        return True
    fields = [value for one in given.get("fields") or [] for value in (table(one).get("name"), table(one).get("value"))]
    written = " ".join(str(one) for one in (given.get("note"), *fields) if one)
    return "nobot" in written.lower() and "#nobot" in plain(written).text.lower()


def table(given: object) -> dict[str, Any]:
    """A table; empty where it is none."""
    return given if isinstance(given, dict) else {}
