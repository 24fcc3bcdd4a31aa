"""The ledger: every probable adoption as a receipt, with the people, the idea and the organization it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from earned.model import Evidence, Idea
from earned.model.pages import Adoption
from earned.verdicts.leadership import Found
from earned.verdicts.story import Receipts


def adoptions(found: Found, ideas: Sequence[Idea], *, most: int = 20_000) -> Iterator[Adoption]:
    """Adoptions of a conversation, the most probable first.

    Args:
        found: What was judged.
        ideas: Its ideas.
        most: So many are told.
    """
    receipts, held = Receipts(found), _held(ideas)
    firms = {leader.person.id: leader.organization for leader in found.leadership.people}
    for leader, follower, evidence in found.followers.surest(most=most):
        (filled,) = found.passages.fill([evidence])
        whose = _id(found, leader)
        yield Adoption(receipts.of(filled), whose, _id(found, follower), _shared(held, evidence), firms.get(whose, ""))


def _id(found: Found, code: int) -> str:
    return found.people[code].id if code < found.placed.known else ""


def _held(ideas: Sequence[Idea]) -> dict[str, list[str]]:
    """Post -> ideas that hold it, those most taken up first."""
    held: dict[str, list[str]] = defaultdict(list)
    for idea in ideas:
        for post in {passage.post for passage in idea.passages}:
            held[post].append(idea.id)
    return held


def _shared(held: dict[str, list[str]], evidence: Evidence) -> str:
    """The idea that holds both posts, else one of the earlier post."""
    before = held.get(evidence.parent, [])
    both = [idea for idea in held.get(evidence.child, []) if idea in before]
    return (both or before or [""])[0]
