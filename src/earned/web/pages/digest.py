"""The digest: the nine questions on one page, to read, print and forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from earned import desk, edition
from earned.model import Story
from earned.model.pages import TopicSheet
from earned.report import digest as page
from earned.report import slides
from earned.report.digest import Question
from earned.web.visit import Visit, show, within

_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
#: Ideas that are looked through.
IDEAS = 60
#: Ending -> what makes the file: its type and content.
KINDS: dict[str, Callable[[Story, Sequence[Question]], tuple[str, str | bytes]]] = {
    "html": lambda story, asked: ("text/html", page.digest_html(story.title, asked)),
    "md": lambda story, asked: ("text/markdown", page.digest_markdown(story.title, asked)),
    "xml": lambda story, _: ("application/rss+xml", page.uptake_rss(story)),
    "pptx": lambda story, _: (_SLIDES, slides.render_slides(story)),
}


@within("see")
def digest(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The nine questions; the last one is what we cannot tell."""
    _, asked = _made(visit)
    works = visit.may("work")
    return show(request, visit, "digest", asked=asked, works=works, sends=works and desk.mails())


@require_POST
@within("work")
def mail(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the digest to one address by the server that whoever started the workbench named."""
    story, asked = _made(visit)
    to, subject = request.POST.get("to", "").strip(), f"Digest: {story.title}"
    desk.mail_page(to, subject, page.digest_markdown(story.title, asked), page.digest_html(story.title, asked))
    messages.success(request, f"Sent to {to}.")
    return redirect("digest", name=visit.study.record.name)


@within("see")
def file(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The digest as a file: html, md, xml (RSS of uptake) or pptx."""
    story, asked = _made(visit)
    kind = request.GET.get("as", "html")
    content_type, body = KINDS[kind](story, asked) if kind in KINDS else KINDS["html"](story, asked)
    answer = HttpResponse(body, content_type=content_type)
    ending = kind if kind in KINDS else "html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{visit.study.record.name}.{ending}"'
    return answer


def _made(visit: Visit) -> tuple[Story, tuple[Question, ...]]:
    assert visit.edition
    sheet: TopicSheet = edition.page(visit.study, visit.edition, "topic")
    receipts = edition.receipts(visit.study, visit.edition)
    record = visit.study.record
    story = Story(record.topic, f"{visit.edition.made_at:%d %B %Y}", sheet.leadership, sheet.weeks, receipts)
    told = edition.ideas(visit.study, visit.edition, most=IDEAS)
    return story, page.questions(story, told, sheet.openings, sheet.newcomers)
