"""The Mastodon archive (ActivityPub outbox): public and unlisted posts only, although the file holds all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from earned.channels.archives.channel import ArchiveChannel, Kinds
from earned.channels.archives.content import json_list, json_whole
from earned.channels.archives.opened import Member, Opened
from earned.channels.items import Item, Notes, links_of
from earned.channels.markup import canonical, plain
from earned.channels.profiles import employer_in, named_in
from earned.model import Account, Link, Post

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
_KINDS = {"Person": "person", "Service": "bot", "Application": "bot", "Group": "group", "Organization": "organization"}


class MastodonArchive(ArchiveChannel):
    """outbox.json and actor.json, zipped or in a tar."""

    name = "mastodon-archive"
    what = "Mastodon archive"
    reads = ("outbox", "actor")
    claimed_by = ("outbox",)
    leaves: ClassVar = {"private": "likes, bookmarks and lists of people are not opened"}
    wants: ClassVar = {"actor": "No actor.json: the author is known by address only."}
    never = ("What others answered: add the account's address as well (earned add STUDY @name@host).",)

    def kind_of(self, head: bytes, member: Member) -> str:  # noqa: ARG002  names say nothing
        """By the words of ActivityStreams."""
        start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:8192]
        if b"/following_accounts" in start or start.startswith(b"Account address,"):
            return "private"
        if not start.startswith(b"{") or b"activitystreams" not in start[:2000]:
            return ""
        if b'"orderedItems"' in start:
            return "outbox" if b'"Create"' in head or b'"Announce"' in head else "private"
        return "actor" if b'"preferredUsername"' in head or b'"inbox"' in head else ""

    def items(self, opened: Opened, kinds: Kinds, notes: Notes) -> Iterator[tuple[Member, Item]]:
        """Public Creates and Announces."""
        known = _actor(opened, kinds)
        for member in kinds.get("outbox", ()):
            with opened.stream(member) as stream:
                for row, act in enumerate(json_list(stream, member.name, b'"orderedItems"'), 1):
                    where = f"{member.name} entry {row}"
                    if not isinstance(act, dict) or act.get("type") not in ("Create", "Announce"):
                        notes.ignored["neither a post nor a boost"] += 1
                    elif not public(act):
                        notes.ignored["not public"] += 1
                    elif item := _item(act, known, where, notes):
                        yield member, item


def public(act: Mapping[str, Any]) -> bool:
    """Whether the act and what it carries are addressed to everybody."""
    inner = act.get("object")
    named = [act] + ([inner] if isinstance(inner, dict) and act.get("type") == "Create" else [])
    return all(_PUBLIC & {*_listed(one.get("to")), *_listed(one.get("cc"))} for one in named)


def _listed(given: object) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else [str(given)] if given else []


def _actor(opened: Opened, kinds: Kinds) -> dict[str, Account]:
    found = {}
    for member in kinds.get("actor", ()):
        one = json_whole(opened.whole(member, 10_000_000), member.name)
        uri = str(one.get("id", ""))
        name = str(one.get("name") or one.get("preferredUsername") or uri)
        kind: Any = _KINDS.get(str(one.get("type")), "unknown")
        handle = str(one.get("preferredUsername", ""))
        told = [field for field in one.get("attachment") or [] if isinstance(field, dict)]
        fields = [(str(field.get("name") or ""), str(field.get("value") or "")) for field in told]
        links = named_in(*(value for _, value in fields), str(one.get("summary") or ""))
        found[uri] = Account(
            f"mastodon:{uri}", name, kind, handle=handle, url=str(one.get("url") or uri), links=links,
            organization=employer_in(fields, str(one.get("summary") or "")),
        )  # fmt: skip
    return found


def _item(act: Mapping[str, Any], known: dict[str, Account], where: str, notes: Notes) -> Item | None:
    inner = act.get("object")
    uri = str(act.get("actor") or "")
    account = known.get(uri) or Account(f"mastodon:{uri}", uri.rpartition("/")[2] or uri, url=uri)
    when = notes.time(act.get("published"), where)
    if when is None:
        return None
    if act["type"] == "Announce":
        number = f"mastodon:{act.get('id')}"
        post = Post(number, "mastodon", (account.id,), when[0], when[1], "", labels={"share": True})
        return Item(post, (account,), (Link(number, "repost", f"mastodon:{inner}"),))
    if not isinstance(inner, dict) or not inner.get("id"):
        notes.reject(where, "no id")
        return None
    return _post(inner, account, when, notes)


def _post(inner: Mapping[str, Any], account: Account, when: Any, notes: Notes) -> Item:
    number, url = f"mastodon:{inner['id']}", canonical(str(inner.get("url") or inner["id"]))
    body = plain(str(inner.get("content") or ""), url)
    tags = [tag for tag in inner.get("tag") or [] if isinstance(tag, dict)]
    people = {canonical(str(tag.get("href", ""))): str(tag["href"]) for tag in tags if tag.get("type") == "Mention"}
    links = [Link(number, "reply", f"mastodon:{inner['inReplyTo']}")] if inner.get("inReplyTo") else []
    if quoted := inner.get("quote") or inner.get("quoteUrl"):
        links.append(Link(number, "quote", f"mastodon:{quoted}"))
    links += [Link(number, "mention", f"mastodon:{uri}") for uri in people.values()]
    plain_links = [row for row in body.links if row[0] not in people and not row[1].startswith(("#", "@"))]
    content = inner.get("contentMap")
    post = Post(
        number, "mastodon", (account.id,), when[0], when[1], notes.text(body.text),
        title=plain(str(inner.get("summary") or "")).text, text_unquoted=body.unquoted, url=url,
        thread=str(inner.get("conversation") or ""),
        lang=str(next(iter(content), "")).partition("-")[0] if isinstance(content, dict) else "",
    )  # fmt: skip
    return Item(post, (account,), (*dict.fromkeys(links), *links_of(number, plain_links)))
