"""The command line as a person meets it: answers, files, exit codes, no traceback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from earned import sample
from earned.reading import read_files

ROWS = [json.loads(line) for line in Path(sample.posts_path()).read_text(encoding="utf-8").splitlines()][:160]


def write(path):
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n{broken\n", encoding="utf-8")
    return path


@pytest.fixture
def conversation(tmp_path):
    return write(tmp_path / "talk.jsonl")


def process(folder, *words, stdin=None):
    """The command in a process of its own, as a person runs it."""
    environment = {**os.environ, "EARNED_WORKSPACE": str(folder / "workspace")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    code = "from earned.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        env=environment,
        input=stdin,
        cwd=folder,
    )


@pytest.fixture
def run(tmp_path):
    return lambda *words, stdin=None: process(tmp_path, *words, stdin=stdin)


@pytest.fixture
def read(kept, tmp_path):
    """`here`, with the study "ops" of the conversation."""
    for words in (["new", "ops"], ["add", "ops", write(tmp_path / "talk.jsonl")], ["sync", "ops", "-q"]):
        assert 0 == kept(*words).exit_code
    return kept


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """`earned leaders FILE --json`, once for all tests that compare with it."""
    folder = tmp_path_factory.mktemp("answer")
    return process(folder, "leaders", write(folder / "talk.jsonl"), "--json")


def test_leaders_as_json_has_the_promised_form(answered):
    answer = json.loads(answered.stdout)
    ada = next(one for one in answer["people"] if one["id"] == "ada-quill")

    assert 0 == answered.returncode
    assert "Rejected 1" in answered.stderr
    assert {"people", "totals", "cannot_tell"} <= set(answer)
    assert {"id", "name", "organization", "posts", "induced", "realized", "credited", "verdict", "evidence"} <= set(ada)
    assert ada["induced"] is None or {"value", "low", "high", "level", "n", "unit"} == set(ada["induced"])


def test_leaders_prints_a_table_and_what_the_data_cannot_tell(here, conversation):
    done = here("leaders", conversation, "--quiet")

    assert "What the data cannot tell" in done.stdout
    assert "●" in done.stdout
    assert "" == done.stderr


def test_a_conversation_comes_through_standard_input_and_dates_cut_it(here, conversation, answered):
    done = here("leaders", "-", "--json", "--since", "2024-03-01", stdin=conversation.read_text(encoding="utf-8"))
    whole = json.loads(answered.stdout)

    assert 0 == done.exit_code, done.stderr
    assert json.loads(done.stdout)["totals"]["posts"] < whole["totals"]["posts"]


def test_attribute_writes_pairs_whose_probabilities_fit_into_one(here, conversation, tmp_path):
    done = here("attribute", conversation, "--out", tmp_path / "pairs.jsonl", "--hide-links", "--top", "3")
    rows = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text().splitlines()]
    sums, counts = {}, {}
    for row in rows:
        sums[row["child"]] = sums.get(row["child"], 0) + row["probability"]
        counts[row["child"]] = counts.get(row["child"], 0) + 1

    assert 0 == done.exit_code, done.stderr
    assert {"child", "parent", "probability", "kind"} == set(rows[0])
    assert max(sums.values()) <= 1.0001
    assert max(counts.values()) <= 3
    assert "link" not in {row["kind"] for row in rows}


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A study of the conversation, read once: its workspace, to be copied, and what the commands answered."""
    folder = tmp_path_factory.mktemp("study")
    words = (
        ["new", "ops", "--topic", "running software"],
        ["add", "ops", write(folder / "talk.jsonl")],
        ["sync", "ops"],
    )
    return folder / "workspace", [process(folder, *one) for one in words]


def test_a_study_over_time(run, begun, tmp_path):
    workspace, (made, added, first) = begun
    shutil.copytree(workspace, tmp_path / "workspace")
    second = run("sync", "ops")
    status = json.loads(run("status", "--json").stdout)

    assert [0, 0, 0] == [made.returncode, added.returncode, first.returncode]
    assert "records" in added.stdout
    assert "160 new" in first.stderr
    assert "0 new" in second.stderr
    assert 160 == status["studies"][0]["posts"]
    assert 0 == run("ledger", "ops", "--most", "3").returncode


def test_report_writes_one_page_without_script(here, conversation, tmp_path):
    done = here("report", conversation, "--out", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")

    assert 0 == done.exit_code, done.stderr
    assert "<script" not in page
    assert "cannot tell" in page


def test_a_source_that_was_a_mistake_is_taken_out_with_its_posts(read):
    (source,) = json.loads(read("status", "--json").stdout)["studies"][0]["sources"]
    wrong = read("forget", "ops", "nowhere.jsonl")
    done = read("forget", "ops", source["address"])

    assert (1, 0) == (wrong.exit_code, done.exit_code)
    assert source["address"] in wrong.stderr
    assert "160 posts went with it" in done.stdout
    assert 0 == json.loads(read("status", "--json").stdout)["studies"][0]["posts"]


def test_what_a_study_holds_is_taken_along_and_read_back_as_the_same(read, tmp_path):
    done = read("export", "ops", "--out", tmp_path / "posts.jsonl")
    first, again = (read_files([tmp_path / name]) for name in ("posts.jsonl", "talk.jsonl"))

    assert 0 == done.exit_code, done.stderr
    assert "160 posts in" in done.stdout
    assert {post.id: post for post in first.posts} == {post.id: post for post in again.posts}
    assert set(first.links) == set(again.links)
    assert first.accounts == again.accounts


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("leaders", "nowhere.jsonl"), "no such file"),
        (("leaders", "unknown-study"), "unknown-study"),
        (("sync", "unknown-study"), "unknown-study"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(kept, conversation, words, said):
    done = kept(*words)

    assert 1 == done.exit_code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_in_an_unknown_form_is_refused_in_one_line(here, conversation):
    done = here("report", conversation, "--out", "page.docx")

    assert 1 == done.exit_code
    assert "no report ends in .docx" in done.stderr


def test_a_wrong_date_is_a_wrong_command(here, conversation):
    done = here("leaders", conversation, "--since", "31.5.2024")

    assert 2 == done.exit_code
    assert "is no date" in done.stderr


@pytest.mark.parametrize(
    "content", [b"\x00\xff\xfe garbage", b"", b'{"id": 1}\n', b"<!DOCTYPE lolz [<!ENTITY a 'b'>]><rss>&a;</rss>"]
)
def test_broken_files_end_in_a_sentence_not_in_a_traceback(here, tmp_path, content):
    (tmp_path / "broken").write_bytes(content)
    done = here("leaders", tmp_path / "broken")

    assert 1 == done.exit_code
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_serving_a_team_of_nobody_says_what_to_run(kept, monkeypatch):
    for name in ("EARNED_TEAM", "EARNED_HOSTS"):
        monkeypatch.setenv(name, "")  # the command sets them for its server
    nothing = kept("serve", "--team", "--no-open", "--no-sync", "--port", "0")
    kept("new", "pages")
    nobody = kept("serve", "--team", "--no-open", "--no-sync", "--port", "0")

    assert nothing.exit_code
    assert nobody.exit_code
    assert "earned new STUDY; earned members STUDY --new NAME --role owner" in nothing.stderr
    assert "First: earned members pages --new NAME --role owner" in nobody.stderr
    assert "Traceback" not in nothing.stderr + nobody.stderr


@pytest.mark.parametrize("words", [["--leave", "ada"], ["--member", "ada", "--role", "lead"]])
def test_the_last_owner_of_a_study_stays(kept, monkeypatch, words):
    monkeypatch.setenv("EARNED_NEW_PASSWORD", "a long password of theirs")
    kept("new", "pages")
    kept("members", "pages", "--new", "ada", "--role", "owner")
    refused = kept("members", "pages", *words)
    kept("members", "pages", "--new", "bo", "--role", "owner")
    done = kept("members", "pages", *words)

    assert refused.exit_code != 0
    assert "ada is the only owner of pages" in refused.stderr
    assert done.exit_code == 0
    assert "ada: owner" not in done.stdout
    assert "bo: owner" in done.stdout


def test_a_calendar_alone_is_no_conversation(here, tmp_path):
    calendar = tmp_path / "releases.ics"
    calendar.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    alone = here("leaders", calendar, "--json")

    assert 1 == alone.exit_code
    assert f"earned leaders CONVERSATION --news {calendar}" in alone.stderr


def test_news_competes_and_is_no_part_of_the_answer(read, begun, conversation, tmp_path):
    _, (_, plainly, _) = begun
    news = tmp_path / "press.csv"
    news.write_text(f"id,time,title,text\nrelease-1,{ROWS[20]['time']},A release,{ROWS[20]['text'][:80]!r}\n")
    added = read("add", "ops", news, "--news")
    read("sync", "ops", "-q")
    of_study = json.loads(read("leaders", "ops", "--json", "-q").stdout)
    calendar, begins = tmp_path / "releases.ics", ROWS[20]["time"].replace("-", "").replace(":", "")
    calendar.write_text(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:release-1\nDTSTART:{begins}\nSUMMARY:A release\n"
        f"DESCRIPTION:{ROWS[20]['text'][:80]!r}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    of_file = json.loads(read("leaders", conversation, "--news", calendar, "--json", "-q").stdout)

    assert "as news that people react to" not in plainly.stdout
    assert "as news that people react to" in added.stdout
    assert len(ROWS) == of_study["totals"]["posts"] == of_file["totals"]["posts"]
    for told in (of_study, of_file):
        assert any("pieces of news" in sentence for sentence in told["cannot_tell"])
    assert {one["id"] for one in of_study["people"]} == {one["id"] for one in of_file["people"]}


@pytest.mark.parametrize(("platform", "screen", "opened"), [("linux", {}, 0), ("linux", {"DISPLAY": ":0"}, 1),
                                                            ("linux", {"WAYLAND_DISPLAY": "w"}, 1), ("darwin", {}, 1)])  # fmt: skip
def test_a_page_is_opened_where_there_is_a_screen(monkeypatch, platform, screen, opened):
    from earned.cli import screen as place

    pages = []
    monkeypatch.setattr(place.click, "launch", pages.append)
    monkeypatch.setattr(place.sys, "platform", platform)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in screen.items():
        monkeypatch.setenv(name, value)
    place.show("report.html")

    assert ["report.html"] * opened == pages
