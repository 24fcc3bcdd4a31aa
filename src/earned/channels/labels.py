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
    reads: str
    leaves: str


_NO_PRIVATE = "what is not public, messages, addresses, lists of people"
LINES = {
    "proposals": Line("proven", "first versions of PEPs, EIPs, numbered proposals in a git clone", "later versions"),
    "x": Line("fixture", "X archive: own posts, replies, quotes, reposts, counts", _NO_PRIVATE),
    "linkedin": Line("fixture", "LinkedIn export: own shares, comments, reposts, articles, positions", _NO_PRIVATE),
    "mastodon-archive": Line("fixture", "Mastodon archive: own public posts and boosts", _NO_PRIVATE),
    "bluesky-car": Line(
        "fixture", "Bluesky repository (CAR): posts, replies, quotes, reposts", "likes, follows, blocks"
    ),
    "substack": Line("fixture", "Substack export: published posts, opens as counts", "drafts, paid posts, subscribers"),
    "medium": Line("fixture", "Medium export: published stories and answers", "drafts, claps, lists of people"),
    "reddit": Line("fixture", "Reddit data request: own posts and comments", _NO_PRIVATE),
    "youtube": Line("fixture", "YouTube Takeout: own comments", "what was watched or searched"),
    "wxr": Line("fixture", "WordPress export: published posts, approved comments", "drafts, addresses, pingbacks"),
    "ghost": Line("fixture", "Ghost export: published public posts", "drafts, members"),
    "mail": Line("fixture", "mbox and Maildir: lists and newsletters", "addresses, attachments, mail between people"),
    "hackernews": Line("fixture", "Hacker News: threads, accounts, searches", "votes"),
    "mastodon": Line(
        "double",
        "a Mastodon account, hashtag or (with a token) search, live: public posts and answers; a hashtag's stream",
        _NO_PRIVATE,
    ),
    "bluesky": Line(
        "proven",
        "a Bluesky account (its repository, answers and quotes by others), feed, list or (signed in) search, live",
        "likes, follows, blocks",
    ),
    "bluesky-stream": Line(
        "proven",
        "posts by anybody with a person's words, from the AT network's stream (subscribeRepos; Jetstream: double)",
        "what was said before; likes, follows, blocks",
    ),
    "wordpress": Line("proven", "a WordPress site, live: posts, edits, comments", "drafts, addresses, pingbacks"),
    "imap": Line("proven", "a mail folder, live: lists and newsletters", "mail to a person, addresses, attachments"),
    "list-archive": Line("double", "a list's monthly mbox files on the web", "addresses, attachments"),
    "feed": Line("double", "RSS, Atom, JSON Feed, OPML lists", "pictures, sounds; what the feed dropped"),
    "records": Line("proven", "JSON Lines, CSV, Parquet in the exchange form", "rows that cannot be believed"),
}
