"""The topic: who leads, which ideas move, what the data cannot tell. The first page of a study."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from earned import edition, jobs
from earned.model.pages import IdeaLine, TopicSheet
from earned.report.charts import ticks
from earned.web.visit import Visit, show, within

#: Rows of the first screen; the rest stands on pages of its own.
FEW, PEOPLE = 5, 15


@within("see")
def topic(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Leaders, ideas on the move and stalling, debates, newcomers, coverage, limits."""
    assert visit.edition
    sheet: TopicSheet = edition.page(visit.study, visit.edition, "topic")
    people = [one for one in sheet.leadership.people if visit.sees_person(one.person.id)]
    judged = [one for one in people if one.induced and one.camp != "not enough evidence"][:PEOPLE]
    axis = ticks(max((one.induced.high for one in judged if one.induced), default=1.0))
    return show(
        request, visit, "topic", sheet=sheet, judged=judged, axis=axis, unsure=len(people) - len(judged),
        moving=_moving(sheet.ideas)[:FEW], stalling=[one for one in sheet.ideas if one.momentum == 0][:FEW],
        debated=sorted((one for one in sheet.ideas if one.debated), key=lambda one: -one.debated)[:FEW],
    )  # fmt: skip


def _moving(ideas: tuple[IdeaLine, ...]) -> list[IdeaLine]:
    return sorted((one for one in ideas if one.momentum > 1), key=lambda one: -one.momentum * one.people)


@within("see", needs_edition=False)
def job(request: HttpRequest, visit: Visit) -> HttpResponse:
    """How far the work is: a piece of a page that asks again until it is done."""
    found = jobs.latest(visit.study)
    answer = render(request, "earned/job.html", {"visit": visit, "job": found})
    if found and found.ended_at and not found.error and request.headers.get("HX-Request"):
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
@within("work", needs_edition=False)
def refresh(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Read what is new and work the study out again."""
    jobs.start(visit.study, "Reading what is new and working it out")
    return redirect("settings", name=visit.study.record.name)
