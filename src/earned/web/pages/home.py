"""The first page: the studies, or how to begin."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from earned import jobs, study
from earned.errors import EarnedError, InputError
from earned.web import uploads
from earned.web.visit import seats, signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Every study that the visitor has a seat in."""
    found = study.titles()
    if settings.EARNED_TEAM:
        own = seats(request)
        found = [one for one in found if one.name in own]
    return render(request, "earned/home.html", {"studies": found})


@require_POST
@signed_in
def sample(request: HttpRequest) -> HttpResponse:
    """A study of the bundled sample world."""
    opened = study.begin_sample()
    _take_seat(request, opened)
    if jobs.latest(opened) is None:
        jobs.start(opened, "Working out the sample world")
    return redirect("topic", name=opened.record.name)


@require_POST
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """A study from addresses and dropped files."""
    topic = request.POST.get("topic", "").strip()
    files = request.FILES.getlist("files")
    try:
        given = uploads.addresses(request)
        if not given and not files:
            raise InputError("Your conversation", "is empty.", "Drop a file or give an address.")
        opened = study.begin(_name(topic or "conversation"), topic)
        _take_seat(request, opened)
        for address in [*given, *(str(uploads.keep(opened, file)) for file in files)]:
            opened.add(address)
        jobs.start(opened)
    except EarnedError as problem:
        found = study.titles()
        return render(request, "earned/home.html", {"studies": found, "problem": str(problem)}, status=400)
    return redirect("topic", name=opened.record.name)


def _take_seat(request: HttpRequest, opened: study.Study) -> None:
    if settings.EARNED_TEAM and request.user.is_authenticated and opened.record.name not in seats(request):
        opened.store.members.seat(opened.record, request.user.get_username(), "owner")


def _name(topic: str) -> str:
    """A free study name made from the topic's words."""
    base = "-".join(re.findall(r"[a-z0-9]+", Path(topic).stem.casefold()))[:60].strip("-") or "conversation"
    taken = {one.name for one in study.titles()}
    return next(name for k in range(1, 10_000) if (name := base if k == 1 else f"{base}-{k}") not in taken)
