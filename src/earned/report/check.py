"""The self-check as a page of Markdown."""

from __future__ import annotations

from math import sqrt

from earned.model import HiddenLinks, PlantedLeader, SelfCheck
from earned.report.markdown import escaped

#: Standard normal quantile of a 90 % interval.
_Z = 1.6449


def page(check: SelfCheck) -> str:
    """One page in plain words, then the figures behind them."""
    lines = ["# How far these numbers can be trusted", "", f"{check.posts} posts by {check.people} people.", ""]
    lines += [f"- {sentence}" for sentence in check.says]
    lines += ["", "| experiment | figure |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in figures(check)]
    if check.planted:
        lines += ["", "| planted in the twin | posts | followers (posts by others) | found (90 %) | verdict |"]
        lines += ["|---|---|---|---|---|"]
    for one in check.planted:
        lines.append(f"| {escaped(one.name)} | {one.posts} | {one.followers} | {interval(one)} | {one.camp} |")
    return "\n".join(lines) + "\n"


def interval(one: PlantedLeader) -> str:
    """What was found of a planted leader, as text."""
    if not one.found:
        return "no number"
    return f"{one.found.value:.1f} ({one.found.low:.1f} to {one.found.high:.1f}) {one.found.unit}"


def wilson(share: float, of: int) -> tuple[float, float]:
    """90 % interval of a probability, from a share of `of` independent cases: Wilson (1927), JASA 22: 209-212.

    Inside [0, 1] however few the cases, and wide where all or none of them hold.
    """
    if not of:
        return 0.0, 1.0
    middle, widen = share + _Z**2 / (2 * of), 1 + _Z**2 / of
    reach = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    return max(0.0, (middle - reach) / widen), min(1.0, (middle + reach) / widen)


def part(share: float, of: int, unit: str) -> str:
    """A share with its interval, e.g. "0.52 (0.48 to 0.56) of 400 posts"."""
    low, high = wilson(share, of)
    return f"{share:.2f} ({low:.2f} to {high:.2f}) of {of} {unit}"


def figures(check: SelfCheck) -> list[tuple[str, str]]:
    """Names and values with units and, where a share was counted, its 90 % interval; ready to be shown."""
    others = check.judged - len(check.planted)
    rows = [
        ("followers found, links not used", f"{check.total:.1f} posts"),
        ("the same, everybody's times moved", f"{check.shuffled:.1f} posts"),
        ("the same, no common causes in the model", f"{check.without_news:.1f} posts"),
        ("the same, followers' own habits in the model", f"{check.strict:.1f} posts"),
        ("taken for leaders in the twin, not planted", part(check.false_alarms / max(others, 1), others, "people")),
    ]
    return rows + (_hidden(check.hidden) if check.hidden else [])


def _hidden(one: HiddenLinks) -> list[tuple[str, str]]:
    return [
        ("hidden links: first guess right", part(one.first, one.asked, "posts")),
        ("hidden links: among the first ten", part(one.tenth, one.asked, "posts")),
        ("hidden links: the latest post by another is right", part(one.latest, one.asked, "posts")),
        ("hidden links: probability claimed for the first guess", f"{one.claimed:.2f} on average"),
    ]
