"""Words and drawings for templates: everything from `earned.report`, so that a page and a report say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial

from django import template
from django.utils.safestring import SafeString, mark_safe

from earned.counting import Counted
from earned.jobs import Job
from earned.model import Account, Estimate, Quoted, Suggestion, WeekCount
from earned.report import charts, drawings, sections, words

register = template.Library()

for name in ("number", "rate", "count", "lag", "per_cent", "plain", "claim", "headline", "standfirst"):
    register.filter(name, getattr(words, name))

_CLASS = {"has it": "has", "is trying": "trying", "wants it": "wants", "not enough evidence": "unsure"}


def _safe(draw: Callable[[object], str], given: object) -> SafeString:
    """A drawing of something; drawings escape what comes from data."""
    return mark_safe(draw(given))


@register.filter
def day(moment: date | datetime | None) -> str:
    """A day in words; of a time only its day."""
    return words.day(moment)


@register.filter
def when(quoted: Quoted) -> str:
    """When something was said, as exactly as it is known."""
    return words.day(quoted.at, quoted.precision)


@register.filter
def covered(counted: Counted) -> str:
    """The days that counts cover."""
    return words.covered(counted.since, counted.until)


@register.filter
def origin(quoted: Quoted) -> str:
    """Who vouches for it, where that is no service."""
    return words.origin(quoted)


@register.filter
def posts_of(high_water: str) -> str:
    """How many posts a high-water mark stands for, in words; the mark itself when it does not begin with a number."""
    many = high_water.partition("-")[0].split(" ")[0]
    return words.counted(int(many), "post", "") if many.isascii() and many.isdigit() else high_water


@register.filter
def camp_class(camp: str) -> str:
    """The class that styles a camp's word."""
    return _CLASS.get(camp, "unsure")


@register.filter
def address(url: str) -> str:
    """The address when it is one of the web; empty for every other scheme."""
    return words.web_address(url) or ""


@register.filter
def counted(many: float, noun: str) -> str:
    """ "3 posts"; the noun as "person,people" where the plural is irregular."""
    one, _, more = noun.partition(",")
    return words.counted(many, one, more)


@register.filter
def left(job: Job) -> str:
    """How long the present step of a job will still take at its present speed; empty when nobody can say."""
    if not job.total or not job.done or job.stage_at is None:
        return ""
    seconds = (job.beat_at - job.stage_at).total_seconds() * (job.total - job.done) / job.done
    if seconds < 1:
        return ""
    return words.counted(round(seconds), "second") if seconds < 90 else words.counted(round(seconds / 60), "minute")


@register.filter
def both(suggestion: Suggestion) -> tuple[Account, Account]:
    """The two accounts of a suggestion."""
    return suggestion.a, suggestion.b


@register.simple_tag
def marked(passage: str, shared: Iterable[str]) -> SafeString:
    """A passage with the shared words marked; everything else escaped."""
    return mark_safe(sections.marked(passage, shared))


@register.simple_tag
def interval(name: str, estimate: Estimate, axis: Sequence[float], key: str) -> SafeString:
    """A dot on its interval."""
    return mark_safe(charts.interval(name, estimate, axis, key))


@register.simple_tag
def axis_labels(axis: Sequence[float]) -> SafeString:
    """The numbers under rows of intervals."""
    return mark_safe(charts.axis_labels(axis))


@register.simple_tag
def weeks_chart(weeks: Sequence[WeekCount], key: str = "weeks") -> SafeString:
    """Bars of the weeks' posts."""
    return mark_safe(charts.weeks_chart(weeks, key)) if weeks else mark_safe("")


@register.simple_tag
def spark(weeks: Sequence[WeekCount], name: str, whole: Sequence[WeekCount]) -> SafeString:
    """A life line as small as a word, on the time of the whole conversation."""
    return mark_safe(drawings.spark(weeks, name, whole))


@register.simple_tag
def parts(name: str, *pairs: object) -> SafeString:
    """One bar cut into named parts: {% parts "Debate" "for" 3 "against" 1 %}."""
    named = [(str(pairs[k]), float(str(pairs[k + 1]))) for k in range(0, len(pairs), 2)]
    return mark_safe(drawings.parts(name, named))


@register.simple_tag
def share(value: float, whole: float, name: str) -> SafeString:
    """A bar as long as a part of a whole."""
    return mark_safe(drawings.share(value, whole, name))


for name in ("months", "funnel", "cascade"):
    register.filter(name, partial(_safe, getattr(drawings, name)))


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changed: object) -> str:
    """The present address with some words of its query changed; None takes one out."""
    query = context["request"].GET.copy()
    for key, value in changed.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"
