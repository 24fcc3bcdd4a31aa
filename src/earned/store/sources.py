"""The shelf of sources: what each study reads, and how far it has been read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F

from earned.errors import StudyError
from earned.store import rows
from earned.store.keeping import run
from earned.store.models import SourceRow
from earned.store.shelves import KeptSource, Study


class Sources:
    """Where the conversation is read. Two studies that read one address share its source and its posts."""

    def add(
        self,
        study: Study,
        channel: str,
        address: str,
        what: str = "",
        *,
        news: bool = False,
        columns: Mapping[str, str] | None = None,
        now: datetime | None = None,
    ) -> int:
        """Let the study read this address, as conversation or as news; the id of the source.

        Adding it again changes at most which of the two it is, and its columns where some are named.
        """
        with transaction.atomic():
            run(
                "INSERT INTO earned_source (channel, address, what, added_at, last_error, columns) "
                "VALUES (%s, %s, %s, %s, '', '{}') ON CONFLICT DO NOTHING",
                [channel, address, what, rows.written(now or datetime.now(UTC))],
            )
            ((number,),) = run("SELECT id FROM earned_source WHERE channel = %s AND address = %s", [channel, address])
            if columns:
                told = json.dumps(dict(columns), ensure_ascii=False)
                run("UPDATE earned_source SET columns = %s WHERE id = %s", [told, number])
            run(
                "INSERT INTO earned_study_source (study_id, source_id, news) VALUES (%s, %s, %s) "
                "ON CONFLICT (study_id, source_id) DO UPDATE SET news = excluded.news",
                [study.id, number, news],
            )
        return int(number)

    def of(self, study: Study) -> tuple[KeptSource, ...]:
        """The study's sources, in the order in which they were added."""
        found = SourceRow.objects.filter(studysourcerow__study=study.id).order_by("pk")
        return tuple(_source(row, news=row.news) for row in found.annotate(news=F("studysourcerow__news")))

    def get(self, source: int) -> KeptSource:
        """The source with this id.

        Raises:
            StudyError: there is none.
        """
        row = SourceRow.objects.filter(pk=source).first()
        if row is None:
            raise StudyError(f"There is no source number {source} any more. Add it again: earned add ADDRESS.")
        return _source(row)

    def cursor(self, source: int) -> str | None:
        """Where the last kept page ended; None: never read."""
        return self.get(source).cursor

    def read(self, source: int, when: datetime) -> None:
        """Note that the source was read to its end without a fault."""
        SourceRow.objects.filter(pk=source).update(last_read_at=when, last_error="")

    def failed(self, source: int, error: str) -> None:
        """Note why reading failed; the cursor stays where the last whole page ended."""
        SourceRow.objects.filter(pk=source).update(last_error=rows.printable(error))

    def remove(self, study: Study, source: int) -> None:
        """Take the source out of the study; when no other study reads it, it and its posts are erased."""
        with transaction.atomic():
            run("DELETE FROM earned_study_source WHERE study_id = %s AND source_id = %s", [study.id, source])
            if not run("SELECT 1 FROM earned_study_source WHERE source_id = %s LIMIT 1", [source]):
                _erase(source)


#: Posts that no source gives any more.
_ORPHANS = (
    "SELECT {} FROM earned_post p WHERE NOT EXISTS (SELECT 1 FROM earned_source_post m WHERE m.post_id = p.pk_number)"
)


def _erase(source: int) -> None:
    for table in ("earned_source_post", "earned_rejected", "earned_attempt", "earned_round"):
        run(f"DELETE FROM {table} WHERE source_id = %s", [source])
    run("DELETE FROM earned_source WHERE id = %s", [source])
    for table in ("earned_authorship", "earned_post_version"):
        run(f"DELETE FROM {table} WHERE post_id IN ({_ORPHANS.format('p.pk_number')})")
    for table, column in (("earned_link", "from_post"), ("earned_snapshot", "post")):
        run(f"DELETE FROM {table} WHERE {column} IN ({_ORPHANS.format('p.id')})")
    run(f"DELETE FROM earned_post WHERE pk_number IN ({_ORPHANS.format('p.pk_number')})")
    run(
        "DELETE FROM earned_account WHERE NOT EXISTS "
        "(SELECT 1 FROM earned_authorship a WHERE a.account = earned_account.id)"
    )


def _source(row: SourceRow, *, news: bool = False) -> KeptSource:
    return KeptSource(
        id=row.pk,
        channel=row.channel,
        address=row.address,
        what=row.what,
        cursor=row.cursor,
        added_at=row.added_at,
        last_read_at=row.last_read_at,
        last_error=row.last_error,
        news=news,
        columns=json.loads(row.columns),
    )
