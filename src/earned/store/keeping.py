"""One page into the tables, in one transaction. Raw SQL: the rows of an ORM cost more than the writing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction

from earned.errors import SourceTaken, StudyError, WorkspaceError
from earned.model import HIDDEN, Gone, Left, Page, Post, Rejected
from earned.store import rows
from earned.store.rows import Row
from earned.store.shelves import Kept
from earned.store.tombstones import without_removed

T = TypeVar("T")
R = TypeVar("R")


#: Values in one query; SQLite takes 32,766. (`json_each` would take any number, but cuts a text at a NUL.)
_AT_ONCE = 5_000


def keep(source: int, page: Page, *, now: datetime, holder: str = "") -> Kept:
    """Keep everything on the page together with its cursor: after a crash either all of it is there or nothing.

    Raises:
        StudyError: there is no such source.
        WorkspaceError: the disk is full, or another process has been writing for a minute.
    """
    try:
        return _keep(source, page, now, holder)
    except OperationalError as problem:
        raise WorkspaceError(
            f"A page could not be kept: {problem}. Nothing of this page was kept, everything before it was. "
            "Free some space or let the other command end, then run the same command again: it goes on from here."
        ) from problem


def _keep(source: int, page: Page, now: datetime, holder: str) -> Kept:
    with transaction.atomic():
        _move_cursor(source, page.cursor, now, holder)  # first a write: it takes the write lock before anything is read
        page = without_removed(page)
        broken: list[Rejected] = []
        posts = _sound(page.posts, _post_row, lambda post: f"post {post.id!a}", broken)
        links = _sound(page.links, rows.link_columns, lambda link: f"link from {link.from_post!a}", broken)
        accounts = _sound(page.accounts, rows.account_columns, lambda account: f"account {account.id!a}", broken)
        left = _drop_texts(_said_by(page.left))
        kept = _keep_posts(source, posts, rows.written(page.read_at) or "")
        _keep_accounts(accounts)
        keep_snapshots(_sound(page.snapshots, rows.snapshot_columns, lambda count: f"count of {count.post!a}", broken))
        gone = left + _drop_texts(page.gone)
        _keep_rejected(source, (*page.rejected, *broken), now)
        count = len(page.rejected) + len(broken)
        rest = Kept(links=_keep_links(links), rejected=count, gone=gone, ignored=dict(page.ignored))
    return kept + rest


def run(sql: str, values: Sequence[Any] = ()) -> list[Row]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def run_many(sql: str, values: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        if values:
            cursor.executemany(sql, values)


def _move_cursor(source: int, cursor: str, now: datetime, holder: str) -> None:
    """Whoever lost the source to another reader while asleep writes nothing any more."""
    held = " AND EXISTS (SELECT 1 FROM earned_round WHERE source_id = earned_source.id AND holder = %s)" * bool(holder)
    with connection.cursor() as statement:
        statement.execute(
            f"UPDATE earned_source SET cursor = %s, last_read_at = %s, last_error = '' WHERE id = %s{held}",
            [cursor, rows.written(now), source, *([holder] if holder else [])],
        )
        if not statement.rowcount and holder and run("SELECT 1 FROM earned_source WHERE id = %s", [source]):
            raise SourceTaken(f"Another process reads source number {source} now; this one stopped.")
        if not statement.rowcount:
            raise StudyError(f"There is no source number {source} any more. Add it again: earned add ADDRESS.")


def _post_row(post: Post) -> tuple[Post, Row]:
    "".join(post.accounts).encode()
    return post, rows.post_columns(post)


def _sound(items: Iterable[T], row: Callable[[T], R], where: Callable[[T], str], broken: list[Rejected]) -> list[R]:
    """The rows of the items that can be kept as text; the others are noted in `broken`."""
    made = []
    for item in items:
        try:
            made.append(row(item))
        except UnicodeEncodeError as problem:
            broken.append(
                Rejected(where(item), "holds half a character (a lone surrogate)", f"{problem.object!a}"[:80])
            )
    return made


def _keep_posts(source: int, posts: list[tuple[Post, Row]], seen_at: str) -> Kept:
    """Keep them; an id that stands twice on a page is kept twice in turn, as if it stood on two pages."""
    kept, rest = Kept(), posts
    while rest:
        first: dict[str, tuple[Post, Row]] = {}
        for pair in rest:
            first.setdefault(pair[0].id, pair)
        kept += _keep_distinct(source, first, seen_at)
        rest = [] if len(first) == len(rest) else [pair for pair in rest if first[pair[0].id] is not pair]
    return kept


def _keep_distinct(source: int, posts: dict[str, tuple[Post, Row]], seen_at: str) -> Kept:
    known = _known(posts)
    new = [pair for id, pair in posts.items() if id not in known]
    known |= _brought_back(source, posts, known, seen_at)
    changed = [(known[id], *pair) for id, pair in posts.items() if id in known and _differs(known[id], pair[1])]
    numbers = {id: row[0] for id, row in known.items()} | _insert(new, seen_at)
    _update(changed, seen_at)
    run_many(
        "INSERT INTO earned_source_post (source_id, post_id, moment) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        [(source, numbers[id], row[2] or rows.NEVER) for id, (_, row) in posts.items()],
    )
    return Kept(new=len(new), changed=len(changed), same=len(posts) - len(new) - len(changed))


def _differs(old: Row, row: Row) -> bool:
    """Something about the post is different, and it is not one whose text had to go."""
    return bool(old[1] != row[0] and not old[3])


def _brought_back(
    source: int, posts: dict[str, tuple[Post, Row]], known: dict[str, Row], seen_at: str
) -> dict[str, Row]:
    """Those that were hidden and are public again where they were said, their texts as seen now; no archive does that."""
    hidden = [id for id, row in known.items() if row[3] == HIDDEN]
    here = {name for (name,) in run("SELECT channel FROM earned_source WHERE id = %s", [source])} if hidden else set()
    back = [id for id in hidden if id.partition(":")[0] in here]
    run_many(
        "UPDATE earned_post SET gone_why = '', text_observed_at = %s WHERE pk_number = %s",
        [(seen_at, known[id][0]) for id in back],
    )
    return {id: (*known[id][:2], posts[id][1][1], "") for id in back}


def _known(posts: Iterable[str]) -> dict[str, Row]:
    """Of those ids that are kept already: number, fingerprint, text hash, why gone."""
    ids, found = list(posts), list[Row]()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        places = ", ".join(["%s"] * len(some))
        sql = f"SELECT id, pk_number, fingerprint, text_hash, gone_why FROM earned_post WHERE id IN ({places})"
        found += run(sql, some)
    return {row[0]: row[1:] for row in found}


def _insert(new: list[tuple[Post, Row]], seen_at: str) -> dict[str, int]:
    """Insert posts and authors; the number that each post got."""
    ((last,),) = run("SELECT coalesce(max(pk_number), 0) FROM earned_post")
    run_many(
        f"INSERT INTO earned_post (pk_number, id, gone_why, first_observed_at, text_observed_at, {rows.POST_COLUMNS}) "
        "VALUES (%s, %s, '', %s, %s" + ", %s" * 14 + ")",
        [(number, post.id, seen_at, seen_at, *row) for number, (post, row) in enumerate(new, last + 1)],
    )
    numbers = {post.id: number for number, (post, _) in enumerate(new, last + 1)}
    _insert_authors([(numbers[post.id], post) for post, _ in new])
    return numbers


def _insert_authors(posts: Iterable[tuple[int, Post]]) -> None:
    run_many(
        "INSERT INTO earned_authorship (post_id, account, place) VALUES (%s, %s, %s)",
        [(number, account, place) for number, post in posts for place, account in enumerate(post.accounts)],
    )


def _update(changed: list[tuple[Row, Post, Row]], seen_at: str) -> None:
    """Bring posts up to date; a text that is replaced stays as a version, with its own day of first sight."""
    _set_versions_aside([(old[0], row[1], seen_at) for old, _, row in changed if old[2] != row[1]])
    run_many(
        "UPDATE earned_post SET (" + rows.POST_COLUMNS + ") = (%s" + ", %s" * 13 + ") WHERE pk_number = %s",
        [(*row, old[0]) for old, _, row in changed],
    )
    run_many(
        "UPDATE earned_source_post SET moment = %s WHERE post_id = %s",
        [(row[2] or rows.NEVER, old[0]) for old, _, row in changed],
    )
    run_many("DELETE FROM earned_authorship WHERE post_id = %s", [(old[0],) for old, _, _ in changed])
    _insert_authors([(old[0], post) for old, post, _ in changed])


def _set_versions_aside(replaced: list[tuple[int, int, str]]) -> None:
    """Of posts (number, next text hash, when): keep the present text, and take back the day of a text seen before."""
    numbers = [(number,) for number, _, _ in replaced]
    run_many(
        "INSERT INTO earned_post_version (post_id, text_hash, first_observed_at, title, text, text_unquoted) "
        "SELECT pk_number, text_hash, text_observed_at, title, text, text_unquoted FROM earned_post "
        "WHERE pk_number = %s ON CONFLICT DO NOTHING",
        numbers,
    )
    version = "earned_post_version WHERE post_id = %s AND text_hash = %s"
    run_many(
        "UPDATE earned_post SET text_observed_at = "
        f"coalesce((SELECT first_observed_at FROM {version}), %s) WHERE pk_number = %s",
        [(number, texts, seen_at, number) for number, texts, seen_at in replaced],
    )
    run_many(f"DELETE FROM {version}", [(number, texts) for number, texts, _ in replaced])


def _keep_accounts(accounts: list[Row]) -> None:
    columns = ("fingerprint", *rows.ACCOUNT_COLUMNS.split(", ")[1:])
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    run_many(
        f"INSERT INTO earned_account (id, {', '.join(columns)}) VALUES (%s{', %s' * len(columns)}) "
        f"ON CONFLICT (id) DO UPDATE SET {changes} WHERE fingerprint <> excluded.fingerprint",
        accounts,
    )


def _keep_links(links: list[Row]) -> int:
    """Keep them; how many were new or different."""
    with connection.cursor() as cursor:
        if not links:
            return 0
        cursor.executemany(
            "INSERT INTO earned_link (from_post, kind, target, fingerprint, count, evidence) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (from_post, kind, target) DO UPDATE SET "
            "fingerprint = excluded.fingerprint, count = excluded.count, evidence = excluded.evidence "
            "WHERE fingerprint <> excluded.fingerprint",
            links,
        )
        return int(cursor.rowcount)


def keep_snapshots(snapshots: list[Row]) -> None:
    """Append counts; what is there already stays."""
    run_many(
        "INSERT INTO earned_snapshot (post, name, as_of, via, unit, value, since) VALUES (%s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        snapshots,
    )


def add_snapshots(snapshots: list[Row]) -> None:
    """Counts that grow: added to what is there."""
    run_many(
        "INSERT INTO earned_snapshot (post, name, as_of, via, unit, value, since) VALUES (%s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (post, name, as_of, via) DO UPDATE SET value = earned_snapshot.value + excluded.value",
        snapshots,
    )


def _said_by(left: Iterable[Left]) -> list[Gone]:
    """The posts that are kept of accounts that are not shown any more."""
    sql = (
        "SELECT p.id FROM earned_authorship a JOIN earned_post p ON p.pk_number = a.post_id "
        "WHERE a.account = %s AND p.gone_why = ''"
    )
    return [Gone(str(post), one.why, one.seen_at) for one in left for (post,) in run(sql, [one.account])]


def _drop_texts(gone: Iterable[Gone]) -> int:
    """The texts go, older ones too; id, time, authors and links stay, but are not read. How many were there."""
    named = [(item.why or "gone", item.post) for item in gone]
    run_many(
        "DELETE FROM earned_post_version WHERE post_id = (SELECT pk_number FROM earned_post WHERE id = %s)",
        [(post,) for _, post in named],
    )
    with connection.cursor() as cursor:
        if not named:
            return 0
        cursor.executemany(
            "UPDATE earned_post SET gone_why = %s, title = '', text = '', text_unquoted = NULL, labels = '{}', "
            "fingerprint = ~fingerprint WHERE id = %s AND gone_why = ''",
            named,
        )
        return int(cursor.rowcount)


def _keep_rejected(source: int, rejected: Iterable[Rejected], now: datetime) -> None:
    run_many(
        "INSERT INTO earned_rejected (source_id, place, reason, detail, at) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (source_id, place, reason, detail) DO UPDATE SET at = excluded.at",  # met again: health asks when
        [
            (source, *map(rows.printable, (item.where, item.reason, item.detail)), rows.written(now))
            for item in rejected
        ],
    )
