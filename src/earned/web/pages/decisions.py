"""What people decided, newest first; each can be taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from earned import edition
from earned.errors import StudyError
from earned.web.visit import Visit, refused, show, whole_number, within


@within("see", needs_edition=False)
def decisions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The history of decisions; nothing is ever overwritten."""
    history = visit.study.store.decisions.history(visit.study.record, most=200)
    return show(request, visit, "decisions", history=history, standing=edition.standing(visit.study))


@require_POST
@within("decide", needs_edition=False)
def undo(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a decision back. An expert takes back only what is theirs."""
    which = whole_number(request.POST.get("number", ""))
    if which is None:
        raise StudyError("Which decision? Its number is missing.")
    told = visit.study.store.decisions.get(visit.study.record, which)
    if told and visit.seat.role == "expert" and told.member != visit.seat.member:
        return refused(request)
    edition.undo(visit.study, which, member=visit.member)
    messages.success(request, "Taken back. It counts from the next time this study is worked out.")
    return redirect("decisions", name=visit.study.record.name)
