"""Signing in to servers of Mastodon with a token that a person made there, for what is shown to members only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from earned.channels.base import Answer, Net

#: What a person can do who has no token.
WAYS_IN = (
    "Make a token there (Preferences, Development, New application; it needs no more than read) and start Earned with "
    "EARNED_MASTODON_TOKEN=HOST=TOKEN; several are separated by commas"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens by host (with its port where it has one). They are never shown, kept or logged."""

    _by_host: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __contains__(self, address: str) -> bool:
        return urlsplit(address).netloc.lower() in self._by_host

    def headers(self, address: str) -> dict[str, str]:
        """The header that proves who asks, for an address on a host of which there is a token; else none."""
        token = self._by_host.get(urlsplit(address).netloc.lower())
        return {"Authorization": f"Bearer {token}"} if token else {}


def tokens_from(environment: Mapping[str, str]) -> Tokens:
    """HOST=TOKEN of EARNED_MASTODON_TOKEN, several separated by commas."""
    pairs = (one.partition("=") for one in environment.get("EARNED_MASTODON_TOKEN", "").split(","))
    return Tokens({host.strip().lower(): token.strip() for host, _, token in pairs if host.strip() and token.strip()})


@dataclass(frozen=True, slots=True)
class Signed:
    """A client that shows the token to its own host; the client below sends it by https only, and never on."""

    net: Net
    tokens: Tokens

    def get(self, url: str, *, headers: dict[str, str] | None = None, most: int = 10_000_000) -> Answer:
        """As the client's own."""
        return self.net.get(url, headers={**(headers or {}), **self.tokens.headers(url)}, most=most)
