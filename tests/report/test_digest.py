"""Markdown, slides and the digest: from a real run on the sample world."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pptx import Presentation

from earned import study
from earned.model import Evidence, Quoted, Receipt
from earned.report import digest
from earned.report.markdown import escaped, render_markdown
from earned.report.slides import ceiling, render_slides
from earned.report.words import names
from told import sample_told

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"


@pytest.fixture(scope="module")
def told():
    found, story = sample_told()
    ideas = study.ideas(found, most=40)
    story = replace(story, receipts=study.ledger(found, most=100))
    return story, ideas, study.openings(found, ideas), study.newcomers(found, ideas)


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

    *three, share = carried.answers
    assert all(" (has it): " in answer for answer in three)
    assert all(re.search(r"\d \([\d.,]+ to [\d.,]+\) posts by others", answer) for answer in three)
    assert re.fullmatch(rf"{three[0].split(' (')[0]} alone holds \d+\xa0% of all followings here\.", share)


def answers_of(told, number):
    return digest.questions(*told)[number - 1].answers


def test_an_uptake_names_its_idea_when_both_posts_voice_it(told):
    story, ideas, *_ = told
    voiced = {idea.name: {passage.post for passage in idea.passages} for idea in ideas}

    assert any(" on “" in answer for answer in answers_of(told, 1))
    for one in story.receipts[:40]:
        said = digest.questions(replace(story, receipts=(one,)), ideas, [])[0].answers[0]
        for name in re.findall(" on “(.+)”", said):
            assert {one.evidence.child, one.evidence.parent} <= voiced[name]


def test_whoever_engaged_for_the_first_time_did_so_lately_newest_first(told):
    story, found = told[0], told[3]
    late = story.leadership.totals.since + 0.74 * (story.leadership.totals.until - story.leadership.totals.since)

    assert found
    assert all(one.at > late for one in found)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert answers_of(told, 4)[0].startswith(f"{found[0].name} took up {found[0].after} on ")


def test_among_colleagues_alone_nobody_outside_is_told_of(told):
    story = told[0]
    inside = tuple(replace(one, evidence=replace(one.evidence, colleague=True)) for one in story.receipts[:7])

    (answer,) = digest.questions(replace(story, receipts=inside), [], [])[0].answers
    assert answer == "Nobody of another organization. Among colleagues, who are kept apart: 7 uptakes."


def test_an_argument_is_told_once_the_unanswered_first(told):
    story, ideas, *_ = told
    said = next(answer for idea in ideas for answer in idea.debate)
    heard = [replace(said, hint="against", answered=flag, said=replace(said.said, post=post))
             for post, flag in (("old", True), ("new", False), ("old", True))]  # fmt: skip
    twice = [replace(ideas[0], debate=tuple(heard)), replace(ideas[1], debate=tuple(heard[:1]))]

    first, second = digest.questions(story, twice, [])[2].answers
    assert "no answer that we saw" in first
    assert "perhaps against; answered" in second


def test_what_nobody_took_up_neither_moves_nor_stalls(told):
    story, ideas, *_ = told
    voiced = replace(ideas[0], name="said by all", credited=0.0, uncredited=0.2, momentum=9.0, people=99)
    slow = replace(ideas[0], name="below its share", momentum=0.9)

    told_of = digest.questions(story, [voiced, slow, *ideas], [])[1].answers
    assert not any("said by all" in answer or "below its share" in answer for answer in told_of)
    (alone,) = digest.questions(story, [voiced], [])[1].answers
    assert alone.startswith("“said by all” moves")


def test_many_authors_of_one_post_are_counted():
    assert names("Ada, Bo, Cy") == "Ada, Bo, Cy"
    assert names("Ada, Bo, Cy, Di") == "Ada, Bo and 2 others"


def test_openings_show_their_posts(told):
    openings = told[2]

    assert {"asked, hardly answered", "uncontested"} <= {opening.kind for opening in openings}
    assert all(len(opening.posts) >= 2 for opening in openings)


def test_rss_is_xml_and_names_each_uptake_once(told):
    feed = ET.fromstring(digest.uptake_rss(told[0]))

    assert len(told[0].receipts) == len({item.text for item in feed.iter("guid")})


@pytest.fixture(scope="module")
def charts(told):
    deck = Presentation(io.BytesIO(render_slides(told[0])))
    assert 5 == len(deck.slides)
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def test_each_bar_has_a_whisker_from_its_low_to_its_high_end(told, charts):
    shown = [one.induced for one in told[0].leadership.people if one.induced and one.camp != "not enough evidence"][:10]
    found = {side: charts[0]._chartSpace.find(f".//{{{C}}}errBars/{{{C}}}{side}") for side in ("plus", "minus")}
    spans = {side: [float(value.text) for value in found[side].iter(f"{{{C}}}v")] for side in found}

    assert [one.high - one.value for one in shown] == pytest.approx(spans["plus"], abs=1e-3)
    assert [one.value - one.low for one in shown] == pytest.approx(spans["minus"], abs=1e-3)
    assert charts[0].value_axis.maximum_scale >= max(one.high for one in shown)


def test_columns_of_time_add_up_to_the_posts(told, charts):
    columns = [series.values for series in charts[1].plots[0].series]

    assert sum(week.posts for week in told[0].weeks) == pytest.approx(sum(map(sum, columns)), abs=0.5)
    assert len(columns[0]) <= 26


@pytest.mark.parametrize(("value", "top"), [(1.35, 1.5), (0.04, 0.04), (0.31, 0.4), (9.5, 10.0), (0.0, 0.001)])
def test_an_axis_ends_at_a_round_number(value, top):
    assert top == pytest.approx(ceiling(value))


def test_markdown_tells_leaders_and_limits(told):
    text = render_markdown(told[0])

    assert "| Ada Quill | has it |" in text
    assert "## What the data cannot tell" in text


@pytest.mark.parametrize(("credited", "silent", "expected"), [
    (9, 9, ["not credited", "credited", "not credited", "credited"]),
    (9, 1, ["credited", "credited", "credited", "not credited"]),
    (0, 3, ["not credited"] * 3),
    (1, 0, ["credited"]),
])  # fmt: skip
def test_who_picked_up_shows_credited_and_uncredited_newest_first(told, credited, silent, expected):
    first = datetime(2024, 5, 1, tzinfo=UTC)
    receipts = [
        Receipt(
            Quoted(
                f"Bo {2 * k + (kind == 'text')}", "blog", first + timedelta(days=k, hours=6 * (kind == "text")),
                "second", "", "words",
            ),
            Quoted("Ada", "blog", first, "second", "", "words"), Evidence(f"{kind}/{k}", "ada", 0.5, kind, 1.0),
        )
        for kind, many in (("link", credited), ("text", silent))
        for k in range(many)
    ]  # fmt: skip
    answers = digest.questions(replace(told[0], receipts=tuple(receipts)), [], [])[0].answers
    found = [re.match(r"Bo (\d+) after Ada, .+: (credited|not credited), prob", answer).groups() for answer in answers]

    assert expected == [mark for _, mark in found]
    assert [int(at) for at, _ in found] == sorted((int(at) for at, _ in found), reverse=True)


@pytest.mark.parametrize(("kind", "probability", "told_of"), [("text", 0.49, 0), ("text", 0.51, 1), ("link", 0.2, 1)])
def test_an_uptake_without_credit_is_told_when_it_is_likely(told, kind, probability, told_of):
    at = datetime(2024, 5, 1, tzinfo=UTC)
    one = Receipt(Quoted("Bo", "blog", at, "second", "", "words"), Quoted("Ada", "blog", at, "second", "", "words"),
                  Evidence("b", "a", probability, kind, 1.0))  # fmt: skip
    answers = digest.questions(replace(told[0], receipts=(one,)), [], [])[0].answers

    assert sum("after Ada" in answer for answer in answers) == told_of
