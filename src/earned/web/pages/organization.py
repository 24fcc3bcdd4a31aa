"""Organizations: through their people only, echo apart, and how much hangs on one person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from earned import edition
from earned.edition import Wanted
from earned.model.pages import OrganizationSheet
from earned.report.charts import ticks
from earned.web.visit import Visit, show, within


@within("see")
def organizations(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every organization that somebody speaks for."""
    assert visit.edition
    rows = edition.organizations(visit.study, visit.edition)
    top = max((one.outside.high for one in rows), default=0.0)
    return show(request, visit, "organizations", rows=rows, axis=ticks(top))


@within("see")
def organization(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """One organization: outside adoption, echo, concentration, company voice beside personal voice."""
    assert visit.edition
    sheet: OrganizationSheet = edition.page(visit.study, visit.edition, "organization", key)
    voices = [one for one in sheet.voices if visit.sees_person(one.person)]
    outside = edition.ledger(visit.study, visit.edition, Wanted(organization=key, colleague=False), most=5)
    hidden = len(sheet.voices) - len(voices)
    return show(request, visit, "organization", sheet=sheet, voices=voices, hidden=hidden, entries=outside)
