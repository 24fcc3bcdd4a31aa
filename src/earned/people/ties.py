"""What speaks for two accounts being one person's: links both ways, domains, addresses, mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from earned.model import Account, Strength, Tie

#: Chosen, not measured: how far a kind of evidence is believed by itself.
_BELIEVED = {
    "both ways": 0.99, "domain both ways": 0.98, "service": 0.9, "mail": 0.9, "domain": 0.85, "address": 0.85,
    "profile": 0.7, "name and handle": 0.5,
}  # fmt: skip
_STRENGTH: dict[str, Strength] = {"both ways": "verified", "domain both ways": "verified", "name and handle": "likely"}
_ORDER: tuple[Strength, ...] = ("verified", "declared", "likely")
#: Under these anybody gets a name: such a handle proves nothing about a domain.
_HOSTED = (".bsky.social", ".bsky.team", ".brid.gy", ".substack.com", ".medium.com", ".wordpress.com", ".github.io")
#: More accounts than this at one address: it is a shared page, and proves nothing about anybody.
_SHARED = 4


class _Sign(NamedTuple):
    one: str
    other: str
    kind: str
    because: str


def ties(accounts: Iterable[Account], pages: Mapping[str, tuple[str, ...]]) -> tuple[Tie, ...]:
    """All pairs of accounts for which something speaks, surest first.

    Args:
        accounts: Of one study; only those of people (or of nobody knows what) are looked at.
        pages: Address of a page that was read -> addresses it calls its owner's (rel=me).

    Returns:
        One tie a pair: "verified" when both sides say so, "declared" when one does, "likely" when name and handle
        agree. Several kinds of evidence add up as if they were independent.
    """
    looked = sorted((a for a in accounts if a.kind in ("person", "unknown")), key=lambda a: a.id)
    mine = {place(page): {place(one) for one in named} for page, named in pages.items()}
    signs: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for find in (_by_links, _by_domain, _by_address, _by_mail, _by_name):
        for sign in find(looked, mine):
            one, other = sorted((sign.one, sign.other))
            signs[one, other].setdefault(sign.kind, sign.because)
    return tuple(sorted((_tie(*pair, found) for pair, found in signs.items()), key=_surest))


def place(address: str) -> str:
    """An address as people mean it: host without www, path without the last slash; empty when it is none."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return host + unquote(parts.path).rstrip("/") if host and parts.scheme in ("http", "https") else ""


def places(account: Account) -> set[str]:
    """Where the account itself is: its page and, where the id is an address, that."""
    found = {place(account.url), place(account.id.partition(":")[2])}
    if account.id.startswith("bluesky:") and account.handle:
        found.add(f"bsky.app/profile/{account.handle.casefold()}")
    return found - {""}


def _surest(tie: Tie) -> tuple[int, float, str, str]:
    return _ORDER.index(tie.strength), -tie.confidence, tie.one, tie.other


def _tie(one: str, other: str, found: Mapping[str, str]) -> Tie:
    doubt = 1.0
    for kind in found:
        doubt *= 1 - _BELIEVED[kind]
    strength = min((_STRENGTH.get(kind, "declared") for kind in found), key=_ORDER.index)
    sure = sorted(found, key=lambda kind: -_BELIEVED[kind])
    return Tie(one, other, strength, round(min(1 - doubt, 0.999), 3), tuple(found[kind] for kind in sure))


def _owners(accounts: Iterable[Account]) -> dict[str, list[Account]]:
    """Address -> accounts that are there; shared pages left out."""
    found: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        for one in places(account):
            found[one].append(account)
    return {one: here for one, here in found.items() if len(here) <= _SHARED}


def _named(account: Account) -> set[str]:
    return {place(one) for one in account.profile_links} - {""}


def _by_links(accounts: list[Account], pages: Mapping[str, set[str]]) -> Iterator[_Sign]:
    """Profiles that name another account's page; with the way back it is proof."""
    owners = _owners(accounts)
    proven: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        checked = {place(one) for one in account.verified_links}
        for page in sorted((_named(account) | checked) - places(account)):
            if places(account) & pages.get(page, set()):
                proven[page].append(account)
            for other in owners.get(page, ()):
                if other.id != account.id:
                    yield _link(account, other, page, page in checked, bool(places(account) & _named(other)))
    for page, there in proven.items():
        for one, other in combinations({a.id: a for a in (*there, *owners.get(page, ()))}.values(), 2):
            yield _Sign(one.id, other.id, "both ways", f"{page} and their profile name each other (rel=me)")


def _link(account: Account, other: Account, page: str, checked: bool, back: bool) -> _Sign:
    if back:
        return _Sign(
            account.id, other.id, "both ways", f"the profiles {shown(account)} and {shown(other)} name each other"
        )
    if checked:
        return _Sign(account.id, other.id, "service", f"the service of {shown(account)} found a link back on {page}")
    return _Sign(account.id, other.id, "profile", f"the profile of {shown(account)} names {page}")


def _by_domain(accounts: list[Account], pages: Mapping[str, set[str]]) -> Iterator[_Sign]:
    """A handle that is a domain of its own, and an account whose page stands there."""
    at: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        for one in places(account):
            at[one.partition("/")[0]].append(account)
    for account in accounts:
        domain = account.handle.casefold()
        if "." not in domain or "@" in domain or domain.endswith(_HOSTED) or len(at.get(domain, ())) > _SHARED:
            continue
        back = any(places(account) & named for page, named in pages.items() if page.partition("/")[0] == domain)
        for other in at.get(domain, ()):
            if other.id != account.id:
                words = f"the handle {domain} is the domain of {shown(other)}" + (", which links back" if back else "")
                yield _Sign(account.id, other.id, "domain both ways" if back else "domain", words)


def _by_address(accounts: list[Account], _: Mapping[str, set[str]]) -> Iterator[_Sign]:
    for page, there in _owners(accounts).items():
        for one, other in combinations(there, 2):
            yield _Sign(one.id, other.id, "address", f"both give the address {page}")


def _by_mail(accounts: list[Account], _: Mapping[str, set[str]]) -> Iterator[_Sign]:
    same: dict[str, list[str]] = defaultdict(list)
    for account in accounts:
        if account.mail_hash:
            same[account.mail_hash].append(account.id)
    for there in same.values():
        for one, other in combinations(there[:_SHARED], 2):
            yield _Sign(one, other, "mail", "both wrote from one mail address (compared as keyed hashes)")


def _by_name(accounts: list[Account], _: Mapping[str, set[str]]) -> Iterator[_Sign]:
    """A name of two words or more with the same handle; a name alone is nothing."""
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account in accounts:
        words, handle = account.name.casefold().split(), account.handle.casefold().partition("@")[0].partition(".")[0]
        if len(words) > 1 and len(handle) >= 4:
            same[" ".join(words), handle].append(account.id)
    for (name, handle), there in same.items():
        for one, other in combinations(there[:_SHARED], 2):
            yield _Sign(one, other, "name and handle", f'both are called "{name}" and answer to {handle}')


def shown(account: Account) -> str:
    """An account in a sentence."""
    return account.handle or account.id
