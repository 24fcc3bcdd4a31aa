"""What speaks for two accounts being one person: addresses, handles, mail, names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from math import prod
from urllib.parse import unquote, urlsplit

from earned.model import Account, Clue, ClueKind

#: Two account ids in order.
Pair = tuple[str, str]

#: How much each clue weighs alone. Judgements, in the order in which such a clue is hard to fake; "name" alone is nothing.
WEIGHTS: Mapping[ClueKind, float] = {
    "both ways": 0.99, "checked": 0.9, "domain": 0.9, "mail": 0.9, "id and name": 0.9, "address": 0.8, "one way": 0.6,
    "name": 0.3,
}  # fmt: skip
#: A mail hash that more accounts share belongs to a machine or a list.
_MOST_BEHIND_ONE_MAIL = 6
_DOMAIN = re.compile(r"(?!-)[\w-]+(\.[\w-]+)*\.[a-z][\w-]+", re.I)


def pair(a: str, b: str) -> Pair:
    """Two account ids in order: the subject of every decision about them."""
    return (a, b) if a <= b else (b, a)


def clues(accounts: Iterable[Account]) -> dict[Pair, tuple[Clue, ...]]:
    """All that speaks for any two of these accounts being one person, strongest first.

    Anonymous accounts are nobody's, so nothing speaks for them. Two of the same name have a clue more only when
    something else speaks for them as well.
    """
    known = {one.id: one for one in accounts if one.kind != "anonymous"}
    found: dict[Pair, list[Clue]] = defaultdict(list)
    for both, clue in (*_addresses(known), *_mails(known), *_ids(known)):
        found[both].append(clue)
    return {both: _in_order(known[both[0]], known[both[1]], told) for both, told in found.items()}


def confidence(told: Iterable[Clue]) -> float:
    """How much clues weigh together: each leaves a part of the doubt."""
    return min(1 - prod(1 - WEIGHTS[kind] for kind in {clue.kind for clue in told}), 0.99)


def comparable(url: str) -> str:
    """An address as it is compared: host in small letters without "www.", path without its last slash; empty: none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # half an IPv6 address
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return parts.netloc.rpartition("@")[2].lower().removeprefix("www.") + unquote(parts.path).rstrip("/") + query


def _in_order(a: Account, b: Account, told: list[Clue]) -> tuple[Clue, ...]:
    same = a.name.casefold() == b.name.casefold() and bool(a.name) and all(c.kind != "id and name" for c in told)
    named = [Clue("name", f'Both are called "{a.name}".')] if same else []
    return tuple(sorted([*told, *named], key=lambda clue: -WEIGHTS[clue.kind]))


def _addresses(known: Mapping[str, Account]) -> Iterator[tuple[Pair, Clue]]:
    """Profiles that name each other, or that stand at one address."""
    at = _owners(known)
    says = {
        (one.id, other): address for one in known.values() for address in map(comparable, (*one.links, *one.checked))
        for other in at.get(address, ()) if other != one.id
    }  # fmt: skip
    for (a, b), address in says.items():
        if (b, a) not in says and not _owns_by_name(known[b], at, a):
            yield pair(a, b), _one_way(known[a], known[b], address)
        elif a < b or (b, a) not in says:
            yield pair(a, b), Clue("both ways", f"{told(known[a])} and {told(known[b])} name each other.")
    for address, owners in at.items():
        for a, b in combinations(sorted(owners), 2):
            yield (a, b), _one_address(known[a], known[b], address)


def _owners(known: Mapping[str, Account]) -> dict[str, tuple[str, ...]]:
    """Address -> the accounts that stand there; one where several of a channel stand is a site, nobody's own."""
    at: dict[str, dict[str, None]] = defaultdict(dict)
    for one in known.values():
        for address in _own(one):
            at[address][one.id] = None
    return {address: tuple(ids) for address, ids in at.items() if len({channel(one) for one in ids}) == len(ids)}


def _own(one: Account) -> set[str]:
    """Where an account stands: its address, its id where that is one, the same with its handle, its domain."""
    key = one.id.partition(":")[2]
    named = one.url.replace(key, one.handle) if key.startswith("did:") and one.handle else ""
    domain = f"https://{one.handle}" if _DOMAIN.fullmatch(one.handle) else ""
    return {comparable(url) for url in (one.url, key, named, domain)} - {""}


def _owns_by_name(one: Account, at: Mapping[str, tuple[str, ...]], other: str) -> bool:
    """Whether the handle is a domain that the network checked (its id is a DID) and the other stands at that domain."""
    checked = one.id.partition(":")[2].startswith("did:") and _DOMAIN.fullmatch(one.handle)
    return bool(checked) and other in at.get(comparable(f"https://{one.handle}"), ())


def _one_way(a: Account, b: Account, address: str) -> Clue:
    if address in map(comparable, a.checked):
        return Clue(
            "checked", f"{told(a)} names {address}, where {told(b)} stands; its server saw the page name it back."
        )
    return Clue("one way", f"{told(a)} names {address}, where {told(b)} stands; not the other way round.")


def _one_address(a: Account, b: Account, address: str) -> Clue:
    for one, other in ((a, b), (b, a)):
        if comparable(f"https://{one.handle}") == address != comparable(one.url):
            return Clue("domain", f"The handle of {told(one)} is the domain where {told(other)} stands.")
    return Clue("address", f"{told(a)} and {told(b)} give the same address, {address}.")


def _mails(known: Mapping[str, Account]) -> Iterator[tuple[Pair, Clue]]:
    """Accounts behind one e-mail address, of which only a keyed hash is known."""
    behind: dict[str, list[str]] = defaultdict(list)
    for one in known.values():
        if one.mail:
            behind[one.mail].append(one.id)
    for ids in behind.values():
        for a, b in combinations(sorted(ids), 2) if len(ids) <= _MOST_BEHIND_ONE_MAIL else ():
            yield (a, b), Clue("mail", f"{told(known[a])} and {told(known[b])} have one e-mail address (by its hash).")


def _ids(known: Mapping[str, Account]) -> Iterator[tuple[Pair, Clue]]:
    """The same id behind the channel's name, and the same display name."""
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in known.values():
        same[id_and_name(one)].append(one.id)
    for ids in same.values():
        first, *rest = sorted(ids)
        for other in rest:
            yield (first, other), Clue("id and name", f'Both have the same id and are called "{known[first].name}".')


def id_and_name(one: Account) -> tuple[str, str]:
    """What an author has in common who posts on several channels of one file."""
    return one.id.partition(":")[2] or one.id, one.name.casefold()


def channel(account: str) -> str:
    """The channel in an account's id."""
    return account.partition(":")[0]


def told(one: Account) -> str:
    """An account in a sentence."""
    return f'"{one.name}" on {channel(one.id)}'
