"""What a channel is. Small protocols; a further ability is a further protocol, found with `isinstance`."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from earned.model import Page

#: A page holds at most so many posts: the unit of commit, and of what an interruption can cost.
PAGE_POSTS = 5_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP server said, after redirects, within the caps."""

    status: int
    url: str
    headers: dict[str, str]
    body: bytes


class Net(Protocol):
    """The polite HTTP client, handed to channels by the conductor."""

    def get(self, url: str, *, headers: dict[str, str] | None = None, most: int = 10_000_000) -> Answer:
        """Fetch `url`, at most `most` decompressed bytes.

        Raises:
            ChannelError: unreachable, refused, missing or too large.
        """
        ...


@runtime_checkable
class Visitor(Protocol):
    """A client that also reads pages made for people, where their robots files let it."""

    def visit(
        self, url: str, *, seen_at: str, headers: dict[str, str] | None = None, most: int = 5_000_000
    ) -> Answer:  # fmt: skip
        """Fetch the page `url` that was linked to at `seen_at`.

        Raises:
            ChannelError: as `Net.get`; `Forbidden` when the site asks not to be read.
        """
        ...


@runtime_checkable
class Poster(Protocol):
    """A client that also signs in, where a service shows to members only what a person asked for."""

    def post(self, url: str, given: Mapping[str, str], *, most: int = 1_000_000) -> Answer:
        """Send `given` as JSON to `url`.

        Raises:
            ChannelError: as `Net.get`; `Forbidden` when it would not go encrypted.
        """
        ...


@runtime_checkable
class Listener(Protocol):
    """A client that also listens to streams of messages (WebSocket)."""

    def messages(
        self, url: str, *, idle: float, most: int = 5_000_000, beat: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Generator[bytes | str, None, None]:  # fmt: skip
        """Messages of the stream at `url` (wss), until none came for `idle` seconds.

        With `beat`, an empty message comes once the stream is open, and whenever none came for so many seconds.

        Raises:
            ChannelError: as `Net.get`; `Unreachable` when the stream breaks; `Forbidden` also when `headers` that
                prove who asks would not go encrypted.
        """
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """One thing a person gave to `earned add`, recognised by its content."""

    #: Name of the channel that reads it, as in `CHANNELS`.
    channel: str
    #: Canonical address: URL or absolute path, "-" for standard input.
    address: str
    #: What it was recognised as, in words: "Atom feed", "PEPs in a git clone".
    what: str
    #: What will be read and what will not, a sentence each.
    reads: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    #: What this kind of source could have held and does not, or can never hold.
    missing: tuple[str, ...] = ()
    #: It is what people react to, and can never be a part of the conversation.
    news_only: bool = False


@runtime_checkable
class Channel(Protocol):
    """A place where people talk in public."""

    #: Lower-case word used in the CLI, the store and error messages.
    name: str

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """Say whether this URL, file or folder is ours, by its content and never by its name alone."""
        ...

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Yield pages of posts at `address` newer than `cursor`.

        Reading again with the last page's cursor yields no new post; a page is complete, so whoever keeps page and
        cursor together can stop anywhere and go on later.

        Raises:
            ChannelError: unreachable, malformed or gone; `permanent` says which.
        """
        ...


@runtime_checkable
class Stream(Protocol):
    """A channel that can also stay and give what is said while it is said."""

    def streams(self, address: str) -> bool:
        """Whether there is something to stay on at `address`."""
        ...

    def listen(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """What is new since `cursor`, then what is said from now on, until the stream ends or breaks.

        A page comes at least every half a minute, an empty one when nothing was said; pages and cursors are those of
        `Channel.read`, so that either goes on where the other stopped.

        Raises:
            ChannelError: as `Channel.read`.
        """
        ...
