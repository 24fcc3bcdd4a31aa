"""For whom a person spoke on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from earned.model import Affiliation, Person, Post
from earned.people.persons import gathered


def spoken_for(posts: Iterable[Post], people: Iterable[Person], told: Iterable[Affiliation]) -> Iterator[Post]:
    """Posts with the organization their authors spoke for that day, where the post itself names none.

    Args:
        posts: In any order, which is kept.
        people: Who stands behind their accounts.
        told: From a day on (included) to another (left out); `person` is a person's id or an account's. Where two
            overlap, the one that began later holds; one without beginning began first.

    Returns:
        The posts. One by people of several organizations stays without, as does one without a time unless its author has an
        affiliation that is open at both ends.
    """
    by_account = _by_account(people, told)
    for post in posts:
        found = set() if post.organization else {_on(post, by_account.get(one, ())) for one in post.accounts}
        named = found - {""}
        yield replace(post, organization=named.pop()) if len(named) == 1 else post


def _by_account(people: Iterable[Person], told: Iterable[Affiliation]) -> Mapping[str, tuple[Affiliation, ...]]:
    """Account -> affiliations of its person, latest beginning first."""
    held: dict[str, list[Affiliation]] = defaultdict(list)
    for one in told:
        held[one.person].append(one)
    found = {
        account: [*held.get(person.id, ()), *(one for id in person.accounts for one in held.get(id, ()))]
        for account, person in gathered(people).items()
    }
    return {account: tuple(sorted(rows, key=_began, reverse=True)) for account, rows in found.items() if rows}


def _began(one: Affiliation) -> float:
    return one.since.timestamp() if one.since else float("-inf")


def _on(post: Post, told: Iterable[Affiliation]) -> str:
    """The organization that holds when the post was made; empty: unknown."""
    for one in told:
        if post.claimed_at is None:
            if one.since is None and one.until is None:
                return one.organization
        elif (one.since is None or one.since <= post.claimed_at) and (one.until is None or post.claimed_at < one.until):
            return one.organization
    return ""
