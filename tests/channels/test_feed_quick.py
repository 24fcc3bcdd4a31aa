"""The quick reader of feeds: equal to the patient one in every field, or it leaves the feed to that one."""

import time
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from data.feed.recorded import Recorded
from earned.channels.feed.entries import NoFeed
from earned.channels.feed.parse import parse, patient, quickly
from earned.channels.markup import plain

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
BASE = "https://a.example/blog/feed.xml"
HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xml:lang="en_GB">'
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="de" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:media="http://search.yahoo.com/mrss/">'
)

words = st.one_of(
    st.text("ab Zé\u0093\u2019<>&;#/:.?=@'\"\n\t0129", max_size=25),
    st.sampled_from([
        "", " ", "http://a.example/1?a=1&b=2", "/relative", "../up", "#here", "tag:a.example,2024:1", "ada@a.example (Ada Q.)",
        "Ada Q.", "bo@b.example", "Bo <bo@b.example>", "Fri, 01 Mar 2024 09:00:00 +0000", "2024-03-01T09:00:00Z", "12",
        "\u00c3\u00a9",
        "<p>One <a href='/x'>two</a></p>", "a &amp; b", "http:///a", "HTTPS://A.example:443/", "é", "&nbsp;&#146;", "x" * 50,
    ]),
)  # fmt: skip
kinds = st.sampled_from(
    ["", "", "", ' type="html"', ' type="text"', ' type="text/html"', ' type="xhtml"', ' xml:lang="fr"']
)


@st.composite
def element(draw, names):
    name = draw(st.sampled_from(names))
    if name in ("author", "contributor") and draw(st.booleans()):
        inner = "".join(f"<{part}>{escape(draw(words))}</{part}>" for part in draw(st.lists(st.sampled_from(
            ["name", "uri", "email"]), max_size=3)))  # fmt: skip
        return f"<{name}>{inner}</{name}>"
    if name in ("link", "atom:link") and draw(st.booleans()):
        rel = draw(
            st.sampled_from(["", ' rel="self"', ' rel="via"', ' rel="alternate"', ' rel="replies"', ' REL="VIA"'])
        )
        kind = draw(st.sampled_from(["", ' type="text/html"', ' type="application/atom+xml"', ' type="TEXT/HTML"']))
        return f"<{name} href={quoteattr(draw(words))}{rel}{kind}/>"
    if name == "thr:in-reply-to":
        return f"<{name} ref={quoteattr(draw(words))}/>"
    if name in ("category", "dc:subject") and draw(st.booleans()):
        more = draw(st.sampled_from(["term", "domain", "scheme", "label"]))
        return f"<{name} {more}={quoteattr(draw(words))}>{escape(draw(words))}</{name}>"
    more = draw(kinds) if name in ("title", "description", "summary", "content", "content:encoded") else ""
    more += draw(st.sampled_from(["", ' isPermaLink="false"', ' isPermaLink="true"'])) if name == "guid" else ""
    text = draw(words)
    return f"<{name}{more}>{escape(text) if draw(st.booleans()) or ']]>' in text else f'<![CDATA[{text}]]>'}</{name}>"


COMMON = [
    "title",
    "link",
    "description",
    "author",
    "category",
    "dc:creator",
    "dc:date",
    "updated",
    "rights",
    "dc:subject",
]
OF_RSS = [*COMMON, "guid", "pubDate", "content:encoded", "slash:comments", "wfw:commentRss", "comments", "source", "itunes:summary",
          "itunes:author", "thr:in-reply-to", "atom:link", "enclosure", "dcterms:modified", "media:thumbnail", "foo"]  # fmt: skip
OF_ATOM = [*COMMON, "id", "published", "content", "summary", "thr:in-reply-to", "slash:comments", "wfw:commentRss", "contributor",
           "media:thumbnail", "source"]  # fmt: skip
OF_CHANNEL = [
    *COMMON,
    "language",
    "managingEditor",
    "webMaster",
    "itunes:author",
    "atom:link",
    "ttl",
    "generator",
    "dc:language",
]
OF_FEED = [*COMMON, "id", "subtitle", "generator", "language", "dc:publisher", "icon"]


@st.composite
def feeds(draw):
    rss = draw(st.booleans())
    of_feed, of_item = (OF_CHANNEL, OF_RSS) if rss else (OF_FEED, OF_ATOM)
    item = "item" if rss else "entry"
    head = "".join(draw(st.lists(element(of_feed), max_size=4)))
    items = [
        f"<{item}>{''.join(draw(st.lists(element(of_item), max_size=7)))}</{item}>"
        for _ in range(draw(st.integers(0, 3)))
    ]
    picture = (
        draw(st.sampled_from(["", "", "<image><url>/i.png</url><title>I</title><link>/</link></image>"])) if rss else ""
    )
    body = f"{head}{picture}{''.join(items)}{draw(st.sampled_from(['', '<title>Last</title>']))}"
    base = draw(st.sampled_from(["", "", ' xml:base="https://c.example/y/"', ' xml:base=""']))
    whole = f"{HEAD}<channel>{body}</channel></rss>" if rss else f"{ATOM[:-1]}{base}>{body}</feed>"
    declared = draw(
        st.sampled_from(['<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0' encoding='utf-8'?>\n", ""])
    )
    return (declared + whole).encode()


@settings(max_examples=400, deadline=None)
@given(feeds(), st.sampled_from([BASE, "", "/home/ada/feed.xml"]))
def test_what_the_quick_reader_reads_equals_what_the_patient_one_reads(body, base):
    found = quickly(body, base)
    event("quick" if found else "patient")

    assert found in (None, patient(body, base))


FULL = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    + HEAD
    + "<channel><title>Notes</title><link>/</link><language>en</language>"
    '<atom:link rel="self" href="/feed"/><image><url>/i</url><title>I</title><link>/</link></image>'
    "<managingEditor>ada@a.example (Ada Q.)</managingEditor><item><title>On &lt;b&gt;noticing&lt;/b&gt;</title><link>/1?a=1&amp;b=2"
    '</link><guid isPermaLink="false">1</guid><dc:creator>Bo</dc:creator><pubDate>Fri, 01 Mar 2024 09:00:00 +0000</pubDate>'
    "<category>slow</category><description>Short</description><content:encoded><![CDATA[<p>Long <a href='x'>way</a></p>]]>"
    '</content:encoded><slash:comments>3</slash:comments><wfw:commentRss>/1/feed</wfw:commentRss><thr:in-reply-to ref="t:1"/>'
    "</item></channel></rss>"
)


def test_ordinary_feeds_are_read_quickly():
    recorded = Recorded().get("https://a.example/feed").body
    rss = quickly(FULL.encode(), BASE)
    (entry,) = rss.entries

    assert quickly(recorded, BASE) == patient(recorded, BASE)
    assert rss == patient(FULL.encode(), BASE) == parse(FULL.encode(), BASE)
    assert ("RSS feed", "Notes", "https://a.example/", "en") == (rss.kind, rss.title, rss.link, rss.lang)
    assert ("1", "https://a.example/1?a=1&b=2", "Bo", ("slow",), 3, ("t:1",)) == (
        entry.id, entry.link, entry.authors[0].name, entry.tags, entry.comments, entry.replies_to,
    )  # fmt: skip
    assert "https://a.example/1/feed" == entry.answers


@pytest.mark.parametrize(
    "change",
    [
        ("<?xml", '<!DOCTYPE rss [<!ENTITY a "b">]><?xml'),
        ('UTF-8"?>', 'UTF-8"?><!DOCTYPE rss>'),
        ("UTF-8", "windows-1252"),
        ("<item>", '<item xml:base="https://b.example/">'),
        ("http://purl.org/dc/elements/1.1/", "https://unknown.example/"),
        (
            'xmlns:dc="http',
            'xmlns:media2="http://purl.org/dc/terms/" xmlns:itunes2="https://unknown.example/" xmlns:dc="http',
        ),
        ("<title>On", "<title type='application/octet-stream'>On"),
        ("Short", "<div xmlns='http://www.w3.org/1999/xhtml'>Short</div>"),
        ("<description>Short</description>", "<description src='x'>Short</description>"),
        ("</item>", ""),
        ("<guid", "<GUID>2</GUID><guid"),
        ("</item>", "text</item>"),
    ],
)
def test_anything_unusual_is_left_to_the_patient_reader(change):
    assert quickly(FULL.replace(*change).encode(), BASE) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("safe<script>alert(1)</script>", "safe"),
        ("safe<!-- hidden <b>too</b> -->!", "safe!"),
        ("sa<!-- -- nonsense >fe", "safe"),
        ("safe<!-- without end", "safe"),
        ("before <iframe src='x'> after", "before after"),
        ("before <object data='x'> <b>after</b>", "before after"),
        ("one<iframe>no frames</iframe> two", "one two"),
        ("<html><head><title>T</title><body>words", "words"),
        ("<applet>x</applet>words", "words"),
        ("5 < 6 && 7 > 6", "5 < 6 && 7 > 6"),
    ],
)
def test_markup_that_nobody_cleaned_before_leaves_words_only(html, text):
    assert text == plain(html).text


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<a b='", "<![CDATA[", "<![CDATA[>", "<?", "</a", "<!-- -- ", "<script></", "<iframe "]
)
def test_markup_made_to_be_slow_is_read_in_time(piece):
    began = time.process_time()
    plain(piece * 40_000)

    assert time.process_time() - began < 5


@pytest.mark.parametrize("more", ["<thr:in-reply-to>x</thr:in-reply-to>", "<links a='b'/>", "<tags a='b'/>"])
def test_unknown_elements_with_our_names_break_nothing(more):
    assert 1 == len(parse(FULL.replace("<guid", f"{more}<guid").encode(), BASE).entries)


def test_what_breaks_the_patient_reader_is_told_as_no_feed():
    with pytest.raises(NoFeed, match="stumbles over"):
        parse(FULL.replace("<guid", "<authors a='b'/><guid").encode(), BASE)
