"""Accounts in groups of one person each: union-find with pairs that must stay apart."""

from __future__ import annotations

from collections.abc import Iterable


class Groups:
    """Joined step by step. An account nobody named stands alone."""

    def __init__(self, apart: Iterable[frozenset[str]] = ()) -> None:
        self._group: dict[str, list[str]] = {}
        self._apart: dict[str, set[str]] = {}
        for pair in apart:
            for account in pair:
                self._apart.setdefault(account, set()).update(pair - {account})

    def group(self, account: str) -> list[str]:
        """All accounts of the one who has this account."""
        return self._group.setdefault(account, [account])

    def together(self, one: str, other: str) -> bool:
        """Whether both are one person's."""
        return self.group(one) is self.group(other)

    def kept_apart(self, one: str, other: str) -> bool:
        """Whether joining the two would join a pair that must stay apart."""
        others = set(self.group(other))
        return any(self._apart.get(account, set()) & others for account in self.group(one))

    def join(self, one: str, other: str) -> None:
        """Make one group of two."""
        into, from_ = self.group(one), self.group(other)
        if into is from_:
            return
        if len(into) < len(from_):
            into, from_ = from_, into
        into += from_
        for account in from_:
            self._group[account] = into

    def join_if_possible(self, one: str, other: str) -> None:
        """Join unless something forbids it: a pair kept apart, or two accounts of one channel."""
        if not self.together(one, other) and not self.kept_apart(one, other):
            channels = [account.partition(":")[0] for account in (*self.group(one), *self.group(other))]
            if len(channels) == len(set(channels)):
                self.join(one, other)

    def of(self, accounts: Iterable[str]) -> list[list[str]]:
        """The groups that hold these accounts, in the order in which they are first met."""
        found: dict[int, list[str]] = {}
        for account in accounts:
            group = self.group(account)
            found.setdefault(id(group), group)
        return list(found.values())
