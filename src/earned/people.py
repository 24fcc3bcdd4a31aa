"""Accounts to persons: who stands behind the names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from earned.model import Account, AccountKind, Person

#: Kinds that can be judged; the others stay possible causes, but nobody gets a verdict for them.
JUDGED: tuple[AccountKind, ...] = ("person", "unknown")
_WORST_FIRST: tuple[AccountKind, ...] = ("anonymous", "bot", "group", "organization", "person", "unknown")


def persons(accounts: Iterable[Account]) -> tuple[Person, ...]:
    """One person for each author.

    Accounts are one person when they have the same id behind their channel's name and the same display name, as an
    author has who posts on several channels of one file. The same name alone is nothing, and two accounts of one
    channel are never merged.

    Args:
        accounts: Of one study.

    Returns:
        Persons, their accounts in order of id; the kind is the most cautious of their accounts.
    """
    together: dict[tuple[str, str], list[Account]] = defaultdict(list)
    for account in accounts:
        together[account.id.partition(":")[2] or account.id, account.name.casefold()].append(account)
    return tuple(_person(key, sorted(group, key=lambda a: a.id)) for (key, _), group in together.items())


def _person(key: str, group: list[Account]) -> Person:
    kind = min((a.kind for a in group), key=_WORST_FIRST.index)
    return Person(
        id=key, name=group[0].name, accounts=tuple(a.id for a in group), kind="person" if kind in JUDGED else kind
    )


def of_account(people: Iterable[Person]) -> Mapping[str, int]:
    """Account id -> place of its person."""
    return {account: place for place, person in enumerate(people) for account in person.accounts}
