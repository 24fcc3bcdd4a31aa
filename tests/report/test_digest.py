"""Markdown, slides and the digest: from a real run on the sample world."""

import io
import re
import xml.etree.ElementTree as ET

import pytest

from earned import study
from earned.report import digest
from earned.report.markdown import escaped, render_markdown
from earned.report.slides import render_slides


@pytest.fixture(scope="module")
def told():
    found, story = study.sample_story()
    ideas = study.ideas(found, most=40)
    return story, ideas, study.openings(found, ideas)


def test_nine_questions_and_the_last_is_what_we_cannot_tell(told):
    asked = digest.questions(*told)

    assert 9 == len(asked)
    assert "What can we not tell?" == asked[-1].asked
    assert all(question.answers for question in asked)


def test_the_page_escapes_what_people_write(told):
    page = digest.digest_html("<script>x</script>", digest.questions(*told))

    assert "<script>" not in page
    assert "Content-Security-Policy" in page
    assert "\\<b\\>" == escaped("<b>")


def test_who_carries_the_voice_is_told_with_intervals(told):
    (carried,) = (question for question in digest.questions(*told) if question.asked.startswith("Who carries"))

    assert all(" (has it): " in answer for answer in carried.answers)
    assert all(re.search(r"\d \([\d.,]+ to [\d.,]+\) posts by others", answer) for answer in carried.answers)


def test_openings_show_their_posts(told):
    openings = told[2]

    assert {"asked, hardly answered", "uncontested"} <= {opening.kind for opening in openings}
    assert all(len(opening.posts) >= 2 for opening in openings)


def test_rss_is_xml_and_names_each_uptake_once(told):
    feed = ET.fromstring(digest.uptake_rss(told[0]))

    assert len(told[0].receipts) == len({item.text for item in feed.iter("guid")})


def test_slides_hold_native_charts(told):
    from pptx import Presentation

    deck = Presentation(io.BytesIO(render_slides(told[0])))
    charts = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]

    assert 5 == len(deck.slides)
    assert 2 == len(charts)


def test_markdown_tells_leaders_and_limits(told):
    text = render_markdown(told[0])

    assert "| Ada Quill | has it |" in text
    assert "## What the data cannot tell" in text
