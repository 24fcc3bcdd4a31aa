"""The shelf of removals: a person who asks to be removed leaves nothing but hashes that keep them out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from earned.errors import StudyError
from earned.store import rows
from earned.store.jobs import LOST
from earned.store.keeping import run, run_many
from earned.store.models import (
    AccountRow,
    DecisionRow,
    EditionRow,
    FindingRow,
    JobRow,
    LinkRow,
    PostRow,
    RejectedRow,
    SeatRow,
    SnapshotRow,
    SourceRow,
    StartRow,
    StudyRow,
)
from earned.store.quotes import Quotes
from earned.store.shelves import LOOKS, Removed
from earned.store.tombstones import Tombstones

#: Values in one query.
_AT_ONCE = 5_000
#: Milliseconds to wait for others who read while the file is written anew.
_PATIENCE = 2_000
#: Table, its key, the columns that hold others' words, and when they were said.
_TEXTS = (
    ("earned_post", "pk_number", ("title", "text", "text_unquoted"), "claimed_at"),
    ("earned_post_version", "id", ("title", "text", "text_unquoted"), "first_observed_at"),
)
#: Table, key and column of short texts in which a name may stand.
_NAMED = (
    ("earned_post", "pk_number", "labels"), ("earned_link", "id", "evidence"), ("earned_job", "id", "notes"),
    ("earned_job", "id", "error"), ("earned_source", "id", "what"), ("earned_source", "id", "last_error"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Traces:
    """What there is of somebody."""

    accounts: tuple[str, ...]
    #: Their posts: number, id.
    posts: tuple[tuple[int, str], ...]
    #: Ids and addresses of the posts and accounts: what links may end at.
    ends: frozenset[str]
    #: Sources and studies that held them.
    sources: tuple[int, ...]
    studies: tuple[int, ...]
    quotes: Quotes
    #: What they are called, handles with "@".
    names: frozenset[str]


class Removal:
    """Takes a person out of the whole workspace."""

    def remove(
        self,
        accounts: Collection[str],
        persons: Collection[str],
        *,
        now: datetime,
        owned: Collection[str] | None = None,
    ) -> Removed:
        """Remove the posts, profiles and everything that was worked out about these accounts, in one transaction.

        Others' posts stay, without the words they repeat of them and without their names. Links to them end at a
        tombstone. Editions and findings that name them go: the studies have to be worked out again. Later readings
        leave the accounts out, whatever else they bring.

        Args:
            accounts: Of one person.
            persons: Ids under which studies know the person.
            now: When.
            owned: Names of the studies that may be changed; None: all.

        Raises:
            StudyError: a study is being worked on: that would write the person down again; or the person occurs in a
                study that is not owned.
        """
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, too
        with transaction.atomic():
            run("DELETE FROM earned_tombstone WHERE hash = ''")  # first a write: it takes the write lock
            _refuse_while_working(now)
            traces = _traces(tuple(accounts))
            _refuse_beyond(traces, owned)
            quoted = _scrub(traces)
            _cut_links(traces, now)
            _delete_worked_out(traces, persons)
            _delete_said(traces)
            emptied = _delete_sources(traces)
            shared = tuple(SourceRow.objects.filter(pk__in=traces.sources).values_list("address", flat=True))
            names = StudyRow.objects.filter(pk__in=traces.studies).order_by("name").values_list("name", flat=True)
            return Removed(len(traces.accounts), len(traces.posts), quoted, emptied, tuple(names), shared=shared)

    def wipe(self) -> bool:
        """Write the database anew, so that no free page holds what was deleted.

        Returns:
            Whether that is done; else it is once nobody reads the old pages any more. Inside a transaction nothing is.
        """
        if connection.in_atomic_block:
            return False
        ((patience,),) = run("PRAGMA busy_timeout")
        try:
            run(f"PRAGMA busy_timeout = {_PATIENCE}")
            run("VACUUM")
            ((busy, _, _),) = run("PRAGMA wal_checkpoint(TRUNCATE)")
        except OperationalError:
            return False
        finally:
            run(f"PRAGMA busy_timeout = {patience}")
        return not busy


def _refuse_while_working(now: datetime) -> None:
    row = JobRow.objects.filter(ended_at=None, beat_at__gte=now - LOST).select_related("study").first()
    if row is not None:
        raise StudyError(f"{row.study.name} is being worked on. Wait until that has ended, then remove the person.")


def _refuse_beyond(traces: _Traces, owned: Collection[str] | None) -> None:
    names = set(StudyRow.objects.filter(pk__in=traces.studies).values_list("name", flat=True))
    if owned is not None and (beyond := len(names.difference(owned))):
        raise StudyError(
            "A removal reaches every study that a person occurs in, and this person occurs in "
            f"{beyond} that you do not own. Nothing was removed. Ask whoever runs this workspace: they see all studies "
            "with earned status, and remove with earned people STUDY --remove PERSON."
        )


def _traces(accounts: tuple[str, ...]) -> _Traces:
    told = list(AccountRow.objects.filter(pk__in=accounts))
    by = PostRow.objects.filter(authorshiprow__account__in=accounts).distinct()
    posts = tuple(by.values_list("pk_number", "id"))
    sources = SourceRow.objects.filter(sourcepostrow__post__authorshiprow__account__in=accounts).distinct()
    numbers = tuple(sources.values_list("pk", flat=True))
    studies = StudyRow.objects.filter(studysourcerow__source_id__in=numbers).distinct()
    handles = {f"@{one.handle}" for one in told} | {one.handle for one in told}
    names = frozenset({one.name for one in told} | handles) - {"", "@"}
    shared = set(AccountRow.objects.exclude(pk__in=accounts).values_list("url", flat=True))
    addresses = {one.url for one in told} - shared  # an employer's page is not theirs alone
    return _Traces(
        accounts, posts, frozenset({*accounts, *addresses, *by.values_list("url", flat=True), *(id for _, id in posts)} - {""}),
        numbers, tuple(studies.values_list("pk", flat=True)), Quotes(_texts(by), {*names, *addresses, *accounts}), names,
    )  # fmt: skip


def _texts(posts: Any) -> Iterator[tuple[str, str]]:
    """When and what they wrote; quoted lines of others are not theirs where the channel says which those are."""
    columns = ("claimed_at", "title", "text", "text_unquoted")
    for prefix in ("", "postversionrow__"):
        named = [columns[0], *(prefix + column for column in columns[1:])]
        for at, title, text, own in posts.values_list(*named):
            for words in (title, text if own is None else own):
                yield rows.written(at) or "", words or ""


def _scrub(traces: _Traces) -> int:
    """Take their words and names out of others' texts; the channel's fingerprint stays, so that no sync brings them back."""
    own = {number for number, _ in traces.posts}
    count = 0
    for table, key, columns, moment in _TEXTS:
        changes = []
        whose = "pk_number" if table == "earned_post" else "post_id"
        for number, post, at, *texts in _all(
            f"SELECT {key}, {whose}, {moment} || '', {', '.join(columns)} FROM {table}", moment
        ):
            if post in own:
                continue
            left = [None if text is None else traces.quotes.out_of(text, at or rows.NEVER) for text in texts]
            changes += [(*left, number)] if left != texts else []
        run_many(f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in columns)} WHERE {key} = %s", changes)
        count += len(changes) if table == "earned_post" else 0
    for table, key, column in _NAMED:
        found = [
            (traces.quotes.names_out_of(text), text, number)
            for number, text in _all(f"SELECT {key}, {column} FROM {table}")
        ]
        run_many(
            f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [(new, n) for new, old, n in found if new != old]
        )
    return count


def _all(sql: str, order: str = "") -> Iterator[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {order} IS NULL, {order}" if order else sql)
        yield from cursor


def _cut_links(traces: _Traces, now: datetime) -> None:
    """Links to them end at a tombstone, and so do threads; what they linked to goes with their posts."""
    stones = Tombstones()
    stones.add(traces.ends, now)
    cut = [link for some in _cuts(sorted(traces.ends)) for link in LinkRow.objects.filter(target__in=some)]
    LinkRow.objects.filter(pk__in=[link.pk for link in cut]).delete()
    instead = [
        rows.link_columns(stones.instead(rows.as_link((x.from_post, x.kind, x.target, x.count, "")))) for x in cut
    ]
    run_many(
        "INSERT INTO earned_link (from_post, kind, target, fingerprint, count, evidence) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        instead,
    )
    _forget_addresses(traces)
    threads = {thread for (thread,) in run("SELECT DISTINCT thread FROM earned_post")} & traces.ends
    renamed = [(f"removed:{stones.mark(end)}", end) for end in threads]
    run_many("UPDATE earned_post SET thread = %s WHERE thread = %s", renamed)


def _forget_addresses(traces: _Traces) -> None:
    """Others' posts name theirs no more: as the address at which an answer was copied, and as another number of it."""
    run_many("UPDATE earned_post SET url = '' WHERE url = %s", [(end,) for end in sorted(traces.ends)])
    said = _all("SELECT pk_number, labels FROM earned_post WHERE labels LIKE '%\"same_post\"%'")
    found = [(number, labels) for number, labels in ((n, json.loads(text)) for n, text in said)
             if traces.ends & set(str(labels.get("same_post", "")).split())]  # fmt: skip
    left = [({name: one for name, one in labels.items() if name != "same_post"}, number) for number, labels in found]
    run_many(
        "UPDATE earned_post SET labels = %s WHERE pk_number = %s",
        [
            (json.dumps(labels, ensure_ascii=False, sort_keys=True) if labels else "{}", number)
            for labels, number in left
        ],
    )


def _delete_said(traces: _Traces) -> None:
    """Their posts with all that hangs on them, and their profiles."""
    for some in _cuts([id for _, id in traces.posts]):
        LinkRow.objects.filter(from_post__in=some).delete()
        SnapshotRow.objects.filter(post__in=some).delete()
        PostRow.objects.filter(id__in=some).delete()
    AccountRow.objects.filter(pk__in=traces.accounts).delete()
    texts = (
        (number, f"{place}\n{detail}")
        for number, place, detail in _all("SELECT id, place, detail FROM earned_rejected")
    )
    named = [number for number, text in texts if traces.quotes.names_out_of(text) != text]
    for some in _cuts(named):
        RejectedRow.objects.filter(pk__in=some).delete()


def _delete_worked_out(traces: _Traces, persons: Collection[str]) -> None:
    """Editions of their studies, findings and decisions that name them; a seat of theirs becomes a reader's."""
    EditionRow.objects.filter(study_id__in=traces.studies).delete()
    StartRow.objects.all().delete()  # a study that held them once may count them still, and nobody can read in it whom
    marks = {json.dumps(one, ensure_ascii=False) for one in (*traces.accounts, *(id for _, id in traces.posts))}
    names = {json.dumps(name, ensure_ascii=False) for name in (*traces.names, *persons)}
    _delete_naming(FindingRow.objects.filter(study_id__in=traces.studies).values_list("pk", "payload"), marks | names)
    said = DecisionRow.objects.filter(study_id__in=traces.studies)
    said.filter(kind=LOOKS).delete()
    both = (
        (number, f"{subject}{verdict or ''}")
        for number, subject, verdict in said.values_list("pk", "subject", "verdict")
    )
    _delete_naming(both, marks | names, DecisionRow)
    SeatRow.objects.filter(study_id__in=traces.studies, person__in=persons).update(person="", role="reader")


def _delete_naming(texts: Any, marks: set[str], table: Any = FindingRow) -> None:
    """Delete the rows whose JSON holds one of these strings."""
    named = [number for number, text in texts if any(mark in text for mark in marks)]
    for some in _cuts(named):
        table.objects.filter(pk__in=some).delete()


def _delete_sources(traces: _Traces) -> tuple[str, ...]:
    """Sources that held nobody else's posts go; their addresses."""
    emptied = SourceRow.objects.filter(pk__in=traces.sources, sourcepostrow__isnull=True)
    addresses = tuple(emptied.values_list("address", flat=True))
    for number in list(emptied.values_list("pk", flat=True)):
        run("DELETE FROM earned_rejected WHERE source_id = %s", [number])
        SourceRow.objects.filter(pk=number).delete()
    return addresses


def _cuts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(items), _AT_ONCE):
        yield items[at : at + _AT_ONCE]
