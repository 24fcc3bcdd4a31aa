"""Archives of members: what each row becomes, what is never opened, and files made to do harm."""

import importlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile

import pytest

from data import made
from earned.channels import CHANNELS, channel, recognise
from earned.channels.archives.answers import PastedAnswers
from earned.channels.archives.channel import Archive
from earned.channels.archives.linkedin import LinkedIn
from earned.channels.archives.mastodon import MastodonArchive
from earned.channels.archives.opened import open_given
from earned.channels.archives.x import X
from earned.errors import ChannelError, InputError, Malformed, TooLarge

ARCHIVES = [name for name in CHANNELS if isinstance(channel(name), Archive)]


def read(known, address):
    """Posts and links by id, and the pages."""
    pages = list(known.read(str(address), None, net=None))
    posts = {post.id: post for page in pages for post in page.posts}
    links = {(one.from_post, one.kind, one.target) for page in pages for one in page.links}
    return posts, links, pages


def recorded(name, folder):
    known, address, _ = importlib.import_module(f"data.{name}.recorded").open_recorded(folder)
    return known, address


@pytest.fixture(params=ARCHIVES)
def archive(request, tmp_path):
    return recorded(request.param, tmp_path)


def test_nothing_secret_leaves_an_archive(archive):
    known, address = archive
    pages = list(known.read(address, None, net=None))

    assert "secret" not in repr(pages).lower()
    assert "1.2.3.4" not in repr(pages)


def test_an_archive_says_what_was_found_left_and_missing(archive):
    known, address = archive
    found = known.open(address)

    assert found.rows == sum(len(page.posts) for page in known.read(address, None, net=None))
    assert all(one.since for one in found.found)
    assert found.missing


def test_recognition_is_by_content(archive, tmp_path):
    known, address = archive
    odd = tmp_path / "renamed.bin"
    os.rename(address, odd)

    assert known.name == recognise(str(odd), net=None).channel


def test_a_folder_is_read_like_the_zip_it_came_from(tmp_path):
    packed = made.zipped(tmp_path, "x.zip", made.x_members())
    inside = tmp_path / "somewhere" / "deeper"
    zipfile.ZipFile(packed).extractall(inside)
    known = X(now=lambda: made.NOW)

    assert read(known, packed)[0] == read(known, tmp_path / "somewhere")[0]
    assert "x" == recognise(str(tmp_path / "somewhere"), net=None).channel


def test_posts_of_x_have_their_whole_texts_links_and_counts(tmp_path):
    posts, links, pages = read(*recorded("x", tmp_path))

    assert (
        "Alerts should wake nobody twice & never at three https://ada.example/alerts?utm_source=x"
        == posts["x:101"].text
    )
    assert ("x:101", "url", "https://ada.example/alerts") in links
    assert ("x:101", "mention", "x:77") in links
    assert ("x:102", "reply", "x:55") in links
    assert ("x:105", "quote", "x:42") in links
    assert ("x:103", "repost", "x:@bo") in links
    assert "" == posts["x:103"].text
    assert 300 < len(posts["x:104"].text)
    assert ["Ada Q."] == [account.name for page in pages for account in page.accounts]
    assert 3.0 == next(one.value for page in pages for one in page.snapshots if one.name == "likes")
    assert ["time: time not understood"] == [one.reason for page in pages for one in page.rejected]


def test_linkedin_tables_are_repaired(tmp_path):
    posts, links, pages = read(*recorded("linkedin", tmp_path))
    first = posts["linkedin:urn:li:share:1"]

    assert 'First line\n\nSecond, with "doubled" quotes' == first.text
    assert "Northwind" == first.organization
    assert (first.id, "url", "https://ada.example/a") in links
    assert 'He said "no", I say yes' in {post.text for post in posts.values()}
    assert "linkedin:urn:li:share:2" not in posts
    assert {"not public": 1} == dict(pages[0].ignored)
    assert ("linkedin:repost:urn:li:share:9", "repost", "linkedin:urn:li:share:9") in links


def test_answers_that_a_person_copied_answer_the_post_of_the_export(tmp_path):
    posts, links, _ = read(*recorded("answers", tmp_path))
    bo, cy, di = sorted(posts.values(), key=lambda post: post.claimed_at)
    own = read(*recorded("linkedin", tmp_path))[0]

    assert ["linkedin:bo-r.", "linkedin:cy", "x:di-d."] == [one.accounts[0] for one in (bo, cy, di)]
    assert ("I page nobody at three,\n\nsee https://bo.example/a", "minute") == (bo.text, bo.time_precision)
    assert ("2024-01-07", "day") == (f"{di.claimed_at:%Y-%m-%d}", di.time_precision)
    assert {"via": "person"} == bo.labels
    assert (bo.id, "reply", "linkedin:urn:li:share:1") in links
    assert bo.thread in own
    assert (di.id, "reply", "x:101") in links
    assert (bo.id, "url", "https://bo.example/a") in links


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Bo, 3w\nSoon", "weeks and months are too vague a time: write the date"),
        ("Bo, 2d\nSoon", 'an age, and not when it was copied: write "Answers to ADDRESS, copied 2024-03-05"'),
        ("Bo, 2024-02-31\nSoon", "time: not in the calendar"),
        ("Bo, 2024-02-03\n", "an answer without words"),
        ("Soon", "a text that nobody said: write NAME, DATE on the line before it"),
    ],
)
def test_an_answer_that_cannot_be_kept_says_what_to_write(tmp_path, text, reason):
    told = "Answers to https://a.example/1" + (", copied 2024-01-09" if "3w" in text else "")
    path = made.written(tmp_path, "a.txt", f"{told}\n{text}\n\nCy, 2024-01-02\nYes\n")
    posts, _, pages = read(PastedAnswers(now=lambda: made.NOW), path)

    assert ["Yes"] == [post.text for post in posts.values()]
    assert [reason] == [one.reason for page in pages for one in page.rejected]


def test_an_answer_to_what_is_no_address_is_kept_under_the_words_themselves(tmp_path):
    path = made.written(tmp_path, "a.txt", "Answers to http://[x/1\n\nCy, 2024-01-02\nYes\n")

    assert ["answers"] == [post.channel for post in read(PastedAnswers(now=lambda: made.NOW), path)[0].values()]


def test_a_longer_file_of_answers_adds_what_is_new(tmp_path):
    known = PastedAnswers(now=lambda: made.NOW)
    path = made.written(tmp_path, "a.txt", made.answers_text())
    before, _, pages = read(known, path)
    path.write_text(made.answers_text() + "\nEve, 2024-02-01\nMe too\n", encoding="utf-8-sig")
    after = [post for page in known.read(str(path), pages[-1].cursor, net=None) for post in page.posts]

    assert {"Me too"} == {post.text for post in after} - {post.text for post in before.values()}
    assert set(before) <= {post.id for post in after}


def test_columns_may_stand_anywhere_under_any_name_of_file(tmp_path):
    text = (
        "Visibility,Extra,ShareCommentary,Date,ShareLink\r\nMEMBER_NETWORK,x,Hello,2024-01-02 10:00:00," + made.share(4)
    )
    path = made.zipped(tmp_path, "z.zip", {"sub/renamed.txt": b"\xef\xbb\xbf" + text.encode(), "empty.csv": b""})

    assert ["Hello"] == [post.text for post in read(LinkedIn(), path)[0].values()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_texts_in_other_encodings_are_read(tmp_path, encoding):
    text = made.sheet(
        ["Date", "ShareLink", "ShareCommentary"],
        *(["2024-01-02 10:00:00", made.share(at), "Größe über alles, schöne Grüße für Zoë"] for at in range(9)),
    )
    path = made.zipped(tmp_path, "z.zip", {"Shares.csv": text.encode(encoding)})

    assert {"Größe über alles, schöne Grüße für Zoë"} == {post.text for post in read(LinkedIn(), path)[0].values()}


def test_only_public_posts_of_a_mastodon_archive_are_kept(tmp_path):
    posts, links, pages = read(*recorded("mastodon-archive", tmp_path))
    second = "mastodon:https://a.example/users/ada/statuses/2"

    assert 3 == len(posts)
    assert {"not public": 3} == dict(pages[0].ignored)
    assert (second, "reply", "mastodon:https://b.example/users/bo/statuses/7") in links
    assert "repost" in {kind for _, kind, _ in links}


def test_a_car_file_is_walked_to_posts_replies_quotes_and_reposts(tmp_path):
    posts, links, pages = read(*recorded("bluesky-car", tmp_path))
    base = f"bluesky:at://{made.DID}/app.bsky.feed."

    assert {base + "post/3a", base + "post/3b", base + "post/3c", base + "repost/3e"} == set(posts)
    assert (base + "post/3a", "url", "https://ada.example/a") in links
    assert (base + "post/3b", "reply", "bluesky:at://did:plc:bo/app.bsky.feed.post/1") in links
    assert {"reply", "quote", "repost", "url"} == {kind for _, kind, _ in links}
    assert "Ada Q." == pages[0].accounts[0].name
    assert "ada.example" == next(one.evidence for page in pages for one in page.links if one.kind == "url")


def test_opens_are_counted_once_for_each_reader(tmp_path):
    posts, _, pages = read(*recorded("substack", tmp_path))

    assert ["Alerts & sleep"] == [post.title for post in posts.values()]
    assert [("opens", 1, "people")] == [(one.name, one.value, one.unit) for one in pages[0].snapshots]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("medium", {"Nobody should wake twice."}),
        ("reddit", {"Why?\n\nTwice.", "Yes https://ada.example/a"}),
        ("youtube", {"Nobody should wake twice", "Plain"}),
        ("wxr", {"Wake nobody. Bo", "Right!"}),
        ("ghost", {"Wake nobody."}),
    ],
)
def test_published_texts_are_kept(tmp_path, name, texts):
    assert texts == {post.text for post in read(*recorded(name, tmp_path))[0].values()}


def test_replies_point_to_what_they_answer(tmp_path):
    links = set()
    for name in ("reddit", "youtube", "wxr"):
        (tmp_path / name).mkdir()
        links |= read(*recorded(name, tmp_path / name))[1]

    assert {
        ("reddit:t1_c2", "reply", "reddit:t1_c1"),
        ("youtube:k2", "reply", "youtube:k1"),
        ("wordpress:https://ada.example#comment-1", "reply", "wordpress:https://ada.example#post-1"),
    } <= links


def test_two_readers_of_one_archive_are_an_error(tmp_path):
    path = made.zipped(tmp_path, "both.zip", {**made.x_members(), **made.linkedin_members()})

    with pytest.raises(InputError, match=r"X archive .* and LinkedIn export .* at once"):
        recognise(str(path), net=None)


def test_a_foreign_zip_is_nobodys_and_says_so(tmp_path):
    path = made.zipped(tmp_path, "foreign.zip", {"a.txt": "hello"})

    with pytest.raises(InputError, match="a zip file, in which nothing"):
        recognise(str(path), net=None)


def test_an_interrupted_reading_goes_on_and_a_newer_export_adds(tmp_path, monkeypatch):
    monkeypatch.setattr("earned.channels.archives.channel.PAGE", 2)
    known, path = X(now=lambda: made.NOW), tmp_path / "x.zip"
    made.zipped(tmp_path, "x.zip", made.x_members())
    pages = list(known.read(str(path), None, net=None))
    rest = list(known.read(str(path), pages[0].cursor, net=None))

    assert [page.posts for page in pages[1:]] == [page.posts for page in rest]
    more = made.x_members() | {
        "data/tweets-part1.js": "window.YTD.tweets.part1 = " + json.dumps([made.tweet(200, "New", 9)])
    }
    made.zipped(tmp_path, "x.zip", more)
    again = {post.id for page in known.read(str(path), pages[-1].cursor, net=None) for post in page.posts}
    assert "x:200" in again


def test_ids_that_stand_twice_are_kept_once_and_reported(tmp_path):
    rows = "window.YTD.tweets.part0 = " + json.dumps([made.tweet(1, "a"), made.tweet(1, "a")])
    posts, _, pages = read(X(), made.zipped(tmp_path, "x.zip", {"data/tweets.js": rows}))

    assert 1 == len(posts)
    assert "id seen before" == pages[0].rejected[0].reason


# ---- made to do harm ----


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    path = made.zipped(tmp_path, "bomb.zip", {"data/tweets.js": b"window.YTD.tweets.part0 = [" + bytes(50_000_000)})
    tracemalloc.start()
    with pytest.raises(TooLarge, match=r"tweets\.js unpacks to 50,000,027 bytes, more than 200 times"):
        recognise(str(path), net=None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 20_000_000


def test_a_tar_bomb_is_refused(tmp_path):
    path = made.tarred(tmp_path, "bomb.tar.gz", {"outbox.json": bytes(30_000_000)})

    with pytest.raises(TooLarge, match="unpacks to far more"):
        recognise(str(path), net=None)


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("earned.channels.archives.opened.MEMBERS", 3)
    with pytest.raises(TooLarge, match="more than 3"):
        recognise(str(made.zipped(tmp_path, "x.zip", made.x_members())), net=None)


def test_more_bytes_than_the_cap_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("earned.channels.archives.opened.UNPACKED", 1_000)
    with pytest.raises(TooLarge, match="unpacks to more than"):
        recognise(str(made.zipped(tmp_path, "x.zip", made.x_members())), net=None)


@pytest.mark.parametrize("name", ["../../tweets.js", "/etc/tweets.js", "a/../../tweets.js", "C:\\tweets.js"])
def test_names_that_point_outside_are_never_read(tmp_path, name):
    path = made.zipped(tmp_path, "x.zip", {**made.x_members(), name: made.x_members()["data/tweets.js"]})
    found = X(now=lambda: made.NOW).open(str(path))

    assert ["data/tweets.js"] == [one.member for one in found.found]
    assert any("outside" in reason or "path" in reason for _, reason in found.left)


def test_symbolic_links_are_not_followed(tmp_path):
    secret = tmp_path / "outside.js"
    secret.write_text(made.x_members()["data/tweets.js"])
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "tweets.js").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    packed = tmp_path / "links.tar.gz"
    with tarfile.open(packed, "w:gz") as file:
        info = tarfile.TarInfo("tweets.js")
        info.type, info.linkname = tarfile.SYMTYPE, str(secret)
        file.addfile(info)
    zipinfo = zipfile.ZipInfo("tweets.js")
    zipinfo.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "links.zip", "w") as file:
        file.writestr(zipinfo, str(secret))

    for one in (folder, packed, tmp_path / "links.zip"):
        opened = open_given(one)
        assert () == opened.members
        assert any("link" in reason for reason in opened.refused.values())


def test_archives_inside_archives_are_not_opened(tmp_path):
    inner = made.zipped(tmp_path, "inner.zip", made.x_members()).read_bytes()
    path = made.zipped(tmp_path, "outer.zip", {**made.x_members(), "old.zip": inner}, zipfile.ZIP_STORED)

    assert ("old.zip", "an archive inside the archive is not opened") in X(now=lambda: made.NOW).open(str(path)).left


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("make", [made.zipped, made.tarred])
def test_a_cut_archive_is_an_error_that_names_it(tmp_path, make, keep):
    path = make(tmp_path, "cut.bin", made.x_members())
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])

    with pytest.raises((ChannelError, InputError), match=r"cut\.bin"):
        recognise(str(path), net=None)


def test_an_encrypted_zip_says_so(tmp_path):
    path = made.zipped(tmp_path, "x.zip", {"data/tweets.js": "x"}, zipfile.ZIP_STORED)
    body = bytearray(path.read_bytes())
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(body))

    assert {"data/tweets.js": "encrypted"} == open_given(path).refused


@pytest.mark.parametrize("broken", ['[{"tweet": {"id_str": "1", "full_text"', "[" * 100_000, "{}"])
def test_a_broken_list_is_an_error_that_names_its_member(tmp_path, broken):
    path = made.zipped(tmp_path, "x.zip", {"data/tweets.js": "window.YTD.tweets.part0 = " + broken})
    with pytest.raises(Malformed, match=r"tweets\.js"):
        read(X(), path)


def test_entries_that_are_no_posts_are_rejected_with_their_place(tmp_path):
    path = made.zipped(tmp_path, "x.zip", {"data/tweets.js": "window.YTD.tweets.part0 = [1, null, []]"})
    posts, _, pages = read(X(), path)

    assert {} == posts
    assert [f"data/tweets.js entry {at}" for at in (1, 2, 3)] == [one.where for one in pages[0].rejected]


@pytest.mark.parametrize("body", [b"\x00" * 100, b"\x0a\xa1eroots\xf6gversion\x01", made.car(made.car_records())[:400]])
def test_a_broken_car_file_is_an_error(tmp_path, body):
    path = made.written(tmp_path, "x.car", body)

    with pytest.raises((ChannelError, InputError), match=r"x\.car"):
        recognise(str(path), net=None)


def test_xml_entities_in_an_export_are_refused(tmp_path):
    bomb = made.wxr_text().replace("<rss", '<!DOCTYPE r [<!ENTITY a "ha">]><rss', 1)

    with pytest.raises(Malformed, match="not well-formed"):
        recognise(str(made.written(tmp_path, "w.xml", bomb)), net=None)


def test_a_table_with_a_bent_row_keeps_the_others(tmp_path):
    rows = [["2024-01-02 10:00:00", made.share(at), f"line one\nline {at}"] for at in range(5)]
    text = made.sheet(["Date", "ShareLink", "ShareCommentary"], *rows) + "bent,row\r\n"
    posts, _, pages = read(LinkedIn(), made.zipped(tmp_path, "l.zip", {"s.csv": text}))

    assert 5 == len(posts)
    assert "line one\nline 3" in {post.text for post in posts.values()}
    assert ["wrong number of columns"] == [one.reason for one in pages[0].rejected]


@pytest.mark.slow
def test_a_hundred_thousand_posts_fit_in_memory_and_nothing_is_lost(tmp_path):
    rows = io.StringIO()
    rows.write("window.YTD.tweets.part0 = [")
    for at in range(100_000):
        rows.write("," * (at > 0) + json.dumps(made.tweet(at, f"Thought number {at} " * 5, at % 28 + 1)))
    rows.write("]")
    path = made.zipped(tmp_path, "x.zip", {"data/tweets.js": rows.getvalue()})
    del rows
    tracemalloc.start()
    count = sum(len(page.posts) for page in X(now=lambda: made.NOW).read(str(path), None, net=None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 100_000 == count
    assert peak < 400_000_000


COUNTS = """
import sys
from pathlib import Path
from earned.channels.archives.x import X
count = sum(len(page.posts) for page in X().read(sys.argv[1], None, net=None))
print(count, Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.slow
def test_a_million_posts_fit_in_memory(tmp_path):
    """The peak of a process of its own, as the system counts it (measured: 388 MB, 52 s of CPU)."""
    (tmp_path / "data").mkdir()
    with (tmp_path / "data" / "tweets.js").open("w", encoding="utf-8") as file:
        file.write("window.YTD.tweets.part0 = [")
        for at in range(1_000_000):
            file.write("," * (at > 0) + json.dumps(made.tweet(at, f"Thought number {at} of somebody", at % 28 + 1)))
        file.write("]")
    done = subprocess.run(
        [sys.executable, "-c", COUNTS, str(tmp_path)], capture_output=True, text=True, check=False, timeout=600
    )
    assert 0 == done.returncode, done.stderr
    count, kilobytes = map(int, done.stdout.split())

    assert 1_000_000 == count
    assert kilobytes < 800_000


@pytest.mark.django_db
def test_importing_twice_changes_nothing(tmp_path):
    from datetime import timedelta

    from earned.store import open_store

    store = open_store()
    study = store.studies.new("archive")
    known, address = recorded("mastodon-archive", tmp_path)
    source = store.sources.add(study, known.name, address, "Mastodon archive")
    kept = [
        store.posts.keep(source, page, now=made.NOW + timedelta(days=at))
        for at in range(2)
        for page in MastodonArchive(now=lambda: made.NOW).read(address, None, net=None)
    ]

    assert [(3, 0), (0, 3)] == [(one.new, one.same) for one in kept]
    assert 3 == store.posts.count(study)


def test_the_command_line_says_what_an_archive_held(tmp_path):
    from click.testing import CliRunner

    from earned.cli import main

    path = made.zipped(tmp_path, "m.zip", made.mastodon_members())
    done = CliRunner().invoke(main, ["leaders", str(path)])

    assert "found: outbox.json: 3 posts, 2024-02-01 to 2024-02-06." in done.stderr
    assert "left: likes.json: likes, bookmarks" in done.stderr
    assert "missing: What others answered" in done.stderr
    assert "Noted 3: not public." in done.stderr
