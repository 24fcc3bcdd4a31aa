"""What the data cannot tell says its numbers as all others are said, and totals have the level that was asked for."""

from dataclasses import replace
from statistics import NormalDist

import pytest

from earned.attribution import attribute, calibration
from earned.attribution.attribution import FEWEST
from earned.reading import Conversation, Wish
from earned.study import learn
from earned.verdicts.limits import what_the_data_cannot_tell
from told import sample_told
from world import CAST, small_world


def test_what_news_explains_is_said_beside_the_interval_of_what_is_counted():
    found = sample_told()[0]
    total = found.leadership.totals.realized
    (sentence,) = (one for one in found.leadership.cannot_tell if "pieces of news" in one)

    assert f"{total.value:.0f} followers are counted (90 %: {total.low:.0f} to {total.high:.0f})" in sentence
    assert f"about {found.attribution.without_events.sum():.0f} would be" in sentence


@pytest.mark.parametrize(("apart", "said"), [(-0.1, "by 0% of"), (0.0576, "by 24% of"), (0.5, ""), (float("nan"), "")])
def test_a_conversation_whose_people_hardly_differ_says_so(apart, said):
    found = sample_told()[0]
    alike = replace(found.attribution, traits=replace(found.attribution.traits, apart=apart))
    people = sum(row.posts >= FEWEST for row in found.leadership.people)
    told = what_the_data_cannot_tell(alike, found.placed, found.leadership.people, found.leadership.totals.realized, {})

    sentences = [
        sentence for sentence in told if f"The {people} people with 8 posts or more are followed much alike" in sentence
    ]
    assert [said in sentence for sentence in sentences] == [True] * bool(said)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_the_total_of_a_conversation_too_large_for_sampling_has_the_level_asked_for(monkeypatch, level):
    effort = attribute.effort_for
    monkeypatch.setattr(calibration, "TABLE", calibration.NONE)
    monkeypatch.setattr(attribute, "effort_for", lambda frame: replace(effort(frame), sweeps=(0, 0)))
    found = learn(Conversation(list(small_world()[0]), [], {one.id: one for one in CAST}), Wish(level=level))
    total, deviation = found.leadership.totals.realized, float(found.attribution.varied.sum()) ** 0.5

    assert level == total.level
    assert total.high - total.value == pytest.approx(NormalDist().inv_cdf((1 + level) / 2) * deviation)


def test_the_total_is_as_wide_as_the_table_says(monkeypatch):
    talk = Conversation(list(small_world()[0]), [], {one.id: one for one in CAST})
    found = {}
    for wide in (1.0, 3.0):
        monkeypatch.setattr(calibration, "TABLE", replace(calibration.NONE, total=wide * calibration.NONE.total))
        found[wide] = learn(talk, Wish()).leadership.totals.realized

    assert found[1.0].value == found[3.0].value
    assert found[3.0].low < found[1.0].low
    assert found[3.0].high > found[1.0].high
    assert found[3.0].high ** 0.5 - found[3.0].value ** 0.5 == pytest.approx(
        3 * (found[1.0].high ** 0.5 - found[1.0].value ** 0.5)
    )
