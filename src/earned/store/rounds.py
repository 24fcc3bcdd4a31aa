"""The shelf of rounds: which source is due, who reads it, how it has been going."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from earned.errors import WorkspaceError
from earned.store import rows
from earned.store.keeping import run, run_many
from earned.store.rows import Row
from earned.store.shelves import Attempt, Round

_COLUMNS = "source_id, due_at || '', interval, failures, failing_since || '', paused, kind, advice, state, holder, held_until || ''"
#: Seconds between the first readings of a source.
FIRST_INTERVAL = 3600.0


class Rounds:
    """Leases and plans. Times are handed in; a lease is fenced: who lost it keeps no page (`posts.keep`)."""

    def plan(self, now: datetime) -> None:
        """Give every source of a study its round; a new one is due at once."""
        sql = (
            "INSERT INTO earned_round (source_id, due_at, interval, failures, paused, kind, advice, state, holder) "
            "SELECT DISTINCT source_id, %s, %s, 0, 0, '', '', '', '' FROM earned_study_source WHERE 1 ON CONFLICT DO NOTHING"
        )
        run(sql, [rows.written(now), FIRST_INTERVAL])

    def due(self, now: datetime) -> tuple[Round, ...]:
        """What should be read now, longest due first; what is being read is left out."""
        moment = rows.written(now)
        sql = (
            f"SELECT {_COLUMNS} FROM earned_round r WHERE due_at <= %s AND NOT paused "
            "AND (holder = '' OR held_until < %s) AND EXISTS (SELECT 1 FROM earned_study_source t "
            "WHERE t.source_id = r.source_id) "
            "ORDER BY due_at, source_id"
        )
        return tuple(map(_round, run(sql, [moment, moment])))

    def next_due(self) -> datetime | None:
        """When the next source is due; None: there is none."""
        found = run("SELECT min(due_at) || '' FROM earned_round WHERE NOT paused")
        return rows.told(found[0][0])

    def get(self, source: int) -> Round | None:
        """The round of a source; None: it never had one."""
        found = run(f"SELECT {_COLUMNS} FROM earned_round WHERE source_id = %s", [source])
        return _round(found[0]) if found else None

    def all(self) -> Mapping[int, Round]:
        """Every round by source."""
        return {row[0]: _round(row) for row in run(f"SELECT {_COLUMNS} FROM earned_round")}

    def claim(self, source: int, holder: str, *, now: datetime, until: datetime, instead_of: str = "") -> bool:
        """Take the source for reading, unless somebody holds it; of two who ask at once one gets it.

        Args:
            source: Its id.
            holder: Who asks; a word of one process and one reading.
            now: A lease that ended before is free.
            until: When this lease ends unless it is renewed.
            instead_of: A holder known to be dead.
        """
        return _changed(
            "UPDATE earned_round SET holder = %s, held_until = %s WHERE source_id = %s "
            "AND (holder = '' OR holder = %s OR held_until < %s)",
            [holder, rows.written(until), source, instead_of, rows.written(now)],
        )

    def free(self, source: int, holder: str) -> None:
        """Take the source from a holder known to be dead."""
        sql = "UPDATE earned_round SET holder = '', held_until = NULL WHERE source_id = %s AND holder = %s"
        run(sql, [source, holder])

    def renew(self, source: int, holder: str, *, until: datetime) -> bool:
        """Hold it longer; False when somebody else has it."""
        sql = "UPDATE earned_round SET held_until = %s WHERE source_id = %s AND holder = %s"
        return _changed(sql, [rows.written(until), source, holder])

    def finish(self, holder: str, after: Round, attempt: Attempt | None = None) -> bool:
        """Let the source go with its plan and a line for its health; False when somebody else has it."""
        with transaction.atomic():
            mine = _changed(
                "UPDATE earned_round SET due_at = %s, interval = %s, failures = %s, failing_since = %s, paused = %s, "
                "kind = %s, advice = %s, state = %s, holder = '', held_until = NULL WHERE source_id = %s AND holder = %s",
                [
                    rows.written(after.due_at), after.interval, after.failures, rows.written(after.failing_since),
                    after.paused, after.kind, rows.printable(after.advice), after.state, after.source, holder,
                ],
            )  # fmt: skip
            if mine and attempt:
                self._tried(attempt)
        return mine

    def _tried(self, attempt: Attempt) -> None:
        run_many(
            "INSERT INTO earned_attempt (source_id, at, seconds, new, changed, error) VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (attempt.source, rows.written(attempt.at), attempt.seconds, attempt.new, attempt.changed,
                 rows.printable(attempt.error))
            ],
        )  # fmt: skip

    def attempts(self, since: datetime) -> tuple[Attempt, ...]:
        """Readings since then, oldest first."""
        found = run(
            "SELECT source_id, at || '', seconds, new, changed, error FROM earned_attempt WHERE at >= %s ORDER BY id",
            [rows.written(since)],
        )
        return tuple(Attempt(row[0], _sure(row[1]), *row[2:]) for row in found)

    def forget(self, before: datetime) -> None:
        """Drop the lines of readings before then."""
        run("DELETE FROM earned_attempt WHERE at < %s", [rows.written(before)])

    def beat(self, worker: str, now: datetime) -> None:
        """Note that a worker looked for work."""
        sql = "INSERT INTO earned_beat (worker, at) VALUES (%s, %s) ON CONFLICT (worker) DO UPDATE SET at = excluded.at"
        try:
            run(sql, [worker, rows.written(now)])
        except OperationalError as problem:
            raise WorkspaceError(f"The worker could not note that it is alive: {problem}.") from problem

    def last_beat(self) -> datetime | None:
        """When any worker last looked for work."""
        return rows.told(run("SELECT max(at) || '' FROM earned_beat")[0][0])


def _round(row: Row) -> Round:
    return Round(
        source=row[0], due_at=_sure(row[1]), interval=row[2], failures=row[3], failing_since=rows.told(row[4]),
        paused=bool(row[5]), kind=row[6], advice=row[7], state=row[8], holder=row[9], held_until=rows.told(row[10]),
    )  # fmt: skip


def _sure(moment: str) -> datetime:
    at = rows.told(moment)
    assert at is not None, "the column is never null"
    return at


def _changed(sql: str, values: list[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount)
