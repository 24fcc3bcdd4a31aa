"""Who is whom: suggestions to confirm or deny, people with several accounts, and the removal of a person."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from earned import jobs, persons, proving
from earned.errors import InputError
from earned.web.visit import Visit, seats, show, within

#: Suggestions and people on the page.
MANY = 100


@within("work", needs_edition=False)
def accounts(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What is left to decide, and who has several accounts."""
    several = [one for one in persons.people(visit.study) if len(one.accounts) > 1]
    found = persons.suggestions(visit.study, most=MANY)
    employers = persons.employers(visit.study, most=MANY)
    return show(
        request, visit, "accounts", suggestions=found, employers=employers, several=several[:MANY], count=len(several),
        job=jobs.latest(visit.study), proofs=visit.study.store.decisions.proofs(visit.study.record),
        next_look=proving.next_look(visit.study),
    )  # fmt: skip


@require_POST
@within("work", needs_edition=False)
def prove(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Begin to read people's own pages: those that name each other with rel=me are joined."""
    member = ("--member", str(visit.member)) if visit.member is not None else ()
    jobs.start(visit.study, "Reading people's own pages", words=("people", "--prove", *member))
    return redirect("accounts", name=visit.study.record.name)


@require_POST
@within("work", needs_edition=False)
def merge(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say that two accounts are one person."""
    a, b = _two(request)
    persons.merge(visit.study, a, b, member=visit.member)
    return _noted(request, visit, "One person.")


@require_POST
@within("work", needs_edition=False)
def part(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say that two accounts are two persons."""
    a, b = _two(request)
    persons.part(visit.study, a, b, member=visit.member)
    return _noted(request, visit, "Two persons.")


@require_POST
@within("work", needs_edition=False)
def affiliate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say for whom a person spoke."""
    since, until = (persons.day(request.POST.get(word, "")) for word in ("since", "until"))
    who, firm = _word(request, "person"), _word(request, "organization")
    persons.affiliate(visit.study, who, firm, since=since, until=until, member=visit.member)
    return _noted(request, visit, f"{who} spoke for {firm}.")


@require_POST
@within("own", needs_edition=False)
def remove(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Remove a person from the whole workspace, by an owner of every study that holds them; asked for by a tick."""
    if request.POST.get("sure") != "yes":
        raise InputError("The removal", "was not confirmed.", "Tick the box: nothing brings a removed person back.")
    own = seats(request) if settings.EARNED_TEAM else None
    owned = None if own is None else {name for name, seat in own.items() if seat.role == "owner"}
    gone = persons.remove(visit.study, _word(request, "person"), owned=owned)
    messages.success(request, f"Removed: {gone.posts} posts of {gone.accounts} accounts. Work it out again now.")
    for copy in persons.copies(visit.study):
        messages.warning(request, f"Delete {copy} in the workspace yourself: it was made before and holds the past.")
    return redirect("settings", name=visit.study.record.name)


def _two(request: HttpRequest) -> tuple[str, str]:
    return _word(request, "a"), _word(request, "b")


def _word(request: HttpRequest, name: str) -> str:
    word = request.POST.get(name, "").strip()
    if not word:
        raise InputError(f"The field {name}", "is empty.", "Name an account by its id, or a person by id or name.")
    return word


def _noted(request: HttpRequest, visit: Visit, said: str) -> HttpResponse:
    messages.success(request, f"{said} It counts from the next time this study is worked out.")
    return redirect("accounts", name=visit.study.record.name)
