"""Names that the quick reader of feeds knows: namespaces, and elements that say nothing we keep."""

from __future__ import annotations

ATOM = "http://www.w3.org/2005/Atom"
THREADS = "http://purl.org/syndication/thread/1.0"
_WORDPRESS = "com-wordpress:feed-additions:1"

#: Namespaces that feedparser knows by their address, in lower case, and the prefix it gives them.
_BY_ADDRESS = {
    ATOM.lower(): "", "http://www.w3.org/xml/1998/namespace": "xml", "http://www.w3.org/1999/xhtml": "xhtml",
    "http://purl.org/rss/1.0/modules/content/": "content", "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms", "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media", "http://search.yahoo.com/mrss/": "media",
    "http://purl.org/rss/1.0/modules/slash/": "slash", "http://wellformedweb.org/commentapi/": "wfw",
    "http://purl.org/rss/1.0/modules/syndication/": "sy", "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.georss.org/georss": "georss", "http://backend.userland.com/creativecommonsrssmodule": "creativeCommons",
    "http://web.resource.org/cc/": "cc", "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner", "http://webns.net/mvcb/": "admin",
}  # fmt: skip
#: Namespaces that it knows by their prefix only: it has no use for them, and neither have we but for threads.
_BY_PREFIX = {
    THREADS: "thr", "http://a9.com/-/spec/opensearch/1.1/": "openSearch", "http://schemas.google.com/g/2005": "gd",
    "http://a9.com/-/spec/opensearchrss/1.0/": "openSearch", "http://schemas.google.com/blogger/2008": "blogger",
    "https://podcastindex.org/namespace/1.0": "podcast", "http://webfeeds.org/rss/1.0": "webfeeds", _WORDPRESS: "site",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
}  # fmt: skip
#: Namespaces whose single elements mean nothing here.
_WHOLE = frozenset({"sy", "openSearch", "gd", "blogger", "podcast", "webfeeds", "googleplay", "feedburner", "admin"})
#: Prefixes that would be mistaken for one of ours if they stood for something else.
NAMED = frozenset({*_BY_ADDRESS.values(), *_BY_PREFIX.values(), "xlink", "psc", "gml", "rdfs"}) - {""}
#: Namespaces that may stand without a prefix.
BARE = frozenset({ATOM, _WORDPRESS})
OF_IMAGE = frozenset({"url", "title", "link", "width", "height", "description"})
#: Attributes that mean something on every element.
EVERYWHERE = frozenset({"base", "lang", "xmlns"})

_LEAVES = frozenset({
    "comments", "enclosure", "generator", "docs", "ttl", "rating", "copyright", "rights", "cloud", "subtitle", "icon",
    "logo", "slash:section", "slash:department", "wfw:comment", "media:thumbnail", "media:content", "media:credit",
    "itunes:duration", "itunes:explicit", "itunes:image", "itunes:episode", "itunes:season", "itunes:episodeType",
    "itunes:title", "itunes:block", "itunes:order", "itunes:subtitle", "dc:identifier", "dc:type", "dc:format",
    "dcterms:created", "thr:total", "site:site", "created",
})  # fmt: skip
#: The same, of the feed itself only.
_OF_FEED = frozenset({
    "itunes:type", "itunes:category", "itunes:keywords", "itunes:new-feed-url", "itunes:complete", "dc:rights", "itunes:summary",
})  # fmt: skip


def canonical_name(uri: str) -> str | None:
    """The prefix a namespace usually has, empty for Atom's own elements; None: nobody knows it."""
    return _BY_ADDRESS.get(uri.lower(), _BY_PREFIX.get(uri))


def is_harmless(tag: str, inside: bool) -> bool:
    """Whether an element without children, of an entry or of the feed itself, changes nothing that is kept."""
    return tag in _LEAVES or tag.partition(":")[0] in _WHOLE or (not inside and tag in _OF_FEED)
