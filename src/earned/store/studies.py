"""The shelf of studies."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from earned.errors import StudyError
from earned.store.models import StudyRow
from earned.store.shelves import PRIVACY, Study
from earned.store.sources import Sources

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Studies:
    """The topics followed in this workspace."""

    def new(self, name: str, topic: str = "", *, now: datetime | None = None) -> Study:
        """Begin a study.

        Raises:
            StudyError: the name is taken or is not a word of small letters, digits and hyphens.
        """
        _check(name)
        try:
            with transaction.atomic():
                row = StudyRow.objects.create(name=name, topic=topic or name, created_at=now or datetime.now(UTC))
        except IntegrityError as problem:
            raise _taken(name) from problem
        return _study(row)

    def get(self, name: str) -> Study:
        """The study called `name`.

        Raises:
            StudyError: there is none; the message names those that there are.
        """
        return _study(_row(name))

    def all(self) -> tuple[Study, ...]:
        """Every study, by name."""
        return tuple(_study(row) for row in StudyRow.objects.order_by("name"))

    def rename(self, name: str, to: str) -> Study:
        """Give the study another name; everything in it stays.

        Raises:
            StudyError: there is no study `name`, or `to` is taken or not a possible name.
        """
        _check(to)
        row = _row(name)
        row.name = to
        try:
            with transaction.atomic():
                row.save(update_fields=["name"])
        except IntegrityError as problem:
            raise _taken(to) from problem
        return _study(row)

    def open_to(self, name: str, privacy: str) -> Study:
        """Set what a communications lead sees of an expert's own page.

        Raises:
            StudyError: there is no study `name`, or `privacy` is none of PRIVACY.
        """
        if privacy not in PRIVACY:
            raise StudyError(f'"{privacy}" is no privacy mode. There are: {", ".join(PRIVACY)}.')
        row = _row(name)
        row.privacy = privacy
        row.save(update_fields=["privacy"])
        return _study(row)

    def remove(self, name: str) -> None:
        """Remove the study, its findings, and every source and post that no other study has.

        Raises:
            StudyError: there is no such study.
        """
        with transaction.atomic():
            row = _row(name)
            study = _study(row)
            for source in Sources().of(study):
                Sources().remove(study, source.id)
            row.delete()


def _row(name: str) -> StudyRow:
    row = StudyRow.objects.filter(name=name).first()
    if row is None:
        names = list(StudyRow.objects.order_by("name").values_list("name", flat=True)[:20])
        there = f"There are: {', '.join(names)}." if names else f"Begin one with: earned new {name}"
        raise StudyError(f'There is no study "{name}". {there}')
    return row


def _study(row: StudyRow) -> Study:
    return Study(id=row.pk, name=row.name, topic=row.topic, created_at=row.created_at, privacy=row.privacy)


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > 100:
        raise StudyError(
            f'"{name[:120]}" cannot be the name of a study. Use small letters, digits and hyphens, at most 100: '
            '"zero-trust" for example.'
        )


def _taken(name: str) -> StudyError:
    return StudyError(f'There is a study "{name}" already. Choose another name, or remove that one: earned rm {name}')
