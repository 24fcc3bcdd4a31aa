"""Who is who: evidence, merging, undoing it, and where people spoke from on a day. Nothing here touches a disk."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from earned.errors import StudyError
from earned.model import Account, Affiliation, Bond, Identities, Post
from earned.people import persons
from earned.people.choosing import accounts_called, leading, person_called, to_part
from earned.people.spells import speaking
from earned.people.ties import ties

ADA = Account("mastodon:https://a.example/users/ada", "Ada Q.", "person", "ada@a.example", "https://a.example/@ada")
BLOG = Account("feed:ada.example:ada quill", "Ada Quill", "unknown", url="https://ada.example/")
SKY = Account("bluesky:did:plc:ada", "Ada", "unknown", "ada.example", "https://bsky.app/profile/did:plc:ada")
BO = Account("feed:bo.example:bo", "Bo Berg", "person", url="https://bo.example/")


def names(*accounts, **known):
    return {frozenset(one.accounts) for one in persons(accounts, Identities(**known))}


def one(*accounts):
    return frozenset(a.id for a in accounts)


def links_both_ways():
    return replace(ADA, profile_links=("https://www.ada.example",)), BLOG, {"https://ada.example/": (ADA.url,)}


def domain_links_back():
    return SKY, BLOG, {"https://ada.example/": ("https://bsky.app/profile/ada.example",)}


def profiles_name_each_other():
    return replace(ADA, profile_links=(SKY.url,)), replace(SKY, profile_links=(ADA.url,)), {}


def service_found_a_link_back():
    return replace(ADA, profile_links=("https://ada.example",), verified_links=("https://ada.example",)), BLOG, {}


def profile_names_the_page():
    return replace(ADA, profile_links=("https://ada.example/",)), BLOG, {}


def page_without_a_way_back():
    return replace(ADA, profile_links=("https://ada.example/",)), BLOG, {"https://ada.example": ("https://bo.example",)}


def handle_is_the_domain():
    return SKY, BLOG, {}


def same_address():
    return BLOG, replace(SKY, handle="", url="http://www.ada.example"), {}


def same_mail():
    return replace(ADA, mail_hash="abc"), replace(BLOG, mail_hash="abc"), {}


def same_name_and_handle():
    return ADA, replace(BLOG, name="Ada Q.", handle="ada", url=""), {}


def same_rare_name_and_longer_handle():
    return replace(ADA, handle="adaq@a.example"), replace(BLOG, name="Ada Q.", handle="adaq", url=""), {}


def same_name_alone():
    return ADA, replace(BLOG, name="Ada Q.", url=""), {}


def hosted_handle():
    return replace(SKY, handle="ada.bsky.social"), replace(BLOG, url="https://ada.bsky.social/"), {}


def a_group():
    return replace(ADA, profile_links=("https://ada.example",)), replace(BLOG, kind="group"), {}


@pytest.mark.parametrize(("when", "strength"), [
    (links_both_ways, "verified"), (domain_links_back, "verified"), (profiles_name_each_other, "verified"),
    (service_found_a_link_back, "declared"), (profile_names_the_page, "declared"), (page_without_a_way_back, "declared"),
    (handle_is_the_domain, "declared"), (same_address, "declared"), (same_mail, "declared"),
    (same_rare_name_and_longer_handle, "likely"), (same_name_and_handle, None), (same_name_alone, None),
    (hosted_handle, None), (a_group, None),
])  # fmt: skip
def test_evidence_is_as_strong_as_its_weaker_side(when, strength):
    first, second, pages = when()
    found = ties([first, second], pages)

    assert [strength] * bool(strength) == [tie.strength for tie in found]
    assert all(0 < tie.confidence < 1 and tie.because for tie in found)
    assert (1 if strength == "verified" else 2) == len(persons([first, second], Identities(pages=pages)))


def test_more_evidence_is_surer():
    (one_way,) = ties([*profile_names_the_page()[:2]], {})
    more = [replace(a, mail_hash="abc") for a in profile_names_the_page()[:2]]
    (two,) = ties(more, {})

    assert one_way.confidence < two.confidence < 1
    assert 2 == len(two.because)


def test_two_accounts_that_prove_the_same_page_are_one_person_though_nobody_lives_there():
    page = "https://ada.example/"
    given = [replace(a, profile_links=(page,), handle="") for a in (ADA, SKY)]

    assert {one(ADA, SKY)} == names(*given, pages={page: (ADA.url, SKY.url)})


def test_a_page_that_many_accounts_share_proves_nothing():
    crowd = [Account(f"feed:p.example:{n}", f"N {n}", url="https://p.example/") for n in range(6)]
    given = replace(ADA, profile_links=("https://p.example/",))

    assert () == ties([given, *crowd], {})


def test_what_a_member_said_are_two_people_stays_two_whatever_proves_one():
    first, second, pages = links_both_ways()

    assert {one(ADA, BLOG)} == names(first, second, pages=pages)
    assert {one(ADA), one(BLOG)} == names(first, second, pages=pages, bonds=(Bond(BLOG.id, ADA.id, False),))


def test_two_accounts_of_one_channel_are_one_person_only_when_a_member_says_so():
    second = Account(
        "feed:quill.example:ada", "Ada", url="https://quill.example", profile_links=("https://ada.example/",)
    )
    given = (replace(BLOG, profile_links=("https://quill.example",)), second)

    assert "verified" == ties(given, {})[0].strength
    assert 2 == len(persons(given))
    assert {one(*given)} == names(*given, bonds=(Bond(BLOG.id, second.id, True),))


def test_the_name_is_that_of_the_account_others_were_added_to():
    for first, second in ((ADA, BLOG), (BLOG, ADA)):
        (found,) = persons([ADA, BLOG], Identities(bonds=(Bond(first.id, second.id, True),)))
        assert first.name == found.name
        assert first.id == leading(found)


def test_a_bot_makes_whoever_has_it_no_person():
    (found,) = persons([ADA, replace(BLOG, kind="bot")], Identities(bonds=(Bond(ADA.id, BLOG.id, True),)))

    assert "bot" == found.kind


def test_two_people_with_the_same_id_behind_their_channels_are_told_apart():
    found = persons([Account("x:7", "Ada"), Account("reddit:7", "Bo")])

    assert 2 == len({person.id for person in found})


ACCOUNTS = [Account(f"{channel}:{n}", f"Name {channel}{n}", "person") for channel in "abc" for n in range(3)]
said = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS)).filter(lambda p: p[0] != p[1]), max_size=8
).map(lambda pairs: [Bond(a.id, b.id, True, number=n) for n, (a, b) in enumerate(pairs, 1)])


@given(said, st.randoms(use_true_random=False))
def test_the_order_of_merging_does_not_matter(bonds, random):
    other = list(bonds)
    random.shuffle(other)

    assert names(*ACCOUNTS, bonds=tuple(bonds)) == names(*ACCOUNTS, bonds=tuple(other))


def together(a, b, bonds):
    return any({a.id, b.id} <= group for group in names(*ACCOUNTS, bonds=tuple(bonds)))


@given(said, st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS))
def test_merging_and_taking_it_back_is_the_identity(bonds, a, b):
    before = names(*ACCOUNTS, bonds=tuple(bonds))
    assume(not together(a, b, bonds) and a != b)
    merged = [*bonds, Bond(a.id, b.id, True, number=99)]
    taken_back = to_part(merged, lambda left: together(a, b, left))

    assert [99] == [bond.number for bond in taken_back]
    assert before == names(*ACCOUNTS, bonds=tuple(bond for bond in merged if bond not in taken_back))


@given(said, st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS))
def test_parting_takes_back_nothing_that_did_not_hold_the_two_together(bonds, a, b):
    assume(a != b)
    dropped = to_part(bonds, lambda left: together(a, b, left))
    left = [bond for bond in bonds if bond not in dropped]

    assert not together(a, b, left)
    assert all(together(a, b, [*left, bond]) for bond in dropped)


def test_a_word_means_the_most_exact_thing_called_so():
    described = {a.id: a for a in (ADA, BLOG, SKY, BO)}
    people = persons(described.values())

    assert {ADA.id} == accounts_called("@ada@a.example", described)
    assert {SKY.id} == accounts_called("ada.example", described)
    assert "Bo Berg" == person_called("bo berg", people, described).name
    with pytest.raises(StudyError, match="earned people list"):
        person_called("nobody", people, described)
    with pytest.raises(StudyError, match="Several people"):
        person_called("Same", persons([Account("a:1", "Same"), Account("b:2", "Same")]), {})


def at(year, month=1):
    return datetime(year, month, 1, tzinfo=UTC)


def told(moment, organization="", spells=(), aliases=None):
    post = Post("feed:1", "feed", (BLOG.id,), moment, "day", "words", organization=organization)
    known = Identities(affiliations=tuple(spells), aliases=aliases or {})
    return next(speaking([post], persons([ADA, BLOG]), known)).organization


QUILL = Affiliation(BLOG.id, "Quill", at(2020), at(2022))
INK = Affiliation(BLOG.id, "Ink", at(2021, 6))


@pytest.mark.parametrize(("moment", "expected"), [
    (at(2019), ""), (at(2020), "Quill"), (at(2021, 7), "Ink"), (at(2025), "Ink"), (None, ""),
])  # fmt: skip
def test_a_post_speaks_for_where_its_author_was_that_day(moment, expected):
    assert expected == told(moment, spells=(QUILL, INK))


def test_what_a_post_states_itself_comes_first_and_aliases_hold_for_both():
    assert "Other" == told(at(2020), "Other", (QUILL,))
    assert "Quill Ltd" == told(at(2020), "", (QUILL,), {"quill": "Quill Ltd"})
    assert "Quill Ltd" == told(at(2020), "QUILL", (), {"quill": "Quill Ltd"})
