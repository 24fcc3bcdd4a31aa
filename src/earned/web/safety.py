"""What every answer carries and what becomes of errors: no foreign script, no frame, no traceback."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from earned.errors import EarnedError, StudyError
from earned.report.words import plain

Handler = Callable[[HttpRequest], HttpResponse]

#: Only our own files act; nothing inline, nothing from elsewhere, no page of ours in somebody's frame.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers(answer: Handler) -> Handler:
    """Middleware: the headers of POLICY and HEADERS on every answer."""

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return with_headers


class words:
    """Middleware, nearest to the pages: no text turns the direction of its neighbours, no error is a traceback.

    It stands inside what counts the bytes of an answer.
    """

    def __init__(self, answer: Handler) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            response.content = plain(response.content.decode()).encode()
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Missing things are 404, everything else that Earned refuses is 400; other faults stay Django's."""
        if isinstance(problem, Http404) or not isinstance(problem, EarnedError):
            return None
        status = 404 if isinstance(problem, StudyError) and request.method == "GET" else 400
        return render(request, "earned/problem.html", {"problem": problem.told}, status=status)
