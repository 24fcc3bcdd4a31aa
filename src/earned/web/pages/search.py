"""Search in names of people, ideas and organizations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from earned.web.visit import Visit, show, within


@within("see")
def search(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Pages whose title holds every word."""
    assert visit.edition
    words = request.GET.get("q", "").strip()[:200]
    found = visit.study.store.editions.search(visit.edition, words) if words else ()
    seen = [row for row in found if row[0] != "person" or visit.sees_person(row[1])]
    return show(request, visit, "search", words=words, found=[row for row in seen if row[0] != "topic"])
