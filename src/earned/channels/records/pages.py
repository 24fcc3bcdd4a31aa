"""Rows to pages: posts, accounts and links, with everything that was not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from earned.channels.records.drafts import by_draft
from earned.channels.records.rows import Row, RowAuthor
from earned.channels.records.seen import Seen
from earned.channels.records.shapes import Batch
from earned.channels.times import DayOrder, TimeRefused, read_time
from earned.model import Account, AccountKind, Link, Page, Post, Precision, Rejected

#: Texts are kept up to so many characters.
LONGEST_TEXT = 1_000_000
CUT = f"text cut at {LONGEST_TEXT:,} characters"


_post, _link = by_draft(Post), by_draft(Link)
#: The labels of all posts that have none: nouns are never changed.
_NOTHING: dict[str, object] = {}


class Maker:
    """Makes the pages of one reading; knows which ids it has had and which accounts are no single person."""

    def __init__(self, now: datetime, order: DayOrder | None, word: str = "line") -> None:
        self.now, self.order, self.word = now, order, word
        self.seen = Seen()
        self._kinds: dict[str, AccountKind] = {}
        #: Words that many posts repeat (channels, organizations, languages): each is kept once.
        self._once: dict[str, str] = {}
        #: By channel and id, who wrote before: most rows tell nothing new about their author.
        self._known: dict[tuple[str, str], tuple[RowAuthor, Account, tuple[str]]] = {}
        #: As text: what sorts before it is past, so that most times need no comparing of dates.
        self._today = now.strftime("%Y-%m-%d")
        self._start()

    def _start(self) -> None:
        self._posts: list[Post] = []
        self._accounts: dict[str, Account] = {}
        self._links: list[Link] = []
        self._rejected: list[Rejected] = []
        self._notes: Counter[str] = Counter()

    def page(self, batch: Batch, *, cursor: str, done: int, total: int | None) -> Page:
        """The page of this batch."""
        self._start()
        before = self.seen.add([row.id for row in batch.rows], batch.numbers)
        for row, number, earlier in zip(batch.rows, batch.numbers, before):
            if earlier:
                self._refuse(number, "id seen before", f"{row.id} at {self.word} {earlier}")
            else:
                self._take(row, number)
        rejected = sorted([*batch.rejected, *self._rejected], key=lambda one: int(one.where.rpartition(" ")[2]))
        return Page(
            posts=tuple(self._posts),
            accounts=tuple(self._accounts.values()),
            links=tuple(self._links),
            cursor=cursor,
            read_at=self.now,
            rejected=tuple(rejected),
            ignored=dict(self._notes),
            done=done,
            total=total,
        )

    def _refuse(self, number: int, reason: str, detail: str) -> None:
        self._rejected.append(Rejected(f"{self.word} {number}", reason, detail[:80]))

    def _take(self, row: Row, number: int) -> None:
        given, time = row.time, None
        precision: Precision = "unknown"
        if type(given) is str and len(given) == 20 and given[19] == "Z" and "1970" <= given < self._today:
            time, precision = _in_utc(given), row.time_precision or "second"
        if time is None and given is not None and row.time_precision != "unknown":
            try:
                time, precision = self._time(row)
            except TimeRefused as fault:
                return self._refuse(number, f"time: {fault}", str(given))
        if precision == "unknown":
            time = None
        if row.notes:
            self._notes.update(row.notes)
        accounts = self._alone(row, row.author) if row.author is not None else self._several(row)
        once = self._once.setdefault
        self._posts.append(
            _post(
                row.id,
                once(row.channel, row.channel),
                accounts,
                time,
                precision,
                row.text if len(row.text) <= LONGEST_TEXT else self._cut(row.text),
                row.title or "",
                row.text_unquoted if row.text_unquoted is None else row.text_unquoted[:LONGEST_TEXT],
                row.url or "",
                once(row.organization, row.organization) if row.organization else "",
                row.thread or "",
                once(row.lang, row.lang) if row.lang else "",
                row.version or "",
                row.labels or _NOTHING,
            )
        )
        if row.links:
            self._link(row)

    def _time(self, row: Row) -> tuple[datetime, Precision]:
        time, precision, note = read_time(row.time, now=self.now, order=self.order)
        if note:
            self._notes[note] += 1
        return time, precision if precision == "day" or not row.time_precision else row.time_precision

    def _cut(self, text: str) -> str:
        self._notes[CUT] += 1
        return text[:LONGEST_TEXT]

    def _link(self, row: Row) -> None:
        for link in row.links:
            target = f"{row.channel}:{link.target}" if link.kind == "mention" else link.target
            self._links.append(_link(row.id, link.kind, target, link.count, link.evidence))

    def _several(self, row: Row) -> tuple[str, ...]:
        return tuple(dict.fromkeys([self._account(row.channel, author, row) for author in row.authors]))

    def _alone(self, row: Row, author: RowAuthor) -> tuple[str, ...]:
        """The account of a row's only author, as a tuple that all rows of theirs share."""
        key, veiled = (row.channel, author.id), "anonymous" in row.labels
        known = self._known.get(key)
        if known is not None and not veiled and known[0] == author:
            self._accounts[known[1].id] = known[1]
            return known[2]
        number = self._account(row.channel, author, row)
        if veiled or author.account or author.domain or author.inferred:  # each row tells, or is told, something
            self._known.pop(key, None)
        else:
            self._known[key] = author, self._accounts[number], (number,)
        return (number,)

    def _account(self, channel: str, author: RowAuthor, row: Row) -> str:
        number = f"{channel}:{author.id}"
        number = self._once.setdefault(number, number)
        kind = self._kind(author, row)
        if kind != "unknown":
            if self._kinds.get(number) != kind:
                self._kinds[number] = kind
                self._known.pop((channel, author.id), None)
        elif number in self._kinds:
            kind = self._kinds[number]
        known = self._accounts.get(number)
        if known is None or known.kind != kind or known.name != (author.name or author.id):
            self._accounts[number] = Account(
                number, author.name or author.id, kind, author.handle or "", author.url or "", author.organization or ""
            )
        if author.account or author.domain or author.inferred:
            _remember(row, author)
        return number

    def _kind(self, author: RowAuthor, row: Row) -> AccountKind:
        if row.labels and row.labels.get("anonymous") == "remailer":
            return "anonymous"
        if author.bot:
            return "bot"
        return "group" if author.group else author.kind


def _in_utc(text: str) -> datetime | None:
    """A time written as most are; None: it only looks like one."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _remember(row: Row, author: RowAuthor) -> None:
    """What a row says about its author and no account holds: kept as labels of the post."""
    extra: Iterable[tuple[str, object]] = {
        "author_account": author.account, "author_domain": author.domain, "author_inferred": author.inferred,
    }.items()  # fmt: skip
    row.labels.update({name: value for name, value in extra if value})
