"""Proposals in git: each trap of real collections, in a repository built on the spot."""

from datetime import UTC, datetime

import pytest

from data.proposals.recorded import open_recorded
from data.repository import Built, prose
from earned.channels.proposals import Proposals
from earned.channels.proposals.headers import people, read_day, read_header
from earned.errors import ChannelError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def built(tmp_path):
    return Built(tmp_path / "ideas")


def pep(number, body, author="Ada Q.", created="01-Mar-2020", **more):
    head = {"PEP": number, "Title": f"Idea {number}", "Author": author, "Status": "Draft", "Created": created} | more
    return "".join(f"{name}: {value}\n" for name, value in head.items() if value) + f"\n{body}\n"


def eip(number, body, author="Ada Q. (@ada)", created="2020-03-01", **more):
    head = {"eip": number, "title": f"Idea {number}", "author": author, "status": "Draft", "created": created} | more
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in head.items()) + f"---\n\n{body}\n"


def read(built, cursor=None):
    return list(Proposals(now=lambda: NOW).read(str(built.folder), cursor, net=None))


def posts(built):
    return {post.id.removeprefix("proposals:"): post for page in read(built) for post in page.posts}


def test_the_first_version_is_kept_with_todays_status_as_outcome(built):
    built.write("pep-0001.txt", pep(1, prose(1)))
    built.commit("2020-03-05", "Ada")
    built.write("pep-0001.txt", pep(1, prose(1) + "\n\nSee PEP 9, which came later.", Status="Final"))
    built.commit("2024-03-05", "Di")
    (page,) = read(built)
    (post,) = page.posts

    assert (post.labels["status"], post.labels["outcome"], post.version) == ("Draft", "Final", "first")
    assert (datetime(2020, 3, 1, tzinfo=UTC), "day") == (post.claimed_at, post.time_precision)
    assert page.links == ()


def test_a_rename_and_a_mass_move_by_a_merger_change_neither_author_nor_time(built):
    built.write("text/0000-slow-reading.md", eip("<to be assigned>", prose(2), created=""))
    built.commit("2020-02-01", "Ada")
    built.move("text/0000-slow-reading.md", "EIPS/eip-7.md")
    built.commit("2021-01-01", "Di")
    built.write("EIPS/eip-7.md", eip(7, prose(2), created=""))
    built.commit("2021-02-01", "Di")
    (page,) = read(built)

    assert page.posts[0].accounts == ("proposals:@ada",)
    assert [(account.name, account.handle) for account in page.accounts] == [("Ada Q.", "ada")]
    assert (datetime(2020, 2, 1, 12, tzinfo=UTC), "second") == (page.posts[0].claimed_at, page.posts[0].time_precision)
    assert page.posts[0].labels["names"] == ["text/0000-slow-reading.md", "EIPS/eip-7.md"]


def test_a_change_of_format_in_one_commit_is_no_new_document(built):
    built.write("pep-0003.txt", pep(3, prose(3) + "\n" + prose(4, 20)))
    built.commit("2020-03-05", "Ada")
    built.delete("pep-0003.txt")
    built.write(
        "peps/pep-0003.rst", pep(3, prose(3) + "\n\n" + "\n\n".join(prose(n) for n in range(10, 16)), created="")
    )
    built.commit("2023-01-01", "Di")

    assert prose(4, 20) in posts(built)["peps:pep-3"].text


@pytest.mark.parametrize("between", [False, True], ids=["overwritten", "deleted between"])
def test_a_number_used_again_is_two_documents(built, between):
    built.write("pep-0005.txt", pep(5, prose(5), author="Bo B.", created="01-Feb-2010", Title="Gardens"))
    built.commit("2010-02-02", "Bo")
    if between:
        built.delete("pep-0005.txt")
        built.commit("2012-01-01", "Di")
    built.write("pep-0005.txt", pep(5, prose(6), author="Cy C.", created="01-Feb-2014", Title="Harbours"))
    built.commit("2014-02-02", "Cy")
    earlier, later = sorted(posts(built).values(), key=lambda post: post.claimed_at)

    assert earlier.accounts == ("proposals:peps:bo-b",)
    assert (later.id, later.accounts) == ("proposals:peps:pep-5", ("proposals:peps:cy-c",))
    assert earlier.id.startswith("proposals:peps:pep-5~")
    assert later.labels["version_note"] == "number used before"


def test_a_stub_that_reserves_a_number_is_not_the_first_version(built):
    built.write("pep-0006.txt", pep(6, "To be written."))
    built.commit("2020-03-05", "Ada")
    built.write("pep-0006.txt", pep(6, prose(6)))
    built.commit("2020-04-05", "Ada")

    assert prose(6) == posts(built)["peps:pep-6"].text


def test_a_note_that_a_file_was_moved_is_not_its_text(built):
    built.write("EIPS/eip-20.md", eip(20, prose(7)))
    built.commit("2020-03-05", "Ada")
    built.write("EIPS/eip-20.md", "---\neip: 20\nstatus: Moved\n---\n\nThis file was moved elsewhere.\n")
    built.commit("2023-03-05", "Di")
    post = posts(built)["eips:eip-20"]

    assert (prose(7), ("proposals:@ada",)) == (post.text, post.accounts)


def test_nobody_in_the_header_means_the_author_of_the_first_commit(built):
    built.write("pep-0008.txt", pep(8, prose(8), author=""))
    built.commit("2020-03-05", "Cy")
    (page,) = read(built)

    assert [account.name for account in page.accounts] == ["Cy"]
    assert page.ignored["no author in the header, author of the first commit taken"] == 1


@pytest.mark.parametrize("date", ["2020-15-01", "2010-00-00", "2020-19-19", "2136-01-01"])
def test_a_date_that_is_none_gives_way_to_the_commits_and_is_noted(built, date):
    built.write("EIPS/eip-9.md", eip(9, prose(9), created=date))
    built.commit("2020-03-05", "Ada")
    (page,) = read(built)

    assert (datetime(2020, 3, 5, 12, tzinfo=UTC), date) == (
        page.posts[0].claimed_at, page.posts[0].labels["header_date_refused"],
    )  # fmt: skip
    assert page.ignored["date in the header is none, commit date taken"] == 1


def test_links_come_from_the_header_and_the_text_with_their_counts(built):
    body = prose(1) + "\n\nAs EIP-20 and [ERC-20](./eip-20.md) say. https://a.example/x?utm_source=e"
    built.write("EIPS/eip-30.md", eip(30, body, requires="20, 165", replaces=4))
    built.commit("2020-03-05", "Ada")
    (page,) = read(built)

    assert sorted((link.kind, link.target, link.count) for link in page.links) == [
        ("cite", "proposals:eips:eip-20", 3),
        ("requires", "proposals:eips:eip-165", 1),
        ("requires", "proposals:eips:eip-20", 1),
        ("supersedes", "proposals:eips:eip-4", 1),
        ("url", "https://a.example/x", 1),
    ]


def test_what_the_template_says_makes_no_link(built):
    template = "Read PEP 1 first. https://a.example/rules"
    for number in range(1, 13):
        own = " As PEP 2 says." if number == 5 else ""
        built.write(f"pep-{number:04}.txt", pep(number, f"{template}\n\n{prose(number)}{own}"))
    built.commit("2020-03-05", "Ada")
    (page,) = read(built)

    assert [(link.kind, link.target) for link in page.links] == [("cite", "proposals:peps:pep-2")]
    assert {"text"} == {post.labels["template"] for post in page.posts}
    assert template not in page.posts[3].text_unquoted
    assert template in page.posts[3].text


def test_a_numbered_collection_is_known_by_its_heads_and_not_by_its_folder(built):
    for number in (1, 2, 3):
        built.write(
            f"anything/000{number}-idea-{number}.md",
            f"- Feature Name: idea{number}\n- Start Date: 2021-05-0{number}\n- Author: Bo B.\n\n# Idea {number}\n\n"
            f"{prose(number)} See [the first](0001-idea-1.md).\n",
        )
    built.write("blog/2020-01-01-hello.md", "---\ntitle: Hello\n---\nx")
    built.commit("2021-06-01", "Di")
    source = Proposals().recognise(str(built.folder), net=None)
    (page,) = read(built)

    assert source.what == "3 numbered proposals in a git clone"
    assert [p.id.removeprefix("proposals:") for p in page.posts] == ["ideas:idea-1", "ideas:idea-2", "ideas:idea-3"]
    assert page.posts[1].title == "Idea 2"
    assert {
        ("proposals:ideas:idea-2", "proposals:ideas:idea-1"),
        ("proposals:ideas:idea-3", "proposals:ideas:idea-1"),
    } == {(link.from_post, link.target) for link in page.links}


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Ada Q. <ada@a.example>, Bo B. (@bo-b)", [("Ada Q.", "", "unknown"), ("Bo B.", "bo-b", "unknown")]),
        ("ada@a.example (Ada Q.)", [("Ada Q.", "", "unknown")]),
        ("@cy, Di and Eve", [("cy", "cy", "unknown"), ("Di", "", "unknown"), ("Eve", "", "unknown")]),
        ("Ada Q., for the Quill team", [("Ada Q.", "", "unknown"), ("Quill team", "", "group")]),
        ("The Reading Working Group", [("The Reading Working Group", "", "group")]),
        ("Ada Q. <ada at a.example>,\n Ada Q.", [("Ada Q.", "", "unknown")]),
        ("TBD", []),
        ("", []),
    ],
)
def test_bylines_are_read_in_the_ways_they_are_written(byline, expected):
    assert expected == [(one.name, one.handle, one.kind) for one in people(byline)]


@pytest.mark.parametrize(
    "given", ["2020-03-01", "01-Mar-2020", "1 March 2020", "2020/3/1", "Mar 1, 2020", "$Date: 2020/03/01 09:00:00 $"]
)
def test_days_are_read_in_the_ways_they_are_written(given):
    assert datetime(2020, 3, 1, tzinfo=UTC) == read_day(given, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "PEP: 7\nTitle: T\nAuthor: Ada Q.,\n        Bo B.\n\nbody",
        "---\neip: 7\ntitle: 'T'\nauthor:\n  - Ada Q.\n  - Bo B.\n---\nbody",
        "## Preamble\n\n    EIP: 7\n    Title: T\n    Author: Ada Q., Bo B.\n\nbody",
        "- Title: T\n- Author: Ada Q., Bo B.\n\nbody",
        "| Title | T |\n| Author | Ada Q., Bo B. |\n\nbody",
    ],
)
def test_heads_are_read_in_the_ways_collections_write_them(text):
    header = read_header(text)

    assert (header.title, [one.name for one in header.authors()], header.body) == ("T", ["Ada Q.", "Bo B."], "body")


def test_after_a_pull_only_what_came_or_changed_is_told(tmp_path):
    channel, address, _ = open_recorded(tmp_path)
    cursor = [page.cursor for page in channel.read(address, None, net=None)][-1]
    built = Built(tmp_path / "peps")
    built.write("peps/pep-0004.rst", pep(4, prose(4)))
    built.commit("2021-01-01", "Ada")
    pages = list(channel.read(address, cursor, net=None))

    assert [post.id for page in pages for post in page.posts] == ["proposals:peps:pep-4"]
    assert list(channel.read(address, pages[-1].cursor, net=None)) == []


def test_an_interrupted_reading_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("earned.channels.proposals.channel._PAGE", 2)
    channel, address, _ = open_recorded(tmp_path)
    first = next(channel.read(address, None, net=None))

    assert [p.id for page in channel.read(address, first.cursor, net=None) for p in page.posts] == [
        "proposals:peps:pep-3"
    ]


def test_nothing_that_lies_in_the_repository_is_run(built):
    built.write("pep-0001.txt", pep(1, prose(1)))
    built.write(".gitattributes", "*.txt diff=evil filter=evil\n")
    built.commit("2020-03-05", "Ada")
    trap = built.folder / "ran"
    for key in (
        "core.fsmonitor",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.smudge",
        "core.pager",
    ):
        built._git("config", key, f"touch {trap}; cat")
    read(built)

    assert not trap.exists()


def test_a_repository_without_commits_or_proposals_is_said_in_words(built):
    with pytest.raises(ChannelError, match="git says"):
        read(built)
    built.write("README.md", "hello")
    built.commit("2020-03-05")
    with pytest.raises(ChannelError, match="no numbered proposals"):
        read(built)
    assert Proposals().recognise(str(built.folder), net=None) is None
