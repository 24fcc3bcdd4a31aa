"""Small drawings in SVG for pages: life lines, cut bars, shares. Colours come from the page's style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from earned.model import Receipt, WeekCount
from earned.model.pages import FourLines, MixMonth
from earned.report.words import counted, day, esc, number, per_cent

#: More weeks than this are put together, so that a bar stays visible.
MOST_BARS = 60


def spark(weeks: Sequence[WeekCount], name: str, whole: Sequence[WeekCount] = ()) -> str:
    """A life line as small as a word: a bar for each week (or group of weeks) of the whole conversation, no axis."""
    if not weeks:
        return ""
    own = {week.start: week.posts for week in weeks}
    held = [own.get(week.start, 0) for week in whole or weeks]
    group = -(-len(held) // MOST_BARS)
    posts = [sum(held[k : k + group]) for k in range(0, len(held), group)]
    top, width = max(*posts, 1), 100 / len(posts)
    bars = "".join(
        f'<rect x="{k * width + width * 0.1:.2f}%" width="{width * 0.8:.2f}%" y="{100 - 100 * value / top:.1f}%" '
        f'height="{100 * value / top:.1f}%"/>'
        for k, value in enumerate(posts)
        if value
    )
    said = f"{name}: {counted(sum(own.values()), 'post')} from {day(weeks[0].start)} to {day(weeks[-1].start)}"
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


def months(mix: Sequence[MixMonth]) -> str:
    """Posts of each month, stacked: those that argue, sell, do neither."""
    if not mix:
        return ""
    top, width = max(month.posts for month in mix), 100 / len(mix)
    bars = "".join(_column(month, place * width, width, top) for place, month in enumerate(mix))
    sums = [(word, sum(getattr(month, name) for month in mix)) for word, name in _MIX]
    said = ", ".join(f"{word} {number(value)}" for word, value in sums)
    legend = "".join(
        f'<li class="part-{place}">{esc(word)} <b>{number(value)}</b></li>' for place, (word, value) in enumerate(sums)
    )
    return (
        f'<div class="parts months"><svg role="img" aria-label="Posts by month: {esc(said)}">{bars}</svg>'
        f'<p class="ends"><span>{mix[0].start:%b %Y}</span><span>{mix[-1].start:%b %Y}</span></p><ul>{legend}</ul></div>'
    )


_MIX = (("argue", "position"), ("sell", "pitch"), ("neither", "neither"))


def _column(month: MixMonth, left: float, width: float, top: int) -> str:
    bars, height = [], 0.0
    for place, (_, name) in enumerate(_MIX):
        tall = 100 * getattr(month, name) / top
        height += tall
        bars.append(
            f'<rect class="part-{place}" x="{left + width * 0.1:.2f}%" width="{width * 0.8:.2f}%" '
            f'y="{100 - height:.2f}%" height="{tall:.2f}%"/>'
        )
    return "".join(bars)


def funnel(four: FourLines) -> str:
    """Distinct people at each step, as bars on one axis, each below its name; colleagues stand behind, apart."""
    lines = [line for line in four.lines if line.people is not None]
    top = max((line.people or 0) + line.colleagues for line in lines) if lines else 0
    if not top:
        return ""
    rows = "".join(
        f'<rect class="part-0" y="{place * 44 + 18}" width="{100 * (line.people or 0) / top:.1f}%" height="22"/>'
        f'<rect class="part-3" y="{place * 44 + 18}" x="{100 * (line.people or 0) / top:.1f}%" '
        f'width="{100 * line.colleagues / top:.1f}%" height="22"/>'
        f'<text x="0" y="{place * 44 + 13}">{esc(line.step)} {number(line.people or 0)}'
        f"{f', colleagues {number(line.colleagues)}' if line.colleagues else ''}</text>"
        for place, line in enumerate(lines)
    )
    said = ", ".join(f"{line.step} by {counted(line.people or 0, 'person', 'people')}" for line in lines)
    return f'<svg class="funnel" role="img" height="{44 * len(lines)}" aria-label="{esc(said)}">{rows}</svg>'


def cascade(receipts: Sequence[Receipt]) -> str:
    """Who took up whom: time runs to the right, a line from each post to the one that it most probably follows."""
    best: dict[str, Receipt] = {}
    for one in receipts:
        held = best.get(one.evidence.child)
        if held is None or one.evidence.probability > held.evidence.probability:
            best[one.evidence.child] = one
    nodes = {one.evidence.parent: one.parent for one in best.values()} | {key: one.child for key, one in best.items()}
    dated = sorted(((key, said.at) for key, said in nodes.items() if said.at), key=lambda pair: (pair[1], pair[0]))
    if len(dated) < 2:
        return ""
    began, span = dated[0][1], max((dated[-1][1] - dated[0][1]).total_seconds(), 1.0)
    x = {key: 2 + 80 * (at - began).total_seconds() / span for key, at in dated}
    y = {key: 14 + 20 * place for place, (key, _) in enumerate(dated)}
    lines = "".join(_branch(one, x, y) for one in best.values() if one.evidence.child in x and one.evidence.parent in x)
    dots = "".join(
        f'<circle class="dot" cx="{x[key]:.2f}%" cy="{y[key]}" r="4.5"><title>{esc(nodes[key].author)}, {esc(day(at))}</title>'
        f'</circle><text x="{x[key]:.2f}%" y="{y[key] + 4}" dx="9">{esc(nodes[key].author)}</text>'
        for key, at in dated
    )
    said = f"{counted(len(best), 'post')} that followed, from {day(began)} to {day(dated[-1][1])}. The receipts say the same."
    return (
        f'<svg class="cascade" role="img" height="{14 + 20 * len(dated)}" aria-label="{esc(said)}">{lines}{dots}</svg>'
    )


def _branch(one: Receipt, x: Mapping[str, float], y: Mapping[str, int]) -> str:
    child, parent, seen = one.evidence.child, one.evidence.parent, one.evidence
    kind = "credited" if seen.kind == "link" else "uncredited"
    return (
        f'<line class="{kind}" x1="{x[parent]:.2f}%" y1="{y[parent]}" x2="{x[child]:.2f}%" y2="{y[child]}" '
        f'opacity="{0.35 + 0.65 * seen.probability:.2f}"/>'
    )
