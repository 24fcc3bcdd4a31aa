"""The uptake ledger: every adoption a receipt, filtered, accepted or rejected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from earned import edition
from earned.edition import Wanted
from earned.web.visit import Visit, refused, show, whole_number, within

#: Receipts on one page.
MANY = 10
#: People and ideas that a filter offers.
OPTIONS = 200
#: Word of the filter -> days back from the newest adoption.
SINCE = {"week": 7, "month": 31, "quarter": 92}
CREDIT = {"credited": True, "uncredited": False}
WHERE = {"outside": False, "inside": True}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it stands in the address."""

    since: str
    credit: str
    where: str
    person: str
    idea: str
    organization: str
    first: int

    @property
    def any(self) -> bool:
        """Whether anything is filtered."""
        return any((self.since, self.credit, self.where, self.person, self.idea, self.organization))


def _asked(request: HttpRequest) -> Asked:
    given = request.GET.get
    return Asked(
        since=given("since", ""), credit=given("credit", ""), where=given("where", ""), person=given("person", ""),
        idea=given("idea", ""), organization=given("organization", ""),
        first=whole_number(given("from", "")) or 0,
    )  # fmt: skip


def _wanted(visit: Visit, asked: Asked) -> Wanted:
    assert visit.edition
    since = None
    if asked.since in SINCE:
        newest = edition.ledger(visit.study, visit.edition, Wanted(), most=1)
        at = newest[0].adoption.receipt.child.at if newest else None
        since = at - timedelta(days=SINCE[asked.since]) if at else None
    return Wanted(
        leader=asked.person, idea=asked.idea, organization=asked.organization, since=since,
        credited=CREDIT.get(asked.credit), colleague=WHERE.get(asked.where),
    )  # fmt: skip


@within("see")
def ledger(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Adoptions, newest first."""
    assert visit.edition
    asked = _asked(request)
    wanted = _wanted(visit, asked)
    entries = edition.ledger(visit.study, visit.edition, wanted, first=asked.first, most=MANY)
    count = visit.study.store.editions.count(visit.edition, wanted)
    last = asked.first + len(entries)
    return show(
        request, visit, "ledger", entries=entries, asked=asked, count=count, last=last, since=SINCE, credit=CREDIT,
        where=WHERE, before=max(0, asked.first - MANY), after=last if last < count else None,
        ideas=_options(visit, "idea", asked.idea), people=_options(visit, "person", asked.person),
    )  # fmt: skip


def _options(visit: Visit, kind: str, asked: str) -> tuple[tuple[str, str], ...]:
    """The first pages of a kind to choose from, and the one that is asked for wherever it stands."""
    assert visit.edition
    editions = visit.study.store.editions
    found = editions.titles(visit.edition, kind, most=OPTIONS)
    if not asked or any(asked == key for key, _ in found):
        return found
    return (*found, (asked, editions.title(visit.edition, kind, asked) or asked))


@within("see")
def receipt(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One receipt at an address of its own."""
    assert visit.edition
    pair = request.GET.get("child", ""), request.GET.get("parent", "")
    return show(request, visit, "one", entry=edition.entry(visit.study, visit.edition, *pair))


@require_POST
@within("decide")
def decide(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Accept, reject or leave open; "undo" takes it back."""
    assert visit.edition
    child, parent, said = (request.POST.get(name, "") for name in ("child", "parent", "verdict"))
    entry = edition.entry(visit.study, visit.edition, child, parent)
    if not visit.decides_about(entry.adoption.leader, entry.adoption.follower):
        return refused(request)
    edition.decide(visit.study, child, parent, None if said == "undo" else said, member=visit.member)
    if request.headers.get("HX-Request"):
        entry = edition.entry(visit.study, visit.edition, child, parent)
        return show(request, visit, "receipt", entry=entry)
    there = reverse("receipt", args=[visit.study.record.name])
    return redirect(f"{there}?{urlencode({'child': child, 'parent': parent})}")
