"""The conductor of one reading: take the source, keep page after page, let it go with a plan for the next time."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from earned.channels.base import Channel, Net, Stream
from earned.errors import (
    ChannelError,
    Forbidden,
    Malformed,
    Missing,
    RateLimited,
    SourceTaken,
    Unreachable,
    WorkspaceError,
)
from earned.model import Page
from earned.store import Store
from earned.store.shelves import Attempt, Kept, KeptSource, Round
from earned.store.workspace import secret
from earned.work import Progress, channel_for, net, settled, silent

#: A lease is renewed with each page; the longest page is a few requests of a minute.
LEASE = timedelta(minutes=5)
#: One reading ends after so many seconds, and goes on the next time: a service may have pages without end.
LONGEST_READING = 3600.0
#: Pages in a row that bring nothing new: a service that turns in a circle.
MOST_BARREN = 1_000
#: Seconds between two readings adapt to the source's rhythm within these.
SHORTEST, LONGEST = 900.0, 86_400.0
#: Not found on so many days, or malformed so many times in a row: it is not tried again by itself.
GIVE_UP_DAYS, GIVE_UP_TIMES = 3, 3


#: The pages of one reading, from a cursor on.
Pages = Callable[[Channel, str | None], Iterator[Page]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a source came to."""

    source: KeptSource
    kept: Kept
    #: Why it failed, and what to do; empty: it did not.
    error: str = ""
    advice: str = ""


def read_on(
    store: Store, source: KeptSource, *, client: Net | None = None, progress: Progress = silent,
    columns: Mapping[str, str] | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Reading:  # fmt: skip
    """Read a source on from where it stood. A channel's failure is told, not raised.

    Raises:
        SourceTaken: another process is reading it, or took it over.
        WorkspaceError: a page could not be kept.
    """

    def pages(channel: Channel, cursor: str | None) -> Iterator[Page]:
        if store.is_dropped(Path(source.address)) and not Path(source.address).exists():
            return iter(())  # deleted when somebody in it was removed: what is kept of it stays
        return _ending(channel.read(source.address, cursor, net=client or net()))

    def told(page: Page, _: Kept) -> None:
        progress(f"Reading {source.what}", page.done, page.total)

    with settled():
        return _read(store, source, pages, told, columns, clock, MOST_BARREN)


def listen_on(
    store: Store, source: KeptSource, *, client: Net, told: Callable[[Kept], None],
    stopped: Callable[[], bool] = lambda: False, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Reading:  # fmt: skip
    """Read a source on and stay on its stream until that ends, or `stopped` says so; `told` hears what each page brought.

    Pages, cursors and leases are those of `read_on`. A channel's failure is told, not raised.

    Raises:
        SourceTaken: another process is reading it, or took it over.
        WorkspaceError: a page could not be kept.
    """

    def pages(channel: Channel, cursor: str | None) -> Iterator[Page]:
        if not isinstance(channel, Stream):
            raise Forbidden(source.channel, source.address, "it has no stream", permanent=True)
        return _until(channel.listen(source.address, cursor, net=client), stopped)

    return _read(store, source, pages, lambda _, kept: told(kept), None, clock, None)


def _read(
    store: Store, source: KeptSource, pages: Pages, told: Callable[[Page, Kept], None], columns: Mapping[str, str] | None,
    clock: Callable[[], datetime], most_barren: int | None,
) -> Reading:  # fmt: skip
    holder, before = _take(store, source, clock())
    began, kept, barren, fault = time.monotonic(), Kept(), 0, None
    cursor, state = store.sources.cursor(source.id), _state(source)
    try:
        for page in pages(channel_for(source.channel, columns or source.columns or None, secret(store.folder)), cursor):
            one = store.posts.keep(source.id, page, now=clock(), holder=holder)
            barren = 0 if one.new or one.changed else barren + 1
            kept += one
            store.rounds.renew(source.id, holder, until=clock() + LEASE)
            told(page, one)
            if most_barren is not None and barren > most_barren:
                raise Malformed(source.channel, source.address, "page after page brings nothing new", permanent=False)
    except (SourceTaken, WorkspaceError):
        raise
    except Exception as error:  # noqa: BLE001 - a channel's bug must not stop the other sources, and is told
        fault = error
    return _finish(store, source, holder, before, kept, fault, state, began, clock())


def _until(pages: Iterator[Page], stopped: Callable[[], bool]) -> Iterator[Page]:
    for page in pages:
        yield page
        if stopped():
            return


def _ending(pages: Iterator[Page]) -> Iterator[Page]:
    """The pages until a reading has lasted its time."""
    began = time.monotonic()
    for page in pages:
        yield page
        if time.monotonic() - began > LONGEST_READING:
            return


def _take(store: Store, source: KeptSource, now: datetime) -> tuple[str, Round]:
    store.rounds.plan(now)
    before = store.rounds.get(source.id)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    dead = before.holder if before and is_dead(before.holder) else ""
    if before is None or not store.rounds.claim(source.id, holder, now=now, until=now + LEASE, instead_of=dead):
        raise SourceTaken(f"{source.address}: another process is reading it now. It will be read; nothing to do.")
    return holder, before


def is_dead(holder: str) -> bool:
    """Whether the process that holds a lease is known to have ended: on this machine, its number free."""
    host, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if os.name != "posix" or host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _finish(
    store: Store, source: KeptSource, holder: str, before: Round, kept: Kept, fault: Exception | None, state: str,
    began: float, now: datetime,
) -> Reading:  # fmt: skip
    said = (
        "" if fault is None else str(fault) if isinstance(fault, ChannelError) else f"{type(fault).__name__}: {fault}"
    )
    attempt = Attempt(source.id, now, time.monotonic() - began, kept.new, kept.changed, said)
    if fault is None:
        store.sources.read(source.id, now)
        after = went_well(replace(before, state=state), kept, now)
    else:
        store.sources.failed(source.id, said)
        after = went_wrong(before, fault, now)
    store.rounds.finish(holder, after, attempt)
    return Reading(source, kept, said, after.advice)


def went_well(before: Round, kept: Kept, now: datetime) -> Round:
    """The plan after a good reading: twice as soon when there was news, half as often again when there was none."""
    news = kept.new or kept.changed
    interval = min(max(before.interval * (0.5 if news else 1.5), SHORTEST), LONGEST)
    return Round(before.source, now + timedelta(seconds=interval), interval, state=before.state)


def went_wrong(before: Round, fault: Exception, now: datetime) -> Round:
    """The plan after a failure: later each time, as the service asks, or not at all until a person looks."""
    failures, since = before.failures + 1, before.failing_since or now
    kind = type(fault).__name__ if isinstance(fault, ChannelError) else "Unexpected"
    wait = min(max(before.interval, SHORTEST) * 2 ** min(failures, 10), LONGEST)
    if isinstance(fault, ChannelError) and fault.retry_after is not None:
        wait = max(fault.retry_after.total_seconds(), 60.0)
    paused = _gives_up(fault, failures, now - since)
    return Round(
        before.source, now + timedelta(seconds=wait), before.interval, failures, since, paused, kind,
        advice(fault, paused=paused, since=since, now=now), before.state,
    )  # fmt: skip


def _gives_up(fault: Exception, failures: int, lasting: timedelta) -> bool:
    if isinstance(fault, Missing) and not fault.permanent:
        return failures >= GIVE_UP_DAYS and lasting >= timedelta(days=GIVE_UP_DAYS - 1)
    if isinstance(fault, Malformed) and not fault.permanent:
        return failures >= GIVE_UP_TIMES
    return isinstance(fault, ChannelError) and fault.permanent


#: What differs where no person waits: Earned asks again by itself.
_UNATTENDED = {
    RateLimited: "The service asks to be asked less often. Nothing to do: Earned waits as long as it says.",
    Unreachable: "The service does not answer. Nothing to do unless it lasts.",
}


def advice(fault: Exception, *, paused: bool, since: datetime, now: datetime) -> str:
    """What a person can do about a failure."""
    said = next((text for kind, text in _UNATTENDED.items() if isinstance(fault, kind)), "")
    if not said:
        said = (
            fault.way_out
            if isinstance(fault, ChannelError)
            else "This is a fault of Earned: report it with the words above."
        )
    if paused:
        again = "It is not tried again by itself; to try: earned sync STUDY."
    elif now - since >= timedelta(days=7):
        again = f"It has failed since {since:%Y-%m-%d}, and is still tried once a day."
    else:
        again = "Earned tries again by itself."
    return f"{said} {again}".lstrip()


def _state(source: KeptSource) -> str:
    """Size and time of a file; empty: it is none."""
    if "://" in source.address:
        return ""
    try:
        path = Path(source.address)
        found = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_size} {found.st_mtime_ns}" if path.is_file() else ""


def is_same_file(source: KeptSource, last: Round) -> bool:
    """Whether the source is a file that has not changed since it was read to its end."""
    return bool(last.state) and last.state == _state(source)
