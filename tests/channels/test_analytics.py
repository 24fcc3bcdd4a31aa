"""Read analytics: tables by their headers, server logs beside GoAccess, services on loopback; counts beside the measure."""

from __future__ import annotations

import gzip
import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

import servers
from channels.conftest import to
from earned.channels.analytics import read_counts
from earned.channels.http import Polite
from earned.cli import main
from earned.counting import add_counts, counts_of, sources_of
from earned.errors import Forbidden, InputError, Malformed, TooLarge
from earned.model import Account, Page, Post
from earned.store import open_store
from earned.workspace import Study

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHARE = "https://www.linkedin.com/feed/update/urn:li:share:{}"
TOKENS = {"EARNED_PLAUSIBLE_TOKEN": "planted-token", "EARNED_UMAMI_TOKEN": "planted-token"}
PLAUSIBLE = (
    "date,hostname,page,visits,visitors,pageviews\n2026-01-01,ada.example,/a,3,2,5\n"
    "2026-01-02,ada.example,/a,1,1,1\n2026-01-02,ada.example,/b,1,1,2\n"
)
TOP = "name,visitors,pageviews,bounce_rate,time_on_page,scroll_depth\n/a,20,31,50,64,80\n"
UMAMI = "x,y\n/a,7\n/b,2\n"
GA4 = (
    "# ----\n# Pages and screens\n# Start date: 20260101\n# End date: 20260131\n\n"
    "Page path and screen class,Views,Active users,Average engagement time per active user,Event count\n"
    "/a,\"1,204\",900,41.5,9\n(not set),1,1,1,1\n"
)  # fmt: skip
SEARCH = "\ufeffTop pages,Clicks,Impressions,CTR,Position\nhttps://www.ada.example/a/,12,340,3.5%,8.1\n"


def counted(folder, text, name="file"):
    (folder / name).write_text(text, encoding="utf-8")
    return read_counts(str(folder / name), net=None, environment={}, now=NOW)


@pytest.mark.parametrize(("text", "what", "expected"), [
    (PLAUSIBLE, "Plausible pages by day", {
        ("https://ada.example/a", "views", "events"): 6, ("https://ada.example/a", "visits", "visits"): 4,
        ("https://ada.example/b", "views", "events"): 2, ("https://ada.example/b", "visits", "visits"): 1}),
    (TOP, "Plausible top pages", {("/a", "views", "events"): 31, ("/a", "visitors", "people"): 20,
        ("/a", "read_seconds", "seconds"): 64, ("/a", "scroll_depth", "percent"): 80}),
    (UMAMI, "Umami paths", {("/a", "visits", "visits"): 7, ("/b", "visits", "visits"): 2}),
    (GA4, "Google Analytics pages", {("/a", "views", "events"): 1204, ("/a", "visitors", "people"): 900,
        ("/a", "read_seconds", "seconds"): 41.5}),
    (SEARCH, "Search Console pages", {("https://www.ada.example/a/", "clicks", "events"): 12,
        ("https://www.ada.example/a/", "impressions", "events"): 340}),
])  # fmt: skip
def test_a_table_is_known_by_its_header_wherever_its_columns_stand(tmp_path, text, what, expected):
    found = counted(tmp_path, text)

    assert (what, expected) == (found.what, dict(found.rows))
    assert found.rows == counted(tmp_path, text.replace("\n", "\r\n")).rows


def test_the_last_day_of_a_table_is_when_was_counted(tmp_path):
    assert datetime(2026, 1, 2, tzinfo=UTC) == counted(tmp_path, PLAUSIBLE).as_of
    assert datetime(2026, 1, 31, tzinfo=UTC) == counted(tmp_path, GA4).as_of


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\0\0\0", "name,visitors\n/a,1\n"])
def test_what_is_no_table_of_pages_is_refused_with_what_is_read(tmp_path, text):
    with pytest.raises(InputError, match="Search Console"):
        counted(tmp_path, text)


BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def line(path="/a", agent=BROWSER, address="203.0.113.7", day=1, status=200, method="GET"):
    asked = f'[{day:02}/Jan/2026:10:00:00 +0000] "{method} {path} HTTP/1.1" {status} 512'
    return f'{address} - - {asked} "https://c.example/" "{agent}"\n'


LOG = (
    line() + line() + line(address="203.0.113.8") + line(day=2) + line("/b?utm_source=x") + line("/?p=7")
    + line("/gone", status=404) + line("/a", method="POST") + line("/style.css") + line("/feed.xml")
    + line(agent="Googlebot/2.1 (+http://www.google.com/bot.html)") + line(agent="curl/8.0") + line(agent="-") + "nonsense\n"
)  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_counts_views_of_people_and_daily_visitors(tmp_path, packed):
    path = tmp_path / "access.log"
    path.write_bytes(gzip.compress(LOG.encode()) if packed else LOG.encode())
    found = read_counts(str(path), net=None, environment={}, now=NOW)

    assert {("/a", "views", "events"): 4, ("/a", "visitors", "visits"): 3, ("/b", "views", "events"): 1,
            ("/b", "visitors", "visits"): 1, ("/?p=7", "views", "events"): 1,
            ("/?p=7", "visitors", "visits"): 1} == dict(found.rows)  # fmt: skip
    assert {"no page was given": 2, "picture, script or feed": 2, "robot or program": 3,
            "line that is none of a combined log": 1} == dict(found.ignored)  # fmt: skip
    assert datetime(2026, 1, 2, tzinfo=UTC) == found.as_of
    assert "203.0.113" not in repr(found)


def test_a_cut_log_is_an_error(tmp_path):
    path = tmp_path / "access.log.gz"
    path.write_bytes(gzip.compress(LOG.encode() * 500)[:-40])
    with pytest.raises(Malformed, match="damaged"):
        read_counts(str(path), net=None, environment={}, now=NOW)


@pytest.mark.slow
def test_goaccess_counts_the_same_views(tmp_path):
    pages = [f"/entry-{n % 9}" for n in range(300)]
    text = "".join(line(page, address=f"203.0.113.{n % 40 + 1}", day=n % 20 + 1) for n, page in enumerate(pages))
    (tmp_path / "access.log").write_text(text, encoding="utf-8")
    words = [servers.found("goaccess", "goaccess"), str(tmp_path / "access.log"), "--log-format=COMBINED", "-o"]
    subprocess.run(
        [*words, str(tmp_path / "out.json")], check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60
    )
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["requests"]["data"]
    found = read_counts(str(tmp_path / "access.log"), net=None, environment={}, now=NOW)

    assert {row["data"]: row["hits"]["count"] for row in told} == {
        page: value for (page, name, _), value in found.rows.items() if name == "views"
    }


@pytest.fixture
def service(server):
    """What plays both services: pages of 1,000 rows, a token wanted."""

    def answer(handler):
        words = parse_qs(urlsplit(handler.path).query)
        if "planted-token" not in handler.headers.get("Authorization", ""):
            return handler.say(401, b"")
        if "/metrics" in handler.path:
            return handler.say(200, json.dumps([{"x": "/a", "y": 7}]).encode())
        size = 1000 if words["page"] == ["1"] else 2
        rows = [{"page": f"/p{words['page'][0]}-{n}", "visitors": 2, "pageviews": 3} for n in range(size)]
        return handler.say(200, json.dumps({"results": rows}).encode())

    class Pages(dict):
        def get(self, path, default=None):
            return answer if path.startswith("/api/") else super().get(path, default)

    server.pages = Pages()
    return server


def ask(service, kind, environment=TOKENS):
    host = service.address.partition("//")[2]
    with Polite(allowed=[host], gap=0, first_wait=0, attempts=1) as net:
        return read_counts(f"{kind}+plain://{host}/ada.example", net=net, environment=environment, now=NOW)


def test_plausible_and_umami_are_asked_with_a_token_page_after_page(service):
    plausible, umami = ask(service, "plausible"), ask(service, "umami")

    assert 2 * 1002 == len(plausible.rows)
    assert 3 == plausible.rows["https://ada.example/p2-1", "views", "events"]
    assert {("/a", "visits", "visits"): 7.0} == dict(umami.rows)


def test_no_token_or_a_wrong_one_is_said_and_never_shown(service):
    for environment, said in (({}, "EARNED_PLAUSIBLE_TOKEN"), ({"EARNED_PLAUSIBLE_TOKEN": "wrong-one"}, "401")):
        with pytest.raises(Forbidden, match=said) as caught:
            ask(service, "plausible", environment)
        assert "wrong-one" not in str(caught.value)


def test_a_token_is_not_taken_along_to_another_host(server, net):
    server.pages["/"] = to(f"http://localhost:{server.server_port}/else")
    server.pages["/else"] = b"{}"
    with (
        Polite(
            allowed=[f"127.0.0.1:{server.server_port}", f"localhost:{server.server_port}"], gap=0, attempts=1
        ) as client,
        pytest.raises(Forbidden),
    ):  # an inner host that was not asked first
        client.get(server.address + "/", headers={"Authorization": "Bearer planted-token"})

    from earned.channels.http import _for_host

    headers = {"Authorization": "Bearer planted-token", "Accept": "x"}
    assert headers == _for_host(headers, "https://a.example/x", urlsplit("https://a.example/"))
    for other in ("https://b.example/x", "http://a.example/x", "https://a.example:8443/x"):
        assert {"Accept": "x"} == _for_host(headers, other, urlsplit("https://a.example/"))


@pytest.mark.django_db
def test_counts_stand_beside_the_measure_and_reading_them_again_adds_nothing(tmp_path):
    store = open_store()
    study = Study(store, store.studies.new("topic"))
    source = store.sources.add(study.record, "memory", "here")
    urls = ("https://ada.example/a", "https://ada.example/b", "https://bo.example/b")
    posts = [
        Post(f"memory:{n}", "memory", ("memory:ada",), NOW - timedelta(days=n), "second", "words", url=url)
        for n, url in enumerate(urls)
    ]
    store.posts.keep(source, Page(tuple(posts), (Account("memory:ada", "Ada"),), (), "1", NOW), now=NOW)
    before = study.conversation()
    (tmp_path / "umami.csv").write_text(UMAMI + "/other,5\n", encoding="utf-8")
    (tmp_path / "search.csv").write_text(SEARCH, encoding="utf-8")

    unclear = add_counts(study, str(tmp_path / "umami.csv"))
    clear = add_counts(study, str(tmp_path / "umami.csv"), site="https://ada.example")
    search = add_counts(study, str(tmp_path / "search.csv"))
    kept = counts_of(study)
    add_counts(study, str(tmp_path / "search.csv"))
    after = study.conversation()

    assert (1, 2) == (unclear.posts, unclear.elsewhere), "/b is a page of two people"
    assert (2, 1) == (clear.posts, clear.elsewhere)
    assert 1 == search.posts
    expected = {("visits", 7.0), ("clicks", 12.0), ("impressions", 340.0)}
    assert expected == {(one.name, one.value) for one in kept if one.post == "memory:0"}
    assert [("memory:1", "visits", 2.0)] == [(one.post, one.name, one.value) for one in kept if one.post != "memory:0"]
    assert kept == counts_of(study)
    assert (before.high_water, before.posts, before.links) == (after.high_water, after.posts, after.links)


def workbook(folder, sheets, name="Content_ada.xlsx"):
    """A workbook as LinkedIn's members export it: hand-made, after its documented sheets."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


SHEETS = {
    "DISCOVERY": [["Overall Performance", "1/13/2026 - 2/12/2026"], ["Impressions", 5120], ["Members reached", 2210]],
    "ENGAGEMENT": [["Date", "Impressions", "Engagements"], ["1/13/2026", 90, 4], ["1/14/2026", 80, 3]],
    "TOP POSTS": [
        ["Maximum of 50 posts available to include in this list"],
        [],
        ["Post URL", "Post publish date", "Engagements", None, "Post URL", "Post publish date", "Impressions"],
        [SHARE.format(1), "1/13/2026", 41, None, SHARE.format(2), "1/14/2026", "1,900"],
        [SHARE.format(2), "1/14/2026", 7, None, SHARE.format(1), "1/13/2026", 1200],
        [None, None, None, None, SHARE.format(3), "1/15/2026", 5],
    ],
    "DEMOGRAPHICS": [["Top Demographics", "Value", "Percentage"], ["Company", "Secret Inc", 0.2]],
}


def test_the_workbook_of_linkedin_counts_posts_by_their_addresses(tmp_path):
    path = workbook(tmp_path, SHEETS)
    found = read_counts(str(path), net=None, environment={}, now=NOW)

    assert {
        (SHARE.format(1), "engagements", "events"): 41, (SHARE.format(2), "engagements", "events"): 7,
        (SHARE.format(1), "impressions", "events"): 1200, (SHARE.format(2), "impressions", "events"): 1900,
        (SHARE.format(3), "impressions", "events"): 5,
    } == found.rows  # fmt: skip
    assert ("linkedin", datetime(2026, 2, 12, tzinfo=UTC)) == (found.via, found.as_of)
    assert {"sheet about the account or its readers, not about posts": 3} == found.ignored
    assert "Secret" not in repr(found)


def test_a_workbook_without_posts_or_that_is_none_is_refused_in_words(tmp_path, monkeypatch):
    empty = workbook(tmp_path, {"Sheet": [["a", "b"]]})
    with pytest.raises(InputError, match="a workbook in which no post has a count"):
        read_counts(str(empty), net=None, environment={}, now=NOW)
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as packed:
        packed.writestr("xl/workbook.xml", "<no")
    with pytest.raises(Malformed, match="a workbook that cannot be opened"):
        read_counts(str(broken), net=None, environment={}, now=NOW)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(3_000_000))
    monkeypatch.setattr("earned.channels.analytics.workbook._UNPACKED", 2_000_000)
    with pytest.raises(TooLarge):
        read_counts(str(bomb), net=None, environment={}, now=NOW)


LINE = '192.0.2.1 - - [{}:10:00:00 +0000] "GET /a HTTP/1.1" 200 9 "-" "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"\n'


@pytest.mark.parametrize(("text", "since", "until"), [
    (LINE.format("03/Jan/2026") + LINE.format("01/Jan/2026"), "2026-01-01", "2026-01-03"),
    (PLAUSIBLE, "2026-01-01", "2026-01-02"), (GA4, "2026-01-01", "2026-01-31"), (SEARCH, None, None),
])  # fmt: skip
def test_counts_say_which_days_they_cover_where_their_source_does(tmp_path, text, since, until):
    found = counted(tmp_path, text)

    assert since == (f"{found.since:%Y-%m-%d}" if found.since else None)
    assert until is None or until == f"{found.as_of:%Y-%m-%d}"


def test_the_workbook_of_linkedin_says_which_days_it_covers(tmp_path):
    found = read_counts(str(workbook(tmp_path, SHEETS)), net=None, environment={}, now=NOW)

    assert (datetime(2026, 1, 13, tzinfo=UTC), datetime(2026, 2, 12, tzinfo=UTC)) == (found.since, found.as_of)


@pytest.fixture
def study(db, settings, tmp_path):
    settings.EARNED_WORKSPACE = tmp_path / "workspace"
    store = open_store()
    made = Study(store, store.studies.new("topic"))
    source = store.sources.add(made.record, "memory", "here")
    post = Post("memory:1", "memory", ("memory:ada",), NOW, "second", "words", url="https://ada.example/a")
    store.posts.keep(source, Page((post,), (Account("memory:ada", "Ada"),), (), "1", NOW), now=NOW)
    return made


def test_counts_of_some_days_are_those_that_lie_within_them(study, tmp_path, client):
    logs = {"log": LINE.format("01/Jan/2026") + LINE.format("03/Jan/2026"), "later": LINE.format("09/Feb/2026")}
    for name, text in {**logs, "s": SEARCH}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        add_counts(study, str(tmp_path / name))

    def within(**days):
        days = {name: datetime.fromisoformat(f"2026-{day}").replace(tzinfo=UTC) for name, day in days.items()}
        return [(one.via, one.name, f"{one.since:%d}" if one.since else "") for one in counts_of(study, **days)]

    views = [("accesslog", "views", "09"), ("accesslog", "visitors", "09")]
    assert 6 == len(within())
    assert views == within(since="01-02")
    assert [("accesslog", "views", "01"), ("accesslog", "visitors", "01")] == within(since="01-01", until="01-04")
    assert [] == within(until="01-03")
    (log, search) = sources_of(study)
    assert ("accesslog", 1, "2026-01-01", "2026-02-09") == (
        log.via,
        log.posts,
        f"{log.since:%Y-%m-%d}",
        f"{log.until:%Y-%m-%d}",
    )
    assert ("searchconsole", None) == (search.via, search.since)
    page = client.get(f"/s/{study.record.name}/settings/", headers={"host": "localhost"}).content.decode()
    assert "accesslog: 1 post, 2026-01-01 to 2026-02-09" in page
    assert "beginning not said" in page


def test_the_command_shows_the_days_and_says_what_it_leaves_out(study, tmp_path):
    (tmp_path / "log").write_text(LINE.format("01/Jan/2026") + LINE.format("03/Jan/2026"), encoding="utf-8")
    place, name = study.store.folder, study.record.name

    def shown(*words):
        return CliRunner().invoke(main, ["--workspace", str(place), "counts", name, *words])

    shown(str(tmp_path / "log"))
    assert "2 views (events), accesslog, 2026-01-01 to 2026-01-03" in shown().stdout
    less = shown("--since", "2026-01-02")
    assert "" == less.stdout
    assert "2 counts left out: not wholly within these days" in less.stderr
    assert "2026-01-01" in shown("--json", "--since", "2026-01-01").stdout
