"""A page as mail: text and HTML in one message, by the SMTP server that a person configured."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

from earned.errors import ChannelError, InputError

CHANNEL = "mail"
PATIENCE = 30.0
_FORM = "EARNED_SMTP=smtp://name:password@host:587?from=you@example.org (smtps:// for TLS from the start)"


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    #: TLS from the start ("smtps"); otherwise STARTTLS where the server offers it, and always before a password.
    tls: bool
    user: str
    password: str
    sender: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent."""

    to: str
    subject: str
    text: str
    html: str
    at: datetime


def server_of(url: str) -> Server:
    """The server that an EARNED_SMTP url names.

    Raises:
        InputError: empty, or not such a url.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (465 if parts.scheme == "smtps" else 587)
    except ValueError as fault:
        raise InputError("EARNED_SMTP", str(fault), f"It looks like this: {_FORM}") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise InputError(
            "EARNED_SMTP", "names no mail server." if url else "is not set.", f"It looks like this: {_FORM}"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    sender = parse_qs(parts.query).get("from", [user if "@" in user else f"earned@{parts.hostname}"])[0]
    return Server(parts.hostname, port, parts.scheme == "smtps", user, password, sender)


def message(letter: Letter, sender: str) -> EmailMessage:
    """The message with both forms of the page, the plain one first.

    Raises:
        InputError: an address that is none, or more than one.
    """
    mail = EmailMessage()
    mail["From"], mail["To"] = _address(sender), _address(letter.to)
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Date"], mail["Message-ID"] = format_datetime(letter.at), make_msgid(domain="earned.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail


def _address(given: str) -> Address:
    try:
        found = Address(addr_spec=given.strip())
    except (ValueError, IndexError, LookupError) as fault:
        raise InputError(given[:80], f"is no mail address ({fault}).") from None
    if not found.username or not found.domain or not given.isprintable():
        raise InputError(given[:80], "is no mail address.")
    return found


def send(letter: Letter, server: Server) -> None:
    """Hand a letter in, once.

    Raises:
        InputError: an address that is none.
        ChannelError: the server cannot be reached, or refuses.
    """
    mail = message(letter, server.sender)
    try:
        with _open(server) as session:
            _secure(session, server)
            session.send_message(mail)
    except (smtplib.SMTPException, OSError) as fault:
        permanent = isinstance(fault, smtplib.SMTPAuthenticationError | smtplib.SMTPRecipientsRefused)
        raise ChannelError(
            CHANNEL, f"{server.host}:{server.port}", f"did not take the letter ({fault})", permanent=permanent,
            way_out="Look at EARNED_SMTP and the addresses: nothing was sent.",
        ) from None  # fmt: skip


def _open(server: Server) -> smtplib.SMTP:
    if server.tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(server.host, server.port, timeout=PATIENCE)


def _secure(session: smtplib.SMTP, server: Server) -> None:
    """Encrypt where the server can; a password never goes in the clear."""
    session.ehlo()
    if not server.tls and session.has_extn("starttls"):
        session.starttls(context=ssl.create_default_context())
        session.ehlo()
    elif not server.tls and server.user:
        raise smtplib.SMTPException("it offers no encryption, so no password was sent")
    if server.user:
        session.login(server.user, server.password)
