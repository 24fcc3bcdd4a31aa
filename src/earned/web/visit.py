"""Who looks at which study, and what they may do there. Every page of a study begins with `within`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from earned import edition, jobs, workspace
from earned.edition import Edition, Seat
from earned.errors import StudyError
from earned.web import kept
from earned.workspace import Study

#: What each role may do; every right of a study's pages is one of these words.
RIGHTS = {
    "owner": frozenset({"see", "decide", "work", "own"}),
    "lead": frozenset({"see", "decide", "work"}),
    "expert": frozenset({"see", "decide"}),
    "reader": frozenset({"see"}),
}
#: In team mode: begin a study, read drafts. Nobody else's matter, so every member may.
SIGNED_IN = "signed in"
#: Pages that anybody may open.
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page of a study."""

    study: Study
    #: None: the study was never worked out.
    edition: Edition | None
    seat: Seat
    #: Id of the member; None without sign-in.
    member: int | None
    #: Persons that are experts with a seat here.
    experts: frozenset[str]

    def may(self, right: str) -> bool:
        """Whether the visitor has this right."""
        return right in RIGHTS[self.seat.role]

    def sees_own_page(self, person: str) -> bool:
        """Whether the visitor sees what is only for a person and, as far as the study allows, for their lead.

        Nobody but the owner and the lead of the communications sees the page of somebody without a seat; the page of
        an expert with a seat is theirs, and the lead's when the study says so.
        """
        if self.seat.role == "expert":
            return person == self.seat.person
        if self.seat.role == "reader":
            return False
        return person not in self.experts or self.study.record.privacy == "all see all"

    def sees_person(self, person: str) -> bool:
        """Whether the visitor sees a person's numbers one by one: always, unless the study keeps experts to themselves."""
        closed = self.study.record.privacy == "own only" and person in self.experts
        return not closed or person == self.seat.person

    def sees(self) -> tuple[object, ...]:
        """Everything but the address that a page for this visitor depends on."""
        edition_id = self.edition.id if self.edition else 0
        decided = self.study.store.decisions.last(self.study.record)
        return (self.study.record, edition_id, decided, self.seat.role, self.seat.person, sorted(self.experts))

    def decides_about(self, leader: str, follower: str) -> bool:
        """Whether the visitor may accept or reject a receipt; an expert only those they take part in."""
        return self.may("decide") and (self.seat.role != "expert" or self.seat.person in (leader, follower))


View = Callable[..., HttpResponse]


def within(right: str, *, needs_edition: bool = True) -> Callable[[View], View]:
    """A page of a study: finds the study and the visitor's seat, asks for the right.

    To somebody without a seat the study does not exist; a study that was never worked out shows how far it is.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def seen(request: HttpRequest, name: str, **more: Any) -> HttpResponse:
            if settings.EARNED_TEAM and not request.user.is_authenticated:
                return redirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")
            visit = _visit(request, name)
            if not visit.may(right):
                return refused(request)
            if needs_edition and visit.edition is None:
                read = visit.study.store.posts.count(visit.study.record)
                given = {"visit": visit, "job": jobs.latest(visit.study), "read": read, "works": visit.may("work")}
                return render(request, "earned/waiting.html", given)
            if right != "see" or not needs_edition:
                return kept.own(request, view(request, visit, **more))
            return kept.page(request, visit.sees(), lambda: view(request, visit, **more))

        seen.right = right  # type: ignore[attr-defined]  # the test of all pages reads it
        return seen

    return wrap


def signed_in(view: View) -> View:
    """A page outside studies: for the one person of the machine, or for every member."""

    @wraps(view)
    def seen(request: HttpRequest, **more: Any) -> HttpResponse:
        if settings.EARNED_TEAM and not request.user.is_authenticated:
            return redirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")
        return view(request, **more)

    seen.right = SIGNED_IN  # type: ignore[attr-defined]
    return seen


def refused(request: HttpRequest) -> HttpResponse:
    """The page of a right that the visitor does not have."""
    problem = "Your role in this study does not include this. Ask one of its owners."
    return render(request, "earned/problem.html", {"problem": problem}, status=403)


def _visit(request: HttpRequest, name: str) -> Visit:
    seat = seats(request).get(name) if settings.EARNED_TEAM else Seat(name, "", "owner", "")
    if seat is None:
        raise Http404
    try:
        opened = workspace.open_study(name)
    except StudyError as problem:
        raise Http404 from problem
    experts = edition.experts(opened) if settings.EARNED_TEAM else frozenset[str]()
    return Visit(opened, edition.latest(opened), seat, request.user.pk, experts)


def seats(request: HttpRequest) -> dict[str, Seat]:
    """Study -> the visitor's seat; in team mode only."""
    return edition.seats(int(request.user.pk or 0))


def everywhere(request: HttpRequest) -> dict[str, object]:
    """What every template knows."""
    return {"team": settings.EARNED_TEAM}


def whole_number(text: str) -> int | None:
    """A whole number as an address or a form gives it, below a billion; None: it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def show(request: HttpRequest, visit: Visit, template: str, **more: object) -> HttpResponse:
    """Render a page of a study."""
    waiting = edition.waiting(visit.study, visit.edition) if visit.edition else 0
    own = {"csrf_token": kept.stand_in("token"), "visitor": kept.stand_in("name")}
    return render(request, f"earned/{template}.html", {"visit": visit, "waiting": waiting, **own, **more})
