"""What people say of ideas, applied to the groups that a fit found: merge, split, rename."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from earned.model import Correction


@dataclass
class Group:
    """Places of passages that are one idea, and the name a person gave it."""

    places: list[int]
    name: str = ""


def corrected(found: Sequence[Sequence[int]], posts: Sequence[str], corrections: Sequence[Correction]) -> list[Group]:
    """The groups after the corrections, in their order.

    Args:
        found: Groups of places of passages.
        posts: (m,) post of each passage; may be empty without corrections.
        corrections: Oldest first. The group with most passages of the named posts is meant; one that meets no group
            is passed over.
    """
    groups = [Group(list(group)) for group in found]
    for one in corrections:
        meant = _meant(groups, posts, one.posts)
        if meant is None:
            continue
        if one.kind == "rename":
            meant.name = one.name
        elif one.kind == "split":
            groups.append(_split(meant, posts, frozenset(one.posts)))
        else:
            _merge(groups, meant, _meant(groups, posts, one.others))
    return [group for group in groups if group.places]


def _meant(groups: Sequence[Group], posts: Sequence[str], named: Sequence[str]) -> Group | None:
    """The group that holds most of the named posts."""
    wanted = frozenset(named)
    held = [sum(posts[place] in wanted for place in group.places) for group in groups]
    best = max(range(len(groups)), key=held.__getitem__, default=None)
    return groups[best] if best is not None and held[best] else None


def _split(group: Group, posts: Sequence[str], leaving: frozenset[str]) -> Group:
    apart = [place for place in group.places if posts[place] in leaving]
    group.places = [place for place in group.places if posts[place] not in leaving]
    return Group(apart)


def _merge(groups: list[Group], into: Group, other: Group | None) -> None:
    if other is None or other is into:
        return
    into.places = sorted({*into.places, *other.places})
    into.name = into.name or other.name
    groups.remove(other)
