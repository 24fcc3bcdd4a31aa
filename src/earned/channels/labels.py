"""What each channel was tried against, and what it reads and leaves, in a line: the table of `earned channels`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: "proven": driven against the real thing. "double": against a server that plays the other side. "fixture": made files only.
Label = Literal["proven", "double", "fixture"]


@dataclass(frozen=True, slots=True)
class Line:
    """A channel in one line."""

    label: Label
    #: What a person gives to `earned add`, or to the command that is named.
    address: str
    reads: str
    leaves: str
    #: What Earned writes there.
    writes: str = "nothing"


_NO_PRIVATE = "what is not public, messages, addresses, lists of people"
LINES = {
    "proposals": Line(
        "proven", "folder of a git clone", "first versions of PEPs, EIPs, numbered proposals", "later versions"
    ),
    "x": Line("fixture", "zip or folder", "X archive: own posts, replies, quotes, reposts, counts", _NO_PRIVATE),
    "linkedin": Line(
        "fixture", "zip or folder", "LinkedIn export: own shares, comments, reposts, articles, positions", _NO_PRIVATE
    ),
    "mastodon-archive": Line(
        "fixture", "tar.gz, zip or folder", "Mastodon archive: own public posts and boosts", _NO_PRIVATE
    ),
    "bluesky-car": Line(
        "proven", "CAR file", "Bluesky repository: posts, replies, quotes, reposts", "likes, follows, blocks"
    ),
    "substack": Line(
        "fixture", "zip or folder", "Substack export: published posts, opens as counts", "drafts, paid posts, subscribers"
    ),
    "medium": Line(
        "fixture", "zip or folder", "Medium export: published stories and answers", "drafts, claps, lists of people"
    ),
    "reddit": Line("fixture", "zip or folder", "Reddit data request: own posts and comments", _NO_PRIVATE),
    "youtube": Line(
        "fixture", "zip, folder or CSV", "YouTube Takeout in English: own comments", "what was watched or searched"
    ),
    "wxr": Line(
        "fixture", "XML file", "WordPress export: published posts, approved comments", "drafts, addresses, pingbacks"
    ),
    "ghost": Line("fixture", "JSON file", "Ghost export: published public posts", "drafts, members"),
    "answers": Line(
        "fixture", "text file", "answers that a person copied (LinkedIn, X, anywhere)", "lines that nobody said"
    ),
    "mail": Line(
        "fixture", "mbox file, Maildir folder", "lists and newsletters", "addresses, attachments, mail between people"
    ),
    "hackernews": Line("fixture", "item, user, from?site=, search URL", "threads, accounts, searches, points", "votes"),
    "mastodon": Line(
        "double",
        "@name@host, profile, hashtag or search URL",
        "public posts and boosts, answers by others, counts; a hashtag's stream",
        _NO_PRIVATE,
    ),
    "bluesky": Line(
        "proven",
        "profile, feed, list, search or hashtag URL, DID",
        "an account's posts and what others answer and quote; what a feed, list or (signed in) search shows",
        "likes, follows, blocks",
    ),
    "bluesky-stream": Line(
        "proven",
        "wss://SERVER/subscribe?words=...",
        "posts by anybody with a person's words, from the AT network's stream (subscribeRepos; Jetstream: double)",
        "what was said before; likes, follows, blocks",
    ),
    "wordpress": Line("proven", "site URL", "posts, their edits, approved comments", "drafts, addresses, pingbacks"),
    "imap": Line(
        "proven", "imap://user@host/Folder", "lists and newsletters", "mail to a person, addresses, attachments"
    ),
    "list-archive": Line("double", "URL of the list's page of months", "a list's monthly mbox files", "addresses, attachments"),
    "feed": Line(
        "proven", "URL or file", "RSS, Atom, JSON Feed, OPML lists; the page of a cut text",
        "pictures, sounds; what the feed dropped",
    ),
    "calendar": Line(
        "proven", "URL, webcal://, .ics file", "events as news that people react to (--news), repeated ones day by day",
        "who attends or organizes, private events, tasks",
    ),
    "records": Line(
        "proven", "file, folder, -", "JSON Lines, CSV, Parquet in the exchange form", "rows that cannot be believed",
        "the same form (earned export STUDY)",
    ),
}  # fmt: skip

#: Where counts come from: `earned counts`, beside the measure and never in it.
COUNTS = {
    "accesslog": Line(
        "proven", "file, combined format", "views and visitors by page", "addresses, robots, pictures"
    ),
    "plausible": Line(
        "double", "plausible://HOST/SITE, CSV", "views, visits, visitors, seconds and scrolling by page", "who visited"
    ),
    "umami": Line("double", "umami://HOST/WEBSITE, CSV", "visits by page", "who visited"),
    "ga4": Line("fixture", "CSV in English", "views, visitors, seconds by page", "who visited"),
    "search-console": Line("fixture", "CSV in English", "clicks and impressions by page", "what was searched"),
    "linkedin-analytics": Line(
        "fixture", "workbook (.xlsx)", "impressions and engagements by post, members reached", "who they are"
    ),
    "counter": Line(
        "proven", "EARNED_COUNTER, own pages", "views, reads, seconds, scrolling, referring hosts", "cookies, addresses"
    ),
}  # fmt: skip
