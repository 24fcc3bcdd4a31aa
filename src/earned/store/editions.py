"""The shelf of editions: what a fit found, page by page, and the ledger of adoptions. Pages read nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from earned.errors import StudyError
from earned.store.models import EditionRow, SheetRow, StudyRow, UptakeRow
from earned.store.rows import NEVER, told, written
from earned.store.shelves import Edition, Sheet, Study, Uptake, Wanted

#: Editions that are kept; findings keep the numbers of older ones.
KEPT = 2


class Editions:
    """Editions of studies. One is whole or not there."""

    def keep(
        self, study: Study, sheets: Iterable[Sheet], uptake: Iterable[Uptake], *,
        high_water: str, version: str, seed: int, decided: int, now: datetime,
    ) -> Edition:  # fmt: skip
        """Keep a whole edition in one transaction; of older ones all but the last go.

        Args:
            study: Whose edition.
            sheets: Its pages; those of one kind are listed in the order given.
            uptake: Its adoptions.
            high_water: `posts.high_water` when it was made.
            version, seed: What it was made with.
            decided: The last change of decisions that was taken into account.
            now: When it was made.

        Raises:
            StudyError: the study was removed meanwhile.
        """
        with transaction.atomic():
            if not StudyRow.objects.filter(pk=study.id).exists():
                raise StudyError(f"The study {study.name} was removed while it was worked out.")
            row = EditionRow.objects.create(
                study_id=study.id, made_at=now, high_water=high_water, version=version, seed=seed, decided=decided
            )
            _fill(row.pk, sheets, uptake)
            old = EditionRow.objects.filter(study_id=study.id).order_by("-pk").values_list("pk", flat=True)[KEPT:]
            EditionRow.objects.filter(pk__in=list(old)).delete()
        return _edition(row)

    def latest(self, study: Study) -> Edition | None:
        """The newest edition; None: the study was never worked out."""
        row = EditionRow.objects.filter(study_id=study.id).order_by("-pk").first()
        return None if row is None else _edition(row)

    def sheet(self, edition: Edition, kind: str, key: str = "") -> str | None:
        """A page's JSON; None: there is no such page."""
        found = SheetRow.objects.filter(edition_id=edition.id, kind=kind, key=key)
        return found.values_list("payload", flat=True).first()

    def sheets(
        self, edition: Edition, kind: str, *, first: int = 0, most: int = 100, without: Collection[str] = ()
    ) -> tuple[str, ...]:
        """The JSON of the pages of a kind, in their order; those `without` are neither counted nor given."""
        found = SheetRow.objects.filter(edition_id=edition.id, kind=kind).exclude(key__in=without).order_by("place")
        return tuple(found.values_list("payload", flat=True)[first : first + most])

    def titles(self, edition: Edition, kind: str, *, most: int = 100) -> tuple[tuple[str, str], ...]:
        """(key, title) of the first pages of a kind, in their order."""
        found = SheetRow.objects.filter(edition_id=edition.id, kind=kind).order_by("place")
        return tuple(found.values_list("key", "title")[:most])

    def title(self, edition: Edition, kind: str, key: str) -> str | None:
        """The title of a page; None: there is no such page."""
        found = SheetRow.objects.filter(edition_id=edition.id, kind=kind, key=key)
        return found.values_list("title", flat=True).first()

    def search(self, edition: Edition, words: str, *, most: int = 50) -> tuple[tuple[str, str, str], ...]:
        """(kind, key, title) of pages whose title holds every word, whatever its case."""
        wanted = Q(edition_id=edition.id)
        for word in words.split()[:8]:
            wanted &= Q(title__icontains=word)
        return tuple(SheetRow.objects.filter(wanted).order_by("place").values_list("kind", "key", "title")[:most])

    def uptake(self, edition: Edition, wanted: Wanted, *, first: int = 0, most: int = 20) -> tuple[Uptake, ...]:
        """Adoptions that pass the filter, newest first."""
        found = _wanted(edition, wanted).order_by("-moment", "child", "parent")
        return tuple(_uptake(row) for row in found[first : first + most])

    def one(self, edition: Edition, child: str, parent: str) -> Uptake | None:
        """The adoption of one pair of posts."""
        row = UptakeRow.objects.filter(edition_id=edition.id, child=child, parent=parent).first()
        return None if row is None else _uptake(row)

    def count(self, edition: Edition, wanted: Wanted) -> int:
        """How many adoptions pass the filter."""
        return _wanted(edition, wanted).count()


def _fill(edition: int, sheets: Iterable[Sheet], uptake: Iterable[Uptake]) -> None:
    SheetRow.objects.bulk_create(
        (
            SheetRow(
                edition_id=edition, kind=sheet.kind, key=sheet.key, place=place, title=sheet.title,
                payload=sheet.payload,
            )
            for place, sheet in enumerate(sheets)
        ),
        batch_size=500,
    )  # fmt: skip
    UptakeRow.objects.bulk_create((_row(edition, one) for one in uptake), batch_size=500)


def _row(edition: int, one: Uptake) -> UptakeRow:
    return UptakeRow(
        edition_id=edition, child=one.child, parent=one.parent, follower=one.follower, leader=one.leader,
        idea=one.idea, organization=one.organization, moment=written(one.at) or NEVER, probability=one.probability,
        credited=one.credited, colleague=one.colleague, payload=one.payload,
    )  # fmt: skip


def _wanted(edition: Edition, wanted: Wanted) -> QuerySet[UptakeRow]:
    found = UptakeRow.objects.filter(edition_id=edition.id)
    for column in ("leader", "follower", "idea", "organization"):
        if value := getattr(wanted, column):
            found = found.filter(**{column: value})
    for column in ("credited", "colleague"):
        if (flag := getattr(wanted, column)) is not None:
            found = found.filter(**{column: flag})
    if wanted.least:
        found = found.filter(probability__gte=wanted.least)
    if wanted.since:
        found = found.filter(moment__gte=written(wanted.since), moment__lt=NEVER)
    return found.filter(moment__lt=written(wanted.until)) if wanted.until else found


def _edition(row: EditionRow) -> Edition:
    return Edition(row.pk, row.made_at, row.high_water, row.version, row.seed, row.decided)


def _uptake(row: UptakeRow) -> Uptake:
    at = None if row.moment == NEVER else told(row.moment)
    return Uptake(row.child, row.parent, row.follower, row.leader, row.idea, row.organization, at, row.probability,
                  row.credited, row.colleague, row.payload)  # fmt: skip
