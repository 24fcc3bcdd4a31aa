"""What is remembered of recent statuses between two readings: enough to see edits, later answers and deletions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from earned.channels.times import TimeRefused, read_time

#: Statuses younger than this are looked at again.
YOUNG = timedelta(days=14)
#: So many of them, the newest; a cursor holds at most 4 kB.
MOST_YOUNG = 80
_MOST_BYTES = 3_600
#: Stands for a status's own number in the pattern of its address.
_NUMBER = "{}"


def order(number: str) -> tuple[int, str]:
    """Local numbers grow; as words they are compared by length first."""
    return len(number), number


def is_young(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether a status is looked at again."""
    try:
        at = read_time(row.get("created_at"), now=now).time
    except TimeRefused:
        return False
    return at is not None and now - at < YOUNG


def mark(row: Mapping[str, Any], answers: Iterable[Mapping[str, Any]]) -> str:
    """Eight characters that change when a status or one of its answers is edited, or an answer comes or goes."""
    said = [(str(one.get("uri")), str(one.get("edited_at")), str(one.get("content"))) for one in (row, *answers)]
    return hashlib.blake2b(repr([said[0], *sorted(said[1:])]).encode("utf-8", "replace"), digest_size=4).hexdigest()


class Young:
    """Recent statuses by local number: the mark of each, and its address where the number stands in it."""

    def __init__(self, held: object) -> None:
        #: Number -> (mark, pattern of the address; empty: not known).
        self._held: dict[str, tuple[str, str]] = {}
        for pattern, marks in held.items() if isinstance(held, dict) else ():
            for number, seen in marks.items() if isinstance(marks, dict) else ():
                self._held[str(number)] = str(seen), str(pattern)

    def __contains__(self, number: str) -> bool:
        return number in self._held

    def note(self, row: Mapping[str, Any], seen: str) -> bool:
        """Remember a status; whether it, or its answers, are not as they were."""
        number, uri = str(row.get("id")), str(row.get("uri"))
        before = self._held.get(number, ("", ""))[0]
        self._held[number] = (
            seen,
            uri.replace(number, _NUMBER, 1) if number and number in uri and _NUMBER not in uri else "",
        )
        return before != seen

    def missing(self, listed: Iterable[str], since: str) -> list[tuple[str, str]]:
        """(number, address) of those not listed although the list goes back to `since`, where the address is known."""
        there = set(listed)
        return [
            (number, pattern.replace(_NUMBER, number, 1)) for number, (_, pattern) in sorted(self._held.items())
            if number not in there and order(number) >= order(since) and pattern
        ]  # fmt: skip

    def forget(self, number: str) -> None:
        """It is gone."""
        self._held.pop(number, None)

    def keep(self, numbers: Iterable[str]) -> None:
        """Forget all but these: the others are too old by now."""
        young = set(numbers)
        self._held = {number: one for number, one in self._held.items() if number in young}

    def written(self) -> dict[str, dict[str, str]]:
        """As it stands in a cursor: the newest, as many as there is room for."""
        newest = sorted(self._held, key=order, reverse=True)[:MOST_YOUNG]
        made: dict[str, dict[str, str]] = {}
        room = _MOST_BYTES
        for number in newest:
            seen, pattern = self._held[number]
            room -= len(number) + len(seen) + 6 + (0 if pattern in made else len(json.dumps(pattern)) + 4)
            if room < 0:
                break
            made.setdefault(pattern, {})[number] = seen
        return made
