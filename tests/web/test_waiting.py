"""A study that was never worked out says what is missing: a source, or only the work."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from earned import jobs, sample
from earned.store import open_store
from earned.workspace import Study


@pytest.fixture
def made(db, workspace):
    return Study(open_store(), open_store().studies.new("beginning", "What begins"))


def read(made, tmp_path):
    with open(sample.posts_path(), encoding="utf-8") as whole:
        (tmp_path / "posts.jsonl").write_text("".join(line for line, _ in zip(whole, range(40))), encoding="utf-8")
    made.add(tmp_path / "posts.jsonl")
    assert [error for _, _, error in made.sync()] == [""]


def test_a_study_without_posts_asks_for_a_source(made):
    page = Client().get("/s/beginning/").content.decode()

    assert "Add a source, then work it out." in page
    assert reverse("settings", args=["beginning"]) in page
    assert "Work it out</button>" not in page


def test_a_study_whose_posts_were_read_offers_to_work_it_out(made, tmp_path, monkeypatch):
    read(made, tmp_path)
    begun = []
    monkeypatch.setattr(jobs, "start", lambda study, what: begun.append((study.record.name, what)))
    page = Client().get("/s/beginning/").content.decode()

    assert "40 posts were read. Nothing was worked out yet." in page
    assert f'action="{reverse("refresh", args=["beginning"])}"' in page
    assert Client().post(reverse("refresh", args=["beginning"])).status_code == 302
    assert [name for name, _ in begun] == ["beginning"]


def test_whoever_may_only_see_is_not_offered_work(made, tmp_path, settings):
    read(made, tmp_path)
    settings.EARNED_TEAM, settings.ALLOWED_HOSTS = True, ["testserver"]
    made.store.members.new("reader", "correct horse battery")
    made.store.members.seat(made.record, "reader", "reader")
    client = Client()
    assert client.login(username="reader", password="correct horse battery")
    page = client.get("/s/beginning/").content.decode()

    assert "40 posts were read." in page
    assert "Work it out</button>" not in page
