"""`feed`: RSS, Atom, JSON Feed, and OPML lists of them, from an address or a file."""

from earned.channels.feed.channel import Feed

__all__ = ["Feed"]
