"""Ideas: the list, one idea's life, and what people correct about it."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from earned import edition
from earned.edition import Wanted
from earned.errors import InputError
from earned.model import Correction, Hint, Idea
from earned.model.pages import TopicSheet
from earned.web.visit import Visit, refused, show, within

#: Receipts on the page, and of those that the tree is drawn from.
RECEIPTS, TREE = 5, 60
LATER = "It holds from the next time this study is worked out; until then the pages stay as they are."


@within("see")
def ideas(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Claims that several people voice, those most taken up first."""
    assert visit.edition
    sheet: TopicSheet = edition.page(visit.study, visit.edition, "topic")
    return show(request, visit, "ideas", ideas=sheet.ideas, sheet=sheet)


@within("see")
def idea(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """One idea: first said by, carried by, credited or not, argued about, over time."""
    assert visit.edition
    found: Idea = edition.page(visit.study, visit.edition, "idea", key)
    others = [row for row in visit.study.store.editions.titles(visit.edition, "idea", most=200) if row[0] != key]
    hints = edition.hints(visit.study, found)
    debate = [(answer, hints.get(answer.said.post, answer.hint)) for answer in found.debate]
    balance = Counter(said for _, said in debate)
    entries = edition.ledger(visit.study, visit.edition, Wanted(idea=key), most=TREE)
    tree = [entry.adoption.receipt for entry in entries]
    carriers = [one for one in found.carriers if visit.sees_person(one.person)]
    return show(
        request, visit, "idea", idea=found, others=others, debate=debate, balance=balance, tree=tree,
        entries=entries[:RECEIPTS], carriers=carriers, hints=get_args(Hint),
    )  # fmt: skip


@require_POST
@within("decide")
def rename(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """Give the idea a name that people recognise."""
    name = " ".join(request.POST.get("name", "").split())[:120]
    if not name:
        raise InputError("The name", "is empty.", "Type a few words that people recognise the idea by.")
    return _corrected(request, visit, key, lambda posts: Correction("rename", posts, name=name))


@require_POST
@within("decide")
def merge(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """Say that two ideas are one."""
    assert visit.edition
    other: Idea = edition.page(visit.study, visit.edition, "idea", request.POST.get("other", ""))
    return _corrected(request, visit, key, lambda posts: Correction("merge", posts, _posts(other)))


@require_POST
@within("decide")
def split(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """Say that some posts of an idea are an idea of their own."""
    assert visit.edition
    whole: Idea = edition.page(visit.study, visit.edition, "idea", key)
    apart = tuple(post for post in _posts(whole) if post in set(request.POST.getlist("post")))
    if not apart or len(apart) == len(_posts(whole)):
        raise InputError("The posts to split off", "are none or all of them.", "Tick some and leave some.")
    return _corrected(request, visit, key, lambda _: Correction("split", apart))


@require_POST
@within("decide")
def hint(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """Correct what a reply does: for, against, asking."""
    edition.say_hint(visit.study, request.POST.get("post", ""), request.POST.get("hint", ""), member=visit.member)
    return redirect("idea", name=visit.study.record.name, key=key)


def _corrected(request: HttpRequest, visit: Visit, key: str, made: Any) -> HttpResponse:
    assert visit.edition
    if visit.seat.role == "expert":
        return refused(request)
    found: Idea = edition.page(visit.study, visit.edition, "idea", key)
    edition.correct(visit.study, made(_posts(found)), member=visit.member)
    messages.success(request, f"Noted. {LATER}")
    return redirect("idea", name=visit.study.record.name, key=key)


def _posts(found: Idea) -> tuple[str, ...]:
    return tuple(dict.fromkeys(passage.post for passage in found.passages))
