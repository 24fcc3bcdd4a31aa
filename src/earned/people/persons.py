"""One person for each author: what is sure by itself, and what people said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from earned.model import Account, AccountKind, Clue, Person
from earned.people.clues import Pair, channel, clues, id_and_name, pair

__all__ = ["JUDGED", "Pair", "gathered", "of_account", "pair", "persons"]

#: Kinds that can be judged; the others stay possible causes, but nobody gets a verdict for them.
JUDGED: tuple[AccountKind, ...] = ("person", "unknown")
_WORST_FIRST: tuple[AccountKind, ...] = ("anonymous", "bot", "group", "organization", "person", "unknown")


def persons(
    accounts: Iterable[Account], *, same: Collection[Pair] = (), different: Collection[Pair] = ()
) -> tuple[Person, ...]:
    """One person for each author.

    By themselves two accounts are one person when each profile names the other, or when they have the same id behind
    their channel's name and the same display name, as an author has who posts on several channels of one file. The
    same name alone is nothing, two accounts of one channel are never merged by themselves, and neither is a person
    with a bot, a group or an organization. Everything else is for people to say.

    Args:
        accounts: Of one study.
        same: Pairs of account ids, each in order, that people said are one person.
        different: Pairs that people said are two; they hold against everything else.

    Returns:
        Persons, their accounts in order of id. The id is the first account's, without its channel where nobody else
        has it; the name is the one most of the accounts show. Whom people merged with a person is a person; else
        the kind is the most cautious of the accounts.
    """
    known = {account.id: account for account in accounts}
    sure = _sure(known, different)
    kinds = {group[0]: _most_cautious(known[id].kind for id in group) for group in sure.all()}
    heads = {id: sure.head(id) for id in known}
    for a, b in sorted(same):
        if a in known and b in known:
            sure.join(a, b)
    groups = [[known[id] for id in sorted(group)] for group in sure.all()]
    shared = Counter(_short(group[0]) for group in groups)
    return tuple(
        _person(group, shared[_short(group[0])] == 1, {kinds[heads[account.id]] for account in group})
        for group in groups
    )


def gathered(people: Iterable[Person]) -> Mapping[str, Person]:
    """Account id -> its person."""
    return {account: person for person in people for account in person.accounts}


def of_account(people: Iterable[Person]) -> Mapping[str, int]:
    """Account id -> place of its person."""
    return {account: place for place, person in enumerate(people) for account in person.accounts}


class _Groups:
    """Accounts that belong together; whoever is said to be two is never joined."""

    def __init__(self, ids: Iterable[str], different: Iterable[Pair]) -> None:
        self._group = {id: [id] for id in ids}
        self._apart: dict[str, set[str]] = defaultdict(set)
        for a, b in different:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def all(self) -> list[list[str]]:
        """The groups, in the order of their first accounts as given."""
        return list({id(group): group for group in self._group.values()}.values())

    def of(self, account: str) -> list[str]:
        return self._group[account]

    def head(self, account: str) -> str:
        """What all of a group share."""
        return self._group[account][0]

    def join(self, a: str, b: str) -> bool:
        """Join two groups; False: somebody said that two of their accounts are two persons."""
        one, other = self._group[a], self._group[b]
        if one is other:
            return True
        if any(not self._apart[id].isdisjoint(other) for id in one if id in self._apart):
            return False
        one += other
        self._group.update(dict.fromkeys(other, one))
        return True


def _sure(known: Mapping[str, Account], different: Collection[Pair]) -> _Groups:
    """The groups that need nobody's word."""
    groups = _Groups(known, different)
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for account in known.values():
        named[id_and_name(account)].append(account.id)
    for ids in named.values():
        heads: list[str] = []
        for one in sorted(ids):
            if not any(
                _fit({known[id].kind for id in (*groups.of(head), one)}) and groups.join(head, one) for head in heads
            ):
                heads.append(one)
    for (a, b), told in sorted(clues(known.values()).items()):
        if _each_names_the_other(known[a], known[b], told) and _channels_apart(groups.of(a), groups.of(b)):
            groups.join(a, b)
    return groups


def _fit(kinds: set[AccountKind]) -> bool:
    """Whether the same id and name join these kinds: unless one is said to be a person and another to be none."""
    return "person" not in kinds or kinds <= {*JUDGED}


def _each_names_the_other(a: Account, b: Account, told: Iterable[Clue]) -> bool:
    alike = a.kind == b.kind or (a.kind in JUDGED and b.kind in JUDGED)
    return alike and any(clue.kind == "both ways" for clue in told)


def _channels_apart(one: Iterable[str], other: Iterable[str]) -> bool:
    return {*map(channel, one)}.isdisjoint(map(channel, other)) or one is other


def _most_cautious(kinds: Iterable[AccountKind]) -> AccountKind:
    return min(kinds, key=_WORST_FIRST.index)


def _short(account: Account) -> str:
    return account.id.partition(":")[2] or account.id


def _person(group: list[Account], alone: bool, kinds: Collection[AccountKind]) -> Person:
    names = Counter(account.name for account in group)
    name = max(names, key=lambda one: (names[one], " " in one, len(one)))
    kind = "person" if any(one in JUDGED for one in kinds) else _most_cautious(kinds)
    first = group[0]
    return Person(
        id=_short(first) if alone else first.id, name=name, accounts=tuple(one.id for one in group), kind=kind
    )
