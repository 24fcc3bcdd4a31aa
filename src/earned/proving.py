"""The conductor of proofs: reads people's own pages, joins accounts whose pages name each other, and looks again in time."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from earned.channels.base import Visitor
from earned.channels.relme import Named, host, own_profiles, same_place
from earned.model import Account, Proof
from earned.people import Pair, proofs, standing_at
from earned.persons import person, suggestions
from earned.work import Progress, net, silent
from earned.workspace import Study

__all__ = ["Proved", "is_time", "next_look", "prove", "prove_due"]

#: Pages read in one go to prove who is whom: at a second each for one host, some minutes at most.
_MOST_PAGES = 200
#: A page is asked again by itself after so long; one that said nothing, sooner.
AGAIN, SOON = timedelta(days=90), timedelta(days=7)
#: A study's people are looked at again so long after the last time at the earliest.
APART = timedelta(hours=1)
#: When an account's page is asked again, by a mark of the account: (mark of what its profile names, ISO time); and under
#: _WHOLE what the conversation was when somebody last looked, and when the next look may be.
Looked = Mapping[str, tuple[str, str]]
_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """What reading people's own pages came to, in words where something is left to a person."""

    #: Numbers of the decisions, with what each joins.
    made: dict[int, Proof]
    #: Proofs that held and do not any more: at least one page does not name the other now.
    lost: tuple[Proof, ...]
    #: Pages that were read; pages, and pairs, that prove nothing and why.
    read: int
    unread: tuple[str, ...]

    def lines(self) -> tuple[str, ...]:
        """In words, a line each."""
        made = (f"{one.pages[0]} and {one.pages[1]} name each other: one person." for one in self.made.values())
        lost = (f"{one.pages[0]} and {one.pages[1]} name each other no more." for one in self.lost)
        proven, pages = len(self.made), "1 page" if self.read == 1 else f"{self.read} pages"
        says = f"{pages} read, {proven} {'pair' if proven == 1 else 'pairs'} proven, {len(self.lost)} taken back."
        return (says, *made, *lost, *(f"Proves nothing: {line}" for line in self.unread))


@dataclass(frozen=True, slots=True)
class _Asking:
    """One go: who asks, how, and what it may not undo."""

    client: Visitor
    member: int | None = None
    progress: Progress = silent
    #: Set: no further page is read.
    halt: threading.Event | None = None
    #: Pairs that are not joined again, since a person took the proof back.
    spared: frozenset[Pair] = frozenset()


def prove(
    opened: Study, word: str = "", *, client: Visitor | None = None, member: int | None = None,
    progress: Progress = silent,
) -> Proved:  # fmt: skip
    """Read the pages of accounts that may be one person, and join those whose pages name each other with rel=me.

    Proofs that hold are looked at again: one whose pages were read and name each other no more is taken back.

    Args:
        opened: Where.
        word: A person, by id or name, or an account: only their pages, and those these name. Empty: all suggested.
        client: Who reads; None: the polite client, which asks robots files and reaches public addresses only.
        member: Who asks.
        progress: Is told of each page.

    Raises:
        StudyError: there is no such person.
    """
    asked = person(opened, word).accounts if word else _candidates(opened)
    return _prove(opened, asked, _Asking(client or net(), member, progress), now=datetime.now(UTC))


def prove_due(
    opened: Study, *, client: Visitor | None = None, progress: Progress = silent, halt: threading.Event | None = None,
    now: datetime | None = None,
) -> Proved | None:  # fmt: skip
    """The same by itself, of accounts that are new or name other addresses, and of pages last read 90 days ago.

    A proof that a person took back is not made again. None: nothing was due.
    """
    moment = now or datetime.now(UTC)
    known, looked = opened.store.posts.accounts(opened.record), opened.store.decisions.looked(opened.record)
    candidates = _candidates(opened)
    asked = {one.id for one in known if one.id in candidates and _is_due(one, looked, moment)}
    if not asked:
        return None
    asked |= {id for both in opened.store.decisions.proofs(opened.record) for id in both.pair if asked & {*both.pair}}
    spared = opened.store.decisions.proofs_taken_back(opened.record)
    return _prove(opened, asked, _Asking(client or net(), None, progress, halt, spared), now=moment)


def is_time(opened: Study, now: datetime) -> bool:
    """Whether to look for pages that are due: an hour after the last look at the earliest, when there is news or time is up.

    Who asks is the one who looks: several workers share the studies.
    """
    looked = opened.store.decisions.looked(opened.record)
    before, earliest = looked.get(_WHOLE, ("", ""))
    if earliest and now < datetime.fromisoformat(earliest):
        return False
    water, due = opened.store.posts.high_water(opened.record), next_look(opened)
    told = {**looked, _WHOLE: (water, (now + APART).isoformat())}
    opened.store.decisions.look(opened.record, told, now=now)
    return water != before or (due is not None and due <= now)


def next_look(opened: Study) -> datetime | None:
    """When the first page is due again; None: none was ever read."""
    looked = opened.store.decisions.looked(opened.record)
    return min((datetime.fromisoformat(at) for one, (_, at) in looked.items() if one != _WHOLE), default=None)


def _prove(opened: Study, asked: Collection[str], asking: _Asking, *, now: datetime) -> Proved:
    at = standing_at(opened.store.posts.accounts(opened.record), same_place)
    said = _pages(opened, {page for page, one in at.items() if one.id in asked}, at, asking)
    says = {page: one.profiles for page, one in said.items() if not one.why_not}
    held = {one.pair: one for one in opened.store.decisions.proofs(opened.record)}
    found, refused = proofs(says, at)
    lost = tuple(one for one in held.values() if one not in found and {*one.pages} <= says.keys())
    for one in lost:
        _note(opened, one, (), asking.member, now)
    new = [one for one in found if one != held.get(one.pair) and one.pair not in asking.spared]
    made = {_note(opened, one, one.pages, asking.member, now): one for one in new}
    _note_looks(opened, {at[page]: one for page, one in said.items()}, asked, now)
    unread = [f"{page}: {one.why_not}." for page, one in sorted(said.items()) if one.why_not]
    return Proved(made, lost, len(says), (*unread, *refused))


def _candidates(opened: Study) -> set[str]:
    """Accounts that may be one person with another, and those that were proven to be."""
    told = {id for one in suggestions(opened, most=_MOST_PAGES) for id in (one.a.id, one.b.id)}
    return told | {id for both in opened.store.decisions.proofs(opened.record) for id in both.pair}


def _pages(opened: Study, first: Collection[str], at: Mapping[str, Account], asking: _Asking) -> dict[str, Named]:
    """What these pages say, and the known pages that they name."""
    given = {host(one.address): one.address for one in opened.store.sources.of(opened.record) if host(one.address)}
    found: dict[str, Named] = {}
    waiting = sorted(first)
    while waiting and len(found) < _MOST_PAGES and not (asking.halt and asking.halt.is_set()):
        asking.progress("Reading people's own pages", len(found), len(found) + len(waiting))
        page = waiting.pop(0)
        found[page] = own_profiles(asking.client, at[page].url, seen_at=given.get(host(page), ""))
        waiting += [
            one for one in sorted(found[page].profiles) if one in at and one not in found and one not in waiting
        ]
    asking.progress("Reading people's own pages", len(found), len(found) + len(waiting))
    return found | {page: Named(why_not=_LEFT) for page in waiting}


_LEFT = f"only {_MOST_PAGES} pages are read at a time"


def _note(opened: Study, one: Proof, pages: Collection[str], member: int | None, now: datetime) -> int:
    verdict = {"pages": list(pages)}
    return opened.store.decisions.note(opened.record, "proof", list(one.pair), verdict, now=now, member=member)


def _mark(account: Account) -> tuple[str, str]:
    """Marks of an account and of what its profile names."""
    words = account.id, repr((account.url, account.links))
    one, names = (blake2b(word.encode("utf-8", "replace"), digest_size=6).hexdigest() for word in words)
    return one, names


def _is_due(account: Account, looked: Looked, now: datetime) -> bool:
    one, names = _mark(account)
    before, at = looked.get(one, ("", ""))
    return before != names or datetime.fromisoformat(at) <= now


def _note_looks(opened: Study, said: Mapping[Account, Named], asked: Collection[str], now: datetime) -> None:
    """When each of these accounts' pages is asked again; one left for want of room stays due, one without a page waits, too."""
    before = opened.store.decisions.looked(opened.record)
    looked = {one: told for one, told in before.items() if one == _WHOLE or datetime.fromisoformat(told[1]) > now}
    there = {account.id for account in said}
    for account in opened.store.posts.accounts(opened.record):
        if account.id in asked and account.id not in there:
            looked[_mark(account)[0]] = _mark(account)[1], (now + AGAIN).isoformat()
    for account, named in said.items():
        if named.why_not != _LEFT:
            one, names = _mark(account)
            looked[one] = names, (now + (SOON if named.why_not else AGAIN)).isoformat()
    if any(named.why_not == _LEFT for named in said.values()) and _WHOLE in looked:
        looked[_WHOLE] = "", looked[_WHOLE][1]  # the next look goes on, with or without news
    opened.store.decisions.look(opened.record, looked, now=now)
