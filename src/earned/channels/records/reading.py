"""One pass over one file: where it stands, what was read before, what comes next."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from earned.channels.base import PAGE_POSTS
from earned.channels.records.columns import Columns
from earned.channels.records.lines import Cut, Given, Lines, inflate
from earned.channels.records.pages import Maker
from earned.channels.records.recognition import Shape
from earned.channels.records.rows import Refused, loosen
from earned.channels.records.shapes import Batch, Table, day_order, jsonl, jsonl_id, parquet, table
from earned.channels.times import DayOrder
from earned.errors import Malformed
from earned.model import Page

NAME = "records"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reading stands: so many lines (Parquet: rows) with this checksum, of a file of this size and age."""

    line: int = 0
    crc: int = 0
    size: int | None = None
    changed: int = 0
    end: bool = False

    @classmethod
    def parse(cls, cursor: str | None) -> Place:
        try:
            return msgspec.json.decode(cursor or "{}", type=cls)
        except (msgspec.MsgspecError, UnicodeError):
            return cls()

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()

    def unchanged(self, given: Given) -> bool:
        return given.size is not None and (self.size, self.changed) == (given.size, given.changed)


class Changed(Exception):
    """What was read before does not stand at the head of the file any more."""


def header_of(address: str, opened: Given, columns: Columns) -> list[str]:
    """The columns of a table.

    Raises:
        Malformed: none of them holds ids, or one that was named is not there.
    """
    return list(_table(address, Lines(opened), columns).header)


def _table(address: str, lines: Lines, columns: Columns) -> Table:
    rows = Table(lines)
    has = f"It has: {', '.join(rows.header)}."
    if header := columns.missing(rows.header):
        raise Malformed(
            NAME,
            address,
            f'no column "{header}". {has}',
            permanent=True,
            way_out="Name one of them: --columns FIELD=HEADER",
        )
    if not any("id" in fields for fields in columns.place(rows.header).values()):
        way_out = "Name one that is different in each row, for example --columns id=link."
        raise Malformed(NAME, address, f"no column holds ids. {has}", permanent=True, way_out=way_out)
    return rows


class TextReading:
    """One pass over a JSON Lines or CSV file."""

    def __init__(self, address: str, opened: Given, columns: Columns, now: datetime, shape: Shape) -> None:
        self.columns, self.name, self.address, self.opened = columns, NAME, address, opened
        self.csv = shape == "CSV"
        self.maker = Maker(now, self._order())
        self.lines = Lines(opened)

    def _order(self) -> DayOrder | None:
        if not self.csv:
            return self.columns.order
        try:
            order = self.columns.order or day_order(self._table(Lines(self.opened)), self.columns)
        except Refused as fault:
            raise Malformed(self.name, self.address, fault.reason, permanent=True, way_out="") from None
        except Cut:
            order = None
        self.opened.stream.seek(0)
        return order

    def _table(self, lines: Lines) -> Table:
        return _table(self.address, lines, self.columns)

    def pages(self, place: Place) -> Iterator[Page]:
        """Pages after `place`.

        Raises:
            Changed: the lines up to `place` are not those read before.
            Malformed: compressed data that ends in the middle, after the pages of what came before.
        """
        try:
            for batch in self._batches(place):
                yield self._page(batch)
        except Cut as fault:
            reason = (
                f"the compressed data {fault} after line {self.lines.number}; everything before is kept."
                " Get the whole file and import it again: reading goes on from there."
            )
            raise Malformed(self.name, self.address, reason, permanent=True, way_out="") from None

    def _batches(self, place: Place) -> Iterator[Batch]:
        if self.csv:
            rows = self._table(self.lines)
            self._pass(self._rows_before(rows, place), place)
            return table(rows, self.columns)
        self._pass(self._lines_before(place), place)
        return jsonl(self.lines, self.columns)

    def _pass(self, known: Iterator[tuple[int, str]], place: Place) -> None:
        """Go past what was read before; its ids still count as seen."""
        if not place.line:
            return
        while several := list(islice(known, PAGE_POSTS)):
            self.maker.seen.add([one for _, one in several], [number for number, _ in several])
        if (self.lines.number, self.lines.crc) != (place.line, place.crc):
            raise Changed

    def _lines_before(self, place: Place) -> Iterator[tuple[int, str]]:
        for line in islice(self.lines, place.line):
            if number := jsonl_id(line, self.columns):
                yield self.lines.number, number

    def _rows_before(self, rows: Table, place: Place) -> Iterator[tuple[int, str]]:
        for number, row, _ in rows:
            if not isinstance(row, Refused):
                with suppress(Refused):
                    yield number, loosen(row, self.columns).id
            if number >= place.line:
                return

    def _page(self, batch: Batch) -> Page:
        line, crc = self.lines.before if batch.stay else (self.lines.number, self.lines.crc)
        given = self.opened
        cursor = str(Place(line, crc, given.size, given.changed, batch.last))
        return self.maker.page(batch, cursor=cursor, done=self.lines.done(), total=given.size)


class ParquetReading:
    """One pass over a Parquet file, which never grows: a changed one is read from its first row."""

    def __init__(self, address: str, opened: Given, columns: Columns, now: datetime, place: Place) -> None:
        self.columns, self.name, self.address, self.given = columns, NAME, address, opened
        self.start = place.line if place.unchanged(opened) else 0
        self.maker = Maker(now, columns.order, "row")

    def pages(self) -> Iterator[Page]:
        """Pages from the first row that was not read yet."""
        import pyarrow
        from pyarrow import parquet as pq

        try:
            opened = pq.ParquetFile(self._seekable())
            self._pass(opened)
            number = self.start
            for batch in parquet(self._rows(opened), self.columns, self.start):
                number += len(batch.rows) + len(batch.rejected)
                cursor = str(Place(number, 0, self.given.size, self.given.changed, batch.last))
                yield self.maker.page(batch, cursor=cursor, done=number, total=opened.metadata.num_rows)
        except Cut as fault:
            raise Malformed(self.name, self.address, f"the compressed data {fault}", permanent=True) from None
        except (pyarrow.ArrowException, OSError) as fault:
            raise Malformed(self.name, self.address, f"not a whole Parquet file: {fault}", permanent=True) from None

    def _seekable(self) -> BinaryIO:
        if self.given.size is not None and not self.given.gzipped:
            return self.given.stream
        copy = tempfile.TemporaryFile()  # noqa: SIM115  it goes when the reading lets go of it
        for chunk in inflate(self.given):
            copy.write(chunk)
        copy.seek(0)
        return copy

    def _rows(self, opened: Any, only: list[str] | None = None) -> Iterator[list[dict[str, Any]]]:
        """Rows after `start` (with `only`: those columns of the rows before it)."""
        position = 0
        for batch in opened.iter_batches(batch_size=PAGE_POSTS, columns=only):
            rows = batch.to_pylist()
            cut = min(max(self.start - position, 0), len(rows))
            position += len(rows)
            yield rows[:cut] if only else rows[cut:]

    def _pass(self, opened: Any) -> None:
        place = self.columns.place(opened.schema_arrow.names)
        names = [header for header, fields in place.items() if "id" in fields]
        if not names:
            has = f"no column holds ids. It has: {', '.join(place)}"
            raise Malformed(self.name, self.address, has, permanent=True, way_out="Name one with --columns id=HEADER")
        number = 0
        for rows in self._rows(opened, names) if self.start else ():
            ids = [(at, row[names[0]]) for at, row in enumerate(rows, number + 1) if row[names[0]] is not None]
            number += len(rows)
            self.maker.seen.add([str(one) for _, one in ids], [at for at, _ in ids])
