"""One reading of a Mastodon server: statuses with their answers, and what of earlier ones changed or is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from earned.channels.items import Item, Notes
from earned.channels.live import asked
from earned.channels.mastodon_gone import Remembered, is_gone
from earned.channels.mastodon_login import Signed
from earned.channels.mastodon_rows import NAME, is_hidden, status_item, table
from earned.channels.rereading import Young, is_young, mark, order
from earned.errors import Missing
from earned.model import Gone

#: Of recent statuses that are looked at again: conversations asked for, and lists of 40, in one reading.
_MOST_CONTEXTS, _MOST_LISTS = 40, 3


def newest(rows: list[dict[str, Any]]) -> str:
    """The greatest number of these statuses."""
    return max((str(row.get("id") or "") for row in rows), key=order)


class Reader:
    """One reading: statuses with their answers, and what is remembered of recent ones."""

    def __init__(
        self, net: Signed, origin: str, notes: Notes, young: Young, heard: Remembered, *, topic: bool, named: str = ""
    ) -> None:  # fmt: skip
        self._net, self.origin, self.notes, self._young, self.heard = net, origin, notes, young, heard
        #: By topic nobody is collected against their wish; `named` is the account that a person asked for.
        self._topic, self._named = topic, named
        #: Addresses of answers that the server listed in this reading.
        self._there: set[str] = set()

    def cursor(self, last: str) -> dict[str, object]:
        """Where a later reading goes on."""
        young, heard = self._young.written(), self.heard.written()
        return {"after": last} | ({"young": young} if young else {}) | ({"heard": heard} if heard else {})

    def asked(self, url: str) -> list[dict[str, Any]]:
        """Statuses at an address of the API."""
        found = asked(self._net, NAME, url)
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    def items(self, rows: list[dict[str, Any]]) -> Iterator[Item]:
        """Statuses read for the first time, each with what is around it."""
        for row in rows:
            if self._is_left(row):
                self.notes.ignored["post of somebody who asks not to be found by topic"] += 1
                continue
            above, below = self._around(row) if row.get("replies_count") or row.get("in_reply_to_id") else ([], [])
            if is_young(row, self.notes.now):
                self._young.note(row, mark(row, below))
            yield from self._told(row, above, below)

    def again(self, listing: str, last: str) -> tuple[list[Item], tuple[Gone, ...]]:
        """Recent statuses once more: those that changed or whose answers did, and those that are gone."""
        rows, since = self._recent(listing, last)
        left = [row for row in rows if self._is_left(row)]
        found: list[Item] = []
        asked_for = 0
        for row in (row for row in rows if not self._is_left(row)):
            asked_for += bool(row.get("replies_count"))
            if row.get("replies_count") and asked_for > _MOST_CONTEXTS:
                continue
            above, below = self._around(row) if row.get("replies_count") else ([], [])
            if self._young.note(row, mark(row, below)):
                found += self._told(row, above, below)
        gone = [*self._gone([str(row.get("id")) for row in rows], since), *self.answers_gone()]
        since_then = [str(row.get("uri")) for row in left if str(row.get("id")) in self._young]
        self._young.keep(str(row.get("id")) for row in rows if row not in left)
        return found, (*self.withdrawn(gone), *self.withdrawn(since_then, "made private"))

    def _is_left(self, row: dict[str, Any]) -> bool:
        """Whether a status is not collected, since its author asks not to be found by topic."""
        return self._topic and is_hidden(table(row.get("account")))

    def answers_gone(self) -> Iterator[str]:
        """Answers read earlier that their homes have no more."""
        return self.heard.gone(self._net, self.origin, self._there, self.notes.now)

    def withdrawn(self, gone: Iterable[str], why: str = "deleted") -> tuple[Gone, ...]:
        """As a page tells it."""
        return tuple(Gone(f"{NAME}:{uri}", why, self.notes.now) for uri in dict.fromkeys(gone))

    def takes_back(self, number: str) -> str:
        """The address of a recent status that the server just said is gone, if its home agrees; else empty."""
        uri = next((uri for one, uri in self._young.missing([], "0") if one == number), "")
        if not uri or not is_gone(self._net, self.origin, number, uri):
            return ""
        self._young.forget(number)
        return uri

    def _recent(self, listing: str, last: str) -> tuple[list[dict[str, Any]], str]:
        """Statuses younger than fourteen days, newest first, and the number down to which all of them are here."""
        found: list[dict[str, Any]] = []
        below = ""
        for _ in range(_MOST_LISTS):
            rows = self.asked(f"{listing}limit=40" + (f"&max_id={quote(below)}" if below else ""))
            found += [row for row in rows if is_young(row, self.notes.now) and order(str(row.get("id"))) <= order(last)]
            if not rows or not any(is_young(row, self.notes.now) for row in rows):
                return found, "0"
            below = min((str(row.get("id") or "") for row in rows), key=order)
        return found, below

    def _gone(self, listed: list[str], since: str) -> Iterator[str]:
        """Remembered statuses that the server does not list, and of which their home says that there are none."""
        for number, uri in self._young.missing(listed, since)[:_MOST_CONTEXTS]:
            if is_gone(self._net, self.origin, number, uri):
                self._young.forget(number)
                yield uri

    def _around(self, row: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Statuses above and below; none when it went away meanwhile."""
        try:
            context = asked(self._net, NAME, f"{self.origin}/api/v1/statuses/{quote(str(row.get('id')))}/context")
        except Missing:
            return [], []
        both = [context.get(name) if isinstance(context, dict) else None for name in ("ancestors", "descendants")]
        above, below = ([one for one in rows or () if isinstance(one, dict)] for rows in both)
        self._there |= {str(one.get("uri")) for one in below}
        return above, below

    def _told(
        self, row: dict[str, Any], above: list[dict[str, Any]], below: list[dict[str, Any]]
    ) -> Iterator[Item]:  # fmt: skip
        known = {str(one.get("id")): str(one.get("uri")) for one in (row, *above, *below)}
        for one in (row, *below):
            if item := status_item(one, known, self.origin, self.notes, named=self._named):
                if table(one.get("account")).get("uri") != table(row.get("account")).get("uri"):
                    self.heard.note(str(one.get("uri")), str(one.get("id")))
                yield item
