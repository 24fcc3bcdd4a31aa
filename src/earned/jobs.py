"""The conductor of long work: begun from a page or a command, done in a process of its own, visible from all.

A fit in a process of its own leaves the pages quick, gives its memory back, and may be killed without harm.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from earned import edition
from earned.errors import EarnedError, StudyError
from earned.proving import Proved, prove
from earned.reading import Wish
from earned.store.shelves import Job
from earned.work import Progress
from earned.workspace import Study

__all__ = ["Job"]  # handed on to the pages

#: Seconds between two notes of how far it has come; between two signs of life in stages that tell nothing.
BEAT, PULSE = 0.5, 20.0


def start(opened: Study, what: str = "Working it out", *, words: Sequence[str] = ("refresh", "--quiet")) -> Job:
    """Begin to read and work a study out, in a process that goes on when this one ends.

    Args:
        opened: The study.
        what: In words, for those who watch.
        words: The command that does it, and its options; it takes a study and `--job`.

    Raises:
        StudyError: it is being worked on already.
    """
    job = begin(opened, what)
    command, *options = words
    words = [sys.executable, "-m", "earned", command, opened.record.name, *options, "--job", str(job.id)]
    environment = {**os.environ, "EARNED_WORKSPACE": str(opened.store.folder)}
    subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL, start_new_session=True, cwd=Path(opened.store.folder))  # fmt: skip
    return job


def begin(opened: Study, what: str) -> Job:
    """Note that work on a study begins.

    Raises:
        StudyError: it is being worked on already.
    """
    return opened.store.jobs.begin(opened.record, what, now=datetime.now(UTC))


def resumed(opened: Study, number: int) -> Job:
    """The job that another process began for this one.

    Raises:
        StudyError: it is not the study's latest, or has ended.
    """
    job = latest(opened)
    if job is None or job.id != number or job.ended_at:
        raise StudyError(f"{opened.record.name} has no job number {number} that waits.")
    return job


def run(opened: Study, wish: Wish, job: Job, progress: Progress) -> None:
    """Read every source on, work it out, write the pages; how it goes is kept for those who watch.

    Raises:
        EarnedError: it cannot be done; the job holds the reason.
    """
    shown = _Shown(opened, job, progress)
    with _ended(opened, job):
        for source, kept, error in opened.sync(progress=shown):
            line = error or kept.line()
            opened.store.jobs.say(job, f"{source.what or source.address}: {line}", now=datetime.now(UTC))
        edition.refresh(opened, wish, progress=shown)


def run_proofs(opened: Study, word: str, job: Job, progress: Progress, *, member: int | None = None) -> Proved:
    """Read people's own pages and join those that name each other; how it goes is kept for those who watch.

    Raises:
        EarnedError: it cannot be done; the job holds the reason.
    """
    with _ended(opened, job):
        done = prove(opened, word, member=member, progress=_Shown(opened, job, progress))
        for line in done.lines():
            opened.store.jobs.say(job, line, now=datetime.now(UTC))
    return done


@contextmanager
def _ended(opened: Study, job: Job) -> Iterator[None]:
    """Work with signs of life, and an end that says how it went."""
    try:
        with _pulse(opened, job):
            yield
    except EarnedError as failed:
        opened.store.jobs.end(job, now=datetime.now(UTC), error=failed.told)
        raise
    except BaseException as failed:
        opened.store.jobs.end(
            job, now=datetime.now(UTC), error=f"It broke off: {failed!r:.300}. This is a fault of Earned."
        )
        raise
    opened.store.jobs.end(job, now=datetime.now(UTC))


def latest(opened: Study) -> Job | None:
    """The study's latest job, running or not."""
    return opened.store.jobs.latest(opened.record, now=datetime.now(UTC))


@contextmanager
def _pulse(opened: Study, job: Job) -> Iterator[None]:
    """Signs of life while the work goes on, from a thread of its own: without them a long stage looks like a lost process."""
    over = Event()

    def beat() -> None:
        while not over.wait(PULSE):
            opened.store.jobs.alive(job, now=datetime.now(UTC))
        opened.store.close()

    thread = Thread(target=beat, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class _Shown:
    """Tells the terminal always, and the table of jobs now and then."""

    def __init__(self, opened: Study, job: Job, progress: Progress) -> None:
        self._opened, self._job, self._progress = opened, job, progress
        self._last, self._stage = 0.0, ""

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        self._progress(stage, done, total)
        now = time.monotonic()
        if stage != self._stage or now - self._last >= BEAT:
            self._last, self._stage = now, stage
            self._opened.store.jobs.beat(self._job, stage, done, total, now=datetime.now(UTC))
