"""The conductor of the workbench: what a fit found is written down page by page, read back, and corrected.

Pages read editions only: no page waits for a fit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from earned import __version__
from earned.errors import StudyError
from earned.model import CONFIRMED, Correction, Hint, Idea, Leader, Link, Receipt, Said
from earned.model.pages import Adoption, Listed, OrganizationSheet, PersonSheet, TopicSheet
from earned.reading import Conversation, Wish
from earned.store import open_store
from earned.store.shelves import (
    PRIVACY,
    ROLES,
    Decision,
    DecisionKind,
    Edition,
    Seat,
    Sheet,
    Uptake,
    Wanted,
    subject_key,
)
from earned.work import Progress, load_pitch, silent
from earned.workspace import Study

if TYPE_CHECKING:
    from earned.study import Found
    from earned.verdicts.sheets import Sheets

#: Records of the store that pages speak in, handed on from here.
__all__ = ["PRIVACY", "ROLES", "Decision", "Edition", "Seat", "Wanted"]

#: Kind of page -> what it holds.
PAGES: dict[str, type] = {
    "topic": TopicSheet,
    "person": PersonSheet,
    "organization": OrganizationSheet,
    "idea": Idea,
}
#: What can be said of a receipt.
VERDICTS = ("accepted", "rejected", "not sure")
#: Ideas and people that get a page of their own.
MOST_IDEAS, MOST_PEOPLE = 200, 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: an adoption, and what a person said of it."""

    adoption: Adoption
    #: None: nobody decided.
    decision: Decision | None


def refresh(opened: Study, wish: Wish = Wish(), *, progress: Progress = silent) -> Edition:  # noqa: B008 - frozen
    """Work a study out again, decisions included, and write its pages.

    Raises:
        StudyError: it holds no posts.
    """
    from earned.study import ideas

    decided = opened.store.decisions.last(opened.record)
    given = with_decisions(opened, opened.conversation())
    found = opened.learn(wish, given=given, progress=progress)
    told = ideas(found, most=MOST_IDEAS, corrections=corrections(opened), progress=progress)
    progress("Writing pages", 0, None)
    return write(opened, found, told, decided=decided, seed=wish.seed)


def with_decisions(opened: Study, given: Conversation) -> Conversation:
    """The conversation with accepted receipts as links, rejected ones denied, and people as they were told to be."""
    said = {tuple(one.subject): one.verdict for one in opened.store.decisions.holding(opened.record, "receipt")}
    accepted = [
        Link(child, "cite", parent, evidence=CONFIRMED)
        for (child, parent), verdict in said.items()
        if verdict == "accepted"
    ]
    denied = frozenset(pair for pair, verdict in said.items() if verdict == "rejected")
    return replace(opened.as_told(given), links=[*given.links, *accepted], denied=denied)


def corrections(opened: Study) -> tuple[Correction, ...]:
    """What people said about ideas, oldest first."""
    held = opened.store.decisions.holding(opened.record, "idea")
    return tuple(msgspec.convert(one.verdict, Correction) for one in held)


def write(opened: Study, found: Found, told: Sequence[Idea], *, decided: int, seed: int) -> Edition:
    """Write a study's pages: topic, people, organizations, ideas, ledger."""
    return opened.store.editions.keep(
        opened.record, pages(found, told, opened.store.posts.reads(opened.record)),
        uptake(found, told), high_water=found.leadership.provenance.get("high_water", ""),
        version=__version__, seed=seed, decided=decided, now=datetime.now(UTC),
    )  # fmt: skip


def pages(found: Found, told: Sequence[Idea], reads: Mapping[str, float]) -> Iterator[Sheet]:
    """Every page of an edition but the ledger, the topic's first."""
    from earned.study import openings
    from earned.verdicts.sheets import Sheets

    model, embedder = load_pitch()
    sheets = Sheets(found, told, reads=reads, argues=lambda texts: model.point_of_view(texts, embedder).tolist())
    topic = Sheet("topic", "", "", _json(sheets.topic(openings(found, told))))
    return chain([topic], _people(sheets), _organizations(sheets), _ideas(told))


def uptake(found: Found, told: Sequence[Idea]) -> Iterator[Uptake]:
    """Every line of an edition's ledger, the most probable first."""
    from earned.verdicts.adoptions import adoptions

    return map(_uptake, adoptions(found, told))


def _people(sheets: Sheets) -> Iterator[Sheet]:
    for one in sheets.people(MOST_PEOPLE):
        yield Sheet("person", one.leader.person.id, one.leader.person.name, _json(one))


def _organizations(sheets: Sheets) -> Iterator[Sheet]:
    for one in sheets.organizations():
        yield Sheet("organization", one.name, one.name, _json(one))


def _ideas(told: Sequence[Idea]) -> Iterator[Sheet]:
    return (Sheet("idea", one.id, one.name, _json(one)) for one in told)


def _uptake(one: Adoption) -> Uptake:
    seen = one.receipt.evidence
    return Uptake(
        child=seen.child, parent=seen.parent, follower=one.follower, leader=one.leader, idea=one.idea,
        organization=one.organization, at=one.receipt.child.at, probability=seen.probability,
        credited=seen.kind == "link", colleague=seen.colleague, payload=_json(one),
    )  # fmt: skip


def _json(sheet: object) -> str:
    return msgspec.json.encode(sheet).decode()


def latest(opened: Study) -> Edition | None:
    """The newest edition; None: it was never worked out."""
    return opened.store.editions.latest(opened.record)


def page(opened: Study, edition: Edition, kind: str, key: str = "") -> Any:
    """One page's noun, as in PAGES.

    Raises:
        StudyError: this edition has no such page.
    """
    payload = opened.store.editions.sheet(edition, kind, key)
    if payload is None:
        raise StudyError(f'There is no {kind} "{key[:80]}" in the latest edition of {opened.record.name}.')
    return msgspec.json.decode(payload, type=PAGES[kind])


def ledger(opened: Study, edition: Edition, wanted: Wanted, *, first: int = 0, most: int = 20) -> tuple[Entry, ...]:
    """Adoptions that pass the filter, newest first, each with what was decided about it."""
    found = opened.store.editions.uptake(edition, wanted, first=first, most=most)
    pairs: list[Any] = [[one.child, one.parent] for one in found]
    said = opened.store.decisions.about(opened.record, "receipt", pairs)
    told = [msgspec.json.decode(one.payload, type=Adoption) for one in found]
    return tuple(Entry(one, said.get(subject_key(pair))) for one, pair in zip(told, pairs))


def entry(opened: Study, edition: Edition, child: str, parent: str) -> Entry:
    """One line of the ledger.

    Raises:
        StudyError: this edition has no such adoption.
    """
    one = opened.store.editions.one(edition, child, parent)
    if one is None:
        raise StudyError("There is no such receipt in the latest edition; the study was worked out again meanwhile.")
    said = opened.store.decisions.about(opened.record, "receipt", [[child, parent]])
    return Entry(msgspec.json.decode(one.payload, type=Adoption), said.get(subject_key([child, parent])))


def decide(opened: Study, child: str, parent: str, verdict: str | None, *, member: int | None = None) -> int:
    """Accept or reject a receipt, or say "not sure"; None takes an earlier decision back. The number of the decision.

    Raises:
        StudyError: the verdict is none of VERDICTS.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise StudyError(f'"{verdict[:80]}" says nothing of a receipt. There are: {", ".join(VERDICTS)}.')
    now = datetime.now(UTC)
    return opened.store.decisions.note(opened.record, "receipt", [child, parent], verdict, now=now, member=member)


def correct(opened: Study, correction: Correction, *, member: int | None = None) -> int:
    """Merge, split or rename ideas from the next edition on; the number of the decision."""
    verdict = msgspec.to_builtins(correction)
    now = datetime.now(UTC)
    return opened.store.decisions.note(opened.record, "idea", verdict, verdict, now=now, member=member)


def undo(opened: Study, number: int, *, member: int | None = None) -> Decision:
    """Take a decision back; it stays in the history.

    Raises:
        StudyError: this study has no such decision.
    """
    told = opened.store.decisions.get(opened.record, number)
    if told is None:
        raise StudyError(f"{opened.record.name} has no decision number {number}.")
    now = datetime.now(UTC)
    opened.store.decisions.note(opened.record, told.kind, told.subject, None, now=now, member=member)
    return told


def waiting(opened: Study, edition: Edition) -> int:
    """Decisions made since the edition was worked out."""
    return opened.store.decisions.since(opened.record, edition.decided)


def receipts(opened: Study, edition: Edition, most: int = 100) -> tuple[Receipt, ...]:
    """The latest receipts of people of different organizations, rejected ones left out: what goes into a digest."""
    entries = ledger(opened, edition, Wanted(colleague=False), most=most)
    return tuple(one.adoption.receipt for one in entries if not one.decision or one.decision.verdict != "rejected")


def ideas(opened: Study, edition: Edition, most: int = 20) -> tuple[Idea, ...]:
    """The ideas most taken up, whole."""
    found = opened.store.editions.sheets(edition, "idea", most=most)
    return tuple(msgspec.json.decode(payload, type=Idea) for payload in found)


def leaders(
    opened: Study, edition: Edition, *, first: int = 0, most: int = 100, without: Collection[str] = ()
) -> tuple[Leader, ...]:
    """People with a page, surest first; those `without`, by id, are neither counted nor given."""
    found = opened.store.editions.sheets(edition, "person", first=first, most=most, without=without)
    return tuple(msgspec.json.decode(payload, type=Listed).leader for payload in found)


def organizations(opened: Study, edition: Edition, most: int = 200) -> tuple[OrganizationSheet, ...]:
    """Organizations, most outside adoption first."""
    found = opened.store.editions.sheets(edition, "organization", most=most)
    return tuple(msgspec.json.decode(payload, type=OrganizationSheet) for payload in found)


def passages(opened: Study) -> tuple[Said, ...]:
    """Every passage of the latest edition's ideas, each once; empty: it was never worked out."""
    found = latest(opened)
    told = ideas(opened, found, most=MOST_IDEAS) if found else ()
    return tuple(dict.fromkeys(said for idea in told for said in idea.passages))


def seats(member: int) -> dict[str, Seat]:
    """Study -> what a member may do there."""
    return open_store().members.seats(member)


def anybody() -> bool:
    """Whether anybody can sign in."""
    return open_store().members.any()


def experts(opened: Study) -> frozenset[str]:
    """Person ids of the experts with a seat in a study."""
    return frozenset(seat.person for seat in opened.store.members.of(opened.record) if seat.person)


def hints(opened: Study, idea: Idea) -> dict[str, str]:
    """Replies of an idea whose hint a person corrected: post -> hint."""
    posts: list[Any] = [answer.said.post for answer in idea.debate]
    said = opened.store.decisions.about(opened.record, "hint", posts)
    return {str(one.subject): str(one.verdict) for one in said.values()}


def say_hint(opened: Study, post: str, hint: str, *, member: int | None = None) -> int:
    """Correct what a reply does; the number of the decision.

    Raises:
        StudyError: there is no such hint.
    """
    if hint not in get_args(Hint):
        raise StudyError(f'"{hint[:80]}" is no hint. There are: {", ".join(get_args(Hint))}.')
    return opened.store.decisions.note(opened.record, "hint", post, hint, now=datetime.now(UTC), member=member)


def standing(opened: Study) -> frozenset[int]:
    """Numbers of the decisions that hold."""
    kinds: tuple[DecisionKind, ...] = get_args(DecisionKind)
    held = (one for kind in kinds for one in opened.store.decisions.holding(opened.record, kind))
    return frozenset(one.id for one in held if one.kind != "proof" or one.verdict["pages"])
