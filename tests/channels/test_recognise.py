"""`recognise`: by content, never by name; and clear words when nobody claims what was given."""

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from channels.test_feed import item, rss
from data.proposals.recorded import open_recorded
from earned.channels import channel, recognise
from earned.channels.base import Answer
from earned.errors import InputError

POST = b'{"id":"a","text":"hello","author":"Ada Q."}\n'


@pytest.mark.parametrize(
    ("content", "reader", "what"),
    [
        (POST, "records", "posts in JSON Lines"),
        (gzip.compress(POST, mtime=0), "records", "posts in JSON Lines, compressed"),
        (b"id,text\na,hello\n", "records", "posts in CSV"),
        (rss(item(1)), "feed", "RSS feed with 1 entry"),
        (
            b'<opml version="2.0"><body><outline xmlUrl="https://a.example/f"/></body></opml>',
            "feed",
            "OPML list of 1 feeds",
        ),
    ],
)
def test_a_file_is_recognised_by_its_content(tmp_path, content, reader, what):
    path = tmp_path / "misleading.pdf"
    path.write_bytes(content)
    source = recognise(str(path), net=None)

    assert (reader, what, str(path)) == (source.channel, source.what, source.address)


def zipped():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("posts.jsonl", POST)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(), "a zip file, in which nothing that Earned reads was found"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x7fELF\0\0\0", "a binary file of an unknown kind"),
        (b"", "the file is empty"),
        (b"[\n{}]", "one JSON list. Write one object a line"),
        (b"Dear Ada,\nhow are you?\n", "a text in which no posts were found"),
    ],
)
def test_what_nobody_reads_is_refused_with_what_was_looked_for(tmp_path, content, words):
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        recognise(str(path), net=None)

    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_folders_say_what_is_missing(tmp_path):
    with pytest.raises(InputError, match="a folder without git and with no file of posts"):
        recognise(str(tmp_path), net=None)
    with pytest.raises(InputError, match="no such file or folder"):
        recognise(str(tmp_path / "none"), net=None)
    with pytest.raises(InputError, match=r"write https://a\.example/feed"):
        recognise("a.example/feed", net=None)


def test_a_clone_is_recognised_before_the_files_in_it(tmp_path):
    _, address, _ = open_recorded(tmp_path)

    assert (
        recognise(address, net=None).channel, recognise(address, net=None).what,
    ) == ("proposals", "3 PEPs in a git clone")  # fmt: skip


def test_a_web_page_without_a_feed_is_refused(server, net):
    server.pages["/"] = b"<!doctype html><p>hello</p>"
    with pytest.raises(InputError, match="not a feed, and the page names none"):
        recognise(server.address + "/", net=net)


DATA = Path(os.environ.get("EARNED_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.corpus
@pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared corpora are not there: {DATA}")
@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("peps_first_version", 736), ("peps_current", 736), ("ethereum-eips_first_version", 949), ("18f-blog", 509),
        ("go-blog", 274), ("read-rust_posts", 2_136), ("this-week-in-rust_shares", 74_531),
        ("cypherpunks_1994", 14_975), ("semeval2017t8_twitter", 5_568), ("seqhawkes_pheme_tweets", 3_976),
        ("ftd_genres_english", 1_686), ("ubuntu-irc_test", 15_000),
    ],
)  # fmt: skip
def test_a_real_corpus_is_read_whole(file, count):
    source = recognise(str(DATA / f"{file}.jsonl.gz"), net=None)
    pages = list(channel(source.channel).read(source.address, None, net=None))

    assert count == sum(len(page.posts) for page in pages)
    assert not any(page.rejected for page in pages)


def test_recognising_loads_nothing_that_only_other_channels_need(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_bytes(POST)
    recognise(str(path), net=None)

    assert "pyspark" not in sys.modules


@pytest.mark.parametrize(("address", "words"), [
    ("https://www.linkedin.com/in/ada", "Get a copy of your data"), ("https://x.com/ada/status/1", "Download an archive"),
    ("https://mobile.twitter.com/ada", "Download an archive"), ("https://www.facebook.com/ada", "Answers that you copy"),
])  # fmt: skip
def test_a_site_that_is_left_alone_is_never_asked_and_says_what_to_do(address, words):
    with pytest.raises(InputError, match=words):
        recognise(address, net=None)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "no address, file or folder was given"),
        ("linkedin.com/in/ada", "LinkedIn is not read from the web"),
        ("x.com/ada", "X is not read from the web"),
        ("https://medium.com/@ada/a-story", "Give its feed: https://medium.com/feed/@ada"),
        ("https://www.youtube.com/@ada", "Google Takeout"),
        ("ftp://a.example/x", "addresses that begin with ftp:// are not read"),
        ("#sre", "https://HOST/tags/sre"),
        ("ada.bsky.social", "https://bsky.app/profile/ada.bsky.social"),
        ("a.example/feed.xml", "write https://a.example/feed.xml"),
        ("imap://mail.example", "imap://USER@HOST/Folder"),
    ],
)
def test_what_newcomers_write_is_answered_with_what_they_may_have_meant(given, words):
    with pytest.raises(InputError) as caught:
        recognise(given, net=None)

    assert words in str(caught.value)


def test_a_page_of_a_forge_that_is_no_feed_is_to_be_cloned():
    class Page:
        def get(self, url, *, headers=None, most=0):
            return Answer(200, url, {}, b"<html><title>peps</title></html>")

    with pytest.raises(InputError, match=r"git clone https://github\.com/ada/peps"):
        recognise("https://github.com/ada/peps", net=Page())


def test_a_program_that_reads_exports_is_no_export(tmp_path):
    (tmp_path / "wxr.py").write_text('"""Reads http://wordpress.org/export/1.2/ and <rss>."""\n', encoding="utf-8")

    with pytest.raises(InputError, match="no file of posts"):
        recognise(str(tmp_path), net=None)


def test_an_archive_says_at_once_which_rows_are_left_out(tmp_path):
    path = zip_of(tmp_path, {"Shares.csv": (
        "Date,ShareLink,ShareCommentary,Visibility\n"
        "2024-01-02 10:00:00,https://www.linkedin.com/feed/update/urn:li:share:1,Hello,PUBLIC\n"
        "2024-01-03 10:00:00,https://www.linkedin.com/feed/update/urn:li:share:2,Psst,CONNECTIONS\n"
    )})  # fmt: skip
    source = recognise(str(path), net=None)

    assert ("Shares.csv: 1 post, 2024-01-02.",) == source.reads
    assert ("Of the rows, left out or repaired: not public (1).",) == source.leaves


def zip_of(folder, members):
    with zipfile.ZipFile(folder / "l.zip", "w") as packed:
        for name, body in members.items():
            packed.writestr(name, body)
    return folder / "l.zip"
