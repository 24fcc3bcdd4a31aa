"""Which person or account a word means, and which statements to take back to part two accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from earned.errors import StudyError
from earned.model import Account, Bond, Person


def accounts_called(word: str, described: Mapping[str, Account]) -> set[str]:
    """Ids of the accounts with this id, handle or name; the more exact way first.

    Raises:
        StudyError: there is none.
    """
    if word in described:
        return {word}
    wanted = word.casefold().removeprefix("@")
    for way in range(3):
        if wanted and (found := {a.id for a in described.values() if _words(a)[way] == wanted}):
            return found
    raise StudyError(f"Nobody here is called {word}. The names are in: earned people list.")


def _words(account: Account) -> tuple[str, str, str]:
    return account.id.partition(":")[2].casefold(), account.handle.casefold(), account.name.casefold()


def person_called(word: str, people: Sequence[Person], described: Mapping[str, Account]) -> Person:
    """The one person with this id, name, handle or account id.

    Raises:
        StudyError: there is none, or there are several; the message names them.
    """
    found = [one for one in people if one.id == word or word in one.accounts]
    if not found:
        found = [one for one in people if one.name.casefold() == word.casefold()]
    if not found:
        accounts = accounts_called(word, described)
        found = [one for one in people if accounts & set(one.accounts)]
    if len(found) != 1:
        several = "; ".join(f"{one.name} ({', '.join(one.accounts[:3])})" for one in found[:5])
        raise StudyError(f"Several people are called {word}: {several}. Name one by an account id.")
    return found[0]


def leading(person: Person) -> str:
    """The account whose name the person goes by."""
    return next((a for a in person.accounts if person.id in (a, a.partition(":")[2])), person.accounts[0])


def to_part(bonds: Iterable[Bond], one_person: Callable[[Sequence[Bond]], bool]) -> tuple[Bond, ...]:
    """The fewest latest statements to take back so that those left no longer make two accounts one person's.

    Args:
        bonds: That say "one".
        one_person: Whether statements make one person of the two.
    """
    standing = sorted(bonds, key=lambda bond: bond.number)
    dropped: list[Bond] = []
    while standing and one_person(standing):
        dropped.append(standing.pop())
    for bond in list(dropped):
        if not one_person([*standing, bond]):
            standing.append(bond)
            dropped.remove(bond)
    return tuple(dropped)
