"""The shelf of members: who signs in, and what each may do in which study."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from earned.errors import StudyError
from earned.store.models import Member, SeatRow, StudyRow
from earned.store.shelves import ROLES, Seat, Study


class Members:
    """People who sign in. Who is studied is a Person."""

    def new(self, name: str, password: str) -> int:
        """A new member; its id.

        Raises:
            StudyError: the name is taken or empty, or the password is too easy to guess.
        """
        try:
            validate_password(password, Member(username=name))
            with transaction.atomic():
                return int(Member.objects.create_user(username=name, password=password).pk)
        except ValidationError as problem:
            raise StudyError(f"This password will not do. {' '.join(problem.messages)}") from None
        except (IntegrityError, ValueError):
            raise StudyError(f'A member cannot be called "{name[:80]}": the name is taken or empty.') from None

    def seat(self, study: Study, member: str, role: str, person: str = "") -> None:
        """Let a member take part in a study, or change what they may do there.

        Raises:
            StudyError: there is no such member, the role is none of ROLES, or an expert is nobody.
        """
        row = Member.objects.filter(username=member).first()
        if row is None:
            raise StudyError(f'Nobody signs in as "{member[:80]}". First: earned members {study.name} --new NAME')
        if role not in ROLES:
            raise StudyError(f'"{role[:80]}" is no role. There are: {", ".join(ROLES)}.')
        if role == "expert" and not person:
            raise StudyError("An expert is one of the people studied. Name the person.")
        SeatRow.objects.update_or_create(
            study_id=study.id, member=row, defaults={"role": role, "person": person if role == "expert" else ""}
        )

    def leave(self, study: Study, member: str) -> None:
        """Take a member's seat away."""
        SeatRow.objects.filter(study_id=study.id, member__username=member).delete()

    def of(self, study: Study) -> tuple[Seat, ...]:
        """Who takes part in a study."""
        rows = SeatRow.objects.filter(study_id=study.id).select_related("member").order_by("member__username")
        return tuple(Seat(study.name, row.member.get_username(), row.role, row.person) for row in rows)

    def seats(self, member: int) -> dict[str, Seat]:
        """Study name -> seat of one member; one query."""
        rows = SeatRow.objects.filter(member_id=member).select_related("study", "member")
        return {row.study.name: Seat(row.study.name, row.member.get_username(), row.role, row.person) for row in rows}

    def any(self) -> bool:
        """Whether anybody can sign in."""
        return Member.objects.exists()

    def orphans(self) -> tuple[str, ...]:
        """Studies that no owner has a seat in."""
        owned = SeatRow.objects.filter(role="owner").values("study_id")
        return tuple(StudyRow.objects.exclude(pk__in=owned).order_by("name").values_list("name", flat=True))
