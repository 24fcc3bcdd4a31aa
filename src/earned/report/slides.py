"""Five slides with native charts: the claim, the leaders, the weeks, a receipt, what the data cannot tell."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

from earned.model import Story
from earned.report.words import headline, plain, standfirst

#: The library ships no types for it.
_DATA: Any = CategoryChartData
#: People drawn, limits listed, weeks drawn.
PEOPLE, LIMITS, WEEKS = 10, 6, 60


def render_slides(story: Story) -> bytes:
    """A PPTX file; charts can be edited where they stand."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    _words(deck, story.title, [headline(story.leadership), standfirst(story.leadership)])
    _leaders(deck, story)
    _weeks(deck, story)
    _receipt(deck, story)
    _words(deck, "What the data cannot tell", story.leadership.cannot_tell[:LIMITS])
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _slide(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = plain(title)
    slide.shapes.title.text_frame.paragraphs[0].font.size = Pt(30)
    return slide


def _words(deck: Any, title: str, sentences: Iterable[str]) -> None:
    slide = _slide(deck, title)
    frame = slide.shapes.add_textbox(Inches(0.9), Inches(1.7), Inches(11.5), Inches(5.2)).text_frame
    frame.word_wrap = True
    for place, sentence in enumerate(sentences):
        line = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        line.text, line.font.size, line.space_after = plain(sentence), Pt(18), Pt(10)


def _leaders(deck: Any, story: Story) -> None:
    shown = [one for one in story.leadership.people if one.induced and one.camp != "not enough evidence"][:PEOPLE][::-1]
    if not shown:
        _words(deck, "Whose posts are taken up", ["For nobody are there enough posts to tell."])
        return
    slide, data = _slide(deck, "Posts by others for each post: low end, best number, high end"), _DATA()
    data.categories = [plain(one.person.name) for one in shown]
    for name in ("low", "value", "high"):
        data.add_series(name, [round(getattr(one.induced, name), 3) for one in shown])
    _chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, data)


def _weeks(deck: Any, story: Story) -> None:
    if not story.weeks:
        return
    slide, data = _slide(deck, "The conversation, week by week"), _DATA()
    shown = story.weeks[-WEEKS:]
    data.categories = [week.start for week in shown]
    data.add_series("posts", [week.posts for week in shown])
    data.add_series("best explained by an earlier post", [round(week.induced_posts, 2) for week in shown])
    _chart(slide, XL_CHART_TYPE.LINE, data)


def _chart(slide: Any, kind: Any, data: Any) -> None:
    chart = slide.shapes.add_chart(kind, Inches(0.8), Inches(1.5), Inches(11.7), Inches(5.6), data).chart
    chart.has_legend, chart.has_title = True, False
    chart.legend.include_in_layout = False
    chart.font.size = Pt(12)


def _receipt(deck: Any, story: Story) -> None:
    if not story.receipts:
        return
    one = story.receipts[0]
    how = "Credited by link or name." if one.evidence.kind == "link" else "Not credited."
    said = [f"{one.parent.author}: “{one.parent.passage}”", f"{one.child.author}: “{one.child.passage}”"]
    _words(deck, "A receipt", [*said, f"{how} Probability {one.evidence.probability:.2f}. {' '.join(one.counters)}"])
