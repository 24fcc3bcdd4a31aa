"""Pitch or point of view: a draft, sentence by sentence, and its ten gates."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from earned import edition
from earned.model import Said
from earned.study import examine
from earned.web.visit import seats, signed_in
from earned.workspace import open_study, titles

#: Characters of a draft that are read.
LONGEST = 20_000


@signed_in
def draft(request: HttpRequest) -> HttpResponse:
    """The sentences and gates of what was typed, beside what was said before in a study; nothing is kept.

    Earlier posts of who writes are their own; an expert is taken to write as the person they are.
    """
    text, organization = request.POST.get("text", "")[:LONGEST], request.POST.get("organization", "")[:200]
    names, selves = _studies(request), _selves(request)
    study = request.POST.get("study", next(iter(selves), ""))
    before = _before(study) if study in names else None
    writers = {one.person: one.quoted.author for one in before or () if one.person}
    author = request.POST.get("author", selves.get(study, ""))[:200].strip()
    who = _writer(author, writers)
    sentences, gates = examine(text, organization, said=before, author=who) if text.strip() else ([], ())
    told = {"text": text, "organization": organization, "study": study, "studies": names, "sentences": sentences,
            "gates": gates, "author": author, "writers": writers, "unknown": bool(author) and not who}  # fmt: skip
    return render(request, "earned/draft.html", told)


def _selves(request: HttpRequest) -> dict[str, str]:
    """Study -> the person that the visitor is there, as an expert."""
    own = seats(request) if settings.EARNED_TEAM else {}
    return {name: seat.person for name, seat in own.items() if seat.role == "expert"}


def _writer(word: str, writers: Mapping[str, str]) -> str:
    """The person meant by an id or a name that only one has; empty: nobody who is known."""
    if word in writers:
        return word
    found = [person for person, name in writers.items() if word and name.casefold() == word.casefold()]
    return found[0] if len(found) == 1 else ""


def _studies(request: HttpRequest) -> dict[str, str]:
    """Name -> topic of the studies whose conversation the visitor may look up."""
    own = seats(request) if settings.EARNED_TEAM else None
    return {one.name: one.topic for one in titles() if own is None or one.name in own}


def _before(study: str) -> tuple[Said, ...]:
    return edition.passages(open_study(study))
