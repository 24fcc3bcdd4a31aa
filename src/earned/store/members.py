"""The shelf of members: who signs in, and what each may do in which study."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from earned.errors import StudyError
from earned.store.models import Member, SeatRow
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
            StudyError: there is no such member, the role is none of ROLES, an expert is nobody, or it is the last owner.
        """
        row = Member.objects.filter(username=member).first()
        if row is None:
            raise StudyError(f'Nobody signs in as "{member[:80]}". First: earned members {study.name} --new NAME')
        if role not in ROLES:
            raise StudyError(f'"{role[:80]}" is no role. There are: {", ".join(ROLES)}.')
        if role == "expert" and not person:
            raise StudyError("An expert is one of the people studied. Name the person.")
        told = {"role": role, "person": person if role == "expert" else ""}
        with transaction.atomic():
            before = SeatRow.objects.filter(study_id=study.id, member=row).first()
            SeatRow.objects.update_or_create(study_id=study.id, member=row, defaults=told)
            _keep_an_owner(study, member, before)

    def leave(self, study: Study, member: str) -> None:
        """Take a member's seat away.

        Raises:
            StudyError: the member has none here, or is the last owner.
        """
        with transaction.atomic():
            before = SeatRow.objects.filter(study_id=study.id, member__username=member).first()
            if before is None:
                raise StudyError(f'"{member[:80]}" has no seat in {study.name}. Who has: earned members {study.name}')
            SeatRow.objects.filter(pk=before.pk).delete()
            _keep_an_owner(study, member, before)

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


def _keep_an_owner(study: Study, member: str, before: SeatRow | None) -> None:
    """Undo, by raising inside the transaction, what took the last owner's seat."""
    owners = SeatRow.objects.filter(study_id=study.id, role="owner")
    if before is not None and before.role == "owner" and not owners.exists():
        raise StudyError(
            f"{member} is the only owner of {study.name}, and somebody has to own it. First make another member "
            f"owner: earned members {study.name} --member NAME --role owner"
        )
