"""What holds a person back: the first broken step, and one thing to try (method 24)."""

from __future__ import annotations

from collections.abc import Iterator

from earned.attribution.attribution import FEWEST
from earned.model import Leader
from earned.model.pages import Cadence, FourLines

#: A person posts irregularly when fewer of the weeks hold a post.
ACTIVE = 0.2
_STEPS = {
    "debated": (
        "Shared, not debated: comparable people get more answers with words of their own.",
        "end the next four posts with the strongest objection you know, and ask who disagrees; count the people who answer.",
    ),
    "adopted": (
        "Debated, not adopted: comparable people are taken up by more of those who answer them.",
        "give the idea one name and one first step that somebody can try; count the people who try it in eight weeks.",
    ),
}


def barrier(leader: Leader, lines: FourLines, cadence: Cadence, pitch: float) -> tuple[str, str]:
    """The first barrier that the data show, and one experiment with what to look at; empty where none is seen.

    Args:
        leader: With camp and posts.
        lines: Their four lines.
        cadence: Their weeks.
        pitch: Part of their posts that sell, in [0, 1].
    """
    if leader.posts < FEWEST:
        return f"Too early to tell: {leader.posts} posts, {FEWEST} needed.", ""
    if leader.camp == "has it":
        return "", ""
    return next(_broken(lines, cadence, pitch), ("", ""))


def _broken(lines: FourLines, cadence: Cadence, pitch: float) -> Iterator[tuple[str, str]]:
    if pitch > 0.5:
        yield (
            f"Pitch: {pitch * 100:.0f} % of the posts are mostly about the own firm or product.",
            "write the next four posts without naming the product; count the people who answer with words of their own.",
        )
    people = {line.step: line.people or 0 for line in lines.lines}
    if not people["shared"] and not people["debated"]:
        yield (
            "Unanswered: nobody outside the organization shared or answered, as far as we saw.",
            "answer five posts by others this week before publishing an own one; count the people who come back.",
        )
    yield from (_STEPS[step.after] for step in lines.conversions if step.broken and step.after in _STEPS)
    if cadence.active < ACTIVE:
        yield (
            f"Irregular: a post in {cadence.active * 100:.0f} % of the weeks, once {cadence.longest_silence} weeks of silence.",
            "one post a week for eight weeks, however short; count the weeks with an answer.",
        )
