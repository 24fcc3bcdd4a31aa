"""Point of view or pitch, and the ten gates."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from earned.model import Quoted, Said
from earned.text.gates import Draft, gates
from earned.work import load_pitch

ROOT = Path(__file__).resolve().parents[2]
POV = (
    "I think runbooks rot from the top. The problem is that nobody types the first line. Teams should sign it: we measured "
    "forty and found nine in 100 days fresh. This does not apply to tapes, unless you type them."
)
PITCH = "Acme Pulse is the award-winning pager. Start your free Acme trial today! Contact the Acme team for a quote."


def by_name(**more):
    return {gate.name: gate for gate in gates(Draft(**more))}


def test_all_ten_gates_answer_and_show_their_sentence():
    found = by_name(text=POV, organization="Acme")

    assert 10 == len(found)
    assert "pass" == found["claim"].result
    assert {"pass"} == {
        found[name].result for name in ("status quo", "audience", "product deletion", "boundary", "person", "evidence")
    }
    assert all(gate.sentence in POV for gate in found.values())


def test_a_pitch_does_not_survive_the_deletion_of_its_product():
    found = by_name(text=PITCH, organization="Acme", by_person=False)

    assert "fail" == found["product deletion"].result
    assert "fail" == found["claim"].result
    assert "fail" == found["person"].result


@pytest.mark.parametrize(("given", "result"), [(None, "cannot tell"), ("said in May", "fail"), ("", "pass")])
def test_novelty_needs_a_search(given, result):
    assert result == by_name(text=POV, earlier=given)["novelty"].result


def test_the_model_tells_the_two_apart_and_shows_sentences():
    model, embedder = load_pitch()
    pov, pitch = model.point_of_view([POV, PITCH], embedder)

    assert pov > 0.5 > pitch
    assert 3 == len(model.by_sentence(PITCH, embedder))
    assert [] == model.by_sentence("", embedder)


@pytest.mark.skipif(not (ROOT / "sample/pov").exists(), reason="the training texts are in a checkout, not in the wheel")
def test_the_bar_on_texts_kept_apart():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import pov

    for name, (size, auc, _) in pov.measured().items():
        assert size >= 200, name
        assert auc >= 0.82, name


@pytest.mark.skipif(not (ROOT / "sample/pov").exists(), reason="the training texts are in a checkout, not in the wheel")
def test_no_test_text_is_trained_on():
    train = (ROOT / "sample/pov/train.jsonl").read_text(encoding="utf-8").splitlines()
    test = (ROOT / "sample/pov/test.jsonl").read_text(encoding="utf-8").splitlines()

    assert not set(train) & set(test)
    assert 1e6 > (ROOT / "src/earned/store/pitch.npz").stat().st_size
    assert np.isfinite(load_pitch()[0].intercept)


def said(key, person, text, day=0):
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return Said(key, person, Quoted(person.title(), "list", at, "second", "", text))


def conversation():
    """A hundred passages by ten people, each on a matter of its own."""
    rng = np.random.default_rng(5)
    words = ["".join(rng.choice(list("bdfgklmnprst"), 3)) + "aeiou"[k % 5] * 2 + "n" for k in range(900)]
    return [
        said(f"p{k}", f"person {k % 10}", f"We saw {' '.join(words[9 * k : 9 * k + 9])} there one day.", k)
        for k in range(100)
    ]


RUNBOOKS = (
    "Runbooks rot from the top because nobody types the first line; teams must rehearse their runbooks every quarter."
)


def test_what_somebody_said_before_fails_novelty_and_names_them():
    again = said(
        "x",
        "bo",
        "In my view runbooks rot from the top: nobody types the first line, so rehearse runbooks each quarter.",
    )
    found = by_name(text=RUNBOOKS, said=[*conversation(), again], author="ada")["novelty"]

    assert "fail" == found.result
    assert found.sentence.startswith("Bo, 2024-01-01: In my view runbooks")


def test_eight_words_in_a_row_are_enough_even_where_little_is_known():
    copy = said("x", "bo", "As they say, nobody types the first line; teams must rehearse.")

    assert "fail" == by_name(text=RUNBOOKS, said=[copy], author="ada")["novelty"].result
    assert "cannot tell" == by_name(text=POV, said=[copy], author="ada")["novelty"].result


def test_what_nobody_said_passes_and_few_passages_cannot_tell():
    assert "pass" == by_name(text=RUNBOOKS, said=conversation(), author="ada")["novelty"].result
    assert "cannot tell" == by_name(text=RUNBOOKS, said=conversation()[:20], author="ada")["novelty"].result


def test_an_objection_on_the_same_matter_makes_it_contestable():
    no = said(
        "x", "cy", "I disagree: runbooks do not rot from the top, teams rehearse runbooks each quarter and it is wrong."
    )
    yes = said(
        "x", "cy", "Exactly, runbooks rot from the top, nobody types the first line, and teams rehearse each quarter."
    )

    assert "pass" == by_name(text=RUNBOOKS, said=[*conversation(), no], author="ada")["contestable"].result
    assert "cannot tell" == by_name(text=RUNBOOKS, said=[*conversation(), yes], author="ada")["contestable"].result


def test_ones_own_earlier_argument_is_a_repeat_and_not_prior_art():
    own = [said(f"a{k}", "ada", one.quoted.passage, k) for k, one in enumerate(conversation()[:8])]
    again = said(
        "a9",
        "ada",
        "Runbooks rot from their top; nobody types that first line, teams must rehearse runbooks quarterly.",
        9,
    )
    fresh, repeat = (
        by_name(text=RUNBOOKS, said=[*conversation()[8:], *mine], author="ada") for mine in (own, [*own, again])
    )

    assert ("pass", "fail") == (fresh["self-repeat"].result, repeat["self-repeat"].result)
    assert "pass" == repeat["novelty"].result
    assert "cannot tell" == by_name(text=RUNBOOKS, said=conversation())["self-repeat"].result


def test_a_match_older_than_the_last_twenty_posts_is_no_repeat():
    old = said("old", "ada", RUNBOOKS, -1)
    later = [said(f"a{k}", "ada", one.quoted.passage, k) for k, one in enumerate(conversation()[:25])]

    assert "pass" == by_name(text=RUNBOOKS, said=[old, *later], author="ada")["self-repeat"].result
