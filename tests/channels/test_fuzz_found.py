"""What mutated archives brought to light, kept as tests of their own."""

import json
import time
import zipfile

import pytest

from data import made
from earned.channels.archives.ghost import Ghost
from earned.channels.archives.mail import Mail
from earned.channels.archives.reddit import Reddit
from earned.channels.archives.wxr import Wxr
from earned.channels.archives.x import X
from earned.channels.feed import Feed
from earned.channels.markup import plain
from earned.channels.relme import marked
from earned.errors import EarnedError, Malformed


def posts(known, path):
    return [one for page in known.read(str(path), None, net=None) for one in page.posts]


def test_a_post_of_ghost_without_an_author_has_none(tmp_path):
    whole = json.loads(made.ghost_text())
    data = whole["db"][0]["data"]
    for row in data["posts_authors"]:
        row["post_id"] = "of nobody"
    for row in data["posts"]:
        row.pop("author_id", None)
    path = made.written(tmp_path, "ghost.json", json.dumps(whole))

    assert any(one.accounts == () for one in posts(Ghost(now=lambda: made.NOW), path))


def test_a_member_of_a_zip_without_a_name_is_left_out(tmp_path):
    path = made.zipped(tmp_path, "r.zip", made.reddit_members())
    before = posts(Reddit(now=lambda: made.NOW), path)
    with zipfile.ZipFile(path, "a") as file:
        nameless = zipfile.ZipInfo("x")
        nameless.filename = ""
        file.writestr(nameless, "words")

    assert before == posts(Reddit(now=lambda: made.NOW), path) != []


@pytest.mark.parametrize("name", ["TTF-8", "utf-\u00e4", "idna"])
def test_an_export_in_an_encoding_that_is_none_is_refused(tmp_path, name):
    text = made.wxr_text()
    text = f'<?xml version="1.0" encoding="{name}"?>' + text[text.index("<rss") :]
    with pytest.raises(EarnedError):
        posts(Wxr(now=lambda: made.NOW), made.written(tmp_path, "w.xml", text))


@pytest.mark.parametrize("charset", ["utf\0-8", "no-such-thing", "\ud800".encode("utf-8", "replace").decode()])
def test_a_message_in_an_encoding_that_is_none_is_read(tmp_path, charset):
    head = "From: a@a.example\nDate: Fri, 01 Mar 2024 10:00:00 +0000\nMessage-ID: <1@a.example>\nSubject: s\nList-Id: <l.example>\n"
    text = f'{head}Content-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: 8bit\n\nsome words\n'
    (tmp_path / "cur").mkdir()
    made.written(tmp_path, "cur/1", text)

    assert ["some words"] == [one.text for one in posts(Mail(now=lambda: made.NOW), tmp_path)]


def test_bytes_of_a_zip_cut_anywhere_are_an_error_in_words(tmp_path):
    whole = made.zipped(tmp_path, "r.zip", made.reddit_members()).read_bytes()
    for length in range(8, len(whole) - 1, 41):
        path = made.written(tmp_path, "cut.zip", whole[:length])
        with pytest.raises(Malformed, match=r"cut\.zip"):
            posts(Reddit(now=lambda: made.NOW), path)


@pytest.mark.parametrize("entry", ["7", "null", '"words"', '{"account": 7}', '{"account": null}', "[]"])
def test_an_account_or_a_note_of_x_that_is_none_is_passed_over(tmp_path, entry):
    members = made.x_members()
    count = len(posts(X(now=lambda: made.NOW), made.zipped(tmp_path, "sound.zip", members)))
    for name in members:
        if "account" in name or "note" in name:
            part = "account" if "account" in name else "note_tweet"
            members[name] = f"window.YTD.{part}.part0 = [{entry}]"
    bent = made.zipped(tmp_path, "bent.zip", members)

    assert count == len(posts(X(now=lambda: made.NOW), bent)) > 0


@pytest.mark.parametrize("opening", ["<![foo[ ", "<![if !x]>", "<![CDATA[", "<!ELEMENT", "<?", "</", "<!-- ", "<a b='"])
def test_markup_that_opens_and_never_closes_is_passed_over_in_linear_time(opening):
    began = time.monotonic()
    read = plain(f"before <b>words</b> {opening * 40_000}")
    marked(f"<a rel=me href='https://a.example/'>a</a>{opening * 40_000}")

    assert read.text.startswith("before words")
    assert time.monotonic() - began < 20.0  # it took minutes, or ended in an assertion


def test_what_follows_a_comment_or_an_unknown_declaration_is_read():
    assert "a b c d" == plain("a <!-- x > y -->b <![if !supportLists]>c <![endif]>d<!-- and no end").text
    assert "1 < 2" == plain("1 < 2").text


def test_a_feed_whose_encoding_is_no_text_is_refused_in_words(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(
        b'<?xml version="1.0" encoding="\xff\xffutf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>'
    )

    with pytest.raises(Malformed, match="stumbles over"):
        Feed(now=lambda: made.NOW).recognise(str(path), net=None)


@pytest.mark.parametrize("text", ["RT @: words", "RT @ : words", "RT @", "RT @\u00a0"])
def test_a_repost_on_x_that_names_nobody_is_read(tmp_path, text):
    members = made.x_members()
    row = {"tweet": {"id_str": "77", "created_at": "Fri Mar 01 10:00:00 +0000 2024", "full_text": text}}
    members[next(name for name in members if name.endswith("tweets.js"))] = (
        f"window.YTD.tweets.part0 = {json.dumps([row])}"
    )

    assert ["x:77"] == [
        one.id for one in posts(X(now=lambda: made.NOW), made.zipped(tmp_path, "x.zip", members)) if "77" in one.id
    ]


def test_a_member_of_a_zip_whose_own_header_names_it_in_no_encoding_is_refused_in_words(tmp_path):
    path = made.zipped(tmp_path, "r.zip", made.reddit_members())
    whole = bytearray(path.read_bytes())
    whole[7] |= 0x08  # the first member's own header says that its name is UTF-8
    whole[30] = 0xC3
    whole[31] = 0x28
    path.write_bytes(whole)

    with pytest.raises(Malformed, match="cannot be unpacked"):
        posts(Reddit(now=lambda: made.NOW), path)
