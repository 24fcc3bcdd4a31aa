"""The page says what the numbers allow, lets nothing hostile through, and can be read by everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from cast import LEADERSHIP, RECEIPTS, STORY
from hypothesis import given
from hypothesis import strategies as st

from earned.model import Story
from earned.report.charts import ticks
from earned.report.html import render
from earned.report.sections import marked
from earned.report.style import CSS
from earned.report.words import headline, lag, web_address

PAGE = render(STORY)
VOID = {"meta", "line", "circle", "rect", "link", "br"}


class Tree(HTMLParser):
    """Every element with its attributes; refuses what is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert [] == self.open

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert sorted(set(names)) == sorted(names), f"{tag} has an attribute twice"
        self.elements.append((tag, dict(attrs)))
        self.open += [tag] if tag not in VOID else []

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert tag == self.open.pop()

    def handle_data(self, data):
        self.words += [data] if self.open and self.open[-1] not in {"style"} else []


def attributes(page, name):
    return [value for _, attrs in Tree(page).elements for key, value in attrs.items() if key == name]


def test_every_element_is_closed_in_order_and_ids_are_unique_and_found():
    ids = attributes(PAGE, "id")
    named = " ".join(
        [*attributes(PAGE, "aria-labelledby"), *(href[1:] for href in attributes(PAGE, "href") if href[0] == "#")]
    )

    assert sorted(set(ids)) == sorted(ids)
    assert set() == set(named.split()) - set(ids)


def test_it_needs_nothing_from_anywhere():
    tags = {tag for tag, _ in Tree(PAGE).elements}

    assert set() == tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video"}
    assert [] == [*attributes(PAGE, "src"), *attributes(PAGE, "srcset"), *attributes(PAGE, "style")]
    assert not re.search(r"url\(|@import|@font-face", CSS)


def test_it_speaks_in_claim_language():
    words = " ".join(Tree(PAGE).words)

    assert (
        "About 14 posts by others (90\u00a0%: 8 to 21) followed and are best explained by the 22 posts of Ada Quill."
        in words
    )
    assert not re.search(r"influenc|\bscor|engage|\bcaus|trigger|drove|viral|\brank", words, re.IGNORECASE)


def test_nobody_is_put_on_top_when_nobody_stands_clear():
    nobody = replace(LEADERSHIP, people=LEADERSHIP.people[1:])

    assert "Nobody in this conversation stands clear of the others." == headline(nobody)
    assert "Nobody in this conversation" in render(replace(STORY, leadership=nobody))


def test_every_number_of_a_person_comes_with_its_interval():
    for leader in LEADERSHIP.people:
        for estimate in (leader.induced,) if leader.induced else ():
            assert f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})" in PAGE


def test_every_table_has_a_caption_and_scopes_and_every_drawing_a_title_and_a_description():
    tree = Tree(PAGE).elements
    tags = [tag for tag, _ in tree]
    drawings = [attrs for tag, attrs in tree if tag == "svg" and attrs.get("aria-hidden") != "true"]

    assert tags.count("table") == tags.count("caption") > 0
    assert {"col", "row"} == {attrs.get("scope") for tag, attrs in tree if tag == "th"}
    assert len(drawings) == tags.count("desc") == tags.count("title") - 1
    assert [1, "en"] == [tags.count("h1"), dict(tree)["html"]["lang"]]


def test_camps_are_words_and_people_with_too_little_evidence_are_folded_away():
    before, folded = PAGE.split("<details><summary>1 person with too little evidence to tell", 1)

    assert all(f">{camp}</span>" in before for camp in ("has it", "is trying", "wants it"))
    assert "Di Moreau" not in before
    assert "Di Moreau" in folded


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "paper", 7),
        ("quiet", "paper", 4.5),
        ("accent", "paper", 4.5),
        ("ink", "mark", 4.5),
        ("bar", "paper", 3),
        ("followed", "bar", 3),
    ],
)
def test_contrast_meets_wcag_aa_in_both_themes(theme, ink, ground, least):
    colours = dict(re.findall(r"--(\w+): (#\w{6})", CSS.split(":root {")[theme + 1].split("}")[0]))
    high, low = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)

    assert (high + 0.05) / (low + 0.05) >= least


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></svg><script>",
    "\u202egnp.exe\u2066",
    "]]>--><!--",
    "&lt;b&gt;",
    "\ud800\x00\x1b[31m",
]


def poisoned(text: str) -> Story:
    """The story with `text` wherever somebody else can write."""
    first = LEADERSHIP.people[0]
    people = (
        replace(first, person=replace(first.person, name=text), organization=text, reason=text),
        *LEADERSHIP.people[1:],
    )
    side = replace(RECEIPTS[0].child, author=text, channel=text, url=text, passage=f"{text} auditors {text}")
    receipt = replace(
        RECEIPTS[0],
        child=side,
        parent=side,
        counters=(text,),
        evidence=replace(RECEIPTS[0].evidence, shared_words=(text, "auditors")),
    )
    found = replace(LEADERSHIP, people=people, cannot_tell=(text,), provenance={text: text})
    return replace(STORY, title=text, topic=text, leadership=found, receipts=(receipt,))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    page = render(poisoned(text))
    calm, told = Tree(PAGE).elements, Tree(page).elements
    allowed = {tag for tag, _ in calm}

    assert set() == {tag for tag, _ in told} - allowed
    assert [] == [name for _, attrs in told for name in attrs if name.startswith("on") or name in {"src", "style"}]
    assert not re.search("[\x00-\x08\x1b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    page.encode()


@given(st.text(max_size=40))
def test_any_text_leaves_the_page_whole(text):
    told = Tree(render(poisoned(text))).elements

    assert {tag for tag, _ in told} <= {tag for tag, _ in Tree(PAGE).elements}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "//host/x",
        "http:",
        "https://a b",
        "http://[",
        "",
        "file:///x",
    ],
)
def test_only_web_addresses_become_links(url):
    side = replace(RECEIPTS[0].child, url=url)
    page = render(replace(STORY, receipts=(replace(RECEIPTS[0], child=side, parent=side),)))

    assert None is web_address(url)
    assert ["#leaders"] == attributes(page, "href")


def test_links_pass_nothing_on():
    links = [attrs for tag, attrs in Tree(PAGE).elements if tag == "a" and attrs["href"].startswith("http")]

    assert {"noopener nofollow"} == {attrs["rel"] for attrs in links}


@pytest.mark.parametrize(
    ("passage", "words", "expected"),
    [
        ("The Story & the storyteller", ["story"], "The <mark>Story</mark> &amp; the storyteller"),
        ("zero trust, zero", ["zero", "zero trust"], "<mark>zero trust</mark>, <mark>zero</mark>"),
        ("a+b <i>", ["a+b", "", "i"], "<mark>a+b</mark> &lt;<mark>i</mark>&gt;"),
        ("amp & lt", ["amp"], "<mark>amp</mark> &amp; lt"),
    ],
)
def test_shared_words_are_marked_as_whole_words(passage, words, expected):
    assert expected == marked(passage, words)


def test_a_story_with_nothing_in_it_is_still_a_page():
    nothing = replace(LEADERSHIP, people=(), cannot_tell=(), provenance={})
    page = render(Story("T", "t", nothing))

    assert "No person with a post was found." in page
    assert "<h2" in page
    Tree(page)


def test_at_most_ten_receipts_are_shown_and_the_page_says_so():
    page = render(replace(STORY, receipts=RECEIPTS * 8))

    assert 10 == page.count('<article class="receipt"')
    assert "The first 10 of 16 are shown." in page


@pytest.mark.parametrize(
    ("highest", "expected"), [(1.04, [0, 0.5, 1, 1.5]), (0.03, [0, 0.01, 0.02, 0.03]), (44, [0, 20, 40, 60])]
)
def test_axes_have_round_numbers(highest, expected):
    assert pytest.approx(expected) == ticks(highest)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0.001, "1 min later"), (0.1, "2 hours later"), (0.05, "1 hour later"), (2.4, "2 days later")],
)
def test_a_lag_is_said_in_the_unit_that_fits(days, expected):
    assert expected == lag(days)
