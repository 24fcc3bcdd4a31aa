"""Accounts to persons: who stands behind the names, and for whom they spoke on a day."""

from earned.people.affiliations import spoken_for
from earned.people.organizations import alike, one_name
from earned.people.persons import JUDGED, Pair, gathered, of_account, pair, persons
from earned.people.proofs import proofs, standing_at, with_proofs
from earned.people.suggestions import suggestions

__all__ = [
    "JUDGED", "Pair", "alike", "gathered", "of_account", "one_name", "pair", "persons", "proofs", "spoken_for",
    "standing_at", "suggestions", "with_proofs",
]  # fmt: skip
