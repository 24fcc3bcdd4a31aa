"""The shelf of posts: keep pages, read a study's posts, links and accounts back as nouns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from earned.model import Account, Link, MetricSnapshot, Page, Post, Rejected
from earned.store import keeping, rows
from earned.store.keeping import run
from earned.store.rows import Row
from earned.store.shelves import Counted, Kept, Rejections, Study, Version

#: Numbers of a study's posts, each once; news that people react to is no part of them.
_NUMBERS = (
    "SELECT DISTINCT post_id FROM earned_source_post "
    "WHERE source_id IN (SELECT source_id FROM earned_study_source WHERE study_id = %s AND NOT news)"
)
#: Whether post `p` is one of a study's; for few posts.
_HELD = (
    "EXISTS (SELECT 1 FROM earned_source_post m JOIN earned_study_source t ON t.source_id = m.source_id "
    "WHERE m.post_id = p.pk_number AND t.study_id = %s AND NOT t.news)"
)
#: The same without those that are gone.
_PUBLIC = f"SELECT post_id FROM ({_NUMBERS}) JOIN earned_post ON pk_number = post_id WHERE gone_why = ''"
#: The described accounts that a study's posts are by.
_ACCOUNTS = f"FROM earned_account WHERE id IN (SELECT account FROM earned_authorship WHERE post_id IN ({_NUMBERS}))"
_LINKS = (
    f"FROM ({_NUMBERS}) JOIN earned_post p ON p.pk_number = post_id JOIN earned_link l ON l.from_post = p.id "
    "WHERE p.gone_why = ''"
)


class Posts:
    """Posts with everything that hangs on them. Reading streams, waits for no writer and sees whole pages only."""

    def keep(self, source: int, page: Page, *, now: datetime, holder: str = "") -> Kept:
        """Keep everything on the page, and the source's cursor, in one transaction.

        A post seen again keeps the day it was first observed (`page.read_at` of its first page). A changed text
        becomes the post's text, and the older one a version. A post that is gone loses its text and is read no more;
        it stays gone unless it was only hidden and its own channel gives it again. What accounts said that are not
        shown any more is gone first.

        Args:
            source: Id of the source, from `sources.add`.
            page: As its channel gave it.
            now: Becomes the source's `last_read_at`.
            holder: Who reads, where readers take turns (`rounds.claim`); empty: nobody else does.

        Raises:
            SourceTaken: another reader holds the source by now; nothing was kept.
            StudyError: there is no such source.
        """
        return keeping.keep(source, page, now=now, holder=holder)

    def one_moment(self) -> AbstractContextManager[None]:
        """All reading inside `with store.posts.one_moment():` sees the store as it is at the first of it."""
        return transaction.atomic()

    def of(self, study: Study, since: datetime | None = None, until: datetime | None = None) -> Iterator[Post]:
        """The study's posts in order of (claimed_at, id), those of unknown time last; streamed, from one moment.

        Posts that are gone are left out, and so are their links below.

        Args:
            study: Whose posts.
            since: First moment; with it or `until`, posts of unknown time are left out.
            until: First moment that is left out.
        """
        lowest, highest = rows.written(since) or "", rows.written(until) or (rows.NEVER if since else "~~")
        sources = [number for (number,) in run(_SOURCES, [study.id])]
        return _once([_in_order(number, lowest, highest) for number in sources])

    def news(self, study: Study) -> Iterator[Post]:
        """What the study's people react to, in order of (claimed_at, id): the posts of the sources added as news."""
        sources = [number for (number,) in run(_NEWS, [study.id])]
        return _once([_in_order(number, "", "~~") for number in sources])

    def links(self, study: Study) -> Iterator[Link]:
        """The links that the study's posts hold."""
        found = _stream(f"SELECT from_post, kind, target, count, evidence {_LINKS}", [study.id])
        return map(rows.as_link, found)

    def accounts(self, study: Study) -> Iterator[Account]:
        """The accounts that the study's posts are by, as far as a channel described them."""
        found = _stream(f"SELECT {rows.ACCOUNT_COLUMNS} {_ACCOUNTS} ORDER BY id", [study.id])
        return map(rows.as_account, found)

    def reads(self, study: Study) -> dict[str, float]:
        """Post id -> the largest number of views or visitors that anybody published of it."""
        sql = (
            f"SELECT s.post, max(s.value) FROM ({_NUMBERS}) JOIN earned_post p ON p.pk_number = post_id "
            "JOIN earned_snapshot s ON s.post = p.id WHERE s.name IN ('views', 'visitors') GROUP BY s.post"
        )
        return {str(post): float(value) for post, value in run(sql, [study.id])}

    def addresses(self, study: Study) -> dict[str, str]:
        """Post id -> its public address, where it has one."""
        sql = f"SELECT id, url FROM ({_NUMBERS}) JOIN earned_post ON pk_number = post_id WHERE url <> '' ORDER BY id"
        return {str(post): str(url) for post, url in run(sql, [study.id])}

    def ids(self, study: Study) -> frozenset[str]:
        """The ids of the study's posts."""
        return frozenset(
            str(id) for (id,) in run(f"SELECT id FROM ({_PUBLIC}) JOIN earned_post ON pk_number = post_id", [study.id])
        )

    def same(self, study: Study) -> tuple[str, ...]:
        """What the study's posts say of other posts' further ids: values of the label `same_post`."""
        sql = (
            f"SELECT DISTINCT json_extract(labels, '$.same_post') FROM ({_PUBLIC}) JOIN earned_post ON pk_number = post_id "
            "WHERE labels LIKE '%%\"same_post\"%%'"
        )
        return tuple(str(said) for (said,) in run(sql, [study.id]) if said)

    def answered_elsewhere(self, study: Study) -> tuple[str, ...]:
        """Ids that copied answers answer and that no post of the study has."""
        sql = (
            "SELECT DISTINCT l.target FROM earned_post p JOIN earned_link l ON l.from_post = p.id AND l.kind = 'reply' "
            "WHERE p.id >= 'answers:' AND p.id < 'answers;' AND p.gone_why = '' "  # a range of the index: few are copied
            f"AND {_HELD} ORDER BY l.target"
        )
        found = [str(target) for (target,) in run(sql, [study.id])]
        known = self.ids(study) | set(self.addresses(study).values()) if found else frozenset()
        return tuple(one for one in found if one not in known)

    def keep_counts(self, snapshots: Iterable[MetricSnapshot]) -> None:
        """Append counts; the same count of the same day from the same source changes nothing."""
        with transaction.atomic():
            keeping.keep_snapshots([rows.snapshot_columns(one) for one in snapshots])

    def add_counts(self, snapshots: Iterable[MetricSnapshot]) -> None:
        """Add to the counts of a day, for what Earned itself counts as it happens."""
        with transaction.atomic():
            keeping.add_snapshots([rows.snapshot_columns(one) for one in snapshots])

    def counts(self, study: Study) -> tuple[MetricSnapshot, ...]:
        """The counts of the study's posts, latest first."""
        found = run(
            f"SELECT s.post, s.name, s.value, s.as_of || '', s.unit, s.via, s.since || '' FROM ({_NUMBERS}) "
            "JOIN earned_post p ON p.pk_number = post_id JOIN earned_snapshot s ON s.post = p.id "
            "ORDER BY s.as_of DESC, s.post, s.name, s.via",
            [study.id],
        )
        return tuple(
            MetricSnapshot(row[0], row[1], row[2], _sure(row[3]), row[4], row[5], rows.told(row[6])) for row in found
        )

    def counted(self, study: Study, via: Sequence[str]) -> tuple[Counted, ...]:
        """Of these sources of counts: of how many of the study's posts, from when until when."""
        found = run(
            "SELECT s.via, count(DISTINCT s.post), min(s.since) || '', max(s.as_of) || '', count(*) - count(s.since) "
            f"FROM earned_snapshot s JOIN earned_post p ON p.id = s.post WHERE s.via IN ({', '.join(['%s'] * len(via))}) "
            f"AND {_HELD} GROUP BY s.via ORDER BY s.via",
            [*via, study.id],
        )
        return tuple(
            Counted(str(name), int(posts), None if open_ended else rows.told(since), _sure(until))
            for name, posts, since, until, open_ended in found
        )

    def organizations(self, study: Study) -> dict[str, int]:
        """Organization as posts state it -> how many do."""
        sql = (
            f"SELECT organization, count(*) FROM ({_NUMBERS}) JOIN earned_post ON pk_number = post_id "
            "WHERE organization <> '' AND gone_why = '' GROUP BY organization"
        )
        return {str(name): int(many) for name, many in run(sql, [study.id])}

    def count(self, study: Study) -> int:
        """How many posts `of` gives."""
        return int(run(f"SELECT count(*) FROM ({_PUBLIC})", [study.id])[0][0])

    def high_water(self, study: Study) -> str:
        """A printable mark that is the same for the same posts, links and accounts, in whatever order they came."""
        sums = "SELECT count(*), sum({0} >> 32), sum({0} & 4294967295) "
        posts = f"FROM ({_NUMBERS}) JOIN earned_post ON pk_number = post_id"
        (of_posts,) = run(sums.format("fingerprint") + posts, [study.id])
        (of_links,) = run(sums.format("l.fingerprint") + _LINKS, [study.id])
        (of_accounts,) = run(sums.format("fingerprint") + _ACCOUNTS, [study.id])
        (of_news,) = run(
            sums.format("fingerprint") + "FROM earned_post WHERE pk_number IN (SELECT post_id FROM earned_source_post "
            f"WHERE source_id IN ({_NEWS}))",
            [study.id],
        )
        seen = (of_posts, of_links, of_accounts, of_news) if of_news[0] else (of_posts, of_links, of_accounts)
        mark = rows.fingerprint(repr(seen)) % 2**64
        return f"{of_posts[0]}-{mark:016x}"

    def versions(self, post: str) -> tuple[Version, ...]:
        """The older texts of a post, oldest first."""
        found = run(
            "SELECT p.id, v.title, v.text, v.text_unquoted, v.first_observed_at || '' FROM earned_post p "
            "JOIN earned_post_version v ON v.post_id = p.pk_number WHERE p.id = %s ORDER BY v.first_observed_at, v.id",
            [post],
        )
        return tuple(Version(row[0], row[1], row[2], row[3], _sure(row[4])) for row in found)

    def gone(self, study: Study) -> dict[str, str]:
        """Post id -> why its text is gone."""
        sql = f"SELECT id, gone_why FROM ({_NUMBERS}) JOIN earned_post ON pk_number = post_id WHERE gone_why <> ''"
        return {str(row[0]): str(row[1]) for row in run(sql, [study.id])}

    def spoke_for(self, study: Study) -> tuple[tuple[str, str], ...]:
        """Account and organization, wherever a post of theirs states one."""
        sql = (
            f"SELECT DISTINCT a.account, p.organization FROM ({_PUBLIC}) n JOIN earned_post p ON p.pk_number = n.post_id "
            "JOIN earned_authorship a ON a.post_id = p.pk_number WHERE p.organization <> ''"
        )
        return tuple((str(who), str(firm)) for who, firm in run(sql, [study.id]))

    def rejected(self, study: Study) -> tuple[Rejections, ...]:
        """How many rows of each source were rejected for each reason, most first."""
        found = run(
            "SELECT g.id, g.address, g.reason, g.many, f.place, f.detail FROM (SELECT s.id, s.address, r.reason, "
            "count(*) AS many, min(r.id) AS first FROM earned_rejected r JOIN earned_source s "
            "ON s.id = r.source_id JOIN earned_study_source t ON t.source_id = s.id "
            "WHERE t.study_id = %s GROUP BY s.id, r.reason) g JOIN earned_rejected f ON f.id = g.first "
            "ORDER BY g.many DESC, g.id, g.reason",
            [study.id],
        )
        return tuple(Rejections(row[0], row[1], row[2], row[3], ", ".join(filter(None, row[4:]))) for row in found)

    def unread_feeds(self, source: int, since: datetime) -> tuple[Rejected, ...]:
        """The feeds of a list that could not be read since then, each with its reason."""
        sql = "SELECT place, reason, detail FROM earned_rejected WHERE source_id = %s AND reason LIKE %s AND at >= %s ORDER BY id"
        return tuple(Rejected(*row) for row in run(sql, [source, "feed not read: %", rows.written(since)]))

    def rejections(self, source: int) -> Iterator[Rejected]:
        """The rejected rows of a source, in the order in which they were met."""
        sql = "SELECT place, reason, detail FROM earned_rejected WHERE source_id = %s ORDER BY id"
        return (Rejected(*row) for row in _stream(sql, [source]))


_SOURCES = "SELECT source_id FROM earned_study_source WHERE study_id = %s AND NOT news ORDER BY source_id"
_NEWS = "SELECT source_id FROM earned_study_source WHERE study_id = %s AND news ORDER BY source_id"


def _once(streams: list[Iterator[Row]]) -> Iterator[Post]:
    """The posts of several ordered streams in one order, each once."""
    in_order = merge(*streams, key=itemgetter(0, 1))
    return (rows.as_post(next(same)[1:]) for _, same in groupby(in_order, key=itemgetter(1)))


def _in_order(source: int, lowest: str, highest: str) -> Iterator[Row]:
    """moment, READ_COLUMNS, accounts: one index gives the order, so nothing is held or sorted."""
    authors = "SELECT account FROM earned_authorship a WHERE a.post_id = p.pk_number ORDER BY a.place"
    return _stream(
        f"SELECT m.moment, {rows.READ_COLUMNS}, (SELECT json_group_array(account) FROM ({authors})) "
        "FROM earned_source_post m CROSS JOIN earned_post p ON p.pk_number = m.post_id "
        "WHERE m.source_id = %s AND m.moment >= %s AND m.moment < %s AND p.gone_why = '' ORDER BY m.moment, p.id",
        [source, lowest, highest],
    )


def _stream(sql: str, values: list[Any]) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from cursor


def _sure(moment: str) -> datetime:
    at = rows.told(moment)
    assert at is not None, "the column is never null"
    return at
