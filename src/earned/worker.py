"""The conductor of the schedule: what is due is read, again and again, by one process or several."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from earned.channels.base import Net, Visitor
from earned.errors import EarnedError, SourceTaken, WorkspaceError
from earned.listening import Heard, Staying
from earned.proving import Proved, is_time, prove_due
from earned.store import Store, open_store
from earned.store.shelves import Attempt, Kept, KeptSource, Round
from earned.sync import LONGEST, Reading, is_dead, is_same_file, read_on
from earned.work import Progress, net, silent
from earned.workspace import Study

__all__ = [
    "Failing", "Health", "Proved", "Reading", "Running", "health", "is_alive", "one_round", "open_store", "read_people",
    "start", "work",
]  # fmt: skip

#: Seconds between two looks for work, and readings that go on at once, each with its own hosts.
LOOK, AT_ONCE = 10.0, 4
#: A worker that has not looked for work for so long hangs.
HANGS = timedelta(seconds=60)
#: Readings are remembered for so long.
REMEMBERED = timedelta(days=30)
WEEK = timedelta(days=7)

Told = Callable[[Reading], None]


@dataclass(frozen=True, slots=True)
class Failing:
    """A source that failed when it was last read."""

    source: int
    address: str
    reason: str
    advice: str
    since: datetime | None
    #: When it is tried again; None: not by itself.
    next_try: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """How the sources of one channel have been going."""

    channel: str
    sources: int
    #: Readings of the last seven days, those that failed, and posts that came.
    readings: int
    failed: int
    new: int
    failing: tuple[Failing, ...]
    #: The same in a sentence.
    says: str


def nobody(reading: Reading) -> None:
    """Hears of a reading and does nothing."""


def nothing(study: str, proved: Proved) -> None:
    """Hears of proofs and does nothing."""


def work(
    store: Store, stop: threading.Event, *, told: Told = nobody, look: float = LOOK, at_once: int = AT_ONCE,
    client: Callable[[], Net] = net, progress: Progress = silent, proved: Callable[[str, Proved], None] = nothing,
    listens: bool = True,
) -> None:  # fmt: skip
    """Read what is due until `stop` is set: what `earned worker` does, and a thread of `earned serve`.

    With `listens` it also stays on streams, a thread each: `told` hears what they bring, and which are given up.
    """
    staying = Staying(store, told=lambda heard: _hear(heard, told), client=client)
    me = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    with _beating(store, me, stop, look):
        try:
            while not stop.is_set():
                if listens:
                    staying.look()
                one_round(store, stop=stop, told=told, at_once=at_once, client=client, progress=progress)
                read_people(store, client=client, stop=stop, proved=proved)
                store.rounds.forget(datetime.now(UTC) - REMEMBERED)
                stop.wait(look)
        finally:
            staying.end()


def _hear(heard: Heard, told: Told) -> None:
    """What a stream brought, or that it is given up; breaks that are asked again are in `health`."""
    if heard.over or heard.kept.new or heard.kept.changed or heard.kept.gone:
        told(Reading(heard.source, heard.kept, heard.problem))


def start(workspace: Path | None = None, *, told: Told = nobody) -> Running:
    """A worker in a thread of this process."""
    stop = threading.Event()

    def body() -> None:
        store = open_store(workspace)
        try:
            work(store, stop, told=told)
        finally:
            store.close()

    thread = threading.Thread(target=body, name="earned worker", daemon=True)
    thread.start()
    return Running(thread, stop)


@dataclass(frozen=True, slots=True)
class Running:
    """A worker in a thread. Ending the process at any moment is safe too."""

    thread: threading.Thread
    _stop: threading.Event

    def stop(self, patience: float = 10.0) -> bool:
        """Ask it to end after the page at hand; whether it did in time."""
        self._stop.set()
        self.thread.join(patience)
        return not self.thread.is_alive()


def one_round(
    store: Store, *, stop: threading.Event | None = None, told: Told = nobody, at_once: int = AT_ONCE,
    client: Callable[[], Net] = net, progress: Progress = silent, now: datetime | None = None,
) -> int:  # fmt: skip
    """Read everything that is due now; how many sources were. Sources of one host are read one after the other."""
    moment = now or datetime.now(UTC)
    store.rounds.plan(moment)
    for one in store.rounds.all().values():
        if is_dead(one.holder):
            store.rounds.free(one.source, one.holder)
    due = [store.sources.get(one.source) for one in store.rounds.due(moment) if not _is_fresh(store, one, moment)]
    halt = stop or threading.Event()

    def read(group: Sequence[KeptSource]) -> None:
        one_client = client()
        for source in group:
            if not halt.is_set():
                told_of(store, source, one_client, told, progress)

    _side_by_side(store, read, list(by_host(due).values()), at_once)
    return len(due)


def read_people(
    store: Store, *, client: Callable[[], Net] = net, stop: threading.Event | None = None,
    proved: Callable[[str, Proved], None] = nothing, now: datetime | None = None,
) -> int:  # fmt: skip
    """Read people's own pages where it is time (`proving.is_time`); of how many studies pages were read."""
    moment, many = now or datetime.now(UTC), 0
    for record in store.studies.all():
        opened = Study(store, record)
        if (stop and stop.is_set()) or not is_time(opened, moment):
            continue
        reader = client()
        with suppress(EarnedError):  # removed meanwhile, a full disk: the next hour tries again
            done = prove_due(opened, client=reader, halt=stop, now=moment) if isinstance(reader, Visitor) else None
            if done is not None:
                many += 1
                proved(record.name, done)
    return many


def _side_by_side(
    store: Store, read: Callable[[Sequence[KeptSource]], None], groups: Sequence[Sequence[KeptSource]], at_once: int
) -> None:
    if at_once == 1:
        for group in groups:
            read(group)
        return

    def in_a_thread(group: Sequence[KeptSource]) -> None:
        try:
            read(group)
        finally:
            store.close()  # this thread's connection

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(in_a_thread, groups))


def told_of(store: Store, source: KeptSource, client: Net, told: Told, progress: Progress) -> None:
    """Read one source and tell of it; one that another process reads is left to it."""
    try:
        told(read_on(store, source, client=client, progress=progress))
    except SourceTaken:
        return
    except WorkspaceError as fault:  # a full disk, a writer that takes minutes: the next round tries again
        told(Reading(source, Kept(), str(fault)))


def by_host(sources: Sequence[KeptSource]) -> dict[str, list[KeptSource]]:
    """Sources by the host they are on; files are one group."""
    found: dict[str, list[KeptSource]] = defaultdict(list)
    for source in sources:
        found[urlsplit(source.address).hostname or "" if "://" in source.address else ""].append(source)
    return found


def _is_fresh(store: Store, last: Round, now: datetime) -> bool:
    """A file that is as it was is not read again; it is looked at again tomorrow at the latest."""
    source = store.sources.get(last.source)
    if not is_same_file(source, last):
        return False
    if store.rounds.claim(source.id, "nobody", now=now, until=now):
        interval = min(last.interval * 1.5, LONGEST)
        after = replace(last, due_at=now + timedelta(seconds=interval), interval=interval)
        store.rounds.finish("nobody", after)
    return True


class _beating:
    """Notes every few seconds that the worker is alive, also while it reads."""

    def __init__(self, store: Store, me: str, stop: threading.Event, look: float) -> None:
        self._store, self._me, self._stop, self._every = store, me, stop, min(look, HANGS.total_seconds() / 4)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="earned worker beat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(5)

    def _beat(self) -> None:
        while not self._ended.is_set():
            with suppress(WorkspaceError):
                self._store.rounds.beat(self._me, datetime.now(UTC))
            self._ended.wait(self._every)
        self._store.close()


def health(store: Store, *, study: str | None = None, now: datetime | None = None) -> tuple[Health, ...]:
    """How each channel has been going in the last seven days, those with failures first."""
    moment = now or datetime.now(UTC)
    records = [store.studies.get(study)] if study else store.studies.all()
    sources = {source.id: source for record in records for source in store.sources.of(record)}
    rounds, tried = store.rounds.all(), defaultdict[int, list[Attempt]](list)
    for attempt in store.rounds.attempts(moment - WEEK):
        tried[attempt.source].append(attempt)
    channels: dict[str, list[KeptSource]] = defaultdict(list)
    for source in sources.values():
        channels[source.channel].append(source)
    lists = {number: _unread(store, sources[number], tried[number][-1]) for number in tried.keys() & sources.keys()}
    found = [_health(channel, there, rounds, tried, lists) for channel, there in sorted(channels.items())]
    return tuple(sorted(found, key=lambda one: -len(one.failing)))


def _health(
    channel: str, sources: Sequence[KeptSource], rounds: Mapping[int, Round], tried: Mapping[int, list[Attempt]],
    lists: Mapping[int, tuple[Failing, ...]],
) -> Health:  # fmt: skip
    attempts = [attempt for source in sources for attempt in tried.get(source.id, ())]
    failing = (*_failing(sources, rounds), *(one for source in sources for one in lists.get(source.id, ())))
    many = sum(_parts(source) for source in sources)
    said = f"{channel}: {many} read, none fails."
    if failing:
        reasons = Counter(one.reason.partition(": ")[2] or one.reason for one in failing)
        why = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common(3))
        said = f"{channel}: {len(failing)} of {many} fail: {why}."
    return Health(
        channel, len(sources), len(attempts), sum(1 for one in attempts if one.error),
        sum(one.new for one in attempts), failing, said,
    )  # fmt: skip


_LIST = re.compile(r"OPML list of (\d{1,6}) feeds")


def _parts(source: KeptSource) -> int:
    """How many feeds a source is: one, or those of a list."""
    found = _LIST.fullmatch(source.what)
    return int(found[1]) if found else 1


def _unread(store: Store, source: KeptSource, last: Attempt) -> tuple[Failing, ...]:
    """The feeds of a list that failed in its last reading, while the others were read."""
    began = last.at - timedelta(seconds=last.seconds + 1)
    advice = (
        "The other feeds of its list are read. Open it in a browser; if it moved, put the new address into the list."
    )
    return tuple(
        Failing(source.id, one.where.removeprefix("feed "), one.detail or one.reason, advice, None, None)
        for one in store.posts.unread_feeds(source.id, began)
    )


def _failing(sources: Sequence[KeptSource], rounds: Mapping[int, Round]) -> Iterator[Failing]:
    for source in sources:
        last = rounds.get(source.id)
        if source.last_error and last is not None:
            next_try = None if last.paused else last.due_at
            yield Failing(source.id, source.address, source.last_error, last.advice, last.failing_since, next_try)


def is_alive(store: Store, *, now: datetime | None = None) -> bool | None:
    """Whether a worker looks for work: False when one did and no longer does, None when there never was one."""
    last = store.rounds.last_beat()
    return None if last is None else (now or datetime.now(UTC)) - last <= HANGS
