"""Mail of lists: separators, dates, names, quotes; and nobody's address anywhere."""

import mailbox

import pytest

from data import made
from earned.channels import recognise
from earned.channels.archives.mail import Mail, unquoted


@pytest.fixture
def told(tmp_path):
    path = made.written(tmp_path, "list.mbox", made.mbox_text())
    (page,) = Mail(now=lambda: made.NOW, key=b"k").read(str(path), None, net=None)
    return {post.id: post for post in page.posts}, page


def test_from_at_the_start_of_a_line_separates_only_with_a_date_and_a_header(told):
    posts, _ = told

    assert 3 == len(posts)
    assert "From here on" in posts["mail:a1@ada.example"].text
    assert "From that day in Jan 2024\nit went well" in posts["mail:a1@ada.example"].text


def test_a_date_far_from_the_arrival_gives_way_to_its_day(told):
    post = told[0]["mail:b1@bo.example"]

    assert ("2024-01-02", "day") == (f"{post.claimed_at:%Y-%m-%d}", post.time_precision)


def test_quotes_signature_and_footer_are_not_the_authors_words(told):
    assert "I disagree." == told[0]["mail:b1@bo.example"].text_unquoted
    assert "yes\nno" == unquoted("yes\n> q\nno")


def test_names_are_decoded_and_addresses_gone(told):
    posts, page = told

    assert {"Ada Q.", "Bö", "Anonymous"} == {account.name for account in page.accounts}
    assert "anonymous" in {account.kind for account in page.accounts}
    assert "[address]" in posts["mail:b1@bo.example"].text
    assert "mail ops.lists.example" == posts["mail:b1@bo.example"].channel
    assert {"sent to a person, not to a list": 1} == {k: v for k, v in page.ignored.items() if "person" in k}


def test_another_key_gives_other_ids(tmp_path):
    path = made.written(tmp_path, "list.mbox", made.mbox_text())
    ids = [
        {
            one.id
            for page in Mail(now=lambda: made.NOW, key=key).read(str(path), None, net=None)
            for one in page.accounts
        }
        for key in (b"1", b"2")
    ]

    assert not ids[0] & ids[1]


def test_links_name_the_answered_message_and_the_web(told):
    links = {(one.kind, one.target) for one in told[1].links}

    assert {("reply", "mail:a1@ada.example"), ("url", "https://ada.example/a")} == links


def test_a_maildir_is_read_like_an_mbox(tmp_path):
    box = mailbox.Maildir(tmp_path / "box")
    box.add(
        "From: Ada <ada@secret.example>\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nMessage-ID: <m@a>\nSubject: s\n\nHello\n"
    )
    source = recognise(str(tmp_path / "box"), net=None)
    (page,) = Mail(now=lambda: made.NOW).read(source.address, None, net=None)

    assert "mail" == source.channel
    assert ["Hello"] == [post.text for post in page.posts]
