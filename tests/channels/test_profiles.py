"""Addresses that profiles name, from each channel that tells them."""

from dataclasses import replace

import pytest

from data import made
from data.bluesky.recorded import Pds
from data.mastodon import recorded
from earned.channels.archives.mail import account_of
from earned.channels.atproto import bluesky_account
from earned.channels.bluesky import Bluesky
from earned.channels.items import Notes
from earned.channels.mastodon import Mastodon
from earned.channels.mastodon_rows import status_item
from earned.channels.profiles import MOST, employer_in, named_in
from earned.people import persons

BIO = 'Also <a href="https://Ada.example/?utm_source=m" rel="me">ada</a>, #<a href="https://m.example/tags/x">#x</a>'


@pytest.mark.parametrize(("text", "expected"), [
    (BIO, ("https://ada.example/",)),
    ("I write at https://ada.example/notes. Toots: @ada@M.example!", ("https://ada.example/notes", "https://m.example/%40ada")),
    ("mail me: ada@m.example, or not; ftp://ada.example javascript:alert(1)", ()),
    ("", ()),
    ("https://[broken https://a.example/<script>x</script>", ("https://a.example/",)),
])  # fmt: skip
def test_addresses_are_read_from_what_people_write_about_themselves(text, expected):
    assert expected == named_in(text)


def test_a_profile_full_of_addresses_is_cut():
    assert MOST == len(named_in(" ".join(f"https://s{i}.example/" for i in range(99))))


def toot(**profile):
    row = recorded.status(1, {**recorded.ADA, **profile})
    return status_item(row, {}, "https://a.example", Notes(made.NOW)).accounts[0]


def test_mastodon_tells_its_fields_and_which_of_them_its_server_saw_linking_back():
    ada = toot(note=BIO, fields=[
        {"name": "Blog", "value": '<a href="https://quill.example">q</a>', "verified_at": "2024-01-01T00:00:00Z"},
        {"name": "Sky", "value": "https://bsky.app/profile/ada.example", "verified_at": None},
    ])  # fmt: skip

    assert ("https://quill.example/", "https://bsky.app/profile/ada.example", "https://ada.example/") == ada.links
    assert ("https://quill.example/",) == ada.checked


def test_nothing_of_a_profile_is_kept_that_asks_not_to_be_indexed():
    assert ((), ()) == (toot(note=BIO, noindex=True).links, toot(note=BIO, indexable=False).links)


def test_bluesky_and_mastodon_profiles_that_name_each_other_make_one_person():
    net = Pds()
    net.records["app.bsky.actor.profile/self"] = {"displayName": "Ada", "description": "toots: @ada@a.example"}
    known = Bluesky(now=lambda: made.NOW)
    first = list(known.read("https://bsky.app/profile/ada.example", None, net=net))
    sky = first[0].accounts[0]

    assert ("https://a.example/%40ada",) == sky.links
    assert 1 == len(persons([sky, toot(note="https://bsky.app/profile/ada.example")]))
    assert 2 == len(persons([sky, toot(note="")]))


def test_a_later_reading_of_bluesky_keeps_the_name_and_the_links():
    net, known = Pds(), Bluesky(now=lambda: made.NOW)
    net.records["app.bsky.actor.profile/self"] = {"displayName": "Ada Q.", "website": "https://ada.example/"}
    first = list(known.read("https://bsky.app/profile/ada.example", None, net=net))
    net.records["app.bsky.feed.post/3z"] = made.skeet("Later", 9)
    later = list(known.read("https://bsky.app/profile/ada.example", first[-1].cursor, net=net))

    assert [("Ada Q.", ("https://ada.example/",))] == [(one.name, one.links) for page in later for one in page.accounts]


def test_mail_accounts_of_one_address_carry_its_hash_and_never_the_address():
    one, other = b"key", b"another key"
    ada = account_of('"Ada Q." <Ada@secret.example>', one)
    again = account_of("ada at secret.example (Ada Quill)", one)

    assert ada.mail == again.mail != account_of("ada@secret.example", other).mail
    assert "" == account_of('"Ada Q." <>', one).mail
    assert "secret" not in repr(replace(ada, id=""))


def test_a_mastodon_channel_reads_the_profile_of_the_page_it_was_given(monkeypatch):
    monkeypatch.setitem(
        recorded.ADA, "fields", [{"name": "Blog", "value": "https://ada.example/", "verified_at": "2024"}]
    )
    net = recorded.Server()
    pages = list(Mastodon(now=lambda: made.NOW).read("https://a.example/@ada", None, net=net))
    found = {one.id: one for page in pages for one in page.accounts}

    assert ("https://ada.example/",) == found["mastodon:https://a.example/users/ada"].checked


@pytest.mark.parametrize(("fields", "text", "expected"), [
    ([("Employer", "@Acme Pulse")], "Engineer at Fjord Bank", "Acme Pulse"),
    ([("Works at", '<a href="https://acme.example">Acme</a>')], "", "Acme"),
    ([("Website", "Acme")], "", ""),
    ([("Company", "Acme"), ("Work", "Fjord Bank")], "", ""),
    ([], "Staff engineer at Acme Pulse, I page nobody at night.", "Acme Pulse"),
    ([], "<p>SRE @Acme</p><p>Cats</p>", "Acme"),
    ([], "Head of platform for Fjord Bank | she/her", "Fjord Bank"),
    ([], "ex-engineer at Acme | formerly lead at Fjord", ""),
    ([], "Engineer at Acme. Writer for Fjord Weekly", ""),
    ([], "Look at My cats. Speaker at FOSDEM", ""),
    ([], "engineer at large", ""),
    ([], "", ""),
])  # fmt: skip
def test_an_employer_is_what_a_profile_says_in_so_many_words(fields, text, expected):
    assert expected == employer_in(fields, text)


def test_an_employer_comes_with_the_profile_unless_its_owner_asks_to_be_left():
    field = {"fields": [{"name": "Employer", "value": "Acme", "verified_at": None}]}

    assert "Acme" == toot(**field).organization
    assert "" == toot(**field, noindex=True).organization
    assert (
        "Acme Pulse" == bluesky_account("did:plc:ada", "ada.example", {"description": "SRE at Acme Pulse"}).organization
    )
