"""Docs are tested: commands, channels, measures and errors are named, generated pages are fresh, examples run."""

import doctest
from importlib import import_module
from inspect import getdoc
from pathlib import Path

import pytest

from earned import errors
from earned.channels import CHANNELS
from earned.cli import main
from earned.measures import MEASURES
from write_docs import measures_page

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
ALL = "\n".join(p.read_text(encoding="utf-8") for p in [*DOCS.glob("*.md"), ROOT / "README.md"])


@pytest.mark.parametrize("command", sorted(main.commands))
def test_it_is_documented(command):
    assert f"earned {command}" in ALL


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_a_channel_is_documented(channel):
    assert f"`{channel}`" in (DOCS / "channels.md").read_text(encoding="utf-8")


def test_the_page_of_measures_is_what_the_docstrings_say():
    assert measures_page() == (DOCS / "measures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MEASURES.values())
def test_a_measure_says_what_a_reader_needs_in_order(path):
    module, _, name = path.partition(":")
    text = getdoc(getattr(import_module(module), name))
    places = [text.index(f"{word}:") for word in ("Args", "Returns", "Raises", "Source")]

    assert places == sorted(places)


def test_every_error_says_what_it_is():
    kinds = [x for x in vars(errors).values() if isinstance(x, type) and issubclass(x, errors.EarnedError)]

    assert len(kinds) > 8
    assert all(getdoc(kind) for kind in kinds)


def test_the_tutorial_runs():
    failed, ran = doctest.testfile(str(DOCS / "tutorial.md"), module_relative=False, encoding="utf-8")

    assert ran >= 6
    assert 0 == failed


def test_commands_with_examples_in_the_readme_exist():
    words = {
        line.split()[1]
        for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("earned ")
    }

    assert words <= set(main.commands)
