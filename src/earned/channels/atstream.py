"""Messages of the AT network's two streams as events: repositories' commits in CBOR, and Jetstream's JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import libipld

from earned.channels.atproto import POST, REPOST, inside, said, tables
from earned.channels.times import TimeRefused, read_time
from earned.errors import Unreachable
from earned.model import HIDDEN

NAME = "bluesky-stream"
_DID = re.compile(r"did:[a-z]+:[\w.:%-]{1,200}")
_PATH = re.compile(rf"(?:{re.escape(POST)}|{re.escape(REPOST)})/[\w.:~-]{{1,512}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
GAP = "gap: the server does not hold all since the last reading"


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
class Ceased:
    """An account that is not shown any more, and why, in the words of `Gone`."""

    did: str
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """One message."""

    #: Its place in the stream: sequence number, or microseconds since 1970; None: it has none.
    at: int | None
    #: When the server saw it.
    seen: datetime | None
    changes: tuple[Change, ...] = ()
    ceased: Ceased | None = None
    #: What the server says is missing.
    notice: str = ""
    #: The server counts anew: places before this one mean nothing any more.
    anew: bool = False
    #: Posts and reposts of which it says that they were made, and does not carry them.
    lost: int = 0


#: A message as an event; None: it says nothing that is read.
Decode = Callable[[bytes | str], Event | None]


def jetstream(message: bytes | str) -> Event | None:
    """One line of Jetstream: a commit, or an account's news."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return None
    at = inside(told, "time_us")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 < at < 1 << 53:
        return None
    path = f"{said(told, 'commit', 'collection')}/{said(told, 'commit', 'rkey')}"
    change = _change(said(told, "did"), path, inside(told, "commit", "record"), said(told, "commit", "operation"))
    ceased = ceased_in(inside(told, "account")) if said(told, "kind") == "account" else None
    return Event(at, _EPOCH + timedelta(microseconds=at), tuple(change), ceased)


def repositories(message: bytes | str) -> Event | None:
    """One frame of subscribeRepos: a header and a body in CBOR, records in the blocks of a commit.

    Raises:
        Unreachable: the server says that it cannot go on.
    """
    if isinstance(message, str):
        return None
    try:
        header, body = libipld.decode_dag_cbor_multi(message)
    except (ValueError, TypeError, RecursionError):
        return None
    if not isinstance(header, dict) or not isinstance(body, dict):
        return None
    if header.get("op") == -1:
        if body.get("error") == "FutureCursor":  # it was set up anew, or is another one behind the same name
            return Event(None, None, notice=GAP, anew=True)
        told = f"{said(body, 'error')}: {said(body, 'message')}"[:200]
        raise Unreachable(NAME, "subscribeRepos", f"the server ended the stream ({told})", permanent=False)
    if header.get("t") == "#info":
        return Event(None, None, notice=GAP if body.get("name") == "OutdatedCursor" else "")
    at = body.get("seq")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < 1 << 63:
        return None
    changes, lost = _commit(body) if header.get("t") == "#commit" else ((), 0)
    ceased = ceased_in(body) if header.get("t") == "#account" else None
    return Event(at, _seen(body.get("time")), changes, ceased, lost=lost)


#: An account's state -> why what it said is gone; other states (throttled, out of step) are the server's, not the person's.
_STATES = {"deleted": "deleted", "takendown": "taken down", "suspended": HIDDEN, "deactivated": HIDDEN}


def ceased_in(told: object) -> Ceased | None:
    """The account's end or pause, if what a stream or a server says of it is one."""
    did, why = said(told, "did"), _STATES.get(said(told, "status"))
    return Ceased(did, why) if why and _DID.fullmatch(did) and inside(told, "active") is False else None


def _commit(body: dict[str, Any]) -> tuple[tuple[Change, ...], int]:
    """The posts and reposts that a commit made, changed or took back; and how many it made that are not in it."""
    steps = [one for one in tables(body.get("ops")) if _PATH.fullmatch(said(one, "path"))]
    made = [one for one in steps if one.get("action") in ("create", "update")]
    blocks: dict[bytes, Any] = {}
    if made:
        try:
            _, blocks = libipld.decode_car(body.get("blocks") or b"")
        except (ValueError, TypeError, RecursionError):
            blocks = {}  # too large to be sent, or broken
    found: list[Change] = []
    for one in steps:
        cid = one.get("cid")
        record = blocks.get(cid) if isinstance(cid, bytes) else None
        found += _change(said(body, "repo"), said(one, "path"), record, said(one, "action"))
    return tuple(found), len(made) - sum(one.record is not None for one in found)


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
