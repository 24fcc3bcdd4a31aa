"""Removal of a person on request: everything of theirs goes; what stays is a tombstone that keeps it from coming back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from earned.model import Account, Post, Removed
from earned.store import rows
from earned.store.rows import Row
from earned.store.sql import run, run_many
from earned.store.tombstones import Quotations, Tombstones, mark, said, under, words

#: The channel of a source that was somebody's who is removed.
GONE = "removed"
_AT_ONCE = 5_000
_TEXTS = "title, text, text_unquoted"


def tombstones() -> Tombstones | None:
    """The marks of this workspace; None while nobody was removed."""
    found = run("SELECT mark, kind, size FROM earned_tombstone")
    if not found:
        return None
    kinds = {kind: frozenset(row[0] for row in found if row[1] == kind) for kind in ("id", "place", "words")}
    sizes = tuple(sorted({int(row[2]) for row in found if row[1] == "words"}))
    return Tombstones(settings.SECRET_KEY, kinds["id"], kinds["place"], kinds["words"], sizes)


def remove(accounts: Sequence[Account], folder: Path, *, now: datetime) -> Removed:
    """Take these accounts out of the workspace, in one transaction, then out of the file's free pages."""
    with transaction.atomic():
        run("UPDATE earned_account SET fingerprint = fingerprint WHERE 0")  # takes the write lock
        ids = [account.id for account in accounts]
        own = _own_posts(ids)
        quotations = _words_of(own)
        _bury(accounts, own, now)
        stones = tombstones()
        assert stones is not None, "marks were just made"
        _clear_findings(own)
        _delete_posts(own)
        shared = _leave_shared_posts(ids, stones)
        quoted = _clean_texts(quotations, stones, shared)
        links = _end_links(stones)
        _clear_register(accounts, stones)
    if not connection.in_atomic_block:
        run("VACUUM")
        run("PRAGMA wal_checkpoint(TRUNCATE)")
    copies = tuple(sorted(path.name for path in folder.glob("before-upgrade-*.sqlite3")))
    return Removed(len(ids), len(own), quoted, links, copies)


def _chunks(items: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Placeholders and values, as many as one query takes."""
    given = list(items)
    for start in range(0, len(given), _AT_ONCE):
        some = given[start : start + _AT_ONCE]
        yield ", ".join(["%s"] * len(some)), some


def _own_posts(ids: Sequence[str]) -> list[Row]:
    """pk_number, id, url of the posts that nobody else is an author of."""
    found: list[Row] = []
    places = ", ".join(["%s"] * len(ids))
    sql = (
        "SELECT pk_number, id, url FROM earned_post p WHERE pk_number IN "
        f"(SELECT post_id FROM earned_authorship WHERE account IN ({places})) AND NOT EXISTS "
        f"(SELECT 1 FROM earned_authorship a WHERE a.post_id = p.pk_number AND a.account NOT IN ({places}))"
    )
    found += run(sql, [*ids, *ids])
    return found


def _words_of(posts: Sequence[Row]) -> Quotations:
    learned = Quotations()
    for places, some in _chunks(row[0] for row in posts):
        for title, text, _ in run(f"SELECT {_TEXTS} FROM earned_post WHERE pk_number IN ({places})", some):
            learned.learn(text)
            learned.learn(title)
        for title, text, _ in run(f"SELECT {_TEXTS} FROM earned_post_version WHERE post_id IN ({places})", some):
            learned.learn(text)
            learned.learn(title)
    return learned


def _bury(accounts: Sequence[Account], posts: Sequence[Row], now: datetime) -> None:
    """Write the marks."""
    key = settings.SECRET_KEY
    ids = {one for a in accounts for one in (a.id, a.url, f"{a.id.partition(':')[0]}:{a.url}") if one}
    ids |= {one for row in posts for one in (row[1], row[2]) if one}
    places = _own_places(accounts, {row[1] for row in posts})
    marks = [(mark(key, "id", one), "id", 0) for one in sorted(ids)]
    marks += [(mark(key, "place", place), "place", 0) for place in sorted(places)]
    for name in sorted({one for a in accounts for one in (a.name, a.handle, f"@{a.handle}") if one.strip("@ ")}):
        size = len(words(name))
        if size:
            marks.append((mark(key, "words", said(" ".join(words(name)), size)), "words", size))
    run_many(
        "INSERT INTO earned_tombstone (mark, kind, size, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [(*row, rows.written(now)) for row in marks],
    )


def _own_places(accounts: Sequence[Account], posts: set[str]) -> set[str]:
    """Addresses of theirs, below which everything is theirs: a page of their own, or a host nobody else lives at."""
    ids = {account.id for account in accounts}
    elsewhere = [url for id, url in run("SELECT id, url FROM earned_account WHERE url <> ''") if id not in ids]
    elsewhere += [url for id, url in run("SELECT id, url FROM earned_post WHERE url <> ''") if id not in posts]
    others = {next(under(url), "").partition("/")[0] for url in elsewhere}
    places = {next(under(account.url), "") for account in accounts}
    return {place for place in places if "/" in place or (place and place not in others)}


def _clear_findings(posts: Sequence[Row]) -> None:
    """Findings of the studies that had their posts: names and passages stand in them."""
    for places, some in _chunks(row[0] for row in posts):
        run(
            "DELETE FROM earned_finding WHERE study_id IN (SELECT t.study_id FROM earned_study_source t "
            f"JOIN earned_source_post m ON m.source_id = t.source_id WHERE m.post_id IN ({places}))",
            some,
        )


def _delete_posts(posts: Sequence[Row]) -> None:
    sources: set[int] = set()
    for places, some in _chunks(row[0] for row in posts):
        sources |= {
            row[0] for row in run(f"SELECT source_id FROM earned_source_post WHERE post_id IN ({places})", some)
        }
        for table in ("earned_source_post", "earned_authorship", "earned_post_version"):
            run(f"DELETE FROM {table} WHERE post_id IN ({places})", some)
        run(f"DELETE FROM earned_post WHERE pk_number IN ({places})", some)
    for places, some in _chunks(row[1] for row in posts):
        run(f"DELETE FROM earned_link WHERE from_post IN ({places})", some)
        run(f"DELETE FROM earned_snapshot WHERE post IN ({places})", some)
    for source in sources:  # one that gave nothing but their posts is theirs: its address names them
        if not run("SELECT 1 FROM earned_source_post WHERE source_id = %s LIMIT 1", [source]):
            for table in ("earned_study_source", "earned_rejected", "earned_attempt", "earned_round"):
                run(f"DELETE FROM {table} WHERE source_id = %s", [source])
            run("DELETE FROM earned_source WHERE id = %s", [source])


def _leave_shared_posts(ids: Sequence[str], stones: Tombstones) -> set[int]:
    """Take them off the posts that others signed too; the numbers of those posts."""
    places = ", ".join(["%s"] * len(ids))
    numbers = {row[0] for row in run(f"SELECT post_id FROM earned_authorship WHERE account IN ({places})", list(ids))}
    for number in sorted(numbers):
        authors = run("SELECT account FROM earned_authorship WHERE post_id = %s ORDER BY place", [number])
        run("DELETE FROM earned_authorship WHERE post_id = %s", [number])
        left = [row[0] for row in authors if not stones.is_removed(row[0])]
        run_many(
            "INSERT INTO earned_authorship (post_id, account, place) VALUES (%s, %s, %s)",
            [(number, account, place) for place, account in enumerate(left)],
        )
    return numbers


def _clean_texts(quotations: Quotations, stones: Tombstones, shared: set[int]) -> int:
    """Names and quotations out of the posts of others; how many were changed.

    The fingerprint becomes that of what the channel will bring again, so that reading it again changes nothing.
    """
    hit = {number for number, text in run(f"SELECT pk_number, {_WHOLE} FROM earned_post") if quotations.count(text)}
    changed = 0
    authors = "SELECT account FROM earned_authorship a WHERE a.post_id = p.pk_number ORDER BY a.place"
    columns = f"p.pk_number, p.gone_why, {rows.READ_COLUMNS}, (SELECT json_group_array(account) FROM ({authors}))"
    for number, gone, *rest in run(f"SELECT {columns} FROM earned_post p"):
        post = rows.as_post(tuple(rest))
        named = stones.post(post)
        labels = _labels(post, stones)
        if gone or named is None or (named is post and number not in hit | shared and labels == post.labels):
            continue
        fingerprint, texts, *_ = rows.post_columns(named)
        cleaned = [quotations.cut(one) if one else one for one in (named.title, named.text, named.text_unquoted)]
        run(
            "UPDATE earned_post SET fingerprint = %s, text_hash = %s, labels = %s, thread = %s, url = %s, title = %s, "
            "text = %s, text_unquoted = %s WHERE pk_number = %s",
            [fingerprint, texts, rows.labels_text(labels), named.thread, named.url, *cleaned, number],
        )
        changed += cleaned != [post.title, post.text, post.text_unquoted]
    _clean_versions(quotations, stones)
    return changed


def _labels(post: Post, stones: Tombstones) -> dict[str, object]:
    """The labels without names; none where a name reaches across two of them."""
    try:
        found: dict[str, object] = json.loads(stones.text(rows.labels_text(post.labels)))
    except ValueError:
        return {}
    return found


_WHOLE = "title || char(10) || text"


def _clean_versions(quotations: Quotations, stones: Tombstones) -> None:
    for number, *texts in run(f"SELECT id, {_TEXTS} FROM earned_post_version"):
        cleaned = [quotations.cut(stones.text(one)) if one else one for one in texts]
        if cleaned != texts:
            run(
                "UPDATE earned_post_version SET title = %s, text = %s, text_unquoted = %s WHERE id = %s",
                [*cleaned, number],
            )


def _end_links(stones: Tombstones) -> int:
    """Links to them end at a tombstone; how many."""
    ended = 0
    for number, *columns in run("SELECT id, from_post, kind, target, count, evidence FROM earned_link"):
        link = rows.as_link(tuple(columns))
        now = stones.link(link)
        if now is None or now is link:
            continue
        run("DELETE FROM earned_link WHERE id = %s", [number])
        run(
            "INSERT INTO earned_link (from_post, kind, target, fingerprint, count, evidence) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            rows.link_columns(replace(now)),
        )
        ended += now.target != link.target
    return ended


def _clear_register(accounts: Sequence[Account], stones: Tombstones) -> None:
    """What was said and read about them, their accounts, and rows that name them."""
    for account in accounts:
        run("DELETE FROM earned_bond WHERE one = %s OR other = %s", [account.id, account.id])
        run("DELETE FROM earned_affiliation WHERE account = %s", [account.id])
        run("DELETE FROM earned_account WHERE id = %s", [account.id])
        run_many("DELETE FROM earned_proof WHERE page = %s", [(page,) for page in account.profile_links])
    for number, page, names in run("SELECT id, page, names FROM earned_proof"):
        if any(one and stones.target(one) != one for one in (page, names)):
            run("DELETE FROM earned_proof WHERE id = %s", [number])
    for number, place, detail in run("SELECT id, place, detail FROM earned_rejected"):
        cleaned = [stones.text(place), stones.text(detail)]
        if cleaned != [place, detail]:
            run("UPDATE OR REPLACE earned_rejected SET place = %s, detail = %s WHERE id = %s", [*cleaned, number])
    for number, address, what in run("SELECT id, address, what FROM earned_source"):
        if stones.text(what) != what:
            run("UPDATE earned_source SET what = %s WHERE id = %s", [stones.text(what), number])
        if (ended := stones.target(address)) != address:  # it may have given posts by others, so it stays, unread
            sql = "UPDATE earned_source SET channel = %s, address = %s, what = %s, cursor = NULL, last_error = '' WHERE id = %s"
            run(sql, [GONE, ended, "removed on request", number])
