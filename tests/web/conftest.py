"""A study of the sample world with its edition, in the test database; the fit is made once for all tests."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest
from django.core.cache import caches
from django.test import Client

from earned import edition
from earned.store import open_store
from earned.workspace import Study
from told import sample_ideas, sample_told


@cache
def sample_found():
    return sample_told()[0], sample_ideas()


@cache
def sample_pages():
    found, told = sample_found()
    return list(edition.pages(found, told, {})), list(edition.uptake(found, told))


def keep_sample(opened):
    """The edition of the sample world for a study, without making its pages again."""
    return opened.store.editions.keep(
        opened.record, *sample_pages(), high_water="560 posts", version="test", seed=1, decided=0, now=datetime.now(UTC)
    )


@pytest.fixture
def workspace(settings, tmp_path):
    settings.EARNED_WORKSPACE = tmp_path
    return tmp_path


@pytest.fixture
def opened(db, workspace):
    """The study "sample" with an edition; its posts are not kept, pages do not read them."""
    store = open_store()
    made = Study(store, store.studies.new("sample", "The sample world"))
    keep_sample(made)
    return made


@pytest.fixture
def client(opened):
    return Client()


@pytest.fixture
def team(settings, opened):
    """Team mode with a member in each role; noor is an expert. Gives a signed-in client by role."""
    settings.EARNED_TEAM = True
    settings.ALLOWED_HOSTS = ["testserver"]
    members = opened.store.members
    for role in ("owner", "lead", "expert", "reader"):
        members.new(role, "correct horse battery")
        members.seat(opened.record, role, role, "noor-haddad")
    members.new("stranger", "correct horse battery")

    def signed_in(name):
        browser = Client()
        assert browser.login(username=name, password="correct horse battery")
        return browser

    return signed_in


@pytest.fixture(autouse=True)
def _fresh(settings):
    caches["pages"].clear()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
