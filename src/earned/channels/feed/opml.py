"""OPML: a list of feeds, nested as deep as its owner likes."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree as Safe
from defusedxml.common import DefusedXmlException

from earned.channels.feed.entries import NoFeed
from earned.channels.markup import canonical


def feeds_in(body: bytes) -> tuple[list[str], int]:
    """Addresses of the feeds, each once in their order, and how many outlines name a feed that is no web address.

    Raises:
        NoFeed: not a readable OPML file.
    """
    try:
        root = Safe.fromstring(body)
    except DefusedXmlException:
        raise NoFeed("declares XML entities, which can be used to attack its readers; not read") from None
    except (ParseError, ValueError, LookupError) as fault:
        raise NoFeed(f"broken OPML ({fault})") from None
    found: dict[str, None] = {}
    bad = 0
    for outline in root.iter("outline"):
        address = next((value for key, value in outline.attrib.items() if key.lower() == "xmlurl"), "").strip()
        if address and canonical(address):
            found[address] = None
        else:
            bad += bool(address)
    return list(found), bad
