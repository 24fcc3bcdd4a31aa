"""The way back: a post as a row of the exchange form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from earned.model import Account, Link, Post


def row_of(post: Post, accounts: Mapping[str, Account], links: Iterable[Link]) -> dict[str, object]:
    """The row that reads back as this post, its accounts and its links; `json.dumps` makes a line of it."""
    authors = [_author(post.channel, accounts[name]) for name in post.accounts]
    row: dict[str, object] = {
        "id": post.id,
        "channel": post.channel,
        "url": post.url or None,
        "time": _time(post),
        "time_precision": post.time_precision,
        "author": authors[0] if len(authors) == 1 else None,
        "organization": post.organization or None,
        "title": post.title or None,
        "text": post.text,
        "links": [_link(post.channel, link) for link in links],
        "labels": dict(post.labels),
    }
    if len(authors) > 1:
        row["authors"] = authors
    if post.text_unquoted is not None:
        row["text_unquoted"] = post.text_unquoted
    extra = {"thread": post.thread, "lang": post.lang, "version": post.version}
    return row | {name: value for name, value in extra.items() if value}


def _time(post: Post) -> str | None:
    return post.claimed_at.isoformat().replace("+00:00", "Z") if post.claimed_at else None


def _author(channel: str, account: Account) -> dict[str, object]:
    found: dict[str, object] = {"id": account.id.removeprefix(f"{channel}:"), "name": account.name}
    if account.kind != "unknown":
        found["kind"] = account.kind
    extra = {"handle": account.handle, "url": account.url, "organization": account.organization}
    return found | {name: value for name, value in extra.items() if value}


def _link(channel: str, link: Link) -> dict[str, object]:
    target = link.target.removeprefix(f"{channel}:") if link.kind == "mention" else link.target
    found: dict[str, object] = {"kind": link.kind, "target": target}
    if link.count != 1:
        found["count"] = link.count
    return found | ({"evidence": link.evidence} if link.evidence else {})
