"""The shelf of jobs: one long piece of work a study at a time, visible from every process."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from earned.errors import StudyError
from earned.store.models import JobRow
from earned.store.shelves import Job, Study

#: A job that said nothing for so long has lost its process.
LOST = timedelta(seconds=90)
#: What is said of it.
INTERRUPTED = "It was interrupted: the program that worked on it ended. Begin it again; what was read is kept."


class Jobs:
    """Long work on studies."""

    def begin(self, study: Study, what: str, *, now: datetime) -> Job:
        """Begin a job.

        Raises:
            StudyError: another one of this study is still running.
        """
        with transaction.atomic():
            JobRow.objects.filter(study_id=study.id, ended_at=None, beat_at__lt=now - LOST).update(
                ended_at=now, error=INTERRUPTED
            )
            row = JobRow.objects.create(study_id=study.id, what=what, begun_at=now, beat_at=now)
            before = JobRow.objects.filter(study_id=study.id, ended_at=None, pk__lt=row.pk).first()
            if before is not None:
                raise StudyError(f"{study.name} is being worked on already ({before.what}). Wait until that has ended.")
        return _job(row, study.name)

    def beat(self, job: Job, stage: str, done: float, total: float | None, *, now: datetime) -> None:
        """Say how far it has come."""
        row = JobRow.objects.filter(pk=job.id)
        row.exclude(stage=stage, stage_at__isnull=False).update(stage_at=now)
        row.update(stage=stage, done=done, total=total, beat_at=now)

    def alive(self, job: Job, *, now: datetime) -> None:
        """Say that its process is there, however long a stage is silent; while the database is locked, nothing is said."""
        with suppress(OperationalError):
            JobRow.objects.filter(pk=job.id, ended_at=None).update(beat_at=now)

    def say(self, job: Job, line: str, *, now: datetime) -> None:
        """Add a line for the person who waits."""
        JobRow.objects.filter(pk=job.id).update(notes=Concat(F("notes"), Value(line + "\n")), beat_at=now)

    def end(self, job: Job, *, now: datetime, error: str = "") -> None:
        """It is done, or failed with this error."""
        JobRow.objects.filter(pk=job.id).update(ended_at=now, error=error)

    def latest(self, study: Study, *, now: datetime) -> Job | None:
        """The study's latest job; one that lost its process is told as interrupted."""
        row = JobRow.objects.filter(study_id=study.id).order_by("-pk").first()
        if row is None:
            return None
        if row.ended_at is None and row.beat_at < now - LOST:
            row.ended_at, row.error = now, INTERRUPTED
        return _job(row, study.name)


def _job(row: JobRow, study: str) -> Job:
    return Job(row.pk, study, row.what, row.stage, row.stage_at, row.done, row.total, row.notes, row.error, row.begun_at,
               row.beat_at, row.ended_at)  # fmt: skip
