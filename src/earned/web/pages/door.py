"""Coming in: sign-in, sign-out, the style sheet, and what is shown when something is missing or broken."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from earned.report.style import CSS
from earned.web.visit import OPEN

#: So many wrong passwords for a name or from an address close the door for so many seconds.
TRIES, CLOSED = 5, 900


class SignIn(LoginView):
    """Name and password; slow for those who guess."""

    template_name = "earned/sign_in.html"
    right = OPEN

    def post(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        """Check the password unless too many were wrong lately."""
        if any(cache.get(key, 0) >= TRIES for key in _keys(request)):
            words = "Too many wrong passwords. Wait a quarter of an hour, or ask an owner of a study."
            return render(request, "earned/problem.html", {"problem": words}, status=429)
        return super().post(request, *args, **more)

    def form_invalid(self, form: Form) -> HttpResponse:
        """Count a wrong password."""
        for key in _keys(self.request):
            cache.add(key, 0, CLOSED)
            cache.incr(key)
        return super().form_invalid(form)  # type: ignore[arg-type]


def _keys(request: HttpRequest) -> tuple[str, str]:
    name = request.POST.get("username", "")[:150].casefold().encode().hex()
    return f"tries-name-{name[:200]}", f"tries-from-{request.META.get('REMOTE_ADDR', '')}"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, to the door."""
    logout(request)
    return redirect("sign-in")


@cache_control(max_age=3600, public=True)
def paper(request: HttpRequest) -> HttpResponse:
    """The style sheet that reports and pages share."""
    return HttpResponse(CSS, content_type="text/css; charset=utf-8")


sign_out.right = OPEN  # type: ignore[attr-defined]  # whoever is signed in may leave
paper.right = OPEN  # type: ignore[attr-defined]


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is here."""
    words = "There is no such page. It may belong to a study you have no seat in, or to an older edition."
    return render(request, "earned/problem.html", {"problem": words}, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The right to do this is missing."""
    return render(request, "earned/problem.html", {"problem": "This is not open to you."}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of Earned; nothing from data is shown."""
    words = "Earned made a mistake here. Nothing was changed. What it was stands in the terminal of earned serve."
    return HttpResponse(f"<!DOCTYPE html><title>Earned</title><p>{words}</p>", status=500)
