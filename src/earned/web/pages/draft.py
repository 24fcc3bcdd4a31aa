"""Pitch or point of view: a draft, sentence by sentence, and its ten gates."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from earned import edition
from earned.model import Said
from earned.study import examine, open_study, titles
from earned.web.visit import seats, signed_in

#: Characters of a draft that are read.
LONGEST = 20_000


@signed_in
def draft(request: HttpRequest) -> HttpResponse:
    """The sentences and gates of what was typed, beside what was said before in a study; nothing is kept."""
    text = request.POST.get("text", "")[:LONGEST]
    organization, study = request.POST.get("organization", "")[:200], request.POST.get("study", "")
    names = _studies(request)
    before = _before(study) if study in names else None
    sentences, gates = examine(text, organization, said=before) if text.strip() else ([], ())
    told = {"text": text, "organization": organization, "study": study, "studies": names, "sentences": sentences,
            "gates": gates}  # fmt: skip
    return render(request, "earned/draft.html", told)


def _studies(request: HttpRequest) -> dict[str, str]:
    """Name -> topic of the studies whose conversation the visitor may look up."""
    own = seats(request) if settings.EARNED_TEAM else None
    return {one.name: one.topic for one in titles() if own is None or one.name in own}


def _before(study: str) -> tuple[Said, ...]:
    return edition.passages(open_study(study))
