"""Real folders, real processes: first commands, readers, writers, kills, and folders that cannot be used."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import stat
import time

import pytest
from scenes import IMPORT, PREAMBLE, SHOW, run, start

from earned.store import workspace


@pytest.mark.slow
def test_four_first_commands_at_once_all_succeed(tmp_path):
    children = [start(tmp_path / "new", "print(store.studies.all())") for _ in range(4)]

    assert [("()\n", "")] * 4 == [child.communicate(timeout=120) for child in children]


def test_a_new_workspace_has_a_key_that_only_its_owner_can_read(tmp_path):
    workspace.make(tmp_path / "new")
    key = workspace.secret(tmp_path / "new")
    workspace.make(tmp_path / "new")

    assert len(key) >= 50
    assert key == workspace.secret(tmp_path / "new")
    assert 0o600 == stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode)
    assert ["secret.key"] == [path.name for path in (tmp_path / "new").iterdir()]


def test_settings_need_no_workspace_and_make_none(tmp_path):
    out = run(
        tmp_path / "none",
        "import earned.settings as s; print(repr(s.SECRET_KEY))",
        "",
        EARNED_WORKSPACE=str(tmp_path / "none"),
    )

    assert ("''\n", []) == (out, [*tmp_path.iterdir()])


def test_the_workspace_is_the_argument_else_the_variable_else_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("EARNED_WORKSPACE", raising=False)
    assert tmp_path / ".earned" == workspace.locate()

    monkeypatch.setenv("EARNED_WORKSPACE", str(tmp_path / "told"))
    assert tmp_path / "told" == workspace.locate()
    assert tmp_path / "given" == workspace.locate(tmp_path / "given")


@pytest.mark.slow
def test_a_reader_during_an_import_sees_whole_pages(tmp_path):
    run(tmp_path, "study()")
    writer = start(tmp_path, IMPORT, PAGES="60")
    seen = run(
        tmp_path,
        """
counts, stop = [0], time.time() + 60
while counts[-1] < 3000 and time.time() < stop:
    with store.posts.one_moment():
        counts.append(len([*store.posts.of(study())]))
        assert counts[-1] == store.posts.count(study())
print(*sorted(set(counts)))
""",
    )
    counts = [int(word) for word in seen.split()]

    assert "" == writer.communicate(timeout=60)[1]
    assert [0] * len(counts) == [count % 50 for count in counts]
    assert 3000 == counts[-1]
    assert len(counts) > 2, "the reader must have met the import while it ran"


@pytest.mark.slow
def test_two_processes_writing_at_once_both_succeed(tmp_path):
    run(tmp_path, "study()")
    write = """
source = store.sources.add(study(), "memory", os.environ["PLACE"])
for one in pages(20):
    store.posts.keep(source, one, now=NOW)
"""
    children = [start(tmp_path, write, PLACE=place) for place in ("here", "there")]

    assert [("", "")] * 2 == [child.communicate(timeout=120) for child in children]
    assert "1000 ['20', '20']\n" == run(
        tmp_path, "print(store.posts.count(study()), [s.cursor for s in store.sources.of(study())])"
    )


@pytest.mark.slow
def test_killed_at_random_moments_and_resumed_the_store_equals_an_undisturbed_one(tmp_path):
    calm = run(tmp_path / "calm", IMPORT + SHOW, PAGES="120")
    chance, met = random.Random(5), 0
    for _ in range(8):
        child = start(tmp_path / "killed", 'print("on", flush=True)' + IMPORT, PAGES="120")
        child.stdout.read(1)
        time.sleep(chance.uniform(0, 0.15))
        met += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.communicate()

    assert calm == run(tmp_path / "killed", IMPORT + SHOW, PAGES="120")
    assert met >= 3, "the kills must have met a running import"


def test_a_second_workspace_in_one_process_is_refused(tmp_path):
    out = run(
        tmp_path / "one",
        """
from earned.errors import WorkspaceError
assert open_store(Path(os.environ["FOLDER"])).folder == open_store().folder
try:
    open_store(Path(os.environ["FOLDER"] + "-two"))
except WorkspaceError as problem:
    print(problem)
""",
    )

    assert f"The workspace {tmp_path / 'one'} is open in this process" in out
    assert not (tmp_path / "one-two").exists()


REFUSED = """
import os
from pathlib import Path
from earned.errors import WorkspaceError
from earned.store import open_store
try:
    open_store(Path(os.environ["FOLDER"]))
except WorkspaceError as problem:
    print(problem)
"""


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")

    assert "cannot be used" in run(tmp_path / "file", REFUSED, "")


def test_a_read_only_folder_is_refused_with_a_way_out(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "secret.key").write_text("k")
    folder.chmod(0o500)
    refused = REFUSED
    if os.geteuid() == 0:  # root may write everywhere: become somebody who may not
        tmp_path.chmod(0o755)
        for parent in tmp_path.parents[:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
        os.chown(folder, 65534, 65534)
        os.chown(folder / "secret.key", 65534, 65534)
        refused = REFUSED.replace("try:\n", "os.setuid(65534)\ntry:\n", 1)
        refused = "import earned.store.ready, django.db.backends.sqlite3.base\n" + refused
    out = run(folder, refused, "")

    assert f"The workspace {folder} cannot be used: nothing can be written there" in out
    assert "EARNED_WORKSPACE" in out


def test_a_database_that_is_none_is_refused(tmp_path):
    (tmp_path / "earned.sqlite3").write_bytes(b"no database, " * 400)

    assert "cannot be opened as Earned's database" in run(tmp_path, REFUSED, "")


def test_a_workspace_of_a_newer_earned_is_refused(tmp_path):
    run(tmp_path, "")
    with sqlite3.connect(tmp_path / "earned.sqlite3") as base:
        base.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('earned', '0099_later', '2030-01-01')")

    assert "newer Earned (it has 0099_later)" in run(tmp_path, REFUSED, "")


def test_another_project_in_the_process_is_refused(tmp_path):
    code = "from django.conf import settings; import django; settings.configure(); django.setup()" + REFUSED

    assert "Django runs another project" in run(tmp_path, code, "")


def test_inside_an_event_loop_the_store_says_the_way_out(tmp_path):
    code = """
import asyncio
from earned.errors import WorkspaceError
from earned.store import open_store
async def main():
    try:
        open_store()
    except WorkspaceError as problem:
        print(problem)
    print((await asyncio.to_thread(lambda: open_store().studies.all())))
asyncio.run(main())
"""
    out = run(tmp_path, code, "", EARNED_WORKSPACE=str(tmp_path / "loop"))

    assert "asyncio.to_thread" in out
    assert out.endswith("()\n")


def test_another_projects_settings_variable_does_not_win(tmp_path):
    assert "()\n" == run(tmp_path, "print(store.studies.all())", PREAMBLE, DJANGO_SETTINGS_MODULE="somebody.elses")


def test_settings_of_a_deployment_win(tmp_path):
    (tmp_path / "ours.py").write_text("from earned.settings import *\nDEBUG_WORD = 'ours'\n")
    code = "from django.conf import settings; print(settings.DEBUG_WORD)"

    assert "ours\n" == run(tmp_path / "w", code, EARNED_SETTINGS="ours", PYTHONPATH=str(tmp_path))


def test_an_older_database_is_copied_before_its_tables_change(tmp_path):
    run(tmp_path, "study()")
    with sqlite3.connect(tmp_path / "earned.sqlite3") as base:
        base.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        base.execute("DROP TABLE django_session")

    assert "topic\n" == run(tmp_path, "print(store.studies.all()[0].name)")
    (copy,) = tmp_path.glob("before-upgrade-*.sqlite3")
    with sqlite3.connect(copy) as base:
        assert [("topic",)] == base.execute("SELECT name FROM earned_study").fetchall()
    with sqlite3.connect(tmp_path / "earned.sqlite3") as base:
        assert [] == base.execute("SELECT * FROM django_session").fetchall()


def test_a_reader_does_not_wait_for_a_writer(tmp_path):
    run(tmp_path, IMPORT, PAGES="2")
    writer = sqlite3.connect(tmp_path / "earned.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM earned_source_post")

    began = time.monotonic()
    count = run(tmp_path, "print(store.posts.count(study()), len([*store.posts.of(study())]))")
    writer.close()

    assert "100 100\n" == count
    assert time.monotonic() - began < 20, "the busy timeout is a minute: it must not have been waited for"


def test_a_full_disk_is_said_loses_no_kept_page_and_the_import_goes_on_later(tmp_path):
    calm = run(tmp_path / "calm", IMPORT + SHOW)
    full = f"""
from django.db import connection
from earned.errors import WorkspaceError
study()
with connection.cursor() as cursor:
    cursor.execute("PRAGMA page_count")
    cursor.execute("PRAGMA max_page_count = " + str(cursor.fetchone()[0] + 60))
try:
    {IMPORT.replace(chr(10), chr(10) + "    ")}
except WorkspaceError as problem:
    print(problem)
    print(store.posts.count(study()), store.sources.of(study())[0].cursor)
"""
    said, count_and_cursor = run(tmp_path / "full", full).splitlines()
    count, cursor = map(int, count_and_cursor.split())

    assert "database or disk is full. Nothing of this page was kept" in said
    assert 0 < count == 50 * cursor < 600
    assert calm == run(tmp_path / "full", IMPORT + SHOW)
