"""What the data cannot tell says its numbers as all others are said, and totals have the level that was asked for."""

from dataclasses import replace
from statistics import NormalDist

import pytest

from earned.attribution import attribute
from earned.reading import Conversation, Wish
from earned.study import learn
from told import sample_told
from world import CAST, small_world


def test_what_news_explains_is_said_beside_the_interval_of_what_is_counted():
    found = sample_told()[0]
    total = found.leadership.totals.realized
    (sentence,) = (one for one in found.leadership.cannot_tell if "pieces of news" in one)

    assert f"{total.value:.0f} followers are counted (90 %: {total.low:.0f} to {total.high:.0f})" in sentence
    assert f"about {found.attribution.without_events.sum():.0f} would be" in sentence


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_the_total_of_a_conversation_too_large_for_sampling_has_the_level_asked_for(monkeypatch, level):
    effort = attribute.effort_for
    monkeypatch.setattr(attribute, "effort_for", lambda frame: replace(effort(frame), sweeps=(0, 0)))
    found = learn(Conversation(list(small_world()[0]), [], {one.id: one for one in CAST}), Wish(level=level))
    total, deviation = found.leadership.totals.realized, float(found.attribution.varied.sum()) ** 0.5

    assert level == total.level
    assert total.high - total.value == pytest.approx(NormalDist().inv_cdf((1 + level) / 2) * deviation)
