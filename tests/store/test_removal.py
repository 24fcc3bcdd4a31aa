"""Removal on request: nothing of the person is left, others keep theirs, and reading again brings nothing back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from scenes import NOW, page, post, run

from earned.model import Account, Affiliation, Bond, Link, MetricSnapshot, Rejected
from earned.store import open_store
from earned.store.tombstones import Quotations, Tombstones, mark, under

ADA = Account("blog:ada-quill", "Ada Quill", "person", "adaquill@a.example", "https://ada.example/")
BO = Account("blog:bo", "Bo", "person", url="https://bo.example/")
HER = "Passwords that people choose themselves will always be found by somebody with patience and a graphics card"
QUOTES = (
    f"I disagree with Ada Quill: \u201c{HER}\u201d is too strong, says @adaquill@a.example.",
    "Passwords that people choose are weak, and a graphics card is cheap.",
    "Roses are red, and Bo is right about the rest of it, at the end of the day.",
)


def conversation(cursor="1"):
    hers = [post(n, f"{HER} {n}", (ADA.id,), url=f"https://ada.example/p/{n}") for n in range(3)]
    both = post(3, "Signed by two people who agree on nothing else at all", (ADA.id, BO.id))
    his = [post(10 + n, text, (BO.id,), thread="https://ada.example/p/1") for n, text in enumerate(QUOTES)]
    links = (
        Link("memory:10", "quote", "memory:1", 1, "Ada Quill wrote"), Link("memory:11", "url", "https://ada.example/cv"),
        Link("memory:12", "mention", ADA.id), Link("memory:12", "url", "https://bo.example/x"), Link("memory:1", "url", "https://c.example"),
    )  # fmt: skip
    return page(
        *hers, both, *his, accounts=(ADA, BO), links=links, cursor=cursor,
        snapshots=(MetricSnapshot("memory:1", "likes", 3, NOW),), rejected=(Rejected("row of Ada Quill", "no time"),),
        affiliations=(Affiliation(ADA.id, "Quill"),),
    )  # fmt: skip


@pytest.fixture
def kept(db):
    store = open_store()
    study = store.studies.new("topic")
    source = store.sources.add(study, "memory", "here")
    store.posts.keep(source, conversation(), now=NOW)
    store.people.say([Bond(ADA.id, BO.id, False, "no")], now=NOW)
    store.people.saw({"https://ada.example/": ("https://a.example/@ada",)}, now=NOW)
    store.findings.keep(study, "leaders", {"people": ["Ada Quill"]}, high_water="1", version="1", seed=1, now=NOW)
    return store, study, source


def everything(store, study):
    return {
        "posts": [replace(one, first_observed_at=None) for one in store.posts.of(study)],
        "links": sorted(map(repr, store.posts.links(study))),
        "accounts": [*store.posts.accounts(study)],
        "mark": store.posts.high_water(study),
        "rejected": store.posts.rejected(study),
    }


def test_what_is_hers_goes_and_what_is_others_stays(kept):
    store, study, _ = kept
    done = store.people.remove([ADA], Path(), now=NOW)
    posts = {one.id: one for one in store.posts.of(study)}
    links = {(one.from_post, one.kind, one.target.partition(":")[0]) for one in store.posts.links(study)}

    assert (1, 3, 1, 3) == (done.accounts, done.posts, done.quotations, done.links)
    assert {"memory:3", "memory:10", "memory:11", "memory:12"} == set(posts)
    assert (BO.id,) == posts["memory:3"].accounts
    assert "I disagree with [removed]: \u201c[removed]\u201d is too strong, says [removed]." == posts["memory:10"].text
    assert QUOTES[2] == posts["memory:12"].text
    assert {("memory:10", "quote", "removed"), ("memory:11", "url", "removed"), ("memory:12", "mention", "removed"),
            ("memory:12", "url", "https")} == links  # fmt: skip
    assert None is store.findings.latest(study, "leaders")
    assert ((), (), {}) == (store.people.history(), *(lambda k: (k.affiliations, k.pages))(store.people.identities()))


def test_reading_everything_again_changes_nothing(kept):
    store, study, source = kept
    store.people.remove([ADA], Path(), now=NOW)
    before = everything(store, study)
    done = store.posts.keep(source, conversation("2"), now=NOW)

    assert before == everything(store, study)
    assert (0, 0, 4) == (done.new, done.changed, done.same)
    assert {"of somebody who asked to be removed": 3} == done.ignored


def test_what_others_write_later_does_not_name_her_either(kept):
    store, study, source = kept
    store.people.remove([ADA], Path(), now=NOW)
    late = post(20, "ADA QUILL was right. A quill is a pen; ada is a language.", (BO.id,))
    store.posts.keep(source, page(late, accounts=(BO,)), now=NOW)

    assert "[removed] was right. A quill is a pen; ada is a language." == [*store.posts.of(study)][-1].text


def test_a_name_of_one_word_is_taken_out_only_as_it_is_written():
    key = "k"
    stones = Tombstones(key, frozenset(), frozenset(), frozenset([mark(key, "words", "Rose")]), (1,))

    assert "[removed] likes a rose, Roses and primrose." == stones.text("Rose likes a rose, Roses and primrose.")


def test_a_phrase_that_everybody_uses_is_nobodys_quotation():
    hers = Quotations()
    hers.learn("At the end of the day nobody reads the small print of a contract")
    texts = ["at the end of the day it rains", "well at the end of the day", "at the end of the day, no"]
    alone = "I hold that nobody reads the small print anyway"

    assert [True] * 4 == [hers.count(text) for text in (*texts, alone)]
    assert texts == [hers.cut(text) for text in texts]
    assert "I hold that [removed] anyway" == hers.cut(alone)


def test_the_places_above_an_address():
    assert ["a.example/b/c", "a.example/b", "a.example"] == list(under("https://www.a.example/b/c/?q=1#f"))
    assert [] == list(under("memory:1"))


def test_no_byte_of_the_file_holds_her_afterwards(tmp_path):
    code = """
from test_removal import *
mine = study()
source = store.sources.add(mine, "memory", "https://ada.example/feed.xml", "feed of Ada Quill")
store.posts.keep(source, conversation(), now=NOW)
store.findings.keep(mine, "leaders", {"people": ["Ada Quill"]}, high_water="1", version="1", seed=1, now=NOW)
"""
    run(tmp_path, code)
    here = (tmp_path / "earned.sqlite3").read_bytes()
    run(tmp_path, "from test_removal import *\nstore.people.remove([ADA], Path(), now=NOW)")
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("earned.sqlite3"))
    words = HER.split()
    grams = [" ".join(words[at : at + 5]) for at in range(10)]
    traces = ["Ada Quill", "ada-quill", "adaquill", "ada.example", *grams]

    assert all(trace.encode() in here for trace in traces)
    assert [] == [trace for trace in traces if trace.encode() in left]
    assert b"I disagree with [removed]" in left
