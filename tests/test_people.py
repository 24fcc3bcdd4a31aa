"""Accounts to persons: what is sure by itself, what is suggested, what people say, and whom somebody spoke for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earned import reading, sample
from earned.model import Account, Affiliation, Post
from earned.people import of_account, pair, persons, spoken_for, suggestions
from earned.reading import Wish
from earned.study import learn

TOOT = Account(
    "mastodon:https://m.example/users/ada", "Ada Q.", "unknown", "ada@m.example", "https://m.example/@ada",
    links=("https://bsky.app/profile/ada.example",),
)  # fmt: skip
SKY = Account(
    "bluesky:did:plc:ada", "Ada Quill", "unknown", "ada.example", "https://bsky.app/profile/did:plc:ada",
    links=("https://www.m.example/@ada/",),
)  # fmt: skip
BLOG = Account("feed:ada.example:ada-q", "Ada Q.", url="https://ada.example/")
BOT = Account("bluesky:did:plc:bot", "Ada feed", "bot", "bot.example", "https://bsky.app/profile/did:plc:bot",
              links=("https://m.example/@ada",))  # fmt: skip
BO = Account("memory:bo", "Bo", "person")


def groups(*accounts, **said):
    return sorted(one.accounts for one in persons(accounts, **said))


def asked(*accounts, **said):
    return {(one.a.id, one.b.id): [clue.kind for clue in one.clues] for one in suggestions(accounts, **said)}


def test_profiles_that_name_each_other_are_one_person_by_themselves():
    (ada,) = persons([TOOT, SKY])

    assert (SKY.id, TOOT.id) == ada.accounts
    assert ("did:plc:ada", "Ada Quill", "person") == (ada.id, ada.name, ada.kind)
    assert {} == asked(TOOT, SKY)


def test_a_profile_that_names_another_one_way_is_only_suggested():
    one_way = replace(SKY, links=())

    assert 2 == len(persons([TOOT, one_way]))
    assert {(SKY.id, TOOT.id): ["one way"]} == asked(TOOT, one_way)


def test_a_link_that_the_server_checked_is_suggested_more_strongly():
    toot = replace(TOOT, links=("https://ada.example",), checked=("https://ada.example",))
    (found,) = suggestions([toot, BLOG])

    assert ["checked", "name"] == [clue.kind for clue in found.clues]
    assert (BLOG.id, 0.93) == (found.a.id, found.confidence)
    assert '"Ada Q." on mastodon names ada.example' in found.clues[0].sentence


def test_a_handle_that_is_the_domain_of_a_site_is_suggested_and_sure_once_the_site_names_it():
    site = replace(BLOG, links=(SKY.url,))

    assert {(SKY.id, BLOG.id): ["domain"]} == asked(SKY, BLOG)
    assert [(SKY.id, BLOG.id)] == groups(SKY, site)


def test_a_handle_like_a_domain_proves_nothing_where_no_network_checks_it():
    chirp = Account("chirp:1", "Ada", handle="ada.example", url="https://chirp.example/1")

    assert 2 == len(persons([chirp, replace(BLOG, links=(chirp.url,))]))


@pytest.mark.parametrize(("more", "clue"), [({"url": "https://ada.example/"}, "address"), ({"mail": "5f"}, "mail")])
def test_the_same_address_or_mail_is_suggested(more, clue):
    a, b = Account("one:1", "Ada", **more), Account("two:2", "Quill", **more)

    assert {(a.id, b.id): [clue]} == asked(a, b)


def test_an_address_where_several_of_one_channel_stand_is_nobodys_own():
    staff = [Account(f"feed:firm.example:{name}", name, url="https://firm.example") for name in ("Ada", "Bo", "Cy")]

    assert {} == asked(*staff, Account("x:9", "Ada", url="https://firm.example"))


def test_the_same_name_alone_is_nothing():
    assert {} == asked(Account("one:1", "Ada Q."), Account("two:2", "Ada Q."))


def test_the_same_id_and_name_are_one_person_and_a_shared_id_names_nobody_twice():
    one, two, other = Account("list:ada", "Ada Q."), Account("blog:ada", "Ada Q."), Account("chat:ada", "Ada B.")
    found = persons([one, two, other])

    assert [("blog:ada", "list:ada"), ("chat:ada",)] == sorted(person.accounts for person in found)
    assert 2 == len({person.id for person in found})


@pytest.mark.parametrize("kind", ["bot", "group", "organization"])
def test_no_person_is_merged_with_a_machine_or_a_group_by_itself(kind):
    both = replace(BOT, kind=kind), replace(TOOT, kind="person", links=("https://bsky.app/profile/bot.example",))
    named = Account("a:ada", "Ada", "person"), Account("b:ada", "Ada", kind)

    assert [2, 2] == [len(persons(both)), len(persons(named))]
    assert {(BOT.id, TOOT.id): ["both ways"]} == asked(*both)
    assert {("a:ada", "b:ada"): ["id and name"]} == asked(*named)


def test_an_account_of_a_kind_nobody_stated_takes_the_cautious_kind_of_its_namesake():
    (found,) = persons([Account("a:x", "Anonymous"), Account("b:x", "Anonymous", "anonymous")])

    assert "anonymous" == found.kind


def test_nothing_is_suggested_for_anonymous_accounts():
    assert {} == asked(replace(TOOT, kind="anonymous"), SKY, replace(BLOG, kind="anonymous"))


def test_two_accounts_of_one_channel_are_never_merged_by_themselves():
    other = Account("mastodon:https://n.example/users/ada", "Ada", url="https://n.example/@ada", links=(SKY.url,))
    sky = replace(SKY, links=(*SKY.links, other.url))

    assert 2 == len(persons([TOOT, other, sky]))
    assert 1 == len(asked(TOOT, other, sky))


def test_what_people_confirm_is_one_person_and_whoever_they_merge_with_a_person_is_one():
    same = frozenset([pair(TOOT.id, BOT.id), pair(BLOG.id, TOOT.id)])
    (found,) = persons([TOOT, BOT, BLOG], same=same)

    assert "person" == found.kind
    assert {} == asked(TOOT, BOT, BLOG, same=same)


def test_what_people_deny_holds_against_everything_else():
    different = {pair(SKY.id, TOOT.id)}

    assert 2 == len(persons([TOOT, SKY], different=different))
    assert 2 == len(
        persons([TOOT, SKY, BLOG], same={pair(SKY.id, BLOG.id), pair(TOOT.id, BLOG.id)}, different=different)
    )
    assert {} == asked(TOOT, SKY, different=different)


def test_a_third_account_joins_one_of_two_that_were_parted():
    three = [Account(f"{channel}:ada", "Ada") for channel in "abc"]

    assert [("a:ada", "c:ada"), ("b:ada",)] == groups(*three, different={("a:ada", "b:ada")})


def test_a_decision_about_accounts_that_are_gone_changes_nothing():
    assert persons([BO]) == persons([BO], same={("a:1", BO.id)}, different={(BO.id, "z:1")})


CROWD = [TOOT, SKY, BLOG, BOT, BO, Account("list:bo", "Bo"), Account("x:9", "Ada", url="https://ada.example")]
PAIRS = st.frozensets(
    st.tuples(*[st.sampled_from([one.id for one in CROWD])] * 2).filter(lambda p: p[0] < p[1]), max_size=5
)


@given(st.permutations(CROWD), PAIRS, PAIRS)
def test_the_order_of_accounts_and_of_decisions_does_not_matter(shuffled, same, different):
    assert groups(*CROWD, same=same, different=different) == groups(
        *shuffled, same=sorted(same, reverse=True), different=sorted(different)
    )


@given(PAIRS, PAIRS)
def test_every_account_is_of_one_person_with_an_id_of_its_own_and_denied_pairs_stay_apart(same, different):
    found = persons(CROWD, same=same, different=different)
    of = of_account(found)

    assert sorted(one.id for one in CROWD) == sorted(id for one in found for id in one.accounts)
    assert len(found) == len({one.id for one in found})
    assert all(of[a] != of[b] for a, b in different)


def test_an_address_that_is_none_harms_nobody():
    broken = Account("x:1", "Ada", url="https://[broken", links=("http://", "::", "https://[", "\x00"))

    assert 2 == len(persons([broken, BO]))


def test_a_fit_counts_the_posts_of_confirmed_accounts_for_one_person():
    given = reading.read_files([sample.posts_path()])
    given.posts = given.posts[:240]
    apart = given.people()
    a, b = (next(one for one in apart if one.id == name) for name in ("ada-quill", "noor-haddad"))
    given.same = frozenset([pair(a.accounts[0], b.accounts[0])])

    found = learn(given, Wish(seed=1))

    posts = {one.person.name: one.posts for one in found.leadership.people}
    written = sum(not {*a.accounts, *b.accounts}.isdisjoint(one.accounts) for one in given.posts)
    assert len(apart) - 1 == len(found.people)
    assert written == max(posts.get(a.name, 0), posts.get(b.name, 0))
    assert {a.name, b.name} - set(posts)


def test_ten_thousand_accounts_take_no_time():
    many = [
        Account(f"{'ab'[i % 2]}:{i // 2}", f"Name {i // 2}", url=f"https://s{i // 4}.example") for i in range(10_000)
    ]
    different = {(f"a:{i}", f"b:{i}") for i in range(0, 5_000, 5)}

    assert 6_000 == len(persons(many, different=different))


def post(day, organization="", account=TOOT.id):
    at = datetime(2024, 1, day, tzinfo=UTC) if day else None
    return Post(f"p{day}", "m", (account,) if account else (), at, "second", "words", organization=organization)


def firms(told, *posts):
    return [one.organization for one in spoken_for(posts, persons([TOOT, SKY]), told)]


def test_a_post_speaks_for_the_organization_of_its_day_unless_it_names_one():
    told = [
        Affiliation(SKY.id, "Old", until=datetime(2024, 1, 10, tzinfo=UTC)),
        Affiliation("did:plc:ada", "New", since=datetime(2024, 1, 10, tzinfo=UTC)),
    ]

    assert ["Old", "New", "Stated", "", ""] == firms(
        told, post(9), post(10), post(11, "Stated"), post(0), post(12, account="x:1")
    )


def test_of_two_affiliations_at_once_the_later_one_holds():
    told = [Affiliation(TOOT.id, "Later", since=datetime(2024, 1, 5, tzinfo=UTC)), Affiliation(TOOT.id, "Always")]

    assert ["Always", "Later", "Always"] == firms(told, post(4), post(6), post(0))
