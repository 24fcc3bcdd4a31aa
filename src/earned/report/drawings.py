"""Small drawings in SVG for pages: life lines, cut bars, shares. Colours come from the page's style."""

from __future__ import annotations

from collections.abc import Sequence

from earned.model import WeekCount
from earned.report.words import counted, day, esc, number, per_cent

#: More weeks than this are put together, so that a bar stays visible.
MOST_BARS = 60


def spark(weeks: Sequence[WeekCount], name: str) -> str:
    """A life line as small as a word: a bar for each week (or group of weeks), no axis."""
    if not weeks:
        return ""
    group = -(-len(weeks) // MOST_BARS)
    posts = [sum(week.posts for week in weeks[k : k + group]) for k in range(0, len(weeks), group)]
    top, width = max(*posts, 1), 100 / len(posts)
    bars = "".join(
        f'<rect x="{k * width + width * 0.1:.2f}%" width="{width * 0.8:.2f}%" y="{100 - 100 * value / top:.1f}%" '
        f'height="{100 * value / top:.1f}%"/>'
        for k, value in enumerate(posts)
        if value
    )
    said = f"{name}: {counted(sum(posts), 'post')} from {day(weeks[0].start)} to {day(weeks[-1].start)}"
    return f'<svg class="spark" role="img" aria-label="{esc(said)}">{bars}</svg>'


def parts(name: str, named: Sequence[tuple[str, float]]) -> str:
    """One bar cut into named parts, with its legend in words."""
    whole = sum(value for _, value in named)
    if whole <= 0:
        return ""
    left, bars = 0.0, []
    for place, (_, value) in enumerate(named):
        width = 100 * value / whole
        bars.append(f'<rect class="part-{place}" x="{left:.2f}%" width="{width:.2f}%" height="100%"/>')
        left += width
    said = ", ".join(f"{word} {number(value)}" for word, value in named)
    legend = "".join(
        f'<li class="part-{place}">{esc(word)} <b>{number(value)}</b></li>' for place, (word, value) in enumerate(named)
    )
    return (
        f'<div class="parts"><svg role="img" aria-label="{esc(name)}: {esc(said)}">{"".join(bars)}</svg>'
        f"<ul>{legend}</ul></div>"
    )


def share(value: float, whole: float, name: str) -> str:
    """A bar as long as a part of a whole."""
    part = min(max(value / whole, 0.0), 1.0) if whole > 0 else 0.0
    return (
        f'<svg class="share" role="img" aria-label="{esc(name)}: {per_cent(part)}"><rect class="all" width="100%" '
        f'height="100%"/><rect class="followed" width="{100 * part:.1f}%" height="100%"/></svg>'
    )
