"""For whom a person speaks on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from earned.model import Affiliation, Identities, Person, Post

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def speaking(posts: Iterable[Post], people: Sequence[Person], known: Identities) -> Iterator[Post]:
    """The posts with their organization of that day, each organization under one name.

    What a post states itself comes first; else the affiliation of its first author that covers its time, the latest
    begun where several do. Nothing known stays nothing: an unknown employer is not "independent".
    """
    names = {name.casefold(): organization for name, organization in known.aliases.items()}
    spells = _spells(people, known.affiliations)
    for post in posts:
        stated = post.organization or _on_the_day(post, spells)
        name = names.get(stated.casefold(), stated)
        yield post if name == post.organization else replace(post, organization=name)


def _spells(people: Sequence[Person], affiliations: Iterable[Affiliation]) -> Mapping[str, list[Affiliation]]:
    """Account -> affiliations of its person, the latest begun first."""
    told: dict[str, list[Affiliation]] = defaultdict(list)
    for one in affiliations:
        told[one.person].append(one)
    found: dict[str, list[Affiliation]] = {}
    for person in people:
        mine = [one for key in (person.id, *person.accounts) for one in told.get(key, ())]
        if mine:
            mine.sort(key=lambda one: (one.since or _LONG_AGO, one.organization), reverse=True)
            found |= dict.fromkeys(person.accounts, mine)
    return found


def _on_the_day(post: Post, spells: Mapping[str, list[Affiliation]]) -> str:
    if not spells or not post.accounts or post.claimed_at is None:
        return ""
    for one in spells.get(post.accounts[0], ()):
        if (one.since is None or one.since <= post.claimed_at) and (one.until is None or post.claimed_at < one.until):
            return one.organization
    return ""
