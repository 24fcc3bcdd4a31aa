"""The conductor of listening: stays on a study's streams, one thread each, and comes back when one breaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from earned.channels.base import Answer, Listener, Net, Poster, Stream, Visitor
from earned.errors import Forbidden, SourceTaken, StudyError, WorkspaceError
from earned.store import Store, open_store
from earned.store.shelves import Kept, KeptSource
from earned.sync import Reading, listen_on
from earned.work import channel_for, net

#: Seconds until a stream that broke is asked again: the first time, at most; one that held so long begins again.
FIRST_WAIT, LONGEST_WAIT, HELD = 1.0, 300.0, 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What happened on a stream."""

    source: KeptSource
    #: What a page brought.
    kept: Kept = field(default_factory=Kept)
    #: Why it ended or broke; empty: it goes on.
    problem: str = ""
    #: Seconds until it is asked again; None: it goes on, or is given up.
    again: float | None = None
    #: It is not asked again: a person has to do something.
    over: bool = False


Told = Callable[[Heard], None]


def streams(store: Store, study: str) -> tuple[KeptSource, ...]:
    """The sources of a study that can be listened to.

    Raises:
        StudyError: there is no such study, or it has none.
    """
    found = tuple(one for one in store.sources.of(store.studies.get(study)) if _is_stream(one))
    if not found:
        raise StudyError(
            f"{study} has no source to stay on. Streams of the AT network are "
            f'(earned add {study} "wss://jetstream2.us-east.bsky.network/subscribe?words=WORDS"), and hashtags of Mastodon with '
            f"EARNED_MASTODON_TOKEN (docs/channels.md). All others: earned sync {study}"
        )
    return found


def _is_stream(source: KeptSource) -> bool:
    channel = channel_for(source.channel, None)
    return isinstance(channel, Stream) and channel.streams(source.address)


def listen(
    workspace: Path | None, study: str, stop: threading.Event, *, told: Told, client: Callable[[], Net] = net,
    first_wait: float = FIRST_WAIT,
) -> tuple[KeptSource, ...]:  # fmt: skip
    """Stay on a study's streams until `stop` is set or none is left to stay on; the streams that were given up.

    Raises:
        StudyError: there is no such study, or nothing to stay on.
    """
    with_streams, over = streams(open_store(workspace), study), list[KeptSource]()

    def body(source: KeptSource) -> None:
        store = open_store(workspace)
        try:
            if not stay(store, source, stop, told=told, client=client(), first_wait=first_wait):
                over.append(source)
        finally:
            store.close()

    threads = [threading.Thread(target=body, args=(one,), name=one.address, daemon=True) for one in with_streams]
    for thread in threads:
        thread.start()
    _wait_for(threads)
    return tuple(over)


class Staying:
    """Stays on the streams of all studies, one thread each, as sources come and go: what a worker does beside its rounds."""

    def __init__(
        self, store: Store, *, told: Told, client: Callable[[], Net] = net, first_wait: float = FIRST_WAIT
    ) -> None:  # fmt: skip
        self._store, self._told, self._client, self._first_wait = store, told, client, first_wait
        #: Source -> its thread, and what ends it.
        self._on: dict[int, tuple[threading.Thread, threading.Event]] = {}

    def look(self) -> None:
        """Begin with streams that are there and not given up, end with those that were taken out."""
        records = self._store.studies.all()
        there = {one.id: one for record in records for one in self._store.sources.of(record) if _is_stream(one)}
        for number in [number for number, (thread, _) in self._on.items() if not thread.is_alive()]:
            del self._on[number]
        for number in self._on.keys() - there.keys():
            self._on[number][1].set()
        for number in there.keys() - self._on.keys():
            if not _is_paused(self._store, there[number]):
                self._begin(there[number])

    def _begin(self, source: KeptSource) -> None:
        stop = threading.Event()

        def body() -> None:
            try:
                stay(self._store, source, stop, told=self._told, client=self._client(), first_wait=self._first_wait)
            finally:
                self._store.close()  # this thread's connection

        thread = threading.Thread(target=body, name=f"stays on {source.address}", daemon=True)
        self._on[source.id] = thread, stop
        thread.start()

    def end(self, patience: float = 5.0) -> None:
        """Ask all to end, which they do with the next message or beat; they may be left: what is kept is kept."""
        for _, stop in self._on.values():
            stop.set()
        last = time.monotonic() + patience
        for thread, _ in self._on.values():
            thread.join(max(0.0, last - time.monotonic()))


def _wait_for(threads: Sequence[threading.Thread]) -> None:
    """Wait in steps: a signal is heard between two of them."""
    for thread in threads:
        while thread.is_alive():
            thread.join(0.2)


def stay(
    store: Store, source: KeptSource, stop: threading.Event, *, told: Told, client: Net, first_wait: float = FIRST_WAIT
) -> bool:
    """Listen to one source, and come back when its stream ends or breaks; False: it is given up."""
    wait = first_wait
    while not stop.is_set():
        began = time.monotonic()
        done = _once(store, source, told, Stoppable(client, stop), stop)
        if stop.is_set():
            return True
        if done.error and _is_paused(store, source):
            told(Heard(source, problem=f"{done.error}. {done.advice}", over=True))
            return False
        wait = first_wait if time.monotonic() - began >= HELD else wait
        told(Heard(source, problem=done.error or "the stream ended", again=wait))
        stop.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT)
    return True


def _once(store: Store, source: KeptSource, told: Told, client: Net, stop: threading.Event) -> Reading:
    def heard(kept: Kept) -> None:
        told(Heard(source, kept))

    try:
        return listen_on(store, source, client=client, told=heard, stopped=stop.is_set)
    except (SourceTaken, WorkspaceError) as problem:  # a sync has it now; a full disk
        return Reading(source, Kept(), str(problem).rstrip("."))


def _is_paused(store: Store, source: KeptSource) -> bool:
    after = store.rounds.get(source.id)
    return after is not None and after.paused and not after.holder


@dataclass(frozen=True, slots=True)
class Stoppable:
    """A client whose streams end when nobody listens any more."""

    _client: Net
    _stop: threading.Event

    def get(self, url: str, *, headers: dict[str, str] | None = None, most: int = 10_000_000) -> Answer:
        """As the client's own."""
        return self._client.get(url, headers=headers, most=most)

    def post(self, url: str, given: Mapping[str, str], *, most: int = 1_000_000) -> Answer:
        """As the client's own."""
        if not isinstance(self._client, Poster):
            raise Forbidden("web", url, "this client only reads", permanent=True)
        return self._client.post(url, given, most=most)

    def visit(
        self, url: str, *, seen_at: str, headers: dict[str, str] | None = None, most: int = 5_000_000
    ) -> Answer:  # fmt: skip
        """As the client's own."""
        if not isinstance(self._client, Visitor):
            raise Forbidden("web", url, "this client reads no pages", permanent=True)
        return self._client.visit(url, seen_at=seen_at, headers=headers, most=most)

    def messages(
        self, url: str, *, idle: float, most: int = 5_000_000, beat: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Generator[bytes | str, None, None]:  # fmt: skip
        """As the client's own, until nobody listens; noticed with the next message, or the next beat."""
        if not isinstance(self._client, Listener):
            raise Forbidden("web", url, "this client does not listen to streams", permanent=True)
        for message in self._client.messages(url, idle=idle, most=most, beat=beat, headers=headers):
            if self._stop.is_set():
                return
            yield message
