"""Names of one organization: what is suggested, what people say, and what the next fit sees."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from earned import edition, persons
from earned.cli import main
from earned.errors import StudyError
from earned.model import Account, Page, Post, SameFirm
from earned.people import alike, one_name
from earned.people.organizations import bare
from earned.store import open_store
from earned.workspace import Study

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = {
    "Acme": 5,
    "Acme Inc.": 3,
    "ACME, L.L.C.": 1,
    "Acme Pulse": 2,
    "Zed": 1,
    "The Zed Group": 1,
    "Inc": 1,
    "!!!": 1,
}


@pytest.mark.parametrize(("name", "expected"), [
    ("Acme", "acme"), ("ACME", "acme"), ("Acme, Inc.", "acme"), ("Acme GmbH & Co. KG", "acme"), ("The Acme Group", "acme"),
    ("Acme S.A.", "acme"), ("Acme Pulse", "acme pulse"), ("AT&T", "at and t"), ("AT and T Inc", "at and t"), ("Inc", "inc"),
    ("The", "the"), ("\u4e2d\u6587", "\u4e2d\u6587"), ("\uff21cme", "acme"), ("", ""), ("...", ""),
])  # fmt: skip
def test_a_name_is_compared_without_what_says_its_form_only(name, expected):
    assert expected == bare(name)


def test_names_are_suggested_and_never_again_once_somebody_spoke():
    first = alike(NAMES)
    one = SameFirm(("Acme", "Acme Inc."), "Acme")
    two = SameFirm(("The Zed Group", "Zed"), "")

    assert [
        ("Acme", "Acme Inc."),
        ("Acme", "ACME, L.L.C."),
        ("Acme Inc.", "ACME, L.L.C."),
        ("The Zed Group", "Zed"),
    ] == [*first]
    assert [("Acme", "ACME, L.L.C."), ("Acme Inc.", "ACME, L.L.C.")] == [*alike(NAMES, [one, two])]
    assert {} == one_name([two])


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(lambda p: p[0] < p[1]), max_size=8)
)
def test_whoever_is_joined_shows_one_name_in_whatever_order_it_was_said(pairs):
    names = one_name([SameFirm(both, both[0]) for both in pairs])

    assert all(names[a] == names[b] for a, b in pairs)
    groups = {frozenset(n for n in names if names[n] == shown) for shown in names.values()}
    again = one_name([SameFirm(both, both[0]) for both in reversed(pairs)])
    assert groups == {frozenset(n for n in again if again[n] == shown) for shown in again.values()}


@pytest.fixture
def opened():
    store = open_store()
    made = Study(store, store.studies.new("pages", "Pages at night"))
    ada, bo = Account("chirp:ada", "Ada Q.", "person"), Account("chirp:bo", "Bo", "person")
    said = [(ada, "Acme"), (ada, "Acme"), (ada, "ACME Inc."), (bo, "")]
    posts = [
        Post(f"{by.id}/{n}", "chirp", (by.id,), NOW + timedelta(days=n), "second", f"words {n}", organization=firm)
        for n, (by, firm) in enumerate(said)
    ]
    store.posts.keep(
        store.sources.add(made.record, "memory", "here"), Page(tuple(posts), (ada, bo), (), "1", NOW), now=NOW
    )
    return made


def firms(opened):
    return sorted(one.organization for one in opened.conversation().posts)


@pytest.mark.django_db
def test_a_confirmed_name_stands_for_both_in_posts_and_affiliations_until_it_is_undone(opened):
    persons.affiliate(opened, "Bo", "ACME Inc.")
    before = opened.conversation().posts
    number = persons.say_organization(opened, "Acme", "ACME Inc.", same=True)
    joined, listed = firms(opened), persons.organizations(opened)
    nothing_left = persons.organizations_alike(opened)
    edition.undo(opened, number)

    assert ["Acme"] * 4 == joined
    assert {"Acme": {"Acme": 2, "ACME Inc.": 1}} == listed
    assert () == nothing_left
    assert before == opened.conversation().posts
    assert (("Acme", "ACME Inc."),) == persons.organizations_alike(opened)


@pytest.mark.django_db
def test_two_organizations_stay_two_and_an_unknown_name_is_said_in_words(opened):
    persons.say_organization(opened, "Acme", "ACME Inc.", same=False)

    assert () == persons.organizations_alike(opened)
    assert ["", "ACME Inc.", "Acme", "Acme"] == firms(opened)
    with pytest.raises(StudyError, match="earned organizations pages"):
        persons.say_organization(opened, "Acme", "Acne", same=True)
    with pytest.raises(StudyError, match="one name"):
        persons.say_organization(opened, "Acme", "Acme", same=True)


@pytest.mark.django_db
def test_the_command_suggests_decides_lists_and_takes_back(opened):
    def earned(*words):
        done = CliRunner().invoke(main, ["organizations", "pages", *words])
        return done.exit_code, done.output

    suggested, decided = earned("--suggest"), earned("--same", "Acme", "ACME Inc.")
    listed, undone = earned(), earned("--undo", decided[1].split()[1].rstrip(":"))

    assert "Acme | ACME Inc.\n" in suggested[1]
    assert "shown as Acme" in decided[1]
    assert (0, "Acme: 3 posts (also: ACME Inc.)\n") == listed
    assert "taken back" in undone[1]
    assert 1 == earned("--same", "Acme", "Nobody")[0]


@pytest.mark.django_db
def test_the_page_of_decisions_names_both_kinds(opened, client):
    persons.say_organization(opened, "Acme", "ACME Inc.", same=True)
    opened.store.decisions.note(
        opened.record,
        "proof",
        ["chirp:ada", "chirp:bo"],
        {"pages": ["https://a.example", "https://b.example"]},
        now=NOW,
    )
    page = client.get("/s/pages/decisions/").content.decode()

    assert "organizations ACME Inc. and Acme" in page
    assert "one: Acme" in page
    assert "their pages name each other" in page
