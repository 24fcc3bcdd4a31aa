"""The packaged language model says the same unpacked before and now, and an unusable copy costs time alone."""

from __future__ import annotations

import os
import subprocess
import sys

import py3langid
import pytest

from earned.store import language_model
from earned.store.language_model import PARTS, load_identifier

TEXTS = [
    "An alert is a promise to wake somebody, and most of them should be broken before they are made.",
    "Ein Alarm ist ein Versprechen, jemanden zu wecken, und die meisten sollte man gar nicht erst geben.",
    "Une alerte est une promesse de réveiller quelqu'un, et la plupart ne devraient jamais être faites.",
    "アラートは誰かを起こすという約束です。",
    "",
    "\udc80 broken \x00 bytes",
]


def said(identifier):
    return [identifier.classify(text) for text in TEXTS]


@pytest.fixture
def unpacks(monkeypatch):
    """How often the packed model was unpacked."""
    from py3langid.langid import LanguageIdentifier

    py3langid.classify("loads its own copy")
    asked, unpack = [], LanguageIdentifier.from_model_file
    monkeypatch.setattr(
        LanguageIdentifier, "from_model_file", lambda name, **more: asked.append(name) or unpack(name, **more)
    )
    return asked


def test_it_says_what_the_packed_model_says_and_is_unpacked_once(tmp_path, unpacks):
    expected = [py3langid.classify(text) for text in TEXTS]

    assert expected == said(load_identifier(tmp_path)) == said(load_identifier(tmp_path))
    assert 1 == len(unpacks)
    assert ["en", "de", "fr", "ja"] == [tag for tag, _ in expected[:4]]


@pytest.mark.parametrize("part", PARTS)
def test_a_copy_that_was_cut_short_is_made_again(tmp_path, part, unpacks):
    expected = said(load_identifier(tmp_path))
    (file,) = tmp_path.glob(f"*/{part}.npy")
    file.write_bytes(file.read_bytes()[:-1])

    assert expected == said(load_identifier(tmp_path)) == said(load_identifier(tmp_path))
    assert 2 == len(unpacks)
    assert 1 == len(list(tmp_path.iterdir()))


def test_a_folder_that_cannot_be_written_to_is_done_without(tmp_path):
    (tmp_path / "file").write_text("no folder")

    assert "en" == load_identifier(tmp_path / "file").classify(TEXTS[0])[0]
    assert ["file"] == [one.name for one in tmp_path.iterdir()]


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(language_model.np, "save", full)

    assert "en" == load_identifier(tmp_path).classify(TEXTS[0])[0]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(("told", "kept"), [("", 1), ("1", 0)])
def test_it_is_kept_where_python_keeps_what_it_compiles_unless_python_keeps_nothing(tmp_path, told, kept):
    run = (
        "from earned.work import identify_language; print(identify_language('An alert is a promise to wake somebody.'))"
    )
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": told}
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True, env=env)

    assert "en" == done.stdout.strip()
    assert kept == len(list(tmp_path.rglob("py3langid-*/nb_ptc.npy")))
