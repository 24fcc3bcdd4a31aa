"""WordPress sites by their REST interface: every published post and approved comment, edits, and what is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from earned.channels import withdrawn
from earned.channels.base import Net, Source
from earned.channels.items import Item, Notes, links_of, page, parsed
from earned.channels.live import asked
from earned.channels.markup import canonical, plain
from earned.channels.records.rows import folded
from earned.errors import ChannelError, Forbidden, Malformed, Missing
from earned.model import HIDDEN, Account, Gone, Link, Page, Post

NAME = "wordpress"
#: Rows of one request: the most that WordPress gives.
_AT_ONCE = 100
#: Numbers kept in a cursor; a bulk import of more within a second is read twice.
_MOST_KEPT = 300
#: Posts come by the second they were changed; comments may be approved days after they were written.
_BACK = {"posts": timedelta(seconds=1), "comments": timedelta(days=7)}
_READS = (
    "Published posts, also when they were changed later, with authors; approved comments and whom they answer; "
    "which of them were withdrawn."
)
_LEAVES = "Drafts, posts with a password, pending comments, pingbacks; addresses of commenters."
_FIELDS = "id,date_gmt,modified_gmt,link,title,content,author,post,parent,author_name,author_url,type,_links,_embedded"


class WordPress:
    """One site."""

    name = NAME

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def recognise(self, given: str, *, net: Net) -> Source | None:
        """A site's address, when the interface of WordPress answers there."""
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or parts.query or parts.path.rsplit("/", 1)[-1].partition(".")[2]:
            return None
        try:
            about = _about(net, given)
        except ChannelError:
            return None  # whatever else it is, it is not WordPress
        return Source(NAME, given, f"WordPress site {about.get('name') or given}", (_READS,), (_LEAVES,))

    def read(self, address: str, cursor: str | None, *, net: Net) -> Iterator[Page]:
        """Posts by the time of their last change, then comments by their time; edited posts come again.

        Then what was read before is looked for, and what is not public any more told as gone.
        """
        about = _about(net, address)
        reading = _Reading(net, address, canonical(str(about.get("home") or address)).rstrip("/"), cursor, self._now())
        for kind in _BACK:
            yield from reading.fresh(kind)
        for kind in _BACK if "rolls" in parsed(cursor) else ():  # what was read just now is there
            yield from reading.withdrawn(kind)


class _Reading:
    """One reading of a site: how far each kind is read, and what of it is still there."""

    def __init__(self, net: Net, address: str, site: str, cursor: str | None, now: datetime) -> None:
        self.net, self.address, self.site, self.notes = net, address, site, Notes(now)
        before = parsed(cursor)
        known = "rolls" in before  # older cursors do not say what was read: once more from the start
        rolls = before.get("rolls")
        self.marks = {kind: _Mark(*_told(before.get(kind) if known else None)) for kind in _BACK}
        self.rolls = {kind: withdrawn.told(rolls.get(kind) if isinstance(rolls, dict) else None) for kind in _BACK}
        self.singly = withdrawn.SINGLY

    def fresh(self, kind: str) -> Iterator[Page]:
        """What is new or changed; a post that got a password is not public any more."""
        for rows in _batches(self.net, self.address, kind, self.marks[kind]):
            locked = [row["id"] for row in rows if _is_locked(row) and row["id"] in self.rolls[kind].known]
            yield self.page(kind, rows, [(number, HIDDEN) for number in locked])

    def withdrawn(self, kind: str) -> Iterator[Page]:
        """What is not given any more, and what was hidden and is given again; a failure here costs nothing else."""
        roll = self.rolls[kind]
        at = roll.at
        try:
            hidden = roll.looked_for()
            if rows := self.rows(kind, hidden, _FIELDS) if hidden else []:
                yield self.page(kind, [row for row in rows if not _is_locked(row)], [])
            for missing in roll.missing(lambda some: {row["id"] for row in self.rows(kind, some, "id")}, self.singly):
                self.singly -= len(missing)
                gone = [(number, why) for number in missing if (why := self.why(kind, number))]
                for number, _ in gone:
                    self.marks[kind].drop(number)
                if gone:
                    yield self.page(kind, [], gone)
        except ChannelError as fault:
            self.notes.ignored[f"{kind} not looked for again: {fault.reason[:60]}"] += 1
        if roll.at != at or self.notes.ignored:
            yield self.page(kind, [], [])

    def rows(self, kind: str, numbers: list[int], fields: str) -> list[dict[str, Any]]:
        """Those of the numbered ones that are public."""
        words = {
            "include": ",".join(map(str, numbers)), "per_page": _AT_ONCE, "_fields": fields,
            **({"_embed": "author"} if fields == _FIELDS else {}),
        }  # fmt: skip
        found = asked(self.net, NAME, _url(self.address, f"/wp/v2/{kind}", words))
        if not isinstance(found, list):
            raise Malformed(NAME, self.address, f"no list of {kind} in the answer", permanent=False)
        return [row for row in found if isinstance(row, dict) and isinstance(row.get("id"), int)]

    def why(self, kind: str, number: int) -> str:
        """Why one is not in the list any more; empty: it can still be read by itself."""
        try:
            asked(self.net, NAME, _url(self.address, f"/wp/v2/{kind}/{number}", {"_fields": "id"}))
        except Missing:
            return "deleted"
        except Forbidden:
            return HIDDEN
        return ""

    def page(self, kind: str, rows: list[dict[str, Any]], gone: list[tuple[int, str]]) -> Page:
        """Rows and what is gone, with the cursor after both."""
        make, roll = (_post if kind == "posts" else _comment), self.rolls[kind]
        made = {row["id"]: item for row in rows if (item := make(row, self.site, self.notes))}
        roll.add(made)
        for number, why in gone:
            roll.withdraw(number, hidden=why == HIDDEN)
        cursor: dict[str, object] = {name: one.written() for name, one in self.marks.items()}
        cursor["rolls"] = {name: one.written() for name, one in self.rolls.items()}
        told = (Gone(f"{NAME}:{self.site}#{kind[:-1]}-{number}", why, self.notes.now) for number, why in gone)
        return replace(page(made.values(), cursor, self.notes), gone=tuple(told))


def _told(given: object) -> tuple[str, list[int]]:
    """What a cursor says of one kind; from the start when it is none."""
    if isinstance(given, list) and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], list):
        try:
            datetime.fromisoformat(given[0])
        except ValueError:
            return "", []
        return given[0], [one for one in given[1] if isinstance(one, int)]
    return "", []


class _Mark:
    """How far one kind was read: the latest moment, and the numbers within the overlap."""

    def __init__(self, stamp: str, numbers: list[int]) -> None:
        self.stamp, self._seen = stamp, dict.fromkeys(numbers, stamp)

    def is_new(self, number: int, stamp: str) -> bool:
        """Whether this row was not met at this moment before."""
        return not (number in self._seen and stamp <= self.stamp)

    def note(self, number: int, stamp: str) -> None:
        """It was met now."""
        self._seen[number] = stamp
        self.stamp = max(self.stamp, stamp)

    def drop(self, number: int) -> None:
        """It is not public any more; should it come back, it is new."""
        self._seen.pop(number, None)

    def forget(self, before: str) -> None:
        """Numbers that will not be given again."""
        self._seen = {number: at for number, at in self._seen.items() if at >= before}

    def written(self) -> list[object]:
        """For the cursor."""
        return [self.stamp, sorted(self._seen)[-_MOST_KEPT:]]


def _batches(net: Net, address: str, kind: str, mark: _Mark) -> Iterator[list[dict[str, Any]]]:
    """Rows not met before, by time; a page at a time, the next one asked for from where this one ended."""
    number, asked_from = 1, _back(mark.stamp, kind)
    while True:
        rows = _rows(net, address, kind, asked_from, number)
        fresh = [row for row in rows if mark.is_new(row["id"], _stamp(row, kind))]
        for row in fresh:
            mark.note(row["id"], _stamp(row, kind))
        if fresh:
            mark.forget(_back(mark.stamp, kind))
            yield fresh
        if len(rows) < _AT_ONCE:
            return
        start = _back(mark.stamp, kind)
        number, asked_from = (
            (1, start) if fresh and kind == "posts" and start > asked_from else (number + 1, asked_from)
        )


def _rows(net: Net, address: str, kind: str, since: str, number: int) -> list[dict[str, Any]]:
    posts = kind == "posts"
    words = {
        "per_page": _AT_ONCE, "page": number, "order": "asc", "orderby": "modified" if posts else "date_gmt",
        "_fields": _FIELDS, "_embed": "author",
    }  # fmt: skip
    if since:
        words["modified_after" if posts else "after"] = f"{since}Z"
    found = asked(net, NAME, _url(address, f"/wp/v2/{kind}", words))
    if not isinstance(found, list):
        raise Malformed(NAME, address, f"no list of {kind} in the answer", permanent=False)
    return [row for row in found if isinstance(row, dict) and isinstance(row.get("id"), int) and _stamp(row, kind)]


def _stamp(row: dict[str, Any], kind: str) -> str:
    """ "2024-03-01T10:00:00", UTC."""
    return str(row.get("modified_gmt" if kind == "posts" else "date_gmt") or "")


def _back(stamp: str, kind: str) -> str:
    return (datetime.fromisoformat(stamp) - _BACK[kind]).isoformat() if stamp else ""


def _url(address: str, route: str, words: dict[str, Any]) -> str:
    """Works without rewrite rules."""
    parts = urlsplit(address)
    query = urlencode({"rest_route": route, **words})
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/?{query}"


def _about(net: Net, address: str) -> dict[str, Any]:
    found = asked(net, NAME, _url(address, "/", {"_fields": "name,home,url,namespaces"}))
    if not isinstance(found, dict) or "wp/v2" not in (found.get("namespaces") or []):
        raise Malformed(NAME, address, "the interface of WordPress does not answer here", permanent=False)
    return found


def _shown(row: dict[str, Any], name: str) -> str:
    given = row.get(name)
    return str(given.get("rendered") or "") if isinstance(given, dict) else ""


def _is_locked(row: dict[str, Any]) -> bool:
    content = row.get("content")
    return isinstance(content, dict) and bool(content.get("protected"))


def _post(row: dict[str, Any], site: str, notes: Notes) -> Item | None:
    number = f"{NAME}:{site}#post-{row['id']}"
    if _is_locked(row):
        notes.ignored["post with a password"] += 1
        return None
    when = notes.time(f"{row.get('date_gmt')}Z", number)
    if when is None:
        return None
    url = canonical(str(row.get("link") or ""), site)
    body = plain(_shown(row, "content"), url or site)
    account = _author(row, site)
    post = Post(
        number, NAME, (account.id,), when[0], when[1], notes.text(body.text), title=plain(_shown(row, "title")).text,
        text_unquoted=body.unquoted, url=url, thread=number,
    )  # fmt: skip
    return Item(post, (account,), links_of(number, body.links))


def _author(row: dict[str, Any], site: str) -> Account:
    """Who wrote it; the site as a group where it does not tell."""
    told = [
        one for one in (row.get("_embedded") or {}).get("author") or [] if isinstance(one, dict) and one.get("slug")
    ]
    if not told:
        return Account(f"{NAME}:{site}", urlsplit(site).netloc, "group", url=site)
    one = told[0]
    own = canonical(str(one.get("url") or one.get("link") or ""))
    return Account(f"{NAME}:{site}:{one['slug']}", plain(str(one.get("name") or one["slug"])).text, url=own)


def _comment(row: dict[str, Any], site: str, notes: Notes) -> Item | None:
    if row.get("type") not in ("comment", ""):
        notes.ignored["pingback"] += 1
        return None
    number, above = f"{NAME}:{site}#comment-{row['id']}", f"{NAME}:{site}#post-{row.get('post')}"
    when = notes.time(f"{row.get('date_gmt')}Z", number)
    if when is None:
        return None
    name = plain(str(row.get("author_name") or "")).text or "nobody named"
    account = Account(f"{NAME}:{site}:commenter:{folded(name)}", name, url=canonical(str(row.get("author_url") or "")))
    target = f"{NAME}:{site}#comment-{row['parent']}" if row.get("parent") else above
    url = str(row.get("link") or "")
    body = plain(_shown(row, "content"), url or site)
    post = Post(
        number, NAME, (account.id,), when[0], when[1], notes.text(body.text), text_unquoted=body.unquoted,
        url=url, thread=above,
    )  # fmt: skip
    return Item(post, (account,), (Link(number, "reply", target), *links_of(number, body.links)))
