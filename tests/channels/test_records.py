"""Files of posts: what is read, what is refused and in which words, and how an interrupted import goes on."""

import gzip
import io
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earned.channels.base import PAGE_POSTS
from earned.channels.records import Records, row_of
from earned.channels.records.lines import Lines, open_path
from earned.errors import EarnedError, InputError, Malformed

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def row(number=1, **more):
    said = {
        "id": f"r{number}",
        "channel": "forum",
        "time": "2024-03-01T09:00:00Z",
        "author": {"id": "ada"},
        "text": "hi",
    }
    return said | more


def lines(*rows):
    return b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in rows)


def read(path, cursor=None, **options):
    return list(Records(now=lambda: NOW, **options).read(str(path), cursor, net=None))


@pytest.fixture
def file(tmp_path):
    def write(content, name="posts.jsonl"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def told(pages):
    """(posts, rejected, ignored) of all pages together."""
    ignored = {}
    for page in pages:
        for reason, count in page.ignored.items():
            ignored[reason] = ignored.get(reason, 0) + count
    return [x for page in pages for x in page.posts], [x for page in pages for x in page.rejected], ignored


def test_a_row_becomes_a_post_with_its_account_and_links(file):
    (page,) = read(
        file(
            lines(
                row(
                    author={"id": "ada", "name": "Ada Q.", "organization": "Quill"},
                    organization="Quill",
                    links=[{"kind": "reply", "target": "r0"}, {"kind": "mention", "target": "bo"}],
                )
            )
        )
    )

    assert (page.posts[0].id, page.posts[0].channel, page.posts[0].accounts) == ("r1", "forum", ("forum:ada",))
    assert datetime(2024, 3, 1, 9, tzinfo=UTC) == page.posts[0].claimed_at
    assert (page.accounts[0].name, page.accounts[0].organization) == ("Ada Q.", "Quill")
    assert [(link.kind, link.target) for link in page.links] == [("reply", "r0"), ("mention", "forum:bo")]


@pytest.mark.parametrize(
    ("author", "labels", "kind"),
    [
        ({"id": "a", "group": True}, {}, "group"),
        ({"id": "a", "bot": True}, {}, "bot"),
        ({"id": "a"}, {"anonymous": "remailer"}, "anonymous"),
        ({"id": "a"}, {"anonymous": "pseudonym"}, "unknown"),
        ({"id": "a", "kind": "person"}, {}, "person"),
    ],
)
def test_who_stands_behind_an_account_is_read_from_the_row(file, author, labels, kind):
    (page,) = read(file(lines(row(author=author, labels=labels))))

    assert kind == page.accounts[0].kind


def test_an_account_stays_anonymous_after_one_remailed_post(file):
    (page,) = read(file(lines(row(1, labels={"anonymous": "remailer"}), row(2))))

    assert [account.kind for account in page.accounts] == ["anonymous"]


def test_what_a_row_of_several_authors_says_of_one_holds_for_their_later_rows(file):
    both = [{"id": "ada", "bot": True}, {"id": "bo"}]
    (page,) = read(file(lines(row(1), row(2, author=None, authors=both), row(3))))

    assert {"forum:ada": "bot", "forum:bo": "unknown"} == {one.id: one.kind for one in page.accounts}


def test_nobody_known_means_no_account_and_unknown_columns_are_labels(file):
    (page,) = read(file(lines(row(author=None, mood="calm"))))

    assert page.posts[0].accounts == ()
    assert page.posts[0].labels == {"mood": "calm"}


@pytest.mark.parametrize(
    ("given", "time", "precision"),
    [
        ("2024-03-01T09:30:00Z", datetime(2024, 3, 1, 9, 30, tzinfo=UTC), "second"),
        ("2024-03-01T09:30:00+02:00", datetime(2024, 3, 1, 7, 30, tzinfo=UTC), "second"),
        ("2024-03-01 09:30:15.250Z", datetime(2024, 3, 1, 9, 30, 15, 250000, tzinfo=UTC), "second"),
        ("2024-03-01T09:30Z", datetime(2024, 3, 1, 9, 30, tzinfo=UTC), "minute"),
        ("2024-03-01", datetime(2024, 3, 1, tzinfo=UTC), "day"),
        (1709285400, datetime(2024, 3, 1, 9, 30, tzinfo=UTC), "second"),
        ("1709285400", datetime(2024, 3, 1, 9, 30, tzinfo=UTC), "second"),
        (1709285400000, datetime(2024, 3, 1, 9, 30, tzinfo=UTC), "second"),
        ("Fri, 01 Mar 2024 09:30:00 +0000", datetime(2024, 3, 1, 9, 30, tzinfo=UTC), "second"),
    ],
)
def test_times_are_read_in_the_ways_they_are_written(file, given, time, precision):
    (page,) = read(file(lines(row(time=given))))

    assert (time, precision) == (page.posts[0].claimed_at, page.posts[0].time_precision)


def test_a_time_without_zone_is_taken_as_utc_and_counted(file):
    posts, _, ignored = told(read(file(lines(row(time="2024-03-01T09:00:00")))))

    assert posts[0].claimed_at.hour == 9
    assert ignored == {"time without zone, taken as UTC": 1}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(3, time="2024-15-01T00:00:00Z"), "time: not in the calendar"),
        (row(3, time="2024-02-30"), "time: not in the calendar"),
        (row(3, time="2024-19-19"), "time: not in the calendar"),
        (row(3, time="2136-01-01T00:00:00Z"), "time: in the future"),
        (row(3, time="2026-01-04T00:00:00Z"), "time: in the future"),
        (row(3, time="1969-12-31T23:59:59Z"), "time: before 1970"),
        (row(3, time="03/04/2024"), "time: day and month cannot be told apart"),
        (row(3, time="last week"), "time: time not understood"),
        (row(3, time=1e300), "time: time not understood"),
        (row(3, time=True), "time not understood"),
        (row(3, id=None), "no id"),
        (row(3, id=["x"]), "id is no text"),
        (row(3, text=None), "no text"),
        (row(3, text={"a": 1}), "text is no text"),
        (row(3, author=3), "author is neither object nor name"),
        (row(3, author={}), "author without id and name"),
        (row(3, author={"id": "a", "group": "perhaps"}), "author not understood"),
        (row(3, links=3), "links are no list"),
        (row(3, labels=[1]), "labels are no object"),
        (row(3, time_precision="century"), "time precision unknown"),
        (b'["a list"]\n', "not an object"),
        (b'{"id": "x", \n', "broken JSON"),
        (b'{"id": NaN, "text": "x"}\n', "broken JSON"),
        (b"[" * 100_000 + b"\n", "broken JSON"),
    ],
)
def test_a_row_that_cannot_be_believed_is_refused_with_its_line_and_reason(file, bad, reason):
    posts, rejected, _ = told(read(file(lines(row(1), row(2), bad, row(4)))))

    assert [post.id for post in posts] == ["r1", "r2", "r4"]
    assert [("line 3", reason)] == [(one.where, one.reason) for one in rejected]
    assert all(len(one.detail) <= 80 for one in rejected)


def test_an_id_seen_before_is_refused_and_the_first_kept(file):
    posts, rejected, _ = told(read(file(lines(row(1, text="first"), row(2), row(1, text="again")))))

    assert [post.text for post in posts] == ["first", "hi"]
    assert [(x.where, x.reason, x.detail) for x in rejected] == [("line 3", "id seen before", "r1 at line 1")]


def test_an_id_seen_on_an_earlier_page_is_refused_too(file):
    many = [row(number) for number in range(PAGE_POSTS + 10)]
    _, rejected, _ = told(read(file(lines(*many, row(3)))))

    assert [one.detail for one in rejected] == ["r3 at line 4"]


def test_a_post_of_ten_megabytes_is_kept_up_to_a_million_characters(file):
    posts, _, ignored = told(read(file(lines(row(text="x" * 10_000_000)))))

    assert len(posts[0].text) == 1_000_000
    assert ignored == {"text cut at 1,000,000 characters": 1}


def test_invalid_characters_are_replaced_and_counted(file):
    content = b'{"id":"a","text":"caf\xe9 \\u0000x"}\n{"id":"b","text":"half \\ud83d"}\n{"id":"c","text":"a\x00b"}\n'
    posts, rejected, ignored = told(read(file(content)))

    assert rejected == []
    assert [post.text for post in posts] == ["caf\ufffd x", "half \ufffd", "ab"]
    assert {"invalid UTF-8 replaced", "NUL bytes dropped"} <= ignored.keys()


def test_html_stays_plain_text(file):
    posts, _, _ = told(read(file(lines(row(text="<script>alert(1)</script>")))))

    assert posts[0].text == "<script>alert(1)</script>"


def test_a_reply_older_than_its_parent_is_kept(file):
    late, early = row(1), row(2, time="2020-01-01T00:00:00Z", links=[{"kind": "reply", "target": "r1"}])

    assert len(told(read(file(lines(late, early))))[0]) == 2


def test_truncated_gzip_keeps_what_came_before_and_says_where_it_ends(file):
    many = lines(*[row(number, text=f"{number * 7919} said") for number in range(20_000)])
    whole = gzip.compress(many)
    path = file(whole[: len(whole) // 2], "posts.jsonl.gz")
    pages = []
    with pytest.raises(Malformed, match=r"ends in the middle after line \d+; everything before is kept") as caught:
        pages.extend(Records(now=lambda: NOW).read(str(path), None, net=None))
    before = len(told(pages)[0])
    path.write_bytes(whole)
    after = read(path, pages[-1].cursor)

    assert caught.value.permanent
    assert 0 < before < 20_000
    assert before + len(told(after)[0]) == 20_000
    assert told(after)[1] == []


def test_an_interrupted_import_resumes_where_it_stopped(file):
    path = file(lines(*[row(number) for number in range(PAGE_POSTS * 2 + 100)]))
    first = next(iter(Records(now=lambda: NOW).read(str(path), None, net=None)))
    rest = read(path, first.cursor)

    assert [len(page.posts) for page in rest] == [PAGE_POSTS, 100]
    assert f"r{PAGE_POSTS}" == rest[0].posts[0].id


def test_a_grown_file_adds_only_what_is_new(file):
    path = file(lines(row(1), row(2)))
    cursor = read(path)[-1].cursor
    path.write_bytes(lines(row(1), row(2), row(3), row(2)))
    posts, rejected, _ = told(read(path, cursor))

    assert [post.id for post in posts] == ["r3"]
    assert [one.detail for one in rejected] == ["r2 at line 2"]


def test_a_last_line_still_being_written_is_read_when_it_is_whole(file):
    path = file(lines(row(1)) + lines(row(2))[:30])
    pages = read(path)
    path.write_bytes(lines(row(1), row(2)))

    assert [one.reason for one in told(pages)[1]] == ["broken JSON"]
    assert [post.id for post in told(read(path, pages[-1].cursor))[0]] == ["r2"]


def test_a_file_that_was_rewritten_is_read_from_its_beginning(file):
    path = file(lines(row(1), row(2)))
    cursor = read(path)[-1].cursor
    path.write_bytes(lines(row(5), row(6), row(7)))

    assert [post.id for post in told(read(path, cursor))[0]] == ["r5", "r6", "r7"]


def test_csv_is_read_by_its_headers_whatever_their_order_and_names(file):
    path = file(
        "\ufeffBody;Date;Link;User;Guid;Mood\r\n"
        '"two\r\nlines; and ""quotes""";2024-03-01;https://a.example/1;Ada Q.;g1;calm\r\n'
    )
    (page,) = read(path)

    assert (
        page.posts[0].id, page.posts[0].text, page.posts[0].url,
    ) == ("g1", 'two\nlines; and "quotes"', "https://a.example/1")  # fmt: skip
    assert page.posts[0].labels == {"Mood": "calm"}
    assert [(account.id, account.name) for account in page.accounts] == [("records:ada-q", "Ada Q.")]


def test_a_persons_own_mapping_comes_first(file):
    path = file("when,words,id,no\n2024-03-01,hello,z,9\n", "x.csv")
    (page,) = read(path, columns={"id": "no", "text": "words", "time": "when"})

    assert [(post.id, post.text, post.time_precision) for post in page.posts] == [("9", "hello", "day")]
    assert page.posts[0].labels == {"id": "z"}


def test_a_mapping_to_a_column_that_is_not_there_says_what_is(file):
    with pytest.raises(Malformed, match=r'no column "when"\. It has: id, text'):
        read(file("id,text\n1,x\n"), columns={"time": "when"})
    with pytest.raises(InputError, match="no such field"):
        Records(columns={"colour": "x"})


def test_csv_without_ids_says_how_to_name_them(file):
    with pytest.raises(Malformed, match="no column holds ids") as caught:
        read(file("text,link\nx,https://a.example\n"))

    assert (
        "It has: text, link. Name one that is different in each row, for example --columns id=link."
        in caught.value.told
    )


def dated(*dates):
    return "id,text,date\n" + "".join(f"{number},x,{date}\n" for number, date in enumerate(dates))


@pytest.mark.parametrize(
    ("dates", "months", "refused"),
    [
        (("03/04/2024", "25/04/2024"), [4, 4], 0),
        (("03/04/2024", "04/25/2024"), [3, 4], 0),
        (("03/04/2024", "25/04/2024", "26/04/2024", "04/27/2024"), [4, 4, 4], 1),
    ],
)
def test_day_and_month_are_told_apart_by_the_whole_column(file, dates, months, refused):
    posts, rejected, _ = told(read(file(dated(*dates))))

    assert months == [post.claimed_at.month for post in posts]
    assert ["time: day and month contradict the other rows"] * refused == [one.reason for one in rejected]


def test_dates_that_nothing_decides_are_refused_with_a_way_out(file):
    path = file(dated("03/04/2024", "05/06/2024"))
    with pytest.raises(Malformed, match=r"--columns time=date:dmy or --columns time=date:mdy"):
        read(path)

    assert [post.claimed_at.month for post in read(path, columns={"time": "date:dmy"})[0].posts] == [4, 6]


def test_csv_rows_of_another_width_are_refused_and_an_import_resumes(file):
    path = file("id,text\n" + "".join(f"{n},x\n" for n in range(PAGE_POSTS)) + "a,b,c\nlast,x\n")
    pages = read(path)
    rest = read(path, pages[0].cursor)

    assert [(f"line {PAGE_POSTS + 2}", "wrong number of fields")] == [(x.where, x.reason) for x in told(pages)[1]]
    assert [post.id for post in told(rest)[0]] == ["last"]


def test_parquet_is_read_and_resumed_by_rows(file, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet as pq

    rows = [row(n, links=[{"kind": "reply", "target": "r0"}]) for n in range(PAGE_POSTS + 5)]
    rows[3] = row(3, time="2024-99-01")
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    pages = read(path)

    assert len(told(pages)[0]) == PAGE_POSTS + 4
    assert [one.where for one in told(pages)[1]] == ["row 4"]
    assert len(told(read(path, pages[0].cursor))[0]) == 5
    assert read(path, pages[-1].cursor) == []
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Malformed, match="not a whole Parquet file"):
        read(path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("content", [lines(row(1), row(2)), b"id,text\na,x\nb,y\n"])
def test_standard_input_is_read_like_a_file(pack, content):
    made = Records(now=lambda: NOW, stdin=io.BytesIO(pack(content)))
    source = made.recognise("-", net=None)
    pages = list(made.read("-", None, net=None))
    again = Records(now=lambda: NOW, stdin=io.BytesIO(pack(content)))

    assert source.address == "-"
    assert len(told(pages)[0]) == 2
    assert told(list(again.read("-", pages[-1].cursor, net=None)))[0] == []


def test_a_folder_of_files_is_one_source_and_an_unreadable_file_stops_no_other(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(lines(row(1)))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines(*[row(n) for n in range(50)]))[:-12])
    (tmp_path / "c.csv").write_text("id,text\nz,x\n")
    (tmp_path / "notes.txt").write_text("nothing here")
    source = Records().recognise(str(tmp_path), net=None)
    pages = read(tmp_path)

    assert source.what == "folder with 3 files of posts"
    assert source.leaves == ("notes.txt: no posts found in it.",)
    assert {"r1", "z"} <= {post.id for post in told(pages)[0]}
    assert [one.where for one in told(pages)[1] if one.where.startswith("file")] == ["file b.jsonl.gz"]
    assert told(read(tmp_path, pages[-1].cursor))[0] == []


def test_progress_is_told_in_stored_bytes(file):
    path = file(gzip.compress(lines(*[row(number) for number in range(100)])), "x.gz")
    (page,) = read(path)

    assert path.stat().st_size == page.done == page.total


def test_a_page_also_ends_when_its_texts_are_long(file, monkeypatch):
    monkeypatch.setattr("earned.channels.records.shapes.BATCH_BYTES", 1_000_000)
    pages = read(file(lines(*[row(number, text="x" * 400_000) for number in range(20)])))

    assert len(pages) > 3
    assert len(told(pages)[0]) == 20


def test_lines_read_by_the_run_and_one_by_one_are_the_same_lines(file):
    opened = [Lines(open_path(file(b"a\nbb\n\nccc\n" * 200_000 + b"last"))) for _ in range(2)]
    one_by_one, mixed = list(opened[0]), []
    mixed += [next(opened[1]) for _ in range(7)]
    while run := opened[1].run(100_000):
        assert len(run) <= 100_000
        mixed += run

    assert mixed == one_by_one
    assert [(one.number, one.crc, one.unfinished, one.before) for one in opened] == 2 * [
        (800_001, opened[0].crc, True, opened[0].before)
    ]
    assert opened[0].before[0] == 800_000


def test_a_line_beyond_all_measure_is_refused_without_being_kept(file, monkeypatch):
    monkeypatch.setattr("earned.channels.records.lines.LONGEST_LINE", 1000)
    monkeypatch.setattr("earned.channels.records.shapes.LONGEST_LINE", 1000)
    posts, rejected, _ = told(read(file(lines(row(1), row(2, text="x" * 3_000_000), row(3)))))

    assert [post.id for post in posts] == ["r1", "r3"]
    assert [one.reason for one in rejected] == ["line too long"]


words = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=20)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {"id": words, "channel": words, "text": words, "author": st.fixed_dictionaries({"id": words, "name": words})},
        optional={"title": words, "thread": words, "lang": words, "text_unquoted": words, "organization": words},
    )
)
def test_export_and_import_are_the_identity(tmp_path_factory, said):
    path = tmp_path_factory.mktemp("identity") / "x.jsonl"
    path.write_bytes(lines(said))
    (page,) = read(path)
    accounts = {account.id: account for account in page.accounts}
    path.write_bytes(lines(*[row_of(post, accounts, page.links) for post in page.posts]))
    (again,) = read(path)

    assert (page.posts, page.accounts, page.links) == (again.posts, again.accounts, again.links)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda tail: lines(row(1)) + tail),
                 st.binary(max_size=100).map(lambda tail: b"id,text\n1,x\n" + tail),
                 st.binary(max_size=100).map(lambda tail: b"PAR1" + tail),
                 st.binary(max_size=100).map(lambda tail: b"\x1f\x8b\x08\x00" + tail)))  # fmt: skip
def test_whatever_the_bytes_there_are_posts_rejections_or_an_error_in_words(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "x"
    path.write_bytes(content)
    Records().recognise(str(path), net=None)
    with suppress(EarnedError):
        posts, _, _ = told(read(path))
        json.dumps([post.text for post in posts], ensure_ascii=False).encode()


def test_a_table_as_4cat_writes_it_has_accounts_with_names_and_addresses(file):
    table = (
        "id,thread_id,body,timestamp,author,author_name,post_url,reactions\n"
        '71,71,"Alerts, twice",2024-03-05 10:00:00,in/bo-r,Bo R.,https://www.linkedin.com/feed/update/urn:li:activity:71,12\n'
    )
    (page,) = read(file(table.encode()))
    (post,), (account,) = page.posts, page.accounts

    assert ("Bo R.", account.id) == (account.name, post.accounts[0])
    assert "in/bo-r" in account.id
    assert ("Alerts, twice", "https://www.linkedin.com/feed/update/urn:li:activity:71") == (post.text, post.url)
    assert {"reactions": "12"} == post.labels


def test_lines_of_json_as_4cat_maps_them_are_read_like_its_tables(file):
    line = {
        "id": "72", "thread_id": "71", "body": "They stop releases.", "timestamp": "2024-03-05 12:00:00", "author": "in/bo-r",
        "author_name": "Bo R.", "post_url": "https://www.linkedin.com/feed/update/urn:li:activity:72", "reactions": 12,
    }  # fmt: skip
    (page,) = read(file(json.dumps(line).encode()))
    (post,), (account,) = page.posts, page.accounts

    assert ("Bo R.", "They stop releases.", "71") == (account.name, post.text, post.thread)
    assert ("https://www.linkedin.com/feed/update/urn:li:activity:72", {"reactions": 12}) == (post.url, post.labels)
