"""Accounts to persons: who stands behind the names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from earned.model import Account, AccountKind, Bond, Identities, Person, Tie
from earned.people.groups import Groups
from earned.people.ties import ties

#: Kinds that can be judged; the others stay possible causes, but nobody gets a verdict for them.
JUDGED: tuple[AccountKind, ...] = ("person", "unknown")
_WORST_FIRST: tuple[AccountKind, ...] = ("anonymous", "bot", "group", "organization", "person", "unknown")
_NOTHING = Identities()


def persons(accounts: Iterable[Account], known: Identities = _NOTHING) -> tuple[Person, ...]:
    """One person for each author.

    Accounts are one person when a member said so; when both sides prove it (`ties`, strength "verified"); or when
    they have the same id behind their channel's name and the same display name, as an author has who posts on
    several channels of one file. The same name alone is nothing, two accounts of one channel are merged by members
    only, and what a member said are two people stays apart whatever speaks for one.

    Args:
        accounts: Of one study.
        known: What members said and what pages prove.

    Returns:
        Persons, their accounts in order of id; the kind is the most cautious of their accounts. In order of the first
        account of each, as given.
    """
    described = {account.id: account for account in accounts}
    groups = grouped(described, known, ties(described.values(), known.pages))
    same = [bond for bond in known.bonds if bond.same]
    first = {bond.one for bond in same} - {bond.other for bond in same}
    found = [_person([described[a] for a in group if a in described], first) for group in groups.of(described)]
    return _distinct(found)


def grouped(described: Mapping[str, Account], known: Identities, found: Sequence[Tie]) -> Groups:
    """The accounts in groups of one person each."""
    groups = Groups(frozenset((bond.one, bond.other)) for bond in known.bonds if not bond.same)
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account in described.values():
        together[_behind(account), account.name.casefold()].append(account.id)
    for same in together.values():
        for one, other in pairwise(sorted(same)):
            groups.join_if_possible(one, other)
    for tie in found:
        if tie.strength == "verified":
            groups.join_if_possible(tie.one, tie.other)
    for bond in _in_order(known.bonds):  # last: taking one back leaves exactly what was there without it
        if bond.same:
            groups.join(bond.one, bond.other)
    return groups


def _in_order(bonds: Iterable[Bond]) -> list[Bond]:
    return sorted(bonds, key=lambda bond: (bond.one, bond.other))


def _behind(account: Account) -> str:
    """What stands behind the channel's name in its id."""
    return account.id.partition(":")[2] or account.id


def _person(group: list[Account], first: set[str]) -> Person:
    """The name is that of the account to which a member added the others."""
    group = sorted(group, key=lambda a: a.id)
    kind = min((a.kind for a in group), key=_WORST_FIRST.index)
    leading = min(group, key=lambda a: (a.id not in first, a.id))
    return Person(
        id=_behind(leading), name=leading.name, accounts=tuple(a.id for a in group),
        kind="person" if kind in JUDGED else kind,
    )  # fmt: skip


def _distinct(found: Sequence[Person]) -> tuple[Person, ...]:
    """Two people whose ids would be the same are told apart by their whole account id."""
    seen: dict[str, int] = defaultdict(int)
    for person in found:
        seen[person.id] += 1
    return tuple(
        person if seen[person.id] == 1 else Person(person.accounts[0], person.name, person.accounts, person.kind)
        for person in found
    )


def of_account(people: Iterable[Person]) -> Mapping[str, int]:
    """Account id -> place of its person."""
    return {account: place for place, person in enumerate(people) for account in person.accounts}
