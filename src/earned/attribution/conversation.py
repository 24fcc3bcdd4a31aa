"""From posts to the frame: who, when, where, linked to what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import numpy as np
from numpy.typing import NDArray

from earned.attribution.frame import DOCUMENT, FAST, NONE, SLOW, SPEEDS, TALK, TRACES, Frame
from earned.attribution.news import News, addresses, news_of
from earned.model import CONFIRMED, Link, Post
from earned.text.language import languages, one_language

_DAY = 86_400.0
#: How far a time of each precision can be later than it says, in days. Minutes keep the order of their channel.
_SPREAD = {"second": 0.0, "minute": 0.0, "day": 1.0, "unknown": 0.0}
#: Words in a channel's name that tell how fast people answer there.
_NAMED = (
    (FAST, r"twitter|tweet|bluesky|mastodon|chirp|irc|chat|slack|discord|telegram|\bx\b"),
    (DOCUMENT, r"pep|eip|\brfc|proposal|paper|report|arxiv|\badr"),
    (SLOW, r"blog|newsletter|weekly|feed|podcast|notes|substack|medium"),
    (TALK, r"list|mail|forum|hacker|\bhn\b|reddit|discourse|comment|question|cypher|linkedin"),
)
#: Rooms: everybody reads all that is said, line after line.
_ROOM = re.compile(r"irc|chat|slack|discord|telegram|matrix|zulip|\broom\b", re.I)
#: Kinds of links that name a post.
TO_POSTS = frozenset({"reply", "quote", "repost", "cite", "requires", "supersedes", "url"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A conversation as arrays, with the way back to its posts."""

    frame: Frame
    #: Post of each row.
    posts: tuple[Post, ...]
    #: Person codes below this are the study's people, in their order; above stand unknown authors, one for each post.
    known: int
    #: Names of the channels and of the organizations, by code.
    channels: tuple[str, ...]
    organizations: tuple[str, ...]
    #: (o,) rows of posts that link to something outside the conversation, and a code of what it is.
    outside_child: NDArray[np.int32]
    outside: NDArray[np.int32]
    #: Posts without a time: they cannot take part.
    unplaced: int
    #: (c,) and (c,): rows of pairs that only a reader linked, later and earlier post: causes, but no credit.
    confirmed_child: NDArray[np.int32]
    confirmed_parent: NDArray[np.int32]
    #: (n,) code of each post's language, 0 for the main one: only texts of one language are compared.
    language: NDArray[np.int16]
    #: What a person named as news.
    news: News


def speed_of(channel: str, lengths: Sequence[int], days_only: bool) -> int:
    """Speed class of a channel: by its name where that says it, else by how long and how exactly dated its posts are."""
    for speed, words in _NAMED:
        if re.search(words, channel, re.I):
            return speed
    typical = median(lengths) if lengths else 0
    if typical >= 4_000 and days_only:
        return DOCUMENT
    if days_only or typical >= 2_500:
        return SLOW
    return FAST if typical < 200 else TALK


def place(
    posts: Iterable[Post], links: Iterable[Link], person_of: Mapping[str, int], people: int, *, hide_links: bool = False,
    news: Sequence[Post] = (), identify: Callable[[str], str] = one_language,
) -> Placed:  # fmt: skip
    """Lay a conversation out in time order.

    Args:
        posts: With or without times; those without stay out and are counted.
        links: Between them, or to anything else.
        person_of: Account id -> person code below `people`.
        people: Number of known persons.
        news: What people react to, as its channels gave it: no part of the conversation.
        hide_links: Leave all explicit links out, as an evaluation does.
        identify: From a text to the tag of its language; without, what channels claim counts.
    """
    given = list(posts)
    timed = [post for post in given if post.claimed_at is not None]
    seconds = np.array([_seconds(post.claimed_at) for post in timed])
    order = np.argsort(seconds, kind="stable")
    rows = tuple(timed[i] for i in order)
    t = (seconds[order] - (seconds.min() if len(seconds) else 0.0)) / _DAY
    if len(rows) and any(post.time_precision == "day" for post in rows):
        t += seconds.min() % _DAY / _DAY
    _spread_minutes(rows, t)
    start, person, everybody = _authors(rows, person_of, people)
    channel, channels = _codes([post.channel for post in rows])
    organization, organizations = _codes([post.organization for post in rows])
    blank = organizations.index("") if "" in organizations else -2
    spread = np.array([_SPREAD[post.time_precision] for post in rows])
    visible = [] if hide_links else list(links)
    row_of = _names(rows)
    child, parent = _links(row_of, visible)
    speed = _speeds(rows, channel, channels)
    frame = Frame(
        t=t,
        t_low=t,
        t_high=t + spread,
        author_start=start,
        person=person,
        people=everybody,
        organization=np.where(organization == blank, -1, organization).astype(np.int32),
        channel=channel,
        channels=max(len(channels), 1),
        speed=speed,
        link_child=child,
        link_parent=parent,
        week=(t // 7).astype(np.int32),
        weekday=((np.floor(t).astype(int) + _first_weekday(rows)) % 7).astype(np.int8),
        has_link=np.isin(np.arange(len(rows)), child),
        chance=np.tile(np.eye(TRACES)[NONE], (len(SPEEDS), 1)),
        again=np.ones(len(SPEEDS)),
        room=_in_rooms(channel, channels, speed),
    )
    told = _only_confirmed(row_of, visible)
    language = languages(
        [post.text for post in rows], [post.lang for post in rows], person[start[:-1]].tolist(), identify
    )
    return Placed(frame, rows, people, channels, organizations, *_outside(row_of, visible, addresses(news)),
                  len(given) - len(rows), *told, language, news_of(news, rows, visible))  # fmt: skip


def _in_rooms(channel: NDArray[np.int32], channels: Sequence[str], speed: NDArray[np.uint8]) -> NDArray[np.bool_]:
    room = np.array([bool(_ROOM.search(name)) for name in channels], np.bool_)
    return np.asarray(room[channel] & (speed == FAST)) if len(channel) else np.zeros(0, np.bool_)


def _spread_minutes(rows: Sequence[Post], t: NDArray[np.float64]) -> None:
    """Posts of one minute happened one after the other, in their channel's order: spread them over the minute, in place."""
    if not any(post.time_precision == "minute" for post in rows):
        return
    first = np.flatnonzero(np.append(True, np.diff(t) > 0))
    size = np.diff(np.append(first, len(t)))
    place = np.arange(len(t)) - np.repeat(first, size)
    minute = np.array([post.time_precision == "minute" for post in rows])
    t += np.where(minute, place / np.repeat(size, size) / 1440.0, 0.0)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _first_weekday(rows: Sequence[Post]) -> int:
    first = rows[0].claimed_at if rows else None
    return first.weekday() if first else 0


def _authors(
    rows: Sequence[Post], person_of: Mapping[str, int], people: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], int]:
    """Author codes row by row; a post by nobody known is by a fresh person each time."""
    person: list[int] = []
    start, fresh = [0], people
    for post in rows:
        if len(post.accounts) == 1 and (alone := person_of.get(post.accounts[0])) is not None:
            person.append(alone)
        elif codes := dict.fromkeys(person_of[account] for account in post.accounts if account in person_of):
            person.extend(codes)
        else:
            person.append(fresh)
            fresh += 1
        start.append(len(person))
    return np.array(start, np.int64), np.array(person, np.int32), fresh


def _codes(names: Sequence[str]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    known: dict[str, int] = {}
    codes = np.array([known.setdefault(name, len(known)) for name in names], np.int32)
    return codes, tuple(known)


def _speeds(rows: Sequence[Post], channel: NDArray[np.int32], channels: Sequence[str]) -> NDArray[np.uint8]:
    speeds = []
    for code, name in enumerate(channels):
        here = np.flatnonzero(channel == code)[:5_000]
        lengths = [len(rows[i].text) for i in here]
        speeds.append(speed_of(name, lengths, all(rows[i].time_precision != "second" for i in here[:200])))
    return np.array(speeds, np.uint8)[channel] if len(rows) else np.zeros(0, np.uint8)


def _names(rows: Sequence[Post]) -> dict[str, int]:
    """Row by id, and by address where no post has it for an id."""
    row_of = {post.url: row for row, post in enumerate(rows) if post.url}
    row_of.update({post.id: row for row, post in enumerate(rows)})
    return row_of


def _links(row_of: Mapping[str, int], links: Iterable[Link]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows of posts and of the posts at hand that they link to, each pair once, in order."""
    named = [(link.from_post, link.target) for link in links if link.kind in TO_POSTS and link.target in row_of]
    pairs = np.array([(row_of[a], row_of[b]) for a, b in named if a in row_of], np.int64).reshape(-1, 2)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    child, parent = np.divmod(np.unique(pairs[:, 0] << 32 | pairs[:, 1]), 1 << 32)
    return child.astype(np.int32), parent.astype(np.int32)


def _only_confirmed(row_of: Mapping[str, int], links: Sequence[Link]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Pairs of rows that a reader linked and no author did."""
    told = [link for link in links if link.evidence == CONFIRMED]
    if not told:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    made = set(zip(*(column.tolist() for column in _links(row_of, (x for x in links if x.evidence != CONFIRMED)))))
    pairs = [pair for pair in zip(*(column.tolist() for column in _links(row_of, told))) if pair not in made]
    kept = np.array(pairs, np.int32).reshape(-1, 2)
    return kept[:, 0].copy(), kept[:, 1].copy()


def _outside(
    row_of: Mapping[str, int], links: Iterable[Link], news: frozenset[str]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows of posts and codes of the addresses they cite that are neither a post at hand nor named as news."""
    cited = [
        (row_of[link.from_post], link.target)
        for link in links
        if link.kind == "url" and link.target not in row_of and link.target not in news and link.from_post in row_of
    ]
    codes, _ = _codes([target for _, target in cited])
    return np.array([row for row, _ in cited], np.int32), codes
