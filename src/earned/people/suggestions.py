"""Accounts that may be one person, for people to confirm or deny."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from earned.model import Account, Suggestion
from earned.people.clues import Pair, clues, confidence
from earned.people.persons import gathered, persons

#: Below this nobody is asked.
_LEAST = 0.5


def suggestions(
    accounts: Iterable[Account], *, same: Collection[Pair] = (), different: Collection[Pair] = ()
) -> tuple[Suggestion, ...]:
    """Pairs of accounts that are not one person yet and may be, surest first.

    Args:
        accounts: Of one study.
        same: Pairs that people said are one person.
        different: Pairs that people said are two: they, and whoever belongs to them, are not suggested again.

    Returns:
        One suggestion for two persons, the surest of what speaks for any of their accounts.
    """
    known = {account.id: account for account in accounts}
    people = gathered(persons(known.values(), same=same, different=different))
    denied = {frozenset((people[a].id, people[b].id)) for a, b in different if a in people and b in people}
    best: dict[frozenset[str], Suggestion] = {}
    for (a, b), told in clues(known.values()).items():
        both = frozenset((people[a].id, people[b].id))
        if len(both) == 2 and both not in denied and (sure := confidence(told)) >= _LEAST:
            one = Suggestion(known[a], known[b], round(sure, 3), told)
            best[both] = max(best.get(both, one), one, key=lambda s: s.confidence)
    return tuple(sorted(best.values(), key=lambda s: (-s.confidence, s.a.id, s.b.id)))
