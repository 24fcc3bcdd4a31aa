"""Point of view or pitch, and the ten gates."""

import sys
from pathlib import Path

import numpy as np
import pytest

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
