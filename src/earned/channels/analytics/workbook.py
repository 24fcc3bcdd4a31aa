"""LinkedIn's analytics of one's own content: a workbook whose sheets are known by what their cells say."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from earned.channels.analytics.tables import Table
from earned.channels.archives.content import folded
from earned.errors import Malformed, TooLarge

#: A workbook is a zip; an honest one holds some dozen parts and some megabytes.
_PARTS, _UNPACKED = 1_000, 200_000_000
_ROWS = 20_000
_WIDTH = 60
_ADDRESS = "post url"
_VALUES = {
    "impressions": ("impressions", "events"), "engagements": ("engagements", "events"),
    "members reached": ("members_reached", "people"), "reactions": ("likes", "events"), "comments": ("replies", "events"),
    "reposts": ("reposts", "events"),
}  # fmt: skip
_SPAN = re.compile(r"(\d{1,2})/(\d{1,2})/(20\d\d)\s*[-\u2013]\s*(\d{1,2})/(\d{1,2})/(20\d\d)")

_Row = Sequence[object]


def is_workbook(head: bytes, path: Path) -> bool:
    """Whether it is a workbook of any kind."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def of_workbook(path: Path) -> Table | None:
    """Counts of each post that it names; None: no sheet of it names posts.

    Raises:
        TooLarge: it would unpack to more than a workbook does.
        Malformed: it cannot be opened.
    """
    made = Table("LinkedIn analytics workbook", "linkedin")
    tables = 0
    best: dict[tuple[str, str, str], float] = {}
    for rows in _sheets(path):
        span, found = None, False
        for at, row in enumerate(rows):
            span = span or _SPAN.search(" ".join(str(cell) for cell in row if cell))
            cells = [folded(str(cell or "")) for cell in row]
            if at < 15 and _ADDRESS in cells:
                found = True
                tables += 1
                _take(rows, _blocks(cells), best, made.ignored)
        made.ignored["sheet about the account or its readers, not about posts"] += not found
        if made.until is None and (known := _span(span, path)):
            made.since, made.until = known
    made.rows = [(address, name, unit, value) for (address, name, unit), value in best.items()]
    made.ignored = +made.ignored
    return made if tables else None


def _sheets(path: Path) -> Iterator[Iterator[_Row]]:
    from openpyxl import load_workbook  # heavy: loaded when there is a workbook

    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise TooLarge("counts", str(path), f"unpacks to more than {_UNPACKED:,} bytes", permanent=True)
        book = load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            yield sheet.iter_rows(max_row=_ROWS, max_col=_WIDTH, values_only=True)
        book.close()
    except TooLarge:
        raise
    except Exception as fault:  # noqa: BLE001 - a parser of anybody's bytes, with faults of its own
        reason = f"a workbook that cannot be opened ({type(fault).__name__}). Export it again"
        raise Malformed("counts", str(path), reason, permanent=True) from None


#: Column of the address -> columns of its values with their names and units.
_Blocks = dict[int, dict[int, tuple[str, str]]]


def _blocks(cells: list[str]) -> _Blocks:
    """Tables may stand side by side: each begins with a column of addresses."""
    found: _Blocks = {}
    begins = None
    for at, cell in enumerate(cells):
        if cell == _ADDRESS:
            begins = at
            found[at] = {}
        elif begins is not None and cell in _VALUES:
            found[begins][at] = _VALUES[cell]
    return found


def _take(
    rows: Iterator[_Row], blocks: _Blocks, best: dict[tuple[str, str, str], float], ignored: Counter[str]
) -> None:
    for row in rows:
        for at, columns in blocks.items():
            address = str(row[at] or "").strip() if at < len(row) else ""
            if not address:
                continue
            if not address.startswith(("http://", "https://")):
                ignored["row without a post"] += 1
                continue
            for column, (name, unit) in columns.items():
                value = _number(row[column] if column < len(row) else None)
                if value is not None:
                    best[address, name, unit] = value


def _number(cell: object) -> float | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = str(cell or "").replace(",", "").strip()
    return float(text) if re.fullmatch(r"\d{1,12}(\.\d+)?", text) else None


def _span(span: re.Match[str] | None, path: Path) -> tuple[datetime, datetime] | None:
    """The first and last day that it covers, when day and month can be told apart: they stand in one order in both dates."""
    if not span:
        return None
    a, b, year, c, d, last = map(int, span.groups())
    ends = set()
    for month, day, month_to, day_to in ((a, b, c, d), (b, a, d, c)):
        try:
            since, until = datetime(year, month, day, tzinfo=UTC), datetime(last, month_to, day_to, tzinfo=UTC)
        except ValueError:
            continue
        if since <= until <= datetime.fromtimestamp(path.stat().st_mtime + 86_400, UTC):
            ends.add((since, until))
    return ends.pop() if len(ends) == 1 else None
