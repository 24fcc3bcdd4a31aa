"""Openings: where a point of view is missing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from earned import edition
from earned.model.pages import TopicSheet
from earned.web.visit import Visit, show, within


@within("see")
def openings(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Questions few answer, claims nobody contests, rising ideas nobody leads; by audience."""
    assert visit.edition
    sheet: TopicSheet = edition.page(visit.study, visit.edition, "topic")
    audience = request.GET.get("audience", "")
    kinds = dict.fromkeys(one.kind for one in sheet.openings)
    wanted = [one for one in sheet.openings if not audience or one.audience == audience]
    groups = [(kind, [one for one in wanted if one.kind == kind]) for kind in kinds]
    audiences = sorted({one.audience for one in sheet.openings if one.audience})
    return show(request, visit, "openings", groups=groups, audiences=audiences, audience=audience)
