"""The three file kinds, each a generator of batches of rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from earned.channels.base import PAGE_POSTS
from earned.channels.records.columns import Columns
from earned.channels.records.lines import LONGEST_LINE, Cut, Lines
from earned.channels.records.rows import (
    BROKEN,
    Refused,
    Row,
    decode_id,
    decode_row,
    decode_text,
    loosen,
    parse_line,
    whole,
)
from earned.channels.times import DayOrder, slashed
from earned.model import Rejected

#: A batch also ends after so many bytes or characters: long posts must not fill the memory.
BATCH_BYTES = 16_000_000
#: Rows of a CSV file that are looked at to see whether its dates can be misread.
_PROBE = 1_000

csv.field_size_limit(16_000_000)


@dataclass(slots=True)
class Batch:
    """Rows on their way to a page, with their numbers, and what was not kept."""

    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    size: int = 0
    #: The last row was refused and may still be growing: the cursor stays before it.
    stay: bool = False
    #: Nothing comes after it.
    last: bool = False

    def keep(self, number: int, row: Row, size: int) -> None:
        self.rows.append(row)
        self.numbers.append(number)
        self.size += size

    def keep_run(self, last: int, rows: list[Row], size: int) -> None:
        """Rows of consecutive lines up to number `last`."""
        self.rows += rows
        self.numbers += range(last - len(rows) + 1, last + 1)
        self.size += size

    def refuse(self, number: int, fault: Refused, word: str = "line") -> None:
        self.rejected.append(Rejected(f"{word} {number}", fault.reason, fault.detail))
        self.size += 1

    @property
    def full(self) -> bool:
        return self.size >= BATCH_BYTES or len(self.rows) >= PAGE_POSTS or len(self.rejected) >= PAGE_POSTS


def jsonl(lines: Lines, columns: Columns) -> Iterator[Batch]:
    """Batches of a file with one object a line; what came before a cut is handed over before `Cut` is raised."""
    batch = Batch()
    try:
        while run := lines.run(PAGE_POSTS - len(batch.rows)):
            rows = None if columns else _exact(run)
            if rows is not None:  # as most files are, from their first line to their last
                batch.keep_run(lines.number, rows, sum(map(len, run)))
            else:
                _take_lines(run, lines, columns, batch)
            if batch.full:
                yield batch
                batch = Batch()
    except Cut:
        yield batch
        raise
    batch.last = True
    yield batch


def _exact(run: list[bytes]) -> list[Row] | None:
    """Rows that are written just as the exchange form has them; None: one of them not quite."""
    if any(b"\\" in line and b"\\u0000" in line for line in run):  # one byte is found ten times as fast as several
        return None
    try:
        return [decode_row(line) for line in run]
    except BROKEN:
        return None


def _take_lines(run: list[bytes], lines: Lines, columns: Columns, batch: Batch) -> None:
    """Lines one by one, as they are written."""
    for number, line in enumerate(run, lines.number - len(run) + 1):
        row = None if columns else _exact([line])
        if row is not None:
            batch.keep(number, row[0], len(line))
        elif line.strip():
            _take_loosely(line, number, columns, batch, lines.unfinished)


def _take_loosely(line: bytes, number: int, columns: Columns, batch: Batch, unfinished: bool) -> None:
    try:
        if len(line) > LONGEST_LINE:
            raise Refused("line too long", f"more than {LONGEST_LINE:,} bytes")
        batch.keep(number, loosen(*_with_columns(parse_line(line), columns)), len(line))
    except Refused as fault:
        batch.refuse(number, fault)
        batch.stay = unfinished


def _with_columns(
    parsed: tuple[dict[str, Any], tuple[str, ...]], columns: Columns
) -> tuple[dict[str, Any], Columns, tuple[str, ...]]:
    return parsed[0], columns, parsed[1]


def jsonl_id(line: bytes, columns: Columns) -> str | None:
    """The id in a line that was read before; None when it has none."""
    try:
        return None if columns else decode_id(line).id
    except BROKEN:
        pass
    try:
        return loosen(parse_line(line)[0], columns).id
    except Refused:
        return None


class Table:
    """A CSV file: its header and its rows as objects; quoted line ends are no trouble."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._notes: tuple[str, ...] = ()
        source = self._decoded()
        head = next(source, "")
        self.delimiter = max(",;\t|", key=head.count)
        self._rows = csv.reader(self._again(head, source), delimiter=self.delimiter)
        self.header = [name.strip().lstrip("\ufeff") for name in next(self._rows, [])]

    @staticmethod
    def _again(head: str, rest: Iterator[str]) -> Iterator[str]:
        yield head
        yield from rest

    def _decoded(self) -> Iterator[str]:
        for line in self.lines:
            text, notes = decode_text(line)
            self._notes += notes
            yield text.rstrip("\r") + "\n"

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any] | Refused, tuple[str, ...]]]:
        """(number of the last line, row or what is wrong with it, notes on repairs)."""
        while True:
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error as fault:
                yield self.lines.number, Refused("broken CSV", fault), ()
                continue
            notes, self._notes = self._notes, ()
            if any(cell.strip() for cell in cells):
                yield self.lines.number, self._row(cells), notes

    def _row(self, cells: Sequence[str]) -> dict[str, Any] | Refused:
        if len(cells) != len(self.header):
            return Refused("wrong number of fields", f"{len(cells)} fields where the header has {len(self.header)}")
        return {name: cell.rstrip("\n") for name, cell in zip(self.header, cells) if cell.strip()}


def table(rows: Table, columns: Columns) -> Iterator[Batch]:
    """Batches of a CSV file; what came before a cut is handed over before `Cut` is raised."""
    batch = Batch()
    try:
        for number, row, notes in rows:
            _take_row(number, row, notes, columns, batch)
            if batch.full:
                yield batch
                batch = Batch()
    except Cut:
        yield batch
        raise
    batch.last = True
    yield batch


def _take_row(
    number: int,
    row: dict[str, Any] | Refused,
    notes: tuple[str, ...],
    columns: Columns,
    batch: Batch,
    word: str = "line",
) -> None:
    try:
        if isinstance(row, Refused):
            raise row
        made = loosen(row, columns, notes)
        batch.keep(number, made, len(made.text))
    except Refused as fault:
        batch.refuse(number, fault, word)


def day_order(rows: Table, columns: Columns) -> DayOrder | None:
    """Which of 03/04/2024 is the day, by the rows that leave no choice; None when there are no such dates.

    Raises:
        Refused: there are such dates, and each could be read both ways.
    """
    place = columns.place(rows.header)
    header = next((name for name, fields in place.items() if "time" in fields), None)
    votes, doubtful = {"dmy": 0, "mdy": 0}, ""
    for count, (_, row, _) in enumerate(rows):
        if count >= _PROBE and not doubtful and not any(votes.values()):
            return None
        if isinstance(row, Refused) or not (parts := slashed(row.get(header or "", ""))):
            continue
        if max(parts) > 12:
            votes["dmy" if parts[0] > 12 else "mdy"] += 1
        elif not doubtful:
            doubtful = row[header or ""]
    if any(votes.values()):
        return "dmy" if votes["dmy"] >= votes["mdy"] else "mdy"
    if doubtful:
        raise Refused(
            f'dates such as "{doubtful}" can be read day first or month first, and no row decides.'
            f" Say which: --columns time={header}:dmy or --columns time={header}:mdy"
        )
    return None


def parquet(groups: Iterator[list[dict[str, Any]]], columns: Columns, start: int) -> Iterator[Batch]:
    """Batches of a Parquet file, numbered from the row after `start`."""
    batch = Batch()
    number = start
    for rows in groups:
        for raw in rows:
            number += 1
            row = whole(raw)
            assert isinstance(row, dict)
            _take_row(number, row, (), columns, batch, "row")
            if batch.full:
                yield batch
                batch = Batch()
    batch.last = True
    yield batch
