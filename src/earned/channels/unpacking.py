"""Bodies as servers pack them: gzip, br, zstd, unpacked piece by piece so that a bomb is seen before it fills memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

UNPACK_FAULTS = (zlib.error, brotli.error, zstandard.ZstdError)
_PIECE = 262_144


class Unpacker(Protocol):
    """Takes packed bytes, gives unpacked ones in small pieces."""

    @property
    def ended(self) -> bool:
        """Whether the packed body is whole."""
        ...

    def feed(self, raw: bytes, room: int) -> Iterator[bytes]:
        """What `raw` unpacks to; asked for no more than about `room` bytes at once."""
        ...


def unpacker(encoding: str) -> Unpacker | None:
    """What reads this Content-Encoding; None: nothing here does."""
    kinds: dict[str, type[_Plain | _Gzip | _Brotli | _Zstd]] = {
        "identity": _Plain,
        "": _Plain,
        "gzip": _Gzip,
        "x-gzip": _Gzip,
        "br": _Brotli,
        "zstd": _Zstd,
    }
    return kinds[encoding]() if encoding in kinds else None


class _Plain:
    ended = True

    def feed(self, raw: bytes, room: int) -> Iterator[bytes]:  # noqa: ARG002  nothing grows
        yield raw


class _Gzip:
    def __init__(self) -> None:
        self._made = zlib.decompressobj(31)

    @property
    def ended(self) -> bool:
        return self._made.eof

    def feed(self, raw: bytes, room: int) -> Iterator[bytes]:
        rest = self._made.unconsumed_tail + raw
        while rest and not self._made.eof:
            yield self._made.decompress(rest, min(room, _PIECE))
            rest = self._made.unconsumed_tail


class _Brotli:
    def __init__(self) -> None:
        self._made = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._made.is_finished())

    def feed(self, raw: bytes, room: int) -> Iterator[bytes]:  # noqa: ARG002  its pieces have their own cap
        yield self._made.process(raw, output_buffer_limit=_PIECE)
        while not self._made.can_accept_more_data() and not self._made.is_finished():
            yield self._made.process(b"", output_buffer_limit=_PIECE)


class _Zstd:
    def __init__(self) -> None:
        self._made = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()

    @property
    def ended(self) -> bool:
        return bool(self._made.eof)

    def feed(self, raw: bytes, room: int) -> Iterator[bytes]:  # noqa: ARG002
        for at in range(0, len(raw), 64):  # small bites: each unpacks to little, and the caller counts between them
            if not self._made.eof:
                yield self._made.decompress(raw[at : at + 64])
