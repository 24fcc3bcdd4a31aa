"""Ideas in plain text and in Markdown: what was said, by whom first, who carried it."""

from __future__ import annotations

from collections.abc import Sequence

from earned.model import FirstSaid, Idea
from earned.report.words import counted, day, origin, per_cent, plain

LEAST_ADOPTED = 0.05


def ideas_text(ideas: Sequence[Idea]) -> str:
    """One block for each idea."""
    return "\n".join(_block(idea) for idea in ideas) or "No claim is voiced by two people here.\n"


def _block(idea: Idea) -> str:
    carriers = ", ".join(f"{plain(c.name)} ({c.posts})" for c in idea.carriers[:5])
    lines = [
        plain(idea.name),
        f"  {voices(idea)}; {adopted(idea)}",
        *(f"  {first(one)}" for one in idea.first_said[:1]),
        f"  carried by {carriers}",
        f"  argued about in {counted(len(idea.debate), 'reply', 'replies')}",
    ]
    return "\n".join(lines) + "\n"


def voices(idea: Idea) -> str:
    """How many people and posts an idea has."""
    posts = len({passage.post for passage in idea.passages})
    return f"{counted(idea.people, 'person', 'people')}, {counted(posts, 'post')}"


def adopted(idea: Idea) -> str:
    """How often it was taken up, with and without credit."""
    if idea.credited + idea.uncredited < LEAST_ADOPTED:
        return "nobody is seen to follow anybody"
    rate = idea.credit_rate
    share = f", credited {per_cent(rate.value)} ({per_cent(rate.low)} to {per_cent(rate.high)})" if rate else ""
    return f"about {idea.credited:.1f} credited and {idea.uncredited:.1f} uncredited followings{share}"


def first(one: FirstSaid) -> str:
    """Who is first, and how that is known."""
    quoted = one.said.quoted
    word = "first observed" if one.known == "observed" else "first claimed"
    return f"{word}: {plain(quoted.author)}, {day(quoted.at, quoted.precision)}{origin(quoted)}, with weight {one.weight:.2f}"
