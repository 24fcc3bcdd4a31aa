"""The nouns. Frozen, no I/O, no numpy: everything else speaks in these."""

from earned.model.ideas import Answer, Carrier, Correction, FirstSaid, Hint, Idea, Opening, OpeningKind, Part, Said
from earned.model.nouns import (
    CONFIRMED,
    HIDDEN,
    Account,
    AccountKind,
    Affiliation,
    Camp,
    Estimate,
    Evidence,
    Gone,
    Leader,
    Leadership,
    Left,
    Link,
    LinkKind,
    MetricSnapshot,
    Page,
    Person,
    Planted,
    Post,
    Precision,
    Quoted,
    Receipt,
    Rejected,
    Story,
    Totals,
    WeekCount,
)
from earned.model.people import Clue, ClueKind, Proof, SameFirm, Suggestion
from earned.model.trust import HiddenLinks, PlantedLeader, SelfCheck

__all__ = [
    "CONFIRMED", "HIDDEN", "Account", "AccountKind", "Affiliation", "Answer", "Camp", "Carrier", "Clue", "ClueKind", "Correction",
    "Estimate", "Evidence", "FirstSaid",
    "Gone", "HiddenLinks", "Hint", "Idea", "Leader", "Leadership", "Left", "Link", "LinkKind", "MetricSnapshot", "Opening",
    "OpeningKind", "Page", "Part", "Person", "Planted", "PlantedLeader", "Post", "Precision", "Proof", "Quoted", "Receipt",
    "Rejected",
    "Said", "SameFirm", "SelfCheck", "Story", "Suggestion", "Totals", "WeekCount",
]  # fmt: skip
