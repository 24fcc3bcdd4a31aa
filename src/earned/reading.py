"""The conductor that reads: files and addresses become a conversation, without a workspace."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from earned.channels import recognise
from earned.channels.archives.channel import Archive
from earned.channels.base import Channel, Net, Source
from earned.channels.same_post import LABEL, joined, known_as
from earned.errors import InputError
from earned.model import Account, Link, Page, Person, Post, Rejected
from earned.people import Pair, persons
from earned.work import Progress, channel_for, net, settled, silent

if TYPE_CHECKING:
    from earned.attribution.labelled import Pairs


@dataclass(slots=True)
class Conversation:
    """What was read, and what of it could not be kept."""

    posts: list[Post] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    #: What people react to, named as news by a person: no part of the conversation.
    news: list[Post] = field(default_factory=list)
    #: Archives it was read from, each with what was found, left and missing.
    archives: list[Source] = field(default_factory=list)
    high_water: str = ""
    #: (later post, earlier post): pairs that a person says have nothing to do with each other.
    denied: Pairs = frozenset()
    #: Pairs of accounts that people said are one person, or two.
    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()

    def people(self) -> tuple[Person, ...]:
        """Who stands behind its accounts."""
        return persons(self.accounts.values(), same=self.same, different=self.different)

    def meet(self) -> None:
        """Links to a post by another of its numbers are links to it, where something names both."""
        said = [post.labels[LABEL] for post in self.posts if LABEL in post.labels]
        if said:
            self.links = joined(self.links, known_as(said, {post.id for post in self.posts}))

    def take(self, page: Page) -> None:
        """Add one page."""
        self.posts += page.posts
        self.links += page.links
        self.accounts.update((account.id, account) for account in page.accounts)
        self.rejected += page.rejected
        self.ignored.update(page.ignored)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for."""

    seed: int = 1
    #: Only posts from here on; only posts before.
    since: datetime | None = None
    until: datetime | None = None
    #: Only posts that hold one of these words; empty: all.
    topic: tuple[str, ...] = ()
    #: People with fewer posts are left out of the list.
    fewest: int = 1
    level: float = 0.90

    @property
    def narrowed(self) -> bool:
        """Whether it is about a part of the posts."""
        return bool(self.since or self.until or self.topic)


def chosen(posts: Iterable[Post], wish: Wish) -> Iterator[Post]:
    """The posts a wish is about."""
    words = [word.casefold() for word in wish.topic]
    for post in posts:
        if post.claimed_at is not None and wish.since and post.claimed_at < wish.since:
            continue
        if post.claimed_at is not None and wish.until and post.claimed_at >= wish.until:
            continue
        if not words or any(word in f"{post.title}\n{post.text}".casefold() for word in words):
            yield post


def read_files(
    given: Sequence[str | Path],
    *,
    news: Sequence[str | Path] = (),
    columns: Mapping[str, str] | None = None,
    progress: Progress = silent,
    as_news: bool = False,
) -> Conversation:
    """Read addresses, files or folders once, without a workspace; those of `news`, or all with `as_news`, as what people react to.

    Raises:
        InputError: nobody reads one of them, or it can be read as news only.
        ChannelError: it cannot be read.
    """
    found, client = Conversation(), net()
    for address in map(str, given):
        source, channel = recognised(address, client, columns)
        if source.news_only and not as_news:
            way_out = f"Give it beside the conversation: earned leaders CONVERSATION --news {address}"
            raise InputError(address, f"{source.what}: what people react to, no part of a conversation.", way_out)
        found.archives += [source] if isinstance(channel, Archive) else []
        with settled() as settle:
            for page in channel.read(source.address, None, net=client):
                found.take(page)
                settle()
                progress(f"Reading {Path(address).name}", page.done, page.total)
    if news:
        told = read_files(news, columns=columns, progress=progress, as_news=True)
        found.news, found.rejected = told.posts, found.rejected + told.rejected
        found.ignored.update(told.ignored)
    found.meet()
    found.high_water = f"{len(found.posts)} posts"
    return found


def recognised(given: str, client: Net, columns: Mapping[str, str] | None = None) -> tuple[Source, Channel]:
    """What was given, and the channel that reads it; with columns named, it is a file of records."""
    if given == "-":
        return Source("records", given, "records"), channel_for("records", columns)
    if columns:
        records = channel_for("records", columns)
        if table := records.recognise(given, net=client):
            return table, records
    source = recognise(given, net=client, make=lambda name: channel_for(name, None))
    return source, channel_for(source.channel, columns)


def exchange_rows(conversation: Conversation) -> Iterator[dict[str, object]]:
    """Its posts in the exchange form, one object each, in their order: what `earned add` reads back as the same posts."""
    from earned.channels.records import row_of

    links = defaultdict[str, list[Link]](list)
    for link in conversation.links:
        links[link.from_post].append(link)
    for post in conversation.posts:
        known = {name: conversation.accounts[name] for name in post.accounts if name in conversation.accounts}
        yield row_of(replace(post, accounts=tuple(known)), known, links[post.id])
