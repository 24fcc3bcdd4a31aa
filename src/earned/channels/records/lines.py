"""Bytes to lines: plain or gzip, in bounded memory, always knowing how far it has come."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

#: Lines longer than this are rejected without being held in memory.
LONGEST_LINE = 64_000_000
_CHUNK = 1 << 20
#: More than this many bytes out of one compressed byte is an attack, not a conversation.
_MOST_RATIO = 200
_GZIP = b"\x1f\x8b"


class Cut(Exception):
    """Compressed data that ends, or breaks, in the middle."""


@dataclass(frozen=True, slots=True)
class Given:
    """An opened file: bytes as stored, how many there are, and when they last changed."""

    stream: io.BufferedReader
    size: int | None
    changed: int

    @property
    def gzipped(self) -> bool:
        return self.stream.peek(2)[:2] == _GZIP

    def head(self, most: int = 1 << 16) -> bytes:
        """The first bytes, decompressed, without consuming them."""
        raw = self.stream.peek(most)
        if not self.gzipped:
            return raw[:most]
        try:
            return zlib.decompressobj(31).decompress(raw, most)
        except zlib.error:
            return b""


def open_path(path: Path) -> Given:
    """Open a file for reading; `OSError` when that cannot be done."""
    state = path.stat()
    return Given(io.BufferedReader(path.open("rb", buffering=0), _CHUNK), state.st_size, state.st_mtime_ns)


def open_stdin(stdin: BinaryIO | None = None) -> Given:
    """Standard input, or what stands in for it."""
    stream = stdin if stdin is not None else sys.stdin.buffer
    if not isinstance(stream, io.BufferedReader):
        stream = io.BufferedReader(cast(io.RawIOBase, stream), _CHUNK)
    return Given(stream, None, 0)


def spool(given: Given) -> Given:
    """Copy to a temporary file, so that it can be read twice."""
    with tempfile.NamedTemporaryFile(delete=False) as copy:
        shutil.copyfileobj(given.stream, copy, _CHUNK)
        path = Path(copy.name)
    try:
        return open_path(path)
    finally:
        path.unlink()


def inflate(given: Given) -> Iterator[bytes]:
    """Chunks of the file, decompressed when it is gzip.

    Raises:
        Cut: the compressed data ends early, is damaged, or grows beyond reason.
    """
    if not given.gzipped:
        while chunk := given.stream.read(_CHUNK):
            yield chunk
        return
    read = written = 0
    for size, chunk in _members(given.stream):
        read, written = read + size, written + len(chunk)
        if written > 100_000_000 and written > _MOST_RATIO * read:
            raise Cut(f"unpacks to more than {_MOST_RATIO} times its size")
        yield chunk


def _members(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(compressed bytes taken, data) of all gzip members, one after the other."""
    unpack, data, fresh = zlib.decompressobj(31), b"", True
    while data or (data := stream.read(1 << 16)):
        if unpack.eof:
            unpack, fresh = zlib.decompressobj(31), True
            if not (data := data.lstrip(b"\0")):  # padding between members
                continue
        try:
            chunk = unpack.decompress(data, _CHUNK)
        except zlib.error as fault:
            raise Cut("is damaged") from fault
        rest = unpack.unused_data or unpack.unconsumed_tail
        yield len(data) - len(rest), chunk
        data, fresh = rest, False
    if not fresh and not unpack.eof:
        raise Cut("ends in the middle")


class Lines(Iterator[bytes]):
    """Lines of a file with a tally of how many, and a checksum of all of them."""

    def __init__(self, given: Given) -> None:
        self.given = given
        #: Number of the line in hand, counted from 1.
        self.number = 0
        #: Checksum of all lines up to the one in hand.
        self.crc = 0
        #: The line in hand ends the file without a newline: it may still be growing.
        self.unfinished = False
        #: Number and checksum before such a line.
        self.before = (0, 0)
        self._chunks = self._cut()
        #: Lines that were read from the file and not handed over yet: those from a place on.
        self._read: list[bytes] = []
        self._place = 0
        self._source = self._walk()

    def __next__(self) -> bytes:
        return next(self._source)

    def __iter__(self) -> Iterator[bytes]:
        return self._source  # one call less a line than going through __next__

    def run(self, most: int) -> list[bytes]:
        """The next lines, one to `most`, as many as are at hand; the last of them is the line in hand. None: there are none."""
        if self._place == len(self._read) and not self._more():
            return []
        some = self._read[self._place : self._place + most]
        self._place += len(some)
        self.number += len(some)
        self.crc = zlib.crc32(b"".join(some), self.crc)
        return some

    def _walk(self) -> Iterator[bytes]:
        crc32 = zlib.crc32
        while self._place < len(self._read) or self._more():
            line = self._read[self._place]
            self._place += 1
            self.number += 1
            self.crc = crc32(line, self.crc)
            yield line

    def _more(self) -> bool:
        """Read on until there is a line; whether there was one."""
        self._read, self._place = next(self._chunks, []), 0
        return bool(self._read)

    def _cut(self) -> Iterator[list[bytes]]:
        """The lines that each chunk of the file completes, then the last, unfinished one."""
        rest = b""
        for chunk in inflate(self.given):
            if len(rest) > LONGEST_LINE:  # only its beginning is kept, for the message that refuses it
                _, newline, chunk = chunk.partition(b"\n")
                chunk = newline + chunk
            *whole, rest = (rest + chunk).split(b"\n")
            if whole:
                yield whole
            rest = rest[: LONGEST_LINE + 1]
        if rest:
            self.unfinished, self.before = True, (self.number, self.crc)
            yield [rest]

    def done(self) -> int:
        """Stored bytes read so far; 0 where the stream cannot say."""
        try:
            return self.given.stream.tell()
        except (OSError, ValueError):
            return 0
