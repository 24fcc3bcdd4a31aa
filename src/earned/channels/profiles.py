"""What a page says about its owner: the addresses it links to with rel=me."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from earned.channels.base import Visitor
from earned.channels.markup import canonical
from earned.model import Account

#: Addresses of one page that are kept.
_MOST = 100
_PAGE_BYTES = 2_000_000


class _Owner(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in ("a", "link") and "me" in told.get("rel", "").casefold().split() and len(self.named) < _MOST:
            found = canonical(urljoin(self.base, told.get("href", "")))
            self.named += [found] if found else []


def names_as_owner(page: str, net: Visitor, *, seen_at: str) -> tuple[str, ...]:
    """The addresses that `page` calls its owner's.

    Raises:
        ChannelError: it cannot be read, or asks not to be.
    """
    answer = net.visit(page, seen_at=seen_at, most=_PAGE_BYTES)
    reader = _Owner(answer.url)
    reader.feed(answer.body.decode("utf-8", "replace"))
    return tuple(dict.fromkeys(reader.named))


def pages_of(accounts: Iterable[Account]) -> Iterator[tuple[str, str]]:
    """(page, where it is named) of people's own pages: those their profiles name, and those at their domain."""
    seen: set[str] = set()
    for account in accounts:
        if account.kind not in ("person", "unknown"):
            continue
        domain = account.handle if "." in account.handle and "@" not in account.handle else ""
        named = [*account.verified_links, *account.profile_links, *([f"https://{domain}/"] if domain else [])]
        for page in map(canonical, named):
            if page and page not in seen and urlsplit(page).netloc != urlsplit(account.url).netloc:
                seen.add(page)
                yield page, account.url
