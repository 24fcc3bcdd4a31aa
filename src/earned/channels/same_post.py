"""One post under several numbers, as LinkedIn gives it (share, activity, ugcPost): only what names two of them joins them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from earned.model import Link

#: Label of a post whose row or address names another post by several ids, separated by spaces.
LABEL = "same_post"
_KINDS = "share|ugcPost|activity|groupPost"
_URN = re.compile(rf"urn:li:({_KINDS}):([\d-]+)")
#: urn:li:comment:(activity:1,2): the post that was commented, then the comment.
_COMMENTED = re.compile(rf"comment:\((?:urn:li:)?({_KINDS}):(\d+),")
#: What "Copy link to post" gives: .../posts/NAME_words-activity-7100000000000000001-AbCd
_COPIED = re.compile(rf"linkedin\.com/posts/[^/?#\s]*?[-_]({_KINDS})-(\d{{6,25}})(?![\d])", re.I)


def numbers(address: str) -> tuple[str, ...]:
    """The numbers (urn:li:...) by which an address of LinkedIn names one post, as they stand; empty: it names none.

    Two numbers of one kind are two posts (a repost and what it shares): then only the first counts.
    """
    text = unquote(unquote(address))
    found = [f"urn:li:{kind}:{number}" for kind, number in _URN.findall(text)]
    found += [f"urn:li:{kind}:{number}" for pattern in (_COPIED, _COMMENTED) for kind, number in pattern.findall(text)]
    distinct = list(dict.fromkeys(found))
    kinds = {one.split(":")[2] for one in distinct}
    return tuple(distinct) if len(kinds) == len(distinct) else tuple(distinct[:1])


def label(ids: Iterable[str]) -> dict[str, str]:
    """The label that says that all of these are one post; empty when they are fewer than two."""
    distinct = tuple(dict.fromkeys(ids))
    return {LABEL: " ".join(distinct)} if len(distinct) > 1 else {}


def known_as(said: Iterable[object], known: Collection[str]) -> dict[str, str]:
    """Id by which somebody named a post -> its id in the conversation.

    Args:
        said: Values of the label.
        known: Ids of the posts at hand.

    Nothing is joined where two posts at hand would be one: then somebody is wrong, and nobody knows who.
    """
    above: dict[str, str] = {}

    def top(one: str) -> str:
        while above.setdefault(one, one) != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for value in said:
        first, *others = str(value).split() or [""]
        for other in others:
            above[top(other)] = top(first)
    groups = defaultdict[str, list[str]](list)
    for one in above:
        groups[top(one)].append(one)
    found: dict[str, str] = {}
    for group in groups.values():
        here = [one for one in group if one in known]
        if len(here) == 1:
            found |= {one: here[0] for one in group if one != here[0]}
    return found


def joined(links: Iterable[Link], names: Mapping[str, str]) -> list[Link]:
    """The links, each to the post's own id."""
    return [replace(one, target=names[one.target]) if one.target in names else one for one in links]
