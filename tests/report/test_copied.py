"""Answers that a person copied are told apart wherever they are shown."""

import io
from dataclasses import replace

from pptx import Presentation

from earned.model import Post
from earned.report import digest
from earned.report.markdown import render_markdown
from earned.report.sections import receipts
from earned.report.slides import render_slides
from report.cast import RECEIPTS, STORY

SAYS = "copied by a person"


def copied(receipt):
    return replace(receipt, child=replace(receipt.child, copied=True))


def test_what_a_person_vouches_for_is_known_by_its_label():
    assert Post("answers:1", "linkedin", (), None, "unknown", "Yes", labels={"via": "person"}).copied
    assert not Post("x:1", "x", (), None, "unknown", "Yes", labels={"via": "archive"}).copied


def slides_of(story):
    deck = Presentation(io.BytesIO(render_slides(story)))
    return " ".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)


def test_reports_mark_the_side_that_was_copied_and_no_other():
    story = replace(STORY, receipts=(copied(RECEIPTS[0]),))
    asked = digest.digest_markdown("t", digest.questions(story, (), (), ()))

    assert [1] * 4 == [
        text.count(SAYS) for text in (receipts(story.receipts), render_markdown(story), slides_of(story), asked)
    ]
    assert SAYS not in receipts(RECEIPTS) + render_markdown(STORY) + slides_of(STORY)
