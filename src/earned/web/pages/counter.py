"""The workbench's own counter of reading: a script for one's own pages, and where it tells what it saw. Off by default.

No cookie, no address, nothing per reader: only sums of a day. Whoever asks not to be tracked is not counted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from earned.counting import MOST, count_visit, host_of
from earned.errors import StudyError
from earned.web.visit import OPEN
from earned.workspace import open_study

_SCRIPT = Path(__file__).resolve().parents[1] / "static" / "earned" / "counter.js"
#: Visits of one minute that are counted; more are somebody's program.
_A_MINUTE = 600


@require_GET
@cache_control(max_age=86_400, public=True)
def script(request: HttpRequest) -> HttpResponse:
    """The script that one's own pages include."""
    _sites()
    answer = HttpResponse(_SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@csrf_exempt  # it changes nothing but a sum, and its sender has no session here
@require_POST
def visit(request: HttpRequest) -> HttpResponse:
    """One reader leaves one page. The answer is the same whether it was counted or not."""
    origin = request.headers.get("Origin", "")
    study = _sites().get(host_of(origin).removeprefix("www."))
    asked_not_to = "1" in (request.headers.get("DNT"), request.headers.get("Sec-GPC"))
    if study and not asked_not_to and _is_short(request) and _is_calm():
        try:
            agent = request.headers.get("User-Agent", "")
            count_visit(open_study(study), request.body, origin=origin, agent=agent, now=datetime.now(UTC))
        except StudyError:
            pass  # a study that was named and is not there: nobody outside needs to know
    return HttpResponse(status=204)


def _sites() -> dict[str, str]:
    """Host of a site -> the study that its pages belong to.

    Raises:
        Http404: nobody asked for a counter.
    """
    if not settings.EARNED_COUNTER:
        raise Http404
    told = (pair.partition("=") for pair in settings.EARNED_COUNTER.split(","))
    return {host.strip().lower().removeprefix("www."): study.strip() for host, _, study in told if study.strip()}


def counted_sites(study: str) -> list[str]:
    """Hosts whose pages the counter counts for a study; empty: none, or it is off."""
    return [host for host, named in _sites().items() if named == study] if settings.EARNED_COUNTER else []


def _is_short(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "")
    return length.isdecimal() and int(length) <= MOST


def _is_calm() -> bool:
    cache, key = caches["pages"], f"visits-{datetime.now(UTC):%H-%M}"
    cache.add(key, 0, 120)
    return int(cache.incr(key)) <= _A_MINUTE


script.right = visit.right = OPEN  # type: ignore[attr-defined]  # the test of all pages reads it
