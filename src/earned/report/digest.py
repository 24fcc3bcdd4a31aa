"""The nine questions on one page: HTML and Markdown. RSS of uptake, too. The last question is what we cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from textwrap import shorten

from earned.model import Idea, Opening, Receipt, Story
from earned.model.pages import Newcomer
from earned.report.head import head
from earned.report.ideas import adopted, voices
from earned.report.markdown import escaped
from earned.report.words import count, counted, day, esc, names, origin, per_cent, rate, web_address

#: Answers to one question.
MOST = 4
#: An uptake without credit is told from this probability on: what adopted means in the measures, too.
LIKELY = 0.5
#: Followings from which an idea was taken up by somebody.
TAKEN_UP = 1.0
NOT_SEEN = "Nothing that we saw."
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its answers, in sentences."""

    asked: str
    answers: tuple[str, ...]


def questions(
    story: Story, ideas: Sequence[Idea], openings: Sequence[Opening], newcomers: Sequence[Newcomer] = ()
) -> tuple[Question, ...]:
    """The nine, in their order; `newcomers` are those of the last quarter of the conversation, newest first."""
    asked = (
        ("Who picked up an idea, with or without credit?", _picked_up(story, ideas)),
        ("Which idea moves, which stalls?", _moves(ideas)),
        ("Who argued back, and is it answered?", _argued(ideas)),
        ("Who engaged for the first time?", _newcomers(newcomers)),
        ("Who carries the voice, and how dependent is it on one person?", _carries(story)),
        ("Which conversation to join, with what?", [f"“{o.name}” ({o.kind}): {o.reason}" for o in openings]),
        ("Has it been said before?", _before(ideas)),
        ("What holds people back?", _barriers(story)),
    )
    found = [Question(question, tuple(answers[:MOST]) or (NOT_SEEN,)) for question, answers in asked]
    return (*found, Question("What can we not tell?", story.leadership.cannot_tell))


def _picked_up(story: Story, ideas: Sequence[Idea]) -> list[str]:
    """The newest outside the own organization, newest first; half of them credited and half not where there are both.

    What is not credited must be more likely than not: nobody forwards a page on a chance of one in ten.
    """
    outside = [one for one in story.receipts if not one.evidence.colleague]
    sure = [one for one in outside if one.evidence.kind == "link" or one.evidence.probability >= LIKELY]
    found = sorted(sure, key=_moment, reverse=True)
    credited, silent = ([one for one in found if (one.evidence.kind == "link") == flag] for flag in (True, False))
    half = MOST // 2
    shown = [*credited[: max(half, MOST - len(silent))], *silent[: max(half, MOST - len(credited))]]
    told = [_uptake(one, ideas) for one in sorted(shown, key=_moment, reverse=True)]
    inside = len(story.receipts) - len(outside)
    if not told and inside:
        return [f"Nobody of another organization. Among colleagues, who are kept apart: {counted(inside, 'uptake')}."]
    return told


def _uptake(one: Receipt, ideas: Sequence[Idea]) -> str:
    """One uptake in a sentence, with the idea that both posts voice."""
    pair = {one.evidence.child, one.evidence.parent}
    both = next((idea.name for idea in ideas if pair <= {passage.post for passage in idea.passages}), "")
    return (
        f"{names(one.child.author)} after {names(one.parent.author)}{f' on “{both}”' if both else ''}, "
        f"{day(one.child.at, one.child.precision)}{origin(one.child)}: "
        f"{'credited' if one.evidence.kind == 'link' else 'not credited'}, probability {one.evidence.probability:.2f}."
    )


def _moment(one: Receipt) -> str:
    return one.child.at.isoformat() if one.child.at else ""


def _moves(ideas: Sequence[Idea]) -> list[str]:
    """Ideas that somebody took up, where there are any: what many say on their own neither moves nor stalls."""
    told = [idea for idea in ideas if idea.credited + idea.uncredited >= TAKEN_UP] or list(ideas)
    order = sorted((idea for idea in told if idea.momentum > 1), key=lambda idea: -idea.momentum * idea.people)
    rising = [f"“{i.name}” moves: {voices(i)}, {i.momentum:.1f} times its even share lately." for i in order[:2]]
    return (
        rising + [f"“{i.name}” stalls: {voices(i)}, nothing lately; {adopted(i)}." for i in told if i.momentum == 0][:2]
    )


def _argued(ideas: Sequence[Idea]) -> list[str]:
    heard = {answer.said.post: (idea.name, answer) for idea in reversed(ideas) for answer in idea.debate
             if answer.hint in ("against", "asking")}  # fmt: skip
    newest = sorted(heard.values(), key=lambda one: one[1].said.quoted.at or LONG_AGO, reverse=True)
    return [
        f"{names(answer.said.quoted.author)} on “{name}” (perhaps {answer.hint}{origin(answer.said.quoted)}; "
        f"{'answered' if answer.answered else 'no answer that we saw'}): “{_cut(answer.said.quoted.passage)}”"
        for name, answer in sorted(newest, key=lambda one: one[1].answered)
    ]


def _cut(passage: str) -> str:
    return shorten(passage, 200, placeholder=" …")


def _newcomers(found: Sequence[Newcomer]) -> list[str]:
    return [f"{one.name} took up {one.after} on {day(one.at)}, for the first time that we see." for one in found]


def _carries(story: Story) -> list[str]:
    people = [one for one in story.leadership.people if one.realized and one.realized.value > 0]
    top = sorted(people, key=lambda one: -(one.realized.value if one.realized else 0.0))
    told = [
        f"{one.person.name} ({one.camp}): {count(one.realized)} posts by others followed, {rate(one.induced)} per post."
        for one in top[:3]
    ]
    whole = sum(one.realized.value for one in top if one.realized)
    first = top[0].realized.value if top and top[0].realized else 0.0
    return told + (
        [f"{top[0].person.name} alone holds {per_cent(first / whole)} of all followings here."] if told else []
    )


def _before(ideas: Sequence[Idea]) -> list[str]:
    return [
        f"“{idea.name}”: {names(idea.prior_art.quoted.author)} came close on {day(idea.prior_art.quoted.at)}."
        for idea in ideas
        if idea.prior_art
    ]


def _barriers(story: Story) -> list[str]:
    return [
        f"{one.person.name}: {one.reason}" for one in story.leadership.people if one.camp in ("is trying", "wants it")
    ]


def digest_markdown(title: str, asked: Sequence[Question]) -> str:
    """The page as Markdown."""
    parts = [
        f"## {place}. {question.asked}\n\n" + "\n".join(f"- {escaped(answer)}" for answer in question.answers)
        for place, question in enumerate(asked, 1)
    ]
    return "\n\n".join([f"# {escaped(title)}", *parts]) + "\n"


def digest_data(title: str, asked: Sequence[Question]) -> dict[str, object]:
    """The page as plain data; the form has a number of its own."""
    told = [{"question": question.asked, "answers": list(question.answers)} for question in asked]
    return {"kind": "earned.digest", "form": 1, "title": title, "questions": told}


def digest_html(title: str, asked: Sequence[Question]) -> str:
    """The page as one HTML document that needs nothing else."""
    parts = "".join(
        f"<section><h2>{place}. {esc(question.asked)}</h2><ul>"
        + "".join(f"<li>{esc(answer)}</li>" for answer in question.answers)
        + "</ul></section>\n"
        for place, question in enumerate(asked, 1)
    )
    return (
        f'{head(title)}<body><header class="masthead"><p class="kicker">Digest</p><h1>{esc(title)}</h1></header>\n'
        f"<main>{parts}</main></body></html>\n"
    )


def uptake_rss(story: Story) -> str:
    """Uptake events as RSS 2.0, newest first."""
    shown = sorted((r for r in story.receipts if r.child.at), key=lambda r: str(r.child.at), reverse=True)
    items = "".join(
        f"<item><title>{esc(one.child.author)} after {esc(one.parent.author)}</title>"
        f"<link>{esc(web_address(one.child.url) or '')}</link>"
        f'<guid isPermaLink="false">{esc(one.evidence.child)} {esc(one.evidence.parent)}</guid>'
        + (f"<pubDate>{format_datetime(one.child.at)}</pubDate>" if one.child.at else "")
        + f"<description>{esc(one.child.passage)}</description></item>"
        for one in shown
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{esc(story.title)}: taken up</title><link>https://earned.invalid/</link>"
        f"<description>Who took up the same matter</description>{items}</channel></rss>\n"
    )
