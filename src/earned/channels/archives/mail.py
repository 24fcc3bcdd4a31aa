"""Mailing lists and newsletters in mbox files and Maildir folders; nobody's address is kept."""

from __future__ import annotations

import email
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from functools import lru_cache
from typing import BinaryIO, ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical, plain
from earned.channels.times import TimeRefused, read_time
from earned.model import Account, AccountKind, Link, Post, Precision

#: Bytes of one message that are looked at; what is longer are attachments.
_MOST = 2_000_000
#: A claimed time further than this from when the message travelled is not believed.
_APART = timedelta(days=14)
_SEPARATOR = re.compile(rb"From \S.{0,200}?\b(\w{3} \w{3} +\d{1,2} \d\d:\d\d(?::\d\d)?.{0,12}? \d{4})\s*$")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:|>From ")
_ID = re.compile(r"<([^<>\s]+)>")
_WEB = re.compile(r"https?://[^\s<>\")\]]+")
_ADDRESS = re.compile(r"[\w.+-]+(?:@| at )[\w-]+\.[\w.-]*\w")
#: What an address has at least: nearly all texts say " at ", few go on with a domain.
_DOMAIN = re.compile(r"(?:@| at )[\w-]+\.[\w.-]*\w")
_OBFUSCATED = re.compile(r"(\S+) (?:at|AT) (\S+)(?:\s+\((.*)\))?\s*$")
_WROTE = re.compile(r"(?:^|\s)(?:wrote|writes|said|schrieb|a écrit)\s*:?\s*$", re.I)
_FOOTER = re.compile(r"^_{20,}\s*$")
_HIDDEN = re.compile(r"remailer|anonymous|^nobody$", re.I)
_LISTED = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list")
_TRAVELLED = ("delivered-to", "x-original-to", "received", "x-gmail-labels", "return-path")
_PRIVATE = "sent to a person, not to a list"

_Time = tuple[datetime | None, Precision]


class Mail(ArchiveChannel):
    """Posts to lists, and newsletters."""

    name = "mail"
    what = "mail of lists"
    reads = ("mbox", "message")
    claimed_by = ("mbox", "message")
    leaves: ClassVar = {}
    never = ("Attachments, and mail that was sent to a person and not to a list.",)

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), key: bytes = b"") -> None:
        super().__init__(now=now)
        #: Turns addresses into ids that tell nothing; with another key people get other ids.
        self._key = key or _KEY

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """An mbox by its first separator, a message by its headers."""
        lines = head[:4096].splitlines()
        if len(lines) > 1 and _SEPARATOR.match(lines[0]) and _HEADER.match(lines[1]):
            return "mbox"
        top = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
        named = [mark in b"\n" + top for mark in (b"\nfrom:", b"\ndate:", b"\nmessage-id:", b"\nsubject:")]
        return "message" if sum(named) >= 3 and _HEADER.match(head) else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Messages as posts."""
        for member in kinds.get("mbox", ()):
            with opened.stream(member) as stream:
                for sent, body in messages(stream):
                    if item := self.item(body, sent, notes):
                        yield member, item
        for member in kinds.get("message", ()):
            with opened.stream(member) as stream:
                if item := self.item(stream.read(_MOST), "", notes):
                    yield member, item

    def item(self, body: bytes, sent: str, notes: Notes) -> Item | None:
        """One message as a post; None when it is nobody's business or says nothing (counted).

        Args:
            body: The message.
            sent: When it was put where it lies, as an mbox says it; empty: not known.
            notes: Where is counted what is left out.
        """
        message = email.message_from_bytes(body)
        there = {name.lower() for name in message.keys()}  # noqa: SIM118  a message is no mapping
        if any(message[name] for name in _TRAVELLED if name in there) and not _is_listed(message):
            notes.ignored[_PRIVATE] += 1
            return None
        account = account_of(_header(message, "from"), self._key)
        text, title = _text(message), _header(message, "subject")
        if not text and not title:
            notes.ignored["message without words"] += 1
            return None
        when = _when(message, sent, notes)
        number = f"mail:{_own_id(message, text, notes)}"
        place = _place(message)
        links = _links(number, message, text)
        text = masked(text)
        post = Post(
            number, place, (account.id,) if account else (), when[0], when[1], notes.text(text),
            title=masked(title), text_unquoted=unquoted(text),
            labels={"anonymous": "remailer"} if account and account.kind == "anonymous" else {},
        )  # fmt: skip
        return Item(post, (account,) if account else (), links)


_KEY = secrets.token_bytes(32)


@lru_cache(maxsize=20_000)
def account_of(given: str, key: bytes) -> Account | None:
    """Who wrote, by the words of their From line: few people write many letters."""
    hidden = _OBFUSCATED.match(given)
    name, address = (hidden[3] or "", f"{hidden[1]}@{hidden[2]}") if hidden else parseaddr(given)
    if not address and not name:
        return None
    number = hmac.new(key, address.strip().casefold().encode(), hashlib.sha256).hexdigest()[:20]
    kind: AccountKind = "anonymous" if _HIDDEN.search(name) or _HIDDEN.search(address.partition("@")[0]) else "unknown"
    shown = " ".join(name.replace('"', "").split())
    shown = "" if _ADDRESS.search(shown) else shown
    mail = number if address else ""
    return Account(f"mail:{number}", shown or f"nobody named ({number[:6]})", kind, mail=mail)


def messages(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """(when it was put into the file, message) of an mbox; "From " inside a text separates nothing."""
    sent, parts, size, blank = "", list[bytes](), 0, True
    waiting: tuple[bytes, re.Match[bytes]] | None = None
    for line in stream:
        if waiting is not None:
            if _HEADER.match(line):
                if parts:
                    yield sent, b"".join(parts)
                sent, parts, size = waiting[1][1].decode("ascii", "replace"), [], 0
            else:
                parts.append(waiting[0])
            waiting = None
        found = _SEPARATOR.match(line) if blank and line.startswith(b"From ") else None
        if found:
            waiting = (line, found)
        elif size < _MOST:
            parts.append(line)
            size += len(line)
        blank = not line.strip()
    if parts:
        yield sent, b"".join(parts)


def masked(text: str) -> str:
    """A text without anybody's mail address."""
    return _ADDRESS.sub("[address]", text) if _DOMAIN.search(text) else text


def _is_listed(message: Message) -> bool:
    return any(message[name] for name in _LISTED) or str(message["precedence"]).lower() in ("list", "bulk")


def _header(message: Message, name: str) -> str:
    """A header as people read it, in one line."""
    given = message[name]
    if given is None:
        return ""
    if isinstance(given, str) and "=?" not in given:
        return " ".join(given.split())
    try:
        return " ".join(str(make_header(decode_header(given))).split())
    except (ValueError, LookupError, UnicodeError):
        return " ".join(str(given).encode("ascii", "replace").decode().split())


def _own_id(message: Message, text: str, notes: Notes) -> str:
    found = _ID.search(str(message["message-id"] or ""))
    if found:
        return found[1]
    notes.ignored["message without an id, one was made"] += 1
    whole = f"{message['date']}\0{message['from']}\0{text[:200]}"
    return "made-" + hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:24]


def _place(message: Message) -> str:
    named = _header(message, "list-id")
    found = _ID.search(named)
    name = (found[1] if found else named.strip()) or ""
    return f"mail {name.lower()}" if name and "@" not in name else "mail"


def _text(message: Message) -> str:
    """The words: plain text parts, else the HTML ones without markup."""
    words: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in words and "attachment" not in str(part.get("content-disposition", "")).lower():
            words[kind].append(_decoded(part))
    text = "\n\n".join(words["text/plain"]) or plain("\n".join(words["text/html"])).text
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _decoded(part: Message) -> str:
    body = part.get_payload(decode=True)
    body = body if isinstance(body, bytes) else b""
    try:
        return body.decode(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError):  # no such encoding, or no name of one
        return body.decode("utf-8", "replace") if b"\xc3" in body else body.decode("cp1252", "replace")


def unquoted(text: str) -> str:
    """Without quoted lines, the lines that attribute them, the signature and the footer of the list."""
    kept: list[str] = []
    for line in text.split("\n"):
        if line in ("-- ", "--") or _FOOTER.match(line):
            break
        if line.lstrip().startswith((">", "|")):
            while kept and not kept[-1].strip():
                kept.pop()
            if kept and _WROTE.search(kept[-1]):
                kept.pop()
        else:
            kept.append(line)
    return "\n".join(kept).strip()


def _when(message: Message, sent: str, notes: Notes) -> _Time:
    """The claimed time where it fits the one of travelling; else that, to the day; else unknown."""
    travelled = [
        time for given in message.get_all("received", []) if (time := _time(str(given).rpartition(";")[2], notes))
    ]
    reference = min(travelled) if travelled else _time(_asctime(sent), notes)
    claimed = _time(str(message["date"] or ""), notes)
    if claimed and (reference is None or abs(claimed - reference) <= _APART):
        return claimed, "second"
    if reference:
        notes.ignored["date not believed, day of arrival taken"] += 1
        return reference, "day"
    notes.ignored["no date"] += 1
    return None, "unknown"


def _asctime(given: str) -> str:
    """ "Mon Jan  1 10:00:00 2024" in the order of mail headers."""
    words = given.split()
    return f"{words[2]} {words[1]} {words[-1]} {words[3]} +0000" if len(words) >= 5 else ""


def _time(given: str, notes: Notes) -> datetime | None:
    try:
        return read_time(given.strip(), now=notes.now).time if given.strip() else None
    except TimeRefused:
        return None


def _links(number: str, message: Message, text: str) -> tuple[Link, ...]:
    parents = _ID.findall(str(message["in-reply-to"] or ""))[:1] or _ID.findall(str(message["references"] or ""))[-1:]
    reply = [Link(number, "reply", f"mail:{parent}") for parent in parents if f"mail:{parent}" != number]
    return (*reply, *links_of(number, [(canonical(one.rstrip(".,;")), "") for one in _WEB.findall(text)]))
