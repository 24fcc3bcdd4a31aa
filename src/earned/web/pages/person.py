"""People: the list, a person's page, what is only for them and their lead, and their record to take along."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from earned import edition
from earned.edition import Wanted
from earned.model.pages import PersonSheet
from earned.report.ics import render_ics
from earned.web.visit import Visit, refused, show, whole_number, within

#: People on one page of the list; receipts on a person's page.
MANY, RECEIPTS = 100, 5


@within("see")
def people(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everybody with a page, surest first."""
    assert visit.edition
    first = whole_number(request.GET.get("from", "")) or 0
    hidden = [person for person in visit.experts if not visit.sees_person(person)]
    rows = edition.leaders(visit.study, visit.edition, first=first, most=MANY + 1, without=hidden)
    after = first + MANY if len(rows) > MANY else None
    level = next((one.induced.level for one in rows if one.induced), None)
    return show(
        request, visit, "people", rows=rows[:MANY], first=first, after=after, before=max(0, first - MANY), level=level
    )


@within("see")
def person(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """What is public of a person: numbers, ideas, followers, receipts."""
    assert visit.edition
    if not visit.sees_person(key):
        return refused(request)
    sheet: PersonSheet = edition.page(visit.study, visit.edition, "person", key)
    entries = edition.ledger(visit.study, visit.edition, Wanted(leader=key), most=RECEIPTS)
    return show(request, visit, "person", sheet=sheet, entries=entries, own=visit.sees_own_page(key))


@within("see")
def own(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """What holds a person back and what to try, how they argue, how steadily they post: theirs alone and their lead's."""
    assert visit.edition
    if not visit.sees_own_page(key):
        return refused(request)
    sheet: PersonSheet = edition.page(visit.study, visit.edition, "person", key)
    return show(request, visit, "own", sheet=sheet)


@within("see")
def record(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """The person's page as a JSON file to take along."""
    assert visit.edition
    if not visit.sees_own_page(key):
        return refused(request)
    payload = visit.study.store.editions.sheet(visit.edition, "person", key)
    if payload is None:
        raise Http404
    answer = HttpResponse(payload, content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="record.json"'
    return answer


@within("see")
def calendar(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """Answers that wait for the person, as a calendar file."""
    assert visit.edition
    if not visit.sees_own_page(key):
        return refused(request)
    sheet: PersonSheet = edition.page(visit.study, visit.edition, "person", key)
    title = f"{visit.study.record.topic}: {sheet.leader.person.name}"
    answer = HttpResponse(
        render_ics(sheet.waiting, name=title, stamp=visit.edition.made_at), content_type="text/calendar"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="follow-ups.ics"'
    return answer
