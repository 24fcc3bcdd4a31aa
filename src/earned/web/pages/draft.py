"""Pitch or point of view: a draft, sentence by sentence, and its ten gates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from earned.study import examine
from earned.web.visit import signed_in

#: Characters of a draft that are read.
LONGEST = 20_000


@signed_in
def draft(request: HttpRequest) -> HttpResponse:
    """The sentences and gates of what was typed; nothing is kept."""
    text = request.POST.get("text", "")[:LONGEST]
    organization = request.POST.get("organization", "")[:200]
    sentences, gates = examine(text, organization) if text.strip() else ([], ())
    told = {"text": text, "organization": organization, "sentences": sentences, "gates": gates}
    return render(request, "earned/draft.html", told)
