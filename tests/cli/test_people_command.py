"""`earned people`: suggestions, decisions, removal, and that a removed person stays away."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from earned.cli import main

NAMES = ("Ada Quill", "Bo Stern")
SAID = "An alert that nobody can act upon is a bill that somebody else has to pay"


def row(number, channel, author, text):
    return {
        "id": f"{channel}-{number}", "channel": channel, "time": f"2024-03-{number:02}T10:00:00Z", "authors": [author],
        "text": text,
    }  # fmt: skip


ADA = {"id": "ada", "name": "Ada Quill", "url": "https://ada.example"}
PEN = {"id": "quill", "name": "A. Quill", "url": "https://ada.example/"}
BO = {"id": "bo", "name": "Bo Stern"}
ROWS = [
    row(1, "chirp", ADA, SAID), row(2, "blog", PEN, f"Once more: {SAID}, said differently"),
    row(3, "chirp", BO, "Nothing to do with alerts at all, just a word about the weather here"),
]  # fmt: skip


def process(folder, *words):
    environment = {**os.environ, "EARNED_WORKSPACE": str(folder / "workspace")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "earned", *map(str, words)], capture_output=True, text=True, env=environment, cwd=folder,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def synced(tmp_path_factory):
    """A folder with the study "talk", read once and copied for each test."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "talk.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    for words in (["new", "talk"], ["add", "talk", "talk.jsonl"], ["sync", "talk"]):
        assert 0 == process(folder, *words).returncode
    return folder


@pytest.fixture
def run(synced, tmp_path):
    shutil.copytree(synced, tmp_path, dirs_exist_ok=True)
    return lambda *words: process(tmp_path, *words)


@pytest.fixture
def here(db, settings, tmp_path):
    """The command in this process, with the study "talk" in a workspace of its own that lives in memory."""
    settings.EARNED_WORKSPACE = tmp_path / "workspace"
    (tmp_path / "talk.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")

    def earned(*words):
        done = CliRunner().invoke(main, list(map(str, words)))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    for words in (["new", "talk"], ["add", "talk", tmp_path / "talk.jsonl"], ["sync", "talk", "-q"]):
        assert 0 == earned(*words).exit_code
    return earned


def test_suggest_merge_and_undo(here):
    suggested = json.loads(here("people", "talk", "--suggest", "--json").stdout)
    merged = here("people", "talk", "--merge", "blog:quill", "Ada Quill")
    people = json.loads(here("people", "talk", "--json").stdout)
    undone = here("people", "talk", "--undo", "1")
    listed = here("people", "talk").stdout

    assert [("blog:quill", "chirp:ada", "address")] == [
        (one["a"], one["b"], one["evidence"][0]["kind"]) for one in suggested
    ]
    assert "--undo 1" in merged.stdout
    assert ["blog:quill", "chirp:ada"] == people[0]["accounts"]
    assert "taken back" in undone.stdout
    assert {"Ada Quill: chirp:ada", "A. Quill: blog:quill", "Bo Stern: chirp:bo"} == set(listed.splitlines())


def test_affiliations_are_decisions_too(here):
    done = here("people", "talk", "--works-for", "Bo Stern", "Acme", "--since", "2024-01-01")

    assert "Decision 1: Bo Stern spoke for Acme." in done.stdout


@pytest.mark.slow
def test_a_removed_person_stays_away_and_leaves_no_byte_in_the_workspace(run, tmp_path):
    asked = run("people", "talk", "--remove", "Ada Quill")
    run("people", "talk", "--merge", "blog:quill", "chirp:ada")
    done = run("people", "talk", "--remove", "Ada Quill", "--yes")
    again = run("sync", "talk")
    run("new", "more")
    newer = [*ROWS, row(9, "chirp", ADA, f"Said again, a year later: {SAID}")]
    (tmp_path / "again.jsonl").write_text("\n".join(map(json.dumps, newer)), encoding="utf-8")
    run("add", "more", "again.jsonl")
    synced = run("sync", "more")

    assert 1 == asked.returncode
    assert "Removed: 2 posts of 2 accounts" in done.stdout
    assert "Something else reads" not in done.stdout
    assert "To be worked out again: earned refresh talk" in done.stdout
    assert [0, 0] == [again.returncode, synced.returncode]
    exported = run("export", "talk", "--out", "talk-export.jsonl")
    written = (tmp_path / "talk-export.jsonl").read_text(encoding="utf-8")

    assert 0 == exported.returncode, exported.stderr
    assert ("Quill" in written, "weather" in written) == (False, True)
    assert ["Bo Stern: chirp:bo"] == run("people", "more").stdout.splitlines()
    assert "asked to be removed" in synced.stdout + synced.stderr
    stored = b"".join(path.read_bytes() for path in (tmp_path / "workspace").rglob("*") if path.is_file())
    assert [] == [one for one in (b"Ada Quill", b"A. Quill", b"ada.example", SAID.encode()) if one in stored]
    assert b"word about the weather" in stored


def test_an_unknown_person_is_said_in_words(here):
    done = here("people", "talk", "--merge", "Zoe", "Bo Stern")

    assert 1 == done.exit_code
    assert "earned: Nobody here is 'Zoe'. The ids are in: earned people talk." in done.stderr


READER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN"); held.execute("SELECT count(*) FROM earned_post").fetchall()
print("reading", flush=True); sys.stdin.readline()
"""


@pytest.mark.slow
def test_a_removal_waits_for_no_reader_and_says_what_it_could_not_do(run, tmp_path):
    database = tmp_path / "workspace" / "earned.sqlite3"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert "reading\n" == reader.stdout.readline()
    done = run("people", "talk", "--remove", "Ada Quill", "--yes")
    reader.communicate("\n", timeout=30)

    assert 0 == done.returncode
    assert "Something else reads the database" in done.stdout
    assert "Ada Quill" not in run("people", "talk").stdout
    stored = b"".join(path.read_bytes() for path in (tmp_path / "workspace").rglob("*") if path.is_file())
    assert b"Ada Quill" not in stored
