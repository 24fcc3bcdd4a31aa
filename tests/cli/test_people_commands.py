"""Who is who, as typed."""

import json

from cli.test_commands import conversation, run

__all__ = ["conversation", "run"]


def test_people_are_merged_parted_and_removed_by_commands(run, conversation):
    run("new", "ops")
    run("add", "ops", conversation)
    run("sync", "ops")
    before = run("people", "list", "ops").stdout
    merged = run("people", "merge", "ops", "Ada Quill", "Noor Haddad", "--because", "a test")
    rows = {r["person"]["name"]: r for r in json.loads(run("people", "list", "ops", "--json").stdout)}
    parted = run("people", "part", "ops", "Ada Quill", "Noor Haddad")

    assert 0 == merged.returncode, merged.stderr
    assert "Noor Haddad" in {account["name"] for account in rows["Ada Quill"]["accounts"]}
    assert "Noor Haddad" not in rows
    assert 0 == parted.returncode, parted.stderr
    assert before == run("people", "list", "ops").stdout
    assert "Quill Ltd" in run("people", "works", "ops", "Ada Quill", "Quill Ltd", "--since", "2024-01-01").stdout
    assert 1 == run("people", "merge", "ops", "Ada Quill", "nobody").returncode

    erased = run("people", "erase", "ops", "Ada Quill", "--yes")
    again = run("sync", "ops")

    assert "Removed: " in erased.stdout, erased.stderr
    assert "Ada Quill" not in run("people", "list", "ops").stdout + again.stdout
    assert 0 == again.returncode, again.stderr
