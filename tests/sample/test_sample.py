"""The sample world: what ships is what was written, the plan holds, and the main job finds it."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from earned import sample
from told import sample_told

BUILD = Path(__file__).resolve().parents[2] / "sample" / "build.py"
POSTS = [json.loads(line) for line in Path(sample.posts_path()).read_text(encoding="utf-8").splitlines()]
TRUTH = sample.truth()
PEOPLE = {one["id"]: one for one in TRUTH["people"]}


@pytest.fixture(scope="module")
def story():
    return sample_told()


@pytest.mark.skipif(not BUILD.exists(), reason="the sources of the sample world are not in the wheel")
def test_the_shipped_files_are_those_of_a_fresh_build():
    done = subprocess.run([sys.executable, str(BUILD), "--check"], capture_output=True, text=True, check=False)

    assert ("", 0) == (done.stdout + done.stderr, done.returncode)


def test_the_world_has_the_planned_size():
    assert 500 <= len(POSTS) <= 800
    assert 5 == len({p["channel"] for p in POSTS})
    assert 6 == len({p["organization"] for p in POSTS} - {None})
    assert 28 <= len({p["author"]["id"] for p in POSTS})


def test_labels_do_not_tell_the_truth_and_nobody_has_an_address():
    assert {"anonymous"} >= {key for p in POSTS for key in p["labels"]}
    assert not [p["id"] for p in POSTS if re.search(r"\w@\w+\.\w", p["text"])]


def test_what_is_planted_holds():
    assert ["ada-quill", "noor-haddad", "tomas-rivera"] == sorted(TRUTH["leaders"])
    assert 0 == PEOPLE["di-fontaine"]["induced_by_others"]
    assert 1 >= PEOPLE["eve-sorensen"]["induced_by_others"]
    assert "eve-sorensen" == Counter(p["author"]["id"] for p in POSTS).most_common(1)[0][0]
    assert 15 <= PEOPLE["gus-okafor"]["induced_by_colleagues"]


def test_planted_leaders_are_found_and_nobody_else(story):
    found = {one.person.id for one in story[0].leadership.people if one.camp == "has it"}

    assert set(TRUTH["leaders"]) == found


def test_intervals_hold_the_planted_value_for_four_of_five(story):
    rows = story[1].found_and_planted
    inside = [row.found.low <= row.planted <= row.found.high for row in rows]

    assert len(rows) >= 25
    assert sum(inside) >= 0.8 * len(rows)


def test_a_name_with_nobody_behind_it_gets_no_verdict(story):
    camps = {one.person.id: one.camp for one in story[0].leadership.people}

    assert {"not enough evidence"} == {camps["anonymous"], camps["beaconly"]}


def test_colleagues_stand_apart(story):
    gus = next(one for one in story[0].leadership.people if one.person.id == "gus-okafor")

    assert gus.internal.value > 10 > gus.realized.value
