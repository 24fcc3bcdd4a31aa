"""The conductor of acts: what a person hands on to others. Every act is asked for, none is repeated by itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from earned.errors import StudyError
from earned.measures.exchange import Exchange
from earned.measures.follow_ups import follow_ups
from earned.model.follow import FollowUp
from earned.outbox.mail import Letter, send, server_of
from earned.outbox.webhook import post_json
from earned.verdicts.leadership import Found


def mails() -> bool:
    """Whether a mail server is named in EARNED_SMTP."""
    return bool(os.environ.get("EARNED_SMTP"))


def mail_page(to: str, subject: str, text: str, html: str) -> None:
    """Send a page by the server of EARNED_SMTP.

    Raises:
        InputError: no server is configured, or an address is none.
        ChannelError: the server does not take it.
    """
    send(Letter(to, subject, text, html, datetime.now(UTC)), server_of(os.environ.get("EARNED_SMTP", "")))


def hand_to_webhook(url: str, content: Mapping[str, object]) -> None:
    """Post plain data to an address; hosts inside a network only where EARNED_ALLOW names them.

    Raises:
        ChannelError: the address is refused or does not take it.
    """
    named = os.environ.get("EARNED_ALLOW", "")
    post_json(url, content, allowed=[host.strip() for host in named.split(",") if host.strip()])


def waiting_for(found: Found, person: str, *, now: datetime | None = None) -> tuple[FollowUp, ...]:
    """Answers that wait for a person (id or name); without `now` the last post of the conversation is today.

    Raises:
        StudyError: nobody is called that.
    """
    wanted = person.casefold()
    codes = [k for k, one in enumerate(found.people) if wanted in (one.id.casefold(), one.name.casefold())]
    if not codes:
        raise StudyError(f"Nobody here is called {person}. The names are in: earned leaders.")
    today = (now or found.leadership.totals.until or datetime.now(UTC)).date()
    acts = Exchange(found.attribution, found.placed, found.people)
    return tuple(one for code in codes for one in follow_ups(acts, code, today=today))
