"""Openings: questions that few answer, claims that nobody contests, rising ideas that nobody leads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from earned.measures.ideas import Telling
from earned.model import Idea, Leadership, Opening, Said
from earned.text.pov import sentences

#: An idea asks when so many people ask; it rises when its last quarter holds so many times its even share.
ASKERS, RISING = 2, 1.5
#: A claim is uncontested with so many voices and no reply that argues.
VOICES = 3
_AUDIENCES = {
    "CISOs": r"\bCISOs?\b|\bsecurity (?:team|people|engineer)s?\b", "CIOs": r"\bCIOs?\b", "CTOs": r"\bCTOs?\b",
    "developers": r"\bdevelopers?\b|\bprogrammers?\b", "operators": r"\bon[- ]call\b|\bSREs?\b|\boperators?\b",
    "managers": r"\bmanagers?\b|\bdirectors?\b", "auditors": r"\bauditors?\b|\bregulators?\b",
}  # fmt: skip


def openings_of(told: Telling, ideas: Sequence[Idea], answer: Leadership) -> tuple[Opening, ...]:
    """Places that wait for a point of view, each with its posts.

    Args:
        told: Of one conversation.
        ideas: Its ideas.
        answer: Who leads it.

    Returns:
        Asked, uncontested and rising ones, in this order; no ranking among them.

    Raises:
        Nothing.

    Source:
        Definition.
    """
    leading = {leader.person.id for leader in answer.people if leader.camp == "has it"}
    found = [_asked(told, idea) for idea in ideas]
    found += [_uncontested(idea) for idea in ideas]
    found += [_rising(idea, leading) for idea in ideas]
    return tuple(opening for opening in found if opening)


def _asked(told: Telling, idea: Idea) -> Opening | None:
    asking = [(said, question) for said in idea.passages if (question := _question(said.quoted.passage))]
    askers = {said.quoted.author for said, _ in asking}
    rows = {post.id: row for row, post in enumerate(told.placed.posts)}
    answered = sum(bool(told.members.linked_by(rows[said.post])) for said, _ in asking)
    if len(askers) < ASKERS or answered * 2 > len(asking):
        return None
    reason = f"{len(askers)} people ask, {answered} of {len(asking)} questions got a reply that we saw."
    posts = tuple(said for said, _ in asking)
    return Opening("asked, hardly answered", asking[0][1], reason, posts, _audience(posts), idea.id)


def _question(text: str) -> str:
    return next((s for s in sentences(text) if s.endswith("?") and len(s.split()) >= 5), "")


def _uncontested(idea: Idea) -> Opening | None:
    if idea.people < VOICES or any(answer.hint in ("against", "asking") for answer in idea.debate):
        return None
    reason = f"{idea.people} people say it; no reply that we saw objects or asks. The counter-position is free."
    return Opening("uncontested", idea.name, reason, idea.passages, _audience(idea.passages), idea.id)


def _rising(idea: Idea, leading: set[str]) -> Opening | None:
    if idea.momentum < RISING or idea.people < VOICES or any(c.person in leading for c in idea.carriers[:3]):
        return None
    reason = (
        f"{idea.momentum:.1f} times its even share of posts fell into the last quarter; no known leader carries it."
    )
    return Opening("rising, nobody leads", idea.name, reason, idea.passages, _audience(idea.passages), idea.id)


def _audience(posts: Sequence[Said]) -> str:
    text = " ".join(said.quoted.passage for said in posts)
    named = {name: len(re.findall(words, text)) for name, words in _AUDIENCES.items()}
    best = max(named, key=lambda name: named[name])
    return best if named[best] else ""
