"""The channel: recognise a file, read it page by page, go on where the last reading stopped."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal

from earned.channels.base import PAGE_POSTS, Net, Source
from earned.channels.records.columns import Columns
from earned.channels.records.lines import Cut, Given, Lines, inflate, open_path, open_stdin, spool
from earned.channels.records.pages import Maker
from earned.channels.records.rows import Refused, loosen, parse_line
from earned.channels.records.shapes import Batch, Table, day_order, jsonl, jsonl_id, parquet, table
from earned.channels.times import DayOrder
from earned.errors import ChannelError, Malformed, Missing
from earned.model import Page

Shape = Literal["JSON Lines", "CSV", "Parquet"]

_READS = (
    "Posts with their authors, times, titles, texts, explicit links and labels; unknown columns are kept as labels."
)
_LEAVES = "Rows that cannot be believed (no id, impossible dates, dates in the future) are listed with the reason."


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
            return cls(**json.loads(cursor)) if cursor else cls()
        except (ValueError, TypeError):
            return cls()

    def __str__(self) -> str:
        names = ("line", "crc", "size", "changed", "end")
        return json.dumps({name: getattr(self, name) for name in names}, separators=(",", ":"))

    def unchanged(self, given: Given) -> bool:
        return given.size is not None and (self.size, self.changed) == (given.size, given.changed)


class Changed(Exception):
    """What was read before does not stand at the head of the file any more."""


class Records:
    """Posts in a file, or on standard input ("-")."""

    name = "records"

    def __init__(
        self,
        *,
        columns: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        stdin: BinaryIO | None = None,
    ) -> None:
        self.columns = Columns(columns)
        self._now = now
        self._stdin = stdin
        self._standard: Given | None = None

    def recognise(self, given: str, *, net: Net) -> Source | None:  # noqa: ARG002  a file needs no network
        """A file whose content is JSON Lines, CSV or Parquet with fields of the exchange form."""
        path = Path(given).expanduser()
        if given != "-" and not path.is_file():
            return None
        opened = self._open(given)
        try:
            shape, gzipped = shape_of(opened.head(), self.columns), opened.gzipped
        finally:
            self._close(opened)
        if shape is None:
            return None
        what = f"posts in {shape}" + (", compressed" if gzipped else "")
        return Source(self.name, given if given == "-" else str(path.resolve()), what, (_READS,), (_LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:  # noqa: ARG002
        """Pages in the order of the file; an unchanged file that was read to its end yields none."""
        place = Place.parse(cursor)
        opened = self._open(address)
        try:
            if place.end and place.unchanged(opened):
                return
            if address == "-" and cursor:
                opened = self._standard = spool(opened)
            yield from self._pages(address, opened, place)
        finally:
            self._close(opened)

    def _open(self, address: str) -> Given:
        if address == "-":
            self._standard = self._standard or open_stdin(self._stdin)
            return self._standard
        try:
            return open_path(Path(address).expanduser())
        except FileNotFoundError:
            raise Missing(self.name, address, "no such file", permanent=True) from None
        except OSError as fault:
            raise ChannelError(self.name, address, f"cannot be read: {fault.strerror}", permanent=True) from None

    def _close(self, opened: Given) -> None:
        if opened is not self._standard:
            opened.stream.close()

    def _pages(self, address: str, opened: Given, place: Place) -> Iterator[Page]:
        shape = shape_of(opened.head(), self.columns)
        if shape is None:
            reason = "empty" if not opened.head() else "neither JSON Lines, CSV nor Parquet with ids and texts"
            raise Malformed(self.name, address, reason, permanent=True)
        if shape == "Parquet":
            yield from ParquetReading(self, address, opened, place).pages()
            return
        if address == "-" and shape == "CSV" and not place.line:  # its dates are looked at first
            opened = spool(opened)
        reading = TextReading(self, address, opened, shape)
        try:
            yield from reading.pages(place)
        except Changed:
            opened.stream.seek(0)
            yield from TextReading(self, address, opened, shape).pages(Place())

    def now(self) -> datetime:
        """The time of this reading."""
        return self._now()


class TextReading:
    """One pass over a JSON Lines or CSV file."""

    def __init__(self, records: Records, address: str, opened: Given, shape: Shape) -> None:
        self.columns, self.name, self.address, self.opened = records.columns, records.name, address, opened
        self.csv = shape == "CSV"
        self.maker = Maker(records.now(), self._order())
        self.lines = Lines(opened)

    def _order(self) -> DayOrder | None:
        if not self.csv:
            return self.columns.order
        try:
            order = self.columns.order or day_order(self._table(Lines(self.opened)), self.columns)
        except Refused as fault:
            raise Malformed(self.name, self.address, fault.reason, permanent=True) from None
        except Cut:
            order = None
        self.opened.stream.seek(0)
        return order

    def _table(self, lines: Lines) -> Table:
        rows = Table(lines)
        has = f"It has: {', '.join(rows.header)}."
        if header := self.columns.missing(rows.header):
            raise Malformed(self.name, self.address, f'no column "{header}". {has}', permanent=True)
        if not any("id" in fields for fields in self.columns.place(rows.header).values()):
            way_out = "Name one that is different in each row, for example --columns id=link."
            raise Malformed(self.name, self.address, f"no column holds ids. {has} {way_out}", permanent=True)
        return rows

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
            raise Malformed(self.name, self.address, reason, permanent=True) from None

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

    def __init__(self, records: Records, address: str, opened: Given, place: Place) -> None:
        self.columns, self.name, self.address, self.given = records.columns, records.name, address, opened
        self.start = place.line if place.unchanged(opened) else 0
        self.maker = Maker(records.now(), records.columns.order, "row")

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
            has = f"no column holds ids. It has: {', '.join(place)}. Name one with --columns id=..."
            raise Malformed(self.name, self.address, has, permanent=True)
        number = 0
        for rows in self._rows(opened, names) if self.start else ():
            ids = [(at, row[names[0]]) for at, row in enumerate(rows, number + 1) if row[names[0]] is not None]
            number += len(rows)
            self.maker.seen.add([str(one) for _, one in ids], [at for at, _ in ids])


def shape_of(head: bytes, columns: Columns) -> Shape | None:
    """What kind of file starts like this; None: none of ours."""
    if head.startswith(b"PAR1"):
        return "Parquet"
    if b"\0" in head[:64]:
        return None
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    if any(_is_row(line, columns) for line in lines):
        return "JSON Lines"
    return "CSV" if lines and _is_header(lines[0], columns) else None


def _is_row(line: bytes, columns: Columns) -> bool:
    if not line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        return False
    try:
        found = parse_line(line)[0]
    except Refused:
        return len(line) > 60_000 and b'"id"' in line  # the head ends inside a long first row
    return _enough(columns.place(found))


def _is_header(line: bytes, columns: Columns) -> bool:
    try:
        head = Table(Lines(Given(io.BufferedReader(io.BytesIO(line)), None, 0))).header
    except csv.Error:
        return False
    return len(head) > 1 and len(set(head)) == len(head) and _enough(columns.place(head))


def _enough(place: Mapping[str, tuple[str, ...]]) -> bool:
    fields = {field for several in place.values() for field in several}
    return bool(fields & {"text", "title"}) and len(fields) > 1
