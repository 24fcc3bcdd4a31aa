"""One row as the exchange form has it: typed and fast where it is exact, patient and exact about faults where not."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, NoReturn, cast, get_args

import msgspec

from earned.channels.records.columns import Columns
from earned.model import AccountKind, LinkKind, Precision

#: Where a row names no channel.
CHANNEL = "records"
REPAIRED = "characters that are none replaced or dropped"


class RowAuthor(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Who said it; `account`, `domain`, `inferred` are kept as labels of the post."""

    id: str
    name: str = ""
    group: bool = False
    bot: bool = False
    kind: AccountKind = "unknown"
    organization: str | None = None
    handle: str | None = None
    url: str | None = None
    account: str | None = None
    domain: str | None = None
    inferred: bool = False


class RowLink(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    kind: LinkKind
    target: str
    count: int = 1
    evidence: str = ""


class Row(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: str
    text: str
    channel: str = CHANNEL
    url: str | None = None
    time: str | int | float | None = None
    time_precision: Precision | None = None
    author: RowAuthor | None = None
    authors: list[RowAuthor] = []
    organization: str | None = None
    title: str | None = None
    thread: str | None = None
    text_unquoted: str | None = None
    links: list[RowLink] = []
    labels: dict[str, Any] = {}
    lang: str | None = None
    version: str | None = None
    #: What had to be repaired or left out, for the page's `ignored`; never in a file.
    notes: tuple[str, ...] = ()


class RowId(msgspec.Struct, gc=False):
    """Only the id: what going past known rows needs."""

    id: str


class Refused(ValueError):
    """A row that cannot be kept: the reason, the same words for the same fault, and the offending value."""

    def __init__(self, reason: str, detail: object = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, str(detail)[:80]


decode_row = msgspec.json.Decoder(Row).decode
decode_id = msgspec.json.Decoder(RowId).decode
BROKEN = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError)


def parse_line(line: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A line that is no clean row, as an object, with notes on what was repaired.

    Raises:
        Refused: broken JSON, or JSON that is no object.
    """
    text, notes = decode_text(line)
    try:
        found = _decoder.decode(text.lstrip("\ufeff"))
        clean = whole(found) if "\\" in text else found  # only an escape can say what no database holds
    except (ValueError, RecursionError) as fault:
        raise Refused("broken JSON", text if isinstance(fault, RecursionError) else f"{fault}: {text}") from None
    if not isinstance(clean, dict):
        raise Refused("not an object", text)
    if clean is not found and "\\u" in text and clean != found:
        notes += (REPAIRED,)
    return clean, notes


def decode_text(line: bytes) -> tuple[str, tuple[str, ...]]:
    """Bytes as text that any database can hold, with notes on what was repaired."""
    notes: tuple[str, ...] = ()
    if b"\0" in line:
        line, notes = line.replace(b"\0", b""), ("NUL bytes dropped",)
    try:
        return line.decode(), notes
    except UnicodeDecodeError:
        return line.decode("utf-8", "replace"), (*notes, "invalid UTF-8 replaced")


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def whole(value: object) -> object:
    """The same without what no database can hold: lone surrogates become U+FFFD, NUL characters go."""
    if isinstance(value, str):
        return value.replace("\0", "") if value.isascii() else _mended(value.replace("\0", ""))
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {str(whole(str(key))): whole(item) for key, item in value.items()}
    return value


def _mended(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def loosen(raw: Mapping[str, Any], columns: Columns, notes: tuple[str, ...] = ()) -> Row:
    """A row from an object whose fields may be named or written otherwise.

    Raises:
        Refused: a field is missing or of a type that cannot be meant.
    """
    fields, labels = _sort(raw, columns)
    links, bad_links = _links(fields)
    if bad_links:
        notes += ("link not understood",) * bad_links
    return Row(
        id=_id(fields.get("id")),
        text=_text(fields),
        channel=_word(fields, "channel") or CHANNEL,
        url=_word(fields, "url"),
        time=_time(fields.get("time")),
        time_precision=_precision(fields.get("time_precision")),
        authors=_authors(fields),
        organization=_word(fields, "organization"),
        title=_word(fields, "title"),
        thread=_word(fields, "thread"),
        text_unquoted="" if fields.get("text_unquoted") == "" else _word(fields, "text_unquoted"),
        links=links,
        labels=_labels(fields.get("labels")) | labels,
        lang=_word(fields, "lang"),
        version=_word(fields, "version"),
        notes=notes,
    )


def _sort(raw: Mapping[str, Any], columns: Columns) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields, and what is none of them; an empty cell is no value."""
    fields: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    for header, names in columns.place(raw).items():
        value = raw[header]
        fields |= dict.fromkeys(names, value)
        if not names and value is not None and value != "":
            labels[header.strip()] = value
    return fields, labels


def _id(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise Refused("no id")
    if not isinstance(value, str):
        raise Refused("id is no text", value)
    return value


def _word(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None or type(value) is str:  # nearly always
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Refused(f"{name} is no text", value)
    return value or None


def _text(fields: Mapping[str, Any]) -> str:
    text = fields.get("text")
    if text is None and not fields.get("title"):
        raise Refused("no text")
    return _word(fields, "text") or ""


def _time(value: object) -> str | int | float | None:
    if value is None or value == "":
        return None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    if hasattr(value, "isoformat"):  # Parquet timestamps
        return str(value.isoformat())
    raise Refused("time not understood", value)


def _precision(value: object) -> Precision | None:
    if value is None or value == "":
        return None
    if value in get_args(Precision):
        return cast(Precision, value)
    raise Refused("time precision unknown", value)


def _labels(value: object) -> dict[str, Any]:
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = msgspec.json.decode(value)
        except BROKEN:
            raise Refused("labels are no object", value) from None
    if value is None or value == "":
        return {}
    if isinstance(value, list) and all(isinstance(item, tuple) and len(item) == 2 for item in value):
        value = dict(value)  # a Parquet map
    if not isinstance(value, dict):
        raise Refused("labels are no object", value)
    return {str(key): item for key, item in value.items() if item is not None}


@lru_cache(65_536)
def folded(name: str) -> str:
    """The id of somebody known by name only: the spelling without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", (plain.strip() or name).lower()).strip("-") or name.strip()


def _authors(fields: Mapping[str, Any]) -> list[RowAuthor]:
    several = fields.get("authors") or fields.get("author")
    several = [] if several in (None, "") else several
    if isinstance(several, str):
        several = [word.strip() for word in several.split(";") if word.strip()]
    if not isinstance(several, list):
        several = [several]
    found = [_author(one) for one in several if one is not None]
    if number := fields.get("author_id"):
        if len(found) > 1:
            raise Refused("one author id for several authors", number)
        return [msgspec.structs.replace(found[0] if found else RowAuthor(id=""), id=str(number))]
    return found


def _author(given: object) -> RowAuthor:
    if isinstance(given, str):
        return RowAuthor(id=folded(given), name=given)
    if not isinstance(given, dict):
        raise Refused("author is neither object nor name", given)
    name, number = given.get("name"), given.get("id")
    if not isinstance(name, str | None) or not isinstance(number, str | int | None):
        raise Refused("author id or name is no text", given)
    if not name and number in (None, ""):
        raise Refused("author without id and name", given)
    known = {key: value for key, value in given.items() if key in RowAuthor.__struct_fields__ and value is not None}
    known["id"] = str(number) if number not in (None, "") else folded(name or "")
    try:
        return msgspec.convert(known, RowAuthor, strict=False)
    except msgspec.ValidationError as fault:
        raise Refused("author not understood", fault) from None


def _links(fields: Mapping[str, Any]) -> tuple[list[RowLink], int]:
    """Links in any of the ways files write them, and how many could not be understood."""
    given = fields.get("links") or []
    if isinstance(given, str):
        words = given.split()
        given = [given] if len(words) == 1 else [{"kind": a, "target": b} for a, b in zip(words[::2], words[1::2])]
    if not isinstance(given, list):
        raise Refused("links are no list", given)
    pairs: list[tuple[Literal["reply_to", "quote_of"], LinkKind]] = [("reply_to", "reply"), ("quote_of", "quote")]
    found = [RowLink(kind, str(fields[name])) for name, kind in pairs if fields.get(name) not in (None, "")]
    bad = 0
    for one in given:
        try:
            found.append(RowLink("url", one) if isinstance(one, str) else _link(one))
        except (msgspec.ValidationError, AttributeError):
            bad += 1
    return found, bad


def _link(given: Any) -> RowLink:
    return msgspec.convert({key: value for key, value in given.items() if value is not None}, RowLink)
