"""Messages of the AT network's two streams as events: repositories' commits in CBOR, and Jetstream's JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import libipld

from earned.channels.atproto import POST, REPOST, inside
from earned.channels.times import TimeRefused, read_time
from earned.errors import Unreachable

NAME = "bluesky-stream"
_DID = re.compile(r"did:[a-z]+:[\w.:%-]{1,200}")
_PATH = re.compile(rf"(?:{re.escape(POST)}|{re.escape(REPOST)})/[\w.:~-]{{1,512}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """A post or repost that somebody made or changed; None for the record: took back."""

    did: str
    #: Collection and key.
    path: str
    record: dict[str, Any] | None

    @property
    def uri(self) -> str:
        return f"at://{self.did}/{self.path}"


@dataclass(frozen=True, slots=True)
class Event:
    """One message."""

    #: Its place in the stream: sequence number, or microseconds since 1970; None: it has none.
    at: int | None
    #: When the server saw it.
    seen: datetime | None
    changes: tuple[Change, ...] = ()
    #: What the server says is missing.
    notice: str = ""


#: A message as an event; None: it says nothing that is read.
Decode = Callable[[bytes | str], Event | None]


def jetstream(message: bytes | str) -> Event | None:
    """One line of Jetstream: a commit, or an account's news, of which only the place counts."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return None
    at = inside(told, "time_us")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 < at < 1 << 53:
        return None
    commit = inside(told, "commit") or {}
    path = f"{inside(commit, 'collection')}/{inside(commit, 'rkey')}"
    record = None if inside(commit, "operation") == "delete" else inside(commit, "record")
    change = _change(str(inside(told, "did")), path, record, str(inside(commit, "operation")))
    return Event(at, _EPOCH + timedelta(microseconds=at), tuple(change))


def repositories(message: bytes | str) -> Event | None:
    """One frame of subscribeRepos: a header and a body in CBOR, records in the blocks of a commit.

    Raises:
        Unreachable: the server says that it cannot go on.
    """
    if isinstance(message, str):
        return None
    try:
        header, body = libipld.decode_dag_cbor_multi(message)
    except (ValueError, TypeError):
        return None
    if not isinstance(header, dict) or not isinstance(body, dict):
        return None
    if header.get("op") == -1:
        said = f"{body.get('error')}: {body.get('message') or ''}"[:200]
        raise Unreachable(NAME, "subscribeRepos", f"the server ended the stream ({said})", permanent=False)
    if header.get("t") == "#info":
        outdated = body.get("name") == "OutdatedCursor"
        return Event(None, None, (), "gap: the server does not hold all since the last reading" if outdated else "")
    at = body.get("seq")
    if not isinstance(at, int) or isinstance(at, bool):
        return None
    return Event(at, _seen(body.get("time")), tuple(_commit(body)) if header.get("t") == "#commit" else ())


def _commit(body: dict[str, Any]) -> Iterator[Change]:
    """The posts and reposts that a commit made, changed or took back."""
    steps = [one for one in body.get("ops") or [] if _PATH.fullmatch(str(inside(one, "path")))]
    blocks: dict[bytes, Any] = {}
    if any(inside(one, "cid") for one in steps):
        try:
            _, blocks = libipld.decode_car(body.get("blocks") or b"")
        except (ValueError, TypeError):
            blocks = {}  # too large to be sent, or broken: what it made cannot be seen here
    for one in steps:
        cid = inside(one, "cid")
        yield from _change(
            str(body.get("repo")), str(one["path"]), blocks.get(cid) if cid else None, str(one.get("action"))
        )


def _change(did: str, path: str, record: object, action: str) -> Iterator[Change]:
    """Nothing when it is no post, or is made without a record."""
    if not _DID.fullmatch(did) or not _PATH.fullmatch(path):
        return
    if action == "delete":
        yield Change(did, path, None)
    elif action in ("create", "update") and isinstance(record, dict):
        yield Change(did, path, record)


def _seen(given: object) -> datetime | None:
    try:
        return read_time(given, now=_FAR).time
    except TimeRefused:
        return None
