"""Two pages that call each other their author's own: from what pages say to pairs of accounts, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from earned.model import Account, Proof
from earned.people.clues import channel, pair


def standing_at(accounts: Iterable[Account], same_place: Callable[[str], str]) -> dict[str, Account]:
    """Address -> the account whose page it is; a page of several accounts of one channel is nobody's own.

    Args:
        accounts: Of one study.
        same_place: An address as addresses are compared; empty: none.
    """
    at: dict[str, list[Account]] = defaultdict(list)
    for one in accounts:
        if one.kind != "anonymous" and (address := same_place(one.url)):
            at[address].append(one)
    return {address: there[0] for address, there in at.items() if len(there) == 1}


def proofs(says: Mapping[str, frozenset[str]], at: Mapping[str, Account]) -> tuple[tuple[Proof, ...], tuple[str, ...]]:
    """Pairs of accounts whose pages name each other, and why others of those prove nothing.

    Where a page and two accounts of one channel name each other, one of them may have been smuggled in: none counts.

    Args:
        says: Page -> pages that it calls its author's own; pages that were not read are left out.
        at: Page -> its account.
    """
    both = {
        (a, b) for a, named in says.items() if a in at for b in named if b in at and b != a and a in says.get(b, ())
    }
    partners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for a, b in both:
        partners[a, channel(at[b].id)].add(b)
    doubtful = {(a, b) for (a, _), many in partners.items() if len(many) > 1 for b in many}
    doubtful |= {(b, a) for a, b in doubtful}
    refused = tuple(
        f"{a} and several pages of one channel name each other: {', '.join(sorted(many))}. Say yourself which is whose."
        for (a, _), many in sorted(partners.items()) if len(many) > 1
    )  # fmt: skip
    return tuple(sorted(_proofs(both - doubtful, at), key=lambda one: one.pair)), refused


def _proofs(both: Iterable[tuple[str, str]], at: Mapping[str, Account]) -> Iterator[Proof]:
    for a, b in both:
        if pair(at[a].id, at[b].id) == (at[a].id, at[b].id):
            yield Proof((at[a].id, at[b].id), (a, b))


def with_proofs(accounts: Iterable[Account], told: Iterable[Proof]) -> Iterator[Account]:
    """The accounts, each naming the pages that it was proven to name: what joins them is then what joins profiles."""
    more: dict[str, list[str]] = defaultdict(list)
    for one in told:
        more[one.pair[0]].append(one.pages[1])
        more[one.pair[1]].append(one.pages[0])
    for account in accounts:
        yield replace(account, links=(*account.links, *more[account.id])) if account.id in more else account
