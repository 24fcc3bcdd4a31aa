"""Which column holds which field: a person's mapping first, then names that files commonly use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import get_args

from earned.channels.times import DayOrder
from earned.errors import InputError

FIELDS = frozenset(
    [
        "id",
        "channel",
        "url",
        "time",
        "time_precision",
        "author",
        "authors",
        "author_id",
        "organization",
        "title",
        "text",
        "text_unquoted",
        "links",
        "labels",
        "lang",
        "thread",
        "version",
        "reply_to",
        "quote_of",
    ]
)

#: Folded header -> field. One table for all file kinds.
ALIASES = {name: name for name in FIELDS} | {
    alias: field
    for field, aliases in {
        "id": "post_id guid message_id uuid status_id tweet_id",
        "time": "date datetime timestamp created_at created published published_at posted_at date_published sent_at",
        "text": "body message content comment full_text selftext post",
        "url": "link permalink href uri web_url post_url",
        "author": "user username name by from author_name user_name screen_name creator",
        "author_id": "user_id from_id account_id",
        "title": "subject headline",
        "organization": "organisation org company employer",
        "lang": "language",
        "thread": "thread_id conversation conversation_id topic_id",
        "channel": "source place",
        "reply_to": "in_reply_to in_reply_to_id reply_to_id parent parent_id in_reply_to_status_id",
        "quote_of": "quoted quoted_id quote_id",
    }.items()
    for alias in aliases.split()
}


#: Placements that are kept.
_SHAPES = 1_000


def fold(header: str) -> str:
    """A header without case, spaces and byte order mark."""
    return "_".join(header.replace("\ufeff", "").replace("-", " ").split()).casefold()


class Columns:
    """A mapping field -> header as the person gave it; `time=Posted:dmy` also says that the day stands first."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._chosen: dict[str, str] = {}
        #: Placements of the headers seen so far: the rows of a file have few shapes.
        self._placed: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
        #: Day and month order that the person stated.
        self.order: DayOrder | None = None
        for field, header in (given or {}).items():
            if field not in FIELDS:
                raise InputError(
                    f"--columns {field}={header}", "no such field.", f"Fields: {', '.join(sorted(FIELDS))}."
                )
            self._chosen[field] = fold(self._without_order(header))

    def _without_order(self, header: str) -> str:
        name, _, order = header.rpartition(":")
        for known in get_args(DayOrder):
            if order == known:
                self.order = known
                return name
        return header

    def __bool__(self) -> bool:
        return bool(self._chosen)

    def missing(self, headers: Iterable[str]) -> str:
        """A chosen header that the file lacks; empty when it has them all."""
        there = {fold(header) for header in headers}
        return next((header for header in self._chosen.values() if header not in there), "")

    def place(self, headers: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Header -> fields it fills; a header that fills none is a label."""
        key = tuple(headers)
        if key not in self._placed:
            if len(self._placed) >= _SHAPES:
                self._placed.clear()
            self._placed[key] = self._place(key)
        return self._placed[key]

    def _place(self, headers: Collection[str]) -> dict[str, tuple[str, ...]]:
        folded = {fold(header): header for header in headers}
        filled = {field: folded[header] for field, header in self._chosen.items() if header in folded}
        taken = set(self._chosen.values())
        exact_first = sorted(folded, key=lambda name: name not in FIELDS)
        for name in exact_first:
            field = ALIASES.get(name)
            if field and field not in filled and name not in taken:
                filled[field] = folded[name]
        if not {"author", "author_id"} & self._chosen.keys() and {"author", "author_name"} <= folded.keys():
            filled |= {"author": folded["author_name"]}  # as 4CAT writes them: the account's own id, and its name
            filled.setdefault("author_id", folded["author"])
        return {header: tuple(f for f, column in filled.items() if column == header) for header in headers}
