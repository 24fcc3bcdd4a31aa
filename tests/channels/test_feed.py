"""Feeds: what an entry becomes, what is never believed, and how one bad feed is kept from stopping others."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.conftest import drip
from data.feed.recorded import open_recorded
from earned.channels.feed import Feed
from earned.channels.feed.entries import NoFeed
from earned.channels.feed.parse import parse
from earned.channels.markup import canonical, plain
from earned.errors import ChannelError, Malformed

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rss(*items, head="<title>Notes</title><link>https://a.example/</link>"):
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{body}</channel></rss>'.encode()


def item(number, text="x", more=""):
    return (
        f'<guid isPermaLink="false">{number}</guid><title>T{number}</title><description>{text}</description>'
        f"<pubDate>Fri, 01 Mar 2024 09:0{number % 10}:00 +0000</pubDate>{more}"
    )


def read(address, net=None, cursor=None):
    return list(Feed(now=lambda: NOW).read(str(address), cursor, net=net))


@pytest.fixture
def file(tmp_path):
    def write(content, name="feed.xml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_an_atom_entry_becomes_a_post_with_people_times_and_links(tmp_path):
    channel, address, net = open_recorded(tmp_path)
    (page,) = channel.read(address, None, net=net)
    first, second = page.posts

    assert (second.id, second.channel, second.title) == ("feed:tag:a.example,2024:2", "a.example", "On noticing")
    assert second.claimed_at == datetime(2024, 3, 2, 8, tzinfo=UTC)
    assert second.text == "Bo read the first note and says:\n\nReading slowly.\n\nHe agrees."
    assert second.text_unquoted == "Bo read the first note and says:\n\nHe agrees."
    assert second.url == "https://a.example/2"
    assert {("reply", "https://a.example/1"), ("quote", "https://a.example/1"), ("url", "https://a.example/1")} == {
        (link.kind, link.target) for link in page.links
    }
    assert sorted((a.name, a.url) for a in page.accounts) == [
        ("Ada Q.", "https://a.example/"),
        ("Bo B.", "https://b.example/"),
    ]
    assert first.accounts == ("feed:a.example:ada-q",)
    assert [(second.id, "replies", 4.0)] == [(one.post, one.name, one.value) for one in page.snapshots]


def test_rss_is_read_from_a_file_and_a_feed_without_authors_speaks_as_a_group(file):
    (page,) = read(file(rss(item(1))))

    assert [(post.id, post.labels["text_from"], page.accounts[0].url) for post in page.posts] == [
        ("feed:a.example#1", "feed", "https://a.example/")
    ]
    assert [(account.name, account.kind) for account in page.accounts] == [("Notes", "group")]


def test_a_mail_address_is_never_a_name(file):
    (page,) = read(
        file(
            rss(item(1, more="<author>ada@a.example (Ada Q.)</author>"), item(2, more="<author>bo@b.example</author>"))
        )
    )

    assert {"Ada Q.", "bo"} == {account.name for account in page.accounts}
    assert "@" not in repr(page.accounts)


def test_an_entry_keeps_its_id_when_the_site_moves_to_https(file):
    before = read(file(rss("<guid>http://a.example/1</guid><title>x</title>")))[0].posts[0].id
    after = read(file(rss("<guid>https://a.example/1</guid><title>x</title>")))[0].posts[0].id

    assert before == after


def test_json_feed_is_read(file):
    said = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Notes", "home_page_url": "https://a.example/",
        "language": "en-GB", "authors": [{"name": "Ada Q."}],
        "items": [{"id": "1", "url": "https://a.example/1", "content_text": "a < b & c", "tags": ["slow"],
                   "date_published": "2024-03-01T09:00:00Z"}, "no item", {"id": 2, "content_html": "<p>two</p>"}],
    }  # fmt: skip
    (page,) = read(file(json.dumps(said), "feed.json"))

    assert [post.text for post in page.posts] == ["a < b & c", "two"]
    assert (page.posts[0].lang, page.posts[0].labels["tags"]) == ("en", ["slow"])
    assert page.ignored["no time"] == 1


@pytest.mark.parametrize(
    ("when", "time", "note"),
    [
        ("<pubDate>Fri, 01 Mar 2124 09:00:00 GMT</pubDate>", None, "published: in the future"),
        ("<pubDate>soon</pubDate>", None, "published: time not understood"),
        ("", None, "no time"),
    ],
)
def test_a_time_that_is_not_believed_is_unknown_and_never_the_time_of_reading(file, when, time, note):
    (page,) = read(file(rss(f"<guid>https://a.example/1</guid><title>x</title>{when}")))

    assert page.posts[0].claimed_at is time
    assert note in page.ignored


def test_scripts_and_markup_are_no_text_and_only_web_addresses_are_links():
    html = '<p onclick="x()">a<style>b{}</style> <a href="javascript:x()">c</a><a href="/d">d</a></p>'
    found = plain(html, "https://a.example")

    assert found.text == "a cd"
    assert found.links == (("https://a.example/d", "d"),)


def test_addresses_lose_what_only_tracks():
    assert canonical("HTTP://A.example:80/x?utm_source=r&fbclid=1&b=2#top") == "http://a.example/x?b=2"
    assert canonical("mailto:ada@a.example") == canonical("http://[bad") == ""


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    b'<rss version="2.0"><channel><title>&b;</title></channel></rss>'
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "declares XML entities"),
        (BOMB.replace(b"<rss", b"<opml").replace(b"</rss", b"</opml"), "declares XML entities"),
        (b"<!doctype html><html><body>Please log in</body></html>", "a web page, not a feed"),
        (b"", "empty"),
        (b"<opml><body>", "broken OPML"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "broken JSON"),
        (b'{"a": 1}', "not a JSON Feed"),
        (b"just words", "neither RSS, Atom nor JSON Feed"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(file, content, words):
    with pytest.raises(Malformed, match=words):
        read(file(content))


def declared(entities, text="&nbsp;", encoding="utf-8"):
    words = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE rss [{entities}]>'
    return (words + rss(item(1, f"two{text}words")).decode().partition("?>")[2]).encode(encoding)


def test_names_for_letters_may_be_declared(file):
    (page,) = read(file(declared('<!ENTITY nbsp "&#160;"><!ENTITY who "Ada">', "&nbsp;&who;&nbsp;")))

    assert page.posts[0].text == "two Ada words"


@pytest.mark.parametrize(
    "content",
    [
        declared('<!ENTITY a "ha"><!ENTITY nbsp "&a;&a;">'),
        declared('<!ENTITY nbsp SYSTEM "file:///etc/passwd">'),
        declared('<!ENTITY % more SYSTEM "https://a.example/more.dtd"> %more; <!ENTITY nbsp "x">'),
        declared(f'<!ENTITY nbsp "{"ha" * 150}">'),
        declared(f'<!ENTITY nbsp "{"ha" * 90}">', "&nbsp;" * 6_000),
        declared("".join(f'<!ENTITY a{n} "x">' for n in range(400)), ""),
        declared('<!ENTITY a "ha"><!ENTITY nbsp "&a;&a;">', encoding="utf-16"),
        declared('<!ENTITY a "ha"><!ENTITY nbsp "&a;&a;">', encoding="utf-32"),
        declared('<!ENTITY a "ha"><!ENTITY nbsp "&a;&a;">', encoding="cp037"),
        declared('<!ENTITY a "ha"><!ENTITY nbsp "&a;&a;">').replace(b"utf-8", b"nonsense"),
        declared('<!ENTITY a "ha"><!ENTITY nbsp "&a;&a;">').replace(b"<?xml", b"<!-- <rss --><?xml"),
    ],
)
def test_a_declaration_that_could_blow_a_page_up_is_refused(file, content):
    with pytest.raises(Malformed, match="declares XML entities"):
        read(file(content))


LATIN = rss(item(1, "na\u00efve")).replace(b"\xc3\xaf", b"\xef")


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        (LATIN, "application/rss+xml; charset=ISO-8859-1", "naïve"),
        (LATIN.replace(b"\xef", b"\xbf"), 'text/xml;charset="windows-1251"', "naїve"),
        (rss(item(1, "naïve")), "application/rss+xml; charset=ISO-8859-1", "naïve"),
        (rss(item(1, "naïve")), "", "naïve"),
        (LATIN.replace(b"?>", b' encoding="csMacintosh"?>', 1).replace(b"\xef", b"\x95"), "", "naïve"),
    ],
)
def test_letters_are_what_the_server_says_unless_the_bytes_know_better(server, net, content, kind, text):
    server.pages["/feed"] = (content, {"Content-Type": kind, "Content-Language": "fr-CA"} if kind else {})
    (page,) = read(server.address + "/feed", net)

    assert (page.posts[0].text, page.posts[0].lang) == (text, "fr" if kind else "")


def test_a_tag_in_a_feed_that_does_not_name_its_encoding_is_utf_8():
    content = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><x/><entry><id>1</id><category term="Freiräume"/></entry></feed>'
    )

    assert parse(content.encode(), "https://a.example/").entries[0].tags == ("Freiräume",)


@pytest.mark.parametrize(
    ("summary", "kept"),
    [("Why nobody notices.", "Why nobody notices."), ("The whole text [...]", None), ("", None)],
)
def test_a_summary_beside_the_text_is_kept_where_it_says_something_of_its_own(file, summary, kept):
    whole = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">The whole text, and more of it.'
    (page,) = read(file(rss(item(1, summary, whole + "</content:encoded>"))))

    assert page.posts[0].text == "The whole text, and more of it."
    assert page.posts[0].labels.get("summary") == kept


def test_an_unchanged_feed_is_not_read_again_and_a_changed_one_gives_only_what_is_new(server, net):
    server.pages["/feed"] = (rss(item(1)), {"ETag": '"1"', "Last-Modified": "Fri, 01 Mar 2024 09:00:00 GMT"})
    address = server.address + "/feed"
    (page,) = read(address, net)
    again = read(address, net, page.cursor)
    server.pages["/feed"] = (rss(item(2), item(1)), {"ETag": '"2"'})
    (newer,) = read(address, net, page.cursor)
    asked = server.asked[-1][1]

    assert again == []
    assert [post.title for post in newer.posts] == ["T2"]
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', "Fri, 01 Mar 2024 09:00:00 GMT")


def test_a_server_without_etags_is_understood_by_the_bytes_it_sends(server, net):
    server.pages["/feed"] = rss(item(1))
    (page,) = read(server.address + "/feed", net)

    assert read(server.address + "/feed", net, page.cursor) == []


def test_an_edited_entry_comes_again_under_its_id(file):
    path = file(rss(item(1), item(2)))
    (page,) = read(path)
    file(rss(item(1, text="edited"), item(2)))
    (edited,) = read(path, cursor=page.cursor)

    assert [(post.id, post.text) for post in edited.posts] == [("feed:a.example#1", "edited")]


def test_a_window_without_anything_known_is_told_as_a_gap(file):
    path = file(rss(item(1)))
    (page,) = read(path)
    file(rss(item(7), item(8)))
    (later,) = read(path, cursor=page.cursor)

    assert "possible gap: every entry is new since the last reading" in later.ignored


LONG = " ".join(f"sentence {number} says something of its own about slow reading." for number in range(60))
PAGE = (
    f"<html><head><title>T</title></head><body><nav>Menu</nav><article><h1>T</h1><p>{LONG}</p></article></body></html>"
)


@pytest.mark.parametrize(
    ("robots", "page", "origin"),
    [
        (b"", PAGE.encode(), "page"),
        (b"User-agent: *\nDisallow: /", PAGE.encode(), "feed"),
        (b"", PAGE.replace("<head>", '<head><meta name="robots" content="noindex">').encode(), "feed"),
        (b"", 404, "feed"),
    ],
)
def test_a_teaser_is_completed_from_its_page_where_the_site_allows_it(server, net, robots, page, origin):
    link = f"<link>{server.address}/1</link>"
    server.pages |= {
        "/robots.txt": robots,
        "/1": page,
        "/feed": rss(item(1, "It begins …", link), head="<title>N</title>"),
    }
    (found,) = read(server.address + "/feed", net)

    assert origin == found.posts[0].labels["text_from"]
    assert ("sentence 59" in found.posts[0].text) == (origin == "page")
    assert origin == "page" or any(note.startswith("full text:") for note in found.ignored)


def test_one_failing_feed_stops_no_other(server, net):
    server.pages |= {
        "/good": rss(item(1)), "/bad": b"<html>no</html>", "/bomb": BOMB, "/drip": drip, "/also": rss(item(2)),
        "/list": (
            f'<opml version="2.0"><body><outline text="a"><outline xmlUrl="{server.address}/good"/>'
            f'<outline><outline xmlUrl="{server.address}/bad"/></outline></outline><outline xmlUrl="file:///etc/passwd"/>'
            f'<outline xmlUrl="{server.address}/bomb"/><outline xmlUrl="{server.address}/gone"/>'
            f'<outline xmlUrl="{server.address}/also"/></body></opml>'
        ).encode(),
    }  # fmt: skip
    address = server.address + "/list"
    pages = read(address, net)
    again = read(address, net, pages[-1].cursor)

    assert Feed().recognise(address, net=net).what == "OPML list of 5 feeds"
    assert [post.title for page in pages for post in page.posts] == ["T1", "T2"]
    assert [x.reason.rpartition(" ")[2] for p in pages for x in p.rejected] == ["Malformed", "Malformed", "Missing"]
    assert pages[-1].ignored == {"outline without a web address": 1}
    assert [post for page in again for post in page.posts] == []


def test_a_feed_that_failed_is_tried_again_even_if_it_has_not_changed(server, net):
    server.pages["/feed"] = (b"<html>maintenance</html>", {"ETag": '"1"'})
    server.pages["/list"] = f'<opml><body><outline xmlUrl="{server.address}/feed"/></body></opml>'.encode()
    (failed,) = read(server.address + "/list", net)
    server.pages["/feed"] = (rss(item(1)), {"ETag": '"1"'})
    (page,) = read(server.address + "/list", net, failed.cursor)

    assert [post.title for post in page.posts] == ["T1"]


def test_a_page_that_names_its_feed_is_recognised_as_that_feed(server, net):
    server.pages |= {
        "/": b'<html><link rel="alternate" type="application/rss+xml" href="/feed?a=1&amp;b=2"></html>',
        "/feed?a=1&b=2": rss(item(1)),
    }
    source = Feed().recognise(server.address + "/", net=net)

    assert (server.address + "/feed?a=1&b=2", "RSS feed with 1 entry") == (source.address, source.what)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda tail: rss(item(1))[:-20] + tail)))
def test_whatever_the_bytes_they_are_a_feed_or_none(content):
    try:
        parse(content, "https://a.example/feed")
    except NoFeed as fault:
        assert str(fault)  # noqa: PT017


def test_an_error_of_the_server_is_an_error_of_the_channel(server, net):
    with pytest.raises(ChannelError, match="answered 404"):
        read(server.address + "/none", net)


def answer(number, text, name="Bo", more=""):
    return (
        f'<guid isPermaLink="false">https://a.example/?p=1#comment-{number}</guid><title>By: {name}</title>'
        f"<link>https://a.example/1/#comment-{number}</link><dc:creator>{name}</dc:creator>"
        f"<pubDate>Sat, 02 Mar 2024 09:0{number % 10}:00 +0000</pubDate><description><![CDATA[{text}]]></description>{more}"
    )


def commented(server, count):
    more = f"<link>{server.address}/1</link><wfw:commentRss>{server.address}/1/feed</wfw:commentRss>"
    more += f"<slash:comments>{count}</slash:comments>" if count is not None else ""
    return named(rss(item(1, LONG, more), head="<title>N</title>"))


def named(body):
    names = (
        b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
        b'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    )
    return body.replace(b"<rss", names)


def at(hours):
    return Feed(now=lambda: datetime(2024, 3, 3, tzinfo=UTC) + timedelta(hours=hours))


def asked_for(server):
    return [path for path, _ in server.asked if path == "/1/feed"]


def test_answers_in_an_entrys_feed_of_comments_are_read_once_each_as_answers(server, net):
    address = server.address + "/feed"
    reply = '<p>In reply to <a href="https://a.example/1#comment-7">Bo</a>.</p><p>No, <a href="https://c.example/x">see</a></p>'
    foreign = '<a href="https://b.example/#comment-9">there</a> it says'
    server.pages |= {
        "/robots.txt": b"", "/feed": commented(server, 1), "/1/feed": named(rss(answer(7, "I <b>disagree</b>"))),
    }  # fmt: skip
    page, answers = at(0).read(address, None, net=net)
    again = [*at(1).read(address, answers.cursor, net=net)]
    server.pages["/feed"] = commented(server, 3)
    server.pages["/1/feed"] = named(rss(answer(7, "I <b>disagree</b>"), answer(8, reply, "Ada Q."), answer(9, foreign)))
    later = [*at(2).read(address, answers.cursor, net=net)]
    links = {(one.from_post, one.kind, one.target) for one in (*answers.links, *later[-1].links)}
    (entry,), (first,), posts = page.posts, answers.posts, {one.id[-1]: one for one in later[-1].posts}

    assert ("feed:a.example/?p=1#comment-7", "I disagree", entry.id) == (first.id, first.text, first.thread)
    assert ("feed:a.example:commenter:bo",) == first.accounts
    assert [] == again
    assert 2 == len(asked_for(server))
    assert {
        (first.id, "reply", entry.id),
        (posts["8"].id, "reply", first.id),
        (posts["9"].id, "reply", entry.id),
    } <= links
    assert "No, see" == posts["8"].text_unquoted
    assert ["feed:a.example:commenter:ada-q"] == [*posts["8"].accounts]
    assert datetime(2024, 3, 2, 9, 7, tzinfo=UTC) == first.claimed_at


@pytest.mark.slow
def test_answers_are_looked_for_ever_less_often_also_when_the_feed_itself_says_nothing_new(server, net):
    address, cursor, when = server.address + "/feed", None, []
    server.pages |= {"/robots.txt": b"", "/feed": commented(server, None), "/1/feed": named(rss(answer(7, "x")))}
    for hour in range(0, 24 * 95, 3):
        before = len(asked_for(server))
        for page in at(hour).read(address, cursor, net=net):
            cursor = page.cursor
        when += [hour] * (len(asked_for(server)) - before)
    gaps = [later - sooner for sooner, later in pairwise(when)]

    assert gaps == sorted(gaps)
    assert (9, 15) <= (gaps[0], len(when)) <= (12, 25)
    assert when[-1] < 90 * 24


def test_answers_that_cannot_be_read_stop_nothing_and_other_hosts_are_not_asked(server, net):
    address = server.address + "/feed"
    elsewhere = f"<link>{server.address}/2</link><wfw:commentRss>http://127.0.0.2:8080/feed</wfw:commentRss>"
    refused = commented(server, 1).replace(b"</channel>", f"<item>{item(2, LONG, elsewhere)}</item></channel>".encode())
    server.pages |= {"/robots.txt": b"User-agent: *\nDisallow: /1/", "/feed": refused}
    pages = [*at(0).read(address, None, net=net)]

    assert {"answers to an entry not read: forbidden": 1} == pages[-1].ignored
    assert ["T1", "T2"] == [post.title for post in pages[0].posts]
    assert [] == asked_for(server)
