"""Sources, members and privacy of a study."""

from __future__ import annotations

from django.conf import settings as deployment
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from earned import counting, edition, jobs, worker
from earned.errors import EarnedError
from earned.report.words import UNMATCHED
from earned.web import uploads
from earned.web.pages.counter import counted_sites
from earned.web.visit import Visit, show, within


@within("work", needs_edition=False)
def settings(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where the conversation is read, how that goes, and who sees what."""
    store, record = visit.study.store, visit.study.record
    seats = store.members.of(record) if deployment.EARNED_TEAM else ()
    return show(
        request, visit, "settings", sources=store.sources.of(record), rejected=store.posts.rejected(record),
        posts=store.posts.count(record),
        counts=counting.sources_of(visit.study), sites=counted_sites(record.name),
        script=request.build_absolute_uri(reverse("counter-script")), unmatched=visit.study.unmatched(), advice=UNMATCHED,
        health=worker.health(store, study=record.name), job=jobs.latest(visit.study), seats=seats, roles=edition.ROLES,
        modes=edition.PRIVACY,
    )  # fmt: skip


@require_POST
@within("work", needs_edition=False)
def add(request: HttpRequest, visit: Visit) -> HttpResponse:
    """More of the conversation: addresses and dropped files; reading begins at once."""
    files = [*request.FILES.getlist("files"), *uploads.pasted(request)]
    given = [*uploads.addresses(request), *(str(uploads.keep(visit.study, one)) for one in files)]
    for one in given:
        try:
            source = visit.study.add(one, news=bool(request.POST.get("news")))
            messages.success(request, " ".join([f"{source.what}: {source.address}.", *source.missing]))
        except EarnedError as problem:
            messages.error(request, problem.told)
    if given:
        jobs.start(visit.study, "Reading what was added and working it out")
    return redirect("settings", name=visit.study.record.name)


@require_POST
@within("own", needs_edition=False)
def seat(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give a member a role, or take the seat away."""
    member, role = request.POST.get("member", ""), request.POST.get("role", "")
    if role:
        visit.study.store.members.seat(visit.study.record, member, role, request.POST.get("person", ""))
    else:
        visit.study.store.members.leave(visit.study.record, member)
    messages.success(request, f"{member}: {role or 'no seat any more'}.")
    return redirect("settings", name=visit.study.record.name)


@require_POST
@within("own", needs_edition=False)
def privacy(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What a communications lead sees of an expert's own page."""
    visit.study.store.studies.open_to(visit.study.record.name, request.POST.get("privacy", ""))
    return redirect("settings", name=visit.study.record.name)
