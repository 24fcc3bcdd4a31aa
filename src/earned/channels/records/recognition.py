"""What kind of file this is, by how it begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Literal

from earned.channels.records.columns import Columns
from earned.channels.records.lines import Given, Lines
from earned.channels.records.rows import Refused, parse_line
from earned.channels.records.shapes import Table

Shape = Literal["JSON Lines", "CSV", "Parquet"]


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
    sound = len(head) > 1 and len(set(head)) == len(head)
    return sound and (bool(columns) or _enough(columns.place(head)))  # whoever names columns means a table


def _enough(place: Mapping[str, tuple[str, ...]]) -> bool:
    fields = {field for several in place.values() for field in several}
    return bool(fields & {"text", "title"}) and len(fields) > 1
