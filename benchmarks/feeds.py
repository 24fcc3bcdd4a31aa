"""How long 500 feeds take: the quick reader, the patient one, and feedparser as it was used before; equal fields checked.

    ./dev bench feeds [--feeds 500] [--items 20]

Feeds are made here: a third as WordPress writes RSS, a third Atom with HTML, a third short RSS as site generators do.
"""

from __future__ import annotations

import argparse
import io
import random
import time
import warnings
import xml.sax
from collections.abc import Callable
from html import escape

import defusedxml.sax
import feedparser

from earned.channels.feed.parse import patient, quickly
from earned.channels.markup import plain

warnings.simplefilter("ignore", DeprecationWarning)
BASE = "https://a.example/feed"
WORDS = "slow reading of old letters tells more about a city than any survey of its streets could & “did”".split()  # noqa: SIM905


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--feeds", type=int, default=500)
    asked.add_argument("--items", type=int, default=20)
    told = asked.parse_args()
    rng = random.Random(7)
    makers = (wordpress, atom, short)
    feeds = [makers[number % 3](rng, told.items) for number in range(told.feeds)]
    print(f"{len(feeds)} feeds, {sum(map(len, feeds)) / 1e6:.1f} MB, {told.items} entries each; CPU seconds")
    quick, found = timed(lambda: [quickly(body, BASE) for body in feeds])
    slow, others = timed(lambda: [patient(body, BASE) for body in feeds])
    as_it_comes, _ = timed(lambda: [as_before(body) for body in feeds])
    assert found == others, "the two readers differ"
    texts, _ = timed(lambda: [plain(entry.html, BASE) for feed in found for entry in feed.entries])
    for name, seconds in (("quick", quick), ("patient", slow), ("feedparser as before", as_it_comes)):
        print(f"{name:24}{seconds:8.2f} s{1000 * seconds / len(feeds):8.1f} ms a feed{seconds / quick:7.1f} x")
    print(f"{'texts of the entries':24}{texts:8.2f} s  (after any of them, for entries that are new)")


def as_before(body: bytes) -> None:
    """How Earned read feeds before: looked through for entities, then read and cleaned by feedparser."""
    defusedxml.sax.parseString(body, xml.sax.ContentHandler(), forbid_external=False)
    feedparser.parse(io.BytesIO(body), response_headers={"content-location": BASE})


def timed(work: Callable[[], list]) -> tuple[float, list]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def html(rng: random.Random, paragraphs: int) -> str:
    """Paragraphs with a link, a picture and a quotation."""
    parts = []
    for number in range(paragraphs):
        text = " ".join(rng.choices(WORDS, k=60)).replace("&", "&amp;")
        parts.append(
            f'<p class="wp-block-paragraph">{text} <a href="/post/{number}?utm_source=feed" rel="noopener">see</a> '
            f'<img src="https://a.example/{number}.png" alt="" width="40"/></p>'
        )
    return "\n".join([*parts, '<blockquote cite="https://b.example/1"><p>Somebody said so</p></blockquote>'])


def wordpress(rng: random.Random, items: int) -> bytes:
    rows = "".join(
        f"<item><title>Title {n} &amp; more</title><link>https://a.example/{n}/</link><comments>https://a.example/{n}/#c"
        f"</comments><dc:creator><![CDATA[Ada Q.]]></dc:creator><pubDate>Fri, 01 Mar 2024 09:{n % 60:02}:00 +0000</pubDate>"
        f'<category><![CDATA[Cities]]></category><category><![CDATA[Letters]]></category><guid isPermaLink="false">'
        f"https://a.example/?p={n}</guid><description><![CDATA[{html(rng, 1)}]]></description><content:encoded><![CDATA["
        f"{html(rng, 8)}]]></content:encoded><wfw:commentRss>https://a.example/{n}/feed/</wfw:commentRss>"
        f"<slash:comments>{n}</slash:comments></item>\n"
        for n in range(items)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>Letters</title><atom:link '
        'href="https://a.example/feed/" rel="self" type="application/rss+xml" /><link>https://a.example</link><description>'
        "of a city</description><lastBuildDate>Fri, 01 Mar 2024 10:00:00 +0000</lastBuildDate><language>en-US</language>"
        "<sy:updatePeriod>hourly</sy:updatePeriod><generator>https://wordpress.org/?v=6.1</generator><image><url>"
        f"https://a.example/i.png</url><title>Letters</title><link>https://a.example</link></image>{rows}</channel></rss>"
    ).encode()


def atom(rng: random.Random, items: int) -> bytes:
    rows = "".join(
        f"<entry><id>tag:a.example,2024:{n}</id><title>Title {n}</title><link rel='alternate' type='text/html' "
        f"href='https://a.example/{n}'/><published>2024-03-01T09:{n % 60:02}:00Z</published><updated>2024-03-02T09:00:00Z"
        f"</updated><author><name>Ada Q.</name><uri>https://a.example/</uri></author><category term='cities'/>"
        f"<content type='html'>{escape(html(rng, 5))}</content></entry>\n"
        for n in range(items)
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><id>tag:a.example</id>"
        "<title>Letters</title><link href='https://a.example/'/><link rel='self' href='https://a.example/feed'/>"
        f"<updated>2024-03-02T09:00:00Z</updated>{rows}</feed>"
    ).encode()


def short(rng: random.Random, items: int) -> bytes:
    rows = "".join(
        f"<item><title>Title {n}</title><link>https://a.example/{n}/</link><pubDate>Fri, 01 Mar 2024 09:{n % 60:02}:00 +0000"
        f"</pubDate><author>ada@a.example (Ada Q.)</author><guid>https://a.example/{n}/</guid><description>"
        f"{escape(html(rng, 1))}</description></item>\n"
        for n in range(items)
    )
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
        "<channel><title>Letters</title><link>https://a.example/</link><description>of a city</description><generator>Hugo"
        f"</generator><managingEditor>ada@a.example (Ada Q.)</managingEditor>{rows}</channel></rss>"
    ).encode()


if __name__ == "__main__":
    main()
