"""The first page: the studies, or how to begin."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from earned import jobs, workspace
from earned.errors import EarnedError, InputError
from earned.web import uploads
from earned.web.visit import seats, signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Every study that the visitor has a seat in."""
    return render(request, "earned/home.html", {"studies": _within_reach(request)})


@require_POST
@signed_in
def sample(request: HttpRequest) -> HttpResponse:
    """A study of the bundled sample world; in team mode whoever makes it owns it, and nobody else gets in by this."""
    opened, made = workspace.begin_sample()
    if made:
        _take_seat(request, opened)
    elif settings.EARNED_TEAM and opened.record.name not in seats(request):
        raise InputError("The sample world", "is here already, as somebody's study.", "Ask its owner for a seat.")
    if jobs.latest(opened) is None:
        jobs.start(opened, "Working out the sample world")
    return redirect("topic", name=opened.record.name)


@require_POST
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """A study from addresses and dropped files; where one of them cannot be read, nothing is begun."""
    try:
        opened = _begin(request)
    except EarnedError as problem:
        told = {"studies": _within_reach(request), "problem": problem.told}
        return render(request, "earned/home.html", told, status=400)
    jobs.start(opened)
    return redirect("topic", name=opened.record.name)


def _within_reach(request: HttpRequest) -> list[workspace.Record]:
    own = seats(request) if settings.EARNED_TEAM else None
    return [one for one in workspace.titles() if own is None or one.name in own]


def _begin(request: HttpRequest) -> workspace.Study:
    topic, files, given = (
        request.POST.get("topic", "").strip(),
        request.FILES.getlist("files"),
        uploads.addresses(request),
    )
    if not given and not files:
        raise InputError("Your conversation", "is empty.", "Drop a file or give an address.")
    opened = workspace.begin(_name(topic or "conversation"), topic)
    try:
        for address in [*given, *(str(uploads.keep(opened, file)) for file in files)]:
            opened.add(address)
    except BaseException:
        opened.store.studies.remove(opened.record.name)
        uploads.forget(opened)
        raise
    _take_seat(request, opened)
    return opened


def _take_seat(request: HttpRequest, opened: workspace.Study) -> None:
    if settings.EARNED_TEAM and request.user.is_authenticated:
        opened.store.members.seat(opened.record, request.user.get_username(), "owner")


def _name(topic: str) -> str:
    """A free study name made from the topic's words."""
    base = "-".join(re.findall(r"[a-z0-9]+", Path(topic).stem.casefold()))[:60].strip("-") or "conversation"
    taken = {one.name for one in workspace.titles()}
    return next(name for k in range(1, 10_000) if (name := base if k == 1 else f"{base}-{k}") not in taken)
