"""Who is whom in a study: merging, parting, affiliations, and a removal that leaves nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from earned import edition, persons
from earned.errors import InputError, StudyError
from earned.model import Account, Link, MetricSnapshot, Page, Post, Rejected
from earned.store import open_store
from earned.store.shelves import Sheet, Uptake
from earned.sync import read_on
from earned.workspace import Study

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA = Account(
    "chirp:ada-quill",
    "Ada Quill",
    "person",
    "adaq",
    "https://chirp.example/adaq",
    links=("https://ada.example",),
    mail="5f",
)
BLOG = Account("feed:ada.example:quill", "A. Quill", url="https://ada.example/")
BO = Account("chirp:bo", "Bo", "person")
HALVES = "An alert that nobody can act upon", "is a bill that somebody else has to pay"
SAID = " ".join(HALVES)
MORE = "Every page at night should be read again by daylight before it may ring twice"
OLDER = "An alert that nobody can use is an invoice sent to somebody who sleeps tonight"


def post(number, text, by=ADA, **more):
    at = NOW + timedelta(days=number)
    return Post(f"{by.id}/{number}", "chirp", (by.id,), at, "second", text, **more)


def page(*posts, accounts=(ADA, BLOG, BO), cursor="1", **more):
    return Page(posts, accounts, more.pop("links", ()), cursor, NOW, **more)


PAGE = page(
    post(2, SAID, url="https://chirp.example/adaq/2", labels={"names": ["Ada Quill"]}),
    post(3, MORE, BLOG, title="Quill on pages"),
    post(1, f"Bo first: {OLDER}", BO),
    post(4, f"> {HALVES[0]}\n> {HALVES[1]}\n\nAda Quill (@adaq) is right, I think.", BO, thread="chirp:ada-quill/2"),
    post(5, f"I said it myself: {OLDER}", BO, text_unquoted="nothing of anybody"),
    links=(
        Link("chirp:bo/4", "reply", "chirp:ada-quill/2", evidence="to Ada Quill"),
        Link("chirp:bo/4", "mention", ADA.id), Link("chirp:ada-quill/2", "url", "https://bo.example"),
    ),
    snapshots=(MetricSnapshot("chirp:ada-quill/2", "likes", 3, NOW),),
    rejected=(Rejected("row 9", "no time", "Ada Quill"), Rejected("row 10", "no time", "Cy")),
)  # fmt: skip


@pytest.fixture
def opened():
    store = open_store()
    made = Study(store, store.studies.new("pages", "Pages at night"))
    store.posts.keep(store.sources.add(made.record, "memory", "here"), PAGE, now=NOW)
    return made


def everything():
    """Every cell of every table of Earned, as one text."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("earned_")]
        return {name: str(cursor.execute(f"SELECT * FROM {name}").fetchall()) for name in tables}


def holding(words):
    return [
        (table, word) for table, text in everything().items() for word in words if word.casefold() in text.casefold()
    ]


def test_profiles_come_back_as_they_were_kept(opened):
    assert {ADA, BLOG, BO} == set(opened.store.posts.accounts(opened.record))


def test_merging_parting_and_undoing_are_seen_by_the_next_fit(opened):
    (found,) = persons.suggestions(opened)
    before = len(opened.conversation().people())

    number = persons.merge(opened, "Ada Quill", BLOG.id, member=None)
    merged = edition.with_decisions(opened, opened.conversation()).people()
    nothing_left = persons.suggestions(opened)
    edition.undo(opened, number)
    undone = opened.conversation().people()
    persons.part(opened, BLOG.id, ADA.id)

    assert (ADA.id, BLOG.id) == (found.a.id, found.b.id)
    assert (3, 2, 3) == (before, len(merged), len(undone))
    assert () == nothing_left == persons.suggestions(opened)


def test_parting_what_was_merged_needs_one_word(opened):
    persons.merge(opened, ADA.id, BLOG.id)
    persons.part(opened, ADA.id, BLOG.id)

    assert 3 == len(persons.people(opened))

    persons.merge(opened, ADA.id, BLOG.id)

    assert 2 == len(persons.people(opened))


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [("Zoe", "Bo", "earned people pages"), ("Bo", "Bo", "one person already"), (ADA.id, ADA.id, "already")],
)
def test_merging_what_cannot_be_is_refused_in_words(opened, a, b, says):
    with pytest.raises(StudyError, match=says):
        persons.merge(opened, a, b)


def test_merging_against_another_decision_names_the_way_out(opened):
    persons.merge(opened, ADA.id, BLOG.id)
    persons.part(opened, BLOG.id, BO.id)

    with pytest.raises(StudyError, match="Take that decision back"):
        persons.merge(opened, ADA.id, BO.id)


def test_nobody_can_vouch_for_an_anonymous_account(opened):
    nobody = Account("mail:x", "Anonymous", "anonymous")
    source = opened.store.sources.of(opened.record)[0].id
    opened.store.posts.keep(source, page(post(7, "words", nobody), accounts=(nobody,)), now=NOW)

    with pytest.raises(StudyError, match="anonymous"):
        persons.merge(opened, nobody.id, BO.id)


def test_an_affiliation_gives_the_posts_of_its_days_their_organization(opened):
    number = persons.affiliate(opened, "Ada Quill", "Quill & Co", since=NOW, until=NOW + timedelta(days=9))
    told = {one.id: one.organization for one in opened.conversation().posts}
    edition.undo(opened, number)

    assert "Quill & Co" == told["chirp:ada-quill/2"]
    assert "" == told["chirp:bo/4"]
    assert {""} == {one.organization for one in opened.conversation().posts}
    with pytest.raises(StudyError, match="after the beginning"):
        persons.affiliate(opened, "Bo", "Firm", since=NOW, until=NOW)


def work_out(opened):
    """An edition, a finding, decisions and a seat that all name Ada."""
    store, record = opened.store, opened.record
    sheet = Sheet("person", "ada-quill", "Ada Quill", '{"name":"Ada Quill"}')
    uptake = Uptake(
        "chirp:bo/4", "chirp:ada-quill/2", "bo", "ada-quill", "", "", NOW, 0.9, True, False, '{"t":"Ada Quill"}'
    )
    store.editions.keep(record, [sheet], [uptake], high_water="1", version="1", seed=1, decided=0, now=NOW)
    store.findings.keep(record, "leaders", {"people": ["Ada Quill"]}, high_water="", version="1", seed=1, now=NOW)
    store.findings.keep(record, "other", {"people": ["Cy"]}, high_water="", version="1", seed=1, now=NOW)
    edition.decide(opened, "chirp:bo/4", "chirp:ada-quill/2", "accepted")
    persons.merge(opened, ADA.id, BLOG.id)
    store.members.new("ada", "a long password of hers")
    store.members.seat(record, "ada", "expert", "ada-quill")
    opened.store.starts.keep(opened.record, b"numbers of adaq", version="1", seed=1)


TRACES = (
    "Ada Quill", "A. Quill", "adaq", "ada-quill", "ada.example", "chirp.example", *HALVES,  MORE, "Quill on pages",
)  # fmt: skip


def test_nothing_of_a_removed_person_is_left_in_any_table(opened):
    work_out(opened)

    removed = persons.remove(opened, "Ada Quill")

    assert [] == holding(TRACES)
    assert (2, 2, 1, ("pages",)) == (removed.accounts, removed.posts, removed.quoted, removed.studies)
    assert edition.latest(opened) is None
    assert opened.store.findings.latest(opened.record, "leaders") is None
    assert opened.store.findings.latest(opened.record, "other") is not None
    assert [("reader", "")] == [(seat.role, seat.person) for seat in opened.store.members.of(opened.record)]


def test_a_study_that_held_a_removed_person_once_keeps_no_start_of_a_fit_either(opened):
    other = opened.store.studies.new("other")
    opened.store.starts.keep(other, b"numbers", version="1", seed=1)

    persons.remove(opened, "Ada Quill")

    assert opened.store.starts.of(other, version="1", seed=1) is None


def test_what_others_said_stays_without_the_words_they_repeated(opened):
    persons.merge(opened, ADA.id, BLOG.id)
    persons.remove(opened, "Ada Quill")

    texts = {one.id: one.text for one in opened.conversation().posts}

    assert f"Bo first: {OLDER}" == texts["chirp:bo/1"]
    assert "> [removed]\n\n[removed] ([removed]) is right, I think." == texts["chirp:bo/4"]
    assert ["removed"] * 2 == [link.target.partition(":")[0] for link in opened.conversation().links]
    assert [("no time", 1)] == [(row.reason, row.count) for row in opened.store.posts.rejected(opened.record)]


def test_words_that_somebody_else_said_first_are_not_taken_from_them(opened):
    echo = Account("chirp:echo", "Echo")
    source = opened.store.sources.of(opened.record)[0].id
    opened.store.posts.keep(source, page(post(3, f"As Bo says: {OLDER}", echo), accounts=(echo,), cursor="2"), now=NOW)

    persons.remove(opened, "Echo")

    texts = {one.id: one.text for one in opened.conversation().posts}
    assert f"Bo first: {OLDER}" == texts["chirp:bo/1"]
    assert f"I said it myself: {OLDER}" == texts["chirp:bo/5"]


def test_reading_the_same_again_brings_nothing_back(opened):
    persons.merge(opened, ADA.id, BLOG.id)
    persons.remove(opened, "Ada Quill")
    before = everything()
    source = opened.store.sources.of(opened.record)[0].id

    kept = opened.store.posts.keep(source, PAGE, now=NOW)
    newer = opened.store.posts.keep(source, page(post(8, "A new text of hers after she had left us all")), now=NOW)

    after = everything()
    changed = [name for name in before if before[name] != after[name] and name != "earned_rejected"]
    assert [] == changed
    assert (0, 0, 3) == (kept.new, kept.changed, kept.same)
    assert {"post by somebody who asked to be removed": 2} == kept.ignored
    assert 0 == newer.new
    assert [] == holding(TRACES[2:6])


def test_a_source_that_held_nobody_else_goes_with_its_dropped_file(opened, tmp_path):
    inside, outside = tmp_path / "uploads" / "pages" / "hers.zip", tmp_path / "kept by her.zip"
    inside.parent.mkdir(parents=True)
    store = replace(opened.store, folder=tmp_path)
    for number, path in enumerate((inside, outside), 6):
        path.write_text("hers")
        alone = store.sources.add(opened.record, "memory", str(path))
        store.posts.keep(alone, page(post(number, "Only hers, and from nowhere else")), now=NOW)

    removed = persons.remove(replace(opened, store=store), ADA.id)

    assert {str(inside), str(outside)} == set(removed.sources)
    assert ["here"] == [one.address for one in store.sources.of(opened.record)]
    assert (False, True) == (inside.exists(), outside.exists())


def test_a_dropped_file_that_held_others_too_is_deleted_and_what_is_kept_of_it_stays(opened, tmp_path):
    path = tmp_path / "uploads" / "pages" / "talk.jsonl"
    path.parent.mkdir(parents=True)
    rows = [{"id": f"r{n}", "author": {"id": who, "name": who.title()}, "time": "2024-01-01", "text": f"{who} has said this here"}
            for n, who in enumerate(("zoe", "yan"))]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    mine = replace(opened, store=replace(opened.store, folder=tmp_path))
    source = mine.store.sources.get(mine.store.sources.add(opened.record, "records", str(path)))
    assert 2 == read_on(mine.store, source, client=object()).kept.new

    removed = persons.remove(mine, "Zoe")
    again = read_on(mine.store, source, client=object())

    assert (1, (str(path),)) == (removed.dropped, removed.shared)
    assert not path.exists()
    assert ("", 0) == (again.error, again.kept.new)
    assert "yan has said this here" in {one.text for one in opened.conversation().posts}


def test_others_posts_name_a_removed_person_s_post_no_more_by_its_address_or_another_number(opened):
    zoe, number = Account("linkedin:zoe", "Zoe"), "urn:li:share:777777"
    address = f"https://www.linkedin.com/feed/update/{number}"
    hers = Post(f"linkedin:{number}", "linkedin", (zoe.id,), NOW, "second", "Hers alone", url=address)
    labels = {"via": "person", "same_post": f"linkedin:urn:li:activity:8 linkedin:{number}"}
    answer = post(20, "Mine, on what was said", url=address, labels=labels)
    source = opened.store.sources.of(opened.record)[0].id
    opened.store.posts.keep(source, page(hers, answer, accounts=(zoe,), cursor="2"), now=NOW)

    persons.remove(opened, "Zoe")

    (left,) = (one for one in opened.conversation().posts if one.id == answer.id)
    assert ("", {"via": "person"}, "Mine, on what was said") == (left.url, left.labels, left.text)
    assert [] == holding(["777777"])


def test_nobody_is_removed_while_a_study_is_worked_on(opened):
    opened.store.jobs.begin(opened.record, "Working it out", now=datetime.now(UTC))

    with pytest.raises(StudyError, match="Wait until"):
        persons.remove(opened, "Bo")


POSITIONS = """Company Name,Title,Description,Location,Started On,Finished On
Quill & Co,Engineer,"Ran, then fixed",Here,Mar 2019,Dec 2020
Acme Pulse,Lead,,Here,Jan 2021,
,Nobody,,Here,2022,
Old Firm,Intern,,Here,Smarch 2011,2012
"""


def test_a_linkedin_list_of_positions_becomes_dated_affiliations(opened):
    made, refused = persons.affiliate_all(opened, POSITIONS, of="Ada Quill")
    told = {one.organization: one for one in opened.store.decisions.affiliations(opened.record)}

    assert len(made) == 2
    assert told["Quill & Co"].since == datetime(2019, 3, 1, tzinfo=UTC)
    assert told["Quill & Co"].until == datetime(2021, 1, 1, tzinfo=UTC)
    assert told["Acme Pulse"].until is None
    assert refused[0] == "Line 4: no organization is named."
    assert refused[1].startswith('Line 5: "Smarch 2011" is no date')

    persons.affiliate_all(opened, POSITIONS, of="Ada Quill")
    assert len(opened.store.decisions.affiliations(opened.record)) == 2


def test_a_list_names_its_people_or_somebody_does(opened):
    rows = "person,organization,since,until\nBo,Firm,2024,2024\nZed,Firm,,\nBo,Firm,2024,2022"
    made, refused = persons.affiliate_all(opened, rows)

    assert len(made) == 1
    assert refused[0].startswith("Line 3: Nobody here is 'Zed'")
    assert refused[1].startswith("Line 4: For which organization")
    with pytest.raises(InputError, match="does not say whose"):
        persons.affiliate_all(opened, POSITIONS)
    with pytest.raises(InputError, match="first line must name"):
        persons.affiliate_all(opened, "a,b\n1,2")


@pytest.mark.parametrize("broken", ['"Firm,2021\nOther,2022\n', '"Firm" & Sons,2021\n'], ids=["left open", "goes on"])
def test_a_list_that_is_no_csv_is_refused_whole(opened, broken):
    """A quote that is never closed would swallow every row after it."""
    with pytest.raises(InputError, match=r"line [34] is no CSV"):
        persons.affiliate_all(opened, "organization,since\nFirm,2020\n" + broken, of="Bo")
    assert not opened.store.decisions.affiliations(opened.record)
