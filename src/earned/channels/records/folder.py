"""A folder of files of posts, read as one source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from earned.channels.base import Net, Source
from earned.errors import ChannelError
from earned.model import Page, Rejected


class Files(Protocol):
    """What reads one file."""

    name: str

    def recognise(self, given: str, *, net: Net | None) -> Source | None: ...

    def read_file(self, address: str, cursor: str | None) -> Iterator[Page]: ...

    def now(self) -> datetime: ...


def recognise(files: Files, path: Path) -> Source | None:
    """The folder, when files of posts lie directly in it; says which are read and which are not."""
    listed = _files(path)
    found = {one.name: source.what for one in listed if (source := files.recognise(str(one), net=None))}
    if not found:
        return None
    reads = tuple(f"{name}: {what}." for name, what in found.items())
    leaves = tuple(f"{one.name}: no posts found in it." for one in listed if one.name not in found)
    return Source(files.name, str(path.resolve()), f"folder with {len(found)} files of posts", reads, leaves)


def _files(path: Path) -> list[Path]:
    return sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))


def read(files: Files, path: Path, cursor: str | None) -> Iterator[Page]:
    """Pages of all files in the order of their names; one that cannot be read is reported, the others go on."""
    places = _places(cursor)
    listed = [one for one in _files(path) if files.recognise(str(one), net=None)]
    for done, one in enumerate(listed, 1):
        try:
            for page in files.read_file(str(one), places.get(one.name)):
                places[one.name] = page.cursor
                yield replace(page, cursor=_cursor(places), done=done, total=len(listed))
        except ChannelError as fault:
            reason = Rejected(f"file {one.name}", "file not read to its end", fault.reason[:80])
            yield Page((), (), (), _cursor(places), files.now(), rejected=(reason,), done=done, total=len(listed))


def _places(cursor: str | None) -> dict[str, str]:
    try:
        return {str(name): str(place) for name, place in json.loads(cursor or "{}").items()}
    except (ValueError, AttributeError):
        return {}


def _cursor(places: dict[str, str]) -> str:
    return json.dumps(places, separators=(",", ":"))
