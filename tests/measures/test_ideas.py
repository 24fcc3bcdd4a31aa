"""Ideas: who says the same, who said it first, with credit or without."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from earned.cli import main
from earned.measures.ideas import ideas_of
from earned.measures.voices import credit_rate
from earned.people import persons
from earned.text.ideas import passages, pieces, stemmed
from earned.text.prose import spoken, uncopied
from world import CAST, MATTERS, attributed, post, small_world


@pytest.fixture(scope="module")
def ideas():
    posts, links = small_world()
    found, attribution = attributed(posts, links)
    return ideas_of(attribution, found, persons(CAST))


def adas(ideas):
    return [idea for idea in ideas if any(said.post.startswith("ada-") for said in idea.passages)]


def test_what_ada_says_and_two_take_up_is_an_idea(ideas):
    whole = [idea for idea in adas(ideas) if {s.post.split("-")[0] for s in idea.passages} >= {"ada", "bo", "cy"}]

    assert len(whole) >= len(MATTERS) - 3


def test_ada_is_named_first_and_the_weights_are_a_distribution(ideas):
    firsts = [idea.first_said for idea in adas(ideas)]

    assert sum(first[0].said.person == "ada quill" for first in firsts) >= len(MATTERS) - 2
    assert all(0 < sum(one.weight for one in first) <= 1 + 1e-9 for first in firsts)


def test_bo_credits_and_cy_does_not(ideas):
    carriers = {c.person: c for c in adas(ideas)[0].carriers}

    assert carriers["bo lind"].credited >= carriers["cy march"].credited


def test_a_name_is_a_phrase_from_the_text(ideas):
    for idea in ideas:
        assert any(idea.name in " ".join(said.quoted.passage.split()) for said in idea.passages)


def test_the_credit_rate_refuses_too_few():
    assert credit_rate(1.0, 0.5, 0.9) is None
    rate = credit_rate(3.0, 1.0, 0.9)
    assert rate is not None
    assert rate.low < rate.value < rate.high


def test_code_headings_and_comments_are_not_spoken():
    text = "# Title\n<!-- fill in -->\nWe [measured](https://x.example) it.\n```\ncode here\n```\n| a | b |"

    assert "We measured it." == " ".join(spoken(text).split())


def test_a_text_set_in_below_its_headings_keeps_its_body():
    """Old proposals stand four columns in from their headings, which is no code."""
    old = "Abstract\n\n    Counting is done twice here.\n    It should be done once.\n\nRationale\n\n    Nobody reads two counts.\n"

    assert "Counting is done twice here.\nIt should" in spoken(old)
    assert "let x = 1" not in spoken("Two words.\n\nOr three.\n\nOr four of them.\n\n    let x = 1\n")


def test_titles_are_not_said():
    assert "Abstract" not in spoken("Abstract\n========\n\nCounting is done twice here.\n")
    assert not passages("Abstract Rationale Considerations Reference Implementation References Copyright")
    assert passages("Der Rechner im Keller brummt seit der Umstellung lauter als die Lüfter im Flur.")


def test_ideas_that_were_taken_up_come_before_those_that_many_voice():
    """Six people thank everybody, each on their own, with weeks between; one of Ada's matters is taken up twice."""
    posts, links = small_world()
    thanks = "warm thanks to everybody who sent patches questions reports or cookies during this season"
    posts += [post(f"thanks-{k}", CAST[k].id, 13.0 * k, f"{thanks} {'abcdefgh'[k] * 5}") for k in range(2, 8)]
    found, attribution = attributed(posts, links)
    told = ideas_of(attribution, found, persons(CAST))

    routine = next(k for k, idea in enumerate(told) if any(said.post.startswith("thanks") for said in idea.passages))
    assert told[routine].people > told[0].people
    assert routine > 3
    taken = [round(idea.credited + idea.uncredited) for idea in told]
    assert taken[0] >= taken[-1]


def test_ideas_that_begin_in_one_post_have_addresses_of_their_own():
    """Two people write of two matters each, both times both in one post, a paragraph of more than a hundred words each."""
    posts, links = small_world()
    new = "copper kettle whistle spout boil", "gravel border hedge rake garden"

    def both(k, who):
        parts = (f"{matter} and {matter} as {matter} " * 9 + f"{'xyz'[k] * 6}." for matter in new)
        return post(f"both-{k}", CAST[who].id, 100.0 + k, "\n\n".join(parts))

    found, attribution = attributed([*posts, both(0, 5), both(1, 6), both(2, 7)], links)
    told = ideas_of(attribution, found, persons(CAST))
    here = [idea for idea in told if {"both-0", "both-1"} <= {said.post for said in idea.passages}]

    assert len(here) >= 2
    assert len({idea.id for idea in told}) == len(told)


def test_sentences_that_many_copy_are_cut():
    texts = [f"Copyright and rights are waived here. Own words number {k} stand here." for k in range(8)]

    assert all("waived" not in text for text in uncopied(texts, list(range(8))))


def test_long_texts_are_cut_at_sentences():
    parts = passages(" ".join(f"This is sentence {k} of a longer text that goes on." for k in range(60)))

    assert len(parts) > 3
    assert all(len(part.split()) <= 110 for part in parts)
    assert [0] * len(parts) == [piece.row for piece in pieces([" ".join(parts)])][: len(parts)]


def test_other_scripts_stay_as_they_are():
    assert "надежность важна" == stemmed("Надежность важна")


@pytest.mark.slow
def test_the_planted_claims_of_the_sample_world_are_found():
    import importlib.util
    from pathlib import Path

    path = Path(__file__).resolve().parents[2] / "benchmarks" / "ideas.py"
    spec = importlib.util.spec_from_file_location("ideas_benchmark", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    figures = benchmark.measured()

    assert np.all(np.array(figures["planted claims, posts of claims"]) >= 0.8)


def test_the_command_tells_ideas_as_json(tmp_path):
    from earned import sample

    rows = Path(sample.posts_path()).read_text(encoding="utf-8").splitlines(keepends=True)[:240]
    (tmp_path / "posts.jsonl").write_text("".join(rows), encoding="utf-8")
    told = CliRunner().invoke(main, ["ideas", str(tmp_path / "posts.jsonl"), "--json", "-q", "--most", "3"])

    assert 0 == told.exit_code, told.output
    assert 3 == len(json.loads(told.stdout))
