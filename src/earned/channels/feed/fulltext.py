"""The whole text of an entry that its feed only begins."""

from __future__ import annotations

import re

from earned.channels.base import Net, Visitor
from earned.errors import ChannelError

#: A feed's text shorter than this is a teaser.
TEASER = 400
_ELLIPSIS = re.compile(r"(…|\.\.\.|\[…\]|\[\.\.\.\]|read more|continue reading)\W*$", re.I)
_KEEP_OUT = re.compile(rb"<meta\b[^>]*name\s*=\s*[\"']?robots[\"']?[^>]*(noindex|noai|none)", re.I)


def is_cut(text: str) -> bool:
    """Whether a feed's text looks like the beginning of something longer."""
    return len(text) < TEASER or bool(_ELLIPSIS.search(text[-40:]))


def full_text(url: str, net: Net, *, seen_at: str) -> tuple[str, str]:
    """The text of the page, and why there is none when it is empty."""
    if not isinstance(net, Visitor):
        return "", "full text: no client for pages"
    try:
        answer = net.visit(url, seen_at=seen_at)
    except ChannelError as fault:
        return "", f"full text: {type(fault).__name__.lower()}"
    if _KEEP_OUT.search(answer.body[:100_000]):
        return "", "full text: the page asks not to be kept"
    return _extract(answer.body, url)


def _extract(body: bytes, url: str) -> tuple[str, str]:
    import trafilatura  # heavy: only loaded when a page is read

    try:
        text = trafilatura.extract(body.decode("utf-8", "replace"), url=url, include_comments=False)
    except Exception:  # noqa: BLE001  the extractor meets arbitrary pages; none may stop a feed
        return "", "full text: the page could not be read"
    return (text, "") if text else ("", "full text: none found on the page")
