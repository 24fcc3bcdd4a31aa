"""Records of the AT network as nouns: repositories in CAR files, posts, replies, quotes, reposts."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator, Mapping
from typing import Any

import libipld

from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical
from earned.channels.profiles import employer_in, named_in
from earned.model import Account, Link, Post

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
#: Collection and path of the one record that describes an account.
PROFILE = "app.bsky.actor.profile"
PROFILE_PATH = f"{PROFILE}/self"
_DEPTH = 64


def car_records(body: bytes) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    """The DID of a repository and its records by path, in order of path.

    Raises:
        ValueError: not a CAR file, or blocks of the tree are missing.
    """
    did, found = car_contents(body)
    return did, [(path, record) for path, _, record in found]


def car_contents(body: bytes) -> tuple[str, list[tuple[str, str, dict[str, Any]]]]:
    """The same with the content identifier of each record between: (path, CID in words, record).

    Raises:
        ValueError: as above.
    """
    try:
        header, blocks = libipld.decode_car(body)
        (root,) = header["roots"][:1]
        commit = blocks[root]
        did, tree = str(commit["did"]), commit["data"]
        found = [(path, cid, blocks.get(cid)) for path, cid in _walk(blocks, tree, 0)]
        return did, [(path, _cid(cid), record) for path, cid, record in found if isinstance(record, dict)]
    except (KeyError, TypeError, IndexError) as fault:
        raise ValueError(f"a part is missing: {str(fault)[:60]}") from None


def _cid(cid: bytes) -> str:
    """A content identifier as servers write it: base 32 after a b."""
    return "b" + b32encode(bytes(cid)).decode().rstrip("=").lower()


def bluesky_account(did: str, handle: str, profile: object) -> Account:
    """The account of a repository, with what its profile says and names."""
    told: Mapping[str, Any] = profile if isinstance(profile, dict) else {}
    name = said(told, "displayName") or handle or did
    links = named_in(said(told, "website"), said(told, "description"))
    employer = employer_in((), said(told, "description"))
    return Account(
        f"bluesky:{did}", name, handle=handle, url=f"https://bsky.app/profile/{did}", organization=employer, links=links
    )


def _walk(blocks: Mapping[bytes, Any], node: bytes | None, depth: int) -> Iterator[tuple[str, bytes]]:
    """Paths of a Merkle search tree with the identifiers of their records, in order."""
    if node is None:
        return
    if depth > _DEPTH:
        raise ValueError("the tree is deeper than any real one")
    tree = blocks[node]
    yield from _walk(blocks, tree.get("l"), depth + 1)
    path = b""
    for entry in tree["e"]:
        path = path[: entry["p"]] + bytes(entry["k"])
        yield path.decode("utf-8", "replace"), entry["v"]
        yield from _walk(blocks, entry.get("t"), depth + 1)


def record_item(did: str, path: str, record: Mapping[str, Any], account: Account, notes: Notes) -> Item | None:
    """A record as an item; None when it is no utterance (counted) or its time is not believed (rejected)."""
    collection = path.partition("/")[0]
    uri = f"at://{did}/{path}"
    if collection not in (POST, REPOST):
        if collection != PROFILE:
            notes.ignored[f"record that says nothing: {collection}"] += 1
        return None
    when = notes.time(said(record, "createdAt"), uri)
    if when is None:
        return None
    number = f"bluesky:{uri}"
    if collection == REPOST:
        target = said(record, "subject", "uri")
        post = Post(number, "bluesky", (account.id,), when[0], when[1], "", labels={"share": True})
        return Item(post, (account,), (Link(number, "repost", f"bluesky:{target}"),) if target else ())
    root = said(record, "reply", "root", "uri")
    langs = record.get("langs")
    post = Post(
        number, "bluesky", (account.id,), when[0], when[1], notes.text(said(record, "text")),
        url=web_address(uri), thread=f"bluesky:{root}" if root else number,
        lang=langs[0].partition("-")[0] if isinstance(langs, list) and langs and isinstance(langs[0], str) else "",
    )  # fmt: skip
    return Item(post, (account,), tuple(dict.fromkeys(_links(number, record))))


def web_address(uri: str) -> str:
    """Where people read a post: at://did/collection/key on the web."""
    did, _, rest = uri.removeprefix("at://").partition("/")
    return f"https://bsky.app/profile/{did}/post/{rest.rpartition('/')[2]}"


def inside(record: Any, *path: str) -> Any:
    """What lies at a path of keys; None where one is missing or no table."""
    for key in path:
        record = record.get(key) if isinstance(record, dict) else None
    return record


def said(record: Any, *path: str) -> str:
    """The words at a path of keys; empty where there are none: records are anybody's, and may hold anything."""
    found = inside(record, *path)
    return found if isinstance(found, str) else ""


def tables(given: Any) -> list[dict[str, Any]]:
    """The tables in a list; empty where it is none."""
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _links(number: str, record: Mapping[str, Any]) -> Iterator[Link]:
    if parent := said(record, "reply", "parent", "uri"):
        yield Link(number, "reply", f"bluesky:{parent}")
    embed = record.get("embed")
    quoted = said(embed, "record", "record", "uri") or said(embed, "record", "uri")
    if quoted:
        yield Link(number, "quote", f"bluesky:{quoted}")
    external = said(embed, "external", "uri") or said(embed, "media", "external", "uri")
    found = [(canonical(external), "card")] if external else []
    text = said(record, "text").encode("utf-8", "replace")
    for facet in tables(record.get("facets")):
        words = text[_offset(facet, "byteStart") : _offset(facet, "byteEnd")].decode("utf-8", "replace")
        for feature in tables(facet.get("features")):
            if address := said(feature, "uri"):
                found.append((canonical(address), words))
            elif did := said(feature, "did"):
                yield Link(number, "mention", f"bluesky:{did}", 1, words)
    yield from links_of(number, found)


def _offset(facet: Any, side: str) -> int:
    """Facets count bytes of UTF-8."""
    found = inside(facet, "index", side)
    return found if isinstance(found, int) and found >= 0 else 0
