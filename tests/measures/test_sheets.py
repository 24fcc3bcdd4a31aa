"""What pages show of people and organizations, against worlds whose truth is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from earned.measures.cadence import cadence
from earned.measures.corrections import corrected
from earned.measures.exchange import Exchange, people_of
from earned.measures.lines import Lines
from earned.measures.mix import mix
from earned.measures.organization import concentration, drawn_counts, total
from earned.model import Correction, Estimate, Leader, Link, Person, Post
from earned.model.pages import Cadence, FourLines, Line
from earned.people import persons
from earned.verdicts.barrier import barrier
from earned.verdicts.leaders import Case, camp_chances, judge
from world import ADA, BO, CAST, CY, EVE, FAY, attributed, person, post, small_world

LONG = "this answer has many more than fifteen words of its own because it wants to argue about every single thing"


@pytest.fixture(scope="module")
def small():
    posts, links = small_world()
    found, attribution = attributed(posts, links)
    return Exchange(attribution, found, tuple(persons(CAST)))


def test_the_planted_followers_adopt_and_nobody_else(small):
    adopters = people_of(small.adopted.of(person(ADA)))

    assert adopters == {person(BO), person(CY)}
    assert people_of(small.adopted.of(person(EVE))) == frozenset()


def test_credit_is_where_a_link_is(small):
    credited = [row for author, row in small.credited if author == person(ADA)]

    assert {small.placed.posts[row].id.split("-")[0] for row in credited} == {"bo"}
    assert len(credited) == 12


def test_a_short_link_shares_and_long_words_debate():
    posts, links = small_world()
    posts += [post("short", FAY, 100, "look at this"), post("long", EVE, 101, LONG), post("own", ADA, 102, "see above")]
    links += [Link("short", "url", "ada-0"), Link("long", "reply", "ada-0"), Link("own", "reply", "ada-0")]
    found, attribution = attributed(posts, links)
    lines = Lines(Exchange(attribution, found, tuple(persons(CAST))), {"ada-1": 40.0, "ada-2": 2.0}).of(person(ADA))
    read, shared, debated, adopted = lines.lines

    assert (read.people, read.events) == (None, 42.0)
    assert person(FAY) in people_of(Exchange(attribution, found, tuple(persons(CAST))).shared.of(person(ADA)))
    assert debated.people >= 1
    assert adopted.people >= 2
    assert sum(shared.weeks) == shared.events
    assert not any(line.colleagues for line in lines.lines)


def test_programs_and_groups_are_nobody():
    posts, links = small_world()
    cast = [replace(a, kind="bot") if a.id == BO else a for a in CAST]
    found, attribution = attributed(posts, links, cast)
    acts = Exchange(attribution, found, tuple(persons(cast)))

    assert person(BO) not in people_of(acts.adopted.of(person(ADA)))
    assert person(CY) in people_of(acts.adopted.of(person(ADA)))


def test_colleagues_stand_apart():
    posts, links = small_world()
    posts = [replace(p, organization="Acme") if p.accounts[0] in (ADA, BO) else p for p in posts]
    found, attribution = attributed(posts, links)
    acts = Exchange(attribution, found, tuple(persons(CAST))).adopted.of(person(ADA))

    assert person(BO) not in people_of(acts)
    assert people_of(acts, colleagues=True) == {person(BO)}


def weekly(days):
    return [post(f"p{k}", ADA, day, f"words of post number {k}") for k, day in enumerate(days)]


def test_cadence_counts_weeks_silences_and_gaps():
    posts = [*weekly([0, 7, 14, 42]), post("end", BO, 69, "the last one")]
    found, attribution = attributed(posts)
    steady = cadence(attribution, found, person(ADA))

    assert [week.posts for week in steady.weeks] == [1, 1, 1, 0, 0, 0, 1, 0, 0, 0]
    assert steady.active == pytest.approx(0.4)
    assert steady.longest_silence == 3
    gaps = np.array([7.0, 7.0, 28.0])
    assert steady.irregularity == pytest.approx(gaps.std() / gaps.mean())
    assert cadence(attribution, found, person(CY)) == Cadence((), 0.0, 0, None)


def written(key, day, text):
    return Post(key, "blog", (ADA,), datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day), "day", text)


def test_mix_tells_position_pitch_and_neither_by_month():
    posts = [
        written("a", 0, "Teams must delete alerts that nobody acts on."),
        written("b", 5, "Acmepulse is the platform for you. Try Acmepulse today, Acmepulse is out."),
        written("c", 40, "Good morning."),
    ]
    told = mix(posts, "Acmepulse", lambda texts: [0.9 if "must" in text else 0.1 for text in texts])

    assert [(m.start.month, m.position, m.pitch, m.neither) for m in told.months] == [(1, 1, 1, 0), (2, 0, 0, 1)]
    assert told.pitch == pytest.approx(1 / 3)
    assert told.sentences[0].text.startswith("Teams must")
    assert mix(posts[1:2], "", lambda texts: [0.1] * len(texts)).months[0].pitch == 0, (
        "no own name is known: nothing sells"
    )


def test_concentration_of_equal_voices_and_of_one():
    rng = np.random.default_rng(1)
    equal = rng.gamma(400, 0.05, (300, 4))
    largest, effective = concentration(equal)
    assert largest.low <= 0.27 <= largest.high + 0.05
    assert effective.low <= 4.0 <= effective.high + 0.1
    one, alone = concentration(equal * np.array([1.0, 0.0, 0.0, 0.0]))
    assert (one.value, alone.value) == (1.0, 1.0)
    assert concentration(np.zeros((300, 2))) is None


def test_an_organizations_sum_holds_its_people_and_its_interval_the_value(small):
    a = small.attribution
    counts = drawn_counts(a, [person(ADA), person(EVE)])
    value = float(a.fitted.sums.others[a.posts_of(person(ADA))].sum())
    whole = total(counts, value)

    assert counts.shape[1] == 2
    assert whole.low <= value <= whole.high
    assert counts[:, 0].mean() == pytest.approx(value, abs=3)


def lines_of(shared, debated):
    people = {"read": None, "shared": shared, "debated": debated, "adopted": 0}
    return FourLines(tuple(Line(step, n, 0, None) for step, n in people.items()), ())


def leader(posts=20, camp="is trying"):
    return Leader(Person("ada", "Ada", ()), "", posts, None, None, None, 0, camp, "")


STEADY = Cadence((), 0.9, 1, 0.5)


@pytest.mark.parametrize(
    ("who", "lines", "steady", "pitch", "begins"),
    [
        (leader(posts=3), lines_of(0, 0), STEADY, 0.0, "Too early"),
        (leader(camp="has it"), lines_of(0, 0), STEADY, 0.9, ""),
        (leader(), lines_of(4, 4), STEADY, 0.7, "Pitch"),
        (leader(), lines_of(0, 0), STEADY, 0.1, "Unanswered"),
        (leader(), lines_of(4, 0), Cadence((), 0.1, 9, 2.0), 0.1, "Irregular"),
        (leader(), lines_of(4, 4), STEADY, 0.1, ""),
    ],
)
def test_the_first_broken_step_is_the_barrier(who, lines, steady, pitch, begins):
    barrier_said, experiment = barrier(who, lines, steady, pitch)

    assert barrier_said.startswith(begins) if begins else barrier_said == ""
    assert bool(experiment) == (begins not in ("", "Too early"))


def test_camp_chances_follow_the_draws_and_need_the_test():
    rate = np.array([0.05, 0.2, 0.3, 0.4])
    case = Case(20, True, rate, Estimate(5, 2, 9, 0.9, 20, "posts"), 4.8, True, 0.01, 4, 9, 9, 0.0)
    assert camp_chances(case, 0.1) == (("has it", 0.75), ("is trying", 0.25))
    assert camp_chances(replace(case, stands=False), 0.1) == (("has it", 0.0), ("is trying", 1.0))
    assert camp_chances(replace(case, posts=5), 0.1) == ()


def test_nobody_has_it_whose_strict_followers_may_be_none():
    """Of 2.9 expected followers none is real with a probability of 5.5 %; of 3.1 with 4.5 %."""
    case = Case(20, True, np.full(4, 0.4), Estimate(5, 2, 9, 0.9, 20, "posts"), 3.1, True, 0.01, 4, 9, 9, 0.0)
    less = replace(case, strict=2.9)

    assert judge(case, 0.1)[0] == "has it"
    assert judge(less, 0.1)[0] == "is trying"
    assert "the 2.9 followers left may be nothing" in judge(less, 0.1)[1]
    assert camp_chances(less, 0.1) == (("has it", 0.0), ("is trying", 1.0))


def test_corrections_name_posts_and_pass_over_what_is_gone():
    groups, posts = [[0, 1, 2], [3, 4]], ["a", "b", "c", "d", "e"]
    merged = corrected(groups, posts, [Correction("merge", ("a",), ("e",)), Correction("rename", ("d",), name="One")])
    assert [(g.places, g.name) for g in merged] == [([0, 1, 2, 3, 4], "One")]
    apart = corrected(groups, posts, [Correction("split", ("c",))])
    assert [g.places for g in apart] == [[0, 1], [3, 4], [2]]
    assert [g.places for g in corrected(groups, posts, [Correction("merge", ("zz",), ("a",))])] == groups
