"""Bytes of a member as rows: text in unknown encodings, tables in bent dialects, JSON lists longer than memory."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from earned.channels.items import Notes
from earned.errors import Malformed

_CHUNK = 1 << 20
#: One JSON object of a list may be so long.
_LONGEST = 64_000_000
csv.field_size_limit(16_000_000)

Row = dict[str, str]


def decoded(body: bytes, notes: Notes | None = None) -> str:
    """Text by its byte order mark, else as UTF-8, else as the most likely encoding of its beginning."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(body[:65_536]).best()
        name = best.encoding if best else "latin-1"
        if notes is not None:
            notes.ignored[f"encoding taken as {name}"] += 1
        return body.decode(name, "replace")


def headers(head: bytes) -> list[frozenset[str]]:
    """The sets of column names that the first lines could be; a few lines of notes may stand before them."""
    if b"\0" in head[:512] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return []
    text = (
        decoded(head[:8192]) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head[:8192].decode("utf-8-sig", "replace")
    )
    found = []
    for line in text.splitlines()[:12]:
        try:
            cells = next(csv.reader([line]), [])
        except csv.Error:
            continue
        if len(cells) > 1:
            found.append(frozenset(folded(cell) for cell in cells))
    return found


def folded(cell: str) -> str:
    """A column's name as it is compared."""
    return " ".join(cell.strip().strip("\ufeff").split()).casefold()


def holds(head: bytes, *names: str) -> bool:
    """Whether a line among the first is a header with all these columns."""
    wanted = {folded(name) for name in names}
    return any(wanted <= found for found in headers(head))


_DIALECTS: tuple[dict[str, Any], ...] = (
    {"doublequote": True},
    {"doublequote": False, "escapechar": "\\"},
    {"doublequote": True, "escapechar": "\\"},
)


def table(
    body: bytes, where: str, wanted: Sequence[str], notes: Notes, repair: re.Pattern[str] | None = None
) -> list[Row]:
    """Rows of a CSV by folded column name, in the first dialect in which every row is as wide as the header.

    Args:
        body: The whole member.
        where: Its name, for messages.
        wanted: Columns that make a line the header.
        notes: Where rows that stay bent are noted.
        repair: What to replace by a line break when no dialect fits.

    Raises:
        Malformed: half of the rows stay bent; names the line.
    """
    text = decoded(body, notes).replace("\0", "")
    texts = [text] if repair is None else [text, repair.sub("\n", text)]
    best: tuple[int, int, list[tuple[int, list[str]]], list[str]] | None = None
    for candidate in texts:
        for dialect in _DIALECTS:
            found = _parsed(candidate, wanted, dialect)
            if found and (best is None or found[0] < best[0]):
                best = found
            if best and best[0] == 0:
                return _named(best, where, notes)
    if best is None or best[0] * 2 > len(best[2]) + 1:
        line = best[1] if best else 1
        raise Malformed(
            "archive", where, f"a table whose rows do not fit its header, first at line {line}", permanent=True
        )
    return _named(best, where, notes)


def _parsed(
    text: str, wanted: Sequence[str], dialect: dict[str, Any]
) -> tuple[int, int, list[tuple[int, list[str]]], list[str]] | None:
    """(rows of a wrong width, line of the first, rows with their lines, header)"""
    reader = csv.reader(io.StringIO(text, newline=""), **dialect)
    names = {folded(name) for name in wanted}
    header: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    bent = first = 0
    try:
        for cells in reader:
            if header is None:
                named = [folded(cell) for cell in cells]
                header = named if names <= set(named) else None
            elif any(cells):
                if len(cells) != len(header):
                    bent, first = bent + 1, first or reader.line_num
                rows.append((reader.line_num, cells))
    except csv.Error:
        bent, first = bent + 1, first or reader.line_num
    return (bent, first, rows, header) if header is not None else None


def _named(found: tuple[int, int, list[tuple[int, list[str]]], list[str]], where: str, notes: Notes) -> list[Row]:
    _, _, rows, header = found
    kept = []
    for line, cells in rows:
        if len(cells) != len(header):
            notes.reject(f"{where} line {line}", "wrong number of columns", ",".join(cells))
        else:
            kept.append(dict(zip(header, cells)))
    return kept


def json_list(stream: BinaryIO, where: str, after: bytes = b"") -> Iterator[Any]:
    """The values of the first JSON list that follows `after`, one at a time, however long the list is.

    Raises:
        Malformed: no list, or it breaks off; says after how many values.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="")
    buffer = _seek(text, after.decode(), where)
    decoder, count, at = json.JSONDecoder(), 0, 0
    while True:
        at = _skip(buffer, at)
        if at < len(buffer) and buffer[at] == "]":
            return
        try:
            if at >= len(buffer):
                raise json.JSONDecodeError("more is needed", buffer, at)
            value, at = decoder.raw_decode(buffer, at)
        except json.JSONDecodeError as fault:
            more = text.read(max(_CHUNK, len(buffer) - at))
            if not more or len(buffer) - at > _LONGEST:
                raise Malformed(
                    "archive", where, f"breaks off after {count:,} entries ({fault.msg})", permanent=True
                ) from None
            buffer, at = buffer[at:] + more, 0
            continue
        except RecursionError:
            raise Malformed("archive", where, f"nested too deeply after {count:,} entries", permanent=True) from None
        count += 1
        yield value


def _seek(text: io.TextIOWrapper, after: str, where: str) -> str:
    buffer = ""
    while len(buffer) < _LONGEST:
        at = buffer.find(after) if after else 0
        opening = buffer.find("[", at + len(after)) if at >= 0 else -1
        if opening >= 0:
            return buffer[opening + 1 :]
        more = text.read(_CHUNK)
        if not more:
            break
        buffer += more
    raise Malformed("archive", where, "no list of entries in it", permanent=True)


def _skip(buffer: str, at: int) -> int:
    while at < len(buffer) and buffer[at] in " \t\r\n,":
        at += 1
    return at


def json_whole(body: bytes, where: str) -> Any:
    """A JSON document.

    Raises:
        Malformed: it is none.
    """
    try:
        return json.loads(decoded(body))
    except (ValueError, RecursionError) as fault:
        raise Malformed("archive", where, f"not JSON ({str(fault)[:80]})", permanent=True) from None
