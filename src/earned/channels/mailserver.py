"""Mail where it lies: one folder of an IMAP server, and monthly archives of a list on the web."""

from __future__ import annotations

import gzip
import imaplib
import re
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from earned.channels.archives.mail import Mail, messages
from earned.channels.base import Net, Source
from earned.channels.items import Notes, page, parsed
from earned.channels.markup import Tolerant
from earned.errors import ChannelError, Forbidden, InputError, Malformed, Missing, TooLarge, Unreachable
from earned.model import Page

#: Messages on one page, and bytes of one that are asked for.
_AT_ONCE, _MOST = 200, 2_000_000
_SECONDS = 30.0
_READS = "Messages of lists and newsletters: who answers whom, texts without quotes."
_OF_LIST = "Attachments; addresses."
#: What a person has to give besides the address.
_PASSWORD = "The password, which never stands in the address: give it in EARNED_IMAP_PASSWORD when it is read."
_LEAVES = "Mail that was sent to a person; attachments; addresses. Nothing is marked as read."
#: Reads the password of an address.
Password = Callable[[str], str]


class Imap:
    """One folder: imap://user@host/Folder (TLS on port 993), imap+plain:// only on this machine."""

    name = "imap"

    def __init__(
        self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), key: bytes = b"",
        password: Password = lambda _: "",
    ) -> None:  # fmt: skip
        self._now, self._mail, self._password = now, Mail(now=now, key=key), password

    def recognise(self, given: str, *, net: Net) -> Source | None:  # noqa: ARG002 - not the web
        """An address with the scheme imap."""
        parts = urlsplit(given)
        if parts.scheme not in ("imap", "imap+plain"):
            return None
        if parts.password is not None:
            reason = "it holds a password; leave it out and give it in EARNED_IMAP_PASSWORD"
            raise Forbidden(self.name, f"{parts.scheme}://{parts.hostname}", reason, permanent=True, way_out="")
        if not parts.username or not parts.hostname:
            raise InputError(given, "names no user or no server.", "Like this: imap://USER@HOST/Folder")
        what = f"mail folder {_name(parts.path)} on {parts.hostname}"
        return Source(self.name, given, what, (_READS,), (_LEAVES,), (_PASSWORD,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:  # noqa: ARG002 - not the web
        """Messages after the last one; a folder that was made anew is read again."""
        notes, before = Notes(self._now()), parsed(cursor)
        with _Folder(address, self._password(address)) as folder:
            last = before.get("last") if before.get("validity") == folder.validity else 0
            last = last if isinstance(last, int) else 0
            numbers = folder.after(last)
            for at in range(0, len(numbers), _AT_ONCE):
                some = numbers[at : at + _AT_ONCE]
                items = [item for body in folder.bodies(some) if (item := self._mail.item(body, "", notes))]
                done = {"validity": folder.validity, "last": some[-1]}
                yield page(items, done, notes, done=at + len(some))


def _name(path: str) -> str:
    return unquote(path.strip("/")) or "INBOX"


class _Folder:
    """A folder opened for reading only."""

    def __init__(self, address: str, password: str) -> None:
        parts = urlsplit(address)
        self.address = f"{parts.scheme}://{parts.hostname}{parts.path}"
        self.name = _name(parts.path)
        self._user, self._password = unquote(parts.username or ""), password
        self._host, self._plain = parts.hostname or "", parts.scheme == "imap+plain"
        try:
            self._port = parts.port or (143 if self._plain else 993)
        except ValueError:
            raise Forbidden(
                "imap",
                self.address,
                "the port is no number",
                permanent=True,
                way_out="Like this: imap://USER@HOST/Folder",
            ) from None
        self.count = self.validity = 0

    def __enter__(self) -> _Folder:
        self._server = self._connected()
        try:
            self._open()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            return

    def _connected(self) -> imaplib.IMAP4:
        if self._plain and self._host not in ("127.0.0.1", "localhost", "::1"):
            raise Forbidden(
                "imap",
                self.address,
                "a password is sent in the clear only on this machine",
                permanent=True,
                way_out="Give imap:// for imap+plain://.",
            )
        try:
            if self._plain:
                return imaplib.IMAP4(self._host, self._port, _SECONDS)
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=ssl.create_default_context(), timeout=_SECONDS)
        except ssl.SSLCertVerificationError as fault:
            raise Forbidden("imap", self.address, _about_certificate(fault), permanent=True, way_out="") from None
        except ssl.SSLError as fault:
            reason = f"does not speak TLS on port {self._port} ({fault.reason}); the port of imap:// is 993"
            raise Unreachable("imap", self.address, reason, permanent=False, way_out="") from None
        except (OSError, imaplib.IMAP4.error) as fault:
            raise Unreachable("imap", self.address, f"cannot connect ({fault})", permanent=False) from None

    def _open(self) -> None:
        with _talking(self.address):
            try:
                self._server.login(self._user, self._password)
            except imaplib.IMAP4.error as fault:
                reason = f"refused the user or the password ({_words(fault)}); give it in EARNED_IMAP_PASSWORD"
                raise Forbidden("imap", self.address, reason, permanent=True, way_out="") from None
            kind, told = self._server.select(f'"{self.name.replace(chr(34), "")}"', readonly=True)
            if kind != "OK":
                raise Missing("imap", self.address, f"no such folder ({_words(told)})", permanent=False,
                              way_out="Look in your mail program how the folder is called: imap://USER@HOST/Folder")  # fmt: skip
            self.count = int((told[0] or b"0").decode())
            self.validity = int((self._server.response("UIDVALIDITY")[1][0] or b"0").decode())

    def after(self, last: int) -> list[int]:
        """Numbers of the messages after that one that a list sent, oldest first."""
        found: set[int] = set()
        with _talking(self.address):
            for header in ("List-Id", "List-Unsubscribe", "List-Post"):
                _, told = self._server.uid("SEARCH", f"UID {last + 1}:*", "HEADER", header, '""')
                found |= {int(one) for one in (told[0] or b"").split()}
        return sorted(number for number in found if number > last)

    def bodies(self, numbers: list[int]) -> Iterator[bytes]:
        """The messages, without marking them."""
        for number in numbers:  # one by one: a long one costs no other
            with _talking(self.address):
                _, told = self._server.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{_MOST}>)")
            yield from (one[1] for one in told if isinstance(one, tuple))


class _talking:
    """Says in our words what goes wrong on the wire."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, OSError | imaplib.IMAP4.abort):
            raise Unreachable(
                "imap", self._address, f"the connection broke ({_words(fault)})", permanent=False
            ) from None
        if isinstance(fault, imaplib.IMAP4.error | ValueError):
            raise Malformed("imap", self._address, f"answered out of turn ({_words(fault)})", permanent=False) from None


def _about_certificate(fault: ssl.SSLCertVerificationError) -> str:
    """What is wrong with a certificate, and the way out."""
    words = str(fault.verify_message).rstrip(".")
    if fault.verify_code in _WRONG_NAME:
        return f"its certificate is for another name ({words}); give the host by the name in the certificate"
    return (
        f"its certificate cannot be trusted ({words}); if the authority that made it is your own, name its file in "
        "SSL_CERT_FILE"
    )


#: X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH.
_WRONG_NAME = (62, 64)


def _words(told: object) -> str:
    return re.sub(r"[\r\n]+", " ", str(told))[:120]


class ListArchive:
    """The page of a list on the web that links to its monthly mbox files (Pipermail, HyperKitty's exports)."""

    name = "list-archive"

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), key: bytes = b"") -> None:
        self._now, self._mail = now, Mail(now=now, key=key)

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """A page with links to months."""
        if urlsplit(given).scheme not in ("http", "https"):
            return None
        try:
            months = _months(given, net)
        except ChannelError:
            return None
        if not months:
            return None
        many = f"{len(months)} months" if len(months) != 1 else "1 month"
        return Source(self.name, given, f"mailing list archive, {many}", (_READS,), (_OF_LIST,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Month after month, oldest first; a month is read again only when it grew."""
        notes, before = Notes(self._now()), parsed(cursor)
        seen: dict[str, Any] = {"month": before.get("month"), "mark": before.get("mark")}
        for month, url in _months(address, net):
            if isinstance(seen["month"], str) and month < seen["month"]:
                continue
            body, mark = _month(url, net)
            if (month, mark) == (seen["month"], seen["mark"]):
                continue
            items = [item for sent, one in messages(BytesIO(body)) if (item := self._mail.item(one, sent, notes))]
            for at in range(0, max(len(items), 1), 1_000):
                whole = at + 1_000 >= len(items)
                yield page(items[at : at + 1_000], {"month": month, "mark": mark if whole else ""}, notes)
            seen = {"month": month, "mark": mark}


_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_PIPERMAIL = re.compile(r"(\d{4})-(" + "|".join(_NAMES) + r")\.(?:txt|mbox)(?:\.gz)?$", re.I)
_NUMBERED = re.compile(r"(\d{4})[-/_]?(\d\d)\.(?:txt|mbox|mbx)(?:\.gz)?$")

_EXPORT = re.compile(r"(?:^|&)start=(\d{4})-(\d\d)")


class _Links(Tolerant):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def _months(address: str, net: Net) -> list[tuple[str, str]]:
    """("2024-03", address of the file), oldest first."""
    answer = net.get(address, most=5_000_000)
    reader = _Links()
    reader.read(answer.body.decode("utf-8", "replace"))
    found: dict[str, str] = {}
    for link in reader.found:
        url = urljoin(answer.url, link)
        month = _month_of(urlsplit(url))
        if month and urlsplit(url).netloc == urlsplit(answer.url).netloc:
            found.setdefault(month, url)
    return sorted(found.items())


def _month_of(parts: SplitResult) -> str:
    path = parts.path
    if named := _PIPERMAIL.search(path):
        return f"{named[1]}-{_NAMES.index(named[2].lower()) + 1:02}"
    if numbered := _NUMBERED.search(path):
        return f"{numbered[1]}-{numbered[2]}"
    exported = _EXPORT.search(parts.query) if path.endswith((".mbox.gz", ".mbox")) else None
    return f"{exported[1]}-{exported[2]}" if exported else ""


def _month(url: str, net: Net) -> tuple[bytes, str]:
    """The messages of a month, and a mark that changes when they do."""
    body = net.get(url, most=50_000_000).body
    mark = f"{len(body)}-{zlib.crc32(body):08x}"
    if not body.startswith(b"\x1f\x8b"):
        return body, mark
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            whole = file.read(_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise Malformed("list-archive", url, f"a damaged gzip file ({fault})", permanent=False) from None
    if len(whole) > _UNPACKED:
        raise TooLarge("list-archive", url, "a month of more than 200 MB", permanent=True)
    return whole, mark


_UNPACKED = 200_000_000


def password_from(environment: Mapping[str, str]) -> Password:
    """Passwords of IMAP addresses, from the environment: never from an address, which is kept and shown."""
    return lambda _: environment.get("EARNED_IMAP_PASSWORD", "")
