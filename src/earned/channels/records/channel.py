"""The channel: recognise a file, read it page by page, go on where the last reading stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from earned.channels.base import Net, Source
from earned.channels.records import folder
from earned.channels.records.columns import Columns
from earned.channels.records.lines import Given, open_path, open_stdin, spool
from earned.channels.records.reading import NAME, Changed, ParquetReading, Place, TextReading, header_of
from earned.channels.records.recognition import shape_of
from earned.errors import ChannelError, Malformed, Missing
from earned.model import Page

READS = "Posts with their authors, times, titles, texts, explicit links and labels; unknown columns are kept as labels."
LEAVES = "Rows that cannot be believed (no id, impossible dates, dates in the future) are listed with the reason."


class Records:
    """Posts in a file, or on standard input ("-")."""

    name = NAME

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

    def recognise(self, given: str, *, net: Net | None) -> Source | None:  # noqa: ARG002  a file needs no network
        """A file whose content is JSON Lines, CSV or Parquet with fields of the exchange form.

        Raises:
            Malformed: a table without a column of ids, or without one that was named.
        """
        path = Path(given).expanduser()
        if given != "-" and path.is_dir():
            return folder.recognise(self, path)
        if given != "-" and not path.is_file():
            return None
        opened = self._open(given)
        try:
            shape, gzipped = shape_of(opened.head(), self.columns), opened.gzipped
            if shape == "CSV" and given != "-":
                header_of(given, opened, self.columns)
        finally:
            self._close(opened)
        if shape is None:
            return None
        what = f"posts in {shape}" + (", compressed" if gzipped else "")
        return Source(self.name, given if given == "-" else str(path.resolve()), what, (READS,), (LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net | None) -> Iterator[Page]:  # noqa: ARG002
        """Pages in the order of the file; an unchanged file that was read to its end yields none."""
        if address != "-" and Path(address).expanduser().is_dir():
            yield from folder.read(self, Path(address).expanduser(), cursor)
        else:
            yield from self.read_file(address, cursor)

    def read_file(self, address: str, cursor: str | None) -> Iterator[Page]:
        """Pages of one file or of standard input."""
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
            yield from ParquetReading(address, opened, self.columns, self.now(), place).pages()
            return
        if address == "-" and shape == "CSV" and not place.line:  # its dates are looked at first
            opened = spool(opened)
        reading = TextReading(address, opened, self.columns, self.now(), shape)
        try:
            yield from reading.pages(place)
        except Changed:
            opened.stream.seek(0)
            yield from TextReading(address, opened, self.columns, self.now(), shape).pages(Place())

    def now(self) -> datetime:
        """The time of this reading."""
        return self._now()
