"""A person copied it: said in the ledger, on the idea's page and with every answer."""

from dataclasses import replace
from datetime import UTC, datetime

from conftest import sample_pages

from earned import edition, study
from earned.report.ideas import first
from earned.verdicts.limits import what_the_data_cannot_tell
from told import sample_told

SAYS = "copied by a person"


def copied():
    """The sample world as if a person had copied all of it."""
    found, _ = sample_told()
    told = tuple(replace(post, labels={"via": "person"}) for post in found.placed.posts)
    return replace(found, placed=replace(found.placed, posts=told))


def test_the_ledger_and_ideas_of_a_run_say_what_was_copied(client, opened):
    found = copied()
    ideas = study.ideas(found, most=1)
    uptake = list(edition.uptake(found, ideas))
    before = client.get("/s/sample/ledger/").content.decode()
    opened.store.editions.keep(
        opened.record, sample_pages()[0], uptake, high_water="560 posts", version="test", seed=1, decided=0,
        now=datetime.now(UTC),
    )  # fmt: skip
    page = client.get("/s/sample/ledger/").content.decode()

    assert (0, 20) == (before.count(SAYS), page.count(SAYS))
    assert SAYS in first(ideas[0].first_said[0])


def test_every_answer_says_how_many_posts_were_copied():
    found = copied()
    told = what_the_data_cannot_tell(
        found.attribution, found.placed, found.leadership.people, found.leadership.totals.realized, {}
    )
    count = len(found.placed.posts)

    assert any(f"{count} of {count} posts were {SAYS}" in sentence for sentence in told)
    assert not any(SAYS in sentence for sentence in sample_told()[0].leadership.cannot_tell)
