"""What all archives have in common: recognise, take stock, page by page, and nothing the second time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from earned.channels.archives.inventory import Found, Inventory, posts
from earned.channels.archives.opened import Member, Opened, open_given
from earned.channels.base import Net, Source
from earned.channels.items import Item, Notes, page, parsed
from earned.errors import ChannelError, Malformed, Missing
from earned.model import Page, Post

#: Posts on one page.
PAGE = 2_000
#: Posts are put in order of time within runs of so many: all of an ordinary archive.
RUN = 250_000
_LAST = datetime.max.replace(tzinfo=UTC)

#: Kind of member -> members of that kind, in order of name.
Kinds = Mapping[str, Sequence[Member]]


@runtime_checkable
class Archive(Protocol):
    """A channel that reads what a service hands to its members."""

    def open(self, address: str) -> Inventory:
        """Take stock of an archive: found, left unread on purpose, unknown, missing.

        Raises:
            ChannelError: it cannot be opened.
        """
        ...


@dataclass(slots=True)
class _Sorted:
    kinds: dict[str, list[Member]] = field(default_factory=dict)
    left: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class ArchiveChannel(ABC):
    """The frame of a reader; a subclass says what its members look like and what their rows become."""

    name: str
    what: ClassVar[str]
    #: Kinds of members that are read; at least one of `claimed_by` makes the archive ours.
    reads: ClassVar[tuple[str, ...]]
    claimed_by: ClassVar[tuple[str, ...]]
    #: Kind of member -> why it is not read.
    leaves: ClassVar[Mapping[str, str]] = {}
    #: Kind of member -> what is missing without it.
    wants: ClassVar[Mapping[str, str]] = {}
    #: What of it is never read, where that is no member of its own, a sentence each.
    drops: ClassVar[tuple[str, ...]] = ()
    #: What this export never holds.
    never: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    @abstractmethod
    def kind_of(self, head: bytes, member: Member) -> str:
        """The kind of a member by how it begins; empty: not known."""

    @abstractmethod
    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """What the rows became, in the order of the files."""

    def recognise(self, given: str, *, net: Net | None) -> Source | None:  # noqa: ARG002  a file needs no network
        """An archive of this kind, by the content of its members."""
        path = Path(given).expanduser() if "://" not in given and given != "-" else None
        if path is None or not path.exists() or not self._is_ours(path):
            return None
        address = str(path.resolve())
        found = self.open(address)
        reads = tuple(str(one) for one in found.found) or ("Nothing: it holds no public posts.",)
        leaves = (*found.leaves(), *self.drops) or ("Nothing else is in it.",)
        return Source(self.name, address, f"{found.what} with {posts(found.rows)}", reads, leaves, found.missing)

    def _is_ours(self, path: Path) -> bool:
        opened = _opened(path)
        return any(kind in self.claimed_by for kind in self._sort(opened, quick=True).kinds)

    def open(self, address: str) -> Inventory:
        """Take stock: the rows are read once, and nothing is kept of them."""
        opened = _opened(Path(address))
        sorted_out = self._sort(opened)
        found: dict[str, Found] = {}
        notes = Notes(self._now())
        for member, item in self.items(opened, sorted_out.kinds, notes):
            found[member.name] = _with(found.get(member.name, Found(member.name, 0)), item.post)
        lacking = [sentence for kind, sentence in self.wants.items() if kind not in sorted_out.kinds]
        left = (*sorted_out.left, *opened.refused.items())
        return Inventory(
            self.what,
            tuple(found.values()),
            left,
            tuple(sorted_out.unknown),
            (*lacking, *self.never),
            dict(notes.ignored),
        )

    def _sort(self, opened: Opened, *, quick: bool = False) -> _Sorted:
        """Members by kind; `quick` stops at the first that makes the archive ours."""
        told = _Sorted()
        for member in opened.members:
            if member.media:
                told.left.append((member.name, "pictures, sounds and films are not opened"))
                continue
            if opened.nested(member):
                told.left.append((member.name, "an archive inside the archive is not opened"))
                continue
            kind = self.kind_of(opened.head(member), member)
            if kind in self.reads:
                told.kinds.setdefault(kind, []).append(member)
                if quick and kind in self.claimed_by:
                    break
            elif kind in self.leaves:
                told.left.append((member.name, self.leaves[kind]))
            else:
                told.unknown.append(member.name)
        return told

    def read(self, address: str, cursor: str | None, *, net: Net | None) -> Iterator[Page]:  # noqa: ARG002
        """Pages of posts, oldest first; an archive that did not change since its last reading yields none."""
        path = Path(address).expanduser()
        if not path.exists():
            raise Missing(self.name, address, "no such file or folder", permanent=True)
        opened = _opened(path)
        before = parsed(cursor)
        skip = int(before.get("done") or 0)
        same = before.get("of") == opened.fingerprint
        if same and before.get("end"):
            return
        kinds = self._sort(opened).kinds
        if not any(kind in self.claimed_by for kind in kinds):
            raise Malformed(self.name, address, f"no {self.what}: none of its files is in there", permanent=True)
        notes = Notes(self._now())
        try:
            yield from self._pages(opened, kinds, notes, skip if same else 0)
        except ChannelError as fault:
            if fault.channel == self.name:
                raise
            raise type(fault)(self.name, fault.subject, fault.reason, permanent=fault.permanent) from None

    def _pages(self, opened: Opened, kinds: Kinds, notes: Notes, skip: int) -> Iterator[Page]:
        def cursor(done: int, *, end: bool) -> dict[str, object]:
            return {"of": opened.fingerprint, "done": done, "end": end}

        done = 0
        waiting: list[Item] | None = None
        for part in _parts(self.items(opened, kinds, notes), notes):
            if waiting is not None:
                done += len(waiting)
                if done > skip:
                    yield page(waiting, cursor(done, end=False), notes, done=done)
            waiting = part
        done += len(waiting or ())
        yield page(waiting or (), cursor(done, end=True), notes, done=done)


def _opened(path: Path) -> Opened:
    """The archive, opened anew only when it changed: eleven readers ask for the same one in turn."""
    global _last
    found = path.stat() if path.exists() else None
    key = (str(path), found.st_mtime_ns, found.st_size) if found and path.is_file() else None
    if _last and key and _last[0] == key:
        return _last[1]
    if _last:
        _last[1].box.close()
    opened = open_given(path)
    _last = (key, opened) if key else None
    return opened


_last: tuple[tuple[str, int, int], Opened] | None = None


def _with(found: Found, post: Post) -> Found:
    time = post.claimed_at
    since = min(found.since or time, time) if time else found.since
    until = max(found.until or time, time) if time else found.until
    return Found(found.member, found.rows + 1, since, until)


def _parts(items: Iterator[tuple[Member, Item]], notes: Notes) -> Iterator[list[Item]]:
    """Pages of items, each id once, oldest first within a run."""
    seen: set[str] = set()
    run: list[Item] = []
    for member, item in items:
        if item.post.id in seen:
            notes.reject(f"{member.name} {item.post.id}", "id seen before")
            continue
        seen.add(item.post.id)
        run.append(item)
        if len(run) >= RUN:
            yield from _cut(run)
            run = []
    yield from _cut(run)


def _cut(run: list[Item]) -> Iterator[list[Item]]:
    run.sort(key=lambda item: item.post.claimed_at or _LAST)
    for at in range(0, len(run), PAGE):
        yield run[at : at + PAGE]
