"""Nouns to table columns and back, and the fingerprints that tell whether something is different. No Django."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, cast

from earned.model import Account, AccountKind, Link, LinkKind, MetricSnapshot, Post, Precision

#: A value of a table column as SQLite gives it.
Row = tuple[Any, ...]

#: `moment` of a post whose time is not known: sorts after every time.
NEVER = "~"

POST_COLUMNS = (
    "fingerprint, text_hash, claimed_at, time_precision, channel, organization, thread, lang, version, url, labels, "
    "title, text, text_unquoted"
)
ACCOUNT_COLUMNS = "id, name, kind, handle, url, organization, links, checked, mail"
#: Of `earned_post p`; times as text, because Django's own reading of a time costs more than all the rest.
READ_COLUMNS = (
    "p.id, p.channel, p.claimed_at || '', p.time_precision, p.text, p.title, p.text_unquoted, p.url, p.organization, "
    "p.thread, p.lang, p.version, p.labels, p.first_observed_at || ''"
)


def written(moment: datetime | None) -> str | None:
    """A time as Django keeps it in SQLite: UTC without zone, so that text order is time order."""
    if moment is None:
        return None
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return at.replace(tzinfo=None).isoformat(" ")


def told(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment + "+00:00")


def fingerprint(*fields: str) -> int:
    """Sixty-four bits that differ when a field differs, with a sign because SQLite's integers have one.

    Raises:
        UnicodeEncodeError: a field holds half a character and cannot be kept as text.
    """
    digest = blake2b("\x1f".join(fields).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def printable(text: str) -> str:
    """The text with half characters written out, so that it can be kept."""
    return text.encode(errors="backslashreplace").decode()


def text_hash(post: Post) -> int:
    return fingerprint(post.title, post.text, *(() if post.text_unquoted is None else (post.text_unquoted,)))


def post_columns(post: Post) -> Row:
    """The values of POST_COLUMNS."""
    content = (
        written(post.claimed_at),
        post.time_precision,
        post.channel,
        post.organization,
        post.thread,
        post.lang,
        post.version,
        post.url,
        labels_text(post.labels),
    )
    texts = text_hash(post)
    whole = fingerprint(post.id, str(texts), *(value or "" for value in content), "\x1e".join(post.accounts))
    return (whole, texts, *content, post.title, post.text, post.text_unquoted)


def labels_text(labels: Mapping[str, object]) -> str:
    return json.dumps(labels, ensure_ascii=False, sort_keys=True, default=str) if labels else "{}"


def link_columns(link: Link) -> Row:
    """from_post, kind, target, fingerprint, count, evidence."""
    whole = fingerprint(link.from_post, link.kind, link.target, str(link.count), link.evidence)
    return (link.from_post, link.kind, link.target, whole, link.count, link.evidence)


def account_columns(account: Account) -> Row:
    """id, fingerprint, and ACCOUNT_COLUMNS without the id."""
    rest = (account.name, account.kind, account.handle, account.url, account.organization)
    profile = (list_text(account.links), list_text(account.checked), account.mail)
    more = profile if account.links or account.checked or account.mail else ()
    return (account.id, fingerprint(account.id, *rest, *more), *rest, *profile)


def list_text(items: Iterable[str]) -> str:
    return json.dumps(list(items), ensure_ascii=False)


def snapshot_columns(snapshot: MetricSnapshot) -> Row:
    """post, name, as_of, via, unit, value, since."""
    fingerprint(snapshot.post, snapshot.name, snapshot.via, snapshot.unit)  # refuses what is not text
    return (
        snapshot.post,
        snapshot.name,
        written(snapshot.as_of),
        snapshot.via,
        snapshot.unit,
        float(snapshot.value),
        written(snapshot.since),
    )


def as_post(row: Row) -> Post:
    """From READ_COLUMNS and a JSON list of accounts."""
    return Post(
        id=row[0],
        channel=row[1],
        claimed_at=told(row[2]),
        time_precision=cast(Precision, row[3]),
        text=row[4],
        title=row[5],
        text_unquoted=row[6],
        url=row[7],
        organization=row[8],
        thread=row[9],
        lang=row[10],
        version=row[11],
        labels={} if row[12] == "{}" else json.loads(row[12]),
        first_observed_at=told(row[13]),
        accounts=tuple(json.loads(row[14])),
    )


def as_link(row: Row) -> Link:
    return Link(from_post=row[0], kind=cast(LinkKind, row[1]), target=row[2], count=row[3], evidence=row[4])


def as_account(row: Row) -> Account:
    """From ACCOUNT_COLUMNS."""
    return Account(
        id=row[0], name=row[1], kind=cast(AccountKind, row[2]), handle=row[3], url=row[4], organization=row[5],
        links=tuple(json.loads(row[6])), checked=tuple(json.loads(row[7])), mail=row[8],
    )  # fmt: skip
