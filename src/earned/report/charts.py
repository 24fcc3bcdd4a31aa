"""Two drawings in SVG without a fixed width: positions are per cent, so they fit a phone and a wall."""

from __future__ import annotations

import math
from collections.abc import Sequence

from earned.model import Estimate, WeekCount
from earned.report.words import count, counted, day, esc, number, rate


def ticks(highest: float, about: int = 4) -> list[float]:
    """Round numbers from 0 that reach `highest`, about so many."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / about
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough * 0.999)
    return [step * place for place in range(math.ceil(highest / step - 1e-9) + 1)]


def interval(name: str, estimate: Estimate, axis: Sequence[float], key: str) -> str:
    """A dot on its interval, on an axis that all rows share: posts by others, in all or per post as the unit says."""
    low, value, high = (_share(number, axis) for number in (estimate.low, estimate.value, estimate.high))
    per_post = estimate.unit == "posts per post"
    return (
        f'<svg class="strip" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{esc(name)}: posts by others{" per post" if per_post else ""}</title>'
        f'<desc id="{key}-d">{esc(rate(estimate) if per_post else count(estimate))}</desc>{_grid(axis)}'
        f'<line class="range" x1="{low}" x2="{high}" y1="50%" y2="50%"/>'
        f'<circle class="dot" cx="{value}" cy="50%" r="5.5"/></svg>'
    )


def axis_labels(axis: Sequence[float]) -> str:
    marks = "".join(
        f'<text x="{_share(place, axis)}" y="14" text-anchor="{_anchor(place, axis)}">{_tick(place)}</text>'
        for place in axis
    )
    return f'<svg class="axis" aria-hidden="true">{marks}</svg>'


def weeks_chart(weeks: Sequence[WeekCount], key: str = "weeks") -> str:
    """A bar for each week's posts, in it the part that is best explained by an earlier post."""
    axis = ticks(max(week.posts for week in weeks), 3)
    width = 100 / len(weeks)
    bars = "".join(_bar(week, place * width, width, axis[-1]) for place, week in enumerate(weeks))
    return (
        f'<svg class="weeks" role="img" aria-labelledby="{key}-t {key}-d"><title id="{key}-t">Posts per week</title>'
        f'<desc id="{key}-d">{esc(_said(weeks))} The table below has every week.</desc>{_levels(axis)}{bars}</svg>'
        f'<p class="ends"><span>{esc(day(weeks[0].start))}</span><span>{esc(day(weeks[-1].start))}</span></p>'
    )


def _said(weeks: Sequence[WeekCount]) -> str:
    most = max(weeks, key=lambda week: week.posts)
    explained = sum(week.induced_posts for week in weeks)
    return (
        f"{counted(len(weeks), 'week')}, {counted(sum(week.posts for week in weeks), 'post')}, "
        f"about {number(explained)} best explained by an earlier post. "
        f"Most in the week of {day(most.start)}: {number(most.posts)}."
    )


def _bar(week: WeekCount, left: float, width: float, top: float) -> str:
    gap = width * 0.12
    return "".join(
        f'<rect class="{kind}" x="{left + gap / 2:.3f}%" width="{width - gap:.3f}%" '
        f'y="{100 - 100 * value / top:.2f}%" height="{100 * value / top:.2f}%"/>'
        for kind, value in (("all", week.posts), ("followed", min(week.induced_posts, week.posts)))
    )


def _levels(axis: Sequence[float]) -> str:
    return "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{100 - 100 * place / axis[-1]:.2f}%" '
        f'y2="{100 - 100 * place / axis[-1]:.2f}%"/>'
        f'<text x="2" y="{100 - 100 * place / axis[-1]:.2f}%" dy="-4">{_tick(place)}</text>'
        for place in axis[1:]
    )


def _grid(axis: Sequence[float]) -> str:
    return "".join(
        f'<line class="grid" x1="{_share(place, axis)}" x2="{_share(place, axis)}" y1="0" y2="100%"/>' for place in axis
    )


def _share(value: float, axis: Sequence[float]) -> str:
    """Where on the axis, with room for half a dot at both ends."""
    return f"{2 + 96 * min(max(value / axis[-1], 0), 1):.2f}%"


def _anchor(place: float, axis: Sequence[float]) -> str:
    return "start" if place == axis[0] else "end" if place == axis[-1] else "middle"


def _tick(place: float) -> str:
    return f"{place:,.10g}"
