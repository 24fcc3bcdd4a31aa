"""The shelf of people: what was said about accounts, what pages prove, where people worked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from earned.model import Account, Affiliation, Bond, Identities, Removed
from earned.store import removal, rows
from earned.store.keeping import keep_affiliations
from earned.store.rows import Row
from earned.store.sql import run, run_many

_BOND = "id, one, other, same, evidence, said_at || '', retracted_at || ''"


class People:
    """Who is who in this workspace: one register for all its studies. Nothing said is edited, only taken back."""

    def identities(self) -> Identities:
        """Everything that stands."""
        pages: dict[str, list[str]] = defaultdict(list)
        for page, names in run("SELECT page, names FROM earned_proof ORDER BY page, names"):
            pages[page] += [names] if names else []
        spells = run("SELECT account, organization, since, until, evidence FROM earned_affiliation ORDER BY id")
        return Identities(
            tuple(bond for bond in self.history() if bond.retracted_at is None),
            {page: tuple(names) for page, names in pages.items()},
            tuple(Affiliation(r[0], r[1], rows.told(r[2] or None), rows.told(r[3] or None), r[4]) for r in spells),
            dict(run("SELECT name, organization FROM earned_alias ORDER BY id")),
        )

    def history(self) -> tuple[Bond, ...]:
        """Everything that was ever said about two accounts, in the order in which it was said."""
        return tuple(_bond(row) for row in run(f"SELECT {_BOND} FROM earned_bond ORDER BY id"))

    def say(self, bonds: Iterable[Bond], *, now: datetime) -> None:
        """Append what a member says about accounts."""
        run_many(
            "INSERT INTO earned_bond (one, other, same, evidence, said_at) VALUES (%s, %s, %s, %s, %s)",
            [(one.one, one.other, one.same, rows.printable(one.evidence), rows.written(now)) for one in bonds],
        )

    def retract(self, bonds: Iterable[Bond], *, now: datetime) -> None:
        """Take back what was said; it stays in the history."""
        run_many(
            "UPDATE earned_bond SET retracted_at = %s WHERE id = %s AND retracted_at IS NULL",
            [(rows.written(now), one.number) for one in bonds],
        )

    def change(self, say: Iterable[Bond], retract: Iterable[Bond], *, now: datetime) -> None:
        """Both at once: after a crash all of it stands or nothing."""
        with transaction.atomic():
            self.retract(retract, now=now)
            self.say(say, now=now)

    def saw(self, pages: Mapping[str, Iterable[str]], *, now: datetime) -> None:
        """Keep what pages call their owner's; it replaces what they said before."""
        with transaction.atomic():
            run_many("DELETE FROM earned_proof WHERE page = %s", [(page,) for page in pages])
            named = [(page, one) for page, names in pages.items() for one in dict.fromkeys(names or [""])]
            run_many(
                "INSERT INTO earned_proof (page, names, seen_at) VALUES (%s, %s, %s)",
                [(page, one, rows.written(now)) for page, one in named],
            )

    def seen_at(self) -> dict[str, datetime]:
        """When each page was last read."""
        found = run("SELECT page, max(seen_at) || '' FROM earned_proof GROUP BY page")
        return {page: at for page, when in found if (at := rows.told(when))}

    def affiliate(self, affiliations: Iterable[Affiliation]) -> None:
        """Keep where people worked; the same spell again changes nothing."""
        with transaction.atomic():
            keep_affiliations(affiliations)

    def unaffiliate(self, accounts: Iterable[str], organization: str) -> None:
        """Forget that these accounts spoke for the organization."""
        run_many(
            "DELETE FROM earned_affiliation WHERE account = %s AND organization = %s",
            [(account, organization) for account in accounts],
        )

    def call(self, name: str, organization: str) -> None:
        """Let an organization that is also called `name` go by `organization`; by its own name: forget that."""
        run("DELETE FROM earned_alias WHERE name = %s", [name])
        if name != organization:
            run("INSERT INTO earned_alias (name, organization) VALUES (%s, %s)", [name, organization])

    def remove(self, accounts: Sequence[Account], folder: Path, *, now: datetime) -> Removed:
        """Take a person's accounts out of the workspace on request; a tombstone keeps them from coming back."""
        return removal.remove(accounts, folder, now=now)

    def high_water(self) -> str:
        """A mark that is the same for the same knowledge; empty while nothing is known."""
        known = self.identities()
        if known == Identities():
            return ""
        bonds = sorted((one.one, one.other, one.same) for one in known.bonds)
        spells = sorted(map(repr, known.affiliations))
        return f"-{rows.fingerprint(repr((bonds, known.pages, spells, known.aliases))) % 2**32:08x}"


def _bond(row: Row) -> Bond:
    return Bond(row[1], row[2], bool(row[3]), row[4], row[0], rows.told(row[5]), rows.told(row[6]))
