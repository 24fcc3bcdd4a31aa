"""Five slides with native charts: the claim, the leaders, the weeks, a receipt, what the data cannot tell."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from textwrap import shorten
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # ships no types; python-pptx brings it
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt

from earned.model import Estimate, Leader, Story, WeekCount
from earned.report.words import headline, origin, plain, standfirst

#: The library ships no types for them.
_DATA: Any = CategoryChartData
_RGB: Any = RGBColor
#: People drawn, limits listed, columns of time.
PEOPLE, LIMITS, COLUMNS = 10, 6, 26
#: Characters of a quoted passage.
QUOTED = 420
INK, SOFT, ACCENT, PALE = (_RGB.from_string(code) for code in ("1F2933", "52606D", "1F6F8B", "C5CDD5"))
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def render_slides(story: Story) -> bytes:
    """A PPTX file; charts can be edited where they stand."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    _opening(deck, story)
    _leaders(deck, story)
    _weeks(deck, story)
    _receipt(deck, story)
    _words(deck, "What the data cannot tell", story.leadership.cannot_tell[:LIMITS])
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _slide(deck: Any, title: str, under: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    _text(slide, (0.7, 0.4, 11.9, 1.0), [title], size=28, bold=True)
    if under:
        _text(slide, (0.7, 1.25, 11.9, 0.5), [under], size=15, colour=SOFT)
    return slide


def _text(
    slide: Any, box: Sequence[float], lines: Iterable[str], *, size: int, bold: bool = False, colour: Any = INK
) -> None:  # fmt: skip
    """Lines of text in a box: left, top, width, height in inches."""
    frame = slide.shapes.add_textbox(*(Inches(x) for x in box)).text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    for place, sentence in enumerate(lines):
        line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        line.text, line.space_after = plain(sentence), Pt(size * 0.6)
        line.font.size, line.font.bold, line.font.color.rgb = Pt(size), bold, colour


def _words(deck: Any, title: str, sentences: Iterable[str]) -> None:
    _text(_slide(deck, title), (0.7, 1.5, 11.9, 5.4), sentences, size=18)


def _opening(deck: Any, story: Story) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    _text(slide, (0.9, 1.2, 11.5, 0.6), [story.title], size=18, colour=ACCENT, bold=True)
    _text(slide, (0.9, 1.9, 11.5, 2.6), [headline(story.leadership)], size=38, bold=True)
    _text(slide, (0.9, 4.7, 11.5, 1.8), [standfirst(story.leadership)], size=18, colour=SOFT)


def _leaders(deck: Any, story: Story) -> None:
    shown = [one for one in story.leadership.people if one.induced and one.camp != "not enough evidence"][:PEOPLE]
    if not shown:
        _words(deck, "Whose posts are taken up", ["For nobody are there enough posts to tell."])
        return
    level = shown[0].induced.level if shown[0].induced else 0.9
    slide = _slide(deck, "Whose posts are taken up", "Posts by people outside their organization, for each post of theirs; "
                   f"whiskers: {level:.0%} interval.")  # fmt: skip
    rates, data = [one.induced for one in shown if one.induced], _DATA()
    data.categories = [plain(one.person.name) for one in shown]
    data.add_series("posts by others per post", [round(one.value, 3) for one in rates])
    chart = _chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, data, (0.5, 1.8, 7.3, 5.4))
    chart.has_legend, chart.plots[0].gap_width, chart.plots[0].vary_by_categories = False, 60, False
    chart.category_axis.reverse_order, chart.category_axis.crosses = True, XL_AXIS_CROSSES.MAXIMUM
    chart.value_axis.maximum_scale = ceiling(max(one.high for one in rates))
    _paint(chart.plots[0].series[0], ACCENT)
    _whiskers(chart.plots[0].series[0], rates)
    _table(slide, shown)


def ceiling(value: float) -> float:
    """A round number at least as large: 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    step = 10.0 ** math.floor(math.log10(max(value, 1e-3)))
    return next(step * k for k in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * k >= value)


def _whiskers(series: Any, rates: Sequence[Estimate]) -> None:
    """Native error bars with a length of their own for each bar; the library has no call for them."""
    bars = etree.Element(f"{{{_CHART}}}errBars")
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, f"{{{_CHART}}}{name}", val=value)
    for name, lengths in (("plus", [r.high - r.value for r in rates]), ("minus", [r.value - r.low for r in rates])):
        points = etree.SubElement(etree.SubElement(bars, f"{{{_CHART}}}{name}"), f"{{{_CHART}}}numLit")
        etree.SubElement(points, f"{{{_CHART}}}formatCode").text = "General"
        etree.SubElement(points, f"{{{_CHART}}}ptCount", val=str(len(lengths)))
        for place, length in enumerate(lengths):
            point = etree.SubElement(points, f"{{{_CHART}}}pt", idx=str(place))
            etree.SubElement(point, f"{{{_CHART}}}v").text = f"{max(length, 0.0):.4f}"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    line = etree.SubElement(etree.SubElement(bars, f"{{{_CHART}}}spPr"), f"{{{drawing}}}ln", w="19050")
    etree.SubElement(etree.SubElement(line, f"{{{drawing}}}solidFill"), f"{{{drawing}}}srgbClr", val=str(INK))
    series._element.find(f"{{{_CHART}}}cat").addprevious(bars)


def _table(slide: Any, shown: Sequence[Leader]) -> None:
    """The same people with numbers, for reading aloud."""
    height = min(0.49, 5.0 / (len(shown) + 1))
    table = slide.shapes.add_table(
        len(shown) + 1, 4, Inches(7.9), Inches(1.9), Inches(5.1), Inches(height * (len(shown) + 1))
    ).table
    for column, width in enumerate((1.45, 1.85, 0.85, 0.95)):
        table.columns[column].width = Inches(width)
    _row(table, 0, ("person", "per post", "credited", "verdict"))
    for place, one in enumerate(shown, 1):
        rate = f"{one.induced.value:.2f} ({one.induced.low:.2f} to {one.induced.high:.2f})" if one.induced else ""
        _row(table, place, (shorten(one.person.name, 24, placeholder=" …"), rate, str(one.credited), one.camp))


def _row(table: Any, place: int, cells: Sequence[str]) -> None:
    for column, value in enumerate(cells):
        cell = table.cell(place, column)
        cell.text, cell.vertical_anchor = plain(value), MSO_ANCHOR.MIDDLE
        cell.margin_left = cell.margin_right = Inches(0.06)
        cell.margin_top = cell.margin_bottom = Inches(0.02)
        cell.fill.solid()
        cell.fill.fore_color.rgb = ACCENT if place == 0 else _RGB(255, 255, 255) if place % 2 else _RGB(242, 245, 247)
        font = cell.text_frame.paragraphs[0].font
        font.size, font.bold, font.color.rgb = Pt(10), place == 0, _RGB(255, 255, 255) if place == 0 else INK


def _weeks(deck: Any, story: Story) -> None:
    if not story.weeks:
        return
    spans = spans_of(story.weeks)
    every = -(-len(story.weeks) // len(spans))
    step = "week" if every == 1 else f"{every} weeks"
    slide = _slide(deck, "The conversation over time", f"Posts for each {step}, by the day it begins.")
    data = _DATA()
    data.categories = [f"{start:%d %b %y}" for start, _, _ in spans]
    data.add_series("best explained by an earlier post of somebody else", [round(f, 2) for _, _, f in spans])
    data.add_series("other posts", [round(max(n - f, 0.0), 2) for _, n, f in spans])
    chart = _chart(slide, XL_CHART_TYPE.COLUMN_STACKED, data, (0.5, 1.8, 12.2, 5.4))
    chart.has_legend, chart.plots[0].gap_width, chart.plots[0].overlap = True, 30, 100
    chart.legend.include_in_layout, chart.legend.position = False, XL_LEGEND_POSITION.TOP
    for series, colour in zip(chart.plots[0].series, (ACCENT, PALE)):
        _paint(series, colour)


def spans_of(weeks: Sequence[WeekCount]) -> list[tuple[Any, int, float]]:
    """At most 26 spans of equal length: first day, posts, those that followed."""
    every = -(-len(weeks) // COLUMNS)
    parts = [weeks[k : k + every] for k in range(0, len(weeks), every)]
    return [(p[0].start, sum(w.posts for w in p), sum(w.induced_posts for w in p)) for p in parts]


def _chart(slide: Any, kind: Any, data: Any, box: Sequence[float]) -> Any:
    chart = slide.shapes.add_chart(kind, *(Inches(x) for x in box), data).chart
    chart.has_title, chart.font.size, chart.font.color.rgb = False, Pt(12), INK
    axis = chart.value_axis
    axis.major_gridlines.format.line.color.rgb = PALE
    axis.minimum_scale, axis.format.line.color.rgb = 0, PALE
    return chart


def _paint(series: Any, colour: Any) -> None:
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = colour


def _receipt(deck: Any, story: Story) -> None:
    if not story.receipts:
        return
    one = story.receipts[0]
    how = "Credited by link or name" if one.evidence.kind == "link" else "Not credited"
    slide = _slide(deck, f"A receipt: {one.child.author} after {one.parent.author}",
                   f"{how}; probability {one.evidence.probability:.2f}. {' '.join(one.counters)}")  # fmt: skip
    for left, said, verb in ((0.7, one.parent, "said"), (6.9, one.child, "took it up")):
        when = f", {said.at:%d %b %Y}" if said.at else ""
        _text(slide, (left, 2.0, 5.7, 0.5), [f"{said.author} {verb} on {said.channel}{when}{origin(said)}"], size=13, colour=ACCENT,
              bold=True)  # fmt: skip
        _text(slide, (left, 2.6, 5.7, 4.0), [f"“{shorten(said.passage, QUOTED, placeholder=' …')}”"], size=20)
    if one.evidence.shared_words:
        _text(slide, (0.7, 6.5, 11.9, 0.5), ["Words in both: " + ", ".join(one.evidence.shared_words[:10])], size=14,
              colour=SOFT)  # fmt: skip
