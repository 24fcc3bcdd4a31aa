"""Ideas: who says the same, who said it first, with credit or without."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from earned.cli import main
from earned.measures.ideas import ideas_of
from earned.measures.voices import credit_rate
from earned.people import persons
from earned.text.ideas import passages, pieces, stemmed
from earned.text.prose import spoken, uncopied
from world import CAST, MATTERS, attributed, small_world


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


def test_the_command_tells_ideas_as_json():
    from earned import sample

    told = CliRunner().invoke(main, ["ideas", sample.posts_path(), "--json", "-q", "--most", "3"])

    assert 0 == told.exit_code, told.output
    assert 3 == len(json.loads(told.stdout))
