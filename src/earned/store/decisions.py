"""The shelf of decisions: what people said about findings. Nothing is overwritten; undoing is a decision, too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from earned.model import Affiliation, Proof, SameFirm
from earned.store.models import DecisionRow
from earned.store.shelves import LOOKS, Decision, DecisionKind, Study, subject_key


class Decisions:
    """Decisions of a study's members. The latest about a subject holds; a verdict of None takes it back."""

    def note(
        self, study: Study, kind: DecisionKind, subject: Any, verdict: Any, *, now: datetime, member: int | None = None
    ) -> int:
        """Write a decision down; its number.

        Args:
            study: Whose finding.
            kind: What it is about.
            subject: Plain JSON values that name the one thing.
            verdict: Plain JSON values; None: an earlier decision about the subject is undone.
            now: When.
            member: Who; None: the one person of a workspace without sign-in.
        """
        row = DecisionRow.objects.create(
            study_id=study.id, kind=kind, subject=subject_key(subject), verdict=None if verdict is None else subject_key(verdict),
            member_id=member, made_at=now,
        )  # fmt: skip
        return int(row.pk)

    def holding(self, study: Study, kind: DecisionKind) -> tuple[Decision, ...]:
        """The decisions that hold, oldest first: the latest of each subject unless it was undone."""
        own = DecisionRow.objects.filter(study_id=study.id, kind=kind)
        latest = own.values("subject").annotate(last=Max("pk")).values("last")
        rows = own.filter(pk__in=latest, verdict__isnull=False).select_related("member").order_by("pk")
        return tuple(_decision(row) for row in rows)

    def about(self, study: Study, kind: DecisionKind, subjects: list[Any]) -> dict[str, Decision]:
        """Of these subjects the decision that holds, by the subject's JSON; one query."""
        names = [subject_key(subject) for subject in subjects]
        rows = DecisionRow.objects.filter(study_id=study.id, kind=kind, subject__in=names).select_related("member")
        latest = {row.subject: row for row in rows.order_by("pk")}
        return {name: _decision(row) for name, row in latest.items() if row.verdict is not None}

    def pairs(self, study: Study) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        """Pairs of account ids that people said are one person, and those they said are two."""
        said = {(str(one.subject[0]), str(one.subject[1])): one.verdict for one in self.holding(study, "people")}
        same = frozenset(both for both, verdict in said.items() if verdict == "same")
        return same, frozenset(said) - same

    def proofs(self, study: Study) -> tuple[Proof, ...]:
        """Pairs of accounts whose pages were read naming each other."""
        held = self.holding(study, "proof")
        return tuple(Proof(tuple(one.subject), tuple(one.verdict["pages"])) for one in held if one.verdict["pages"])

    def proofs_taken_back(self, study: Study) -> frozenset[tuple[str, str]]:
        """Pairs whose proof a person took back; one that only held no more is none of them."""
        own = DecisionRow.objects.filter(study_id=study.id, kind="proof")
        latest = own.values("subject").annotate(last=Max("pk")).values("last")
        said = own.filter(pk__in=latest, verdict__isnull=True).values_list("subject", flat=True)
        return frozenset((str(a), str(b)) for a, b in map(json.loads, said))

    def looked(self, study: Study) -> dict[str, tuple[str, str]]:
        """By a mark of an account: a mark of what its profile named when its page was read, and when it is read again."""
        row = DecisionRow.objects.filter(study_id=study.id, kind=LOOKS).order_by("-pk").first()
        found = json.loads(row.verdict or "{}") if row else {}
        return {one: (str(names), str(at)) for one, (names, at) in found.items()}

    def look(self, study: Study, looked: Mapping[str, tuple[str, str]], *, now: datetime) -> None:
        """Note when pages are read again, in the place of what was noted before: this is no decision, and has no history."""
        told = {"subject": '"pages"', "verdict": json.dumps(looked), "made_at": now}
        DecisionRow.objects.update_or_create(study_id=study.id, kind=LOOKS, defaults=told)

    def firms(self, study: Study) -> tuple[SameFirm, ...]:
        """What people said of names of organizations, oldest first."""
        held = self.holding(study, "organization")
        return tuple(SameFirm((one.subject[0], one.subject[1]), one.verdict["name"]) for one in held)

    def affiliations(self, study: Study) -> tuple[Affiliation, ...]:
        """For whom people spoke from one day to another, as somebody said it."""
        rows = [(*one.subject, one.verdict["until"]) for one in self.holding(study, "affiliation")]
        return tuple(Affiliation(who, firm, _day(since), _day(until)) for who, firm, since, until in rows)

    def history(self, study: Study, *, most: int = 50) -> tuple[Decision, ...]:
        """The latest decisions of all kinds, newest first, undoings included (their verdict is None)."""
        rows = _decided(study).select_related("member").order_by("-pk")[:most]
        return tuple(_decision(row) for row in rows)

    def get(self, study: Study, number: int) -> Decision | None:
        """The decision of this study with this number."""
        row = _decided(study).filter(pk=number).select_related("member").first()
        return None if row is None else _decision(row)

    def last(self, study: Study) -> int:
        """The number of the study's last decision; 0: there is none."""
        return int(_decided(study).aggregate(last=Max("pk"))["last"] or 0)

    def since(self, study: Study, number: int) -> int:
        """How many decisions were made after the one of this number."""
        return _decided(study).filter(pk__gt=number).count()


def _decided(study: Study) -> QuerySet[DecisionRow]:
    return DecisionRow.objects.filter(study_id=study.id).exclude(kind=LOOKS)


def _day(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _decision(row: DecisionRow) -> Decision:
    verdict = None if row.verdict is None else json.loads(row.verdict)
    who = row.member.get_username() if row.member else ""
    return Decision(row.pk, row.kind, json.loads(row.subject), verdict, who, row.made_at)  # type: ignore[arg-type]
