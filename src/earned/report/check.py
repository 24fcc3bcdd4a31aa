"""The self-check as a page of Markdown."""

from __future__ import annotations

from earned.model import PlantedLeader, SelfCheck


def page(check: SelfCheck) -> str:
    """One page in plain words, then the figures behind them."""
    lines = ["# How far these numbers can be trusted", "", f"{check.posts} posts by {check.people} people.", ""]
    lines += [f"- {sentence}" for sentence in check.says]
    lines += ["", "| experiment | figure |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in figures(check)]
    if check.planted:
        lines += ["", "| planted in the twin | posts | followers | found (90 %) | verdict |", "|---|---|---|---|---|"]
    for one in check.planted:
        found = interval(one)
        lines.append(f"| {one.name} | {one.posts} | {one.followers} | {found} | {one.camp} |")
    return "\n".join(lines) + "\n"


def interval(one: PlantedLeader) -> str:
    """What was found of a planted leader, as text."""
    return f"{one.found.value:.1f} ({one.found.low:.1f} to {one.found.high:.1f})" if one.found else "no number"


def figures(check: SelfCheck) -> list[tuple[str, str]]:
    """Names and values, ready to be shown."""
    rows = [
        ("followers found, links not used", f"{check.total:.1f}"),
        ("the same, everybody's times moved", f"{check.shuffled:.1f}"),
        ("the same, no common causes in the model", f"{check.without_news:.1f}"),
        ("taken for leaders in the twin, not planted", f"{check.false_alarms} of {check.judged - len(check.planted)}"),
    ]
    if check.hidden:
        rows.append(("hidden links: first guess right", f"{check.hidden.first:.3f} of {check.hidden.asked}"))
        rows.append(("hidden links: among the first ten", f"{check.hidden.tenth:.3f}"))
        rows.append(("hidden links: probability claimed", f"{check.hidden.claimed:.3f}"))
    return rows
