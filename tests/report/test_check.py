"""The page of the self-check."""

import pytest

from earned.model import Estimate, HiddenLinks, PlantedLeader, SelfCheck
from earned.report.check import page, wilson

CHECK = SelfCheck(
    posts=900, people=40, hidden=HiddenLinks(100, 0.5, 0.8, 0.3, 0.6), total=120.0, shuffled=9.0, without_news=130.0, strict=110.0,
    planted=(PlantedLeader("*Ada* | <b>", 14, 11, Estimate(10.2, 7, 14.1, 0.9, 14, "posts"), "has it"),),
    false_alarms=0, judged=21,
)  # fmt: skip


@pytest.mark.parametrize(("share", "of", "expected"), [
    (0.5, 100, (0.419, 0.581)), (0.0, 20, (0.0, 0.119)), (1.0, 20, (0.881, 1.0)), (0.0, 0, (0.0, 1.0)),
])  # fmt: skip
def test_shares_carry_wilson_intervals(share, of, expected):
    assert expected == pytest.approx(wilson(share, of), abs=5e-4)


def test_names_act_as_words_only():
    assert "\\*Ada\\* \\| \\<b\\>" in page(CHECK)


def test_every_figure_has_its_unit_and_shares_their_interval():
    text = page(CHECK)

    assert "| 120.0 posts |" in text
    assert "| 0.50 (0.42 to 0.58) of 100 posts |" in text
    assert "| 0.00 (0.00 to 0.12) of 20 people |" in text
    assert "10.2 (7.0 to 14.1) posts" in text
