"""Pages that were rendered already: the same for everybody who may see the same, until an edition or a decision changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac
from django.utils.html import escape

SECONDS = 3_600


def page(request: HttpRequest, sees: tuple[object, ...], render: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer to a GET, rendered once for all who see the same.

    Args:
        request: Whose path and query name the page. One with a message to show is neither kept nor answered from what is kept.
        sees: Everything else that a page depends on: edition, last decision, rights, privacy; nobody's name.
        render: Makes the page.
    """
    if request.method != "GET" or "messages" in request.COOKIES or request.headers.get("HX-Request"):
        return own(request, render())
    key = sha256(repr((request.get_full_path(), sees)).encode()).hexdigest()
    held = caches["pages"].get(key)
    if held is not None:
        return own(request, HttpResponse(held))
    answer = render()
    if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
        caches["pages"].set(key, answer.content, SECONDS)
    return own(request, answer)


def own(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer with the visitor's own token in its forms and own name above the page."""
    if answer.streaming:
        return answer
    for word, told in (("token", get_token), ("name", _name)):
        mark = stand_in(word).encode()
        if mark in answer.content:
            answer.content = answer.content.replace(mark, told(request).encode())
    return answer


@cache
def stand_in(word: str) -> str:
    """What stands in a kept page for the visitor's own token or name: no post can hold it without the workspace's key."""
    return salted_hmac("earned.web.kept", word).hexdigest()


def _name(request: HttpRequest) -> str:
    return escape(request.user.get_username())
