"""Who is who in a workspace: merging, undoing it, lists of affiliations, pages read over HTTP, and what the fit sees."""

from datetime import UTC, datetime, timedelta

import pytest

from earned import identity
from earned.channels.http import Polite
from earned.errors import Malformed, StudyError
from earned.model import Account, Affiliation, Page, Post
from earned.store import open_store
from earned.study import Study, Wish

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ADA = Account("mastodon:ada", "Ada Q.", "person", "ada@a.example", "https://a.example/@ada")
BLOG = Account("feed:ada.example:ada", "Ada Quill", "person", url="https://ada.example/")
BO = Account("feed:bo.example:bo", "Bo Berg", "person")
LIST = Account("mail:team", "The team", "group")


def post(number, account, text="zero trust begins with an inventory"):
    moment = NOW - timedelta(days=100 - number)
    return Post(f"memory:{number}", "memory", (account.id,), moment, "second", f"{text} {number}")


@pytest.fixture
def study():
    store = open_store()
    record = store.studies.new("topic")
    source = store.sources.add(record, "memory", "here")
    posts = [post(n, (ADA, BLOG, BO, LIST)[n % 4]) for n in range(24)]
    store.posts.keep(source, Page(tuple(posts), (ADA, BLOG, BO, LIST), (), "1", NOW), now=NOW)
    return Study(store, record)


def keep(study, page, *, now):
    study.store.posts.keep(study.store.sources.of(study.record)[0].id, page, now=now)


def people(study):
    return {one.person.name: set(one.person.accounts) for one in identity.roster(study)}


def test_merged_accounts_are_one_person_for_everything_that_is_measured(study):
    before = study.learn(Wish())
    merged = identity.merge(study, "Ada Q.", BLOG.id, evidence="she told me")
    after = study.learn(Wish())

    assert ("Ada Q.", {ADA.id, BLOG.id}) == (merged.name, set(merged.accounts))
    assert {"Ada Q.": 6, "Ada Quill": 6, "Bo Berg": 6, "The team": 6} == {
        one.person.name: one.posts for one in before.leadership.people
    }
    assert {"Ada Q.": 12, "Bo Berg": 6, "The team": 6} == {
        one.person.name: one.posts for one in after.leadership.people
    }
    assert before.leadership.provenance["high_water"] != after.leadership.provenance["high_water"]


def test_undoing_a_merge_restores_both_and_keeps_the_history(study):
    before, mark = people(study), study.conversation().high_water
    identity.merge(study, ADA.id, BLOG.id)
    first, second = identity.unmerge(study, ADA.id, BLOG.id)

    assert before == people(study)
    assert mark == study.conversation().high_water
    assert ("Ada Q.", "Ada Quill") == (first.name, second.name)
    assert [True] == [bond.retracted_at is not None for bond in study.store.people.history()]


def test_a_merge_after_a_parting_takes_the_parting_back(study):
    identity.merge(study, ADA.id, BLOG.id)
    identity.unmerge(study, ADA.id, BLOG.id)
    identity.merge(study, BLOG.id, ADA.id)

    assert {ADA.id, BLOG.id} == people(study)["Ada Quill"]


@pytest.mark.parametrize(("a", "b", "said"), [
    ("Ada Q.", "nobody", "Nobody here"), ("Ada Q.", "Ada Q.", "one person already"), ("Bo Berg", "The team", "no single"),
])  # fmt: skip
def test_what_cannot_be_merged_is_said_and_nothing_is_kept(study, a, b, said):
    with pytest.raises(StudyError, match=said):
        identity.merge(study, a, b)

    assert () == study.store.people.history()


def test_a_suggestion_is_made_once_and_not_again_after_it_was_refused(study):
    named = Account(**{**{f: getattr(ADA, f) for f in ADA.__slots__}, "profile_links": ("https://ada.example",)})
    keep(study, Page((), (named,), (), "2", NOW), now=NOW)
    (tie,) = identity.suggestions(study)

    assert ("declared", {ADA.id, BLOG.id}) == (tie.strength, {tie.one, tie.other})
    identity.unmerge(study, ADA.id, BLOG.id, evidence="two people")
    assert () == identity.suggestions(study)


def test_affiliations_of_a_list_reach_the_posts_of_that_time(study, tmp_path):
    rows = "\ufeffName;Company\n"  # wrong separator
    (tmp_path / "wrong.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(Malformed, match="columns person and organization"):
        identity.affiliate_all(study, str(tmp_path / "wrong.csv"))

    lines = [
        "Person,Organization,Since,Until",
        "Ada Q.,Quill,2025-12,2026-01",
        "nobody,Quill,,",
        "Bo Berg,Ink,2026,2025",
    ]
    (tmp_path / "people.csv").write_text("\r\n".join(lines), encoding="utf-8")
    kept, refused = identity.affiliate_all(study, str(tmp_path / "people.csv"))
    identity.affiliate_all(study, str(tmp_path / "people.csv"))
    identity.call(study, "Quill", "Quill Ltd")
    given = study.conversation()
    spoken = {p.claimed_at: p.organization for p in given.told(Wish(), given.people()) if p.accounts == (ADA.id,)}

    assert (1, 2) == (kept, len(refused))
    assert [Affiliation(ADA.id, "Quill", datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC),
                        "people.csv line 2")] == [*given.identities.affiliations]  # fmt: skip
    assert {"", "Quill Ltd"} == set(spoken.values())
    assert all((at >= datetime(2025, 12, 1, tzinfo=UTC)) == bool(name) for at, name in spoken.items())


def test_pages_that_link_back_are_read_and_prove(study, server):
    with Polite(allowed=[f"127.0.0.1:{server.server_port}"], gap=0, first_wait=0) as client:
        page = f"{server.address}/about"
        profile = f"http://127.0.0.1:{server.server_port + 1}/@ada"
        server.pages |= {"/about": f'<a rel="nofollow me" href="{profile}">me</a><a href="{page}">x</a>'.encode()}
        keep(study, Page((), (
            Account(ADA.id, ADA.name, "person", ADA.handle, profile, profile_links=(page, f"{server.address}/gone")),
            Account(BLOG.id, BLOG.name, "person", url=page),
        ), (), "2", NOW), now=NOW)  # fmt: skip
        read, faults = identity.prove(study, client=client)
        asked = len(server.asked)
        again, _ = identity.prove(study, client=client)

    assert (1, 1) == (read, len(faults))
    assert "gone" in faults[0]
    assert {ADA.id, BLOG.id} in people(study).values()
    assert () == identity.suggestions(study)
    assert 0 == again
    assert len(server.asked) <= asked + 1, "a page that was read is not asked for again"
