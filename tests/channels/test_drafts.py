"""Nouns made by way of a draft are the nouns."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime

import pytest

from earned.channels.records.drafts import by_draft
from earned.model import Account, Link, Post

GIVEN = {
    Post: ("ada-1", "list", ("list:ada",), datetime(2026, 1, 5, tzinfo=UTC), "second", "An alert is a promise."),
    Link: ("ada-1", "reply", "bob-1"),
    Account: ("list:ada", "Ada"),
}


@pytest.mark.parametrize("noun", GIVEN)
def test_it_is_the_noun_in_all_that_it_does(noun):
    made, plain = by_draft(noun)(*GIVEN[noun]), noun(*GIVEN[noun])

    assert noun is type(made)
    assert repr(plain) == repr(made)
    assert plain == made == copy.copy(made) == pickle.loads(pickle.dumps(made)) == replace(made)
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(noun)[0].name, "another")
    with pytest.raises((AttributeError, TypeError)):
        made.unheard_of = 1  # slots, as ever


def test_names_and_defaults_are_those_of_the_noun():
    make = by_draft(Post)
    one, other = make(*GIVEN[Post], title="Alerts"), make(*GIVEN[Post])

    assert ("Alerts", "") == (one.title, other.title)
    assert {} == one.labels
    assert one.labels is not other.labels
    with pytest.raises(TypeError, match="claimed_at"):
        make("ada-1", "list", ())
